//! The dialog of all actions, found by letters of their names.

use yew::html::Scope;
use yew::prelude::*;

use super::finder::{Finder, Item};
use super::{App, Msg, now};
use crate::session::{ACTIONS, ActionId, Event, Session};

/// All actions by name; those that are not possible now say why.
pub fn actions_view(session: &Session, link: &Scope<App>) -> Html {
    let on_mac = super::keys::on_mac();
    let labels = session.scheme().labels().filter(|(_, label)| !label.retired).map(|(id, label)| {
        let key = label.key.map(String::from).unwrap_or_default();
        (ActionId::Label(id), format!("Label: {}", label.title), key)
    });
    let is_listed = |name: &str| !matches!(name, "palette" | "escape");
    let rows = ACTIONS.iter().filter(|action| is_listed(action.name)).map(|action| {
        let key = session.keys_of(action).first().map(|key| key.shown(on_mac)).unwrap_or_default();
        let title = match action.name {
            "undo" => session.undo_title().map(|title| format!("Undo: {title}")),
            "redo" => session.redo_title().map(|title| format!("Redo: {title}")),
            _ => None,
        };
        (ActionId::Named(action.name), title.unwrap_or_else(|| action.title.to_owned()), key)
    });
    let all: Vec<(ActionId, String, String)> = labels.chain(rows).collect();
    let ids: Vec<ActionId> = all.iter().map(|(id, ..)| *id).collect();
    let item = |(id, title, note): (ActionId, String, String)| {
        let refusal = session.can(id).err().map(|refusal| refusal.to_string());
        Item { title, note, refusal }
    };
    let items: Vec<Item> = all.into_iter().map(item).collect();
    let on_choose = link.callback(move |index: usize| {
        Msg::All(vec![Event::DialogClosed, Event::Act { action: ids[index], at: now() }])
    });
    html! {
        <Finder title="All actions" name="palette" placeholder="What do you want to do?" {items} {on_choose}
            on_close={link.callback(|()| Msg::Session(Event::DialogClosed))} />
    }
}
