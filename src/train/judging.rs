//! Fits the judge: which of the spans that the taggers think possible the annotator marked.

use std::collections::HashMap;

use super::crf::Settings;
use super::gold::Article;
use crate::recognize::chain::{Tagged, class_number};
use crate::recognize::first_pass::FirstPass;
use crate::recognize::judge::{self, Answers, Candidates, Judge};
use crate::recognize::tagger::Tagger;

/// The possible spans of an article, and which of them are right.
pub struct Cases {
    cases: Vec<Case>,
    /// `ends[i]` is one past the last case of sentence `i`.
    ends: Vec<usize>,
}

struct Case {
    span: Tagged,
    features: Vec<(u32, f32)>,
    /// Whether it is marked just so, and whether a mark of its class touches it.
    right: [bool; 2],
}

/// The possible spans of an article.
pub fn candidates(second: &Tagger, first: &FirstPass, article: &Article) -> Cases {
    let (reading, features) = (&article.reading, &article.features);
    let mut candidates = Candidates::default();
    let n_sentences = reading.tokens.sentences.len();
    for sentence in 0..n_sentences {
        candidates.find(second, first, reading, features, sentence);
    }
    let mut cases = Cases { cases: Vec::new(), ends: Vec::new() };
    for sentence in 0..n_sentences {
        for (number, &span) in candidates.of_sentence(sentence).iter().enumerate() {
            if candidates.is_nobodys(reading, features, &span) {
                continue;
            }
            let mut emitted = Vec::new();
            candidates.features(reading, features, sentence, number, &mut emitted);
            let mut alike = article.spans.iter().filter(|gold| gold.class == span.class);
            let near = alike.clone().any(|gold| gold.start < span.end && span.start < gold.end);
            let right = [alike.any(|gold| (gold.start, gold.end) == (span.start, span.end)), near];
            cases.cases.push(Case { span, features: emitted, right });
        }
        cases.ends.push(cases.cases.len());
    }
    cases
}

impl Cases {
    /// What would be chosen of an article, with the probability and whether it is right.
    pub fn judged(&self, judge: &Judge, settings: Settings) -> Vec<(Tagged, bool)> {
        let mut start = 0;
        let mut chosen = Vec::new();
        for &end in &self.ends {
            let cases = &self.cases[start..end];
            let judged: Vec<(Tagged, Answers)> =
                cases.iter().map(|case| (case.span, judge.probabilities(&case.features))).collect();
            let mut here = Vec::new();
            judge::settle(&judged, settings.floors, settings.share, &mut here);
            for span in here {
                let is_same = |case: &&Case| {
                    (case.span.start, case.span.end, case.span.class) == (span.start, span.end, span.class)
                };
                chosen.push((span, cases.iter().find(is_same).is_some_and(|case| case.right[0])));
            }
            start = end;
        }
        chosen
    }
}

/// In so many articles a feature must occur.
const MIN_ARTICLES: u32 = 4;

/// Fits the weights by stochastic gradient (AdaGrad) on the log likelihood, with features hidden at random.
pub fn train(articles: &[&Cases], settings: Settings) -> Judge {
    let mut counts: HashMap<u32, (u32, usize)> = HashMap::new();
    for (number, article) in articles.iter().enumerate() {
        for (feature, _) in article.cases.iter().flat_map(|case| &case.features) {
            let entry = counts.entry(*feature).or_insert((0, usize::MAX));
            if entry.1 != number {
                *entry = (entry.0 + 1, number);
            }
        }
    }
    let mut keys: Vec<u32> =
        counts.iter().filter(|(_, (count, _))| *count >= MIN_ARTICLES).map(|(key, _)| *key).collect();
    keys.sort_unstable();
    let index: HashMap<u32, usize> = keys.iter().enumerate().map(|(at, &key)| (key, at)).collect();
    let known = |case: &Case| -> Vec<(usize, f32)> {
        case.features.iter().filter_map(|(key, value)| Some((*index.get(key)?, *value))).collect()
    };
    let cases: Vec<(Vec<(usize, f32)>, Answers)> = articles
        .iter()
        .flat_map(|article| &article.cases)
        .map(|case| (known(case), case.right.map(|right| f32::from(u8::from(right)))))
        .collect();
    let (mut weights, mut squares) = (vec![[0.0f32; 2]; keys.len()], vec![[1e-2f32; 2]; keys.len()]);
    let mut average = vec![[0.0f32; 2]; keys.len()];
    let mut random = 0x9e37_79b9_7f4a_7c15u64 ^ (settings.seed << 40);
    let mut next_random = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random >> 11
    };
    let hidden = (settings.judge_dropout * 65536.0) as u64;
    let keep = 1.0 / (1.0 - settings.judge_dropout);
    let mut order: Vec<usize> = (0..cases.len()).collect();
    for epoch in 0..settings.judge_epochs {
        for last in (1..order.len()).rev() {
            order.swap(last, (next_random() % (last as u64 + 1)) as usize);
        }
        for &at in &order {
            let (features, right) = &cases[at];
            let kept: Vec<(usize, f32)> = features
                .iter()
                .filter(|_| hidden == 0 || (next_random() & 65535) >= hidden)
                .map(|(feature, value)| (*feature, value * keep))
                .collect();
            for answer in 0..2 {
                let sum: f32 = kept.iter().map(|(feature, value)| weights[*feature][answer] * value).sum();
                let slope = 1.0 / (1.0 + (-sum).exp()) - right[answer];
                for (feature, value) in &kept {
                    let (weight, squares) = (&mut weights[*feature][answer], &mut squares[*feature][answer]);
                    let slope = slope * value + settings.judge_decay * *weight;
                    *squares += slope * slope;
                    *weight -= settings.judge_rate * slope / squares.sqrt();
                }
            }
        }
        if 2 * epoch >= settings.judge_epochs {
            let share = 1.0 / settings.judge_epochs.div_ceil(2) as f32;
            average.iter_mut().flatten().zip(weights.iter().flatten()).for_each(|(sum, weight)| *sum += share * weight);
        }
    }
    Judge::new(keys.into_iter().zip(average).collect())
}

/// How often chosen spans of each probability are right, as curves of a few points, rising.
pub fn calibrate(judged: &[Vec<(Tagged, bool)>]) -> [Vec<(f32, f32)>; 3] {
    const BINS: usize = 10;
    let mut bins = [[(0.0f32, 0.0f32, 0.0f32); BINS]; 3];
    for (span, right) in judged.iter().flatten() {
        let bin = &mut bins[class_number(span.class)][((span.probability * BINS as f32) as usize).min(BINS - 1)];
        *bin = (bin.0 + 1.0, bin.1 + span.probability, bin.2 + f32::from(u8::from(*right)));
    }
    bins.map(|bins| {
        let mut best = 0.0f32;
        let met = bins.iter().filter(|(count, _, _)| *count >= 20.0);
        met.map(|(count, sum, right)| {
            best = best.max(right / count);
            (sum / count, best)
        })
        .collect()
    })
}
