//! What can happen to a session.

use super::ActionId;
use crate::annotation::{AnnotationId, GroupKey};
use crate::ingest::NamedBytes;
use crate::project::{ArticleId, Contents, StoreError, StoredRecord, UnixMillis};
use crate::recognize::{Suggestion, Sureness};
use crate::scheme::GroupKind;
use crate::text::Utf16Offset;

/// Something happened outside. The shell adds the time where it matters.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the fields are named for what they are
pub enum Event {
    /// The store was opened, or could not be.
    Booted { contents: Result<Contents, StoreError>, at: UnixMillis },
    /// An article was read from the store.
    Loaded { article: ArticleId, stored: Result<(String, Vec<StoredRecord>), StoreError> },
    /// The first `number` writes are kept for good.
    Saved { number: u64, at: UnixMillis },
    /// A write failed; it will be tried again or not, as the error says.
    SaveFailed { error: StoreError },
    /// The user chose or dropped files.
    FilesRead { files: Vec<NamedBytes>, at: UnixMillis },
    /// Something the user asked for could not be done outside, for this reason.
    Failed { message: String },
    /// The user pasted text outside any field.
    Pasted { text: String, at: UnixMillis },
    /// The recognizer is at work on a long article.
    Recognizing { article: ArticleId, percent: u8 },
    /// The recognizer is done with an article.
    Recognized { article: ArticleId, suggestions: Vec<Suggestion>, at: UnixMillis },
    /// The browser's selection in the article changed. Both ends count from the start of the article element.
    Selected { anchor: Utf16Offset, focus: Utf16Offset },
    /// A row of the action table was asked for, by key or button.
    Act { action: ActionId, at: UnixMillis },
    /// An article of the list was chosen.
    ArticleChosen { article: ArticleId },
    /// The open article is to go.
    ArticleRemoved,
    /// The last removal is to be taken back.
    RemovalUndone,
    /// People or topics.
    PanelChosen { panel: GroupKind },
    /// A row of the list: shows its mentions and goes to the next one of them.
    GroupChosen { group: GroupKey },
    /// All suggestions of a person or topic are right.
    GroupAccepted { group: GroupKey, at: UnixMillis },
    /// A mention in the list.
    MentionChosen { annotation: AnnotationId },
    /// A format of the download menu.
    DownloadChosen { format: &'static str },
    /// A notice was read.
    NoticeClosed { notice: u32 },
    /// What the person had set was found, as [`Settings::to_json`](super::Settings::to_json) gives it; comes before the rest.
    SettingsFound { json: String },
    /// The slider was moved: how sure suggestions must be.
    SurenessChosen { sureness: Sureness },
    /// The list of keys was closed or opened by other means than its key.
    HelpToggled,
}
