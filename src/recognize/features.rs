//! What the trained model sees of each token: numbers (hashes) of its features, the same in training and in use.
//!
//! Three sorts: of the word itself (`forms`), of its place in the lists, in a run of capitalised words and in the whole
//! text (`classes`), both seen from up to three tokens away; and of pairs and triples of neighbours (`joint`).

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::lexicon::Kinds;
use super::reading::Reading;
use super::runs::{Runs, Traits};
use super::tokens::Shape;
use super::words::{WordFacts, Words};

/// Features of a word are seen from as far away as this.
pub const REACH: usize = 3;

/// What is fixed for each distinct word of a text.
#[derive(Clone, Debug, Default)]
pub struct FormFeatures {
    /// Seen up to three tokens away.
    pub wide: [u32; 3],
    /// Seen up to two tokens away.
    pub middle: [u32; 5],
    /// Seen from the next token.
    pub narrow: [u32; 6],
    word: u32,
    cluster: u32,
    short: u32,
    speech: u32,
    shape: u32,
    tail: u32,
}

impl FormFeatures {
    /// Calls `each` with the word's features, without distance.
    pub fn each(&self, mut each: impl FnMut(u32)) {
        self.wide.iter().chain(&self.middle).chain(&self.narrow).for_each(|&feature| each(feature));
    }

    /// The word itself, as one number.
    pub fn word(&self) -> u32 {
        self.word
    }

    /// Its Brown cluster.
    pub fn cluster(&self) -> u32 {
        self.cluster
    }

    /// The cluster's upper bits and the shape.
    pub fn short(&self) -> u32 {
        self.short
    }

    /// Its parts of speech.
    pub fn speech(&self) -> u32 {
        self.speech
    }

    /// How far away a feature of the word is seen, by its place in the order of [`FormFeatures::each`].
    #[cfg(feature = "train")]
    pub fn reach(&self, place: usize) -> usize {
        match place {
            place if place < self.wide.len() => 3,
            place if place < self.wide.len() + self.middle.len() => 2,
            _ => 1,
        }
    }
}

/// The features of a text. Filled in two walks over its sentences: [`Features::words`] each, then
/// [`Features::places`] each.
#[derive(Debug, Default)]
pub struct Features {
    /// For each distinct word.
    pub forms: Vec<FormFeatures>,
    /// For each distinct class, its features.
    pub classes: Vec<Vec<u32>>,
    /// The class of each token.
    pub class_of: Vec<u32>,
    index: FxHashMap<(Kinds, Kinds, Traits), u32>,
    /// A summary of the lists for each token.
    summary: Vec<u32>,
    /// For each distinct word, what the large list knows of it.
    facts: Vec<WordFacts>,
    runs: Runs,
}

/// Hashes a string.
pub fn hash_str(text: &str) -> u32 {
    let mut hash = 0x811c_9dc5u32;
    for byte in text.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    finish(hash)
}

/// Hashes words as if they were one string with spaces between them.
pub fn hash_words<'a>(words: impl Iterator<Item = &'a str>) -> u32 {
    let mut hash = 0x811c_9dc5u32;
    let mut add = |byte: u8| hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    for (place, word) in words.enumerate() {
        if place > 0 {
            add(b' ');
        }
        word.bytes().for_each(&mut add);
    }
    finish(hash)
}

