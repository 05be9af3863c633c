//! Fields of other tools' records that mean nothing here: kept with the article, and written back into the same format.
//! Those of single spans are kept beside them, under the number of the annotation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Source, n_things};
use crate::annotation::{About, AnnotationId};

/// What of a record is not known, by the dotted ways to what is: `data.text`. Nothing when nothing is known.
pub(super) fn unknown(record: &Value, known: &[&str]) -> Map<String, Value> {
    if known.is_empty() {
        return Map::new();
    }
    match without(record, known, "") {
        Value::Object(rest) => rest,
        _ => Map::new(),
    }
}

fn without(value: &Value, known: &[&str], path: &str) -> Value {
    let Value::Object(fields) = value else { return value.clone() };
    let mut rest = Map::new();
    for (name, value) in fields {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let leads_on = known.iter().any(|it| it.strip_prefix(&*path).is_some_and(|more| more.starts_with('.')));
        if known.contains(&&*path) {
            continue;
        }
        let value = if leads_on { without(value, known, &path) } else { value.clone() };
        if !(leads_on && value.as_object().is_some_and(Map::is_empty)) {
            rest.insert(name.clone(), value);
        }
    }
    Value::Object(rest)
}

/// The fields that an article brought along from a format. What they say of where it comes from is what a person says
/// now.
pub(super) fn fields(source: &Source, format: &str) -> Map<String, Value> {
    let about = source.article.annotations().about();
    let kept = about.foreign.get(format);
    let mut fields: Map<String, Value> = kept.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    // Of several that say the same of an article, the first was read.
    let mut said = BTreeSet::new();
    for (field, value) in known_fields(&mut fields) {
        let Some(before) = words_of(value).filter(|_| said.insert(field)) else { continue };
        let now = about.fields.get(field);
        if now != Some(&before) {
            *value = now.cloned().map_or(Value::Null, Value::from);
        }
    }
    fields
}

/// What an article that came from a format says of where it comes from in fields of that format.
pub(super) fn brought_fields(source: &Source, format: &str) -> BTreeSet<&'static str> {
    known_fields(&mut fields(source, format)).into_iter().map(|(field, _)| field).collect()
}

/// Says of an article what the fields of its record say of where it comes from.
pub(super) fn describe(about: &mut About, fields: &mut Map<String, Value>) {
    for (field, value) in known_fields(fields) {
        if let Some(words) = words_of(value).filter(|_| !about.fields.contains_key(field)) {
            about.set_field(field, &words);
        }
    }
}

