//! The list beside the text: people or topics with their mentions.
//!
//! A long list draws only the rows around what is seen; all rows are equally high. Few of them, since each edit draws them
//! anew.

use std::ops::Range;

use yew::html::Scope;
use yew::prelude::*;

use super::header::sign;
use super::{App, Msg, Part};
use crate::annotation::GroupKey;
use crate::recognize::Sureness;
use crate::scheme::GroupKind;
use crate::session::{Dialog, Event, Joined, Session};
use crate::view::{MentionRow, Row, Rows, rows};

/// Rows drawn above and below those that are seen: more than a wheel goes by in one picture, and all of most articles.
const AROUND: usize = 24;
/// The height of the lowest row, in CSS pixels: those of styles/lists.css are higher, unless somebody’s letters are very
/// small.
const LOWEST_ROW: f64 = 32.0;

/// How many rows fit into the window.
pub fn rows_seen() -> usize {
    (super::overlay::window_height() / LOWEST_ROW).ceil() as usize
}

/// The rows of a list that are drawn, when the first of so many that are seen is this.
pub(super) fn drawn(first: usize, n_seen: usize) -> Range<usize> {
    first.saturating_sub(AROUND)..first + n_seen + AROUND
}

/// The pane on the right.
pub fn group_list(session: &Session, drawn: Range<usize>, link: &Scope<App>) -> Html {
    let panel = session.panel();
    let start = drawn.start;
    let shown = session.article().map_or(Rows { rows: Vec::new(), n_rows: 0, n_groups: 0 }, |article| {
        rows(article, session.scheme(), panel, session.expanded(), drawn)
    });
    let count = |kind: GroupKind| session.article().map_or(0, |article| article.annotations().n_groups(kind));
    let tab = |kind: GroupKind, title: &str| {
        html! {
            <button role="tab" class="tab" data-panel={title.to_lowercase()} aria-selected={(panel == kind).to_string()}
                onclick={link.callback(move |_| Msg::Session(Event::PanelChosen { panel: kind }))}>
                { title } <span class="count">{ count(kind) }</span>
            </button>
        }
    };
    let n_after = shown.n_rows.saturating_sub(start + shown.rows.len());
    let active = session.active().map(|(id, _)| id);
    let onscroll = link.callback(|event: web_sys::Event| Msg::ScrolledTo(seen_row(&event)));
    let title = if panel == GroupKind::Person { "people" } else { "topics" };
    // A mention that is let go beside the rows becomes a person or topic of its own.
    let split_off = link.callback(|event: DragEvent| {
        event.prevent_default();
        Msg::RowDropped(None)
    });
    html! {
        <aside class="pane groups" aria-label="People and topics">
            <div class="switch" role="tablist" aria-label="What is listed">
                { tab(GroupKind::Person, "People") }
                { tab(GroupKind::Topic, "Topics") }
            </div>
            <div class="panel" role="tabpanel" aria-label={title}>
            <ul class="rows" {onscroll} ondrop={split_off} data-group-list={title} tabindex="-1">
                { spacer(start.min(shown.n_rows)) }
                { for shown.rows.iter().map(|row| match row {
                    Row::Group { .. } => group(row, link),
                    Row::Mention(mention) => mention_row(mention, active == Some(mention.id), link),
                }) }
                { spacer(n_after) }
            </ul>
            </div>
            if session.article().is_some() {
                { sureness(session, link) }
            }
            if shown.n_rows == 0 && session.article().is_some() {
                <p class="empty-note">
                    { format!("No {title} yet. Select words in the text and press a label’s key.") }
                </p>
            }
            // Both are part of the rest, and drawn when that is there.
            if session.settings().shows_details && Part::Rest.is_here() {
                { super::details_view::details(session, &link.callback(Msg::Session)) }
            }
            if session.settings().shows_guidelines && Part::Rest.is_here() {
                { super::details_view::guidelines(session, &link.callback(Msg::Session)) }
            }
        </aside>
    }
}

/// The first row that is seen of a list that was scrolled.
pub(super) fn seen_row(event: &web_sys::Event) -> usize {
    let list: web_sys::Element = event.target_unchecked_into();
    let height = list.query_selector(".row").ok().flatten().map_or(1.0, |row| row.get_bounding_client_rect().height());
    (f64::from(list.scroll_top()) / height.max(1.0)) as usize
}

/// How sure a suggestion must be. To the left there are many, to the right few and surer ones.
fn sureness(session: &Session, link: &Scope<App>) -> Html {
    let sureness = session.settings().sureness;
    let n_suggested = session.article().map_or(0, |article| article.annotations().n_suggested());
    let onchange = link.batch_callback(|event: web_sys::Event| {
        let input: web_sys::HtmlInputElement = event.target_unchecked_into();
        let percent = input.value().parse().ok()?;
        Some(Msg::Session(Event::SurenessChosen { sureness: Sureness::from_percent(percent) }))
    });
    let count = if n_suggested == 1 { "1 suggestion".to_owned() } else { format!("{n_suggested} suggestions") };
    html! {
        <div class="sureness" data-sureness={sureness.percent().to_string()}>
            <label for="sureness">{ "Suggest from" }</label>
            <output for="sureness">{ format!("{sureness} sure: {count}") }</output>
            <input id="sureness" type="range" min={Sureness::LEAST.percent().to_string()}
                max={Sureness::MOST.percent().to_string()} step={Sureness::STEP.to_string()}
                value={sureness.percent().to_string()} aria-valuetext={format!("{sureness} sure, {count}")}
                title="Left: more suggestions. Right: fewer, surer ones. Keys: + and -" {onchange} />
        </div>
    }
}

