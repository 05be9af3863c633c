//! The trained sequence model: a linear-chain conditional random field over the tokens of a sentence.
//!
//! Labels are O and, for each class, Begin, Inside, End and Single. Instead of the one best path, spans are chosen whose
//! own probability is high enough, which is what the user is shown as the score.

use std::ops::Range;

use super::Class;
use super::bytes::{Broken, Reader, Writer};
use super::features::{Features, REACH, shifted};
use super::reading::Reading;

/// O, and B I E S of three classes.
pub const LABELS: usize = 13;
/// No mention is longer, in tokens.
const MAX_SPAN: usize = 32;
/// A weight of 1.0 is stored as this number.
const UNIT: f32 = 12.0;

/// Sums of stored weights, one for each label; more than labels, so that they are added in one go.
type Sum = [i16; LANES];
const LANES: usize = 16;

/// One number for each label.
pub type Row = [f32; LABELS];

/// The classes in the order of their labels.
pub const CLASSES: [Class; 3] = [Class::Official, Class::Role, Class::Topic];

/// Whether one label may follow another.
pub fn may_follow(before: usize, after: usize) -> bool {
    let opens = |label: usize| label > 0 && matches!((label - 1) % 4, 0 | 1);
    let continues = |label: usize| label > 0 && matches!((label - 1) % 4, 1 | 2);
    if opens(before) { continues(after) && (before - 1) / 4 == (after - 1) / 4 } else { !continues(after) }
}

/// A stretch of tokens with its probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tagged {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// What it is.
    pub class: Class,
    /// The model's probability of exactly this stretch, 0.0 to 1.0.
    pub probability: f32,
}

/// The weights.
#[derive(Clone, Debug)]
pub struct Tagger {
    /// All features with weights, rising; the lowest three bits are distances.
    keys: Vec<u32>,
    /// A row of [`LANES`] for each key.
    weights: Vec<i8>,
    /// Open addressing: a feature's place (without its distance) is its hash, else the next free one.
    /// A place holds the feature, 0 when it is free.
    places: Vec<u32>,
    /// For each place, the first row and the distances.
    found: Vec<Place>,
    /// From label to label; forbidden ones are very small.
    steps: [Row; LABELS],
    exp_steps: [Row; LABELS],
}

/// Where the rows of a feature lie: one for each distance from which it has weights.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    row: u32,
    /// Bit `d`: seen from distance `d`.
    distances: u8,
}

/// The bits of a feature that are its distance.
const DISTANCE_BITS: u32 = 7;

impl Tagger {
    #[cfg(any(test, feature = "train"))]
    /// A model of feature weights, which are rounded to what the file stores, and of steps between labels.
    /// Features whose weights are all below `floor` are left out.
    pub fn new(mut features: Vec<(u32, Row)>, steps: [Row; LABELS], floor: f32) -> Tagger {
        features.sort_by_key(|(feature, _)| *feature);
        let round = |weight: f32| (weight * UNIT).round().clamp(-127.0, 127.0) as i8;
        features.retain(|(_, row)| row.iter().any(|&weight| weight.abs() >= floor));
        let keys = features.iter().map(|(feature, _)| *feature).collect();
        let weights = features.iter().flat_map(|(_, row)| padded(row.map(round))).collect();
        Tagger::from_parts(keys, weights, steps)
    }

    fn from_parts(keys: Vec<u32>, weights: Vec<i8>, mut steps: [Row; LABELS]) -> Tagger {
        for (before, row) in steps.iter_mut().enumerate() {
            for (after, step) in row.iter_mut().enumerate() {
                if !may_follow(before, after) {
                    *step = -1e4;
                }
            }
        }
        let mut n_places = keys.len();
        n_places -= keys.windows(2).filter(|pair| pair[0] & !DISTANCE_BITS == pair[1] & !DISTANCE_BITS).count();
        let size = (n_places * 2).next_power_of_two().max(8);
        let (mut places, mut found) = (vec![0; size], vec![Place::default(); size]);
        for (row, &key) in keys.iter().enumerate() {
            let feature = key & !DISTANCE_BITS;
            let mut at = place(feature, size);
            while places[at] != 0 && places[at] != feature {
                at = (at + 1) & (size - 1);
            }
            if places[at] == 0 {
                (places[at], found[at].row) = (feature, row as u32);
            }
            found[at].distances |= 1 << (key & DISTANCE_BITS);
        }
        let exp_steps = steps.map(|row| row.map(f32::exp));
        Tagger { keys, weights, places, found, steps, exp_steps }
    }

