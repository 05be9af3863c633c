//! All occurrences, with a preview that can be unticked.

use yew::prelude::*;

use super::forms::{TextInput, own_tick, own_value};
use super::modal::Modal;
use super::now;
use crate::format::n_things;
use crate::scheme::{AppliesTo, LabelId};
use crate::session::{Deed, Event, Occurrence, OccurrenceChange, Occurrences, Session, Sought};
use crate::text::{Span, Text};

/// The most places that are drawn; those beyond are ticked and counted all the same.
const DRAWN: usize = 300;

/// How many characters are shown on each side of what was found.
const NEIGHBOURS: usize = 80;

/// The dialog.
pub fn occurrence_view(session: &Session, dialog: &Occurrences, on_event: &Callback<Event>) -> Html {
    let change = |change: OccurrenceChange| Event::OccurrencesChanged { change };
    let on_tick = |make: fn(bool) -> OccurrenceChange| {
        on_event.reform(move |event: web_sys::Event| change(make(own_tick(&event))))
    };
    let on_words = on_event.reform(move |words: String| change(OccurrenceChange::Words(words)));
    let n_ticked = dialog.found.iter().filter(|found| found.ticked).count();
    let chosen = deed_value(dialog.deed);
    let labels = session.scheme().offered(AppliesTo::Text);
    let has_words = matches!(dialog.sought, Sought::Words(_) | Sought::Pattern(_));
    let deeds: Vec<(String, String)> = labels
        .iter()
        .filter(|_| has_words)
        .map(|(id, label, _)| (deed_value(Deed::Label(*id)), format!("Label as {}", label.title)))
        .chain(labels.iter().map(|(id, label, _)| {
            (deed_value(Deed::Relabel(*id)), format!("Change highlights there to {}", label.title))
        }))
        .chain([(deed_value(Deed::Clear), "Clear highlights there".to_owned())])
        .collect();
    let scheme = session.scheme().clone();
    let on_deed = on_event.reform(move |event: web_sys::Event| {
        let value = own_value(&event);
        let label = |index: &str| index.parse().ok().and_then(|index| scheme.id_at(index));
        let deed = match value.split_once(' ') {
            Some(("label", index)) => label(index).map(Deed::Label),
            Some(("relabel", index)) => label(index).map(Deed::Relabel),
            _ => None,
        };
        Event::OccurrencesChanged { change: OccurrenceChange::Deed(deed.unwrap_or(Deed::Clear)) }
    });
    let done = on_event.reform(|event: SubmitEvent| {
        event.prevent_default();
        Event::OccurrencesDone { at: now() }
    });
    let rows = dialog.found.iter().take(DRAWN).enumerate().map(|(index, found)| row(session, index, found, on_event));
    let n_undrawn = dialog.found.len().saturating_sub(DRAWN);
    let (title, words) = match &dialog.sought {
        Sought::Words(words) | Sought::Pattern(words) => ("All occurrences".to_owned(), Some(words.clone())),
        Sought::Label(label) => (format!("All with the label {}", session.scheme().label(*label).title), None),
        Sought::Mentions(group) => (format!("All mentions of {}", group.entity), None),
    };
    let kinds =
        [("words".to_owned(), "These words".to_owned()), ("pattern".to_owned(), "What a pattern fits".to_owned())]
            .into_iter()
            .chain(labels.iter().map(|(id, label, _)| {
                (format!("label {}", id.index()), format!("All with the label {}", label.title))
            }));
    let kind = match &dialog.sought {
        Sought::Words(_) => "words".to_owned(),
        Sought::Pattern(_) => "pattern".to_owned(),
        Sought::Label(label) => format!("label {}", label.index()),
        Sought::Mentions(_) => String::new(),
    };
    let on_kind = {
        let (scheme, words) = (session.scheme().clone(), words.clone().unwrap_or_default());
        on_event.reform(move |event: web_sys::Event| {
            let value = own_value(&event);
            let label = value.strip_prefix("label ").and_then(|index| scheme.id_at(index.parse().ok()?));
            let sought = match label {
                Some(label) => Sought::Label(label),
                None if value == "pattern" => Sought::Pattern(words.clone()),
                None => Sought::Words(words.clone()),
            };
            Event::OccurrencesChanged { change: OccurrenceChange::Sought(sought) }
        })
    };
    let all_ticked = n_ticked == dialog.found.len() && n_ticked > 0;
    html! {
        <Modal {title} name="occurrences" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <form class="form" onsubmit={done}>
                if !kind.is_empty() {
                    <label class="form-row">
                        <span>{ "Look for" }</span>
                        <select class="field" name="sought" onchange={on_kind}>
                            { for kinds.map(|(value, words)| html! { <option value={value.clone()} selected={value == kind}>{ words }</option> }) }
                        </select>
                    </label>
                }
                if let Some(words) = words {
                    <label class="form-row">
                        <span>{ "Words" }</span>
                        <TextInput name="words" autofocus=true selects=true initial={words} on_change={on_words.clone()} on_pause={on_words} />
                    </label>
                    <p class="ticks">
                        <label class="tick"><input type="checkbox" name="whole" checked={dialog.whole_word} onchange={on_tick(OccurrenceChange::WholeWord)} />{ "Whole words" }</label>
                        <label class="tick"><input type="checkbox" name="case" checked={dialog.match_case} onchange={on_tick(OccurrenceChange::MatchCase)} />{ "Capitals as written" }</label>
                    </p>
                }
                if let Some(problem) = &dialog.problem { <p class="form-said" role="alert">{ problem }</p> }
                <label class="tick"><input type="checkbox" name="all-articles" checked={dialog.in_all} onchange={on_tick(OccurrenceChange::InAll)} />{ "In all articles" }</label>
                <label class="form-row">
                    <span>{ "Do" }</span>
                    <select class="field" name="deed" onchange={on_deed}>
                        { for deeds.iter().map(|(value, words)| html! {
                            <option value={value.clone()} selected={*value == chosen}>{ words }</option>
                        }) }
                    </select>
                </label>
                <label class="tick">
                    <input type="checkbox" name="all" checked={all_ticked} onchange={on_tick(OccurrenceChange::AllTicked)} />
                    <span>{ format!("{n_ticked} of {} ticked", dialog.found.len()) }{ if dialog.is_cut { " (there are more; look for longer words)" } else { "" } }</span>
                </label>
                if dialog.n_left() > 0 { <p class="dim" role="status">{ format!("Looking… {} to go.", n_things(dialog.n_left(), "article", "articles")) }</p> }
                <ul class="occurrence-list" aria-label="Occurrences" tabindex="-1">{ for rows }</ul>
                if n_undrawn > 0 { <p class="dim">{ format!("and {n_undrawn} more, which are ticked as they were found.") }</p> }
                <p class="form-said" role="status">{ session.said() }</p>
                <p class="form-actions">
                    <button class="button primary" type="submit" disabled={n_ticked == 0}>{ if n_ticked == 1 { "Do it in 1 place".to_owned() } else { format!("Do it in {n_ticked} places") } }</button>
                    <button class="button" type="button" onclick={on_event.reform(|_| Event::DialogClosed)}>{ "Cancel" }</button>
                </p>
            </form>
        </Modal>
    }
}

