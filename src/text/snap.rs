//! What a person means who selects roughly: whole words, without the comma after them, and a whole name.

use unicode_segmentation::UnicodeSegmentation;

use super::boundary::{Direction, Step, WINDOW, step, trim, word_span};
use super::script::Unspaced;
use super::{ByteOffset, Span, Text};

/// Words in lower case that may stand within a name.
const PARTICLES: &[&str] = &[
    "al", "el", "bin", "ibn", "bint", "abu", "de", "del", "della", "der", "den", "di", "da", "dos", "du", "la", "le",
    "van", "von", "zu", "ten", "ter", "y", "e", "af",
];

/// Words in lower case that belong to an office or a form of address before a name, not to the name.
const TITLES: &[&str] = &[
    "ambassador",
    "chairman",
    "chairwoman",
    "chancellor",
    "chief",
    "commander",
    "commissioner",
    "congressman",
    "congresswoman",
    "councillor",
    "deputy",
    "director",
    "dr",
    "envoy",
    "foreign",
    "general",
    "governor",
    "interior",
    "judge",
    "justice",
    "leader",
    "mayor",
    "minister",
    "mr",
    "mrs",
    "ms",
    "premier",
    "president",
    "prime",
    "prof",
    "professor",
    "representative",
    "secretary",
    "senator",
    "speaker",
    "spokesman",
    "spokesperson",
    "spokeswoman",
    "vice",
];

/// The words of a selection: a word begun is taken whole, one only touched is left out, and so are punctuation and a
/// final ’s, unless they belong: a bracket whose partner is inside, the point of “U.S.”, a sign before a number.
/// `None` when no word is touched.
pub fn snap(text: &Text, selected: Span) -> Option<Span> {
    let selected = trim(text, selected)?;
    let content = text.as_str();
    let mut start = selected.start().index();
    let mut end = selected.end().index();
    if let Some(word) = word_span(text, selected.start()).filter(|word| word.start() < selected.start()) {
        // The end of a word that was touched at its end only is no beginning.
        if word.end() > selected.start() {
            start = word.start().index();
        }
    }
    if let Some(word) = word_span(text, selected.end())
        && word.start() < selected.end()
        && selected.end() < word.end()
    {
        end = word.end().index();
    }
    loop {
        let inside = &content[start..end];
        let first = inside.chars().next()?;
        if !belongs_at_start(first, inside) {
            start += first.len_utf8();
            continue;
        }
        let last = inside.chars().next_back()?;
        if !belongs_at_end(last, inside) {
            end -= last.len_utf8();
            continue;
        }
        match without_genitive(inside) {
            Some(shorter) => end = start + shorter,
            None => break,
        }
    }
    text.span(ByteOffset::from_index(start), ByteOffset::from_index(end))
}

fn belongs_at_start(first: char, inside: &str) -> bool {
    match first {
        '(' => inside.contains(')'),
        '[' => inside.contains(']'),
        '“' => inside[first.len_utf8()..].trim_end_matches('”').contains('”'),
        '$' | '€' | '£' | '#' | '@' | '+' | '-' | '−' => inside.len() > first.len_utf8(),
        _ => first.is_alphanumeric() || !is_common_punctuation(first),
    }
}

fn belongs_at_end(last: char, inside: &str) -> bool {
    let before = &inside[..inside.len() - last.len_utf8()];
    match last {
        ')' => before.contains('('),
        ']' => before.contains('['),
        '”' => before.trim_start_matches('“').contains('“'),
        '%' | '‰' | '+' => before.trim_end().ends_with(|c: char| c.is_numeric()),
        '.' => {
            let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
            let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
            (word.contains('.') || is_initial || ["Jr", "Sr"].contains(&word)) && !word.ends_with('.')
        }
        _ => last.is_alphanumeric() || !is_common_punctuation(last),
    }
}

/// Signs of other scripts, combining marks and emoji are what was selected; these are what surrounds it.
fn is_common_punctuation(c: char) -> bool {
    c.is_whitespace() || c.is_ascii_punctuation() || "“”‘’„‚«»‹›…–—،؛؟。、「」".contains(c)
}

/// Where a word ends that ends in ’s, or in an apostrophe after s.
fn without_genitive(words: &str) -> Option<usize> {
    let before = ["’s", "'s", "’S", "'S"].iter().find_map(|ending| words.strip_suffix(ending))?;
    before.ends_with(char::is_alphanumeric).then_some(before.len())
}

/// The word at a position as a person means it: without a final ’s. Where the script leaves no spaces, where words end is in
/// no rule but in dictionaries: as far as the script goes.
pub fn word_at(text: &Text, at: ByteOffset) -> Option<Span> {
    let word = word_span(text, at)?;
    match script_of(text.slice(word)) {
        Some(script) => run_around(text, word, script),
        None => snap(text, word),
    }
}

