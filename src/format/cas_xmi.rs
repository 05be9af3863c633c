//! UIMA CAS as XMI 1.0 with its type system, in the zip that INCEpTION takes and gives. Positions are UTF-16 units.
//! An element's namespace is the package of its type: `http:///a/b.ecore` is `a.b`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::archive::pack;
use super::cas::{self, Cas, SOFA, Types};
use super::draft::Draft;
use super::features::as_words;
use super::foreign::lost_links;
use super::name::unique_name;
use super::uima::{META, NAMED_ENTITY, TOKEN};
use super::{Format, Reader, Source, Written, uima, xml};
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

/// The namespace of the numbers of structures.
const XMI: &str = "http://www.omg.org/XMI";
/// The package of a type that has none.
const NO_PACKAGE: &str = "uima.noNamespace";

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let mut types = Types::default();
    let mut files = Vec::new();
    let mut taken = BTreeSet::new();
    let mut n_lost = 0;
    for source in sources {
        let name = unique_name(source.name, &mut taken);
        let (cas, n_gone) = cas::written(FORMAT.id, source, codebook);
        files.push((format!("{name}.xmi"), document(&cas).into_bytes()));
        types.join(cas.types);
        n_lost += n_gone;
    }
    files.insert(0, ("TypeSystem.xml".to_owned(), type_system(&types).into_bytes()));
    let mut losses = uima::losses(FORMAT.id, sources, true);
    losses.extend(lost_links(n_lost));
    losses.extend(xml::losses(sources));
    Written { bytes: pack(&files), losses }
}

/// The fields of a type's feature in XML, and what they are called here.
const FEATURE_FIELDS: [(&str, &str); 3] = [
    ("rangeTypeName", "%RANGE"),
    ("elementType", "%ELEMENT_TYPE"),
    ("multipleReferencesAllowed", "%MULTIPLE_REFERENCES_ALLOWED"),
];

fn type_system(types: &Types) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<typeSystemDescription xmlns=\"http://uima.apache.org/resourceSpecifier\">\n<types>\n",
    );
    let element = |out: &mut String, name: &str, value: Option<&Value>| {
        if let Some(value) = value {
            let _ = write!(out, "\n<{name}>{}</{name}>", xml::text(&as_words(value)));
        }
    };
    for (name, spec) in &types.0 {
        let _ = write!(out, "<typeDescription>\n<name>{}</name>\n<description/>", xml::text(name));
        element(&mut out, "supertypeName", spec.get("%SUPER_TYPE"));
        out += "\n<features>";
        let features = spec.as_object().into_iter().flatten().filter(|(_, feature)| feature.is_object());
        for (name, feature) in features {
            let _ = write!(out, "\n<featureDescription>\n<name>{}</name>\n<description/>", xml::text(name));
            FEATURE_FIELDS.iter().for_each(|(tag, field)| element(&mut out, tag, feature.get(*field)));
            out += "\n</featureDescription>";
        }
        out += "</features>";
        if let Some(values) = spec.get(ALLOWED).and_then(Value::as_array) {
            let value = |value| format!("\n<value>\n<string>{}</string>\n</value>", xml::text(&as_words(value)));
            let _ = write!(out, "\n<allowedValues>{}\n</allowedValues>", values.iter().map(value).collect::<String>());
        }
        out += "\n</typeDescription>\n";
    }
    out + "</types>\n</typeSystemDescription>\n"
}

/// Under which name the values of a type that lists them are kept.
const ALLOWED: &str = "%ALLOWED_VALUES";

