//! Token classification as Hugging Face's `datasets` reads it: tokens and tags of an article a line, with the text and
//! the tokens' places (code points) beside them, so that it comes back as it was.

use serde_json::{Value, json};

use super::conll::from_tokens;
use super::draft::Draft;
use super::foreign::give_back;
use super::json::{items, string, to_lines};
use super::losses::sentences_of_flat;
use super::tokens::{draft_spans, flat, tags, tokens};
use super::{Format, Reader, Source, Written};
use crate::project::Codebook;

/// For Hugging Face.
pub(super) const FORMAT: Format = Format {
    id: "huggingface",
    title: "Hugging Face JSONL",
    description: "Tokens and IOB2 tags of an article a line, for datasets and transformers.",
    extension: "hf.jsonl",
    mime: "application/jsonl",
    reader: Reader::Records { is_like, known: KNOWN, draft },
    cannot_carry: "Only decided spans that do not overlap, as tags of tokens; everything else is left out.",
    write: Some(write),
};

/// What is read and written of a record.
const KNOWN: &[&str] = &["id", "text", "tokens", "token_offsets", "ner_tags", "tags", "labels"];

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let mut n_dropped = 0;
    let lines: Vec<Value> = sources
        .iter()
        .map(|source| {
            let text = source.article.text();
            let (spans, dropped) = flat(source);
            n_dropped += dropped;
            let cut = tokens(text, &spans.iter().map(|(span, _)| *span).collect::<Vec<_>>());
            let places: Vec<(u32, u32)> =
                cut.iter().map(|token| text.span_chars(*token)).map(|(start, end)| (start.0, end.0)).collect();
            let words: Vec<&str> = cut.iter().map(|token| text.slice(*token)).collect();
            let mut line = json!({
                "id": source.name, "tokens": words, "ner_tags": tags(&cut, &spans, &codebook.scheme),
                "text": text.as_str(), "token_offsets": places,
            });
            give_back(&mut line, source, FORMAT.id);
            line
        })
        .collect();
    Written { bytes: to_lines(lines.into_iter()), losses: sentences_of_flat(FORMAT.id, sources, n_dropped) }
}

fn is_like(record: &Value) -> bool {
    let has = |field: &str| record.get(field).is_some_and(Value::is_array);
    has("tokens") && (has("ner_tags") || has("tags") || has("labels"))
}

fn draft(record: &Value) -> Result<Vec<Draft>, String> {
    let words: Option<Vec<&str>> = items(record, "tokens").map(Value::as_str).collect();
    let words = words.ok_or("its tokens are not all words")?;
    let field = ["ner_tags", "tags", "labels"].into_iter().find(|field| record.get(*field).is_some()).unwrap_or("tags");
    let tags: Option<Vec<&str>> = items(record, field).map(Value::as_str).collect();
    let tags =
        tags.ok_or("its tags are numbers, whose names stand in another file; write them as words such as B-PER")?;
    if words.len() != tags.len() {
        return Err(format!("it has {} tokens and {} tags", words.len(), tags.len()));
    }
    let name = string(record, "id").unwrap_or_default();
    let places: Option<Vec<(u64, u64)>> =
        record.get("token_offsets").and_then(|it| serde_json::from_value(it.clone()).ok());
    let draft = match (string(record, "text"), places) {
        (Some(text), Some(places)) if places.len() == tags.len() => {
            Draft { text, spans: draft_spans(&tags, &places), ..Draft::default() }
        }
        _ => from_tokens(&words, &tags),
    };
    Ok(vec![Draft { name, ..draft }])
}
