//! doccano JSONL: an article a line, positions in UTF-16 units. Written in the shape of a sequence labelling project;
//! read in that shape, in the one with relations, and in two older ones.
//!
//! Rules: doccano's own `data_import` and `data_export`. A project that counts grapheme clusters says so nowhere in its
//! files: what fits best is taken.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::draft::{Draft, DraftSpan, OffsetUnit};
use super::foreign::{SpanFields, fields, give_back, keep_links, kept_links, lost_links, rest};
use super::json::{items, pairs, string, to_lines};
use super::losses::{ALL_BUT_LABELS, sentences};
use super::tokens::decided_parts;
use super::{Format, Reader, Source, Written, n_things};
use crate::annotation::Status;
use crate::project::Codebook;

/// For doccano.
pub(super) const FORMAT: Format = Format {
    id: "doccano",
    title: "doccano JSONL",
    description: "One article a line for doccano’s sequence labelling.",
    extension: "doccano.jsonl",
    mime: "application/jsonl",
    reader: Reader::Records { is_like, known: KNOWN, draft },
    cannot_carry: "Suggestions, persons and topics, notes, flags, attributes and the steps to undo are left out.",
    write: Some(write),
};

#[derive(Serialize)]
struct Line<'a> {
    text: &'a str,
    label: Vec<(u32, u32, &'a str)>,
    name: &'a str,
    /// doccano keeps what it does not know, and so this comes back from it.
    offset_unit: &'static str,
    #[serde(flatten)]
    foreign: Map<String, Value>,
}

const UNIT: &str = "utf-16";

/// The same in the shape that doccano gives to projects with relations.
pub(super) const ENTITIES: Format = Format {
    id: "doccano-entities",
    title: "doccano JSONL, with entities",
    description: "For doccano projects that also label relations: spans as objects with ids.",
    extension: "doccano-entities.jsonl",
    write: Some(write_entities),
    ..FORMAT
};

fn write_entities(sources: &[Source], codebook: &Codebook) -> Written {
    let (mut last_id, mut n_lost) = (0, 0);
    let mut lines = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let text = source.article.text();
        let decided = || source.article.annotations().visible().filter(|(_, it)| it.status == Status::Accepted);
        let foreign = SpanFields::new(source, FORMAT.id);
        let names = foreign.names(decided().map(|(id, _)| id), "id", |number| json!(last_id + number));
        last_id = names.values().filter_map(Value::as_u64).fold(last_id, u64::max);
        let mut entities = Vec::new();
        for (id, it) in decided() {
            for (index, part) in it.parts().into_iter().enumerate() {
                let (start, end) = text.span_utf16(part);
                let label = &codebook.scheme.label(it.label).name;
                let mut entity = json!({ "label": label, "start_offset": start.0, "end_offset": end.0 });
                if index == 0 {
                    entity["id"] = names[&id].clone();
                    foreign.give_back(&mut entity, id);
                } else {
                    last_id += 1;
                    entity["id"] = json!(last_id);
                }
                entities.push(entity);
            }
        }
        let mut line = json!({
            "id": index + 1, "text": text.as_str(), "entities": entities, "Comments": [], "name": source.name,
            "offset_unit": UNIT,
        });
        give_back(&mut line, source, FORMAT.id);
        match line.get_mut("relations").and_then(Value::as_array_mut) {
            Some(relations) => n_lost += keep_links(relations, &["from_id", "to_id"], &names),
            None => line["relations"] = json!([]),
        }
        lines.push(line);
    }
    let mut losses = sentences(FORMAT.id, sources, ALL_BUT_LABELS);
    losses.extend(lost_links(n_lost));
    Written { bytes: to_lines(lines.into_iter()), losses }
}

/// What is read and written of a record.
const KNOWN: &[&str] = &["text", "label", "labels", "entities", "annotations", "name", "Comments", "offset_unit"];

