//! tagtog's `NAME.ann.json` beside its `NAME.plain.html`: positions count in a part of the page, which is an element
//! with an id; what a class is called stands in `annotations-legend.json`. It is read only: tagtog has closed.

use std::collections::BTreeMap;

use html5gum::{Token, Tokenizer};
use serde_json::Value;

use super::draft::{Draft, DraftSpan, OffsetUnit};
use super::json::{count, items, string};
use super::{Format, Reader};
use crate::annotation::Status;

/// Out of tagtog.
pub(super) const FORMAT: Format = Format {
    id: "tagtog",
    title: "tagtog ann.json",
    description: "What tagtog exported: a zip, or an .ann.json with its .plain.html.",
    extension: "ann.json",
    mime: "application/json",
    reader: Reader::Beside,
    cannot_carry: "Only read.",
    write: None,
};

/// The article of a page and its annotations; the error is a sentence without its end. `legend` says what classes are
/// called.
pub(super) fn draft(page: &str, annotations: &str, legend: Option<&str>) -> Result<Draft, String> {
    let broken = |error: serde_json::Error| format!("the .ann.json beside this page is broken: {error}");
    let annotations: Value = serde_json::from_str(annotations).map_err(broken)?;
    let legend: BTreeMap<String, String> =
        legend.and_then(|legend| serde_json::from_str(legend).ok()).unwrap_or_default();
    let ids: Vec<&str> = match annotations.get("annotatable") {
        Some(annotatable) => items(annotatable, "parts").filter_map(Value::as_str).collect(),
        None => Vec::new(),
    };
    let parts = parts(page, &ids);
    // The parts one below the other, and where each begins, in code points.
    let mut draft = Draft { units: vec![OffsetUnit::CodePoints], ..Draft::default() };
    let mut starts = BTreeMap::new();
    for (id, text) in &parts {
        if !draft.text.is_empty() {
            draft.text.push('\n');
        }
        starts.insert(id.as_str(), (draft.text.chars().count() as u64, text));
        draft.text.push_str(text);
    }
    for item in items(&annotations, "entities") {
        let class = string(item, "classId").unwrap_or_default();
        let label = legend.get(&class).cloned().unwrap_or(class);
        let part = item.get("part").and_then(Value::as_str).unwrap_or_default();
        let Some((start, text)) = starts.get(part) else {
            draft.troubles.push(format!("a {label} lies in the part “{part}”, which the page has not"));
            continue;
        };
        let mut span = DraftSpan { label, status: status(item), ..DraftSpan::default() };
        let mut quotes = Vec::new();
        for offset in items(item, "offsets") {
            let (Some(at), Some(quote)) = (count(offset, "start"), string(offset, "text")) else { continue };
            let at = start + in_points(text, at, &quote);
            span.parts.push((at, at + quote.chars().count() as u64));
            quotes.push(quote);
        }
        span.quote = Some(quotes.join(" "));
        draft.spans.push(span);
    }
    let metas = annotations.get("metas").and_then(Value::as_object);
    draft.n_passed_over = items(&annotations, "relations").count() + metas.map_or(0, serde_json::Map::len);
    Ok(draft)
}

/// A position in code points, if the words stand there; else it may count UTF-16 units.
fn in_points(text: &str, at: u64, quote: &str) -> u64 {
    let stands = |at: usize| text.chars().skip(at).zip(quote.chars()).all(|(a, b)| a == b);
    let mut n_units = 0;
    let before = text.chars().take_while(|c| {
        n_units += c.len_utf16() as u64;
        n_units <= at
    });
    let in_units = before.count();
    let is_point = usize::try_from(at).is_ok_and(stands);
    if !is_point && stands(in_units) { in_units as u64 } else { at }
}

/// What a recognizer suggested and nobody confirmed.
fn status(item: &Value) -> Option<Status> {
    let state = item.get("confidence").and_then(|it| it.get("state")).and_then(Value::as_str);
    (state == Some("pre-added")).then_some(Status::Suggested)
}

/// The text of each element that has one of these ids, in the order of the page.
fn parts(page: &str, ids: &[&str]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    // The name of the part's element, and how many of that name are open.
    let mut open: Option<(Vec<u8>, usize)> = None;
    for token in Tokenizer::new(page) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => match &mut open {
                Some((name, n)) => *n += usize::from(name[..] == tag.name[..] && !tag.self_closing),
                None => {
                    let id = tag.attributes.get(b"id".as_slice()).map(|id| String::from_utf8_lossy(id).into_owned());
                    if let Some(id) = id.filter(|id| ids.contains(&id.as_str())) {
                        found.push((id, String::new()));
                        open = Some((tag.name.to_vec(), 1));
                    }
                }
            },
            Token::EndTag(tag) => {
                if let Some((name, n)) = &mut open
                    && name[..] == tag.name[..]
                {
                    *n -= 1;
                    if *n == 0 {
                        open = None;
                    }
                }
            }
            Token::String(words) if open.is_some() => {
                if let Some((_, text)) = found.last_mut() {
                    text.push_str(&String::from_utf8_lossy(&words));
                }
            }
            _ => {}
        }
    }
    found
}
