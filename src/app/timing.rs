//! User Timing: what a person waits for, as `performance.measure` entries that any profiler shows.
//!
//! `attache:boot` runs from the start of the navigation, `attache:open` from the choice of a file, `attache:edit` from
//! the key or click; each ends when the result was painted. `attache:door` is how long the page stood still for its
//! later part, which should not happen.

use gloo::events::EventListener;
use gloo::render::request_animation_frame;
use gloo::timers::callback::Timeout;
use serde::Serialize;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{MessageChannel, MessagePort};

/// Milliseconds since the navigation began.
pub fn now() -> f64 {
    performance().map_or(0.0, |performance| performance.now())
}

/// Measures from `start` to the end of the frame that shows what has just been put into the document.
pub fn measure_to_paint(name: &'static str, start: f64) {
    when_painted(move || {
        let end = now();
        // A measure that cannot be written is nobody's loss.
        Timeout::new(0, move || _ = measure(name, start, end)).forget();
    });
}

/// Measures from `start` to now.
pub fn measure_to_now(name: &'static str, start: f64) {
    // As above.
    let _ = measure(name, start, now());
}

/// The options of `performance.measure`, which has no binding in web-sys yet.
#[derive(Serialize)]
struct MeasureOptions {
    /// Milliseconds since the navigation began.
    start: f64,
    end: f64,
}

fn measure(name: &str, start: f64, end: f64) -> Result<(), JsValue> {
    let Some(performance) = performance() else { return Ok(()) };
    let options = serde_wasm_bindgen::to_value(&MeasureOptions { start, end })?;
    let measure: js_sys::Function = js_sys::Reflect::get(&performance, &"measure".into())?.dyn_into()?;
    measure.call2(&performance, &name.into(), &options).map(|_| ())
}

/// Runs something once the current state of the document was painted, in a turn of its own: what is done in a frame delays
/// that frame, which may have something else to show by then.
pub fn after_paint(then: impl FnOnce() + 'static) {
    when_painted(move || drop(Timeout::new(0, then).forget()));
}

/// Runs something as soon as the current state of the document was painted: the second animation frame from now comes
/// after that.
fn when_painted(then: impl FnOnce() + 'static) {
    let first = request_animation_frame(move |_| {
        let second = request_animation_frame(move |_| then());
        std::mem::forget(second); // dropping the handle would cancel the frame
    });
    std::mem::forget(first);
}

/// Turns one right after the other, between which the browser answers the person and draws: of timers that ask for the next
/// one it makes each wait 4 ms.
pub struct Turns {
    port: MessagePort,
    _listener: EventListener,
}

impl Turns {
    /// Does something in each of them; `None` in a browser that has no channels.
    pub fn new(what: impl Fn() + 'static) -> Option<Self> {
        let channel = MessageChannel::new().ok()?;
        let listener = EventListener::new(&channel.port1(), "message", move |_| what());
        channel.port1().start();
        Some(Self { port: channel.port2(), _listener: listener })
    }

    /// Asks for one.
    pub fn ask(&self) {
        // Only what cannot be copied would fail.
        let _ = self.port.post_message(&JsValue::NULL);
    }
}

fn performance() -> Option<web_sys::Performance> {
    gloo::utils::window().performance()
}
