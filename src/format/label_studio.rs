//! Label Studio tasks: decided spans as an annotation, suggestions as a prediction. Positions are code points in newer
//! versions and UTF-16 units in older ones; each region carries its words, which decide.

use serde_json::{Value, json};

use super::draft::{Draft, DraftSpan, OffsetUnit, attribute_of};
use super::foreign::{SpanFields, fields, keep_links, kept_links, lost_links, merge, rest};
use super::json::{count, items, string, to_array};
use super::losses::{Loss, sentences};
use super::{Format, Reader, Source, Written, n_things, xml};
use crate::annotation::{Annotation, AnnotationId, AttributeValue, Status};
use crate::project::Codebook;
use crate::scheme::AppliesTo;
use crate::text::Text;

/// For Label Studio.
pub(super) const FORMAT: Format = Format {
    id: "label-studio",
    title: "Label Studio JSON",
    description: "Tasks with annotations and predictions for Label Studio.",
    extension: "label-studio.json",
    mime: "application/json",
    reader: Reader::Records { is_like, known: KNOWN, draft },
    cannot_carry: "Rejected suggestions, flags, what is said of articles as wholes and the steps to undo are left out.",
    write: Some(write),
};

const LOSSES: &[Loss] = &[Loss::Rejected, Loss::Parts, Loss::Flags, Loss::About];

/// The labelling interface that these tasks want: pasted into a project's settings there.
pub(super) const CONFIG: Format = Format {
    id: "label-studio-config",
    title: "Label Studio labelling interface",
    description: "The labels of this project as the XML that a Label Studio project is set up with.",
    extension: "label-studio.xml",
    mime: "application/xml",
    reader: Reader::None,
    cannot_carry: "Only the names of the labels: no colours and no attributes.",
    write: Some(write_config),
};

fn write_config(_: &[Source], codebook: &Codebook) -> Written {
    let mut out = String::from("<View>\n  <Labels name=\"label\" toName=\"text\">\n");
    for (_, label, _) in codebook.scheme.offered(AppliesTo::Text) {
        out += &format!("    <Label value=\"{}\"/>\n", xml::attribute(&label.name));
    }
    out += "  </Labels>\n  <Text name=\"text\" value=\"$text\"/>\n</View>\n";
    Written { bytes: out.into_bytes(), losses: Vec::new() }
}

/// What is read and written of a record.
const KNOWN: &[&str] = &["id", "data.text", "data.name", "annotations", "predictions", "text", "label", "name"];

/// The same of a region: what is said of its place, label and words.
const KNOWN_OF_REGION: &[&str] = &["value", "score", "origin", "meta"];

/// Under which name the fields of the annotation that was read, and its links, are kept.
const ANNOTATION: &str = "annotation";
const LINKS: &str = "links";

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let mut n_lost = 0;
    let task = |(index, source): (usize, &Source)| {
        let text = source.article.text();
        let foreign = SpanFields::new(source, FORMAT.id);
        let names = foreign.names(source.article.annotations().visible().map(|(id, _)| id), "id", |number| {
            json!(format!("a{number}-0"))
        });
        let of = |status: Status| -> Vec<Value> {
            let visible = source.article.annotations().visible().filter(move |(_, it)| it.status == status);
            let of_one = |(id, it): (AnnotationId, &Annotation)| {
                let mut regions = regions(text, &names[&id], it, codebook);
                foreign.give_back(&mut regions[0], id);
                // The names of the controls in the labelling interface that the task was labelled with.
                for field in ["from_name", "to_name"] {
                    if let Some(name) = foreign.get(id, field) {
                        regions[0][field] = name.clone();
                    }
                }
                regions
            };
            visible.flat_map(of_one).collect()
        };
        let (mut decided, suggested) = (of(Status::Accepted), of(Status::Suggested));
        let mut task = json!({ "id": index + 1, "data": { "text": text.as_str(), "name": source.name } });
        let mut fields = fields(source, FORMAT.id);
        if let Some(Value::Array(mut links)) = fields.remove(LINKS) {
            n_lost += keep_links(&mut links, &["from_id", "to_id"], &names);
            decided.extend(links);
        }
        let mut annotation = json!({ "result": decided, "was_cancelled": false });
        merge(&mut annotation, fields.remove(ANNOTATION).unwrap_or_default());
        merge(&mut annotation, json!({ "id": index + 1 }));
        task["annotations"] = json!([annotation]);
        if !suggested.is_empty() {
            task["predictions"] = json!([{ "model_version": "attache", "result": suggested }]);
        }
        merge(&mut task, Value::Object(fields));
        task
    };
    let bytes = to_array(sources.iter().enumerate().map(task));
    let mut losses = sentences(FORMAT.id, sources, LOSSES);
    losses.extend(lost_links(n_lost));
    Written { bytes, losses }
}

/// A region for each part, and one for each attribute of choices.
fn regions(text: &Text, name: &Value, annotation: &Annotation, codebook: &Codebook) -> Vec<Value> {
    let label = codebook.scheme.label(annotation.label);
    let mut regions = Vec::new();
    for (index, part) in annotation.parts().into_iter().enumerate() {
        let (start, end) = text.span_chars(part);
        let region_id = match index {
            0 => name.clone(),
            part => json!(format!("{}-{part}", name.as_str().unwrap_or_default())),
        };
        let value = json!({
            "start": start.0, "end": end.0, "text": text.slice(part), "labels": [label.name],
        });
        let mut region = json!({
            "id": region_id, "from_name": "label", "to_name": "text", "type": "labels", "value": value,
            "origin": if annotation.score.is_some() { "prediction" } else { "manual" },
            "meta": { "entity": annotation.entity },
        });
        if !annotation.note.is_empty() {
            region["meta"]["text"] = json!([annotation.note]);
        }
        if let Some(score) = annotation.score {
            region["score"] = json!(score.fraction());
        }
        regions.push(region);
        for (name, value) in &annotation.attributes {
            let (kind, value) = match value {
                AttributeValue::Choices(choices) => ("choices", json!({ "choices": choices })),
                AttributeValue::Flag(flag) => ("choices", json!({ "choices": [if *flag { "yes" } else { "no" }] })),
                AttributeValue::Text(words) => ("textarea", json!({ "text": [words] })),
            };
            regions.push(json!({
                "id": region_id, "from_name": name, "to_name": "text", "type": kind, "value": value,
            }));
        }
    }
    regions
}

