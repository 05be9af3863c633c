//! Dialogs around files: which columns of a table are read, in which format and unit, and what a format leaves out.

use yew::prelude::*;

use super::forms::{choice, on_submit, value_of};
use super::modal::Modal;
use super::now;
use crate::format::{FORMATS, Format, OffsetUnit, n_things};
use crate::ingest::{Columns, ENCODINGS};
use crate::session::{Event, Session};

/// How many characters of a cell are shown.
const SHOWN_CHARS: usize = 160;

/// The units that positions may count, each with its word in a form.
const UNITS: [(&str, OffsetUnit); 4] = [
    ("cp", OffsetUnit::CodePoints),
    ("utf16", OffsetUnit::Utf16),
    ("bytes", OffsetUnit::Bytes),
    ("graphemes", OffsetUnit::Graphemes),
];

/// Asks which columns of a table hold the texts and the names, beside its first rows.
pub fn columns_view(session: &Session, on_event: &Callback<Event>) -> Html {
    let Some(import) = session.import() else { return Html::default() };
    let done = on_event.clone();
    let onsubmit = on_submit(move |form| {
        let name = value_of(&form, "name");
        let columns = Columns { text: value_of(&form, "text"), name: (!name.is_empty()).then_some(name) };
        done.emit(Event::ColumnsChosen { columns, at: now() });
    });
    let options: Vec<(String, String)> = import.head.columns.iter().map(|it| (it.clone(), it.clone())).collect();
    let none = (String::new(), "(numbers)".to_owned());
    let names: Vec<(String, String)> = [none].into_iter().chain(options.iter().cloned()).collect();
    let cell = |cell: &String| {
        let shown: String = cell.chars().take(SHOWN_CHARS).collect();
        let is_cut = shown.len() < cell.len();
        html! { <td dir="auto">{ shown }{ if is_cut { "…" } else { "" } }</td> }
    };
    html! {
        <Modal title="Which column is the text?" name="columns" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <form class="form" {onsubmit}>
                <p>{ format!("“{}” is a table of {}: each becomes an article.", import.file, n_things(import.n_rows, "row", "rows")) }</p>
                { choice("text", "Texts", &options, &import.guess.text) }
                { choice("name", "Names of articles", &names, import.guess.name.as_deref().unwrap_or_default()) }
                <div class="table-preview" tabindex="0" role="region" aria-label="The first rows">
                    <table>
                        <thead><tr>{ for import.head.columns.iter().map(|it| html! { <th scope="col" dir="auto">{ it }</th> }) }</tr></thead>
                        <tbody>{ for import.head.rows.iter().map(|row| html! { <tr>{ for row.iter().map(cell) }</tr> }) }</tbody>
                    </table>
                </div>
                <p class="form-actions">
                    <button class="button primary" type="submit" autofocus=true>{ format!("Open {}", n_things(import.n_rows, "article", "articles")) }</button>
                    <button class="button" type="button" onclick={on_event.reform(|_| Event::DialogClosed)}>{ "Cancel" }</button>
                </p>
            </form>
        </Modal>
    }
}

/// Says what a file will not hold, before it is written.
pub fn losses_view(session: &Session, on_event: &Callback<Event>) -> Html {
    let Some(export) = session.outgoing() else { return Html::default() };
    let onsubmit = {
        let done = on_event.clone();
        on_submit(move |_| done.emit(Event::DownloadConfirmed))
    };
    html! {
        <Modal title="Not everything goes into this file" name="losses" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <form class="form" {onsubmit}>
                <p>{ format!("What {} cannot carry of these articles:", export.file_name) }</p>
                <ul class="losses">{ for export.losses.iter().map(|loss| html! { <li>{ loss }</li> }) }</ul>
                <p class="form-actions">
                    <button class="button primary" type="submit" data-action="download-all-the-same" autofocus=true>{ "Download" }</button>
                    <button class="button" type="button" data-action="save-losses" onclick={on_event.reform(|_| Event::LossesSaved)}>{ "Save this list" }</button>
                    <button class="button" type="button" onclick={on_event.reform(|_| Event::DialogClosed)}>{ "Cancel" }</button>
                </p>
            </form>
        </Modal>
    }
}

/// Asks in which format and unit the next files are read.
pub fn open_as_view(on_event: &Callback<Event>) -> Html {
    let done = on_event.clone();
    let onsubmit = on_submit(move |form| {
        let format = Format::by_id(&value_of(&form, "format")).map(|format| format.id);
        let unit = value_of(&form, "unit");
        let unit = UNITS.iter().find(|(word, _)| *word == unit).map(|(_, unit)| *unit);
        let encoding = value_of(&form, "encoding");
        let encoding = ENCODINGS.iter().map(|(name, _)| *name).find(|name| *name == encoding);
        done.emit(Event::FilesAsked { format, unit, encoding });
    });
    let read = FORMATS.iter().filter(|format| format.reads_alone());
    let formats: Vec<(String, String)> = [(String::new(), "What they look like".to_owned())]
        .into_iter()
        .chain(read.map(|format| (format.id.to_owned(), format.title.to_owned())))
        .collect();
    let units: Vec<(String, String)> = [(String::new(), "What fits the words".to_owned())]
        .into_iter()
        .chain(UNITS.iter().map(|(word, unit)| ((*word).to_owned(), unit.to_string())))
        .collect();
    let encodings: Vec<(String, String)> = [(String::new(), "UTF-8, or what the file says".to_owned())]
        .into_iter()
        .chain(ENCODINGS.iter().map(|(name, place)| ((*name).to_owned(), format!("{place} – {name}"))))
        .collect();
    html! {
        <Modal title="Open files as…" name="open-as" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <form class="form" {onsubmit}>
                { choice("format", "Format", &formats, "") }
                { choice("unit", "Positions count", &units, "") }
                { choice("encoding", "Encoding of texts", &encodings, "") }
                <p class="dim">{ "Only where a file was read wrongly: usually all of it is found out by what fits." }</p>
                <details class="formats-help">
                    <summary>{ "What each format is for, and what it cannot carry" }</summary>
                    <div class="scrolls" tabindex="0" role="region" aria-label="The formats"><dl>{ for FORMATS.iter().map(format_row) }</dl></div>
                </details>
                <p class="form-actions">
                    <button class="button primary" type="submit">{ "Choose files…" }</button>
                    <button class="button" type="button" onclick={on_event.reform(|_| Event::DialogClosed)}>{ "Cancel" }</button>
                </p>
            </form>
        </Modal>
    }
}

fn format_row(format: &Format) -> Html {
    let ways = match (format.reads_back(), format.writes()) {
        (true, true) => "in and out",
        (true, false) => "in",
        _ => "out",
    };
    html! {
        <>
            <dt>{ format.title }<span class="dim">{ format!(" – {ways}") }</span></dt>
            <dd>{ format.description }{ " " }<span class="dim">{ format.cannot_carry }</span></dd>
        </>
    }
}
