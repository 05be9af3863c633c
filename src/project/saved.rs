//! The form in which annotations and journals are stored and exchanged: JSON with structs of their own, so that the
//! model may change while old files stay readable.
//!
//! Positions are code points; each annotation carries its words, so that a file and its text that do not belong
//! together are found out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use super::{Record, UnixMillis};
use crate::annotation::{
    About, AboutEdit, Annotation, AnnotationId, AttributeValue, Decision, Edit, Origin, Score, Status, Transaction,
};
use crate::command::Turn;
use crate::scheme::{LabelId, Scheme};
use crate::text::{CharOffset, Span, Text};

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
    /// What is said beyond that.
    #[serde(flatten)]
    pub details: SavedDetails,
}

/// What is said of an annotation beyond its place, label, person and status. All of it may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedDetails {
    /// The stretches between the parts, first and past the last code point of each; `text` has them too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<(u32, u32)>,
    /// A person's note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Flagged as doubtful.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unsure: bool,
    /// Values of the label's attributes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, SavedValue>,
    /// Who decided on it; empty for one without a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<u64>,
}

/// [`AttributeValue`] as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum SavedValue {
    Flag(bool),
    Text(String),
    Choices(Vec<String>),
}

/// [`About`] as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedAbout {
    /// Names of labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// A person's note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// To come back to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub flagged: bool,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Fields of other tools' files, by the id of their format.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub foreign: BTreeMap<String, String>,
}

/// [`AboutEdit`] as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedAboutEdit {
    /// What was said.
    pub before: SavedAbout,
    /// What is said.
    pub after: SavedAbout,
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

/// A journal line as it is read from the store. [`RecordToSave`] writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SavedRecord {
    /// Milliseconds since 1970.
    pub at: u64,
    /// What was done.
    pub turn: SavedTurn,
    /// What for, in words; of something new.
    pub title: Option<String>,
    /// What changed; of something new.
    pub edits: Option<Vec<SavedEdit>>,
    /// What changed in what is said of the article.
    pub about: Option<Box<SavedAboutEdit>>,
}

/// The kinds of [`Turn`] as they are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SavedTurn {
    /// Something new.
    Do,
    /// One step back.
    Undo,
    /// One step forth.
    Redo,
}

/// A journal line as it is stored. Its edits take their stored form one after the other as they are written: an import may
/// have a hundred thousand.
#[derive(Debug, Serialize)]
pub struct RecordToSave<'a> {
    at: u64,
    turn: SavedTurn,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edits: Option<EditsToSave<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<SavedAboutEdit>,
}

#[derive(Debug)]
struct EditsToSave<'a> {
    edits: &'a [Edit],
    text: &'a Text,
    scheme: &'a Scheme,
}

impl Serialize for EditsToSave<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let annotation = |value: &Option<Arc<Annotation>>| {
            value.as_ref().map(|it| SavedAnnotation::save(it, self.text, self.scheme))
        };
        let edit =
            |edit: &Edit| SavedEdit { id: edit.id.0, before: annotation(&edit.before), after: annotation(&edit.after) };
        serializer.collect_seq(self.edits.iter().map(edit))
    }
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
            details: SavedDetails::save(annotation, text),
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
        let entity = if self.entity.is_empty() { &self.text } else { &self.entity };
        let status = match self.status {
            SavedStatus::Suggested => Status::Suggested,
            SavedStatus::Accepted => Status::Accepted,
            SavedStatus::Rejected => Status::Rejected,
        };
        let origin = match self.origin {
            SavedOrigin::Person => Origin::Person,
            SavedOrigin::Recognizer => Origin::Recognizer,
            SavedOrigin::File => Origin::File,
        };
        let mut annotation = Annotation::new(span, label, entity.as_str(), status, origin);
        annotation.score = self.score.map(|thousandths| Score::from_fraction(f32::from(thousandths) / 1000.0));
        annotation.evidence.clone_from(&self.evidence);
        self.details.restore(&mut annotation, text)?;
        Ok(annotation)
    }
}

impl SavedDetails {
    /// What its fields are called: who reads an object by hand has to keep these of it.
    pub const FIELDS: [&str; 6] = ["gaps", "note", "unsure", "attributes", "by", "at"];

