//! Whom or what a new mention is most likely about, by what is marked around it.

use std::sync::Arc;

use crate::annotation::{Annotation, AnnotationId, AnnotationSet, GroupKey};
use crate::scheme::{GroupKind, LabelId, Scheme};
use crate::text::{ByteOffset, Span, Text, upper_beyond_ascii};

/// How many places with the same words are looked at, and how many bytes around a span for them: enough to find a
/// mark among them, and little enough that an edit costs the same in a long article.
const LOOKED_AT: usize = 100;
const AROUND: usize = 60_000;
/// Bytes that may lie between a role and the name beside it: “, ” and a no-break space's two bytes.
const REACH: usize = 3;

/// The person or topic that a new mention most likely belongs to; its own words when nothing says more. The
/// annotations `but` do not count.
///
/// In this order: for persons, the mention of another label right beside it (a role beside its name); the same words
/// marked elsewhere; for persons, the one whose name contains it or is contained in it as whole words.
pub(super) fn group_for(
    text: &Text,
    set: &AnnotationSet,
    scheme: &Scheme,
    span: Span,
    label: LabelId,
    but: &[AnnotationId],
) -> String {
    let words = text.slice(span);
    let kind = scheme.label(label).groups_by;
    let others =
        |(id, other): &(AnnotationId, &Annotation)| !but.contains(id) && scheme.label(other.label).groups_by == kind;
    if kind == GroupKind::Person {
        let is_name = is_name(scheme, label);
        let mut neighbours = beside(text, set, scheme, span, label).into_iter().filter(others);
        // A role is called after the name beside it; a name is its own, unless the role's person has that name.
        let fits = |other: &Annotation| !is_name || is_same_person(&other.entity, words);
        if let Some((_, neighbour)) = neighbours.find(|(_, other)| fits(other)) {
            return neighbour.entity.clone();
        }
    }
    let same = same_words(text, span).into_iter().find_map(|place| {
        let mut marked = set.overlapping(place).into_iter().filter(others);
        marked.find(|(_, other)| other.span == place)
    });
    if let Some((_, same)) = same {
        return same.entity.clone();
    }
    if kind == GroupKind::Topic {
        return words.to_lowercase();
    }
    let is_there = |entity: &Arc<str>| {
        let group = set.group(&GroupKey { kind, entity: entity.clone() });
        group.is_some_and(|group| group.mentions.iter().any(|place| !but.contains(&place.id())))
    };
    let named = set.ranked(kind).find(|entity| is_same_person(entity, words) && is_there(entity));
    named.map_or_else(|| words.to_owned(), |entity| entity.to_string())
}

/// Where the words of a span stand elsewhere around it, as they are, in lower case, and with a capital.
fn same_words(text: &Text, span: Span) -> Vec<Span> {
    let content = text.as_str();
    let start = content.floor_char_boundary(span.start().index().saturating_sub(AROUND));
    let end = content.ceil_char_boundary((span.end().index() + AROUND).min(content.len()));
    let words = text.slice(span);
    let lower = words.to_lowercase();
    let (initial, others) = lower.split_at(lower.chars().next().map_or(0, char::len_utf8));
    let initial = if initial.is_ascii() { initial.to_ascii_uppercase() } else { upper_beyond_ascii(initial) };
    let capital = initial + others;
    let mut forms = vec![words.to_owned(), lower, capital];
    forms.dedup();
    let places = forms.iter().flat_map(|form| {
        let found = places_of(&content[start..end], form).take(LOOKED_AT);
        found.filter_map(|at| {
            let from = start + at;
            text.span(ByteOffset::from_index(from), ByteOffset::from_index(from + form.len()))
        })
    });
    places.collect()
}

/// Where some words begin in a text. Looking for their first letter and then at the others goes over a text ten times as
/// fast as `str::match_indices`, which makes ready for the worst of texts.
fn places_of<'a>(content: &'a str, words: &'a str) -> impl Iterator<Item = usize> {
    let begins = words.chars().next().map(|first| content.match_indices(first));
    begins.into_iter().flatten().map(|(at, _)| at).filter(move |at| content[*at..].starts_with(words))
}

/// For a name: the role right beside it that has no person yet, or somebody else's though it stands before this name.
pub(super) fn role_beside<'a>(
    text: &Text,
    set: &'a AnnotationSet,
    scheme: &Scheme,
    span: Span,
    label: LabelId,
) -> Option<(AnnotationId, &'a Annotation)> {
    let is_name = scheme.label(label).groups_by == GroupKind::Person && is_name(scheme, label);
    let words = text.slice(span);
    let mut neighbours = beside(text, set, scheme, span, label).into_iter().filter(|_| is_name);
    neighbours.find(|(_, role)| {
        let is_unnamed = role.entity == text.slice(role.span);
        let gap = text.as_str().get(role.span.end().index()..span.start().index());
        let stands_before = gap.is_some_and(|gap| !gap.contains(','));
        is_unnamed || (stands_before && !is_same_person(&role.entity, words))
    })
}

/// The mentions of persons, with other labels, that end right before a span or start right after it; those without a
/// comma between come first.
fn beside<'a>(
    text: &Text,
    set: &'a AnnotationSet,
    scheme: &Scheme,
    span: Span,
    label: LabelId,
) -> Vec<(AnnotationId, &'a Annotation)> {
    let content = text.as_str();
    let start = content.floor_char_boundary(span.start().index().saturating_sub(REACH));
    let end = content.ceil_char_boundary((span.end().index() + REACH).min(content.len()));
    let Some(near) = text.span(ByteOffset::from_index(start), ByteOffset::from_index(end)) else { return Vec::new() };
    let gap_to = |other: Span| {
        let (from, to) =
            if other.end() <= span.start() { (other.end(), span.start()) } else { (span.end(), other.start()) };
        let gap = content.get(from.index()..to.index())?;
        gap.chars().all(|c| c.is_whitespace() || c == ',').then_some(gap)
    };
    let mut found = set.overlapping(near);
    found.retain(|(_, other)| {
        let is_person = scheme.label(other.label).groups_by == GroupKind::Person;
        other.label != label && is_person && gap_to(other.span).is_some()
    });
    // In “Taha, Foreign Minister Bu Habib” the office is the second one's.
    found.sort_by_key(|(_, other)| gap_to(other.span).is_some_and(|gap| gap.contains(',')));
    found
}

/// Whether a label marks names: the first one of its kind in the tagset does, the others say what the person is.
fn is_name(scheme: &Scheme, label: LabelId) -> bool {
    let kind = scheme.label(label).groups_by;
    scheme.labels().find(|(_, spec)| spec.groups_by == kind).is_some_and(|(first, _)| first == label)
}

/// Whether one name is a part of the other, as whole words.
fn is_same_person(one: &str, other: &str) -> bool {
    within_words(one, other) || within_words(other, one)
}

/// Whether `part` stands in `whole` between word edges.
fn within_words(whole: &str, part: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    part.len() <= whole.len()
        && places_of(whole, part)
            .any(|at| edge(whole[..at].chars().next_back()) && edge(whole[at + part.len()..].chars().next()))
}
