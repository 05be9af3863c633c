//! All occurrences, with a preview that can be unticked.

use yew::prelude::*;

use super::forms::{TextInput, own_tick, own_value};
use super::modal::Modal;
use super::now;
use crate::scheme::{AppliesTo, LabelId};
use crate::session::{Deed, Event, Occurrence, OccurrenceChange, Occurrences, Session, Sought};
use crate::view::context;

/// The most places that are drawn; those beyond are ticked and counted all the same.
const DRAWN: usize = 300;

/// The dialog.
pub fn occurrence_view(session: &Session, dialog: &Occurrences, on_event: &Callback<Event>) -> Html {
    let change = |change: OccurrenceChange| Event::OccurrencesChanged { change, at: now() };
    let on_tick = |make: fn(bool) -> OccurrenceChange| {
        on_event.reform(move |event: web_sys::Event| change(make(own_tick(&event))))
    };
    let on_words = on_event.reform(move |words: String| change(OccurrenceChange::Words(words)));
    let n_ticked = dialog.found.iter().filter(|found| found.ticked).count();
    let chosen = deed_value(dialog.deed);
    let labels = session.scheme().offered(AppliesTo::Text);
    let deeds: Vec<(String, String)> = labels
        .iter()
        .filter(|_| matches!(dialog.sought, Sought::Words(_)))
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
        Event::OccurrencesChanged { change: OccurrenceChange::Deed(deed.unwrap_or(Deed::Clear)), at: now() }
    });
    let done = on_event.reform(|event: SubmitEvent| {
        event.prevent_default();
        Event::OccurrencesDone { at: now() }
    });
    let rows = dialog.found.iter().take(DRAWN).enumerate().map(|(index, found)| row(session, index, found, on_event));
    let n_undrawn = dialog.found.len().saturating_sub(DRAWN);
    let (title, words) = match &dialog.sought {
        Sought::Words(words) => ("All occurrences".to_owned(), Some(words.clone())),
        Sought::Mentions(group) => (format!("All mentions of {}", group.entity), None),
    };
    let all_ticked = n_ticked == dialog.found.len() && n_ticked > 0;
    html! {
        <Modal {title} name="occurrences" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <form class="form" onsubmit={done}>
                if let Some(words) = words {
                    <label class="form-row">
                        <span>{ "Words" }</span>
                        <TextInput name="words" initial={words} on_change={on_words} />
                    </label>
                    <p class="ticks">
                        <label class="tick"><input type="checkbox" name="whole" checked={dialog.whole_word} onchange={on_tick(OccurrenceChange::WholeWord)} />{ "Whole words" }</label>
                        <label class="tick"><input type="checkbox" name="case" checked={dialog.match_case} onchange={on_tick(OccurrenceChange::MatchCase)} />{ "Capitals as written" }</label>
                    </p>
                }
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
                <ul class="occurrence-list" aria-label="Occurrences">{ for rows }</ul>
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
    let (before, after) = context(article.text(), found.span);
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
    let is_elsewhere = session.open_id() != Some(found.article);
    let onchange = on_event.reform(move |event: web_sys::Event| Event::OccurrencesChanged {
        change: OccurrenceChange::Ticked(index, own_tick(&event)),
        at: now(),
    });
    html! {
        <li key={format!("{}-{}", found.article.0, found.span.start().0)}>
            <label class="tick">
                <input type="checkbox" checked={found.ticked} {onchange} />
                <bdi class="context">{ before }<strong>{ article.text().slice(found.span) }</strong>{ after }</bdi>
                if !note.is_empty() { <span class="dim">{ note }</span> }
                if is_elsewhere { <span class="dim">{ &entry.head.name }</span> }
            </label>
        </li>
    }
}