/// The word at a position that was clicked, with what the browser has selected there: it has dictionaries for the scripts
/// without spaces, so that its word counts as long as it is of them. Else [`word_at`].
pub fn clicked_word(text: &Text, at: ByteOffset, selected: Option<Span>) -> Option<Span> {
    let unspaced = selected.filter(|selected| script_of(text.slice(*selected)).is_some());
    unspaced.and_then(|selected| word_of_dictionary(text, at, selected)).or_else(|| word_at(text, at))
}

#[inline(never)] // rare
fn word_of_dictionary(text: &Text, at: ByteOffset, selected: Span) -> Option<Span> {
    let word = trim(text, selected).filter(|word| word.touches(at))?;
    text.slice(word).graphemes(true).all(|it| script_of(it).is_some()).then_some(word)
}

/// A word with what stands around it of the same script.
#[inline(never)] // rare
fn run_around(text: &Text, word: Span, script: Unspaced) -> Option<Span> {
    let content = text.as_str();
    let (start, end) = (word.start().index(), word.end().index());
    let before = &content[content.floor_char_boundary(start.saturating_sub(WINDOW))..start];
    let after = &content[end..content.floor_char_boundary(end + WINDOW)];
    let is_same = |it: &&str| script_of(it) == Some(script);
    let n_before: usize = before.graphemes(true).rev().take_while(is_same).map(str::len).sum();
    let n_after: usize = after.graphemes(true).take_while(is_same).map(str::len).sum();
    text.span(ByteOffset::from_index(start - n_before), ByteOffset::from_index(end + n_after))
}

/// By the first letter: signs that are joined to it are of any script.
fn script_of(word: &str) -> Option<Unspaced> {
    word.chars().next().and_then(Unspaced::of)
}

/// The whole name around a word: the capitalised words beside it, with the particles between them, as far as only
/// spaces, hyphens and the points of initials lie between; without the office before it. Around a word of an office, the
/// office. When it is not capitalised, the word itself, or all beside it in a script without spaces.
pub fn name_around(text: &Text, word: Span) -> Span {
    if !is_capitalised(text.slice(word)) {
        return script_of(text.slice(word)).and_then(|script| run_around(text, word, script)).unwrap_or(word);
    }
    let is_title = |span: Span| TITLES.contains(&text.slice(span).to_lowercase().as_str());
    let of_office = is_title(word);
    let mut name = word;
    for direction in [Direction::Forward, Direction::Backward] {
        let mut at = name;
        while let Some(next) = neighbour(text, at, direction) {
            let words = text.slice(next);
            let is_border = match direction {
                Direction::Forward => of_office && is_title(at) && !is_title(next),
                Direction::Backward => !of_office && is_title(next),
            };
            if is_border {
                break;
            }
            if is_capitalised(words) {
                name = name.hull(next);
            } else if !PARTICLES.contains(&words.to_lowercase().as_str()) {
                break;
            }
            at = next;
            // A genitive ends the name: “Iran’s Foreign Minister” is not one.
            if direction == Direction::Forward && without_genitive(words).is_some() {
                break;
            }
        }
    }
    snap(text, name).unwrap_or(name)
}

/// The next word that way, when only what may lie within a name is between.
fn neighbour(text: &Text, from: Span, direction: Direction) -> Option<Span> {
    let content = text.as_str();
    let (at, other) = match direction {
        Direction::Forward => {
            let end = step(text, from.end(), Step::Word, Direction::Forward);
            (from.end(), word_span(text, end)?)
        }
        Direction::Backward => {
            let start = step(text, from.start(), Step::Word, Direction::Backward);
            (from.start(), word_span(text, start)?)
        }
    };
    let between = match direction {
        Direction::Forward => content.get(at.index()..other.start().index())?,
        Direction::Backward => content.get(other.end().index()..at.index())?,
    };
    let is_initial = |word: &str| word.chars().count() <= 2 && is_capitalised(word);
    let before = if direction == Direction::Forward { text.slice(from) } else { text.slice(other) };
    let gap = if is_initial(before) { between.strip_prefix('.').unwrap_or(between) } else { between };
    let has_genitive = direction == Direction::Backward && without_genitive(text.slice(other)).is_some();
    (other != from && !has_genitive && [" ", "-", "\u{a0}", "‑", ""].contains(&gap)).then_some(other)
}

