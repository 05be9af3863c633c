//! What is said of an article as a whole.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Where it comes from, by the names of [`About::FIELDS`]; none is empty.
    pub fields: BTreeMap<String, String>,
    /// Fields of other tools' files that mean nothing here, as JSON objects by the id of their format: they are written
    /// back into the same format.
    pub foreign: BTreeMap<String, String>,
}

impl About {
    /// What may be said of where an article comes from, each with its name on the screen.
    pub const FIELDS: [(&'static str, &'static str); 7] = [
        ("title", "Title"),
        ("source", "Source"),
        ("date", "Date"),
        ("author", "Author"),
        ("url", "Address"),
        ("language", "Language"),
        ("licence", "Licence"),
    ];

    /// Under which names the columns and fields of other programs say the same, in lower case.
    pub const CALLED: [(&'static str, &'static [&'static str]); 7] = [
        ("title", &["title", "headline"]),
        ("source", &["source", "publisher", "outlet", "newspaper", "site"]),
        ("date", &["date", "published", "published_at", "publish_date", "pubdate", "created", "datetime"]),
        ("author", &["author", "authors", "byline"]),
        ("url", &["url", "link", "uri"]),
        ("language", &["language", "lang"]),
        ("licence", &["licence", "license"]),
    ];

    /// Whether another says all of this, and perhaps more.
    pub fn is_part_of(&self, other: &About) -> bool {
        let within = |here: &BTreeMap<String, String>, there: &BTreeMap<String, String>| {
            here.iter().all(|(name, value)| there.get(name) == Some(value))
        };
        self.labels.is_subset(&other.labels)
            && (self.note.is_empty() || self.note == other.note)
            && (!self.flagged || other.flagged)
            && within(&self.fields, &other.fields)
            && within(&self.foreign, &other.foreign)
    }

    /// Says something of where it comes from, or no longer.
    pub fn set_field(&mut self, name: &str, value: &str) {
        match value.trim() {
            "" => drop(self.fields.remove(name)),
            value => drop(self.fields.insert(name.to_owned(), value.to_owned())),
        }
    }

    /// Whether nothing is said that means something here.
    pub fn is_silent(&self) -> bool {
        self.labels.is_empty() && self.note.is_empty() && !self.flagged && self.fields.is_empty()
    }
}
