//! The elements of a TEI text that are no spans (paragraphs, lists, page breaks, notes), kept as they stand in the file,
//! and the spans of now woven in between: an element is never cut, a span that crosses one is.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use roxmltree::Node;
use serde::{Deserialize, Serialize};

use crate::text::{ByteOffset, CharOffset, Span, Text};

/// The elements of a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// What stands before and behind the body.
    pub(super) before: String,
    pub(super) behind: String,
    /// What stands behind the text.
    pub(super) after: String,
    /// In the order of the file.
    pub(super) tags: Vec<Tag>,
}

/// A tag, and where in the text it stands, in code points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Tag {
    /// The whole start tag.
    Open(u64, String),
    /// The name.
    Close(u64, String),
    /// An element that is passed over with all that is in it.
    Raw(u64, String),
}

impl Tag {
    pub(super) fn place(&mut self) -> &mut u64 {
        match self {
            Tag::Open(at, _) | Tag::Close(at, _) | Tag::Raw(at, _) => at,
        }
    }
}

/// A step through a text: so far the text, then this.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Turn {
    /// A fragment of a span begins.
    Open(usize),
    /// One ends.
    Close(usize),
    /// A tag that was kept.
    Kept(String),
}

/// An element as the file has it: its start tag, its name there, and whether it has an end tag.
pub(super) fn raw_tag<'i>(node: Node<'_, 'i>) -> Option<(&'i str, &'i str, bool)> {
    let source = node.document().input_text().get(node.range())?;
    let mut quote = None;
    let end = source.char_indices().find_map(|(at, c)| match (quote, c) {
        (None, '>') => Some(at + 1),
        (None, '"' | '\'') => {
            quote = Some(c);
            None
        }
        (Some(open), c) if open == c => {
            quote = None;
            None
        }
        _ => None,
    })?;
    let tag = source.get(..end)?;
    let name = tag.strip_prefix('<')?;
    let name = &name[..name.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>'))?];
    Some((tag, name, !tag.ends_with("/>")))
}

/// The attributes of markup: their names, and where in it their values stand, in bytes.
fn attributes(xml: &str) -> Vec<(&str, Range<usize>)> {
    const PASSED_OVER: [(&str, &str); 5] =
        [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("</", ">"), ("<!", ">")];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = xml[at..].find('<').map(|it| at + it) {
        let rest = &xml[start..];
        if let Some((_, end)) = PASSED_OVER.iter().find(|(begin, _)| rest.starts_with(begin)) {
            at = rest.find(end).map_or(xml.len(), |it| start + it + end.len());
            continue;
        }
        at = start + 1;
        while let Some(quote) = xml[at..].find(['"', '\'', '>']).map(|it| at + it) {
            let mark = char::from(xml.as_bytes()[quote]);
            let Some(length) = xml[quote + 1..].find(mark).filter(|_| mark != '>') else { break };
            let name = xml[at..quote].trim_end().trim_end_matches('=').trim_end();
            let name = name.rsplit(char::is_whitespace).next().unwrap_or_default();
            found.push((name, quote + 1..quote + 1 + length));
            at = quote + length + 2;
        }
    }
    found
}

const ID: &str = "xml:id";

/// The ids of the elements in some markup.
pub(super) fn ids(xml: &str) -> impl Iterator<Item = &str> {
    attributes(xml).into_iter().filter(|(name, _)| *name == ID).map(|(_, at)| &xml[at])
}

/// A document whose ids are none of those that are taken, and with what refers to them: an id is one of the whole file.
pub(super) fn with_own_ids(xml: &str, taken: &mut BTreeSet<String>) -> String {
    let attributes = attributes(xml);
    let own: BTreeSet<String> = ids(xml).map(str::to_owned).collect();
    // How elements of an id are called now; those that refer to it mean the first.
    let mut called: BTreeMap<&str, String> = BTreeMap::new();
    let (mut out, mut written) = (String::with_capacity(xml.len()), 0);
    let mut names = Vec::new();
    for (_, at) in attributes.iter().filter(|(name, _)| *name == ID) {
        let id = &xml[at.clone()];
        let mut numbered = (2..).map(|number| format!("{id}-{number}"));
        let name = if taken.contains(id) {
            numbered.find(|name| !taken.contains(name) && !own.contains(name)).expect("there is no end of numbers")
        } else {
            id.to_owned()
        };
        taken.insert(name.clone());
        called.entry(id).or_insert_with(|| name.clone());
        names.push(name);
    }
    let mut names = names.into_iter();
    for (name, at) in attributes {
        let value = &xml[at.clone()];
        let now = match name {
            ID => names.next().unwrap_or_default(),
            // What is written here into these two refers to nothing.
            "key" | "type" => continue,
            _ if value.contains('#') => {
                value.split_inclusive(char::is_whitespace).map(|word| refer(word, &called)).collect()
            }
            _ => continue,
        };
        out += &xml[written..at.start];
        out += &now;
        written = at.end;
    }
    out + &xml[written..]
}

