//! Which topics are one: gives each mention of a topic the label of its fullest form.

use std::collections::BTreeMap;

use super::Class;
use super::lexicon::Kinds;
use super::reading::{Found, Reading};

/// The topics of a text. Two walks over the mentions, which are in order: [`Subjects::meet`] each, then
/// [`Subjects::place`] each.
#[derive(Debug, Default)]
pub struct Subjects {
    /// By content words in order, so that `crimes of the regime` and `regime's crimes` meet: the longest mention.
    by_words: BTreeMap<Vec<String>, usize>,
    /// By head: the first mention that says more than the head alone.
    first_of_head: BTreeMap<String, usize>,
    /// By head: the latest such mention so far, for bare `ceasefire` after `ceasefire in Yemen`.
    last_of_head: BTreeMap<String, usize>,
}

impl Subjects {
    /// First walk: takes in mention number `at`; those that are no topics are passed over.
    pub fn meet(&mut self, reading: &Reading, mentions: &[Found], at: usize) {
        let mention = &mentions[at];
        if mention.class != Class::Topic {
            return;
        }
        let words = content_words(reading, mention);
        if let Some(head) = head_word(reading, mention).filter(|_| words.len() > 1) {
            self.first_of_head.entry(head).or_insert(at);
        }
        let length = |at: usize| mentions[at].end - mentions[at].start;
        let fullest = self.by_words.entry(words).or_insert(at);
        if length(at) > length(*fullest) {
            *fullest = at;
        }
    }

    /// Second walk: the mention whose text is the label of mention number `at`; `None` when it is no topic.
    ///
    /// A bare head is the topic of that head met last, or if there was none yet, the first to come.
    pub fn place(&mut self, reading: &Reading, mention: &Found, at: usize) -> Option<usize> {
        if mention.class != Class::Topic {
            return None;
        }
        let words = content_words(reading, mention);
        let shown = match words.as_slice() {
            [head] => self.last_of_head.get(head).or_else(|| self.first_of_head.get(head)),
            _ => None,
        };
        let shown = shown.or_else(|| self.by_words.get(&words)).copied().unwrap_or(at);
        if let Some(head) = head_word(reading, mention).filter(|_| words.len() > 1) {
            self.last_of_head.insert(head, shown);
        }
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
