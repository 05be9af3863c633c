//! Zips as the files in them. Nothing in one is trusted: neither how many there are, nor how large they are, nor what
//! they are called.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::{MAX_FILE_BYTES, NamedBytes};
use crate::format::{self, safe_name};

/// The most files that are taken out of a zip.
const MAX_FILES: usize = 250_000;

/// Files of a tool's own that hold no article.
const SETTINGS: [&str; 6] =
    ["annotation.conf", "visual.conf", "kb_shortcuts.conf", "tools.conf", ".stats_cache", "attache.dtd"];

/// Documents that are zips inside.
const DOCUMENTS: [&str; 7] = [".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub"];

/// Whether a file is a zip of files, by its name and bytes.
pub(super) fn is_zip(name: &str, bytes: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    if DOCUMENTS.iter().any(|ending| name.ends_with(ending)) {
        return false;
    }
    format::is_zip(bytes)
}

fn is_hidden_name(part: &str) -> bool {
    part == "__MACOSX" || (part.starts_with('.') && part.contains(|c| c != '.'))
}

/// Whether a path is that of a file to be read: neither hidden nor a tool's settings.
fn is_wanted(path: &str) -> bool {
    !path.split(['/', '\\']).any(is_hidden_name) && !SETTINGS.contains(&safe_name(path).as_str())
}

/// How many bytes are taken out of a zip in a step: a few milliseconds’ work.
const STEP_BYTES: usize = 256_000;

/// A zip whose files are being taken out, some at a time.
#[derive(Debug)]
pub(super) struct Unpacking {
    /// What the zip is called, with or without folders.
    pub(super) name: String,
    archive: ZipArchive<Cursor<Vec<u8>>>,
    at: usize,
    /// How many bytes may still come out.
    left: u64,
    is_bundle: bool,
    files: Vec<(String, Vec<u8>)>,
    /// The checksums of the files, for the list of a project.
    sums: BTreeMap<String, String>,
    troubles: Vec<String>,
}

/// The files of a zip, but for hidden ones and settings, and sentences about those that cannot be read.
pub(super) type Unpacked = (Vec<NamedBytes>, Vec<String>);

impl Unpacking {
    /// Begins with a zip. One that was cut off is read at once, as far as it goes.
    pub(super) fn new(name: String, bytes: Vec<u8>) -> Result<Self, Result<Unpacked, String>> {
        let damaged = |why: String| format!("This zip cannot be read ({why}). Pack it anew, or open the files in it.");
        // The end of a zip says where all is: a whole one is not looked through.
        let n_files = match ZipArchive::new(Cursor::new(bytes.as_slice())) {
            Ok(archive) => archive.len(),
            Err(error) => return Err(cut_off(&bytes).ok_or_else(|| damaged(error.to_string()))),
        };
        if n_files > MAX_FILES {
            return Err(Err(format!("This zip holds {n_files} files; up to {MAX_FILES} are read. Split it.")));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| Err(damaged(error.to_string())))?;
        let is_bundle = archive.index_for_name(format::BUNDLE_LIST).is_some();
        Ok(Self {
            name,
            archive,
            at: 0,
            left: MAX_FILE_BYTES,
            is_bundle,
            files: Vec::new(),
            sums: BTreeMap::new(),
            troubles: Vec::new(),
        })
    }

    /// How far it is: so many files of so many.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.at, self.archive.len())
    }

    /// Takes out some files. Gives whether there are more.
    pub(super) fn step(&mut self) -> bool {
        let mut n_bytes = 0;
        while self.at < self.archive.len() && n_bytes < STEP_BYTES {
            n_bytes += self.next_file();
        }
        self.at < self.archive.len()
    }

    /// Takes out the next file; gives how many bytes it has.
    fn next_file(&mut self) -> usize {
        let index = self.at;
        self.at += 1;
        let mut entry = match self.archive.by_index(index) {
            Ok(entry) => entry,
            Err(error) => {
                self.troubles.push(format!("File {} of the zip cannot be read: {error}.", index + 1));
                return 0;
            }
        };
        let path = entry.name().map(|name| name.into_owned()).unwrap_or_default();
        // The texts of a project are in its articles too.
        let is_needless = self.is_bundle && path.starts_with(format::BUNDLE_TEXTS);
        if entry.is_dir() || is_needless || !is_wanted(&path) {
            return 0;
        }
        let name = safe_name(&path);
        let mut content = Vec::new();
        // What a zip says of its sizes may be a lie: what comes out is counted.
        match entry.by_ref().take(self.left + 1).read_to_end(&mut content) {
            Ok(_) if content.len() as u64 > self.left => {
                self.troubles.push(format!(
                    "The files of the zip are larger than {} together: “{name}” and those after it were left out.",
                    format::megabytes(MAX_FILE_BYTES)
                ));
                drop(entry);
                self.at = self.archive.len();
                return 0;
            }
            Ok(_) => self.left -= content.len() as u64,
            Err(error) => {
                self.troubles.push(format!("“{name}” in the zip cannot be read: {error}."));
                return 0;
            }
        }
        let n_bytes = content.len();
        if self.is_bundle {
            self.sums.insert(path.clone(), format::checksum(&content));
        }
        self.files.push((path, content));
        n_bytes
    }

    /// All that came out.
    pub(super) fn finish(self) -> Unpacked {
        let (files, more) = named(self.files, &self.sums);
        (files, [self.troubles, more].concat())
    }
}

