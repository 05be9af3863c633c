//! Attaché: annotate officials, their roles and topics in news articles, wholly in the browser.
//!
//! The modules below stand in reading order; each may use those above it, never those below (ARCHITECTURE.md has
//! the exact edges, `tests/architecture.rs` enforces them). Everything but `app` is pure: no browser, no clock, no
//! randomness.

// The text of an article; positions and spans in it.
pub mod text;
// Which labels there are, and what each groups by.
pub mod scheme;
// Finds officials, roles and topics in a text.
pub mod recognize;
// A labelled span, and all those of an article.
pub mod annotation;
// What a person can ask for; edits, undo and redo.
pub mod command;
// Articles with their journals, and where they are kept.
pub mod project;
// Annotation files, in and out.
pub mod format;
// Files and pastes become articles.
pub mod ingest;
// What the screen shows, as data.
pub mod view;
// A person at work: events in, effects out.
pub mod session;
// The command line, native only.
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
// Trains the recognizer; native only.
#[cfg(feature = "train")]
pub mod train;
// The page itself: Yew, the DOM, the browser's database.
#[cfg(feature = "web")]
pub mod app;
