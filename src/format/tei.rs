//! TEI P5 (<https://tei-c.org/release/doc/tei-p5-doc/en/html/ND.html>): spans as elements in the text. XML nests, so
//! that a span which crosses another, or has parts, is written in fragments that point to each other by `next` and
//! `prev`. All text of `body` is the article's, with its white space.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use roxmltree::Node;
use serde_json::Value;

use super::draft::{Draft, DraftSpan};
use super::flow::{Flow, Gap};
use super::foreign::fields;
use super::losses::{Loss, sentences};
use super::{Format, Reader, Source, Written, xml};
use crate::annotation::{Annotation, Status};
use crate::project::Codebook;
use crate::text::Span;

/// For editions and digital humanities.
pub(super) const FORMAT: Format = Format {
    id: "tei",
    title: "TEI P5",
    description: "Text with its spans as elements, for digital editions; several articles as a corpus.",
    extension: "tei.xml",
    mime: "application/tei+xml",
    reader: Reader::Text { is_like, drafts },
    cannot_carry: "Only decided spans; notes, attributes, control characters and what is said of articles as wholes are left out.",
    write: Some(write),
};

const TEI: &str = "http://www.tei-c.org/ns/1.0";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The elements that are spans, and the label of those without a `type`.
const ELEMENTS: [(&str, &str); 10] = [
    ("persName", "PERSON"),
    ("roleName", "ROLE"),
    ("orgName", "ORGANIZATION"),
    ("placeName", "PLACE"),
    ("geogName", "PLACE"),
    ("country", "PLACE"),
    ("settlement", "PLACE"),
    ("name", "NAME"),
    ("rs", "NAME"),
    ("term", "TERM"),
];

/// Elements around which a line ends.
const BLOCKS: [&str; 16] = [
    "p", "ab", "head", "div", "l", "lg", "item", "list", "row", "cell", "table", "sp", "speaker", "opener", "closer",
    "lb",
];

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    let out = match sources {
        [only] => format!("{head}{}", document(only, codebook, &format!(" xmlns=\"{TEI}\""))),
        several => {
            let documents: String = several.iter().map(|source| document(source, codebook, "")).collect();
            format!("{head}<teiCorpus xmlns=\"{TEI}\">\n{}{documents}</teiCorpus>\n", header("Articles"))
        }
    };
    let mut losses =
        sentences(FORMAT.id, sources, &[Loss::Rejected, Loss::Suggested, Loss::Notes, Loss::Attributes, Loss::About]);
    losses.extend(xml::losses(sources));
    Written { bytes: out.into_bytes(), losses }
}

/// Under which name the header is kept, and how ours is told from that of others.
const HEADER: &str = "header";
const OURS: &str = "Annotated with Attaché.";

fn header(title: &str) -> String {
    format!(
        "<teiHeader>\n<fileDesc>\n<titleStmt><title>{}</title></titleStmt>\n<publicationStmt><p>{OURS}</p></publicationStmt>\n<sourceDesc><p>A news article.</p></sourceDesc>\n</fileDesc>\n</teiHeader>\n",
        xml::text(title)
    )
}

/// A step through the text: so far the text, then a span opens or closes.
enum Turn {
    Open(usize),
    Close(usize),
}

fn document(source: &Source, codebook: &Codebook, namespace: &str) -> String {
    let text = source.article.text();
    let visible = source.article.annotations().visible().map(|(_, it)| it);
    let spans: Vec<&Annotation> = visible.filter(|it| it.status == Status::Accepted).collect();
    let turns = turns(&spans);
    let mut n_fragments = vec![0; spans.len()];
    for (_, turn) in &turns {
        if let Turn::Open(index) = turn {
            n_fragments[*index] += 1;
        }
    }
    let kept = fields(source, FORMAT.id).get(HEADER).and_then(Value::as_str).map(|header| format!("{header}\n"));
    let head = kept.unwrap_or_else(|| header(source.name));
    let mut out = format!("<TEI{namespace}>\n{head}<text><body><ab xml:space=\"preserve\">");
    let (mut at, mut seen) = (0, vec![0; spans.len()]);
    for (place, turn) in turns {
        out += &xml::text(&text.as_str()[at..place]);
        at = place;
        match turn {
            Turn::Open(index) => {
                let it = spans[index];
                let label = &codebook.scheme.label(it.label).name;
                let _ = write!(out, "<{} type=\"{}\"", element(label), xml::attribute(label));
                let _ = write!(out, " key=\"{}\"", xml::attribute(&it.entity));
                if it.unsure {
                    out += " cert=\"low\"";
                }
                let fragment = seen[index];
                seen[index] += 1;
                if n_fragments[index] > 1 {
                    let id = |fragment: usize| format!("s{index}.{fragment}");
                    let _ = write!(out, " xml:id=\"{}\"", id(fragment));
                    if fragment > 0 {
                        let _ = write!(out, " prev=\"#{}\"", id(fragment - 1));
                    }
                    if fragment + 1 < n_fragments[index] {
                        let _ = write!(out, " next=\"#{}\"", id(fragment + 1));
                    }
                }
                out.push('>');
            }
            Turn::Close(index) => {
                let _ = write!(out, "</{}>", element(&codebook.scheme.label(spans[index].label).name));
            }
        }
    }
    out += &xml::text(&text.as_str()[at..]);
    out + "</ab></body></text>\n</TEI>\n"
}