    /// How many features have weights.
    #[cfg(any(test, feature = "train"))]
    pub fn n_features(&self) -> usize {
        self.keys.len()
    }

    fn find(&self, feature: u32) -> Option<Place> {
        let size = self.places.len();
        let mut at = place(feature, size);
        loop {
            let there = self.places[at];
            if there == feature {
                return Some(self.found[at]);
            }
            if there == 0 {
                return None;
            }
            at = (at + 1) & (size - 1);
        }
    }

    fn add_row(&self, number: u32, sum: &mut Sum) {
        let start = number as usize * LANES;
        for (sum, &weight) in sum.iter_mut().zip(&self.weights[start..start + LANES]) {
            *sum = sum.wrapping_add(i16::from(weight));
        }
    }

    /// Adds the weights of a feature as seen from its own distance.
    fn add(&self, feature: u32, row: &mut Sum) {
        let Some(place) = self.find(feature & !DISTANCE_BITS) else { return };
        let distance = 1u8 << (feature & DISTANCE_BITS);
        if place.distances & distance != 0 {
            self.add_row(place.row + (place.distances & (distance - 1)).count_ones(), row);
        }
    }

    /// Adds the weights of a feature to the rows of all distances from which it is seen.
    fn add_all(&self, feature: u32, rows: &mut [Sum; DISTANCES]) {
        let Some(place) = self.find(feature & !DISTANCE_BITS) else { return };
        let mut number = place.row;
        for (distance, row) in rows.iter_mut().enumerate() {
            if place.distances >> distance & 1 != 0 {
                self.add_row(number, row);
                number += 1;
            }
        }
    }

    /// Writes the model.
    pub fn write(&self, out: &mut Writer) {
        out.sorted(&self.keys);
        for label in 0..LABELS {
            for row in self.weights.chunks_exact(LANES) {
                out.u8(row[label] as u8);
            }
        }
        for step in self.steps.iter().flatten() {
            out.f32(*step);
        }
    }

    /// Reads a model.
    pub fn read(from: &mut Reader) -> Result<Tagger, Broken> {
        let keys = from.sorted()?;
        if keys.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Broken);
        }
        let mut weights = vec![0i8; keys.len() * LANES];
        for label in 0..LABELS {
            for row in weights.chunks_exact_mut(LANES) {
                row[label] = from.u8()? as i8;
            }
        }
        let mut steps = [[0.0; LABELS]; LABELS];
        for step in steps.iter_mut().flatten() {
            *step = from.f32()?;
            if !step.is_finite() {
                return Err(Broken);
            }
        }
        Ok(Tagger::from_parts(keys, weights, steps))
    }
}

#[cfg(any(test, feature = "train"))]
fn padded(row: [i8; LABELS]) -> [i8; LANES] {
    std::array::from_fn(|lane| row.get(lane).copied().unwrap_or(0))
}

fn place(feature: u32, size: usize) -> usize {
    (feature >> 4) as usize & (size - 1)
}

/// Tagging one text: remembers what each frequent word and each class adds, from each distance.
#[derive(Debug, Default)]
pub struct Tagging {
    /// For each form, its place in `form_rows`, or [`Tagging::UNKNOWN`].
    forms: Vec<u32>,
    form_rows: Vec<[Sum; DISTANCES]>,
    class_rows: Vec<[Sum; DISTANCES]>,
    /// For each token of the sentence: what its word adds, when that is not worth remembering.
    rare_rows: Vec<[Sum; DISTANCES]>,
    joint: Vec<u32>,
}

