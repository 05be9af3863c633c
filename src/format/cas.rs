//! A CAS as the UIMA formats share it, in the shape of CAS JSON: structures with `%ID` and `%TYPE`, whose features begin
//! with `@` where they refer to other structures.
//!
//! Spans are read. All else of a file of others (grammar, layout, links, its types) is kept as it stands and written
//! back beside the spans of now, with the numbers by which it refers to them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::draft::{Draft, OffsetUnit};
use super::foreign::{SpanFields, fields};
use super::json::{count, items};
use super::uima::{self, Layers, META, NAMED_ENTITY, SENTENCE, TOKEN, TYPES, is_linguistic, place};
use super::{Source, n_things};
use crate::annotation::AnnotationId;
use crate::project::Codebook;
use crate::scheme::LabelSpec;

/// The type of what holds the text.
pub(super) const SOFA: &str = "uima.cas.Sofa";
const STRING: &str = "uima.cas.String";
/// Under which name all but the spans is kept.
pub(super) const KEPT: &str = "kept";

/// The types of a file, in the shape of `%TYPES`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Types(pub(super) Map<String, Value>);

impl Types {
    fn declare(&mut self, name: &str, parent: &str) {
        self.0.entry(name).or_insert_with(|| json!({ "%NAME": name, "%SUPER_TYPE": parent }));
    }

    /// Gives a type a feature of words, unless it has one of that name.
    fn declare_feature(&mut self, name: &str, feature: &str) {
        if self.range(name, feature).is_none()
            && let Some(spec) = self.0.get_mut(name).and_then(Value::as_object_mut)
        {
            spec.insert(feature.to_owned(), json!({ "%NAME": feature, "%RANGE": STRING }));
        }
    }

    /// What the values of a feature are, of the type itself or one above it.
    pub(super) fn range(&self, name: &str, feature: &str) -> Option<&str> {
        const MAX_ABOVE: usize = 64; // A circle of types is no reason to go on for ever.
        let mut name = name;
        for _ in 0..MAX_ABOVE {
            let spec = self.0.get(name)?;
            if let Some(range) = spec.get(feature).and_then(|it| it.get("%RANGE")) {
                return range.as_str();
            }
            name = spec.get("%SUPER_TYPE")?.as_str()?;
        }
        None
    }

    /// Whether a type is one of structures: not one of words, some of which it lists.
    pub(super) fn range_is_structure(&self, range: &str) -> bool {
        self.0.get(range).and_then(|spec| spec.get("%SUPER_TYPE")).is_none_or(|parent| parent != STRING)
    }

    /// Joins those of another file: what both have stays as it is here.
    pub(super) fn join(&mut self, others: Types) {
        for (name, spec) in others.0 {
            match (self.0.get_mut(&name), spec) {
                (Some(Value::Object(here)), Value::Object(there)) => {
                    for (feature, it) in there {
                        here.entry(feature).or_insert(it);
                    }
                }
                (Some(_), _) => {}
                (None, spec) => drop(self.0.insert(name, spec)),
            }
        }
    }
}

/// A file as it is read or written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cas {
    pub(super) types: Types,
    /// Those of texts too, in the order of the file.
    pub(super) structures: Vec<Map<String, Value>>,
    /// Which structures each text lists.
    pub(super) views: Map<String, Value>,
}

/// What a file of others has besides its spans.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    types: Types,
    structures: Vec<Map<String, Value>>,
    views: Map<String, Value>,
    /// The text, without its words.
    sofa: Map<String, Value>,
    /// The numbers of the spans.
    spans: BTreeSet<u64>,
}

fn id_of(structure: &Map<String, Value>) -> Option<u64> {
    structure.get("%ID")?.as_u64()
}

fn words<'a>(structure: &'a Map<String, Value>, field: &str) -> &'a str {
    structure.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a structure is one that is written anew in the same way.
