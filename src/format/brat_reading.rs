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

/// The type of the note that names the person or topic of a span. brat shows it, and edits only its own `AnnotatorNotes`.
pub(super) const ENTITY: &str = "Entity";

/// A note on a span.
struct Note<'a> {
    kind: &'a str,
    target: &'a str,
    words: String,
}

/// An article of a text and its `.ann`, and what of it was left out, in sentences.
pub(super) fn draft(text: &str, ann: &str) -> (Draft, Vec<String>) {
    let mut spans: BTreeMap<String, DraftSpan> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    let mut notes: Vec<Note> = Vec::new();
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
            (Some('#'), [kind, target, ..]) => notes.push(Note { kind, target, words: unescaped(tail) }),
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
    let is_of_before = is_of_before(&spans, &notes);
    for Note { kind, target, words } in notes {
        let Some(span) = spans.get_mut(target) else { continue };
        if (kind == ENTITY || is_of_before) && span.entity.is_none() {
            span.entity = Some(words);
            continue;
        }
        match words.strip_prefix("Note: ").filter(|_| is_of_before) {
            Some(note) => note.clone_into(&mut span.note),
            None => {
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

/// Whether a file was written here before there was a type for persons and topics: then they are the first note of
/// every span, and on some span its very words. What others have noted on every span stays a note.
fn is_of_before(spans: &BTreeMap<String, DraftSpan>, notes: &[Note]) -> bool {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    for note in notes {
        first.entry(note.target).or_insert(&note.words);
    }
    // Topics are named in small letters.
    let folded = |words: &str| words.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    let repeats = |(id, span): (&String, &DraftSpan)| {
        let name = first.get(id.as_str());
        name.zip(span.quote.as_ref()).is_some_and(|(name, quote)| folded(name) == folded(quote))
    };
    !spans.is_empty()
        && notes.iter().all(|note| note.kind != ENTITY)
        && spans.keys().all(|id| first.contains_key(id.as_str()))
        && spans.iter().any(repeats)
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

    /// The person or topic of each span, and what is noted on it.
    fn noted(ann: &str) -> Vec<(Option<String>, String)> {
        let (draft, troubles) = draft("See Bu Habib said", ann);
        assert_eq!(troubles, Vec::<String>::new());
        draft.spans.into_iter().map(|span| (span.entity, span.note)).collect()
    }

    #[test]
    fn a_note_on_every_span_is_a_note_and_no_name() {
        let spans = "T1\tOFFICIAL 4 12\tBu Habib\nT2\tTOPIC 0 3\tSee\n";
        let of_others = format!("{spans}#1\tAnnotatorNotes T1\tnot sure who\n#2\tAnnotatorNotes T2\tNote: why?\n");
        let note = |words: &str| (None, words.to_owned());
        assert_eq!(noted(&of_others), [note("not sure who"), note("Note: why?")]);
        let named = |name: &str, words: &str| (Some(name.to_owned()), words.to_owned());
        let of_now = format!("{spans}#1\tEntity T1\tAbdallah\n#2\tAnnotatorNotes T1\tNote: who?\n#3\tEntity T2\tSee\n");
        assert_eq!(noted(&of_now), [named("Abdallah", "Note: who?"), named("See", "")]);
        // As it was written before.
        let of_before = of_now.replace("Entity", "AnnotatorNotes");
        assert_eq!(noted(&of_before), [named("Abdallah", "who?"), named("See", "")]);
    }
}
