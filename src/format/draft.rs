//! An article as another tool's file has it, before it is known in which unit its positions count; and how it becomes
//! ours: the unit under which most spans fit wins, labels that are not in the tagset join it, and a span whose words
//! stand elsewhere is found by them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};
use unicode_segmentation::UnicodeSegmentation as _;

use super::foreign::{describe, spans_key};
use super::report::{Report, shortened};
use super::{Incoming, check_text, n_things, title_name};
use crate::annotation::{About, Annotation, AttributeValue, Attributes, Origin, Score, Status};
use crate::project::Codebook;
use crate::scheme::{AppliesTo, GroupKind, LabelId, LabelSpec};
use crate::text::{ByteOffset, CharOffset, Span, Text, Utf16Offset, word_span};

/// What positions count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetUnit {
    /// Unicode code points.
    CodePoints,
    /// UTF-16 code units.
    Utf16,
    /// Bytes of UTF-8.
    Bytes,
    /// Extended grapheme clusters.
    Graphemes,
}

impl fmt::Display for OffsetUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OffsetUnit::CodePoints => "code points",
            OffsetUnit::Utf16 => "UTF-16 units",
            OffsetUnit::Bytes => "bytes",
            OffsetUnit::Graphemes => "grapheme clusters",
        })
    }
}

/// An article as a file has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// Its name; empty when the file gives none.
    pub(super) name: String,
    /// Its text.
    pub(super) text: String,
    /// In which units its positions may count, the likeliest first. Empty for code points alone.
    pub(super) units: Vec<OffsetUnit>,
    /// Whether spans without words choose among the units by how many stand at word edges; else the first under which
    /// they lie in the text is taken.
    pub(super) by_edges: bool,
    /// Whether parts between which only white space lies are one: the format knows no span over a line end.
    pub(super) joins_over_space: bool,
    /// Its spans, in the order of the file.
    pub(super) spans: Vec<DraftSpan>,
    /// Labels of the whole article.
    pub(super) labels: Vec<String>,
    /// A note on the whole article.
    pub(super) note: String,
    /// The fields of its record that mean nothing here.
    pub(super) foreign: Map<String, Value>,
    /// What of it is kept and not shown, each a sentence.
    pub(super) kept: Vec<String>,
    /// How many annotations are no spans under a label: links, grammar, layout.
    pub(super) n_passed_over: usize,
    /// Whether somebody has said there that its spans are wrong, or that nobody knows: they are kept and not read.
    pub(super) is_refused: bool,
    /// What could not be read of it, each without the full stop.
    pub(super) troubles: Vec<String>,
}

/// A span as a file has it.
#[derive(Clone, Debug, Default)]
pub(super) struct DraftSpan {
    /// Its parts, half-open, in the file's unit.
    pub(super) parts: Vec<(u64, u64)>,
    /// The label's name.
    pub(super) label: String,
    /// The words that it should cover, if the file says; those of several parts joined by spaces.
    pub(super) quote: Option<String>,
    /// The words right before and right after the quoted ones, as far as the file says.
    pub(super) context: (String, String),
    /// The person or topic.
    pub(super) entity: Option<String>,
    /// What was decided; `None` counts as accepted, or as suggested when there is a score.
    pub(super) status: Option<Status>,
    /// A recognizer's confidence, 0 to 1.
    pub(super) score: Option<f32>,
    /// A note.
    pub(super) note: String,
    /// Flagged as doubtful.
    pub(super) unsure: bool,
    /// Values of attributes, by name.
    pub(super) attributes: Attributes,
    /// The fields of its record that mean nothing here.
    pub(super) foreign: Map<String, Value>,
}

impl DraftSpan {
    /// A span in one part.
    pub(super) fn new(start: u64, end: u64, label: impl Into<String>) -> Self {
        Self { parts: vec![(start, end)], label: label.into(), ..Self::default() }
    }
}

/// Positions of a text in a unit.
struct Ruler<'a> {
    text: &'a Text,
    unit: OffsetUnit,
    /// Where each grapheme cluster starts, and the end, when they are what is counted.
    clusters: Vec<usize>,
}

impl<'a> Ruler<'a> {
    fn new(text: &'a Text, unit: OffsetUnit) -> Self {
        let clusters = match unit {
            OffsetUnit::Graphemes => {
                let starts = text.as_str().grapheme_indices(true).map(|(at, _)| at);
                starts.chain([text.as_str().len()]).collect()
            }
            _ => Vec::new(),
        };
        Self { text, unit, clusters }
    }

