//! What is marked in an article: a span with a label, whom or what it is about, and who says so.

mod edit;
mod set;

pub use edit::{Edit, Transaction};
pub use set::{AnnotationSet, Conflict, Cursor, Group, GroupKey, Only, Place};

use crate::scheme::LabelId;
use crate::text::Span;

/// Names an annotation within its article. Never used twice in an article, even after a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnnotationId(pub u32);

/// A labelled span of an article's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub label: LabelId,
    /// The person or topic that it is a mention of, by name: never empty.
    pub entity: String,
    /// What a person has decided about it.
    pub status: Status,
    /// Who found it.
    pub origin: Origin,
    /// How sure the recognizer was; `None` for what a person marked.
    pub score: Option<Score>,
    /// Why the recognizer suggested it, in words; empty for what a person marked.
    pub evidence: String,
}

/// What a person has decided about an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Nothing yet.
    Suggested,
    /// It stands: accepted, corrected or made by a person, or read from a file that says so.
    Accepted,
    /// It is wrong. Kept, so that it is not suggested again; neither shown nor exported.
    Rejected,
}

/// Where an annotation comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A person marked it here.
    Person,
    /// The recognizer suggested it.
    Recognizer,
    /// It was read from a file.
    File,
}

/// A recognizer's confidence in thousandths, 0 to 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u16);

impl Score {
    /// From a fraction; what lies outside 0.0 to 1.0 is moved to the nearest end, and no number counts as 0.
    pub fn from_fraction(fraction: f32) -> Self {
        Self((fraction.clamp(0.0, 1.0) * 1000.0).round() as u16)
    }

    /// As a fraction, 0.0 to 1.0.
    pub fn fraction(self) -> f32 {
        f32::from(self.0) / 1000.0
    }

    /// In thousandths.
    pub fn thousandths(self) -> u16 {
        self.0
    }
}

impl Annotation {
    /// Whether it is drawn, listed and exported: all but what was rejected.
    pub fn is_visible(&self) -> bool {
        self.status != Status::Rejected
    }

    /// The same, decided by a person.
    pub fn accepted(&self) -> Annotation {
        Annotation { status: Status::Accepted, ..self.clone() }
    }
}
