//! The project file: everything of the articles as JSON, with one annotation and one step a line, so that it reads
//! well in a diff. The same articles always give the same bytes.
//!
//! On reading, `annotations` is the truth. The journal is for undo: it is kept only when it leads to just those
//! annotations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::report::{Report, broken, reason, shortened};
use super::{Format, Incoming, Reader, Source, Warning, Written, check_text, safe_name};
use crate::annotation::{About, Annotation, AnnotationId};
use crate::command::Turn;
use crate::project::{Article, Codebook, Record, RecordToSave, SavedAbout, SavedAnnotation, SavedRecord};
use crate::scheme::Scheme;
use crate::text::Text;

/// What stands in the field `format`.
const NAME: &str = "attache-project";

/// The version of the file format that is written; older ones are read.
pub const VERSION: u64 = 2;

/// The largest annotation id that is taken from a file, so that there is room for new ones.
const MAX_ID: u32 = u32::MAX / 2;

/// Everything, to go on elsewhere or later.
pub(super) const FORMAT: Format = Format {
    id: "project",
    title: "Attaché project",
    description: "Everything, undo included: to go on later or on another computer.",
    extension: "attache.json",
    mime: "application/json",
    reader: Reader::Own,
    cannot_carry: "",
    write: Some(write),
};

#[derive(Serialize, Deserialize)]
struct NumberedAnnotation {
    id: u32,
    #[serde(flatten)]
    annotation: SavedAnnotation,
}

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    Written { bytes: document(sources, codebook, true).into_bytes(), losses: Vec::new() }
}

/// A file of the codebook alone.
pub fn codebook_file(codebook: &Codebook) -> String {
    document(&[], codebook, true)
}

/// A file of one article, whose labels are those of a codebook in another file.
pub fn article_file(source: &Source, codebook: &Codebook) -> String {
    document(std::slice::from_ref(source), codebook, false)
}

fn document(sources: &[Source], codebook: &Codebook, with_codebook: bool) -> String {
    let scheme = &codebook.scheme;
    let mut out = format!("{{\n\"format\": \"{NAME}\",\n\"version\": {VERSION},\n\"offsets\": \"code points\",\n");
    if with_codebook {
        write_codebook(&mut out, codebook);
    }
    out.push_str("\"articles\": [");
    for (index, source) in sources.iter().enumerate() {
        let text = source.article.text();
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&format!("{{\"name\": {},\n\"text\": {},\n", json(&source.name), json(&text.as_str())));
        let about = SavedAbout::save(source.article.annotations().about(), scheme);
        if !about.is_empty() {
            out.push_str(&format!("\"about\": {},\n", json(&about)));
        }
        out.push_str("\"annotations\": ");
        let mut annotations: Vec<(AnnotationId, &Annotation)> = source.article.annotations().all().collect();
        annotations.sort_by_key(|(id, it)| (it.span.start(), std::cmp::Reverse(it.span.end()), *id));
        list(
            &mut out,
            annotations.into_iter().map(|(id, annotation)| NumberedAnnotation {
                id: id.0,
                annotation: SavedAnnotation::save(annotation, text, scheme),
            }),
        );
        out.push_str(",\n\"journal\": ");
        list(&mut out, source.article.journal().iter().map(|record| RecordToSave::new(record, text, scheme)));
        out.push('}');
    }
    out.push_str("\n]\n}\n");
    out
}

fn write_codebook(out: &mut String, codebook: &Codebook) {
    out.push_str(&format!("\"scheme\": {},\n\"registry\": ", codebook.scheme.to_json()));
    list(out, codebook.entities());
    out.push_str(&format!(",\n\"guidelines\": {},\n", json(&&*codebook.guidelines)));
}

/// A JSON array with an item a line.
fn list<T: Serialize>(out: &mut String, items: impl Iterator<Item = T>) {
    let mut separator = "[\n ";
    for item in items {
        out.push_str(separator);
        out.push_str(&json(&item));
        separator = ",\n ";
    }
    out.push_str(if separator == "[\n " { "[]" } else { "\n]" });
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("strings, numbers and structs of them are JSON")
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    version: Value,
}

#[derive(Deserialize)]
struct FileIn {
    articles: Vec<Value>,
    #[serde(default)]
    scheme: Option<Value>,
    #[serde(default)]
    registry: Vec<Value>,
    #[serde(default)]
    guidelines: Option<String>,
}

#[derive(Deserialize)]
struct ArticleIn {
    #[serde(default)]
    name: String,
    text: String,
    #[serde(default)]
    about: Option<SavedAbout>,
    #[serde(default)]
    annotations: Vec<Value>,
    #[serde(default)]
    journal: Vec<Value>,
}

/// Whether a file says at its beginning that it is a project file, even if the rest of it is broken.
pub fn begins_like(content: &str) -> bool {
    let mut rest = content.trim_start();
    for token in ["{", "\"format\"", ":", "\"attache-project\""] {
        match rest.strip_prefix(token) {
            Some(after) => rest = after.trim_start(),
            None => return false,
        }
    }
    true
}

/// The same of a whole file whose fields stand in another order, as other programs may have written it: this is its
/// object.
pub(super) fn is_like(record: &Value) -> bool {
    record.get("format").is_some_and(|name| name == NAME)
}