fn is_like(record: &Value) -> bool {
    let has_text =
        record.get("data").is_some_and(|data| data.as_object().is_some_and(|it| it.values().any(Value::is_string)));
    let is_short = record.get("text").is_some() && items(record, "label").any(|it| it.get("labels").is_some());
    (has_text && (record.get("annotations").is_some() || record.get("predictions").is_some())) || is_short
}

fn draft(record: &Value) -> Result<Vec<Draft>, String> {
    let units = vec![OffsetUnit::CodePoints, OffsetUnit::Utf16];
    // The flat export (JSON_MIN) has the text and the spans at the top.
    if let Some(text) = string(record, "text") {
        let spans = items(record, "label").filter_map(|value| span(value, value)).collect();
        let name = string(record, "name").unwrap_or_default();
        return Ok(vec![Draft { name, text, units, spans, ..Draft::default() }]);
    }
    let data = record.get("data").ok_or("it has no “data”")?;
    let longest = || data.as_object().and_then(|it| it.values().filter_map(Value::as_str).max_by_key(|it| it.len()));
    let text = string(data, "text").or_else(|| longest().map(str::to_owned)).ok_or("its data has no text")?;
    let name = ["name", "title", "id"].iter().find_map(|field| string(data, field)).unwrap_or_default();
    let mut draft = Draft { name, text, units, ..Draft::default() };
    let annotation = items(record, "annotations").find(|it| it.get("was_cancelled") != Some(&json!(true)));
    let others = items(record, "annotations").count().saturating_sub(usize::from(annotation.is_some()));
    if others > 0 {
        let others = n_things(others, "annotation of the task was", "annotations of the task were");
        draft.troubles.push(format!("{others} cancelled or made by others: the first that stands was read"));
    }
    if let Some(annotation) = annotation {
        let fields = rest(annotation, &["result", "was_cancelled"]);
        draft.foreign.extend((!fields.is_empty()).then(|| (ANNOTATION.to_owned(), Value::Object(fields))));
        let links: Vec<Value> =
            items(annotation, "result").filter(|it| it.get("type") == Some(&json!("relation"))).cloned().collect();
        draft.kept.extend(kept_links(links.len()));
        draft.foreign.extend((!links.is_empty()).then(|| (LINKS.to_owned(), Value::Array(links))));
    }
    for (result, is_prediction) in [(annotation, false), (items(record, "predictions").next(), true)] {
        let Some(result) = result else { continue };
        let mut of_result: Vec<(String, DraftSpan)> = Vec::new();
        for region in items(result, "result") {
            let value = region.get("value").unwrap_or(&Value::Null);
            let id = string(region, "id").unwrap_or_default();
            match span(region, value) {
                Some(mut span) => {
                    if is_prediction {
                        span.status = Some(Status::Suggested);
                        span.score = Some(score_of(region).unwrap_or_else(|| score_of(result).unwrap_or(0.5)));
                    }
                    of_result.push((id, span));
                }
                None => take_more(&mut draft, &mut of_result, &id, region, value),
            }
        }
        draft.spans.extend(of_result.into_iter().map(|(_, span)| span));
    }
    Ok(vec![draft])
}

fn score_of(it: &Value) -> Option<f32> {
    it.get("score").and_then(Value::as_f64).map(|score| score as f32)
}

fn span(region: &Value, value: &Value) -> Option<DraftSpan> {
    let offsets = value.get("globalOffsets").unwrap_or(value);
    let (start, end) = (count(offsets, "start")?, count(offsets, "end")?);
    let label = items(value, "labels").next().or_else(|| items(value, "hypertextlabels").next())?.as_str()?;
    let meta = region.get("meta").unwrap_or(&Value::Null);
    let note = items(meta, "text").filter_map(Value::as_str).collect::<Vec<_>>().join("\n");
    Some(DraftSpan {
        quote: string(value, "text"),
        entity: string(meta, "entity"),
        note,
        score: score_of(region).filter(|_| region.get("origin") == Some(&json!("prediction"))),
        status: Some(Status::Accepted),
        foreign: rest(region, KNOWN_OF_REGION),
        ..DraftSpan::new(start, end, label)
    })
}

/// A choice or a text: of the region of the same id, or of the whole.
fn take_more(draft: &mut Draft, spans: &mut [(String, DraftSpan)], id: &str, region: &Value, value: &Value) {
    let name = string(region, "from_name").unwrap_or_default();
    let given = value.get("choices").or_else(|| value.get("text"));
    match spans.iter_mut().find(|(other, _)| other == id) {
        Some((_, span)) => {
            let single = |it: &Value| match it {
                Value::Array(items) if items.len() == 1 => items[0].clone(),
                other => other.clone(),
            };
            let read = match region.get("type").and_then(Value::as_str) {
                Some("textarea") => given.map(single).as_ref().and_then(attribute_of),
                _ => given.and_then(attribute_of),
            };
            if let Some(value) = read {
                span.attributes.insert(name, value);
            }
        }
        None => draft.labels.extend(items(value, "choices").filter_map(Value::as_str).map(str::to_owned)),
    }
}
