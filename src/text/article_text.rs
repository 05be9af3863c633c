//! The immutable text of an article, with conversion between the units in which positions are counted.

use std::cmp::Ordering;
use std::fmt::{self, Write as _};
use std::sync::{Arc, OnceLock};

use super::{ByteOffset, CharOffset, Span, Utf16Offset};

/// Bytes between two checkpoints of the conversion table: small enough to scan at once, large enough that the
/// table of a 1 MB text takes 64 kB in any script.
const STRIDE: usize = 128;

/// Bytes that are given to the checksum at once.
const PIECE: usize = 8_192;

/// An article's text. It never changes; cloning shares it.
#[derive(Clone)]
pub struct Text(Arc<Inner>);

struct Inner {
    content: Box<str>,
    /// Counts before byte `i * STRIDE` (characters that start before it); empty when the text is ASCII.
    checkpoints: Vec<Checkpoint>,
    total: Checkpoint,
    /// See [`Text::digest`]; made when it is first asked for.
    digest: OnceLock<String>,
}

#[derive(Clone, Copy, Default)]
struct Checkpoint {
    utf16: u32,
    chars: u32,
}

impl Text {
    /// Takes a text as it is: no newline, space or Unicode normalisation.
    pub fn new(content: impl Into<Box<str>>) -> Self {
        let content = content.into();
        let (checkpoints, total) = count(&content);
        Self(Arc::new(Inner { checkpoints, total, content, digest: OnceLock::new() }))
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0.content
    }

    /// Length in bytes.
    pub fn len(&self) -> ByteOffset {
        ByteOffset::from_index(self.0.content.len())
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.content.is_empty()
    }

    /// Length in UTF-16 code units.
    pub fn len_utf16(&self) -> Utf16Offset {
        Utf16Offset(self.0.total.utf16)
    }

    /// Length in code points.
    pub fn len_chars(&self) -> CharOffset {
        CharOffset(self.0.total.chars)
    }

