//! Files on their way in, some at a time.

use std::collections::VecDeque;

use super::beside::{Annotations, Beside, Tool, sorted, tagtog_name};
use super::{
    Incoming, Kind, NamedBytes, Origin, Read, Reading, Warning, apart, article_of, check_size, decode, document,
    first_lines, kind, merge, merged, name_the_unnamed, read_text, read_unnamed, stem, unpack,
};
use crate::format::{self, safe_name};
use crate::project::Codebook;

/// Files on their way in, some at a time: what a step takes is read whole, so that a page that stays awake between two
/// steps never waits for long.
#[derive(Debug)]
pub struct Intake {
    /// Files as they came, until all zips among them are unpacked; and the zip that is being unpacked.
    to_unpack: VecDeque<NamedBytes>,
    unpacking: Option<unpack::Unpacking>,
    unpacked: Vec<Origin>,
    files: VecDeque<Origin>,
    beside: Beside,
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
    bytes: Vec<u8>,
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
        let has_zip = files.iter().any(|file| unpack::is_zip(&file.name, &file.bytes));
        let mut intake = Self {
            to_unpack: files.into(),
            unpacking: None,
            unpacked: Vec::new(),
            files: VecDeque::new(),
            beside: Beside::default(),
            reading,
            lines: None,
            batch: merge::Batch::default(),
            warnings: Vec::new(),
            n_bytes: 0,
        };
        if !has_zip {
            while intake.unpack() {}
        }
        intake
    }

    /// Takes some files out of a zip. Gives whether there are more; if not, all are sorted.
    fn unpack(&mut self) -> bool {
        if let Some(mut unpacking) = self.unpacking.take() {
            if unpacking.step() {
                self.unpacking = Some(unpacking);
            } else {
                self.take_unpacked(&unpacking.name.clone(), unpacking.finish());
            }
            return true;
        }
        let Some(file) = self.to_unpack.pop_front() else {
            let (files, beside) = sorted(std::mem::take(&mut self.unpacked));
            self.n_bytes = files.iter().map(|(_, file)| file.bytes.len()).sum();
            (self.files, self.beside) = (files.into(), beside);
            return false;
        };
        if !unpack::is_zip(&file.name, &file.bytes) {
            self.unpacked.push((safe_name(&file.name), file));
            return true;
        }
        match unpack::Unpacking::new(file.name.clone(), file.bytes) {
            Ok(unpacking) => self.unpacking = Some(unpacking),
            Err(Ok(cut_off)) => self.take_unpacked(&file.name, cut_off),
            Err(Err(message)) => self.warnings.push(Warning::new(safe_name(&file.name), message)),
        }
        true
    }

    /// Takes the files of the zip of a path, which is a folder to them.
    fn take_unpacked(&mut self, path: &str, (files, troubles): unpack::Unpacked) {
        let name = safe_name(path);
        if files.is_empty() && troubles.is_empty() {
            self.warnings.push(Warning::new(name.clone(), "This zip holds no file."));
        }
        self.warnings.extend(troubles.into_iter().map(|trouble| Warning::new(name.clone(), trouble)));
        let within = |inside: NamedBytes| NamedBytes { name: format!("{path}/{}", inside.name), ..inside };
        self.unpacked.extend(files.into_iter().map(|inside| (name.clone(), within(inside))));
    }

    /// Whether zips are still being unpacked.
    fn is_unpacking(&self) -> bool {
        self.unpacking.is_some() || !self.to_unpack.is_empty() || !self.unpacked.is_empty()
    }

    /// How much is read, in hundredths.
    pub fn percent(&self) -> u8 {
        if self.is_unpacking() {
            // A fifth of the way; the rest is reading.
            let (n_done, n_all) = self.unpacking.as_ref().map_or((0, 1), unpack::Unpacking::progress);
            return u8::try_from(n_done * 20 / n_all.max(1)).unwrap_or(20);
        }
        let of_lines = self.lines.as_ref().map_or(0, |lines| lines.bytes.len() - lines.at);
        let n_left = of_lines + self.files.iter().map(|(_, file)| file.bytes.len()).sum::<usize>();
        u8::try_from(100 - (n_left * 100 / self.n_bytes.max(1)).min(100)).unwrap_or(100)
    }

    /// Reads a file, or some lines of one. Gives whether there is more.
    pub fn step(&mut self, codebook: &mut Codebook) -> bool {
        if self.is_unpacking() {
            return self.unpack() || !self.files.is_empty();
        }
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
        let beside = self.beside.take(&name);
        if let Some(format) = lines_format(&file, &bytes, &self.reading).filter(|_| beside.is_empty()) {
            let reading = Reading { format: Some(format), ..self.reading.clone() };
            let lines = Lines { origin, file, bytes, at: 0, n_lines: 0, n_unnamed: 0, reading };
            self.read_lines(lines, codebook);
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
        if !beside.is_empty() && self.read_with(&origin, &name, &decoded.content, beside, codebook) {
            return;
        }
        let types = self.beside.types(&name);
        let read = read_text(&file, decoded.content, types.as_deref(), &self.reading, codebook);
        self.take(&origin, read);
    }

    /// Reads the text of a path with the annotations that lie beside it. Gives whether there were any.
    #[inline(never)] // apart from what a text alone passes through
    fn read_with(
        &mut self,
        origin: &str,
        path: &str,
        content: &str,
        beside: Vec<Annotations>,
        codebook: &mut Codebook,
    ) -> bool {
        let (file, unit) = (safe_name(path), self.reading.unit);
        let mut is_annotated = false;
        for Annotations { tool, file: annotations } in beside {
            let its_name = safe_name(&annotations.name);
            let decoded = decode::decode(annotations.bytes, self.reading.encoding.as_deref(), self.reading.decoder);
            let (words, note) = match decoded {
                Ok(decoded) => (decoded.content, decoded.note),
                Err(message) => {
                    self.warnings.push(Warning::new(its_name, message));
                    continue;
                }
            };
            self.warnings.extend(note.map(|note| Warning { is_note: true, ..Warning::new(&its_name, note) }));
            if words.trim().is_empty() {
                continue; // An empty one says that nothing is marked.
            }
            let (articles, found) = match tool {
                Tool::Brat => format::read_brat(&file, stem(&file), content, &words, unit, codebook),
                Tool::Tagtog => {
                    let (name, legend) = (tagtog_name(&file).unwrap_or(&file), self.beside.legend(path));
                    format::read_tagtog(&file, name, content, &words, legend.as_deref(), codebook)
                }
                Tool::Web => match apart::read_with(&its_name, &words, content, unit, codebook) {
                    Some((articles, found)) => {
                        let named = |article| Incoming { name: safe_name(stem(&file)), ..article };
                        (articles.into_iter().map(named).collect(), found)
                    }
                    None => {
                        let message = "These annotations are no one set of sound JSON. Save those of each text in a file of their own, beside it.";
                        (Vec::new(), vec![Warning::new(its_name, message)])
                    }
                },
            };
            is_annotated |= tool != Tool::Web || !articles.is_empty();
            self.take(origin, (articles.into_iter().map(|article| (article, false)).collect(), found));
        }
        is_annotated
    }

    fn read_lines(&mut self, lines: Lines, codebook: &mut Codebook) {
        let rest = &lines.bytes[lines.at..];
        let from = rest.len().min(STEP_BYTES);
        let length = rest[from..].iter().position(|byte| *byte == b'\n').map_or(rest.len(), |more| from + more + 1);
        let n_lines = lines.n_lines + rest[..length].iter().filter(|byte| **byte == b'\n').count();
        // Blank lines stand for those before, so that each keeps its number.
        let mut read = match decode::decode(rest[..length].to_vec(), None, lines.reading.decoder) {
            Ok(decoded) => {
                let numbered = "\n".repeat(lines.n_lines) + &decoded.content;
                read_unnamed(&lines.file, numbered, None, &lines.reading, codebook)
            }
            Err(message) => {
                let message = format!("Lines {} to {n_lines} were left out. {message}", lines.n_lines + 1);
                (Vec::new(), vec![Warning::new(&lines.file, message)])
            }
        };
        let is_all = lines.at == 0 && length == rest.len();
        let n_unnamed = lines.n_unnamed + name_the_unnamed(&mut read.0, stem(&lines.file), lines.n_unnamed, is_all);
        let next = Lines { at: lines.at + length, n_lines, n_unnamed, ..lines };
        self.take(&next.origin.clone(), read);
        self.lines = (next.at < next.bytes.len()).then_some(next);
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
        self.warnings.extend(self.beside.troubles());
        (self.batch.finish(), merged(self.warnings))
    }
}

/// The format of a long file that has an article on each line.
fn lines_format(file: &str, bytes: &[u8], reading: &Reading) -> Option<&'static format::Format> {
    if bytes.len() < 4 * STEP_BYTES || reading.columns.is_some() || reading.encoding.is_some() {
        return None;
    }
    // By the first line alone: the whole is long.
    let first = first_lines(bytes)?.lines().next()?;
    let format = reading.format.or_else(|| match kind(file, first) {
        Kind::Jsonl => format::Format::by_id("jsonl"),
        Kind::Other(format) => Some(format),
        _ => None,
    });
    format.filter(|format| format.is_a_line_an_article())
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
