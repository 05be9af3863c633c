//! Offices as keys: which words and nation a title has, and how well two titles fit one person.

use super::lexicon::{Kinds, Lexicon};
use super::reading::Reading;

/// A title as compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleKey {
    /// The nation of its country, demonym or capital.
    nation: Option<u16>,
    /// The head, one word for all its synonyms: `spokesperson`, `head of government`.
    head: String,
    /// Its other words, sorted, without function words and nations.
    words: Vec<String>,
}

impl RoleKey {
    /// The key of a title between two tokens.
    pub fn of(reading: &Reading, lexicon: &Lexicon, start: usize, end: usize) -> RoleKey {
        let mut nation = None;
        let mut words: Vec<String> = Vec::new();
        let mut head: Option<String> = None;
        let mut past_head = false;
        for token in start..end {
            let lower = reading.lower(token);
            let proper = Kinds::COUNTRY.or(Kinds::DEMONYM).or(Kinds::CITY);
            if reading.is(token, proper) {
                let phrase_end = (token + 1..end).find(|&at| !reading.marks[at].inside.any(proper)).unwrap_or(end);
                let phrase: Vec<&str> = (token..phrase_end).map(|at| reading.lower(at)).collect();
                nation = nation.or_else(|| lexicon.nation(&phrase.join(" ")).or_else(|| lexicon.nation(lower)));
                continue;
            }
            let skip = Kinds::DETERMINER.or(Kinds::PREPOSITION).or(Kinds::CONJUNCTION);
            if !reading.form(token).is_word() || reading.is(token, skip) {
                past_head |= lower == "of";
                continue;
            }
            if reading.is(token, Kinds::OFFICE) && !past_head {
                let phrase_end = reading.phrase_end(token, Kinds::OFFICE, end);
                if reading.begins(token, Kinds::OFFICE) {
                    let phrase: Vec<&str> = (token..phrase_end).map(|at| reading.lower(at)).collect();
                    if let Some(old) = head.replace(synonym(&phrase.join(" ")).to_owned()) {
                        words.push(old);
                    }
                }
                continue;
            }
            words.push(lower.trim_end_matches('.').to_owned());
        }
        words.sort();
        words.dedup();
        let head = head.unwrap_or_else(|| words.pop().unwrap_or_default());
        RoleKey { nation, head, words }
    }

    /// How well a role without a name (`self`) fits an office met beside a name; 0 or less: not at all.
    pub fn fit(&self, stated: &RoleKey) -> i32 {
        let nation = match (self.nation, stated.nation) {
            (Some(a), Some(b)) if a == b => 3,
            (Some(_), Some(_)) => return 0,
            (Some(_), None) => -1,
            (None, _) => 0,
        };
        let shared = self.words.iter().filter(|word| stated.words.contains(word)).count() as i32;
        let missing = self.words.len() as i32 - shared;
        let same_head = self.head == stated.head;
        let generic = is_generic(&self.head, &stated.head);
        if same_head {
            4 + nation + 2 * shared - missing
        } else if generic {
            2 + nation + shared - missing
        } else if self.head.ends_with(&stated.head) || stated.head.ends_with(&self.head) {
            3 + nation + 2 * shared - missing
        } else {
            0
        }
    }
}

/// One word for all titles that mean the same.
fn synonym(head: &str) -> &str {
    match head {
        "spokesman" | "spokeswoman" => "spokesperson",
        "premier" => "prime minister",
        "secretary-general" | "general secretary" => "secretary general",
        "vice-president" => "vice president",
        "chairwoman" | "chairperson" | "chair" => "chairman",
        "congresswoman" | "congressman" | "rep." => "representative",
        "sen." => "senator",
        "gen." | "lt. gen." | "maj. gen." => "general",
        "advisor" => "adviser",
        "monarch" => "king",
        "pontiff" => "pope",
        other => other,
    }
}

/// Whether the first is a general word for holders of the second.
fn is_generic(word: &str, office: &str) -> bool {
    let any = |list: &[&str]| list.iter().any(|other| office.ends_with(other));
    match word {
        "leader" | "ruler" | "head" | "dictator" | "strongman" | "statesman" => {
            any(&["president", "prime minister", "king", "chancellor", "emir", "leader", "chairman", "chief"])
        }
        "diplomat" | "counterpart" | "official" => any(&[
            "minister",
            "secretary",
            "secretary of state",
            "ambassador",
            "envoy",
            "representative",
            "president",
            "king",
            "coordinator",
            "director",
        ]),
        "envoy" | "emissary" | "negotiator" | "mediator" => any(&["ambassador", "representative", "envoy", "minister"]),
        "lawmaker" | "legislator" | "politician" | "parliamentarian" | "congressman" => {
            any(&["senator", "representative", "mp", "congressman", "speaker", "leader"])
        }
        "minister" => any(&["minister", "prime minister"]),
        "chief" => {
            any(&["director", "head", "commander", "chairman", "commissioner", "president", "secretary general"])
        }
        "general" | "commander" => any(&["commander", "general", "chief", "chief of staff"]),
        _ => false,
    }
}
