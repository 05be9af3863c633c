//! Fields of other tools' records that mean nothing here: kept with the article, and written back into the same format.

use serde_json::{Map, Value};

use super::Source;

/// What of a record is not known, by the dotted ways to what is: `data.text`. Nothing when nothing is known.
pub(super) fn unknown(record: &Value, known: &[&str]) -> Option<String> {
    if known.is_empty() {
        return None;
    }
    let rest = without(record, known, "");
    let is_empty = rest.as_object().is_none_or(Map::is_empty);
    (!is_empty).then(|| rest.to_string())
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

/// The fields that an article brought along from a format.
pub(super) fn fields(source: &Source, format: &str) -> Map<String, Value> {
    let kept = source.article.annotations().about().foreign.get(format);
    let fields = kept.and_then(|json| serde_json::from_str(json).ok());
    fields.unwrap_or_default()
}

/// Writes them back where the record has nothing of the name.
pub(super) fn give_back(record: &mut Value, source: &Source, format: &str) {
    merge(record, Value::Object(fields(source, format)));
}

fn merge(record: &mut Value, fields: Value) {
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
        let rest = unknown(&record, &["text", "data.text", "meta.name"]).expect("something");
        assert_eq!(rest, r#"{"data":{"url":"u"},"k":[1]}"#);
        let mut written = json!({ "text": "c", "data": { "text": "d" }, "k": 2 });
        merge(&mut written, serde_json::from_str(&rest).expect("JSON"));
        assert_eq!(written, json!({ "text": "c", "data": { "text": "d", "url": "u" }, "k": 2 }));
        assert_eq!(unknown(&record, &[]), None);
        assert_eq!(unknown(&json!({ "text": "a" }), &["text"]), None);
    }
}
