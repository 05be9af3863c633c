//! Documents of word processors and books as articles: the words of `.docx`, `.odt` and `.epub`, which are zips of XML.

use std::io::{Cursor, Read as _};

use roxmltree::Node;
use zip::ZipArchive;

use super::page::{self, Page};
use crate::format::{Flow, Gap, MAX_ARTICLE_BYTES, megabytes, xml};

/// The documents that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Docx,
    Odt,
    Epub,
}

impl Kind {
    /// By the ending of a name, in lower case, and the first bytes.
    pub(super) fn of(name: &str, bytes: &[u8]) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        let kinds = [("docx", Self::Docx), ("odt", Self::Odt), ("epub", Self::Epub)];
        let (_, kind) = kinds.into_iter().find(|(known, _)| ending.eq_ignore_ascii_case(known))?;
        crate::format::is_zip(bytes).then_some(kind)
    }
}

/// What is taken out of one file in a document: markup is longer than its words.
const MAX_PART_BYTES: u64 = 8 * MAX_ARTICLE_BYTES;

/// How deep elements may lie in each other.
const MAX_DEPTH: usize = 200;

/// The words of a document; the error is in whole sentences.
pub(super) fn read(kind: Kind, bytes: &[u8]) -> Result<Page, String> {
    let damaged = |why: String| {
        format!("This document cannot be read: {why}. Save it as plain text (UTF-8) in the program it comes from.")
    };
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    match kind {
        Kind::Docx => docx(&mut zip),
        Kind::Odt => odt(&mut zip),
        Kind::Epub => epub(&mut zip),
    }
    .map_err(damaged)
}

type Zip<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// A file of the document as text.
fn part(zip: &mut Zip, path: &str) -> Result<String, String> {
    let entry = zip.by_name(path).map_err(|error| format!("“{path}” in it: {error}"))?;
    let mut content = Vec::new();
    entry.take(MAX_PART_BYTES + 1).read_to_end(&mut content).map_err(|error| format!("“{path}” in it: {error}"))?;
    if content.len() as u64 > MAX_PART_BYTES {
        return Err(format!("“{path}” in it is larger than {}", megabytes(MAX_PART_BYTES)));
    }
    String::from_utf8(content).map_err(|_| format!("“{path}” in it is not UTF-8"))
}

