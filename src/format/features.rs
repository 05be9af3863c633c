//! What is said of a span besides its place and label, as named values: for the formats that have a map of features.

use serde_json::{Value, json};

use super::draft::{DraftSpan, attribute_of, attributes_as_json};
use crate::annotation::{Annotation, Status};

/// The features of an annotation: `entity`, `status`, and what else there is of `note`, `unsure`, `score` and
/// `attribute:NAME`.
pub(super) fn features(it: &Annotation) -> Vec<(String, Value)> {
    let mut features = vec![("entity".to_owned(), json!(it.entity))];
    features.push(("status".to_owned(), json!(status_word(it.status))));
    features.extend((!it.note.is_empty()).then(|| ("note".to_owned(), json!(it.note))));
    features.extend(it.unsure.then(|| ("unsure".to_owned(), json!(true))));
    features.extend(it.score.map(|score| ("score".to_owned(), json!(score.fraction()))));
    let attributes = attributes_as_json(&it.attributes).into_iter();
    features.extend(attributes.map(|(name, value)| (format!("attribute:{name}"), value)));
    features
}

fn status_word(status: Status) -> &'static str {
    if status == Status::Suggested { "suggested" } else { "accepted" }
}

/// A value as words: a list's items with `;` between them.
pub(super) fn as_words(value: &Value) -> String {
    match value {
        Value::String(words) => words.clone(),
        Value::Array(items) => items.iter().map(as_words).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

impl DraftSpan {
    /// Takes a feature: one of ours by its name, any other as an attribute.
    pub(super) fn take_feature(&mut self, name: &str, value: &Value) {
        match (name, value) {
            ("entity", Value::String(entity)) => self.entity = Some(entity.clone()),
            ("note", Value::String(note)) => self.note.clone_from(note),
            ("unsure", Value::Bool(unsure)) => self.unsure = *unsure,
            ("score", Value::Number(score)) => self.score = score.as_f64().map(|score| score as f32),
            ("status", Value::String(status)) if status == "suggested" => self.status = Some(Status::Suggested),
            ("status", Value::String(status)) if status == "accepted" => self.status = Some(Status::Accepted),
            (name, value) => {
                let name = name.strip_prefix("attribute:").unwrap_or(name).to_owned();
                self.attributes.extend(attribute_of(value).map(|value| (name, value)));
            }
        }
    }

    /// The same of a feature whose value is words alone.
    pub(super) fn take_words(&mut self, name: &str, words: &str) {
        let value = match name {
            "unsure" => words.parse::<bool>().map_or_else(|_| json!(words), Value::from),
            "score" => words.parse::<f64>().map_or_else(|_| json!(words), Value::from),
            _ => json!(words),
        };
        self.take_feature(name, &value);
    }
}
