//! The tagset, to be changed: each change is one step that can be undone.

use yew::html::Scope;
use yew::prelude::*;

use super::forms::{area_field, choice, on_submit, text_field, value_of};
use super::modal::Modal;
use super::{App, Msg, now};
use crate::annotation::About;
use crate::scheme::{AppliesTo, AttributeKind, AttributeSpec, Colour, GroupKind, LabelId, LabelSpec, Paper, Scheme};
use crate::session::{ActionId, Event, Session};

/// The dialog of labels. `edited` is the one whose form is open; `None` in it makes a new one.
pub fn scheme_view(session: &Session, edited: Option<Option<LabelId>>, link: &Scope<App>) -> Html {
    let on_event = link.callback(Msg::Session);
    let scheme = session.scheme();
    let undo = on_event.reform(|_| Event::Act { action: ActionId::Named("undo"), at: now() });
    let undo_title = session.undo_title().map(|title| format!("Undo: {title}"));
    let offered = [scheme.offered(AppliesTo::Text), scheme.offered(AppliesTo::Article)].concat();
    let retired: Vec<(LabelId, &LabelSpec, usize)> =
        scheme.labels().filter(|(_, label)| label.retired).map(|(id, label)| (id, label, 0)).collect();
    let row = |(id, label, depth): &(LabelId, &LabelSpec, usize)| {
        let id = *id;
        let is_edited = edited == Some(Some(id));
        let edit = link.callback(move |_| Msg::EditLabel((!is_edited).then_some(Some(id))));
        html! {
            <li class="label-row" data-label-row={label.name.clone()} data-depth={depth.to_string()}>
                <span class="sample" data-style={label.style.to_string()} data-hue={super::painter::hue_of(id, label)}
                    data-state="accepted">{ &label.title }</span>
                if let Some(key) = label.key { <kbd>{ key.to_string() }</kbd> }
                <span class="dim">{ &label.description }</span>
                <button type="button" class="button small" aria-expanded={is_edited.to_string()} onclick={edit}
                    aria-label={format!("Edit {}", label.title)}>{ "Edit" }</button>
                if is_edited { <LabelForm {id} scheme={scheme.clone()} on_event={on_event.clone()} key={format!("{label:?}")} /> }
            </li>
        }
    };
    let add = link.callback(move |_| Msg::EditLabel((edited != Some(None)).then_some(None)));
    html! {
        <Modal title="Labels" name="scheme" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <p class="form-said" role="status">{ session.said() }</p>
            <ul class="label-list">{ for offered.iter().map(row) }</ul>
            if !retired.is_empty() {
                <h3>{ "Retired" }</h3>
                <ul class="label-list">{ for retired.iter().map(row) }</ul>
            }
            <p class="form-actions">
                <button type="button" class="button primary" data-action="add-label" onclick={add}
                    aria-expanded={(edited == Some(None)).to_string()}>{ "Add a label" }</button>
                if let Some(title) = undo_title {
                    <button type="button" class="button" data-action="undo-scheme" onclick={undo}>{ title }</button>
                }
                <span class="grow" />
                <button type="button" class="button" data-action="export-scheme" onclick={on_event.reform(|_| Event::SchemeDownloaded)}>{ "Export…" }</button>
                <button type="button" class="button" data-action="import-scheme" onclick={link.callback(|_| Msg::AskForFiles)}>{ "Import…" }</button>
            </p>
            if edited == Some(None) { <LabelForm id={None} scheme={scheme.clone()} on_event={on_event.clone()} /> }
        </Modal>
    }
}

#[derive(Properties, PartialEq)]
struct LabelFormProps {
    id: Option<LabelId>,
    scheme: Scheme,
    on_event: Callback<Event>,
}

