//! Reads brat's `.ann` beside its `.txt`: spans with their attributes and notes. Relations, equivalences, events and
//! references have no place here: their lines are kept for brat.
//!
//! Rules: `brat`'s own `server/src/annotation.py`. Positions are code points; files that brat's client made of text with
//! astral characters count UTF-16 units, which the words of each line give away.

use std::collections::BTreeMap;

use serde_json::Map;

use super::draft::{Draft, DraftSpan, OffsetUnit};
use super::foreign::kept_links;
use crate::annotation::{AttributeValue, Status};

/// Under which name the lines that mean nothing here are kept, and the id of each span that they speak of.
pub(super) const LINES: &str = "lines";
pub(super) const ID: &str = "id";

/// An article of a text and its `.ann`, and what of it was left out, in sentences.
pub(super) fn draft(text: &str, ann: &str) -> (Draft, Vec<String>) {
    let mut spans: BTreeMap<String, DraftSpan> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    let mut notes: Vec<(String, String)> = Vec::new();
    let mut attributes: Vec<(String, String, Option<String>)> = Vec::new();
    let mut references: Vec<(String, String)> = Vec::new();
    let mut troubles = Vec::new();
    let mut kept: Vec<&str> = Vec::new();
    for (index, line) in ann.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut fields = line.splitn(3, '\t');
        let (id, body) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let tail = fields.next().unwrap_or_default();
        let words: Vec<&str> = body.split(' ').filter(|word| !word.is_empty()).collect();
        match (id.chars().next(), &words[..]) {
            (Some('T'), [label, ..]) => match parts(body) {
                Some(parts) => {
                    let quote = (!tail.is_empty()).then(|| tail.to_owned());
                    let span = DraftSpan { parts, label: (*label).to_owned(), quote, ..DraftSpan::default() };
                    order.push(id.to_owned());
                    spans.insert(id.to_owned(), span);
                }
                None => troubles.push(format!("Line {}: “{body}” is no label with its positions.", index + 1)),
            },
            (Some('A' | 'M' | '#'), [_, target, ..]) if !target.starts_with('T') => kept.push(line),
            (Some('A' | 'M'), [name, target, value @ ..]) => {
                let value = (!value.is_empty()).then(|| value.join(" "));
                attributes.push(((*target).to_owned(), (*name).to_owned(), value));
            }
            (Some('#'), [_, target, ..]) => notes.push(((*target).to_owned(), unescaped(tail))),
            // brat adds a tab before the name each time it saves.
            (Some('N'), [_, target, ..]) => {
                references.push(((*target).to_owned(), tail.trim_start().to_owned()));
                kept.push(line);
            }
            (Some('R' | '*' | 'E'), [_, _, ..]) | (Some('E'), [_]) => kept.push(line),
            _ => troubles.push(format!("Line {}: “{line}” is no line of brat’s.", index + 1)),
        }
    }
    for (target, name, value) in attributes {
        let Some(span) = spans.get_mut(&target) else { continue };
        match (name.as_str(), value) {
            ("Suggested", None) => span.status = Some(Status::Suggested),
            ("Unsure", None) => span.unsure = true,
            (_, None) => drop(span.attributes.insert(name, AttributeValue::Flag(true))),
            (_, Some(value)) => drop(span.attributes.insert(name, AttributeValue::Text(value))),
        }
    }
    // What is written here has the person or topic as the first note of every span.
    let has_note = |id: &String| notes.iter().any(|(target, _)| target == id);
    let is_ours = !order.is_empty() && order.iter().all(has_note);
    for (target, words) in notes {
        let Some(span) = spans.get_mut(&target) else { continue };
        match (is_ours && span.entity.is_none(), words.strip_prefix("Note: ").filter(|_| is_ours)) {
            (true, _) => span.entity = Some(words),
            (false, Some(note)) => note.clone_into(&mut span.note),
            (false, None) => {
                let before = if span.note.is_empty() { String::new() } else { format!("{}\n", span.note) };
                span.note = before + &words;
            }
        }
    }
    for (target, name) in references.into_iter().filter(|(_, name)| !name.is_empty()) {
        if let Some(span) = spans.get_mut(&target) {
            span.entity.get_or_insert(name);
        }
    }
    let with_id = |id: &String| {
        let mut span = spans.remove(id)?;
        span.foreign.insert(ID.to_owned(), id.as_str().into());
        Some(span)
    };
    let spans = order.iter().filter_map(with_id).collect();
    let n_links = kept.iter().filter(|line| line.starts_with(['R', 'E', '*'])).count();
    let mut foreign = Map::new();
    if !kept.is_empty() {
        foreign.insert(LINES.to_owned(), kept.into());
    }
    let units = vec![OffsetUnit::CodePoints, OffsetUnit::Utf16];
    (
        Draft {
            text: text.to_owned(),
            units,
            joins_over_space: true,
            spans,
            foreign,
            kept: kept_links(n_links).into_iter().collect(),
            ..Draft::default()
        },
        troubles,
    )
}

/// The positions after a label: `4 10;12 20`.
fn parts(body: &str) -> Option<Vec<(u64, u64)>> {
    let (_, positions) = body.split_once(' ')?;
    let part = |pair: &str| {
        let (start, end) = pair.trim().split_once(' ')?;
        Some((start.parse().ok()?, end.trim().parse().ok()?))
    };
    positions.split(';').map(part).collect()
}

/// The inverse of what is done to notes on writing.
fn unescaped(line: &str) -> String {
    let mut words = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (c, c == '\\') {
            (_, true) => match characters.next() {
                Some('n') => words.push('\n'),
                Some('r') => words.push('\r'),
                Some('t') => words.push('\t'),
                Some('\\') => words.push('\\'),
                Some(other) => words.extend(['\\', other]),
                None => words.push('\\'),
            },
            (c, false) => words.push(c),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_attributes_notes_and_references_are_read() {
        let ann = "T1\tOFFICIAL 4 12\tBu Habib\nT2\tTOPIC 0 3;13 17\tSee said\nA1\tSuggested T1\n\
                   N1\tReference T1 Wikidata:Q1\t\t\tBu Habib\nA2\tKind T2 of two\n#1\tAnnotatorNotes T2\twho?\\nwhy?\n\
                   R1\tKnows Arg1:T1 Arg2:T2\nx\n";
        let (draft, troubles) = draft("See Bu Habib said", ann);
        let [one, two] = &draft.spans[..] else { panic!("two spans: {draft:?}") };
        assert_eq!((one.status, one.entity.as_deref()), (Some(Status::Suggested), Some("Bu Habib")));
        assert_eq!(two.parts, [(0, 3), (13, 17)]);
        assert_eq!(two.note, "who?\nwhy?");
        assert_eq!(two.attributes["Kind"], AttributeValue::Text("of two".to_owned()));
        assert_eq!(troubles.len(), 1, "{troubles:?}");
        assert_eq!(draft.foreign[LINES].as_array().map(Vec::len), Some(2), "the reference and the relation");
    }
}
