//! From a wish to a transaction, or to the reason why not.

use std::sync::Arc;

use super::labelling::{annotate, annotate_all, annotate_each, between, relabel, reshape};
use super::suggesting::suggest;
use super::{Command, Refusal};
use crate::annotation::{
    AboutEdit, Annotation, AnnotationId, AnnotationSet, AttributeValue, Edit, Origin, Score, Status, Transaction,
};
use crate::scheme::{AttributeKind, Scheme};
use crate::text::{Span, Text};

/// What a command would change, without changing it. The set must be that of the text.
pub fn plan(text: &Text, set: &AnnotationSet, scheme: &Scheme, command: &Command) -> Result<Transaction, Refusal> {
    match command {
        Command::Annotate { span, label } => annotate(text, set, scheme, *span, *label),
        Command::AnnotateAll { spans, label, entity } => annotate_all(text, set, scheme, spans, *label, entity),
        Command::AnnotateEach { spans, label } => annotate_each(text, set, scheme, spans, *label),
        Command::Relabel { ids, label } => relabel(text, set, scheme, ids, *label),
        Command::Accept { id } => {
            // One that was rejected before, too.
            let before = set.get(*id).ok_or(Refusal::Gone)?;
            if before.status == Status::Accepted {
                return Err(Refusal::AlreadyAccepted);
            }
            Ok(titled(format!("Accept {}", quoted(text, before.span)), vec![change(*id, before, before.accepted())]))
        }
        Command::AcceptGroup { group } => {
            let mentions = &set.group(group).ok_or(Refusal::Gone)?.mentions;
            let edits = accept_those(set, mentions.iter().map(|place| place.id()), |_| true);
            match edits.len() {
                0 => Err(Refusal::NothingToAccept),
                n => Ok(titled(format!("Accept {n} of “{}”", group.entity), edits)),
            }
        }
        Command::AcceptAbove { least } => {
            let is_sure = |score: Option<Score>| score.is_none_or(|score| score >= *least);
            let edits = accept_those(set, set.suggested().map(|(id, _)| id), |before| is_sure(before.score));
            match edits.len() {
                0 => Err(Refusal::NoneAsSure),
                n => Ok(titled(format!("Accept {}", n_suggestions(n)), edits)),
            }
        }
        Command::Dismiss { ids } => dismiss(text, set, ids),
        Command::MoveEdges { id, span } => reshape(text, set, scheme, *id, |before| Some(between(before, *span))),
        Command::SetParts { id, parts } => reshape(text, set, scheme, *id, |before| before.with_parts(parts)),
        Command::Join { mentions, entity } => join(text, set, mentions, entity),
        Command::Note { id, note } => {
            let verb = if note.is_empty() { "Take away the note on" } else { "Note on" };
            let title = |span| format!("{verb} {}", quoted(text, span));
            amend(set, *id, title, |before| before.note.clone_from(note))
        }
        Command::Flag { id, unsure } => {
            let words = if *unsure { "as unsure" } else { "as sure" };
            let title = |span| format!("Flag {} {words}", quoted(text, span));
            amend(set, *id, title, |before| before.unsure = *unsure)
        }
        Command::SetAttribute { id, name, value } => set_attribute(text, set, scheme, *id, name, value.as_ref()),
        Command::Describe { about, title } => {
            if set.about() == about {
                return Err(Refusal::NoChange);
            }
            let about = AboutEdit { before: set.about().clone(), after: about.clone() };
            Ok(Transaction { title: title.clone(), edits: Vec::new(), about: Some(Box::new(about)) })
        }
        Command::Suggest { suggestions } => suggest(set, scheme, suggestions),
        Command::Import { annotations } => {
            let first = set.fresh_id().0;
            let add = |(index, annotation): (usize, &Arc<Annotation>)| Edit {
                id: AnnotationId(first + index as u32),
                before: None,
                after: Some(annotation.clone()),
            };
            let edits: Vec<Edit> = annotations.iter().enumerate().map(add).collect();
            Ok(titled(format!("Read {} from a file", n_annotations(edits.len())), edits))
        }
    }
}

fn visible(set: &AnnotationSet, id: AnnotationId) -> Result<&Annotation, Refusal> {
    set.get(id).filter(|annotation| annotation.is_visible()).ok_or(Refusal::Gone)
}

fn accept_those(
    set: &AnnotationSet,
    ids: impl Iterator<Item = AnnotationId>,
    which: impl Fn(&Annotation) -> bool,
) -> Vec<Edit> {
    let open = ids.filter_map(|id| set.get(id).map(|before| (id, before)));
    open.filter(|(_, before)| before.status == Status::Suggested && which(before))
        .map(|(id, before)| change(id, before, before.accepted()))
        .collect()
}

