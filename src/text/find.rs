//! Words and patterns found in texts.

use std::ops::Range;

use super::script::is_edge_without_space;
use super::{ByteOffset, Span, Text};

mod regular;

use regular::Regular;

/// What is looked for in texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    kind: Kind,
    whole_word: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Words { words: String, match_case: bool },
    Regular(Regular),
}

impl Eq for Pattern {}

/// How far a text was looked through in a turn, and what that took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Where to go on; nothing when the text’s end was reached.
    pub next: Option<ByteOffset>,
    /// Bytes that were gone over, for a regular expression once for each of its states.
    pub cost: usize,
    /// Those of them that led to no place where another could have been: a regular expression that fits nothing at all goes
    /// over the same bytes from each character on.
    pub in_vain: usize,
}

/// More must not be gone over in vain.
pub const MOST_IN_VAIN: usize = 100_000_000;

/// Nor that for one of many texts that are looked through in one turn.
const IN_VAIN_AT_ONCE: usize = 100_000;

impl Pattern {
    /// What is wrong with one that goes over more than [`MOST_IN_VAIN`].
    pub const TOO_SLOW: &str = "This pattern is too slow, and the search was stopped: it fits where there is nothing, and \
        goes over the same words again and again. Write + instead of *, and begin with a word.";

    /// Words as they are; white space between them may be of any kind and length.
    pub fn words(words: &str, whole_word: bool, match_case: bool) -> Self {
        Self { kind: Kind::Words { words: words.to_owned(), match_case }, whole_word }
    }

    /// A regular expression, in the syntax of the crate `regex`. The error says what is wrong with it.
    ///
    /// A search takes time in proportion to the text behind its beginning, whatever it is; so all places may take the square
    /// of that, and are looked for in steps that each see some kilobytes.
    pub fn regex(pattern: &str, whole_word: bool, match_case: bool) -> Result<Self, String> {
        Ok(Self { kind: Kind::Regular(Regular::new(pattern, whole_word, match_case)?), whole_word })
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        match &self.kind {
            Kind::Words { words, .. } => words.trim().is_empty(),
            Kind::Regular(regular) => regular.as_str().is_empty(),
        }
    }

    #[cfg(test)]
    fn as_regex(&self) -> &str {
        match &self.kind {
            Kind::Words { words, .. } => words,
            Kind::Regular(regular) => regular.as_str(),
        }
    }

    /// Whether it is in a text. A regular expression that goes over much in vain is not: many texts are asked at once.
    pub fn is_in(&self, content: &str) -> bool {
        let (mut from, mut in_vain) = (Some(ByteOffset(0)), 0);
        while let Some(at) = from.filter(|_| in_vain < IN_VAIN_AT_ONCE) {
            let (is_in, progress) = self.is_in_from(content, at, IN_VAIN_AT_ONCE);
            if is_in {
                return true;
            }
            in_vain += progress.in_vain;
            from = progress.next;
        }
        false
    }

    /// Whether it is in a text from a place on, as far as a turn gets that may cost so much.
    pub fn is_in_from(&self, content: &str, from: ByteOffset, cost: usize) -> (bool, Stretch) {
        let (found, progress) = self.ranges(content, from.index(), 1, cost);
        (!found.is_empty(), progress)
    }

    /// Where it stands in a text, none of the places overlapping another.
    pub fn places(&self, text: &Text) -> Vec<Span> {
        self.places_from(text, ByteOffset(0), usize::MAX, usize::MAX).0
    }

    /// Where it stands from a place on: `most` places, as far as a turn gets that may cost so much.
    pub fn places_from(&self, text: &Text, from: ByteOffset, most: usize, cost: usize) -> (Vec<Span>, Stretch) {
        let span =
            |range: Range<usize>| text.span(ByteOffset::from_index(range.start), ByteOffset::from_index(range.end));
        let (found, progress) = self.ranges(text.as_str(), from.index(), most, cost);
        (found.into_iter().filter_map(span).collect(), progress)
    }

    fn ranges(&self, content: &str, from: usize, most: usize, cost: usize) -> (Vec<Range<usize>>, Stretch) {
        let (mut found, mut progress) = (Vec::new(), Stretch::default());
        let mut next = Some(from);
        match &self.kind {
            Kind::Words { words, match_case } => {
                found = places_of_words(content, from, words, self.whole_word, *match_case, most);
                next = found.last().filter(|_| found.len() == most).map(|last| last.end);
                progress.cost = next.unwrap_or(content.len()) - from;
            }
            Kind::Regular(regular) => {
                while let Some(from) = next
                    && found.len() < most
                    && progress.cost < cost
                    && progress.in_vain < MOST_IN_VAIN
                {
                    let step = regular.step(content, from);
                    progress.cost += step.cost;
                    progress.in_vain += if step.is_vain { step.cost } else { 0 };
                    found.extend(step.place);
                    next = step.next;
                }
            }
        }
        progress.next = next.map(ByteOffset::from_index);
        (found, progress)
    }
}

