//! All keys, from the action table, to read and to change.

use yew::prelude::*;

use super::modal::Modal;
use crate::session::{ACTIONS, Action, Event, Heading, Session};

/// The dialog of all keys.
pub fn keys_view(session: &Session, on_event: &Callback<Event>) -> Html {
    let on_mac = super::keys::on_mac();
    let labels: Vec<Html> = session
        .scheme()
        .labels()
        .filter(|(_, label)| !label.retired)
        .map(|(_, label)| {
            let key = label.key.map(|key| html! { <kbd>{ key.to_string() }</kbd> });
            html! {
                <div class="key-row">
                    <dt>{ for key }</dt>
                    <dd>{ format!("{}: label the selection, or relabel the highlight", label.title) }</dd>
                </div>
            }
        })
        .collect();
    let waiting = session.rebinding();
    let row = |action: &'static Action| {
        let keys = session.keys_of(action);
        let is_own = session.settings().keys.contains_key(action.name);
        let is_waiting = waiting == Some(action.name);
        let wait = on_event.reform(move |_| Event::KeyAwaited { action: (!is_waiting).then_some(action.name) });
        let reset = on_event.reform(move |_| Event::KeysReset { action: Some(action.name) });
        html! {
            <div class="key-row" data-key-of={action.name}>
                <dt>
                    if is_waiting {
                        <em class="waiting">{ "Press a key…" }</em>
                    } else {
                        { for keys.iter().map(|key| html! { <kbd>{ key.shown(on_mac) }</kbd> }) }
                    }
                </dt>
                <dd>{ action.title }</dd>
                <dd class="key-change">
                    <button type="button" class="button quiet small" onclick={wait} aria-pressed={is_waiting.to_string()}
                        aria-label={format!("Change the key of: {}", action.title)}>{ "Change" }</button>
                    if is_own {
                        <button type="button" class="button quiet small" onclick={reset}
                            aria-label={format!("Usual key for: {}", action.title)}>{ "Reset" }</button>
                    }
                </dd>
            </div>
        }
    };
    let headings = [
        Heading::Decide,
        Heading::Label,
        Heading::Walk,
        Heading::Shape,
        Heading::People,
        Heading::Caret,
        Heading::Page,
    ];
    let section = |heading: &Heading| {
        html! {
            <section>
                <h3>{ heading.title() }</h3>
                <dl class="key-list">
                    if *heading == Heading::Label { { for labels.iter().cloned() } }
                    { for ACTIONS.iter().filter(|action| action.heading == *heading).map(row) }
                </dl>
            </section>
        }
    };
    html! {
        <Modal title="Keys" name="help" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <p class="dim">{ "Single keys act while no field has the focus. After Esc, Tab leaves the text." }</p>
            if waiting.is_some() {
                <p class="form-said" role="status">{ session.said() }</p>
            }
            <div data-help="">{ for headings.iter().map(section) }</div>
            if !session.settings().keys.is_empty() {
                <p><button type="button" class="button" data-action="reset-keys"
                    onclick={on_event.reform(|_| Event::KeysReset { action: None })}>{ "All usual keys again" }</button></p>
            }
        </Modal>
    }
}
