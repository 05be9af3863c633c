//! The word lists in `seeds/lexicon/`, and which words of a text stand in them.

use std::collections::HashMap;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::tokens::Tokens;

/// What a word or phrase is, as far as the lists tell; several may hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kinds(pub u32);

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        impl Kinds {
            $($(#[$doc])* pub const $name: Kinds = Kinds(1 << $bit);)*
        }
    };
}

kinds! {
    /// An office: `prime minister`, `envoy`.
    OFFICE = 0;
    /// A rank or title that stands before a name: `General`, `Senator`.
    RANK = 1;
    /// What may stand before an office: `former`, `deputy`.
    MODIFIER = 2;
    /// What an office is for: `foreign`, `defense`.
    PORTFOLIO = 3;
    /// A party before an office: `Republican`.
    PARTY = 4;
    /// A title that is part of the name: `Sheikh`.
    HONORIFIC = 5;
    /// `Mr.`, `Dr.`: outside every span.
    COURTESY = 6;
    /// A particle of names: `al`, `van`.
    PARTICLE = 7;
    /// Several offices: `ministers`.
    PLURAL_OFFICE = 8;
    /// The head of topics: `ceasefire`.
    TOPIC_HEAD = 9;
    /// What stands before such a head: `nuclear`.
    TOPIC_MODIFIER = 10;
    /// A head that is left out: `implementation`.
    LIGHT = 11;
    /// What announces a topic: `discussed`, `on`.
    TRIGGER = 12;
    /// Adjectives of time, degree and judgement, left out at a topic's start.
    JUDGING = 13;
    /// `the`, `these`, `his`.
    DETERMINER = 14;
    /// `his`, `their`.
    POSSESSIVE = 15;
    /// `of`, `in`.
    PREPOSITION = 16;
    /// `and`, `that`.
    CONJUNCTION = 17;
    /// `he`, `there`.
    PRONOUN = 18;
    /// Frequent verbs.
    VERB = 19;
    /// Days and months.
    TIME = 20;
    /// Frequent adverbs.
    ADVERB = 21;
    /// A country or region by name.
    COUNTRY = 22;
    /// `Iranian`.
    DEMONYM = 23;
    /// A capital, city or state of a federation.
    CITY = 24;
    /// An organisation: `OIC`, `State Department`.
    BODY = 25;
    /// A given name (known only with the model's lists).
    GIVEN_NAME = 26;
    /// A family name (known only with the model's lists).
    FAMILY_NAME = 27;
    /// What people are who hold no office: `analyst`, `wife`.
    OCCUPATION = 28;
    /// What officials do with words: `said`, `condemned`.
    SAYING = 29;
    /// The last word of institutions and places: `University`, `ministry`.
    INSTITUTION = 30;
}

impl Kinds {
    /// Nothing known.
    pub const NONE: Kinds = Kinds(0);
    /// What is written with a capital.
    const PROPER: Kinds = Kinds::COUNTRY
        .or(Kinds::DEMONYM)
        .or(Kinds::CITY)
        .or(Kinds::BODY)
        .or(Kinds::GIVEN_NAME)
        .or(Kinds::FAMILY_NAME)
        .or(Kinds::COURTESY)
        .or(Kinds::RANK)
        .or(Kinds::HONORIFIC);

    /// What no name begins with or runs over: countries and bodies, offices, and the small words between.
    pub const OUTSIDE_NAMES: Kinds = Kinds::COUNTRY
        .or(Kinds::DEMONYM)
        .or(Kinds::BODY)
        .or(Kinds::TIME)
        .or(Kinds::DETERMINER)
        .or(Kinds::PRONOUN)
        .or(Kinds::PREPOSITION)
        .or(Kinds::CONJUNCTION)
        .or(Kinds::OFFICE);

    /// Both together.
    pub const fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    /// Whether at least one of `other` holds.
    pub const fn any(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }

    const fn without(self, other: Kinds) -> Kinds {
        Kinds(self.0 & !other.0)
    }
}

/// What the lists say of a token.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mark {
    /// All that it is, alone or within a phrase.
    pub kinds: Kinds,
    /// Those of them whose phrase began at an earlier token.
    pub inside: Kinds,
}

/// The lists as one automaton over words.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Words in lower case to their number.
    words: FxHashMap<Box<str>, u32>,
    /// From a node over a word to the next node; node 0 is the start.
    edges: FxHashMap<(u32, u32), u32>,
    nodes: Vec<Kinds>,
    /// Per country, `(name or demonym, country)`.
    nations: HashMap<Box<str>, u16>,
}

/// The number of a word that no list holds.
const UNKNOWN: u32 = u32::MAX;

