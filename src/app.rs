//! The page: hosts the session, carries out its effects, and draws what it says.

mod actions_view;
mod article_list;
mod coming;
mod details_view;
mod dialogs;
mod dom_selection;
mod effects;
mod exchange_view;
mod files;
mod finder;
mod folder;
mod forms;
mod group_list;
mod header;
mod indexed_db;
mod keys;
mod keys_view;
mod listening;
mod looks;
mod markdown;
mod modal;
mod occurrence_view;
mod overlay;
mod painter;
mod palette;
mod panic;
mod parts;
mod people_view;
mod pointing;
mod projects;
mod projects_view;
mod recognizing;
mod room;
mod saver;
mod scheme_view;
mod settings;
mod settings_view;
mod stage;
mod status;
mod tabs;
mod timing;
mod tour;
mod versions_view;

use futures_util::future::join;
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use yew::prelude::*;

use crate::annotation::GroupKey;
use crate::project::{ArticleId, Codebook, Contents, StoreError, UnixMillis};
use crate::recognize::{Model, Recognizer};
use crate::scheme::LabelId;
use crate::session::{Event, Joined, Paint, Session, Target};
use crate::text::Utf16Offset;
use painter::{Painter, Seen};
use parts::Part;
use saver::{AnyStore, Saver};

/// Starts the page.
pub fn run() {
    panic::install_hook();
    Part::Files.ask();
    let stage = stage::Stage::set().expect("index.html has a place for the page");
    yew::Renderer::<App>::with_root_and_props(stage.element().clone(), Props { stage }).render();
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
    /// The folder of the project.
    folder: folder::Folder,
    recognizing: recognizing::Recognizing,
    article: NodeRef,
    /// The field in index.html with which the browser asks for files; buttons and keys press it.
    file_field: Option<web_sys::HtmlInputElement>,
    /// The other tabs of the project.
    tabs: Option<tabs::Tabs>,
    /// Whether there is long work to go on with, and whether its next turn is asked for.
    has_work: bool,
    is_working: bool,
    overlay: overlay::Overlay,
    pointing: pointing::Pointing,
    /// What had the focus before a dialog was opened.
    focus_before: Option<web_sys::Element>,
    /// What gets the focus once it is drawn.
    to_focus: Option<Target>,
    /// What is selected in the text once all is drawn, from where to where: the browser lays out the page for it.
    to_select: Option<(Utf16Offset, Utf16Offset)>,
    /// The row that is being dragged in the list of people or topics.
    dragged_row: Option<Joined>,
    /// The label whose form is open in the dialog of labels; `Some(None)` is a new one.
    edited_label: Option<Option<LabelId>>,
    paste_open: bool,
    /// Whether the list of formats to download in is open.
    lists_formats: bool,
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
    /// How many rows the window has room for.
    n_rows_seen: usize,
    /// Whether the person has done something, and whether lasting room was asked for since.
    has_worked: bool,
    has_asked_for_room: bool,
    /// The first row that is seen of the list of articles, and the article that was last brought into view there.
    first_article: usize,
    article_in_view: Option<ArticleId>,
    /// What came of files that were chosen before the store was open.
    early: Vec<Event>,
    /// Whether the browser is reading files.
    is_reading: bool,
    /// When the input came that is being answered, for `attache:edit` and `attache:open`.
    edit_start: Option<f64>,
    acted_at: f64,
    open_start: Option<f64>,
    is_booted: bool,
    /// Whether the open article is drawn only if none of the files that are on their way takes its place.
    is_put_off: bool,
    /// Whether the later parts of the program are asked for.
    is_rest_asked: bool,
    is_painting: bool,
    /// Whether the text has taken the place of another in this turn.
    is_fresh: bool,
    listeners: Vec<EventListener>,
}

