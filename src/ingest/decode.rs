//! Bytes to text: UTF-8 and UTF-16, or a sentence that says what the bytes are and where they stop being text.

/// A decoded file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text, without a byte order mark.
    pub(super) content: String,
    /// What the user should know of how it was read.
    pub(super) note: Option<String>,
}

/// Decodes a file. The error is what the user reads.
pub(super) fn decode(mut bytes: Vec<u8>) -> Result<Decoded, String> {
    if let Some(sentence) = known_file(&bytes) {
        return Err(sentence.to_owned());
    }
    if bytes.starts_with(b"\xFF\xFE\0\0") || bytes.starts_with(b"\0\0\xFE\xFF") {
        return Err("This text is saved as UTF-32. Save it as UTF-8, then open it again.".to_owned());
    }
    let with_mark = [(&b"\xFF\xFE"[..], Order::LittleEndian), (b"\xFE\xFF", Order::BigEndian)];
    if let Some((_, order)) = with_mark.into_iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Ok(Decoded { content: from_utf16(&bytes, 2, order)?, note: None });
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    } else if let Some((content, order)) = unmarked_utf16(&bytes) {
        let order = match order {
            Order::LittleEndian => "little-endian",
            Order::BigEndian => "big-endian",
        };
        let note = format!(
            "This file does not say how it is encoded; it was read as UTF-16 ({order}). If it looks wrong, save it as UTF-8 and open it again."
        );
        return Ok(Decoded { content, note: Some(note) });
    }
    match String::from_utf8(bytes) {
        Ok(content) => match content.find('\0') {
            Some(at) => Err(nul_sentence(at)),
            None => Ok(Decoded { content, note: None }),
        },
        Err(error) => Err(not_utf8(error.as_bytes(), error.utf8_error().valid_up_to())),
    }
}

/// What to say of a text with a NUL, whose first stands at a byte offset.
pub(super) fn nul_sentence(at: usize) -> String {
    format!("This is not a text file: its first NUL byte is at offset {at}. Save the text as UTF-8, then open that.")
}

fn not_utf8(bytes: &[u8], at: usize) -> String {
    if let Some(nul) = bytes.iter().position(|byte| *byte == 0) {
        return nul_sentence(nul);
    }
    let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
    format!(
        "This text is not UTF-8: byte 0x{:02X} at offset {at} (line {line}) is part of no character. Save it as UTF-8 in the program it comes from, then open it again.",
        bytes[at]
    )
}

/// Files that are often dropped by mistake, by their first bytes.
fn known_file(bytes: &[u8]) -> Option<&'static str> {
    const IMAGE: &str = "This is an image; only text can be annotated. Copy the words out of it and paste them here.";
    const WORD: &str = "This is a document of a word processor. Save it as plain text (UTF-8) there, or copy its words and paste them here.";
    const ARCHIVE: &str = "This is a packed archive. Unpack it, then open the files in it.";
    const STARTS: &[(&[u8], &str)] = &[
        (b"%PDF-", "This is a PDF. Copy its words and paste them here, or save it as plain text (UTF-8)."),
        (b"\x89PNG\r\n\x1A\n", IMAGE),
        (b"\xFF\xD8\xFF", IMAGE),
        (b"GIF87a", IMAGE),
        (b"GIF89a", IMAGE),
        (b"II*\0", IMAGE),
        (b"MM\0*", IMAGE),
        (b"{\\rtf", WORD),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", WORD),
        (b"\x1F\x8B", ARCHIVE),
        (b"7z\xBC\xAF\x27\x1C", ARCHIVE),
        (b"Rar!\x1A\x07", ARCHIVE),
    ];
    if let Some((_, sentence)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Some(sentence);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(IMAGE);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        // Word and OpenDocument files are zip files with these names among the first.
        let start = &bytes[..bytes.len().min(4096)];
        let holds = |words: &[u8]| start.windows(words.len()).any(|window| window == words);
        let is_document = holds(b"word/") || holds(b"[Content_Types].xml") || holds(b"application/vnd.oasis");
        return Some(if is_document { WORD } else { ARCHIVE });
    }
    None
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    LittleEndian,
    BigEndian,
}

