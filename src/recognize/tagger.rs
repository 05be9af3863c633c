//! The trained sequence model: a linear-chain conditional random field over the tokens of a sentence.
//!
//! Labels are O and, for each class, Begin, Inside, End and Single. Instead of the one best path, spans are chosen whose
//! own probability is high enough, which is what the user is shown as the score.

use std::ops::Range;

use super::bytes::{Broken, Reader, Writer};
use super::chain::{LABELS, Row, may_follow};
use super::features::{Features, REACH, shifted};
use super::reading::Reading;
use super::sum::{Sum, Weights};

/// A weight of 1.0 is stored as this number.
const UNIT: f32 = 12.0;

/// The weights.
#[derive(Clone, Debug)]
pub struct Tagger {
    /// A row for each feature from each distance, in the order of their keys.
    weights: Vec<Weights>,
    /// Open addressing: a feature's place (without its distance) is its hash, else the next free one.
    places: Vec<Place>,
    /// A bit for each feature, by its upper bits: most features that have no weights are known to have none without a look
    /// at `places`, which is too large for the processor's nearest cache.
    filter: Vec<u64>,
    /// From label to label; forbidden ones are very small.
    steps: [Row; LABELS],
    exp_steps: [Row; LABELS],
}

/// Where the rows of a feature lie: one for each distance from which it has weights.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// The feature; 0 when the place is free.
    feature: u32,
    /// The first row, and in the lowest eight bits the distances: bit `d`, seen from distance `d`.
    found: u32,
}

impl Place {
    fn row(self) -> u32 {
        self.found >> 8
    }

    fn distances(self) -> u8 {
        self.found as u8
    }
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
        let weights = features.iter().map(|(_, row)| padded(row.map(round))).collect();
        Tagger::from_parts(keys, weights, steps)
    }

    fn from_parts(keys: Vec<u32>, weights: Vec<Weights>, mut steps: [Row; LABELS]) -> Tagger {
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
        let mut places = vec![Place::default(); size];
        let mut filter = vec![0u64; FILTER_WORDS];
        for (row, &key) in keys.iter().enumerate() {
            let feature = key & !DISTANCE_BITS;
            let (word, bit) = filter_bit(feature);
            filter[word] |= bit;
            let mut at = place(feature, size);
            while places[at].feature != 0 && places[at].feature != feature {
                at = (at + 1) & (size - 1);
            }
            if places[at].feature == 0 {
                places[at] = Place { feature, found: (row as u32) << 8 };
            }
            places[at].found |= 1 << (key & DISTANCE_BITS);
        }
        let exp_steps = steps.map(|row| row.map(f32::exp));
        Tagger { weights, places, filter, steps, exp_steps }
    }

    /// How many features have weights.
    #[cfg(any(test, feature = "train"))]
    pub fn n_features(&self) -> usize {
        self.weights.len()
    }

    /// The key of each row, rising: a feature whose lowest three bits are the distance.
    fn keys(&self) -> Vec<u32> {
        let mut keys = vec![0; self.weights.len()];
        for place in self.places.iter().filter(|place| place.feature != 0) {
            let distances = (0..DISTANCES as u32).filter(|distance| place.distances() >> distance & 1 == 1);
            for (row, distance) in (place.row()..).zip(distances) {
                keys[row as usize] = place.feature | distance;
            }
        }
        keys
    }

    fn find(&self, feature: u32) -> Option<Place> {
        let (word, bit) = filter_bit(feature);
        if self.filter[word] & bit == 0 {
            return None;
        }
        let size = self.places.len();
        let mut at = place(feature, size);
        loop {
            let there = self.places[at];
            if there.feature == feature {
                return Some(there);
            }
            if there.feature == 0 {
                return None;
            }
            at = (at + 1) & (size - 1);
        }
    }

    fn add_row(&self, number: u32, sum: &mut Sum) {
        sum.add_weights(&self.weights[number as usize]);
    }

    /// Adds the weights of a feature as seen from its own distance.
    fn add(&self, feature: u32, row: &mut Sum) {
        let Some(place) = self.find(feature & !DISTANCE_BITS) else { return };
        let distance = 1u8 << (feature & DISTANCE_BITS);
        if place.distances() & distance != 0 {
            self.add_row(place.row() + (place.distances() & (distance - 1)).count_ones(), row);
        }
    }

    /// Adds the weights of a feature to the rows of all distances from which it is seen.
    fn add_all(&self, feature: u32, rows: &mut [Sum; DISTANCES]) {
        let Some(place) = self.find(feature & !DISTANCE_BITS) else { return };
        let (mut number, mut distances) = (place.row(), place.distances());
        while distances != 0 {
            // The eighth bit is never set: no feature is seen from so far away.
            self.add_row(number, &mut rows[distances.trailing_zeros() as usize % DISTANCES]);
            (number, distances) = (number + 1, distances & (distances - 1));
        }
    }

    /// Writes the model.
    pub fn write(&self, out: &mut Writer) {
        out.sorted(&self.keys());
        for label in 0..LABELS {
            for row in &self.weights {
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
        let mut weights = vec![Weights::default(); keys.len()];
        for label in 0..LABELS {
            for (row, weight) in weights.iter_mut().zip(from.bytes(keys.len())?) {
                row[label] = *weight as i8;
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
fn padded(row: [i8; LABELS]) -> Weights {
    std::array::from_fn(|lane| row.get(lane).copied().unwrap_or(0))
}

/// So large that the filter stays in the nearest cache, and that one feature in five passes it by chance.
const FILTER_WORDS: usize = 1 << 12;

fn filter_bit(feature: u32) -> (usize, u64) {
    let bit = (feature >> 14) as usize;
    (bit / 64 % FILTER_WORDS, 1 << (bit % 64))
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
            let mut rows = [Sum::default(); DISTANCES];
            class.iter().for_each(|&feature| tagger.add_all(feature, &mut rows));
            self.class_rows.push(rows);
        }
        self.rare_rows.clear();
        for token in sentence.clone() {
            let mut rows = [Sum::default(); DISTANCES];
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
        let mut sum = Sum::default();
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
            sum.add(&rows[distance]);
            sum.add(&self.class_rows[features.class_of[token] as usize][distance]);
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
            out.push(std::array::from_fn(|label| sum.lane(label)));
        }
    }
}

/// The scores of a token, kept small: sums of stored weights.
pub type Scores = [i16; LABELS];

impl Tagger {
    /// The exponentials of the steps between labels, as [`Chain`](super::chain::Chain) wants them.
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
        let mut sum = Sum::of(scores);
        for &feature in more {
            self.add(feature, &mut sum);
        }
        std::array::from_fn(|label| f32::from(sum.lane(label)) / UNIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
