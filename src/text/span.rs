//! A stretch of an article's text.

use super::ByteOffset;

/// A half-open, non-empty stretch of text, in bytes.
///
/// A span is made by [`Text::span`](super::Text::span), which checks it against a text, or cut from another span;
/// both ends lie on character boundaries of that text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    // Invariant: start < end.
    start: ByteOffset,
    end: ByteOffset,
}

impl Span {
    /// `None` when the span would be empty or back to front. Character boundaries are the caller's care.
    pub(super) fn new(start: ByteOffset, end: ByteOffset) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// The first byte.
    pub fn start(self) -> ByteOffset {
        self.start
    }

    /// One past the last byte.
    pub fn end(self) -> ByteOffset {
        self.end
    }

    /// Length in bytes; never 0.
    pub fn len_bytes(self) -> u32 {
        self.end.0 - self.start.0
    }

    /// The span as a range for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start.index()..self.end.index()
    }

    /// Whether the two share at least one byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies within this span (equal counts).
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether a position is inside or at one of the ends.
    pub fn touches(self, offset: ByteOffset) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// A part of this span; `None` when it would be empty or reach beyond it. Both ends must lie on character
    /// boundaries of the text, as the ends of other spans of it do.
    pub fn between(self, start: ByteOffset, end: ByteOffset) -> Option<Span> {
        (self.start <= start && end <= self.end).then(|| Span::new(start, end)).flatten()
    }

    /// The shortest span that holds both.
    pub fn hull(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The part that both share.
    pub fn intersection(self, other: Span) -> Option<Span> {
        Span::new(self.start.max(other.start), self.end.min(other.end))
    }
}