/// A word of an attribute: `#ID` by what that is called now.
fn refer(word: &str, called: &BTreeMap<&str, String>) -> String {
    let id = word.strip_prefix('#').map(str::trim_end);
    match id.and_then(|id| Some((id, called.get(id)?))) {
        Some((id, name)) => word.replacen(id, name, 1),
        None => word.to_owned(),
    }
}

/// What is open: a span, or an element with the place where it ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Open {
    Span(usize, usize),
    Element(usize),
}

/// Places of tags in bytes, in order; `None` when they do not fit the text.
fn places(text: &Text, tags: &[Tag]) -> Option<Vec<usize>> {
    let mut last = 0;
    let place = |tag: &Tag| {
        let at = *tag.clone().place();
        let at = text.from_chars(CharOffset(u32::try_from(at).ok()?))?.index();
        last = (at >= last).then_some(at)?;
        Some(at)
    };
    tags.iter().map(place).collect()
}

/// Where in the text, in bytes, spans open and close between tags so that all are nested. The spans are given by their
/// parts. Tags that do not fit the text, or each other, are left out, all of them.
pub(super) fn weave(text: &Text, parts: &[(Span, usize)], tags: &[Tag]) -> Vec<(usize, Turn)> {
    let at = places(text, tags).and_then(|at| Some((ends(tags, &at)?, at)));
    let (tags, at, ends) = match &at {
        Some((ends, at)) => (tags, at.as_slice(), ends.clone()),
        None => (&[][..], &[][..], BTreeMap::new()),
    };
    let mut parts: Vec<(Span, usize)> = parts.to_vec();
    parts.sort_by_key(|(part, index)| (part.start(), Reverse(part.end()), *index));
    let of_part = |at: ByteOffset| at.index();
    let mut stops: Vec<usize> =
        parts.iter().flat_map(|(part, _)| [of_part(part.start()), of_part(part.end())]).collect();
    stops.extend(at);
    stops.sort_unstable();
    stops.dedup();

    let mut weaver = Weaver::default();
    let mut to_come = parts.into_iter().peekable();
    let mut tags = tags.iter().enumerate().zip(at).peekable();
    for stop in stops {
        weaver.at = stop;
        while let Some((part, index)) = to_come.next_if(|(part, _)| part.start().index() == stop) {
            weaver.waiting.push((part.end().index(), index));
        }
        weaver.close_ended();
        while let Some(((number, tag), _)) = tags.next_if(|(_, at)| **at == stop) {
            match tag {
                Tag::Open(_, raw) => weaver.open_element(ends[&number], raw),
                Tag::Close(_, name) => weaver.close_element(name),
                Tag::Raw(_, raw) => weaver.turns.push((stop, Turn::Kept(raw.clone()))),
            }
        }
        weaver.open_waiting(0);
    }
    weaver.turns
}

/// Where each element ends, by the number of its start tag; `None` when they do not nest.
fn ends(tags: &[Tag], at: &[usize]) -> Option<BTreeMap<usize, usize>> {
    let mut open = Vec::new();
    let mut ends = BTreeMap::new();
    for (index, tag) in tags.iter().enumerate() {
        match tag {
            Tag::Open(..) => open.push(index),
            Tag::Close(..) => drop(ends.insert(open.pop()?, at[index])),
            Tag::Raw(..) => {}
        }
    }
    open.is_empty().then_some(ends)
}

#[derive(Default)]
struct Weaver {
    at: usize,
    open: Vec<Open>,
    /// Spans that are to be opened before the next character, by where they end.
    waiting: Vec<(usize, usize)>,
    turns: Vec<(usize, Turn)>,
}

impl Weaver {
    fn turn(&mut self, turn: Turn) {
        self.turns.push((self.at, turn));
    }

    /// Closes all spans above a place in the stack; those that go on wait to be opened again.
    fn close_above(&mut self, lowest: usize) {
        while self.open.len() > lowest {
            let Some(Open::Span(end, index)) = self.open.pop() else { continue };
            self.turn(Turn::Close(index));
            if end > self.at {
                self.waiting.push((end, index));
            }
        }
    }

    /// Where the innermost element lies in the stack, and what is above.
    fn above_element(&self) -> usize {
        self.open.iter().rposition(|it| matches!(it, Open::Element(_))).map_or(0, |at| at + 1)
    }

    /// Closes spans that end here, but for those around an element that is still open.
    fn close_ended(&mut self) {
        let from = self.above_element();
        let ended = |it: &Open| matches!(it, Open::Span(end, _) if *end <= self.at);
        if let Some(lowest) = self.open[from..].iter().position(ended) {
            self.close_above(from + lowest);
        }
    }

    /// Opens the spans that wait and go on to a place at least.
    fn open_waiting(&mut self, end_at_least: usize) {
        let (mut now, later): (Vec<_>, Vec<_>) = self.waiting.drain(..).partition(|(end, _)| *end >= end_at_least);
        self.waiting = later;
        now.sort_by_key(|(end, index)| (Reverse(*end), *index));
        for (end, index) in now {
            self.turn(Turn::Open(index));
            self.open.push(Open::Span(end, index));
        }
    }

