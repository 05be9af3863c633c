//! Runs of capitalised words that may be names, and what the whole text tells of each of their words.
//!
//! `Mr. Abbas` in the last sentence is the `Mahmoud Abbas` whose title stands in the first: every token of a run knows what
//! stands beside the runs that hold the same word, anywhere in the text.

use std::collections::HashMap;
use std::ops::Range;

use super::lexicon::Kinds;
use super::reading::Reading;
use super::tokens::{Gap, Shape};
use super::words::{WordFacts, Words};

/// What surroundings tell of a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Traits {
    /// Of the run that the token is in: bits as the constants below; 0 outside runs.
    pub run: u32,
    /// Of all runs that hold the same word.
    pub text: u32,
    /// How often the word is met, for words that are no names: 0 to 3, and whether at the text's start.
    pub weight: u32,
}

impl Traits {
    /// In a run at all.
    pub const IN_RUN: u32 = 1;
    const OFFICE_BEFORE: u32 = 1 << 1;
    const COURTESY_BEFORE: u32 = 1 << 2;
    const OFFICE_AFTER: u32 = 1 << 3;
    const SAYING_AFTER: u32 = 1 << 4;
    const GENITIVE_AFTER: u32 = 1 << 5;
    const OCCUPATION_NEAR: u32 = 1 << 6;
    const GIVEN_FIRST: u32 = 1 << 7;
    const FAMILY_LAST: u32 = 1 << 8;
    const HONORIFIC_BEFORE: u32 = 1 << 9;
    const LONG: u32 = 1 << 10;
    const INSTITUTION: u32 = 1 << 11;
    const ARTICLE_BEFORE: u32 = 1 << 12;
    const PREPOSITION_BEFORE: u32 = 1 << 13;
    const PARTY_AFTER: u32 = 1 << 14;
    const AGE_AFTER: u32 = 1 << 15;
    /// Holds the full name of an official, or of somebody known for something else.
    pub const KNOWN_OFFICIAL: u32 = 1 << 16;
    const CELEBRITY: u32 = 1 << 17;
    // Only of the token within its run.
    const FIRST: u32 = 1 << 20;
    const LAST: u32 = 1 << 21;
    const SENTENCE_START: u32 = 1 << 22;
    // Only of the text.
    const LOWER_TOO: u32 = 1 << 24;
    const OFTEN: u32 = 1 << 25;
    const LAST_OF_LONGER: u32 = 1 << 26;
    const FIRST_OF_LONGER: u32 = 1 << 27;
    const ALONE: u32 = 1 << 28;
}

/// The runs of a text; [`Runs::sentence`] takes in one sentence after the other.
#[derive(Debug, Default)]
pub struct Runs {
    /// For each token its own run's bits.
    of_token: Vec<u32>,
    /// For each form the number of its lower-case spelling.
    lower: Vec<u32>,
    index: HashMap<Box<str>, u32>,
    /// For each lower-case spelling: the bits of all its runs, how often it stands there, whether at the text's start.
    of_lower: Vec<u32>,
    seen: Vec<u32>,
    early: Vec<bool>,
}

impl Runs {
    /// Takes in a marked sentence; `facts` has an entry for each of its forms.
    pub fn sentence(&mut self, reading: &Reading, words: &Words, facts: &[WordFacts], sentence: usize) {
        for form in &reading.tokens.forms[self.lower.len()..facts.len()] {
            let fresh = self.of_lower.len() as u32;
            let id = match self.index.get(&form.lower) {
                Some(&id) => id,
                None => {
                    self.index.insert(form.lower.clone(), fresh);
                    self.of_lower.push(0);
                    self.seen.push(0);
                    self.early.push(false);
                    fresh
                }
            };
            self.lower.push(id);
        }
        let range = reading.tokens.sentence(sentence);
        for token in range.clone() {
            let form = reading.tokens.tokens[token].form as usize;
            let id = self.lower[form] as usize;
            self.seen[id] += 1;
            self.early[id] |= sentence < 2;
            if reading.tokens.forms[form].shape == Shape::Lower {
                self.of_lower[id] |= Traits::LOWER_TOO;
            }
        }
        self.of_token.resize(range.end, 0);
        let mut at = range.start;
        while at < range.end {
            let end = run_end(reading, at, range.end);
            if end > at {
                self.run(reading, words, facts, at..end, &range);
            }
            at = end.max(at + 1);
        }
    }

