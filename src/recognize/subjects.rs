//! Which topics are one: gives each mention of a topic the label of its fullest form.

use std::collections::BTreeMap;

use super::Class;
use super::lexicon::Kinds;
use super::reading::{Found, Reading};

/// The topics met so far.
#[derive(Debug, Default)]
pub struct Subjects {
    /// By content words in order, so that `crimes of the regime` and `regime's crimes` meet.
    by_words: BTreeMap<Vec<String>, usize>,
    /// By head alone: the latest longer topic with that head, for bare `ceasefire` after `ceasefire in Yemen`.
    by_head: BTreeMap<String, usize>,
}

impl Subjects {
    /// The mention whose text is the label of the next mention (number `at`); `None` when it is no topic.
    pub fn place(&mut self, reading: &Reading, mention: &Found, at: usize) -> Option<usize> {
        if mention.class != Class::Topic {
            return None;
        }
        let words = content_words(reading, mention);
        let known = self.by_words.get(&words).copied().or_else(|| match words.as_slice() {
            [head] => self.by_head.get(head).copied(),
            _ => None,
        });
        let shown = known.unwrap_or(at);
        if let Some(head) = head_word(reading, mention).filter(|_| words.len() > 1) {
            self.by_head.insert(head, shown);
        }
        self.by_words.entry(words).or_insert(shown);
        Some(shown)
    }
}

/// The words of a topic that tell it from others: stems, sorted.
fn content_words(reading: &Reading, mention: &Found) -> Vec<String> {
    let empty = Kinds::DETERMINER.or(Kinds::PREPOSITION).or(Kinds::CONJUNCTION);
    let mut words: Vec<String> = (mention.start..mention.end)
        .filter(|&token| reading.form(token).is_word() && !reading.is(token, empty))
        .map(|token| stem(reading.lower(token)))
        .collect();
    words.sort();
    words.dedup();
    words
}

fn head_word(reading: &Reading, mention: &Found) -> Option<String> {
    let before_complement = (mention.start..mention.end)
        .find(|&token| token > mention.start && reading.is(token, Kinds::PREPOSITION))
        .unwrap_or(mention.end);
    (before_complement > mention.start).then(|| stem(reading.lower(before_complement - 1)))
}

/// A noun without the `s` of its plural, and one word for synonyms.
fn stem(word: &str) -> String {
    let word = word.strip_suffix("ies").map_or_else(
        || match word.strip_suffix('s') {
            Some(stem) if stem.len() > 3 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
            _ => word.to_owned(),
        },
        |stem| format!("{stem}y"),
    );
    match word.as_str() {
        "truce" | "cease-fire" => "ceasefire".to_owned(),
        "palestinian" => "palestine".to_owned(),
        _ => word,
    }
}
