//! Looks and the annotator's name.

use yew::prelude::*;

use super::forms::{TextInput, own_tick, own_value};
use super::modal::Modal;
use crate::session::{Event, Session, Settings, Theme};

/// The dialog of settings. Each acts at once.
pub fn settings_view(session: &Session, on_event: &Callback<Event>) -> Html {
    let settings = session.settings();
    let change = |change: fn(&mut Settings, &web_sys::Event)| {
        let settings = settings.clone();
        on_event.reform(move |event: web_sys::Event| {
            let mut settings = settings.clone();
            change(&mut settings, &event);
            Event::SettingsChosen { settings, at: super::now() }
        })
    };
    let named = {
        let settings = settings.clone();
        on_event.reform(move |name: String| {
            let settings = Settings { annotator: name.trim().into(), ..settings.clone() };
            Event::SettingsChosen { settings, at: super::now() }
        })
    };
    let radio = |theme: Theme, value: &'static str, words: &'static str| {
        let onchange = change(|settings, event| {
            settings.theme = match own_value(event).as_str() {
                "light" => Theme::Light,
                "dark" => Theme::Dark,
                _ => Theme::System,
            };
        });
        html! {
            <label class="radio">
                <input type="radio" name="theme" {value} checked={settings.theme == theme} {onchange} />{ words }
            </label>
        }
    };
    let tick = |name: &'static str, words: &'static str, on: bool, onchange: Callback<web_sys::Event>| {
        html! {
            <label class="tick"><input type="checkbox" {name} checked={on} {onchange} />{ words }</label>
        }
    };
    let select = |name: &'static str, title: &str, values: &[u16], chosen: u16, unit: &str, onchange| {
        html! {
            <label class="form-row">
                <span>{ title }</span>
                <select class="field" {name} {onchange}>
                    { for values.iter().map(|value| html! {
                        <option value={value.to_string()} selected={*value == chosen}>{ format!("{value} {unit}") }</option>
                    }) }
                </select>
            </label>
        }
    };
    html! {
        <Modal title="Settings" name="settings" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <form class="form" onsubmit={super::forms::on_submit(|_| ())}>
                <label class="form-row">
                    <span>{ "Your name or initials" }</span>
                    <TextInput name="annotator" initial={settings.annotator.to_string()} autofocus=true
                        placeholder="Signs what you decide; stays on this computer" on_change={named} />
                </label>
                <fieldset>
                    <legend>{ "Theme" }</legend>
                    { radio(Theme::System, "system", "As the system") }
                    { radio(Theme::Light, "light", "Light") }
                    { radio(Theme::Dark, "dark", "Dark") }
                </fieldset>
                { tick("contrast", "High contrast", settings.high_contrast,
                    change(|settings, event| settings.high_contrast = own_tick(event))) }
                { select("type", "Size of the text", &Settings::TYPE_SIZES, settings.type_percent, "%",
                    change(|settings, event| settings.type_percent = own_value(event).parse().unwrap_or(100))) }
                { select("width", "Width of the lines", &Settings::WIDTHS, settings.line_chars, "characters",
                    change(|settings, event| settings.line_chars = own_value(event).parse().unwrap_or(66))) }
                { tick("suggests", "Suggest officials, roles and topics when an article is opened", settings.suggests,
                    change(|settings, event| settings.suggests = own_tick(event))) }
                { tick("focus", "Only the text (focus mode)", settings.focus_mode,
                    change(|settings, event| settings.focus_mode = own_tick(event))) }
                { tick("details", "Details of the highlight beside the text", settings.shows_details,
                    change(|settings, event| settings.shows_details = own_tick(event))) }
                { tick("guidelines", "Guidelines beside the text", settings.shows_guidelines,
                    change(|settings, event| settings.shows_guidelines = own_tick(event))) }
                { tick("sticky", "Label at once what the mouse or finger selects, with the label used last", settings.sticky,
                    change(|settings, event| settings.sticky = own_tick(event))) }
                if let Some(room) = session.saving().room {
                    <p class="dim" data-room="">{ room.in_words() }</p>
                }
            </form>
        </Modal>
    }
}
