//! The scripts that leave no space between words, as far as it must be known where a word may end.

use unicode_segmentation::GraphemeCursor;

/// A script without spaces between words. Korean has spaces, and Tibetan marks its syllables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unspaced {
    Han,
    Hiragana,
    Katakana,
    Thai,
    Lao,
    Khmer,
    Myanmar,
}

impl Unspaced {
    /// The script of a letter or sign, by the blocks of Unicode; `None` for punctuation and other scripts.
    pub(super) fn of(c: char) -> Option<Self> {
        Some(match c {
            '々' | '〇' | '\u{2e80}'..='\u{2fdf}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => Self::Han,
            '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => Self::Han,
            '\u{3041}'..='\u{309f}' => Self::Hiragana,
            '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => Self::Katakana,
            '\u{ff66}'..='\u{ff9f}' => Self::Katakana,
            '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' => Self::Thai,
            '\u{e81}'..='\u{ece}' | '\u{edc}'..='\u{edf}' => Self::Lao,
            '\u{1780}'..='\u{17d3}' | '\u{17d7}' | '\u{17dc}'..='\u{17dd}' => Self::Khmer,
            '\u{1000}'..='\u{103f}' | '\u{1050}'..='\u{109f}' | '\u{aa60}'..='\u{aa7f}' => Self::Myanmar,
            _ => return None,
        })
    }
}

/// Whether a word may end between two letters: one is of a script without spaces, and they are not one character to a
/// reader. Not between two of Katakana, which writes foreign names: インド is no word of インドネシア.
#[inline(never)] // rare: only where letters meet
pub(super) fn is_edge_without_space(content: &str, at: usize, before: char, after: char) -> bool {
    let (before, after) = (Unspaced::of(before), Unspaced::of(after));
    let is_in_word = before == after && matches!(before, None | Some(Unspaced::Katakana));
    !is_in_word && GraphemeCursor::new(at, content.len(), true).is_boundary(content, 0).unwrap_or(true)
}
