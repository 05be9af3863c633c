//! Token classification as Hugging Face's `datasets` reads it: tokens and tags of an article a line, with the text and
//! the tokens' places (code points) beside them, so that it comes back as it was.

use serde_json::{Value, json};

use super::conll::from_tokens;
use super::draft::{Draft, DraftSpan};
use super::json::{items, string, to_lines};
use super::losses::{Loss, sentences};
use super::tokens::{flat, spans_of_tags, tags, tokens};
use super::{Format, Reader, Source, Written, n_things};
use crate::project::Codebook;

/// For Hugging Face.
pub(super) const FORMAT: Format = Format {
    id: "huggingface",
    title: "Hugging Face JSONL",
    description: "Tokens and IOB2 tags of an article a line, for datasets and transformers.",
    extension: "hf.jsonl",
    mime: "application/jsonl",
    reader: Reader::Records { is_like, draft },
    cannot_carry: "Only decided spans that do not overlap, as tags of tokens; everything else is left out.",
    write: Some(write),
};

const LOSSES: &[Loss] = &[
    Loss::Rejected,
    Loss::Suggested,
    Loss::Entities,
    Loss::Parts,
    Loss::Notes,
    Loss::Flags,
    Loss::Attributes,
    Loss::About,
];

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
            json!({
                "id": source.name, "tokens": words, "ner_tags": tags(&cut, &spans, &codebook.scheme),
                "text": text.as_str(), "token_offsets": places,
            })
        })
        .collect();
    let mut losses = sentences(sources, LOSSES);
    if n_dropped > 0 {
        let spans = n_things(
            n_dropped,
            "span that overlaps a longer one or is only white space is",
            "spans that overlap longer ones or are only white space are",
        );
        losses.push(format!("{spans} left out."));
    }
    Written { bytes: to_lines(lines.into_iter()), losses }
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
            let span = |(first, past, label): (usize, usize, String)| {
                Some(DraftSpan::new(places.get(first)?.0, places.get(past - 1)?.1, label))
            };
            Draft { text, spans: spans_of_tags(&tags).into_iter().filter_map(span).collect(), ..Draft::default() }
        }
        _ => from_tokens(&words, &tags),
    };
    Ok(vec![Draft { name, ..draft }])
}
