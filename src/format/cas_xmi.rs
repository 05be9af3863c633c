//! UIMA CAS as XMI 1.0 with its type system, in the zip that INCEpTION takes and gives. Positions are UTF-16 units.
//! An element's namespace is the package of its type: `http:///a/b.ecore` is `a.b`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::archive::pack;
use super::draft::{Draft, OffsetUnit};
use super::name::unique_name;
use super::uima::{self, Layers, META, NAMED_ENTITY, SENTENCE, TOKEN, TYPES, is_linguistic, place};
use super::{Format, Reader, Source, Written, xml};
use crate::project::Codebook;

/// For INCEpTION and UIMA.
pub(super) const FORMAT: Format = Format {
    id: "xmi",
    title: "UIMA CAS XMI",
    description: "A zip of .xmi files with their type system, for INCEpTION and UIMA.",
    extension: "xmi.zip",
    mime: "application/zip",
    reader: Reader::Text { is_like, drafts },
    cannot_carry: "Only decided spans, as named entities; control characters and what is said of articles as wholes are left out.",
    write: Some(write),
};

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let mut files = vec![("TypeSystem.xml".to_owned(), type_system(&uima::more_features(sources)).into_bytes())];
    let mut taken = BTreeSet::new();
    for source in sources {
        let name = unique_name(source.name, &mut taken);
        files.push((format!("{name}.xmi"), document(source, codebook).into_bytes()));
    }
    let mut losses = uima::losses(FORMAT.id, sources, true);
    losses.extend(xml::losses(sources));
    Written { bytes: pack(&files), losses }
}

fn type_system(more: &BTreeSet<String>) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<typeSystemDescription xmlns=\"http://uima.apache.org/resourceSpecifier\">\n<types>\n",
    );
    for (name, parent, features) in TYPES {
        let _ = write!(
            out,
            "<typeDescription>\n<name>{name}</name>\n<description/>\n<supertypeName>{parent}</supertypeName>\n<features>"
        );
        let more = more.iter().map(String::as_str).filter(|_| name == NAMED_ENTITY);
        for feature in features.iter().copied().chain(more) {
            let _ = write!(
                out,
                "\n<featureDescription>\n<name>{feature}</name>\n<description/>\n<rangeTypeName>uima.cas.String</rangeTypeName>\n</featureDescription>"
            );
        }
        out += "</features>\n</typeDescription>\n";
    }
    out + "</types>\n</typeSystemDescription>\n"
}

fn document(source: &Source, codebook: &Codebook) -> String {
    let text = source.article.text();
    let layers = Layers::new(source);
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xmi:XMI xmlns:xmi=\"http://www.omg.org/XMI\" xmlns:cas=\"http:///uima/cas.ecore\"",
    );
    for (prefix, name) in [("meta", META), ("segmentation", TOKEN), ("ner", NAMED_ENTITY)] {
        let package = name.rsplit_once('.').map_or(name, |(package, _)| package).replace('.', "/");
        let _ = write!(out, " xmlns:{prefix}=\"http:///{package}.ecore\"");
    }
    out += " xmi:version=\"2.0\">\n<cas:NULL xmi:id=\"0\"/>\n";
    let mut last_id = 1; // the sofa's
    let mut element = |prefix: &str, name: &str, (begin, end): (u32, u32), more: &str| {
        last_id += 1;
        let local = name.rsplit('.').next().unwrap_or(name);
        format!("<{prefix}:{local} xmi:id=\"{last_id}\" sofa=\"1\" begin=\"{begin}\" end=\"{end}\"{more}/>\n")
    };
    let title = format!(" language=\"x-unspecified\" documentTitle=\"{}\"", xml::attribute(source.name));
    out += &element("meta", META, (0, text.len_utf16().0), &title);
    for span in &layers.sentences {
        out += &element("segmentation", SENTENCE, place(text, *span), "");
    }
    for span in &layers.tokens {
        out += &element("segmentation", TOKEN, place(text, *span), "");
    }
    for (span, it) in &layers.entities {
        let label = xml::attribute(&codebook.scheme.label(it.label).name);
        let mut more = format!(" value=\"{label}\" identifier=\"{}\"", xml::attribute(&it.entity));
        for (name, words) in uima::more(it) {
            let _ = write!(more, " {name}=\"{}\"", xml::attribute(&words));
        }
        out += &element("ner", NAMED_ENTITY, place(text, *span), &more);
    }
    let members: Vec<String> = (2..=last_id).map(|id| id.to_string()).collect();
    let _ = writeln!(
        out,
        "<cas:Sofa xmi:id=\"1\" sofaNum=\"1\" sofaID=\"_InitialView\" mimeType=\"text/plain\" sofaString=\"{}\"/>",
        xml::attribute(text.as_str())
    );
    let _ = writeln!(out, "<cas:View sofa=\"1\" members=\"{}\"/>\n</xmi:XMI>", members.join(" "));
    out
}

