//! BDOC JSON of GATE and gatenlp: the one format that declares its unit (`p` code points, `j` UTF-16).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::draft::{Draft, DraftSpan, OffsetUnit};
use super::features::features;
use super::foreign::{SpanFields, give_back};
use super::json::{count, items, string, to_array};
use super::losses::{Loss, sentences};
use super::{Format, Reader, Source, Written};
use crate::project::Codebook;

/// For gatenlp and GATE.
pub(super) const FORMAT: Format = Format {
    id: "bdoc",
    title: "GATE BDOC JSON",
    description: "For gatenlp and GATE; one document, or a list of them.",
    extension: "bdocjs",
    mime: "application/json",
    reader: Reader::Records { is_like, known: KNOWN, draft },
    cannot_carry: "Rejected suggestions, what is said of articles as wholes and the steps to undo are left out.",
    write: Some(write),
};

/// What is read and written of a record.
const KNOWN: &[&str] = &["text", "offset_type", "name", "annotation_sets"];

/// The set of what is new, and under which name that of a span is kept.
const OURS: &str = "attache";
const SET: &str = "set";

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let document = |source: &Source| {
        let text = source.article.text();
        // Each in the set that it came from; what is new in one of ours.
        let span_fields = SpanFields::new(source, FORMAT.id);
        let mut sets: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        let visible = source.article.annotations().visible();
        for (id, part, it) in visible.flat_map(|(id, it)| it.parts().into_iter().map(move |part| (id, part, it))) {
            let (start, end) = text.span_chars(part);
            let features: Map<String, Value> = features(it).into_iter().collect();
            let label = &codebook.scheme.label(it.label).name;
            let set = sets.entry(span_fields.get(id, SET).and_then(Value::as_str).unwrap_or(OURS)).or_default();
            set.push(json!({ "id": set.len(), "type": label, "start": start.0, "end": end.0, "features": features }));
        }
        if sets.is_empty() {
            sets.insert(OURS, Vec::new());
        }
        let set = |(name, annotations): (&str, Vec<Value>)| {
            (name.to_owned(), json!({ "name": name, "next_annid": annotations.len(), "annotations": annotations }))
        };
        let sets: Map<String, Value> = sets.into_iter().map(set).collect();
        let mut document = json!({
            "text": text.as_str(), "features": {}, "offset_type": "p", "name": source.name, "annotation_sets": sets,
        });
        give_back(&mut document, source, FORMAT.id);
        document
    };
    let bytes = match sources {
        [only] => format!("{}\n", document(only)).into_bytes(),
        several => to_array(several.iter().map(document)),
    };
    Written { bytes, losses: sentences(FORMAT.id, sources, &[Loss::Rejected, Loss::Parts, Loss::About]) }
}

fn is_like(record: &Value) -> bool {
    record.get("annotation_sets").is_some_and(Value::is_object) && record.get("text").is_some_and(Value::is_string)
}

fn draft(record: &Value) -> Result<Vec<Draft>, String> {
    let text = string(record, "text").ok_or("it has no “text”")?;
    let units = match record.get("offset_type").and_then(Value::as_str) {
        Some("j") => vec![OffsetUnit::Utf16],
        Some("p") => vec![OffsetUnit::CodePoints],
        _ => vec![OffsetUnit::CodePoints, OffsetUnit::Utf16],
    };
    let mut spans = Vec::new();
    let sets = record.get("annotation_sets").and_then(Value::as_object);
    let sets = sets.into_iter().flatten();
    for (set, item) in sets.flat_map(|(name, set)| items(set, "annotations").map(move |item| (name, item))) {
        let label = string(item, "type").ok_or("an annotation has no “type”")?;
        let (Some(start), Some(end)) = (count(item, "start"), count(item, "end")) else {
            return Err("an annotation has no “start” and “end”".to_owned());
        };
        let mut span = DraftSpan::new(start, end, label);
        span.foreign.extend((set != OURS).then(|| (SET.to_owned(), set.as_str().into())));
        for (name, value) in item.get("features").and_then(Value::as_object).into_iter().flatten() {
            span.take_feature(name, value);
        }
        spans.push(span);
    }
    let name = string(record, "name").unwrap_or_default();
    Ok(vec![Draft { name, text, units, spans, ..Draft::default() }])
}