/// Where words stand in a text from a place on, none of the places overlapping another. White space may be of any kind and
/// length.
fn places_of_words(
    content: &str,
    mut from: usize,
    words: &str,
    whole_word: bool,
    match_case: bool,
    most: usize,
) -> Vec<Range<usize>> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(first) = words.first().and_then(|word| word.chars().next()) else { return Vec::new() };
    let is_first = |c: char| c == first || (!match_case && c.to_lowercase().eq(first.to_lowercase()));
    let mut found = Vec::new();
    while found.len() < most
        && let Some(at) = content[from..].find(is_first).map(|at| from + at)
    {
        let after = content[at..].chars().next().map_or(content.len(), |c| at + c.len_utf8());
        let end = end_of(content, at, &words, match_case);
        match end.filter(|end| !whole_word || is_whole(content, at, *end)) {
            Some(end) => {
                found.push(at..end);
                from = end;
            }
            None => from = after,
        }
    }
    found
}

/// Where the words end that begin at a place.
fn end_of(content: &str, at: usize, words: &[&str], match_case: bool) -> Option<usize> {
    let mut rest = &content[at..];
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() {
                return None;
            }
            rest = trimmed;
        }
        let mut characters = rest.chars();
        for c in word.chars() {
            let there = characters.next()?;
            let is_same = there == c || (!match_case && there.to_lowercase().eq(c.to_lowercase()));
            if !is_same {
                return None;
            }
        }
        rest = characters.as_str();
    }
    Some(content.len() - rest.len())
}

fn is_whole(content: &str, start: usize, end: usize) -> bool {
    is_word_edge(content, start) && is_word_edge(content, end)
}