/// The types of a type system in XML; none when it cannot be read.
fn types_of(content: &str) -> Types {
    let Ok(tree) = xml::parse(content) else { return Types::default() };
    let of = |node, name| xml::children(node, name).next().map(|it| xml::content(it).trim().to_owned());
    let described = tree.descendants().filter(|it| it.tag_name().name() == "typeDescription");
    let spec = |node| {
        let name = of(node, "name")?;
        let mut spec = Map::from_iter([("%NAME".to_owned(), json!(name))]);
        spec.extend(of(node, "supertypeName").map(|parent| ("%SUPER_TYPE".to_owned(), json!(parent))));
        for feature in xml::children(node, "features").flat_map(|it| xml::children(it, "featureDescription")) {
            let Some(name) = of(feature, "name") else { continue };
            let fields =
                FEATURE_FIELDS.iter().filter_map(|(tag, field)| Some(((*field).to_owned(), json!(of(feature, tag)?))));
            let fields: Map<String, Value> = [("%NAME".to_owned(), json!(name))].into_iter().chain(fields).collect();
            spec.insert(name, Value::Object(fields));
        }
        let allowed = xml::children(node, "allowedValues").flat_map(|it| xml::children(it, "value"));
        let allowed: Vec<String> = allowed.filter_map(|value| of(value, "string")).collect();
        spec.extend((!allowed.is_empty()).then(|| (ALLOWED.to_owned(), json!(allowed))));
        Some((name, Value::Object(spec)))
    };
    Types(described.filter_map(spec).collect())
}

/// The prefix of each package.
fn prefixes(cas: &Cas) -> BTreeMap<&str, String> {
    let package = |name| str::rsplit_once(name, '.').map_or(NO_PACKAGE, |(package, _)| package);
    let usual = [
        (package(SOFA), "cas"),
        (package(META), "meta"),
        (package(TOKEN), "segmentation"),
        (package(NAMED_ENTITY), "ner"),
    ];
    let mut prefixes: BTreeMap<&str, String> =
        usual.into_iter().map(|(package, it)| (package, it.to_owned())).collect();
    for structure in &cas.structures {
        let package = package(structure.get("%TYPE").and_then(Value::as_str).unwrap_or_default());
        if prefixes.contains_key(package) {
            continue;
        }
        let stem = xml::name(uima::last_of(package));
        let numbered = (2..).map(|n| format!("{stem}{n}"));
        let mut free =
            [stem.clone()].into_iter().chain(numbered).filter(|it| !prefixes.values().any(|taken| taken == it));
        let prefix = free.next().expect("there is no end of numbers");
        prefixes.insert(package, prefix);
    }
    prefixes
}

/// Numbers of structures in a row, as attributes hold them.
fn in_a_row(value: &Value) -> String {
    match value {
        Value::Array(ids) => ids.iter().map(as_words).collect::<Vec<_>>().join(" "),
        id => as_words(id),
    }
}

fn document(cas: &Cas) -> String {
    let prefixes = prefixes(cas);
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xmi:XMI xmlns:xmi=\"{XMI}\"");
    for (package, prefix) in &prefixes {
        let _ = write!(out, " xmlns:{prefix}=\"http:///{}.ecore\"", xml::attribute(&package.replace('.', "/")));
    }
    out += " xmi:version=\"2.0\">\n<cas:NULL xmi:id=\"0\"/>\n";
    for structure in &cas.structures {
        let name = structure.get("%TYPE").and_then(Value::as_str).unwrap_or_default();
        let (package, local) = name.rsplit_once('.').unwrap_or((NO_PACKAGE, name));
        let tag = format!("{}:{}", prefixes[package], xml::name(local));
        let _ = write!(out, "<{tag}");
        let mut within = String::new();
        for (field, value) in structure {
            let (field, words) = match (field.strip_prefix('@'), value) {
                (Some(field), ids) => (xml::name(field), in_a_row(ids)),
                (None, Value::Array(items)) => {
                    let field = xml::name(field);
                    for item in items {
                        let _ = write!(within, "<{field}>{}</{field}>", xml::text(&as_words(item)));
                    }
                    continue;
                }
                (None, value) if field == "%ID" => ("xmi:id".to_owned(), as_words(value)),
                (None, _) if field.starts_with('%') => continue,
                (None, value) => (xml::name(field), as_words(value)),
            };
            let _ = write!(out, " {field}=\"{}\"", xml::attribute(&words));
        }
        let _ = match within.as_str() {
            "" => writeln!(out, "/>"),
            within => writeln!(out, ">{within}</{tag}>"),
        };
    }
    for view in cas.views.values() {
        let field = |name: &str| view.get(name).map(in_a_row).unwrap_or_default();
        let _ = writeln!(out, "<cas:View sofa=\"{}\" members=\"{}\"/>", field("%SOFA"), field("%MEMBERS"));
    }
    out + "</xmi:XMI>\n"
}