fn is_like(_: Option<&str>, content: &str) -> bool {
    xml::starts_with(content, &["XMI"])
}

fn drafts(content: &str) -> Result<Vec<Draft>, String> {
    const XMI: &str = "http://www.omg.org/XMI";
    let tree = xml::parse(content)?;
    let elements = || tree.root_element().children().filter(roxmltree::Node::is_element);
    let id = |node: roxmltree::Node| node.attribute((XMI, "id")).map(str::to_owned);
    let sofas = elements().filter(|it| it.tag_name().name() == "Sofa" && it.attribute("sofaString").is_some());
    let sofas: Vec<roxmltree::Node> = sofas.collect();
    let is_first = |it: &&roxmltree::Node| it.attribute("sofaID") == Some("_InitialView");
    let sofa = sofas
        .iter()
        .find(is_first)
        .or(sofas.first())
        .ok_or("This CAS has no text: it has no Sofa with a sofaString")?;
    let sofa_id = id(*sofa);
    // What no view lists was deleted.
    let view = elements().find(|it| it.tag_name().name() == "View" && it.attribute("sofa") == sofa_id.as_deref());
    let members: Option<BTreeSet<&str>> =
        view.and_then(|it| it.attribute("members")).map(|ids| ids.split(' ').collect());

    let text = sofa.attribute("sofaString").unwrap_or_default().to_owned();
    let mut draft = Draft { text, units: vec![OffsetUnit::Utf16], ..Draft::default() };
    for node in elements().filter(|it| it.attribute("sofa") == sofa_id.as_deref() && it.attribute("begin").is_some()) {
        let is_listed =
            members.as_ref().is_none_or(|ids| node.attribute((XMI, "id")).is_some_and(|id| ids.contains(id)));
        let name = type_name(node);
        if name == META {
            draft.name = node.attribute("documentTitle").unwrap_or_default().to_owned();
        }
        let is_link = node.attribute("Governor").or(node.attribute("Dependent")).is_some();
        if !is_listed || is_link || is_linguistic(&name) {
            draft.n_passed_over += usize::from(!uima::is_common(&name));
            continue;
        }
        let number = |name: &str| node.attribute(name).and_then(|digits| digits.parse::<u64>().ok());
        let (Some(begin), Some(end)) = (number("begin"), number("end")) else {
            draft.troubles.push(format!("the {name} on {} has no “begin” and “end”", xml::place(node)));
            continue;
        };
        let plain =
            |it: &roxmltree::Attribute| it.namespace().is_none() && !["sofa", "begin", "end"].contains(&it.name());
        let features = node.attributes().filter(plain).map(|it| (it.name(), Value::from(it.value())));
        draft.spans.push(uima::draft_span(&name, (begin, end), features));
    }
    Ok(vec![draft])
}

/// The full name of an element's type.
fn type_name(node: roxmltree::Node) -> String {
    let uri = node.tag_name().namespace().unwrap_or_default();
    let package = uri.trim_start_matches("http:///").trim_end_matches(".ecore").replace('/', ".");
    match package.as_str() {
        "" | "uima.noNamespace" => node.tag_name().name().to_owned(),
        package => format!("{package}.{}", node.tag_name().name()),
    }
}
