//! Whether a text is in English, for which suggestions are made. Does not say which other language it is.

/// Words that English is full of and its neighbours are not.
const ENGLISH: &[&str] = &[
    "the", "and", "of", "to", "that", "with", "for", "by", "has", "have", "from", "said", "says", "will", "at", "are",
    "be", "been", "his", "her", "which", "this", "it", "she", "they", "their", "its", "were", "would", "after", "who",
    "not", "but", "about", "had", "there", "between", "during", "against", "into",
];
/// So many words from the start are looked at.
const LOOKED_AT: usize = 400;
/// With fewer words than this a text is taken for English, if its letters allow.
const TOO_SHORT: usize = 12;

/// Whether a text looks English: enough of its words are among those that hold English sentences together. Headlines and
/// other short texts are given the benefit of the doubt unless most of their letters are not Latin.
pub fn looks_english(text: &str) -> bool {
    let (mut n_words, mut n_english, mut n_latin) = (0, 0, 0);
    let words = text.split(|c: char| !c.is_alphabetic() && c != '\'' && c != '’').filter(|word| !word.is_empty());
    for word in words.take(LOOKED_AT) {
        n_words += 1;
        n_latin += usize::from(word.chars().all(|c| c < '\u{250}' || matches!(c, '\'' | '’')));
        n_english += usize::from(word.len() <= 7 && ENGLISH.contains(&&*word.to_lowercase()));
    }
    if n_words < TOO_SHORT { 2 * n_latin >= n_words } else { 8 * n_english >= n_words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_texts_look_english() {
        for (text, is_english) in [
            (include_str!("../../seeds/articles/000_e8fd1c9e67b988b0.txt"), true),
            ("", true),
            ("Ceasefire in Yemen extended", true),
            (
                "Foreign ministers of Iran and Lebanon meet in Beirut over talks on the ceasefire in Gaza, officials said",
                true,
            ),
            ("وزیر امور خارجه ایران", false),
            (
                "وزير الخارجية اللبناني عبد الله بو حبيب التقى نظيره الإيراني في بيروت يوم الخميس وبحثا الوضع في اليمن",
                false,
            ),
            (
                "Der Außenminister traf am Donnerstag in Berlin seinen Amtskollegen aus Frankreich, um über die Lage im Jemen zu sprechen",
                false,
            ),
            (
                "Le ministre des Affaires étrangères a rencontré jeudi à Paris son homologue allemand pour parler de la situation au Yémen",
                false,
            ),
            (
                "El ministro de Relaciones Exteriores se reunió el jueves en Madrid con su homólogo francés para hablar de la situación en Yemen",
                false,
            ),
            (
                "De minister van Buitenlandse Zaken sprak donderdag in Den Haag met zijn Franse collega over de toestand in Jemen en de hulp",
                false,
            ),
            (
                "Il ministro degli Esteri ha incontrato giovedì a Roma il suo omologo francese per parlare della situazione nello Yemen",
                false,
            ),
            (
                "외교부 장관은 목요일 서울에서 프랑스 외교부 장관을 만나 예멘 상황에 대해 이야기했다 그리고 또 다른 문제도 논의했다",
                false,
            ),
        ] {
            assert_eq!(looks_english(text), is_english, "{text:.60}");
        }
    }
}
