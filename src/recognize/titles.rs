//! Rules for offices and the names beside them: `Foreign Minister Bu Habib`, `Ann Lee, the mayor of Oz`, `the envoy`.
//!
//! Works within one sentence and knows no names but those beside a title; `people` carries them through the text.

use std::ops::Range;

use super::Class;
use super::lexicon::Kinds;
use super::reading::{Clue, Found, Reading};
use super::tokens::{Gap, Shape};

/// No name has more words.
const MAX_NAME: usize = 7;
/// No title has more.
const MAX_TITLE: usize = 16;

/// Adds the roles of a sentence and the names beside them, in order.
pub fn find(reading: &Reading, sentence: Range<usize>, found: &mut Vec<Found>) {
    let mut at = sentence.start;
    // Tokens before this one belong to a mention already taken.
    let mut free = sentence.start;
    while at < sentence.end {
        if !reading.is(at, Kinds::OFFICE.or(Kinds::RANK)) || reading.is_genitive(at) {
            at += 1;
            continue;
        }
        if let Some((_, name_end)) = name_at(reading, at, sentence.end).filter(|_| reading.is(at, Kinds::HONORIFIC)) {
            // `King Abdullah`, `Sheikh Ahmed`: the title is part of the name.
            found.push(Found {
                start: at,
                end: name_end,
                class: Class::Official,
                of: None,
                score: 0.8,
                clue: Clue::TitleBefore,
            });
            (at, free) = (name_end, name_end);
            continue;
        }
        let office_end = office_end(reading, at, sentence.end);
        let start = title_start(reading, at, free.max(at.saturating_sub(MAX_TITLE)));
        let end = complement_end(reading, office_end, sentence.end.min(office_end + MAX_TITLE));
        at = match role(reading, &sentence, start, end, found).or_else(|| {
            // `General of the Army Lee` failed; perhaps the office without its complement stands beside a name.
            (end > office_end).then(|| role(reading, &sentence, start, office_end, found)).flatten()
        }) {
            Some(taken) => {
                free = taken;
                taken
            }
            None => office_end,
        };
    }
}

/// Takes a title between two tokens when a name or a determiner stands beside it; one past the last token taken.
fn role(reading: &Reading, sentence: &Range<usize>, start: usize, end: usize, found: &mut Vec<Found>) -> Option<usize> {
    let rank_only = (start..end).all(|token| !reading.is(token, Kinds::OFFICE));
    let push = |found: &mut Vec<Found>, class, start, end, of, score, clue| {
        found.push(Found { start, end, class, of, score, clue });
    };
    if let Some((name, name_end)) = name_at(reading, end, sentence.end) {
        push(found, Class::Role, start, end, Some(name), 0.9, Clue::BesideName);
        push(found, Class::Official, name, name_end, None, 0.9, Clue::TitleBefore);
        return Some(name_end);
    }
    if rank_only {
        return None;
    }
    let opens = before_title(reading, start, sentence.start);
    if let Some((name, name_end)) = name_before(reading, opens, sentence.start) {
        if found.last().is_none_or(|last| last.end <= name) {
            push(found, Class::Official, name, name_end, None, 0.75, Clue::TitleAfter);
        }
        if found.last().is_some_and(|last| last.class == Class::Official && last.start == name) {
            push(found, Class::Role, start, end, Some(name), 0.75, Clue::BesideName);
            return Some(end);
        }
    }
    let determined = opens < start && !matches!(reading.lower(opens), "a" | "an" | "no" | "any" | "every" | "each");
    let weak =
        end == start + 1 && matches!(reading.lower(start), "official" | "politician" | "chair" | "minister" | "king");
    let continues = end < sentence.end && (reading.is(end, Kinds::OFFICE) || reading.lower(end) == "of");
    if determined && !weak && !continues && reading.is(end - 1, Kinds::OFFICE.or(Kinds::COUNTRY).or(Kinds::BODY)) {
        push(found, Class::Role, start, end, None, 0.6, Clue::OfficeAlone);
        return Some(end);
    }
    None
}

/// One past the last word of the offices that stand together from `at` (`Chief of Defence Staff General`).
fn office_end(reading: &Reading, at: usize, limit: usize) -> usize {
    let mut end = at;
    let honorific = |token| reading.is(token, Kinds::HONORIFIC) && reading.form(token).is_capital() && token > at;
    while end < limit && reading.is(end, Kinds::OFFICE.or(Kinds::RANK)) && !honorific(end) {
        end += 1;
    }
    end.max(at + 1)
}

