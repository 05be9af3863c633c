//! Carries names through the text: once `Abdullah Bu Habib` stands beside a title, `Bu Habib` is that official's name.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Class;
use super::lexicon::Kinds;
use super::names::NameKey;
use super::reading::{Clue, Found, Reading};
use super::titles::name_run;
use super::tokens::Shape;

/// The names met beside titles.
#[derive(Debug, Default)]
pub struct KnownNames {
    /// From each word of a name to the names; a few names a word.
    by_word: BTreeMap<String, Vec<NameKey>>,
}

/// As many names are kept for one word; a text with more Ahmeds than this is a list.
const MAX_NAMES: usize = 8;

impl KnownNames {
    /// Learns the name of a mention.
    pub fn learn(&mut self, reading: &Reading, mention: &Found) {
        let Some(key) = NameKey::of(reading, mention.start, mention.end) else { return };
        for word in key.words.iter().filter(|word| word.chars().count() > 1) {
            let names = self.by_word.entry(word.clone()).or_default();
            if names.len() < MAX_NAMES && !names.contains(&key) {
                names.push(key.clone());
            }
        }
    }

    /// Adds the known names of a sentence that no mention of it covers yet, and keeps `found` sorted.
    ///
    /// `found` holds the mentions of this sentence only.
    pub fn find(&self, reading: &Reading, sentence: Range<usize>, found: &mut Vec<Found>) {
        if self.by_word.is_empty() {
            return;
        }
        let before = found.len();
        let mut at = sentence.start;
        while at < sentence.end {
            if let Some(covering) = found[..before].iter().find(|other| other.start <= at && at < other.end) {
                at = covering.end;
                continue;
            }
            let limit =
                found[..before].iter().map(|other| other.start).find(|&start| start > at).unwrap_or(sentence.end);
            let start = if reading.is(at, Kinds::COURTESY) && at + 1 < limit { at + 1 } else { at };
            match self.name(reading, start, limit) {
                Some(end) => {
                    if !names_an_institution(reading, start, end, &sentence) {
                        let clue = Clue::KnownName;
                        found.push(Found { start, end, class: Class::Official, of: None, score: 0.7, clue });
                    }
                    at = end;
                }
                None => at += 1,
            }
        }
        found.sort_by_key(|mention| mention.start);
    }

    /// One past the known name that begins at a token.
    fn name(&self, reading: &Reading, start: usize, limit: usize) -> Option<usize> {
        if start >= limit || !reading.form(start).is_capital() {
            return None;
        }
        let run = name_run(reading, start, limit);
        // All of it or nothing: `John Burrows` is not the known `John Kerry`.
        (run > start).then_some(run).filter(|&end| {
            let solid = matches!(reading.form(end - 1).shape, Shape::Title | Shape::Mixed | Shape::Upper);
            let Some(key) = NameKey::of(reading, start, end) else { return false };
            solid && key.words.iter().all(|word| self.by_word.contains_key(word)) && self.fits(&key)
        })
    }

    fn fits(&self, key: &NameKey) -> bool {
        let Some(names) = self.by_word.get(key.last()) else { return false };
        names.iter().any(|name| name == key || name.same_person(key) || key.words.len() == 1 && key.last().len() > 2)
    }
}

/// Whether the word before a name says that its bearer holds no office: `journalist Ann Lee`, `Professor Lee`.
///
/// A few sharp words only: candidates, attorneys and activists may hold one.
pub fn is_private(reading: &Reading, mention: &Found) -> bool {
    let Some(before) = mention.start.checked_sub(1) else { return false };
    matches!(
        reading.lower(before),
        "journalist"
            | "reporter"
            | "correspondent"
            | "columnist"
            | "photographer"
            | "professor"
            | "analyst"
            | "expert"
            | "researcher"
            | "scientist"
            | "historian"
            | "lawyer"
            | "barrister"
            | "author"
            | "writer"
            | "poet"
            | "musician"
            | "singer"
            | "actor"
            | "actress"
            | "filmmaker"
            | "coach"
            | "player"
            | "striker"
            | "wife"
            | "husband"
            | "widow"
            | "student"
            | "teenager"
            | "resident"
            | "patient"
            | "passenger"
            | "driver"
            | "pilot"
            | "campaigner"
    )
}

/// `the Bush administration`: the name only modifies an institution.
fn names_an_institution(reading: &Reading, start: usize, end: usize, sentence: &Range<usize>) -> bool {
    let after = if end < sentence.end { reading.lower(end) } else { "" };
    start > sentence.start
        && reading.lower(start - 1) == "the"
        && matches!(after, "administration" | "government" | "family" | "foundation" | "campaign" | "doctrine" | "plan")
}
