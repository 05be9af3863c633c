//! All actions by name: a field, and what fits the letters in it. Also the choice of a person or topic.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::modal::Modal;

/// The most rows that are shown.
const SHOWN: usize = 60;

/// Something that can be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it is called.
    pub title: String,
    /// What stands beside it: a key, or a number.
    pub note: String,
    /// Why it cannot be chosen now, if it cannot.
    pub refusal: Option<String>,
}

/// What a finder is made of.
#[derive(Properties, PartialEq)]
pub struct FinderProps {
    /// Its heading.
    pub title: AttrValue,
    /// A word for the style sheet and the tests.
    pub name: &'static str,
    /// What the field is for.
    pub placeholder: AttrValue,
    /// What can be found, the first first.
    pub items: Vec<Item>,
    /// What is offered for letters that are no item's name, before the letters; empty when they are nothing.
    #[prop_or_default]
    pub new: AttrValue,
    /// One was chosen, by its number in `items`.
    pub on_choose: Callback<usize>,
    /// Something new was named.
    #[prop_or_default]
    pub on_new: Callback<String>,
    /// It was closed.
    pub on_close: Callback<()>,
}

/// A row of the list.
#[derive(Clone, PartialEq)]
enum Found {
    Item(usize),
    New(String),
}

/// The finder.
#[component]
pub fn Finder(props: &FinderProps) -> Html {
    let query = use_state(String::new);
    let at = use_state(|| 0_usize);
    let mut found: Vec<Found> = matching(&props.items, &query).into_iter().map(Found::Item).collect();
    let is_named = props.items.iter().any(|item| item.title == query.trim());
    if !props.new.is_empty() && !query.trim().is_empty() && !is_named {
        found.push(Found::New(query.trim().to_owned()));
    }
    let current = (*at).min(found.len().saturating_sub(1));
    let list_id = format!("{}-list", props.name);
    let row_id = |index: usize| format!("{}-row-{index}", props.name);
    let choose = {
        let (items, on_choose, on_new) = (props.items.clone(), props.on_choose.clone(), props.on_new.clone());
        Callback::from(move |row: Found| match row {
            Found::Item(index) if items[index].refusal.is_none() => on_choose.emit(index),
            Found::Item(_) => {}
            Found::New(name) => on_new.emit(name),
        })
    };
    let oninput = {
        let (query, at) = (query.clone(), at.clone());
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            query.set(input.value());
            at.set(0);
        })
    };
    let onkeydown = {
        let (at, found, choose) = (at.clone(), found.clone(), choose.clone());
        let n = found.len();
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowDown" if n > 0 => Some((current + 1) % n),
                "ArrowUp" if n > 0 => Some((current + n - 1) % n),
                "Home" if event.ctrl_key() => Some(0),
                "End" if event.ctrl_key() => Some(n.saturating_sub(1)),
                "Enter" if !event.is_composing() => {
                    event.prevent_default();
                    if let Some(row) = found.get(current) {
                        choose.emit(row.clone());
                    }
                    None
                }
                _ => None,
            };
            if let Some(to) = to {
                event.prevent_default();
                at.set(to);
                show_row(&event, to);
            }
        })
    };
    let row = |(index, row): (usize, &Found)| {
        let onclick = choose.reform({
            let row = row.clone();
            move |_| row.clone()
        });
        let (title, note, refusal) = match row {
            Found::Item(item) => {
                let Item { title, note, refusal } = &props.items[*item];
                (title.clone(), note.clone(), refusal.clone())
            }
            Found::New(name) => (format!("{} “{name}”", props.new), String::new(), None),
        };
        html! {
            <li id={row_id(index)} class="finder-row" role="option" aria-selected={(index == current).to_string()}
                aria-disabled={refusal.is_some().then_some("true")} data-row={index.to_string()} {onclick}>
                <span class="finder-words">
                    <bdi>{ title }</bdi>
                    if let Some(refusal) = refusal { <span class="finder-why">{ refusal }</span> }
                </span>
                if !note.is_empty() { <kbd>{ note }</kbd> }
            </li>
        }
    };
    html! {
        <Modal title={&props.title} name={props.name} on_close={&props.on_close}>
            <input class="field" type="text" role="combobox" autofocus=true value={(*query).clone()} aria-expanded="true" aria-autocomplete="list"
                aria-controls={list_id.clone()} aria-activedescendant={(!found.is_empty()).then(|| row_id(current))}
                aria-label={&props.placeholder} placeholder={&props.placeholder} autocomplete="off" spellcheck="false"
                dir="auto" {oninput} {onkeydown} />
            <ul id={list_id} class="finder-list" role="listbox" aria-label={&props.title}>
                { for found.iter().enumerate().map(row) }
            </ul>
            if found.is_empty() { <p class="dim">{ "Nothing fits these letters." }</p> }
        </Modal>
    }
}

fn show_row(event: &KeyboardEvent, index: usize) {
    let input: HtmlInputElement = event.target_unchecked_into();
    let list = input.next_element_sibling();
    let row = list.and_then(|list| list.query_selector(&format!("[data-row=\"{index}\"]")).ok().flatten());
    if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// The items that fit some letters, the best first; all of them when there are no letters.
fn matching(items: &[Item], query: &str) -> Vec<usize> {
    if query.trim().is_empty() {
        return (0..items.len().min(SHOWN)).collect();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, usize)> = items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| {
            Some((pattern.score(Utf32Str::new(&item.title, &mut buffer), &mut matcher)?, index))
        })
        .collect();
    scored.sort_by_key(|(score, index)| (std::cmp::Reverse(*score), *index));
    scored.into_iter().map(|(_, index)| index).take(SHOWN).collect()
}
