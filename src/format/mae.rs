//! MAE's XML, which MedTator writes too: the text, and below it an element for each span. Positions are UTF-16 units;
//! `spans="27~51,60~64"` has parts, `-1~-1` speaks of the whole document. A DTD says which labels there are.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::archive::pack;
use super::draft::{Draft, DraftSpan, OffsetUnit};
use super::features::{as_words, features};
use super::losses::{Loss, sentences};
use super::name::unique_name;
use super::{Format, Reader, Source, Written, xml};
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
    let mut losses = sentences(sources, &[Loss::Rejected, Loss::About]);
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
    out
}

fn document(source: &Source, codebook: &Codebook) -> String {
    let text = source.article.text();
    let annotations = source.article.annotations();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<attache>\n<TEXT>{}</TEXT>\n<TAGS>\n",
        xml::cdata(text.as_str())
    );
    let mut numbers = 0..;
    let mut id = || numbers.next().unwrap_or_default();
    for label in &annotations.about().labels {
        let element = xml::name(&codebook.scheme.label(*label).name);
        let _ = writeln!(out, "<{element} id=\"T{}\" spans=\"-1~-1\" text=\"\"/>", id());
    }
    for (_, it) in annotations.visible() {
        let part = |part| {
            let (start, end) = text.span_utf16(part);
            format!("{}~{}", start.0, end.0)
        };
        let parts = it.parts();
        let spans: Vec<String> = parts.iter().copied().map(part).collect();
        let words: Vec<&str> = parts.iter().map(|part| text.slice(*part)).collect();
        let element = xml::name(&codebook.scheme.label(it.label).name);
        let (spans, words) = (spans.join(","), xml::attribute(&words.join(" ... ")));
        let _ = write!(out, "<{element} id=\"T{}\" spans=\"{spans}\" text=\"{words}\"", id());
        let mut taken = BTreeSet::new();
        for (name, value) in features(it) {
            let name = attribute_name(&name);
            if taken.insert(name.clone()) {
                let _ = write!(out, " {name}=\"{}\"", xml::attribute(&as_words(&value)));
            }
        }
        out += "/>\n";
    }
    out + "</TAGS>\n</attache>\n"
}

fn is_like(_: Option<&str>, content: &str) -> bool {
    xml::root(content).is_some() && content.contains("<TEXT>") && content.contains("<TAGS")
}

fn drafts(content: &str) -> Result<Vec<Draft>, String> {
    let tree = xml::parse(content)?;
    let root = tree.root_element();
    let text = xml::children(root, "TEXT").next().ok_or("This file has no TEXT element")?;
    let units = vec![OffsetUnit::Utf16, OffsetUnit::CodePoints];
    let mut draft = Draft { text: xml::content(text), units, ..Draft::default() };
    let items = xml::children(root, "TAGS").flat_map(|tags| tags.children()).filter(roxmltree::Node::is_element);
    for item in items {
        let label = item.tag_name().name();
        let Some(spans) = item.attribute("spans") else {
            draft.n_passed_over += 1; // A link between spans.
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
        draft.spans.push(span);
    }
    Ok(vec![draft])
}
