//! The articles of a project, each with its annotations and the journal of how they came to be.

mod codebook;
mod digest;
mod saved;
mod store;
mod versions;

pub use crate::annotation::UnixMillis;
pub use codebook::{Codebook, CodebookEdit, Entity, StoredEntity};
pub use digest::Digest;
pub use saved::{RecordInSteps, RecordToSave, SavedAbout, SavedAnnotation, SavedDetails, SavedRecord, SavedTurn};
pub use store::{ArticleHead, Contents, Fault, MemoryStore, Store, StoreError, StoredRecord, Write};
pub use versions::Step;

use std::sync::Arc;

use crate::annotation::{AnnotationSet, Transaction};
use crate::command::{History, Turn};
use crate::scheme::Scheme;
use crate::text::{Span, Text};

/// Names an article within the project. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleId(pub u32);

/// An article: its text for good, its annotations now, and every turn that led to them.
#[derive(Clone, Debug)]
pub struct Article {
    name: String,
    text: Text,
    annotations: AnnotationSet,
    history: History,
    journal: Vec<Record>,
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// When it was done.
    pub at: UnixMillis,
    /// What was done.
    pub turn: Turn,
}

/// A turn that cannot be made: it does not fit what the article's annotations are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit;

impl Article {
    /// An article without annotations.
    pub fn new(name: impl Into<String>, text: Text) -> Self {
        Self {
            name: name.into(),
            text,
            annotations: AnnotationSet::default(),
            history: History::default(),
            journal: Vec::new(),
        }
    }

    /// An article as its journal left it. A record that does not fit ends the replay: the second part says how many
    /// were left out, 0 when all is well.
    pub fn replay(name: impl Into<String>, text: Text, journal: Vec<Record>, scheme: &Scheme) -> (Self, usize) {
        let mut article = Self::new(name, text);
        let n_records = journal.len();
        for record in journal {
            if article.turn(record.turn, record.at, scheme).is_err() {
                break;
            }
        }
        let n_lost = n_records - article.journal.len();
        (article, n_lost)
    }

    /// Makes a turn: changes the annotations, remembers it for undo and writes it into the journal. Gives the
    /// transaction that was applied.
    pub fn turn(&mut self, turn: Turn, at: UnixMillis, scheme: &Scheme) -> Result<Arc<Transaction>, Misfit> {
        let transaction = self.history.transaction(&turn).ok_or(Misfit)?;
        let in_text = transaction.edits.iter().filter_map(|edit| edit.after.as_ref());
        for annotation in in_text {
            let in_text = |span: &Span| self.text.span(span.start(), span.end()).is_some();
            if !in_text(&annotation.span) || !annotation.gaps.iter().all(in_text) || !annotation.has_sound_gaps() {
                return Err(Misfit);
            }
        }
        self.annotations.apply(&transaction, scheme).map_err(|_| Misfit)?;
        self.history.record(&turn, at);
        self.journal.push(Record { at, turn });
        Ok(transaction)
    }

    /// Groups the annotations anew, as [`AnnotationSet::group_anew`].
    pub fn group_anew(&mut self, scheme: &Scheme) {
        self.annotations.group_anew(scheme);
    }

    /// What it is called: mostly the file's name without its ending.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text, which never changes.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Its annotations now.
    pub fn annotations(&self) -> &AnnotationSet {
        &self.annotations
    }

    /// What can be undone and redone.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Every turn so far, oldest first.
    pub fn journal(&self) -> &[Record] {
        &self.journal
    }
}
