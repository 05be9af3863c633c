//! A person at work: the project, what is open, selected and active, and what shall happen next.
//!
//! [`Session::update`] is the only door: an [`Event`] goes in, [`Effect`]s come out for the shell to carry out.

mod action;
mod arriving;
mod deciding;
mod dialog;
mod effect;
mod event;
mod exchange;
mod folder;
mod following;
mod importing;
mod keys;
mod listing;
mod memory;
mod moving;
mod occurrences;
mod opening;
mod outbox;
mod people;
mod pointing;
mod projects;
mod rebase;
mod settings;
mod shaping;
mod steps;
mod suggesting;
mod tagset;
mod update;
mod versions;

pub use action::{ACTIONS, Action, ActionId, Heading};
pub use arriving::Arrival;
pub use deciding::Review;
pub use dialog::{Dialog, TOUR_STEPS};
pub use effect::{Effect, Paint, Pending, Target};
pub use event::Event;
pub use exchange::Import;
pub use folder::{FolderState, FolderTask, FolderView};
pub use keys::{Binding, Focus, KeyChord};
pub use listing::{Listing, Order, Progress, Stage};
pub use moving::Place;
pub use occurrences::{Deed, Occurrence, OccurrenceChange, Occurrences, Sought};
pub use outbox::{Batch, Forming, Outbox};
pub use people::Joined;
pub use projects::{ProjectDeed, ProjectHead, ProjectId, parse_projects};
pub use settings::{Settings, Theme};
pub use shaping::Edge;
pub use versions::{Preview, Version};

use std::collections::VecDeque;
use std::sync::Arc;

use crate::annotation::{Annotation, AnnotationId, GroupKey};
use crate::command::Refusal;
use crate::format::{Export, megabytes};
use crate::ingest::{Decoder, NamedBytes, OWN_DECODER, Reading};
use crate::project::{Article, ArticleHead, ArticleId, Codebook, StoreError, UnixMillis};
use crate::recognize::Sureness;
use crate::scheme::{GroupKind, LabelId, Scheme};
use crate::text::{ByteOffset, Span, Text};

/// The article that a first visit opens with: Mehr News Agency, CC BY 4.0 (`seeds/README.md`).
pub const SEED: (&str, &str) =
    ("Phone calls on World Quds Day", include_str!("../seeds/articles/000_e8fd1c9e67b988b0.txt"));

/// Everything that the screen depends on, but for what only the screen knows (focus, scrolling, open menus).
#[derive(Debug)]
pub struct Session {
    codebook: Arc<Codebook>,
    /// The number of the codebook kept last.
    n_codebooks: u32,
    entries: Vec<Entry>,
    /// Whether all articles of the store are in the list.
    is_whole: bool,
    /// How many articles are done.
    n_done: usize,
    /// Whether another tab writes.
    is_following: bool,
    catching_up: following::CatchingUp,
    /// The folder that the project is kept in too, and whether something of it came due just now.
    folder: Option<folder::Folder>,
    folder_is_touched: bool,
    /// The projects of this browser, and the open one.
    projects: Vec<ProjectHead>,
    project: ProjectId,
    /// What is asked of the list, and where in `entries` the listed ones are when it is anything.
    listing: Listing,
    listed: Option<Vec<usize>>,
    text_search: Option<listing::TextSearch>,
    heads_changed: bool,
    /// How many bytes of texts are held in memory, but for what is at work; more is left to the store.
    memory: usize,
    /// How many bytes of texts are in memory.
    n_held: usize,
    /// The articles that were open last, the latest at the end.
    recent: Vec<ArticleId>,
    open: Option<ArticleId>,
    /// The lowest number that no article of this project ever had.
    next_article: u32,
    caret: Caret,
    active: Option<AnnotationId>,
    /// The highlight that was active last in this article: the one that gets a part.
    chosen_last: Option<AnnotationId>,
    /// The label set last in this visit.
    last_label: Option<LabelId>,
    /// The highlight whose end is being dragged.
    dragged: Option<AnnotationId>,
    /// The word that a double-click took last: one more takes the whole name.
    double_clicked: Option<Span>,
    review: Option<Review>,
    /// Whether Tab leaves the text: after Escape, so that nobody is kept in it.
    tab_leaves: bool,
    panel: GroupKind,
    expanded: Option<GroupKey>,
    notices: Vec<Notice>,
    next_notice: u32,
    said: String,
    saving: Saving,
    /// What waits for articles to be read from the store, and since when.
    awaited: steps::Wishes,
    steps: steps::Steps,
    /// The articles that were removed, each with the notice from which that can be undone.
    removed: Vec<(u32, Entry)>,
    dialog: Option<Dialog>,
    import: Option<Import>,
    /// What knows encodings other than Unicode's.
    decoder: Decoder,
    /// The version that was looked at last.
    looked_at: Option<Preview>,
    /// Articles on their way in, and files to be read after them.
    arriving: Option<arriving::Arriving>,
    to_read: VecDeque<(Vec<NamedBytes>, Reading, UnixMillis)>,
    /// Articles that suggestions are still to be looked for in, and the one that is being looked at.
    to_suggest: VecDeque<ArticleId>,
    suggesting: Option<ArticleId>,
    /// What was found in one, until it is taken in.
    found: Option<suggesting::Found>,
    outgoing: Option<Export>,
    /// How the next files are read.
    reading: Reading,
    occurrences: Option<Occurrences>,
    /// How often the store was looked through.
    n_looks: u32,
    /// The action whose new key is the next one pressed.
    rebinding: Option<&'static str>,
    settings: Settings,
}

