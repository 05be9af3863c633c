//! The probabilities of labels and spans in a sentence, from the scores of its tokens (forward and backward sums over the
//! chain of labels), and the choice of spans.

use super::Class;

/// O, and B I E S of three classes.
pub const LABELS: usize = 13;
/// No mention is longer, in tokens.
const MAX_SPAN: usize = 32;
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

/// All steps that [`may_follow`] allows: from each of the first labels to each of the second. Two in three are forbidden.
const STEPS: &[(&[usize], &[usize])] = &[
    (&[0, 3, 4, 7, 8, 11, 12], &[0, 1, 4, 5, 8, 9, 12]),
    (&[1, 2], &[2, 3]),
    (&[5, 6], &[6, 7]),
    (&[9, 10], &[10, 11]),
];

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
                    let forward = &chain.forward[last];
                    for (befores, afters) in STEPS {
                        for &before in *befores {
                            for &after in *afters {
                                here[after] += forward[before] * steps[before][after];
                            }
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
                let mut here = [0.0f32; LABELS];
                for (befores, afters) in STEPS {
                    for &before in *befores {
                        here[before] = afters.iter().map(|&after| steps[before][after] * ahead[after]).sum();
                    }
                }
                here
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

    /// Chooses spans of a sentence that begins at token `offset`, as [`choose`] does.
    pub fn spans(&self, offset: usize, floors: [f32; 3], out: &mut Vec<Tagged>) {
        let mut candidates = Vec::new();
        self.candidates(offset, floors, &mut candidates);
        choose(&candidates, floors, out);
    }

    /// Adds all spans of a sentence that begins at token `offset` with a probability above their class's floor, in
    /// order of their start; they may overlap.
    pub fn candidates(&self, offset: usize, floors: [f32; 3], out: &mut Vec<Tagged>) {
        for start in 0..self.forward.len() {
            for (class, &floor) in floors.iter().enumerate() {
                self.spans_from(start, class, floor, |last, probability| {
                    let (start, end, class) = (start + offset, last + 1 + offset, CLASSES[class]);
                    out.push(Tagged { start, end, class, probability: probability.min(1.0) });
                });
            }
        }
    }

    fn spans_from(&self, start: usize, class: usize, floor: f32, mut found: impl FnMut(usize, f32)) {
        let [begin, inside, end, single] = [1, 2, 3, 4].map(|part| class * 4 + part);
        let mut push = |last: usize, probability: f32| {
            if probability > floor {
                found(last, probability);
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

/// The place of a class in [`CLASSES`].
pub fn class_number(class: Class) -> usize {
    match class {
        Class::Official => 0,
        Class::Role => 1,
        Class::Topic => 2,
    }
}

/// Chooses among candidate spans of one sentence, which may overlap: apart from each other, in order, each with a
/// probability above its class's floor; those that together add most above the floors.
pub fn choose(candidates: &[Tagged], floors: [f32; 3], out: &mut Vec<Tagged>) {
    let mut by_end: Vec<&Tagged> = candidates.iter().collect();
    by_end.sort_by_key(|span| (span.end, span.start));
    // best[i]: the most that can be had from the first i candidates, and whether the last of them is part of it.
    let mut best: Vec<(f32, bool)> = vec![(0.0, false)];
    let before = |at: usize| by_end[..at].partition_point(|other| other.end <= by_end[at].start);
    for (at, span) in by_end.iter().enumerate() {
        let with = best[before(at)].0 + span.probability - floors[class_number(span.class)];
        let without = best[at].0;
        best.push(if with > without { (with, true) } else { (without, false) });
    }
    let from = out.len();
    let mut at = by_end.len();
    while at > 0 {
        if best[at].1 {
            out.push(*by_end[at - 1]);
            at = before(at - 1);
        } else {
            at -= 1;
        }
    }
    out[from..].reverse();
}

#[cfg(test)]
mod tests {
    use super::super::tagger::Tagger;
    use super::*;

    /// Scores that differ from token to token and label to label.
    fn rows(count: usize) -> Vec<Row> {
        (0..count).map(|at| std::array::from_fn(|label| ((at * 7 + label * 5) % 11) as f32 / 3.0)).collect()
    }

    fn steps() -> [Row; LABELS] {
        Tagger::new(Vec::new(), [[0.1; LABELS]; LABELS], 0.0).exp_steps().to_owned()
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
    fn the_list_of_steps_has_just_those_that_are_allowed() {
        for before in 0..LABELS {
            for after in 0..LABELS {
                let listed = STEPS.iter().any(|(befores, afters)| befores.contains(&before) && afters.contains(&after));
                assert_eq!(listed, may_follow(before, after), "{before} to {after}");
            }
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
}