fn is_plain(structure: &Map<String, Value>) -> bool {
    const FIELDS: [&str; 7] = ["%ID", "%TYPE", "@sofa", "begin", "end", "language", "documentTitle"];
    [SENTENCE, TOKEN, META].contains(&words(structure, "%TYPE"))
        && structure.keys().all(|field| FIELDS.contains(&field.as_str()))
}

/// The article of a CAS; the error is a sentence's end.
pub(super) fn draft(cas: Cas) -> Result<Draft, String> {
    let sofas = || cas.structures.iter().filter(|it| it.contains_key("sofaString"));
    let is_first = |it: &&Map<String, Value>| words(it, "sofaID") == "_InitialView";
    let sofa = sofas().find(is_first).or(sofas().next()).ok_or("it has no text: no Sofa has a “sofaString”")?.clone();
    let sofa_id = id_of(&sofa);
    // What no view lists was deleted.
    let view = cas.views.values().find(|view| count(view, "%SOFA") == sofa_id);
    let members: Option<BTreeSet<u64>> = view.map(|view| items(view, "%MEMBERS").filter_map(Value::as_u64).collect());

    let mut draft = Draft { text: words(&sofa, "sofaString").to_owned(), ..Draft::default() };
    draft.units = vec![OffsetUnit::Utf16];
    let mut kept = Kept { types: cas.types, views: cas.views, sofa: sofa.clone(), ..Kept::default() };
    kept.sofa.remove("sofaString");
    let (mut n_kept, mut is_ours) = (0, true);
    for structure in cas.structures {
        let name = words(&structure, "%TYPE").to_owned();
        if id_of(&structure) == sofa_id && name == SOFA {
            continue;
        }
        let is_here = sofa_id.is_some() && structure.get("@sofa").and_then(Value::as_u64) == sofa_id;
        if is_here && name == META {
            words(&structure, "documentTitle").clone_into(&mut draft.name);
        }
        let is_listed = members.as_ref().is_none_or(|ids| id_of(&structure).is_some_and(|id| ids.contains(&id)));
        let is_link = structure.contains_key("@Governor") || structure.contains_key("@Dependent");
        let has_place = ["begin", "^begin", "end", "^end"].iter().any(|it| structure.contains_key(*it));
        if !(is_here && is_listed && has_place) || is_link || is_linguistic(&name) {
            // What was deleted stays so.
            if !is_here || is_listed {
                n_kept += usize::from(is_here && !uima::is_common(&name));
                is_ours &= is_plain(&structure);
                kept.structures.push(structure);
            }
            continue;
        }
        kept.spans.extend(id_of(&structure));
        let number = |name: &str, old: &str| structure.get(name).or(structure.get(old)).and_then(Value::as_u64);
        let (Some(begin), Some(end)) = (number("begin", "^begin"), number("end", "^end")) else {
            draft.troubles.push(format!("structure {} ({name}) has no “begin” and “end”", structure["%ID"]));
            continue;
        };
        let is_feature = |name: &str| !name.starts_with(['%', '@', '^', '#']) && !["begin", "end"].contains(&name);
        let features = structure.iter().filter(|(name, _)| is_feature(name));
        let features = features.map(|(name, value)| (name.as_str(), value.clone()));
        let (mut span, label_feature) = uima::draft_span(&name, (begin, end), features);
        let label_feature = label_feature.map(str::to_owned);
        let not_read =
            |field: &str| !is_feature(field) && !["@sofa", "begin", "end", "^begin", "^end"].contains(&field);
        span.foreign = structure.into_iter().filter(|(field, _)| not_read(field)).collect();
        is_ours &= name == NAMED_ENTITY && label_feature.as_deref() == Some("value") && span.foreign.len() == 2;
        span.foreign.extend(label_feature.map(|feature| ("%LABEL".to_owned(), feature.into())));
        draft.spans.push(span);
    }
    if is_ours {
        draft.spans.iter_mut().for_each(|span| span.foreign.clear());
    } else {
        draft.foreign.insert(KEPT.to_owned(), serde_json::to_value(kept).map_err(|error| error.to_string())?);
    }
    draft.kept.extend(kept_sentence(n_kept));
    Ok(draft)
}

