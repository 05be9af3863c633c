//! User Timing: what a person waits for, as `performance.measure` entries that any profiler shows.
//!
//! `attache:boot` runs from the start of the navigation, `attache:open` from the choice of a file, `attache:edit` from
//! the key or click; each ends when the result was painted. `attache:door` is how long the page stood still for its
//! later part, which should not happen.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use gloo::events::EventListener;
use gloo::render::request_animation_frame;
use gloo::timers::callback::Timeout;
use gloo::utils::document;
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

/// Does something in a turn of its own; before it the browser answers the person. Not by a timer: of timers that ask for the
/// next one it makes each wait 4 ms, in a page that is hidden a second. Of turns that ask for the next one some wait
/// nevertheless: between others the browser draws no more than ten times a second.
pub fn next_turn(what: impl FnOnce() + 'static) {
    TURNS.with(|turns| turns.add(Box::new(what)));
}

/// How long turns follow each other at once, and how long the next one waits then, so that the browser draws; in milliseconds.
const STREAK: f64 = 12.0;
const BREATH: u32 = 4;

thread_local! {
    static TURNS: Turns = Turns::new();
}

/// What waits for its turn.
struct Turns {
    waiting: RefCell<VecDeque<Box<dyn FnOnce()>>>,
    /// Since when turns have followed each other.
    since: Cell<Option<f64>>,
    /// The channel whose messages are the turns; a browser that has no channels has timers.
    channel: Option<(MessagePort, EventListener)>,
}

impl Turns {
    fn new() -> Self {
        let channel = MessageChannel::new().ok().map(|channel| {
            let listener = EventListener::new(&channel.port1(), "message", |_| Self::take());
            channel.port1().start();
            (channel.port2(), listener)
        });
        Self { waiting: RefCell::default(), since: Cell::default(), channel }
    }

    fn add(&self, what: Box<dyn FnOnce()>) {
        self.waiting.borrow_mut().push_back(what);
        let is_long = self.since.get().is_some_and(|since| now() - since > STREAK) && !document().hidden();
        match &self.channel {
            // Only what cannot be copied would fail.
            Some((port, _)) if !is_long => _ = port.post_message(&JsValue::NULL),
            _ => {
                self.since.set(None);
                drop(Timeout::new(BREATH, Self::take).forget());
            }
        }
    }

    fn take() {
        let what = TURNS.with(|turns| {
            turns.since.set(turns.since.get().or_else(|| Some(now())));
            turns.waiting.borrow_mut().pop_front()
        });
        if let Some(what) = what {
            what();
        }
        TURNS.with(|turns| {
            if turns.waiting.borrow().is_empty() {
                turns.since.set(None);
            }
        });
    }
}

fn performance() -> Option<web_sys::Performance> {
    gloo::utils::window().performance()
}
