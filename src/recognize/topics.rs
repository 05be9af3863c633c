//! Rules for topics: a noun phrase whose head is in the list, with the guideline's edges.
//!
//! Takes what stands before the head (modifiers, genitives) without determiners and judging adjectives, and the
//! complements after it (`in Yemen`, `of the Zionist regime`). Does not know verbs from nouns but by its lists.

use std::ops::Range;

use super::Class;
use super::lexicon::Kinds;
use super::reading::{Clue, Found, Reading};
use super::tokens::{Gap, Shape};

/// No more words before a head, and none more in a complement.
const MAX_SIDE: usize = 8;

/// Adds the topics of a sentence, in order; stretches in `taken` (start, end; sorted) are left alone.
pub fn find(reading: &Reading, sentence: Range<usize>, taken: &[(usize, usize)], found: &mut Vec<Found>) {
    let mut free = sentence.start;
    let mut at = sentence.start;
    while at < sentence.end {
        let Some(head) = head_at(reading, at, sentence.end) else {
            at += 1;
            continue;
        };
        let is_taken = |token: usize| taken.iter().any(|&(start, end)| start <= token && token < end);
        if is_taken(head) {
            at += 1;
            continue;
        }
        let low = taken.iter().map(|&(_, end)| end).filter(|&end| end <= head).max().unwrap_or(0).max(free);
        let high =
            taken.iter().map(|&(start, _)| start).find(|&start| start > head).unwrap_or(sentence.end).min(sentence.end);
        let start = left_edge(reading, head, low.max(sentence.start));
        let end = right_edge(reading, head + 1, high);
        if stands_alone(reading, start, head, end) {
            found.push(Found { start, end, class: Class::Topic, of: None, score: 0.5, clue: Clue::TopicWord });
            free = end;
        }
        at = end.max(head + 1);
    }
}

/// The head when a topic's head stands at a token and is not followed by another noun of the same phrase.
fn head_at(reading: &Reading, at: usize, limit: usize) -> Option<usize> {
    if !reading.is(at, Kinds::TOPIC_HEAD) || !reading.form(at).is_word() {
        return None;
    }
    let next = at + 1;
    if next < limit
        && reading.tokens.tokens[next].gap <= Gap::Space
        && reading.is(next, Kinds::TOPIC_HEAD)
        && !reading.is(next, Kinds::VERB)
    {
        return None;
    }
    Some(at)
}

fn left_edge(reading: &Reading, head: usize, limit: usize) -> usize {
    let stop = Kinds::DETERMINER
        .or(Kinds::PREPOSITION)
        .or(Kinds::CONJUNCTION)
        .or(Kinds::PRONOUN)
        .or(Kinds::VERB)
        .or(Kinds::ADVERB)
        .or(Kinds::COURTESY);
    let mut start = head;
    while start > limit && head - start < MAX_SIDE && reading.tokens.tokens[start].gap <= Gap::Space {
        let token = start - 1;
        let form = reading.form(token);
        if reading.is_genitive(token) && token > limit && reading.form(token - 1).is_word() {
            start = token - 1;
            continue;
        }
        let modifies = reading.is(
            token,
            Kinds::TOPIC_MODIFIER.or(Kinds::TOPIC_HEAD).or(Kinds::DEMONYM).or(Kinds::COUNTRY).or(Kinds::BODY),
        ) || form.is_capital() && !reading.is(token, Kinds::TIME)
            || form.shape == Shape::Lower && has_adjective_ending(&form.lower);
        if !form.is_word() || reading.is(token, stop) || !modifies {
            break;
        }
        start = token;
    }
    while start < head && (reading.is(start, Kinds::JUDGING) || reading.is_genitive(start)) {
        start += 1;
    }
    start
}

fn has_adjective_ending(word: &str) -> bool {
    word.len() > 5 && ["al", "ic", "ary", "ive", "ian", "ous", "ist"].iter().any(|ending| word.ends_with(ending))
}

fn right_edge(reading: &Reading, from: usize, limit: usize) -> usize {
    let mut end = from;
    let mut at = from;
    while at + 1 < limit
        && matches!(reading.lower(at), "of" | "in" | "on" | "with" | "between" | "against" | "for" | "to")
    {
        let to = reading.lower(at) == "to";
        let mut next = at + 1;
        while next < limit && reading.is(next, Kinds::DETERMINER) {
            next += 1;
        }
        let first = next;
        while next < limit && next - first < MAX_SIDE {
            let form = reading.form(next);
            let named = form.is_capital()
                || reading.is(next, Kinds::TOPIC_HEAD.or(Kinds::TOPIC_MODIFIER).or(Kinds::PLURAL_OFFICE));
            let lower = form.shape == Shape::Lower
                && !to
                && !reading.is(
                    next,
                    Kinds::PREPOSITION
                        .or(Kinds::CONJUNCTION)
                        .or(Kinds::VERB)
                        .or(Kinds::PRONOUN)
                        .or(Kinds::ADVERB)
                        .or(Kinds::DETERMINER),
                );
            let lower = lower && !form.lower.ends_with("ing");
            let and = &*form.lower == "and"
                && next > first
                && next + 1 < limit
                && reading.form(next - 1).is_capital()
                && reading.form(next + 1).is_capital();
            let genitive = reading.is_genitive(next) && next > first;
            if (form.is_word() && (named || lower) && !reading.is(next, Kinds::TIME)) || and || genitive {
                next += 1;
            } else {
                break;
            }
        }
        if next == first || reading.is_genitive(next - 1) {
            break;
        }
        end = next;
        at = next;
    }
    end
}

/// Bare heads that say nothing alone (`the issue`, `the deal`) are not topics.
fn stands_alone(reading: &Reading, start: usize, head: usize, end: usize) -> bool {
    if end - start > 1 {
        return true;
    }
    let bare = matches!(
        reading.lower(head),
        "issue"
            | "issues"
            | "deal"
            | "measures"
            | "talks"
            | "demand"
            | "problem"
            | "problems"
            | "question"
            | "meeting"
            | "visit"
            | "situation"
            | "act"
            | "law"
            | "plan"
            | "program"
            | "project"
            | "process"
            | "order"
            | "day"
            | "government"
            | "request"
            | "decision"
            | "support"
            | "action"
            | "actions"
            | "mission"
            | "operation"
            | "efforts"
            | "presence"
            | "developments"
            | "regime"
            | "committee"
            | "commission"
            | "cabinet"
            | "policy"
            | "border"
            | "agreement"
            | "issued"
            | "role"
            | "rule"
            | "charges"
            | "aid"
            | "claims"
            | "arms"
            | "strike"
            | "deadline"
            | "threat"
            | "interests"
            | "concern"
            | "concerns"
            | "health"
            | "affair"
            | "row"
            | "poll"
            | "support,"
            | "conference"
            | "summit"
            | "forum"
            | "agenda"
            | "strategy"
            | "initiative"
            | "proposal"
            | "proposals"
            | "commitment"
            | "challenge"
            | "priorities"
            | "prisoners"
            | "exercise"
            | "primary"
            | "gas"
            | "oil"
    );
    !bare
}
