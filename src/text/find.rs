//! Words and patterns found in texts.

use std::ops::Range;

use super::script::is_edge_without_space;
use super::{ByteOffset, Span, Text};

/// What is looked for in texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    kind: Kind,
    whole_word: bool,
}

#[derive(Clone, Debug)]
enum Kind {
    Words { words: String, match_case: bool },
    Regex { regex: regex::Regex, match_case: bool },
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        let parts = |kind: &Self| match kind {
            Kind::Words { words, match_case } => (false, words.clone(), *match_case),
            Kind::Regex { regex, match_case } => (true, regex.as_str().to_owned(), *match_case),
        };
        parts(self) == parts(other)
    }
}

impl Eq for Kind {}

/// How many bytes a compiled regular expression may have.
const MAX_REGEX_BYTES: usize = 1_000_000;

impl Pattern {
    /// Words as they are; white space between them may be of any kind and length.
    pub fn words(words: &str, whole_word: bool, match_case: bool) -> Self {
        Self { kind: Kind::Words { words: words.to_owned(), match_case }, whole_word }
    }

    /// A regular expression, in the syntax of the crate `regex`: it takes time in proportion to the text, whatever it is.
    /// The error says what is wrong with it.
    pub fn regex(pattern: &str, whole_word: bool, match_case: bool) -> Result<Self, String> {
        let built = regex::RegexBuilder::new(pattern)
            .case_insensitive(!match_case)
            .multi_line(true)
            .size_limit(MAX_REGEX_BYTES)
            .build();
        match built {
            Ok(regex) => Ok(Self { kind: Kind::Regex { regex, match_case }, whole_word }),
            Err(regex::Error::CompiledTooBig(_)) => Err("This pattern is too large.".to_owned()),
            Err(error) => {
                let why = error.to_string();
                let why = why.rsplit("error: ").next().unwrap_or(&why).trim();
                Err(format!("This is no regular expression: {why}."))
            }
        }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        match &self.kind {
            Kind::Words { words, .. } => words.trim().is_empty(),
            Kind::Regex { regex, .. } => regex.as_str().is_empty(),
        }
    }

    /// Whether it is in a text.
    pub fn is_in(&self, content: &str) -> bool {
        !self.ranges(content, 1).is_empty()
    }

    /// Where it stands in a text, none of the places overlapping another.
    pub fn places(&self, text: &Text) -> Vec<Span> {
        let span =
            |range: Range<usize>| text.span(ByteOffset::from_index(range.start), ByteOffset::from_index(range.end));
        self.ranges(text.as_str(), usize::MAX).into_iter().filter_map(span).collect()
    }

    fn ranges(&self, content: &str, most: usize) -> Vec<Range<usize>> {
        match &self.kind {
            Kind::Words { words, match_case } => places_of_words(content, words, self.whole_word, *match_case, most),
            Kind::Regex { regex, .. } => {
                let is_place = |range: &Range<usize>| {
                    !range.is_empty() && (!self.whole_word || is_whole(content, range.start, range.end))
                };
                regex.find_iter(content).map(|found| found.range()).filter(is_place).take(most).collect()
            }
        }
    }
}

/// Where words stand in a text, none of the places overlapping another. White space may be of any kind and length.
fn places_of_words(content: &str, words: &str, whole_word: bool, match_case: bool, most: usize) -> Vec<Range<usize>> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(first) = words.first().and_then(|word| word.chars().next()) else { return Vec::new() };
    let is_first = |c: char| c == first || (!match_case && c.to_lowercase().eq(first.to_lowercase()));
    let mut found = Vec::new();
    let mut from = 0;
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
        assert!(Pattern::regex("(a{1000}){1000}", false, false).is_err(), "too large");
    }
}