/// The decided spans of an article in UTF-16 units, part by part.
fn spans(source: &Source, codebook: &Codebook) -> Vec<(u32, u32, String)> {
    let text = source.article.text();
    let in_units = decided_parts(source).map(|(part, it)| {
        let (start, end) = text.span_utf16(part);
        (start.0, end.0, codebook.scheme.label(it.label).name.clone())
    });
    in_units.collect()
}

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let lines: Vec<_> = sources.iter().map(|source| spans(source, codebook)).collect();
    let mut n_links = 0;
    let without_links = |source: &Source| {
        let mut fields = fields(source, FORMAT.id);
        // Relations want the entities’ ids, which this shape has not.
        n_links += fields.remove("relations").and_then(|it| it.as_array().map(Vec::len)).unwrap_or_default();
        fields
    };
    let foreign: Vec<Map<String, Value>> = sources.iter().map(without_links).collect();
    let lines = sources.iter().zip(&lines).zip(foreign).map(|((source, label), foreign)| Line {
        text: source.article.text().as_str(),
        label: label.iter().map(|(start, end, name)| (*start, *end, name.as_str())).collect(),
        name: source.name,
        offset_unit: UNIT,
        foreign,
    });
    let mut losses = sentences(FORMAT.id, sources, ALL_BUT_LABELS);
    if n_links > 0 {
        let links = n_things(n_links, "link between spans is", "links between spans are");
        losses.push(format!("{links} left out; “{}” holds them.", ENTITIES.title));
    }
    Written { bytes: to_lines(lines), losses }
}

fn is_like(record: &Value) -> bool {
    let is_triple = |item: &Value| item.as_array().is_some_and(|it| it.len() == 3 && it[2].is_string());
    let is_object = |item: &Value| item.get("start_offset").is_some();
    let has = |field: &str| {
        let items = record.get(field).and_then(Value::as_array);
        items.is_some_and(|items| items.iter().all(|item| is_triple(item) || is_object(item)))
    };
    record.get("text").is_some_and(Value::is_string)
        && (has("label") || has("labels") || has("entities") || has("annotations"))
}

fn draft(record: &Value) -> Result<Vec<Draft>, String> {
    let text = string(record, "text").ok_or("it has no “text”")?;
    let fields = ["label", "labels", "entities", "annotations"];
    let found = fields.iter().filter_map(|field| record.get(*field)).filter_map(Value::as_array).flatten();
    let spans: Result<Vec<DraftSpan>, String> = found.map(span).collect();
    let name = string(record, "name").or_else(|| string(record, "title")).unwrap_or_default();
    let comments = pairs(record, "Comments").join("\n");
    let kept = kept_links(items(record, "relations").count()).into_iter().collect();
    let is_ours = string(record, "offset_unit").is_some_and(|unit| unit == UNIT);
    let units = match is_ours {
        true => vec![OffsetUnit::Utf16],
        false => vec![OffsetUnit::Utf16, OffsetUnit::CodePoints, OffsetUnit::Graphemes, OffsetUnit::Bytes],
    };
    Ok(vec![Draft { name, text, units, by_edges: true, spans: spans?, note: comments, kept, ..Draft::default() }])
}

fn span(item: &Value) -> Result<DraftSpan, String> {
    let bad = || format!("“{item}” is no span of doccano’s");
    if let Some(triple) = item.as_array() {
        let number = |at: usize| triple.get(at).and_then(Value::as_u64);
        let label = triple.get(2).and_then(Value::as_str).ok_or_else(bad)?;
        return Ok(DraftSpan::new(number(0).ok_or_else(bad)?, number(1).ok_or_else(bad)?, label));
    }
    let number = |field: &str| item.get(field).and_then(Value::as_u64).ok_or_else(bad);
    // An older export gives the number of a label; its name stands in another file.
    let label = match item.get("label") {
        Some(Value::String(label)) => label.clone(),
        Some(Value::Number(number)) => format!("label {number}"),
        _ => return Err(bad()),
    };
    let foreign = rest(item, &["label", "start_offset", "end_offset"]);
    Ok(DraftSpan { foreign, ..DraftSpan::new(number("start_offset")?, number("end_offset")?, label) })
}
