//! What holds for all articles of a project: the tagset, what is known of each person and topic, and the guidelines.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::annotation::GroupKey;
use crate::scheme::{GroupKind, Scheme, SchemeError};

/// What holds for all articles of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codebook {
    /// The tagset.
    pub scheme: Arc<Scheme>,
    /// What is known of persons and topics. One that nothing is known of is not here.
    pub registry: BTreeMap<GroupKey, Entity>,
    /// How to annotate, in Markdown.
    pub guidelines: Arc<str>,
}

/// What is known of a person or topic beyond its name. All of it may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entity {
    /// Offices held, as text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub offices: String,
    /// The country or body that the offices are of.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// The Wikidata id, such as `Q76`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub wikidata: String,
    /// Other names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Anything else.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

/// A change of the codebook, with what was before: swapping the two is the inverse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodebookEdit {
    /// Another tagset.
    Scheme {
        /// What it was.
        before: Arc<Scheme>,
        /// What it is.
        after: Arc<Scheme>,
    },
    /// Something else is known of a person or topic.
    Entity {
        /// Which.
        key: GroupKey,
        /// What was known.
        before: Box<Entity>,
        /// What is known.
        after: Box<Entity>,
    },
    /// Other guidelines.
    Guidelines {
        /// What they were.
        before: Arc<str>,
        /// What they are.
        after: Arc<str>,
    },
}

/// As it is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    scheme: serde_json::Value,
    #[serde(default)]
    registry: Vec<StoredEntity>,
    #[serde(default)]
    guidelines: String,
}

/// A line of the registry as files have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEntity {
    /// Person or topic.
    pub kind: GroupKind,
    /// The canonical name.
    pub name: String,
    /// The rest.
    #[serde(flatten)]
    pub known: Entity,
}

impl Entity {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Entity::default()
    }
}

impl Codebook {
    /// A codebook with only a tagset.
    pub fn new(scheme: Arc<Scheme>) -> Self {
        Self { scheme, registry: BTreeMap::new(), guidelines: "".into() }
    }

    /// The codebook of a first visit: the built-in tagset, and guidelines made of its descriptions.
    pub fn built_in() -> Self {
        let guidelines = include_str!("../../seeds/guidelines.md").into();
        Self { guidelines, ..Self::new(Arc::new(Scheme::built_in().clone())) }
    }

    /// What is known of a person or topic.
    pub fn entity(&self, key: &GroupKey) -> Entity {
        self.registry.get(key).cloned().unwrap_or_default()
    }

    /// Carries out an edit, if things are as it expects. Labels and their names stay, as [`Scheme::turned`] says, also when
    /// the edit takes back the one that brought them.
    pub fn apply(&mut self, edit: &CodebookEdit) -> bool {
        match edit {
            CodebookEdit::Scheme { before, after } => match self.scheme.turned(before, after) {
                Some(scheme) => self.scheme = Arc::new(scheme),
                None => return false,
            },
            CodebookEdit::Entity { key, before, after } if self.entity(key) == **before => {
                if after.is_empty() {
                    self.registry.remove(key);
                } else {
                    self.registry.insert(key.clone(), (**after).clone());
                }
            }
            CodebookEdit::Guidelines { before, after } if self.guidelines == *before => {
                self.guidelines = after.clone();
            }
            CodebookEdit::Entity { .. } | CodebookEdit::Guidelines { .. } => return false,
        }
        true
    }

    /// The registry as files have it.
    pub fn entities(&self) -> impl Iterator<Item = StoredEntity> {
        let line = |(key, known): (&GroupKey, &Entity)| StoredEntity {
            kind: key.kind,
            name: key.entity.to_string(),
            known: known.clone(),
        };
        self.registry.iter().map(line)
    }