/// Begins to drag a row.
fn start_drag(event: &DragEvent, words: &str, what: Joined) -> Joined {
    if let Some(transfer) = event.data_transfer() {
        // Firefox drags only what has data.
        let _ = transfer.set_data("text/plain", words);
    }
    what
}

/// Room for rows that are not drawn: as many `<li>` heights as the style sheet makes of its attribute.
pub(super) fn spacer(n_rows: usize) -> Html {
    if n_rows == 0 {
        return Html::default();
    }
    html! { <Spacer {n_rows} /> }
}

#[derive(Properties, PartialEq)]
struct SpacerProps {
    n_rows: usize,
}

/// An empty row of a given height. The height is set through the style object, which a strict content security
/// policy allows.
#[component]
fn Spacer(props: &SpacerProps) -> Html {
    let node = use_node_ref();
    let element = node.clone();
    use_effect_with(props.n_rows, move |n_rows| {
        if let Some(element) = element.cast::<web_sys::HtmlElement>() {
            let height = format!("calc({n_rows} * var(--row-height))");
            // A calculated length is always valid.
            let _ = element.style().set_property("height", &height);
        }
    });
    html! { <li ref={node} class="spacer" aria-hidden="true" /> }
}

fn group(row: &Row, link: &Scope<App>) -> Html {
    let Row::Group { key, n_mentions, n_suggested, roles, expanded } = row else { return Html::default() };
    let (chosen, dragged, target) = (key.clone(), key.clone(), key.clone());
    let choose = link.callback(move |_| Msg::Session(Event::GroupChosen { group: chosen.clone() }));
    let ondragstart = link.callback(move |event: DragEvent| {
        Msg::RowDragged(start_drag(&event, &dragged.entity, Joined::Group(dragged.clone())))
    });
    let ondrop = link.callback(move |event: DragEvent| {
        event.prevent_default();
        Msg::RowDropped(Some(target.clone()))
    });
    html! {
        <li class="row group-row" data-entity={key.entity.to_string()} draggable="true" {ondragstart} {ondrop}>
            <button class="row-button" aria-expanded={expanded.to_string()} onclick={choose}>
                <span class="row-words">
                    <span class="row-name">{ &*key.entity }</span>
                    if !roles.is_empty() { <span class="row-note">{ roles.join(" · ") }</span> }
                </span>
                <span class="count" title={format!("{n_mentions} mentions, {n_suggested} to review")}>{ *n_mentions }</span>
            </button>
            if *expanded {
                { opener_of_known(key, link) }
            }
            if *n_suggested > 0 {
                { acceptor(key, *n_suggested, *n_mentions, link) }
            }
        </li>
    }
}

/// The button that opens what is known of a person or topic.
fn opener_of_known(key: &GroupKey, link: &Scope<App>) -> Html {
    let known = key.clone();
    let onclick = link.callback(move |_| Msg::Session(Event::DialogAsked { dialog: Dialog::Entity(known.clone()) }));
    html! {
        <button class="button quiet small" data-action="known" {onclick}
            title="What is known of it; another name" aria-label={format!("What is known of {}", key.entity)}>
            { sign("entity") }
        </button>
    }
}

/// The button that accepts all suggestions of a person or topic.
fn acceptor(key: &GroupKey, n_suggested: usize, n_mentions: usize, link: &Scope<App>) -> Html {
    let group = key.clone();
    let onclick = link.callback(move |_| Msg::Session(Event::GroupAccepted { group: group.clone(), at: super::now() }));
    html! {
        <button class="button quiet small accept-all" data-accept-group="" {onclick}
            title={format!("Accept all {n_suggested} suggestions here")}
            aria-label={format!("Accept all {n_suggested} suggestions of {}", key.entity)}>
            { sign("accept") }
            if n_suggested < n_mentions { { format!(" {n_suggested}") } }
        </button>
    }
}

fn mention_row(mention: &MentionRow, is_active: bool, link: &Scope<App>) -> Html {
    let id = mention.id;
    let choose = link.callback(move |_| Msg::Session(Event::MentionChosen { annotation: id }));
    let state = if mention.suggested { "suggested" } else { "accepted" };
    let words = mention.words.clone();
    let ondragstart =
        link.callback(move |event: DragEvent| Msg::RowDragged(start_drag(&event, &words, Joined::Mention(id))));
    html! {
        <li class="row mention-row" draggable="true" {ondragstart}>
            <button class="row-button" onclick={choose} data-mention={id.0.to_string()}
                aria-current={is_active.then_some("true")} aria-description={format!("{}, {state}", mention.label)}>
                <span class="context" dir="auto">
                    <span class="dim">{ &mention.before }</span>
                    <span class="sample" data-style={mention.style.to_string()} data-hue={mention.hue.map(|hue| hue.to_string())} data-state={state}>{ &mention.words }</span>
                    if mention.unsure { <span class="unsure-sign" title="Unsure">{ "?" }</span> }
                    <span class="dim">{ &mention.after }</span>
                </span>
            </button>
        </li>
    }
}
