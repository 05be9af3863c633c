//! The page: hosts the session, carries out its effects, and draws what it says.

mod article_list;
mod dialogs;
mod dom_selection;
mod effects;
mod files;
mod group_list;
mod header;
mod indexed_db;
mod keys;
mod overlay;
mod painter;
mod palette;
mod panic;
mod recognizing;
mod saver;
mod settings;
mod status;
mod timing;

use std::sync::Arc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::{document, window};
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

use crate::project::{Contents, StoreError, UnixMillis};
use crate::recognize::{Model, Recognizer};
use crate::scheme::Scheme;
use crate::session::{Event, Focus, Session};
use painter::Painter;
use saver::{AnyStore, Saver};

/// Starts the page.
pub fn run() {
    panic::install_hook();
    yew::set_custom_panic_hook(Box::new(|_| {})); // ours is in place already
    yew::Renderer::<App>::new().render();
}

/// The time, for the session.
fn now() -> UnixMillis {
    UnixMillis(js_sys::Date::now() as u64)
}

/// The one component with a state.
pub struct App {
    session: Session,
    painter: Option<Painter>,
    saver: Option<Saver>,
    recognizing: recognizing::Recognizing,
    article: NodeRef,
    file_input: NodeRef,
    overlay: overlay::Overlay,
    paste_open: bool,
    is_dropping: bool,
    /// Whether a mouse button or finger is down, so that nothing pops up under a selection being made.
    is_pressing: bool,
    /// Whether the last thing done was done with a pointer: only then the palette comes to the text, where it would
    /// lie in the way of one who works with keys.
    by_pointer: bool,
    /// Which pane a small screen shows.
    pane: Pane,
    /// From where the user has scrolled the list beside the text, in rows.
    first_row: usize,
    /// When the input came that is being answered, for `attache:edit` and `attache:open`.
    edit_start: Option<f64>,
    open_start: Option<f64>,
    is_booted: bool,
    is_painting: bool,
    listeners: Vec<EventListener>,
}

/// One of the three panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The list of articles.
    Articles,
    /// The text.
    Text,
    /// People and topics.
    Groups,
}

