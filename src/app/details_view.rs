//! Beside the text: the details of the active highlight, and the guidelines.

use yew::prelude::*;

use super::forms::{TextInput, own_tick, own_value};
use super::{markdown, now};
use crate::annotation::{Annotation, AnnotationId, AttributeValue};
use crate::project::{Article, UnixMillis};
use crate::scheme::{AttributeKind, AttributeSpec};
use crate::session::{ActionId, Dialog, Event, Session};
use crate::view::{deeds, n_at_same_place, standing, words};

/// The details of the active highlight.
#[inline(never)] // a door of `xtask/pack`
pub fn details(session: &Session, on_event: &Callback<Event>) -> Html {
    let content = match (session.article(), session.active()) {
        (Some(article), Some((id, annotation))) => of_annotation(session, article, id, annotation, on_event),
        _ => {
            html! { <p class="empty-note">{ "Choose a highlight to see who it is and why, to note something or to set its attributes." }</p> }
        }
    };
    html! {
        <section class="details" aria-label="Details" data-details="">
            <h2 class="pane-title">{ "Details" }</h2>
            <div class="details-body">{ content }</div>
        </section>
    }
}

fn of_annotation(
    session: &Session,
    article: &Article,
    id: AnnotationId,
    annotation: &Annotation,
    on_event: &Callback<Event>,
) -> Html {
    let label = session.scheme().label(annotation.label);
    let group = article.annotations().group_of(annotation, session.scheme());
    let open_entity = on_event.reform(move |_| Event::DialogAsked { dialog: Dialog::Entity(group.clone()) });
    let join = on_event.reform(|_| Event::Act { action: ActionId::Named("join"), at: now() });
    let split = on_event.reform(|_| Event::Act { action: ActionId::Named("split"), at: now() });
    let unsure = on_event.reform(|_| Event::Act { action: ActionId::Named("unsure"), at: now() });
    let noted = on_event.reform(move |event: web_sys::Event| Event::Noted {
        annotation: id,
        note: own_value(&event),
        at: now(),
    });
    let n_same = n_at_same_place(article, annotation);
    let attribute = |spec: &AttributeSpec| attribute(id, spec, annotation.attributes.get(&spec.name), on_event);
    html! {
        <>
            <p class="details-words">
                <bdi class="quote">{ words(article.text(), annotation) }</bdi>
                <span class="sample" data-style={label.style.to_string()} data-hue={super::painter::hue_of(annotation.label, label)} data-state="accepted">{ &label.title }</span>
            </p>
            <p class="details-entity">
                <bdi>{ &annotation.entity }</bdi>
                <button type="button" class="button quiet small" onclick={open_entity}>{ "Known of it…" }</button>
                <button type="button" class="button quiet small" onclick={join}>{ "Put to…" }</button>
                <button type="button" class="button quiet small" onclick={split}>{ "Split off" }</button>
            </p>
            <p>{ standing(annotation) }</p>
            if !annotation.evidence.is_empty() { <p class="dim">{ "Why: " }{ &annotation.evidence }</p> }
            if let Some(decided) = &annotation.decided {
                <p class="dim">{ format!("Decided by {}, {}.", name_or_you(&decided.by), date_and_time(decided.at)) }</p>
            }
            if n_same > 1 { <p class="dim">{ format!("{n_same} highlights stand on these very words; c walks through them.") }</p> }
            <label class="tick"><input type="checkbox" name="unsure" checked={annotation.unsure} onchange={unsure} />{ "Unsure" }</label>
            <label class="form-row">
                <span>{ "Note" }</span>
                <textarea key={format!("note-{}-{}", id.0, annotation.note)} class="field" name="note" data-field="note" rows="2" dir="auto"
                    defaultvalue={annotation.note.clone()} onchange={noted} />
            </label>
            { for label.attributes.iter().map(attribute) }
            <ol class="deeds" aria-label="What was done">
                { for deeds(article, id).iter().map(|deed| html! {
                    <li><time>{ date_and_time(deed.at) }</time>{ " " }<bdi>{ &deed.what }</bdi></li>
                }) }
            </ol>
        </>
    }
}

