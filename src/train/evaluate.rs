//! Looks at articles with a model that did not learn from them, through the whole recognizer, and lets `attache score` judge.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::gold::Article;
use crate::cli;
use crate::recognize::{Class, Model, Recognizer};
use crate::text::Span;

/// Gold articles and what was suggested for them, as two files under `target/train/`.
#[derive(Default)]
pub struct Evaluation {
    gold: String,
    pred: String,
    /// For each article, the persons that the model has met in training, as far as they occur here.
    met: HashMap<String, BTreeSet<String>>,
    /// Officials' mentions of persons met in training, and of others: how many, and how many of them were found.
    recall: [(usize, usize); 2],
}

impl Evaluation {
    /// Notes which persons of articles are known from those that a model learned from.
    pub fn learned_from(&mut self, train: &[&Article], test: &[&Article]) {
        let persons = |article: &Article| -> BTreeSet<String> {
            let officials = article.spans.iter().filter(|span| span.class == Class::Official);
            officials.map(|span| span.entity.clone()).collect()
        };
        let known: BTreeSet<String> = train.iter().flat_map(|article| persons(article)).collect();
        for article in test {
            self.met.insert(article.id.clone(), persons(article).intersection(&known).cloned().collect());
        }
    }

    /// How many of the mentions of persons met in training were found exactly, and of other persons.
    pub fn by_acquaintance(&self) -> String {
        let share = |(all, found): (usize, usize)| format!("{:.3} of {all}", found as f64 / all.max(1) as f64);
        let [met, new] = self.recall;
        format!("recall of officials met in training {}, of others {}", share(met), share(new))
    }

    /// Adds what a model suggests for articles.
    pub fn add(&mut self, model: &Model, articles: &[&Article]) {
        let recognizer = Recognizer::with_model(model.clone());
        for article in articles {
            let chars = |span: Span| {
                let (start, end) = article.text.span_chars(span);
                [start.0, end.0]
            };
            let spans_found = recognizer.recognize(&article.text);
            let spans: Vec<_> = spans_found
                .iter()
                .map(|found| {
                    let [start, end] = chars(found.span);
                    let (label, entity, score) = (found.class.name(), &found.entity, found.score);
                    json!({"start": start, "end": end, "label": label, "entity": entity, "score": score})
                })
                .collect();
            let gold = article.spans.iter().filter(|span| span.class == Class::Official);
            for official in gold {
                let bytes = article.reading.bytes(official.start, official.end);
                let found =
                    spans_found.iter().any(|other| other.class == Class::Official && other.span.range() == bytes);
                let is_met = self.met.get(&article.id).is_some_and(|met| met.contains(&official.entity));
                let recall = &mut self.recall[usize::from(!is_met)];
                *recall = (recall.0 + 1, recall.1 + usize::from(found));
            }
            writeln!(self.gold, "{}", article.line).expect("writing to a string");
            writeln!(self.pred, "{}", json!({"id": article.id, "spans": spans})).expect("writing to a string");
        }
    }

    /// Writes both files and gives what the scorer prints, in full and by source.
    pub fn score(&self, name: &str) -> Result<String, String> {
        let folder = folder();
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let path = |sort: &str| folder.join(format!("{name}.{sort}.jsonl")).display().to_string();
        let (gold, pred) = (path("gold"), path("pred"));
        for (path, content) in [(&gold, &self.gold), (&pred, &self.pred)] {
            std::fs::write(path, content).map_err(|error| format!("{path}: {error}"))?;
        }
        cli::score::run(&[&gold, &pred, "--by=source"]).map_err(|failure| failure.0)
    }
}

/// The figures that the recognizer is judged by, out of all that the scorer prints, in one line.
pub fn in_short(report: &str) -> String {
    let f1 = |start: &str| {
        let line = report.lines().find(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ") == start);
        let mut words = line.unwrap_or_default().split_whitespace();
        words.by_ref().find(|word| *word == "F1");
        words.next().unwrap_or("?").to_owned()
    };

    format!(
        "OFFICIAL {}   ROLE {} / {}   TOPIC {} / {} / {}   B³ {}   persons {}",
        f1("exact OFFICIAL"),
        f1("exact ROLE"),
        f1("overlap ROLE"),
        f1("exact TOPIC"),
        f1("overlap TOPIC"),
        f1("char TOPIC"),
        f1("b-cubed OFFICIAL+ROLE"),
        f1("officials: distinct"),
    )
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/train")
}
