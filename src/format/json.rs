//! What the JSON formats share: records of a file, fields, lines.

use serde::Serialize;
use serde_json::Value;

/// A record of a file, and where it stands.
pub(crate) type Record = (String, Result<Value, serde_json::Error>);

/// The records of a file: its lines, the items of its array, or its one object.
pub(crate) fn records(content: &str) -> Result<Vec<Record>, serde_json::Error> {
    if content.trim_start().starts_with('[') {
        let values: Vec<Value> = serde_json::from_str(content)?;
        return Ok(values
            .into_iter()
            .enumerate()
            .map(|(index, it)| (format!("Article {}", index + 1), Ok(it)))
            .collect());
    }
    let lines = || content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    // One of the first two lines is whole in a file of lines, none in an object over several lines.
    if !lines().take(2).any(|(_, line)| serde_json::from_str::<Value>(line).is_ok()) {
        return Ok(vec![("The article".to_owned(), Ok(serde_json::from_str(content)?))]);
    }
    Ok(lines().map(|(index, line)| (format!("Line {}", index + 1), serde_json::from_str(line))).collect())
}

/// The first record of a file, if it is JSON at all: for telling formats apart.
pub(super) fn first_record(content: &str) -> Option<Value> {
    let content = content.trim_start();
    if !content.starts_with(['{', '[']) {
        return None;
    }
    let whole = || serde_json::from_str::<Value>(content).ok();
    let line = content.lines().find(|line| !line.trim().is_empty());
    let first = line.and_then(|line| serde_json::from_str::<Value>(line).ok()).or_else(whole)?;
    match first {
        Value::Array(items) => items.into_iter().next(),
        other => Some(other),
    }
}

/// A text field.
pub(super) fn string(record: &Value, field: &str) -> Option<String> {
    record.get(field).and_then(Value::as_str).map(str::to_owned)
}

/// A number field that counts.
pub(super) fn count(record: &Value, field: &str) -> Option<u64> {
    record.get(field).and_then(Value::as_u64)
}

/// The items of a list.
pub(super) fn items<'a>(record: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    record.get(field).and_then(Value::as_array).into_iter().flatten()
}

/// Words in a list of texts, or of objects with a `comment`.
pub(super) fn pairs(record: &Value, field: &str) -> Vec<String> {
    let words = |item: &Value| item.as_str().map(str::to_owned).or_else(|| string(item, "comment"));
    items(record, field).filter_map(words).collect()
}

/// Values as lines.
pub(super) fn to_lines<T: Serialize>(values: impl Iterator<Item = T>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in values {
        serde_json::to_writer(&mut bytes, &value).expect("strings and numbers are JSON, and memory takes them");
        bytes.push(b'\n');
    }
    bytes
}

/// Values as an array with an item a line.
pub(super) fn to_array<T: Serialize>(values: impl Iterator<Item = T>) -> Vec<u8> {
    let items: Vec<String> =
        values.map(|value| serde_json::to_string(&value).expect("strings and numbers are JSON")).collect();
    format!("[\n{}\n]\n", items.join(",\n")).into_bytes()
}