fn element(label: &str) -> &'static str {
    match label {
        "OFFICIAL" | "PERSON" | "PER" => "persName",
        "ROLE" => "roleName",
        _ => "rs",
    }
}

/// Where in the text, in bytes, spans open and close so that all are nested.
fn turns(spans: &[&Annotation]) -> Vec<(usize, Turn)> {
    let mut parts: Vec<(Span, usize)> = Vec::new();
    for (index, it) in spans.iter().enumerate() {
        parts.extend(it.parts().into_iter().map(|part| (part, index)));
    }
    parts.sort_by_key(|(part, index)| (part.start(), std::cmp::Reverse(part.end()), *index));
    let mut places: Vec<usize> =
        parts.iter().flat_map(|(part, _)| [part.start().index(), part.end().index()]).collect();
    places.sort_unstable();
    places.dedup();
    let mut turns = Vec::new();
    let mut open: Vec<(Span, usize)> = Vec::new();
    let mut to_come = parts.into_iter().peekable();
    for place in places {
        let lasts = |(part, _): &(Span, usize)| part.end().index() > place;
        // All above the lowest that ends here are closed, and those that go on are opened again.
        if let Some(lowest) = open.iter().position(|it| !lasts(it)) {
            let closed: Vec<(Span, usize)> = open.drain(lowest..).collect();
            turns.extend(closed.iter().rev().map(|(_, index)| (place, Turn::Close(*index))));
            for it in closed.into_iter().filter(lasts) {
                turns.push((place, Turn::Open(it.1)));
                open.push(it);
            }
        }
        while let Some(it) = to_come.next_if(|(part, _)| part.start().index() == place) {
            turns.push((place, Turn::Open(it.1)));
            open.push(it);
        }
    }
    turns
}

fn is_like(_: Option<&str>, content: &str) -> bool {
    xml::starts_with(content, &["TEI", "teiCorpus", "TEI.2"])
}

fn drafts(content: &str) -> Result<Vec<Draft>, String> {
    let tree = xml::parse(content)?;
    let is_text = |node: &Node| node.is_element() && matches!(node.tag_name().name(), "TEI" | "TEI.2");
    let documents = tree.descendants().filter(is_text);
    let mut found = Vec::new();
    for document in documents {
        let Some(text) = xml::children(document, "text").next() else { continue };
        let body = xml::children(text, "body").next().unwrap_or(text);
        let title = document.descendants().find(|node| node.tag_name().name() == "title").map(xml::content);
        let mut reading = Reading { names: names(document), ..Reading::default() };
        reading.element(body, false);
        let mut draft = reading.draft(title.unwrap_or_default());
        draft.foreign.extend(kept_header(document).map(|header| (HEADER.to_owned(), header.into())));
        found.push(draft);
    }
    Ok(found)
}

/// The header of a document as it stands, when it is another's and can stand elsewhere just so.
fn kept_header<'i>(document: Node<'_, 'i>) -> Option<&'i str> {
    let header = xml::children(document, "teiHeader").next()?;
    let source = document.document().input_text();
    let raw = source.get(header.range())?;
    let stands_alone = xml::parse(&format!("<TEI xmlns=\"{TEI}\">{raw}</TEI>")).is_ok();
    (stands_alone && !raw.contains(OURS)).then_some(raw)
}

