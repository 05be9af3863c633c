//! What a person can ask to be done to the annotations of an article.

mod grouping;
mod history;
mod plan;

pub use history::{History, Turn};
pub use plan::{Refusal, plan};

use crate::annotation::{Annotation, AnnotationId, GroupKey};
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
    /// Give an annotation another label; that also accepts it.
    Relabel {
        /// Which.
        id: AnnotationId,
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
    /// Reject a suggestion, or delete what was accepted or made by a person.
    Dismiss {
        /// Which.
        id: AnnotationId,
    },
    /// Move one or both ends of an annotation; that also accepts it.
    MoveEdges {
        /// Which.
        id: AnnotationId,
        /// Where it shall stand.
        span: Span,
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
        annotations: Vec<Annotation>,
    },
}
