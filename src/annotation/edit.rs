//! The one form in which annotations change: for undo, for the journal and for autosave.

use super::{Annotation, AnnotationId};

/// One annotation's value before and after. Swapping the two is the inverse.
///
/// Add is `None → Some`, delete `Some → None`, change `Some → Some`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which annotation.
    pub id: AnnotationId,
    /// What it is before; `None` when it is not there.
    pub before: Option<Annotation>,
    /// What it is after; `None` when it is gone.
    pub after: Option<Annotation>,
}

/// Edits that are made and undone together. No two concern the same annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// What was done, for “Undo: …”; starts with a capital and has no full stop.
    pub title: String,
    /// What changes.
    pub edits: Vec<Edit>,
}

impl Transaction {
    /// What takes this one back.
    pub fn inverse(&self) -> Transaction {
        let swap = |edit: &Edit| Edit { id: edit.id, before: edit.after.clone(), after: edit.before.clone() };
        Transaction { title: self.title.clone(), edits: self.edits.iter().map(swap).collect() }
    }
}
