//! When the program itself fails: says so in the page, in words, over whatever was there.
//!
//! What was shown as saved is in the browser's database; nothing here touches it.

use wasm_bindgen::JsCast as _;

/// Shows a panic to the user and to the console. Handed over to Yew, which sets the hook: one set beside it would be
/// replaced.
pub fn install_hook() {
    yew::set_custom_panic_hook(Box::new(|panic| {
        gloo::console::error!(panic.to_string());
        show(&panic.to_string());
    }));
}

fn show(details: &str) -> Option<()> {
    let document = gloo::utils::document();
    let dialog = document.create_element("div").ok()?;
    dialog.set_attribute("role", "alertdialog").ok()?;
    dialog.set_attribute("aria-label", "Attaché has stopped").ok()?;
    dialog.set_class_name("stopped");
    for (name, words) in [
        ("h2", "Attaché has stopped"),
        (
            "p",
            "This is a fault in the program, not in your work. Everything that was shown as saved is kept in this browser: reload the page to go on from there.",
        ),
        ("pre", details),
    ] {
        let element = document.create_element(name).ok()?;
        element.set_text_content(Some(words));
        dialog.append_child(&element).ok()?;
    }
    let button: web_sys::HtmlElement = document.create_element("button").ok()?.dyn_into().ok()?;
    button.set_text_content(Some("Reload the page"));
    button.set_class_name("button primary");
    let reload = gloo::events::EventListener::once(&button, "click", |_| {
        // A page that cannot be reloaded from here can be by hand.
        let _ = gloo::utils::window().location().reload();
    });
    reload.forget();
    dialog.append_child(&button).ok()?;
    document.body()?.append_child(&dialog).ok()?;
    Some(())
}
