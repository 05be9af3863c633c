//! Judges the spans that the taggers think possible, each by itself, by what it is made of, what stands around it, what it
//! competes with, and what the whole text says of the same name or phrase.
//!
//! A logistic regression over hashed features, in which the tagger's own probability is one. The tagger sees a few tokens at
//! a time; whether a person who is met eleven times in a text about a trial holds an office, it cannot see.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::Class;
use super::bytes::{Broken, Reader, Writer};
use super::chain::{Chain, Tagged, choose, class_number};
use super::edges;
use super::features::{Features, feature};
use super::first_pass::FirstPass;
use super::known;
use super::lexicon::Kinds;
use super::reading::{Clue, Found, Reading};
use super::runs::Traits;
use super::tagger::Tagger;

/// Less probable spans are not looked at.
const POSSIBLE: [f32; 3] = [0.08, 0.08, 0.06];
/// The probability of a name that the tagger does not see, but that is known from elsewhere in the text.
const CARRIED: f32 = 0.03;
/// A weight of 1.0 is stored as this number.
const UNIT: f32 = 32.0;

/// Two answers about a span: whether it is marked just so, and whether a mark of its class touches it.
pub type Answers = [f32; 2];

/// The weights of the features, by their hash.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    keys: Vec<u32>,
    weights: Vec<[i8; 2]>,
    index: FxHashMap<u32, [i8; 2]>,
}

impl Judge {
    /// Of features and weights; those that round to nothing are left out.
    #[cfg(feature = "train")]
    pub fn new(mut weights: Vec<(u32, Answers)>) -> Judge {
        weights.sort_by_key(|(key, _)| *key);
        let round = |weight: f32| (weight * UNIT).round().clamp(-127.0, 127.0) as i8;
        let rounded = weights.into_iter().map(|(key, weights)| (key, weights.map(round)));
        let (keys, weights) = rounded.filter(|(_, weights)| *weights != [0; 2]).unzip();
        Judge::from_parts(keys, weights)
    }

    fn from_parts(keys: Vec<u32>, weights: Vec<[i8; 2]>) -> Judge {
        let index = keys.iter().copied().zip(weights.iter().copied()).collect();
        Judge { keys, weights, index }
    }

    /// The probabilities for a span with these features.
    pub fn probabilities(&self, features: &[(u32, f32)]) -> Answers {
        let mut sums = [0.0f32; 2];
        for (key, value) in features {
            let Some(weights) = self.index.get(key) else { continue };
            for (sum, &weight) in sums.iter_mut().zip(weights) {
                *sum += f32::from(weight) * value;
            }
        }
        sums.map(|sum| 1.0 / (1.0 + (-sum / UNIT).exp()))
    }

    /// Writes the weights.
    pub fn write(&self, out: &mut Writer) {
        out.sorted(&self.keys);
        for answer in 0..2 {
            self.weights.iter().for_each(|weights| out.u8(weights[answer] as u8));
        }
    }

    /// Reads weights.
    pub fn read(from: &mut Reader) -> Result<Judge, Broken> {
        let keys = from.sorted()?;
        let mut weights = vec![[0i8; 2]; keys.len()];
        for answer in 0..2 {
            for (weights, weight) in weights.iter_mut().zip(from.bytes(keys.len())?) {
                weights[answer] = *weight as i8;
            }
        }
        Ok(Judge::from_parts(keys, weights))
    }
}

/// What the text says of a name, by its last word.
#[derive(Clone, Copy, Debug, Default)]
struct NameFacts {
    mentions: u32,
    sum: f32,
    best: f32,
    second_best: f32,
    first: f32,
    /// How often a title stands beside it, and a word that says that its bearer holds no office.
    titled: u32,
    private: u32,
    longest: u32,
}

/// What the text says of a phrase.
#[derive(Clone, Copy, Debug, Default)]
struct PhraseFacts {
    mentions: u32,
    sum: f32,
}

