//! The second half of the program: what neither the first paint nor the first label needs (file formats, the
//! recognizer, search, dialogs). `xtask/pack` cuts it out of the Wasm and puts a door in the place of every function
//! that leads there. It is asked for when the program starts and compiled after the first text was painted; who comes
//! to a door before it is there waits for it in [`load_now`]. A page that was not cut (`cargo xtask serve --dev`) names
//! no second half and has nothing to wait for.

use std::cell::{Cell, OnceCell};

use gloo::utils::{document, window};
use js_sys::{Object, Promise, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::XmlHttpRequest;

use super::timing;

/// The name under which the second half finds the first, as in `xtask/pack`.
const FIRST: &str = "first";

thread_local! {
    static IS_HERE: Cell<bool> = const { Cell::new(false) };
    static ASKED: OnceCell<Promise> = const { OnceCell::new() };
    static COMING: OnceCell<Promise> = const { OnceCell::new() };
}

/// What index.html says until `xtask/pack` puts the address there.
const NONE: &str = "the-rest-of-the-app";

/// Where the second half lies; `None` where the program is whole.
fn address() -> Option<String> {
    let element = document().get_element_by_id("app-rest")?;
    element.get_attribute("content").filter(|address| address != NONE)
}

/// Whether what is in the rest can be called without waiting.
pub fn is_here() -> bool {
    IS_HERE.get() || address().is_none()
}

/// Fetches it, if nobody has yet, and waits for it. One that could not be fetched is asked for again by [`load_now`].
pub fn load() -> impl Future<Output = ()> {
    let coming = COMING.with(|coming| coming.get_or_init(|| future_to_promise(fetch())).clone());
    // What has failed is said by the one who comes to a door.
    async { _ = JsFuture::from(coming).await }
}

/// Waits for it as [`load`] does, and does not go on without it.
///
/// # Panics
/// As [`load_now`].
pub async fn arrival() {
    load().await;
    load_now();
}

/// Asks for it and does not wait: what the network brings while the first picture is drawn costs nothing; to compile it
/// would.
pub fn ask() {
    if let Some(address) = address() {
        let _ = response(&address); // kept there
    }
}

fn response(address: &str) -> Promise {
    ASKED.with(|asked| asked.get_or_init(|| window().fetch_with_str(address)).clone())
}

async fn fetch() -> Result<JsValue, JsValue> {
    if let Some(address) = address().filter(|_| !IS_HERE.get()) {
        let response = response(&address);
        let module = JsFuture::from(WebAssembly::compile_streaming(&response)).await?;
        join(&module.unchecked_into())?;
    }
    Ok(JsValue::UNDEFINED)
}

/// Fetches it at once and comes back when it is there: what every door calls that is opened too early. The page stands
/// still meanwhile, so the shell asks with [`load`] before it begins something that is known to be in the rest.
///
/// # Panics
/// When it cannot be had: the program cannot go on without it, and everything that was saved is safe.
#[inline(never)]
pub fn load_now() {
    let Some(address) = address().filter(|_| !IS_HERE.get()) else { return };
    let start = timing::now();
    let why = match bytes_of(&address).and_then(|bytes| join(&WebAssembly::Module::new(&bytes.into())?)) {
        Ok(()) => return timing::measure_to_now("attache:door", start),
        Err(why) => in_words(why),
    };
    panic!("a part of the program could not be loaded from {address} ({why})");
}

/// What the browser gives as the reason of a failure, in its words. Needs no door.
pub fn in_words(why: JsValue) -> String {
    why.as_string().unwrap_or_else(|| String::from(Object::from(why).to_string()))
}

fn bytes_of(address: &str) -> Result<Uint8Array, JsValue> {
    // Another address than that of `fetch`: a browser lets a second request for the same one wait until the first is in
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

/// Puts it behind the doors.
fn join(module: &WebAssembly::Module) -> Result<(), JsValue> {
    if !IS_HERE.replace(true) {
        let imports = Object::new();
        Reflect::set(&imports, &FIRST.into(), &wasm_bindgen::exports())?;
        WebAssembly::Instance::new(module, &imports).inspect_err(|_| IS_HERE.set(false))?;
    }
    Ok(())
}
