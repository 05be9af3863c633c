//! What the shell must do for a session.

use std::sync::Arc;

use super::{FolderTask, Place, ProjectId};
use crate::format::Export;
use crate::project::{ArticleHead, ArticleId, Codebook, Record, RecordInSteps, StoredRecord, Write};
use crate::recognize::Sureness;
use crate::scheme::Scheme;
use crate::text::{Direction, Span, Text, Utf16Offset};

/// Something to be done outside. The shell carries them out in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Draw what changed.
    Paint(Paint),
    /// Keep this for good, as the write of this number; report [`Event::Saved`](super::Event::Saved).
    Save(u64, Pending),
    /// Read an article from the store; report [`Event::Loaded`](super::Event::Loaded).
    Load(ArticleId),
    /// Read the texts of so many articles from the store, from one on by number; report
    /// [`Event::TextsRead`](super::Event::TextsRead) with this number.
    ReadTexts {
        /// Tells what it is for.
        number: u32,
        /// The first.
        from: ArticleId,
        /// How many at the most.
        count: u32,
    },
    /// Look for suggestions; report [`Event::Recognized`](super::Event::Recognized).
    Recognize(ArticleId, Text, Sureness),
    /// Let the person have a turn, then report [`Event::WorkGoesOn`](super::Event::WorkGoesOn).
    GoOn,
    /// Let this tab write, in place of another.
    TakeOver,
    /// Keep the list of projects, in JSON.
    KeepProjects(String),
    /// Open a project in place of this one.
    OpenProject(ProjectId),
    /// Do something with the project's folder.
    Folder(FolderTask),
    /// Delete the database of a project.
    DeleteProject(ProjectId),
    /// Hand a file to the user.
    Download(Export),
    /// Set the browser's selection within the article.
    Select {
        /// Where it begins.
        anchor: Utf16Offset,
        /// Where its caret is.
        focus: Utf16Offset,
    },
    /// Bring a span into view, if it is not.
    Reveal(Span),
    /// Move the browser's caret to a place that only the browser knows.
    MoveOnScreen {
        /// Where to.
        place: Place,
        /// Down or up, to the end or to the start.
        direction: Direction,
        /// Whether the selection is to grow.
        extend: bool,
    },
    /// Give the keyboard focus to something.
    Focus(Target),
    /// Ask for files to open.
    AskForFiles,
    /// The user is asked for a folder.
    AskForFolder,
    /// Keep this line of JSON for [`Event::SettingsFound`](super::Event::SettingsFound) on the next visit.
    KeepSettings(String),
}

/// How many texts are asked of the store at once.
const TEXTS_AT_ONCE: u32 = 200;

impl Effect {
    /// Reads the first texts of the store.
    pub(super) fn first_texts(number: u32) -> Self {
        Self::ReadTexts { number, from: ArticleId(0), count: TEXTS_AT_ONCE }
    }

    /// Reads those after some that were read; `None` when these were the last.
    pub(super) fn next_texts(number: u32, read: &[(ArticleId, String)]) -> Option<Self> {
        let (last, _) = read.last().filter(|_| read.len() as u32 == TEXTS_AT_ONCE)?;
        Some(Self::ReadTexts { number, from: ArticleId(last.0 + 1), count: TEXTS_AT_ONCE })
    }
}

/// What the focus goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The article's text.
    Article,
    /// What had it before a dialog was opened.
    Before,
    /// A field of the details, by its name.
    Field(&'static str),
}

/// What has to be drawn anew in the article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paint {
    /// The looks of the labels, and all marks.
    Looks,
    /// All of it: another article, or none.
    Whole,
    /// The marks in these stretches.
    Spans(Vec<Span>),
}

/// Something to keep. It is turned into the store's form only after the screen was drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Pending {
    /// A new article.
    Article(ArticleHead, Text),
    /// A turn in the life of an article, and what the list says of it since.
    Turn {
        /// What the list says.
        head: ArticleHead,
        /// Its place in the journal, from 0.
        seq: u32,
        /// What was done.
        record: Record,
        /// The article's text, in whose terms the record is written.
        text: Text,
        /// The tagset, likewise.
        scheme: Arc<Scheme>,
    },
    /// What the list says of an article.
    Head(ArticleHead),
    /// Which article is open.
    Open(ArticleId),
    /// The journal of an article from one line on, which cannot be read.
    Aside(ArticleId, u32),
    /// An article to forget.
    Removal(ArticleId),
    /// What holds for all articles, and its number.
    Codebook(u32, Arc<Codebook>),
}

impl Pending {
    /// The article that it concerns, if it is one.
    pub fn article(&self) -> Option<ArticleId> {
        match self {
            Pending::Article(head, _) | Pending::Turn { head, .. } | Pending::Head(head) => Some(head.id),
            Pending::Removal(article) | Pending::Aside(article, _) => Some(*article),
            Pending::Open(_) | Pending::Codebook(..) => None,
        }
    }

    /// In the store's terms.
    pub fn writes(&self) -> Vec<Write> {
        match self {
            Pending::Article(head, text) => {
                vec![Write::Head(head.clone()), Write::Text(head.id, text.clone())]
            }
            Pending::Turn { head, seq, record, text, scheme } => {
                let json = RecordInSteps::new(record.clone(), text.clone(), scheme.clone()).finish();
                kept_turn(head.clone(), *seq, json).into()
            }
            Pending::Head(head) => vec![Write::Head(head.clone())],
            Pending::Open(article) => vec![Write::Open(*article)],
            Pending::Aside(article, from) => vec![Write::SetAside(*article, *from)],
            Pending::Removal(article) => vec![Write::Remove(*article)],
            Pending::Codebook(number, codebook) => vec![Write::Codebook(*number, codebook.to_json())],
        }
    }
}

/// A turn in the store's terms, of its line in the journal.
pub(super) fn kept_turn(head: ArticleHead, seq: u32, json: String) -> [Write; 2] {
    [Write::Record(head.id, StoredRecord { seq, json }), Write::Head(head)]
}