/// An article of the list.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What the list shows of it.
    pub head: ArticleHead,
    /// The article itself, once it is needed.
    pub body: Body,
    /// How sure its suggestions had to be, if they were asked for in this visit.
    pub asked: Option<Sureness>,
    /// Whether they are being looked for.
    pub is_waiting: bool,
    /// Whether the person was told why there are none.
    pub is_told: bool,
    /// From which line on its journal cannot be read: what is done next takes the place of these lines.
    pub damaged_from: Option<u32>,
}

/// How much of an article is in memory.
#[derive(Clone, Debug)]
pub enum Body {
    /// Nothing: it is in the store.
    Stored,
    /// It is being read.
    Loading,
    /// All of it.
    Loaded(Box<Article>),
    /// It could not be read, for this reason.
    Broken(String),
}

/// The caret, and what is selected between its two ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caret {
    /// Where the selection began.
    pub anchor: ByteOffset,
    /// Where it is now; the same as `anchor` when nothing is selected.
    pub focus: ByteOffset,
}

/// Something the user should know, until they put it away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Tells notices apart.
    pub id: u32,
    /// How bad it is.
    pub tone: Tone,
    /// A sentence or more.
    pub text: String,
    /// Whether the removal of an article can be taken back from here.
    pub offers_undo: bool,
}

/// How bad a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Note,
    /// Something could not be done.
    Problem,
}

/// How far the work is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saving {
    /// How many writes were asked for since the page opened.
    pub n_asked: u64,
    /// How many of them are kept for good.
    pub n_saved: u64,
    /// When the last one was.
    pub last: Option<UnixMillis>,
    /// Why writes are waiting, if they are.
    pub error: Option<StoreError>,
    /// Whether anything is kept at all; not in a browser that lets the page store nothing.
    pub is_kept: bool,
    /// What room the browser gives, once that was asked.
    pub room: Option<Room>,
}

/// What room a browser gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Whether what is stored stays until a person removes it; else the browser may clear it when room gets short.
    pub is_persistent: bool,
    /// How many bytes are used, of all that this page's site has stored.
    pub n_used: u64,
    /// How many bytes it may use in all.
    pub n_all: u64,
}

impl Room {
    /// With less room left, in bytes, it is said.
    pub const LITTLE: u64 = 50_000_000;

    /// How many bytes are left.
    pub fn n_left(&self) -> u64 {
        self.n_all.saturating_sub(self.n_used)
    }

    /// The room in words.
    pub fn in_words(&self) -> String {
        let stays = match self.is_persistent {
            true => "The browser keeps it until you remove it.",
            false => {
                "The browser may clear it when room gets short, or after weeks without a visit: download your work from time to time."
            }
        };
        let (used, left) = (megabytes(self.n_used), megabytes(self.n_left()));
        format!("Kept in this browser, on this computer. {stays} {used} are used, {left} are left.")
    }
}

impl Saving {
    /// Whether everything on the screen is kept for good.
    pub fn is_done(&self) -> bool {
        self.n_saved == self.n_asked && self.error.is_none() && self.is_kept
    }
}

impl Session {
    /// A session before anything was read from the store.
    pub fn new(codebook: Codebook) -> Self {
        Self {
            codebook: Arc::new(codebook),
            n_codebooks: 0,
            entries: Vec::new(),
            is_whole: true,
            n_done: 0,
            folder: None,
            folder_is_touched: false,
            is_following: false,
            catching_up: following::CatchingUp::default(),
            projects: parse_projects(""),
            project: ProjectId::FIRST,
            open: None,
            next_article: 1,
            caret: Caret::default(),
            active: None,
            chosen_last: None,
            last_label: None,
            dragged: None,
            double_clicked: None,
            review: None,
            tab_leaves: false,
            panel: GroupKind::Person,
            expanded: None,
            notices: Vec::new(),
            next_notice: 1,
            said: String::new(),
            saving: Saving { is_kept: true, ..Saving::default() },
            awaited: steps::Wishes::default(),
            steps: steps::Steps::default(),
            removed: Vec::new(),
            listing: Listing::default(),
            listed: None,
            text_search: None,
            heads_changed: false,
            memory: memory::USUAL,
            n_held: 0,
            recent: Vec::new(),
            dialog: None,
            import: None,
            decoder: OWN_DECODER,
            looked_at: None,
            arriving: None,
            to_read: VecDeque::new(),
            to_suggest: VecDeque::new(),
            suggesting: None,
            found: None,
            outgoing: None,
            reading: Reading::default(),
            occurrences: None,
            n_looks: 0,
            rebinding: None,
            settings: Settings::default(),
        }
    }