/// The form of a label, new or old.
#[component]
fn LabelForm(props: &LabelFormProps) -> Html {
    let spec = match props.id {
        Some(id) => props.scheme.label(id).clone(),
        None => LabelSpec::new("", ""),
    };
    let colour = use_state(|| spec.colour);
    let (on_event, id, before) = (props.on_event.clone(), props.id, spec.clone());
    let scheme = props.scheme.clone();
    let chosen_colour = *colour;
    let onsubmit = on_submit(move |form| {
        let spec = read(&form, &before, chosen_colour, &scheme);
        on_event.emit(match id {
            Some(label) => Event::LabelChanged { label, spec, at: now() },
            None => Event::LabelAdded { spec, at: now() },
        });
    });
    let retire = props.on_event.reform({
        let spec = spec.clone();
        move |label: LabelId| Event::LabelChanged {
            label,
            spec: LabelSpec { retired: !spec.retired, ..spec.clone() },
            at: now(),
        }
    });
    let pick = {
        let colour = colour.clone();
        Callback::from(move |event: web_sys::Event| colour.set(Colour::parse(&super::forms::own_value(&event))))
    };
    let clear = {
        let colour = colour.clone();
        Callback::from(move |_| colour.set(None))
    };
    let parents: Vec<(String, String)> = [(String::new(), "None".to_owned())]
        .into_iter()
        .chain(
            props
                .scheme
                .labels()
                .filter(|(other, label)| Some(*other) != props.id && !label.retired)
                .map(|(other, label)| (other.index().to_string(), label.title.clone())),
        )
        .collect();
    let parent = spec.parent.map(|parent| parent.index().to_string()).unwrap_or_default();
    let styles = ["line", "double line", "dashes", "dots", "wave", "thin line"];
    let styles: Vec<(String, String)> =
        styles.iter().enumerate().map(|(index, words)| ((index + 1).to_string(), (*words).to_owned())).collect();
    let pair = |value: &str, words: &str| (value.to_owned(), words.to_owned());
    let kinds = [pair("person", "Persons"), pair("topic", "Topics")];
    let targets = [pair("text", "Words in the text"), pair("article", "Whole articles")];
    let kind = if spec.groups_by == GroupKind::Person { "person" } else { "topic" };
    let target = if spec.applies_to == AppliesTo::Article { "article" } else { "text" };
    html! {
        <form class="form label-form" {onsubmit}>
            { text_field("title", "Name on the screen", &spec.title, "Spokesperson") }
            { text_field("name", "Name in files", &spec.name, "SPOKESPERSON: A-Z, a-z, 0-9, _ and -") }
            { text_field("key", "Key", &spec.key.map(String::from).unwrap_or_default(), "One character; may be empty") }
            { choice("target", "Marks", &targets, target) }
            { choice("groups", "Its mentions are of", &kinds, kind) }
            { choice("parent", "Is a kind of", &parents, &parent) }
            { choice("style", "Line", &styles, &spec.style.to_string()) }
            <div class="form-row">
                <span id="label-colour">{ "Colour" }</span>
                <span class="colour-row">
                    <input type="color" name="colour" aria-labelledby="label-colour" onchange={pick}
                        value={colour.map_or_else(|| "#5c6670".to_owned(), |colour| colour.to_string())} />
                    if colour.is_some() {
                        <button type="button" class="button small" onclick={clear}>{ "That of the line" }</button>
                    }
                    <span class="dim">{ contrast_words(*colour) }</span>
                </span>
            </div>
            { area_field("description", "When to use it", &spec.description, 2) }
            { area_field("attributes", "Attributes, one a line", &attributes_as_lines(&spec.attributes), 3) }
            <p class="dim">{ "Write “name: text”, “name: yes/no”, “name: number”, “name: one of a | b | c” or “name: any of a | b”." }</p>
            <p class="form-actions">
                <button class="button primary" type="submit">{ if id.is_some() { "Change" } else { "Add" } }</button>
                if let Some(id) = id {
                    <button type="button" class="button" data-action="retire" onclick={retire.reform(move |_| id)}>
                        { if spec.retired { "Bring back" } else { "Retire" } }
                    </button>
                }
            </p>
        </form>
    }
}

/// How well a colour is seen, and what is done about it.
fn contrast_words(colour: Option<Colour>) -> String {
    let Some(colour) = colour else { return "The hue of the line’s style.".to_owned() };
    let on = |paper: Paper| {
        let shown = colour.visible_on(paper);
        let ratio = shown.contrast(paper.colour());
        let changed = if shown == colour { String::new() } else { format!(", drawn as {shown} to be seen") };
        format!("{ratio:.1} : 1{changed}")
    };
    format!("Contrast on light paper {}; on dark {}.", on(Paper::Light), on(Paper::Dark))
}

fn read(form: &web_sys::Element, before: &LabelSpec, colour: Option<Colour>, scheme: &Scheme) -> LabelSpec {
    let value = |name: &str| value_of(form, name).trim().to_owned();
    let title = value("title");
    let name = match value("name") {
        name if name.is_empty() => name_from(&title),
        name => name,
    };
    LabelSpec {
        name,
        title,
        key: value("key").chars().next(),
        groups_by: if value("groups") == "person" { GroupKind::Person } else { GroupKind::Topic },
        style: value("style").parse().unwrap_or(before.style),
        colour,
        description: value("description"),
        parent: value("parent").parse().ok().and_then(|index| scheme.id_at(index)),
        applies_to: if value("target") == "article" { AppliesTo::Article } else { AppliesTo::Text },
        attributes: attributes_of_lines(&value("attributes"), &before.attributes),
        retired: before.retired,
        former_names: before.former_names.clone(),
    }
}

