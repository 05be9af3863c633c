//! The one form in which annotations change: for undo, for the journal and for autosave.

use std::sync::Arc;

use super::{About, Annotation, AnnotationId, Decision, Status};

/// One annotation's value before and after. Swapping the two is the inverse.
///
/// Add is `None → Some`, delete `Some → None`, change `Some → Some`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which annotation.
    pub id: AnnotationId,
    /// What it is before; `None` when it is not there.
    pub before: Option<Arc<Annotation>>,
    /// What it is after; `None` when it is gone. The set that it is applied to shares it.
    pub after: Option<Arc<Annotation>>,
}

impl Edit {
    /// An edit of these values.
    pub fn new(id: AnnotationId, before: Option<&Annotation>, after: Option<Annotation>) -> Self {
        Self { id, before: before.cloned().map(Arc::new), after: after.map(Arc::new) }
    }
}

/// What is said of the article before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AboutEdit {
    /// Before.
    pub before: About,
    /// After.
    pub after: About,
}

/// Edits that are made and undone together. No two concern the same annotation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    /// What was done, for “Undo: …”; starts with a capital and has no full stop.
    pub title: String,
    /// What changes.
    pub edits: Vec<Edit>,
    /// What changes in what is said of the article as a whole.
    pub about: Option<Box<AboutEdit>>,
}

impl Transaction {
    /// What takes this one back.
    pub fn inverse(&self) -> Transaction {
        let swap = |edit: &Edit| Edit { id: edit.id, before: edit.after.clone(), after: edit.before.clone() };
        let about = self
            .about
            .as_deref()
            .map(|AboutEdit { before, after }| Box::new(AboutEdit { before: after.clone(), after: before.clone() }));
        Transaction { title: self.title.clone(), edits: self.edits.iter().map(swap).collect(), about }
    }

    /// Writes who decided, and when, on every annotation that a person has hereby decided on or changed.
    pub fn sign(&mut self, decision: &Decision) {
        for edit in &mut self.edits {
            if let Some(after) = edit.after.as_mut().filter(|after| after.status != Status::Suggested) {
                Arc::make_mut(after).decided = Some(decision.clone());
            }
        }
    }
}
