//! The list of articles.

use yew::prelude::*;

use crate::session::{Body, Event, Session};

/// The pane on the left.
pub fn article_list(session: &Session, on_event: &Callback<Event>) -> Html {
    let n = session.entries().len();
    let rows = session.entries().iter().map(|entry| {
        let id = entry.head.id;
        let is_open = session.open_id() == Some(id);
        let onclick = on_event.reform(move |_| Event::ArticleChosen { article: id });
        let state = match &entry.body {
            Body::Broken(_) => "cannot be read".to_owned(),
            Body::Loading => "is being read…".to_owned(),
            Body::Stored | Body::Loaded(_) => match (entry.head.n_visible, entry.head.n_suggested) {
                (0, _) => "no annotations".to_owned(),
                (n, 0) => format!("{n} decided"),
                (n, open) => format!("{n} marked, {open} to review"),
            },
        };
        let is_flagged = entry.article().is_some_and(|article| article.annotations().about().flagged);
        html! {
            <li key={id.0} class="row article-row" {onclick}>
                <button class="row-button" aria-current={is_open.then_some("true")} title={entry.head.name.clone()}>
                    <span class="row-words">
                        <span class="row-name">{ &entry.head.name }{ if is_flagged { " ⚑" } else { "" } }</span>
                        <span class="row-note">{ state }</span>
                    </span>
                </button>
            </li>
        }
    });
    let remove = on_event.reform(|_| Event::ArticleRemoved);
    html! {
        <nav class="pane articles" aria-label="Articles">
            <h2 class="pane-title">{ "Articles" } <span class="count">{ n }</span></h2>
            <ul class="rows" data-doc-list="">{ for rows }</ul>
            if session.open_id().is_some() {
                <button class="button quiet small" data-action="remove" onclick={remove}>{ "Remove this article" }</button>
            }
        </nav>
    }
}
