//! UIMA CAS as JSON 0.4, as INCEpTION exports it. Positions are UTF-16 units. The specification calls the anchors
//! `^begin` and `^end`, the files of the Java writer and dkpro-cassis call them `begin` and `end`: those are written,
//! both are read.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::archive::one_or_zip;
use super::draft::{Draft, OffsetUnit};
use super::json::{count, items, string};
use super::uima::{self, Layers, META, NAMED_ENTITY, SENTENCE, TOKEN, TYPES, is_linguistic, place};
use super::{Format, Reader, Source, Written};
use crate::project::Codebook;

/// For INCEpTION and dkpro-cassis.
pub(super) const FORMAT: Format = Format {
    id: "cas-json",
    title: "UIMA CAS JSON",
    description: "For INCEpTION and dkpro-cassis; a file for each article, several of them in a zip.",
    extension: "cas.json",
    mime: "application/json",
    reader: Reader::Records { is_like, known: &[], draft },
    cannot_carry: "Only decided spans, as named entities; what is said of articles as wholes is left out.",
    write: Some(write),
};

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let bytes = one_or_zip(sources, FORMAT.extension, |source| document(source, codebook).into_bytes());
    Written { bytes, losses: uima::losses(FORMAT.id, sources, true) }
}

/// A document with one structure a line. The order of keys is the specification's, which a map would not keep.
fn document(source: &Source, codebook: &Codebook) -> String {
    let text = source.article.text();
    let layers = Layers::new(source);
    let more = uima::more_features(std::slice::from_ref(source));
    let types = TYPES.map(|(name, parent, features)| {
        let mut spec = Map::from_iter([("%NAME".to_owned(), json!(name)), ("%SUPER_TYPE".to_owned(), json!(parent))]);
        let feature = |name: &&str| ((*name).to_owned(), json!({ "%NAME": name, "%RANGE": "uima.cas.String" }));
        spec.extend(features.iter().map(feature));
        if name == NAMED_ENTITY {
            spec.extend(more.iter().map(String::as_str).map(|name| feature(&name)));
        }
        format!("\"{name}\": {}", Value::Object(spec))
    });
    let mut structures = vec![format!(
        "{{\"%ID\":1,\"%TYPE\":\"uima.cas.Sofa\",\"sofaNum\":1,\"sofaID\":\"_InitialView\",\"mimeType\":\"text/plain\",\"sofaString\":{}}}",
        json!(text.as_str())
    )];
    let mut add = |name: &str, (begin, end): (u32, u32), more: &str| {
        let id = structures.len() + 1;
        structures
            .push(format!("{{\"%ID\":{id},\"%TYPE\":\"{name}\",\"@sofa\":1,\"begin\":{begin},\"end\":{end}{more}}}"));
    };
    let title = format!(",\"language\":\"x-unspecified\",\"documentTitle\":{}", json!(source.name));
    add(META, (0, text.len_utf16().0), &title);
    layers.sentences.iter().for_each(|span| add(SENTENCE, place(text, *span), ""));
    layers.tokens.iter().for_each(|span| add(TOKEN, place(text, *span), ""));
    for (span, it) in &layers.entities {
        let label = &codebook.scheme.label(it.label).name;
        let mut more = format!(",\"value\":{},\"identifier\":{}", json!(label), json!(it.entity));
        for (name, words) in uima::more(it) {
            more += &format!(",\"{name}\":{}", json!(words));
        }
        add(NAMED_ENTITY, place(text, *span), &more);
    }
    let members: Vec<usize> = (2..=structures.len()).collect();
    format!(
        "{{\n\"%TYPES\": {{\n{}\n}},\n\"%FEATURE_STRUCTURES\": [\n{}\n],\n\"%VIEWS\": {{\"_InitialView\": {{\"%SOFA\": 1, \"%MEMBERS\": {}}}}}\n}}\n",
        types.join(",\n"),
        structures.join(",\n"),
        json!(members)
    )
}

fn is_like(record: &Value) -> bool {
    record.get("%FEATURE_STRUCTURES").is_some()
}

fn draft(record: &Value) -> Result<Vec<Draft>, String> {
    let name = |it: &Value| string(it, "%TYPE").unwrap_or_default();
    let sofas: Vec<&Value> = items(record, "%FEATURE_STRUCTURES").filter(|it| it.get("sofaString").is_some()).collect();
    let is_first = |it: &&&Value| it.get("sofaID") == Some(&json!("_InitialView"));
    let sofa = sofas.iter().find(is_first).or(sofas.first()).ok_or("it has no text: no Sofa has a “sofaString”")?;
    let id = count(sofa, "%ID");
    // What no view lists was deleted.
    let views = record.get("%VIEWS").and_then(Value::as_object).into_iter().flat_map(Map::values);
    let view = views.into_iter().find(|view| count(view, "%SOFA") == id);
    let members: Option<BTreeSet<u64>> = view.map(|view| items(view, "%MEMBERS").filter_map(Value::as_u64).collect());

    let mut draft = Draft { text: string(sofa, "sofaString").unwrap_or_default(), ..Draft::default() };
    draft.units = vec![OffsetUnit::Utf16];
    for it in items(record, "%FEATURE_STRUCTURES").filter(|it| it.get("@sofa").is_some() && count(it, "@sofa") == id) {
        let name = name(it);
        if name == META {
            draft.name = string(it, "documentTitle").unwrap_or_default();
        }
        let is_listed = members.as_ref().is_none_or(|ids| count(it, "%ID").is_some_and(|id| ids.contains(&id)));
        let is_link = it.get("@Governor").or(it.get("@Dependent")).is_some();
        if !is_listed || is_link || is_linguistic(&name) {
            draft.n_passed_over += usize::from(!uima::is_common(&name));
            continue;
        }
        let (begin, end) = (count(it, "begin").or(count(it, "^begin")), count(it, "end").or(count(it, "^end")));
        let (Some(begin), Some(end)) = (begin, end) else {
            draft.troubles.push(format!("structure {} ({name}) has no “begin” and “end”", it["%ID"]));
            continue;
        };
        let is_feature = |name: &str| !name.starts_with(['%', '@', '^', '#']) && !["begin", "end"].contains(&name);
        let features = it.as_object().into_iter().flatten().filter(|(name, _)| is_feature(name));
        let features = features.map(|(name, value)| (name.as_str(), value.clone()));
        draft.spans.push(uima::draft_span(&name, (begin, end), features));
    }
    Ok(vec![draft])
}