    fn offset(&self, position: u64) -> Option<ByteOffset> {
        let position = u32::try_from(position).ok()?;
        match self.unit {
            OffsetUnit::CodePoints => self.text.from_chars(CharOffset(position)),
            OffsetUnit::Utf16 => self.text.from_utf16(Utf16Offset(position)),
            OffsetUnit::Bytes => Some(ByteOffset(position)),
            OffsetUnit::Graphemes => self.clusters.get(position as usize).map(|at| ByteOffset::from_index(*at)),
        }
    }

    /// The parts of a span, when they lie in the text.
    fn parts(&self, span: &DraftSpan) -> Option<Vec<Span>> {
        let part = |(start, end): &(u64, u64)| self.text.span(self.offset(*start)?, self.offset(*end)?);
        let parts: Option<Vec<Span>> = span.parts.iter().map(part).collect();
        parts.filter(|parts| !parts.is_empty())
    }

    /// How well a span fits: not at all, in the text, at word edges, or on its quoted words.
    fn fit(&self, span: &DraftSpan, by_edges: bool) -> u8 {
        let Some(parts) = self.parts(span) else { return 0 };
        match &span.quote {
            Some(quote) => 3 * u8::from(is_quote(self.text, &parts, quote)),
            None => 1 + u8::from(by_edges && parts.iter().all(|part| stands_on_words(self.text, *part))),
        }
    }
}

fn stands_on_words(text: &Text, span: Span) -> bool {
    let cuts = |at: ByteOffset| word_span(text, at).is_some_and(|word| word.start() < at && at < word.end());
    let words = text.slice(span);
    !cuts(span.start()) && !cuts(span.end()) && words.trim() == words
}

/// How Label Studio quotes a line break: as these two characters.
const LINE_BREAK: &str = "\\n";

/// Whether parts read as a quotation, but for the kind and length of white space, and how line breaks are spelled.
fn is_quote(text: &Text, parts: &[Span], quote: &str) -> bool {
    let words = parts.iter().flat_map(|part| text.slice(*part).split_whitespace());
    if words.eq(quote.split_whitespace()) {
        return true;
    }
    // A text may hold these two characters itself: both are read alike.
    quote.contains(LINE_BREAK) && {
        let words: Vec<&str> = parts.iter().map(|part| text.slice(*part)).collect();
        let (words, quote) = (words.join(" ").replace(LINE_BREAK, " "), quote.replace(LINE_BREAK, " "));
        words.split_whitespace().eq(quote.split_whitespace())
    }
}

/// Makes an article of ours from a draft of a format. `place` says where it stands in the file; `unit` is the person's choice, if
/// any. Gives also the unit in which its positions were read.
pub(super) fn settle(
    format: &str,
    mut draft: Draft,
    place: &str,
    unit: Option<OffsetUnit>,
    codebook: &mut Codebook,
    report: &mut Report,
) -> Result<(Incoming, OffsetUnit), String> {
    check_text(&draft.text)?;
    let text = Text::new(draft.text);
    let units = if draft.units.is_empty() { vec![OffsetUnit::CodePoints] } else { draft.units };
    let unit = unit.unwrap_or_else(|| best_unit(&text, &units, &draft.spans, draft.by_edges));
    let ruler = Ruler::new(&text, unit);
    let mut annotations = Vec::new();
    let mut foreign = Map::new();
    let mut n_found = 0;
    for (index, mut span) in draft.spans.into_iter().enumerate() {
        let parts = match (ruler.parts(&span), &span.quote) {
            (Some(parts), Some(quote)) if !is_quote(&text, &parts, quote) => {
                let found = place_of(&text, quote, &span.context, parts.first().copied());
                n_found += usize::from(found.is_some());
                found.map(|found| vec![found])
            }
            (None, Some(quote)) => {
                let found = place_of(&text, quote, &span.context, None);
                n_found += usize::from(found.is_some());
                found.map(|found| vec![found])
            }
            (parts, _) => parts,
        };
        let Some(parts) = parts else {
            report.add(format!("{place}, span {}: {}. This span was left out.", index + 1, misfit(&text, &span, unit)));
            continue;
        };
        let parts = if draft.joins_over_space { joined(&text, parts) } else { parts };
        let label = label_for(&span.label, AppliesTo::Text, codebook);
        let fields = std::mem::take(&mut span.foreign);
        match annotation(&text, &parts, label, span) {
            Some(annotation) => {
                // In an article that comes from a file, annotations are numbered as they come.
                foreign.extend((!fields.is_empty()).then(|| (annotations.len().to_string(), Value::Object(fields))));
                annotations.push(annotation);
            }
            None => report.add(format!("{place}, span {}: it covers no words. It was left out.", index + 1)),
        }
    }
    if n_found > 0 {
        let spans = n_things(n_found, "span did", "spans did");
        report.note(format!("{place}: {spans} not stand where the file says, and was found by its words."));
    }
    if draft.n_passed_over > 0 {
        report.note(
            "Links, grammar and layout in it have no place here and were passed over; spans were read.".to_owned(),
        );
    }
    draft.kept.into_iter().for_each(|sentence| report.note(format!("{place}: {sentence}")));
    report.add_all(draft.troubles.into_iter().map(|trouble| format!("{place}: {trouble}. It was left out.")));
    let labels = draft.labels.iter().map(|label| label_for(label, AppliesTo::Article, codebook)).collect();
    let kept = [(format.to_owned(), draft.foreign.clone()), (spans_key(format), foreign)];
    let kept = kept.into_iter().filter(|(_, fields)| !fields.is_empty());
    let foreign = kept.map(|(key, fields)| (key, Value::Object(fields).to_string())).collect();
    let mut about = About { labels, note: draft.note, foreign, ..About::default() };
    describe(&mut about, &mut draft.foreign);
    let name = if draft.name.trim().is_empty() { String::new() } else { title_name(&draft.name) };
    Ok((Incoming { name, text, about, annotations, journal: Vec::new() }, unit))
}