/// A name for files, made of that on the screen.
fn name_from(title: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    title.trim().chars().map(plain).collect()
}

fn attributes_as_lines(attributes: &[AttributeSpec]) -> String {
    let line = |spec: &AttributeSpec| {
        let kind = match &spec.kind {
            AttributeKind::Text => "text".to_owned(),
            AttributeKind::YesNo => "yes/no".to_owned(),
            AttributeKind::Number => "number".to_owned(),
            AttributeKind::One(choices) => format!("one of {}", choices.join(" | ")),
            AttributeKind::Several(choices) => format!("any of {}", choices.join(" | ")),
        };
        format!("{}: {kind}", spec.name)
    };
    attributes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The attributes that lines say. One that was there `before` keeps its title, which no line shows.
fn attributes_of_lines(lines: &str, before: &[AttributeSpec]) -> Vec<AttributeSpec> {
    let choices = |words: &str| words.split('|').map(|choice| choice.trim().to_owned()).collect::<Vec<_>>();
    let attribute = |line: &str| {
        let (name, kind) = line.split_once(':').unwrap_or((line, "text"));
        let (name, kind) = (name.trim(), kind.trim());
        let kind = match kind {
            "yes/no" | "yes" => AttributeKind::YesNo,
            "number" => AttributeKind::Number,
            _ => match (kind.strip_prefix("one of "), kind.strip_prefix("any of ")) {
                (Some(words), _) => AttributeKind::One(choices(words)),
                (_, Some(words)) => AttributeKind::Several(choices(words)),
                _ => AttributeKind::Text,
            },
        };
        let (name, words) = (name.replace(' ', "_"), name);
        let there = before.iter().find(|there| there.name == name);
        AttributeSpec { title: there.map_or_else(|| words.to_owned(), |there| there.title.clone()), name, kind }
    };
    lines.lines().filter(|line| !line.trim().is_empty()).map(attribute).collect()
}

/// The labels, note and flag of the open article.
pub fn about_view(session: &Session, on_event: &Callback<Event>) -> Html {
    let Some(article) = session.article() else { return Html::default() };
    let about = article.annotations().about().clone();
    let labels = session.scheme().offered(AppliesTo::Article);
    let label = |(id, label, _): &(LabelId, &LabelSpec, usize)| {
        let id = *id;
        let onchange = on_event.reform(move |_| Event::Act { action: ActionId::Label(id), at: now() });
        html! {
            <label class="tick">
                <input type="checkbox" name={label.name.clone()} checked={about.labels.contains(&id)} {onchange} />
                <span class="sample" data-style={label.style.to_string()} data-hue={super::painter::hue_of(id, label)} data-state="accepted">{ &label.title }</span>
                if let Some(key) = label.key { <kbd>{ key.to_string() }</kbd> }
                <span class="dim">{ &label.description }</span>
            </label>
        }
    };
    let flag = on_event.reform(|_| Event::Act { action: ActionId::Named("flag-article"), at: now() });
    let done = on_event.clone();
    let onsubmit = on_submit(move |form| {
        let fields = About::FIELDS.iter().map(|(name, _)| (*name, value_of(&form, name))).collect();
        done.emit(Event::ArticleNoted { note: value_of(&form, "note"), fields, at: now() });
        done.emit(Event::DialogClosed);
    });
    html! {
        <Modal title="About this article" name="about" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <form class="form" {onsubmit}>
                if labels.is_empty() {
                    <p class="dim">{ "No label marks whole articles yet. Add one under Labels (Shift T)." }</p>
                }
                { for labels.iter().map(label) }
                <label class="tick"><input type="checkbox" name="flag" checked={about.flagged} onchange={flag} />{ "Flagged, to come back to" }</label>
                { area_field("note", "Note", &about.note, 4) }
                { for About::FIELDS.iter().map(|(name, title)| text_field(name, title, about.fields.get(*name).map_or("", String::as_str), "")) }
                <p class="form-actions"><button class="button primary" type="submit">{ "Done" }</button></p>
            </form>
        </Modal>
    }
}
