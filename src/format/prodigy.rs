//! Prodigy JSONL: a task a line, with tokens and spans; positions in code points, the last token of a span included.

use serde_json::{Map, Value, json};

use super::draft::{Draft, DraftSpan};
use super::foreign::{SpanFields, fields, merge, rest};
use super::json::{count, items, string, to_lines};
use super::losses::{Loss, sentences};
use super::tokens::tokens;
use super::{Format, Reader, Source, Written};
use crate::annotation::Status;
use crate::project::Codebook;
use crate::text::Span;

/// For Prodigy.
pub(super) const FORMAT: Format = Format {
    id: "prodigy",
    title: "Prodigy JSONL",
    description: "A task a line for Prodigy’s spans.manual, with tokens.",
    extension: "prodigy.jsonl",
    mime: "application/jsonl",
    reader: Reader::Records { is_like, known: KNOWN, draft },
    cannot_carry: "Suggestions, notes, flags, attributes and the steps to undo are left out.",
    write: Some(write),
};

const LOSSES: &[Loss] =
    &[Loss::Rejected, Loss::Suggested, Loss::Parts, Loss::Notes, Loss::Flags, Loss::Attributes, Loss::About];

/// What is read and written of a record.
const KNOWN: &[&str] = &["text", "tokens", "spans", "meta.name", "answer", "_view_id"];

/// Under which name a task that was refused is kept, and what of it: its spans are wrong, or nobody knows.
const REFUSED: &str = "refused";
const OF_REFUSED: [&str; 4] = ["tokens", "spans", "answer", "_view_id"];

/// The same of a span.
const KNOWN_OF_SPAN: &[&str] = &["start", "end", "token_start", "token_end", "label", "entity", "text"];

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let task = |source: &Source| {
        let text = source.article.text();
        let foreign = SpanFields::new(source, FORMAT.id);
        let decided = source.article.annotations().visible().filter(|(_, it)| it.status == Status::Accepted);
        let parts: Vec<_> =
            decided.flat_map(|(id, it)| it.parts().into_iter().map(move |part| (id, part, it))).collect();
        let spans: Vec<Span> = parts.iter().map(|(_, span, _)| *span).collect();
        let cut = tokens(text, &spans);
        let tokens: Vec<Value> = cut
            .iter()
            .enumerate()
            .map(|(id, token)| {
                let (start, end) = text.span_chars(*token);
                let ws = text.as_str()[token.end().index()..].starts_with(' ');
                json!({ "text": text.slice(*token), "start": start.0, "end": end.0, "id": id, "ws": ws })
            })
            .collect();
        let spans: Vec<Value> = parts
            .iter()
            .map(|(id, span, it)| {
                let (start, end) = text.span_chars(*span);
                let first = cut.partition_point(|token| token.end() <= span.start());
                let last = cut.partition_point(|token| token.start() < span.end()).saturating_sub(1);
                let mut span = json!({
                    "start": start.0, "end": end.0, "token_start": first, "token_end": last,
                    "label": codebook.scheme.label(it.label).name, "entity": it.entity,
                });
                foreign.give_back(&mut span, *id);
                span
            })
            .collect();
        let mut fields = fields(source, FORMAT.id);
        let refused = fields.remove(REFUSED).filter(|_| spans.is_empty());
        let mut task = json!({ "text": text.as_str(), "meta": { "name": source.name } });
        // What nobody has labelled since stays refused.
        merge(
            &mut task,
            refused.unwrap_or_else(
                || json!({ "tokens": tokens, "spans": spans, "answer": "accept", "_view_id": "spans_manual" }),
            ),
        );
        merge(&mut task, Value::Object(fields));
        task
    };
    Written { bytes: to_lines(sources.iter().map(task)), losses: sentences(FORMAT.id, sources, LOSSES) }
}

fn is_like(record: &Value) -> bool {
    let is_task = ["answer", "_input_hash", "_task_hash", "_view_id"].iter().any(|field| record.get(*field).is_some());
    record.get("text").is_some_and(Value::is_string) && (is_task || record.get("tokens").is_some()) && {
        items(record, "tokens").all(Value::is_object) && record.get("ner_tags").is_none()
    }
}

fn draft(record: &Value) -> Result<Vec<Draft>, String> {
    let text = string(record, "text").ok_or("it has no “text”")?;
    let meta = record.get("meta").unwrap_or(&Value::Null);
    let name = ["name", "title", "id"].iter().find_map(|field| string(meta, field)).unwrap_or_default();
    // A rejected or ignored task says that its spans are wrong, or nothing: its text alone is taken.
    if record.get("answer").is_some_and(|answer| answer != "accept") {
        let kept: Map<String, Value> =
            OF_REFUSED.iter().filter_map(|field| Some(((*field).to_owned(), record.get(*field)?.clone()))).collect();
        let foreign = Map::from_iter([(REFUSED.to_owned(), kept.into())]);
        return Ok(vec![Draft { name, text, foreign, is_refused: true, ..Draft::default() }]);
    }
    let mut spans = Vec::new();
    for item in items(record, "spans") {
        let (Some(start), Some(end)) = (count(item, "start"), count(item, "end")) else {
            return Err("a span has no “start” and “end”".to_owned());
        };
        let label = string(item, "label").unwrap_or_else(|| "SPAN".to_owned());
        let quote = string(item, "text");
        let foreign = rest(item, KNOWN_OF_SPAN);
        spans.push(DraftSpan { entity: string(item, "entity"), quote, foreign, ..DraftSpan::new(start, end, label) });
    }
    Ok(vec![Draft { name, text, spans, ..Draft::default() }])
}

#[cfg(test)]
mod tests {
    use super::super::reading::there_and_back;
    use super::*;

    #[test]
    fn refused_tasks_are_told_and_written_back_as_they_are() {
        let refused = [
            r#"{"text":"Taha said","spans":[{"start":0,"end":4,"label":"ROLE"}],"answer":"reject","_view_id":"ner","_input_hash":2}"#,
            r#"{"text":"Aoun said","tokens":[{"text":"Aoun","start":0,"end":4,"id":0}],"answer":"ignore"}"#,
        ];
        let accepted = r#"{"text":"Bu said","spans":[{"start":0,"end":2,"label":"OFFICIAL"}],"answer":"accept"}"#;
        let again = there_and_back(&FORMAT, &format!("{}\n{accepted}\n{}\n", refused[0], refused[1]));
        assert_eq!(again.spans, ["Bu OFFICIAL"]);
        assert!(again.told[0].contains("2 tasks have the answer “reject” or “ignore”"), "{:?}", again.told);
        let lines: Vec<Value> = again.written.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        for (line, given) in [(&lines[0], refused[0]), (&lines[2], refused[1])] {
            let mut expected: Value = serde_json::from_str(given).expect("JSON");
            expected["meta"] = json!({ "name": "" });
            assert_eq!(*line, expected);
        }
        assert_eq!(lines[1]["answer"], "accept");
    }
}
