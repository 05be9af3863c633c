//! UIMA CAS as JSON 0.4, as INCEpTION exports it. Positions are UTF-16 units. The specification calls the anchors
//! `^begin` and `^end`, the files of the Java writer and dkpro-cassis call them `begin` and `end`: those are written,
//! both are read.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::archive::one_or_zip;
use super::cas::{self, Cas, Types};
use super::draft::Draft;
use super::foreign::{fields, lost_links};
use super::json::items;
use super::{Format, Reader, Source, Written, uima};
use crate::project::Codebook;

/// For INCEpTION and dkpro-cassis.
pub(super) const FORMAT: Format = Format {
    id: "cas-json",
    title: "UIMA CAS JSON",
    description: "For INCEpTION and dkpro-cassis; a file for each article, several of them in a zip.",
    extension: "cas.json",
    mime: "application/json",
    reader: Reader::Records { is_like, known: &["%TYPES", "%FEATURE_STRUCTURES", "%VIEWS"], draft },
    cannot_carry: "Only decided spans, as named entities; what is said of articles as wholes is left out.",
    write: Some(write),
};

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let n_lost = Cell::new(0);
    let bytes = one_or_zip(sources, FORMAT.extension, |source| {
        let (cas, n_gone) = cas::written(FORMAT.id, source, codebook);
        n_lost.update(|n| n + n_gone);
        let mut rest = fields(source, FORMAT.id);
        rest.retain(|name, _| name.starts_with('%'));
        document(&cas, &rest)
    });
    let mut losses = uima::losses(FORMAT.id, sources, true);
    losses.extend(lost_links(n_lost.get()));
    Written { bytes, losses }
}

/// A document with one structure a line.
fn document(cas: &Cas, rest: &Map<String, Value>) -> Vec<u8> {
    let line = |(name, value): (&String, &Value)| format!("{}: {value}", json!(name));
    let types: Vec<String> = cas.types.0.iter().map(line).collect();
    let structures: Vec<String> = cas.structures.iter().map(|it| json!(it).to_string()).collect();
    let rest: String = rest.iter().map(|field| format!("{},\n", line(field))).collect();
    let (types, structures) = (types.join(",\n"), structures.join(",\n"));
    format!(
        "{{\n{rest}\"%TYPES\": {{\n{types}\n}},\n\"%FEATURE_STRUCTURES\": [\n{structures}\n],\n\"%VIEWS\": {}\n}}\n",
        json!(cas.views)
    )
    .into_bytes()
}

fn is_like(record: &Value) -> bool {
    record.get("%FEATURE_STRUCTURES").is_some()
}

fn draft(record: &Value) -> Result<Vec<Draft>, String> {
    let object = |field: &str| record.get(field).and_then(Value::as_object).cloned().unwrap_or_default();
    let structures = match record.get("%FEATURE_STRUCTURES") {
        // Older files have them under their numbers.
        Some(Value::Object(by_id)) => by_id
            .iter()
            .filter_map(|(id, it)| {
                let mut structure = it.as_object()?.clone();
                structure.entry("%ID").or_insert_with(|| id.parse::<u64>().map_or(Value::Null, Value::from));
                Some(structure)
            })
            .collect(),
        _ => items(record, "%FEATURE_STRUCTURES").filter_map(Value::as_object).cloned().collect(),
    };
    let cas = Cas { types: Types(object("%TYPES")), structures, views: object("%VIEWS") };
    Ok(vec![cas::draft(cas)?])
}
