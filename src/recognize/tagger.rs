//! The trained sequence model: a linear-chain conditional random field over the tokens of a sentence.
//!
//! Labels are O and, for each class, Begin, Inside, End and Single. Instead of the one best path, spans are chosen whose
//! own probability is high enough, which is what the user is shown as the score.

use std::ops::Range;

use super::bytes::{Broken, Reader, Writer};
use super::chain::{LABELS, Row, may_follow};
use super::features::{Features, REACH, shifted};
use super::reading::Reading;

/// A weight of 1.0 is stored as this number.
const UNIT: f32 = 12.0;

/// Sums of stored weights, one for each label; more than labels, so that they are added in one go.
type Sum = [i16; LANES];
const LANES: usize = 16;

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
