//! What can happen to a session.

use super::{
    ActionId, Dialog, Edge, FolderTask, Joined, KeyChord, Listing, OccurrenceChange, ProjectDeed, ProjectHead,
    ProjectId, Room, Settings,
};
use crate::annotation::{AnnotationId, AttributeValue, GroupKey};
use crate::format::OffsetUnit;
use crate::ingest::{Columns, NamedBytes};
use crate::project::{ArticleId, Contents, Entity, StoreError, StoredRecord, UnixMillis};
use crate::recognize::{Suggestion, Sureness};
use crate::scheme::{GroupKind, LabelId, LabelSpec};
use crate::text::Utf16Offset;

/// Something happened outside. The shell adds the time where it matters.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the fields are named for what they are
pub enum Event {
    /// The store was opened, or could not be.
    Booted { contents: Result<Contents, StoreError>, at: UnixMillis },
    /// The projects of this browser, and the one that is open; comes before the rest.
    ProjectsFound { projects: Vec<ProjectHead>, open: ProjectId },
    /// What an earlier state of the open article has is wanted.
    VersionLookedAt { n_steps: usize },
    /// The open article is to be as it was after so many steps.
    VersionChosen { n_steps: usize, at: UnixMillis },
    /// Whether this tab writes to the project, or another.
    RoleKnown { is_writer: bool },
    /// The tab that writes has changed articles; this is what the store has now.
    ChangedElsewhere { contents: Contents, changed: Vec<ArticleId> },
    /// This tab shall write from now on.
    TakeOver,
    /// Something is done with projects.
    ProjectsChanged { deed: ProjectDeed },
    /// The project has a folder, which the browser does not open by itself.
    FolderKnown { name: String },
    /// A folder was opened, with all files in it; or something has changed these files in the one that is open. Their
    /// names are the ways to them.
    FolderRead { name: String, files: Vec<NamedBytes>, is_all: bool },
    /// A file of the folder was not written, because something else has changed it.
    FolderChanged { file: NamedBytes },
    /// A file of the folder was written or deleted.
    FolderWritten,
    /// The folder cannot be used; why, as the end of a sentence.
    FolderFailed { message: String },
    /// The person has paused: the folder is brought up to date.
    FolderDue,
    /// The person wants something done with the folder.
    FolderAsked { task: FolderTask },
    /// An article was read from the store.
    Loaded { article: ArticleId, stored: Result<(String, Vec<StoredRecord>), StoreError> },
    /// Texts were read from the store, in the order of their numbers.
    TextsRead { number: u32, texts: Result<Vec<(ArticleId, String)>, StoreError> },
    /// The first `number` writes are kept for good.
    Saved { number: u64, at: UnixMillis },
    /// A write failed; it will be tried again or not, as the error says.
    SaveFailed { error: StoreError },
    /// How much room the browser gives was asked.
    RoomKnown { room: Room },
    /// The user chose or dropped files.
    FilesRead { files: Vec<NamedBytes>, at: UnixMillis },
    /// Long work may go on: articles on their way in, a search.
    WorkGoesOn { at: UnixMillis },
    /// They are stopped for now, or no longer.
    ArrivalPaused { on: bool },
    /// No more of them are wanted.
    ArrivalCancelled,
    /// What of the table that waits is read.
    ColumnsChosen { columns: Columns, at: UnixMillis },
    /// The next files are to be chosen, and read in this format and unit; `None` for what they look like.
    FilesAsked { format: Option<&'static str>, unit: Option<OffsetUnit>, encoding: Option<&'static str> },
    /// The file that waits is wanted all the same.
    DownloadConfirmed,
    /// What the file that waits does not hold is wanted as a list.
    LossesSaved,
    /// A notice is wanted as a file.
    NoticeSaved { notice: u32 },
    /// Something the user asked for could not be done outside, for this reason.
    Failed { message: String },
    /// The user pasted text outside any field.
    Pasted { text: String, at: UnixMillis },
    /// The recognizer is at work on a long article.
    Recognizing { article: ArticleId, percent: u8 },
    /// The recognizer is done with the beginning of a long article, at which nothing was done before.
    RecognizedSoFar { article: ArticleId, suggestions: Vec<Suggestion>, at: UnixMillis },
    /// The recognizer is done with an article.
    Recognized { article: ArticleId, suggestions: Vec<Suggestion>, at: UnixMillis },
    /// The browser's selection in the article changed. Both ends count from the start of the article element.
    Selected { anchor: Utf16Offset, focus: Utf16Offset },
    /// A row of the action table was asked for, by key or button.
    Act { action: ActionId, at: UnixMillis },
    /// An article of the list was chosen.
    ArticleChosen { article: ArticleId },
    /// The list of articles shall hold others, or in another order.
    Listed { listing: Listing },
    /// The open article is to go.
    ArticleRemoved,
    /// The removal that a notice tells of is to be taken back.
    RemovalUndone { notice: u32 },
    /// People or topics.
    PanelChosen { panel: GroupKind },
    /// A row of the list: shows its mentions and goes to the next one of them.
    GroupChosen { group: GroupKey },
    /// All suggestions of a person or topic are right.
    GroupAccepted { group: GroupKey, at: UnixMillis },
    /// A mention in the list.
    MentionChosen { annotation: AnnotationId },
    /// A format of the download menu.
    DownloadChosen { format: &'static str, at: UnixMillis },
    /// A notice was read.
    NoticeClosed { notice: u32 },
    /// What the person had set was found, as [`Settings::to_json`](super::Settings::to_json) gives it; comes before the rest.
    SettingsFound { json: String },
    /// The slider was moved: how sure suggestions must be.
    SurenessChosen { sureness: Sureness },
    /// Something else was set by the person.
    SettingsChosen { settings: Settings, at: UnixMillis },
    /// A dialog was asked for by other means than its key; asking for the open one closes it.
    DialogAsked { dialog: Dialog },
    /// The open dialog was put away.
    DialogClosed,
    /// The tour goes on to a step, from 0; `None` ends it.
    TourGoesOn { to: Option<u8> },
    /// The next key shall be that of an action; `None` stops waiting.
    KeyAwaited { action: Option<&'static str> },
    /// A key was pressed while one is awaited.
    KeyPressed { chord: KeyChord },
    /// An action shall have its usual keys; `None` for all.
    KeysReset { action: Option<&'static str> },
    /// A button or finger was lifted in the article, at a position, after so many clicks there.
    Released { on: Option<Utf16Offset>, n_clicks: u32, exact: bool, at: UnixMillis },
    /// A finger rested on the text.
    LongPressed { on: Utf16Offset },
    /// An end of the active highlight is being dragged to a position, or was (`done`).
    EdgeDragged { edge: Edge, to: Utf16Offset, exact: bool, done: bool, at: UnixMillis },
    /// A note was written on a highlight.
    Noted { annotation: AnnotationId, note: String, at: UnixMillis },
    /// An attribute of a highlight was set or taken away.
    AttributeSet { annotation: AnnotationId, name: String, value: Option<AttributeValue>, at: UnixMillis },
    /// A note was written on the open article.
    ArticleNoted { note: String, fields: Vec<(&'static str, String)>, at: UnixMillis },
    /// Something was put to a person or topic of this name.
    Joined { what: Joined, entity: String, at: UnixMillis },
    /// A mention is to be a person or topic of its own.
    SplitOff { annotation: AnnotationId, at: UnixMillis },
    /// What is known of a person or topic was changed, perhaps its name.
    EntityEdited { group: GroupKey, name: String, known: Entity, at: UnixMillis },
    /// The dialog of all occurrences was changed.
    OccurrencesChanged { change: OccurrenceChange },
    /// A place that was found is to be seen in its article.
    OccurrenceChosen { index: usize },
    /// What it says is to be done.
    OccurrencesDone { at: UnixMillis },
    /// A label was made.
    LabelAdded { spec: LabelSpec, at: UnixMillis },
    /// A label was changed, retired or brought back.
    LabelChanged { label: LabelId, spec: LabelSpec, at: UnixMillis },
    /// The tagset is to be handed out as a file.
    SchemeDownloaded,
    /// The guidelines were edited.
    GuidelinesEdited { markdown: String, at: UnixMillis },
}
