//! The form in which annotations and journals are stored and exchanged: JSON with structs of their own, so that the
//! model may change while old files stay readable.
//!
//! Positions are code points; each annotation carries its words, so that a file and its text that do not belong
//! together are found out.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Record, UnixMillis};
use crate::annotation::{Annotation, AnnotationId, Edit, Origin, Score, Status, Transaction};
use crate::command::Turn;
use crate::scheme::Scheme;
use crate::text::{CharOffset, Text};

/// An annotation as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedAnnotation {
    /// First code point.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
    /// The label's name.
    pub label: String,
    /// The words between the two.
    pub text: String,
    /// The person or topic.
    pub entity: String,
    /// `suggested`, `accepted` or `rejected`.
    pub status: SavedStatus,
    /// `person`, `recognizer` or `file`.
    pub origin: SavedOrigin,
    /// In thousandths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u16>,
    /// In words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
}

/// [`Status`] as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum SavedStatus {
    Suggested,
    Accepted,
    Rejected,
}

/// [`Origin`] as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum SavedOrigin {
    Person,
    Recognizer,
    File,
}

/// A journal line as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedRecord {
    /// Milliseconds since 1970.
    pub at: u64,
    /// What was done.
    #[serde(flatten)]
    pub turn: SavedTurn,
}

/// [`Turn`] as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "turn", rename_all = "lowercase")]
pub enum SavedTurn {
    /// Something new.
    Do {
        /// What for, in words.
        title: String,
        /// What changed.
        edits: Vec<SavedEdit>,
    },
    /// One step back.
    Undo,
    /// One step forth.
    Redo,
}

/// [`Edit`] as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedEdit {
    /// The annotation's number in its article.
    pub id: u32,
    /// What it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<SavedAnnotation>,
    /// What it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<SavedAnnotation>,
}

impl SavedAnnotation {
    /// From the model.
    pub fn save(annotation: &Annotation, text: &Text, scheme: &Scheme) -> Self {
        let (start, end) = text.span_chars(annotation.span);
        Self {
            start: start.0,
            end: end.0,
            label: scheme.label(annotation.label).name.clone(),
            text: text.slice(annotation.span).to_owned(),
            entity: annotation.entity.clone(),
            status: match annotation.status {
                Status::Suggested => SavedStatus::Suggested,
                Status::Accepted => SavedStatus::Accepted,
                Status::Rejected => SavedStatus::Rejected,
            },
            origin: match annotation.origin {
                Origin::Person => SavedOrigin::Person,
                Origin::Recognizer => SavedOrigin::Recognizer,
                Origin::File => SavedOrigin::File,
            },
            score: annotation.score.map(Score::thousandths),
            evidence: annotation.evidence.clone(),
        }
    }

    /// To the model. The error is a sentence's end: “… has a label X, which …”.
    pub fn restore(&self, text: &Text, scheme: &Scheme) -> Result<Annotation, String> {
        let offset = |chars| text.from_chars(CharOffset(chars));
        let span = match (offset(self.start), offset(self.end)) {
            (Some(start), Some(end)) => text.span(start, end),
            _ => None,
        };
        let Some(span) = span else {
            return Err(format!(
                "{}–{} does not lie in the text of {} characters",
                self.start,
                self.end,
                text.len_chars().0
            ));
        };
        if text.slice(span) != self.text {
            let shortened = |words: &str| words.chars().take(40).collect::<String>();
            let (quote, found) = (shortened(&self.text), shortened(text.slice(span)));
            return Err(format!("{}–{} should read “{quote}”, but the text has “{found}”", self.start, self.end));
        }
        let label =
            scheme.by_name(&self.label).ok_or_else(|| format!("the label {} is not in the tagset", self.label))?;
        Ok(Annotation {
            span,
            label,
            entity: if self.entity.is_empty() { self.text.clone() } else { self.entity.clone() },
            status: match self.status {
                SavedStatus::Suggested => Status::Suggested,
                SavedStatus::Accepted => Status::Accepted,
                SavedStatus::Rejected => Status::Rejected,
            },
            origin: match self.origin {
                SavedOrigin::Person => Origin::Person,
                SavedOrigin::Recognizer => Origin::Recognizer,
                SavedOrigin::File => Origin::File,
            },
            score: self.score.map(|thousandths| Score::from_fraction(f32::from(thousandths) / 1000.0)),
            evidence: self.evidence.clone(),
        })
    }
}

impl SavedRecord {
    /// From the model.
    pub fn save(record: &Record, text: &Text, scheme: &Scheme) -> Self {
        let annotation = |value: &Option<Annotation>| value.as_ref().map(|it| SavedAnnotation::save(it, text, scheme));
        let edit =
            |edit: &Edit| SavedEdit { id: edit.id.0, before: annotation(&edit.before), after: annotation(&edit.after) };
        let turn = match &record.turn {
            Turn::Do(transaction) => {
                SavedTurn::Do { title: transaction.title.clone(), edits: transaction.edits.iter().map(edit).collect() }
            }
            Turn::Undo => SavedTurn::Undo,
            Turn::Redo => SavedTurn::Redo,
        };
        Self { at: record.at.0, turn }
    }

    /// To the model. The error is a sentence's end.
    pub fn restore(&self, text: &Text, scheme: &Scheme) -> Result<Record, String> {
        let annotation =
            |value: &Option<SavedAnnotation>| value.as_ref().map(|it| it.restore(text, scheme)).transpose();
        let turn = match &self.turn {
            SavedTurn::Do { title, edits } => {
                let edits: Result<Vec<Edit>, String> = edits
                    .iter()
                    .map(|edit| {
                        let (before, after) = (annotation(&edit.before)?, annotation(&edit.after)?);
                        Ok(Edit { id: AnnotationId(edit.id), before, after })
                    })
                    .collect();
                Turn::Do(Arc::new(Transaction { title: title.clone(), edits: edits? }))
            }
            SavedTurn::Undo => Turn::Undo,
            SavedTurn::Redo => Turn::Redo,
        };
        Ok(Record { at: UnixMillis(self.at), turn })
    }
}