/// What to say of annotations that are no spans under a label.
pub(super) fn kept_sentence(n_kept: usize) -> Option<String> {
    let (one, several) = ("annotation of grammar, layout or a link is", "annotations of grammar, layout and links are");
    (n_kept > 0).then(|| format!("{} kept for this format, and not shown.", n_things(n_kept, one, several)))
}

/// A CAS of an article, and how many structures referred to spans that are gone.
pub(super) fn written(format: &str, source: &Source, codebook: &Codebook) -> (Cas, usize) {
    let text = source.article.text();
    let layers = Layers::new(source);
    let kept = fields(source, format).remove(KEPT).and_then(|kept| serde_json::from_value::<Kept>(kept).ok());
    let is_kept = kept.is_some();
    let Kept { mut types, mut structures, mut views, mut sofa, spans } = kept.unwrap_or_default();
    for (name, parent, features) in TYPES {
        types.declare(name, parent);
        features.iter().for_each(|feature| types.declare_feature(name, feature));
    }
    let sofa_id = id_of(&sofa).unwrap_or(1);
    for (field, value) in [
        ("%ID", json!(sofa_id)),
        ("%TYPE", json!(SOFA)),
        ("mimeType", json!("text/plain")),
        ("sofaID", json!("_InitialView")),
        ("sofaNum", json!(1)),
    ] {
        sofa.entry(field).or_insert(value);
    }
    sofa.insert("sofaString".to_owned(), text.as_str().into());

    let span_fields = SpanFields::new(source, format);
    let taken = structures.iter().filter_map(id_of).chain(spans.iter().copied()).max().unwrap_or(0).max(sofa_id);
    let decided: BTreeSet<AnnotationId> = layers.entities.iter().map(|(id, _, _)| *id).collect();
    let mut names: BTreeMap<AnnotationId, Value> = match is_kept {
        true => span_fields.names(decided.into_iter(), "%ID", |number| json!(taken + number)),
        false => BTreeMap::new(),
    };
    let written: BTreeSet<u64> = names.values().filter_map(Value::as_u64).collect();
    let n_lost = without_gone(&mut structures, spans.difference(&written).copied().collect());

    let has = |structures: &[Map<String, Value>], name: &str| structures.iter().any(|it| words(it, "%TYPE") == name);
    let mut last = written.last().copied().unwrap_or(0).max(taken);
    let mut add = |structures: &mut Vec<Map<String, Value>>, id: Option<u64>, name: &str, (begin, end): (u32, u32)| {
        let id = id.unwrap_or_else(|| {
            last += 1;
            last
        });
        let fields = json!({ "%ID": id, "%TYPE": name, "@sofa": sofa_id, "begin": begin, "end": end });
        structures.extend(fields.as_object().cloned());
    };
    let kept_ids: BTreeSet<u64> = structures.iter().filter_map(id_of).collect();
    match structures.iter_mut().find(|it| words(it, "%TYPE") == META) {
        Some(meta) => drop(meta.insert("documentTitle".to_owned(), source.name.into())),
        None => {
            add(&mut structures, None, META, (0, text.len_utf16().0));
            if let Some(meta) = structures.last_mut() {
                meta.insert("language".to_owned(), "x-unspecified".into());
                meta.insert("documentTitle".to_owned(), source.name.into());
            }
        }
    }
    for (name, spans) in [(SENTENCE, &layers.sentences), (TOKEN, &layers.tokens)] {
        if !has(&structures, name) {
            spans.iter().for_each(|span| add(&mut structures, None, name, place(text, *span)));
        }
    }
    for (id, span, it) in &layers.entities {
        let label = codebook.scheme.label(it.label);
        let (name, label_feature) = type_of(&span_fields, *id, label);
        // Of several parts the first is the one that others refer to.
        add(&mut structures, names.remove(id).and_then(|number| number.as_u64()), &name, place(text, *span));
        let Some(structure) = structures.last_mut() else { continue };
        let mut values: Vec<(String, String)> = Vec::new();
        values.extend(label_feature.map(|feature| (feature, label.name.clone())));
        // A span of another's file says so only where it is more than its words.
        let is_others = span_fields.get(*id, "%TYPE").is_some();
        if it.entity != text.slice(it.span) || (name == NAMED_ENTITY && !is_others) {
            values.push(("identifier".to_owned(), it.entity.clone()));
        }
        values.extend(uima::more(it));
        for (feature, words) in values {
            types.declare_feature(&name, &feature);
            structure.insert(feature.clone(), valued(types.range(&name, &feature), &words));
        }
        let mut record = Value::Object(std::mem::take(structure));
        span_fields.give_back(&mut record, *id);
        if let Value::Object(record) = record {
            *structure = record;
            structure.remove("%LABEL");
        }
    }
    // What was listed is; of what is new, all.
    let view = views.iter().find(|(_, view)| count(view, "%SOFA") == Some(sofa_id)).map(|(name, _)| name.clone());
    let listed: Option<BTreeSet<u64>> =
        view.as_ref().map(|view| items(&views[view], "%MEMBERS").filter_map(Value::as_u64).collect());
    let is_listed = |id: &u64| !kept_ids.contains(id) || listed.as_ref().is_none_or(|listed| listed.contains(id));
    let members: Vec<u64> = structures.iter().filter_map(id_of).filter(is_listed).collect();
    let view = view.unwrap_or_else(|| words(&sofa, "sofaID").to_owned());
    views.insert(view, json!({ "%SOFA": sofa_id, "%MEMBERS": members }));
    structures.insert(0, sofa);
    (Cas { types, structures, views }, n_lost)
}

