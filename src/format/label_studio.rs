//! Label Studio tasks: decided spans as an annotation, suggestions as a prediction. Positions are code points in newer
//! versions and UTF-16 units in older ones; each region carries its words, which decide.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

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
const KNOWN: &[&str] = &["data.text", "data.name", "annotations", "predictions", "text", "label", "name"];

/// The same of a region: what is said of its place, label and words.
const KNOWN_OF_REGION: &[&str] = &["value", "score", "origin", "meta"];

/// Under which name the fields of the annotation that was read, its links and its further results are kept; and the
/// predictions that were not read.
const ANNOTATION: &str = "annotation";
const LINKS: &str = "links";
const RESULTS: &str = "results";
const PREDICTIONS: &str = "predictions";

/// Under which name the further results of a region are kept: numbers, ratings, dates.
const MORE: &str = "results";

/// By which name suggestions that are written here are known again.
const MODEL: &str = "attache";

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let mut n_lost = 0;
    let task = |(id, source): (Value, &Source)| {
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
                if let Some(Value::Array(more)) = regions[0].as_object_mut().and_then(|it| it.remove(MORE)) {
                    let region = regions[0].clone();
                    regions.extend(more.into_iter().map(|result| moved_to(result, &region)));
                }
                regions
            };
            visible.flat_map(of_one).collect()
        };
        let (mut decided, suggested) = (of(Status::Accepted), of(Status::Suggested));
        let mut task = json!({ "id": id, "data": { "text": text.as_str(), "name": source.name } });
        let mut fields = fields(source, FORMAT.id);
        if let Some(Value::Array(mut links)) = fields.remove(LINKS) {
            n_lost += keep_links(&mut links, &["from_id", "to_id"], &names);
            decided.extend(links);
        }
        if let Some(Value::Array(results)) = fields.remove(RESULTS) {
            decided.extend(results);
        }
        let mut annotation = json!({ "result": decided, "was_cancelled": false });
        merge(&mut annotation, fields.remove(ANNOTATION).unwrap_or_default());
        merge(&mut annotation, json!({ "id": id }));
        task["annotations"] = json!([annotation]);
        let ours = (!suggested.is_empty()).then(|| json!({ "model_version": MODEL, "result": suggested }));
        let kept = fields.remove(PREDICTIONS).and_then(|kept| kept.as_array().cloned()).unwrap_or_default();
        let predictions: Vec<Value> = ours.into_iter().chain(kept).collect();
        if !predictions.is_empty() {
            task["predictions"] = predictions.into();
        }
        merge(&mut task, Value::Object(fields));
        task
    };
    let bytes = to_array(task_ids(sources).into_iter().zip(sources).map(task));
    let mut losses = sentences(FORMAT.id, sources, LOSSES);
    losses.extend(lost_links(n_lost));
    Written { bytes, losses }
}

/// The id of each task: as it was, or else the first number that no other task has.
fn task_ids(sources: &[Source]) -> Vec<Value> {
    let mut taken = BTreeSet::new();
    let kept = sources.iter().map(|source| fields(source, FORMAT.id).remove("id"));
    let kept: Vec<Option<Value>> = kept.map(|id| id.filter(|id| taken.insert(id.to_string()))).collect();
    let mut fresh = (1_u64..).map(Value::from).filter(|id| !taken.contains(&id.to_string()));
    kept.into_iter().map(|id| id.or_else(|| fresh.next()).unwrap_or_default()).collect()
}

