//! What lies over the page or says that it is empty: dialogs, notices, pasting, the empty project.

use wasm_bindgen::JsCast as _;
use yew::html::Scope;
use yew::prelude::*;

use super::modal::Modal;
use super::{
    App, Msg, actions_view, details_view, exchange_view, keys_view, occurrence_view, people_view, projects_view,
    scheme_view, settings_view, versions_view,
};
use crate::session::{Dialog, Event, Notice, Session, Tone};

impl App {
    /// The open dialog.
    #[inline(never)] // a door of `xtask/pack`
    pub(super) fn dialog(&self, link: &Scope<Self>) -> Html {
        let (session, on_event) = (&self.session, link.callback(Msg::Session));
        match session.dialog() {
            None => Html::default(),
            Some(Dialog::Keys) => keys_view::keys_view(session, &on_event),
            Some(Dialog::Palette) => actions_view::actions_view(session, link),
            Some(Dialog::Scheme) => scheme_view::scheme_view(session, self.edited_label, link),
            Some(Dialog::Settings) => settings_view::settings_view(session, &on_event),
            Some(Dialog::About) => scheme_view::about_view(session, &on_event),
            Some(Dialog::Columns) => exchange_view::columns_view(session, &on_event),
            Some(Dialog::Losses) => exchange_view::losses_view(session, &on_event),
            Some(Dialog::OpenAs) => exchange_view::open_as_view(&on_event),
            Some(Dialog::Guidelines) => details_view::guidelines_view(session, &on_event),
            Some(Dialog::Join(what)) => people_view::join_view(session, what, &on_event),
            Some(Dialog::Entity(group)) => people_view::entity_view(session, group, &on_event),
            Some(Dialog::Versions) => versions_view::versions_view(session, &on_event),
            Some(Dialog::Projects) => projects_view::projects_view(session, &on_event),
            Some(Dialog::Occurrences) => match session.occurrences() {
                Some(dialog) => occurrence_view::occurrence_view(session, dialog, &on_event),
                None => Html::default(),
            },
        }
    }
}

/// That another tab writes, and a way to take over.
pub fn following(session: &Session, on_event: &Callback<Event>) -> Html {
    if !session.is_following() {
        return Html::default();
    }
    html! {
        <div class="notice" data-tone="note" data-following="">
            <p>{ "Another tab is at work on this project. What is done there appears here." }</p>
            <button class="button small" data-action="take-over" onclick={on_event.reform(|_| Event::TakeOver)}>{ "Work here instead" }</button>
        </div>
    }
}

/// Articles on their way in: how far, and a way to stop them.
pub fn arrival(session: &Session, on_event: &Callback<Event>) -> Html {
    let Some(arrival) = session.arrival() else { return Html::default() };
    let words = match arrival.added {
        Some((n, all)) => format!("Adding articles: {n} of {all}"),
        None => "Reading files…".to_owned(),
    };
    let is_paused = arrival.is_paused;
    html! {
        <div class="notice arrival" data-tone="note" data-arrival={arrival.percent.to_string()}>
            <p>
                <span>{ words }{ if is_paused { " (paused)" } else { "" } }</span>
                <progress class="project-progress" max="100" value={arrival.percent.to_string()} aria-label="Articles on their way in" />
            </p>
            <button class="button small" data-action="pause-arrival" aria-pressed={is_paused.to_string()}
                onclick={on_event.reform(move |_| Event::ArrivalPaused { on: !is_paused })}>{ if is_paused { "Go on" } else { "Pause" } }</button>
            <button class="button quiet small" data-action="cancel-arrival" onclick={on_event.reform(|_| Event::ArrivalCancelled)}>{ "Cancel" }</button>
        </div>
    }
}

/// What the user should know, above the text.
pub fn notices(notices: &[Notice], on_event: &Callback<Event>) -> Html {
    let notice = |notice: &Notice| {
        let id = notice.id;
        let close = on_event.reform(move |_| Event::NoticeClosed { notice: id });
        let save = on_event.reform(move |_| Event::NoticeSaved { notice: id });
        let undo = on_event.reform(move |_| Event::RemovalUndone { notice: id });
        let (tone, role) = match notice.tone {
            Tone::Note => ("note", "status"),
            Tone::Problem => ("problem", "alert"),
        };
        html! {
            <div key={id} class="notice" data-tone={tone} {role}>
                <p tabindex={(notice.text.lines().count() > 8).then_some("0")}>{ &notice.text }</p>
                if notice.text.contains('\n') {
                    <button class="button small" data-action="save-notice" onclick={save}>{ "Save this list" }</button>
                }
                if notice.offers_undo {
                    <button class="button small" data-action="undo-removal" onclick={undo}>{ "Undo" }</button>
                }
                <button class="button quiet small" aria-label="Put this away" onclick={close}>{ "✕" }</button>
            </div>
        }
    };
    html! { <div class="notices">{ for notices.iter().map(notice) }</div> }
}

/// What stands in the place of an article when there is none.
#[inline(never)] // a door of `xtask/pack`
pub fn empty(link: &Scope<App>) -> Html {
    html! {
        <section class="empty">
            <h2>{ "No article is open" }</h2>
            <p>{ "Drop text files or an Attaché project anywhere on this page, or choose them. Nothing leaves this computer." }</p>
            <p class="empty-actions">
                <button class="button primary" onclick={link.callback(|_| Msg::AskForFiles)}>{ "Open…" }</button>
                <button class="button" onclick={link.callback(|_| Msg::PasteDialog(true))}>{ "Paste…" }</button>
            </p>
        </section>
    }
}

/// A field for a text that becomes a new article.
#[inline(never)] // a door of `xtask/pack`
pub fn paste(link: &Scope<App>) -> Html {
    html! { <PasteDialog on_text={link.callback(Msg::Pasted)} on_close={link.callback(|()| Msg::PasteDialog(false))} /> }
}

#[derive(Properties, PartialEq)]
struct PasteProps {
    on_text: Callback<String>,
    on_close: Callback<()>,
}

#[component]
fn PasteDialog(props: &PasteProps) -> Html {
    let on_text = props.on_text.clone();
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field_of(&event) {
            on_text.emit(field.value());
        }
    });
    html! {
        <Modal title="Paste a text" name="paste" on_close={&props.on_close}>
            <form class="form" {onsubmit}>
                <textarea autofocus=true id="pasted" name="pasted" class="field" dir="auto" rows="12" aria-label="The article’s text"
                    placeholder="The article’s plain text" />
                <p class="form-actions">
                    <button class="button primary" type="submit">{ "Add as an article" }</button>
                    <button class="button" type="button" onclick={props.on_close.reform(|_| ())}>{ "Cancel" }</button>
                </p>
            </form>
        </Modal>
    }
}

fn field_of(event: &SubmitEvent) -> Option<web_sys::HtmlTextAreaElement> {
    let form: web_sys::Element = event.target()?.dyn_into().ok()?;
    form.query_selector("textarea").ok()??.dyn_into().ok()
}
