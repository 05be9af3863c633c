//! TEI P5 (<https://tei-c.org/release/doc/tei-p5-doc/en/html/ND.html>): spans as elements in the text. XML nests, so
//! that a span which crosses another, or has parts, is written in fragments that point to each other by `next` and
//! `prev`. All text of `body` is the article's, with its white space.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use roxmltree::Node;
use serde_json::{Map, Value};

use super::draft::{Draft, DraftSpan};
use super::flow::{Flow, Gap};
use super::foreign::{SpanFields, fields};
use super::losses::{Loss, sentences};
use super::tei_kept::{Kept, Tag, Turn, ids, raw_tag, weave, with_own_ids};
use super::{Format, Reader, Source, Written, n_things, xml};
use crate::annotation::{Annotation, AnnotationId, Status};
use crate::project::Codebook;
use crate::scheme::LabelSpec;
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
    let mut taken = BTreeSet::new();
    let mut document = |source, namespace: &str| with_own_ids(&document(source, codebook, namespace), &mut taken);
    let out = match sources {
        [only] => format!("{head}{}", document(only, &format!(" xmlns=\"{TEI}\""))),
        several => {
            let documents: String = several.iter().map(|source| document(source, "")).collect();
            format!("{head}<teiCorpus xmlns=\"{TEI}\">\n{}{documents}</teiCorpus>\n", header("Articles"))
        }
    };
    let mut losses =
        sentences(FORMAT.id, sources, &[Loss::Rejected, Loss::Suggested, Loss::Notes, Loss::Attributes, Loss::About]);
    losses.extend(xml::losses(sources));
    Written { bytes: out.into_bytes(), losses }
}

/// Under which name what stands around the spans is kept.
const BODY: &str = "body";

/// Under which name the header is kept, and how ours is told from that of others.
const HEADER: &str = "header";
const OURS: &str = "Annotated with Attaché.";

fn header(title: &str) -> String {
    format!(
        "<teiHeader>\n<fileDesc>\n<titleStmt><title>{}</title></titleStmt>\n<publicationStmt><p>{OURS}</p></publicationStmt>\n<sourceDesc><p>A news article.</p></sourceDesc>\n</fileDesc>\n</teiHeader>\n",
        xml::text(title)
    )
}