/// The fields that say where an article comes from: of the record itself, and of what it has for such things.
fn known_fields(fields: &mut Map<String, Value>) -> Vec<(&'static str, &mut Value)> {
    const WITHIN: [&str; 5] = ["meta", "metadata", "data", "features", "info"];
    let field_of = |name: &str| {
        let is_it = |names: &&[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
        About::CALLED.iter().find(|(_, names)| is_it(names)).map(|(field, _)| *field)
    };
    let mut found = Vec::new();
    for (name, value) in fields {
        if let Some(field) = field_of(name) {
            found.push((field, value));
        } else if let Some(within) = value.as_object_mut().filter(|_| WITHIN.contains(&name.as_str())) {
            found.extend(within.iter_mut().filter_map(|(name, value)| Some((field_of(name)?, value))));
        }
    }
    found
}

fn words_of(value: &Value) -> Option<String> {
    match value {
        Value::String(words) if !words.trim().is_empty() => Some(words.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Writes them back where the record has nothing of the name.
pub(super) fn give_back(record: &mut Value, source: &Source, format: &str) {
    merge(record, Value::Object(fields(source, format)));
}

/// Under which name the fields of a format's spans are kept.
pub(super) fn spans_key(format: &str) -> String {
    format!("{format}/spans")
}

/// The fields that the spans of an article brought along from a format.
pub(super) struct SpanFields(Map<String, Value>);

impl SpanFields {
    /// Those of an article.
    pub(super) fn new(source: &Source, format: &str) -> Self {
        Self(fields(source, &spans_key(format)))
    }

    /// One of a span.
    pub(super) fn get(&self, id: AnnotationId, field: &str) -> Option<&Value> {
        self.0.get(&id.0.to_string())?.get(field)
    }

    /// Writes those of a span back where its record has nothing of the name.
    pub(super) fn give_back(&self, record: &mut Value, id: AnnotationId) {
        let (Value::Object(record), Some(Value::Object(fields))) = (record, self.0.get(&id.0.to_string())) else {
            return;
        };
        for (name, value) in fields {
            record.entry(name).or_insert_with(|| value.clone());
        }
    }

    /// What each span is called in the file that is written: as it was in the one it comes from, under `field`; or else
    /// by the first of `fresh` that no other has.
    pub(super) fn names(
        &self,
        ids: impl Iterator<Item = AnnotationId>,
        field: &str,
        fresh: impl Fn(u64) -> Value,
    ) -> BTreeMap<AnnotationId, Value> {
        let ids: Vec<AnnotationId> = ids.collect();
        let mut names: BTreeMap<AnnotationId, Value> = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for id in &ids {
            if let Some(name) = self.get(*id, field).filter(|name| taken.insert(name.to_string())) {
                names.insert(*id, name.clone());
            }
        }
        for id in ids {
            names.entry(id).or_insert_with(|| {
                // By its own number where that is free: other spans that come and go change nothing of it.
                let mut fresh = (u64::from(id.0) + 1..).map(&fresh);
                fresh.find(|name| taken.insert(name.to_string())).expect("there is no end of numbers")
            });
        }
        names
    }
}

/// Keeps of a list of links those whose ends, under `fields`, are all written. Gives how many had to go.
pub(super) fn keep_links(links: &mut Vec<Value>, fields: &[&str], names: &BTreeMap<AnnotationId, Value>) -> usize {
    let written: BTreeSet<String> = names.values().map(Value::to_string).collect();
    let n_links = links.len();
    links.retain(|link| {
        fields.iter().all(|field| link.get(*field).is_some_and(|end| written.contains(&end.to_string())))
    });
    n_links - links.len()
}

/// What to say of links that had to go.
pub(super) fn lost_links(n_lost: usize) -> Option<String> {
    let links = n_things(n_lost, "link to a span that is gone is", "links to spans that are gone are");
    (n_lost > 0).then(|| format!("{links} left out."))
}

/// What to say of links that are read.
pub(super) fn kept_links(n_links: usize) -> Option<String> {
    let links = n_things(n_links, "link between spans is", "links between spans are");
    (n_links > 0).then(|| format!("{links} kept for this format, and not shown."))
}

/// The fields of an object but those that are known.
pub(super) fn rest(record: &Value, known: &[&str]) -> Map<String, Value> {
    let fields = record.as_object().into_iter().flatten().filter(|(name, _)| !known.contains(&name.as_str()));
    fields.map(|(name, value)| (name.clone(), value.clone())).collect()
}

pub(super) fn merge(record: &mut Value, fields: Value) {
    let (Value::Object(record), Value::Object(fields)) = (record, fields) else { return };
    for (name, value) in fields {
        match record.get_mut(&name) {
            Some(there) => merge(there, value),
            None => drop(record.insert(name, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_known_goes_around_what_is() {
        let record = json!({ "text": "a", "data": { "text": "b", "url": "u" }, "meta": { "name": "n" }, "k": [1] });
        let rest = Value::Object(unknown(&record, &["text", "data.text", "meta.name"]));
        assert_eq!(rest.to_string(), r#"{"data":{"url":"u"},"k":[1]}"#);
        let mut written = json!({ "text": "c", "data": { "text": "d" }, "k": 2 });
        merge(&mut written, rest);
        assert_eq!(written, json!({ "text": "c", "data": { "text": "d", "url": "u" }, "k": 2 }));
        assert!(unknown(&record, &[]).is_empty());
        assert!(unknown(&json!({ "text": "a" }), &["text"]).is_empty());
    }
}