/// The possible spans of a text. Two walks over the sentences: [`Candidates::find`], then [`Candidates::features`] of each.
#[derive(Debug, Default)]
pub struct Candidates {
    spans: Vec<Tagged>,
    /// `ends[i]` is one past the last span of sentence `i`.
    ends: Vec<usize>,
    names: FxHashMap<u32, NameFacts>,
    phrases: FxHashMap<u64, PhraseFacts>,
    /// How many roles and officials the tagger is sure of.
    n_sure: [u32; 3],
}

impl Candidates {
    /// First walk: finds the possible spans of the next sentence.
    pub fn find(
        &mut self,
        second: &Tagger,
        first: &FirstPass,
        reading: &Reading,
        features: &Features,
        sentence: usize,
    ) {
        let range = reading.tokens.sentence(sentence);
        let mut more = Vec::new();
        let rows = range.clone().map(|at| {
            more.clear();
            first.echoes.features(reading, features, &range, at, &mut more);
            second.refine(&first.scores[at], &more)
        });
        let mut spans = Vec::new();
        Chain::new(rows.collect(), second.exp_steps()).candidates(range.start, POSSIBLE, &mut spans);
        for span in &mut spans {
            edges::settle(reading, span);
        }
        spans.retain(|span| span.start < span.end);
        let mut carried = Vec::new();
        first.names.find(reading, range, &mut carried);
        spans.extend(carried.iter().map(|name| {
            let (start, end) = (name.start, name.end);
            Tagged { start, end, class: Class::Official, probability: CARRIED }
        }));
        // Of two that are the same now, the more probable.
        spans.sort_by(|a, b| {
            let key = |span: &Tagged| (span.start, span.end, class_number(span.class));
            key(a).cmp(&key(b)).then(b.probability.total_cmp(&a.probability))
        });
        spans.dedup_by_key(|span| (span.start, span.end, class_number(span.class)));
        self.learn(reading, features, &spans);
        self.spans.extend(spans);
        self.ends.push(self.spans.len());
    }

    fn learn(&mut self, reading: &Reading, features: &Features, spans: &[Tagged]) {
        // A name with and without its first word is met once.
        let mut by_end: BTreeMap<usize, Tagged> = BTreeMap::new();
        for &span in spans {
            if span.probability > 0.5 {
                self.n_sure[class_number(span.class)] += 1;
            }
            if span.class == Class::Official {
                let best = by_end.entry(span.end).or_insert(span);
                if span.probability > best.probability {
                    *best = span;
                }
            } else {
                let facts = self.phrases.entry(phrase(reading, features, &span)).or_default();
                facts.mentions += 1;
                facts.sum += span.probability;
            }
        }
        for span in by_end.into_values() {
            let (titled, private) = (is_titled(spans, &span), is_private(reading, &span));
            let facts = self.names.entry(features.word_id(reading, span.end - 1)).or_default();
            if facts.mentions == 0 {
                facts.first = span.probability;
            }
            facts.mentions += 1;
            facts.sum += span.probability;
            if span.probability > facts.best {
                (facts.best, facts.second_best) = (span.probability, facts.best);
            } else {
                facts.second_best = facts.second_best.max(span.probability);
            }
            facts.titled += u32::from(titled);
            facts.private += u32::from(private);
            facts.longest = facts.longest.max((span.end - span.start) as u32);
        }
    }

    /// The possible spans of a sentence, by start and end; they may overlap.
    pub fn of_sentence(&self, sentence: usize) -> &[Tagged] {
        &self.spans[self.range(sentence)]
    }

    /// Whether the text says that the bearer of a name holds no office (`journalist Ann Lee`), and never that they do.
    pub fn is_nobodys(&self, reading: &Reading, features: &Features, span: &Tagged) -> bool {
        let last = span.end - 1;
        let facts = self.names.get(&features.word_id(reading, last)).copied().unwrap_or_default();
        span.class == Class::Official
            && facts.private > 0
            && facts.titled == 0
            && features.traits(reading, last).text & Traits::KNOWN_OFFICIAL == 0
    }