/// A further result of a region, with the region's id, place and words of now.
fn moved_to(mut result: Value, region: &Value) -> Value {
    result["id"] = region["id"].clone();
    for field in ["start", "end", "text"] {
        if let Some(value) = result.pointer_mut(&format!("/value/{field}")) {
            *value = region["value"][field].clone();
        }
    }
    result
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
        let spans = items(record, "label").flat_map(|value| spans(value, value)).collect();
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
    // What a model has predicted beside what a person has submitted says nothing more; what was only suggested here does.
    let is_read = |it: &Value| annotation.is_none() || it.get("model_version") == Some(&json!(MODEL));
    let prediction = items(record, "predictions").find(|it| is_read(it));
    let others = items(record, "predictions").filter(|it| !prediction.is_some_and(|read| std::ptr::eq(*it, read)));
    let others: Vec<Value> = others.cloned().collect();
    let mut n_more = 0;
    // What somebody has taken over there is not suggested any more. What was written here says nothing of who did it.
    let is_submitted = annotation.is_some_and(|it| !rest(it, &["id", "result", "was_cancelled"]).is_empty());
    let mut decided = BTreeSet::new();
    for (result, is_prediction) in [(annotation, false), (prediction, true)] {
        let Some(result) = result else { continue };
        let mut of_result: Vec<(String, DraftSpan)> = Vec::new();
        let mut more = Vec::new();
        for region in items(result, "result") {
            let value = region.get("value").unwrap_or(&Value::Null);
            let id = string(region, "id").unwrap_or_default();
            let spans = spans(region, value);
            if spans.is_empty() {
                more.push((id, region));
                continue;
            }
            for mut span in spans {
                if is_prediction {
                    span.status = Some(Status::Suggested);
                    span.score = Some(score_of(region).unwrap_or_else(|| score_of(result).unwrap_or(0.5)));
                } else if is_submitted {
                    decided.insert((span.parts.clone(), span.label.clone()));
                }
                of_result.push((id.clone(), span));
            }
        }
        for (id, region) in more {
            n_more += usize::from(take_more(&mut draft, &mut of_result, &id, region, is_prediction));
        }
        of_result.retain(|(_, span)| !is_prediction || !decided.contains(&(span.parts.clone(), span.label.clone())));
        draft.spans.extend(of_result.into_iter().map(|(_, span)| span));
    }
    let kept =
        [(n_more, "further result is", "further results are"), (others.len(), "prediction is", "predictions are")];
    let kept = kept.into_iter().filter(|(n, _, _)| *n > 0).map(|(n, one, several)| n_things(n, one, several));
    draft.kept.extend(kept.map(|things| format!("{things} kept for this format, and not shown.")));
    draft.foreign.extend((!others.is_empty()).then(|| (PREDICTIONS.to_owned(), others.into())));
    Ok(vec![draft])
}

fn score_of(it: &Value) -> Option<f32> {
    it.get("score").and_then(Value::as_f64).map(|score| score as f32)
}

/// A span for each label of a region; none when it has no place or no label.
fn spans(region: &Value, value: &Value) -> Vec<DraftSpan> {
    let offsets = value.get("globalOffsets").unwrap_or(value);
    let (Some(start), Some(end)) = (count(offsets, "start"), count(offsets, "end")) else { return Vec::new() };
    let named = ["labels", "hypertextlabels"].into_iter().find(|field| items(value, field).next().is_some());
    let labels = named.into_iter().flat_map(|field| items(value, field)).filter_map(Value::as_str);
    let meta = region.get("meta").unwrap_or(&Value::Null);
    let note = items(meta, "text").filter_map(Value::as_str).collect::<Vec<_>>().join("\n");
    let span = |label: &str| DraftSpan {
        quote: string(value, "text"),
        entity: string(meta, "entity"),
        note: note.clone(),
        score: score_of(region).filter(|_| region.get("origin") == Some(&json!("prediction"))),
        status: Some(Status::Accepted),
        foreign: rest(region, KNOWN_OF_REGION),
        ..DraftSpan::new(start, end, label)
    };
    labels.map(span).collect()
}

/// A choice, a text or another result: of the region of the same id, or of the whole. Whether it is kept and not shown.
fn take_more(
    draft: &mut Draft,
    spans: &mut [(String, DraftSpan)],
    id: &str,
    region: &Value,
    is_prediction: bool,
) -> bool {
    let value = region.get("value").unwrap_or(&Value::Null);
    let single = |it: &Value| match it {
        Value::Array(items) if items.len() == 1 => items[0].clone(),
        other => other.clone(),
    };
    let kind = region.get("type").and_then(Value::as_str);
    let read = match kind {
        Some("relation") => return false,
        // That of any other result is the region's words.
        Some("textarea") => value.get("text").map(single).as_ref().and_then(attribute_of),
        _ => value.get("choices").and_then(attribute_of),
    };
    let mut of_region = spans.iter_mut().filter(|(other, _)| other == id && !id.is_empty()).map(|(_, span)| span);
    let Some(first) = of_region.next() else {
        // One with a place is of a region without a label.
        let choices = items(value, "choices").filter(|_| value.get("start").is_none()).filter_map(Value::as_str);
        let choices: Vec<String> = choices.map(str::to_owned).collect();
        let is_kept = choices.is_empty() && !is_prediction && keep(&mut draft.foreign, RESULTS, region);
        draft.labels.extend(choices);
        return is_kept;
    };
    let Some(read) = read else { return keep(&mut first.foreign, MORE, region) };
    let name = string(region, "from_name").unwrap_or_default();
    for span in [first].into_iter().chain(of_region) {
        span.attributes.insert(name.clone(), read.clone());
    }
    false
}