/// The words of the first element of a name, wherever it is.
fn words_of(root: Node, name: &str) -> String {
    let is_it = |node: &Node| node.is_element() && node.tag_name().name() == name;
    let words = root.descendants().find(is_it).map(xml::content).unwrap_or_default();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Title and date of a document's `core.xml`, `meta.xml` or package, in Dublin Core all.
fn described(content: &str, date: &str) -> Page {
    let Ok(tree) = xml::parse(content) else { return Page::default() };
    let root = tree.root_element();
    Page {
        title: words_of(root, "title"),
        date: words_of(root, date),
        language: words_of(root, "language"),
        ..Page::default()
    }
}

fn docx(zip: &mut Zip) -> Result<Page, String> {
    let about = part(zip, "docProps/core.xml").map(|it| described(&it, "created")).unwrap_or_default();
    let content = part(zip, "word/document.xml")?;
    let tree = xml::parse(&content)?;
    let mut flow = Flow::default();
    in_word(tree.root_element(), 0, &mut flow);
    Ok(Page { text: flow.finish(), ..about })
}

fn in_word(node: Node, depth: usize, flow: &mut Flow) {
    let name = node.tag_name().name();
    match name {
        // What was struck out or moved away, what fields are computed from, and what older readers see instead.
        "del" | "moveFrom" | "instrText" | "delText" | "Fallback" => return,
        "t" => {
            let words = xml::content(node);
            flow.next_place();
            return flow.verbatim(&words);
        }
        "tab" if node.parent().is_some_and(|parent| parent.tag_name().name() == "r") => flow.part(Gap::Tab),
        "br" | "cr" => flow.part(Gap::Line),
        "noBreakHyphen" => flow.verbatim("\u{2011}"),
        "tc" => flow.part(Gap::Tab),
        "tr" => flow.part(Gap::Line),
        "tbl" => flow.part(Gap::Paragraph),
        "p" if !in_cell(node) => flow.part(Gap::Paragraph),
        _ => {}
    }
    if depth < MAX_DEPTH {
        node.children().filter(Node::is_element).for_each(|child| in_word(child, depth + 1, flow));
    }
    match name {
        "p" if !in_cell(node) => flow.part(Gap::Paragraph),
        "p" => flow.part(Gap::Space),
        "tbl" => flow.part(Gap::Paragraph),
        _ => {}
    }
}

fn in_cell(node: Node) -> bool {
    node.parent().is_some_and(|parent| matches!(parent.tag_name().name(), "tc" | "table-cell"))
}

fn odt(zip: &mut Zip) -> Result<Page, String> {
    let about = part(zip, "meta.xml").map(|it| described(&it, "date")).unwrap_or_default();
    let content = part(zip, "content.xml")?;
    let tree = xml::parse(&content)?;
    let mut flow = Flow::default();
    let body = tree.descendants().find(|node| node.tag_name().name() == "body").unwrap_or(tree.root_element());
    in_open_document(body, false, 0, &mut flow);
    Ok(Page { text: flow.finish(), ..about })
}

/// `is_inline` says whether words may stand here: in a paragraph all elements show theirs, fields and references too.
fn in_open_document(node: Node, is_inline: bool, depth: usize, flow: &mut Flow) {
    let name = node.tag_name().name();
    let gap = match name {
        "tracked-changes" | "annotation" | "note" | "sequence-decls" => return,
        // What is read out of a word or a picture, what runs, and a picture’s bytes.
        "ruby-text" | "script" | "event-listeners" | "binary-data" => return,
        "title" | "desc" if node.tag_name().namespace().is_some_and(|it| it.contains("svg")) => return,
        "p" | "h" if in_cell(node) => Gap::Space,
        "p" | "h" | "table" => Gap::Paragraph,
        "table-row" | "line-break" => Gap::Line,
        "table-cell" | "tab" => Gap::Tab,
        "s" => Gap::Space,
        _ => Gap::Nothing,
    };
    flow.part(gap);
    let is_inline = is_inline || matches!(name, "p" | "h");
    for child in node.children() {
        if child.is_text() && is_inline {
            flow.words(child.text().unwrap_or_default(), |_| {});
        } else if child.is_element() && depth < MAX_DEPTH {
            in_open_document(child, is_inline, depth + 1, flow);
        }
    }
    if matches!(gap, Gap::Paragraph | Gap::Space) {
        flow.part(gap);
    }
}

fn epub(zip: &mut Zip) -> Result<Page, String> {
    let container = part(zip, "META-INF/container.xml")?;
    let tree = xml::parse(&container)?;
    let is_root = |node: &Node| node.tag_name().name() == "rootfile";
    let path = tree.descendants().find(is_root).and_then(|node| node.attribute("full-path"));
    let path = path.ok_or("its container names no package")?.to_owned();
    let package = part(zip, &path)?;
    let tree = xml::parse(&package)?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let item =
        |id: &str| tree.descendants().find(|it| it.tag_name().name() == "item" && it.attribute("id") == Some(id));
    let spine = tree.descendants().filter(|node| node.tag_name().name() == "itemref");
    let chapters = spine.filter_map(|node| item(node.attribute("idref")?)?.attribute("href"));
    let mut texts = Vec::new();
    let mut length = 0;
    for chapter in chapters {
        let path = if folder.is_empty() { unescaped(chapter) } else { format!("{folder}/{}", unescaped(chapter)) };
        let text = page::read_as(&part(zip, &path)?, true).text;
        length += text.len() as u64;
        texts.push(text);
        if length > MAX_ARTICLE_BYTES {
            break; // What is too long is told where every text is checked.
        }
    }
    texts.retain(|text| !text.is_empty());
    Ok(Page { text: texts.join("\n\n"), ..described(&package, "date") })
}

/// A path without the escapes of addresses: `a%20b` is `a b`.
fn unescaped(href: &str) -> String {
    let href = href.split('#').next().unwrap_or_default();
    let mut bytes = Vec::new();
    let mut rest = href.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = (*first == b'%').then(|| after.get(..2)).flatten();
        let byte = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
