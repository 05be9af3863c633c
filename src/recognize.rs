//! Finds officials, their roles and topics in the text of a news article.

use crate::text::{Span, Text};

/// What a suggestion marks; the names are those of `seeds/scheme.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A mention by name of an official.
    Official,
    /// An office title beside a name, or a mention by office alone.
    Role,
    /// An issue, event, conflict, treaty, campaign or policy area.
    Topic,
}

impl Class {
    /// The label's name in the tagset and in annotation files.
    pub fn name(self) -> &'static str {
        match self {
            Class::Official => "OFFICIAL",
            Class::Role => "ROLE",
            Class::Topic => "TOPIC",
        }
    }
}

/// A span that a careful reader would probably mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// Where; trimmed, never overlapping another suggestion.
    pub span: Span,
    /// What.
    pub class: Class,
    /// The person (canonical name) or the normalised topic that it is a mention of.
    pub entity: String,
    /// For a role beside a name: the span of that name.
    pub of: Option<Span>,
    /// How sure, 0.0 to 1.0.
    pub score: f32,
    /// Why, in words for the user.
    pub evidence: String,
}

/// Suggestions for a text, in order of their start.
pub fn recognize(_text: &Text) -> Vec<Suggestion> {
    Vec::new()
}