fn document(source: &Source, codebook: &Codebook, namespace: &str) -> String {
    let text = source.article.text();
    let visible = source.article.annotations().visible();
    let spans: Vec<(AnnotationId, &Annotation)> = visible.filter(|(_, it)| it.status == Status::Accepted).collect();
    let parts: Vec<(Span, usize)> = spans
        .iter()
        .enumerate()
        .flat_map(|(index, (_, it))| it.parts().into_iter().map(move |part| (part, index)))
        .collect();
    let mut brought = fields(source, FORMAT.id);
    let kept = brought.remove(BODY).and_then(|kept| serde_json::from_value::<Kept>(kept).ok());
    let turns = weave(text, &parts, kept.as_ref().map_or(&[], |kept| &kept.tags));
    let mut n_fragments = vec![0; spans.len()];
    for (_, turn) in &turns {
        if let Turn::Open(index) = turn {
            n_fragments[*index] += 1;
        }
    }
    let header_of_others = brought.get(HEADER).and_then(Value::as_str).map(|header| format!("{header}\n"));
    let head = header_of_others.unwrap_or_else(|| header(source.name));
    let Kept { before, behind, after, .. } = kept.clone().unwrap_or_default();
    let (body, end_of_body) = match kept {
        Some(_) => ("<body xml:space=\"preserve\">", "</body>"),
        None => ("<body><ab xml:space=\"preserve\">", "</ab></body>"),
    };
    let mut out = format!("<TEI{namespace}>\n{head}<text>{before}{body}");
    let span_fields = SpanFields::new(source, FORMAT.id);
    let elements: Vec<Element> =
        spans.iter().map(|(id, it)| Element::new(it, codebook.scheme.label(it.label), &span_fields, *id)).collect();
    let stem = stem_of_ids(&out, &turns, [&behind, &after], &elements);
    let (mut at, mut seen) = (0, vec![0; spans.len()]);
    for (place, turn) in turns {
        out += &xml::text(&text.as_str()[at..place]);
        at = place;
        match turn {
            Turn::Open(index) => {
                let _ = write!(out, "<{}{}", elements[index].name, elements[index].attributes);
                let fragment = seen[index];
                seen[index] += 1;
                if let (1, Some(id)) = (n_fragments[index], elements[index].id) {
                    let _ = write!(out, " xml:id=\"{}\"", xml::attribute(id));
                }
                if n_fragments[index] > 1 {
                    let id = |fragment: usize| format!("{stem}{index}.{fragment}");
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
                let _ = write!(out, "</{}>", elements[index].name);
            }
            Turn::Kept(raw) => out += &raw,
        }
    }
    out += &xml::text(&text.as_str()[at..]);
    let _ = writeln!(out, "{end_of_body}{behind}</text>{after}\n</TEI>");
    out
}

/// What the ids of fragments begin with, before a number: as no id does that was kept.
fn stem_of_ids(before: &str, turns: &[(usize, Turn)], behind: [&str; 2], elements: &[Element]) -> String {
    let woven = turns.iter().filter_map(|(_, turn)| match turn {
        Turn::Kept(raw) => Some(raw.as_str()),
        Turn::Open(_) | Turn::Close(_) => None,
    });
    let kept = [before].into_iter().chain(woven).chain(behind).flat_map(ids);
    let kept: Vec<&str> = kept.chain(elements.iter().filter_map(|element| element.id)).collect();
    let is_begun =
        |stem: &str, id: &str| id.strip_prefix(stem).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let mut stems = (1..).map(|length| "s".repeat(length));
    stems.find(|stem| !kept.iter().any(|id| is_begun(stem, id))).expect("no id is endless")
}

/// The element of a span.
struct Element<'a> {
    name: &'a str,
    /// All but those that join fragments.
    attributes: String,
    /// The number by which others refer to it.
    id: Option<&'a str>,
}

impl<'a> Element<'a> {
    /// As it came, as far as that still says what it should.
    fn new(it: &Annotation, label: &LabelSpec, span_fields: &'a SpanFields, id: AnnotationId) -> Self {
        let kept = |field| span_fields.get(id, field).and_then(Value::as_str);
        let name = kept(NAME).filter(|name| {
            let usual = ELEMENTS.iter().find(|(element, _)| element == name);
            usual.is_some_and(|(_, usual)| label.is_called(kept(TYPE).unwrap_or(usual)))
        });
        let mut attributes = String::new();
        if name.is_none() || kept(TYPE).is_some() {
            let _ = write!(attributes, " type=\"{}\"", xml::attribute(&label.name));
        }
        match kept(REF).filter(|_| kept(MEANT) == Some(&it.entity)) {
            Some(refers) => drop(write!(attributes, " ref=\"{}\"", xml::attribute(refers))),
            None => drop(write!(attributes, " key=\"{}\"", xml::attribute(&it.entity))),
        }
        if it.unsure {
            attributes += " cert=\"low\"";
        }
        attributes += kept(REST).unwrap_or_default();
        Self { name: name.unwrap_or_else(|| element(&label.name)), attributes, id: kept(ID) }
    }
}

fn element(label: &str) -> &'static str {
    match label {
        "OFFICIAL" | "PERSON" | "PER" => "persName",
        "ROLE" => "roleName",
        _ => "rs",
    }
}

fn is_like(_: Option<&str>, content: &str) -> bool {
    xml::starts_with(content, &["TEI", "teiCorpus", "TEI.2"])
}

