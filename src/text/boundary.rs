//! Where a person expects a selection to end: trimmed, and by grapheme, word or sentence (UAX #29).

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::{ByteOffset, Span, Text};

/// Which way to go through the text, in reading order of the characters (not on the screen).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the end.
    Forward,
    /// Towards the start.
    Backward,
}

/// How far to go at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// What a reader takes for one character: an extended grapheme cluster.
    Grapheme,
    /// To the end of the next word forward, to the start of the last word backward.
    Word,
    /// To the start of the next sentence forward; backward to the start of this one, or of the one before.
    Sentence,
    /// The same by paragraph: after a line end.
    Paragraph,
    /// To an end of the text.
    Text,
}

/// How much text around a position is looked at to find a word: no word is longer, and a step costs the same in a
/// text of any length.
pub(super) const WINDOW: usize = 512;

/// The same for sentences.
const SENTENCE_WINDOW: usize = 20_000;

/// Leaves out white space (no-break spaces included) at both ends; `None` when nothing else is there.
pub fn trim(text: &Text, span: Span) -> Option<Span> {
    let slice = text.slice(span);
    let start = span.start().index() + (slice.len() - slice.trim_start().len());
    let end = start + slice.trim().len();
    text.span(ByteOffset::from_index(start), ByteOffset::from_index(end))
}

/// The position one step away; the ends of the text are as far as it goes. `from` that lies inside a character
/// counts as that character's start.
pub fn step(text: &Text, from: ByteOffset, step: Step, direction: Direction) -> ByteOffset {
    let content = text.as_str();
    let from = floor_boundary(content, from.index().min(content.len()));
    let to = match (step, direction) {
        (Step::Grapheme, Direction::Forward) => {
            cursor(content, from).next_boundary(content, 0).ok().flatten().unwrap_or(content.len())
        }
        (Step::Grapheme, Direction::Backward) => {
            cursor(content, from).prev_boundary(content, 0).ok().flatten().unwrap_or(0)
        }
        (Step::Word, Direction::Forward) => {
            let end = floor_boundary(content, (from + WINDOW).min(content.len()));
            let window = &content[from..end];
            // The window starts in the middle of a word as often as not; its rest is then the first word.
            window.unicode_word_indices().next().map_or(end, |(at, word)| from + at + word.len())
        }
        (Step::Word, Direction::Backward) => {
            let start = floor_boundary(content, from.saturating_sub(WINDOW));
            let window = &content[start..from];
            window.unicode_word_indices().next_back().map_or(start, |(at, _)| start + at)
        }
        (Step::Sentence, Direction::Forward) => {
            let end = floor_boundary(content, paragraph_end(content, from).min(from + SENTENCE_WINDOW));
            let window = &content[from..end];
            let sentence = window.split_sentence_bounds().next().map_or(0, str::len);
            let rest = &window[sentence..];
            from + sentence + (rest.len() - rest.trim_start().len())
        }
        (Step::Sentence, Direction::Backward) => {
            let far = floor_boundary(content, from.saturating_sub(SENTENCE_WINDOW));
            let start = paragraph_start(content, from).max(far);
            let window = &content[start..from];
            window.trim_end().split_sentence_bound_indices().last().map_or(start, |(at, _)| start + at)
        }
        (Step::Paragraph, Direction::Forward) => paragraph_end(content, from),
        (Step::Paragraph, Direction::Backward) => paragraph_start(content, from),
        (Step::Text, Direction::Forward) => content.len(),
        (Step::Text, Direction::Backward) => 0,
    };
    ByteOffset::from_index(to)
}

/// Where the next line with words starts, or the end of the text.
fn paragraph_end(content: &str, from: usize) -> usize {
    let Some(line_end) = content[from..].find('\n') else { return content.len() };
    let rest = &content[from + line_end..];
    from + line_end + (rest.len() - rest.trim_start().len())
}

/// Where the line with words that holds what stands before a position starts.
fn paragraph_start(content: &str, from: usize) -> usize {
    let words = content[..from].trim_end();
    words.rfind('\n').map_or(0, |at| at + 1)
}

/// The word at a position: the one that holds it, else the one that ends there. `None` between words.
pub fn word_span(text: &Text, at: ByteOffset) -> Option<Span> {
    let content = text.as_str();
    let at = floor_boundary(content, at.index().min(content.len()));
    let start = window_start(content, at);
    let end = floor_boundary(content, (at + WINDOW).min(content.len()));
    let (word_start, word) = content[start..end]
        .unicode_word_indices()
        .map(|(offset, word)| (start + offset, word))
        .take_while(|(word_start, _)| *word_start <= at)
        .filter(|(word_start, word)| at <= word_start + word.len())
        .last()?;
    text.span(ByteOffset::from_index(word_start), ByteOffset::from_index(word_start + word.len()))
}

