//! What waits to be kept, in the order in which it was done.

use std::collections::VecDeque;

use super::Pending;
use crate::project::{ArticleId, StoreError, Write};

/// How much is written in one transaction: handing hundreds of texts to the database at once would take long.
const MOST_AT_ONCE: usize = 50;

/// The queue before a store. What is taken from it is given back to it when it could not be written.
#[derive(Debug, Default)]
pub struct Outbox {
    waiting: VecDeque<(u64, Pending)>,
    /// Another tab has the word: nothing more is written.
    is_stopped: bool,
}

/// What is to be written in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The number of the last of it.
    pub last: u64,
    /// How many it is of.
    pub n_taken: usize,
    /// In the store's terms.
    pub writes: Vec<Write>,
}

impl Outbox {
    /// Takes something to keep, under its number.
    pub fn keep(&mut self, number: u64, pending: Pending) {
        self.waiting.push_back((number, pending));
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether something waits that will be written: what another tab keeps from being written will not.
    pub fn is_behind(&self) -> bool {
        !self.waiting.is_empty() && !self.is_stopped
    }

    /// What is to be written next.
    pub fn batch(&self) -> Option<Batch> {
        if self.is_stopped {
            return None;
        }
        let n_taken = self.waiting.len().min(MOST_AT_ONCE);
        let (last, _) = self.waiting.get(n_taken.checked_sub(1)?)?;
        let writes = self.waiting.iter().take(n_taken).flat_map(|(_, pending)| pending.writes()).collect();
        Some(Batch { last: *last, n_taken, writes })
    }

    /// A batch is kept. Gives the articles that it concerned.
    pub fn kept(&mut self, batch: &Batch) -> Vec<ArticleId> {
        let mut articles: Vec<ArticleId> =
            self.waiting.drain(..batch.n_taken).filter_map(|(_, pending)| pending.article()).collect();
        articles.dedup();
        articles
    }

    /// A batch could not be kept: it stays. Gives whether it is tried again.
    pub fn failed(&mut self, error: &StoreError) -> bool {
        self.is_stopped |= matches!(error, StoreError::NewerElsewhere);
        !self.is_stopped
    }
}
