//! From a wish to a transaction, or to the reason why not.

use std::collections::BTreeSet;
use std::fmt;

use super::Command;
use super::grouping::{group_for, role_beside};
use crate::annotation::{Annotation, AnnotationId, AnnotationSet, Edit, Origin, Score, Status, Transaction};
use crate::recognize::Suggestion;
use crate::scheme::{LabelId, Scheme};
use crate::text::{Span, Text};

/// Why a wish changes nothing. Shown to the user as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No article is open, or its text is still being read.
    NoArticle,
    /// Neither text is selected nor a highlight chosen.
    NothingSelected,
    /// A highlight is needed.
    NothingChosen,
    /// The selection is only white space.
    OnlySpace,
    /// The very same mark is there.
    AlreadyThere,
    /// It is accepted already.
    AlreadyAccepted,
    /// A person or topic has no open suggestion.
    NothingToAccept,
    /// The annotation is gone.
    Gone,
    /// An end cannot go further that way.
    EdgeStuck,
    /// The recognizer found nothing that is not marked.
    NothingFound,
    /// Suggestions cannot be asked to be surer.
    SurestAlready,
    /// There cannot be more suggestions.
    MostAlready,
    /// Nothing to undo.
    NothingToUndo,
    /// Nothing to redo.
    NothingToRedo,
    /// There is no further highlight that way.
    NoFurther,
    /// Every suggestion is decided.
    AllDecided,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::NoArticle => "No article is open. Open or paste one first.",
            Refusal::NothingSelected => "Select some text, or choose a highlight, then press a label’s key.",
            Refusal::NothingChosen => "Choose a highlight first: click it, or press j.",
            Refusal::OnlySpace => "The selection holds only white space. Select some words.",
            Refusal::AlreadyThere => "This text already has this label.",
            Refusal::AlreadyAccepted => "This is accepted already.",
            Refusal::NothingToAccept => "Every mention here is decided already.",
            Refusal::Gone => "That annotation is no longer there.",
            Refusal::EdgeStuck => "That end cannot be moved further.",
            Refusal::NothingFound => "There is nothing new to suggest.",
            Refusal::SurestAlready => "Only the surest suggestions are shown already.",
            Refusal::MostAlready => "All suggestions there are are shown already.",
            Refusal::NothingToUndo => "There is nothing to undo.",
            Refusal::NothingToRedo => "There is nothing to redo.",
            Refusal::NoFurther => "There is no further highlight that way.",
            Refusal::AllDecided => "Every suggestion is decided.",
        })
    }
}

/// What a command would change, without changing it. The set must be that of the text.
pub fn plan(text: &Text, set: &AnnotationSet, scheme: &Scheme, command: &Command) -> Result<Transaction, Refusal> {
    match command {
        Command::Annotate { span, label } => annotate(text, set, scheme, *span, *label),
        Command::Relabel { id, label } => relabel(text, set, scheme, *id, *label),
        Command::Accept { id } => {
            let before = set.get(*id).ok_or(Refusal::Gone)?;
            if before.status == Status::Accepted {
                return Err(Refusal::AlreadyAccepted);
            }
            let title = format!("Accept {}", quoted(text, before.span));
            Ok(Transaction { title, edits: vec![change(*id, before, before.accepted())] })
        }
        Command::AcceptGroup { group } => {
            let mentions = &set.group(group).ok_or(Refusal::Gone)?.mentions;
            let edits: Vec<Edit> = mentions
                .iter()
                .filter_map(|place| set.get(place.id()).map(|before| (place.id(), before)))
                .filter(|(_, before)| before.status == Status::Suggested)
                .map(|(id, before)| change(id, before, before.accepted()))
                .collect();
            match edits.len() {
                0 => Err(Refusal::NothingToAccept),
                n => Ok(Transaction { title: format!("Accept {n} of “{}”", group.entity), edits }),
            }
        }
        Command::Dismiss { id } => {
            let before = set.get(*id).ok_or(Refusal::Gone)?;
            let verb = if before.status == Status::Suggested { "Reject" } else { "Delete" };
            let title = format!("{verb} {}", quoted(text, before.span));
            Ok(Transaction { title, edits: vec![dismissal(*id, before)] })
        }
        Command::MoveEdges { id, span } => {
            let before = set.get(*id).ok_or(Refusal::Gone)?;
            if before.span == *span {
                return Err(Refusal::EdgeStuck);
            }
            let mut after = Annotation { span: *span, ..before.accepted() };
            // A mention named after its own words keeps being so.
            if before.entity == text.slice(before.span) {
                after.entity = group_for(text, set, scheme, *span, before.label, &[*id]);
            }
            let title = format!("Move the ends of {}", quoted(text, before.span));
            Ok(Transaction { title, edits: vec![change(*id, before, after)] })
        }
        Command::Suggest { suggestions } => suggest(set, scheme, suggestions),
        Command::Import { annotations } => {
            let first = set.fresh_id().0;
            let add = |(index, annotation): (usize, &Annotation)| Edit {
                id: AnnotationId(first + index as u32),
                before: None,
                after: Some(annotation.clone()),
            };
            let edits: Vec<Edit> = annotations.iter().enumerate().map(add).collect();
            Ok(Transaction { title: format!("Read {} from a file", n_annotations(edits.len())), edits })
        }
    }
}

