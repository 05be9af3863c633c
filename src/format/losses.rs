//! What of some articles a format does not hold, counted and said in sentences.

use std::collections::{BTreeMap, BTreeSet};

use super::foreign::brought_fields;
use super::{Source, n_things};
use crate::annotation::{About, Status};

/// Something that a format may be unable to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// Rejected suggestions.
    Rejected,
    /// Suggestions that nobody has decided on: left out.
    Suggested,
    /// Persons and topics, where they are not the words themselves.
    Entities,
    /// Parts: each is written as a span of its own.
    Parts,
    /// Notes on spans.
    Notes,
    /// Flags on spans.
    Flags,
    /// Attributes.
    Attributes,
    /// What is said of articles as wholes.
    About,
}

/// What a format loses that holds only decided spans with their labels.
pub(super) const ALL_BUT_LABELS: &[Loss] = &[
    Loss::Rejected,
    Loss::Suggested,
    Loss::Entities,
    Loss::Parts,
    Loss::Notes,
    Loss::Flags,
    Loss::Attributes,
    Loss::About,
];

/// The same for one whose spans may not overlap, of which so many had to go.
pub(super) fn sentences_of_flat(format: &str, sources: &[Source], n_dropped: usize) -> Vec<String> {
    let mut losses = sentences(format, sources, ALL_BUT_LABELS);
    if n_dropped > 0 {
        let one = "span that overlaps a longer one or is only white space is";
        let several = "spans that overlap longer ones or are only white space are";
        losses.push(format!("{} left out.", n_things(n_dropped, one, several)));
    }
    losses
}

/// A sentence for each loss that concerns something in these articles.
pub(super) fn sentences(format: &str, sources: &[Source], losses: &[Loss]) -> Vec<String> {
    losses.iter().filter_map(|loss| sentence(format, sources, *loss)).collect()
}

fn sentence(format: &str, sources: &[Source], loss: Loss) -> Option<String> {
    let spans = |matches: fn(&crate::annotation::Annotation, &str) -> bool| -> usize {
        let of_source = |source: &Source| {
            let text = source.article.text();
            source.article.annotations().visible().filter(|(_, it)| matches(it, text.slice(it.span))).count()
        };
        sources.iter().map(of_source).sum()
    };
    let say = |n: usize, one: &str, several: &str, rest: &str| {
        (n > 0).then(|| format!("{} {rest}.", n_things(n, one, several)))
    };
    match loss {
        Loss::Rejected => {
            let n =
                sources.iter().map(|it| it.article.annotations()).map(|set| set.all().count() - set.n_visible()).sum();
            say(n, "rejected suggestion is", "rejected suggestions are", "left out")
        }
        Loss::Suggested => {
            let n = spans(|it, _| it.status == Status::Suggested);
            say(n, "suggestion that nobody has decided on is", "suggestions that nobody has decided on are", "left out")
        }
        Loss::Entities => {
            let n = spans(|it, words| it.entity != words);
            say(n, "span is", "spans are", "without the person or topic")
        }
        Loss::Parts => {
            let n = spans(|it, _| !it.gaps.is_empty());
            say(n, "span in parts is", "spans in parts are", "written as a span for each part")
        }
        Loss::Notes => say(spans(|it, _| !it.note.is_empty()), "note is", "notes are", "left out"),
        Loss::Flags => say(spans(|it, _| it.unsure), "flag is", "flags are", "left out"),
        Loss::Attributes => say(spans(|it, _| !it.attributes.is_empty()), "span is", "spans are", "without attributes"),
        Loss::About => {
            let is_lost = |about: &About, brought: &BTreeSet<&str>| {
                let is_own = |field: &String| !brought.contains(field.as_str());
                let says = About { fields: BTreeMap::new(), ..about.clone() };
                !says.is_silent() || about.fields.keys().any(is_own)
            };
            // What came with a file of this very format goes back into it.
            let n = sources
                .iter()
                .filter(|it| is_lost(it.article.annotations().about(), &brought_fields(it, format)))
                .count();
            say(n, "article is", "articles are", "without the labels, note, flag and source of the whole")
        }
    }
}
