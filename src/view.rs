//! What the screen shows, as data: blocks of text, marks within a block, rows of the list beside it, the details of a
//! highlight, and Markdown as a tree.

mod blocks;
mod details;
mod markdown;
mod marks;
mod rows;

pub use blocks::{Block, BlockKind, blocks};
pub use details::{Deed, deeds, n_at_same_place, spoken, standing, words};
pub use markdown::{Inline, MarkdownBlock, markdown};
pub use marks::{Node, marks};
pub use rows::{MentionRow, Row, Rows, context, rows};