/// The type of a span and the feature that holds its label: those that it came with, as long as they can tell its label.
pub(super) fn type_of(span_fields: &SpanFields, id: AnnotationId, label: &LabelSpec) -> (String, Option<String>) {
    let kept = |field| span_fields.get(id, field).and_then(Value::as_str);
    match (kept("%TYPE"), kept("%LABEL")) {
        (Some(name), Some(feature)) => (name.to_owned(), Some(feature.to_owned())),
        (Some(name), None) if label.is_called(uima::last_of(name)) => (name.to_owned(), None),
        _ => (NAMED_ENTITY.to_owned(), Some("value".to_owned())),
    }
}

/// Words as a value of a feature.
fn valued(range: Option<&str>, words: &str) -> Value {
    let number = match range.and_then(|range| range.strip_prefix("uima.cas.")) {
        Some("Byte" | "Short" | "Integer" | "Long") => words.parse::<i64>().ok().map(Value::from),
        Some("Float" | "Double") => words.parse::<f64>().ok().map(Value::from),
        Some("Boolean") => words.parse::<bool>().ok().map(Value::from),
        Some("StringArray") => Some(words.split(';').map(Value::from).collect()),
        _ => None,
    };
    number.unwrap_or_else(|| words.into())
}

/// Drops what refers to structures that are gone, and what refers to that. Gives how many.
fn without_gone(structures: &mut Vec<Map<String, Value>>, mut gone: BTreeSet<u64>) -> usize {
    let n_before = structures.len();
    loop {
        let mut more = BTreeSet::new();
        structures.retain_mut(|structure| {
            let id = id_of(structure);
            let mut is_whole = true;
            for (field, value) in
                structure.iter_mut().filter(|(field, _)| field.starts_with('@') || *field == "%ELEMENTS")
            {
                match value {
                    Value::Array(ids) => ids.retain(|id| id.as_u64().is_none_or(|id| !gone.contains(&id))),
                    id => is_whole &= field == "@sofa" || id.as_u64().is_none_or(|id| !gone.contains(&id)),
                }
            }
            more.extend(id.filter(|_| !is_whole));
            is_whole
        });
        if more.is_empty() {
            return n_before - structures.len();
        }
        gone = more;
    }
}
