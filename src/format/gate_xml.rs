//! GATE XML, version 3: the text with a node at each end of a span, and annotations between nodes
//! (<https://gate.ac.uk/sale/tao/splitch5.html#sec:corpora:gatexml>). A node's id is its place in UTF-16 units; on
//! reading the place itself counts, so that a file with other ids is read as well.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::archive::one_or_zip;
use super::draft::{Draft, DraftSpan};
use super::features::{as_words, features};
use super::foreign::fields;
use super::losses::{Loss, sentences};
use super::{Format, Reader, Source, Written, xml};
use crate::project::Codebook;

/// For GATE Developer.
pub(super) const FORMAT: Format = Format {
    id: "gate-xml",
    title: "GATE XML",
    description: "For GATE Developer; a file for each article, several of them in a zip.",
    extension: "gate.xml",
    mime: "application/xml",
    reader: Reader::Text { is_like, drafts },
    cannot_carry: "Rejected suggestions, control characters, what is said of articles as wholes and the steps to undo are left out.",
    write: Some(write),
};

/// Types of GATE's own applications that are no labels of ours, and the set of the markup of the original file.
const LINGUISTIC: [&str; 6] = ["Token", "SpaceToken", "Sentence", "Split", "Lookup", "paragraph"];
const MARKUP: &str = "Original markups";

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let bytes = one_or_zip(sources, FORMAT.extension, |source| document(source, codebook).into_bytes());
    let mut losses = sentences(FORMAT.id, sources, &[Loss::Rejected, Loss::Parts, Loss::About]);
    losses.extend(xml::losses(sources));
    Written { bytes, losses }
}

fn document(source: &Source, codebook: &Codebook) -> String {
    let text = source.article.text();
    let visible = source.article.annotations().visible();
    let parts: Vec<_> = visible.flat_map(|(_, it)| it.parts().into_iter().map(move |part| (part, it))).collect();
    let ends: BTreeSet<_> = parts.iter().flat_map(|(part, _)| [part.start(), part.end()]).collect();

    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<GateDocument version=\"3\">\n<GateDocumentFeatures>\n",
    );
    out += &feature("gate.SourceURL", &json!(source.name));
    for feature in fields(source, FORMAT.id).get(FEATURES).and_then(Value::as_array).into_iter().flatten() {
        let _ = writeln!(out, "{}", feature.as_str().unwrap_or_default());
    }
    out += "</GateDocumentFeatures>\n<TextWithNodes>";
    let mut at = 0;
    for end in ends {
        let id = text.to_utf16(end).expect("a span ends between characters").0;
        out += &xml::text(&text.as_str()[at..end.index()]);
        let _ = write!(out, "<Node id=\"{id}\"/>");
        at = end.index();
    }
    out += &xml::text(&text.as_str()[at..]);
    out += "</TextWithNodes>\n<AnnotationSet Name=\"attache\">\n";
    for (id, (part, it)) in parts.into_iter().enumerate() {
        let (start, end) = text.span_utf16(part);
        let label = xml::attribute(&codebook.scheme.label(it.label).name);
        let (start, end) = (start.0, end.0);
        let _ = writeln!(out, "<Annotation Id=\"{id}\" Type=\"{label}\" StartNode=\"{start}\" EndNode=\"{end}\">");
        for (name, value) in features(it) {
            out += &feature(&name, &value);
        }
        out += "</Annotation>\n";
    }
    out + "</AnnotationSet>\n</GateDocument>\n"
}

fn feature(name: &str, value: &Value) -> String {
    let class = match value {
        Value::Bool(_) => "java.lang.Boolean",
        Value::Number(_) => "java.lang.Double",
        Value::Array(_) => "java.util.ArrayList\" itemClassName=\"java.lang.String",
        _ => "java.lang.String",
    };
    let (name, value) = (xml::text(name), xml::text(&as_words(value)));
    format!(
        "<Feature><Name className=\"java.lang.String\">{name}</Name><Value className=\"{class}\">{value}</Value></Feature>\n"
    )
}

