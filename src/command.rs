//! What a person can ask to be done to the annotations of an article.

mod grouping;
mod history;
mod labelling;
mod plan;
mod refusal;
mod suggesting;

pub use history::{History, Turn};
pub use plan::plan;
pub use refusal::Refusal;

use std::sync::Arc;

use crate::annotation::{About, Annotation, AnnotationId, AttributeValue, GroupKey, Score};
use crate::recognize::Suggestion;
use crate::scheme::LabelId;
use crate::text::Span;

/// A wish that changes annotations. [`plan()`] turns it into a
/// [`Transaction`](crate::annotation::Transaction) or says why it cannot be.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Label a span. Suggestions of the same label that overlap it give way to it.
    Annotate {
        /// The span, already trimmed.
        span: Span,
        /// The label.
        label: LabelId,
    },
    /// Label several spans at once, as mentions of one person or topic. A suggestion or a mark with just the ends of a
    /// span gets the label; what has it already is left alone.
    AnnotateAll {
        /// The spans, in order, none overlapping another.
        spans: Vec<Span>,
        /// The label.
        label: LabelId,
        /// The person or topic.
        entity: String,
    },
    /// Label several spans one after the other, each as [`Command::Annotate`] would: it finds out who each of them is.
    AnnotateEach {
        /// The spans, in order, none overlapping another.
        spans: Vec<Span>,
        /// The label.
        label: LabelId,
    },
    /// Give annotations another label; that also accepts them. Those that have it already are left alone.
    Relabel {
        /// Which.
        ids: Vec<AnnotationId>,
        /// The new label.
        label: LabelId,
    },
    /// Agree with a suggestion.
    Accept {
        /// Which.
        id: AnnotationId,
    },
    /// Agree with every suggestion of a person or topic.
    AcceptGroup {
        /// Whose.
        group: GroupKey,
    },
    /// Agree with every suggestion that is so sure at least. One without a score counts as sure.
    AcceptAbove {
        /// How sure.
        least: Score,
    },
    /// Reject suggestions, and delete what was accepted or made by a person.
    Dismiss {
        /// Which.
        ids: Vec<AnnotationId>,
    },
    /// Move one or both ends of an annotation; that also accepts it. Gaps outside its new ends go, and so do
    /// suggestions of the same label that it comes to overlap.
    MoveEdges {
        /// Which.
        id: AnnotationId,
        /// Where it shall stand.
        span: Span,
    },
    /// Give an annotation other parts, at least one; that also accepts it.
    SetParts {
        /// Which.
        id: AnnotationId,
        /// Its parts, in any order.
        parts: Vec<Span>,
    },
    /// Make annotations mentions of a person or topic; that decides nothing else about them.
    Join {
        /// Which.
        mentions: Vec<AnnotationId>,
        /// The person or topic, by name.
        entity: String,
    },
    /// Note something beside an annotation; an empty note takes it away.
    Note {
        /// Which.
        id: AnnotationId,
        /// What.
        note: String,
    },
    /// Flag an annotation as doubtful, or no longer.
    Flag {
        /// Which.
        id: AnnotationId,
        /// Whether it is.
        unsure: bool,
    },
    /// Set the value of an attribute, or take it away.
    SetAttribute {
        /// Which.
        id: AnnotationId,
        /// The attribute's name.
        name: String,
        /// Its value.
        value: Option<AttributeValue>,
    },
    /// Say something else of the article as a whole.
    Describe {
        /// What.
        about: About,
        /// What for, as [`Transaction::title`](crate::annotation::Transaction::title).
        title: String,
    },
    /// Take in what the recognizer found, but for what is already marked or was decided against; its earlier suggestions
    /// that it does not make now, and that nobody decided on, go.
    Suggest {
        /// What it found.
        suggestions: Vec<Suggestion>,
    },
    /// Take in annotations from a file.
    Import {
        /// As the file has them.
        annotations: Vec<Arc<Annotation>>,
    },
}

impl Command {
    /// Take in annotations from a file.
    pub fn import(annotations: impl IntoIterator<Item = Annotation>) -> Self {
        Command::Import { annotations: annotations.into_iter().map(Arc::new).collect() }
    }

    /// Whether a person decides by it, so that it is signed with their name.
    pub fn is_decision(&self) -> bool {
        !matches!(self, Command::Suggest { .. } | Command::Import { .. })
    }
}
