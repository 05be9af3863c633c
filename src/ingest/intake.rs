//! Files on their way in, some at a time.

use std::collections::{BTreeMap, VecDeque};

use super::{
    Incoming, Kind, NamedBytes, Origin, PLAIN, Read, Reading, Unpacked, Warning, article_of, check_size, decode,
    document, kind, merge, merged, name_the_unnamed, read_text, read_unnamed, stem, tagtog_name, unpacked,
};
use crate::format::{self, safe_name};
use crate::project::Codebook;

/// Files on their way in, some at a time: what a step takes is read whole, so that a page that stays awake between two
/// steps never waits for long.
#[derive(Debug)]
pub struct Intake {
    files: VecDeque<Origin>,
    /// Annotations of brat and tagtog, by the stem of the text that they belong to.
    annotations: BTreeMap<String, Vec<u8>>,
    legend: Option<String>,
    type_system: Option<String>,
    reading: Reading,
    /// A file with an article a line, of which some lines are read.
    lines: Option<Lines>,
    batch: merge::Batch,
    warnings: Vec<Warning>,
    /// Of all files.
    n_bytes: usize,
}

/// A file with an article a line.
#[derive(Debug)]
struct Lines {
    origin: String,
    file: String,
    content: String,
    /// Up to where it is read: in bytes, lines, and articles without a name.
    at: usize,
    n_lines: usize,
    n_unnamed: usize,
    /// Its format is that of its first line.
    reading: Reading,
}

/// How many bytes of lines are read in a step: a few milliseconds’ work.
const STEP_BYTES: usize = 64_000;

impl Intake {
    /// What is to come of some files, in their order. Zips are unpacked.
    pub fn new(files: Vec<NamedBytes>, reading: Reading) -> Self {
        let mut warnings = Vec::new();
        let Unpacked { files, annotations, legend, type_system } = unpacked(files, &mut warnings);
        let n_bytes = files.iter().map(|(_, file)| file.bytes.len()).sum();
        Self {
            files: files.into(),
            annotations,
            legend,
            type_system,
            reading,
            lines: None,
            batch: merge::Batch::default(),
            warnings,
            n_bytes,
        }
    }

    /// How much is read, in hundredths.
    pub fn percent(&self) -> u8 {
        let of_lines = self.lines.as_ref().map_or(0, |lines| lines.content.len() - lines.at);
        let n_left = of_lines + self.files.iter().map(|(_, file)| file.bytes.len()).sum::<usize>();
        u8::try_from(100 - (n_left * 100 / self.n_bytes.max(1)).min(100)).unwrap_or(100)
    }

    /// Reads a file, or some lines of one. Gives whether there is more.
    pub fn step(&mut self, codebook: &mut Codebook) -> bool {
        if let Some(lines) = self.lines.take() {
            self.read_lines(lines, codebook);
        } else if let Some((origin, file)) = self.files.pop_front() {
            self.read_file(origin, file, codebook);
        }
        self.lines.is_some() || !self.files.is_empty()
    }

    fn read_file(&mut self, origin: String, NamedBytes { name, bytes }: NamedBytes, codebook: &mut Codebook) {
        let file = safe_name(&name);
        if let Err(warning) = check_size(&name, bytes.len() as u64) {
            self.warnings.push(warning);
            return;
        }
        if let Some(kind) = document::Kind::of(&name, &bytes) {
            match document::read(kind, &bytes).and_then(|page| article_of(page, &file)) {
                Ok(article) => self.warnings.extend(self.batch.add(&origin, article, true)),
                Err(message) => self.warnings.push(Warning::new(file, message)),
            }
            return;
        }
        let decoded = match decode::decode(bytes, self.reading.encoding.as_deref(), self.reading.decoder) {
            Ok(decoded) => decoded,
            Err(message) => {
                self.warnings.push(Warning::new(file, message));
                return;
            }
        };
        self.warnings.extend(decoded.note.map(|note| Warning { is_note: true, ..Warning::new(&file, note) }));
        let beside = self.annotations.remove(stem(&file));
        if beside.is_none()
            && let Some(format) = lines_format(&file, &decoded.content, &self.reading)
        {
            let reading = Reading { format: Some(format), ..self.reading.clone() };
            let lines = Lines { origin, file, content: decoded.content, at: 0, n_lines: 0, n_unnamed: 0, reading };
            self.read_lines(lines, codebook);
            return;
        }
        let (articles, found) = match beside.map(|ann| String::from_utf8_lossy(&ann).into_owned()) {
            // An empty one says that nothing is marked.
            Some(ann) if !ann.trim().is_empty() => {
                let (content, unit) = (&decoded.content, self.reading.unit);
                let (articles, found) = match tagtog_name(&file) {
                    Some(name) => format::read_tagtog(&file, name, content, &ann, self.legend.as_deref(), codebook),
                    None => format::read_brat(&file, stem(&file), content, &ann, unit, codebook),
                };
                (articles.into_iter().map(|article| (article, false)).collect(), found)
            }
            _ => read_text(&file, decoded.content, self.type_system.as_deref(), &self.reading, codebook),
        };
        self.take(&origin, (articles, found));
    }

