//! Looks at articles with a model that did not learn from them, through the whole recognizer, and lets `attache score` judge.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::gold::Article;
use crate::cli;
use crate::recognize::{Model, Recognizer};
use crate::text::Span;

/// Gold articles and what was suggested for them, as two files under `target/train/`.
#[derive(Default)]
pub struct Evaluation {
    gold: String,
    pred: String,
}

impl Evaluation {
    /// Adds what a model suggests for articles.
    pub fn add(&mut self, model: &Model, articles: &[&Article]) {
        let recognizer = Recognizer::with_model(model.clone());
        for article in articles {
            let chars = |span: Span| {
                let (start, end) = article.text.span_chars(span);
                [start.0, end.0]
            };
            let spans: Vec<_> = recognizer
                .recognize(&article.text)
                .iter()
                .map(|found| {
                    let [start, end] = chars(found.span);
                    let (label, entity, score) = (found.class.name(), &found.entity, found.score);
                    json!({"start": start, "end": end, "label": label, "entity": entity, "score": score})
                })
                .collect();
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
