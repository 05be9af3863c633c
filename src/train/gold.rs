//! Reads hand-labelled articles and lays their spans on tokens.

use std::path::Path;

use serde::Deserialize;

use crate::recognize::Class;
use crate::recognize::chain::CLASSES;
use crate::recognize::features::Features;
use crate::recognize::lexicon::Lexicon;
use crate::recognize::reading::Reading;
use crate::recognize::words::Words;
use crate::text::{CharOffset, Text};

/// A hand-labelled span in tokens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoldSpan {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// What it is.
    pub class: Class,
    /// Whose mention it is.
    pub entity: String,
    /// For a role, the first token of the name it stands beside.
    pub of: Option<usize>,
}

/// An article with what the tagger sees of it and what it should say.
pub struct Article {
    /// The line of the file that it was read from.
    pub line: String,
    pub id: String,
    pub source: String,
    pub text: Text,
    pub reading: Reading,
    pub features: Features,
    pub spans: Vec<GoldSpan>,
    /// Spans that do not begin and end with tokens.
    pub misfits: usize,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    source: String,
    text: String,
    spans: Vec<SpanIn>,
}

#[derive(Deserialize)]
struct SpanIn {
    start: u32,
    end: u32,
    label: String,
    #[serde(default)]
    entity: String,
    #[serde(default)]
    of: Option<[u32; 2]>,
}

/// Reads a file of labelled articles.
pub fn read(path: &Path, words: &Words) -> Result<Vec<Article>, String> {
    let content = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    content.lines().filter(|line| !line.trim().is_empty()).map(|line| article(line, words)).collect()
}

/// Tokens, marks and features of a text.
pub fn features_of(text: &Text, words: &Words) -> (Reading, Features) {
    let lexicon = Lexicon::built_in();
    let (mut reading, mut features) = (Reading::default(), Features::default());
    while !reading.tokens.advance(text.as_str(), usize::MAX, &|word| lexicon.keeps_stop(word)) {}
    for sentence in 0..reading.tokens.sentences.len() {
        reading.mark(lexicon, sentence);
        features.words(&reading, words, sentence);
    }
    for sentence in 0..reading.tokens.sentences.len() {
        features.places(&reading, sentence);
    }
    (reading, features)
}

fn article(json: &str, words: &Words) -> Result<Article, String> {
    let line: Line = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let text = Text::new(line.text);
    let (reading, features) = features_of(&text, words);
    let byte = |chars: u32| text.from_chars(CharOffset(chars)).map(|at| at.0);
    let tokens = &reading.tokens.tokens;
    let starts = |at: u32| tokens.binary_search_by_key(&at, |token| token.start).ok();
    let ends = |at: u32| tokens.binary_search_by_key(&at, |token| token.end).ok();
    let mut spans = Vec::new();
    let mut misfits = 0;
    for span in line.spans {
        let class = CLASSES.iter().copied().find(|class| class.name() == span.label).ok_or("unknown label")?;
        let (Some(start), Some(end)) = (byte(span.start).and_then(starts), byte(span.end).and_then(ends)) else {
            misfits += 1;
            continue;
        };
        let of = span.of.and_then(|[start, _]| byte(start)).and_then(starts);
        spans.push(GoldSpan { start, end: end + 1, class, entity: span.entity, of });
    }
    spans.sort();
    let (line, id, source) = (json.to_owned(), line.id, line.source);
    Ok(Article { line, id, source, text, reading, features, spans, misfits })
}