    fn range(&self, sentence: usize) -> Range<usize> {
        sentence.checked_sub(1).map_or(0, |last| self.ends[last])..self.ends[sentence]
    }

    /// Second walk: the possible spans of a sentence with what the judge says of each.
    pub fn judged(
        &self,
        judge: &Judge,
        reading: &Reading,
        features: &Features,
        sentence: usize,
    ) -> Vec<(Tagged, Answers)> {
        let mut out = Vec::new();
        let spans = self.of_sentence(sentence).iter().enumerate();
        spans
            .map(|(number, span)| {
                if self.is_nobodys(reading, features, span) {
                    return (*span, [0.0; 2]);
                }
                out.clear();
                self.features(reading, features, sentence, number, &mut out);
                (*span, judge.probabilities(&out))
            })
            .collect()
    }

    /// Second walk, in training: adds the features of a possible span of a sentence to `out`, with their values.
    pub fn features(
        &self,
        reading: &Reading,
        features: &Features,
        sentence: usize,
        number: usize,
        out: &mut Vec<(u32, f32)>,
    ) {
        let spans = self.of_sentence(sentence);
        let span = &spans[number];
        let mut emit = Emit { class: class_number(span.class) as u32, out };
        let own = step(span.probability);
        emit.put(0, 0);
        emit.put(1, own);
        let odds = (span.probability.clamp(0.01, 0.99) / (1.0 - span.probability.clamp(0.01, 0.99))).ln();
        emit.value(2, odds);
        rivals(spans, span, own, &mut emit);
        made_of(reading, features, &reading.tokens.sentence(sentence), span, own, &mut emit);
        emit.put(40, (sentence as u32).min(2) + u32::from(sentence > 4) + u32::from(sentence > 12));
        self.in_the_text(reading, features, spans, span, own, &mut emit);
    }

    /// What the whole text says of the same name or phrase.
    fn in_the_text(
        &self,
        reading: &Reading,
        features: &Features,
        spans: &[Tagged],
        span: &Tagged,
        own: u32,
        emit: &mut Emit,
    ) {
        let roles = few(self.n_sure[1]);
        emit.put(50, roles);
        emit.put(51, few(self.n_sure[0]) << 4 | own);
        emit.put(52, roles << 4 | own);
        if span.class != Class::Official {
            let facts = self.phrases.get(&phrase(reading, features, span)).copied().unwrap_or_default();
            let others = facts.mentions.saturating_sub(1);
            let mean = if others == 0 { 15 } else { step((facts.sum - span.probability) / others as f32) };
            emit.put(53, few(others) << 8 | mean << 4 | own);
            emit.put(54, few(others) << 4 | mean);
            return;
        }
        let last = span.end - 1;
        let facts = self.names.get(&features.word_id(reading, last)).copied().unwrap_or_default();
        let others = facts.mentions.saturating_sub(1);
        let best = if span.probability >= facts.best { facts.second_best } else { facts.best };
        let best = if others == 0 { 15 } else { step(best) };
        let mean = if others == 0 { 15 } else { step(((facts.sum - span.probability) / others as f32).max(0.0)) };
        let titled_here = is_titled(spans, span);
        let titled = (facts.titled.saturating_sub(u32::from(titled_here))).min(2);
        let private = facts.private.min(2);
        emit.put(60, few(others) << 4 | best);
        emit.put(61, mean << 4 | own);
        emit.put(62, titled << 1 | u32::from(titled_here));
        emit.put(63, titled << 5 | u32::from(titled_here) << 4 | own);
        emit.put(64, private << 4 | titled);
        emit.put(65, step(facts.first) << 4 | own);
        emit.put(66, best << 8 | mean << 4 | step(facts.first));
        let length = (span.end - span.start) as u32;
        emit.put(67, u32::from(facts.longest > length) << 4 | length.min(3));
        emit.put(68, u32::from(private > 0) << 8 | best << 4 | own);
        let traits = features.traits(reading, last);
        let known = (traits.text | traits.run) >> 16 & 3;
        emit.put(69, known << 2 | titled.min(1) << 1 | u32::from(titled_here));
        emit.put(72, known << 4 | own);
        for bit in 0..32 {
            if traits.text >> bit & 1 != 0 {
                emit.put(70, bit);
            }
            if traits.run >> bit & 1 != 0 {
                emit.put(71, bit);
            }
        }
    }
}