    fn run(
        &mut self,
        reading: &Reading,
        words: &Words,
        facts: &[WordFacts],
        run: Range<usize>,
        sentence: &Range<usize>,
    ) {
        let bits = surroundings(reading, facts, run.start, run.end, sentence) | who_is_known(reading, words, &run);
        for token in run.clone() {
            let (first, last) = (token == run.start, token + 1 == run.end);
            let start = first && token == sentence.start;
            self.of_token[token] = bits
                | if first { Traits::FIRST } else { 0 }
                | if last { Traits::LAST } else { 0 }
                | if start { Traits::SENTENCE_START } else { 0 };
            let place = match (run.len(), first, last) {
                (1, _, _) => Traits::ALONE,
                (_, _, true) => Traits::LAST_OF_LONGER,
                (_, true, false) => Traits::FIRST_OF_LONGER,
                (_, false, false) => 0,
            };
            let of_lower = &mut self.of_lower[self.lower[reading.tokens.tokens[token].form as usize] as usize];
            let again = if *of_lower & Traits::IN_RUN != 0 { Traits::OFTEN } else { 0 };
            *of_lower |= bits | place | again;
        }
    }

    /// The number of a form's lower-case word.
    pub fn word_id(&self, form: usize) -> u32 {
        self.lower[form]
    }

    /// Where in its run a token stands: 1 within, 3 first, 5 last, 7 alone; 0 outside.
    pub fn position(&self, token: usize) -> u32 {
        let bits = self.of_token[token];
        let bit = |bit: u32| u32::from(bits & bit != 0);
        bit(Traits::IN_RUN) | bit(Traits::FIRST) << 1 | bit(Traits::LAST) << 2
    }

    /// How often a distinct word stands in the text, in any spelling.
    pub fn count(&self, form: usize) -> u32 {
        self.seen[self.lower[form] as usize]
    }

    /// What is known of a token.
    pub fn traits(&self, reading: &Reading, token: usize) -> Traits {
        let form = reading.tokens.tokens[token].form as usize;
        let id = self.lower[form] as usize;
        let run = self.of_token[token];
        let text = if run != 0 { self.of_lower[id] } else { 0 };
        let weight = if reading.tokens.forms[form].shape == Shape::Lower {
            let often = match self.seen[id] {
                0 | 1 => 0,
                2 => 1,
                3 | 4 => 2,
                _ => 3,
            };
            16 | often << 1 | u32::from(self.early[id])
        } else {
            u32::from(run != 0)
        };
        Traits { run, text, weight }
    }
}

const NO_NAME: Kinds = Kinds::OUTSIDE_NAMES
    .or(Kinds::RANK)
    .or(Kinds::COURTESY)
    .or(Kinds::SAYING)
    .or(Kinds::PLURAL_OFFICE)
    .or(Kinds::ADVERB)
    .or(Kinds::VERB);

/// One past the run of words that starts at a token; the token itself when none does.
fn run_end(reading: &Reading, start: usize, limit: usize) -> usize {
    let mut end = start;
    let mut at = start;
    while at < limit && at < start + 8 {
        if at > start && reading.tokens.tokens[at].gap >= Gap::Wide {
            break;
        }
        let form = reading.form(at);
        let capital = form.is_capital() && form.shape != Shape::Dotted;
        if capital && (!reading.is(at, NO_NAME) || reading.is(at, Kinds::HONORIFIC) || form.shape == Shape::Initial) {
            at += 1;
            end = at;
        } else if at > start && reading.is(at, Kinds::PARTICLE) && form.is_word() && &*form.lower != "of" {
            at += 1;
        } else {
            break;
        }
    }
    end
}

