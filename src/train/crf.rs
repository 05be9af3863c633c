//! Fits the weights of the sequence model by stochastic gradient (AdaGrad) on the log likelihood.

use std::collections::HashMap;
use std::ops::Range;

use super::gold::Article;
use crate::recognize::chain::{self, CLASSES, Chain, LABELS, Row};
use crate::recognize::features::{RARE, REACH, shifted};
use crate::recognize::first_pass::FirstPass;
use crate::recognize::tagger::{self, Tagger};

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Passes over the articles.
    pub epochs: usize,
    /// Step size.
    pub rate: f32,
    /// How strongly weights are drawn to zero.
    pub decay: f32,
    /// The share of features hidden at random in each step.
    pub dropout: f32,
    /// In how many articles a feature must occur.
    pub min_articles: u32,
    /// The same for the identity of capitalised words.
    pub min_articles_strict: u32,
    /// Features whose weights are all smaller are left out of the model.
    pub floor: f32,
    /// The judge's passes, step size, decay and dropout.
    pub judge_epochs: usize,
    pub judge_rate: f32,
    pub judge_decay: f32,
    pub judge_dropout: f32,
    /// Less probable spans are not suggested: officials, roles, topics. Chosen by cross-validation.
    pub floors: [f32; 3],
    /// What the first tagger has to do without, to see what it is worth.
    pub without: Option<Group>,
    /// Of so many articles is learned at most.
    pub n_articles: usize,
    /// How many runs are averaged, and a number that changes them all.
    pub runs: usize,
    pub seed: u64,
    /// See `Parts::share`.
    pub share: f32,
}

/// A group of features of the first tagger, or a part of the recognizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The words themselves.
    Words,
    /// Their first and last letters.
    Affixes,
    /// Brown clusters.
    Clusters,
    /// Parts of speech.
    Speech,
    /// How words are written, and whether they are in the lists of names.
    Shapes,
    /// The lists, runs of capitalised words, and what the text says of these.
    Classes,
    /// Pairs and triples of neighbours, and the governing word.
    Joint,
    /// Everything of neighbours.
    Neighbours,
    /// The lists of given and family names.
    Names,
    /// The lists of persons.
    Persons,
}

impl Group {
    /// All, by the names that the command takes.
    pub const ALL: [(&str, Group); 10] = [
        ("words", Group::Words),
        ("affixes", Group::Affixes),
        ("clusters", Group::Clusters),
        ("speech", Group::Speech),
        ("shapes", Group::Shapes),
        ("classes", Group::Classes),
        ("joint", Group::Joint),
        ("neighbours", Group::Neighbours),
        ("names", Group::Names),
        ("persons", Group::Persons),
    ];

    /// Whether the feature at a place of `FormFeatures::each` is of this group.
    fn has_place(self, place: usize) -> bool {
        match self {
            Group::Words => matches!(place, 0 | 12),
            Group::Affixes => matches!(place, 8..=11 | 13),
            Group::Clusters => matches!(place, 2 | 3 | 4 | 7),
            Group::Speech => place == 1,
            Group::Shapes => matches!(place, 5 | 6),
            Group::Classes | Group::Joint | Group::Neighbours | Group::Names | Group::Persons => false,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            epochs: 12,
            rate: 0.12,
            decay: 2e-6,
            dropout: 0.5,
            min_articles: 2,
            min_articles_strict: 5,
            floor: 0.2,
            judge_epochs: 10,
            judge_rate: 0.05,
            judge_decay: 1e-5,
            judge_dropout: 0.3,
            floors: [0.5, 0.5, 0.45],
            without: None,
            n_articles: usize::MAX,
            runs: 4,
            seed: 0,
            share: 0.5,
        }
    }
}

/// A sentence as numbers.
struct Sentence {
    /// `features[ends[i-1]..ends[i]]` are those of token `i`.
    features: Vec<u32>,
    ends: Vec<u32>,
    labels: Vec<u8>,
    /// What is added to the scores of each token; empty: nothing.
    base: Vec<Row>,
}

/// All features of a token of a sentence.
fn token_features(article: &Article, sentence: &Range<usize>, at: usize, without: Option<Group>, out: &mut Vec<u32>) {
    for distance in 0..2 * REACH + 1 {
        let token = (at + distance).wrapping_sub(REACH);
        if !sentence.contains(&token) {
            out.push(tagger::outside_feature(distance));
            continue;
        }
        let form = &article.features.forms[article.reading.tokens.tokens[token].form as usize];
        let away = distance.abs_diff(REACH);
        if away > 0 && without == Some(Group::Neighbours) {
            continue;
        }
        let mut place = 0;
        form.each(|feature| {
            let is_out = without.is_some_and(|group| group.has_place(place));
            if away <= form.reach(place) && !is_out {
                out.push(shifted(feature, distance));
            }
            place += 1;
        });
        if away <= 2 && without != Some(Group::Classes) {
            let class = &article.features.classes[article.features.class_of[token] as usize];
            out.extend(class.iter().map(|&feature| shifted(feature, distance)));
        }
    }
    if !matches!(without, Some(Group::Joint | Group::Neighbours)) {
        article.features.joint(&article.reading, sentence, at, out);
    }
}