/// Keeps a result with others.
fn keep(foreign: &mut Map<String, Value>, field: &str, result: &Value) -> bool {
    let kept = foreign.entry(field).or_insert_with(|| json!([]));
    kept.as_array_mut().map(|kept| kept.push(result.clone())).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::reading::there_and_back;
    use super::*;

    /// A task with an annotation of some results, and predictions.
    fn task(result: Value, predictions: Value) -> String {
        let data = json!({ "text": "Minister Taha met Aoun" });
        let annotation = json!({ "result": result, "lead_time": 4.5 });
        json!([{ "id": 5, "data": data, "annotations": [annotation], "predictions": predictions }]).to_string()
    }

    fn region(id: &str, (start, end): (u32, u32), kind: &str, more: Value) -> Value {
        let words = &"Minister Taha met Aoun"[start as usize..end as usize];
        let mut value = more;
        merge(&mut value, json!({ "start": start, "end": end, "text": words }));
        json!({ "id": id, "from_name": kind, "to_name": "text", "type": kind, "value": value })
    }

    /// What is read of a task, as `WORDS LABEL`, and the task that is written again.
    fn check(task: &str, spans: &[&str], told: &[&str]) -> Value {
        let again = there_and_back(&FORMAT, task);
        assert_eq!(again.spans, spans, "{:?}", again.told);
        for part in told {
            assert!(again.told.iter().any(|it| it.contains(part)), "{part}: {:?}", again.told);
        }
        serde_json::from_str::<Value>(&again.written).expect("JSON")[0].clone()
    }

    #[test]
    fn a_region_with_several_labels_is_a_span_for_each() {
        let of_two = region("x", (9, 13), "labels", json!({ "labels": ["OFFICIAL", "TOPIC"] }));
        let written = check(&task(json!([of_two]), json!([])), &["Taha OFFICIAL", "Taha TOPIC"], &[]);
        let result = &written["annotations"][0]["result"];
        assert_eq!((&result[0]["id"], &result[1]["id"]), (&json!("x"), &json!("a2-0")));
        assert_eq!(
            (&result[0]["value"]["labels"], &result[1]["value"]["labels"]),
            (&json!(["OFFICIAL"]), &json!(["TOPIC"]))
        );
    }

    #[test]
    fn tasks_keep_their_ids_and_new_ones_get_free_numbers() {
        let task = |id: &str| format!(r#"{{{id}"data":{{"text":"Taha"}},"annotations":[{{"result":[]}}]}}"#);
        let tasks = [r#""id":2,"#, "", r#""id":2,"#, r#""id":501,"#].map(task).join(",");
        let written = there_and_back(&FORMAT, &format!("[{tasks}]")).written;
        let written: Vec<Value> = serde_json::from_str(&written).expect("JSON");
        let ids: Vec<String> = written.iter().map(|task| task["id"].to_string()).collect();
        assert_eq!(ids, ["2", "1", "3", "501"]);
    }

    #[test]
    fn results_that_are_neither_labels_nor_choices_nor_texts_are_written_back() {
        let results = json!([
            region("x", (9, 13), "number", json!({ "number": 3 })),
            region("x", (9, 13), "labels", json!({ "labels": ["OFFICIAL"] })),
            region("x", (9, 13), "textarea", json!({ "text": ["who?"] })),
            { "id": "r", "from_name": "rate", "to_name": "text", "type": "rating", "value": { "rating": 4 } },
        ]);
        let told = ["2 further results are kept for this format, and not shown."];
        let written = check(&task(results.clone(), json!([])), &["Taha OFFICIAL textarea=who?"], &told);
        let result = written["annotations"][0]["result"].as_array().expect("a list");
        assert!(result.contains(&results[0]) && result.contains(&results[3]), "{result:?}");
        assert_eq!(result.len(), 4);
    }

    #[test]
    fn predictions_beside_what_a_person_has_submitted_are_not_read() {
        let taha = region("x", (9, 13), "labels", json!({ "labels": ["OFFICIAL"] }));
        let aoun = region("y", (18, 22), "labels", json!({ "labels": ["OFFICIAL"] }));
        let of_model = |model: &str| json!([{ "model_version": model, "score": 0.8, "result": [taha, aoun] }]);
        let told = ["1 prediction is kept for this format, and not shown."];
        let written = check(&task(json!([taha]), of_model("m")), &["Taha OFFICIAL"], &told);
        assert_eq!(written["predictions"], of_model("m"));
        // What was suggested here is not decided yet, but for what the annotation has.
        check(&task(json!([taha]), of_model("attache")), &["Taha OFFICIAL", "Aoun OFFICIAL?"], &[]);
        let cancelled =
            task(json!([taha]), of_model("m")).replace("\"lead_time\"", "\"was_cancelled\":true,\"lead_time\"");
        check(&cancelled, &["Taha OFFICIAL?", "Aoun OFFICIAL?"], &[]);
    }
}
