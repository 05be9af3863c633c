//! Regular expressions in texts, a step at a time: one search may go over all the rest of a text, for each state of the
//! expression, and says only at its end what it took.

use std::ops::Range;

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};

use super::is_whole;

/// A regular expression.
#[derive(Clone, Debug)]
pub(super) struct Regular {
    plain: Regex,
    whole_word: bool,
    /// The same between word edges: so another alternative is tried where the first one breaks off within a word.
    edged: Option<Regex>,
    match_case: bool,
    /// How many states may be alive at the same time.
    weight: usize,
}

/// What a step has found, and what it took.
pub(super) struct Step {
    pub place: Option<Range<usize>>,
    /// Where to go on; nothing at the text's end.
    pub next: Option<usize>,
    /// Bytes times states at the most.
    pub cost: usize,
    /// Whether only something was found that is no place.
    pub is_vain: bool,
}

/// How many bytes a compiled regular expression may have.
const MAX_BYTES: usize = 500_000;

/// Of how many states more than one step would take too long: `.{0,300}x` takes 20 µs a byte.
const MAX_WEIGHT: usize = 400;

/// What a step may take, in bytes times states: 2 ms usually, 30 at the worst.
const STEP: usize = 200_000;

/// How many bytes a step goes over at the least and at the most.
const WINDOW: (usize, usize) = (1_000, 4_000);

/// How many bytes behind its beginning are seen of each place at the least.
const AHEAD: usize = 600;

/// Neither within a word nor, where what is found begins or ends with another character, beside one.
const EDGE: &str = r"(?:\b{start-half}|\b{end-half})";

impl PartialEq for Regular {
    fn eq(&self, other: &Self) -> bool {
        let parts = |it: &Self| (it.plain.as_str().to_owned(), it.whole_word, it.match_case);
        parts(self) == parts(other)
    }
}

impl Regular {
    /// The error says what is wrong with it.
    pub(super) fn new(pattern: &str, whole_word: bool, match_case: bool) -> Result<Self, String> {
        let build = |pattern: &str| {
            let mut builder = RegexBuilder::new(pattern);
            builder.case_insensitive(!match_case).multi_line(true).size_limit(MAX_BYTES).build()
        };
        let too_large = || "This pattern is too large: let it repeat less.".to_owned();
        let weight = regex_syntax::parse(pattern).map_or(1, |hir| weight(&hir));
        if weight > MAX_WEIGHT {
            return Err(too_large());
        }
        let plain = build(pattern).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => too_large(),
            error => {
                let why = error.to_string();
                let why = why.rsplit("error: ").next().unwrap_or(&why).trim();
                format!("This is no regular expression: {why}.")
            }
        })?;
        // One that ends with a comment has no edge behind it: then only what is found is looked at.
        let edged = whole_word.then(|| build(&format!("{EDGE}(?:{pattern}){EDGE}")).ok()).flatten();
        Ok(Self { plain, whole_word, edged, match_case, weight })
    }

    pub(super) fn as_str(&self) -> &str {
        self.plain.as_str()
    }

    /// The next place from one on, if it is not far. Behind its beginning a quarter of the window is seen, or [`AHEAD`]; a
    /// place that is longer than a window is cut.
    pub(super) fn step(&self, content: &str, from: usize) -> Step {
        let window = (STEP / self.weight).clamp(WINDOW.0, WINDOW.1);
        let end = content.floor_char_boundary(from + window);
        let is_last = end == content.len();
        let near_end = if is_last { end } else { content.floor_char_boundary(end - AHEAD.max(window / 4)) };
        let (place, is_place) = self.first(&content[..end], from);
        let cost = (end - from) * self.weight;
        let step = |place: Option<Range<usize>>, next: Option<usize>| Step { place, next, cost, is_vain: false };
        let Some(place) = place else { return step(None, (!is_last).then_some(near_end)) };
        if !is_last && place.start >= near_end {
            return step(None, Some(near_end));
        }
        if !is_last && place.end == end && place.start > from {
            return step(None, Some(place.start));
        }
        if is_place {
            return step(Some(place.clone()), Some(place.end));
        }
        let next = match place.is_empty() {
            true => content[place.end..].chars().next().map(|c| place.end + c.len_utf8()),
            false => Some(place.end),
        };
        Step { is_vain: true, ..step(None, next) }
    }

    /// What is found first from a place on, and whether it is a place.
    fn first(&self, content: &str, from: usize) -> (Option<Range<usize>>, bool) {
        let is_place = |it: &Range<usize>| !it.is_empty() && (!self.whole_word || is_whole(content, it.start, it.end));
        let first_plain = || self.plain.find_at(content, from).map(|found| found.range());
        let Some(edged) = &self.edged else {
            let plain = first_plain();
            let is_place = plain.as_ref().is_some_and(is_place);
            return (plain, is_place);
        };
        let edged = edged.find_at(content, from).map(|found| found.range());
        let plain = if may_lack_spaces(&content[from..]) { first_plain() } else { None };
        match (edged, plain) {
            // Words may end where `regex` knows no edge.
            (edged, Some(plain)) if edged.as_ref().is_none_or(|edged| plain.start < edged.start) => {
                if is_place(&plain) || plain.is_empty() {
                    let is_place = !plain.is_empty();
                    return (Some(plain), is_place);
                }
                let end = edged.map_or(plain.end, |edged| edged.start.min(plain.end));
                (Some(plain.start..end), false)
            }
            (edged, _) => {
                let is_place = edged.as_ref().is_some_and(|edged| !edged.is_empty());
                (edged, is_place)
            }
        }
    }
}

/// How many states of an expression may be alive at the same time: what is repeated counts as often as it is, words and
/// classes of characters once.
fn weight(hir: &Hir) -> usize {
    let sum = |parts: &[Hir]| parts.iter().map(weight).fold(0, usize::saturating_add);
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => 1,
        HirKind::Capture(capture) => weight(&capture.sub),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            weight(&repetition.sub).saturating_mul(times as usize)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => sum(parts),
    }
}

/// Whether there are letters of scripts in which words may stand without spaces between them. All of them come after Thai.
fn may_lack_spaces(content: &str) -> bool {
    !content.is_ascii() && content.chars().any(|c| c >= '\u{e00}' && c.is_alphabetic())
}