/// What the page is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    stage: stage::Stage,
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
    StoreReady(Box<AnyStore>, tabs::Tabs, Result<Contents, StoreError>),
    /// Another tab of the project has said something.
    Heard(tabs::Heard),
    /// The recognizer's model was loaded, or could not be.
    ModelCame(Result<Model, String>),
    /// All of the program is there, or will not be before it is needed.
    RestCame,
    /// A key was pressed anywhere in the page.
    Key(KeyboardEvent),
    /// The browser's selection changed.
    SelectionChanged,
    /// What mouse and finger did.
    Pointer(pointing::Pointer),
    /// A row of the list of people or topics is being dragged.
    RowDragged(Joined),
    /// It was let go on a person or topic, or beside them.
    RowDropped(Option<GroupKey>),
    /// The form of a label is to be opened or closed.
    EditLabel(Option<Option<LabelId>>),
    /// Files were chosen or dropped.
    Files(Vec<web_sys::File>),
    /// What was in such files.
    Came(Vec<Event>),
    /// Folders were dropped, perhaps with files beside them.
    Dropped(Vec<web_sys::FileSystemEntry>),
    /// Files are being dragged over the page, or no longer.
    Dropping(bool),
    /// Text was pasted outside any field.
    Pasted(String),
    /// The user wants to choose files.
    AskForFiles,
    /// Long work goes on.
    GoOnWorking,
    /// The list of projects may be another now.
    ProjectsKept,
    /// The dialog for pasting shall open or close.
    PasteDialog(bool),
    /// The list of formats to download in is being opened, or was closed.
    Downloads(bool),
    /// A small screen shall show another pane.
    Show(Pane),
    /// Draws what has changed in the text, and beside it.
    Draw(Option<Paint>),
    /// The list beside the text was scrolled to this row.
    ScrolledTo(usize),
    /// The list of articles was scrolled to a row.
    ArticlesScrolled(usize),
    /// The page is to be seen, whatever is still on its way.
    Enter,
    /// Marks that are not drawn yet can be.
    GoOnPainting,
    /// The window has another size: the caret and the palette have to follow.
    Resized,
    /// Some of the text is about to be seen.
    Seen(Seen),
    /// The person has come back to the page.
    CameBack,
    /// The page is being left or hidden.
    Leaving,
}

impl Component for App {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let (projects, open) = projects::found();
        let heard = ctx.link().callback(Msg::Heard);
        wasm_bindgen_futures::spawn_local(async move {
            // What is stored is read when it is known who writes.
            let (database, tabs) = join(indexed_db::IndexedDb::open(open), tabs::Tabs::claim(open, heard)).await;
            let (store, contents) = saver::begin(database).await;
            link.send_message(Msg::StoreReady(Box::new(store), tabs, contents));
        });
        let mut session = Session::new(Codebook::built_in());
        session.set_decoder(files::decode);
        session.update(Event::ProjectsFound { projects, open });
        let link = ctx.link().clone();
        Timeout::new(stage::PATIENCE, move || link.send_message(Msg::Enter)).forget();
        let file_field = files::field();
        let listeners = listening::listeners(ctx, file_field.as_ref());
        Self {
            session,
            painter: None,
            saver: None,
            folder: folder::Folder::new(open, ctx.link().callback(Msg::Session)),
            recognizing: recognizing::Recognizing::default(),
            article: NodeRef::default(),
            file_field,
            tabs: None,
            has_work: false,
            is_working: false,
            overlay: overlay::Overlay::default(),
            pointing: pointing::Pointing::default(),
            focus_before: None,
            to_focus: None,
            to_select: None,
            dragged_row: None,
            edited_label: None,
            paste_open: false,
            lists_formats: false,
            is_dropping: false,
            is_pressing: false,
            by_pointer: false,
            pane: Pane::Text,
            first_row: 0,
            n_rows_seen: group_list::rows_seen(),
            has_worked: false,
            has_asked_for_room: false,
            first_article: 0,
            article_in_view: None,
            early: Vec::new(),
            is_reading: false,
            edit_start: None,
            acted_at: 0.0,
            open_start: None,
            is_booted: false,
            is_rest_asked: false,
            is_put_off: false,
            is_painting: false,
            is_fresh: false,
            listeners,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, message: Msg) -> bool {
        let is_drawn = self.answer(ctx, message);
        if !is_drawn {
            self.select();
        }
        is_drawn
    }

