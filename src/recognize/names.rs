//! Personal names as keys: folded spelling, and whether two names can be the same person's.

use super::lexicon::Kinds;
use super::reading::Reading;
use super::tokens::Shape;

/// A name as compared: its words folded, without honorifics, particles and suffixes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey {
    /// At least one word.
    pub words: Vec<String>,
}

impl NameKey {
    /// The key of a name between two tokens; `None` when nothing of it can be compared.
    pub fn of(reading: &Reading, start: usize, end: usize) -> Option<NameKey> {
        let mut words = Vec::new();
        for token in start..end {
            let form = reading.form(token);
            if !form.is_word() {
                continue;
            }
            let honorific = reading.is(token, Kinds::HONORIFIC.or(Kinds::COURTESY).or(Kinds::RANK));
            let particle = reading.is(token, Kinds::PARTICLE) && form.lower.chars().count() <= 4;
            if (honorific || particle) && end - start > 1 {
                continue;
            }
            let mut word = fold(&form.lower);
            if form.shape == Shape::Initial {
                word.truncate(word.find('.').unwrap_or(word.len()));
            }
            if !word.is_empty() {
                words.push(word);
            }
        }
        if words.is_empty() {
            let word = fold(reading.lower(end - 1));
            words.extend((!word.is_empty()).then_some(word));
        }
        (!words.is_empty()).then_some(NameKey { words })
    }

    /// The last word: in most names the family's.
    pub fn last(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }

    /// The first word.
    pub fn first(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// Whether two full names (two words or more each) can be one person's, spelling aside.
    pub fn same_person(&self, other: &NameKey) -> bool {
        let (short, long) = if self.words.len() <= other.words.len() { (self, other) } else { (other, self) };
        if short.words.len() < 2 {
            return false;
        }
        if short.words.len() == long.words.len() {
            let differing = short.words.iter().zip(&long.words).filter(|(a, b)| a != b).count();
            return differing == 0
                || differing <= (short.words.len() - 1).max(1)
                    && short.words.iter().zip(&long.words).all(|(a, b)| alike(a, b));
        }
        let ends_meet = alike(short.last(), long.last()) || alike(short.first(), long.first());
        ends_meet && is_subsequence(&short.words, &long.words)
    }
}

fn is_subsequence(short: &[String], long: &[String]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|word| rest.any(|other| alike(word, other)))
}

/// Whether two words can be the same name: equal, an initial, or one letter apart in a longer word.
pub fn alike(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.chars().count() == 1 {
        return long.starts_with(short);
    }
    if short.len() >= 5 && long.len() <= 24 {
        distance_at_most(short, long, 1 + usize::from(short.len() >= 8))
    } else {
        false
    }
}

/// Edit distance (insert, delete, replace one character) within a bound.
fn distance_at_most(a: &str, b: &str, bound: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > bound {
        return false;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()] <= bound
}

/// Lower-case word without accents, hyphens, apostrophes, stops, and a leading Arabic article.
pub fn fold(lower: &str) -> String {
    let bare = ["al-", "el-", "ul-", "as-", "ash-", "an-", "ad-", "ar-"]
        .iter()
        .find_map(|article| lower.strip_prefix(article))
        .filter(|rest| rest.len() > 2)
        .unwrap_or(lower);
    plain(bare).replace(['-', '\'', '’', '\u{2010}', '\u{2011}'], "")
}

/// A lower-case word without accents.
pub fn plain(lower: &str) -> String {
    let mut folded = String::with_capacity(lower.len());
    for c in lower.chars() {
        match c {
            '\u{300}'..='\u{36f}' => {}
            'à'..='å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'æ' => folded.push_str("ae"),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'ď' | 'đ' | 'ð' => folded.push('d'),
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ə' => folded.push('e'),
            'ğ' | 'ģ' => folded.push('g'),
            'ì'..='ï' | 'ī' | 'į' | 'ı' => folded.push('i'),
            'ł' | 'ļ' | 'ľ' => folded.push('l'),
            'ñ' | 'ń' | 'ň' | 'ņ' => folded.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => folded.push('o'),
            'œ' => folded.push_str("oe"),
            'ř' => folded.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => folded.push('s'),
            'ß' => folded.push_str("ss"),
            'ť' | 'ţ' | 'ț' => folded.push('t'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> NameKey {
        NameKey { words: name.split(' ').map(|word| fold(&word.to_lowercase())).collect() }
    }

    #[test]
    fn which_full_names_are_one_person() {
        for (a, b, same) in [
            ("Ahmed Nasser al-Sabah", "Ahmad Nasser al-Sabah", true),
            ("Amir Abdollahian", "Hossein Amir Abdollahian", true),
            ("George Bush", "George W. Bush", true),
            ("Hillary Clinton", "Bill Clinton", false),
            ("Raúl Castro", "Fidel Castro", false),
            ("Olusegun Obasanjo", "Olusegan Obasanjo", true),
            ("Kim Jong Il", "Kim Jong Un", false),
            ("Sean Conley", "Seán Conley", true),
        ] {
            assert_eq!(key(a).same_person(&key(b)), same, "{a} / {b}");
        }
    }
}
