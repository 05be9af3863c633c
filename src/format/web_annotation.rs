//! W3C Web Annotation (JSON-LD): an `AnnotationCollection` for each article. Positions are code points as the
//! Recommendation demands (<https://www.w3.org/TR/annotation-model/#text-position-selector>); since real tools write
//! UTF-16, the quote decides on reading. A span in parts has a target for each.

use serde_json::{Value, json};

use super::draft::{Draft, DraftSpan, OffsetUnit};
use super::foreign::{SpanFields, give_back, rest};
use super::json::{count, string, to_array};
use super::losses::{Loss, sentences};
use super::{Format, Reader, Source, Written};
use crate::annotation::Status;
use crate::project::{Codebook, UnixMillis};
use crate::text::{Span, Text};

/// For the web.
pub(super) const FORMAT: Format = Format {
    id: "w3c",
    title: "W3C Web Annotation",
    description: "JSON-LD with quotes and positions, for Recogito, Hypothesis and linked data.",
    extension: "jsonld",
    mime: "application/ld+json",
    reader: Reader::Records { is_like, known: KNOWN, draft },
    cannot_carry: "Rejected suggestions, attributes, what is said of articles as wholes and the steps to undo are left out.",
    write: Some(write),
};

/// What is read and written of a record.
const KNOWN: &[&str] = &["@context", "id", "type", "label", "total", "first", "items", "attache:text"];

/// What is read and written of an annotation. Its bodies are sorted out one by one.
const KNOWN_OF_ITEM: &[&str] = &["type", "body", "target"];

/// Code points of context on each side of a quotation.
const CONTEXT: usize = 32;

/// Under which name further bodies are kept.
const BODIES: &str = "further bodies";

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let collection = |source: &Source| {
        let text = source.article.text();
        let urn = format!("urn:sha256:{}", text.digest());
        let foreign = SpanFields::new(source, FORMAT.id);
        let annotation = |(id, it): (crate::annotation::AnnotationId, &crate::annotation::Annotation)| {
            let label = codebook.scheme.label(it.label);
            let mut body = vec![
                json!({ "type": "TextualBody", "purpose": "tagging", "value": label.name }),
                json!({ "type": "TextualBody", "purpose": "identifying", "value": it.entity }),
            ];
            if !it.note.is_empty() {
                body.push(json!({
                    "type": "TextualBody", "purpose": "commenting", "value": it.note, "format": "text/plain",
                }));
            }
            if it.status == Status::Suggested {
                body.push(json!({ "type": "TextualBody", "purpose": "assessing", "value": "suggested" }));
            }
            if it.unsure {
                body.push(json!({ "type": "TextualBody", "purpose": "assessing", "value": "unsure" }));
            }
            // Bodies of other purposes than ours, and of other shapes.
            body.extend(list(foreign.get(id, BODIES)));
            let targets: Vec<Value> = it.parts().into_iter().map(|part| target(text, part, &urn)).collect();
            let mut annotation = json!({
                "type": "Annotation", "motivation": "tagging", "body": body,
                "target": if let [only] = &targets[..] { only.clone() } else { json!(targets) },
            });
            if let Some(decided) = &it.decided {
                annotation["created"] = json!(iso(decided.at));
                if !decided.by.is_empty() {
                    annotation["creator"] = json!({ "type": "Person", "name": &*decided.by });
                }
            }
            foreign.give_back(&mut annotation, id);
            if let Some(fields) = annotation.as_object_mut() {
                fields.remove(BODIES);
                fields.entry("id").or_insert_with(|| json!(format!("{urn}#{}", id.0)));
            }
            annotation
        };
        let items: Vec<Value> = source.article.annotations().visible().map(annotation).collect();
        let mut collection = json!({
            "@context": "http://www.w3.org/ns/anno.jsonld", "id": urn, "type": "AnnotationCollection",
            "label": source.name, "total": items.len(),
            "first": { "id": format!("{urn}#page"), "type": "AnnotationPage", "startIndex": 0, "items": items },
            "attache:text": text.as_str(),
        });
        give_back(&mut collection, source, FORMAT.id);
        collection
    };
    let bytes = match sources {
        [only] => format!("{}\n", serde_json::to_string_pretty(&collection(only)).expect("it is JSON")).into_bytes(),
        several => to_array(several.iter().map(collection)),
    };
    Written { bytes, losses: sentences(FORMAT.id, sources, &[Loss::Rejected, Loss::Attributes, Loss::About]) }
}