/// Chooses among judged spans of one sentence. To have just the right edges is worth more than to be near.
pub fn settle(judged: &[(Tagged, Answers)], floors: [f32; 3], share: f32, out: &mut Vec<Tagged>) {
    let worth = |&(span, [exact, near]): &(Tagged, Answers)| Tagged {
        probability: (1.0 - share) * exact + share * near,
        ..span
    };
    let spans: Vec<Tagged> = judged.iter().map(worth).collect();
    let from = out.len();
    choose(&spans, floors, out);
    for chosen in &mut out[from..] {
        let is_same = |span: &Tagged| (span.start, span.end, span.class) == (chosen.start, chosen.end, chosen.class);
        chosen.probability = judged.iter().find(|(span, _)| is_same(span)).map_or(0.0, |(_, [exact, _])| *exact);
    }
}

/// Where features of one span go.
struct Emit<'o> {
    class: u32,
    out: &'o mut Vec<(u32, f32)>,
}

impl Emit<'_> {
    fn put(&mut self, sort: u32, value: u32) {
        self.out.push((feature(300 + self.class * 100 + sort, value), 1.0));
    }

    fn value(&mut self, sort: u32, value: f32) {
        self.out.push((feature(300 + self.class * 100 + sort, 0), value));
    }
}

/// Spans of the sentence that overlap a span, or stand beside it.
fn rivals(spans: &[Tagged], span: &Tagged, own: u32, emit: &mut Emit) {
    let (mut better, mut same, mut other) = (0u32, 0.0f32, 0.0f32);
    let (mut longer, mut shorter) = (0.0f32, 0.0f32);
    let (mut before, mut after) = (None::<&Tagged>, None::<&Tagged>);
    for rival in spans.iter().filter(|rival| *rival != span) {
        let best_of = |kept: Option<&Tagged>| kept.is_none_or(|kept| rival.probability > kept.probability);
        if rival.start < span.end && span.start < rival.end {
            better += u32::from(rival.probability > span.probability);
            let most = if rival.class == span.class { &mut same } else { &mut other };
            *most = most.max(rival.probability);
            if rival.class == span.class {
                let side = if rival.end - rival.start > span.end - span.start { &mut longer } else { &mut shorter };
                *side = side.max(rival.probability);
            }
        } else if rival.end <= span.start && rival.end + 2 >= span.start && best_of(before) {
            before = Some(rival);
        } else if rival.start >= span.end && rival.start <= span.end + 2 && best_of(after) {
            after = Some(rival);
        }
    }
    emit.put(3, better.min(3) << 4 | own);
    emit.put(4, step(same) << 4 | own);
    emit.put(5, step(other) << 4 | own);
    emit.put(6, step(longer) << 4 | step(shorter));
    let beside = |rival: Option<&Tagged>| {
        rival.map_or(0, |rival| {
            let gap = if rival.end <= span.start { span.start - rival.end } else { rival.start - span.end };
            1 + (class_number(rival.class) as u32 + 4 * gap as u32) * 16 + step(rival.probability)
        })
    };
    emit.put(7, beside(before));
    emit.put(8, beside(after));
}