/// What the lists of a document call the persons and things that have an id.
fn names(document: Node) -> BTreeMap<String, String> {
    let has_id = document.descendants().filter_map(|node| Some((node, node.attribute((XML, "id"))?)));
    let lists = ["person", "org", "place", "category", "item"];
    let listed = has_id.filter(|(node, _)| lists.contains(&node.tag_name().name()));
    let name = |node: Node| {
        let is_name = |it: &Node| it.is_element() && it.tag_name().name().to_lowercase().ends_with("name");
        let words = node.descendants().find(is_name).map(xml::content).unwrap_or_else(|| xml::content(node));
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    listed.map(|(node, id)| (id.to_owned(), name(node))).filter(|(_, name)| !name.is_empty()).collect()
}

#[derive(Default)]
struct Reading {
    names: BTreeMap<String, String>,
    flow: Flow,
    /// Spans that have begun, but of which no character came yet.
    waiting: Vec<usize>,
    spans: Vec<DraftSpan>,
    /// Spans by the id of their last fragment.
    chains: BTreeMap<String, usize>,
    n_passed_over: usize,
    /// How many elements are open.
    depth: usize,
}

/// How deep elements may lie in each other; what lies deeper is read as words alone.
const MAX_DEPTH: usize = 200;

impl Reading {
    fn words(&mut self, words: &str, is_verbatim: bool) {
        let (waiting, spans) = (&mut self.waiting, &mut self.spans);
        let mut begin = |at| {
            for span in waiting.drain(..) {
                let span: &mut DraftSpan = &mut spans[span];
                span.parts.push((at, at));
            }
        };
        if !is_verbatim {
            self.flow.words(words, begin);
        } else if !words.is_empty() {
            begin(self.flow.next_place());
            self.flow.verbatim(words);
        }
    }

    fn element(&mut self, node: Node, is_verbatim: bool) {
        let name = node.tag_name().name();
        let is_verbatim = node.attribute((XML, "space")).map_or(is_verbatim, |space| space == "preserve");
        if matches!(name, "note" | "fw" | "teiHeader" | "standOff") {
            self.n_passed_over += 1;
            return;
        }
        if self.depth == MAX_DEPTH {
            let words = node.descendants().filter(Node::is_text).filter_map(|it| it.text());
            words.for_each(|words| self.words(words, is_verbatim));
            self.n_passed_over += 1;
            return;
        }
        self.depth += 1;
        let is_block = !is_verbatim && BLOCKS.contains(&name);
        if is_block {
            self.flow.part(Gap::Line);
        }
        let span = ELEMENTS.iter().find(|(element, _)| *element == name).map(|(_, label)| self.open(node, label));
        for child in node.children() {
            if child.is_text() {
                self.words(child.text().unwrap_or_default(), is_verbatim);
            } else if child.is_element() {
                self.element(child, is_verbatim);
            }
        }
        self.depth -= 1;
        if is_block {
            self.flow.part(Gap::Line);
        }
        if let Some(span) = span {
            if let Some(at) = self.waiting.iter().position(|waiting| *waiting == span) {
                self.waiting.remove(at); // It is empty.
            } else if let Some(part) = self.spans[span].parts.last_mut() {
                part.1 = self.flow.n_chars();
            }
        }
    }

    /// The span of an element: a new one, or the one whose next fragment it is.
    fn open(&mut self, node: Node, label: &str) -> usize {
        let begun = node.attribute("prev").and_then(|id| self.chains.get(id.trim_start_matches('#')).copied());
        let span = begun.unwrap_or(self.spans.len());
        if begun.is_none() {
            let label = node.attribute("type").filter(|label| !label.is_empty()).unwrap_or(label);
            let refers = || {
                let id = node.attribute("ref")?.split_whitespace().next()?;
                Some(self.names.get(id.trim_start_matches('#')).map_or_else(|| id.to_owned(), Clone::clone))
            };
            let entity = node.attribute("key").map(str::to_owned).or_else(refers);
            let unsure = matches!(node.attribute("cert"), Some("low" | "unknown"));
            self.spans.push(DraftSpan { label: label.to_owned(), entity, unsure, ..DraftSpan::default() });
        }
        self.chains.extend(node.attribute((XML, "id")).map(|id| (id.to_owned(), span)));
        self.waiting.push(span);
        span
    }

    fn draft(self, name: String) -> Draft {
        let touching = |mut parts: Vec<(u64, u64)>| {
            parts.dedup_by(|next, last| {
                let touch = last.1 == next.0;
                if touch {
                    last.1 = next.1;
                }
                touch
            });
            parts
        };
        let full = self.spans.into_iter().filter(|span| !span.parts.is_empty());
        let spans = full.map(|span| DraftSpan { parts: touching(span.parts), ..span }).collect();
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        Draft { name, text: self.flow.finish(), spans, n_passed_over: self.n_passed_over, ..Draft::default() }
    }
}