    fn rendered(&mut self, _ctx: &Context<Self>, first: bool) {
        if first && let Some(article) = self.article.cast() {
            self.painter = Some(Painter::new(article));
        }
        self.is_fresh = false;
        let open = self.session.open_id();
        if self.article_in_view != open {
            self.article_in_view = open;
            // The first ones are seen unless somebody has scrolled; to look where a row is makes the browser lay out the page.
            if let Some(place) = self.session.open_place().filter(|place| *place > 3 || self.first_article > 0) {
                article_list::bring_into_view(place);
            }
        }
        self.select();
        self.give_focus();
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
            <div class="app" data-pane={pane} data-booted={self.is_booted.then_some("")}
                data-whole={session.is_whole().then_some("")}
                data-rest={Part::Rest.is_here().then_some("")}
                data-focus-mode={session.settings().focus_mode.then_some("")}
                data-reviewing={session.review().is_some().then_some("")}>
                <a class="skip" href="#article">{ "Skip to the article" }</a>
                { header::header(session, self.lists_formats, link) }
                { article_list::article_list(session, group_list::drawn(self.first_article, self.n_rows_seen), link) }
                <main class="reading">
                    { dialogs::following(session, &on_event) }
                    { dialogs::arrival(session, &on_event) }
                    { dialogs::notices(session.notices(), &on_event) }
                    if session.review().is_some() {
                        { tour::review(session, &on_event) }
                    }
                    if is_empty {
                        { dialogs::empty(link) }
                    }
                    <div class="sheet" hidden={is_empty}>
                        <article ref={&self.article} id="article" class="article" data-article="" tabindex="0"
                            aria-label={name} />
                        <div ref={self.overlay.caret()} class="caret" aria-hidden="true" hidden=true />
                        { for self.overlay.handles().into_iter().zip(["start", "end"]).map(|(node, edge)| html! {
                            <div ref={node} class="handle" data-handle={edge} aria-hidden="true" hidden=true />
                        }) }
                    </div>
                    // Below the text: what comes above it later moves the words away from under the mouse.
                    if session.settings().tour.is_some() && Part::Rest.is_here() {
                        { tour::tour(session, &on_event) }
                    }
                    { palette::palette(session, self.overlay.palette(), self.is_pressing, self.by_pointer, &on_event) }
                </main>
                { group_list::group_list(session, group_list::drawn(self.first_row, self.n_rows_seen), link) }
                { status::status(session) }
                { header::tabs(self.pane, link) }
                if session.dialog().is_some() {
                    { self.dialog(link) }
                }
                if self.paste_open {
                    { dialogs::paste(link) }
                }
                if self.is_dropping {
                    <div class="dropzone">{ "Drop text or project files to open them" }</div>
                }
                <p class="visually-hidden" role="status" aria-live="polite">{ session.said() }</p>
            </div>
        }
    }
}