/// Parts in order, as one where only white space or control characters lie between two.
fn joined(text: &Text, mut parts: Vec<Span>) -> Vec<Span> {
    parts.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for part in parts {
        let gap = joined.last().and_then(|last| text.as_str().get(last.end().index()..part.start().index()));
        match (joined.last_mut(), gap) {
            (Some(last), Some(gap)) if gap.chars().all(|c| c.is_whitespace() || c.is_control()) => {
                *last = last.hull(part);
            }
            _ => joined.push(part),
        }
    }
    joined
}

/// By how many spans the unit is found out.
const MAX_TRIED: usize = 4_000;

/// The unit under which the spans fit best; of equal ones the first.
fn best_unit(text: &Text, units: &[OffsetUnit], spans: &[DraftSpan], by_edges: bool) -> OffsetUnit {
    if let [only] = units {
        return *only;
    }
    // Some thousands tell as much as a million.
    let step = spans.len().div_ceil(MAX_TRIED).max(1);
    let fit = |unit: OffsetUnit| -> u64 {
        let ruler = Ruler::new(text, unit);
        spans.iter().step_by(step).map(|span| u64::from(ruler.fit(span, by_edges))).sum()
    };
    let fits: Vec<u64> = units.iter().map(|unit| fit(*unit)).collect();
    let best = fits.iter().copied().max().unwrap_or(0);
    let at = fits.iter().position(|fit| *fit == best).unwrap_or(0);
    units[at]
}

/// Where quoted words stand, as they are spelled or with line breaks for what stands for them.
fn place_of(text: &Text, quote: &str, context: &(String, String), near: Option<Span>) -> Option<Span> {
    let broken = || place_of_words(text, &quote.replace(LINE_BREAK, "\n"), context, near);
    place_of_words(text, quote, context, near).or_else(|| quote.contains(LINE_BREAK).then(broken).flatten())
}

/// Where words stand, when that is beyond doubt: the only place; or the one whose neighbours are those of the
/// quotation more than any other's; or, where neighbours do not tell, the one nearest to where they should be, if no
/// other is as near.
fn place_of_words(text: &Text, quote: &str, context: &(String, String), near: Option<Span>) -> Option<Span> {
    let quote = quote.trim();
    if quote.is_empty() {
        return None;
    }
    let content = text.as_str();
    let places: Vec<usize> = content.match_indices(quote).map(|(at, _)| at).take(1_000).collect();
    let alike = |at: usize| {
        let before = content[..at].chars().rev().zip(context.0.chars().rev());
        let after = content[at + quote.len()..].chars().zip(context.1.chars());
        let is_same = |pair: &(char, char)| pair.0 == pair.1;
        before.take_while(is_same).count() + after.take_while(is_same).count()
    };
    let most = places.iter().map(|at| alike(*at)).max()?;
    let places: Vec<usize> = places.into_iter().filter(|at| alike(*at) == most).collect();
    let at = match (&places[..], near) {
        ([only], _) => *only,
        ([], _) | (_, None) => return None,
        (several, Some(near)) => {
            let distance = |at: &usize| at.abs_diff(near.start().index());
            let nearest = several.iter().min_by_key(|at| distance(at))?;
            let n_as_near = several.iter().filter(|at| distance(at) == distance(nearest)).count();
            (n_as_near == 1 && distance(nearest) <= 64).then_some(*nearest)?
        }
    };
    text.span(ByteOffset::from_index(at), ByteOffset::from_index(at + quote.len()))
}

