//! The states that an article has been in: its journal, walked.

use std::collections::BTreeSet;

use super::{Article, UnixMillis};
use crate::annotation::{AboutEdit, AnnotationId, Edit, Transaction};
use crate::command::{History, Turn};
use crate::scheme::Scheme;

/// A step in the life of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: UnixMillis,
    /// What was done, in words.
    pub title: String,
}

impl Article {
    /// Every step so far, oldest first: one for each line of the journal.
    pub fn steps(&self) -> Vec<Step> {
        let mut history = History::default();
        let step = |record: &super::Record| {
            let title = match &record.turn {
                Turn::Do(transaction) => transaction.title.clone(),
                Turn::Undo => format!("Undone: {}", history.undo_title().unwrap_or_default()),
                Turn::Redo => format!("Done again: {}", history.redo_title().unwrap_or_default()),
            };
            history.record(&record.turn, record.at);
            Step { at: record.at, title }
        };
        self.journal().iter().map(step).collect()
    }

    /// The article as it was after so many steps.
    pub fn after(&self, n_steps: usize, scheme: &Scheme) -> Article {
        let journal = self.journal().iter().take(n_steps).cloned().collect();
        Article::replay(self.name(), self.text().clone(), journal, scheme).0
    }

    /// What makes the article as it was after so many steps. `None` when it is so already.
    pub fn back_to(&self, n_steps: usize, title: String, scheme: &Scheme) -> Option<Transaction> {
        self.difference(&self.after(n_steps, scheme), title)
    }

    /// What makes another state of the article of this one. `None` when they are the same.
    pub fn difference(&self, then: &Article, title: String) -> Option<Transaction> {
        let (now, then) = (self.annotations(), then.annotations());
        let ids: BTreeSet<AnnotationId> = now.all().chain(then.all()).map(|(id, _)| id).collect();
        let edit = |id: AnnotationId| Edit::new(id, now.get(id), then.get(id).cloned());
        let edits: Vec<Edit> = ids.into_iter().map(edit).filter(|edit| edit.before != edit.after).collect();
        let about = (now.about() != then.about())
            .then(|| Box::new(AboutEdit { before: now.about().clone(), after: then.about().clone() }));
        (!edits.is_empty() || about.is_some()).then_some(Transaction { title, edits, about })
    }
}
