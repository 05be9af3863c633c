//! W3C annotations that lie apart from their text, as Recogito and Hypothesis write them: one by one, in a page or in a
//! collection. Here they become one set, with the text that lies beside it.

use serde_json::{Value, json};

use super::{Kind, NamedBytes, kind};
use crate::format::{Format, Incoming, OffsetUnit, Warning, json_records, read, safe_name};
use crate::project::Codebook;

/// The format that they are in.
pub(super) const FORMAT: &str = "w3c";

/// The field in which the text stands where a file has it.
const TEXT: &str = "attache:text";

/// What such a file names near its beginning, and within how many bytes.
const CONTEXT: &str = "anno.jsonld";
const HEAD_BYTES: usize = 4_000;

/// Whether a file of JSON holds annotations without their text.
#[inline(never)] // apart from what other JSON passes through
pub(super) fn is_apart(file: &NamedBytes) -> bool {
    let head = &file.bytes[..file.bytes.len().min(HEAD_BYTES)];
    if !head.windows(CONTEXT.len()).any(|words| words == CONTEXT.as_bytes()) {
        return false;
    }
    let Ok(content) = std::str::from_utf8(&file.bytes) else { return false };
    let content = content.strip_prefix('\u{feff}').unwrap_or(content);
    let is_it = |kind| matches!(kind, Kind::Other(format) if format.id == FORMAT);
    !content.contains(TEXT) && is_it(kind(&safe_name(&file.name), content))
}

/// The sets of annotations of a file: single ones are one set together. `None` when it is not sound.
fn sets(content: &str) -> Option<Vec<Value>> {
    let records = json_records(content).ok()?;
    let records: Vec<Value> = records.into_iter().map(|(_, record)| record.ok()).collect::<Option<_>>()?;
    let has = |record: &Value, field: &str| record.get(field).is_some();
    let is_single = |it: &Value| has(it, "target") && !has(it, "items") && !has(it, "first");
    if !records.iter().all(is_single) {
        return Some(records);
    }
    Some(vec![json!({
        "@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage", "items": records,
    })])
}

/// The content of a file without a text, with its single annotations as one set; `None` when it is to be read as it is.
#[inline(never)]
pub(super) fn gathered(content: &str) -> Option<String> {
    if content.contains(TEXT) {
        return None;
    }
    let sets = sets(content)?;
    if let [only] = &sets[..] { Some(only.to_string()) } else { None }
}

/// Reads the annotations of a file with the text that lies beside it. `None` when they are not one set.
#[inline(never)]
pub(super) fn read_with(
    file: &str,
    annotations: &str,
    text: &str,
    unit: Option<OffsetUnit>,
    codebook: &mut Codebook,
) -> Option<(Vec<Incoming>, Vec<Warning>)> {
    let mut sets = sets(annotations)?;
    let [only] = &mut sets[..] else { return None };
    only.as_object_mut()?.insert(TEXT.to_owned(), text.into());
    Some(read(Format::by_id(FORMAT)?, file, &only.to_string(), None, unit, codebook))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::read_files;

    fn check(files: &[(&str, &str)], articles: &[&str], warnings: &[&str]) {
        let file = |(name, content): &(&str, &str)| NamedBytes { name: (*name).to_owned(), bytes: (*content).into() };
        let (found, told) = read_files(files.iter().map(file).collect(), &mut Codebook::built_in());
        let shown = |article: &Incoming| {
            let spans = article.annotations.iter().map(|it| format!(" [{}]", article.text.slice(it.span)));
            format!("{}: {}{}", article.name, article.text.as_str(), spans.collect::<String>())
        };
        assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), articles, "{told:?}");
        assert_eq!(told.len(), warnings.len(), "{told:#?}");
        for (told, part) in told.iter().zip(warnings) {
            assert!(told.to_string().contains(part), "{told}\nshould hold\n{part}");
        }
    }

    #[test]
    fn annotations_are_read_with_the_text_beside_them() {
        let single = |context: &str, start: u32, end: u32| {
            format!(
                r##"{{{context}"id":"#1","type":"Annotation","body":[{{"purpose":"tagging","value":"Official"}}],"target":{{"selector":[{{"type":"TextPositionSelector","start":{start},"end":{end}}}]}}}}"##
            )
        };
        const SAYS: &str = r#""@context":"http://www.w3.org/ns/anno.jsonld","#;
        let (a, b) = (single(SAYS, 0, 4), single("", 9, 13));
        let page = format!(r#"{{{SAYS}"type":"AnnotationPage","items":[{a},{b}]}}"#);
        let collection =
            format!(r#"{{{SAYS}"type":"AnnotationCollection","label":"L","first":{{"items":[{a},{b}]}}}}"#);
        let (text, expected) = (("c.txt", "Taha met Aden"), ["c: Taha met Aden [Taha] [Aden]"]);
        for content in [&page, &collection, &format!("[{a},{b}]"), &format!("[\n{a},\n{b}\n]"), &format!("{a}\n{b}\n")]
        {
            check(&[("c.jsonld", content), text], &expected, &["c.jsonld: Read as W3C Web Annotation"]);
            check(&[text, ("c.json", content)], &expected, &["c.json: Read as W3C Web Annotation"]);
            check(&[("c.jsonld", content)], &[], &["c.jsonld: These are W3C annotations without their text. Open"]);
        }
        let folders = [("a/c.jsonld", &*page), ("a/c.txt", "Taha met Aden"), ("b/c.txt", "Aden met Taha")];
        check(&folders, &[expected[0], "c: Aden met Taha"], &["c.jsonld: Read as W3C"]);
        // What says less of what it is, is refused as well.
        let told = "it does not hold the text; open it together with its text, a .txt file of the same name";
        check(&[("c.jsonld", &format!("[{b},{b}]"))], &[], &[told, "Read as"]);
        check(&[("c.jsonld", r#"{"a":1}"#)], &[], &["This holds no article"]);
        // What has no place in the text takes nothing else with it.
        let link = r#"{"type":"Annotation","motivation":"linking","target":[{"id":"x"}]}"#;
        let some = format!(r#"{{{SAYS}"type":"AnnotationPage","items":[{a},{link}],"next":"http://x/2"}}"#);
        let told = [
            "annotation 2 has neither a position nor a quotation. It was left out.",
            "its next page is in another file. It was left out.",
            "Read as",
        ];
        check(&[("c.jsonld", &some), text], &["c: Taha met Aden [Taha]"], &told);
        let elsewhere = format!(r#"{{{SAYS}"type":"AnnotationCollection","first":"http://x/1"}}"#);
        check(
            &[("c.jsonld", &elsewhere), text],
            &["c: Taha met Aden"],
            &["its first page is in another file", "Read as"],
        );
    }
}
