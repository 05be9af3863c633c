//! The earlier states of the open article, one of which it can be put back to.

use js_sys::Date;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::modal::Modal;
use super::now;
use crate::project::UnixMillis;
use crate::session::{Event, Session, Version};

/// How many are drawn; of the others only the number is told.
const DRAWN: usize = 300;

#[derive(Properties, PartialEq)]
struct RowProps {
    version: Version,
    is_now: bool,
    on_choose: Callback<usize>,
    on_look: Callback<usize>,
    /// What it has, once it was looked at.
    note: Option<AttrValue>,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let n_steps = props.version.n_steps;
    let (title, time) = match &props.version.step {
        Some(step) => (step.title.clone(), in_words(step.at)),
        None => ("The text as it came".to_owned(), String::new()),
    };
    html! {
        <li class="label-row" data-version={n_steps.to_string()}>
            <span class="version-words"><bdi>{ title }</bdi>{ " " }<span class="dim">{ time }</span>
                if let Some(note) = &props.note { <span class="dim">{ " – " }{ note }</span> }</span>
            if props.is_now {
                <span class="dim">{ "now" }</span>
            } else {
                <button type="button" class="button quiet small" data-action="look-at-version" onclick={props.on_look.reform(move |_| n_steps)}>{ "Look" }</button>
                <button type="button" class="button small" data-action="go-back-to" onclick={props.on_choose.reform(move |_| n_steps)}>{ "Go back to this" }</button>
            }
        </li>
    }
}

/// The dialog.
pub fn versions_view(session: &Session, on_event: &Callback<Event>) -> Html {
    let versions = session.versions();
    let n_now = versions.first().map_or(0, |version| version.n_steps);
    let n_left = versions.len().saturating_sub(DRAWN);
    let on_choose = on_event.reform(|n_steps| Event::VersionChosen { n_steps, at: now() });
    let on_look = on_event.reform(|n_steps| Event::VersionLookedAt { n_steps });
    let looked_at = session.looked_at();
    let note = |version: &Version| {
        let preview = looked_at.filter(|preview| preview.n_steps == version.n_steps)?;
        Some(AttrValue::from(format!("{} marked, {} to review", preview.n_visible, preview.n_suggested)))
    };
    html! {
        <Modal title="Earlier states of this article" name="versions" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <p class="dim">{ "Every step is kept. Going back is a step too, and undo takes it back." }</p>
            <ol class="label-list versions" aria-label="States, the newest first" tabindex="-1">
                { for versions.iter().take(DRAWN).map(|version| html! {
                    <Row key={version.n_steps} version={version.clone()} is_now={version.n_steps == n_now} on_choose={on_choose.clone()} on_look={on_look.clone()} note={note(version)} />
                }) }
            </ol>
            if n_left > 0 { <p class="dim">{ format!("and {n_left} older ones.") }</p> }
        </Modal>
    }
}

/// A time as people write it where this browser is.
fn in_words(at: UnixMillis) -> String {
    Date::new(&JsValue::from_f64(at.0 as f64)).to_locale_string("default", &JsValue::UNDEFINED).into()
}
