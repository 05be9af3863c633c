//! Tokens for the formats that know only tokens: words and signs, cut at the ends of spans; and tags for them.

use std::cmp::Reverse;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::Source;
use super::draft::DraftSpan;
use crate::annotation::{Annotation, Status};
use crate::scheme::Scheme;
use crate::text::{ByteOffset, Direction, Span, Step, Text, step, trim};

/// The words and signs of a text, without white space, cut also where a span begins or ends.
pub(super) fn tokens(text: &Text, spans: &[Span]) -> Vec<Span> {
    let mut cuts: Vec<usize> = spans.iter().flat_map(|span| [span.start().index(), span.end().index()]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut found = Vec::new();
    for (at, piece) in text.as_str().split_word_bound_indices().filter(|(_, piece)| !piece.trim().is_empty()) {
        let end = at + piece.len();
        let from = cuts.partition_point(|cut| *cut <= at);
        let inside = cuts[from..].iter().copied().take_while(|cut| *cut < end);
        let mut start = at;
        for cut in inside.chain([end]) {
            // A combining mark after a space is one piece with it.
            let piece = text.span(ByteOffset::from_index(start), ByteOffset::from_index(cut));
            found.extend(piece.and_then(|piece| trim(text, piece)));
            start = cut;
        }
    }
    found
}

/// The sentences of a text, as ranges of its tokens: no sentence ends inside a span.
pub(super) fn sentences(text: &Text, tokens: &[Span], spans: &[Span]) -> Vec<Range<usize>> {
    let mut by_start = spans.to_vec();
    by_start.sort_unstable();
    let (mut spans, mut covered) = (by_start.into_iter().peekable(), ByteOffset(0));
    let (mut found, mut first, mut end) = (Vec::new(), 0, ByteOffset(0));
    for (index, token) in tokens.iter().enumerate() {
        while let Some(span) = spans.next_if(|span| span.start() < token.start()) {
            covered = covered.max(span.end());
        }
        if token.start() < end {
            continue;
        }
        if index > 0 && covered <= token.start() {
            found.push(first..index);
            first = index;
        }
        end = step(text, token.start(), Step::Sentence, Direction::Forward).max(token.end());
    }
    if first < tokens.len() {
        found.push(first..tokens.len());
    }
    found
}

/// The parts of all decided spans, each with its annotation, in the order of reading.
pub(super) fn decided_parts<'a>(source: &Source<'a>) -> impl Iterator<Item = (Span, &'a Annotation)> + use<'a> {
    let decided = source.article.annotations().visible().filter(|(_, it)| it.status == Status::Accepted);
    decided.flat_map(|(_, it)| it.parts().into_iter().map(move |part| (part, it)))
}

/// The decided spans of an article of which none overlaps another, and how many had to go: of those that overlap, the
/// longest stays; of equal ones the first in the tagset. White space at their ends does not count, and what is nothing
/// else goes.
pub(super) fn flat<'a>(source: &Source<'a>) -> (Vec<(Span, &'a Annotation)>, usize) {
    flat_where(source, |_| true)
}

/// The same of those annotations alone that are wanted.
pub(super) fn flat_where<'a>(
    source: &Source<'a>,
    is_wanted: impl Fn(&Annotation) -> bool,
) -> (Vec<(Span, &'a Annotation)>, usize) {
    let parts = decided_parts(source).filter(|(_, it)| is_wanted(it));
    let mut n_all = 0;
    let words = |(part, it)| Some((trim(source.article.text(), part)?, it));
    let mut all: Vec<(Span, &Annotation)> = parts.inspect(|_| n_all += 1).filter_map(words).collect();
    all.sort_by_key(|(span, it)| (Reverse(span.len_bytes()), it.label, span.start()));
    let mut kept: Vec<(Span, &Annotation)> = Vec::new();
    for (span, it) in all {
        let at = kept.partition_point(|(other, _)| other.start() < span.start());
        let is_free = |near: Option<&(Span, &Annotation)>| near.is_none_or(|(other, _)| !other.overlaps(span));
        if is_free(kept.get(at)) && is_free(at.checked_sub(1).and_then(|before| kept.get(before))) {
            kept.insert(at, (span, it));
        }
    }
    let n_dropped = n_all - kept.len();
    (kept, n_dropped)
}

/// IOB2 tags of tokens that are cut at the ends of the spans.
pub(super) fn tags(tokens: &[Span], spans: &[(Span, &Annotation)], scheme: &Scheme) -> Vec<String> {
    let mut spans = spans.iter().peekable();
    let tag = |token: &Span| {
        while spans.next_if(|(span, _)| span.end() <= token.start()).is_some() {}
        match spans.peek() {
            Some((span, it)) if span.contains(*token) => {
                let begins = if span.start() == token.start() { "B" } else { "I" };
                format!("{begins}-{}", scheme.label(it.label).name)
            }
            _ => "O".to_owned(),
        }
    };
    tokens.iter().map(tag).collect()
}

/// Spans from tags in IOB1, IOB2, IOBES or BILOU: first and past the last token, and the label.
fn spans_of_tags(tags: &[&str]) -> Vec<(usize, usize, String)> {
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, tag) in tags.iter().enumerate() {
        let (mark, label) = match tag.split_once(['-', '_']) {
            Some((mark, label)) if mark.len() == 1 => (mark, label),
            _ => ("O", ""),
        };
        let goes_on = matches!(mark, "I" | "E" | "L" | "M") && open.as_ref().is_some_and(|(_, own)| own == label);
        if !goes_on && let Some((start, own)) = open.take() {
            found.push((start, index, own));
        }
        match mark {
            "O" | "-" => {}
            "S" | "U" => found.push((index, index + 1, label.to_owned())),
            _ if !goes_on => open = Some((index, label.to_owned())),
            _ => {}
        }
        if matches!(mark, "E" | "L")
            && let Some((start, own)) = open.take()
        {
            found.push((start, index + 1, own));
        }
    }
    if let Some((start, own)) = open {
        found.push((start, tags.len(), own));
    }
    found.sort();
    found
}