/// What reaches the component.
pub enum Msg {
    /// Something for the session.
    Session(Event),
    /// Several things for the session.
    All(Vec<Event>),
    /// The store is open, as far as it could be opened.
    StoreReady(Box<AnyStore>, Result<Contents, StoreError>),
    /// The recognizer's model was loaded, or could not be.
    ModelCame(Result<Model, String>),
    /// A key was pressed anywhere in the page.
    Key(KeyboardEvent),
    /// The browser's selection changed.
    SelectionChanged,
    /// A button or finger went down or up.
    Press(bool),
    /// Files were chosen or dropped.
    Files(Vec<web_sys::File>),
    /// Files are being dragged over the page, or no longer.
    Dropping(bool),
    /// Text was pasted outside any field.
    Pasted(String),
    /// The user wants to choose files.
    AskForFiles,
    /// The dialog for pasting shall open or close.
    PasteDialog(bool),
    /// A small screen shall show another pane.
    Show(Pane),
    /// The list beside the text was scrolled to this row.
    ScrolledTo(usize),
    /// Marks that are not drawn yet can be.
    GoOnPainting,
    /// Something moved on the screen: the caret and the palette have to follow.
    Place,
    /// The page was scrolled: the palette has to follow, the caret moves with the text.
    Scrolled,
    /// The page is being left or hidden.
    Leaving,
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        wasm_bindgen_futures::spawn_local(async move {
            let (store, contents) = saver::open().await;
            link.send_message(Msg::StoreReady(Box::new(store), contents));
        });
        Self {
            session: Session::new(Arc::new(Scheme::built_in().clone())),
            painter: None,
            saver: None,
            recognizing: recognizing::Recognizing::default(),
            article: NodeRef::default(),
            file_input: NodeRef::default(),
            overlay: overlay::Overlay::default(),
            paste_open: false,
            is_dropping: false,
            is_pressing: false,
            by_pointer: false,
            pane: Pane::Text,
            first_row: 0,
            edit_start: None,
            open_start: None,
            is_booted: false,
            is_painting: false,
            listeners: listeners(ctx),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, message: Msg) -> bool {
        match message {
            Msg::Session(event) => {
                // On a small screen the text comes forth when something in it was chosen.
                if matches!(event, Event::MentionChosen { .. } | Event::ArticleChosen { .. }) {
                    self.pane = Pane::Text;
                }
                self.feed(ctx, event);
            }
            Msg::All(events) => events.into_iter().for_each(|event| self.feed(ctx, event)),
            Msg::StoreReady(store, contents) => {
                let report = ctx.link().callback(Msg::Session);
                let saver = Saver::new(*store, self.session.scheme().clone(), report);
                self.listeners.push(warn_before_leaving(saver.clone()));
                self.saver = Some(saver);
                if let Some(json) = settings::found() {
                    self.feed(ctx, Event::SettingsFound { json });
                }
                self.feed(ctx, Event::Booted { contents, at: now() });
            }
            Msg::ModelCame(model) => {
                let recognizer = match model {
                    Ok(model) => Recognizer::with_model(model),
                    Err(message) => {
                        self.feed(ctx, Event::Failed { message });
                        Recognizer::rules()
                    }
                };
                self.recognizing.ready(ctx.link(), recognizer);
            }
            Msg::Key(event) => return self.key(ctx, &event),
            Msg::SelectionChanged => match self.painter.as_ref().and_then(dom_selection::read) {
                Some((anchor, focus)) => self.feed(ctx, Event::Selected { anchor, focus }),
                None => return false,
            },
            Msg::Press(down) => {
                self.is_pressing = down;
                self.by_pointer = true;
                self.edit_start = (!down).then(timing::now);
            }
            Msg::Files(files) => {
                self.is_dropping = false;
                if files.is_empty() {
                    return true;
                }
                self.open_start = Some(timing::now());
                let at = now();
                ctx.link().send_future(async move { Msg::All(files::read(files, at).await) });
                return true;
            }
            Msg::Dropping(is_dropping) => {
                let changed = self.is_dropping != is_dropping;
                self.is_dropping = is_dropping;
                return changed;
            }
            Msg::Pasted(text) => {
                self.paste_open = false;
                self.open_start = Some(timing::now());
                self.feed(ctx, Event::Pasted { text, at: now() });
            }
            Msg::AskForFiles => {
                self.ask_for_files();
                return false;
            }
            Msg::PasteDialog(open) => self.paste_open = open,
            Msg::Show(pane) => self.pane = pane,
            Msg::ScrolledTo(row) => {
                let changed = self.first_row != row;
                self.first_row = row;
                return changed;
            }
            Msg::GoOnPainting => {
                self.go_on_painting(ctx);
                return false;
            }
            Msg::Place => {
                self.place();
                return false;
            }
            Msg::Scrolled => {
                self.place_palette();
                return false;
            }
            Msg::Leaving => {
                if let Some(saver) = &self.saver {
                    saver.flush();
                }
                return false;
            }
        }
        true
    }