    fn open_element(&mut self, end: usize, raw: &str) {
        // Spans that end inside it go on inside it.
        let from = self.above_element();
        let ends_inside = |it: &Open| matches!(it, Open::Span(of_span, _) if *of_span < end);
        if let Some(lowest) = self.open[from..].iter().position(ends_inside) {
            self.close_above(from + lowest);
        }
        // An empty element parts nothing: spans that begin here begin behind it.
        if end > self.at {
            self.open_waiting(end);
        }
        self.turn(Turn::Kept(raw.to_owned()));
        self.open.push(Open::Element(end));
    }

    fn close_element(&mut self, name: &str) {
        self.close_above(self.above_element());
        self.open.pop();
        self.turn(Turn::Kept(format!("</{name}>")));
        self.close_ended();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn woven(text: &str, spans: &[(u32, u32)], tags: &[Tag]) -> String {
        let whole = Text::new(text.to_owned());
        let span = |(start, end): &(u32, u32)| whole.span(ByteOffset(*start), ByteOffset(*end)).expect("a span");
        let parts: Vec<(Span, usize)> = spans.iter().map(span).zip(0..).collect();
        let (mut out, mut at) = (String::new(), 0);
        for (place, turn) in weave(&whole, &parts, tags) {
            out += &text[at..place];
            at = place;
            match turn {
                Turn::Open(index) => out += &format!("<{index}>"),
                Turn::Close(index) => out += &format!("</{index}>"),
                Turn::Kept(raw) => out += &raw,
            }
        }
        out + &text[at..]
    }

    fn open(at: u64, name: &str) -> Tag {
        Tag::Open(at, format!("<{name}>"))
    }

    fn close(at: u64, name: &str) -> Tag {
        Tag::Close(at, name.to_owned())
    }

    #[test]
    fn spans_nest_and_go_on_in_fragments_where_they_cross() {
        assert_eq!(woven("abcdef", &[(0, 4), (2, 6), (2, 4)], &[]), "<0>ab<1><2>cd</2></1></0><1>ef</1>");
        assert_eq!(woven("abc", &[(0, 2), (0, 2), (2, 3)], &[]), "<0><1>ab</1></0><2>c</2>");
    }

    #[test]
    fn elements_stay_whole() {
        let tags = [
            open(0, "p"),
            open(1, "hi"),
            close(2, "hi"),
            close(3, "p"),
            open(4, "p"),
            Tag::Raw(5, "<lb/>".into()),
            close(6, "p"),
        ];
        let plain = "<p>a<hi>b</hi>c</p>d<p>e<lb/>f</p>";
        assert_eq!(woven("abcdef", &[], &tags), plain);
        for (spans, expected) in [
            (&[(1, 2)][..], "<p>a<0><hi>b</hi></0>c</p>d<p>e<lb/>f</p>"),
            (&[(0, 3)], "<0><p>a<hi>b</hi>c</p></0>d<p>e<lb/>f</p>"),
            (&[(0, 2)], "<p><0>a<hi>b</hi></0>c</p>d<p>e<lb/>f</p>"),
            (&[(1, 5)], "<p>a<0><hi>b</hi>c</0></p><0>d</0><p><0>e</0><lb/>f</p>"),
            (&[(5, 6), (4, 6)], "<p>a<hi>b</hi>c</p>d<1><p>e<lb/><0>f</0></p></1>"),
        ] {
            assert_eq!(woven("abcdef", spans, &tags), expected, "{spans:?}");
        }
        // Without its tags is better than not at all.
        assert_eq!(woven("abc", &[(0, 1)], &[open(0, "p"), close(9, "p")]), "<0>a</0>bc");
        assert_eq!(woven("abc", &[(0, 1)], &[open(0, "p")]), "<0>a</0>bc");
    }

    #[test]
    fn ids_are_those_of_one_document_and_what_refers_to_them_follows() {
        let xml = "<!-- xml:id='a' --><p xml:id='a' n=\"a>#a\">#a x=\"1\"</p><![CDATA[<q xml:id='a'>]]><q xml:id = \"b\" corresp=\"#a #b #c\" key=\"#a\"/>";
        let mut taken = BTreeSet::new();
        assert_eq!(with_own_ids(xml, &mut taken), xml);
        assert_eq!(taken.len(), 2);
        let again = xml.replace("<p xml:id='a'", "<p xml:id='a-2'").replace("\"b\"", "\"b-2\"");
        assert_eq!(with_own_ids(xml, &mut taken), again.replace("\"#a #b", "\"#a-2 #b-2"));
        assert_eq!(with_own_ids("<p xml:id='c'/><p xml:id='c'/>", &mut taken), "<p xml:id='c'/><p xml:id='c-2'/>");
        for broken in ["<", "<p xml:id='", "<p x", "<!--", "<p '>"] {
            assert_eq!(with_own_ids(broken, &mut taken), broken);
        }
    }
}