    /// From the model.
    pub fn save(annotation: &Annotation, text: &Text) -> Self {
        let in_chars = |gap: &Span| {
            let (start, end) = text.span_chars(*gap);
            (start.0, end.0)
        };
        let value = |(name, value): (&String, &AttributeValue)| (name.clone(), SavedValue::of(value));
        Self {
            gaps: annotation.gaps.iter().map(in_chars).collect(),
            note: annotation.note.clone(),
            unsure: annotation.unsure,
            attributes: annotation.attributes.iter().map(value).collect(),
            by: annotation.decided.as_ref().map(|decision| decision.by.to_string()),
            at: annotation.decided.as_ref().map(|decision| decision.at.0),
        }
    }

    /// Puts it on an annotation. The error is a sentence's end.
    pub fn restore(self: &SavedDetails, annotation: &mut Annotation, text: &Text) -> Result<(), String> {
        let offset = |chars| text.from_chars(CharOffset(chars));
        let gap = |(start, end): &(u32, u32)| text.span(offset(*start)?, offset(*end)?);
        let gaps: Option<Vec<Span>> = self.gaps.iter().map(gap).collect();
        annotation.gaps = gaps.ok_or("its gaps do not lie in the text")?;
        if !annotation.has_sound_gaps() {
            return Err("its gaps are out of order".to_owned());
        }
        let decision = |at| Decision { by: self.by.as_deref().unwrap_or_default().into(), at: UnixMillis(at) };
        annotation.note.clone_from(&self.note);
        annotation.unsure = self.unsure;
        annotation.attributes = self.attributes.iter().map(|(name, value)| (name.clone(), value.restore())).collect();
        annotation.decided = self.at.map(decision);
        Ok(())
    }
}

impl SavedValue {
    fn of(value: &AttributeValue) -> Self {
        match value {
            AttributeValue::Text(text) => SavedValue::Text(text.clone()),
            AttributeValue::Flag(flag) => SavedValue::Flag(*flag),
            AttributeValue::Choices(choices) => SavedValue::Choices(choices.clone()),
        }
    }

    fn restore(&self) -> AttributeValue {
        match self {
            SavedValue::Text(text) => AttributeValue::Text(text.clone()),
            SavedValue::Flag(flag) => AttributeValue::Flag(*flag),
            SavedValue::Choices(choices) => AttributeValue::Choices(choices.clone()),
        }
    }
}

impl SavedAbout {
    /// From the model.
    pub fn save(about: &About, scheme: &Scheme) -> Self {
        Self {
            labels: about.labels.iter().map(|label| scheme.label(*label).name.clone()).collect(),
            note: about.note.clone(),
            flagged: about.flagged,
            fields: about.fields.clone(),
            foreign: about.foreign.clone(),
        }
    }

    /// To the model. The error is a sentence's end.
    pub fn restore(&self, scheme: &Scheme) -> Result<About, String> {
        let label =
            |name: &String| scheme.by_name(name).ok_or_else(|| format!("the label {name} is not in the tagset"));
        let labels: Result<BTreeSet<LabelId>, String> = self.labels.iter().map(label).collect();
        Ok(About {
            labels: labels?,
            note: self.note.clone(),
            flagged: self.flagged,
            fields: self.fields.clone(),
            foreign: self.foreign.clone(),
        })
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == SavedAbout::default()
    }
}

impl<'a> RecordToSave<'a> {
    /// Of the model.
    pub fn new(record: &'a Record, text: &'a Text, scheme: &'a Scheme) -> Self {
        let mut form = Self { at: record.at.0, turn: SavedTurn::Do, title: None, edits: None, about: None };
        match &record.turn {
            Turn::Do(transaction) => {
                form.title = Some(&transaction.title);
                form.edits = Some(EditsToSave { edits: &transaction.edits, text, scheme });
                form.about = transaction.about.as_deref().map(|edit| SavedAboutEdit {
                    before: SavedAbout::save(&edit.before, scheme),
                    after: SavedAbout::save(&edit.after, scheme),
                });
            }
            Turn::Undo => form.turn = SavedTurn::Undo,
            Turn::Redo => form.turn = SavedTurn::Redo,
        }
        form
    }
}

