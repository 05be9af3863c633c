//! What floats over the text: the caret, and the palette at the selection. Both are placed by the text's own boxes
//! and lie outside the article element.

use web_sys::{DomRect, HtmlElement};
use yew::NodeRef;

use super::painter::Painter;
use super::{App, dom_selection};
use crate::text::Utf16Offset;

/// Pixels between the text and the palette.
const GAP: f64 = 8.0;
/// Pixels at the top and bottom of the window that bars may cover.
const MARGIN: f64 = 72.0;

/// The floating elements.
#[derive(Default)]
pub struct Overlay {
    caret: NodeRef,
    palette: NodeRef,
    handles: [NodeRef; 2],
}

impl Overlay {
    /// Where the caret is drawn.
    pub fn caret(&self) -> NodeRef {
        self.caret.clone()
    }

    /// Where the handles at start and end are drawn.
    pub fn handles(&self) -> [NodeRef; 2] {
        self.handles.clone()
    }

    /// Where the palette is drawn.
    pub fn palette(&self) -> NodeRef {
        self.palette.clone()
    }
}

impl App {
    /// Moves the caret, the handles and the palette to where they belong. All is measured before anything is moved: for who
    /// measures after that the browser lays out the page once more.
    pub(super) fn place(&self) {
        let (caret, handles, palette) = (self.caret_rect(), self.handle_boxes(), self.palette_place());
        let sheet = if caret.is_some() || handles.is_some() { self.sheet_rect() } else { None };
        self.put_caret(caret.as_ref().zip(sheet.as_ref()));
        self.put_handles(handles.zip(sheet.as_ref()));
        self.put_palette(palette);
    }

    /// The box of the sheet on which the text, the caret and the handles lie.
    fn sheet_rect(&self) -> Option<DomRect> {
        Some(self.painter.as_ref()?.root().parent_element()?.get_bounding_client_rect())
    }

    fn put_caret(&self, place: Option<(&DomRect, &DomRect)>) {
        let Some(element) = self.overlay.caret.cast::<HtmlElement>() else { return };
        element.set_hidden(place.is_none());
        if let Some((rect, sheet)) = place {
            set(&element, "left", rect.left() - sheet.left());
            set(&element, "top", rect.top() - sheet.top());
            set(&element, "height", rect.height());
        }
    }

    /// The caret's box, when the article has the focus and nothing is selected.
    fn caret_rect(&self) -> Option<DomRect> {
        let painter = self.painter.as_ref()?;
        let active = gloo::utils::document().active_element()?;
        let caret = self.session.caret();
        if caret.anchor != caret.focus || !active.is_same_node(Some(painter.root())) {
            return None;
        }
        let at = self.session.article()?.text().to_utf16(caret.focus)?;
        first_rect(painter, at, at).or_else(|| {
            let (block, _) = painter.block_at(at)?;
            Some(block.get_bounding_client_rect())
        })
    }

    /// Moves the palette to the selection or the active highlight.
    pub(super) fn place_palette(&self) {
        self.put_palette(self.palette_place());
    }

    /// Left and top of the palette, and whether what it belongs to is seen; in CSS pixels of the window.
    fn palette_place(&self) -> Option<(f64, f64, bool)> {
        let element: HtmlElement = self.overlay.palette.cast()?;
        let painter = self.painter.as_ref()?;
        let text = self.session.article()?.text();
        let span = self.session.selection().or_else(|| self.session.active().map(|(_, it)| it.span))?;
        let (start, end) = text.span_utf16(span);
        let rect = dom_selection::range(painter, start, end)?.get_bounding_client_rect();
        let own = element.get_bounding_client_rect();
        let sheet = self.sheet_rect()?;
        let is_seen = rect.bottom() > MARGIN / 2.0 && rect.top() < window_height();
        let above = rect.top() - own.height() - GAP;
        let top = if above > MARGIN { above } else { rect.bottom() + GAP };
        let (leftmost, rightmost) = (sheet.left() + GAP, sheet.right() - own.width() - GAP);
        let middle = rect.left() + rect.width() / 2.0 - own.width() / 2.0;
        // The message of `clamp` brings the exact formatting of numbers along, which weighs 3 kB.
        let left = middle.min(rightmost).max(leftmost);
        Some((left, top, is_seen))
    }

    fn put_palette(&self, place: Option<(f64, f64, bool)>) {
        if let (Some(element), Some((left, top, is_seen))) = (self.overlay.palette.cast::<HtmlElement>(), place) {
            set(&element, "left", left);
            set(&element, "top", top);
            // A word of the style sheets' language is always valid.
            let _ = element.style().set_property("visibility", if is_seen { "visible" } else { "hidden" });
        }
    }
}

/// The height of the window, in CSS pixels.
pub fn window_height() -> f64 {
    gloo::utils::window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(1_000.0)
}

/// Scrolls as little as is needed to show a stretch of text, with some lines around it.
pub fn bring_into_view(painter: &Painter, start: Utf16Offset, end: Utf16Offset) -> Option<()> {
    let window = gloo::utils::window();
    let height = window_height();
    let is_seen = |rect: &DomRect| rect.top() >= MARGIN && rect.bottom() <= height - 2.0 * MARGIN;
    // Blocks far away have guessed heights until they are laid out; a second look finds the true place.
    for _ in 0..2 {
        let rect = first_rect(painter, start, end)?;
        if !is_seen(&rect) {
            window.scroll_by_with_x_and_y(0.0, rect.top() - height * 0.4);
        }
    }
    Some(())
}

fn first_rect(painter: &Painter, start: Utf16Offset, end: Utf16Offset) -> Option<DomRect> {
    let range = dom_selection::range(painter, start, end)?;
    let rects = range.get_client_rects()?;
    rects.item(0).or_else(|| Some(range.get_bounding_client_rect()).filter(|rect| rect.height() > 0.0))
}

/// A length in pixels. Set through the style object, which a strict content security policy allows.
pub fn set(element: &HtmlElement, property: &str, pixels: f64) {
    // A length in pixels is always valid.
    let _ = element.style().set_property(property, &format!("{}px", tenths(pixels)));
}

/// A number with one digit after the point. The formatting of the standard library, exact for every number, weighs 4 kB.
pub fn tenths(number: f64) -> String {
    let tenths = (number * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}
