//! Small parts of forms: what is in a field, and fields that say what they are for.

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

/// The value of a named field of the form that an event came from.
pub fn value_of(form: &Element, name: &str) -> String {
    let Ok(Some(field)) = form.query_selector(&format!("[name=\"{name}\"]")) else { return String::new() };
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        return input.value();
    }
    if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
        return area.value();
    }
    field.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value).unwrap_or_default()
}

/// A callback for a form: gives the form's element and keeps the browser from sending it anywhere.
pub fn on_submit(take: impl Fn(Element) + 'static) -> Callback<SubmitEvent> {
    Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(form) = event.target().and_then(|form| form.dyn_into::<Element>().ok()) {
            take(form);
        }
    })
}

/// What a field of one line is made of.
#[derive(Properties, PartialEq)]
pub struct TextInputProps {
    /// Its name in the form.
    #[prop_or_default]
    pub name: AttrValue,
    /// What is in it at first. Another value makes it begin anew.
    pub initial: AttrValue,
    /// What may be written there.
    #[prop_or_default]
    pub placeholder: AttrValue,
    /// What it is for, where no label says so.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// The attribute that it sets, for tests and for what goes to it.
    #[prop_or_default]
    pub attribute: Option<AttrValue>,
    /// Whether it takes a number.
    #[prop_or_default]
    pub is_number: bool,
    /// Whether it has the focus when its dialog opens.
    #[prop_or_default]
    pub autofocus: bool,
    /// It was left with something else in it.
    #[prop_or_default]
    pub on_change: Callback<String>,
    /// Whether what is in it is selected when it is gone to: what is written then takes its place.
    #[prop_or_default]
    pub selects: bool,
    /// Nothing was written for a moment.
    #[prop_or_default]
    pub on_pause: Option<Callback<String>>,
}

/// After how long what is written is acted upon, in milliseconds.
const PAUSE_MILLIS: u32 = 250;

/// A field of one line. It keeps what is being written while the page around it is drawn anew.
#[component]
pub fn TextInput(props: &TextInputProps) -> Html {
    let value = use_state(|| props.initial.clone());
    let pause = use_mut_ref(|| None::<Timeout>);
    {
        let value = value.clone();
        use_effect_with(props.initial.clone(), move |initial| value.set(initial.clone()));
    }
    let oninput = {
        let (value, on_pause) = (value.clone(), props.on_pause.clone());
        Callback::from(move |event: InputEvent| {
            let words = own_value(&event);
            value.set(words.clone().into());
            let on_pause = on_pause.clone();
            *pause.borrow_mut() = on_pause.map(|on_pause| Timeout::new(PAUSE_MILLIS, move || on_pause.emit(words)));
        })
    };
    let onchange = props.on_change.reform(|event: web_sys::Event| own_value(&event));
    let onfocus = props.selects.then(|| {
        Callback::from(|event: FocusEvent| {
            let input: Option<HtmlInputElement> = event.target().and_then(|target| target.dyn_into().ok());
            if let Some(input) = input {
                input.select();
            }
        })
    });
    html! {
        <input class="field" type="text" {onfocus} name={&props.name} value={&*value} placeholder={&props.placeholder}
            aria-label={props.label.clone()} data-attribute={props.attribute.clone()} autofocus={props.autofocus}
            inputmode={props.is_number.then_some("decimal")} dir="auto" autocomplete="off" {oninput} {onchange} />
    }
}

/// A field of one line with its label.
pub fn text_field(name: &'static str, title: &str, value: &str, hint: &str) -> Html {
    html! {
        <label class="form-row">
            <span>{ title }</span>
            <TextInput {name} initial={value.to_owned()} placeholder={hint.to_owned()} />
        </label>
    }
}

/// A field of several lines with its label.
pub fn area_field(name: &'static str, title: &str, value: &str, rows: u32) -> Html {
    html! {
        <label class="form-row">
            <span>{ title }</span>
            <textarea class="field" {name} rows={rows.to_string()} dir="auto" defaultvalue={value.to_owned()} />
        </label>
    }
}

/// A choice of some values.
pub fn choice(name: &'static str, title: &str, options: &[(String, String)], chosen: &str) -> Html {
    html! {
        <label class="form-row">
            <span>{ title }</span>
            <select class="field" {name}>
                { for options.iter().map(|(value, words)| html! {
                    <option value={value.clone()} selected={value == chosen}>{ words }</option>
                }) }
            </select>
        </label>
    }
}

/// What was chosen or typed in an event’s own element.
pub fn own_value(event: &web_sys::Event) -> String {
    let Some(target) = event.target() else { return String::new() };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        return input.value();
    }
    if let Some(area) = target.dyn_ref::<HtmlTextAreaElement>() {
        return area.value();
    }
    target.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value).unwrap_or_default()
}

/// Whether an event’s own box is ticked.
pub fn own_tick(event: &web_sys::Event) -> bool {
    event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()).is_some_and(|input| input.checked())
}
