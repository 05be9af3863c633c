//! The parts of the program that come later: what neither the first paint nor the first label needs. `xtask/pack` cuts
//! them out of the Wasm and puts a door in the place of every function that leads there. One part opens files of text and
//! JSON, which many people do first of all; it is compiled after the first text was painted. The rest (other formats, the
//! recognizer, search, dialogs) is seven times as large, and comes a little later. Who comes to a door before its part is
//! there waits for it in [`load_files_now`] or [`load_rest_now`]. A page that was not cut (`cargo xtask serve --dev`) names
//! no parts and has nothing to wait for.

use std::cell::{Cell, OnceCell};

use gloo::utils::{document, window};
use js_sys::{Object, Promise, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::XmlHttpRequest;

use super::timing;

/// A part that comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What opens files of text and JSON.
    Files,
    /// All else. It makes use of the part for files.
    Rest,
}

/// How far a part is.
struct State {
    asked: OnceCell<Promise>,
    coming: OnceCell<Promise>,
    is_here: Cell<bool>,
}

impl State {
    const fn new() -> Self {
        Self { asked: OnceCell::new(), coming: OnceCell::new(), is_here: Cell::new(false) }
    }
}

thread_local! {
    /// Of the part for files and of the rest.
    static STATES: [State; 2] = const { [State::new(), State::new()] };
}

impl Part {
    fn with_state<T>(self, ask: impl FnOnce(&State) -> T) -> T {
        STATES.with(|states| ask(&states[self as usize]))
    }

    /// Where it lies; `None` where the program is whole.
    fn address(self) -> Option<String> {
        // The id of an element of index.html, and what that says until `xtask/pack` puts the address there.
        let (id, none) = match self {
            Part::Files => ("app-files", "the-part-for-files"),
            Part::Rest => ("app-rest", "the-rest-of-the-app"),
        };
        let element = document().get_element_by_id(id)?;
        element.get_attribute("content").filter(|address| address != none)
    }

    /// Where it lies, if it is not here.
    fn wanted(self) -> Option<String> {
        // Asked at every drawing.
        let is_here = self.with_state(|state| state.is_here.get());
        if is_here { None } else { self.address() }
    }

    /// Whether what is in it can be called without waiting.
    pub fn is_here(self) -> bool {
        self.wanted().is_none()
    }

    /// Fetches it, if nobody has yet, and waits for it. One that could not be fetched is asked for again by who comes to
    /// one of its doors.
    pub fn load(self) -> impl Future<Output = ()> {
        let coming = self.coming();
        // What has failed is said by the one who comes to a door.
        async { _ = JsFuture::from(coming).await }
    }

    /// Waits for it as [`Part::load`] does, and does not go on without it.
    ///
    /// # Panics
    /// As [`load_files_now`].
    pub async fn arrival(self) {
        self.load().await;
        match self {
            Part::Files => load_files_now(),
            Part::Rest => load_rest_now(),
        }
    }

    /// Asks for it and does not wait: what the network brings while the first picture is drawn costs little; to compile
    /// it would cost more.
    pub fn ask(self) {
        if let Some(address) = self.address() {
            let _ = self.response(&address); // kept there
        }
    }

    fn coming(self) -> Promise {
        self.with_state(|state| state.coming.get_or_init(|| future_to_promise(self.fetch())).clone())
    }

    fn response(self, address: &str) -> Promise {
        self.with_state(|state| state.asked.get_or_init(|| window().fetch_with_str(address)).clone())
    }

    async fn fetch(self) -> Result<JsValue, JsValue> {
        if let Some(address) = self.wanted() {
            // Both are brought at the same time.
            let before = (self == Part::Rest).then(|| Part::Files.coming());
            let module = JsFuture::from(WebAssembly::compile_streaming(&self.response(&address))).await?;
            if let Some(before) = before {
                JsFuture::from(before).await?;
            }
            self.join(&module.unchecked_into())?;
        }
        Ok(JsValue::UNDEFINED)
    }

    fn bring_now(self) {
        let Some(address) = self.wanted() else { return };
        if self == Part::Rest {
            Part::Files.bring_now();
        }
        let start = timing::now();
        let why = match bytes_of(&address).and_then(|bytes| self.join(&WebAssembly::Module::new(&bytes.into())?)) {
            Ok(()) => return timing::measure_to_now("attache:door", start),
            Err(why) => in_words(why),
        };
        panic!("a part of the program could not be loaded from {address} ({why})");
    }

    /// Puts it behind its doors.
    fn join(self, module: &WebAssembly::Module) -> Result<(), JsValue> {
        self.with_state(|state| {
            if state.is_here.replace(true) {
                return Ok(());
            }
            let imports = Object::new();
            // The name is that of `xtask/pack`.
            Reflect::set(&imports, &"first".into(), &wasm_bindgen::exports())?;
            // The tables that it puts its functions into keep it.
            WebAssembly::Instance::new(module, &imports).inspect_err(|_| state.is_here.set(false))?;
            Ok(())
        })
    }
}

/// Fetches the part for files at once and comes back when it is there: what every door to it calls that is opened too
/// early. The page stands still meanwhile, so the shell asks with [`Part::load`] before it begins something that is known
/// to be in it.
///
/// # Panics
/// When it cannot be had: the program cannot go on without it, and everything that was saved is safe.
#[inline(never)]
pub fn load_files_now() {
    Part::Files.bring_now();
}

/// The same for the rest.
///
/// # Panics
/// As [`load_files_now`].
#[inline(never)]
pub fn load_rest_now() {
    Part::Rest.bring_now();
}

/// What the browser gives as the reason of a failure, in its words. Needs no door.
pub fn in_words(why: JsValue) -> String {
    why.as_string().unwrap_or_else(|| String::from(Object::from(why).to_string()))
}

fn bytes_of(address: &str) -> Result<Uint8Array, JsValue> {
    // Another address than that of [`Part::ask`]: a browser lets a second request for the same one wait until the first is in
    // its cache, which may need the page that waits here. Some server may not know it by that address.
    asked_for(&format!("{address}?now")).or_else(|_| asked_for(address))
}

fn asked_for(address: &str) -> Result<Uint8Array, JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open_with_async("GET", address, false)?;
    // A request that is waited for gives letters only: these are one a byte.
    request.override_mime_type("text/plain; charset=x-user-defined")?;
    request.send()?;
    if request.status()? != 200 {
        return Err(format!("{} {}", request.status()?, request.status_text()?).into());
    }
    let letters = request.response_text()?.unwrap_or_default();
    let bytes: Vec<u8> = letters.chars().map(|letter| (u32::from(letter) & 0xFF) as u8).collect();
    Ok(bytes.as_slice().into())
}
