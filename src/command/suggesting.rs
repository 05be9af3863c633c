//! How what the recognizer found becomes suggestions.

use std::collections::BTreeSet;

use super::Refusal;
use super::plan::n_suggestions;
use crate::annotation::{Annotation, AnnotationId, AnnotationSet, Edit, Origin, Score, Status, Transaction};
use crate::recognize::Suggestion;
use crate::scheme::{LabelId, Scheme};
use crate::text::Span;

#[inline(never)] // a door of `xtask/pack`
pub(super) fn suggest(
    set: &AnnotationSet,
    scheme: &Scheme,
    suggestions: &[Suggestion],
) -> Result<Transaction, Refusal> {
    let mut made: Vec<(Span, LabelId)> = suggestions
        .iter()
        .filter_map(|suggestion| Some((suggestion.span, scheme.by_name(suggestion.class.name())?)))
        .collect();
    made.sort_unstable();
    let goes = |other: &Annotation| {
        other.status == Status::Suggested
            && other.origin == Origin::Recognizer
            && other.note.is_empty()
            && !other.unsure
            && other.attributes.is_empty()
            && made.binary_search(&(other.span, other.label)).is_err()
    };
    let withdrawn = set.all().filter(|(_, other)| goes(other));
    let mut edits: Vec<Edit> = withdrawn.map(|(id, before)| Edit::new(id, Some(before), None)).collect();
    let n_withdrawn = edits.len();
    // Rejected ones count as known, so that nothing is suggested twice.
    let known: BTreeSet<(Span, LabelId)> =
        set.all().map(|(_, annotation)| (annotation.span, annotation.label)).collect();
    let mut id = set.fresh_id();
    for suggestion in suggestions {
        let label = scheme.by_name(suggestion.class.name()).filter(|label| !scheme.label(*label).retired);
        let Some(label) = label else { continue };
        let taken = |(_, other): &(AnnotationId, &Annotation)| other.label == label && !goes(other);
        if known.contains(&(suggestion.span, label)) || set.overlapping(suggestion.span).iter().any(taken) {
            continue;
        }
        let entity = suggestion.entity.as_str();
        let after = Annotation {
            score: Some(Score::from_fraction(suggestion.score)),
            evidence: suggestion.evidence.clone(),
            ..Annotation::new(suggestion.span, label, entity, Status::Suggested, Origin::Recognizer)
        };
        edits.push(Edit::new(id, None, Some(after)));
        id.0 += 1;
    }
    let title = match (edits.len() - n_withdrawn, n_withdrawn) {
        (0, 0) => return Err(Refusal::NothingFound),
        (n, 0) => n_suggestions(n),
        (0, n) => format!("{} fewer", n_suggestions(n)),
        (more, fewer) => format!("{} more, {fewer} fewer", n_suggestions(more)),
    };
    Ok(Transaction { title, edits, about: None })
}