/// Files with their names; those of a project are checked first.
fn named(files: Vec<(String, Vec<u8>)>, sums: &BTreeMap<String, String>) -> Unpacked {
    let (files, troubles) = format::checked_bundle(files, sums);
    let file = |(name, bytes): (String, Vec<u8>)| NamedBytes { name, bytes };
    (files.into_iter().map(file).collect(), troubles)
}

/// The files at the beginning of a zip whose end, with the list of its files, is missing: a download that broke off.
fn cut_off(bytes: &[u8]) -> Option<Unpacked> {
    let mut rest = Cursor::new(bytes);
    let mut files = Vec::new();
    let mut left = MAX_FILE_BYTES;
    while let Ok(Some(mut entry)) = zip::read::read_zipfile_from_stream(&mut rest) {
        let path = entry.name().map(|name| name.into_owned()).unwrap_or_default();
        let mut content = Vec::new();
        if entry.by_ref().take(left + 1).read_to_end(&mut content).is_err() || content.len() as u64 > left {
            break;
        }
        left -= content.len() as u64;
        if !entry.is_dir() && is_wanted(&path) && files.len() < MAX_FILES {
            files.push((path, content));
        }
    }
    if files.is_empty() {
        return None;
    }
    let whole =
        crate::format::n_things(files.len(), "file at its beginning was read", "files at its beginning were read");
    let mut troubles = vec![format!("This zip is not whole: it was cut off, or never downloaded to its end. {whole}.")];
    let sums = files.iter().map(|(path, bytes)| (path.clone(), format::checksum(bytes))).collect();
    let (files, more) = named(files, &sums);
    troubles.extend(more);
    Some((files, troubles))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::format::{Format, Source};
    use crate::ingest::read_files;
    use crate::project::{Article, Codebook};
    use crate::text::Text;

    fn project() -> (Vec<Article>, Codebook) {
        let article = |n: usize| Article::new(format!("a/b {n}"), Text::new(format!("Taha {n} said\n")));
        let codebook = Codebook { guidelines: "# Rules".into(), ..Codebook::built_in() };
        ((0..12).map(article).collect(), codebook)
    }

    fn packed() -> Vec<u8> {
        let (articles, codebook) = project();
        let sources: Vec<Source> = articles.iter().map(|article| Source { name: article.name(), article }).collect();
        Format::by_id("project-zip").expect("a format").write(&sources, &codebook).bytes
    }

    fn read(bytes: Vec<u8>) -> (Vec<String>, Codebook, String) {
        let mut codebook = Codebook::built_in();
        let (articles, warnings) =
            read_files(vec![NamedBytes { name: "p.attache.zip".to_owned(), bytes }], &mut codebook);
        let told: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        (articles.into_iter().map(|it| it.text.as_str().to_owned()).collect(), codebook, told.join("\n"))
    }

    #[test]
    fn a_project_comes_back_in_its_order_with_its_guidelines() {
        let (texts, codebook, told) = read(packed());
        let (articles, written) = project();
        assert_eq!(texts, articles.iter().map(|it| it.text().as_str().to_owned()).collect::<Vec<_>>());
        assert_eq!((codebook, told.as_str()), (written, ""));
    }

    #[test]
    fn what_is_missing_or_changed_is_named() {
        let bytes = packed();
        // A download that broke off: what is there is read, the rest named.
        let (texts, _, told) = read(bytes[..bytes.len() / 2].to_vec());
        assert!((2..10).contains(&texts.len()), "{}", texts.len());
        assert!(
            told.contains("not whole") && told.contains("are missing in the zip") && told.contains("“12 b 11”"),
            "{told}"
        );
        let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        let mut changed = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).expect("an entry");
            let mut content = String::new();
            entry.read_to_string(&mut content).expect("text");
            let path = entry.name().expect("a name").into_owned();
            let content = if path.contains("03") { content.replace("Taha", "Aden") } else { content };
            changed.start_file(path, zip::write::SimpleFileOptions::default()).expect("names differ");
            changed.write_all(content.as_bytes()).expect("memory");
        }
        let (texts, _, told) = read(changed.finish().expect("memory").into_inner());
        assert_eq!((texts.len(), texts[2].as_str()), (12, "Aden 2 said\n"));
        assert!(told.contains("1 file was changed since the zip was written: “03 b 2”"), "{told}");
    }
}
