//! Cuts a text into words, numbers and signs, and tells where sentences start; it knows no meanings.
//!
//! A possessive `'s` is a token of its own, a hyphenated word is one token, and so are `U.N.`, `Gen.` and `W.`.
//! No token is longer than [`MAX_TOKEN_BYTES`], no sentence longer than [`MAX_SENTENCE_TOKENS`]: every later stage
//! looks at one sentence at a time and so stays linear in any text.

use std::collections::HashMap;

/// Longer words are cut; no word of any language is that long.
pub const MAX_TOKEN_BYTES: usize = 96;
/// Longer sentences (lists, text without stops) are cut.
pub const MAX_SENTENCE_TOKENS: usize = 220;
/// As much white space is crossed in one step.
const MAX_GAP_BYTES: usize = 4096;

/// What stands between a token and the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// Nothing.
    #[default]
    None,
    /// One space.
    Space,
    /// Several spaces, as around an inline heading.
    Wide,
    /// A line break.
    Line,
}

/// A word, number or sign of the text.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Which distinct word it is: an index into [`Tokens::forms`].
    pub form: u32,
    /// What stands before it.
    pub gap: Gap,
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `word`
    Lower,
    /// `Word`
    Title,
    /// `WORD`, of two letters or more
    Upper,
    /// `McCain`, `al-Sabah`, `iPhone`
    Mixed,
    /// `W.` or `W`
    Initial,
    /// `U.N.`
    Dotted,
    /// `2015`, `1,000`, `25th`
    Number,
    /// `'s` and `’s`
    Possessive,
    /// Anything else.
    Sign,
}

/// A distinct word of the text, as it is written.
#[derive(Clone, Debug)]
pub struct Form {
    /// In lower case, with straight apostrophes.
    pub lower: Box<str>,
    /// As it is written.
    pub text: Box<str>,
    /// How it is written.
    pub shape: Shape,
}

impl Form {
    /// Whether it begins with a capital or has one after a particle (`al-Sabah`).
    pub fn is_capital(&self) -> bool {
        matches!(self.shape, Shape::Title | Shape::Upper | Shape::Initial | Shape::Dotted | Shape::Mixed)
    }

    /// Whether it is a word or number rather than a sign.
    pub fn is_word(&self) -> bool {
        !matches!(self.shape, Shape::Sign | Shape::Possessive)
    }
}

/// The tokens of a text so far; [`Tokens::advance`] reads on.
#[derive(Debug, Default)]
pub struct Tokens {
    /// All tokens, in order.
    pub tokens: Vec<Token>,
    /// The distinct words.
    pub forms: Vec<Form>,
    /// Index of the first token of each sentence.
    pub sentences: Vec<u32>,
    index: HashMap<Box<str>, u32>,
    read: usize,
    /// The gap already crossed before `read`.
    gap: Gap,
}

impl Tokens {
    /// Reads about `budget` bytes further; `true` when the whole text has been read.
    pub fn advance(&mut self, text: &str, budget: usize, keeps_stop: &dyn Fn(&str) -> bool) -> bool {
        let until = self.read.saturating_add(budget).min(text.len());
        while self.read < until {
            self.next_token(text, keeps_stop);
        }
        self.read >= text.len()
    }

    /// The token range of a sentence.
    pub fn sentence(&self, index: usize) -> std::ops::Range<usize> {
        let start = self.sentences[index] as usize;
        let end = self.sentences.get(index + 1).map_or(self.tokens.len(), |&end| end as usize);
        start..end
    }

    /// The distinct word that a token is.
    pub fn form(&self, token: usize) -> &Form {
        &self.forms[self.tokens[token].form as usize]
    }

    /// A token in lower case with straight apostrophes.
    pub fn lower(&self, token: usize) -> &str {
        &self.form(token).lower
    }