    fn rendered(&mut self, _ctx: &Context<Self>, first: bool) {
        if first && let Some(article) = self.article.cast() {
            self.painter = Some(Painter::new(article));
        }
        self.place();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let on_event = link.callback(Msg::Session);
        let pane = match self.pane {
            Pane::Articles => "articles",
            Pane::Text => "text",
            Pane::Groups => "groups",
        };
        let session = &self.session;
        let name = session.open_entry().map(|entry| entry.head.name.clone()).unwrap_or_default();
        let is_empty = session.open_id().is_none() && self.is_booted;
        html! {
            <div class="app" data-pane={pane} data-booted={self.is_booted.then_some("")}>
                <a class="skip" href="#article">{ "Skip to the article" }</a>
                { header::header(session, link) }
                { article_list::article_list(session, &on_event) }
                <main class="reading">
                    { dialogs::notices(session.notices(), &on_event) }
                    if is_empty {
                        { dialogs::empty(link) }
                    }
                    <div class="sheet" hidden={is_empty}>
                        <article ref={&self.article} id="article" class="article" data-article="" tabindex="0"
                            aria-label={name} />
                        <div ref={self.overlay.caret()} class="caret" aria-hidden="true" hidden=true />
                    </div>
                </main>
                { group_list::group_list(session, self.first_row, link) }
                { palette::palette(session, self.overlay.palette(), self.is_pressing, self.by_pointer, &on_event) }
                { status::status(session) }
                { header::tabs(self.pane, link) }
                if session.help_open() {
                    { dialogs::help(session, &on_event) }
                }
                if self.paste_open {
                    { dialogs::paste(link) }
                }
                if self.is_dropping {
                    <div class="dropzone">{ "Drop text or project files to open them" }</div>
                }
                <input ref={&self.file_input} class="visually-hidden" type="file" multiple=true tabindex="-1"
                    aria-label="Files to open" accept=".txt,.md,.json,.jsonl,text/plain,application/json"
                    onchange={link.callback(|event: web_sys::Event| {
                        let input: web_sys::HtmlInputElement = event.target_unchecked_into();
                        let files = files::of_list(input.files());
                        input.set_value(""); // so that the same file can be chosen again
                        Msg::Files(files)
                    })} />
                <p class="visually-hidden" role="status" aria-live="polite">{ session.said() }</p>
            </div>
        }
    }
}

impl App {
    fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        let Some(painter) = &self.painter else { return false };
        let Some(chord) = keys::chord(event) else { return false };
        let focus = keys::focus(event, painter.root());
        if focus == Focus::Field && event.key() == "Escape" && self.paste_open {
            self.paste_open = false;
            return true;
        }
        let Some(binding) = self.session.binding(&chord, focus) else { return false };
        event.prevent_default();
        self.by_pointer = false;
        self.edit_start = Some(timing::now());
        self.feed(ctx, Event::Act { action: binding.0, at: now() });
        true
    }

    fn ask_for_files(&self) {
        if let Some(input) = self.file_input.cast::<web_sys::HtmlInputElement>() {
            input.click();
        }
    }
}

/// Asks before the page is closed while something is not kept yet.
fn warn_before_leaving(saver: Saver) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "beforeunload", options, move |event| {
        if saver.is_behind() {
            event.prevent_default();
        }
    })
}

/// Listens to what happens to the page as a whole.
fn listeners(ctx: &Context<App>) -> Vec<EventListener> {
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
    vec![
        on_document("keydown", active, |event| event.dyn_ref().cloned().map(Msg::Key)),
        on_document("selectionchange", passive, |_| Some(Msg::SelectionChanged)),
        on_document("pointerdown", passive, |event| {
            // A press on the palette is no selection in the making: the palette has to stay for the click.
            let target: Option<web_sys::Element> = event.target().and_then(|target| target.dyn_into().ok());
            let on_palette = target.and_then(|target| target.closest(".palette").ok().flatten()).is_some();
            (!on_palette).then_some(Msg::Press(true))
        }),
        on_document("pointerup", passive, |_| Some(Msg::Press(false))),
        on_document("pointercancel", passive, |_| Some(Msg::Press(false))),
        on_document("dragover", active, |event| {
            event.prevent_default();
            Some(Msg::Dropping(true))
        }),
        on_document("dragleave", passive, |event| {
            let drag: &DragEvent = event.dyn_ref()?;
            drag.related_target().is_none().then_some(Msg::Dropping(false))
        }),
        on_document("drop", active, |event| {
            event.prevent_default();
            let transfer = event.dyn_ref::<DragEvent>()?.data_transfer()?;
            Some(Msg::Files(files::of_list(transfer.files())))
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
        on_document("visibilitychange", passive, |_| Some(Msg::Leaving)),
        on_window("pagehide", || Msg::Leaving),
        on_window("resize", || Msg::Place),
        on_window("scroll", || Msg::Scrolled),
    ]
}
