//! `train`: builds the model file; `train cv`: cross-validation by source.

use std::path::{Path, PathBuf};

use super::crf::{self, Group, Settings};
use super::errors::Errors;
use super::evaluate::{self, Evaluation};
use super::gold::{self, Article};
use super::judging::{self, Cases};
use crate::recognize::Recognizer;
use crate::recognize::chain::CLASSES;
use crate::recognize::first_pass::FirstPass;
use crate::recognize::judge::Judge;
use crate::recognize::model::{Model, Parts};
use crate::recognize::names::plain;
use crate::recognize::tagger::Tagger;
use crate::recognize::words::{WordFacts, Words};

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), String> {
    let without = |name: &str| Group::ALL.iter().find(|(other, _)| *other == name).map(|(_, group)| *group);
    let without = arguments.iter().find_map(|argument| argument.strip_prefix("without=").map(without));
    let without = without.map(|group| group.ok_or("there is no such group")).transpose()?;
    let words = words(without);
    let shared = std::env::var_os("ATTACHE_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let train = gold::read(&shared.join("gold/train.jsonl"), &words)?;
    let misfits: usize = train.iter().map(|article| article.misfits).sum();
    println!("{} articles, {misfits} spans do not fit tokens", train.len());
    let mut settings = Settings { without, ..Settings::default() };
    for argument in arguments {
        let Some((name, value)) = argument.split_once('=') else { continue };
        if name == "without" {
            continue;
        }
        let number: f32 = value.parse().map_err(|_| format!("{argument}: a number is wanted"))?;
        match name {
            "epochs" => settings.epochs = number as usize,
            "rate" => settings.rate = number,
            "decay" => settings.decay = number,
            "dropout" => settings.dropout = number,
            "min" => settings.min_articles = number as u32,
            "floor" => settings.floor = number,
            "judge-epochs" => settings.judge_epochs = number as usize,
            "judge-rate" => settings.judge_rate = number,
            "judge-decay" => settings.judge_decay = number,
            "judge-dropout" => settings.judge_dropout = number,
            "official" => settings.floors[0] = number,
            "role" => settings.floors[1] = number,
            "topic" => settings.floors[2] = number,
            "share" => settings.share = number,
            "articles" => settings.n_articles = number as usize,
            "runs" => settings.runs = number as usize,
            "seed" => settings.seed = number as u64,
            "strict" => settings.min_articles_strict = number as u32,
            _ => return Err(format!("{name} is no setting")),
        }
    }
    match arguments.iter().map(String::as_str).find(|argument| !argument.contains('=')) {
        Some("cv") => cross_validate(&train, &words, settings),
        Some("unseen") => leave_out(&train, &words, settings, &SOURCES),
        Some("wikinews") => leave_out(&train, &words, settings, &SOURCES[2..]),
        None => {
            let trained = self::train(&train.iter().collect::<Vec<_>>(), settings);
            let n_features = trained.first.n_features();
            for (class, curve) in CLASSES.iter().zip(&trained.calibration) {
                println!("{}: {curve:.3?}", class.name());
            }
            let model = trained.model(&words);
            let bytes = model.to_bytes();
            println!("{n_features} features, {} bytes", bytes.len());
            std::fs::write(model_path(), bytes).map_err(|error| error.to_string())
        }
        Some("dev") => {
            let dev = gold::read(&shared.join("gold/dev.jsonl"), &words)?;
            let mut evaluation = Evaluation::default();
            let model = self::train(&train.iter().collect::<Vec<_>>(), settings).model(&words);
            evaluation.add(&model, &dev.iter().collect::<Vec<_>>());
            let mut errors = Errors::default();
            let recognizer = Recognizer::with_model(model);
            dev.iter().for_each(|article| errors.add(article, &recognizer.recognize(&article.text)));
            for (kind, count) in errors.ranked().into_iter().take(20) {
                println!("{count:>4}  {kind}");
            }
            tell("dev", &evaluation)
        }
        Some(_) => Err("Usage: train [cv|dev] [setting=number]...".to_owned()),
    }
}

/// The word lists that the model carries.
fn words(without: Option<Group>) -> Words {
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
        if without != Some(Group::Names) {
            entries.extend(list.lines().map(|name| (name, WordFacts { cluster: 0, bits })));
        }
    }
    if without == Some(Group::Persons) {
        return Words::new(entries.into_iter());
    }
    let leaders = include_str!("../../seeds/lexicon/leaders.txt");
    let officials = include_str!("../../seeds/lexicon/officials.txt");
    let celebrities = include_str!("../../seeds/lexicon/celebrities.txt");
    let families = leaders.lines().filter_map(|name| name.rsplit(' ').next());
    entries.extend(families.map(|name| (name, WordFacts { cluster: 0, bits: WordFacts::WELL_KNOWN })));
    let full = |list: &'static str, bits: u8| {
        list.lines().flat_map(move |name| {
            let lower = name.to_lowercase();
            let plain = without_accents(&lower);
            [Some(lower.clone()), (plain != lower).then_some(plain)]
                .into_iter()
                .flatten()
                .map(move |name| (name, WordFacts { cluster: 0, bits }))
        })
    };
    let full_names: Vec<(String, WordFacts)> = full(leaders, WordFacts::WELL_KNOWN)
        .chain(full(officials, WordFacts::WELL_KNOWN))
        .chain(full(celebrities, WordFacts::CELEBRITY))
        .collect();
    entries.extend(full_names.iter().map(|(name, facts)| (name.as_str(), *facts)));
    Words::new(entries.into_iter())
}