/// Spans of a draft from tags and the places of their tokens.
pub(super) fn draft_spans(tags: &[&str], places: &[(u64, u64)]) -> Vec<DraftSpan> {
    let span = |(first, past, label): (usize, usize, String)| {
        Some(DraftSpan::new(places.get(first)?.0, places.get(past - 1)?.1, label))
    };
    spans_of_tags(tags).into_iter().filter_map(span).collect()
}

/// A text made of tokens, one space between two of them, and where each stands, in code points.
pub(super) fn joined(tokens: &[&str]) -> (String, Vec<(u64, u64)>) {
    let (mut text, mut places, mut at) = (String::new(), Vec::new(), 0);
    for token in tokens {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push(' ');
            at += 1;
        }
        let n = token.chars().count() as u64;
        text.push_str(token);
        places.push((at, at + n));
        at += n;
    }
    (text, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_every_dialect_are_read() {
        let spans = |tags: &str| {
            let tags: Vec<&str> = tags.split(' ').collect();
            let found = spans_of_tags(&tags);
            found.into_iter().map(|(start, end, label)| format!("{start}-{end}{label}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(spans("B-A I-A O B-A"), "0-2A 3-4A");
        assert_eq!(spans("I-A I-A O I-B I-A"), "0-2A 3-4B 4-5A", "IOB1");
        assert_eq!(spans("I-A B-A O"), "0-1A 1-2A", "IOB1, touching");
        assert_eq!(spans("B-A E-A S-B O"), "0-2A 2-3B", "IOBES");
        assert_eq!(spans("B-A I-A L-A U-A"), "0-3A 3-4A", "BILOU");
        assert_eq!(spans("O O"), "");
    }
}