    fn read_lines(&mut self, lines: Lines, codebook: &mut Codebook) {
        let rest = &lines.content[lines.at..];
        let from = rest.floor_char_boundary(STEP_BYTES);
        let length = rest[from..].find('\n').map_or(rest.len(), |more| from + more + 1);
        let part = &rest[..length];
        // Blank lines stand for those before, so that each keeps its number.
        let numbered = "\n".repeat(lines.n_lines) + part;
        let mut read = read_unnamed(&lines.file, numbered, None, &lines.reading, codebook);
        let is_all = lines.at == 0 && length == rest.len();
        let n_unnamed = lines.n_unnamed + name_the_unnamed(&mut read.0, stem(&lines.file), lines.n_unnamed, is_all);
        let (at, n_lines) = (lines.at + length, lines.n_lines + part.matches('\n').count());
        let next = Lines { at, n_lines, n_unnamed, ..lines };
        self.take(&next.origin.clone(), read);
        self.lines = (next.at < next.content.len()).then_some(next);
    }

    fn take(&mut self, origin: &str, (articles, warnings): Read) {
        // Notes are the same for each part of a file.
        let is_new = |warning: &Warning| !warning.is_note || !self.warnings.contains(warning);
        let warnings: Vec<Warning> = warnings.into_iter().filter(is_new).collect();
        self.warnings.extend(warnings);
        for (article, is_plain) in articles {
            self.warnings.extend(self.batch.add(origin, article, is_plain));
        }
    }

    /// The articles, and what is to be said.
    pub fn finish(mut self) -> (Vec<Incoming>, Vec<Warning>) {
        for stem in self.annotations.into_keys() {
            let (name, tool, beside) = match stem.strip_suffix(PLAIN) {
                Some(stem) => (format!("{stem}.ann.json"), "tagtog", ".plain.html"),
                None => (format!("{stem}.ann"), "brat", ".txt"),
            };
            let message = format!(
                "These are {tool} annotations without their text. Open the {beside} file of the same name together with it."
            );
            self.warnings.push(Warning::new(name, message));
        }
        (self.batch.finish(), merged(self.warnings))
    }
}

/// The format of a long file that has an article on each line.
fn lines_format(file: &str, content: &str, reading: &Reading) -> Option<&'static format::Format> {
    if content.len() < 4 * STEP_BYTES || reading.columns.is_some() || content.trim_start().starts_with('[') {
        return None;
    }
    // By the first line alone: the whole is long.
    let first = content.lines().find(|line| !line.trim().is_empty())?;
    let format = reading.format.or_else(|| match kind(file, first) {
        Kind::Jsonl => format::Format::by_id("jsonl"),
        Kind::Other(format) => Some(format),
        _ => None,
    });
    let is_line = serde_json::from_str::<serde::de::IgnoredAny>(first).is_ok();
    format.filter(|format| is_line && format.is_a_line_an_article())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_read_in_steps_with_the_same_names_and_places() {
        let filler = "Taha said that the talks go on. ".repeat(60);
        let line = |index: usize| match index % 100 {
            7 => "{broken\n".to_owned(),
            8 => format!("{{\"id\":\"own {index}\",\"text\":\"{index} {filler}\"}}\n"),
            _ => format!("{{\"text\":\"{index} {filler}\"}}\n"),
        };
        let content: String = (0..600).map(line).collect();
        let file = || vec![NamedBytes { name: "news.jsonl".to_owned(), bytes: content.clone().into_bytes() }];
        let mut codebook = Codebook::built_in();
        let mut intake = Intake::new(file(), Reading::default());
        let mut percents = vec![intake.percent()];
        while intake.step(&mut codebook) {
            percents.push(intake.percent());
        }
        assert!(percents.len() > 3 && percents.is_sorted() && percents[0] == 0, "{percents:?}");
        let (articles, warnings) = intake.finish();
        // As a whole, in which it is read when its format is not one of lines.
        let (mut whole, told) = read_unnamed("news.jsonl", content, None, &Reading::default(), &mut codebook);
        name_the_unnamed(&mut whole, "news", 0, true);
        let names = |articles: &[Incoming]| articles.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&articles), whole.iter().map(|(it, _)| it.name.clone()).collect::<Vec<_>>());
        assert_eq!(articles.len(), 594);
        let lines = |warnings: &[Warning]| warnings.iter().map(|it| it.message.clone()).collect::<Vec<_>>();
        // Only so many are told of a part.
        assert_eq!(lines(&warnings)[..5], lines(&told)[..5]);
        assert!(warnings.iter().any(|it| it.message.starts_with("Line 108:")), "{warnings:?}");
    }
}