fn is_like(_: Option<&str>, content: &str) -> bool {
    xml::starts_with(content, &["XMI"])
}

/// The article of a file, whose types stand in another if it has any.
pub(super) fn drafts(content: &str, type_system: Option<&str>) -> Result<Vec<Draft>, String> {
    let tree = xml::parse(content)?;
    let mut cas = Cas { types: type_system.map(types_of).unwrap_or_default(), ..Cas::default() };
    for node in tree.root_element().children().filter(roxmltree::Node::is_element) {
        let number = |name: &str| Some(json!(node.attribute(name)?.parse::<u64>().ok()?));
        match node.tag_name().name() {
            "NULL" => {}
            "View" => {
                let name = format!("{}", cas.views.len());
                let members = numbers(node.attribute("members").unwrap_or_default()).unwrap_or_default();
                cas.views.insert(name, json!({ "%SOFA": number("sofa"), "%MEMBERS": members }));
            }
            _ => cas.structures.push(structure(node, &cas.types)),
        }
    }
    Ok(vec![cas::draft(cas).map_err(|why| format!("Of this CAS nothing can be read: {why}"))?])
}

fn numbers(words: &str) -> Option<Vec<u64>> {
    words.split_whitespace().map(|digits| digits.parse().ok()).collect()
}

fn structure(node: roxmltree::Node, types: &Types) -> Map<String, Value> {
    let name = type_name(node);
    let mut structure = Map::from_iter([("%TYPE".to_owned(), json!(name))]);
    for it in node.attributes() {
        let (field, words) = (it.name(), it.value());
        let number = || words.parse::<u64>().map_or_else(|_| json!(words), Value::from);
        let (field, value) = match (it.namespace(), field) {
            (Some(XMI), "id") => ("%ID".to_owned(), number()),
            (Some(_), _) => continue,
            (None, "sofa") => ("@sofa".to_owned(), number()),
            (None, "begin" | "end") => (field.to_owned(), number()),
            (None, _) => match numbers(words).filter(|_| is_reference(types, &name, field)) {
                Some(ids) if ids.len() == 1 => (format!("@{field}"), json!(ids[0])),
                Some(ids) => (format!("@{field}"), json!(ids)),
                None => (field.to_owned(), json!(words)),
            },
        };
        structure.insert(field, value);
    }
    for child in node.children().filter(roxmltree::Node::is_element) {
        let items = structure.entry(child.tag_name().name()).or_insert_with(|| json!([]));
        if let Value::Array(items) = items {
            items.push(json!(xml::content(child)));
        }
    }
    structure
}

/// Whether the values of a feature are numbers of structures. Where nothing is known of the type, its name tells.
fn is_reference(types: &Types, name: &str, feature: &str) -> bool {
    const PLAIN: [&str; 8] = ["String", "Integer", "Long", "Short", "Byte", "Float", "Double", "Boolean"];
    match types.range(name, feature) {
        Some(range) => {
            let plain = range.strip_prefix("uima.cas.").map(|it| it.trim_end_matches("Array"));
            !plain.is_some_and(|it| PLAIN.contains(&it)) && types.range_is_structure(range)
        }
        None => ["Governor", "Dependent", "elements", "head", "tail"].contains(&feature),
    }
}

/// The full name of an element's type.
fn type_name(node: roxmltree::Node) -> String {
    let uri = node.tag_name().namespace().unwrap_or_default();
    let package = uri.trim_start_matches("http:///").trim_end_matches(".ecore").replace('/', ".");
    match package.as_str() {
        "" | NO_PACKAGE => node.tag_name().name().to_owned(),
        package => format!("{package}.{}", node.tag_name().name()),
    }
}