fn deed_value(deed: Deed) -> String {
    let value = |verb: &str, label: LabelId| format!("{verb} {}", label.index());
    match deed {
        Deed::Label(label) => value("label", label),
        Deed::Relabel(label) => value("relabel", label),
        Deed::Clear => "clear".to_owned(),
    }
}

fn row(session: &Session, index: usize, found: &Occurrence, on_event: &Callback<Event>) -> Html {
    let entry = session.entry(found.article);
    let Some((entry, article)) = entry.and_then(|entry| Some((entry, entry.article()?))) else {
        return Html::default();
    };
    let (before, after) = neighbours(article.text(), found.span);
    let labels: Vec<&str> = found
        .marked
        .iter()
        .filter_map(|id| article.annotations().get(*id))
        .map(|it| session.scheme().label(it.label).title.as_str())
        .collect();
    let note = match (labels.is_empty(), found.is_within) {
        (false, _) => labels.join(", "),
        (true, true) => "within a longer highlight".to_owned(),
        (true, false) => String::new(),
    };
    let onchange = on_event.reform(move |event: web_sys::Event| Event::OccurrencesChanged {
        change: OccurrenceChange::Ticked(index, own_tick(&event)),
    });
    let go = on_event.reform(move |_| Event::OccurrenceChosen { index });
    let name = entry.head.shown_name().to_owned();
    html! {
        <li key={format!("{}-{}-{}", found.article.0, found.span.start().0, found.span.end().0)} class="occurrence">
            <label class="tick">
                <input type="checkbox" checked={found.ticked} {onchange} />
                <span class="context" dir="auto"><bdi class="before">{ before }</bdi><strong><bdi>{ article.text().slice(found.span).to_owned() }</bdi></strong><bdi class="after">{ after }</bdi></span>
            </label>
            <button type="button" class="button quiet small occurrence-go" onclick={go} title={format!("Go there: {name}")}>{ name.clone() }{ if note.is_empty() { String::new() } else { format!(" · {note}") } }</button>
        </li>
    }
}

/// The words before and after a place, on one line.
fn neighbours(text: &Text, span: Span) -> (String, String) {
    let on_one_line = |c: char| if c.is_whitespace() { ' ' } else { c };
    let content = text.as_str();
    let before: Vec<char> = content[..span.start().index()].chars().rev().take(NEIGHBOURS).collect();
    let after = content[span.end().index()..].chars().take(NEIGHBOURS);
    (before.into_iter().rev().map(on_one_line).collect(), after.map(on_one_line).collect())
}