    /// Lets texts in other encodings than Unicode's be read by something else than this machine's own tables.
    pub fn set_decoder(&mut self, decoder: Decoder) {
        self.decoder = decoder;
    }

    /// The tagset.
    pub fn scheme(&self) -> &Scheme {
        &self.codebook.scheme
    }

    /// What holds for all articles.
    pub fn codebook(&self) -> &Codebook {
        &self.codebook
    }

    /// All articles, in the order of the list.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether all articles of the store are in the list; for a moment after the start only the open one is.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Which article is open.
    pub fn open_id(&self) -> Option<ArticleId> {
        self.open
    }

    /// The open article's entry.
    pub fn open_entry(&self) -> Option<&Entry> {
        self.open.and_then(|open| self.entry(open))
    }

    /// The open article, when it is in memory.
    pub fn article(&self) -> Option<&Article> {
        self.open_entry().and_then(Entry::article)
    }

    /// The caret and selection.
    pub fn caret(&self) -> Caret {
        self.caret
    }

    /// The text selected; `None` when the caret is just a caret.
    pub fn selection(&self) -> Option<Span> {
        let Caret { anchor, focus } = self.caret;
        self.article()?.text().span(anchor.min(focus), anchor.max(focus))
    }

    /// The highlight that commands act on, with its annotation.
    pub fn active(&self) -> Option<(AnnotationId, &Annotation)> {
        let id = self.active?;
        let annotation = self.article()?.annotations().get(id)?;
        annotation.is_visible().then_some((id, annotation))
    }

    /// The highlight that was active last in the open article: the one that a selection can be added to.
    pub fn chosen_last(&self) -> Option<(AnnotationId, &Annotation)> {
        let id = self.chosen_last?;
        let annotation = self.article()?.annotations().get(id)?;
        annotation.is_visible().then_some((id, annotation))
    }

    /// The label set last, as far as it is still offered.
    pub fn last_label(&self) -> Option<LabelId> {
        self.last_label.filter(|label| !self.scheme().label(*label).retired)
    }

    /// Why there is none.
    fn no_last_label(&self) -> Refusal {
        if self.last_label.is_some() { Refusal::LastLabelRetired } else { Refusal::NoLastLabel }
    }

    /// The review under way.
    pub fn review(&self) -> Option<Review> {
        self.review
    }

    /// Whether an end of the active highlight is being dragged.
    pub fn is_dragging(&self) -> bool {
        self.dragged.is_some()
    }

    /// Which list stands beside the text.
    pub fn panel(&self) -> GroupKind {
        self.panel
    }

    /// The group of that list whose mentions are shown.
    pub fn expanded(&self) -> Option<&GroupKey> {
        self.expanded.as_ref()
    }

    /// What the user should know.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The last thing done or refused, in words.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// How far the work is saved.
    pub fn saving(&self) -> &Saving {
        &self.saving
    }

    /// What the person has set.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// An article of the list.
    pub fn entry(&self, id: ArticleId) -> Option<&Entry> {
        self.place_of(id).map(|index| &self.entries[index])
    }

    fn entry_mut(&mut self, id: ArticleId) -> Option<&mut Entry> {
        self.place_of(id).map(|index| &mut self.entries[index])
    }

    /// Where an article is in the list: articles stand there by their numbers.
    fn place_of(&self, id: ArticleId) -> Option<usize> {
        self.entries.binary_search_by_key(&id, |entry| entry.head.id).ok()
    }

    fn text(&self) -> Result<&Text, Refusal> {
        self.article().map(Article::text).ok_or(Refusal::NoArticle)
    }

    fn say(&mut self, words: impl Into<String>) {
        self.said = words.into();
    }

    fn tell(&mut self, tone: Tone, text: impl Into<String>, offers_undo: bool) {
        let text = text.into();
        // The same news twice is no news.
        self.notices.retain(|notice| notice.text != text);
        self.notices.push(Notice { id: self.next_notice, tone, text, offers_undo });
        self.next_notice += 1;
    }
}

impl Entry {
    /// One that is in the store.
    fn stored(head: ArticleHead) -> Self {
        Self { head, body: Body::Stored, asked: None, is_waiting: false, is_told: false, damaged_from: None }
    }

    /// The article, when it is in memory.
    pub fn article(&self) -> Option<&Article> {
        match &self.body {
            Body::Loaded(article) => Some(article),
            Body::Stored | Body::Loading | Body::Broken(_) => None,
        }
    }

    /// Leaves the article to the store; its text is held no longer. Gives how many bytes of text that frees.
    fn leave_to_store(&mut self) -> usize {
        self.head.digest.make();
        match std::mem::replace(&mut self.body, Body::Stored) {
            Body::Loaded(article) => article.text().as_str().len(),
            Body::Stored | Body::Loading | Body::Broken(_) => 0,
        }
    }
}