fn is_capitalised(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[` and `]` are what was selected, the result is what is taken.
    #[track_caller]
    fn check(marked: &str, expected: &str) {
        let (start, end) = (marked.find('[').expect("a mark"), marked.find(']').expect("a mark") - 1);
        let text = Text::new(marked.replacen('[', "", 1).replacen(']', "", 1));
        let span = text.span(ByteOffset::from_index(start), ByteOffset::from_index(end)).expect("a selection");
        assert_eq!(snap(&text, span).map(|span| text.slice(span)), Some(expected), "{marked}");
    }

    #[test]
    fn a_rough_selection_becomes_words() {
        check("met Bu [Habi]b today", "Habib");
        check("met[ Bu Ha]bib, today", "Bu Habib");
        check("met [Bu Habib,] today", "Bu Habib");
        check("met [Bu Habib, ]today", "Bu Habib");
        check("[Taha’s] visit", "Taha");
        check("[Tah]a's visit", "Taha");
        check("[Turkey’s Foreign Minis]ter", "Turkey’s Foreign Minister");
        check("the [Organization (OIC)]", "Organization (OIC)");
        check("([OIC)]", "OIC");
        check("“[peace talks”]", "peace talks");
        check("the [U.S.] envoy", "U.S.");
        check("the [envoy.] He", "envoy");
        check("of [$5 million], it", "$5 million");
        check("some [5 %] of", "5 %");
        check("وزیر [امور خار]جه، ایران", "امور خارجه");
        check("x [😀] y", "😀");
        check("Martin Luther [King Jr.] said", "King Jr.");
    }

    #[test]
    fn nothing_but_punctuation_is_no_word() {
        let text = Text::new("a , b");
        let span = text.span(ByteOffset(2), ByteOffset(3)).expect("a comma");
        assert_eq!(snap(&text, span), None);
    }

    /// `|` is where it was clicked, `[` and `]` what the browser has selected.
    #[track_caller]
    fn check_click(marked: &str, expected: &str) {
        let without = |marks: &[char]| marked.chars().filter(|c| !marks.contains(c)).collect::<String>();
        let place = |mark: char, others: &[char]| without(others).find(mark).map(ByteOffset::from_index);
        let text = Text::new(without(&['[', ']', '|']));
        let at = place('|', &['[', ']']).expect("a place");
        let selected = place('[', &['|']).zip(place(']', &['[', '|']));
        let selected = selected.and_then(|(start, end)| text.span(start, end));
        let word = clicked_word(&text, at, selected).map(|span| text.slice(span));
        assert_eq!(word, Some(expected), "{marked}");
    }

    #[test]
    fn without_spaces_a_word_is_what_the_browser_knows_or_all_of_the_script() {
        check_click("日本の大|統領は、", "大統領");
        check_click("美国[总|统]拜登,他", "总统");
        check_click("美国[总统|]拜登,他", "总统");
        check_click("[美国]总|统拜登,他", "美国总统拜登");
        check_click("[美国总|统拜登,他]", "美国总统拜登");
        check_click("ア|ントニオ・グテーレス", "アントニオ");
        check_click("葛|\u{e0100}城市と", "葛\u{e0100}城市");
        check_click("ประเทศ[ไท|ย]และ", "ไทย");
        check_click("NA|TO加盟", "NATO");
        check_click("[met Ta|ha]", "Taha");
        check_click("한|국은 미국", "한국은");
        let long = Text::new("大".repeat(1_000));
        let word = word_at(&long, ByteOffset(1_500)).expect("a word");
        assert!(word.len_bytes() <= 2 * WINDOW as u32 + 3, "no more than is looked at for any word");
    }

    #[track_caller]
    fn check_name(marked: &str, expected: &str) {
        let at = marked.find('|').expect("a mark");
        let text = Text::new(marked.replacen('|', "", 1));
        let word = word_at(&text, ByteOffset::from_index(at)).expect("a word");
        assert_eq!(text.slice(name_around(&text, word)), expected, "{marked}");
    }

    #[test]
    fn a_second_double_click_takes_the_whole_name() {
        check_name("minister Hossein Amir |Abdollahian’s visit", "Hossein Amir Abdollahian");
        check_name("in Al-|Aqsa Mosque, he", "Al-Aqsa Mosque");
        check_name("and Ursula von der |Leyen said", "Ursula von der Leyen");
        check_name("Sheikh |Ahmed bin Nasser, who", "Sheikh Ahmed bin Nasser");
        check_name("Iran’s Foreign |Minister", "Foreign Minister");
        check_name("the Iranian Foreign Minister Hossein Amir |Abdollahian", "Hossein Amir Abdollahian");
        check_name("the Iranian |Foreign Minister Hossein Amir", "Iranian Foreign Minister");
        check_name("said Mr. |Hussein Taha", "Hussein Taha");
        check_name("George W. |Bush left", "George W. Bush");
        check_name("the |ceasefire in Yemen", "ceasefire");
        check_name("Taha and |Taha", "Taha");
    }
}
