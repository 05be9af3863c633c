//! What was done, in order, for undo and redo.
//!
//! Limits: the history is linear (a new edit drops what was undone before it) and is never shortened.

use std::sync::Arc;

use crate::annotation::Transaction;

/// The transactions that made an article's annotations.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: Vec<Arc<Transaction>>,
    undone: Vec<Arc<Transaction>>,
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
            Turn::Undo => self.done.last().map(|transaction| Arc::new(transaction.inverse())),
            Turn::Redo => self.undone.last().cloned(),
        }
    }

    /// Takes note of a turn that was made.
    pub fn record(&mut self, turn: &Turn) {
        match turn {
            Turn::Do(transaction) => {
                self.undone.clear();
                self.done.push(transaction.clone());
            }
            Turn::Undo => self.undone.extend(self.done.pop()),
            Turn::Redo => self.done.extend(self.undone.pop()),
        }
    }

    /// What an undo would take back.
    pub fn undo_title(&self) -> Option<&str> {
        self.done.last().map(|transaction| transaction.title.as_str())
    }

    /// What a redo would do again.
    pub fn redo_title(&self) -> Option<&str> {
        self.undone.last().map(|transaction| transaction.title.as_str())
    }
}