    /// The SHA-256 of the text in hexadecimal: the same for the same text, for good.
    pub fn digest(&self) -> &str {
        use sha2::Digest as _;
        self.0.digest.get_or_init(|| {
            let mut sum = sha2::Sha256::new();
            // In pieces: a browser makes a function fast between two calls of it, not in the middle of one.
            self.as_str().as_bytes().chunks(PIECE).for_each(|piece| sum.update(piece));
            sum.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
                write!(hex, "{byte:02x}").expect("a String takes everything");
                hex
            })
        })
    }

    /// The span between two byte positions; `None` when it would be empty, lie outside the text, or cut a character.
    pub fn span(&self, start: ByteOffset, end: ByteOffset) -> Option<Span> {
        let boundary = |at: ByteOffset| self.as_str().is_char_boundary(at.index());
        (boundary(start) && boundary(end)).then(|| Span::new(start, end)).flatten()
    }

    /// The whole text as a span; `None` when it is empty.
    pub fn whole(&self) -> Option<Span> {
        Span::new(ByteOffset(0), self.len())
    }

    /// The text of a span.
    ///
    /// # Panics
    /// When the span was made for another text and does not fit this one.
    pub fn slice(&self, span: Span) -> &str {
        &self.0.content[span.range()]
    }

    /// Converts a DOM offset to a byte offset of this text.
    ///
    /// `offset` counts UTF-16 code units from the start of the article. Exact or nothing: `None` when it is past the
    /// end or between the halves of a surrogate pair.
    /// Counting: DOM Standard, "boundary points", <https://dom.spec.whatwg.org/#boundary-points>.
    pub fn from_utf16(&self, offset: Utf16Offset) -> Option<ByteOffset> {
        self.locate(offset.0, Unit::Utf16)
    }

    /// Converts a file's code point offset to a byte offset of this text; `None` when it is past the end.
    pub fn from_chars(&self, offset: CharOffset) -> Option<ByteOffset> {
        self.locate(offset.0, Unit::Chars)
    }

    /// Converts a byte offset to what the DOM counts; `None` when it is past the end or inside a character.
    pub fn to_utf16(&self, offset: ByteOffset) -> Option<Utf16Offset> {
        self.before(offset, Unit::Utf16).map(Utf16Offset)
    }

    /// Converts a byte offset to code points; `None` when it is past the end or inside a character.
    pub fn to_chars(&self, offset: ByteOffset) -> Option<CharOffset> {
        self.before(offset, Unit::Chars).map(CharOffset)
    }

    /// Both ends of a span in UTF-16 code units.
    ///
    /// # Panics
    /// When the span was made for another text and does not fit this one.
    pub fn span_utf16(&self, span: Span) -> (Utf16Offset, Utf16Offset) {
        let convert = |at| self.to_utf16(at).expect("a span lies on character boundaries of its text");
        (convert(span.start()), convert(span.end()))
    }

    /// Both ends of a span in code points.
    ///
    /// # Panics
    /// When the span was made for another text and does not fit this one.
    pub fn span_chars(&self, span: Span) -> (CharOffset, CharOffset) {
        let convert = |at| self.to_chars(at).expect("a span lies on character boundaries of its text");
        (convert(span.start()), convert(span.end()))
    }

    fn before(&self, offset: ByteOffset, unit: Unit) -> Option<u32> {
        let index = offset.index();
        if !self.as_str().is_char_boundary(index) {
            return None;
        }
        let Some(checkpoint) = self.0.checkpoints.get(index / STRIDE) else { return Some(offset.0) };
        let from = self.ceil_boundary(index / STRIDE * STRIDE).min(index);
        let (words, rest) = self.as_str().as_bytes()[from..index].as_chunks();
        let in_words: u32 = words.iter().map(|word| unit.in_eight(*word)).sum();
        let in_rest: u32 = rest.iter().map(|byte| unit.at(*byte)).sum();
        Some(unit.until(checkpoint) + in_words + in_rest)
    }

    fn locate(&self, wanted: u32, unit: Unit) -> Option<ByteOffset> {
        if wanted > unit.until(&self.0.total) {
            return None;
        }
        if self.0.checkpoints.is_empty() {
            return Some(ByteOffset(wanted));
        }
        let block = self.0.checkpoints.partition_point(|checkpoint| unit.until(checkpoint) <= wanted) - 1;
        let mut count = unit.until(&self.0.checkpoints[block]);
        let mut from = self.ceil_boundary(block * STRIDE);
        let bytes = self.as_str().as_bytes();
        for word in bytes[from..].as_chunks().0 {
            let n = unit.in_eight(*word);
            if count + n > wanted {
                break;
            }
            (count, from) = (count + n, from + word.len());
        }
        for (at, byte) in (from..).zip(&bytes[from..]) {
            let width = unit.at(*byte);
            if width > 0 && count >= wanted {
                return (count == wanted).then(|| ByteOffset::from_index(at));
            }
            count += width;
        }
        (count == wanted).then(|| self.len())
    }

    /// The first character boundary at or after a byte index.
    fn ceil_boundary(&self, mut index: usize) -> usize {
        while !self.as_str().is_char_boundary(index) {
            index += 1;
        }
        index
    }
}

/// What is counted in a text besides bytes.
#[derive(Clone, Copy)]
enum Unit {
    Utf16,
    Chars,
}

impl Unit {
    /// How many there are before a checkpoint.
    #[inline(always)]
    fn until(self, checkpoint: &Checkpoint) -> u32 {
        match self {
            Self::Utf16 => checkpoint.utf16,
            Self::Chars => checkpoint.chars,
        }
    }

    /// How many begin at a byte of UTF-8 (RFC 3629, section 3, <https://www.rfc-editor.org/rfc/rfc3629>).
    #[inline(always)]
    fn at(self, byte: u8) -> u32 {
        // Of bytes within a character the two highest bits are 10; one of four bytes begins with 11110.
        let starts = u32::from(byte as i8 >= -0x40);
        match self {
            Self::Utf16 => starts + u32::from(byte >= 0xF0),
            Self::Chars => starts,
        }
    }

    /// How many begin in eight bytes.
    #[inline(always)]
    fn in_eight(self, bytes: [u8; 8]) -> u32 {
        let (chars, wide) = counts_of_eight(bytes);
        match self {
            Self::Utf16 => chars + wide,
            Self::Chars => chars,
        }
    }
}

/// How many characters begin in eight bytes of UTF-8, and how many of them have four bytes: as [`Unit::at`] finds them, but
/// in all eight at once.
#[inline(always)]
fn counts_of_eight(bytes: [u8; 8]) -> (u32, u32) {
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    // Shifted by so many, the next lower bits of each byte come to lie where its highest one is.
    let word = u64::from_ne_bytes(bytes);
    let (second, third, fourth) = (word << 1, word << 2, word << 3);
    let within = word & !second & HIGHEST;
    let wide = word & second & third & fourth & HIGHEST;
    (8 - within.count_ones(), wide.count_ones())
}

