//! The list of articles: which of them, in which order, and how far each is. Only the rows around what is seen are drawn.

use std::ops::Range;

use wasm_bindgen::JsCast as _;
use yew::html::Scope;
use yew::prelude::*;

use super::forms::own_value;
use super::group_list::spacer;
use super::{App, Msg, Part};
use crate::session::{Body, Dialog, Entry, Event, Listing, Order, Progress, Session, Stage};

/// With fewer articles there is nothing to look for.
const LEAST_TO_FILTER: usize = 5;

/// The pane on the left.
pub fn article_list(session: &Session, drawn: Range<usize>, link: &Scope<App>) -> Html {
    let n_listed = session.n_listed();
    let start = drawn.start.min(n_listed);
    let rows = session.listed(start..drawn.end.max(start));
    let n_after = n_listed - start - rows.len();
    let Progress { n_articles, n_done } = session.progress();
    let remove = link.callback(|_| Msg::Session(Event::ArticleRemoved));
    let onscroll = link.callback(|event: web_sys::Event| Msg::ArticlesScrolled(super::group_list::seen_row(&event)));
    let progress = if n_done == 0 { String::new() } else { format!("{n_done} done") };
    html! {
        <nav class="pane articles" aria-label="Articles">
            <button class="button quiet small project-name" data-action="projects" title="Projects"
                onclick={link.callback(|_| Msg::Session(Event::DialogAsked { dialog: Dialog::Projects }))}><bdi>{ session.project_name().to_owned() }</bdi></button>
            <h2 class="pane-title">{ "Articles" } <span class="count">{ n_articles }</span> <span class="count" data-done="">{ progress }</span></h2>
            if n_articles >= LEAST_TO_FILTER {
                <progress class="project-progress" max={n_articles.to_string()} value={n_done.to_string()} aria-label="Articles done" />
                // Part of the rest; it is drawn when that is there.
                if Part::Rest.is_here() { { filter(session, link) } }
            }
            <ul class="rows" {onscroll} data-doc-list="" tabindex="-1">
                { spacer(start) }
                { for rows.into_iter().map(|entry| row(session, entry, link)) }
                { spacer(n_after) }
            </ul>
            if n_listed == 0 && n_articles > 0 {
                <p class="empty-note">{ "No article is like that." }</p>
            }
            if session.n_to_suggest() > 1 {
                <p class="empty-note" data-to-suggest={session.n_to_suggest().to_string()}>{ format!("Suggestions are being looked for in {} articles.", session.n_to_suggest()) }</p>
            }
            if session.open_id().is_some() {
                <button class="button quiet small" data-action="remove" onclick={remove}>{ "Remove this article" }</button>
            }
        </nav>
    }
}

fn row(session: &Session, entry: &Entry, link: &Scope<App>) -> Html {
    let id = entry.head.id;
    let is_open = session.open_id() == Some(id);
    let onclick = link.callback(move |_| Msg::Session(Event::ArticleChosen { article: id }));
    let state = match &entry.body {
        Body::Broken(_) => "cannot be read".to_owned(),
        Body::Loading => "is being read…".to_owned(),
        Body::Stored | Body::Loaded(_) => match (entry.head.n_visible, entry.head.n_suggested) {
            (0, _) => "no annotations".to_owned(),
            (n, 0) => format!("{n} decided"),
            (n, open) => format!("{n} marked, {open} to review"),
        },
    };
    html! {
        <li key={id.0} class="row article-row" {onclick}>
            <button class="row-button" aria-current={is_open.then_some("true")} title={entry.head.name.clone()}>
                <span class="row-words">
                    <span class="row-name" dir="auto">{ entry.head.shown_name() }{ if entry.head.flagged { " ⚑" } else { "" } }</span>
                    <span class="row-note">{ state }</span>
                </span>
            </button>
        </li>
    }
}

