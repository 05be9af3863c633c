//! PubAnnotation JSON: the simplest standoff that several programs read (INCEpTION, bconv). Positions in code points.

use serde_json::{Value, json};

use super::draft::{Draft, DraftSpan, OffsetUnit, attribute_of, attributes_as_json};
use super::foreign::{SpanFields, give_back, keep_links, kept_links, lost_links, rest};
use super::json::{count, items, string, to_array};
use super::losses::{Loss, sentences};
use super::{Format, Reader, Source, Written};
use crate::annotation::Status;
use crate::project::Codebook;

/// For PubAnnotation and its readers.
pub(super) const FORMAT: Format = Format {
    id: "pubannotation",
    title: "PubAnnotation JSON",
    description: "Text with denotations and attributes; read by INCEpTION and many scripts.",
    extension: "pubannotation.json",
    mime: "application/json",
    reader: Reader::Records { is_like, known: KNOWN, draft },
    cannot_carry: "Suggestions, flags, what is said of articles as wholes and the steps to undo are left out.",
    write: Some(write),
};

const LOSSES: &[Loss] = &[Loss::Rejected, Loss::Suggested, Loss::Flags, Loss::About];

/// What is read and written of a record.
const KNOWN: &[&str] = &["text", "sourceid", "denotations", "attributes"];

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let mut n_lost = 0;
    let mut article = |source: &Source| {
        let text = source.article.text();
        let (mut denotations, mut attributes) = (Vec::new(), Vec::new());
        let decided = || source.article.annotations().visible().filter(|(_, it)| it.status == Status::Accepted);
        let foreign = SpanFields::new(source, FORMAT.id);
        let names = foreign.names(decided().map(|(id, _)| id), "id", |number| json!(format!("T{number}")));
        for (id, it) in decided() {
            let name = &names[&id];
            let spans: Vec<Value> = it
                .parts()
                .into_iter()
                .map(|part| {
                    let (start, end) = text.span_chars(part);
                    json!({ "begin": start.0, "end": end.0 })
                })
                .collect();
            let span = if let [only] = &spans[..] { only.clone() } else { json!(spans) };
            let mut denotation = json!({ "id": name, "span": span, "obj": codebook.scheme.label(it.label).name });
            foreign.give_back(&mut denotation, id);
            denotations.push(denotation);
            let mut say = |pred: &str, obj: Value| {
                let number = attributes.len() + 1;
                attributes.push(json!({ "id": format!("A{number}"), "pred": pred, "subj": name, "obj": obj }));
            };
            say("entity", json!(it.entity));
            if !it.note.is_empty() {
                say("note", json!(it.note));
            }
            for (name, value) in attributes_as_json(&it.attributes) {
                say(&format!("attribute:{name}"), value);
            }
        }
        let mut record = json!({
            "text": text.as_str(), "sourceid": source.name, "denotations": denotations, "attributes": attributes,
        });
        give_back(&mut record, source, FORMAT.id);
        if let Some(relations) = record.get_mut("relations").and_then(Value::as_array_mut) {
            n_lost += keep_links(relations, &["subj", "obj"], &names);
        }
        record
    };
    let bytes = match sources {
        [only] => format!("{}\n", article(only)).into_bytes(),
        several => to_array(several.iter().map(&mut article)),
    };
    let mut losses = sentences(FORMAT.id, sources, LOSSES);
    losses.extend(lost_links(n_lost));
    Written { bytes, losses }
}

fn is_like(record: &Value) -> bool {
    record.get("text").is_some_and(Value::is_string) && record.get("denotations").is_some_and(Value::is_array)
}

fn draft(record: &Value) -> Result<Vec<Draft>, String> {
    let text = string(record, "text").ok_or("it has no “text”")?;
    let name = string(record, "sourceid").or_else(|| string(record, "target")).unwrap_or_default();
    let mut spans: Vec<(String, DraftSpan)> = Vec::new();
    for item in items(record, "denotations") {
        let label = string(item, "obj").ok_or("a denotation has no “obj”")?;
        let place = item.get("span").ok_or("a denotation has no “span”")?;
        let list = place.as_array().cloned().unwrap_or_else(|| vec![place.clone()]);
        let part = |it: &Value| Some((count(it, "begin")?, count(it, "end")?));
        let parts: Option<Vec<(u64, u64)>> = list.iter().map(part).collect();
        let parts = parts.ok_or("a denotation has no “begin” and “end”")?;
        let foreign = rest(item, &["span", "obj"]);
        spans.push((
            string(item, "id").unwrap_or_default(),
            DraftSpan { parts, label, foreign, ..DraftSpan::default() },
        ));
    }
    for item in items(record, "attributes") {
        let subject = string(item, "subj").unwrap_or_default();
        let (Some((_, span)), Some(pred)) = (spans.iter_mut().find(|(id, _)| *id == subject), string(item, "pred"))
        else {
            continue;
        };
        let value = item.get("obj").unwrap_or(&Value::Null);
        match (pred.as_str(), value.as_str()) {
            ("entity", Some(entity)) => span.entity = Some(entity.to_owned()),
            ("note", Some(note)) => note.clone_into(&mut span.note),
            (name, _) => {
                let name = name.strip_prefix("attribute:").unwrap_or(name).to_owned();
                span.attributes.extend(attribute_of(value).map(|value| (name, value)));
            }
        }
    }
    let units = vec![OffsetUnit::CodePoints, OffsetUnit::Utf16];
    let kept = kept_links(items(record, "relations").count()).into_iter().collect();
    let spans = spans.into_iter().map(|(_, span)| span).collect();
    Ok(vec![Draft { name, text, units, spans, kept, ..Draft::default() }])
}
