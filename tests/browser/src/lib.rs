//! What the end-to-end tests stand on: the built page, served from here, in a real browser.
//!
//! Reading order: a test speaks to a [`Page`] in the words of a person at work; a page lives in a browser with a profile
//! of its own; the browser is steered through its driver; the site comes from a small server.

mod browser;
mod driver;
mod hands;
mod page;
mod server;
mod wait;

pub use driver::Engine;
pub use page::{Device, Mark, Page, Scheme, article, as_suggestions};
pub use server::{Down, address, change_page, repository};
pub use wait::wait_for;

/// The article that a first visit opens with.
pub const SEED: &str = include_str!("../../../seeds/articles/000_e8fd1c9e67b988b0.txt");

/// A text whose letters take one to four bytes, one or two UTF-16 units, and one or two code points.
pub const MIXED: &str = "TEHRAN – Foreign Minister Bu\u{a0}Habib’s cafe\u{301} talks 😀 were long. \
    𐎠𐎡 is Old Persian, said President Aoun.\nوزیر امور خارجه ایران حسین امیرعبداللهیان گفت: سلام دنیا. Taha agreed 😀 at once.\n";

/// The dialogs that a key opens while a highlight is active: the key and the dialog's name.
pub const DIALOGS: [(&str, &str); 12] = [
    ("?", "help"),
    ("Control+k", "palette"),
    ("Control+,", "settings"),
    ("Shift+T", "scheme"),
    ("b", "about"),
    ("Shift+H", "guidelines"),
    ("g", "join"),
    ("w", "entity"),
    ("Shift+E", "occurrences"),
    ("Control+Shift+f", "occurrences"),
    ("Shift+O", "projects"),
    ("Shift+V", "versions"),
];