/// What is asked of the list.
#[inline(never)] // a door of `xtask/pack`
fn filter(session: &Session, link: &Scope<App>) -> Html {
    let listing = session.listing().clone();
    let ask = |change: fn(&mut Listing, String)| {
        let listing = listing.clone();
        link.callback(move |event: web_sys::Event| {
            let mut listing = listing.clone();
            change(&mut listing, own_value(&event));
            Msg::Session(Event::Listed { listing })
        })
    };
    let search = {
        let ask = ask(|listing, words| listing.query = words);
        Callback::from(move |event: InputEvent| ask.emit(event.into()))
    };
    let stage = ask(|listing, word| {
        listing.stage = Stage::ALL.iter().find(|it| it.1 == word).map(|it| it.0).unwrap_or_default();
    });
    let order = ask(|listing, word| {
        listing.order = Order::ALL.iter().find(|it| it.1 == word).map(|it| it.0).unwrap_or_default();
    });
    let field = |change: fn(&mut Listing, String)| {
        let ask = ask(change);
        Callback::from(move |event: InputEvent| ask.emit(event.into()))
    };
    let label = ask(|listing, name| listing.label = name);
    let is_more =
        listing.is_choosy() && (Listing { query: String::new(), stage: Stage::Any, ..listing.clone() }).is_choosy();
    let clear = link.callback(|_| {
        // The button goes, and the focus would go with it.
        let list = gloo::utils::document().query_selector(".articles .rows").ok().flatten();
        if let Some(list) = list.and_then(|list| list.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = list.focus();
        }
        Msg::Session(Event::Listed { listing: Listing::default() })
    });
    let n_unsearched = session.n_unsearched();
    html! {
        <div class="list-filter" role="search" aria-label="Articles">
            <input class="field" type="search" name="articles-search" placeholder="Find by name" aria-label="Find articles by name"
                value={listing.query.clone()} oninput={search} />
            <select class="field" name="articles-stage" aria-label="How far" onchange={stage}>
                { for Stage::ALL.iter().map(|(it, word, title)| html! { <option value={*word} selected={*it == listing.stage}>{ *title }</option> }) }
            </select>
            <select class="field" name="articles-order" aria-label="Order" onchange={order}>
                { for Order::ALL.iter().map(|(it, word, title)| html! { <option value={*word} selected={*it == listing.order}>{ *title }</option> }) }
            </select>
            <More {is_more}>
                <label class="form-row"><span>{ "In texts" }</span>
                    <input class="field" type="search" name="articles-words" placeholder="words, or /pattern/" value={listing.words.clone()} oninput={field(|listing, words| listing.words = words)} /></label>
                if let Some(problem) = session.listing_problem() { <p class="form-said" role="alert">{ problem }</p> }
                <label class="form-row"><span>{ "Label" }</span>
                    <select class="field" name="articles-label" onchange={label}>
                        <option value="" selected={listing.label.is_empty()}>{ "Any" }</option>
                        { for session.scheme().labels().map(|(_, it)| html! { <option value={it.name.clone()} selected={it.name == listing.label}>{ &it.title }</option> }) }
                    </select></label>
                <label class="form-row"><span>{ "Person" }</span>
                    <input class="field" type="search" name="articles-person" value={listing.person.clone()} oninput={field(|listing, name| listing.person = name)} /></label>
                <label class="form-row"><span>{ "Source" }</span>
                    <input class="field" type="search" name="articles-source" value={listing.source.clone()} oninput={field(|listing, source| listing.source = source)} /></label>
                <label class="form-row"><span>{ "From" }</span>
                    <input class="field" type="date" name="articles-from" value={listing.from.clone()} onchange={ask(|listing, day| listing.from = day)} /></label>
                <label class="form-row"><span>{ "To" }</span>
                    <input class="field" type="date" name="articles-to" value={listing.to.clone()} onchange={ask(|listing, day| listing.to = day)} /></label>
            </More>
            if listing.is_choosy() {
                <p class="list-count">
                    <span class="dim" role="status">{ format!("{} of {}", session.n_listed(), session.entries().len()) }{ if n_unsearched > 0 { format!(", {n_unsearched} to look through") } else { String::new() } }</span>
                    <button class="button quiet small" data-action="all-articles" onclick={clear}>{ "Show all" }</button>
                </p>
            }
        </div>
    }
}

/// Scrolls the list so that a row is seen, the row at its middle when it was not.
pub fn bring_into_view(place: usize) {
    let document = gloo::utils::document();
    let Ok(Some(list)) = document.query_selector("[data-doc-list]") else { return };
    let Ok(Some(row)) = list.query_selector(".row") else { return };
    let height = row.get_bounding_client_rect().height();
    let (top, shown) = (place as f64 * height, f64::from(list.client_height()));
    let from = f64::from(list.scroll_top());
    if top < from || top + height > from + shown {
        list.set_scroll_top((top - shown / 2.0).max(0.0) as i32);
    }
}

#[derive(Properties, PartialEq)]
struct MoreProps {
    /// Whether one of them is filled in.
    is_more: bool,
    children: Html,
}

/// The fields that are seldom needed. They stay open while somebody empties one.
#[component]
fn More(props: &MoreProps) -> Html {
    let is_open = use_state(|| props.is_more);
    let ontoggle = {
        let is_open = is_open.clone();
        Callback::from(move |event: web_sys::Event| {
            is_open.set(event.target_unchecked_into::<web_sys::Element>().has_attribute("open"));
        })
    };
    html! {
        <details class="list-more" open={*is_open} {ontoggle}>
            <summary>{ "More" }</summary>
            { props.children.clone() }
        </details>
    }
}
