//! Persons and topics: what is known of one, and to which one something belongs.

use yew::prelude::*;

use super::finder::{Finder, Item};
use super::forms::{area_field, on_submit, text_field, value_of};
use super::modal::Modal;
use super::now;
use crate::annotation::GroupKey;
use crate::project::Entity;
use crate::scheme::GroupKind;
use crate::session::{Event, Joined, Session};

/// The choice of the person or topic that something is put to.
pub fn join_view(session: &Session, what: &Joined, on_event: &Callback<Event>) -> Html {
    let Some(article) = session.article() else { return Html::default() };
    let set = article.annotations();
    let (own, words) = match what {
        Joined::Mention(id) => match set.get(*id) {
            Some(it) => (set.group_of(it, session.scheme()), crate::view::words(article.text(), it)),
            None => return Html::default(),
        },
        Joined::Group(group) => (group.clone(), group.entity.to_string()),
    };
    let here: Vec<(String, String)> = set
        .groups(own.kind)
        .filter(|(key, _)| *key != own)
        .map(|(key, group)| (key.entity.to_string(), group.mentions.len().to_string()))
        .collect();
    let known = session.codebook().registry.keys().filter(|key| key.kind == own.kind && **key != own);
    let elsewhere: Vec<(String, String)> = known
        .map(|key| (key.entity.to_string(), String::new()))
        .filter(|(name, _)| !here.iter().any(|(other, _)| other == name))
        .collect();
    let names: Vec<(String, String)> = here.into_iter().chain(elsewhere).collect();
    let items = names.iter().map(|(title, note)| Item { title: title.clone(), note: note.clone(), refusal: None });
    let items: Vec<Item> = items.collect();
    let join = {
        let (what, on_event) = (what.clone(), on_event.clone());
        Callback::from(move |entity: String| on_event.emit(Event::Joined { what: what.clone(), entity, at: now() }))
    };
    let on_choose = join.reform(move |index: usize| names[index].0.clone());
    let new = if own.kind == GroupKind::Person { "A new person:" } else { "A new topic:" };
    html! {
        <Finder title={format!("Whom does “{words}” belong to?")} name="join" placeholder="Name" {items} {new}
            {on_choose} on_new={join} on_close={on_event.reform(|()| Event::DialogClosed)} />
    }
}

/// What is known of a person or topic.
pub fn entity_view(session: &Session, group: &GroupKey, on_event: &Callback<Event>) -> Html {
    let known = session.codebook().entity(group);
    let is_person = group.kind == GroupKind::Person;
    let (key, done) = (group.clone(), on_event.clone());
    let onsubmit = on_submit(move |form| {
        let value = |name: &str| value_of(&form, name).trim().to_owned();
        let lines = value("aliases");
        let aliases = lines.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
        let known = Entity {
            offices: value("offices"),
            place: value("place"),
            wikidata: value("wikidata"),
            aliases: aliases.collect(),
            notes: value("notes"),
        };
        done.emit(Event::EntityEdited { group: key.clone(), name: value("name"), known, at: now() });
    });
    let n = session.article().and_then(|it| it.annotations().group(group)).map_or(0, |group| group.mentions.len());
    let mentions =
        if n == 1 { "1 mention in this article".to_owned() } else { format!("{n} mentions in this article") };
    html! {
        <Modal title={group.entity.to_string()} name="entity" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <p class="dim">{ mentions }{ ". A new name is given to the mentions in all articles." }</p>
            <form class="form" {onsubmit}>
                { text_field("name", if is_person { "Canonical name" } else { "Topic" }, &group.entity, "") }
                if is_person {
                    { text_field("offices", "Offices", &known.offices, "Foreign Minister of Iran since 2021") }
                    { text_field("place", "Country or body", &known.place, "Iran") }
                }
                { text_field("wikidata", "Wikidata id", &known.wikidata, "Q…") }
                { area_field("aliases", "Other names, one a line", &known.aliases.join("\n"), 3) }
                { area_field("notes", "Notes", &known.notes, 3) }
                <p class="form-said" role="status">{ session.said() }</p>
                <p class="form-actions"><button class="button primary" type="submit">{ "Save" }</button></p>
            </form>
        </Modal>
    }
}
