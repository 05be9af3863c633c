//! What the first tagging found elsewhere in the text, as features for the second.
//!
//! A name that is an official's in one sentence is one in the next; a phrase that is a topic here is probably one there.
//! A stretch never counts as an echo of itself.

use rustc_hash::FxHashMap;

use super::Class;
use super::chain::Tagged;
use super::features::{Features, feature, hash_str, shifted};
use super::reading::Reading;

/// No longer phrases are looked for, in tokens.
const MAX_PHRASE: usize = 12;
/// From the token before to the token after.
const REACH: usize = 1;

/// What the first tagging says of one lower-case word, as part of names.
#[derive(Clone, Copy, Debug, Default)]
struct NameWord {
    /// How often it stands in a run of capitalised words.
    runs: u32,
    /// How often it stands in an official's name, and as its last word.
    tagged: u32,
    last: u32,
    /// How often beside a role.
    titled: u32,
    /// The highest probability of these names.
    best: f32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Phrase {
    tagged: u32,
    occurs: u32,
}

/// A place in a phrase found elsewhere.
#[derive(Clone, Copy, Debug)]
struct Match {
    phrase: u32,
    start: u32,
    len: u8,
    at: u8,
}

/// The first tagging of a text. Three walks over the sentences: [`Echoes::learn`], [`Echoes::find`], then
/// [`Echoes::features`].
#[derive(Debug, Default)]
pub struct Echoes {
    names: FxHashMap<u32, NameWord>,
    /// Phrases of roles and of topics: the hash of their words, and of their beginnings (`None`).
    index: [FxHashMap<u64, Option<u32>>; 2],
    phrases: [Vec<Phrase>; 2],
    /// For each token.
    matches: [Vec<Option<Match>>; 2],
    /// The spans of the first tagging, in order.
    spans: Vec<Tagged>,
    own: Vec<u8>,
}

fn phrase_class(class: Class) -> Option<usize> {
    match class {
        Class::Official => None,
        Class::Role => Some(0),
        Class::Topic => Some(1),
    }
}

fn step(hash: u64, word: u32) -> u64 {
    (hash ^ u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
}

impl Echoes {
    /// First walk: takes in the spans of the next sentence.
    pub fn learn(&mut self, reading: &Reading, features: &Features, sentence: usize, spans: &[Tagged]) {
        let range = reading.tokens.sentence(sentence);
        self.own.resize(range.end, 0);
        for token in range {
            if features.in_run(token) {
                self.names.entry(features.word_id(reading, token)).or_default().runs += 1;
            }
        }
        for (at, span) in spans.iter().enumerate() {
            let Some(class) = phrase_class(span.class) else {
                let beside = |other: Option<&Tagged>, gap: usize| {
                    other.is_some_and(|other| {
                        other.class == Class::Role
                            && other.start.abs_diff(span.end).min(other.end.abs_diff(span.start)) <= gap
                    })
                };
                let titled = beside(at.checked_sub(1).map(|last| &spans[last]), 1) || beside(spans.get(at + 1), 2);
                for token in span.start..span.end {
                    self.own[token] = 1 | u8::from(token + 1 == span.end) << 1 | u8::from(titled) << 2;
                    let word = self.names.entry(features.word_id(reading, token)).or_default();
                    word.tagged += 1;
                    word.last += u32::from(token + 1 == span.end);
                    word.titled += u32::from(titled);
                    word.best = word.best.max(span.probability);
                }
                continue;
            };
            if span.end - span.start > MAX_PHRASE {
                continue;
            }
            let index = &mut self.index[class];
            let mut hash = 0;
            for token in span.start..span.end {
                hash = step(hash, features.word_id(reading, token));
                index.entry(hash).or_insert(None);
            }
            let fresh = self.phrases[class].len() as u32;
            let phrase = *index.entry(hash).or_insert(None).get_or_insert(fresh);
            if phrase == fresh {
                self.phrases[class].push(Phrase::default());
            }
            self.phrases[class][phrase as usize].tagged += 1;
        }
        self.spans.extend_from_slice(spans);
    }

    /// Second walk: finds the phrases of the whole text in the next sentence, the longest first.
    pub fn find(&mut self, reading: &Reading, features: &Features, sentence: usize) {
        let range = reading.tokens.sentence(sentence);
        for class in 0..2 {
            self.matches[class].resize(range.end, None);
            let mut start = range.start;
            while start < range.end {
                let mut hash = 0;
                let mut longest = None;
                for token in start..range.end.min(start + MAX_PHRASE) {
                    hash = step(hash, features.word_id(reading, token));
                    match self.index[class].get(&hash) {
                        Some(Some(phrase)) => longest = Some((token + 1, *phrase)),
                        Some(None) => {}
                        None => break,
                    }
                }
                let Some((end, phrase)) = longest else {
                    start += 1;
                    continue;
                };
                self.phrases[class][phrase as usize].occurs += 1;
                for token in start..end {
                    let (len, at) = ((end - start) as u8, (token - start) as u8);
                    self.matches[class][token] = Some(Match { phrase, start: start as u32, len, at });
                }
                start = end;
            }
        }
    }

    /// Third walk: adds the features of a token of a sentence to `out`, its neighbours' included.
    pub fn features(
        &self,
        reading: &Reading,
        features: &Features,
        sentence: &std::ops::Range<usize>,
        at: usize,
        out: &mut Vec<u32>,
    ) {
        for distance in 0..=2 * REACH {
            let token = (at + distance).wrapping_sub(REACH);
            if sentence.contains(&token) {
                self.token(reading, features, token, |value| out.push(shifted(value, distance)));
            }
        }
    }

    fn token(&self, reading: &Reading, features: &Features, token: usize, mut each: impl FnMut(u32)) {
        if let Some(word) = features.in_run(token).then(|| self.names.get(&features.word_id(reading, token))).flatten()
        {
            let own = self.own[token];
            let bit = |bit: u8| u32::from(own >> bit & 1);
            let others = word.runs.saturating_sub(1);
            let tagged = word.tagged - bit(0);
            let share = share(tagged, others);
            let position = features.run_position(token);
            let best = if tagged == 0 { 0 } else { (word.best * 4.0) as u32 + 1 };
            let titled = (word.titled - bit(2)).min(2);
            let last = share_of(word.last - bit(1), tagged);
            each(feature(80, others.min(3) << 8 | share));
            each(feature(81, titled << 8 | share));
            each(feature(82, best << 8 | share));
            each(feature(83, position << 8 | last << 4 | share));
            each(feature(84, position << 8 | titled << 4 | bit(0) << 3 | share));
        }
        for class in 0..2 {
            let Some(found) = self.matches[class][token] else { continue };
            let phrase = self.phrases[class][found.phrase as usize];
            let start = found.start as usize;
            let same = |span: &Tagged| {
                span.start == start
                    && span.end == start + usize::from(found.len)
                    && phrase_class(span.class) == Some(class)
            };
            let here = self.spans.binary_search_by_key(&start, |span| span.start).is_ok_and(|at| same(&self.spans[at]));
            let tagged = phrase.tagged - u32::from(here);
            if tagged == 0 {
                continue;
            }
            let part = u32::from(found.at == 0) << 1 | u32::from(found.at + 1 == found.len);
            let share = share(tagged, phrase.occurs.saturating_sub(1));
            let length = u32::from(found.len).min(4);
            let sort = 90 + 10 * class as u32;
            each(feature(sort, part << 8 | share));
            each(feature(sort + 1, part << 8 | length << 4 | share));
            each(feature(sort + 2, part << 8 | tagged.min(4) << 4 | length));
            each(feature(sort + 3, hash_str(reading.lower(token)) ^ share));
        }
    }
}

/// A share in few steps: none of any, none of some, up to a third, two thirds, below all, all.
fn share(part: u32, whole: u32) -> u32 {
    if whole == 0 { 0 } else { 1 + share_of(part, whole) }
}

fn share_of(part: u32, whole: u32) -> u32 {
    match (part, whole) {
        (0, _) => 0,
        (part, whole) if part >= whole => 4,
        (part, whole) if 3 * part <= whole => 1,
        (part, whole) if 3 * part <= 2 * whole => 2,
        _ => 3,
    }
}