fn dismiss(text: &Text, set: &AnnotationSet, ids: &[AnnotationId]) -> Result<Transaction, Refusal> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let befores: Result<Vec<_>, Refusal> = ids.iter().map(|id| Ok((*id, visible(set, *id)?))).collect();
    let befores = befores?;
    let title = match &befores[..] {
        [] => return Err(Refusal::NothingChosen),
        [(_, only)] => {
            let verb = if only.status == Status::Suggested { "Reject" } else { "Delete" };
            format!("{verb} {}", quoted(text, only.span))
        }
        several => format!("Clear {} highlights", several.len()),
    };
    Ok(titled(title, befores.into_iter().map(|(id, before)| dismissal(id, before)).collect()))
}

#[inline(never)] // a door of `xtask/pack`
fn join(text: &Text, set: &AnnotationSet, mentions: &[AnnotationId], entity: &str) -> Result<Transaction, Refusal> {
    let entity = entity.trim();
    if entity.is_empty() {
        return Err(Refusal::NoName);
    }
    let mut edits = Vec::new();
    for id in mentions {
        let before = visible(set, *id)?;
        if before.entity != entity && !edits.iter().any(|edit: &Edit| edit.id == *id) {
            edits.push(change(*id, before, Annotation { entity: entity.to_owned(), ..before.clone() }));
        }
    }
    let words = match &edits[..] {
        [] => return Err(Refusal::SamePerson),
        [only] => only.before.as_ref().map(|before| quoted(text, before.span)).unwrap_or_default(),
        several => format!("{} mentions", several.len()),
    };
    Ok(titled(format!("Put {words} to “{entity}”"), edits))
}

/// Changes what is said of an annotation beside its place and label.
fn amend(
    set: &AnnotationSet,
    id: AnnotationId,
    title: impl FnOnce(Span) -> String,
    edit: impl FnOnce(&mut Annotation),
) -> Result<Transaction, Refusal> {
    let before = visible(set, id)?;
    let mut after = before.clone();
    edit(&mut after);
    if after == *before {
        return Err(Refusal::NoChange);
    }
    Ok(titled(title(before.span), vec![change(id, before, after)]))
}

#[inline(never)] // a door of `xtask/pack`
fn set_attribute(
    text: &Text,
    set: &AnnotationSet,
    scheme: &Scheme,
    id: AnnotationId,
    name: &str,
    value: Option<&AttributeValue>,
) -> Result<Transaction, Refusal> {
    let label = scheme.label(visible(set, id)?.label);
    let no_attribute = || Refusal::NoSuchValue(format!("{} has no attribute {name}.", label.title));
    let spec = label.attribute(name).ok_or_else(no_attribute)?;
    let fits = match (value, &spec.kind) {
        (None, _) | (Some(AttributeValue::Flag(_)), AttributeKind::YesNo) => true,
        (Some(AttributeValue::Text(text)), AttributeKind::Text) => !text.is_empty(),
        (Some(AttributeValue::Text(text)), AttributeKind::Number) => text.parse().is_ok_and(f64::is_finite),
        (Some(AttributeValue::Text(text)), AttributeKind::One(choices)) => choices.contains(text),
        (Some(AttributeValue::Choices(several)), AttributeKind::Several(choices)) => {
            !several.is_empty() && several.iter().all(|choice| choices.contains(choice))
        }
        _ => false,
    };
    if !fits {
        let words = match spec.kind {
            AttributeKind::Number => "Write a number in digits, such as 12 or 0.5.",
            _ => "Choose one of the values that the tagset offers.",
        };
        return Err(Refusal::NoSuchValue(format!("{} cannot be that. {words}", spec.title)));
    }
    let title = |span| format!("{} of {}", spec.title, quoted(text, span));
    amend(set, id, title, |before| match value {
        Some(value) => drop(before.attributes.insert(name.to_owned(), value.clone())),
        None => drop(before.attributes.remove(name)),
    })
}

pub(super) fn titled(title: String, edits: Vec<Edit>) -> Transaction {
    Transaction { title, edits, about: None }
}

pub(super) fn change(id: AnnotationId, before: &Annotation, after: Annotation) -> Edit {
    Edit::new(id, Some(before), Some(after))
}

/// What the recognizer found is remembered as rejected; anything else goes.
pub(super) fn dismissal(id: AnnotationId, before: &Annotation) -> Edit {
    let after = match before.origin {
        Origin::Recognizer => Some(Annotation { status: Status::Rejected, ..before.clone() }),
        Origin::Person | Origin::File => None,
    };
    Edit::new(id, Some(before), after)
}

/// The words of a span in quotation marks, shortened in the middle when long.
pub(super) fn quoted(text: &Text, span: Span) -> String {
    const SHOWN: usize = 32;
    let words: Vec<char> = text.slice(span).chars().collect();
    if words.len() <= SHOWN {
        return format!("“{}”", words.iter().collect::<String>());
    }
    let half = SHOWN / 2 - 1;
    let start: String = words[..half].iter().collect();
    let end: String = words[words.len() - half..].iter().collect();
    format!("“{} … {}”", start.trim_end(), end.trim_start())
}

fn n_annotations(n: usize) -> String {
    if n == 1 { "1 annotation".to_owned() } else { format!("{n} annotations") }
}

pub(super) fn n_suggestions(n: usize) -> String {
    if n == 1 { "1 suggestion".to_owned() } else { format!("{n} suggestions") }
}
