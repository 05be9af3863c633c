//! Keeps what a person has set in the browser’s local storage: a line of JSON that is there at once, before the
//! database is open.

use gloo::utils::window;

const KEY: &str = "attache-settings";

/// What was kept on an earlier visit. Nothing in a browser that keeps nothing.
pub fn found() -> Option<String> {
    window().local_storage().ok()??.get_item(KEY).ok()?
}

/// Keeps it.
pub fn keep(json: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A browser that keeps nothing has said so already, by its database.
        let _ = storage.set_item(KEY, json);
    }
}