fn finish(mut hash: u32) -> u32 {
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

/// A feature made of a sort and a value. The lowest three bits are free for the distance from which it is seen; the next
/// one tells rare-word features ([`RARE`]).
pub fn feature(sort: u32, value: u32) -> u32 {
    finish(value ^ sort.wrapping_mul(0x9e37_79b1)) & !15
}

/// The bit of features that must be met more often in training to be kept.
pub const RARE: u32 = 8;

/// A feature as seen from some tokens away (`distance` 0 to 6, 3 is here).
pub fn shifted(feature: u32, distance: usize) -> u32 {
    feature | distance as u32
}

fn pair(a: u32, b: u32) -> u32 {
    finish(a.rotate_left(9) ^ b.wrapping_mul(0x9e37_79b1))
}

impl Features {
    /// First walk: takes in the words of the next sentence, which is marked.
    pub fn words(&mut self, reading: &Reading, words: &Words, sentence: usize) {
        let range = reading.tokens.sentence(sentence);
        let known = self.forms.len();
        let needed = range.clone().map(|token| reading.tokens.tokens[token].form as usize + 1).max().unwrap_or(0);
        for form in reading.tokens.forms.iter().take(needed).skip(known) {
            let facts = facts(words, form);
            self.forms.push(form_features(form, facts));
            self.facts.push(facts);
        }
        self.runs.sentence(reading, words, &self.facts, sentence);
    }

    /// Second walk: places the tokens of the next sentence in the whole text.
    pub fn places(&mut self, reading: &Reading, sentence: usize) {
        for token in reading.tokens.sentence(sentence) {
            let mark = reading.marks[token];
            let traits = self.runs.traits(reading, token);
            let fresh = self.classes.len() as u32;
            let class = *self.index.entry((mark.kinds, mark.inside, traits)).or_insert(fresh);
            if class == fresh {
                self.classes.push(class_features(mark.kinds, mark.inside, traits));
            }
            self.class_of.push(class);
            self.summary.push(summary(mark.kinds, mark.inside, traits, reading.form(token).shape));
        }
    }

    /// How often a distinct word stands in the text, up to its last sentence seen.
    pub fn count(&self, form: usize) -> u32 {
        self.runs.count(form)
    }

    /// The number of a token's lower-case word.
    pub fn word_id(&self, reading: &Reading, token: usize) -> u32 {
        self.runs.word_id(reading.tokens.tokens[token].form as usize)
    }

    /// Whether a token stands in a run of capitalised words.
    pub fn in_run(&self, token: usize) -> bool {
        self.runs.position(token) != 0
    }

    /// Where in its run a token stands: 1 within, 3 first, 5 last, 7 alone; 0 outside.
    pub fn run_position(&self, token: usize) -> u32 {
        self.runs.position(token)
    }

    /// Adds the features of neighbours at a token of a sentence to `out`.
    pub fn joint(&self, reading: &Reading, sentence: &Range<usize>, at: usize, out: &mut Vec<u32>) {
        let outside = FormFeatures::default();
        let form = |distance: isize| -> &FormFeatures {
            let token = at.wrapping_add_signed(distance);
            if sentence.contains(&token) { &self.forms[reading.tokens.tokens[token].form as usize] } else { &outside }
        };
        let list = |distance: isize| -> u32 {
            let token = at.wrapping_add_signed(distance);
            if sentence.contains(&token) { self.summary[token] } else { 1 }
        };
        let (b2, b1, here, a1, a2) = (form(-2), form(-1), form(0), form(1), form(2));
        let (l2, l1, l0, r1, r2) = (list(-2), list(-1), list(0), list(1), list(2));
        let three = |a, b, c| pair(pair(a, b), c);
        for (sort, value) in [
            (40, pair(b1.word, here.word)),
            (41, pair(here.word, a1.word)),
            (42, pair(b1.word, a1.word)),
            (44, pair(b1.cluster, here.cluster)),
            (45, pair(here.cluster, a1.cluster)),
            (46, three(b1.short, here.short, a1.short)),
            (47, three(b1.shape, here.shape, a1.shape)),
            (48, pair(l1, l0)),
            (49, pair(l0, r1)),
            (50, three(l2, l1, l0)),
            (51, three(l1, l0, r1)),
            (52, three(l0, r1, r2)),
            (53, three(b1.speech, here.speech, a1.speech)),
            (54, three(b2.speech, b1.speech, here.speech)),
            (55, three(here.speech, a1.speech, a2.speech)),
            (56, pair(b1.word, here.speech)),
            (57, pair(here.speech, a1.word)),
            (58, three(b1.word, here.tail, a1.speech)),
            (59, pair(b1.word, l0)),
            (60, pair(l0, a1.word)),
            (62, three(b1.cluster, here.cluster, a1.cluster)),
            (63, pair(b1.word, here.cluster)),
            (64, pair(here.cluster, a1.word)),
        ] {
            out.push(feature(sort, value));
        }
        // The nearest words to the left that may govern this one.
        let before = (sentence.start..at).rev().take(12);
        let governor = before.clone().find(|&token| reading.is(token, GOVERNORS) || self.is_verb(reading, token));
        let governor = governor.map_or((3, 0), |token| (self.form_of(reading, token).word, (at - token).min(6) as u32));
        out.push(feature(70, governor.0));
        out.push(feature(71, pair(governor.0, here.short)));
        out.push(feature(72, pair(governor.1, governor.0)));
        let preposition = before.clone().find(|&token| reading.is(token, Kinds::PREPOSITION.or(Kinds::CONJUNCTION)));
        let preposition = preposition.map_or(3, |token| {
            let before = if token > sentence.start { self.form_of(reading, token - 1).short } else { 5 };
            pair(self.form_of(reading, token).word, before)
        });
        out.push(feature(73, preposition));
    }

    /// What surroundings tell of a token.
    pub fn traits(&self, reading: &Reading, token: usize) -> Traits {
        self.runs.traits(reading, token)
    }

    /// What the lists say of a token, as one coarse number.
    pub fn summary_of(&self, token: usize) -> u32 {
        self.summary[token]
    }

    /// The features of a token's word.
    pub fn form_of(&self, reading: &Reading, token: usize) -> &FormFeatures {
        &self.forms[reading.tokens.tokens[token].form as usize]
    }

    fn is_verb(&self, reading: &Reading, token: usize) -> bool {
        self.form_of(reading, token).speech == VERB_ALONE
    }
}

const GOVERNORS: Kinds = Kinds::VERB.or(Kinds::SAYING);
/// The parts of speech of a lower-case word that can only be a verb.
const VERB_ALONE: u32 = 2 << 4;

fn facts(words: &Words, form: &super::tokens::Form) -> WordFacts {
    let exact = words.facts(&form.text);
    let lower = if form.shape == Shape::Lower { exact } else { words.facts(&form.lower) };
    // A capitalised word that has an entry of its own is another word than the lower-case one.
    let cluster = if exact.cluster != 0 { exact.cluster } else { lower.cluster };
    let names = if form.is_capital() { exact.bits & !15 } else { 0 };
    let names = names | part_names(words, form, &form.text);
    WordFacts { cluster, bits: lower.bits & 15 | exact.bits & 15 | names }
}

/// `al-Sabah` and `Johnson-Sirleaf` are names when their last part is.
fn part_names(words: &Words, form: &super::tokens::Form, text: &str) -> u8 {
    if !form.is_capital() {
        return 0;
    }
    text.rsplit_once('-').map_or(0, |(_, last)| words.facts(last).bits & !15)
}

fn form_features(form: &super::tokens::Form, facts: WordFacts) -> FormFeatures {
    let lower = &*form.lower;
    let shape = form.shape as u32;
    let capital = form.is_capital();
    let digits = form.shape == Shape::Number;
    let word = if digits { feature(1, lower.len() as u32) } else { feature(2, hash_str(lower)) };
    // A capitalised word's identity is rarely worth learning: names change from text to text.
    let word_wide = if capital { word | RARE } else { word };
    let cluster = u32::from(facts.cluster);
    let speech = u32::from(facts.parts_of_speech()) << 4 | u32::from(capital) << 3 | u32::from(digits) << 2;
    let tail = |n: usize| -> u32 {
        let start = lower.char_indices().rev().nth(n - 1).map_or(0, |(at, _)| at);
        hash_str(&lower[start..])
    };
    let head = |n: usize| -> u32 {
        let end = lower.char_indices().nth(n).map_or(lower.len(), |(at, _)| at);
        hash_str(&lower[..end])
    };
    let last_part = lower.rsplit('-').next().unwrap_or(lower);
    let short = cluster & 63;
    let names = u32::from(facts.names());
    FormFeatures {
        wide: [word_wide, feature(3, speech), feature(4, cluster & 1023)],
        middle: [
            feature(5, cluster),
            feature(6, short),
            feature(7, shape),
            feature(8, names << 4 | shape),
            feature(9, cluster & 15),
        ],
        narrow: [
            feature(10, tail(2)),
            feature(11, tail(3)),
            feature(12, tail(4)),
            feature(13, head(3)),
            feature(14, hash_str(last_part)) | if capital { RARE } else { 0 },
            feature(15, pair(shape, tail(3))),
        ],
        word: if capital && facts.cluster == 0 && facts.parts_of_speech() == 0 { feature(16, shape) } else { word },
        cluster: if cluster == 0 { feature(17, shape) } else { cluster },
        short: short << 4 | shape,
        speech,
        shape,
        tail: tail(3),
    }
}

fn class_features(kinds: Kinds, inside: Kinds, traits: Traits) -> Vec<u32> {
    let mut features = Vec::new();
    for bit in 0..32 {
        let kind = Kinds(1 << bit);
        if kinds.any(kind) {
            features.push(feature(20, bit << 1 | u32::from(inside.any(kind))));
        }
    }
    features.push(feature(21, kinds.0));
    for bit in 0..32 {
        if traits.run >> bit & 1 != 0 {
            features.push(feature(22, bit));
        }
        if traits.text >> bit & 1 != 0 {
            features.push(feature(23, bit));
        }
    }
    if traits.run != 0 {
        features.push(feature(24, traits.run));
        features.push(feature(25, traits.text));
    }
    features.push(feature(26, traits.weight));
    features
}

/// One number for what the lists say of a token, coarse enough to be combined with its neighbours'.
fn summary(kinds: Kinds, inside: Kinds, traits: Traits, shape: Shape) -> u32 {
    const ORDER: [Kinds; 20] = [
        Kinds::COURTESY,
        Kinds::OFFICE,
        Kinds::RANK,
        Kinds::PLURAL_OFFICE,
        Kinds::OCCUPATION,
        Kinds::DEMONYM,
        Kinds::COUNTRY,
        Kinds::BODY,
        Kinds::CITY,
        Kinds::HONORIFIC,
        Kinds::TIME,
        Kinds::PORTFOLIO,
        Kinds::SAYING,
        Kinds::DETERMINER,
        Kinds::PREPOSITION,
        Kinds::TOPIC_HEAD,
        Kinds::LIGHT,
        Kinds::MODIFIER,
        Kinds::JUDGING,
        Kinds::PARTICLE,
    ];
    let first = ORDER.iter().position(|&kind| kinds.any(kind)).map_or(31, |at| at as u32);
    let within = ORDER.get(first as usize).is_some_and(|&kind| inside.any(kind));
    let in_run = traits.run & Traits::IN_RUN != 0;
    first << 6 | u32::from(within) << 5 | u32::from(in_run) << 4 | shape as u32
}
