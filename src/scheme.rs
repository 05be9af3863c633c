//! The tagset: which labels there are, their keys and looks, and what their mentions are grouped by.

use std::sync::OnceLock;

use serde::Deserialize;

/// The tagset of a project. The labels stand in the order in which they are offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    labels: Vec<LabelSpec>,
}

/// A label of a [`Scheme`]: its place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelId(u16);

/// What a label is called, and how it behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelSpec {
    /// The name in annotation files: ASCII letters, digits, `_` and `-`.
    pub name: String,
    /// The name on the screen.
    pub title: String,
    /// The key that sets it.
    pub key: char,
    /// What its mentions are mentions of.
    pub groups_by: GroupKind,
    /// Which pair of hue and line style draws it: 1 to 6, `styles/article.css`.
    pub style: u8,
    /// When to use it, in a sentence.
    pub description: String,
}

/// What the mentions of a label are grouped by in the list beside the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupKind {
    /// Mentions denote a person.
    Person,
    /// Mentions name a topic.
    Topic,
}

/// Why a tagset cannot be used. Shown to the user as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeError(String);

impl std::fmt::Display for SchemeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SchemeError {}

#[derive(Deserialize)]
struct SchemeFile {
    labels: Vec<LabelFile>,
}

#[derive(Deserialize)]
struct LabelFile {
    name: String,
    title: String,
    key: char,
    groups_by: GroupKind,
    style: u8,
    #[serde(default)]
    description: String,
}

impl Scheme {
    /// The tagset that comes with the program, `seeds/scheme.json`: OFFICIAL, ROLE, TOPIC.
    pub fn built_in() -> &'static Scheme {
        static BUILT_IN: OnceLock<Scheme> = OnceLock::new();
        BUILT_IN
            .get_or_init(|| Scheme::parse(include_str!("../seeds/scheme.json")).expect("the built-in tagset is tested"))
    }

    /// Reads a tagset from JSON and checks it: at least one label, no name or key twice.
    pub fn parse(json: &str) -> Result<Scheme, SchemeError> {
        let file: SchemeFile =
            serde_json::from_str(json).map_err(|error| SchemeError(format!("The tagset cannot be read: {error}.")))?;
        let mut labels: Vec<LabelSpec> = Vec::new();
        for LabelFile { name, title, key, groups_by, style, description } in file.labels {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if name.is_empty() || !name.chars().all(plain) {
                return Err(SchemeError(format!("The label name “{name}” may hold only A-Z, a-z, 0-9, _ and -.")));
            }
            if let Some(other) = labels.iter().find(|other| other.name == name || other.key == key) {
                return Err(SchemeError(format!("The labels {} and {name} share a name or a key.", other.name)));
            }
            if !(1..=6).contains(&style) {
                return Err(SchemeError(format!("The style of {name} is {style}; styles go from 1 to 6.")));
            }
            labels.push(LabelSpec { name, title, key, groups_by, style, description });
        }
        if labels.is_empty() {
            return Err(SchemeError("The tagset has no label.".to_owned()));
        }
        Ok(Scheme { labels })
    }

    /// All labels with their ids, in order.
    pub fn labels(&self) -> impl Iterator<Item = (LabelId, &LabelSpec)> {
        self.labels.iter().enumerate().map(|(index, spec)| (LabelId(index as u16), spec))
    }

    /// What a label is.
    ///
    /// # Panics
    /// When the id is another scheme's.
    pub fn label(&self, id: LabelId) -> &LabelSpec {
        &self.labels[usize::from(id.0)]
    }

    /// The label of a name, as files write it.
    pub fn by_name(&self, name: &str) -> Option<LabelId> {
        self.labels().find(|(_, spec)| spec.name == name).map(|(id, _)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_tagset_has_the_three_labels() {
        let scheme = Scheme::built_in();
        let names: Vec<_> = scheme.labels().map(|(_, spec)| (spec.name.as_str(), spec.key)).collect();
        assert_eq!(names, [("OFFICIAL", 'o'), ("ROLE", 'r'), ("TOPIC", 't')]);
        assert_eq!(scheme.by_name("TOPIC").map(|id| scheme.label(id).groups_by), Some(GroupKind::Topic));
        assert_eq!(scheme.by_name("official"), None);
    }

    #[test]
    fn a_bad_tagset_is_refused_in_words() {
        let label = |name: &str, key: &str| {
            format!(r#"{{"name":"{name}","title":"X","key":"{key}","groups_by":"topic","style":1}}"#)
        };
        let twice = format!(r#"{{"labels":[{},{}]}}"#, label("A", "a"), label("B", "a"));
        for (json, part) in [
            ("{}", "labels"),
            (r#"{"labels":[]}"#, "no label"),
            (&format!(r#"{{"labels":[{}]}}"#, label("A B", "a")), "may hold only"),
            (&twice, "share a name or a key"),
        ] {
            let error = Scheme::parse(json).expect_err(json).to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