/// Builds the table. A character belongs to the block in which its first byte lies, so the counts of a checkpoint
/// are those at the first character boundary at or after it.
fn count(content: &str) -> (Vec<Checkpoint>, Checkpoint) {
    if content.is_ascii() {
        let length = ByteOffset::from_index(content.len()).0;
        return (Vec::new(), Checkpoint { utf16: length, chars: length });
    }
    let mut checkpoints = Vec::with_capacity(content.len() / STRIDE + 1);
    let mut counts = Checkpoint::default();
    for bytes in content.as_bytes().chunks(STRIDE) {
        checkpoints.push(counts);
        let (words, rest) = bytes.as_chunks();
        for word in words {
            let (chars, wide) = counts_of_eight(*word);
            counts.chars += chars;
            counts.utf16 += chars + wide;
        }
        for byte in rest {
            counts.chars += Unit::Chars.at(*byte);
            counts.utf16 += Unit::Utf16.at(*byte);
        }
    }
    if content.len().is_multiple_of(STRIDE) {
        checkpoints.push(counts);
    }
    (checkpoints, counts)
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Text").field(&self.as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Characters of every width in every unit, joined and combining ones, and the seed's own `’ – NBSP`.
    const ALPHABET: &[&str] =
        &["a", "’", "–", "\u{a0}", "e\u{301}", "é", "😀", "𐎠", "س", "لا", "\u{200c}", "\r\n", "\n", "\t", " ", "中"];

    fn texts() -> impl Strategy<Value = String> {
        let short = prop::collection::vec(prop::sample::select(ALPHABET), 0..40);
        let long = prop::collection::vec(prop::sample::select(ALPHABET), 100..400);
        prop_oneof![short, long].prop_map(|parts| parts.concat())
    }

    fn check_against_std(content: &str) {
        let text = Text::new(content);
        let utf16: Vec<u16> = content.encode_utf16().collect();
        assert_eq!(text.len_utf16().0 as usize, utf16.len());
        assert_eq!(text.len_chars().0 as usize, content.chars().count());
        for index in 0..=content.len() + 2 {
            let at = ByteOffset::from_index(index);
            let expected = content.is_char_boundary(index).then(|| &content[..index]);
            let units = expected.map(|before| Utf16Offset(before.encode_utf16().count() as u32));
            let chars = expected.map(|before| CharOffset(before.chars().count() as u32));
            assert_eq!(text.to_utf16(at), units, "UTF-16 units before byte {index} of {content:?}");
            assert_eq!(text.to_chars(at), chars, "code points before byte {index} of {content:?}");
            if let (Some(units), Some(chars)) = (units, chars) {
                assert_eq!(text.from_utf16(units), Some(at), "back from UTF-16");
                assert_eq!(text.from_chars(chars), Some(at), "back from code points");
            }
        }
        for (unit, code) in utf16.iter().enumerate() {
            let inside_pair = (0xDC00..0xE000).contains(code);
            let at = text.from_utf16(Utf16Offset(unit as u32));
            assert_eq!(at.is_none(), inside_pair, "unit {unit} of {content:?}");
        }
        assert_eq!(text.from_utf16(Utf16Offset(utf16.len() as u32 + 1)), None);
        assert_eq!(text.from_chars(CharOffset(text.len_chars().0 + 1)), None);
    }

    #[test]
    fn offsets_agree_with_the_standard_library_on_hard_texts() {
        for content in ["", "a", "😀", "’ – \u{a0}", "e\u{301}x", "𐎠𐎡", "سلام دنیا", "a😀b\r\nc"]
        {
            check_against_std(content);
        }
        check_against_std(&"😀".repeat(STRIDE));
        check_against_std(&"a".repeat(3 * STRIDE));
    }

    #[test]
    fn a_span_never_cuts_a_character() {
        let text = Text::new("a😀b");
        let span = |start, end| text.span(ByteOffset(start), ByteOffset(end));
        assert_eq!(span(1, 5).map(|span| text.slice(span)), Some("😀"));
        for (start, end) in [(1, 3), (2, 5), (1, 1), (5, 1), (0, 7), (9, 12)] {
            assert_eq!(span(start, end), None, "{start}..{end}");
        }
    }

    proptest! {
        #[test]
        fn offsets_go_there_and_back(content in texts()) {
            check_against_std(&content);
        }
    }
}