const DISTANCES: usize = 2 * REACH + 1;

/// Seen where the sentence has ended.
pub fn outside_feature(distance: usize) -> u32 {
    shifted(0x5eed_0000, distance)
}

impl Tagging {
    const UNKNOWN: u32 = u32::MAX;

    /// Learns what the words and classes of a sentence add.
    fn prepare(&mut self, tagger: &Tagger, reading: &Reading, features: &Features, sentence: &Range<usize>) {
        self.forms.resize(features.forms.len(), Self::UNKNOWN);
        for class in &features.classes[self.class_rows.len()..] {
            let mut rows = [[0; LANES]; DISTANCES];
            class.iter().for_each(|&feature| tagger.add_all(feature, &mut rows));
            self.class_rows.push(rows);
        }
        self.rare_rows.clear();
        for token in sentence.clone() {
            let mut rows = [[0; LANES]; DISTANCES];
            let form = reading.tokens.tokens[token].form as usize;
            if self.forms[form] == Self::UNKNOWN {
                features.forms[form].each(|feature| tagger.add_all(feature, &mut rows));
                // A word that stands there once or twice is not worth remembering.
                if features.count(form) > 2 {
                    self.forms[form] = self.form_rows.len() as u32;
                    self.form_rows.push(rows);
                }
            }
            self.rare_rows.push(rows);
        }
    }

    fn sum(
        &mut self,
        tagger: &Tagger,
        reading: &Reading,
        features: &Features,
        sentence: &Range<usize>,
        at: usize,
    ) -> Sum {
        let mut sum = [0; LANES];
        for distance in 0..DISTANCES {
            let token = (at + distance).wrapping_sub(REACH);
            if !sentence.contains(&token) {
                tagger.add(outside_feature(distance), &mut sum);
                continue;
            }
            let rows = match self.forms[reading.tokens.tokens[token].form as usize] {
                Self::UNKNOWN => &self.rare_rows[token - sentence.start],
                kept => &self.form_rows[kept as usize],
            };
            add_row(&mut sum, &rows[distance]);
            add_row(&mut sum, &self.class_rows[features.class_of[token] as usize][distance]);
        }
        let mut joint = std::mem::take(&mut self.joint);
        joint.clear();
        features.joint(reading, sentence, at, &mut joint);
        for &feature in &joint {
            tagger.add(feature, &mut sum);
        }
        self.joint = joint;
        sum
    }

    /// The scores of the labels at each token of a sentence, in units of the stored weights.
    pub fn scores(
        &mut self,
        tagger: &Tagger,
        reading: &Reading,
        features: &Features,
        sentence: Range<usize>,
        out: &mut Vec<Scores>,
    ) {
        self.prepare(tagger, reading, features, &sentence);
        for at in sentence.clone() {
            let sum = self.sum(tagger, reading, features, &sentence, at);
            out.push(std::array::from_fn(|label| sum[label]));
        }
    }
}

/// The scores of a token, kept small: sums of stored weights.
pub type Scores = [i16; LABELS];

impl Tagger {
    /// The exponentials of the steps between labels, as [`Chain`] wants them.
    pub fn exp_steps(&self) -> &[Row; LABELS] {
        &self.exp_steps
    }

    #[cfg(feature = "train")]
    /// The steps between labels.
    pub fn steps(&self) -> &[Row; LABELS] {
        &self.steps
    }

    /// Scores with the weights of more features added, as natural logarithms.
    pub fn refine(&self, scores: &Scores, more: &[u32]) -> Row {
        let mut sum = [0; LANES];
        sum[..LABELS].copy_from_slice(scores);
        for &feature in more {
            self.add(feature, &mut sum);
        }
        std::array::from_fn(|label| f32::from(sum[label]) / UNIT)
    }
}

fn add_row(sum: &mut Sum, row: &Sum) {
    for (sum, add) in sum.iter_mut().zip(row) {
        *sum = sum.wrapping_add(*add);
    }
}