/// A journal line on its way to JSON, some edits at a time: an import may have a hundred thousand, and a page that
/// stands still that long is noticed.
#[derive(Debug)]
pub struct RecordInSteps {
    record: Record,
    text: Text,
    scheme: Arc<Scheme>,
    json: String,
    /// What comes after the edits.
    tail: String,
    n_done: usize,
}

impl RecordInSteps {
    /// How many edits a step takes: a few milliseconds’ work.
    const STEP: usize = 1_000;

    /// Of the model.
    pub fn new(record: Record, text: Text, scheme: Arc<Scheme>) -> Self {
        let mut form = RecordToSave::new(&record, &text, &scheme);
        if let Some(edits) = &mut form.edits {
            edits.edits = &[];
        }
        let around = to_json(&form);
        // In a string its quotation marks would stand behind backslashes.
        const BEFORE: &str = "\"edits\":[";
        let cut = around.find(BEFORE).map_or(around.len(), |at| at + BEFORE.len());
        let (json, tail) = (around[..cut].to_owned(), around[cut..].to_owned());
        Self { record, text, scheme, json, tail, n_done: 0 }
    }

    /// Takes some edits. Gives whether there are more.
    pub fn step(&mut self) -> bool {
        let Turn::Do(transaction) = &self.record.turn else { return false };
        let left = &transaction.edits[self.n_done..];
        let edits = &left[..left.len().min(Self::STEP)];
        let list = to_json(&EditsToSave { edits, text: &self.text, scheme: &self.scheme });
        if self.n_done == 0 {
            // The others take about as much, and growing by halves would take half as much again.
            let n_steps = left.len().div_ceil(Self::STEP);
            self.json.reserve_exact(n_steps * (list.len() + list.len() / 16) + self.tail.len());
        } else if !edits.is_empty() {
            self.json.push(',');
        }
        self.json.push_str(&list[1..list.len() - 1]);
        self.n_done += edits.len();
        edits.len() < left.len()
    }

    /// The JSON, with what is still missing.
    pub fn finish(mut self) -> String {
        while self.step() {}
        self.json + &self.tail
    }
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("strings and numbers always have a JSON form")
}

impl SavedRecord {
    /// To the model. The error is a sentence's end.
    pub fn restore(&self, text: &Text, scheme: &Scheme) -> Result<Record, String> {
        let annotation =
            |value: &Option<SavedAnnotation>| value.as_ref().map(|it| it.restore(text, scheme)).transpose();
        let turn = match self.turn {
            SavedTurn::Do => {
                let (Some(title), Some(edits)) = (&self.title, &self.edits) else {
                    return Err("it does not say what was done".to_owned());
                };
                let about = match &self.about {
                    Some(edit) => {
                        let SavedAboutEdit { before, after } = &**edit;
                        Some(Box::new(AboutEdit { before: before.restore(scheme)?, after: after.restore(scheme)? }))
                    }
                    None => None,
                };
                let edits: Result<Vec<Edit>, String> = edits
                    .iter()
                    .map(|edit| {
                        let (before, after) = (annotation(&edit.before)?, annotation(&edit.after)?);
                        Ok(Edit { id: AnnotationId(edit.id), before: before.map(Arc::new), after: after.map(Arc::new) })
                    })
                    .collect();
                Turn::Do(Arc::new(Transaction { title: title.clone(), edits: edits?, about }))
            }
            SavedTurn::Undo => Turn::Undo,
            SavedTurn::Redo => Turn::Redo,
        };
        Ok(Record { at: UnixMillis(self.at), turn })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_details_are_those_that_are_written() {
        let details = SavedDetails {
            gaps: vec![(1, 2)],
            note: "a".to_owned(),
            unsure: true,
            attributes: [("b".to_owned(), SavedValue::Flag(true))].into(),
            by: Some("c".to_owned()),
            at: Some(3),
        };
        let written = serde_json::to_value(&details).expect("numbers and strings are JSON");
        let mut names: Vec<&String> = written.as_object().expect("an object").keys().collect();
        let mut fields = SavedDetails::FIELDS.to_vec();
        names.sort_unstable();
        fields.sort_unstable();
        assert_eq!(names, fields);
    }
}
