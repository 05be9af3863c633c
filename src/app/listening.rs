//! What happens to the page as a whole: keys, drops, pasting, leaving.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::{document, window};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::painter::Seen;
use super::saver::Saver;
use super::{App, Msg, dom_selection, files, now};
use crate::session::Event;

/// Asks before the page is closed while something is not kept yet.
pub fn warn_before_leaving(saver: Saver) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "beforeunload", options, move |event| {
        // It is kept while the browser asks.
        if leave_field() || saver.is_behind() {
            event.prevent_default();
        }
    })
}

/// Ends the writing in a field, so that what stands there is kept: the browser says what a field has become only when
/// somebody leaves that. Gives whether something in the details of a highlight was not kept until now.
fn leave_field() -> bool {
    let Some(field) = document().active_element() else { return false };
    let is_new = match (field.dyn_ref::<HtmlInputElement>(), field.dyn_ref::<HtmlTextAreaElement>()) {
        (Some(input), _) => input.value() != input.default_value(),
        (None, Some(area)) => area.default_value().is_ok_and(|before| before != area.value()),
        (None, None) => return false,
    };
    let is_of_highlight = field.closest("[data-details]").is_ok_and(|details| details.is_some());
    // What has the focus can lose it.
    let _ = field.unchecked_ref::<HtmlElement>().blur();
    is_new && is_of_highlight
}

/// Listens to what happens to the page as a whole, and to the field for files, from which some may have been chosen
/// before.
pub fn listeners(ctx: &Context<App>, field: Option<&HtmlInputElement>) -> Vec<EventListener> {
    let active = EventListenerOptions::enable_prevent_default();
    let document = document();
    let window = window();
    let on_document = |kind: &'static str, options, message: fn(&web_sys::Event) -> Option<Msg>| {
        let link = ctx.link().clone();
        EventListener::new_with_options(&document, kind, options, move |event| {
            link.send_message_batch(message(event).into_iter().collect());
        })
    };
    let on_window = |kind: &'static str, message: fn() -> Msg| {
        let link = ctx.link().clone();
        EventListener::new(&window, kind, move |_| link.send_message(message()))
    };
    let passive = EventListenerOptions::default();
    let mut listeners = vec![
        on_document("keydown", active, |event| event.dyn_ref().cloned().map(Msg::Key)),
        on_document("selectionchange", passive, |_| Some(Msg::SelectionChanged)),
        on_document("dragover", active, |event| {
            event.prevent_default();
            // Rows of a list are dragged too.
            let types = event.dyn_ref::<DragEvent>()?.data_transfer()?.types();
            types.includes(&"Files".into(), 0).then_some(Msg::Dropping(true))
        }),
        on_document("dragleave", passive, |event| {
            let drag: &DragEvent = event.dyn_ref()?;
            drag.related_target().is_none().then_some(Msg::Dropping(false))
        }),
        on_document("drop", active, |event| {
            event.prevent_default();
            let transfer = event.dyn_ref::<DragEvent>()?.data_transfer()?;
            let entries = files::dropped(&transfer);
            let files = files::of_list(transfer.files());
            Some(match (entries.is_empty(), files.is_empty()) {
                (false, _) if entries.iter().any(web_sys::FileSystemEntry::is_directory) => Msg::Dropped(entries),
                (_, false) => Msg::Files(files),
                _ => Msg::Dropping(false),
            })
        }),
        on_document("paste", active, |event| {
            let target: Option<web_sys::Element> = event.target().and_then(|target| target.dyn_into().ok());
            let in_field = target.and_then(|target| target.closest("input, textarea").ok().flatten()).is_some();
            let transfer = event.dyn_ref::<web_sys::ClipboardEvent>()?.clipboard_data()?;
            let files = files::of_list(transfer.files());
            let text = transfer.get_data("text/plain").unwrap_or_default();
            match (in_field, files.is_empty(), text.is_empty()) {
                (true, _, _) => None,
                (false, false, _) => Some(Msg::Files(files)),
                (false, true, false) => Some(Msg::Pasted(text)),
                (false, true, true) => None,
            }
        }),
        on_document("copy", active, |event| {
            dom_selection::copy(event.dyn_ref()?);
            None
        }),
        on_document("contentvisibilityautostatechange", passive, |event| {
            let is_passed_by = js_sys::Reflect::get(event, &"skipped".into()).is_ok_and(|it| it.is_truthy());
            let chunk = event.target()?.dyn_into().ok()?;
            (!is_passed_by).then_some(Msg::Seen(Seen::Chunk(chunk)))
        }),
        on_document("visibilitychange", passive, |_| Some(Msg::Leaving)),
        on_window("pagehide", || {
            leave_field();
            Msg::Leaving
        }),
        on_window("focus", || Msg::CameBack),
        // Another tab has made, renamed or put away a project.
        on_window("storage", || Msg::ProjectsKept),
        on_window("resize", || Msg::Resized),
        on_window("scroll", || Msg::Seen(Seen::Screen)),
        on_window("beforeprint", || Msg::Seen(Seen::All)),
    ];
    listeners.extend(super::pointing::listeners(ctx));
    if let Some(field) = field {
        let (link, choice) = (ctx.link().clone(), field.clone());
        let choose = move || link.send_message(Msg::Files(files::chosen(&choice)));
        if field.files().is_some_and(|files| files.length() > 0) {
            choose();
        }
        listeners.push(EventListener::new(field, "change", move |_| choose()));
        let link = ctx.link().clone();
        listeners.push(EventListener::new(field, "cancel", move |_| {
            link.send_message(Msg::Session(Event::FilesRead { files: Vec::new(), at: now() }));
        }));
    }
    listeners
}