impl App {
    /// Does what a message says. Gives whether the page is to be drawn.
    fn answer(&mut self, ctx: &Context<Self>, message: Msg) -> bool {
        match message {
            Msg::Session(event) => {
                // On a small screen the text comes forth when something in it was chosen.
                if matches!(event, Event::MentionChosen { .. } | Event::ArticleChosen { .. }) {
                    self.pane = Pane::Text;
                }
                if matches!(event, Event::Recognized { .. }) {
                    return self.feed_and_draw_later(ctx, event);
                }
                self.feed(ctx, event);
            }
            Msg::Draw(paint) => {
                paint.iter().for_each(|paint| self.paint(ctx, paint));
                return !self.is_awaited(ctx);
            }
            Msg::All(events) => events.into_iter().for_each(|event| self.feed(ctx, event)),
            Msg::Came(events) if self.saver.is_none() => {
                self.early.extend(events);
                return false;
            }
            Msg::Came(events) => return self.take_in(ctx, events),
            Msg::StoreReady(store, tabs, contents) => return self.begin(ctx, *store, tabs, contents),
            Msg::Enter => {
                let is_late = ctx.props().stage.enter();
                return is_late && self.saver.is_some();
            }
            Msg::Heard(heard) => match (&self.saver, heard) {
                (Some(saver), tabs::Heard::Kept(changed)) => saver.catch_up(changed, false),
                (Some(saver), tabs::Heard::Asked) => saver.hand_over(),
                // What the other has done last is read before anything is written.
                (Some(saver), tabs::Heard::Role(true)) => {
                    saver.catch_up(self.session.open_id().into_iter().collect(), true)
                }
                (Some(_), tabs::Heard::Role(false)) => self.feed(ctx, Event::RoleKnown { is_writer: false }),
                (None, _) => return false,
            },
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
            Msg::RestCame => {
                if let Some(field) = self.file_field.as_ref().filter(|_| Part::Rest.is_here()) {
                    files::offer(field);
                }
            }
            Msg::Key(event) => return self.key(ctx, &event),
            // What is about to be selected will be told of.
            Msg::SelectionChanged if self.to_select.is_some() => return false,
            Msg::SelectionChanged => match self.painter.as_ref().and_then(dom_selection::read) {
                Some((anchor, focus)) => {
                    let before = self.session.caret();
                    self.feed(ctx, Event::Selected { anchor, focus });
                    // What was selected here comes back as an event.
                    return self.session.caret() != before;
                }
                None => return false,
            },
            Msg::Pointer(pointer) => return self.pointer(ctx, pointer),
            Msg::RowDragged(what) => {
                self.dragged_row = Some(what);
                return false;
            }
            Msg::RowDropped(on) => {
                self.is_dropping = false;
                let event = match (self.dragged_row.take(), on) {
                    (Some(Joined::Group(from)), Some(on)) if from == on => None,
                    (Some(what), Some(on)) => Some(Event::Joined { what, entity: on.entity.to_string(), at: now() }),
                    (Some(Joined::Mention(annotation)), None) => Some(Event::SplitOff { annotation, at: now() }),
                    _ => None,
                };
                match event {
                    Some(event) => self.feed(ctx, event),
                    None => return true,
                }
            }
            Msg::EditLabel(label) => self.edited_label = label,
            Msg::Dropped(entries) => {
                self.is_dropping = false;
                let link = ctx.link().clone();
                wasm_bindgen_futures::spawn_local(async move {
                    Part::Rest.arrival().await;
                    files::begin_to_look(&link, entries);
                });
                return true;
            }
            Msg::Files(files) => {
                self.read(ctx, files);
                return std::mem::take(&mut self.is_dropping);
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
            Msg::GoOnWorking => return self.work(ctx),
            Msg::CameBack => {
                self.folder.look();
                return false;
            }
            Msg::ProjectsKept => {
                let (projects, _) = projects::found();
                let open = self.session.project();
                self.feed(ctx, Event::ProjectsFound { projects, open });
            }
            Msg::AskForFiles => {
                self.ask_for_files(false);
                return false;
            }
            Msg::PasteDialog(open) => self.paste_open = open,
            Msg::Downloads(is_open) => self.lists_formats = is_open,
            Msg::Show(pane) => self.pane = pane,
            Msg::ArticlesScrolled(row) => {
                let changed = self.first_article != row;
                self.first_article = row;
                return changed;
            }
            Msg::ScrolledTo(row) => {
                let changed = self.first_row != row;
                self.first_row = row;
                return changed;
            }
            Msg::GoOnPainting => {
                self.go_on_painting(ctx);
                return false;
            }
            Msg::Resized => {
                let before = std::mem::replace(&mut self.n_rows_seen, group_list::rows_seen());
                self.place();
                return self.n_rows_seen > before;
            }
            Msg::Seen(seen) => {
                self.sees(&seen);
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

    /// Reads files. What is in them waits for the store; who chooses some before that is open does not see the example.
    fn read(&mut self, ctx: &Context<Self>, files: Vec<web_sys::File>) {
        if !files.is_empty() {
            self.open_start = Some(timing::now());
            self.is_reading = true;
            self.recognizing.hold(true);
            files::begin_to_read(ctx.link(), files);
        }
    }

    /// Asks the browser for lasting room once a person has done something: a mere visit is no reason to ask.
    fn ask_for_room(&mut self, ctx: &Context<Self>, event: &Event) {
        let brings_articles = match event {
            // None were chosen.
            Event::FilesRead { files, .. } => !files.is_empty(),
            event => matches!(event, Event::Pasted { .. }),
        };
        if brings_articles {
            settings::note_own_articles();
        }
        self.has_worked |= brings_articles || matches!(event, Event::Act { .. });
        if self.has_worked && !self.has_asked_for_room && matches!(event, Event::Saved { .. }) {
            self.has_asked_for_room = true;
            ctx.link().send_future(async {
                let room = room::ask().await;
                Msg::All(room.map(|room| Event::RoomKnown { room }).into_iter().collect())
            });
        }
    }

    fn ask_for_files(&self, of_a_folder: bool) {
        if let Some(field) = &self.file_field {
            field.set_webkitdirectory(of_a_folder);
            field.click();
        }
    }
}
