//! The browser's selection as offsets in the article, and back.
//!
//! The article element holds chunks of blocks, a block holds text nodes and nested marks; its `textContent` is the
//! article's text. A boundary point in the DOM is a node and an offset, counted in UTF-16 units within a text node and in
//! children within an element (<https://dom.spec.whatwg.org/#boundary-points>); both forms occur.

use js_sys::Reflect;
use wasm_bindgen::JsCast as _;
use web_sys::{ClipboardEvent, Element, Node, NodeList, Range, Selection};

use super::painter::Painter;
use crate::session::Place;
use crate::text::Utf16Offset;

/// The selection's two ends, anchor and focus. One that lies outside the article counts as the end of the article on that
/// side; `None` when both do.
pub fn read(painter: &Painter) -> Option<(Utf16Offset, Utf16Offset)> {
    let selection = selection()?;
    let (from, to) = (selection.anchor_node()?, selection.focus_node()?);
    let anchor = offset_of(painter, &from, selection.anchor_offset());
    let focus = offset_of(painter, &to, selection.focus_offset());
    match (anchor, focus) {
        (Some(anchor), Some(focus)) => Some((anchor, focus)),
        (Some(anchor), None) => Some((anchor, end_towards(painter, &to))),
        (None, Some(focus)) => Some((end_towards(painter, &from), focus)),
        (None, None) => None,
    }
}

/// The start or the end of what is there of the article, on the side of a node outside it.
fn end_towards(painter: &Painter, outside: &Node) -> Utf16Offset {
    let is_before = painter.root().compare_document_position(outside) & Node::DOCUMENT_POSITION_PRECEDING != 0;
    painter.block_start(if is_before { 0 } else { usize::MAX })
}

/// Sets the selection.
pub fn write(painter: &Painter, anchor: Utf16Offset, focus: Utf16Offset) {
    let (Some(selection), Some(from), Some(to)) = (selection(), point_at(painter, anchor), point_at(painter, focus))
    else {
        return;
    };
    // A point that the browser refuses leaves the selection as it was.
    let _ = selection.set_base_and_extent(&from.0, from.1, &to.0, to.1);
}

/// The stretch between two offsets as a live range of the document.
pub fn range(painter: &Painter, start: Utf16Offset, end: Utf16Offset) -> Option<Range> {
    let (start, end) = (point_at(painter, start)?, point_at(painter, end)?);
    let range = Range::new().ok()?;
    range.set_start(&start.0, start.1).ok()?;
    range.set_end(&end.0, end.1).ok()?;
    Some(range)
}

/// Moves the selection's focus to a place that only the browser knows.
pub fn move_on_screen(place: Place, forward: bool, extend: bool) {
    if let Some(selection) = selection() {
        let alter = if extend { "extend" } else { "move" };
        let direction = if forward { "forward" } else { "backward" };
        let by = match place {
            Place::Line => "line",
            Place::LineEnd => "lineboundary",
        };
        // Every browser of today has `modify`; one that has not leaves the caret where it is.
        let _ = selection.modify(alter, direction, by);
    }
}

/// The position in the article under a point of the window, in CSS pixels.
pub fn offset_at(painter: &Painter, x: f64, y: f64) -> Option<Utf16Offset> {
    let document = gloo::utils::document();
    let ask = |name: &str| {
        let method: js_sys::Function = Reflect::get(&document, &name.into()).ok()?.dyn_into().ok()?;
        method.call2(&document, &x.into(), &y.into()).ok().filter(|found| found.is_object())
    };
    // The standard's name first, then that of browsers before it.
    let (found, node, offset) = match ask("caretPositionFromPoint") {
        Some(found) => (found, "offsetNode", "offset"),
        None => (ask("caretRangeFromPoint")?, "startContainer", "startOffset"),
    };
    let node: Node = Reflect::get(&found, &node.into()).ok()?.dyn_into().ok()?;
    let offset = Reflect::get(&found, &offset.into()).ok()?.as_f64()?;
    offset_of(painter, &node, offset as u32)
}

/// Where one end of a stretch is on the screen, in CSS pixels of the window.
#[derive(Clone, Copy, Debug)]
pub struct EndBox {
    pub x: f64,
    pub top: f64,
    pub bottom: f64,
}