fn annotate(
    text: &Text,
    set: &AnnotationSet,
    scheme: &Scheme,
    span: Span,
    label: LabelId,
) -> Result<Transaction, Refusal> {
    let there = set.overlapping(span);
    if let Some((id, same)) = there.iter().find(|(_, other)| other.span == span && other.label == label) {
        return match same.status {
            Status::Suggested => plan(text, set, scheme, &Command::Accept { id: *id }),
            _ => Err(Refusal::AlreadyThere),
        };
    }
    // A suggestion with just these ends but another label was half right: it gets the label.
    if let Some((id, _)) = there.iter().find(|(_, other)| other.span == span && other.status == Status::Suggested) {
        return relabel(text, set, scheme, *id, label);
    }
    let gives_way =
        |(_, other): &&(AnnotationId, &Annotation)| other.label == label && other.status == Status::Suggested;
    let replaced: Vec<&(AnnotationId, &Annotation)> = there.iter().filter(gives_way).collect();
    let ids: Vec<AnnotationId> = replaced.iter().map(|(id, _)| *id).collect();
    let after = Annotation {
        span,
        label,
        entity: group_for(text, set, scheme, span, label, &ids),
        status: Status::Accepted,
        origin: Origin::Person,
        score: None,
        evidence: String::new(),
    };
    let mut edits = vec![Edit { id: set.fresh_id(), before: None, after: Some(after) }];
    edits.extend(replaced.into_iter().map(|(id, other)| dismissal(*id, other)));
    // A role that was marked before the name beside it now has its person.
    if let Some((id, role)) = role_beside(text, set, scheme, span, label) {
        let entity = edits[0].after.as_ref().map(|name| name.entity.clone()).unwrap_or_default();
        edits.push(change(id, role, Annotation { entity, ..role.clone() }));
    }
    Ok(Transaction { title: format!("{} {}", scheme.label(label).title, quoted(text, span)), edits })
}

fn relabel(
    text: &Text,
    set: &AnnotationSet,
    scheme: &Scheme,
    id: AnnotationId,
    label: LabelId,
) -> Result<Transaction, Refusal> {
    let before = set.get(id).ok_or(Refusal::Gone)?;
    if before.label == label {
        return match before.status {
            Status::Suggested => plan(text, set, scheme, &Command::Accept { id }),
            _ => Err(Refusal::AlreadyThere),
        };
    }
    let is_twin = |(_, other): &(AnnotationId, &Annotation)| other.span == before.span && other.label == label;
    if set.overlapping(before.span).iter().any(is_twin) {
        return Err(Refusal::AlreadyThere);
    }
    let same_kind = scheme.label(before.label).groups_by == scheme.label(label).groups_by;
    let entity =
        if same_kind { before.entity.clone() } else { group_for(text, set, scheme, before.span, label, &[id]) };
    let after = Annotation { label, entity, ..before.accepted() };
    let title = format!("{} {}", scheme.label(label).title, quoted(text, before.span));
    Ok(Transaction { title, edits: vec![change(id, before, after)] })
}

fn suggest(set: &AnnotationSet, scheme: &Scheme, suggestions: &[Suggestion]) -> Result<Transaction, Refusal> {
    let made: BTreeSet<(Span, LabelId)> = suggestions
        .iter()
        .filter_map(|suggestion| Some((suggestion.span, scheme.by_name(suggestion.class.name())?)))
        .collect();
    let goes = |other: &Annotation| {
        other.status == Status::Suggested
            && other.origin == Origin::Recognizer
            && !made.contains(&(other.span, other.label))
    };
    let withdrawn = set.all().filter(|(_, other)| goes(other));
    let mut edits: Vec<Edit> =
        withdrawn.map(|(id, before)| Edit { id, before: Some(before.clone()), after: None }).collect();
    let n_withdrawn = edits.len();
    // Rejected ones count as known, so that nothing is suggested twice.
    let known: BTreeSet<(Span, LabelId)> =
        set.all().map(|(_, annotation)| (annotation.span, annotation.label)).collect();
    let mut id = set.fresh_id();
    for suggestion in suggestions {
        let Some(label) = scheme.by_name(suggestion.class.name()) else { continue };
        let taken = |(_, other): &(AnnotationId, &Annotation)| other.label == label && !goes(other);
        if known.contains(&(suggestion.span, label)) || set.overlapping(suggestion.span).iter().any(taken) {
            continue;
        }
        let after = Annotation {
            span: suggestion.span,
            label,
            entity: suggestion.entity.clone(),
            status: Status::Suggested,
            origin: Origin::Recognizer,
            score: Some(Score::from_fraction(suggestion.score)),
            evidence: suggestion.evidence.clone(),
        };
        edits.push(Edit { id, before: None, after: Some(after) });
        id.0 += 1;
    }
    let n_suggestions = |n: usize| if n == 1 { "1 suggestion".to_owned() } else { format!("{n} suggestions") };
    let title = match (edits.len() - n_withdrawn, n_withdrawn) {
        (0, 0) => return Err(Refusal::NothingFound),
        (n, 0) => n_suggestions(n),
        (0, n) => format!("{} fewer", n_suggestions(n)),
        (more, fewer) => format!("{} more, {fewer} fewer", n_suggestions(more)),
    };
    Ok(Transaction { title, edits })
}

fn change(id: AnnotationId, before: &Annotation, after: Annotation) -> Edit {
    Edit { id, before: Some(before.clone()), after: Some(after) }
}

/// What the recognizer found is remembered as rejected; anything else goes.
fn dismissal(id: AnnotationId, before: &Annotation) -> Edit {
    let after = match before.origin {
        Origin::Recognizer => Some(Annotation { status: Status::Rejected, ..before.clone() }),
        Origin::Person | Origin::File => None,
    };
    Edit { id, before: Some(before.clone()), after }
}

/// The words of a span in quotation marks, shortened in the middle when long.
fn quoted(text: &Text, span: Span) -> String {
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
