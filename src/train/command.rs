//! `train`: builds the model file; `train cv`: cross-validation by source.

use std::path::{Path, PathBuf};

use super::crf::{self, First, Settings};
use super::evaluate::{self, Evaluation};
use super::gold::{self, Article};
use super::measure::Measure;
use crate::recognize::chain::{CLASSES, Chain, Tagged};
use crate::recognize::model::{Model, Parts};
use crate::recognize::tagger::Tagger;
use crate::recognize::words::{WordFacts, Words};

/// Chosen by cross-validation: officials, roles, topics.
const FLOORS: [f32; 3] = [0.55, 0.55, 0.42];

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), String> {
    let words = words();
    let shared = std::env::var_os("ATTACHE_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let train = gold::read(&shared.join("gold/train.jsonl"), &words)?;
    let misfits: usize = train.iter().map(|article| article.misfits).sum();
    println!("{} articles, {misfits} spans do not fit tokens", train.len());
    let mut settings = Settings::default();
    for argument in arguments {
        let Some((name, value)) = argument.split_once('=') else { continue };
        let number: f32 = value.parse().map_err(|_| format!("{argument}: a number is wanted"))?;
        match name {
            "epochs" => settings.epochs = number as usize,
            "rate" => settings.rate = number,
            "decay" => settings.decay = number,
            "dropout" => settings.dropout = number,
            "min" => settings.min_articles = number as u32,
            "floor" => settings.floor = number,
            "strict" => settings.min_articles_strict = number as u32,
            _ => return Err(format!("{name} is no setting")),
        }
    }
    match arguments.iter().map(String::as_str).find(|argument| !argument.contains('=')) {
        Some("cv") => cross_validate(&train, &words, settings),
        Some("unseen") => leave_out(&train, &words, settings, &SOURCES),
        Some("wikinews") => leave_out(&train, &words, settings, &SOURCES[2..]),
        None => {
            let pair = train_pair(&train.iter().collect::<Vec<_>>(), settings);
            let n_features = pair.first.n_features();
            for (class, curve) in CLASSES.iter().zip(&pair.calibration) {
                println!("{}: {curve:.3?}", class.name());
            }
            let model = pair.model(&words);
            let bytes = model.to_bytes();
            println!("{n_features} features, {} bytes", bytes.len());
            std::fs::write(model_path(), bytes).map_err(|error| error.to_string())
        }
        Some("dev") => {
            let dev = gold::read(&shared.join("gold/dev.jsonl"), &words)?;
            let pair = train_pair(&train.iter().collect::<Vec<_>>(), settings);
            report("dev", &pair, &dev.iter().collect::<Vec<_>>());
            Ok(())
        }
        Some(_) => Err("Usage: train [cv|dev] [setting=number]...".to_owned()),
    }
}

/// The word lists that the model carries.
fn words() -> Words {
    let mut entries: Vec<(&str, WordFacts)> = Vec::new();
    for line in include_str!("../../seeds/lexicon/words.tsv").lines() {
        let mut columns = line.split('\t');
        let (Some(word), Some(cluster), Some(speech)) = (columns.next(), columns.next(), columns.next()) else {
            continue;
        };
        let cluster = u16::from_str_radix(cluster, 16).unwrap_or(0);
        let bits = speech.bytes().fold(0, |bits, letter| {
            bits | match letter {
                b'n' => 1,
                b'v' => 2,
                b'a' => 4,
                b'r' => 8,
                _ => 0,
            }
        });
        entries.push((word, WordFacts { cluster, bits }));
    }
    for (list, bits) in [
        (include_str!("../../seeds/lexicon/given-names.txt"), WordFacts::GIVEN),
        (include_str!("../../seeds/lexicon/family-names.txt"), WordFacts::FAMILY),
    ] {
        entries.extend(list.lines().map(|name| (name, WordFacts { cluster: 0, bits })));
    }
    // Their family names alone say less, but something.
    let families = include_str!("../../seeds/lexicon/officials.txt").lines().filter_map(|name| name.rsplit(' ').next());
    entries.extend(families.map(|name| (name, WordFacts { cluster: 0, bits: WordFacts::WELL_KNOWN })));
    Words::new(entries.into_iter())
}

/// Both taggers.
struct Pair {
    first: Tagger,
    second: Tagger,
    calibration: [Vec<(f32, f32)>; 3],
}

impl Pair {
    fn model(self, words: &Words) -> Model {
        let Pair { first, second, calibration } = self;
        Model::new(Parts { words: words.clone(), first, second, floors: FLOORS, calibration })
    }
}

/// Into so many parts the articles are cut, so that the second tagger sees the first as it is on new articles.
const PARTS: usize = 4;

/// Trains both taggers.
fn train_pair(articles: &[&Article], settings: Settings) -> Pair {
    let mut firsts: Vec<Option<First>> = articles.iter().map(|_| None).collect();
    let jackknife = |part: usize| -> Vec<(usize, First)> {
        let rest: Vec<&Article> =
            articles.iter().enumerate().filter(|(at, _)| at % PARTS != part).map(|(_, article)| *article).collect();
        let tagger = crf::train(&rest, settings);
        let apart = (0..articles.len()).filter(|at| at % PARTS == part);
        apart.map(|at| (at, First::of(&tagger, articles[at], FLOORS))).collect()
    };
    let first = std::thread::scope(|scope| {
        let half = scope.spawn(|| (0..PARTS / 2).flat_map(jackknife).collect::<Vec<_>>());
        let other: Vec<_> = (PARTS / 2..PARTS).flat_map(jackknife).collect();
        let half = half.join().expect("training does not panic");
        for (at, first) in half.into_iter().chain(other) {
            firsts[at] = Some(first);
        }
        crf::train(articles, settings)
    });
    let firsts: Vec<First> = firsts.into_iter().map(|first| first.expect("each article is in a part")).collect();
    let second = Settings { epochs: 8, rate: 0.05, min_articles: 3, floor: 0.02, ..settings };
    let second = crf::train_second(articles, &firsts, first.steps(), second);
    let calibration = calibrate(articles, &firsts, &second);
    Pair { first, second, calibration }
}

/// How often spans of each probability are right, as curves of a few points. The first tagger did not learn from these
/// articles; the second did, but has few weights.
fn calibrate(articles: &[&Article], firsts: &[First], second: &Tagger) -> [Vec<(f32, f32)>; 3] {
    const BINS: usize = 8;
    let mut bins = [[(0.0f32, 0.0f32, 0.0f32); BINS]; 3];
    for (article, first) in articles.iter().zip(firsts) {
        for span in second_spans(article, first, second) {
            let class = CLASSES.iter().position(|&class| class == span.class).unwrap_or(0);
            let right = article
                .spans
                .iter()
                .any(|gold| (gold.start, gold.end, gold.class) == (span.start, span.end, span.class));
            let bin = &mut bins[class][((span.probability * BINS as f32) as usize).min(BINS - 1)];
            *bin = (bin.0 + 1.0, bin.1 + span.probability, bin.2 + f32::from(u8::from(right)));
        }
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

fn second_spans(article: &Article, first: &First, second: &Tagger) -> Vec<Tagged> {
    let mut spans = Vec::new();
    for sentence in 0..article.reading.tokens.sentences.len() {
        let range = article.reading.tokens.sentence(sentence);
        let rows = range.clone().map(|at| {
            let mut more = Vec::new();
            first.echoes.features(&article.reading, &article.features, &range, at, &mut more);
            second.refine(&first.scores[at], &more)
        });
        Chain::new(rows.collect(), second.exp_steps()).spans(range.start, FLOORS, &mut spans);
    }
    spans
}

/// The floors that are tried: the same for all classes.
const TRIED: [f32; 6] = [0.25, 0.35, 0.45, 0.5, 0.55, 0.65];

/// By the first tagger, then by the second, each with each of the floors.
fn tag(pair: &Pair, article: &Article) -> Vec<Vec<Tagged>> {
    let first = First::of(&pair.first, article, FLOORS);
    let steps = [pair.first.exp_steps(), pair.second.exp_steps()];
    let mut tagged = vec![Vec::new(); 2 * TRIED.len()];
    for sentence in 0..article.reading.tokens.sentences.len() {
        let range = article.reading.tokens.sentence(sentence);
        let rows = range.clone().map(|at| pair.first.refine(&first.scores[at], &[])).collect();
        let chain = Chain::new(rows, steps[0]);
        for (at, &floor) in TRIED.iter().enumerate() {
            chain.spans(range.start, [floor; 3], &mut tagged[at]);
        }
        let rows = range.clone().map(|at| {
            let mut more = Vec::new();
            first.echoes.features(&article.reading, &article.features, &range, at, &mut more);
            pair.second.refine(&first.scores[at], &more)
        });
        let chain = Chain::new(rows.collect(), steps[1]);
        for (at, &floor) in TRIED.iter().enumerate() {
            chain.spans(range.start, [floor; 3], &mut tagged[TRIED.len() + at]);
        }
    }
    tagged
}

fn report(name: &str, pair: &Pair, articles: &[&Article]) {
    let mut measures = vec![Measure::default(); 2 * TRIED.len()];
    for article in articles {
        for (measure, tagged) in measures.iter_mut().zip(tag(pair, article)) {
            measure.add(article, &tagged);
        }
    }
    show(name, &measures);
}

fn show(name: &str, measures: &[Measure]) {
    for (at, measure) in measures.iter().enumerate() {
        let pass = if at < TRIED.len() { "first" } else { "second" };
        println!("{name:<28} {pass:<7} {:.2} {measure}", TRIED[at % TRIED.len()]);
    }
}

/// The sources of the articles.
const SOURCES: [&str; 3] = ["Voice of America", "US Department of State", "Wikinews"];

type Split<'a> = (Vec<&'a Article>, Vec<&'a Article>);

fn split(articles: &[Article], keep: impl Fn(usize, &Article) -> bool) -> Split<'_> {
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for (at, article) in articles.iter().enumerate() {
        if keep(at, article) { train.push(article) } else { test.push(article) }
    }
    (train, test)
}

/// With a third of all articles left out in turn, the whole recognizer.
fn cross_validate(articles: &[Article], words: &Words, settings: Settings) -> Result<(), String> {
    let mut evaluation = Evaluation::default();
    for fold in 0..3 {
        let (train, test) = split(articles, |at, _| at % 3 != fold);
        evaluation.add(&train_pair(&train, settings).model(words), &test);
    }
    tell("thirds", &evaluation)
}

/// Trains without one source and looks at it.
fn leave_out(articles: &[Article], words: &Words, settings: Settings, sources: &[&str]) -> Result<(), String> {
    for source in sources {
        let (train, test) = split(articles, |_, article| article.source != *source);
        let mut evaluation = Evaluation::default();
        evaluation.add(&train_pair(&train, settings).model(words), &test);
        tell(&format!("without {source}"), &evaluation)?;
    }
    Ok(())
}

fn tell(name: &str, evaluation: &Evaluation) -> Result<(), String> {
    let report = evaluation.score(&name.replace(' ', "-"))?;
    println!("{name:<36} {}", evaluate::in_short(&report));
    for line in report.lines().filter(|line| line.contains(" articles  exact")) {
        println!("    {line}");
    }
    Ok(())
}

/// Where the model file lies.
pub fn model_path() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/model/recognizer.bin"))
}
