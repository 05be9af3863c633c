//! What the UIMA formats share: the types of INCEpTION and DKPro that are written, and what a type means on reading.
//!
//! `NamedEntity` is written, since every INCEpTION project has it; with it the tokens and sentences, which INCEpTION
//! would otherwise make by its own rules. Suggestions are left out: nothing there would tell them from what is decided.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Source;
use super::draft::DraftSpan;
use super::features::{as_words, features};
use super::losses::{ALL_BUT_LABELS, Loss, sentences as loss_sentences};
use super::tokens::{sentences, tokens};
use crate::annotation::{Annotation, AnnotationId, Status};
use crate::text::{Span, Text};

pub(super) const SENTENCE: &str = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence";
pub(super) const TOKEN: &str = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token";
pub(super) const NAMED_ENTITY: &str = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity";
pub(super) const META: &str = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData";
pub(super) const ANNOTATION: &str = "uima.tcas.Annotation";
pub(super) const DOCUMENT: &str = "uima.tcas.DocumentAnnotation";

/// The types that are written, each with its supertype and its features: words all.
pub(super) const TYPES: [(&str, &str, &[&str]); 4] = [
    (META, DOCUMENT, &["documentTitle"]),
    (SENTENCE, ANNOTATION, &[]),
    (TOKEN, ANNOTATION, &[]),
    (NAMED_ENTITY, ANNOTATION, &["value", "identifier"]),
];

/// What is written of an article.
pub(super) struct Layers<'a> {
    pub(super) sentences: Vec<Span>,
    pub(super) tokens: Vec<Span>,
    /// Parts of decided spans, in the order of reading.
    pub(super) entities: Vec<(AnnotationId, Span, &'a Annotation)>,
}

impl<'a> Layers<'a> {
    pub(super) fn new(source: &Source<'a>) -> Self {
        let decided = source.article.annotations().visible().filter(|(_, it)| it.status == Status::Accepted);
        let parts = decided.flat_map(|(id, it)| it.parts().into_iter().map(move |part| (id, part, it)));
        let mut entities: Vec<(AnnotationId, Span, &Annotation)> = parts.collect();
        entities.sort_by_key(|(_, span, it)| (span.start(), std::cmp::Reverse(span.end()), it.label));
        let spans: Vec<Span> = entities.iter().map(|(_, span, _)| *span).collect();
        let text = source.article.text();
        let tokens = tokens(text, &spans);
        let whole = |range: std::ops::Range<usize>| tokens[range.start].hull(tokens[range.end - 1]);
        let sentences = sentences(text, &tokens, &spans).into_iter().map(whole).collect();
        Self { sentences, tokens, entities }
    }
}

/// What a span has besides its label and entity (notes, flags and attributes), each with its words. A name is letters, digits and `_`, as a type system wants it.
pub(super) fn more(it: &Annotation) -> BTreeMap<String, String> {
    let ours = ["entity", "status", "score"];
    let others = features(it).into_iter().filter(|(name, _)| !ours.contains(&name.as_str()));
    let named = |(name, value): (String, Value)| {
        let plain = name.strip_prefix("attribute:").unwrap_or(&name);
        let plain: String = plain.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let is_taken = ["value", "label", "identifier", "begin", "end", "sofa"].contains(&plain.as_str());
        let is_name = plain.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_taken;
        (if is_name { plain } else { format!("attribute_{plain}") }, as_words(&value))
    };
    others.map(named).collect()
}

/// What a UIMA format loses: notes, flags and attributes too, unless it has a feature for each.
pub(super) fn losses(format: &str, sources: &[Source], has_features: bool) -> Vec<String> {
    const AS_FEATURES: [Loss; 3] = [Loss::Notes, Loss::Flags, Loss::Attributes];
    let is_lost = |loss: &Loss| *loss != Loss::Entities && !(has_features && AS_FEATURES.contains(loss));
    let lost: Vec<Loss> = ALL_BUT_LABELS.iter().copied().filter(is_lost).collect();
    loss_sentences(format, sources, &lost)
}

/// UTF-16 positions of a span.
pub(super) fn place(text: &Text, span: Span) -> (u32, u32) {
    let (start, end) = text.span_utf16(span);
    (start.0, end.0)
}

/// Whether a type is written by every tool beside the spans: tokens, sentences, and what describes the document.
pub(super) fn is_common(name: &str) -> bool {
    [SENTENCE, TOKEN, META, DOCUMENT].contains(&name)
}

/// Whether a type stands for tokens, sentences, layout, grammar or the document: no span under a label.
pub(super) fn is_linguistic(name: &str) -> bool {
    const PARTS: [&str; 8] =
        [".segmentation.", ".lexmorph.", ".syntax.", ".metadata.", ".transform.", ".structure.", ".coref.", ".tsv."];
    name == DOCUMENT || name == ANNOTATION || PARTS.iter().any(|part| name.contains(part))
}

/// The last part of a type's name.
pub(super) fn last_of(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// A span of a type with its features, and which of them is the label: `value` or `label`, or else the type's own name
/// stands for it. The `identifier` of a named entity is the person or topic.
pub(super) fn draft_span<'v>(
    name: &str,
    (start, end): (u64, u64),
    features: impl Iterator<Item = (&'v str, Value)>,
) -> (DraftSpan, Option<&'v str>) {
    let mut span = DraftSpan::new(start, end, "");
    let mut label_feature = None;
    for (feature, value) in features {
        match (feature, value) {
            ("value" | "label", Value::String(label)) if span.label.is_empty() && !label.trim().is_empty() => {
                span.label = label;
                label_feature = Some(feature);
            }
            ("identifier", Value::String(entity)) => span.entity = Some(entity),
            (feature, Value::String(words)) => span.take_words(feature, &words),
            (feature, value) => span.take_feature(feature, &value),
        }
    }
    if span.label.is_empty() {
        last_of(name).clone_into(&mut span.label);
    }
    (span, label_feature)
}
