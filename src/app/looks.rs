//! How the page looks by the person's wish: theme, contrast, type, width of lines, and the labels' own colours.
//!
//! Set on the root element and in a style sheet made by script, which a strict content security policy allows.

use gloo::utils::document;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{CssStyleSheet, HtmlElement};

use crate::scheme::{Paper, Scheme};
use crate::session::{Settings, Theme};

/// Makes the page look as it is set.
pub fn apply(settings: &Settings) {
    let Some(root) = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok()) else { return };
    let theme = match settings.theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    };
    put(&root, "data-theme", theme);
    put(&root, "data-contrast", settings.high_contrast.then_some("more"));
    let style = root.style();
    // Numbers are always valid.
    let _ = style
        .set_property("--type-scale", &format!("{}.{:02}", settings.type_percent / 100, settings.type_percent % 100));
    let _ = style.set_property("--line-chars", &settings.line_chars.to_string());
}

fn put(element: &HtmlElement, name: &str, value: Option<&str>) {
    // Plain names; removing what is not there is no error.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// Gives the labels that have one their own colour: rules for `data-hue`, the label's place in the tagset.
pub fn apply_colours(scheme: &Scheme) {
    let mut rules = String::new();
    for (id, label) in scheme.labels() {
        let Some(colour) = label.colour else { continue };
        let (light, dark) = (colour.visible_on(Paper::Light), colour.visible_on(Paper::Dark));
        rules.push_str(&format!("[data-hue=\"{}\"] {{ --stroke: light-dark({light}, {dark}); ", id.index()));
        rules.push_str("--tint: color-mix(in srgb, var(--stroke) 20%, transparent); ");
        rules.push_str("--faint: color-mix(in srgb, var(--stroke) 9%, transparent); }\n");
    }
    let Ok(sheet) = CssStyleSheet::new() else { return };
    let replaced = js_sys::Reflect::get(&sheet, &"replaceSync".into()).and_then(|replace| {
        let replace: js_sys::Function = replace.dyn_into()?;
        replace.call1(&sheet, &JsValue::from_str(&rules))
    });
    if replaced.is_ok() {
        let sheets = js_sys::Array::of1(&sheet);
        // A browser without it shows the hues of the styles.
        let _ = js_sys::Reflect::set(&document(), &"adoptedStyleSheets".into(), &sheets);
    }
}
