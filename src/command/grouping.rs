//! Whom or what a new mention is most likely about, by what is marked around it.

use std::sync::Arc;

use crate::annotation::{Annotation, AnnotationId, AnnotationSet, GroupKey};
use crate::scheme::{GroupKind, LabelId, Scheme};
use crate::text::{ByteOffset, Span, Text, upper_beyond_ascii};

/// How many bytes around a span marks of the same words are looked for: enough to find one, and little enough that an edit
/// costs the same in a long article.
const AROUND: usize = 60_000;
/// Bytes that may lie between a role and the name beside it: “, ” and a no-break space's two bytes.
const REACH: usize = 3;

/// The person or topic that a new mention most likely belongs to; its own words when nothing says more. The
/// annotations `but` do not count; `words` are those of the span, without its gaps.
///
/// In this order: for persons, the mention of another label right beside it (a role beside its name); the same words
/// marked elsewhere; for persons, the one whose name contains it or is contained in it as whole words.
pub(super) fn group_for(
    text: &Text,
    set: &AnnotationSet,
    scheme: &Scheme,
    span: Span,
    words: &str,
    label: LabelId,
    but: &[AnnotationId],
) -> String {
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
    if let Some(same) = same_words(text, set, span, words, others) {
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

/// Whether a person or topic has the name that a mention of these words gets when nothing says more. Files name topics with
/// their capitals, too.
pub(super) fn is_its_own(entity: &str, words: &str, kind: GroupKind) -> bool {
    entity == words || (kind == GroupKind::Topic && entity == words.to_lowercase())
}

/// The first of some annotations around a span that marks the same words: as they are, else in lower case, else with a
/// capital.
fn same_words<'a>(
    text: &Text,
    set: &'a AnnotationSet,
    span: Span,
    words: &str,
    of: impl Fn(&(AnnotationId, &'a Annotation)) -> bool,
) -> Option<&'a Annotation> {
    let content = text.as_str();
    let start = content.floor_char_boundary(span.start().index().saturating_sub(AROUND));
    let end = content.ceil_char_boundary((span.end().index() + AROUND).min(content.len()));
    let around = text.span(ByteOffset::from_index(start), ByteOffset::from_index(end))?;
    let lower = words.to_lowercase();
    let (initial, others) = lower.split_at(lower.chars().next().map_or(0, char::len_utf8));
    let initial = if initial.is_ascii() { initial.to_ascii_uppercase() } else { upper_beyond_ascii(initial) };
    let capital = initial + others;
    let forms = [words, &lower, &capital];
    let same = set.of_lengths(around, forms.map(str::len)).filter_map(|(id, other)| {
        let there = text.slice(other.span);
        let place = forms.iter().position(|form| *form == there)?;
        (other.gaps.is_empty() && of(&(id, other))).then_some((place, other))
    });
    // The first of those that are equally good.
    same.min_by_key(|(place, _)| *place).map(|(_, other)| other)
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
        let is_unnamed = role.entity == role.words(text);
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

/// Whether `part` stands in `whole` between word edges. Looking for its first byte alone is quickest in what is as short as
/// a name.
fn within_words(whole: &str, part: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let (bytes, sought) = (whole.as_bytes(), part.as_bytes());
    let (Some(first), Some(n_more)) = (sought.first(), bytes.len().checked_sub(sought.len())) else { return false };
    let begins = (0..=n_more).filter(|at| bytes[*at] == *first && bytes[*at..].starts_with(sought));
    begins
        .map(|at| (&whole[..at], &whole[at + part.len()..]))
        .any(|(before, after)| edge(before.chars().next_back()) && edge(after.chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::{Edit, Origin, Status, Transaction};

    /// A text of words, some of which are marked as a topic with another name.
    fn topic_of(word: &str, marked: &[(&str, &str)], filler: usize) -> String {
        let scheme = Scheme::built_in();
        let label = scheme.by_name("TOPIC").expect("a label");
        let mut content = String::new();
        let mut spans = Vec::new();
        for other in marked.iter().map(|(words, _)| *words).chain([word]) {
            let start = content.len();
            content += other;
            spans.push((start, content.len()));
            content += &"x. ".repeat(filler / 3 + 1);
        }
        let text = Text::new(content);
        let span = |(start, end)| {
            text.span(ByteOffset::from_index(start), ByteOffset::from_index(end)).expect("words end at characters")
        };
        let edits = marked.iter().zip(&spans).enumerate().map(|(place, ((_, entity), at))| {
            let after = Annotation::new(span(*at), label, *entity, Status::Accepted, Origin::Person);
            Edit::new(AnnotationId(place as u32 + 1), None, Some(after))
        });
        let mut set = AnnotationSet::default();
        set.apply(&Transaction { title: String::new(), edits: edits.collect(), about: None }, scheme).expect("fits");
        let span = span(spans[marked.len()]);
        group_for(&text, &set, scheme, span, word, label, &[])
    }

    #[test]
    fn the_same_words_as_they_are_count_before_others_and_the_first_of_them() {
        assert_eq!(
            topic_of("Gas", &[("gas", "lower"), ("GAS", "never"), ("Gas", "same"), ("Gas", "later")], 5),
            "same"
        );
        assert_eq!(topic_of("GAS", &[("Gas", "capital"), ("gas", "lower")], 5), "lower");
        assert_eq!(topic_of("gas", &[("Gas", "capital"), ("GAS", "never"), ("gases", "longer")], 5), "capital");
        assert_eq!(topic_of("épée", &[("Épée", "beyond ASCII")], 5), "beyond ASCII");
        assert_eq!(topic_of("Gas", &[("Oil", "other")], 5), "gas", "its own words");
    }

    #[test]
    fn what_is_far_away_does_not_count() {
        assert_eq!(topic_of("gas", &[("gas", "energy")], AROUND - 100), "energy");
        assert_eq!(topic_of("gas", &[("gas", "energy")], AROUND + 100), "gas");
    }

    #[test]
    fn a_part_of_a_name_is_found_between_word_edges() {
        for (whole, part, is_within) in [
            ("Bu Habib", "Habib", true),
            ("Bu Habib", "Hab", false),
            ("Habibi Habib", "Habib", true),
            ("José Õ", "Õ", true),
            ("Õé", "é", false),
            ("Habib", "Bu Habib", false),
            ("Habib", "", false),
        ] {
            assert_eq!(within_words(whole, part), is_within, "{part:?} in {whole:?}");
        }
    }
}
