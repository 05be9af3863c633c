//! GATE XML, version 3: the text with a node at each end of a span, and annotations between nodes
//! (<https://gate.ac.uk/sale/tao/splitch5.html#sec:corpora:gatexml>). A node's id is its place in UTF-16 units; on
//! reading the place itself counts, so that a file with other ids is read as well.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::archive::one_or_zip;
use super::cas::kept_sentence;
use super::draft::{Draft, DraftSpan};
use super::features::{as_words, features};
use super::foreign::{SpanFields, fields};
use super::losses::{Loss, sentences};
use super::{Format, Reader, Source, Written, xml};
use crate::project::Codebook;
use crate::text::{CharOffset, Span, Text};

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
    let parts: Vec<_> = visible.flat_map(|(id, it)| it.parts().into_iter().map(move |part| (id, part, it))).collect();
    let brought = fields(source, FORMAT.id);
    let others: Vec<Other> =
        brought.get(OTHERS).and_then(|kept| serde_json::from_value(kept.clone()).ok()).unwrap_or_default();
    let others: Vec<(Span, Other)> = others.into_iter().filter_map(|it| Some((it.span(text)?, it))).collect();
    let all = parts.iter().map(|(_, part, _)| *part).chain(others.iter().map(|(span, _)| *span));
    let ends: BTreeSet<_> = all.flat_map(|part| [part.start(), part.end()]).collect();

    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<GateDocument version=\"3\">\n<GateDocumentFeatures>\n",
    );
    out += &feature("gate.SourceURL", &json!(source.name));
    for feature in brought.get(FEATURES).and_then(Value::as_array).into_iter().flatten() {
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
    out += "</TextWithNodes>\n";
    // Each in the set that it came from; what is new in one of ours.
    let span_fields = SpanFields::new(source, FORMAT.id);
    let mut sets: BTreeMap<String, String> = BTreeMap::new();
    let n_taken = others.iter().filter_map(|(_, it)| it.id.parse::<usize>().ok()).max().map_or(0, |last| last + 1);
    for (number, (id, part, it)) in parts.into_iter().enumerate() {
        let set = span_fields.get(id, SET).and_then(Value::as_str).unwrap_or(OURS);
        let features: String = features(it).iter().map(|(name, value)| feature(name, value)).collect();
        let label = &codebook.scheme.label(it.label).name;
        let line = annotation(text, &(n_taken + number).to_string(), label, part, &features);
        sets.entry(set.to_owned()).or_default().push_str(&line);
    }
    for (span, it) in &others {
        let line = annotation(text, &it.id, &it.label, *span, &it.features);
        sets.entry(it.set.clone()).or_default().push_str(&line);
    }
    if sets.is_empty() {
        sets.insert(OURS.to_owned(), String::new());
    }
    for (name, lines) in sets {
        let named = if name.is_empty() { String::new() } else { format!(" Name=\"{}\"", xml::attribute(&name)) };
        let _ = writeln!(out, "<AnnotationSet{named}>\n{lines}</AnnotationSet>");
    }
    out + "</GateDocument>\n"
}

fn annotation(text: &Text, id: &str, label: &str, span: Span, features: &str) -> String {
    let (start, end) = text.span_utf16(span);
    let (id, label, start, end) = (xml::attribute(id), xml::attribute(label), start.0, end.0);
    format!(
        "<Annotation Id=\"{id}\" Type=\"{label}\" StartNode=\"{start}\" EndNode=\"{end}\">\n{features}</Annotation>\n"
    )
}

/// The set of what is new, and under which name that of a span is kept.
const OURS: &str = "attache";
const SET: &str = "set";
/// Under which name annotations that are no spans under a label are kept.
const OTHERS: &str = "annotations";

/// An annotation that is no span under a label.
#[derive(Debug, Serialize, Deserialize)]
struct Other {
    set: String,
    id: String,
    label: String,
    /// In code points.
    place: (u64, u64),
    /// As they stand in the file.
    features: String,
}

impl Other {
    fn span(&self, text: &Text) -> Option<Span> {
        let at = |place: u64| text.from_chars(CharOffset(u32::try_from(place).ok()?));
        text.span(at(self.place.0)?, at(self.place.1)?)
    }
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
    let mut kept = Vec::new();
    for set in xml::children(root, "AnnotationSet") {
        let set_name = set.attribute("Name").unwrap_or_default();
        let is_markup = set_name == MARKUP;
        for item in xml::children(set, "Annotation") {
            let label = item.attribute("Type").unwrap_or_default();
            let node = |end: &str| item.attribute(end).and_then(|id| places.get(id)).copied();
            let place = node("StartNode").zip(node("EndNode"));
            if is_markup || LINGUISTIC.contains(&label) {
                let raw = xml::children(item, "Feature").filter_map(|it| content.get(it.range()));
                let features: String = raw.map(|raw| format!("{raw}\n")).collect();
                let is_sound = xml::parse(&format!("<a>{features}</a>")).is_ok();
                let id = item.attribute("Id").unwrap_or_default().to_owned();
                let (set, label) = (set_name.to_owned(), label.to_owned());
                match place.filter(|(start, end)| start < end && is_sound) {
                    Some(place) => kept.push(Other { set, id, label, place, features }),
                    None => draft.n_passed_over += 1,
                }
                continue;
            }
            let Some((start, end)) = place else {
                draft.troubles.push(format!(
                    "the {label} on {} begins or ends at a node that the text has not",
                    xml::place(item)
                ));
                continue;
            };
            let mut span = DraftSpan::new(start, end, label);
            span.foreign.extend((set_name != OURS).then(|| (SET.to_owned(), set_name.into())));
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
    let is_common = |it: &&Other| !["Token", "SpaceToken", "Sentence"].contains(&it.label.as_str());
    draft.kept.extend(kept_sentence(kept.iter().filter(is_common).count()));
    if !kept.is_empty() {
        draft.foreign.insert(OTHERS.to_owned(), serde_json::to_value(kept).map_err(|error| error.to_string())?);
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
