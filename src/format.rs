//! Annotation files: the registry of formats that can be written, and what the readers give back.
//!
//! To add a format, write `format/NAME.rs` with a `pub const FORMAT: Format` and add it to [`FORMATS`]: the menu, the
//! command line tool and `tests/formats.rs` follow. Positions in files are code points.

mod archive;
mod bdoc;
mod brat;
mod brat_reading;
mod bundle;
mod cas;
mod cas_json;
mod cas_xmi;
mod conll;
mod conllu_plus;
mod csv;
mod doccano;
mod draft;
mod features;
mod flow;
mod foreign;
mod gate_xml;
mod hugging_face;
mod json;
mod jsonl;
mod label_studio;
mod losses;
mod mae;
mod name;
mod prodigy;
mod project;
mod pubannotation;
mod reading;
mod report;
mod spacy;
mod tagtog;
mod tei;
mod tei_kept;
mod tokens;
mod uima;
mod web_annotation;
mod webanno_tsv;
pub(crate) mod xml;

use std::fmt;
use std::sync::Arc;

pub use archive::is_zip;
pub use bundle::{
    ARTICLES as FOLDER_ARTICLES, CODEBOOK as FOLDER_CODEBOOK, LIST as BUNDLE_LIST, TEXTS as BUNDLE_TEXTS,
    checked as checked_bundle, checksum,
};
pub use draft::OffsetUnit;
pub(crate) use flow::{Flow, Gap};
pub(crate) use json::records as json_records;
pub use jsonl::read as read_jsonl;
pub use name::{safe_name, title_name};
pub use project::{
    VERSION as PROJECT_VERSION, article_file as folder_article, begins_like as begins_like_project,
    codebook_file as folder_codebook, read as read_project,
};
pub use reading::{Look, read, read_brat, read_tagtog};

use crate::annotation::{About, Annotation};
use crate::command::{Command, Turn, plan};
use crate::project::{Article, Codebook, Record, UnixMillis};
use crate::scheme::Scheme;
use crate::text::Text;

/// The formats, in the order in which they are offered. The first keeps everything.
pub const FORMATS: &[Format] = &[
    project::FORMAT,
    bundle::FORMAT,
    jsonl::FORMAT,
    brat::FORMAT,
    label_studio::FORMAT,
    label_studio::CONFIG,
    doccano::FORMAT,
    doccano::ENTITIES,
    prodigy::FORMAT,
    spacy::FORMAT,
    hugging_face::FORMAT,
    conll::FORMAT,
    conll::IOBES,
    conll::BILOU,
    conllu_plus::FORMAT,
    webanno_tsv::FORMAT,
    cas_xmi::FORMAT,
    cas_json::FORMAT,
    web_annotation::FORMAT,
    bdoc::FORMAT,
    gate_xml::FORMAT,
    mae::FORMAT,
    tei::FORMAT,
    pubannotation::FORMAT,
    tagtog::FORMAT,
    csv::FORMAT,
];

/// The longest text of an article, in bytes of UTF-8: 16 MB, some eight novels.
pub const MAX_ARTICLE_BYTES: u64 = 16_000_000;

/// The MIME type of a zip.
const ZIP: &str = "application/zip";

/// A file format that articles with their annotations can be written in.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name on the command line and in code: lower case, ASCII.
    pub id: &'static str,
    /// Its name on the screen.
    pub title: &'static str,
    /// What it is for, in a sentence.
    pub description: &'static str,
    /// The ending of its files, without the first dot.
    pub extension: &'static str,
    /// Its MIME type.
    pub mime: &'static str,
    /// How it is read.
    reader: Reader,
    /// What it can never hold, in a sentence; empty when it holds everything.
    pub cannot_carry: &'static str,
    write: Option<fn(&[Source], &Codebook) -> Written>,
}

/// How a format is read.
#[derive(Clone, Copy, Debug)]
enum Reader {
    /// Not at all.
    None,
    /// By its own reader: ours.
    Own,
    /// With a second file beside the text, which `ingest` matches.
    Beside,
    /// As JSON, a record an article.
    Records {
        /// Whether a record looks like one of this format.
        is_like: fn(&serde_json::Value) -> bool,
        /// The dotted ways to the fields that are read and written; what else a record holds is kept and written back.
        /// Empty when nothing is kept.
        known: &'static [&'static str],
        /// The articles of a record; the error is a sentence's end.
        draft: fn(&serde_json::Value) -> Result<Vec<draft::Draft>, String>,
    },
    /// As text.
    Text {
        /// Whether a text looks like one of this format, by its ending and content.
        is_like: fn(Option<&str>, &str) -> bool,
        /// The articles of a text; the error is a sentence.
        /// The second is what stands in a file beside it: the types of a CAS.
        drafts: fn(&str, Option<&str>) -> Result<Vec<draft::Draft>, String>,
    },
}

/// An article to be written. An article without annotations is written too.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its text, annotations and journal.
    pub article: &'a Article,
}

/// A written file, for download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// A safe file name with the format's ending.
    pub file_name: String,
    /// The MIME type.
    pub mime: &'static str,
    /// The content.
    pub bytes: Vec<u8>,
    /// What of these very articles the file does not hold as it was, in sentences; empty when nothing.
    pub losses: Vec<String>,
}

