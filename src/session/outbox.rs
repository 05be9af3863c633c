//! What waits to be kept, in the order in which it was done.

use std::collections::VecDeque;

use super::Pending;
use super::effect::kept_turn;
use crate::project::{ArticleHead, ArticleId, RecordInSteps, StoreError, Write};

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

/// A batch on its way to the store's terms: a turn with thousands of edits takes several steps.
#[derive(Debug)]
pub struct Forming {
    left: VecDeque<Pending>,
    /// A turn of which some edits are formed.
    record: Option<(ArticleHead, u32, RecordInSteps)>,
    batch: Batch,
}

impl Forming {
    /// A few milliseconds' work. Gives whether there is more.
    pub fn step(&mut self) -> bool {
        while self.record.is_none() {
            match self.left.pop_front() {
                Some(Pending::Turn { head, seq, record, text, scheme }) => {
                    self.record = Some((head, seq, RecordInSteps::new(record, text, scheme)));
                }
                Some(pending) => self.batch.writes.extend(pending.writes()),
                None => return false,
            }
        }
        if let Some((head, seq, mut record)) = self.record.take() {
            if record.step() {
                self.record = Some((head, seq, record));
                return true;
            }
            let json = record.finish();
            self.batch.writes.extend(kept_turn(head, seq, json));
        }
        !self.left.is_empty()
    }

    /// The batch, with what is still missing.
    pub fn finish(mut self) -> Batch {
        while self.step() {}
        self.batch
    }
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

    /// What is to be written next, on its way to the store's terms.
    pub fn next(&self) -> Option<Forming> {
        if self.is_stopped {
            return None;
        }
        let n_taken = self.waiting.len().min(MOST_AT_ONCE);
        let (last, _) = self.waiting.get(n_taken.checked_sub(1)?)?;
        let left = self.waiting.iter().take(n_taken).map(|(_, pending)| pending.clone()).collect();
        let batch = Batch { last: *last, n_taken, writes: Vec::new() };
        Some(Forming { left, record: None, batch })
    }

    /// The same, there already.
    pub fn batch(&self) -> Option<Batch> {
        self.next().map(Forming::finish)
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
