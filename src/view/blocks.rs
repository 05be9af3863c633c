//! Cuts an article into blocks that read well: headings, paragraphs, and sentences where a line is very long.
//!
//! Only the look depends on this. The blocks follow each other without a gap, and the text in them is the article's,
//! white space and all. They depend on the text alone, so they never move while a person works.

use unicode_segmentation::UnicodeSegmentation;

use crate::text::{ByteOffset, Span, Text};

/// A stretch of text that stands on its own on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its text, with the white space and line ends after it.
    pub span: Span,
    /// How it is set.
    pub kind: BlockKind,
}

/// How a block is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A headline or a heading within the text.
    Heading,
    /// A line of a text whose paragraphs are set apart by empty lines.
    Line,
    /// A line that is a paragraph.
    Paragraph,
    /// A sentence of a line that is too long to be read in one piece.
    Sentence,
}

/// Bytes from which a line is shown sentence by sentence.
const LONG_LINE: usize = 1_500;
/// Bytes that a block may have when no sentence ends: as much as is laid out at once without a delay.
const LONGEST_BLOCK: usize = 4_000;
/// Words from which a line without a full stop is no heading.
const HEADING_WORDS: usize = 16;

/// The blocks of a text, in order; none when it is empty.
#[inline(never)] // the browser makes what is often called fast by whole functions, short ones sooner
pub fn blocks(text: &Text) -> Vec<Block> {
    let content = text.as_str();
    let lines = lines(content);
    let has_gaps = lines.iter().any(|line| line.followed_by_gap) && lines.len() > 1;
    let plain = if has_gaps { BlockKind::Line } else { BlockKind::Paragraph };
    let mut cuts: Vec<(usize, BlockKind)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let words = &content[line.start..line.end];
        if words.len() > LONG_LINE {
            sentences(words, |at, kind| cuts.push((line.start + at, kind)));
            continue;
        }
        let after_gap = index == 0 || lines[index - 1].followed_by_gap;
        let before_long = lines.get(index + 1).is_some_and(|next| next.end - next.start > 2 * words.len());
        let alone = after_gap && (line.followed_by_gap || (!has_gaps && before_long)) && lines.len() > 1;
        let heading = is_heading(words) && (alone || (!has_gaps && before_long));
        cuts.push((line.start, if heading { BlockKind::Heading } else { plain }));
    }
    let ends = cuts.iter().skip(1).map(|(at, _)| *at).chain([content.len()]);
    let offset = ByteOffset::from_index;
    let block = |((start, kind), end): (&(usize, BlockKind), usize)| {
        text.span(offset(*start), offset(end)).map(|span| Block { span, kind: *kind })
    };
    cuts.iter().zip(ends).filter_map(block).collect()
}

/// A line with the empty lines after it.
struct Line {
    start: usize,
    /// Where its own text ends.
    end: usize,
    followed_by_gap: bool,
}

fn lines(content: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut at = 0;
    for line in content.split_inclusive('\n') {
        let blank = line.trim().is_empty();
        match lines.last_mut() {
            Some(last) if blank => last.followed_by_gap = true,
            // Empty lines at the start belong to the first line.
            None if blank => {}
            _ => {
                let start = if lines.is_empty() { 0 } else { at };
                lines.push(Line { start, end: at + line.trim_end().len(), followed_by_gap: false });
            }
        }
        at += line.len();
    }
    if lines.is_empty() && !content.is_empty() {
        lines.push(Line { start: 0, end: content.len(), followed_by_gap: false });
    }
    lines
}

fn is_heading(line: &str) -> bool {
    let line = line.trim();
    let ends_open = line.chars().next_back().is_some_and(|c| c.is_alphanumeric() || "”’\"')".contains(c));
    ends_open && line.split_whitespace().take(HEADING_WORDS).count() < HEADING_WORDS && line.len() < 140
}

/// Where the sentences and inline headings of a long line start.
fn sentences(line: &str, mut cut: impl FnMut(usize, BlockKind)) {
    let starts = recurring_starts(line);
    let mut from = 0;
    for end in sentence_ends(line) {
        let sentence = &line[from..end];
        match inline_heading(sentence, &starts) {
            Some(rest) => {
                cut(from, BlockKind::Heading);
                pieces(&sentence[rest..], |at| cut(from + rest + at, BlockKind::Sentence));
            }
            None => pieces(sentence, |at| cut(from + at, BlockKind::Sentence)),
        }
        from = end;
    }
}