    fn next_token(&mut self, text: &str, keeps_stop: &dyn Fn(&str) -> bool) {
        let (start, gap) = skip_space(text, self.read);
        let gap = gap.max(self.gap);
        let here = text[start..].chars().next();
        if here.is_none_or(is_space) {
            // The end, or a desert of spaces, which is crossed in several steps.
            (self.read, self.gap) = (start, gap);
            return;
        }
        self.gap = Gap::None;
        let end = token_end(text, start, keeps_stop);
        let form = self.intern(&text[start..end]);
        let begins = self.begins_sentence(form, gap);
        if begins {
            self.sentences.push(self.tokens.len() as u32);
        }
        self.tokens.push(Token { start: start as u32, end: end as u32, form, gap });
        self.read = end;
    }

    fn intern(&mut self, word: &str) -> u32 {
        if let Some(&form) = self.index.get(word) {
            return form;
        }
        let form = self.forms.len() as u32;
        let lower = word.to_lowercase().replace('’', "'").into();
        self.forms.push(Form { lower, text: word.into(), shape: shape(word) });
        self.index.insert(word.into(), form);
        form
    }

    /// Whether a token of this form, about to be pushed, begins a sentence.
    fn begins_sentence(&self, form: u32, gap: Gap) -> bool {
        let Some(&sentence) = self.sentences.last() else { return true };
        let length = self.tokens.len() - sentence as usize;
        let form = &self.forms[form as usize];
        if gap == Gap::Line || length >= MAX_SENTENCE_TOKENS {
            return true;
        }
        if gap == Gap::None {
            return false;
        }
        let opens = form.is_capital() || matches!(&*form.lower, "\"" | "“" | "‘" | "'" | "(" | "[" | "—" | "–");
        if gap == Gap::Wide && opens {
            return true;
        }
        // Go back over closing quotes and brackets to the sign that would end the sentence.
        let mut before = self.tokens.len();
        while before > sentence as usize + 1 && matches!(self.lower(before - 1), "\"" | "”" | "’" | "'" | ")" | "]")
        {
            before -= 1;
        }
        let last = self.form(before - 1);
        match &*last.lower {
            "." | "!" | "?" | "…" => opens || form.shape == Shape::Number || form.shape == Shape::Lower && length > 2,
            lower if lower.ends_with('.') && lower.len() > 1 => {
                last.shape == Shape::Dotted
                    && matches!(&*form.lower, "the" | "he" | "she" | "in" | "it" | "but" | "on")
                    && form.shape == Shape::Title
            }
            _ => false,
        }
    }
}

/// The first byte after white space, or as far as one step looks.
fn skip_space(text: &str, from: usize) -> (usize, Gap) {
    let mut gap = Gap::None;
    for (at, c) in text[from..].char_indices() {
        if !is_space(c) || at > MAX_GAP_BYTES {
            return (from + at, gap);
        }
        gap = match (c, gap) {
            ('\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}', _) => Gap::Line,
            (_, Gap::None) => Gap::Space,
            (_, Gap::Space) => Gap::Wide,
            (_, Gap::Wide | Gap::Line) => gap,
        };
    }
    (text.len(), gap)
}

/// White space, and what shows nothing: marks of direction and byte order, controls.
fn is_space(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}')
}

fn is_apostrophe(c: char) -> bool {
    c == '\'' || c == '’'
}

/// Letters with what belongs to them: combining marks and joiners.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '_' | '\u{ad}')
}

/// The end of the token that starts at `start`, which holds no white space.
fn token_end(text: &str, start: usize, keeps_stop: &dyn Fn(&str) -> bool) -> usize {
    let rest = &text[start..];
    let first = rest.chars().next().expect("the caller stops before the end of the text");
    if is_apostrophe(first) {
        return start + first.len_utf8() + possessive(&rest[first.len_utf8()..]);
    }
    if !is_letter(first) {
        return start + first.len_utf8();
    }
    let number = first.is_ascii_digit();
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if at >= MAX_TOKEN_BYTES {
            return start + at;
        }
        let next = chars.peek().map(|&(_, next)| next);
        let next_is_letter = next.is_some_and(is_letter);
        let joins = match c {
            c if is_letter(c) => true,
            '-' | '\u{2010}' | '\u{2011}' => next_is_letter,
            c if is_apostrophe(c) => next_is_letter && possessive(&rest[at + c.len_utf8()..]) == 0,
            '.' if number => next.is_some_and(|next| next.is_ascii_digit()),
            '.' => single_letter_before(&rest[..at]) && (next_is_letter || is_abbreviation(&rest[..at])),
            ',' if number => next.is_some_and(|next| next.is_ascii_digit()),
            '&' => at > 0 && next_is_letter,
            _ => false,
        };
        if !joins {
            break;
        }
        end = at + c.len_utf8();
    }
    if rest[end..].starts_with('.') && keeps_stop(&rest[..end]) {
        end += 1;
    }
    start + end
}

