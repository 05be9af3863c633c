//! What is marked in an article: a span with a label, whom or what it is about, and who says so.

mod about;
mod attributes;
mod edit;
mod set;

pub use about::About;
pub use attributes::{AttributeValue, Attributes};
pub use edit::{AboutEdit, Edit, Transaction};
pub use set::{AnnotationSet, Conflict, Cursor, Group, GroupKey, Only, Place};

use std::borrow::Cow;
use std::sync::Arc;

use crate::scheme::LabelId;
use crate::text::{ByteOffset, Span, Text};

/// Names an annotation within its article. Never used twice in an article, even after a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnnotationId(pub u32);

/// Milliseconds since 1970-01-01 UTC. The core never asks for the time: it comes with each event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixMillis(pub u64);

/// A labelled span of an article's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Where it stands, from the start of its first part to the end of its last.
    pub span: Span,
    /// The stretches within `span` that do not belong to it: in order, apart from each other, and touching neither end.
    pub gaps: Vec<Span>,
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
    /// What a person has noted beside it; mostly empty.
    pub note: String,
    /// Whether a person has flagged it as doubtful.
    pub unsure: bool,
    /// The values of its label's attributes.
    pub attributes: Attributes,
    /// Who decided on it last, and when; `None` while nobody has, and for what a file says nothing of.
    pub decided: Option<Decision>,
}

/// Who decided, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The annotator's name; empty for one who has given none.
    pub by: Arc<str>,
    /// When.
    pub at: UnixMillis,
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
    /// An annotation with nothing said of it but what it is.
    pub fn new(span: Span, label: LabelId, entity: impl Into<String>, status: Status, origin: Origin) -> Self {
        Self {
            span,
            gaps: Vec::new(),
            label,
            entity: entity.into(),
            status,
            origin,
            score: None,
            evidence: String::new(),
            note: String::new(),
            unsure: false,
            attributes: Attributes::new(),
            decided: None,
        }
    }

    /// Its parts in order: one, unless there are gaps.
    pub fn parts(&self) -> Vec<Span> {
        let starts = [self.span.start()].into_iter().chain(self.gaps.iter().map(|gap| gap.end()));
        let ends = self.gaps.iter().map(|gap| gap.start()).chain([self.span.end()]);
        starts.zip(ends).filter_map(|(start, end)| self.span.between(start, end)).collect()
    }

    /// Its words; those of several parts with a space between them, without what lies in the gaps.
    pub fn words<'a>(&self, text: &'a Text) -> Cow<'a, str> {
        if self.gaps.is_empty() { Cow::Borrowed(text.slice(self.span)) } else { Cow::Owned(self.joined(text)) }
    }

    #[inline(never)] // rare, beside what each label needs
    fn joined(&self, text: &Text) -> String {
        let parts: Vec<&str> = self.parts().into_iter().map(|part| text.slice(part)).collect();
        parts.join(" ")
    }

    /// The same in other parts: in any order, overlapping or touching ones become one. `None` when there is none.
    pub fn with_parts(&self, parts: &[Span]) -> Option<Annotation> {
        let mut parts = parts.to_vec();
        parts.sort_unstable();
        let whole = parts.first()?.hull(*parts.iter().max_by_key(|part| part.end())?);
        let mut end = parts[0].end();
        let mut gaps = Vec::new();
        for part in &parts[1..] {
            gaps.extend(whole.between(end, part.start()));
            end = end.max(part.end());
        }
        Some(Annotation { span: whole, gaps, ..self.clone() })
    }

    /// Whether `gaps` are as they must be.
    pub fn has_sound_gaps(&self) -> bool {
        let mut from = self.span.start();
        let in_order = self.gaps.iter().all(|gap| {
            let is_after = from < gap.start();
            from = gap.end();
            is_after
        });
        in_order && (self.gaps.is_empty() || from < self.span.end())
    }

    /// Whether a position is in one of its parts or at an end of one.
    pub fn touches(&self, offset: ByteOffset) -> bool {
        self.span.touches(offset) && !self.gaps.iter().any(|gap| gap.start() < offset && offset < gap.end())
    }

    /// Whether it is drawn, listed and exported: all but what was rejected.
    pub fn is_visible(&self) -> bool {
        self.status != Status::Rejected
    }

    /// The same, decided by a person.
    pub fn accepted(&self) -> Annotation {
        Annotation { status: Status::Accepted, ..self.clone() }
    }
}
