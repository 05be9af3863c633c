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
    /// Open addressing: a feature's place is its hash, else the next free one. 0 is free.
    places: Vec<u32>,
    rows: Vec<u32>,
    weights: Vec<i8>,
    /// From label to label; forbidden ones are very small.
    steps: [Row; LABELS],
    exp_steps: [Row; LABELS],
}

impl Tagger {
    #[cfg(any(test, feature = "train"))]
    /// A model of feature weights, which are rounded to what the file stores, and of steps between labels.
    /// Features whose weights are all below `floor` are left out.
    pub fn new(mut features: Vec<(u32, Row)>, steps: [Row; LABELS], floor: f32) -> Tagger {
        features.sort_by_key(|(feature, _)| *feature);
        let round = |weight: f32| (weight * UNIT).round().clamp(-127.0, 127.0) as i8;
        features.retain(|(_, row)| row.iter().any(|&weight| weight.abs() >= floor));
        let keys = features.iter().map(|(feature, _)| *feature).collect();
        let weights = features.iter().flat_map(|(_, row)| row.map(round)).collect();
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
        let size = (keys.len() * 2).next_power_of_two().max(8);
        let (mut places, mut rows) = (vec![0; size], vec![0; size]);
        for (row, &key) in keys.iter().enumerate() {
            let mut at = place(key, size);
            while places[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            (places[at], rows[at]) = (key, row as u32);
        }
        let exp_steps = steps.map(|row| row.map(f32::exp));
        Tagger { places, rows, weights, steps, exp_steps }
    }

    #[cfg(any(test, feature = "train"))]
    /// How many features have weights.
    pub fn n_features(&self) -> usize {
        self.weights.len() / LABELS
    }

    fn add(&self, feature: u32, row: &mut Row) {
        let size = self.places.len();
        let mut at = place(feature, size);
        loop {
            let there = self.places[at];
            if there == feature {
                let start = self.rows[at] as usize * LABELS;
                for (sum, &weight) in row.iter_mut().zip(&self.weights[start..start + LABELS]) {
                    *sum += f32::from(weight);
                }
                return;
            }
            if there == 0 {
                return;
            }
            at = (at + 1) & (size - 1);
        }
    }

    /// Writes the model.
    pub fn write(&self, out: &mut Writer) {
        let mut order: Vec<usize> = (0..self.places.len()).filter(|&at| self.places[at] != 0).collect();
        order.sort_by_key(|&at| self.places[at]);
        out.sorted(&order.iter().map(|&at| self.places[at]).collect::<Vec<_>>());
        for label in 0..LABELS {
            for &at in &order {
                out.u8(self.weights[self.rows[at] as usize * LABELS + label] as u8);
            }
        }
        for step in self.steps.iter().flatten() {
            out.f32(*step);
        }
    }

    /// Reads a model.
    pub fn read(from: &mut Reader) -> Result<Tagger, Broken> {
        let keys = from.sorted()?;
        if keys.first() == Some(&0) || keys.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Broken);
        }
        let mut weights = vec![0i8; keys.len() * LABELS];
        for label in 0..LABELS {
            for row in 0..keys.len() {
                weights[row * LABELS + label] = from.u8()? as i8;
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

fn place(feature: u32, size: usize) -> usize {
    (feature.wrapping_mul(0x9e37_79b1) >> 7) as usize & (size - 1)
}

/// Tagging one text: remembers what each frequent word and each class adds.
#[derive(Debug, Default)]
pub struct Tagging {
    /// For each form, its place in `form_rows`, or [`Tagging::NOT_KEPT`].
    forms: Vec<u32>,
    form_rows: Vec<[Option<Row>; DISTANCES]>,
    /// For each class.
    class_rows: Vec<[Option<Row>; DISTANCES]>,
    joint: Vec<u32>,
}

const DISTANCES: usize = 2 * REACH + 1;

/// Calls `each` with every feature of a token, as seen from the token `distance - REACH` before it.
pub fn form_features(features: &Features, form: usize, distance: usize, mut each: impl FnMut(u32)) {
    let form = &features.forms[form];
    let away = distance.abs_diff(REACH);
    let groups = [(3, &form.wide[..]), (2, &form.middle), (1, &form.narrow)];
    for (_, group) in groups.into_iter().filter(|(reach, _)| away <= *reach) {
        for &feature in group {
            each(shifted(feature, distance));
        }
    }
}

/// The same for the features of a class; seen up to two tokens away.
pub fn class_features(features: &Features, class: usize, distance: usize, mut each: impl FnMut(u32)) {
    if distance.abs_diff(REACH) <= 2 {
        for &feature in &features.classes[class] {
            each(shifted(feature, distance));
        }
    }
}

/// Seen where the sentence has ended.
pub fn outside_feature(distance: usize) -> u32 {
    shifted(0x5eed_0000, distance)
}

impl Tagging {
    const NOT_KEPT: u32 = u32::MAX;

    /// Makes room for the forms and classes met so far.
    fn grow(&mut self, features: &Features) {
        for form in self.forms.len()..features.forms.len() {
            // A word that stands there once or twice is not worth remembering.
            if features.count(form) > 2 {
                self.forms.push(self.form_rows.len() as u32);
                self.form_rows.push([None; DISTANCES]);
            } else {
                self.forms.push(Self::NOT_KEPT);
            }
        }
        self.class_rows.resize(features.classes.len(), [None; DISTANCES]);
    }

    fn sum(
        &mut self,
        tagger: &Tagger,
        reading: &Reading,
        features: &Features,
        sentence: &Range<usize>,
        at: usize,
    ) -> Row {
        let mut sum = [0.0; LABELS];
        for distance in 0..DISTANCES {
            let token = (at + distance).wrapping_sub(REACH);
            if !sentence.contains(&token) {
                tagger.add(outside_feature(distance), &mut sum);
                continue;
            }
            let form = reading.tokens.tokens[token].form as usize;
            let form_row = || {
                let mut row = [0.0; LABELS];
                form_features(features, form, distance, |feature| tagger.add(feature, &mut row));
                row
            };
            match self.forms[form] {
                Self::NOT_KEPT => add_row(&mut sum, &form_row()),
                kept => add_row(&mut sum, self.form_rows[kept as usize][distance].get_or_insert_with(form_row)),
            }
            let class = features.class_of[token] as usize;
            let class_row = || {
                let mut row = [0.0; LABELS];
                class_features(features, class, distance, |feature| tagger.add(feature, &mut row));
                row
            };
            add_row(&mut sum, self.class_rows[class][distance].get_or_insert_with(class_row));
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
        self.grow(features);
        for at in sentence.clone() {
            let sum = self.sum(tagger, reading, features, &sentence, at);
            out.push(sum.map(|weight| weight as i16));
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
        let mut row = scores.map(f32::from);
        for &feature in more {
            self.add(feature, &mut row);
        }
        row.map(|weight| weight / UNIT)
    }
}

fn add_row(sum: &mut Row, row: &Row) {
    for (sum, add) in sum.iter_mut().zip(row) {
        *sum += add;
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
            for after in 0..LABELS {
                let before = match at.checked_sub(1) {
                    None => f32::from(u8::from(may_follow(0, after))),
                    Some(last) => {
                        let last: &Row = &chain.forward[last];
                        (0..LABELS).map(|before| last[before] * steps[before][after]).sum()
                    }
                };
                here[after] = before * chain.potentials[at][after];
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
        let tagger = Tagger::new(vec![(8, row(1.0)), (2, row(-0.5)), (4, row(0.01))], [[0.5; LABELS]; LABELS], 0.1);
        assert_eq!(tagger.n_features(), 2);
        let mut out = Writer::default();
        tagger.write(&mut out);
        let again = Tagger::read(&mut Reader(&out.0)).expect("what was written");
        assert_eq!(again.refine(&[0; LABELS], &[8, 2, 6]), row(0.5));
        assert_eq!(Tagger::read(&mut Reader(&out.0[..out.0.len() - 1])).err(), Some(Broken));
    }
}
