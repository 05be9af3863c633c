//! A text as the recognizer reads it: tokens with what the lists say of each, and stretches of them.

use super::Class;
use super::lexicon::{Kinds, Lexicon, Mark};
use super::tokens::{Form, Tokens};

/// The tokens of a text, marked sentence by sentence.
#[derive(Debug, Default)]
pub struct Reading {
    /// The tokens.
    pub tokens: Tokens,
    /// What the lists say of each token.
    pub marks: Vec<Mark>,
    numbers: Vec<u32>,
}

/// A stretch of tokens that a stage takes for a mention.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// What it is.
    pub class: Class,
    /// For a role beside a name: the first token of that name.
    pub of: Option<usize>,
    /// How sure, 0.0 to 1.0.
    pub score: f32,
    /// Why.
    pub clue: Clue,
}

/// Why a stretch was taken; `evidence` puts it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clue {
    /// An office stands before the name.
    TitleBefore,
    /// An office follows the name after a comma.
    TitleAfter,
    /// Part of a name met elsewhere.
    KnownName,
    /// An office beside a name.
    BesideName,
    /// An office alone, after `the` or a possessive.
    OfficeAlone,
    /// A word from the list of topics heads it.
    TopicWord,
    /// A name without a title, which the model takes for an official's.
    ModelName,
    /// An issue, by the words around and in it.
    ModelTopic,
}

impl Reading {
    /// Marks the tokens of a sentence; sentences come in order.
    pub fn mark(&mut self, lexicon: &Lexicon, sentence: usize) {
        lexicon.numbers(&self.tokens, &mut self.numbers);
        let range = self.tokens.sentence(sentence);
        self.marks.resize(range.end, Mark::default());
        lexicon.mark(&self.tokens, &self.numbers, range.clone(), &mut self.marks[range]);
    }

    /// Whether a token is one of these.
    pub fn is(&self, token: usize, kinds: Kinds) -> bool {
        self.marks[token].kinds.any(kinds)
    }

    /// Whether a phrase of this kind begins at a token.
    pub fn begins(&self, token: usize, kind: Kinds) -> bool {
        self.is(token, kind) && !self.marks[token].inside.any(kind)
    }

    /// One past the last token of the phrase of this kind that holds a token.
    pub fn phrase_end(&self, token: usize, kind: Kinds, limit: usize) -> usize {
        let mut end = token + 1;
        while end < limit && self.is(end, kind) && self.marks[end].inside.any(kind) {
            end += 1;
        }
        end
    }

    /// How a token is written.
    pub fn form(&self, token: usize) -> &Form {
        self.tokens.form(token)
    }

    /// A token in lower case.
    pub fn lower(&self, token: usize) -> &str {
        self.tokens.lower(token)
    }

    /// Whether a token is the possessive `'s`, or the bare apostrophe after an `s`.
    pub fn is_genitive(&self, token: usize) -> bool {
        let form = self.form(token);
        form.shape == super::tokens::Shape::Possessive
            || &*form.lower == "'"
                && token > 0
                && self.tokens.tokens[token].gap == super::tokens::Gap::None
                && self.lower(token - 1).ends_with('s')
    }

    /// Whether what ends before a token can be set off by commas: a comma or stop follows, or nothing.
    pub fn closes_apposition(&self, token: usize) -> bool {
        token >= self.marks.len() || matches!(self.lower(token), "," | "." | ";" | ")" | "-" | "–" | "—")
    }

    /// The bytes from the first to the last of some tokens.
    pub fn bytes(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        self.tokens.tokens[start].start as usize..self.tokens.tokens[end - 1].end as usize
    }
}