/// Whether no word goes on over a place.
fn is_word_edge(content: &str, at: usize) -> bool {
    match (content[..at].chars().next_back(), content[at..].chars().next()) {
        (Some(before), Some(after)) if before.is_alphanumeric() && after.is_alphanumeric() => {
            is_edge_without_space(content, at, before, after)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_in_any_case_as_wished() {
        let text = Text::new("Yemen, yemen and Yemeni;\nSaudi\n Arabia, saudi arabia. ÉTÉ été");
        let found = |words: &str, whole, case| -> Vec<&str> {
            Pattern::words(words, whole, case).places(&text).into_iter().map(|span| text.slice(span)).collect()
        };
        assert_eq!(found("Yemen", true, true), ["Yemen"]);
        assert_eq!(found("Yemen", true, false), ["Yemen", "yemen"]);
        assert_eq!(found("Yemen", false, true), ["Yemen", "Yemen"]);
        assert_eq!(found("Saudi Arabia", true, false), ["Saudi\n Arabia", "saudi arabia"]);
        assert_eq!(found("été", true, false), ["ÉTÉ", "été"]);
        assert_eq!(found(" ", true, true), Vec::<&str>::new());
        assert_eq!(found("aaa", false, true), Vec::<&str>::new());
    }

    #[test]
    fn words_are_whole_where_a_script_leaves_no_spaces() {
        for (content, words, n_found) in [
            ("中国和日本。中国说,在中国的", "中国", 3),
            ("東京都の京都へ", "京都", 2),
            ("インドとインドネシアがインドを", "インド", 2),
            ("NATO加盟、北NATOと", "NATO", 2),
            ("NATOs加盟", "NATO", 0),
            ("2024年", "2024", 1),
            ("ประเทศไทยและคนไทย", "ไทย", 2),
            ("กิน", "ก", 0),
            ("လာအို ລາວແລະລາວ", "ລາວ", 2),
            ("កម្ពុជានិងកម្ពុជា", "កម្ពុជា", 2),
            ("한국은 한국", "한국", 1),
        ] {
            let text = Text::new(content);
            assert_eq!(Pattern::words(words, true, true).places(&text).len(), n_found, "{words} in {content}");
        }
        let text = Text::new("中国和日本");
        let pattern = Pattern::regex("日.", true, true).expect("a pattern");
        assert_eq!(pattern.places(&text).len(), 1);
    }

    #[test]
    fn patterns_are_found_and_broken_ones_told() {
        let text = Text::new("On 5 May and 12 June, Süd-Korea’s leader met Sudan’s.");
        let found = |pattern: &str, whole, case| -> Vec<&str> {
            let pattern = Pattern::regex(pattern, whole, case).expect("a pattern");
            pattern.places(&text).into_iter().map(|span| text.slice(span)).collect()
        };
        assert_eq!(found(r"\d+ (May|june)", false, false), ["5 May", "12 June"]);
        assert_eq!(found(r"\d+ (May|june)", false, true), ["5 May"]);
        assert_eq!(found(r"s[uü]d", false, false), ["Süd", "Sud"]);
        assert_eq!(found(r"s[uü]d", true, false), ["Süd"]);
        assert_eq!(found(r"\w+’s", false, false), ["Korea’s", "Sudan’s"]);
        assert_eq!(found("x*", false, false), Vec::<&str>::new(), "nothing is no place");
        assert!(Pattern::regex("(", false, false).is_err_and(|why| why.contains("unclosed")));
        for pattern in ["(a{1000}){1000}", "(a?){1000}", r"[\w ]{100}"] {
            let too_large = Pattern::regex(pattern, false, false);
            assert!(too_large.is_err_and(|why| why.contains("too large")), "{pattern}");
        }
    }

    #[test]
    fn the_next_alternative_is_tried_where_a_word_goes_on() {
        let text = Text::new("Russia and the Russian minister met. Russian officials left Russia. Russians’");
        let found = |pattern: &str| -> Vec<&str> {
            let pattern = Pattern::regex(pattern, true, true).expect("a pattern");
            pattern.places(&text).into_iter().map(|span| text.slice(span)).collect()
        };
        let all = ["Russia", "Russian", "Russian", "Russia"];
        assert_eq!(found("Russia|Russian"), all);
        assert_eq!(found("Russian|Russia"), all);
        assert_eq!(found("(?x) Russia | Russian # a comment"), ["Russia", "Russia"], "as far as the first one goes");
        assert_eq!(found("m|i|minister|—"), ["minister"]);
        assert_eq!(found("’|,"), ["’"], "what is no word stands anywhere");
        // Scripts without spaces: an edge is what [`is_whole`] takes for one, and the first alternative that ends at one.
        let text = Text::new("中国 中国人");
        let pattern = Pattern::regex("中国|中国人", true, true).expect("a pattern");
        let there: Vec<&str> = pattern.places(&text).into_iter().map(|span| text.slice(span)).collect();
        assert_eq!(there.len(), 2, "{there:?}");
    }

    #[test]
    fn a_pattern_is_looked_for_in_turns_that_find_what_one_would() {
        let mut content = "Mr. Blinken said so.\n\nOn 5 May\nTaha left — “at once”. 中国人 ".repeat(400);
        content.insert_str(9_000, "Antony J.\nBlinken");
        let text = Text::new(content);
        for pattern in [r"(Antony J\.\s)?Blinken", r"\d+ \w+$", r"“[^”]+”", r"\w+", "(?s)M.{0,200}?left", "^.*$"]
        {
            let pattern = Pattern::regex(pattern, false, true).expect("a pattern");
            let plain = regex::RegexBuilder::new(pattern.as_regex()).multi_line(true).build().expect("a pattern");
            let whole = plain.find_iter(text.as_str()).filter(|it| !it.is_empty());
            let mut found = Vec::new();
            let mut from = Some(ByteOffset(0));
            while let Some(at) = from {
                let (places, progress) = pattern.places_from(&text, at, 7, 10_000);
                found.extend(places.into_iter().map(|span| span.range()));
                from = progress.next;
                assert!(progress.cost < 250_000, "a turn is short: {progress:?}");
            }
            assert_eq!(found, whole.map(|it| it.range()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn long_places_are_found_wherever_they_begin() {
        let text = Text::new(format!("{}M{}left, ", "x ".repeat(37), " said".repeat(58)).repeat(30));
        for (pattern, n_found) in [("M.{0,300}left", 30), ("M[^,]*left", 30), ("M.{0,280}left", 0)] {
            let pattern = Pattern::regex(pattern, true, true).expect("a pattern");
            assert_eq!(pattern.places(&text).len(), n_found, "{}", pattern.as_regex());
        }
    }

    #[test]
    fn what_goes_over_the_same_words_again_and_again_is_stopped() {
        let text = Text::new("word ".repeat(100_000));
        let slow = Pattern::regex("(?s)(.*zzz)?", false, true).expect("a pattern");
        let (places, progress) = slow.places_from(&text, ByteOffset(0), 9, usize::MAX);
        assert!(places.is_empty() && progress.in_vain >= MOST_IN_VAIN && progress.next.is_some());
        assert!(!slow.is_in(text.as_str()));
    }
}
