//! Kinds of error, counted: what is missed, what is invented, and which end is wrong which way.

use std::collections::BTreeMap;

use super::gold::Article;
use crate::recognize::chain::CLASSES;
use crate::recognize::{Class, Suggestion};

/// How often each kind of error is made.
#[derive(Default)]
pub struct Errors(BTreeMap<String, usize>);

struct Mark {
    start: usize,
    end: usize,
    words: usize,
}

impl Errors {
    /// Adds the errors in an article.
    pub fn add(&mut self, article: &Article, suggestions: &[Suggestion]) {
        for class in CLASSES {
            let gold: Vec<Mark> = article
                .spans
                .iter()
                .filter(|span| span.class == class)
                .map(|span| {
                    let bytes = article.reading.bytes(span.start, span.end);
                    Mark { start: bytes.start, end: bytes.end, words: span.end - span.start }
                })
                .collect();
            let found: Vec<Mark> = suggestions
                .iter()
                .filter(|other| other.class == class)
                .map(|other| {
                    let bytes = other.span.range();
                    let words = article.text.slice(other.span).split_whitespace().count();
                    Mark { start: bytes.start, end: bytes.end, words }
                })
                .collect();
            self.compare(class, &gold, &found, |mark| other_class(article, class, mark));
        }
    }

    fn compare(&mut self, class: Class, gold: &[Mark], found: &[Mark], other: impl Fn(&Mark) -> Option<Class>) {
        let touch = |a: &Mark, b: &Mark| a.start < b.end && b.start < a.end;
        for mark in gold {
            let near: Vec<&Mark> = found.iter().filter(|other| touch(mark, other)).collect();
            match near.as_slice() {
                [] => self.count(class, format!("missed, {}", length(mark.words))),
                [only] if (only.start, only.end) == (mark.start, mark.end) => {}
                [only] if gold.iter().filter(|other| touch(other, only)).count() > 1 => {
                    self.count(class, "several taken for one".to_owned());
                }
                [only] => self.count(class, ends(mark, only)),
                _ => self.count(class, "one cut into several".to_owned()),
            }
        }
        for mark in found.iter().filter(|mark| !gold.iter().any(|other| touch(mark, other))) {
            let kind = match other(mark) {
                Some(other) => format!("invented where there is a {}", other.name()),
                None => format!("invented, {}", length(mark.words)),
            };
            self.count(class, kind);
        }
    }

    fn count(&mut self, class: Class, kind: String) {
        *self.0.entry(format!("{} {kind}", class.name())).or_default() += 1;
    }

    /// The kinds, the most frequent first.
    pub fn ranked(&self) -> Vec<(&str, usize)> {
        let mut kinds: Vec<(&str, usize)> = self.0.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
        kinds.sort_by_key(|(kind, count)| (std::cmp::Reverse(*count), *kind));
        kinds
    }
}

fn other_class(article: &Article, class: Class, mark: &Mark) -> Option<Class> {
    let there = article.spans.iter().filter(|span| span.class != class);
    let touching = there.map(|span| (span.class, article.reading.bytes(span.start, span.end)));
    touching.filter(|(_, bytes)| bytes.start < mark.end && mark.start < bytes.end).map(|(class, _)| class).next()
}

fn length(words: usize) -> &'static str {
    match words {
        0 | 1 => "one word",
        2 | 3 => "two or three words",
        _ => "more words",
    }
}

fn ends(gold: &Mark, found: &Mark) -> String {
    let start = match found.start.cmp(&gold.start) {
        std::cmp::Ordering::Less => "begins too early",
        std::cmp::Ordering::Greater => "begins too late",
        std::cmp::Ordering::Equal => "",
    };
    let end = match found.end.cmp(&gold.end) {
        std::cmp::Ordering::Less => "ends too early",
        std::cmp::Ordering::Greater => "ends too late",
        std::cmp::Ordering::Equal => "",
    };
    [start, end].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" and ")
}
