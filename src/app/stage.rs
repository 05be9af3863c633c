//! Where the page is made before it is seen: beside the document, until the open article is there to be shown with it.
//! What index.html has is seen meanwhile. The browser so lays out one picture instead of two.

use gloo::utils::document;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

/// How long what index.html has is seen at most, in milliseconds: a database may wait for another tab, a file may be long.
pub const PATIENCE: u32 = 250;
/// The element of index.html that the page takes the place of. The field for files lies beside it.
const PLACE: &str = "page";

/// The element that the page is made in.
#[derive(Clone, PartialEq)]
pub struct Stage(Element);

impl Stage {
    /// Makes it; `None` where there is no place for it in the document.
    pub fn set() -> Option<Self> {
        let place = document().get_element_by_id(PLACE)?;
        // A copy without what is in it.
        place.clone_node().ok().map(|copy| Self(copy.unchecked_into()))
    }

    /// The element.
    pub fn element(&self) -> &Element {
        &self.0
    }

    /// Whether it is in the document.
    pub fn is_entered(&self) -> bool {
        self.0.is_connected()
    }

    /// Puts it into the document, unless it is there. Gives whether it was not.
    pub fn enter(&self) -> bool {
        let is_outside = !self.is_entered();
        if is_outside && let Some(place) = document().get_element_by_id(PLACE) {
            // Only what is a child of itself could not be put there.
            let _ = place.replace_with_with_node_1(&self.0);
        }
        is_outside
    }
}
