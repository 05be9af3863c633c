//! How much room the browser gives the page, and whether it may clear it.

use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

use crate::session::Room;

/// Asks the browser to keep what is stored until the person removes it, and how much room there is. `None` in a browser
/// that says nothing of it.
pub async fn ask() -> Option<Room> {
    let manager: StorageManager = gloo::utils::window().navigator().storage();
    let is_persistent = JsFuture::from(manager.persist().ok()?).await.ok()?.as_bool().unwrap_or(false);
    let estimate: StorageEstimate = JsFuture::from(manager.estimate().ok()?).await.ok()?.unchecked_into();
    let bytes = |value: Option<f64>| value.map_or(0, |bytes| bytes.max(0.0) as u64);
    Some(Room { is_persistent, n_used: bytes(estimate.get_usage()), n_all: bytes(estimate.get_quota()) })
}
