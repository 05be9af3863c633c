//! The line at the bottom: what is active and why, what was done last, and the keys that matter now.

use yew::prelude::*;

use crate::annotation::{Origin, Status};
use crate::session::Session;

/// The line at the bottom.
pub fn status(session: &Session) -> Html {
    let n_suggested = session.article().map_or(0, |article| article.annotations().n_suggested());
    let on_mac = super::keys::on_mac();
    let key = |name: &str| session.shown_key(name, on_mac);
    let labels = session.label_keys();
    let pair = |one: &str, two: &str| format!("{} {}", key(one), key(two));
    let keys: Vec<(String, &str)> = match (session.selection(), session.active()) {
        _ if session.article().is_none() => vec![(key("help"), "all keys")],
        (Some(_), _) => vec![(labels, "label"), (key("occurrences"), "everywhere"), (key("escape"), "deselect")],
        (None, Some(_)) => vec![
            (key("accept"), "accept"),
            (key("dismiss"), "reject"),
            (labels, "relabel"),
            (pair("start-out", "end-out"), "ends"),
            (pair("next", "previous"), "walk"),
            (key("palette"), "all"),
        ],
        (None, None) => vec![
            (pair("next", "previous"), "walk"),
            (key("next-suggestion"), "next suggestion"),
            (key("review"), "review"),
            (key("palette"), "all actions"),
        ],
    };
    html! {
        <footer class="status">
            <span class="status-words">{ words(session) }</span>
            if n_suggested > 0 {
                <span class="to-review" data-to-review={n_suggested.to_string()}>{ format!("{n_suggested} to review") }</span>
            }
            <span class="hints" aria-hidden="true">
                { for keys.iter().map(|(key, what)| html! { <span><kbd>{ key }</kbd>{ *what }</span> }) }
            </span>
        </footer>
    }
}

fn words(session: &Session) -> Html {
    let said = session.said();
    if !said.is_empty() {
        return html! { <span data-said="">{ said }</span> };
    }
    let Some(article) = session.article() else { return Html::default() };
    let Some((_, annotation)) = session.active() else {
        return html! { <span class="dim">{ format!("Select words and press {}; click a highlight, or press {}, to review it.", session.label_keys(), session.shown_key("next", super::keys::on_mac())) }</span> };
    };
    let label = session.scheme().label(annotation.label);
    let state = match (annotation.status, annotation.origin) {
        (Status::Suggested, _) => "suggested".to_owned(),
        (_, Origin::Person) => "marked by you".to_owned(),
        (_, Origin::Recognizer) => "accepted".to_owned(),
        (_, Origin::File) => "from a file".to_owned(),
    };
    let score = annotation.score.filter(|_| annotation.status == Status::Suggested);
    html! {
        <span data-active-status="">
            <bdi class="quote">{ format!("“{}”", crate::view::words(article.text(), annotation)) }</bdi>
            <span class="sample" data-style={label.style.to_string()} data-hue={super::painter::hue_of(annotation.label, label)} data-state="accepted">{ &label.title }</span>
            <bdi>{ &annotation.entity }</bdi>
            <span>
                { state }
                if let Some(score) = score { { format!(" {} %", (score.fraction() * 100.0).round() as u8) } }
                if annotation.unsure { { ", unsure" } }
            </span>
            if !annotation.note.is_empty() { <bdi class="dim">{ format!("Note: {}", annotation.note) }</bdi> }
            if !annotation.evidence.is_empty() { <span class="dim">{ &annotation.evidence }</span> }
        </span>
    }
}
