//! What was done, in order, for undo and redo.
//!
//! Limits: the history is linear (a new edit drops what was undone before it) and is never shortened.

use std::sync::Arc;

use crate::annotation::{Transaction, UnixMillis};

/// The transactions that made an article's annotations.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Each with when it was done.
    done: Vec<(UnixMillis, Arc<Transaction>)>,
    /// Each with when it was taken back.
    undone: Vec<(UnixMillis, Arc<Transaction>)>,
}

/// A step in the life of an article: what the journal records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Something new was done.
    Do(Arc<Transaction>),
    /// The last thing done was taken back.
    Undo,
    /// The last thing taken back was done again.
    Redo,
}

impl History {
    /// The transaction that a turn makes now: `None` when there is nothing to undo or redo.
    pub fn transaction(&self, turn: &Turn) -> Option<Arc<Transaction>> {
        match turn {
            Turn::Do(transaction) => Some(transaction.clone()),
            Turn::Undo => self.done.last().map(|(_, transaction)| Arc::new(transaction.inverse())),
            Turn::Redo => self.undone.last().map(|(_, transaction)| transaction.clone()),
        }
    }

    /// Takes note of a turn that was made at some time.
    pub fn record(&mut self, turn: &Turn, at: UnixMillis) {
        let now = |(_, transaction)| (at, transaction);
        match turn {
            Turn::Do(transaction) => {
                self.undone.clear();
                self.done.push((at, transaction.clone()));
            }
            Turn::Undo => self.undone.extend(self.done.pop().map(now)),
            Turn::Redo => self.done.extend(self.undone.pop().map(now)),
        }
    }

    /// What an undo would take back, and when it was done.
    pub fn last_done(&self) -> Option<(UnixMillis, &Arc<Transaction>)> {
        self.done.last().map(|(at, transaction)| (*at, transaction))
    }

    /// What a redo would do again, and when it was taken back.
    pub fn last_undone(&self) -> Option<(UnixMillis, &Arc<Transaction>)> {
        self.undone.last().map(|(at, transaction)| (*at, transaction))
    }

    /// What an undo would take back.
    pub fn undo_title(&self) -> Option<&str> {
        self.done.last().map(|(_, transaction)| transaction.title.as_str())
    }

    /// What a redo would do again.
    pub fn redo_title(&self) -> Option<&str> {
        self.undone.last().map(|(_, transaction)| transaction.title.as_str())
    }
}