/// Decodes UTF-16 after `start` bytes of byte order mark.
fn from_utf16(bytes: &[u8], start: usize, order: Order) -> Result<String, String> {
    let (pairs, rest) = bytes[start..].as_chunks::<2>();
    let mut content = String::with_capacity(pairs.len());
    let mut offset = start;
    let units = pairs.iter().map(|pair| match order {
        Order::LittleEndian => u16::from_le_bytes(*pair),
        Order::BigEndian => u16::from_be_bytes(*pair),
    });
    let line = |content: &str| 1 + content.matches('\n').count();
    for decoded in char::decode_utf16(units) {
        match decoded {
            Ok('\0') => return Err(nul_sentence(offset)),
            Ok(c) => {
                content.push(c);
                offset += 2 * c.len_utf16();
            }
            Err(error) => {
                return Err(format!(
                    "This UTF-16 text is damaged: half a character (0x{:04X}) at offset {offset} (line {}). Save it as UTF-8 in the program it comes from, then open it again.",
                    error.unpaired_surrogate(),
                    line(&content)
                ));
            }
        }
    }
    if !rest.is_empty() {
        return Err(format!(
            "This UTF-16 text breaks off in the middle of a character at offset {offset} (line {}). Get a whole copy of it and open that.",
            line(&content)
        ));
    }
    Ok(content)
}

/// UTF-16 that lacks a byte order mark, when it can be nothing else: NUL bytes stand where the high bytes of Latin
/// letters, spaces and line ends do, and hardly elsewhere; either most units have one, or the text is longer and its
/// letters are of few blocks of 256 (an alphabet, not noise); and it decodes to text without control characters.
fn unmarked_utf16(bytes: &[u8]) -> Option<(String, Order)> {
    const MIN_UNITS: usize = 32;
    const MAX_BLOCKS: usize = 6;
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let n_nul = |place: usize| pairs.iter().filter(|pair| pair[place] == 0).count();
    let (high, order) = if n_nul(0) < n_nul(1) { (1, Order::LittleEndian) } else { (0, Order::BigEndian) };
    let (n_high, n_low) = (n_nul(high), n_nul(1 - high));
    let mut blocks = [false; 256];
    pairs.iter().for_each(|pair| blocks[usize::from(pair[high])] = true);
    let is_alphabet = pairs.len() >= MIN_UNITS && blocks.iter().filter(|seen| **seen).count() <= MAX_BLOCKS;
    if n_high == 0 || n_low * 4 > n_high || !(n_high * 2 > pairs.len() || is_alphabet) {
        return None;
    }
    let content = from_utf16(bytes, 0, order).ok()?;
    let is_text = content.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'));
    (is_text && content.contains(|c: char| c.is_ascii_graphic() || c == ' ')).then_some((content, order))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(bytes: &[u8]) -> String {
        match decode(bytes.to_vec()) {
            Ok(decoded) => decoded.content,
            Err(message) => panic!("{message}"),
        }
    }

    fn utf16(text: &str, order: Order) -> Vec<u8> {
        let bytes = |unit: u16| match order {
            Order::LittleEndian => unit.to_le_bytes(),
            Order::BigEndian => unit.to_be_bytes(),
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf8_and_utf16_are_read() {
        for text in ["Taha’s talks – in\u{a0}Kuwait\r\n", "e\u{301} 😀 𐎠", "سلام دنیا\n", "a", ""] {
            assert_eq!(content(text.as_bytes()), text);
            assert_eq!(content(format!("\u{feff}{text}").as_bytes()), text, "with a mark");
            for order in [Order::LittleEndian, Order::BigEndian] {
                assert_eq!(content(&utf16(&format!("\u{feff}{text}"), order)), text, "{order:?}");
            }
        }
    }

    #[test]
    fn utf16_without_a_mark_is_read_with_a_note() {
        for order in [Order::LittleEndian, Order::BigEndian] {
            for text in ["Taha’s talks", "سلام دنیا، این یک خبر است 😀 و تمام", "a 😀 in ten letters"]
            {
                let decoded = decode(utf16(text, order)).expect(text);
                assert_eq!(decoded.content, text);
                assert!(decoded.note.expect("a note").contains("UTF-16"));
            }
        }
    }

    #[test]
    fn what_is_not_text_is_told_with_its_place() {
        for (bytes, parts) in [
            (&b"Taha\nand \x92s"[..], &["not UTF-8", "0x92", "offset 9", "line 2"][..]),
            (b"ab\0\x01\x02\x03", &["NUL byte is at offset 2"]),
            (b"ab\xFF\0", &["NUL byte is at offset 3"]),
            (b"\xFF\xFEa\0\n\0\x3D\xD8b\0", &["0xD83D", "offset 6", "line 2"]),
            (b"\xFF\xFEa\0b", &["breaks off", "offset 4", "line 1"]),
            (b"\xFF\xFE\0\0a\0\0\0", &["UTF-32"]),
            (b"%PDF-1.7", &["PDF"]),
            (b"\x89PNG\r\n\x1A\n\0\0", &["image"]),
            (b"PK\x03\x04....photos/1.png", &["archive"]),
            (b"PK\x03\x04....[Content_Types].xml", &["word processor"]),
            (b"{\\rtf1 hello}", &["word processor"]),
        ] {
            let message = decode(bytes.to_vec()).expect_err(parts[0]);
            assert!(parts.iter().all(|part| message.contains(part)), "{message}");
        }
    }
}