/// The first word of a title: back over what an office may have before it.
fn title_start(reading: &Reading, office: usize, limit: usize) -> usize {
    let before = Kinds::MODIFIER
        .or(Kinds::PORTFOLIO)
        .or(Kinds::PARTY)
        .or(Kinds::DEMONYM)
        .or(Kinds::COUNTRY)
        .or(Kinds::BODY)
        .or(Kinds::OFFICE)
        .or(Kinds::RANK);
    let mut start = office;
    while start > limit {
        let token = start - 1;
        let genitive = reading.is_genitive(token) && token > limit && reading.is(token - 1, before.or(Kinds::CITY));
        let country = reading.is_genitive(token)
            && token > limit
            && matches!(reading.lower(token - 1), "country" | "party" | "group");
        let joined = matches!(reading.lower(token), "and" | "&")
            && token > limit
            && reading.is(token - 1, Kinds::PORTFOLIO)
            && reading.is(start, Kinds::PORTFOLIO);
        if genitive || country || joined {
            start = token - 1;
        } else if reading.is(token, before) && !reading.is(token, Kinds::COURTESY) {
            start = token;
        } else {
            break;
        }
    }
    start
}

/// One past the complement that names the body or post: `of the Organization of Islamic Cooperation (OIC)`.
fn complement_end(reading: &Reading, from: usize, limit: usize) -> usize {
    let mut end = from;
    let mut at = from;
    while at < limit && matches!(reading.lower(at), "of" | "for" | "to" | "in") {
        let mut next = at + 1;
        while next < limit && reading.is(next, Kinds::DETERMINER) {
            next += 1;
        }
        let first = next;
        while next < limit {
            let inner = matches!(reading.lower(next), "and" | "for" | "of" | "the" | "on" | "," | "&") && next > first;
            let proper = reading.form(next).is_capital() && reading.form(next).is_word();
            if proper
                || reading.is(next, Kinds::PORTFOLIO.or(Kinds::BODY))
                || inner && inner_goes_on(reading, next, limit)
            {
                next += 1;
            } else {
                break;
            }
            // A country ends it: what follows is a name.
            if reading.is(next - 1, Kinds::COUNTRY)
                && (next >= limit || !reading.marks[next].inside.any(Kinds::COUNTRY))
            {
                break;
            }
        }
        if next == first {
            break;
        }
        if next + 2 < limit
            && reading.lower(next) == "("
            && reading.form(next + 1).shape == Shape::Upper
            && reading.lower(next + 2) == ")"
        {
            next += 3;
        }
        end = next;
        at = next;
    }
    end
}

fn inner_goes_on(reading: &Reading, sign: usize, limit: usize) -> bool {
    let next = sign + 1;
    let is_list = reading.lower(sign) != ",";
    is_list && next < limit && (reading.form(next).is_capital() || reading.lower(next) == "the")
}

/// The determiner, comma or other token that stands right before a title.
fn before_title(reading: &Reading, start: usize, limit: usize) -> usize {
    if start > limit && reading.is(start - 1, Kinds::DETERMINER) { start - 1 } else { start }
}

/// The name that begins at a token.
fn name_at(reading: &Reading, start: usize, limit: usize) -> Option<(usize, usize)> {
    let start = if start < limit && reading.is(start, Kinds::COURTESY) { start + 1 } else { start };
    if start >= limit || reading.tokens.tokens[start].gap >= Gap::Wide {
        return None;
    }
    let end = name_run(reading, start, limit);
    (end > start).then_some((start, end))
}

/// One past the words that can be a name from `start`; `start` itself when there is none.
pub fn name_run(reading: &Reading, start: usize, limit: usize) -> usize {
    let limit = limit.min(start + MAX_NAME);
    let mut end = start;
    let mut solid = 0;
    let mut at = start;
    while at < limit {
        if at > start && reading.tokens.tokens[at].gap >= Gap::Wide {
            break;
        }
        let form = reading.form(at);
        let honorific = reading.is(at, Kinds::HONORIFIC) && form.is_capital();
        let given = reading.is(at, Kinds::GIVEN_NAME);
        if honorific
            || form.is_capital() && form.shape != Shape::Dotted && (!reading.is(at, Kinds::OUTSIDE_NAMES) || given)
        {
            let initial = form.shape == Shape::Initial;
            solid += usize::from(!honorific && !initial);
            at += 1;
            end = at;
        } else if reading.is(at, Kinds::PARTICLE)
            && solid + at - start < MAX_NAME
            && form.is_word()
            && &*form.lower != "of"
        {
            at += 1;
        } else {
            break;
        }
    }
    if solid == 0 { start } else { end }
}

/// The name that ends with a comma right before `opens`: `Ann Lee, the mayor`.
fn name_before(reading: &Reading, opens: usize, limit: usize) -> Option<(usize, usize)> {
    if opens < limit + 2 || reading.lower(opens - 1) != "," {
        return None;
    }
    let end = opens - 1;
    let mut start = end;
    while start > limit && start + MAX_NAME > end {
        let form = reading.form(start - 1);
        let particle =
            reading.is(start - 1, Kinds::PARTICLE) && start > limit + 1 && reading.form(start - 2).is_capital();
        if form.is_word()
            && (form.is_capital() || particle)
            && !reading.is(start - 1, Kinds::OFFICE.or(Kinds::RANK).or(Kinds::COURTESY))
        {
            start -= 1;
        } else {
            break;
        }
    }
    // The first word of a sentence has a capital whatever it is.
    if end - start >= 2 && name_run(reading, start, end) == end && !reading.is(start, Kinds::PREPOSITION) {
        Some((start, end))
    } else {
        None
    }
}