/// A place before `at` from which words are cut as they are from the start of the text: after white space.
fn window_start(content: &str, at: usize) -> usize {
    let earliest = floor_boundary(content, at.saturating_sub(WINDOW));
    if earliest == 0 {
        return 0;
    }
    let window = &content[earliest..at];
    window.char_indices().find(|(_, c)| c.is_whitespace()).map_or(earliest, |(offset, _)| earliest + offset)
}

fn cursor(content: &str, at: usize) -> GraphemeCursor {
    GraphemeCursor::new(at, content.len(), true)
}

fn floor_boundary(content: &str, mut index: usize) -> usize {
    while !content.is_char_boundary(index) {
        index -= 1;
    }
    index
}

/// Words with letters beyond ASCII in capitals. A function of its own, for the tables that it needs.
#[inline(never)] // a door of `xtask/pack`
pub fn upper_beyond_ascii(words: &str) -> String {
    words.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows a step: `|` is where it starts, the result shows where it ends.
    fn check(marked: &str, by: Step, direction: Direction, expected: &str) {
        let from = marked.find('|').expect("a mark");
        let text = Text::new(marked.replacen('|', "", 1));
        let to = step(&text, ByteOffset::from_index(from), by, direction).index();
        let (before, after) = text.as_str().split_at(to);
        assert_eq!(format!("{before}|{after}"), expected, "from {marked}");
    }

    #[test]
    fn a_grapheme_is_one_step() {
        check("|e\u{301}x", Step::Grapheme, Direction::Forward, "e\u{301}|x");
        check("x👩\u{200d}💻|", Step::Grapheme, Direction::Backward, "x|👩\u{200d}💻");
        check("a|\r\nb", Step::Grapheme, Direction::Forward, "a\r\n|b");
        check("|", Step::Grapheme, Direction::Backward, "|");
        check("a|", Step::Grapheme, Direction::Forward, "a|");
    }

    #[test]
    fn a_word_step_stops_at_word_edges() {
        check("|Bu Habib’s talks", Step::Word, Direction::Forward, "Bu| Habib’s talks");
        check("Bu |Habib, and", Step::Word, Direction::Forward, "Bu Habib|, and");
        check("Bu Habib, |and", Step::Word, Direction::Backward, "Bu |Habib, and");
        check("سلام |دنیا", Step::Word, Direction::Forward, "سلام دنیا|");
        check("one|", Step::Word, Direction::Forward, "one|");
        check("|one", Step::Word, Direction::Backward, "|one");
    }

    #[test]
    fn sentences_and_paragraphs_are_steps() {
        let forward = |marked, expected| check(marked, Step::Sentence, Direction::Forward, expected);
        forward("One. |Two three. Four", "One. Two three. |Four");
        forward("One. T|wo three. Four", "One. Two three. |Four");
        forward("|One\n\nTwo", "One\n\n|Two");
        let back = |marked, expected| check(marked, Step::Sentence, Direction::Backward, expected);
        back("One. Two th|ree.", "One. |Two three.");
        back("One. |Two three.", "|One. Two three.");
        back("One\n\n|Two", "|One\n\nTwo");
        check("On|e\n \nTwo\nThree", Step::Paragraph, Direction::Forward, "One\n \n|Two\nThree");
        check("One\nTwo\n\n|Three", Step::Paragraph, Direction::Backward, "One\n|Two\n\nThree");
        check("One\nTw|o", Step::Text, Direction::Backward, "|One\nTwo");
        check("One|", Step::Paragraph, Direction::Forward, "One|");
    }

    #[test]
    fn trimming_leaves_out_no_break_spaces() {
        let text = Text::new("\u{a0} Taha \u{a0}\n");
        let span = trim(&text, text.whole().expect("not empty")).expect("a word is inside");
        assert_eq!(text.slice(span), "Taha");
        let blank = Text::new(" \u{a0}");
        assert_eq!(trim(&blank, blank.whole().expect("not empty")), None);
    }

    #[test]
    fn the_word_at_a_position() {
        let text = Text::new("Mr. Taha’s 3 visits");
        let word = |at| word_span(&text, ByteOffset(at)).map(|span| text.slice(span));
        assert_eq!(word(0), Some("Mr"));
        assert_eq!(word(2), Some("Mr"));
        assert_eq!(word(3), None);
        assert_eq!(word(6), Some("Taha’s"));
        assert_eq!(word(21), Some("visits"));
        assert_eq!(word(999), Some("visits"));
    }
}
