//! What the screen shows, as data: blocks of text, marks within a block, rows of the list beside it.

mod blocks;
mod marks;
mod rows;

pub use blocks::{Block, BlockKind, blocks};
pub use marks::{Node, marks};
pub use rows::{MentionRow, Row, Rows, rows};
