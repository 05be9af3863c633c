//! Labels put on spans and annotations, and ends and parts moved.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::grouping::{group_for, is_its_own, role_beside};
use super::plan::{change, dismissal, quoted, titled};
use super::{Command, Refusal, plan};
use crate::annotation::{Annotation, AnnotationId, AnnotationSet, Edit, Origin, Status, Transaction};
use crate::scheme::{LabelId, Scheme};
use crate::text::{Span, Text};

pub(super) fn annotate(
    text: &Text,
    set: &AnnotationSet,
    scheme: &Scheme,
    span: Span,
    label: LabelId,
) -> Result<Transaction, Refusal> {
    let there = set.overlapping(span);
    if let Some((id, same)) = there.iter().find(|(_, other)| is_just(other, span) && other.label == label) {
        return match same.status {
            Status::Suggested => plan(text, set, scheme, &Command::Accept { id: *id }),
            _ => Err(Refusal::AlreadyThere),
        };
    }
    // A suggestion with just these ends but another label was half right: it gets the label.
    if let Some((id, _)) = there.iter().find(|(_, other)| is_just(other, span) && other.status == Status::Suggested) {
        return relabel(text, set, scheme, &[*id], label);
    }
    let replaced = those_that_give_way(set, span, label);
    let ids: Vec<AnnotationId> = replaced.iter().map(|(id, _)| *id).collect();
    let entity = group_for(text, set, scheme, span, text.slice(span), label, &ids);
    let after = Annotation::new(span, label, entity, Status::Accepted, Origin::Person);
    let mut edits = vec![Edit::new(set.fresh_id(), None, Some(after))];
    edits.extend(replaced.into_iter().map(|(id, other)| dismissal(id, other)));
    // A role that was marked before the name beside it now has its person.
    if let Some((id, role)) = role_beside(text, set, scheme, span, label) {
        let entity = edits[0].after.as_ref().map(|name| name.entity.clone()).unwrap_or_default();
        edits.push(change(id, role, Annotation { entity, ..role.clone() }));
    }
    Ok(titled(format!("{} {}", scheme.label(label).title, quoted(text, span)), edits))
}

/// The same for several spans, all of one person or topic.
#[inline(never)] // a door of `xtask/pack`
pub(super) fn annotate_all(
    text: &Text,
    set: &AnnotationSet,
    scheme: &Scheme,
    spans: &[Span],
    label: LabelId,
    entity: &str,
) -> Result<Transaction, Refusal> {
    if scheme.label(label).retired {
        return Err(Refusal::Retired);
    }
    // By id, so that nothing is changed twice: two spans may overlap the same suggestion.
    let mut edits: BTreeMap<AnnotationId, Edit> = BTreeMap::new();
    let mut fresh = set.fresh_id();
    for span in spans {
        let there = set.overlapping(*span);
        let just = there.iter().filter(|(_, other)| is_just(other, *span));
        let best = just.max_by_key(|(_, other)| (other.label == label, other.status == Status::Suggested));
        let (id, edit) = match best {
            Some((_, same)) if same.label == label && same.status == Status::Accepted => continue,
            Some((id, half)) if half.label == label || half.status == Status::Suggested => {
                (*id, change(*id, half, Annotation { label, entity: entity.to_owned(), ..half.accepted() }))
            }
            _ => {
                let after = Annotation::new(*span, label, entity, Status::Accepted, Origin::Person);
                let id = fresh;
                fresh.0 += 1;
                (id, Edit::new(id, None, Some(after)))
            }
        };
        for (other, suggestion) in those_that_give_way(set, *span, label) {
            edits.entry(other).or_insert_with(|| dismissal(other, suggestion));
        }
        edits.insert(id, edit);
    }
    let n = edits.values().filter(|edit| edit.after.as_ref().is_some_and(|it| it.status == Status::Accepted)).count();
    match spans.first().filter(|_| n > 0) {
        Some(first) => {
            let words = quoted(text, *first);
            let places = if n == 1 { "once".to_owned() } else { format!("{n} times") };
            Ok(titled(format!("{} {words} {places}", scheme.label(label).title), edits.into_values().collect()))
        }
        None => Err(Refusal::NoOccurrence),
    }
}

