//! Which role stands beside which name, among mentions found by the tagger: `[Foreign Minister] [Bu Habib]`,
//! `[Ann Lee], the [mayor of Oz]`.

use super::Class;
use super::lexicon::Kinds;
use super::reading::{Clue, Found, Reading};

/// Sets `of` and the clues of the mentions of one sentence, which are in order.
pub fn link(reading: &Reading, mentions: &mut [Found]) {
    for at in 0..mentions.len() {
        if mentions[at].class != Class::Role {
            continue;
        }
        let after = mentions.get(at + 1).filter(|next| next.class == Class::Official).filter(|next| {
            let between = mentions[at].end..next.start;
            between
                .clone()
                .all(|token| reading.is(token, Kinds::COURTESY) || matches!(reading.lower(token), "\"" | "“"))
                || apposed(reading, between, next.end)
        });
        let before = at.checked_sub(1).map(|last| &mentions[last]).filter(|last| last.class == Class::Official);
        let before = before.filter(|last| {
            let between = last.end..mentions[at].start;
            between.len() <= 4
                && between
                    .clone()
                    .next()
                    .is_some_and(|token| matches!(reading.lower(token), "," | "(" | "-" | "–" | "—"))
                && between.clone().skip(1).all(|token| {
                    reading.is(token, Kinds::DETERMINER)
                        || matches!(reading.lower(token), "now" | "who" | "is" | "then" | "also")
                })
        });
        let named = match (after, before) {
            (Some(next), _) => Some((next.start, at + 1, Clue::TitleBefore)),
            (None, Some(last)) => Some((last.start, at - 1, Clue::TitleAfter)),
            (None, None) => None,
        };
        if let Some((name, place, clue)) = named {
            mentions[at].of = Some(name);
            mentions[at].clue = Clue::BesideName;
            mentions[place].clue = clue;
        }
    }
}

/// `the mayor, Ann Lee, said`: set off by commas on both sides.
fn apposed(reading: &Reading, between: std::ops::Range<usize>, end: usize) -> bool {
    between.len() == 1 && reading.lower(between.start) == "," && reading.closes_apposition(end)
}
