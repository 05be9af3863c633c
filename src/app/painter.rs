//! Draws an article: blocks of text and marks, straight into the document.
//!
//! Yew does not diff what is in here: a 1 MB article with 10,000 annotations is filled in by hand, block by block, and
//! an edit touches only the blocks that it concerns. The first screens come first; when they are seen the rest of the text
//! follows, then the marks of what is not long, in slices of a few milliseconds. Of a long text the marks are drawn where
//! somebody comes near them. Who asks for a place that has not come yet is given it at once.

use std::cell::RefCell;

use js_sys::JsString;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Document, Element, HtmlElement};

use super::coming::{Chunk, Coming};
use super::overlay::{tenths, window_height};
use crate::annotation::{Annotation, AnnotationId, Status};
use crate::project::Article;
use crate::scheme::{LabelId, LabelSpec, Scheme};
use crate::text::{ByteOffset, Span, Text, Utf16Offset};
use crate::view::{Block, BlockKind, Node, marks, spoken};

/// Bytes of text that are drawn, with their marks, before anything is shown: some screens full.
const FIRST_SCREENS: u32 = 6_000;
/// Bytes of text from which a new chunk begins: about a screen, so that a step of scrolling lays out little, and few
/// enough chunks that the browser's care for each of them does not count.
const CHUNK: u32 = 3_000;
/// Bytes of text whose marks are drawn before somebody scrolls there: all of nearly every piece of news.
const DRAWN_UNSEEN: u32 = 20_000;
/// Bytes of text before and after the screen whose marks are drawn with those on it. It is more than the browser lays
/// out before it is seen (a screen and a half), so that it does that once.
const ROOM: u32 = 8_000;
/// Blocks that are drawn in one go.
const AT_ONCE: usize = 60;
/// Milliseconds of drawing between two looks at what the person does.
const SLICE: f64 = 6.0;

/// The article element and what is in it.
pub struct Painter {
    document: Document,
    root: HtmlElement,
    /// Those that are in the document.
    blocks: Vec<PaintedBlock>,
    /// Those that are not, while there are any.
    coming: Option<Coming>,
    /// Blocks before this one are painted, or far from what was seen.
    next_unpainted: usize,
    active: Option<AnnotationId>,
    /// The whole text as the browser has it, while what comes after the first screens is drawn: to cut pieces out of it
    /// there costs a quarter of handing over each.
    words: Option<JsString>,
    /// A highlight of each look, to be copied: to set eight attributes one by one takes ten times as long.
    looks: RefCell<Vec<(Look, Element)>>,
    names: Names,
}

/// The names of attributes that each block or highlight has for itself, as the browser has them.
struct Names {
    block: JsString,
    id: JsString,
    description: JsString,
}

/// What of the text is about to be seen.
pub enum Seen {
    /// What is on the screen now, or near it.
    Screen,
    /// A chunk, which the browser is about to lay out.
    Chunk(Element),
    /// All, by a printer.
    All,
}

/// What highlights that look the same have in common.
#[derive(PartialEq, Eq)]
struct Look {
    label: LabelId,
    status: Status,
    level: usize,
    is_unsure: bool,
    has_parts: bool,
}

#[wasm_bindgen]
extern "C" {
    /// The document and its elements, given words that the browser has already.
    #[wasm_bindgen(extends = Document)]
    type Given;
    #[wasm_bindgen(method, js_name = createTextNode)]
    fn create_text_node(this: &Given, words: &JsString) -> web_sys::Text;
    #[wasm_bindgen(method, setter, js_name = textContent)]
    fn set_text_content(this: &Given, words: &JsString);
    #[wasm_bindgen(method, js_name = setAttribute)]
    fn set_attribute(this: &Given, name: &JsString, value: &str);
}

struct PaintedBlock {
    span: Span,
    start_utf16: Utf16Offset,
    element: Element,
    state: BlockState,
}

impl PaintedBlock {
    /// Whether its marks are left until somebody comes near.
    fn is_left(&self) -> bool {
        self.state == BlockState::Bare && self.span.start().0 >= DRAWN_UNSEEN
    }
}

/// How the marks of a block stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BlockState {
    /// Only text is there.
    Bare,
    /// The marks are those of before.
    Stale,
    /// The marks are right.
    Painted,
}

impl Painter {
    /// Takes charge of the inside of an element.
    pub fn new(root: HtmlElement) -> Self {
        let document = gloo::utils::document();
        Self {
            document,
            root,
            blocks: Vec::new(),
            coming: None,
            next_unpainted: 0,
            active: None,
            words: None,
            looks: RefCell::default(),
            names: Names { block: "data-block".into(), id: "data-id".into(), description: "aria-description".into() },
        }
    }

