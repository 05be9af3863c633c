//! What is measured of the core, by name.

/// The names, in the order of `WORK`.
pub const NAMES: [&str; 10] = [
    "text: count units",
    "segment: cut into blocks",
    "open: take in annotations",
    "query: one block’s marks",
    "query: 100 rows of people",
    "plan: label a selection",
    "edit: label it",
    "undo it",
    "keep: record of the edit",
    "search: words",
];
