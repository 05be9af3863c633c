//! MAE's XML, which MedTator writes too: the text, and below it an element for each span. Positions are UTF-16 units;
//! `spans="27~51,60~64"` has parts, `-1~-1` speaks of the whole document. A DTD says which labels there are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::archive::pack;
use super::draft::{Draft, DraftSpan, OffsetUnit};
use super::features::{as_words, features};
use super::foreign::{SpanFields, fields, kept_links, lost_links};
use super::losses::{Loss, sentences};
use super::name::unique_name;
use super::{Format, Reader, Source, Written, xml};
use crate::annotation::AnnotationId;
use crate::project::Codebook;
use crate::scheme::AppliesTo;

/// For MAE and MedTator.
pub(super) const FORMAT: Format = Format {
    id: "mae",
    title: "MAE / MedTator XML",
    description: "A zip of an XML file for each article and the DTD that says which labels there are.",
    extension: "mae.zip",
    mime: "application/zip",
    reader: Reader::Text { is_like, drafts },
    cannot_carry: "Rejected suggestions, control characters, notes and flags of articles as wholes and the steps to undo are left out.",
    write: Some(write),
};

/// The features that every element may have.
const OURS: [&str; 5] = ["entity", "status", "note", "unsure", "score"];

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let mut files = vec![("attache.dtd".to_owned(), dtd(sources, codebook).into_bytes())];
    let mut taken = BTreeSet::new();
    for source in sources {
        let name = unique_name(source.name, &mut taken);
        files.push((format!("{name}.xml"), document(source, codebook).into_bytes()));
    }
    let mut losses = sentences(FORMAT.id, sources, &[Loss::Rejected, Loss::About]);
    let n_lost = sources.iter().map(|source| brought_links(source).len() - links(source, &names(source)).len()).sum();
    losses.extend(lost_links(n_lost));
    losses.extend(xml::losses(sources));
    Written { bytes: pack(&files), losses }
}

/// A name of an attribute: letters, digits, `-`, `_` and `.` alone.
fn attribute_name(feature: &str) -> String {
    xml::name(&feature.replacen(':', ".", 1))
}

fn dtd(sources: &[Source], codebook: &Codebook) -> String {
    let visible = sources.iter().flat_map(|source| source.article.annotations().visible());
    let mut named: BTreeSet<(String, String)> = BTreeSet::new();
    for (_, it) in visible {
        let of_it = it.attributes.keys().map(|name| attribute_name(&format!("attribute:{name}")));
        named.extend(of_it.map(|name| (codebook.scheme.label(it.label).name.clone(), name)));
    }
    let mut out = String::from("<!ENTITY name \"attache\">\n");
    let mut kinds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        for (name, attributes) in links(source, &names(source)) {
            kinds.entry(name).or_default().extend(attributes.keys().map(|name| xml::name(name)));
        }
    }
    for (_, label) in codebook.scheme.labels() {
        let element = xml::name(&label.name);
        let _ = writeln!(out, "\n<!ELEMENT {element} ( #PCDATA ) >");
        if label.applies_to == AppliesTo::Article {
            let _ = writeln!(out, "<!ATTLIST {element} spans #IMPLIED >");
        }
        let own = named.iter().filter(|(of, _)| *of == label.name).map(|(_, name)| name.as_str());
        for name in OURS.into_iter().chain(own) {
            let _ = writeln!(out, "<!ATTLIST {element} {name} CDATA \"\" >");
        }
    }
    for (element, attributes) in kinds {
        let _ = writeln!(out, "\n<!ELEMENT {element} EMPTY >");
        let ends: Vec<&str> = attributes.iter().filter_map(|name| name.strip_suffix("ID")).collect();
        for (index, end) in ends.iter().enumerate() {
            let _ = writeln!(out, "<!ATTLIST {element} arg{index} IDREF prefix=\"{end}\" #REQUIRED >");
        }
        let is_of_end = |name: &str| ends.iter().any(|end| name.strip_suffix("Text") == Some(end));
        for name in attributes.iter().filter(|name| *name != "id" && !name.ends_with("ID") && !is_of_end(name)) {
            let _ = writeln!(out, "<!ATTLIST {element} {name} CDATA \"\" >");
        }
    }
    out
}

/// The id of each span.
fn names(source: &Source) -> BTreeMap<AnnotationId, Value> {
    let ids = source.article.annotations().visible().map(|(id, _)| id);
    SpanFields::new(source, FORMAT.id).names(ids, "id", |number| json!(format!("T{number}")))
}