/// Ends of sentences (UAX #29), but not after abbreviations, which that rule takes for ends.
fn sentence_ends(line: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    for (at, sentence) in line.split_sentence_bound_indices() {
        let end = at + sentence.len();
        if end == line.len() || !ends_in_abbreviation(sentence) {
            ends.push(end);
        }
    }
    ends
}

fn ends_in_abbreviation(sentence: &str) -> bool {
    const TITLES: &[&str] = &[
        "Mr", "Mrs", "Ms", "Dr", "Prof", "Gen", "Lt", "Col", "Maj", "Capt", "Sgt", "Adm", "Sen", "Rep", "Gov", "Rev",
        "St", "Jr", "Sr", "No", "vs", "Jan", "Feb", "Aug", "Sept", "Oct", "Nov", "Dec",
    ];
    let Some(before) = sentence.trim_end().strip_suffix('.') else { return false };
    let word = before.rsplit(|c: char| c.is_whitespace() || "(“\"".contains(c)).next().unwrap_or_default();
    let initial = word.rsplit('.').next().unwrap_or_default();
    TITLES.contains(&word) || (initial.chars().count() == 1 && initial.chars().all(char::is_uppercase))
}

/// Where the sentence proper starts when a heading without a full stop is glued before it: behind a wide gap, or
/// where a name starts that other sentences of the line start with too.
fn inline_heading(sentence: &str, starts: &[&str]) -> Option<usize> {
    let n_words = |words: &str| words.split_whitespace().count();
    let gap = sentence.match_indices(['\u{a0}', '\u{2003}', '\t']).map(|(at, _)| at).find(|at| {
        let (heading, rest) = sentence.split_at(*at);
        is_heading(heading)
            && n_words(heading) >= 2
            && rest.trim_start().chars().next().is_some_and(char::is_uppercase)
            && n_words(rest) > 3
    });
    if let Some(at) = gap {
        let rest = &sentence[at..];
        return Some(at + (rest.len() - rest.trim_start().len()));
    }
    let candidates =
        starts.iter().filter_map(|start| sentence.match_indices(start).map(|(at, _)| at).find(|at| *at > 0));
    candidates.min().filter(|at| {
        let heading = sentence[..*at].trim_end();
        let mut words = heading.split_whitespace();
        let first = words.next().unwrap_or_default();
        let last = words.next_back().unwrap_or_default();
        let capitalised = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
        is_heading(heading)
            && (4..=12).contains(&n_words(heading))
            && sentence[..*at].ends_with(' ')
            && capitalised(last)
            && !is_title(last)
            && !opens_a_clause(first)
            && heading.split_whitespace().any(|word| word.len() > 4 && !capitalised(word))
    })
}

/// Two capitalised words with which at least three sentences of the line start.
fn recurring_starts(line: &str) -> Vec<&str> {
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for (at, _) in line.match_indices(". ") {
        let sentence = line[at + 2..].trim_start();
        let mut words = sentence.split_inclusive(' ');
        if let (Some(first), Some(second)) = (words.next(), words.next()) {
            let capitalised = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
            if capitalised(first) && capitalised(second) && second.ends_with(' ') {
                *counts.entry(&sentence[..first.len() + second.len()]).or_default() += 1;
            }
        }
    }
    counts.into_iter().filter(|(_, n)| *n >= 3).map(|(start, _)| start).collect()
}

fn is_title(word: &str) -> bool {
    const TITLES: &[&str] = &[
        "Minister",
        "President",
        "Secretary",
        "General",
        "Ambassador",
        "Chief",
        "King",
        "Prince",
        "Sheikh",
        "Senator",
        "Representative",
        "Governor",
        "Chairman",
        "Speaker",
        "Premier",
        "Chancellor",
        "Spokesman",
        "Spokesperson",
        "Mr.",
        "Mrs.",
        "Dr.",
        "Ayatollah",
        "Judge",
        "Justice",
        "Commander",
        "Director",
        "Leader",
        "Envoy",
        "Counterpart",
    ];
    TITLES.contains(&word)
}