/// Reads a project file. `file` is the name for warnings. Labels, and what is known of persons and topics, that the
/// codebook has not, join it.
pub fn read(file: &str, content: &str, codebook: &mut Codebook) -> (Vec<Incoming>, Vec<Warning>) {
    let parsed = match parse(content) {
        Ok(parsed) => parsed,
        Err(message) => return (Vec::new(), vec![Warning::new(file, message)]),
    };
    let refused = join(codebook, &parsed).err();
    let scheme = codebook.scheme.clone();
    let mut report = Report::new(file, &scheme);
    report.add_all(refused);
    if parsed.articles.is_empty() && file != super::bundle::CODEBOOK {
        report.add("This project holds no article.".to_owned());
    }
    let mut incoming = Vec::new();
    for (index, value) in parsed.articles.into_iter().enumerate() {
        let read = serde_json::from_value(value).map_err(|error| reason(&error));
        match read.and_then(|it: ArticleIn| check_text(&it.text).map(|()| it)) {
            Ok(it) => incoming.push(article(it, &scheme, &mut report)),
            Err(why) => report.add(format!("Article {}: {why}. This article was left out.", index + 1)),
        }
    }
    (incoming, report.finish())
}

/// Takes a file's labels, persons and guidelines into the codebook. The error is a whole sentence.
fn join(codebook: &mut Codebook, file: &FileIn) -> Result<(), String> {
    let scheme = match &file.scheme {
        Some(scheme) => Scheme::parse(&scheme.to_string())
            .map_err(|error| format!("{error} The labels of this file were not taken over."))?,
        None => return Ok(()),
    };
    let known = file.registry.iter().filter_map(|line| serde_json::from_value(line.clone()).ok()).collect();
    let guidelines = file.guidelines.as_deref().unwrap_or_default();
    *codebook = codebook
        .with(&scheme, known, guidelines)
        .map_err(|error| format!("{error} The labels of this file were not taken over."))?;
    Ok(())
}

fn parse(content: &str) -> Result<FileIn, String> {
    let head: Head = serde_json::from_str(content).map_err(|error| broken(&error, false))?;
    match head.version.as_u64() {
        Some(1..=VERSION) => {}
        Some(newer) if newer > VERSION => {
            return Err(format!(
                "This file was written by a newer Attaché (version {newer}; this one reads up to {VERSION}). Reload the page to get the newest, then open the file again."
            ));
        }
        _ => {
            let version = shortened(&head.version.to_string(), 20);
            return Err(format!("The version of this project file is {version}; it should be a number from 1 on."));
        }
    }
    serde_json::from_str(content).map_err(|error| broken(&error, false))
}

fn article(it: ArticleIn, scheme: &Scheme, report: &mut Report) -> Incoming {
    let ArticleIn { name, text, about, annotations, journal } = it;
    let name = safe_name(&name);
    let text = Text::new(text);
    let mut in_order = Vec::new();
    let mut by_id = BTreeMap::new();
    for (index, value) in annotations.into_iter().enumerate() {
        let saved = serde_json::from_value(value).map_err(|error| reason(&error));
        let restored = saved.and_then(|saved: NumberedAnnotation| {
            if scheme.by_name(&saved.annotation.label).is_none() {
                report.unknown_label(&saved.annotation.label);
                return Ok(None);
            }
            Ok(Some((saved.id, saved.annotation.restore(&text, scheme)?)))
        });
        match restored {
            Ok(Some((id, annotation))) => {
                by_id.insert(AnnotationId(id), annotation.clone());
                in_order.push(annotation);
            }
            Ok(None) => {}
            Err(why) => {
                let name = shortened(&name, 40);
                report.add(format!("“{name}”, annotation {}: {why}. This annotation was left out.", index + 1));
            }
        }
    }
    let about = about.unwrap_or_default().restore(scheme).unwrap_or_else(|why| {
        report.add(format!("“{}”: {why}. What is said of the article as a whole was left out.", shortened(&name, 40)));
        About::default()
    });
    let had_journal = !journal.is_empty();
    let ids_are_unique = by_id.len() == in_order.len();
    let records = restore_journal(journal, &text, scheme).filter(|records| {
        let (article, n_lost) = Article::replay(name.as_str(), text.clone(), records.clone(), scheme);
        let set = article.annotations();
        ids_are_unique && n_lost == 0 && *set.about() == about && set.all().eq(by_id.iter().map(|(id, it)| (*id, it)))
    });
    match records {
        Some(journal) => Incoming { name, text, about: About::default(), annotations: Vec::new(), journal },
        None => {
            if had_journal {
                let name = shortened(&name, 40);
                report.add(format!(
                    "“{name}”: the steps to undo do not lead to the annotations that the file lists, so they were left out. The annotations were read."
                ));
            }
            Incoming { name, text, about, annotations: in_order, journal: Vec::new() }
        }
    }
}

/// `None` when there is none, or when any step cannot be read.
fn restore_journal(journal: Vec<Value>, text: &Text, scheme: &Scheme) -> Option<Vec<Record>> {
    let restore = |value| {
        let saved: SavedRecord = serde_json::from_value(value).ok()?;
        let record = saved.restore(text, scheme).ok()?;
        let small = |turn: &Turn| match turn {
            Turn::Do(transaction) => transaction.edits.iter().all(|edit| edit.id.0 <= MAX_ID),
            Turn::Undo | Turn::Redo => true,
        };
        small(&record.turn).then_some(record)
    };
    let records: Option<Vec<Record>> = journal.into_iter().map(restore).collect();
    records.filter(|records| !records.is_empty())
}