fn is_like(_: Option<&str>, content: &str) -> bool {
    xml::starts_with(content, &["GateDocument"])
}

fn drafts(content: &str, _: Option<&str>) -> Result<Vec<Draft>, String> {
    let tree = xml::parse(content)?;
    let root = tree.root_element();
    let body = xml::children(root, "TextWithNodes").next().ok_or("This GATE document has no TextWithNodes")?;
    let (mut text, mut n_chars) = (String::new(), 0);
    let mut places = BTreeMap::new();
    for node in body.descendants() {
        if let Some(piece) = node.text().filter(|_| node.is_text()) {
            n_chars += piece.chars().count() as u64;
            text += piece;
        } else if node.has_tag_name("Node")
            && let Some(id) = node.attribute("id")
        {
            places.insert(id, n_chars);
        }
    }
    let mut draft = Draft { name: name(root), text, ..Draft::default() };
    let others = features_of(root).filter(|it| !is_source(it)).filter_map(|it| content.get(it.range()));
    let others: Vec<&str> = others.filter(|raw| xml::parse(raw).is_ok()).collect();
    draft.foreign.extend((!others.is_empty()).then(|| (FEATURES.to_owned(), others.into())));
    for set in xml::children(root, "AnnotationSet") {
        let is_markup = set.attribute("Name") == Some(MARKUP);
        for item in xml::children(set, "Annotation") {
            let label = item.attribute("Type").unwrap_or_default();
            if is_markup || LINGUISTIC.contains(&label) {
                draft.n_passed_over += usize::from(!["Token", "SpaceToken", "Sentence"].contains(&label));
                continue;
            }
            let node = |end: &str| item.attribute(end).and_then(|id| places.get(id)).copied();
            let (Some(start), Some(end)) = (node("StartNode"), node("EndNode")) else {
                draft.troubles.push(format!(
                    "the {label} on {} begins or ends at a node that the text has not",
                    xml::place(item)
                ));
                continue;
            };
            let mut span = DraftSpan::new(start, end, label);
            for feature in xml::children(item, "Feature") {
                let (Some(name), Some(value)) =
                    (xml::children(feature, "Name").next(), xml::children(feature, "Value").next())
                else {
                    continue;
                };
                span.take_feature(&xml::content(name), &value_of(value.attribute("className"), &xml::content(value)));
            }
            draft.spans.push(span);
        }
    }
    Ok(vec![draft])
}

/// Under which name the features of a document are kept, as they stand in its file.
const FEATURES: &str = "features";

fn features_of<'a, 'i>(root: roxmltree::Node<'a, 'i>) -> impl Iterator<Item = roxmltree::Node<'a, 'i>> {
    xml::children(root, "GateDocumentFeatures").flat_map(|it| xml::children(it, "Feature"))
}

fn is_source(feature: &roxmltree::Node) -> bool {
    xml::children(*feature, "Name").next().is_some_and(|name| xml::content(name) == "gate.SourceURL")
}

/// The last part of where the document came from.
fn name(root: roxmltree::Node) -> String {
    let url = features_of(root).filter(is_source).find_map(|it| xml::children(it, "Value").next()).map(xml::content);
    let url = url.unwrap_or_default();
    if url.contains("://") || url.starts_with("file:") {
        url.rsplit('/').next().unwrap_or_default().to_owned()
    } else {
        url
    }
}

fn value_of(class: Option<&str>, words: &str) -> Value {
    match class.and_then(|class| class.rsplit('.').next()) {
        Some("Boolean") => json!(words == "true"),
        Some("Double" | "Float" | "BigDecimal" | "Integer" | "Long" | "Short") => {
            words.parse::<f64>().map_or_else(|_| json!(words), Value::from)
        }
        Some("ArrayList" | "Collection" | "List" | "HashSet" | "Set") => json!(words.split(';').collect::<Vec<_>>()),
        _ => json!(words),
    }
}