fn opens_a_clause(word: &str) -> bool {
    const OPENERS: &[&str] = &[
        "In",
        "On",
        "At",
        "For",
        "After",
        "Before",
        "During",
        "When",
        "While",
        "As",
        "With",
        "By",
        "From",
        "According",
        "But",
        "And",
        "Since",
        "If",
        "Although",
        "Though",
        "Following",
        "Under",
        "The",
        "His",
        "Her",
        "Their",
        "This",
    ];
    OPENERS.contains(&word) || word.ends_with("ing")
}

/// Cuts what is longer than a block may be, between words where there are any.
fn pieces(sentence: &str, mut cut: impl FnMut(usize)) {
    let mut from = 0;
    cut(0);
    while sentence.len() - from > LONGEST_BLOCK {
        let mut limit = from + LONGEST_BLOCK;
        while !sentence.is_char_boundary(limit) {
            limit -= 1;
        }
        let window = &sentence[from..limit];
        let at = window.rfind(char::is_whitespace).filter(|at| *at > LONGEST_BLOCK / 2);
        let space = |at: usize| window[at..].chars().next().map_or(1, char::len_utf8);
        from = at.map_or(limit, |at| from + at + space(at));
        cut(from);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn show(content: &str) -> Vec<String> {
        let text = Text::new(content);
        let shown = |block: &Block| {
            let kind = match block.kind {
                BlockKind::Heading => "#",
                BlockKind::Line => "-",
                BlockKind::Paragraph => "¶",
                BlockKind::Sentence => ".",
            };
            format!("{kind} {}", text.slice(block.span))
        };
        blocks(&text).iter().map(shown).collect()
    }

    #[test]
    fn the_seed_is_cut_into_sentences_and_its_two_inline_headings() {
        let seed = include_str!("../../seeds/articles/000_e8fd1c9e67b988b0.txt");
        let shown = show(seed);
        let headings: Vec<_> =
            shown.iter().filter(|block| block.starts_with('#')).map(|block| block.trim_end()).collect();
        assert_eq!(
            headings,
            ["# Lebanon in the frontlines of resistance", "# Iran praises Kuwaiti condemnation of Israel"]
        );
        assert!(shown.len() > 30, "{} blocks", shown.len());
        assert!(
            shown[0].starts_with(". TEHRAN – Iranian Foreign Minister Hossein") && shown[0].ends_with("Quds Day. ")
        );
    }

    #[test]
    fn lines_are_paragraphs_unless_empty_lines_set_them_apart() {
        assert_eq!(show("One.\nTwo.\n"), ["¶ One.\n", "¶ Two.\n"]);
        assert_eq!(show("Wrapped\nline.\n\nNext.\n"), ["- Wrapped\n", "- line.\n\n", "- Next.\n"]);
        assert_eq!(show("\n\nTitle\n\nA line.\n"), ["# \n\nTitle\n\n", "- A line.\n"]);
        assert_eq!(show("x"), ["¶ x"]);
        assert_eq!(show(" \n "), ["¶  \n "]);
        assert!(show("").is_empty());
    }

    #[test]
    fn abbreviations_end_no_sentence() {
        let line = format!(
            "{} He met U.S. Secretary A. Blinken and Gen. Kurilla today. Then Mr. Taha spoke.",
            "It rained. ".repeat(150)
        );
        let shown = show(&line);
        assert_eq!(shown[shown.len() - 2], ". He met U.S. Secretary A. Blinken and Gen. Kurilla today. ");
    }

    #[test]
    fn a_line_without_an_end_is_still_cut() {
        for unit in ["word ", "x", "سلام", "😀"] {
            let shown = show(&unit.repeat(20_000 / unit.len()));
            assert!(shown.iter().all(|block| block.len() <= LONGEST_BLOCK + 2), "{unit}");
        }
    }

    proptest! {
        #[test]
        fn blocks_joined_are_the_text(parts in prop::collection::vec(prop::sample::select(
            vec!["a", "Word ", "\n", "\r\n", "\n\n", "\u{a0} ", ". ", "’ ", "😀", "سلام ", "e\u{301}", "\t", "Mr. ", "Long sentence here "]), 0..300)) {
            let content = parts.concat();
            let text = Text::new(content.clone());
            let joined: String = blocks(&text).iter().map(|block| text.slice(block.span)).collect();
            prop_assert_eq!(joined, content);
        }
    }
}
