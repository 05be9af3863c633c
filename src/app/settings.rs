//! Keeps what a person has set in the browser’s local storage: a line of JSON that is there at once, before the
//! database is open. Each project has its own; a new one begins with what was set last.

use gloo::utils::window;

use crate::session::ProjectId;

/// Where what was set last lies; that of a project has its number behind it.
const LAST: &str = "attache-settings";

fn key_of(project: ProjectId) -> String {
    format!("{LAST}-{}", project.0)
}

/// What was kept of a project on an earlier visit. Nothing in a browser that keeps nothing.
pub fn found(project: ProjectId) -> Option<String> {
    let storage = window().local_storage().ok()??;
    let item = |key: &str| storage.get_item(key).ok()?;
    item(&key_of(project)).or_else(|| item(LAST))
}

/// Keeps it.
pub fn keep(project: ProjectId, json: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        for key in [key_of(project).as_str(), LAST] {
            // A browser that keeps nothing has said so already, by its database.
            let _ = storage.set_item(key, json);
        }
    }
}

/// Lets the next visit begin without the example, since the person has opened something else. `static/boot.js` looks for it.
pub fn note_own_articles() {
    if let Ok(Some(storage)) = window().local_storage() {
        // As above.
        let _ = storage.set_item("attache-own", "");
    }
}

/// Forgets that of a project.
pub fn forget(project: ProjectId) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.remove_item(&key_of(project));
    }
}
