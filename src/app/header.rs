//! The bar on top: what the page is, whether the work is saved, and what can be opened and downloaded. On small
//! screens also the bar that switches between panes.

use yew::html::Scope;
use yew::prelude::*;

use super::{App, Msg, Pane};
use crate::format::FORMATS;
use crate::project::UnixMillis;
use crate::session::{ACTIONS, ActionId, Dialog, Event, FolderState, FolderTask, Session};

/// The bar on top.
pub fn header(session: &Session, lists_formats: bool, link: &Scope<App>) -> Html {
    html! {
        <header class="bar">
            <h1 class="brand">{ "Attaché" }</h1>
            <button class="button" data-action="open" onclick={link.callback(|_| Msg::AskForFiles)}
                title="Open text or project files (or drop them anywhere)">
                { "Open…" }
            </button>
            <button class="button" data-action="paste" onclick={link.callback(|_| Msg::PasteDialog(true))}
                title="Paste a text as a new article">
                { "Paste…" }
            </button>
            { turn("undo", "Undo", session.undo_title(), session, link) }
            { turn("redo", "Redo", session.redo_title(), session, link) }
            <span class="grow" />
            { save_state(session) }
            { folder_state(session, link) }
            { download_menu(session.entries().is_empty(), lists_formats, link) }
            { opener("palette", sign("palette"), Dialog::Palette, session, link) }
            { opener("scheme", html! { "Labels" }, Dialog::Scheme, session, link) }
            { opener("settings", sign("settings"), Dialog::Settings, session, link) }
            { opener("help", html! { "?" }, Dialog::Keys, session, link) }
        </header>
    }
}

/// A sign that styles/panels.css draws: to look for a font that has it takes the browser longer than the rest of the bar.
pub fn sign(name: &'static str) -> Html {
    html! { <span class="sign" data-sign={name} aria-hidden="true" /> }
}

/// Undo or redo, which say what they will take back or do again.
fn turn(name: &'static str, verb: &str, title: Option<&str>, session: &Session, link: &Scope<App>) -> Html {
    let words = match title {
        Some(title) => format!("{verb}: {title}"),
        None => format!("{verb}: there is nothing to {}", verb.to_lowercase()),
    };
    let key = session.shown_key(name, super::keys::on_mac());
    let onclick = link.callback(move |_| Msg::Session(Event::Act { action: ActionId::Named(name), at: super::now() }));
    html! {
        <button class="button quiet turn" data-action={name} aria-label={words.clone()} title={format!("{words} ({key})")}
            aria-disabled={title.is_none().then_some("true")} {onclick}>{ sign(name) }</button>
    }
}

/// A button that opens a dialog as its action does.
fn opener(name: &'static str, face: Html, dialog: Dialog, session: &Session, link: &Scope<App>) -> Html {
    let Some(action) = ACTIONS.iter().find(|action| action.name == name) else { return Html::default() };
    let key = session.shown_key(name, super::keys::on_mac());
    let is_open = session.dialog() == Some(&dialog);
    html! {
        <button class="button quiet" data-action={name} aria-label={action.title} title={format!("{} ({key})", action.title)}
            aria-haspopup="dialog" aria-expanded={is_open.to_string()}
            onclick={link.callback(move |_| Msg::Session(Event::DialogAsked { dialog: dialog.clone() }))}>
            { face }
        </button>
    }
}

/// The formats that the project can be downloaded in, listed when somebody asks. Escape and a click elsewhere close the
/// list: the browser does it.
fn download_menu(is_empty: bool, lists_formats: bool, link: &Scope<App>) -> Html {
    if is_empty {
        return html! { <button class="button primary" disabled=true>{ "Download" }</button> };
    }
    let onclick = link.callback(|_| Msg::Downloads(true));
    let ontoggle = link.batch_callback(|event: web_sys::Event| {
        let list: web_sys::Element = event.target_unchecked_into();
        (!list.matches(":popover-open").unwrap_or(true)).then_some(Msg::Downloads(false))
    });
    html! {
        <>
            <button class="button primary menu-button" data-action="downloads" popovertarget="downloads" {onclick}>
                { "Download" }
            </button>
            <div id="downloads" class="menu-list" popover="auto" role="group" aria-label="Formats" {ontoggle}>
                if lists_formats {
                    { formats(link) }
                }
            </div>
        </>
    }
}

#[inline(never)] // a door of `xtask/pack`
fn formats(link: &Scope<App>) -> Html {
    let written = FORMATS.iter().filter(|format| format.writes());
    written
        .map(|format| {
            let id = format.id;
            let onclick =
                link.callback(move |_| Msg::Session(Event::DownloadChosen { format: id, at: super::now() }));
            html! {
                <button class="menu-item" data-format={id} popovertarget="downloads" popovertargetaction="hide" {onclick}>
                    <strong>{ format.title }</strong>
                    <span>{ format.description }</span>
                </button>
            }
        })
        .collect()
}

/// The folder that the project is kept in too.
fn folder_state(session: &Session, link: &Scope<App>) -> Html {
    let Some(folder) = session.folder() else { return Html::default() };
    let words = match folder.state {
        FolderState::Here => {
            let title = format!("Every article is a file in the folder “{}”, which follows your work", folder.name);
            return html! { <span class="folder-state" data-folder-state="here" data-folder-due={folder.n_due.to_string()} {title}>{ format!("in “{}”", folder.name) }</span> };
        }
        FolderState::Away => "The browser wants you to allow it once more. Until then your work is in this browser",
        FolderState::Failed(why) => why.as_str(),
    };
    let onclick = link.callback(|_| Msg::Session(Event::FolderAsked { task: FolderTask::Reconnect }));
    html! {
        <button class="button small" data-folder-state="away" title={format!("The folder “{}”: {words}.", folder.name)} {onclick}>
            { "Reconnect folder" }
        </button>
    }
}

/// Whether everything on the screen is safe.
fn save_state(session: &Session) -> Html {
    let saving = session.saving();
    let (state, words) = if !saving.is_kept {
        ("problem", "Not kept in this browser".to_owned())
    } else if saving.error.is_some() {
        ("problem", "Not saved".to_owned())
    } else if !saving.is_done() {
        ("saving", "Saving…".to_owned())
    } else if let Some(last) = saving.last {
        ("saved", format!("Saved {}", clock(last)))
    } else {
        ("saved", "Saved".to_owned())
    };
    html! { <span class="save-state" data-save-state={state} title={saving.room.map_or("Kept in this browser, on this computer".to_owned(), |room| room.in_words())}>{ words }</span> }
}

/// Hours and minutes where the user is.
fn clock(at: UnixMillis) -> String {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64));
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// The bar at the bottom of a small screen.
pub fn tabs(shown: Pane, link: &Scope<App>) -> Html {
    let tab = |pane: Pane, title: &str| {
        html! {
            <button class="tab" aria-current={(shown == pane).then_some("page")}
                onclick={link.callback(move |_| Msg::Show(pane))}>
                { title }
            </button>
        }
    };
    html! {
        <nav class="tabs" aria-label="Panes">
            { tab(Pane::Articles, "Articles") }
            { tab(Pane::Text, "Text") }
            { tab(Pane::Groups, "People & topics") }
        </nav>
    }
}