fn target(text: &Text, part: Span, urn: &str) -> Value {
    let content = text.as_str();
    let before: String = content[..part.start().index()].chars().rev().take(CONTEXT).collect();
    let prefix: String = before.chars().rev().collect();
    let suffix: String = content[part.end().index()..].chars().take(CONTEXT).collect();
    let (start, end) = text.span_chars(part);
    json!({
        "source": urn,
        "selector": [
            { "type": "TextQuoteSelector", "exact": text.slice(part), "prefix": prefix, "suffix": suffix },
            { "type": "TextPositionSelector", "start": start.0, "end": end.0 },
        ],
    })
}

/// A time as ISO 8601 in UTC (days to dates by the proleptic Gregorian calendar).
fn iso(at: UnixMillis) -> String {
    let (days, rest) = (at.0 / 86_400_000, at.0 % 86_400_000);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hours, minutes, seconds) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}Z")
}

fn is_like(record: &Value) -> bool {
    let is_set = record.get("first").is_some() || record.get("items").is_some();
    let context = record.get("@context").is_some_and(|it| it.to_string().contains("anno.jsonld"));
    let is_called = |name: &str| record.get("type") == Some(&json!(name));
    let is_called_set = is_called("AnnotationCollection") || is_called("AnnotationPage");
    // Some programs leave the context out of single annotations.
    let is_single = record.get("target").is_some() && (context || is_called("Annotation"));
    is_single || (context && (is_set || is_called_set))
}

fn draft(record: &Value) -> Result<Vec<Draft>, String> {
    let text = string(record, "attache:text")
        .ok_or("it does not hold the text; open it together with its text, a .txt file of the same name")?;
    let page = record.get("first").unwrap_or(record);
    let (mut spans, mut troubles) = (Vec::new(), Vec::new());
    for (index, item) in list(page.get("items")).iter().enumerate() {
        match span(item) {
            Some(span) => spans.push(span),
            None => troubles.push(format!("annotation {} has neither a position nor a quotation", index + 1)),
        }
    }
    if page.is_string() {
        troubles.push("its first page is in another file".to_owned());
    }
    if page.get("next").is_some() {
        troubles.push("its next page is in another file".to_owned());
    }
    let name = string(record, "label").unwrap_or_default();
    let units = vec![OffsetUnit::CodePoints, OffsetUnit::Utf16];
    Ok(vec![Draft { name, text, units, spans, troubles, ..Draft::default() }])
}

fn list(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(items)) => items.clone(),
        Some(other) => vec![other.clone()],
        None => Vec::new(),
    }
}

/// `None` when it says of no place in the text.
fn span(item: &Value) -> Option<DraftSpan> {
    let mut span =
        DraftSpan { status: Some(Status::Accepted), foreign: rest(item, KNOWN_OF_ITEM), ..DraftSpan::default() };
    let mut bodies = Vec::new();
    for body in list(item.get("body")) {
        let value = string(&body, "value").unwrap_or_default();
        match body.get("purpose").and_then(Value::as_str) {
            // Who it is may be said by words, or by an address.
            Some("identifying") => {
                let source = body.get("source").and_then(|it| it.as_str().or_else(|| it.get("id")?.as_str()));
                span.entity = Some(if value.is_empty() { source.unwrap_or_default().to_owned() } else { value });
            }
            Some("commenting") => span.note = value,
            Some("assessing") if value == "suggested" => span.status = Some(Status::Suggested),
            Some("assessing") if value == "unsure" => span.unsure = true,
            Some("tagging") | None if span.label.is_empty() && !value.is_empty() => span.label = value,
            _ => bodies.push(body),
        }
    }
    // Only one that has nothing of ours lends its first words to the label.
    if let Some(at) = bodies.iter().position(|it| string(it, "value").is_some()).filter(|_| span.label.is_empty()) {
        span.label = string(&bodies.remove(at), "value").unwrap_or_default();
    }
    if !bodies.is_empty() {
        span.foreign.insert(BODIES.to_owned(), Value::Array(bodies));
    }
    let mut quotes = Vec::new();
    for target in list(item.get("target")) {
        for selector in list(target.get("selector")) {
            match selector.get("type").and_then(Value::as_str) {
                Some("TextQuoteSelector") => {
                    let words = |field: &str| string(&selector, field).unwrap_or_default();
                    span.context = (words("prefix"), words("suffix"));
                    quotes.extend(string(&selector, "exact"));
                }
                Some("TextPositionSelector") => {
                    span.parts.extend(count(&selector, "start").zip(count(&selector, "end")));
                }
                _ => {}
            }
        }
    }
    if span.parts.is_empty() && quotes.is_empty() {
        return None;
    }
    span.quote = (!quotes.is_empty()).then(|| quotes.join(" "));
    Some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_calendar_has_them() {
        for (at, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_732_622_399_000, "2024-11-26T11:59:59Z"),
            (4_102_444_800_000, "2100-01-01T00:00:00Z"),
        ] {
            assert_eq!(iso(UnixMillis(at)), expected);
        }
    }
}
