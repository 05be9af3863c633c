//! What the JSON formats share: records of a file, fields, lines.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, Serialize};
use serde_json::{Map, Value};

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

/// A value as far as its format can be told by it. A record with ten thousand spans takes no more room than one with a
/// hundred, and hardly more time than to look over it.
struct Sketch(Value);

impl Sketch {
    /// So many items of a list, other than null, and fields of an object are kept.
    const MOST_ITEMS: usize = 100;
    /// So many bytes of words are kept.
    const MOST_BYTES: usize = 100;
}

impl<'de> Deserialize<'de> for Sketch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Sketcher).map(Sketch)
    }
}

struct Sketcher;

impl<'de> Visitor<'de> for Sketcher {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, words: &str) -> Result<Value, E> {
        Ok(words[..words.floor_char_boundary(Sketch::MOST_BYTES)].into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let (mut kept, mut n_kept) = (Vec::new(), 0);
        while n_kept < Sketch::MOST_ITEMS {
            let Some(Sketch(item)) = items.next_element()? else { return Ok(kept.into()) };
            n_kept += usize::from(!item.is_null());
            kept.push(item);
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(kept.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while kept.len() < Sketch::MOST_ITEMS {
            let Some((field, Sketch(value))) = fields.next_entry::<String, Sketch>()? else { return Ok(kept.into()) };
            kept.insert(field, value);
        }
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(kept.into())
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
        let _ = each_item(content, |Sketch(item)| {
            first = Some(item);
            false
        });
        return first;
    }
    let sketch = |json| serde_json::from_str(json).ok().map(|Sketch(value)| value);
    let line = content.lines().find(|line| !line.trim().is_empty());
    line.and_then(sketch).or_else(|| sketch(content))
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
