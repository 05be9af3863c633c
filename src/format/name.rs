//! Names that are safe to show and to save under, whatever a file was called.

use std::collections::BTreeSet;

/// How many characters of a name are kept: with any ending it fits the 255 bytes that file systems allow, since it is
/// also cut at [`MAX_BYTES`].
const MAX_CHARS: usize = 100;

/// How many bytes of a name are kept.
const MAX_BYTES: usize = 200;

/// A name that can be shown and used as a file name on any system: never empty, at most 100 characters and 200 bytes,
/// without folders, control characters, invisible marks that reorder text, and `< > : " / \ | ? *`.
///
/// A safe name stays as it is.
pub fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let mut safe = String::with_capacity(last.len().min(MAX_BYTES));
    let mut n_chars = 0;
    for c in last.chars().filter(|c| !is_hidden(*c)) {
        let c = match c {
            c if c.is_whitespace() || c.is_control() => ' ',
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => '-',
            c => c,
        };
        if c == ' ' && (safe.is_empty() || safe.ends_with(' ')) {
            continue;
        }
        if n_chars == MAX_CHARS || safe.len() + c.len_utf8() > MAX_BYTES {
            break;
        }
        safe.push(c);
        n_chars += 1;
    }
    let safe = safe.trim_matches([' ', '.']);
    if safe.is_empty() {
        return "Untitled".to_owned();
    }
    let stem = safe.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let device = match stem.as_str() {
        "con" | "prn" | "aux" | "nul" => true,
        port => port.len() == 4 && (port.starts_with("com") || port.starts_with("lpt")) && port.ends_with(is_digit),
    };
    // Once more, since the limits hold for the longer name too.
    if device { safe_name(&format!("_{safe}")) } else { safe.to_owned() }
}

/// A safe name out of a title: its slashes part no folders, unless it is one word, as paths and addresses are.
pub fn title_name(title: &str) -> String {
    if title.contains(char::is_whitespace) { safe_name(&title.replace(['/', '\\'], "-")) } else { safe_name(title) }
}

/// A file name that no other article has, in upper or lower case.
pub(super) fn unique_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let name = safe_name(name);
    let numbered = (2..).map(|n| format!("{name} ({n})"));
    let free = std::iter::once(name.clone()).chain(numbered).find(|name| taken.insert(name.to_lowercase()));
    free.expect("the numbers do not end")
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Marks that show nothing but reorder or hide what stands around them. The joiners of Persian and Indic words
/// (U+200C, U+200D) are letters of a name and stay.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_names_become_safe() {
        for (name, safe) in [
            ("000_e8fd1c9e67b988b0", "000_e8fd1c9e67b988b0"),
            ("Talks – Taha’s visit", "Talks – Taha’s visit"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\a", "a"),
            ("folder/", "folder"),
            ("what? <b>: \"x\"|*", "what- -b-- -x---"),
            ("gpj\u{202e}txt.exe", "gpjtxt.exe"),
            ("می\u{200c}خواهد", "می\u{200c}خواهد"),
            ("a\u{0}\n\t  b", "a b"),
            (".hidden.", "hidden"),
            ("con", "_con"),
            ("NUL.tar", "_NUL.tar"),
            ("com1", "_com1"),
            ("common", "common"),
            ("console", "console"),
            ("", "Untitled"),
            (" . ", "Untitled"),
            ("\u{202e}", "Untitled"),
        ] {
            assert_eq!(safe_name(name), safe, "{name:?}");
        }
        assert_eq!(safe_name(&"é".repeat(300)).chars().count(), 100);
        assert_eq!(safe_name(&"😀".repeat(300)).len(), 200);
    }

    proptest! {
        #[test]
        fn a_safe_name_stays_as_it_is(name in any::<String>()) {
            let once = safe_name(&name);
            prop_assert_eq!(safe_name(&once), once);
        }
    }
}
