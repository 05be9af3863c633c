//! From the browser's keyboard events to key chords, where the focus is, and what is done.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, KeyboardEvent};
use yew::Context;

use super::{App, now};
use crate::session::{Event, Focus, KeyChord, Target};

impl App {
    /// Does what a key stands for. Gives whether the page is to be drawn.
    pub(super) fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        let Some(painter) = &self.painter else { return false };
        let Some(chord) = chord(event) else { return false };
        if self.session.rebinding().is_some() {
            event.prevent_default();
            let event = match event.key().as_str() {
                "Escape" => Event::KeyAwaited { action: None },
                _ => Event::KeyPressed { chord },
            };
            self.feed(ctx, event);
            return true;
        }
        // The browser closes the list of formats.
        if self.lists_formats && chord == KeyChord::parse("escape") {
            return false;
        }
        let focus = focus(event, painter.root());
        // Out of a field beside the text, back to the text; a dialog is closed by the browser.
        let in_dialog = self.session.dialog().is_some() || self.paste_open;
        if focus == Focus::Field && !in_dialog && chord == KeyChord::parse("escape") {
            self.to_focus = Some(Target::Article);
            return true;
        }
        let binding = self.session.binding(&chord, focus);
        let Some(binding) = binding.or_else(|| self.session.binding(&latin(event)?, focus)) else { return false };
        event.prevent_default();
        self.by_pointer = false;
        self.acts();
        self.feed(ctx, Event::Act { action: binding.0, at: now() });
        true
    }
}

/// The chord of a key press; `None` while a character is being composed or a modifier alone is pressed.
pub fn chord(event: &KeyboardEvent) -> Option<KeyChord> {
    let key = event.key();
    if event.is_composing() || matches!(key.as_str(), "Shift" | "Control" | "Alt" | "Meta" | "Dead" | "Process") {
        return None;
    }
    // With Alt, macOS gives the character that Alt types; the key's place says what was meant.
    let code = if event.alt_key() && !key.is_ascii() { event.code() } else { String::new() };
    let key = bracket(&code, event.shift_key()).map_or(key, str::to_owned);
    // AltGr, which types [ and { on many keyboards, is reported as Ctrl and Alt.
    let alt_graph = event.get_modifier_state("AltGraph");
    let command = (event.ctrl_key() || event.meta_key()) && !alt_graph;
    Some(KeyChord::new(&key, command, event.alt_key() && !alt_graph, event.shift_key()))
}

/// What stands on the keys of brackets, by their place.
fn bracket(code: &str, shift: bool) -> Option<&'static str> {
    match (code, shift) {
        ("BracketLeft", false) => Some("["),
        ("BracketLeft", true) => Some("{"),
        ("BracketRight", false) => Some("]"),
        ("BracketRight", true) => Some("}"),
        _ => None,
    }
}

/// The chord of the same key on a keyboard with Latin letters; `None` when it has one here. Who writes Arabic or Russian
/// would else have to switch for each key.
fn latin(event: &KeyboardEvent) -> Option<KeyChord> {
    let key = event.key();
    if key.is_ascii() || !key.chars().next()?.is_alphabetic() {
        return None;
    }
    let code = event.code();
    let key = bracket(&code, event.shift_key()).or_else(|| code.strip_prefix("Key"))?;
    Some(KeyChord::new(key, event.ctrl_key() || event.meta_key(), event.alt_key(), event.shift_key()))
}

/// Where the focus is when an event reaches the document.
pub fn focus(event: &web_sys::Event, article: &Element) -> Focus {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return Focus::Page };
    let is_within = |selector: &str| target.closest(selector).ok().flatten().is_some();
    // Sliders, boxes and the like take no text.
    let takes_text = "input:not([type=range], [type=checkbox], [type=radio], [type=color], [type=file])";
    if is_within(takes_text) || is_within("textarea, select, [contenteditable]") {
        Focus::Field
    } else if is_within("dialog") {
        Focus::Dialog
    } else if article.contains(Some(&target)) {
        Focus::Article
    } else if is_within("button, a, summary, input, [role=tab]") {
        Focus::Control
    } else {
        Focus::Page
    }
}

/// Whether the keyboard is a Mac's, for the names of keys.
pub fn on_mac() -> bool {
    gloo::utils::window().navigator().platform().is_ok_and(|platform| platform.starts_with("Mac"))
}
