//! The line at the bottom: what is active and why, what was done last, and the keys that matter now.

use yew::prelude::*;

use crate::annotation::{Origin, Status};
use crate::session::Session;

/// The line at the bottom.
pub fn status(session: &Session) -> Html {
    let n_suggested = session.article().map_or(0, |article| article.annotations().n_suggested());
    let keys: &[(&str, &str)] = match (session.selection(), session.active()) {
        _ if session.article().is_none() => &[("?", "all keys")],
        (Some(_), _) => &[("o r t", "label"), ("Esc", "deselect")],
        (None, Some(_)) => &[("a", "accept"), ("x", "reject"), ("o r t", "relabel"), ("[ ]", "ends"), ("j k", "walk")],
        (None, None) => &[("j k", "walk"), ("n", "next suggestion"), ("?", "all keys")],
    };
    html! {
        <footer class="status">
            <span class="status-words">{ words(session) }</span>
            if n_suggested > 0 {
                <span class="to-review" data-to-review={n_suggested.to_string()}>{ format!("{n_suggested} to review") }</span>
            }
            <span class="hints" aria-hidden="true">
                { for keys.iter().map(|(key, what)| html! { <span><kbd>{ *key }</kbd>{ *what }</span> }) }
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
        return html! { <span class="dim">{ "Select words and press o, r or t; click a highlight, or press j, to review it." }</span> };
    };
    let label = session.scheme().label(annotation.label);
    let state = match (annotation.status, annotation.origin) {
        (Status::Suggested, _) => "suggested".to_owned(),
        (_, Origin::Person) => "marked by you".to_owned(),
        (_, Origin::Recognizer) => "accepted".to_owned(),
        (_, Origin::File) => "from a file".to_owned(),
    };
    let score = annotation.score.filter(|_| annotation.status == Status::Suggested);
    let quote = article.text().slice(annotation.span);
    html! {
        <span data-active-status="">
            <bdi class="quote">{ format!("“{quote}”") }</bdi>
            <span class="sample" data-style={label.style.to_string()} data-state="accepted">{ &label.title }</span>
            <bdi>{ &annotation.entity }</bdi>
            <span>
                { state }
                if let Some(score) = score { { format!(" {:.0} %", score.fraction() * 100.0) } }
            </span>
            if !annotation.evidence.is_empty() { <span class="dim">{ &annotation.evidence }</span> }
        </span>
    }
}