/// Forward and backward probabilities of a sentence.
pub struct Chain<'s> {
    /// exp of the scores, scaled by the token's own largest and by the forward sum, so that paths multiply to probabilities.
    potentials: Vec<Row>,
    forward: Vec<Row>,
    backward: Vec<Row>,
    steps: &'s [Row; LABELS],
    /// Log of the sum over all paths.
    pub log_sum: f64,
}

impl<'s> Chain<'s> {
    /// From the labels' scores of each token and the exponentials of the steps.
    pub fn new(rows: Vec<Row>, steps: &'s [Row; LABELS]) -> Self {
        let count = rows.len();
        let mut chain = Chain {
            potentials: rows,
            forward: Vec::with_capacity(count),
            backward: vec![[1.0; LABELS]; count],
            steps,
            log_sum: 0.0,
        };
        for at in 0..count {
            let largest = chain.potentials[at].iter().copied().fold(f32::MIN, f32::max);
            for score in &mut chain.potentials[at] {
                *score = (*score - largest).exp();
            }
            let mut here = [0.0f32; LABELS];
            match at.checked_sub(1) {
                None => here = std::array::from_fn(|after| f32::from(u8::from(may_follow(0, after)))),
                Some(last) => {
                    for (before, row) in chain.forward[last].iter().zip(steps) {
                        for (sum, step) in here.iter_mut().zip(row) {
                            *sum += before * step;
                        }
                    }
                }
            }
            for (sum, potential) in here.iter_mut().zip(&chain.potentials[at]) {
                *sum *= potential;
            }
            if at + 1 == count {
                for (label, forward) in here.iter_mut().enumerate() {
                    if !may_follow(label, 0) {
                        *forward = 0.0;
                    }
                }
            }
            let sum: f32 = here.iter().sum::<f32>().max(1e-30);
            chain.log_sum += f64::from(sum.ln() + largest);
            chain.forward.push(here.map(|forward| forward / sum));
            chain.potentials[at] = chain.potentials[at].map(|potential| potential / sum);
        }
        for at in (0..count).rev() {
            chain.backward[at] = if at + 1 == count {
                std::array::from_fn(|label| f32::from(u8::from(may_follow(label, 0))))
            } else {
                let (potentials, after) = (&chain.potentials[at + 1], &chain.backward[at + 1]);
                let ahead: Row = std::array::from_fn(|label| potentials[label] * after[label]);
                std::array::from_fn(|label| (0..LABELS).map(|next| steps[label][next] * ahead[next]).sum())
            };
        }
        chain
    }

    #[cfg(any(test, feature = "train"))]
    /// The probability of each label at a token.
    pub fn labels(&self, at: usize) -> Row {
        std::array::from_fn(|label| self.forward[at][label] * self.backward[at][label])
    }

    #[cfg(feature = "train")]
    /// The probability of two labels at a token and the next.
    pub fn pair(&self, at: usize, label: usize, next: usize) -> f32 {
        self.forward[at][label] * self.steps[label][next] * self.potentials[at + 1][next] * self.backward[at + 1][next]
    }

    /// Chooses spans of a sentence that begins at token `offset`: apart from each other, in order, each with a
    /// probability above its class's floor; those that together add most above the floors.
    pub fn spans(&self, offset: usize, floors: [f32; 3], out: &mut Vec<Tagged>) {
        let count = self.forward.len();
        // best[i]: the most that can be had from the first i tokens, and the span that ends there.
        let mut best: Vec<(f32, Option<Tagged>)> = vec![(0.0, None); count + 1];
        let mut ending: Vec<Vec<Tagged>> = vec![Vec::new(); count + 1];
        for start in 0..count {
            for (class, &floor) in floors.iter().enumerate() {
                self.spans_from(start, class, floor, &mut ending);
            }
        }
        for end in 1..=count {
            best[end] = (best[end - 1].0, None);
            for &span in &ending[end] {
                let floor = floors[CLASSES.iter().position(|&class| class == span.class).unwrap_or(0)];
                let total = best[span.start].0 + span.probability - floor;
                if total > best[end].0 {
                    best[end] = (total, Some(span));
                }
            }
        }
        let from = out.len();
        let mut end = count;
        while end > 0 {
            match best[end].1 {
                Some(span) => {
                    out.push(Tagged { start: span.start + offset, end: span.end + offset, ..span });
                    end = span.start;
                }
                None => end -= 1,
            }
        }
        out[from..].reverse();
    }

