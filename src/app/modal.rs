//! A dialog that lies over the page: the browser's own, which keeps the focus inside and closes by Esc.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// What a dialog is made of.
#[derive(Properties, PartialEq)]
pub struct ModalProps {
    /// Its heading.
    pub title: AttrValue,
    /// A word for the style sheet and the tests.
    pub name: &'static str,
    /// It was closed by its button or by Esc.
    pub on_close: Callback<()>,
    /// What is in it.
    pub children: Html,
}

/// A dialog.
#[component]
pub fn Modal(props: &ModalProps) -> Html {
    let node = use_node_ref();
    let shown = node.clone();
    use_effect_with((), move |()| {
        let dialog: Option<HtmlDialogElement> = shown.cast();
        if let Some(dialog) = &dialog {
            // Fails only for one that is open already.
            let _ = dialog.show_modal();
        }
        move || {
            if let Some(dialog) = dialog {
                dialog.close();
            }
        }
    });
    let oncancel = {
        let on_close = props.on_close.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            on_close.emit(());
        })
    };
    let heading = format!("{}-title", props.name);
    html! {
        <dialog ref={node} class="modal" data-dialog={props.name} aria-labelledby={heading.clone()} {oncancel}>
            <header>
                <h2 id={heading}>{ &props.title }</h2>
                <button type="button" class="button quiet" data-action="close" aria-label="Close" onclick={props.on_close.reform(|_| ())}>{ "✕" }</button>
            </header>
            { props.children.clone() }
        </dialog>
    }
}