/// The length of the `s` of a possessive, when what follows an apostrophe is one.
fn possessive(after: &str) -> usize {
    let mut chars = after.chars();
    match (chars.next(), chars.next()) {
        (Some('s' | 'S'), next) if !next.is_some_and(is_letter) => 1,
        _ => 0,
    }
}

/// Whether the last letter stands alone: after a stop or at the beginning (`U.N`, `W`).
fn single_letter_before(word: &str) -> bool {
    let mut back = word.chars().rev();
    back.next().is_some_and(char::is_alphabetic) && back.next().is_none_or(|c| c == '.')
}

/// Whether a stop after these letters belongs to them: a capital initial, or the last of several (`U.N`, `a.m`).
fn is_abbreviation(word: &str) -> bool {
    word.contains('.') || word.chars().all(char::is_uppercase)
}

fn shape(word: &str) -> Shape {
    let mut chars = word.chars();
    let first = chars.next().unwrap_or(' ');
    if is_apostrophe(first) && word.len() > first.len_utf8() {
        return Shape::Possessive;
    }
    if first.is_numeric() {
        return Shape::Number;
    }
    if !is_letter(first) {
        return Shape::Sign;
    }
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    if letters == 1 && capitals == 1 {
        Shape::Initial
    } else if letters >= 2 && word.contains('.') && !word.ends_with("..") && capitals == letters {
        Shape::Dotted
    } else if capitals == 0 {
        Shape::Lower
    } else if capitals == letters {
        Shape::Upper
    } else if capitals == 1 && first.is_uppercase() {
        Shape::Title
    } else {
        Shape::Mixed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Tokens {
        let mut tokens = Tokens::default();
        while !tokens.advance(text, 7, &|word| matches!(word, "Mr" | "Gen")) {}
        tokens
    }

    /// Shows the tokens joined by `|`, sentences by ` / `.
    fn check(text: &str, expected: &str) {
        let tokens = cut(text);
        let mut shown = String::new();
        for (index, token) in tokens.tokens.iter().enumerate() {
            if index > 0 {
                let begins = tokens.sentences.contains(&(index as u32));
                shown.push_str(if begins { " / " } else { "|" });
            }
            shown.push_str(&text[token.start as usize..token.end as usize]);
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn words_signs_and_sentences() {
        for (text, expected) in [
            ("Iran’s readiness.", "Iran|’s|readiness|."),
            ("Mr. Bush met Gen. Pace. He left.", "Mr.|Bush|met|Gen.|Pace|. / He|left|."),
            ("the U.N. envoy, George W. Bush", "the|U.N.|envoy|,|George|W.|Bush"),
            ("al-Sabah's $1,000.5 deal", "al-Sabah|'s|$|1,000.5|deal"),
            ("d’Estaing’s", "d’Estaing|’s"),
            ("\"Go,\" he said. \"Now.\" They left", "\"|Go|,|\"|he|said|. / \"|Now|.|\" / They|left"),
            ("resistance \u{a0}Amir spoke", "resistance / Amir|spoke"),
            ("One\nTwo", "One / Two"),
            ("in the U.S. The law", "in|the|U.S. / The|law"),
            ("سلام دنیا 😀 e\u{301}x", "سلام|دنیا|😀|e\u{301}x"),
            ("", ""),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn a_very_long_word_is_cut() {
        let tokens = cut(&"x".repeat(1000));
        assert!(tokens.tokens.iter().all(|token| (token.end - token.start) as usize <= MAX_TOKEN_BYTES));
        assert_eq!(tokens.tokens.last().map(|token| token.end), Some(1000));
    }
}