    /// The article element.
    pub fn root(&self) -> &HtmlElement {
        &self.root
    }

    /// Whether there is some text.
    pub fn shows_text(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// Shows another article, or none: its first screens at once, the rest with [`Painter::go_on`].
    pub fn show(&mut self, article: Option<&Article>, scheme: &Scheme) {
        self.blocks.clear();
        self.next_unpainted = 0;
        self.active = None;
        self.words = None;
        self.looks.take();
        let fragment = self.document.create_document_fragment();
        if let Some(article) = article {
            self.coming = Coming::of(article.text());
            self.bring(ByteOffset(FIRST_SCREENS), &fragment);
            for index in 0..self.blocks.len() {
                self.fill_at(index, article, scheme);
            }
        } else {
            self.coming = None;
        }
        self.root.replace_children_with_node_1(&fragment);
        let left = self.coming.as_ref().map(Coming::height);
        self.hold_room(left);
        self.note_count(article);
    }

    /// Brings some more of the text into the document; when all is there, draws the marks of a few more blocks. Tells whether
    /// there is something left to be done before somebody scrolls.
    pub fn go_on(&mut self, article: &Article, scheme: &Scheme) -> bool {
        let start = super::timing::now();
        if self.words.is_none() && self.has_more() {
            self.words = Some(JsString::from(article.text().as_str()));
        }
        while self.has_more() {
            match self.blocks.last().map(|block| block.span.end()) {
                Some(end) if self.coming.is_some() => self.bring(ByteOffset(end.0 + 1), &self.root.clone()),
                _ => {
                    if !self.blocks[self.next_unpainted].is_left() {
                        self.fill_at(self.next_unpainted, article, scheme);
                    }
                    self.next_unpainted += 1;
                }
            }
            if super::timing::now() - start > SLICE {
                break;
            }
        }
        let has_more = self.has_more();
        if !has_more {
            self.words = None;
        }
        has_more
    }

    /// Sees to it that the text is in the document up to a position at least.
    pub fn ensure_there(&mut self, end: ByteOffset) {
        self.bring(end, &self.root.clone());
    }

    /// Puts chunks behind those that are there, until a position or the end of the text.
    fn bring(&mut self, end: ByteOffset, into: &web_sys::Node) {
        while let Some(mut coming) =
            self.coming.take_if(|_| self.blocks.last().is_none_or(|last| last.span.end() < end))
        {
            let mut chunk = Chunk { element: self.chunk(), span: None, n_blocks: 0 };
            while chunk.span.is_none_or(|span| span.len_bytes() < CHUNK)
                && let Some(block) = coming.blocks.next()
            {
                let painted = self.bare(block, &mut coming);
                append(&chunk.element, &painted.element);
                chunk.span = Some(chunk.span.map_or(painted.span, |span| span.hull(painted.span)));
                chunk.n_blocks += 1;
                self.blocks.push(painted);
            }
            chunk.close(&coming.text);
            append(into, &chunk.element);
            match coming.blocks.as_slice().is_empty() {
                true => self.hold_room(None),
                false => self.coming = Some(coming),
            }
        }
    }

    /// A block with its text, without marks.
    fn bare(&self, block: Block, coming: &mut Coming) -> PaintedBlock {
        let text = &coming.text;
        let class = class_of(block.kind, text.slice(block.span));
        let place = coming.like.iter().position(|(other, _)| *other == class).unwrap_or_else(|| {
            let element = self.block_of(block.kind, &class);
            coming.like.push((class, element));
            coming.like.len() - 1
        });
        let element = copy(&coming.like[place].1);
        element.unchecked_ref::<Given>().set_attribute(&self.names.block, &self.blocks.len().to_string());
        match self.piece(text, block.span) {
            Ok(words) => element.unchecked_ref::<Given>().set_text_content(&words),
            Err(words) => element.set_text_content(Some(words)),
        }
        let start_utf16 = text.span_utf16(block.span).0;
        PaintedBlock { span: block.span, start_utf16, element, state: BlockState::Bare }
    }

    /// Keeps room for text that is about so many lines high and not there yet, so that the bar for scrolling tells how long
    /// the article is.
    fn hold_room(&self, height: Option<f64>) {
        let height = height.map_or_else(String::new, |height| format!("{}em", tenths(height)));
        // A length is always valid, and nothing removes the property.
        let _ = self.root.style().set_property("min-block-size", &height);
    }

    /// The words of a span as a piece of what the browser has, or as they are here.
    fn piece<'a>(&self, text: &'a Text, span: Span) -> Result<JsString, &'a str> {
        let Some(words) = &self.words else { return Err(text.slice(span)) };
        let (start, end) = text.span_utf16(span);
        Ok(words.substring(start.0, end.0))
    }

    /// Draws the marks in some stretches anew.
    pub fn repaint(&mut self, spans: &[Span], article: &Article, scheme: &Scheme) {
        // The labels may look another way now.
        self.looks.take();
        let mut last = None;
        let mut stale = Vec::new();
        for span in spans {
            let from = self.blocks.partition_point(|block| block.span.end() <= span.start());
            for (index, block) in (from..).zip(&mut self.blocks[from..]) {
                if !block.span.overlaps(*span) {
                    break;
                }
                if block.state == BlockState::Painted {
                    block.state = BlockState::Stale;
                }
                if last != Some(index) {
                    stale.push(index);
                    last = Some(index);
                }
            }
        }
        // Of a change all over the article, what is on the screen comes first, the rest in slices.
        let is_much = stale.len() > AT_ONCE;
        if is_much {
            self.next_unpainted = stale.first().copied().unwrap_or(0).min(self.next_unpainted);
        }
        if is_much || stale.iter().any(|index| self.blocks[*index].is_left()) {
            let seen = self.on_screen();
            stale.retain(|index| seen.contains(index) || !is_much && !self.blocks[*index].is_left());
        }
        for index in stale {
            self.fill_at(index, article, scheme);
        }
        self.note_count(Some(article));
    }

    /// Draws the marks of what is about to be seen, and before that the text, if somebody is faster than it.
    pub fn fill_seen(&mut self, seen: &Seen, article: &Article, scheme: &Scheme) {
        if self.coming.is_none() && self.blocks.iter().all(|block| block.state == BlockState::Painted) {
            return;
        }
        let (from, to) = match seen {
            Seen::Screen => {
                if let (Some(last), true) = (self.blocks.last(), self.coming.is_some())
                    && last.element.get_bounding_client_rect().bottom() < 2.0 * window_height()
                {
                    self.ensure_there(article.text().len());
                }
                let range = self.on_screen();
                let start = |index: usize| self.blocks.get(index).map(|block| block.span.start().0);
                let from = start(range.start).unwrap_or(0).saturating_sub(ROOM);
                (from, start(range.end).map_or(u32::MAX, |end| end.saturating_add(ROOM)))
            }
            Seen::Chunk(chunk) => {
                let place = |block: Option<Element>| self.blocks.get(self.index_of(&block?)?).map(|block| block.span);
                let (first, last) = (place(chunk.first_element_child()), place(chunk.last_element_child()));
                (first.map_or(0, |first| first.start().0), last.map_or(0, |last| last.end().0))
            }
            Seen::All => {
                self.ensure_there(article.text().len());
                (0, u32::MAX)
            }
        };
        self.fill_between(ByteOffset(from), ByteOffset(to), article, scheme);
    }

    /// Draws the marks of the blocks that are there between two positions.
    fn fill_between(&mut self, from: ByteOffset, to: ByteOffset, article: &Article, scheme: &Scheme) {
        let first = self.blocks.partition_point(|block| block.span.end() <= from);
        let end = self.blocks.partition_point(|block| block.span.start() < to);
        for index in first..end {
            self.fill_at(index, article, scheme);
        }
    }

    /// The blocks on the screen, or the first ones when there is none.
    fn on_screen(&self) -> std::ops::Range<usize> {
        let height = window_height();
        let column = self.root.get_bounding_client_rect();
        let middle = (column.left() + column.width() / 2.0) as f32;
        let blocks_at = |part: f64| {
            let hit = self.document.element_from_point(middle, (height * part) as f32)?;
            // Of a chunk that has just come onto the screen the browser knows no block before it has drawn it.
            let (first, last) = match hit.closest("[data-block]").ok()? {
                Some(block) => (block.clone(), block),
                None => (hit.first_element_child()?, hit.last_element_child()?),
            };
            Some((self.index_of(&first)?, self.index_of(&last)?))
        };
        let seen = (1..10).filter_map(|tenth| blocks_at(f64::from(tenth) / 10.0));
        let (first, last) = seen.fold((usize::MAX, 0), |(first, last), seen| (first.min(seen.0), last.max(seen.1)));
        if first > last { 0..AT_ONCE } else { first.saturating_sub(8)..last + 8 }
    }

    /// Whether there is text that is not in the document yet.
    pub fn lacks_text(&self) -> bool {
        self.coming.is_some()
    }

    /// Whether there is text that is not in the document yet, or blocks whose marks are still to be drawn.
    pub fn has_more(&self) -> bool {
        self.coming.is_some() || self.next_unpainted < self.blocks.len()
    }

    /// Makes another highlight the active one on the screen.
    pub fn activate(&mut self, active: Option<AnnotationId>, article: Option<&Article>, scheme: &Scheme) {
        if self.active == active {
            return;
        }
        let before = std::mem::replace(&mut self.active, active);
        let Some(article) = article else { return };
        for id in [before, active].into_iter().flatten() {
            let Some(span) = article.annotations().get(id).map(|annotation| annotation.span) else { continue };
            self.ensure_painted(span, article, scheme);
            for mark in self.marks_of(id, span) {
                if Some(id) == active {
                    set(&mark, "data-active", "");
                } else {
                    // Removing what is not there is no error.
                    let _ = mark.remove_attribute("data-active");
                }
            }
        }
    }

    /// Makes sure that the marks of a stretch are there.
    pub fn ensure_painted(&mut self, span: Span, article: &Article, scheme: &Scheme) {
        self.ensure_there(span.end());
        self.fill_between(span.start(), span.end(), article, scheme);
    }

    /// Where a block starts; past the last one, where the text that is there ends.
    pub fn block_start(&self, index: usize) -> Utf16Offset {
        match self.blocks.get(index) {
            Some(block) => block.start_utf16,
            None => self.blocks.last().map_or(Utf16Offset(0), |last| {
                let units = last.element.text_content().map_or(0, |text| text.encode_utf16().count());
                Utf16Offset(last.start_utf16.0 + units as u32)
            }),
        }
    }

    /// The number of a block's element.
    pub fn index_of(&self, block: &Element) -> Option<usize> {
        block.get_attribute("data-block")?.parse().ok()
    }

    /// The block that holds a position, and where it starts; of a position that is not there yet, the last one.
    pub fn block_at(&self, offset: Utf16Offset) -> Option<(Element, Utf16Offset)> {
        let index = self.blocks.partition_point(|block| block.start_utf16 <= offset).checked_sub(1)?;
        self.blocks.get(index).map(|block| (block.element.clone(), block.start_utf16))
    }

    fn marks_of(&self, id: AnnotationId, span: Span) -> Vec<Element> {
        let from = self.blocks.partition_point(|block| block.span.end() <= span.start());
        let selector = format!("mark[data-id=\"{}\"]", id.0);
        let mut found = Vec::new();
        for block in self.blocks[from..].iter().take_while(|block| block.span.overlaps(span)) {
            if let Ok(list) = block.element.query_selector_all(&selector) {
                found.extend((0..list.length()).filter_map(|index| list.item(index)?.dyn_into::<Element>().ok()));
            }
        }
        found
    }

    /// Draws the marks of a block, unless they are right.
    fn fill_at(&mut self, index: usize, article: &Article, scheme: &Scheme) {
        let mut blocks = std::mem::take(&mut self.blocks);
        if let Some(block) = blocks.get_mut(index).filter(|block| block.state != BlockState::Painted) {
            self.fill(block, article, scheme);
        }
        self.blocks = blocks;
    }

    #[inline(never)] // the browser makes what is often called fast by whole functions, short ones sooner
    fn fill(&self, block: &mut PaintedBlock, article: &Article, scheme: &Scheme) {
        let annotations = article.annotations().overlapping(block.span);
        let before = std::mem::replace(&mut block.state, BlockState::Painted);
        if annotations.is_empty() && before == BlockState::Bare && block.element.has_child_nodes() {
            return;
        }
        let nodes = marks(block.span, &annotations);
        let fragment = self.document.create_document_fragment();
        self.draw(&nodes, &fragment, article, scheme);
        block.element.replace_children_with_node_1(&fragment);
    }

    fn draw(&self, nodes: &[Node], into: &web_sys::Node, article: &Article, scheme: &Scheme) {
        let text: &Text = article.text();
        for node in nodes {
            match node {
                Node::Text(span) => {
                    let words = match self.piece(text, *span) {
                        Ok(words) => self.document.unchecked_ref::<Given>().create_text_node(&words),
                        Err(words) => self.document.create_text_node(words),
                    };
                    append(into, &words);
                }
                Node::Mark { id, level, children } => {
                    let mark = match article.annotations().get(*id) {
                        Some(annotation) => self.mark(*id, annotation, (*level).min(3), scheme),
                        None => self.element("mark"),
                    };
                    if self.active == Some(*id) {
                        set(&mark, "data-active", "");
                    }
                    self.draw(children, &mark, article, scheme);
                    append(into, &mark);
                }
            }
        }
    }

    /// The highlight of an annotation, with nothing in it.
    fn mark(&self, id: AnnotationId, annotation: &Annotation, level: usize, scheme: &Scheme) -> Element {
        let look = Look {
            label: annotation.label,
            status: annotation.status,
            level,
            is_unsure: annotation.unsure,
            has_parts: !annotation.gaps.is_empty(),
        };
        let mut looks = self.looks.borrow_mut();
        let place = looks.iter().position(|(other, _)| *other == look).unwrap_or_else(|| {
            let mark = self.looking(&look, scheme);
            looks.push((look, mark));
            looks.len() - 1
        });
        let mark = copy(&looks[place].1);
        let own = mark.unchecked_ref::<Given>();
        own.set_attribute(&self.names.id, &id.0.to_string());
        own.set_attribute(&self.names.description, &spoken(annotation, scheme));
        mark
    }

    /// A highlight that looks so.
    fn looking(&self, look: &Look, scheme: &Scheme) -> Element {
        let mark = self.element("mark");
        let label = scheme.label(look.label);
        let state = match look.status {
            Status::Suggested => "suggested",
            Status::Accepted => "accepted",
            Status::Rejected => "rejected",
        };
        set(&mark, "data-label", &label.name);
        set(&mark, "data-style", STYLES[usize::from(label.style) % STYLES.len()]);
        set(&mark, "data-state", state);
        if look.level > 0 {
            set(&mark, "data-level", STYLES[look.level]);
        }
        if let Some(hue) = hue_of(look.label, label) {
            set(&mark, "data-hue", &hue);
        }
        if look.is_unsure {
            set(&mark, "data-unsure", "");
        }
        if look.has_parts {
            set(&mark, "data-parts", "");
        }
        mark
    }

    /// A block of a kind, with nothing in it.
    fn block_of(&self, kind: BlockKind, class: &str) -> Element {
        let block = self.element("p");
        set(&block, "dir", "auto");
        set(&block, "class", class);
        if kind == BlockKind::Heading {
            set(&block, "role", "heading");
            set(&block, "aria-level", "2");
        }
        block
    }

    fn note_count(&self, article: Option<&Article>) {
        let n = article.map_or(0, |article| article.annotations().n_visible());
        set(&self.root, "data-spans", &n.to_string());
    }

    fn chunk(&self) -> HtmlElement {
        let element: HtmlElement = self.element("div").unchecked_into();
        set(&element, "class", "chunk");
        element
    }

    fn element(&self, name: &str) -> Element {
        self.document.create_element(name).expect("the name of an HTML element")
    }
}