/// What a format's writer gives.
struct Written {
    bytes: Vec<u8>,
    losses: Vec<String>,
}

impl Format {
    /// The format of an id.
    pub fn by_id(id: &str) -> Option<&'static Format> {
        FORMATS.iter().find(|format| format.id == id)
    }

    /// Whether its files have a line for each article, so that they can be read and written one by one.
    pub fn is_a_line_an_article(&self) -> bool {
        self.extension.ends_with("jsonl")
    }

    /// Whether files of this format are read.
    pub fn reads_back(&self) -> bool {
        !matches!(self.reader, Reader::None)
    }

    /// Whether a file of it can be read by itself, when a person says that it is one.
    pub fn reads_alone(&self) -> bool {
        !matches!(self.reader, Reader::None | Reader::Beside)
    }

    /// Whether articles can be written in it.
    pub fn writes(&self) -> bool {
        self.write.is_some()
    }

    /// Writes articles into one file: named after the article when it is one, else after their number.
    ///
    /// Several articles are a zip where a file of the format holds one. The same articles always give the same bytes.
    ///
    /// # Panics
    ///
    /// When the format is [only read](Format::writes).
    pub fn write(&self, sources: &[Source], codebook: &Codebook) -> Export {
        let stem = match sources {
            [only] => safe_name(only.name),
            many => format!("{} articles", many.len()),
        };
        let write = self.write.expect("only formats that are written are offered for it");
        let Written { bytes, losses } = write(sources, codebook);
        let is_packed = is_zip(&bytes) && self.mime != ZIP;
        let (ending, mime) = if is_packed { (".zip", ZIP) } else { ("", self.mime) };
        Export { file_name: format!("{stem}.{}{ending}", self.extension), mime, bytes, losses }
    }
}

/// An article as a file holds it: `annotations` or `journal` or neither is filled, never both. `about` is empty beside
/// a journal, which has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Its name, safe to show and to use in a file name.
    pub name: String,
    /// Its text, as the file has it: no newline, space or Unicode normalisation.
    pub text: Text,
    /// What is said of it as a whole.
    pub about: About,
    /// Annotations to be taken in by [`Command::Import`], in the order of the file;
    /// empty when there is a journal.
    pub annotations: Vec<Annotation>,
    /// Every turn that led to the article's annotations. It was replayed without misfit: a replay gives the state
    /// that was saved, undo and redo included. Empty when the file has no journal, or one that does not fit.
    pub journal: Vec<Record>,
}

impl Incoming {
    /// An article without annotations.
    pub fn plain(name: impl Into<String>, text: Text) -> Self {
        Self { name: name.into(), text, about: About::default(), annotations: Vec::new(), journal: Vec::new() }
    }

    /// The article, with what the file says of it done to it at a time.
    pub fn into_article(self, at: UnixMillis, scheme: &Scheme) -> Article {
        let Self { name, text, about, annotations, journal } = self;
        // The reader has checked that the journal fits: nothing is left out here.
        let (mut article, _) = Article::replay(name, text, journal, scheme);
        let import = (!annotations.is_empty()).then(|| Command::import(annotations));
        let title = "Read what is said of the article from a file".to_owned();
        let describe = (about != About::default()).then_some(Command::Describe { about, title });
        for command in [import, describe].into_iter().flatten() {
            if let Ok(transaction) = plan(article.text(), article.annotations(), scheme, &command) {
                let turned = article.turn(Turn::Do(Arc::new(transaction)), at, scheme);
                debug_assert!(turned.is_ok(), "annotations read for a text fit it");
            }
        }
        article
    }

    /// Whether it comes with annotations, or with the steps that led to there being none.
    pub fn is_marked(&self) -> bool {
        !self.annotations.is_empty() || !self.journal.is_empty()
    }

    /// Whether anything is known of it but the text.
    pub fn is_annotated(&self) -> bool {
        self.is_marked() || self.about != About::default()
    }
}

/// Something in a file that could not be read as it stands. The rest was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The file's name.
    pub file: String,
    /// What, where, and what now: whole sentences.
    pub message: String,
    /// Whether it is no trouble, only good to know.
    pub is_note: bool,
}

impl Warning {
    /// A sentence about a file.
    pub fn new(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.into(), message: message.into(), is_note: false }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.message)
    }
}

impl std::error::Error for Warning {}

/// Whether a text can be an article's; the error is a sentence's end.
fn check_text(content: &str) -> Result<(), String> {
    if content.len() as u64 > MAX_ARTICLE_BYTES {
        return Err(format!(
            "the text has {}, and an article may have up to {}; split it into parts",
            megabytes(content.len() as u64),
            megabytes(MAX_ARTICLE_BYTES)
        ));
    }
    match content.find('\0') {
        Some(at) => Err(format!("the text holds a NUL character (U+0000) at byte {at}, which no text has")),
        None => Ok(()),
    }
}

/// A size in words: `16 MB`, `52.4 MB`.
pub fn megabytes(n_bytes: u64) -> String {
    let tenths = n_bytes.div_ceil(100_000);
    if tenths.is_multiple_of(10) {
        format!("{} MB", tenths / 10)
    } else {
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

/// A number with the word for one, or for several: `1 span`, `1,200 spans`.
pub fn n_things(n: usize, one: &str, several: &str) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", if n == 1 { one } else { several })
}
