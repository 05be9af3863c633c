//! Edges that the guideline fixes and the model at times misses: dashes that stand apart, and light heads of topics.

use super::Class;
use super::chain::Tagged;
use super::lexicon::Kinds;
use super::reading::Reading;

/// Words that may stand between a light head and the topic itself.
const LINKS: &[&str] = &["of", "on", "for"];
const DETERMINERS: &[&str] = &["the", "a", "an", "this", "that", "these", "those", "its", "their", "his", "her"];

/// Moves the start of a mention to where the guideline has it; the mention may become empty.
pub fn settle(reading: &Reading, mention: &mut Tagged) {
    mention.start = after_dash(reading, mention.start, mention.end);
    if mention.class == Class::Topic {
        mention.start = after_light_head(reading, mention.start, mention.end);
        if is_bare_light_head(reading, mention) {
            mention.start = mention.end;
        }
    }
}

/// A light head alone, whose object follows, is nothing: “implementation”, before “of the deal”.
fn is_bare_light_head(reading: &Reading, mention: &Tagged) -> bool {
    let after = mention.end;
    mention.start + 1 == after
        && reading.is(mention.start, Kinds::LIGHT)
        && after < reading.marks.len()
        && LINKS.contains(&reading.lower(after))
}

/// No mention runs across a dash: “TEHRAN – Iranian Foreign Minister”.
fn after_dash(reading: &Reading, start: usize, end: usize) -> usize {
    let dash = (start..end).rev().find(|&token| matches!(reading.lower(token), "–" | "—" | "--" | "-"));
    dash.map_or(start, |dash| dash + 1)
}

/// The topic is what a light head is about (guideline 3.5): “continuation of the ceasefire in Yemen”.
fn after_light_head(reading: &Reading, start: usize, end: usize) -> usize {
    let is_light = |token: usize| token < end && reading.is(token, Kinds::LIGHT);
    let is_one_of = |token: usize, words: &[&str]| token < end && words.contains(&reading.lower(token));
    if !is_light(start) {
        return start;
    }
    let mut at = start + 1;
    while is_one_of(at, &["and", "or", ","]) && is_light(at + 1) {
        at += 2;
    }
    if !is_one_of(at, LINKS) {
        return start;
    }
    at += 1;
    while is_one_of(at, DETERMINERS) {
        at += 1;
    }
    if at < end { after_light_head(reading, at, end) } else { start }
}