fn drafts(content: &str, _: Option<&str>) -> Result<Vec<Draft>, String> {
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
        let (mut draft, tags) = reading.draft(title.unwrap_or_default());
        draft.foreign.extend(kept_body(document, text, body, tags).map(|kept| (BODY.to_owned(), kept)));
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

/// What stands around the spans, when it is another's and can stand elsewhere just so.
fn kept_body(document: Node, text: Node, body: Node, tags: Vec<Tag>) -> Option<Value> {
    let source = document.document().input_text();
    // What elements stand between two places in the file.
    let between = |parent: Node, is_wanted: &dyn Fn(Node) -> bool| -> String {
        let wanted = parent.children().filter(|it| it.is_element() && is_wanted(*it));
        wanted.filter_map(|it| source.get(it.range())).collect()
    };
    let (is_before, is_behind) =
        (|it: Node| it.range().end <= body.range().start, |it: Node| it.range().start >= body.range().end);
    let kept = match body == text {
        true => Kept::default(),
        false => Kept { before: between(text, &is_before), behind: between(text, &is_behind), ..Kept::default() },
    };
    let kept = Kept { after: between(document, &|it| it.range().start >= text.range().end), tags, ..kept };
    let is_ours = |tag: &Tag| match tag {
        Tag::Open(_, raw) => raw == "<ab xml:space=\"preserve\">",
        Tag::Close(_, name) => name == "ab",
        Tag::Raw(..) => false,
    };
    if kept.tags.iter().all(is_ours)
        && kept.tags.len() <= 2
        && kept.before.len() + kept.behind.len() + kept.after.len() == 0
    {
        return None;
    }
    let tags: String = kept
        .tags
        .iter()
        .map(|tag| match tag {
            Tag::Open(_, raw) | Tag::Raw(_, raw) => raw.clone(),
            Tag::Close(_, name) => format!("</{name}>"),
        })
        .collect();
    let alone = format!("<TEI xmlns=\"{TEI}\">{}{tags}{}{}</TEI>", kept.before, kept.behind, kept.after);
    xml::parse(&alone).ok()?;
    serde_json::to_value(kept).ok()
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

/// Under which names of a span its element is kept: its name and type, what it refers to and what that is called, its
/// further attributes, and its number.
const NAME: &str = "name";
const TYPE: &str = "type";
const REF: &str = "ref";
const MEANT: &str = "meant";
const REST: &str = "rest";
const ID: &str = "id";

/// What is kept of the element of a span. Nothing of one as it is written here.
fn foreign_of(node: Node, meant: Option<&str>) -> Map<String, Value> {
    const READ: [&str; 6] = ["type", "key", "ref", "cert", "next", "prev"];
    let mut foreign = Map::new();
    let mut keep = |field: &str, words: &str| drop(foreign.insert(field.to_owned(), words.into()));
    let name = node.tag_name().name();
    let of_type = node.attribute("type").filter(|words| !words.is_empty());
    let rest: String = node
        .attributes()
        .filter(|it| it.namespace().is_none() && !READ.contains(&it.name()))
        .map(|it| format!(" {}=\"{}\"", it.name(), xml::attribute(it.value())))
        .collect();
    let id = node.attribute((XML, "id")).filter(|_| node.attribute("next").or(node.attribute("prev")).is_none());
    if of_type.is_some_and(|of_type| element(of_type) == name) && (rest.is_empty() && id.is_none() && meant.is_none()) {
        return foreign;
    }
    keep(NAME, name);
    of_type.iter().for_each(|words| keep(TYPE, words));
    keep(REST, &rest);
    id.iter().for_each(|id| keep(ID, id));
    if let (Some(refers), Some(meant), None) = (node.attribute("ref"), meant, node.attribute("key")) {
        keep(REF, refers);
        keep(MEANT, meant);
    }
    foreign
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
    /// The tags of all other elements, and of those the ones that stand where the next character will.
    tags: Vec<Tag>,
    tags_waiting: Vec<usize>,
    n_notes: usize,
    n_passed_over: usize,
    /// How many elements are open.
    depth: usize,
}

/// How deep elements may lie in each other; what lies deeper is read as words alone.
const MAX_DEPTH: usize = 200;

impl Reading {
    fn words(&mut self, words: &str, is_verbatim: bool) {
        let (waiting, spans) = (&mut self.waiting, &mut self.spans);
        let (tags, tags_waiting) = (&mut self.tags, &mut self.tags_waiting);
        let mut begin = |at| {
            for tag in tags_waiting.drain(..) {
                *tags[tag].place() = at;
            }
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
            self.n_notes += 1;
            self.tag(Tag::Raw(0, node.document().input_text().get(node.range()).unwrap_or_default().to_owned()));
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
        let raw = raw_tag(node).filter(|_| span.is_none() && name != "body");
        if let Some((tag, _, has_end)) = raw {
            let tag = tag.to_owned();
            self.tag(if has_end { Tag::Open(0, tag) } else { Tag::Raw(0, tag) });
        }
        for child in node.children() {
            if child.is_text() {
                self.words(child.text().unwrap_or_default(), is_verbatim);
            } else if child.is_element() {
                self.element(child, is_verbatim);
            }
        }
        self.depth -= 1;
        if let Some((_, name, true)) = raw {
            self.end_tag(name);
        }
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

    /// Keeps a tag, which stands right before the next character.
    fn tag(&mut self, tag: Tag) {
        self.tags_waiting.push(self.tags.len());
        self.tags.push(tag);
    }

    /// Keeps an end tag, which stands right behind the last character; or behind the tags that wait.
    fn end_tag(&mut self, name: &str) {
        let tag = Tag::Close(self.flow.n_chars(), name.to_owned());
        if self.tags_waiting.is_empty() {
            self.tags.push(tag);
        } else {
            self.tag(tag);
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
            let meant = refers();
            let foreign = foreign_of(node, meant.as_deref());
            let entity = node.attribute("key").map(str::to_owned).or(meant);
            let unsure = matches!(node.attribute("cert"), Some("low" | "unknown"));
            self.spans.push(DraftSpan { label: label.to_owned(), entity, unsure, foreign, ..DraftSpan::default() });
        }
        self.chains.extend(node.attribute((XML, "id")).map(|id| (id.to_owned(), span)));
        self.waiting.push(span);
        span
    }

    fn draft(mut self, name: String) -> (Draft, Vec<Tag>) {
        let end = self.flow.n_chars();
        for tag in self.tags_waiting.drain(..) {
            *self.tags[tag].place() = end;
        }
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
        let notes = n_things(self.n_notes, "note is", "notes are");
        let kept = (self.n_notes > 0).then(|| format!("{notes} kept for this format, and not shown."));
        let mut draft =
            Draft { name, text: self.flow.finish(), spans, n_passed_over: self.n_passed_over, ..Draft::default() };
        draft.kept.extend(kept);
        (draft, self.tags)
    }
}

#[cfg(test)]
mod tests {
    use super::super::reading::there_and_back;
    use super::*;

    /// Some readers refuse a file that has an id twice, lxml among them.
    #[test]
    fn ids_are_unique_in_a_corpus() {
        let person = "<standOff><listPerson><person xml:id=\"p1\"><persName>Bu Habib</persName></person></listPerson></standOff>";
        let crossing = "<rs type=\"TOPIC\" key=\"ab\" xml:id=\"s0.0\" next=\"#s0.1\">a<persName ref=\"#p1\" xml:id=\"o\">b</persName></rs>";
        let rest = "<p xml:id=\"s1.0\"><rs type=\"TOPIC\" key=\"c\" xml:id=\"s0.1\" prev=\"#s0.0\">c</rs>d</p>";
        let body = format!("<text><body xml:space=\"preserve\">{crossing}{rest}</body></text>");
        let document = format!("<TEI><teiHeader/>{body}{person}</TEI>");
        let corpus = format!("<teiCorpus xmlns=\"{TEI}\">{document}{}</teiCorpus>", document.replace(">d<", ">e<"));
        let again = there_and_back(&FORMAT, &corpus);
        assert_eq!(again.spans.len(), 4, "{:?}", again.told);
        let tree = xml::parse(&again.written).expect("XML");
        let ids: Vec<&str> = tree.descendants().filter_map(|node| node.attribute((XML, "id"))).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{}", again.written);
        let refers = |name: &str| -> Vec<&str> { tree.descendants().filter_map(|node| node.attribute(name)).collect() };
        for reference in ["ref", "next", "prev"].into_iter().flat_map(refers) {
            assert!(ids.contains(&reference.trim_start_matches('#')), "{reference}: {}", again.written);
        }
        assert_eq!(there_and_back(&FORMAT, &again.written).spans, again.spans);
    }
}
