//! The text of an article and positions in it.
//!
//! | unit | type | where it may appear |
//! |---|---|---|
//! | UTF-8 bytes | [`ByteOffset`] | everywhere inside the crate |
//! | UTF-16 code units | [`Utf16Offset`] | `session::event` and `app`: what the DOM counts |
//! | Unicode code points | [`CharOffset`] | `format`: what annotation files count |
//!
//! All intervals are half-open. Conversions are exact or `None`; they never clamp.

mod article_text;
mod boundary;
mod find;
mod offset;
mod script;
mod snap;
mod span;

pub use article_text::Text;
pub use boundary::{Direction, Step, step, trim, upper_beyond_ascii, word_span};
pub use find::{MOST_IN_VAIN, Pattern, Stretch};
pub use offset::{ByteOffset, CharOffset, Utf16Offset};
pub use snap::{clicked_word, name_around, snap, word_at};
pub use span::Span;
