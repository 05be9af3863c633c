//! A tagset as JSON: as it comes with the program, is stored, exported and imported.

use serde::{Deserialize, Serialize};

use super::{AppliesTo, AttributeKind, AttributeSpec, Colour, GroupKind, LabelId, LabelSpec, Scheme, SchemeError};

#[derive(Serialize, Deserialize)]
struct SchemeFile {
    labels: Vec<LabelFile>,
}

#[derive(Serialize, Deserialize)]
struct LabelFile {
    name: String,
    title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<char>,
    groups_by: GroupKind,
    style: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    colour: Option<String>,
    #[serde(default)]
    description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    #[serde(default, skip_serializing_if = "AppliesTo::is_text")]
    applies_to: AppliesTo,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<AttributeFile>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    retired: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    former_names: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct AttributeFile {
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    title: String,
    kind: KindFile,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    choices: Vec<String>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KindFile {
    Text,
    YesNo,
    Number,
    One,
    Several,
}

impl Scheme {
    /// Reads a tagset from JSON and checks it.
    pub fn parse(json: &str) -> Result<Scheme, SchemeError> {
        let file: SchemeFile =
            serde_json::from_str(json).map_err(|error| SchemeError(format!("The tagset cannot be read: {error}.")))?;
        let names: Vec<String> = file.labels.iter().map(|label| label.name.clone()).collect();
        let labels: Result<Vec<LabelSpec>, SchemeError> =
            file.labels.into_iter().map(|label| label_from(label, &names)).collect();
        let mut labels = labels?;
        leave_out_capitals(&mut labels);
        Scheme::of(labels)
    }

    /// The same as JSON, one label a line.
    pub fn to_json(&self) -> String {
        let lines: Vec<String> = self
            .labels()
            .map(|(_, label)| serde_json::to_string(&self.label_file(label)).expect("strings and numbers are JSON"))
            .collect();
        format!("{{\"labels\": [\n {}\n]}}", lines.join(",\n "))
    }

    fn label_file(&self, label: &LabelSpec) -> LabelFile {
        LabelFile {
            name: label.name.clone(),
            title: label.title.clone(),
            key: label.key,
            groups_by: label.groups_by,
            style: label.style,
            colour: label.colour.map(|colour| colour.to_string()),
            description: label.description.clone(),
            parent: label.parent.map(|parent| self.label(parent).name.clone()),
            applies_to: label.applies_to,
            attributes: label.attributes.iter().map(attribute_file).collect(),
            retired: label.retired,
            former_names: label.former_names.clone(),
        }
    }
}

/// Leaves out keys that are capitals where another label has the small letter: tagsets of before may have both, of which
/// the capital never did anything.
fn leave_out_capitals(labels: &mut [LabelSpec]) {
    for index in 0..labels.len() {
        let Some(key) = labels[index].key else { continue };
        let small = super::without_shift(key);
        let has_it = |label: &LabelSpec| label.key == Some(small) && !label.retired;
        if small != key && labels.iter().any(has_it) {
            labels[index].key = None;
        }
    }
}

fn label_from(file: LabelFile, names: &[String]) -> Result<LabelSpec, SchemeError> {
    let colour = match &file.colour {
        Some(hex) => Some(Colour::parse(hex).ok_or_else(|| {
            SchemeError(format!("The colour of {} is “{hex}”; colours are written like #1d5bd6.", file.name))
        })?),
        None => None,
    };
    let parent = match &file.parent {
        Some(parent) => Some(names.iter().position(|name| name == parent).map(LabelId::at).ok_or_else(|| {
            SchemeError(format!("{} is to stand under “{parent}”, which is not in the tagset.", file.name))
        })?),
        None => None,
    };
    Ok(LabelSpec {
        name: file.name,
        title: file.title,
        key: file.key,
        groups_by: file.groups_by,
        style: file.style,
        colour,
        description: file.description,
        parent,
        applies_to: file.applies_to,
        attributes: file.attributes.into_iter().map(attribute_from).collect(),
        retired: file.retired,
        former_names: file.former_names,
    })
}

fn attribute_from(file: AttributeFile) -> AttributeSpec {
    let kind = match file.kind {
        KindFile::Text => AttributeKind::Text,
        KindFile::YesNo => AttributeKind::YesNo,
        KindFile::Number => AttributeKind::Number,
        KindFile::One => AttributeKind::One(file.choices),
        KindFile::Several => AttributeKind::Several(file.choices),
    };
    let title = if file.title.is_empty() { file.name.clone() } else { file.title };
    AttributeSpec { name: file.name, title, kind }
}

fn attribute_file(spec: &AttributeSpec) -> AttributeFile {
    let (kind, choices) = match &spec.kind {
        AttributeKind::Text => (KindFile::Text, Vec::new()),
        AttributeKind::YesNo => (KindFile::YesNo, Vec::new()),
        AttributeKind::Number => (KindFile::Number, Vec::new()),
        AttributeKind::One(choices) => (KindFile::One, choices.clone()),
        AttributeKind::Several(choices) => (KindFile::Several, choices.clone()),
    };
    AttributeFile { name: spec.name.clone(), title: spec.title.clone(), kind, choices }
}