/// The same for several spans, each a mention of whom or what its words and its neighbours say.
#[inline(never)] // a door of `xtask/pack`
pub(super) fn annotate_each(
    text: &Text,
    set: &AnnotationSet,
    scheme: &Scheme,
    spans: &[Span],
    label: LabelId,
) -> Result<Transaction, Refusal> {
    let mut after = set.clone();
    let mut edits: BTreeMap<AnnotationId, Edit> = BTreeMap::new();
    let mut labelled = Vec::new();
    for span in spans {
        // What has the label already is left alone.
        let Ok(one) = annotate(text, &after, scheme, *span, label) else { continue };
        after.apply(&one, scheme).map_err(|_| Refusal::Gone)?;
        labelled.push(*span);
        for edit in one.edits {
            match edits.entry(edit.id) {
                Entry::Vacant(first) => drop(first.insert(edit)),
                Entry::Occupied(mut earlier) => earlier.get_mut().after = edit.after,
            }
        }
    }
    let edits = edits.into_values().filter(|edit| edit.before != edit.after).collect();
    let title = &scheme.label(label).title;
    match labelled[..] {
        [] => Err(Refusal::NoOccurrence),
        [only] => Ok(titled(format!("{title} {}", quoted(text, only)), edits)),
        [_, _, ..] => Ok(titled(format!("{title} {} places", labelled.len()), edits)),
    }
}

pub(super) fn relabel(
    text: &Text,
    set: &AnnotationSet,
    scheme: &Scheme,
    ids: &[AnnotationId],
    label: LabelId,
) -> Result<Transaction, Refusal> {
    let mut edits = Vec::new();
    let mut first = None;
    for id in ids.iter().collect::<BTreeSet<_>>() {
        let before = set.get(*id).filter(|it| it.is_visible()).ok_or(Refusal::Gone)?;
        let is_twin = |(other_id, other): &(AnnotationId, &Annotation)| {
            other_id != id && is_just(other, before.span) && other.label == label && other.gaps == before.gaps
        };
        let is_done = before.label == label && before.status == Status::Accepted;
        if is_done || set.overlapping(before.span).iter().any(is_twin) {
            continue;
        }
        first.get_or_insert((before.span, before.label == label));
        let same_kind = scheme.label(before.label).groups_by == scheme.label(label).groups_by;
        let entity = if same_kind {
            before.entity.clone()
        } else {
            group_for(text, set, scheme, before.span, &before.words(text), label, ids)
        };
        // What another label's attributes said does not hold for this one.
        let mut attributes = before.attributes.clone();
        attributes.retain(|name, _| scheme.label(label).attribute(name).is_some());
        edits.push(change(*id, before, Annotation { label, entity, attributes, ..before.accepted() }));
    }
    let (span, is_accepted) = first.ok_or(Refusal::AlreadyThere)?;
    let verb = if is_accepted { "Accept" } else { &scheme.label(label).title };
    let words = match edits.len() {
        1 => quoted(text, span),
        n => format!("{n} highlights"),
    };
    Ok(titled(format!("{verb} {words}"), edits))
}

/// Other ends or other parts.
#[inline(never)] // a door of `xtask/pack`
pub(super) fn reshape(
    text: &Text,
    set: &AnnotationSet,
    scheme: &Scheme,
    id: AnnotationId,
    shape: impl FnOnce(&Annotation) -> Option<Annotation>,
) -> Result<Transaction, Refusal> {
    let before = set.get(id).filter(|it| it.is_visible()).ok_or(Refusal::Gone)?;
    let mut after = shape(before).ok_or(Refusal::NothingLeft)?.accepted();
    if (after.span, &after.gaps) == (before.span, &before.gaps) {
        return Err(Refusal::EdgeStuck);
    }
    let there = set.overlapping(after.span);
    let is_twin = |(other_id, other): &(AnnotationId, &Annotation)| {
        *other_id != id && (other.span, &other.gaps, other.label) == (after.span, &after.gaps, after.label)
    };
    if there.iter().any(|twin| is_twin(twin) && twin.1.status == Status::Accepted) {
        return Err(Refusal::AlreadyThere);
    }
    // A mention named after its own words keeps being so.
    if is_its_own(&before.entity, &before.words(text), scheme.label(before.label).groups_by) {
        after.entity = group_for(text, set, scheme, after.span, &after.words(text), before.label, &[id]);
    }
    let replaced = those_that_give_way(set, after.span, after.label);
    let mut edits = vec![change(id, before, after)];
    edits.extend(replaced.into_iter().filter(|(other, _)| *other != id).map(|(id, other)| dismissal(id, other)));
    Ok(titled(format!("Move the ends of {}", quoted(text, before.span)), edits))
}

/// The same annotation between other ends; gaps outside them go.
pub(super) fn between(before: &Annotation, span: Span) -> Annotation {
    let mut gaps = before.gaps.clone();
    gaps.retain(|gap| span.start() < gap.start() && gap.end() < span.end());
    Annotation { span, gaps, ..before.clone() }
}

/// Suggestions of a label that overlap what a person marks with it.
fn those_that_give_way(set: &AnnotationSet, span: Span, label: LabelId) -> Vec<(AnnotationId, &Annotation)> {
    let mut there = set.overlapping(span);
    there.retain(|(_, other)| other.label == label && other.status == Status::Suggested);
    there
}

/// Whether an annotation covers just a span, without gaps.
fn is_just(annotation: &Annotation, span: Span) -> bool {
    annotation.span == span && annotation.gaps.is_empty()
}
