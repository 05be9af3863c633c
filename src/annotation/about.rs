//! What is said of an article as a whole.

use std::collections::BTreeSet;

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
}
