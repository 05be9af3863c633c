//! Text that is not in the document yet, and the pieces of it that come there together.

use web_sys::{Element, HtmlElement};

use super::overlay::tenths;
use crate::text::Text;
use crate::view::{Block, blocks};

/// Bytes to a line of the reading column, about.
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
        height_of(self.text.len().0, 0)
    }
}

/// Some screens of text that the browser lays out and paints together, or not at all.
pub struct Chunk {
    pub element: HtmlElement,
    pub n_bytes: u32,
    pub n_blocks: u32,
}

impl Chunk {
    /// Tells the browser about how high the chunk will be, so that it can scroll before it lays it out.
    pub fn close(&self) {
        let height = tenths(height_of(self.n_bytes, self.n_blocks));
        // A length is always valid.
        let _ = self.element.style().set_property("contain-intrinsic-block-size", &format!("auto {height}em"));
    }
}

/// About how high so much text in so many blocks is, in em.
fn height_of(n_bytes: u32, n_blocks: u32) -> f64 {
    f64::from(n_bytes) / LINE * 1.75 + f64::from(n_blocks) * 1.3
}
