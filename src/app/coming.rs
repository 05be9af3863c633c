//! Text that is not in the document yet, and the pieces of it that come there together.

use web_sys::{Element, HtmlElement};

use super::overlay::tenths;
use crate::text::{Span, Text};
use crate::view::{Block, blocks};

/// Latin letters to a line of the reading column, about.
const LINE: f64 = 66.0;

/// Blocks that are not in the document yet.
pub struct Coming {
    pub text: Text,
    pub blocks: std::vec::IntoIter<Block>,
    /// An empty one of each class that there was, to be copied.
    pub like: Vec<(String, Element)>,
}

impl Coming {
    /// All of a text; `None` when it has none.
    pub fn of(text: &Text) -> Option<Self> {
        let blocks = blocks(text);
        (!blocks.is_empty()).then(|| Self { text: text.clone(), blocks: blocks.into_iter(), like: Vec::new() })
    }

    /// About how high the whole text is, in lines of its size.
    pub fn height(&self) -> f64 {
        self.text.whole().map_or(0.0, |whole| height_of(&self.text, whole, 0))
    }
}

/// Some screens of text that the browser lays out and paints together, or not at all.
pub struct Chunk {
    pub element: HtmlElement,
    /// What it is of the text, as far as there is something in it.
    pub span: Option<Span>,
    pub n_blocks: u32,
}

impl Chunk {
    /// Tells the browser about how high the chunk will be, so that it can scroll before it lays it out.
    pub fn close(&self, text: &Text) {
        let height = tenths(self.span.map_or(0.0, |span| height_of(text, span, self.n_blocks)));
        // A length is always valid.
        let _ = self.element.style().set_property("contain-intrinsic-block-size", &format!("auto {height}em"));
    }
}

/// About how high some text in so many blocks is, in em.
fn height_of(text: &Text, span: Span, n_blocks: u32) -> f64 {
    // Letters of other alphabets take two bytes and the room of a Latin one, those of Chinese and Japanese three bytes, or
    // four in two units, and twice the room.
    let (start, end) = text.span_utf16(span);
    let n_units = end.0 - start.0;
    let n_letters = n_units.max(span.len_bytes() - n_units);
    f64::from(n_letters) / LINE * 1.75 + f64::from(n_blocks) * 1.3
}