impl Lexicon {
    /// The lists that come with the program.
    pub fn built_in() -> &'static Lexicon {
        static BUILT_IN: OnceLock<Lexicon> = OnceLock::new();
        BUILT_IN.get_or_init(Self::read_built_in)
    }

    // Not inlined: a door of `xtask/pack`, so that the lists are in the second half of the page's program.
    #[inline(never)]
    fn read_built_in() -> Lexicon {
        let mut lexicon = Lexicon { nodes: vec![Kinds::NONE], ..Lexicon::default() };
        for list in [
            include_str!("../../seeds/lexicon/offices.tsv"),
            include_str!("../../seeds/lexicon/topics.tsv"),
            include_str!("../../seeds/lexicon/grammar.tsv"),
            include_str!("../../seeds/lexicon/bodies.tsv"),
        ] {
            lexicon.read_kinds(list);
        }
        lexicon.read_countries(include_str!("../../seeds/lexicon/countries.tsv"));
        for city in include_str!("../../seeds/lexicon/cities.txt").lines() {
            lexicon.add(city, Kinds::CITY);
        }
        lexicon
    }

    /// Whether a stop after the word belongs to it (`Mr.`).
    pub fn keeps_stop(&self, word: &str) -> bool {
        if word.len() > 6 {
            return false;
        }
        let mut lower = word.to_lowercase();
        lower.push('.');
        self.words.contains_key(&*lower) || matches!(&*lower, "st." | "no." | "mt." | "vs." | "co." | "corp." | "inc.")
    }

    /// The numbers of words, one for each distinct word of a text; [`Lexicon::mark`] wants them.
    pub fn numbers(&self, tokens: &Tokens, numbers: &mut Vec<u32>) {
        for form in &tokens.forms[numbers.len()..] {
            numbers.push(self.words.get(&form.lower).copied().unwrap_or(UNKNOWN));
        }
    }

    /// Marks the tokens of a sentence; `marks` has one place for each token of it.
    pub fn mark(&self, tokens: &Tokens, numbers: &[u32], sentence: std::ops::Range<usize>, marks: &mut [Mark]) {
        for start in sentence.clone() {
            let mut node = 0;
            for at in start..sentence.end {
                let number = numbers[tokens.tokens[at].form as usize];
                match self.edges.get(&(node, number)) {
                    Some(&next) if number != UNKNOWN => node = next,
                    _ => break,
                }
                let kinds = self.nodes[node as usize];
                if kinds != Kinds::NONE {
                    self.put(tokens, start, at + 1, kinds, &sentence, marks);
                }
            }
        }
    }

    fn put(
        &self,
        tokens: &Tokens,
        start: usize,
        end: usize,
        kinds: Kinds,
        sentence: &std::ops::Range<usize>,
        marks: &mut [Mark],
    ) {
        let capital = tokens.form(start).is_capital() || tokens.form(end - 1).is_capital();
        let kinds = if capital { kinds } else { kinds.without(Kinds::PROPER) };
        for at in start..end {
            let mark = &mut marks[at - sentence.start];
            mark.kinds = mark.kinds.or(kinds);
            if at > start {
                mark.inside = mark.inside.or(kinds);
            }
        }
    }

    /// Which country a name or demonym in lower case belongs to.
    pub fn nation(&self, name: &str) -> Option<u16> {
        self.nations.get(name).copied()
    }

    /// Adds a list of lines `kind<TAB>phrase`.
    fn read_kinds(&mut self, list: &str) {
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            let Some((kind, phrase)) = line.split_once('\t') else { continue };
            if let Some(kinds) = kind_named(kind) {
                self.add(phrase, kinds);
            }
        }
    }

    /// Adds the countries: names, demonyms and capitals, each list separated by `; `.
    fn read_countries(&mut self, list: &str) {
        for (country, line) in list.lines().enumerate() {
            let mut columns = line.split('\t').map(|column| column.split("; ").filter(|name| !name.is_empty()));
            for kinds in [Kinds::COUNTRY, Kinds::DEMONYM, Kinds::CITY] {
                for name in columns.next().into_iter().flatten() {
                    self.add(name, kinds);
                    self.nations.entry(name.to_lowercase().into()).or_insert(country as u16);
                }
            }
        }
    }

    /// Adds a phrase, cut into words as a text is.
    fn add(&mut self, phrase: &str, kinds: Kinds) {
        let mut node = 0;
        for word in phrase.split(' ').flat_map(split_possessive) {
            let count = self.words.len() as u32;
            let number = *self.words.entry(word.to_lowercase().replace('’', "'").into()).or_insert(count);
            let fresh = self.nodes.len() as u32;
            node = *self.edges.entry((node, number)).or_insert(fresh);
            if node == fresh {
                self.nodes.push(Kinds::NONE);
            }
        }
        let known = &mut self.nodes[node as usize];
        *known = known.or(kinds);
    }
}

fn split_possessive(word: &str) -> impl Iterator<Item = &str> {
    let cut = word.strip_suffix("'s").map_or(word.len(), str::len);
    [&word[..cut], &word[cut..]].into_iter().filter(|part| !part.is_empty())
}

fn kind_named(name: &str) -> Option<Kinds> {
    Some(match name {
        "head" => Kinds::OFFICE,
        "rank" => Kinds::RANK,
        "modifier" => Kinds::MODIFIER,
        "portfolio" => Kinds::PORTFOLIO,
        "party" => Kinds::PARTY,
        "honorific" => Kinds::HONORIFIC,
        "courtesy" => Kinds::COURTESY,
        "particle" => Kinds::PARTICLE,
        "plural" => Kinds::PLURAL_OFFICE,
        "topic" => Kinds::TOPIC_HEAD,
        "topic-modifier" => Kinds::TOPIC_MODIFIER,
        "light" => Kinds::LIGHT,
        "trigger" => Kinds::TRIGGER,
        "judging" => Kinds::JUDGING,
        "determiner" => Kinds::DETERMINER,
        "possessive" => Kinds::POSSESSIVE,
        "preposition" => Kinds::PREPOSITION,
        "conjunction" => Kinds::CONJUNCTION,
        "pronoun" => Kinds::PRONOUN,
        "verb" => Kinds::VERB,
        "time" => Kinds::TIME,
        "adverb" => Kinds::ADVERB,
        "body" => Kinds::BODY,
        "occupation" => Kinds::OCCUPATION,
        "saying" => Kinds::SAYING,
        "institution" => Kinds::INSTITUTION,
        "adjective" => Kinds::DEMONYM,
        _ => return None,
    })
}
