//! CSV: a row for each part of each span, positions in code points and in UTF-16 units (RFC 4180, UTF-8).
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe before it; the column `escaped` says so.

use super::draft::attributes_as_json;
use super::losses::{Loss, sentences};
use super::{Format, Reader, Source, Written};
use crate::annotation::{Origin, Status};
use crate::project::Codebook;

/// For spreadsheets and statistics.
pub(super) const FORMAT: Format = Format {
    id: "csv",
    title: "CSV table",
    description: "A row for each part of each span, for spreadsheets and statistics.",
    extension: "csv",
    mime: "text/csv",
    reader: Reader::None,
    cannot_carry: "The texts, rejected suggestions, what is said of articles as wholes and the steps to undo are left out.",
    write: Some(write),
};

const COLUMNS: [&str; 18] = [
    "article",
    "annotation",
    "label",
    "start_cp",
    "end_cp",
    "start_utf16",
    "end_utf16",
    "part",
    "parts",
    "text",
    "entity",
    "status",
    "origin",
    "score",
    "unsure",
    "note",
    "attributes_json",
    "annotator",
];

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let mut row = |cells: Vec<String>, is_head: bool| {
        let mut is_escaped = false;
        let mut safe: Vec<String> = cells
            .into_iter()
            .map(|cell| {
                let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                is_escaped |= is_formula;
                if is_formula { format!("'{cell}") } else { cell }
            })
            .collect();
        safe.push(if is_head { "escaped".to_owned() } else { is_escaped.to_string() });
        table.write_record(&safe).expect("memory takes everything, and all rows are equally long");
    };
    row(COLUMNS.iter().map(|column| (*column).to_owned()).collect(), true);
    for source in sources {
        let text = source.article.text();
        for (id, it) in source.article.annotations().visible() {
            let parts = it.parts();
            for (index, part) in parts.iter().enumerate() {
                let (chars, units) = (text.span_chars(*part), text.span_utf16(*part));
                row(
                    vec![
                        source.name.to_owned(),
                        format!("a{}", id.0),
                        codebook.scheme.label(it.label).name.clone(),
                        chars.0.0.to_string(),
                        chars.1.0.to_string(),
                        units.0.0.to_string(),
                        units.1.0.to_string(),
                        (index + 1).to_string(),
                        parts.len().to_string(),
                        text.slice(*part).to_owned(),
                        it.entity.clone(),
                        if it.status == Status::Suggested { "suggested" } else { "accepted" }.to_owned(),
                        match it.origin {
                            Origin::Person => "person",
                            Origin::Recognizer => "recognizer",
                            Origin::File => "file",
                        }
                        .to_owned(),
                        it.score.map(|score| format!("{:.3}", score.fraction())).unwrap_or_default(),
                        it.unsure.to_string(),
                        it.note.clone(),
                        serde_json::to_string(&attributes_as_json(&it.attributes)).expect("it is JSON"),
                        it.decided.as_ref().map(|decided| decided.by.to_string()).unwrap_or_default(),
                    ],
                    false,
                );
            }
        }
    }
    let bytes = table.into_inner().expect("memory takes everything");
    Written { bytes, losses: sentences(FORMAT.id, sources, &[Loss::Rejected, Loss::About]) }
}
