//! The palette at the selection or at the active highlight: labels and what can be done, with their keys.

use yew::prelude::*;

use super::header::sign;
use super::now;
use crate::annotation::Status;
use crate::scheme::AppliesTo;
use crate::session::{ACTIONS, ActionId, Event, Session};

/// The palette; nothing when there is nothing to act on.
///
/// It comes to the text only for one who points; on a small screen it has a place of its own and stands there always.
pub fn palette(
    session: &Session,
    node: NodeRef,
    is_pressing: bool,
    by_pointer: bool,
    on_event: &Callback<Event>,
) -> Html {
    let selected = session.selection().is_some();
    let active = session.active();
    if (!selected && active.is_none()) || (selected && is_pressing) {
        return Html::default();
    }
    let current = active.filter(|_| !selected).map(|(_, annotation)| annotation);
    let labels = session.scheme().offered(AppliesTo::Text).into_iter().map(|(id, label, _)| {
        let pressed = current.is_some_and(|annotation| annotation.label == id);
        let onclick = on_event.reform(move |_| Event::Act { action: ActionId::Label(id), at: now() });
        html! {
            <button class="tool" data-label-button={label.name.clone()} aria-pressed={pressed.to_string()}
                title={label.description.clone()} {onclick}>
                <span class="sample" data-style={label.style.to_string()} data-hue={super::painter::hue_of(id, label)}
                    data-state="accepted">{ &label.title }</span>
                if let Some(key) = label.key { <kbd aria-hidden="true">{ key.to_string() }</kbd> }
            </button>
        }
    });
    // The text keeps its selection and focus while the palette is used with a mouse.
    let onmousedown = Callback::from(|event: MouseEvent| event.prevent_default());
    html! {
        <div ref={node} class="palette" data-by={if by_pointer { "pointer" } else { "keys" }} role="toolbar" aria-label="Label and decide" {onmousedown}>
            { for labels }
            if selected && session.chosen_last().is_some() {
                <span class="divider" />
                { tool("add-part", html! { "⊕" }, "Part", session, on_event) }
                { tool("remove-part", html! { "⊖" }, "", session, on_event) }
            }
            if let Some(annotation) = current {
                <span class="divider" />
                if annotation.status == Status::Suggested {
                    { tool("accept", sign("accept"), "Accept", session, on_event) }
                    { tool("dismiss", sign("dismiss"), "Reject", session, on_event) }
                } else {
                    { tool("dismiss", sign("dismiss"), "Delete", session, on_event) }
                }
                { tool("everywhere", sign("everywhere"), "All", session, on_event) }
                { tool("unsure", html! { "?" }, "", session, on_event) }
                <span class="divider" />
                <span class="edges" role="group" aria-label="Move the ends">
                    { tool("start-out", html! { "‹[" }, "", session, on_event) }
                    { tool("start-in", html! { "[›" }, "", session, on_event) }
                    { tool("end-in", html! { "‹]" }, "", session, on_event) }
                    { tool("end-out", html! { "]›" }, "", session, on_event) }
                </span>
            }
        </div>
    }
}

fn tool(name: &'static str, face: Html, words: &str, session: &Session, on_event: &Callback<Event>) -> Html {
    let Some(action) = ACTIONS.iter().find(|action| action.name == name) else { return Html::default() };
    let key = session.shown_key(name, super::keys::on_mac());
    let onclick = on_event.reform(move |_| Event::Act { action: ActionId::Named(name), at: now() });
    html! {
        <button class="tool" data-action={name} title={format!("{} ({key})", action.title)} aria-label={words.is_empty().then_some(action.title)} {onclick}>
            <span aria-hidden="true">{ face }</span>
            if !words.is_empty() {
                <span class="tool-words">{ words }</span>
                <kbd aria-hidden="true">{ key }</kbd>
            }
        </button>
    }
}
