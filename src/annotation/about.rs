//! What is said of an article as a whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::scheme::LabelId;

/// What is said of an article as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Labels of the tagset that apply to articles.
    pub labels: BTreeSet<LabelId>,
    /// A person's note.
    pub note: String,
    /// Whether a person has flagged it, to come back to.
    pub flagged: bool,
    /// Fields of other tools' files that mean nothing here, as JSON objects by the id of their format: they are written
    /// back into the same format.
    pub foreign: BTreeMap<String, String>,
}

impl About {
    /// Whether nothing is said that means something here.
    pub fn is_silent(&self) -> bool {
        self.labels.is_empty() && self.note.is_empty() && !self.flagged
    }
}