    fn spans_from(&self, start: usize, class: usize, floor: f32, ending: &mut [Vec<Tagged>]) {
        let [begin, inside, end, single] = [1, 2, 3, 4].map(|part| class * 4 + part);
        let mut push = |last: usize, probability: f32| {
            if probability > floor {
                let span = Tagged { start, end: last + 1, class: CLASSES[class], probability: probability.min(1.0) };
                ending[last + 1].push(span);
            }
        };
        push(start, self.forward[start][single] * self.backward[start][single]);
        let mut open = self.forward[start][begin];
        // The probability of all spans that begin here; when it is low, none of them can be high.
        if open * self.backward[start][begin] <= floor {
            return;
        }
        let mut label = begin;
        for last in start + 1..self.forward.len().min(start + MAX_SPAN) {
            push(last, open * self.steps[label][end] * self.potentials[last][end] * self.backward[last][end]);
            open *= self.steps[label][inside] * self.potentials[last][inside];
            label = inside;
            if open * self.backward[last][inside] <= floor {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores that differ from token to token and label to label.
    fn rows(count: usize) -> Vec<Row> {
        (0..count).map(|at| std::array::from_fn(|label| ((at * 7 + label * 5) % 11) as f32 / 3.0)).collect()
    }

    fn steps() -> [Row; LABELS] {
        Tagger::new(Vec::new(), [[0.1; LABELS]; LABELS], 0.0).exp_steps
    }

    #[test]
    fn the_probabilities_of_a_tokens_labels_sum_to_one() {
        let steps = steps();
        let chain = Chain::new(rows(9), &steps);
        for at in 0..9 {
            let sum: f32 = chain.labels(at).iter().sum();
            assert!((sum - 1.0).abs() < 1e-4, "token {at}: {sum}");
        }
    }

    #[test]
    fn a_spans_probability_is_that_of_its_labels() {
        let steps = steps();
        let chain = Chain::new(rows(9), &steps);
        let mut spans = Vec::new();
        chain.spans(100, [0.0; 3], &mut spans);
        assert!(!spans.is_empty());
        for span in spans {
            let class = CLASSES.iter().position(|&class| class == span.class).expect("a class");
            let begin = class * 4 + if span.end - span.start == 1 { 4 } else { 1 };
            let at_most = chain.labels(span.start - 100)[begin];
            assert!(span.probability <= at_most + 1e-5, "{span:?}, {at_most}");
        }
    }

    #[test]
    fn labels_follow_each_other_as_spans_do() {
        for (before, after, may) in
            [(0, 0, true), (0, 1, true), (0, 2, false), (1, 3, true), (1, 7, false), (3, 4, true)]
        {
            assert_eq!(may_follow(before, after), may, "{before} {after}");
        }
    }

    #[test]
    fn a_tagger_is_written_and_read() {
        let row = |weight: f32| [weight; LABELS];
        let tagger = Tagger::new(vec![(32, row(1.0)), (17, row(-0.5)), (16, row(0.01))], [[0.5; LABELS]; LABELS], 0.1);
        assert_eq!(tagger.n_features(), 2);
        let mut out = Writer::default();
        tagger.write(&mut out);
        let again = Tagger::read(&mut Reader(&out.0)).expect("what was written");
        assert_eq!(again.refine(&[0; LABELS], &[32, 17, 16, 48]), row(0.5));
        assert_eq!(Tagger::read(&mut Reader(&out.0[..out.0.len() - 1])).err(), Some(Broken));
    }
}