    /// The same with what a file knows besides: its labels, and the persons and topics that nothing is known of here.
    /// Guidelines are taken only where there are none but those that every project begins with.
    pub fn with(
        &self,
        scheme: &Scheme,
        entities: Vec<StoredEntity>,
        guidelines: &str,
    ) -> Result<Codebook, SchemeError> {
        let mut codebook = self.clone();
        let merged = self.scheme.with_those_of(scheme, |_| true)?;
        if merged != *self.scheme {
            codebook.scheme = Arc::new(merged);
        }
        for StoredEntity { kind, name, known } in entities {
            let key = GroupKey { kind, entity: name.into() };
            if !known.is_empty() {
                codebook.registry.entry(key).or_insert(known);
            }
        }
        // Those that every project begins with are nobody’s own.
        let is_own = !codebook.guidelines.trim().is_empty() && codebook.guidelines != Self::built_in().guidelines;
        if !is_own && !guidelines.trim().is_empty() {
            codebook.guidelines = guidelines.into();
        }
        Ok(codebook)
    }

    /// As the store keeps it.
    pub fn to_json(&self) -> String {
        let scheme = serde_json::from_str(&self.scheme.to_json()).expect("a tagset is written as JSON");
        let registry = self.entities().collect();
        let stored = Stored { scheme, registry, guidelines: self.guidelines.to_string() };
        serde_json::to_string(&stored).expect("strings and numbers are JSON")
    }

    /// From what the store keeps. The error is a sentence's end.
    pub fn parse(json: &str) -> Result<Codebook, String> {
        let stored: Stored = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let scheme = Scheme::parse(&stored.scheme.to_string()).map_err(|error| error.to_string())?;
        let key = |line: &StoredEntity| GroupKey { kind: line.kind, entity: line.name.as_str().into() };
        let registry = stored.registry.into_iter().map(|line| (key(&line), line.known)).collect();
        Ok(Codebook { scheme: Arc::new(scheme), registry, guidelines: stored.guidelines.into() })
    }
}

impl CodebookEdit {
    /// Of what is known of a person or topic.
    pub fn entity(key: GroupKey, before: Entity, after: Entity) -> Self {
        CodebookEdit::Entity { key, before: before.into(), after: after.into() }
    }

    /// What takes this one back.
    pub fn inverse(&self) -> CodebookEdit {
        match self.clone() {
            CodebookEdit::Scheme { before, after } => CodebookEdit::Scheme { before: after, after: before },
            CodebookEdit::Entity { key, before, after } => CodebookEdit::Entity { key, before: after, after: before },
            CodebookEdit::Guidelines { before, after } => CodebookEdit::Guidelines { before: after, after: before },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_codebook_comes_back_and_every_edit_can_be_taken_back() {
        let mut codebook = Codebook::built_in();
        let start = codebook.clone();
        let key = GroupKey { kind: GroupKind::Person, entity: "Ali Bagheri".into() };
        let known = Entity { wikidata: "Q4725053".into(), aliases: vec!["Bagheri Kani".into()], ..Entity::default() };
        let more = start.scheme.with_label(crate::scheme::LabelSpec::new("PLACE", "Place")).expect("possible");
        let edits = [
            CodebookEdit::entity(key, Entity::default(), known),
            CodebookEdit::Scheme { before: start.scheme.clone(), after: Arc::new(more) },
            CodebookEdit::Guidelines { before: start.guidelines.clone(), after: "# Ours".into() },
        ];
        for edit in &edits {
            assert!(codebook.apply(edit), "{edit:?}");
            assert!(!codebook.apply(edit), "not twice: {edit:?}");
        }
        assert_eq!(Codebook::parse(&codebook.to_json()).as_ref(), Ok(&codebook));
        let done = codebook.clone();
        for edit in edits.iter().rev() {
            assert!(codebook.apply(&edit.inverse()), "{edit:?}");
        }
        let place = codebook.scheme.by_name("PLACE").expect("a label is never taken out");
        assert!(codebook.scheme.label(place).retired);
        assert_eq!(Codebook { scheme: start.scheme.clone(), ..codebook.clone() }, start);
        for edit in &edits {
            assert!(codebook.apply(edit), "once more: {edit:?}");
        }
        assert_eq!(codebook, done);
    }
}