/// Where the start and the end of a stretch are. In text that runs to the left, its start is on the right.
pub fn end_boxes(painter: &Painter, start: Utf16Offset, end: Utf16Offset) -> Option<[EndBox; 2]> {
    let rects = range(painter, start, end)?.get_client_rects()?;
    let (first, last) = (rects.item(0)?, rects.item(rects.length().checked_sub(1)?)?);
    let (block, _) = painter.block_at(start)?;
    let direction = gloo::utils::window().get_computed_style(&block).ok()??.get_property_value("direction").ok()?;
    let is_rtl = direction == "rtl";
    let (from, to) = if is_rtl { (first.right(), last.left()) } else { (first.left(), last.right()) };
    Some([(from, first), (to, last)].map(|(x, rect)| EndBox { x, top: rect.top(), bottom: rect.bottom() }))
}

/// Copies what is selected in the article as it stands in the text: blocks are ours, so no line breaks of theirs.
pub fn copy(event: &ClipboardEvent) -> Option<()> {
    let range = selection()?.get_range_at(0).ok()?;
    let around = range.common_ancestor_container().ok()?;
    let element = around.dyn_ref::<Element>().cloned().or_else(|| around.parent_element())?;
    element.closest("[data-article]").ok()??;
    let words = String::from(range.to_string());
    if words.is_empty() {
        return None;
    }
    event.clipboard_data()?.set_data("text/plain", &words).ok()?;
    event.prevent_default();
    Some(())
}

fn selection() -> Option<Selection> {
    gloo::utils::window().get_selection().ok().flatten()
}

/// The offset of a boundary point from the start of the article.
fn offset_of(painter: &Painter, node: &Node, offset: u32) -> Option<Utf16Offset> {
    if !painter.root().contains(Some(node)) {
        return None;
    }
    let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())?;
    let Some(block) = element.closest("[data-block]").ok()? else {
        return between_blocks(painter, &element, offset);
    };
    let before = painter.block_start(painter.index_of(&block)?);
    let within = match node.dyn_ref::<web_sys::Text>() {
        Some(_) => length_before(&block, node)? + offset,
        None => {
            let children = node.child_nodes();
            let inside: u32 = (0..offset).filter_map(|index| children.item(index)).map(|child| length(&child)).sum();
            length_before(&block, node)? + inside
        }
    };
    Some(Utf16Offset(before.0 + within))
}

/// The offset of a point in the article element or in a chunk of it: the start of the block that follows, or the end
/// of the last one.
fn between_blocks(painter: &Painter, element: &Element, offset: u32) -> Option<Utf16Offset> {
    let blocks = |element: &Element| element.query_selector_all("[data-block]").ok();
    let index = |list: &NodeList, at: u32| painter.index_of(&list.item(at)?.dyn_into().ok()?);
    match element.children().item(offset) {
        Some(child) if child.has_attribute("data-block") => Some(painter.block_start(painter.index_of(&child)?)),
        Some(child) => Some(painter.block_start(index(&blocks(&child)?, 0)?)),
        None => {
            let all = blocks(element)?;
            let last = all.length().checked_sub(1)?;
            Some(painter.block_start(index(&all, last)? + 1))
        }
    }
}

/// UTF-16 units of text in a block before a node within it.
fn length_before(block: &Element, node: &Node) -> Option<u32> {
    let mut units = 0;
    let mut here = node.clone();
    while !here.is_same_node(Some(block)) {
        let mut sibling = here.previous_sibling();
        while let Some(before) = sibling {
            units += length(&before);
            sibling = before.previous_sibling();
        }
        here = here.parent_node()?;
    }
    Some(units)
}

fn length(node: &Node) -> u32 {
    match node.dyn_ref::<web_sys::Text>() {
        Some(text) => text.length(),
        None => {
            let children = node.child_nodes();
            (0..children.length()).filter_map(|index| children.item(index)).map(|child| length(&child)).sum()
        }
    }
}

/// The text node and offset within it of a position.
fn point_at(painter: &Painter, offset: Utf16Offset) -> Option<(Node, u32)> {
    let (block, start) = painter.block_at(offset)?;
    let mut left = offset.0 - start.0;
    let mut here: Node = block.into();
    // Down to the text node that holds the position, passing over what lies before it.
    loop {
        if let Some(text) = here.dyn_ref::<web_sys::Text>() {
            return Some((here.clone(), left.min(text.length())));
        }
        let mut child = here.first_child()?;
        loop {
            let units = length(&child);
            match child.next_sibling() {
                Some(next) if left > units || (left == units && units == 0) => {
                    left -= units;
                    child = next;
                }
                _ => break,
            }
        }
        here = child;
    }
}