fn document(source: &Source, codebook: &Codebook) -> String {
    let text = source.article.text();
    let annotations = source.article.annotations();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<attache>\n<TEXT>{}</TEXT>\n<TAGS>\n",
        xml::cdata(text.as_str())
    );
    let names = names(source);
    for (number, label) in (1..).zip(&annotations.about().labels) {
        let element = xml::name(&codebook.scheme.label(*label).name);
        let _ = writeln!(out, "<{element} id=\"D{number}\" spans=\"-1~-1\" text=\"\"/>");
    }
    for (id, it) in annotations.visible() {
        let part = |part| {
            let (start, end) = text.span_utf16(part);
            format!("{}~{}", start.0, end.0)
        };
        let parts = it.parts();
        let spans: Vec<String> = parts.iter().copied().map(part).collect();
        let words: Vec<&str> = parts.iter().map(|part| text.slice(*part)).collect();
        let element = xml::name(&codebook.scheme.label(it.label).name);
        let (spans, words) = (spans.join(","), xml::attribute(&words.join(" ... ")));
        let name = xml::attribute(names[&id].as_str().unwrap_or_default());
        let _ = write!(out, "<{element} id=\"{name}\" spans=\"{spans}\" text=\"{words}\"");
        let mut taken = BTreeSet::new();
        for (name, value) in features(it) {
            let name = attribute_name(&name);
            if taken.insert(name.clone()) {
                let _ = write!(out, " {name}=\"{}\"", xml::attribute(&as_words(&value)));
            }
        }
        out += "/>\n";
    }
    for (name, attributes) in links(source, &names) {
        let _ = write!(out, "<{name}");
        for (name, value) in attributes {
            let value = xml::attribute(value.as_str().unwrap_or_default());
            let _ = write!(out, " {}=\"{value}\"", xml::name(&name));
        }
        out += "/>\n";
    }
    out + "</TAGS>\n</attache>\n"
}

/// Under which name links are kept.
const LINKS: &str = "links";

fn brought_links(source: &Source) -> Vec<Value> {
    match fields(source, FORMAT.id).remove(LINKS) {
        Some(Value::Array(links)) => links,
        _ => Vec::new(),
    }
}

/// The links that an article brought along whose ends are all written.
fn links(source: &Source, names: &BTreeMap<AnnotationId, Value>) -> Vec<(String, Map<String, Value>)> {
    let written: BTreeSet<&str> = names.values().filter_map(Value::as_str).collect();
    let is_end = |name: &str| name.ends_with("ID");
    let mut found = Vec::new();
    for link in brought_links(source) {
        let name = link.get("name").and_then(Value::as_str).map(xml::name);
        let attributes = link.get("attributes").and_then(Value::as_object).cloned().unwrap_or_default();
        let mut ends = attributes.iter().filter(|(name, _)| is_end(name)).filter_map(|(_, id)| id.as_str());
        if ends.all(|id| id.is_empty() || written.contains(id)) {
            found.extend(name.map(|name| (name, attributes)));
        }
    }
    found
}

fn is_like(_: Option<&str>, content: &str) -> bool {
    xml::root(content).is_some() && content.contains("<TEXT>") && content.contains("<TAGS")
}

fn drafts(content: &str, _: Option<&str>) -> Result<Vec<Draft>, String> {
    let tree = xml::parse(content)?;
    let root = tree.root_element();
    let text = xml::children(root, "TEXT").next().ok_or("This file has no TEXT element")?;
    let units = vec![OffsetUnit::Utf16, OffsetUnit::CodePoints];
    let mut draft = Draft { text: xml::content(text), units, ..Draft::default() };
    let items = xml::children(root, "TAGS").flat_map(|tags| tags.children()).filter(roxmltree::Node::is_element);
    let mut links = Vec::new();
    for item in items {
        let label = item.tag_name().name();
        let Some(spans) = item.attribute("spans") else {
            // A link between spans: of each end there are the id and the words.
            let attributes = item.attributes().map(|it| (it.name().to_owned(), it.value().into()));
            let attributes: Map<String, Value> = attributes.collect();
            links.push(json!({ "name": label, "attributes": attributes }));
            continue;
        };
        let pair = |pair: &str| {
            let (start, end) = pair.trim().split_once('~')?;
            Some((start.parse().ok()?, end.parse().ok()?))
        };
        if spans.trim() == "-1~-1" || spans.trim().is_empty() {
            draft.labels.push(label.to_owned());
            continue;
        }
        let Some(parts) = spans.split(',').map(pair).collect::<Option<Vec<(u64, u64)>>>() else {
            draft.troubles.push(format!("the {label} on {} has “{spans}” for its place", xml::place(item)));
            continue;
        };
        let quote = item.attribute("text").filter(|text| !text.is_empty()).map(|text| text.replace(" ... ", " "));
        let mut span = DraftSpan { parts, quote, ..DraftSpan::new(0, 0, label) };
        for attribute in item.attributes().filter(|it| !["id", "spans", "text"].contains(&it.name())) {
            if !attribute.value().is_empty() {
                span.take_words(&attribute.name().replacen("attribute.", "attribute:", 1), attribute.value());
            }
        }
        span.foreign.extend(item.attribute("id").map(|id| ("id".to_owned(), id.into())));
        draft.spans.push(span);
    }
    draft.kept.extend(kept_links(links.len()));
    draft.foreign.extend((!links.is_empty()).then(|| (LINKS.to_owned(), Value::Array(links))));
    Ok(vec![draft])
}