/// Whether a run holds a full name from the lists.
fn who_is_known(reading: &Reading, words: &Words, run: &Range<usize>) -> u32 {
    const LONGEST: usize = 5;
    let mut bits = 0;
    for start in run.clone() {
        for end in start + 2..=run.end.min(start + LONGEST) {
            let known = words.full_name((start..end).map(|token| reading.lower(token))).bits;
            if known & WordFacts::WELL_KNOWN != 0 {
                bits |= Traits::KNOWN_OFFICIAL;
            }
            if known & WordFacts::CELEBRITY != 0 {
                bits |= Traits::CELEBRITY;
            }
        }
    }
    bits
}

fn surroundings(reading: &Reading, facts: &[WordFacts], start: usize, end: usize, sentence: &Range<usize>) -> u32 {
    let mut bits = Traits::IN_RUN;
    let mut set = |condition: bool, bit: u32| bits |= if condition { bit } else { 0 };
    let names = |token: usize| facts[reading.tokens.tokens[token].form as usize].names();
    if start > sentence.start {
        let before = start - 1;
        set(reading.is(before, Kinds::OFFICE.or(Kinds::RANK)), Traits::OFFICE_BEFORE);
        set(reading.is(before, Kinds::COURTESY), Traits::COURTESY_BEFORE);
        set(reading.is(before, Kinds::OCCUPATION), Traits::OCCUPATION_NEAR);
        set(reading.lower(before) == "the", Traits::ARTICLE_BEFORE);
        set(matches!(reading.lower(before), "in" | "at" | "from" | "near"), Traits::PREPOSITION_BEFORE);
        if before > sentence.start && reading.lower(before) == "," {
            // `the mayor, Ann Lee`, `the analyst, Ann Lee`
            set(reading.is(before - 1, Kinds::OFFICE), Traits::OFFICE_BEFORE);
            set(reading.is(before - 1, Kinds::OCCUPATION), Traits::OCCUPATION_NEAR);
        }
    }
    set(reading.is(start, Kinds::HONORIFIC), Traits::HONORIFIC_BEFORE);
    set(names(start) & 1 != 0, Traits::GIVEN_FIRST);
    set(names(end - 1) & 2 != 0, Traits::FAMILY_LAST);
    set(end - start >= 2, Traits::LONG);
    set(reading.is(end - 1, Kinds::INSTITUTION), Traits::INSTITUTION);
    if end < sentence.end {
        set(reading.is(end, Kinds::SAYING), Traits::SAYING_AFTER);
        set(reading.is_genitive(end), Traits::GENITIVE_AFTER);
        set(reading.is(end, Kinds::INSTITUTION), Traits::INSTITUTION);
        if matches!(reading.lower(end), "," | "(" | "-" | "–" | "—") {
            let mut after = end + 1;
            set(after < sentence.end && reading.form(after).shape == Shape::Number, Traits::AGE_AFTER);
            while after < sentence.end && after < end + 9 && !matches!(reading.lower(after), "," | ";" | "." | ")") {
                if reading.is(after, Kinds::OFFICE) && !reading.is(after, Kinds::PLURAL_OFFICE) {
                    set(true, Traits::OFFICE_AFTER);
                    break;
                }
                if reading.is(after, Kinds::OCCUPATION) {
                    set(true, Traits::OCCUPATION_NEAR);
                    break;
                }
                if reading.is(after, Kinds::PARTY) && reading.form(after).is_capital() {
                    set(true, Traits::PARTY_AFTER);
                    break;
                }
                if reading.is(after, Kinds::VERB.or(Kinds::SAYING)) {
                    break;
                }
                after += 1;
            }
        }
    }
    bits
}