/// A name as English newspapers without accents on their keys write it.
fn without_accents(name: &str) -> String {
    name.split(' ').map(plain).collect::<Vec<_>>().join(" ")
}

/// Both taggers, the judge, and how often it is right.
struct Trained {
    first: Tagger,
    second: Tagger,
    judge: Judge,
    calibration: [Vec<(f32, f32)>; 3],
    settings: Settings,
}

impl Trained {
    fn model(self, words: &Words) -> Model {
        let Trained { first, second, judge, calibration, settings: Settings { floors, share, .. } } = self;
        Model::new(Parts { words: words.clone(), first, second, judge, floors, share, calibration })
    }
}

/// Into so many parts the articles are cut, so that each stage sees the one before it as it is on new articles.
const PARTS: usize = 4;

/// Does something for each part: with the articles of the other parts, and those of the part, both by number.
fn by_parts<T: Send>(count: usize, work: impl Fn(Vec<usize>, Vec<usize>) -> Vec<T> + Sync) -> Vec<T> {
    let part = |part: usize| {
        let (rest, apart): (Vec<usize>, Vec<usize>) = (0..count).partition(|at| at % PARTS != part);
        apart.clone().into_iter().zip(work(rest, apart)).collect::<Vec<_>>()
    };
    let mut all: Vec<(usize, T)> = std::thread::scope(|scope| {
        let half = scope.spawn(|| (0..PARTS / 2).flat_map(part).collect::<Vec<_>>());
        let other: Vec<_> = (PARTS / 2..PARTS).flat_map(part).collect();
        half.join().expect("training does not panic").into_iter().chain(other).collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

/// Trains all stages, each on what the one before says of articles that it did not learn from.
fn train(articles: &[&Article], settings: Settings) -> Trained {
    let chosen = |numbers: &[usize]| -> Vec<&Article> { numbers.iter().map(|&at| articles[at]).collect() };
    let firsts = by_parts(articles.len(), |rest, apart| {
        let tagger = crf::train(&chosen(&rest), settings);
        chosen(&apart).into_iter().map(|article| (crf::first_pass(&tagger, article), *tagger.steps())).collect()
    });
    let first = crf::train(articles, settings);
    let refining = Settings { epochs: 8, rate: 0.05, min_articles: 3, floor: 0.02, ..settings };
    let passes = |numbers: &[usize]| -> Vec<&FirstPass> { numbers.iter().map(|&at| &firsts[at].0).collect() };
    let second_of = |numbers: &[usize]| crf::train_second(&chosen(numbers), &passes(numbers), first.steps(), refining);
    let candidates = by_parts(articles.len(), |rest, apart| {
        let second = second_of(&rest);
        apart.iter().map(|&at| judging::candidates(&second, &firsts[at].0, articles[at])).collect()
    });
    let second = second_of(&(0..articles.len()).collect::<Vec<_>>());
    let cases = |numbers: &[usize]| -> Vec<&Cases> { numbers.iter().map(|&at| &candidates[at]).collect() };
    let judged = by_parts(articles.len(), |rest, apart| {
        let judge = judging::train(&cases(&rest), settings);
        apart.iter().map(|&at| candidates[at].judged(&judge, settings)).collect()
    });
    let calibration = judging::calibrate(&judged);
    let judge = judging::train(&candidates.iter().collect::<Vec<_>>(), settings);
    Trained { first, second, judge, calibration, settings }
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
        // Evenly from all of them.
        let n = settings.n_articles.min(train.len());
        let train: Vec<&Article> = (0..n).map(|at| train[at * train.len() / n]).collect();
        evaluation.learned_from(&train, &test);
        evaluation.add(&self::train(&train, settings).model(words), &test);
    }
    println!("{}", evaluation.by_acquaintance());
    tell("thirds", &evaluation)
}

/// Trains without one source and looks at it.
fn leave_out(articles: &[Article], words: &Words, settings: Settings, sources: &[&str]) -> Result<(), String> {
    for source in sources {
        let (train, test) = split(articles, |_, article| article.source != *source);
        let mut evaluation = Evaluation::default();
        evaluation.add(&self::train(&train, settings).model(words), &test);
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