fn labels(article: &Article) -> Vec<u8> {
    let mut labels = vec![0; article.reading.tokens.tokens.len()];
    for span in &article.spans {
        let class = CLASSES.iter().position(|&class| class == span.class).unwrap_or(0) as u8;
        let (begin, inside, end, single) = (class * 4 + 1, class * 4 + 2, class * 4 + 3, class * 4 + 4);
        match &mut labels[span.start..span.end] {
            [only] => *only = single,
            [first, within @ .., last] => {
                (*first, *last) = (begin, end);
                within.fill(inside);
            }
            [] => {}
        }
        // A span over the end of a sentence cannot be learned.
        for token in span.start + 1..span.end {
            if article.reading.tokens.sentences.binary_search(&(token as u32)).is_ok() {
                labels[span.start..span.end].fill(0);
                break;
            }
        }
    }
    labels
}

/// What the first tagger says of an article.
pub fn first_pass(tagger: &Tagger, article: &Article) -> FirstPass {
    let (reading, features) = (&article.reading, &article.features);
    let mut first = FirstPass::default();
    for sentence in 0..reading.tokens.sentences.len() {
        first.sentence(tagger, reading, features, sentence);
    }
    for sentence in 0..reading.tokens.sentences.len() {
        first.echoes.find(reading, features, sentence);
    }
    first
}

/// Trains the first tagger on articles.
pub fn train(articles: &[&Article], settings: Settings) -> Tagger {
    let emit = |article: usize, range: &Range<usize>, at: usize, out: &mut Vec<u32>| {
        token_features(articles[article], range, at, settings.without, out);
    };
    let (features, steps) = fit(articles, emit, |_, _| None, [[0.0; LABELS]; LABELS], settings);
    Tagger::new(features, steps, settings.floor)
}

/// Trains the second tagger, which refines what the first says; `firsts` come from taggers that did not learn from the
/// article in question.
pub fn train_second(articles: &[&Article], firsts: &[&FirstPass], steps: &[Row; LABELS], settings: Settings) -> Tagger {
    let emit = |article: usize, range: &Range<usize>, at: usize, out: &mut Vec<u32>| {
        let Article { reading, features, .. } = articles[article];
        firsts[article].echoes.features(reading, features, range, at, out);
    };
    let blank = Tagger::new(Vec::new(), *steps, 0.0);
    let base = |article: usize, at: usize| Some(blank.refine(&firsts[article].scores[at], &[]));
    let (features, steps) = fit(articles, emit, base, *steps, settings);
    Tagger::new(features, steps, settings.floor)
}

type Weights = (Vec<(u32, Row)>, [Row; LABELS]);

