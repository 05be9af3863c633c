//! What the JSON formats share: records of a file, fields, lines.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserializer as _, Serialize};
use serde_json::Value;

/// A record of a file, and where it stands.
pub(crate) type Record = (String, Result<Value, serde_json::Error>);

/// The records of a file: its lines, the items of its array, or its one object.
pub(crate) fn records(content: &str) -> Result<Vec<Record>, serde_json::Error> {
    let mut records = Vec::new();
    each_record(content, |record| records.push(record))?;
    Ok(records)
}

/// The same one after the other: a record takes some ten times its room in the file. Those before the place where an
/// array breaks are given too.
pub(crate) fn each_record(content: &str, mut take: impl FnMut(Record)) -> Result<(), serde_json::Error> {
    if content.trim_start().starts_with('[') {
        let mut n_records = 0;
        return each_item(content, |item| {
            n_records += 1;
            take((format!("Article {n_records}"), Ok(item)));
            true
        });
    }
    let lines = || content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    // One of the first two lines is whole in a file of lines, none in an object over several lines.
    if !lines().take(2).any(|(_, line)| serde_json::from_str::<Value>(line).is_ok()) {
        take(("The article".to_owned(), Ok(serde_json::from_str(content)?)));
        return Ok(());
    }
    lines().for_each(|(index, line)| take((format!("Line {}", index + 1), serde_json::from_str(line))));
    Ok(())
}

/// The items of an array, until `take` has enough.
fn each_item(content: &str, take: impl FnMut(Value) -> bool) -> Result<(), serde_json::Error> {
    struct Items<F>(F);
    impl<'de, F: FnMut(Value) -> bool> Visitor<'de> for Items<F> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
            while let Some(item) = items.next_element()? {
                if !(self.0)(item) {
                    break;
                }
            }
            Ok(())
        }
    }
    let mut reader = serde_json::Deserializer::from_str(content);
    reader.deserialize_seq(Items(take))?;
    reader.end()
}

/// The first record of a file, if it is JSON at all: for telling formats apart.
pub(super) fn first_record(content: &str) -> Option<Value> {
    let content = content.trim_start();
    if !content.starts_with(['{', '[']) {
        return None;
    }
    if content.starts_with('[') {
        let mut first = None;
        // That there is more than the first is an error, which is of no interest here.
        let _ = each_item(content, |item| {
            first = Some(item);
            false
        });
        return first;
    }
    let whole = || serde_json::from_str::<Value>(content).ok();
    let line = content.lines().find(|line| !line.trim().is_empty());
    line.and_then(|line| serde_json::from_str::<Value>(line).ok()).or_else(whole)
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
