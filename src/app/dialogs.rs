//! What lies over the page or says that it is empty: notices, the list of keys, pasting, the empty project.

use wasm_bindgen::JsCast as _;
use yew::html::Scope;
use yew::prelude::*;

use super::{App, Msg};
use crate::session::{ACTIONS, Event, KeyChord, Notice, Session, Tone};

/// What the user should know, above the text.
pub fn notices(notices: &[Notice], on_event: &Callback<Event>) -> Html {
    let notice = |notice: &Notice| {
        let id = notice.id;
        let close = on_event.reform(move |_| Event::NoticeClosed { notice: id });
        let undo = on_event.reform(|_| Event::RemovalUndone);
        let (tone, role) = match notice.tone {
            Tone::Note => ("note", "status"),
            Tone::Problem => ("problem", "alert"),
        };
        html! {
            <div key={id} class="notice" data-tone={tone} {role}>
                <p>{ &notice.text }</p>
                if notice.offers_undo {
                    <button class="button small" data-action="undo-removal" onclick={undo}>{ "Undo" }</button>
                }
                <button class="button quiet small" aria-label="Put this away" onclick={close}>{ "✕" }</button>
            </div>
        }
    };
    html! { <div class="notices">{ for notices.iter().map(notice) }</div> }
}

/// What stands in the place of an article when there is none.
pub fn empty(link: &Scope<App>) -> Html {
    html! {
        <section class="empty">
            <h2>{ "No article is open" }</h2>
            <p>{ "Drop text files or an Attaché project anywhere on this page, or choose them. Nothing leaves this computer." }</p>
            <p class="empty-actions">
                <button class="button primary" onclick={link.callback(|_| Msg::AskForFiles)}>{ "Open…" }</button>
                <button class="button" onclick={link.callback(|_| Msg::PasteDialog(true))}>{ "Paste…" }</button>
            </p>
        </section>
    }
}

/// All keys, from the action table.
pub fn help(session: &Session, on_event: &Callback<Event>) -> Html {
    let on_mac = super::keys::on_mac();
    let labels = session.scheme().labels().map(|(_, label)| {
        let title = format!("{}: label the selection, or relabel the highlight", label.title);
        (vec![label.key.to_string()], title)
    });
    let actions = ACTIONS.iter().map(|action| {
        let keys = action.keys.iter().map(|key| KeyChord::parse(key).shown(on_mac)).collect::<Vec<_>>();
        (keys, action.title.to_owned())
    });
    let row = |(keys, title): (Vec<String>, String)| {
        html! {
            <div class="key-row">
                <dt>{ for keys.iter().map(|key| html! { <kbd>{ key }</kbd> }) }</dt>
                <dd>{ title }</dd>
            </div>
        }
    };
    html! {
        <section class="sheet-over help" role="dialog" aria-label="Keys" data-help="">
            <header>
                <h2>{ "Keys" }</h2>
                <button class="button quiet" aria-label="Close" onclick={on_event.reform(|_| Event::HelpToggled)}>{ "✕" }</button>
            </header>
            <p class="dim">{ "Single keys act while no field has the focus. After Esc, Tab leaves the text." }</p>
            <dl class="key-list">{ for labels.chain(actions).map(row) }</dl>
        </section>
    }
}

/// A field for a text that becomes a new article.
pub fn paste(link: &Scope<App>) -> Html {
    html! { <PasteDialog on_text={link.callback(Msg::Pasted)} on_close={link.callback(|()| Msg::PasteDialog(false))} /> }
}

#[derive(Properties, PartialEq)]
struct PasteProps {
    on_text: Callback<String>,
    on_close: Callback<()>,
}

#[component]
fn PasteDialog(props: &PasteProps) -> Html {
    let field = use_node_ref();
    let focused = field.clone();
    use_effect_with((), move |()| {
        if let Some(field) = focused.cast::<web_sys::HtmlElement>() {
            // A field that cannot take the focus can still be clicked.
            let _ = field.focus();
        }
    });
    let on_text = props.on_text.clone();
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field_of(&event) {
            on_text.emit(field.value());
        }
    });
    html! {
        <form class="sheet-over paste" role="dialog" aria-label="Paste a text" {onsubmit}>
            <h2><label for="pasted">{ "Paste a text" }</label></h2>
            <textarea ref={field} id="pasted" name="pasted" dir="auto" rows="12" placeholder="The article’s plain text" />
            <p class="empty-actions">
                <button class="button primary" type="submit">{ "Add as an article" }</button>
                <button class="button" type="button" onclick={props.on_close.reform(|_| ())}>{ "Cancel" }</button>
            </p>
        </form>
    }
}

fn field_of(event: &SubmitEvent) -> Option<web_sys::HtmlTextAreaElement> {
    let form: web_sys::Element = event.target()?.dyn_into().ok()?;
    form.query_selector("textarea").ok()??.dyn_into().ok()
}