fn fit(
    articles: &[&Article],
    emit: impl Fn(usize, &Range<usize>, usize, &mut Vec<u32>),
    base: impl Fn(usize, usize) -> Option<Row>,
    steps: [Row; LABELS],
    settings: Settings,
) -> Weights {
    let mut buffer = Vec::new();
    let mut counts: HashMap<u32, (u32, u32)> = HashMap::new();
    for (number, article) in articles.iter().enumerate() {
        for sentence in 0..article.reading.tokens.sentences.len() {
            let range = article.reading.tokens.sentence(sentence);
            for at in range.clone() {
                buffer.clear();
                emit(number, &range, at, &mut buffer);
                for &feature in &buffer {
                    let entry = counts.entry(feature).or_insert((0, u32::MAX));
                    if entry.1 != number as u32 {
                        *entry = (entry.0 + 1, number as u32);
                    }
                }
            }
        }
    }
    let needed = |feature: u32| if feature & RARE != 0 { settings.min_articles_strict } else { settings.min_articles };
    let mut keys: Vec<u32> =
        counts.iter().filter(|(key, (count, _))| *count >= needed(**key)).map(|(key, _)| *key).collect();
    keys.sort_unstable();
    let index: HashMap<u32, u32> = keys.iter().enumerate().map(|(at, &key)| (key, at as u32)).collect();
    let mut sentences = Vec::new();
    for (number, article) in articles.iter().enumerate() {
        let labels = labels(article);
        for sentence in 0..article.reading.tokens.sentences.len() {
            let range = article.reading.tokens.sentence(sentence);
            let mut numbers = Sentence {
                features: Vec::new(),
                ends: Vec::new(),
                labels: labels[range.clone()].to_vec(),
                base: range.clone().filter_map(|at| base(number, at)).collect(),
            };
            for at in range.clone() {
                buffer.clear();
                emit(number, &range, at, &mut buffer);
                numbers.features.extend(buffer.iter().filter_map(|feature| index.get(feature)));
                numbers.ends.push(numbers.features.len() as u32);
            }
            sentences.push(numbers);
        }
    }
    // The mean of several runs, which differ in the order of sentences and in what is hidden: one run alone is worth up to
    // two hundredths more or less, by chance.
    let mut average: Vec<Row> = vec![[0.0; LABELS]; keys.len()];
    let mut average_steps = [[0.0; LABELS]; LABELS];
    let averaged = settings.epochs.div_ceil(3);
    let share = 1.0 / (averaged * settings.runs) as f32;
    for run in 0..settings.runs {
        let mut fit = Fit {
            weights: vec![[0.0; LABELS]; keys.len()],
            squares: vec![[1e-3; LABELS]; keys.len()],
            steps,
            step_squares: [[1e-3; LABELS]; LABELS],
            settings,
            random: 0x2545_f491_4f6c_dd1d ^ ((run as u64 + settings.seed) << 40),
        };
        let mut order: Vec<usize> = (0..sentences.len()).collect();
        for epoch in 0..settings.epochs {
            for last in (1..order.len()).rev() {
                order.swap(last, (fit.next_random() % (last as u64 + 1)) as usize);
            }
            for &sentence in &order {
                fit.step(&sentences[sentence]);
            }
            if epoch + averaged >= settings.epochs {
                let sums = average.iter_mut().flatten().zip(fit.weights.iter().flatten());
                sums.for_each(|(sum, weight)| *sum += share * weight);
                let sums = average_steps.iter_mut().flatten().zip(fit.steps.iter().flatten());
                sums.for_each(|(sum, weight)| *sum += share * weight);
            }
        }
    }
    (keys.into_iter().zip(average).collect(), average_steps)
}

struct Fit {
    weights: Vec<Row>,
    squares: Vec<Row>,
    steps: [Row; LABELS],
    step_squares: [Row; LABELS],
    settings: Settings,
    random: u64,
}

impl Fit {
    fn next_random(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random >> 11
    }

    fn step(&mut self, sentence: &Sentence) {
        let keep = 1.0 / (1.0 - self.settings.dropout);
        let hidden = (self.settings.dropout * 65536.0) as u64;
        let mut kept: Vec<u32> = Vec::with_capacity(sentence.features.len());
        let mut ends = Vec::with_capacity(sentence.ends.len());
        let mut start = 0;
        for &end in &sentence.ends {
            for &feature in &sentence.features[start..end as usize] {
                if hidden == 0 || (self.next_random() & 65535) >= hidden {
                    kept.push(feature);
                }
            }
            ends.push(kept.len());
            start = end as usize;
        }
        let mut rows = Vec::with_capacity(ends.len());
        let mut start = 0;
        for &end in &ends {
            let mut row = [0.0f32; LABELS];
            for &feature in &kept[start..end] {
                for (sum, weight) in row.iter_mut().zip(&self.weights[feature as usize]) {
                    *sum += weight;
                }
            }
            let base = sentence.base.get(rows.len()).copied().unwrap_or_default();
            rows.push(std::array::from_fn(|label| row[label] * keep + base[label]));
            start = end;
        }
        let mut steps = self.steps;
        for (before, row) in steps.iter_mut().enumerate() {
            for (after, step) in row.iter_mut().enumerate() {
                *step = if chain::may_follow(before, after) { step.exp() } else { 0.0 };
            }
        }
        let chain = Chain::new(rows, &steps);
        let Settings { rate, decay, .. } = self.settings;
        let mut start = 0;
        for (at, &end) in ends.iter().enumerate() {
            let mut gradient = chain.labels(at);
            gradient[usize::from(sentence.labels[at])] -= 1.0;
            for &feature in &kept[start..end] {
                let weights = &mut self.weights[feature as usize];
                let squares = &mut self.squares[feature as usize];
                for label in 0..LABELS {
                    let slope = gradient[label] + decay * weights[label];
                    if slope.abs() > 1e-5 {
                        squares[label] += slope * slope;
                        weights[label] -= rate * slope / squares[label].sqrt();
                    }
                }
            }
            start = end;
        }
        for at in 1..ends.len() {
            let said = (usize::from(sentence.labels[at - 1]), usize::from(sentence.labels[at]));
            for before in 0..LABELS {
                for after in 0..LABELS {
                    if !chain::may_follow(before, after) {
                        continue;
                    }
                    let slope = chain.pair(at - 1, before, after) - f32::from(u8::from((before, after) == said));
                    if slope.abs() > 1e-5 {
                        self.step_squares[before][after] += slope * slope;
                        self.steps[before][after] -= rate * slope / self.step_squares[before][after].sqrt();
                    }
                }
            }
        }
    }
}