/// The place of a label in the tagset, when it has a colour of its own: a rule in `looks.rs` gives it.
pub fn hue_of(id: LabelId, label: &LabelSpec) -> Option<String> {
    label.colour.map(|_| id.index().to_string())
}

const STYLES: [&str; 7] = ["0", "1", "2", "3", "4", "5", "6"];

/// How a block looks. White space is kept where it means something; elsewhere it is set as prose is, so that no
/// highlight sticks out at the end of a line.
fn class_of(kind: BlockKind, words: &str) -> String {
    let kind = match kind {
        BlockKind::Heading => "block heading",
        BlockKind::Line => "block line",
        BlockKind::Paragraph => "block paragraph",
        BlockKind::Sentence => "block sentence",
    };
    let body = words.trim_end();
    let is_kept =
        body.bytes().any(|byte| matches!(byte, b'\n' | b'\t')) && !body.trim_start().is_empty() || has_two_spaces(body);
    let has_gap = words[body.len()..].matches('\n').count() > 1;
    format!("{kind}{}{}", if is_kept { " kept" } else { "" }, if has_gap { " gap" } else { "" })
}

/// Whether two spaces follow each other. What searches words for other words gets ready for them in each block anew.
fn has_two_spaces(words: &str) -> bool {
    words.as_bytes().windows(2).any(|pair| pair == b"  ")
}

/// The element once more, without what is in it.
fn copy(element: &Element) -> Element {
    element.clone_node().expect("an element can be copied").unchecked_into()
}

fn set(element: &Element, name: &str, value: &str) {
    element.set_attribute(name, value).expect("a plain attribute name");
}

fn append(parent: &web_sys::Node, child: &web_sys::Node) {
    parent.append_child(child).expect("a new node has no children that could hold its parent");
}
