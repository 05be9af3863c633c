//! spaCy's simple training data: a list of texts with their entities, in code points, none overlapping another. Also
//! what `ner-annotator` saves, which has the same inside.

use serde_json::{Value, json};

use super::draft::{Draft, DraftSpan, OffsetUnit};
use super::foreign::{fields, rest};
use super::json::to_array;
use super::losses::sentences_of_flat;
use super::tokens::flat;
use super::{Format, Reader, Source, Written};
use crate::project::Codebook;

/// For spaCy.
pub(super) const FORMAT: Format = Format {
    id: "spacy",
    title: "spaCy training JSON",
    description: "Pairs of a text and its entities, for training spaCy.",
    extension: "spacy.json",
    mime: "application/json",
    reader: Reader::Records { is_like, known: &[], draft },
    cannot_carry: "Suggestions, persons and topics, overlapping spans, notes, flags, attributes and the steps to undo are left out.",
    write: Some(write),
};

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let mut n_dropped = 0;
    let pairs: Vec<Value> = sources
        .iter()
        .map(|source| {
            let text = source.article.text();
            let (spans, dropped) = flat(source);
            n_dropped += dropped;
            let entity = |(span, it): &(crate::text::Span, &crate::annotation::Annotation)| {
                let (start, end) = text.span_chars(*span);
                json!([start.0, end.0, codebook.scheme.label(it.label).name])
            };
            let mut says = fields(source, FORMAT.id);
            says.insert("entities".to_owned(), spans.iter().map(entity).collect());
            json!([text.as_str(), says])
        })
        .collect();
    Written { bytes: to_array(pairs.into_iter()), losses: sentences_of_flat(FORMAT.id, sources, n_dropped) }
}

/// A pair, or the whole of a file of ner-annotator's.
fn is_like(record: &Value) -> bool {
    let is_pair = |it: &Value| {
        it.get(0).is_some_and(Value::is_string) && it.get(1).is_some_and(|it| it.get("entities").is_some())
    };
    let annotations = record.get("annotations").and_then(Value::as_array);
    is_pair(record) || (record.get("classes").is_some() && annotations.is_some_and(|it| it.iter().any(is_pair)))
}

fn draft(record: &Value) -> Result<Vec<Draft>, String> {
    let Some(segments) = record.get("annotations").and_then(Value::as_array) else { return Ok(vec![pair(record)?]) };
    // Segments of one text; those that were skipped are null. Their positions count from the start of each.
    let mut whole = Draft { units: vec![OffsetUnit::Utf16, OffsetUnit::CodePoints], ..Draft::default() };
    let mut parts = Vec::new();
    for segment in segments.iter().filter(|segment| !segment.is_null()) {
        parts.push(pair(segment)?);
    }
    for part in parts {
        if !whole.text.is_empty() {
            whole.text.push('\n');
        }
        let shift = whole.text.encode_utf16().count() as u64;
        whole.text.push_str(&part.text);
        whole.spans.extend(part.spans.into_iter().map(|span| {
            let parts = span.parts.iter().map(|(start, end)| (start + shift, end + shift)).collect();
            DraftSpan { parts, ..span }
        }));
    }
    Ok(vec![whole])
}

fn pair(pair: &Value) -> Result<Draft, String> {
    let text = pair.get(0).and_then(Value::as_str).ok_or("it is no pair of a text and its entities")?;
    let entities = pair.get(1).and_then(|it| it.get("entities")).and_then(Value::as_array);
    let mut spans = Vec::new();
    for entity in entities.into_iter().flatten() {
        let number = |at: usize| entity.get(at).and_then(Value::as_u64);
        let label = entity.get(2).and_then(Value::as_str);
        match (number(0), number(1), label) {
            (Some(start), Some(end), Some(label)) => spans.push(DraftSpan::new(start, end, label)),
            _ => return Err(format!("“{entity}” is no [start, end, label]")),
        }
    }
    let units = vec![OffsetUnit::CodePoints, OffsetUnit::Utf16];
    // Categories and links of other components.
    let foreign = pair.get(1).map(|says| rest(says, &["entities"])).unwrap_or_default();
    Ok(Draft { text: text.to_owned(), units, spans, foreign, ..Draft::default() })
}
