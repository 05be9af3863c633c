//! The benches of the core, each in two halves: what makes it ready, and what is counted.

#[path = "../../../../benches/core/names.rs"]
mod names;
#[path = "../../../../benches/core/work.rs"]
mod work;

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static INPUT: RefCell<Option<work::Input>> = const { RefCell::new(None) };
    static READY: RefCell<Option<Box<dyn FnOnce() -> usize>>> = const { RefCell::new(None) };
}

/// Makes an article with so many annotations.
#[wasm_bindgen]
pub fn input(n: u32) {
    INPUT.set(Some(work::Input::of_size(n as usize)));
}

/// Makes the nth work ready on it.
#[wasm_bindgen]
pub fn ready(nth: u32) {
    INPUT.with_borrow(|input| {
        let input = input.as_ref().expect("`input` is called first");
        READY.set(Some(work::WORK[nth as usize](input)));
    });
}

/// Does it.
#[wasm_bindgen]
pub fn run() -> u32 {
    let ready = READY.take().expect("`ready` is called first");
    ready() as u32
}
