//! What the JSON formats share: records of a file, fields, lines.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

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
    if !lines().take(2).any(|(_, line)| serde_json::from_str::<IgnoredAny>(line).is_ok()) {
        take(("The article".to_owned(), Ok(serde_json::from_str(content)?)));
        return Ok(());
    }
    lines().for_each(|(index, line)| take((format!("Line {}", index + 1), serde_json::from_str(line))));
    Ok(())
}

/// The items of an array, until `take` has enough.
fn each_item<'a, T: Deserialize<'a>>(content: &'a str, take: impl FnMut(T) -> bool) -> Result<(), serde_json::Error> {
    struct Items<T, F>(F, PhantomData<T>);
    impl<'de, T: Deserialize<'de>, F: FnMut(T) -> bool> Visitor<'de> for Items<T, F> {
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
    reader.deserialize_seq(Items(take, PhantomData))?;
    reader.end()
}

/// So many items of a list, other than null, and fields of an object are in a sketch.
const MOST_ITEMS: usize = 100;
/// So many bytes of words are.
const MOST_BYTES: usize = 100;
/// So deep within each other lists and objects are: deeper than what tells any format.
const MOST_DEPTH: usize = 12;

/// A value, written without space around it, as far as its format can be told by it. A record with ten thousand spans takes no
/// more room than one with a hundred, and no more time than to find its end: what lies within is looked at only as far as it
/// is kept.
fn sketch(json: &str, depth: usize) -> Option<Value> {
    match json.as_bytes().first()? {
        b'[' | b'{' if depth == MOST_DEPTH => None,
        b'"' => Some(beginning(json).into()),
        b'[' => {
            let (mut kept, mut n_kept) = (Vec::new(), 0);
            // That there is more than is kept is an error, which is of no interest here.
            let _ = each_item(json, |item: &RawValue| {
                let item = sketch(item.get(), depth + 1).unwrap_or_default();
                n_kept += usize::from(!item.is_null());
                kept.push(item);
                n_kept < MOST_ITEMS
            });
            Some(kept.into())
        }
        b'{' => {
            let Fields(fields) = serde_json::from_str(json).ok()?;
            let field = |(name, value): (_, &RawValue)| Some((name, sketch(value.get(), depth + 1)?));
            Some(Value::Object(fields.into_iter().filter_map(field).collect()))
        }
        _ => serde_json::from_str(json).ok(),
    }
}

/// The first words of a string, which is sound JSON.
fn beginning(json: &str) -> String {
    let mut end = json.floor_char_boundary(MOST_BYTES);
    if end == json.len() {
        return serde_json::from_str(json).unwrap_or_default();
    }
    // Up to where no escape is cut: the longest one has twelve letters.
    let read = |end: usize| serde_json::from_str(&format!("{}\"", &json[..end])).ok();
    for _ in 0..12 {
        if let Some(words) = read(end) {
            return words;
        }
        end = json.floor_char_boundary(end - 1);
    }
    String::new()
}

/// The first fields of an object, and what they hold as it stands in the file.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Taker;
        impl<'de> Visitor<'de> for Taker {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Fields<'de>, A::Error> {
                let mut kept = Vec::new();
                while let Some(field) = fields.next_entry()? {
                    if kept.len() < MOST_ITEMS {
                        kept.push(field);
                    }
                }
                Ok(Fields(kept))
            }
        }
        deserializer.deserialize_map(Taker)
    }
}

/// A sketch of the first record of a file, if it is JSON at all: for telling formats apart.
pub(super) fn first_record(content: &str) -> Option<Value> {
    let content = content.trim_start();
    if !content.starts_with(['{', '[']) {
        return None;
    }
    if content.starts_with('[') {
        let mut first = None;
        // That there is more than the first is an error, which is of no interest here.
        let _ = each_item(content, |item: &RawValue| {
            first = sketch(item.get(), 0);
            false
        });
        return first;
    }
    let line = content.lines().next()?;
    sketch(line, 0).or_else(|| sketch(content, 0))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sketch_has_the_beginning_of_what_is_long() {
        let long = "é\"\\\n😀 ".repeat(50);
        let record =
            json!({ "text": long, "short": "é\n", "spans": vec![json!({ "start": 1, "tag": null }); 1000], "n": 1.5 });
        for content in [record.to_string(), format!("[{record},{record}]"), format!("\n {record:#}")] {
            let sketch = first_record(&content).expect("JSON");
            let text = sketch["text"].as_str().expect("words");
            assert!(long.starts_with(text) && (60..=MOST_BYTES).contains(&text.len()), "{text}");
            assert_eq!(sketch["spans"].as_array().map(Vec::len), Some(MOST_ITEMS));
            assert_eq!(
                (&sketch["short"], &sketch["n"], &sketch["spans"][99]["start"]),
                (&json!("é\n"), &json!(1.5), &json!(1))
            );
        }
        // An escape of twelve letters across the end of what is kept.
        for n_before in MOST_BYTES - 16..MOST_BYTES {
            let words = format!("{{\"text\":\"{}\\ud83d\\ude00 and more\"}}", "a".repeat(n_before));
            let sketch = first_record(&words).expect("JSON");
            assert!(sketch["text"].as_str().is_some_and(|text| text.len() >= n_before.min(84)), "{sketch}");
        }
    }

    #[test]
    fn what_is_no_json_has_no_sketch_and_what_is_deep_has_one() {
        for content in ["", "words", "{\"a\":", "[", "{\"a\":1}}"] {
            assert_eq!(first_record(content), None, "{content}");
        }
        let depth = 100_000;
        assert!(first_record(&format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth))).is_some());
    }
}
