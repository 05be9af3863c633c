//! Bytes to text: UTF-8 and UTF-16; another encoding when the file or the person names it; or a sentence that says what
//! the bytes are and where they stop being text. An encoding is never guessed: a wrong one moves no offset and shows in
//! no error, only in the words.

/// The encodings that a person can choose from, by their names in the encoding standard, each with where it is found.
pub const ENCODINGS: [(&str, &str); 14] = [
    ("windows-1252", "Western Europe (Latin-1)"),
    ("windows-1250", "Central Europe"),
    ("ISO-8859-2", "Central Europe (Latin-2)"),
    ("windows-1251", "Cyrillic"),
    ("KOI8-R", "Russian"),
    ("windows-1253", "Greek"),
    ("windows-1254", "Turkish"),
    ("windows-1255", "Hebrew"),
    ("windows-1256", "Arabic"),
    ("macintosh", "Old Macintosh"),
    ("gb18030", "Chinese, simplified"),
    ("Big5", "Chinese, traditional"),
    ("Shift_JIS", "Japanese"),
    ("EUC-KR", "Korean"),
];

/// A text in an encoding other than Unicode's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What the encoding is called in the encoding standard.
    pub name: String,
    /// The text; `None` when some bytes are no characters there.
    pub content: Option<String>,
}

/// Decodes bytes by the name or alias of an encoding in the encoding standard (<https://encoding.spec.whatwg.org>); `None`
/// when there is no such encoding. A browser has one of its own, whose tables need not be loaded.
pub type Decoder = fn(&str, &[u8]) -> Option<Named>;

/// The decoder of this machine: all encodings natively; none in a page, which names that of its browser.
#[cfg(not(target_arch = "wasm32"))]
pub const OWN_DECODER: Decoder = |label, bytes| {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    let content = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    Some(Named { name: encoding.name().to_owned(), content: content.map(std::borrow::Cow::into_owned) })
};
/// The decoder of this machine: all encodings natively; none in a page, which names that of its browser.
#[cfg(target_arch = "wasm32")]
pub const OWN_DECODER: Decoder = |_, _| None;

/// A decoded file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text, without a byte order mark.
    pub(super) content: String,
    /// What the user should know of how it was read.
    pub(super) note: Option<String>,
}

/// Decodes a file, in the encoding that a person names if they do. The error is what the user reads.
pub(super) fn decode(bytes: Vec<u8>, encoding: Option<&str>, decoder: Decoder) -> Result<Decoded, String> {
    if let Some(sentence) = known_file(&bytes) {
        return Err(sentence.to_owned());
    }
    let is_utf8 = || std::str::from_utf8(&bytes).is_ok();
    let named = encoding.map(str::to_owned).or_else(|| named_within(&bytes).filter(|_| !is_utf8()));
    match named.and_then(|label| decoder(&label, &bytes)) {
        Some(named) => of_named(named, encoding.is_some()),
        None => decode_unicode(bytes),
    }
}

fn of_named(Named { name, content }: Named, is_chosen: bool) -> Result<Decoded, String> {
    let Some(content) = content else {
        let whose = if is_chosen { "" } else { ", as it says of itself" };
        return Err(format!(
            "This text is not in {name}{whose}: some bytes of it are no characters there. Open it with “Open files as…” and another encoding, or save it as UTF-8."
        ));
    };
    let content = content.strip_prefix('\u{feff}').unwrap_or(&content).to_owned();
    match content.find('\0') {
        Some(at) => Err(nul_sentence(at)),
        None => {
            let whose = if is_chosen { "as chosen" } else { "as it says of itself" };
            Ok(Decoded { content, note: Some(format!("Read in {name}, {whose}.")) })
        }
    }
}

/// The encoding that a page or an XML file names near its start.
fn named_within(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    let mark = if start.trim_start().starts_with("<?xml") { "encoding=" } else { "charset=" };
    if !start.trim_start().starts_with('<') {
        return None;
    }
    let (_, after) = start.split_once(mark)?;
    let label = after.trim_start_matches(['"', '\'']).split(['"', '\'', ' ', '>', '?', ';', '/']).next()?;
    Some(label.to_owned())
}

fn decode_unicode(mut bytes: Vec<u8>) -> Result<Decoded, String> {
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
        "This text is not UTF-8: byte 0x{:02X} at offset {at} (line {line}) is part of no character. Save it as UTF-8 in the program it comes from, or use “Open files as…” and say how it is encoded.",
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
    if !rest.is_empty() || !bytes.contains(&0) {
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

    #[test]
    fn other_encodings_are_read_when_they_are_named() {
        for (name, _) in ENCODINGS {
            assert_eq!(OWN_DECODER(name, b"").expect(name).name, name);
        }
        let cyrillic = Some("cp1251");
        let text = |bytes: &[u8], encoding| decode(bytes.to_vec(), encoding, OWN_DECODER).map(|it| it.content);
        assert_eq!(text(b"\xCF\xF0\xE8\xE2\xE5\xF2", cyrillic).as_deref(), Ok("Привет"));
        let page = b"<html><meta charset=\"iso-8859-1\"><p>caf\xE9";
        assert_eq!(text(page, None).as_deref(), Ok("<html><meta charset=\"iso-8859-1\"><p>café"));
        let xml = b"<?xml version='1.0' encoding='windows-1252'?><a>\x93caf\xE9\x94</a>";
        assert!(text(xml, None).is_ok_and(|it| it.ends_with("<a>“café”</a>")));
        // What is UTF-8 stays so, whatever it says.
        let wrong = "<html><meta charset=latin1><p>café";
        assert_eq!(text(wrong.as_bytes(), None).as_deref(), Ok(wrong));
        assert!(text(b"caf\xE9", None).is_err_and(|it| it.contains("Open files as")));
        assert!(text(b"\x81\xFF", Some("Shift_JIS")).is_err_and(|it| it.contains("not in Shift_JIS")));
    }

    fn content(bytes: &[u8]) -> String {
        match decode(bytes.to_vec(), None, OWN_DECODER) {
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
                let decoded = decode(utf16(text, order), None, OWN_DECODER).expect(text);
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
            let message = decode(bytes.to_vec(), None, OWN_DECODER).expect_err(parts[0]);
            assert!(parts.iter().all(|part| message.contains(part)), "{message}");
        }
    }
}