fn misfit(text: &Text, span: &DraftSpan, unit: OffsetUnit) -> String {
    let (start, end) = span.parts.first().copied().unwrap_or_default();
    match &span.quote {
        Some(quote) => {
            format!("{start}–{end} ({unit}) should read “{}”, which stands nowhere near", shortened(quote, 40))
        }
        None => format!("{start}–{end} ({unit}) is no stretch of a text of {} characters", text.len_chars().0),
    }
}

fn annotation(text: &Text, parts: &[Span], label: LabelId, span: DraftSpan) -> Option<Annotation> {
    let first = parts.first().copied()?;
    let status = span.status.unwrap_or(if span.score.is_some() { Status::Suggested } else { Status::Accepted });
    let origin = if span.score.is_some() { Origin::Recognizer } else { Origin::File };
    let shaped = Annotation::new(first, label, "", status, origin).with_parts(parts)?;
    let entity = span.entity.filter(|entity| !entity.is_empty());
    Some(Annotation {
        entity: entity.unwrap_or_else(|| text.slice(shaped.span).to_owned()),
        score: span.score.map(Score::from_fraction),
        note: span.note,
        unsure: span.unsure,
        attributes: span.attributes,
        ..shaped
    })
}

/// The label of a name in another tool: one of that name or title, in capitals or not; else a new one.
pub(super) fn label_for(name: &str, applies_to: AppliesTo, codebook: &mut Codebook) -> LabelId {
    let scheme = codebook.scheme.clone();
    let same =
        || scheme.labels().find(|(_, label)| label.is_called(name) && label.applies_to == applies_to).map(|(id, _)| id);
    if let Some(id) = scheme.by_name(name).filter(|id| scheme.label(*id).applies_to == applies_to).or_else(same) {
        return id;
    }
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let plain = plain.trim_matches('_').to_owned();
    let stem = if plain.is_empty() { "LABEL".to_owned() } else { plain };
    let numbered = (2..).map(|n| format!("{stem}_{n}"));
    let mut names = [stem.clone()].into_iter().chain(numbered);
    let free = names.find(|name| scheme.by_name(name).is_none()).expect("there is no end of numbers");
    let n_labels = scheme.labels().count();
    let is_person = ["PER", "PERSON", "PERS"].iter().any(|word| stem.eq_ignore_ascii_case(word));
    let title = if name.trim().is_empty() { free.clone() } else { name.to_owned() };
    let spec = LabelSpec {
        groups_by: if is_person { GroupKind::Person } else { GroupKind::Topic },
        style: u8::try_from(n_labels % 3 + 4).unwrap_or(6),
        applies_to,
        ..LabelSpec::new(free, title)
    };
    match scheme.with_label(spec) {
        Ok(grown) => {
            codebook.scheme = Arc::new(grown);
            codebook.scheme.id_at(n_labels).expect("it was added just now")
        }
        // Only a tagset of a thousand labels takes no more: the last one has to do.
        Err(_) => codebook.scheme.id_at(n_labels - 1).expect("there are labels"),
    }
}

/// An attribute as other tools write them.
pub(super) fn attribute_of(value: &Value) -> Option<AttributeValue> {
    match value {
        Value::String(text) if !text.is_empty() => Some(AttributeValue::Text(text.clone())),
        Value::Bool(flag) => Some(AttributeValue::Flag(*flag)),
        Value::Number(number) => Some(AttributeValue::Text(number.to_string())),
        Value::Array(items) => {
            let words: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            words.filter(|words| !words.is_empty()).map(AttributeValue::Choices)
        }
        _ => None,
    }
}

/// Attributes as JSON.
pub(super) fn attributes_as_json(attributes: &Attributes) -> BTreeMap<&str, Value> {
    let value = |value: &AttributeValue| match value {
        AttributeValue::Text(text) => Value::from(text.as_str()),
        AttributeValue::Flag(flag) => Value::from(*flag),
        AttributeValue::Choices(choices) => Value::from(choices.clone()),
    };
    attributes.iter().map(|(name, it)| (name.as_str(), value(it))).collect()
}