/// The words of a span and those around it.
fn made_of(reading: &Reading, features: &Features, sentence: &Range<usize>, span: &Tagged, own: u32, emit: &mut Emit) {
    let (first, last) = (span.start, span.end - 1);
    let at = |token: usize| sentence.contains(&token).then_some(token);
    let (before, after) = (at(first.wrapping_sub(1)), at(last + 1));
    let before_that = at(first.wrapping_sub(2));
    let word = |token: Option<usize>| token.map_or(3, |token| features.form_of(reading, token).word());
    let short = |token: Option<usize>| token.map_or(5, |token| features.form_of(reading, token).short());
    let cluster = |token: Option<usize>| token.map_or(7, |token| features.form_of(reading, token).cluster());
    let list = |token: Option<usize>| token.map_or(1, |token| features.summary_of(token));
    let pair = |a: u32, b: u32| feature(a, b);
    let is_joint = |&token: &usize| reading.is(token, Kinds::PREPOSITION) || &*reading.form(token).lower == "to";
    let head = (first + 1..=last).find(is_joint).map_or(last, |joint| joint - 1);
    let length = (span.end - span.start) as u32;
    for (sort, value) in [
        (10, length.min(8)),
        (11, word(Some(first))),
        (12, word(Some(last))),
        (13, cluster(Some(first))),
        (14, cluster(Some(last))),
        (15, word(before)),
        (16, word(after)),
        (17, short(before)),
        (18, short(after)),
        (19, pair(word(before), short(Some(first)))),
        (20, pair(short(Some(last)), word(after))),
        (21, pair(word(before_that), word(before))),
        (22, word(Some(head))),
        (23, cluster(Some(head))),
        (24, pair(short(Some(head)), word(before))),
        (25, list(Some(first))),
        (26, list(Some(last))),
        (27, list(before)),
        (28, list(after)),
        (29, pair(list(before), list(Some(first)))),
        (30, pair(list(Some(last)), list(after))),
        (31, pair(short(before), short(Some(first)))),
        (32, pair(short(Some(last)), short(after))),
        (33, length.min(4) << 4 | own),
        (34, features.count(reading.tokens.tokens[head].form as usize).min(4)),
    ] {
        emit.put(sort, value);
    }
    let inside = first..span.end;
    let count = |of: &dyn Fn(usize) -> bool| inside.clone().filter(|&token| of(token)).count().min(3) as u32;
    let joints = count(&|token| is_joint(&token));
    let joins = count(&|token| matches!(reading.lower(token), "and" | "or" | "," | "&"));
    let capitals = count(&|token| reading.form(token).is_capital());
    emit.put(35, joints << 4 | joins);
    emit.put(36, u32::from(capitals as usize == inside.len().min(3)) << 4 | capitals << 2 | joints);
    let mut pattern = 0;
    for token in inside.clone().take(3).chain(inside.clone().rev().take(inside.len().saturating_sub(3).min(3))) {
        pattern = feature(pattern, features.form_of(reading, token).speech());
    }
    emit.put(37, pattern);
    let tail = after.filter(|&token| is_joint(&token)).map(|token| token + 1);
    emit.put(38, pair(word(after), tail.map_or(0, |token| short(at(token)))));
}

/// Whether a role that is more likely than not stands beside a name.
fn is_titled(spans: &[Tagged], name: &Tagged) -> bool {
    spans.iter().any(|role| {
        role.class == Class::Role
            && role.probability > 0.4
            && (role.end <= name.start && role.end + 1 >= name.start
                || role.start >= name.end && role.start <= name.end + 2)
    })
}

fn is_private(reading: &Reading, name: &Tagged) -> bool {
    let (start, end) = (name.start, name.end);
    known::is_private(reading, &Found { start, end, class: name.class, of: None, score: 0.0, clue: Clue::ModelName })
}

fn phrase(reading: &Reading, features: &Features, span: &Tagged) -> u64 {
    let mut hash = class_number(span.class) as u64;
    for token in span.start..span.end {
        hash = (hash ^ u64::from(features.word_id(reading, token))).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
    }
    hash
}

/// A probability in eleven steps.
fn step(probability: f32) -> u32 {
    (probability * 10.0) as u32
}

/// A count in few steps.
fn few(count: u32) -> u32 {
    match count {
        0..=2 => count,
        3..=5 => 3,
        6..=10 => 4,
        _ => 5,
    }
}
