//! Gathers what a reader has to say about a file: the first few troubles in full, the rest as a number.

use std::collections::BTreeMap;

use super::{Warning, n_things};
use crate::scheme::Scheme;

/// How many troubles of a file are told one by one.
const MAX_TOLD: usize = 5;

/// The troubles of a file so far.
pub(super) struct Report<'a> {
    file: &'a str,
    scheme: &'a Scheme,
    told: Vec<String>,
    n_untold: usize,
    unknown_labels: BTreeMap<String, usize>,
    notes: Vec<String>,
}

impl<'a> Report<'a> {
    /// A report on a file whose labels are to be those of a tagset.
    pub(super) fn new(file: &'a str, scheme: &'a Scheme) -> Self {
        Self { file, scheme, told: Vec::new(), n_untold: 0, unknown_labels: BTreeMap::new(), notes: Vec::new() }
    }

    /// Notes a trouble, in whole sentences.
    pub(super) fn add(&mut self, message: String) {
        if self.told.len() < MAX_TOLD {
            self.told.push(message);
        } else {
            self.n_untold += 1;
        }
    }

    /// Notes something that is no trouble, but good to know.
    pub(super) fn note(&mut self, message: String) {
        if self.notes.len() < MAX_TOLD {
            self.notes.push(message);
        }
    }

    /// Notes several troubles.
    pub(super) fn add_all(&mut self, messages: impl IntoIterator<Item = String>) {
        messages.into_iter().for_each(|message| self.add(message));
    }

    /// Counts a span that is left out because its label is not in the tagset.
    pub(super) fn unknown_label(&mut self, name: &str) {
        *self.unknown_labels.entry(shortened(name, 40)).or_default() += 1;
    }

    /// All as warnings.
    pub(super) fn finish(self) -> Vec<Warning> {
        let Self { file, scheme, told, n_untold, unknown_labels, notes } = self;
        let mut messages = told;
        if n_untold > 0 {
            messages.push(format!("{} not listed here.", n_things(n_untold, "more trouble is", "more troubles are")));
        }
        let known: Vec<&str> = scheme.labels().map(|(_, spec)| spec.name.as_str()).collect();
        let known = known.join(", ");
        for (label, n) in unknown_labels.iter().take(MAX_TOLD) {
            let spans = n_things(*n, "span has", "spans have");
            messages.push(format!(
                "{spans} the label “{label}”, which is not in the tagset ({known}), and {} left out.",
                if *n == 1 { "was" } else { "were" }
            ));
        }
        if unknown_labels.len() > MAX_TOLD {
            let n: usize = unknown_labels.values().skip(MAX_TOLD).sum();
            let spans = n_things(n, "span", "spans");
            messages.push(format!("{spans} with other labels that are not in the tagset were left out."));
        }
        let troubles = messages.into_iter().map(|message| Warning::new(file, message));
        let notes = notes.into_iter().map(|message| Warning { is_note: true, ..Warning::new(file, message) });
        troubles.chain(notes).collect()
    }
}

/// What is wrong with a file of JSON, where, and what now; whether what stands before that was read.
pub(super) fn broken(error: &serde_json::Error, has_read: bool) -> String {
    let (line, column) = (error.line(), error.column());
    if error.is_eof() {
        return format!(
            "The file breaks off at line {line}, column {column}: it was cut short when it was saved or sent. Get a whole copy of it and open that.{}",
            if has_read { " The articles before that place were read." } else { "" }
        );
    }
    let rest =
        if has_read { "The articles before that place were read." } else { "Nothing of the file could be read." };
    format!("Line {line}, column {column} is not what it should be: {}. {rest}", reason(error))
}

/// What is wrong, without the place.
pub(super) fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let what = message.rfind(" at line ").map_or(message.as_str(), |at| &message[..at]);
    shortened(what, 120)
}

/// At most so many characters, with `…` for what is left out. No line breaks.
pub(super) fn shortened(words: &str, max_chars: usize) -> String {
    let mut short: String = words.chars().take(max_chars).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if words.chars().nth(max_chars).is_some() {
        short.push('…');
    }
    short
}