fn attribute(
    id: AnnotationId,
    spec: &AttributeSpec,
    value: Option<&AttributeValue>,
    on_event: &Callback<Event>,
) -> Html {
    let name = spec.name.clone();
    let set = on_event.reform(move |value: Option<AttributeValue>| Event::AttributeSet {
        annotation: id,
        name: name.clone(),
        value,
        at: now(),
    });
    let text = match value {
        Some(AttributeValue::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let on_text = set.reform(|event: web_sys::Event| {
        Some(own_value(&event).trim().to_owned()).filter(|text| !text.is_empty()).map(AttributeValue::Text)
    });
    let on_words = set
        .reform(|text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty()).map(AttributeValue::Text));
    match &spec.kind {
        AttributeKind::Text | AttributeKind::Number => html! {
            <label class="form-row">
                <span>{ &spec.title }</span>
                <TextInput key={format!("{}-{}", id.0, spec.name)} initial={text} attribute={spec.name.clone()}
                    is_number={spec.kind == AttributeKind::Number} on_change={on_words} />
            </label>
        },
        AttributeKind::YesNo => html! {
            <label class="tick">
                <input type="checkbox" data-attribute={spec.name.clone()} checked={value == Some(&AttributeValue::Flag(true))}
                    onchange={set.reform(|event: web_sys::Event| own_tick(&event).then_some(AttributeValue::Flag(true)))} />
                { &spec.title }
            </label>
        },
        AttributeKind::One(choices) => html! {
            <label class="form-row">
                <span>{ &spec.title }</span>
                <select class="field" data-attribute={spec.name.clone()} onchange={on_text}>
                    <option value="" selected={text.is_empty()}>{ "–" }</option>
                    { for choices.iter().map(|choice| html! {
                        <option value={choice.clone()} selected={*choice == text}>{ choice }</option>
                    }) }
                </select>
            </label>
        },
        AttributeKind::Several(choices) => {
            let chosen = match value {
                Some(AttributeValue::Choices(chosen)) => chosen.clone(),
                _ => Vec::new(),
            };
            let tick = |choice: &String| {
                let is_chosen = chosen.contains(choice);
                let (all, chosen, own) = (choices.clone(), chosen.clone(), choice.clone());
                let onchange = set.reform(move |event: web_sys::Event| {
                    let ticked = own_tick(&event);
                    let is_in = |it: &&String| if **it == own { ticked } else { chosen.contains(it) };
                    let now: Vec<String> = all.iter().filter(is_in).cloned().collect();
                    (!now.is_empty()).then_some(AttributeValue::Choices(now))
                });
                html! {
                    <label class="tick"><input type="checkbox" checked={is_chosen} {onchange} />{ choice }</label>
                }
            };
            html! { <fieldset data-attribute={spec.name.clone()}><legend>{ &spec.title }</legend>{ for choices.iter().map(tick) }</fieldset> }
        }
    }
}

fn name_or_you(by: &str) -> &str {
    if by.is_empty() { "you" } else { by }
}

/// Where the person is, as they write it.
fn date_and_time(at: UnixMillis) -> String {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64));
    let two = |n: u32| format!("{n:02}");
    format!(
        "{}-{}-{} {}:{}",
        date.get_full_year(),
        two(date.get_month() + 1),
        two(date.get_date()),
        two(date.get_hours()),
        two(date.get_minutes())
    )
}

/// The guidelines.
#[inline(never)] // a door of `xtask/pack`
pub fn guidelines(session: &Session, on_event: &Callback<Event>) -> Html {
    let source = &session.codebook().guidelines;
    let edit = on_event.reform(|_| Event::DialogAsked { dialog: Dialog::Guidelines });
    html! {
        <section class="guidelines" aria-label="Guidelines" data-guidelines="" tabindex="0">
            <h2 class="pane-title">
                { "Guidelines" }
                <button type="button" class="button quiet small" data-action="edit-guidelines" onclick={edit}>{ "Edit" }</button>
            </h2>
            if source.trim().is_empty() {
                <p class="empty-note">{ "There are none yet. Write down how you label, in Markdown." }</p>
            } else {
                { markdown::draw(source) }
            }
        </section>
    }
}

/// The guidelines, to be edited.
pub fn guidelines_view(session: &Session, on_event: &Callback<Event>) -> Html {
    let done = on_event.clone();
    let onsubmit = super::forms::on_submit(move |form| {
        let markdown = super::forms::value_of(&form, "guidelines");
        done.emit(Event::GuidelinesEdited { markdown, at: now() });
    });
    html! {
        <super::modal::Modal title="Guidelines" name="guidelines" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <form class="form" {onsubmit}>
                { super::forms::area_field("guidelines", "In Markdown: # heading, - list, *stressed*, **strong**", &session.codebook().guidelines, 16) }
                <p class="form-said" role="status">{ session.said() }</p>
                <p class="form-actions"><button class="button primary" type="submit">{ "Save" }</button></p>
            </form>
        </super::modal::Modal>
    }
}
