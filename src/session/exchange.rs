//! Files in and out where a person has a say: which columns of a table are read, in which format and unit; and what a
//! format cannot carry, before it is written.

use super::{Dialog, Effect, Session, Tone};
use crate::format::{Export, Format, OffsetUnit, Warning};
use crate::ingest::{Columns, NamedBytes, Reading, Table, first_table};
use crate::project::UnixMillis;

/// How many rows of a table are shown before it is opened.
const SHOWN_ROWS: usize = 4;

/// More warnings than this become one notice.
const MAX_NOTICES: usize = 3;

/// Files that wait for a person to say what of a table is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The file that holds the table.
    pub file: String,
    /// The table's first rows.
    pub head: Table,
    /// How many rows it has.
    pub n_rows: usize,
    /// What is likely to be meant.
    pub guess: Columns,
    files: Vec<NamedBytes>,
}

impl Session {
    /// What waits to be opened.
    pub fn import(&self) -> Option<&Import> {
        self.import.as_ref()
    }

    /// What waits to be written, because it cannot carry everything.
    pub fn outgoing(&self) -> Option<&Export> {
        self.outgoing.as_ref()
    }

    /// The next files are read in a format, with a unit and in an encoding; `None` for what they look like.
    pub(super) fn read_as(
        &mut self,
        format: Option<&str>,
        unit: Option<OffsetUnit>,
        encoding: Option<&str>,
    ) -> Vec<Effect> {
        let (format, encoding) = (format.and_then(Format::by_id), encoding.map(str::to_owned));
        self.reading = Reading { format, unit, encoding, ..Reading::default() };
        let mut effects = self.close_dialog();
        effects.push(Effect::AskForFiles);
        effects
    }

    pub(super) fn files_read(&mut self, files: Vec<NamedBytes>, at: UnixMillis) -> Vec<Effect> {
        let reading = std::mem::take(&mut self.reading);
        if files.is_empty() {
            return Vec::new();
        }
        if reading.format.is_none()
            && let Some((file, table)) = first_table(&files)
        {
            self.close_dialog();
            let (guess, n_rows) = (table.guess(), table.rows.len());
            let head = Table { rows: table.rows.into_iter().take(SHOWN_ROWS).collect(), ..table };
            self.import = Some(Import { file, head, n_rows, guess, files });
            self.dialog = Some(Dialog::Columns);
            return Vec::new();
        }
        self.open_files(files, reading, at)
    }

    /// The person has said what of the table is read.
    pub(super) fn columns_chosen(&mut self, columns: Columns, at: UnixMillis) -> Vec<Effect> {
        let Some(import) = self.import.take() else { return Vec::new() };
        let mut effects = self.close_dialog();
        effects.extend(self.open_files(import.files, Reading { columns: Some(columns), ..Reading::default() }, at));
        effects
    }

    fn open_files(&mut self, files: Vec<NamedBytes>, reading: Reading, at: UnixMillis) -> Vec<Effect> {
        self.begin_to_read(files, reading, at)
    }

    /// A notice for each warning, or one for all when there are many.
    pub(super) fn tell_all(&mut self, warnings: &[Warning]) {
        let (notes, troubles): (Vec<&Warning>, Vec<&Warning>) = warnings.iter().partition(|warning| warning.is_note);
        for (tone, warnings) in [(Tone::Note, notes), (Tone::Problem, troubles)] {
            let lines: Vec<String> = warnings.iter().map(ToString::to_string).collect();
            match lines.len() {
                0..=MAX_NOTICES => lines.into_iter().for_each(|line| self.tell(tone, line, false)),
                _ => self.tell(tone, lines.join("\n"), false),
            }
        }
    }

    /// Hands out a file, or first says what it does not hold.
    pub(super) fn hand_out(&mut self, export: Export) -> Vec<Effect> {
        if export.losses.is_empty() {
            self.say(format!("{} is in your downloads.", export.file_name));
            return vec![Effect::Download(export)];
        }
        self.close_dialog();
        self.outgoing = Some(export);
        self.dialog = Some(Dialog::Losses);
        Vec::new()
    }

    /// The person has read what the file does not hold, and wants it.
    pub(super) fn download_confirmed(&mut self) -> Vec<Effect> {
        let Some(export) = self.outgoing.take() else { return Vec::new() };
        let mut effects = self.close_dialog();
        self.say(format!("{} is in your downloads.", export.file_name));
        effects.push(Effect::Download(export));
        effects
    }

    /// What a file does not hold, as a file.
    pub(super) fn losses_saved(&self) -> Vec<Effect> {
        let list = |export: &Export| text_file(&format!("{} – left out", export.file_name), &export.losses.join("\n"));
        self.outgoing.as_ref().map(list).into_iter().collect()
    }

    /// A notice as a file.
    pub(super) fn notice_saved(&self, notice: u32) -> Vec<Effect> {
        let notice = self.notices.iter().find(|other| other.id == notice);
        notice.map(|notice| text_file("Attaché notice", &notice.text)).into_iter().collect()
    }
}

fn text_file(stem: &str, text: &str) -> Effect {
    Effect::Download(Export {
        file_name: format!("{stem}.txt"),
        mime: "text/plain",
        bytes: format!("{text}\n").into_bytes(),
        losses: Vec::new(),
    })
}
