//! Files and pasted text as articles: decoding, telling the formats apart, and what to say about what cannot be read.
//!
//! A batch never fails whole: what could be read, and a sentence for each thing that could not. Texts are final: no
//! newline, space or Unicode is normalised, and a newline at the end stays.

mod apart;
mod beside;
mod decode;
mod document;
mod intake;
mod merge;
mod page;
mod table;
mod unpack;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::annotation::About;
use crate::format::{self, safe_name, title_name};
use crate::project::Codebook;
use crate::scheme::Scheme;
use crate::text::Text;

pub use decode::{Decoder, ENCODINGS, Named, OWN_DECODER};
pub use intake::Intake;
pub use table::{Columns, Table};

pub use crate::format::{Incoming, MAX_ARTICLE_BYTES, Warning};

/// The largest file that is read, in bytes: many articles with their annotations.
pub const MAX_FILE_BYTES: u64 = 256_000_000;

/// The endings of files that are read, without the dot.
pub const ENDINGS: [&str; 26] = [
    "txt", "md", "json", "jsonl", "ndjson", "ann", "jsonld", "bdocjs", "conll", "iob", "bio", "iob2", "zip", "xml",
    "xmi", "tsv", "csv", "html", "htm", "xhtml", "conllu", "conllup", "docx", "odt", "epub", "text",
];

/// A file, as the browser or the command line hands it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedBytes {
    /// Its name, with or without folders; those tell which files belong together.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What a file holds, by its content and its ending.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Plain,
    Project,
    Jsonl,
    /// A tagset.
    Scheme,
    /// A file of another tool.
    Other(&'static format::Format),
    /// A table, or JSON of no such shape.
    Table,
    /// A web page.
    Page,
}

/// How files are to be read, where a person knows better than the files say.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Their format; `None` for what they look like.
    pub format: Option<&'static format::Format>,
    /// What positions count; `None` for what fits best.
    pub unit: Option<format::OffsetUnit>,
    /// How the texts are encoded; `None` for UTF-8, or what a file says of itself.
    pub encoding: Option<String>,
    /// What of tables is read; `None` for what they look like.
    pub columns: Option<Columns>,
    /// What knows encodings other than Unicode's.
    pub decoder: Decoder,
}

impl Default for Reading {
    fn default() -> Self {
        Self { format: None, unit: None, encoding: None, columns: None, decoder: OWN_DECODER }
    }
}

/// The first file that is a table of articles, with its name: a person may say what of it is read.
pub fn first_table(files: &[NamedBytes]) -> Option<(String, Table)> {
    let table = |file: &NamedBytes| {
        let name = safe_name(&file.name);
        if unpack::is_zip(&name, &file.bytes) || check_size(&name, file.bytes.len() as u64).is_err() {
            return None;
        }
        let may_be = matches!(ending(&name), Some("csv" | "tsv" | "json" | "jsonl" | "ndjson"));
        // Of a long file of lines the first one tells; only a table is looked at as a whole.
        let says_lines = matches!(ending(&name), Some("jsonl" | "ndjson"));
        let beginning = first_lines(&file.bytes).filter(|_| says_lines);
        if beginning.is_some_and(|lines| !matches!(kind(&name, lines.lines().next().unwrap_or_default()), Kind::Table))
        {
            return None;
        }
        // What is UTF-8 is looked at where it lies: it may be long, and is decoded once more when it is opened.
        let content = match may_be.then(|| std::str::from_utf8(&file.bytes))? {
            Ok(content) => Cow::Borrowed(content.strip_prefix('\u{feff}').unwrap_or(content)),
            Err(_) => Cow::Owned(decode::decode(file.bytes.clone(), None, OWN_DECODER).ok()?.content),
        };
        let is_of_lines = says_lines && !content.trim_start().starts_with('[');
        let first = is_of_lines.then(|| content.lines().find(|line| !line.trim().is_empty())).flatten();
        let is_table = matches!(kind(&name, first.unwrap_or(&content)), Kind::Table);
        let table = is_table.then(|| Table::read(&name, &content)).flatten();
        table.filter(|table| !table.is_of_spans()).map(|table| (name, table))
    };
    files.iter().find_map(table)
}

/// How much of a long file is looked at to know whether it has an article on each line.
const BEGINNING_BYTES: usize = 64_000;

/// The first lines of a long file, when they are UTF-8 and the first of them is whole and an object of JSON.
fn first_lines(bytes: &[u8]) -> Option<&str> {
    let beginning = bytes.get(..BEGINNING_BYTES)?;
    let end = beginning.iter().rposition(|byte| *byte == b'\n')?;
    let lines = std::str::from_utf8(&beginning[..end]).ok()?;
    let lines = lines.strip_prefix('\u{feff}').unwrap_or(lines).trim_start();
    let first = lines.lines().next()?;
    let is_object = first.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(first).is_ok();
    is_object.then_some(lines)
}

/// Reads files in their order. A plain text and an annotated file of the same text become one article, under the name
/// of the text file. Two articles of the same text that are annotated in different ways are both given.
///
/// Labels, and what is known of persons and topics, that the codebook has not, join it.
pub fn read_files(files: Vec<NamedBytes>, codebook: &mut Codebook) -> (Vec<Incoming>, Vec<Warning>) {
    read_files_as(files, Reading::default(), codebook)
}

/// The same, in a format and with a unit that the person names.
pub fn read_files_as(
    files: Vec<NamedBytes>,
    reading: Reading,
    codebook: &mut Codebook,
) -> (Vec<Incoming>, Vec<Warning>) {
    let mut intake = Intake::new(files, reading);
    while intake.step(codebook) {}
    intake.finish()
}

/// The same with one note where several files are told the same.
fn merged(warnings: Vec<Warning>) -> Vec<Warning> {
    let mut n_files: BTreeMap<String, usize> = BTreeMap::new();
    for note in warnings.iter().filter(|warning| warning.is_note) {
        *n_files.entry(note.message.clone()).or_default() += 1;
    }
    let one = |warning: Warning| {
        if !warning.is_note {
            return Some(warning);
        }
        match n_files.remove(&warning.message)? {
            1 => Some(warning),
            n => Some(Warning { file: format!("{} and {} more", warning.file, n - 1), ..warning }),
        }
    };
    warnings.into_iter().filter_map(one).collect()
}

/// A file, and the name of the one that the person chose: itself, or the zip that it was in.
type Origin = (String, NamedBytes);

/// Takes pasted text as an article, named after its first words.
pub fn read_pasted(text: &str) -> Result<Incoming, Warning> {
    let pasted = |message| Warning::new("Pasted text", message);
    check_plain(text).map_err(pasted)?;
    Ok(Incoming::plain(name_of_words(text), Text::new(text)))
}

/// Refuses a file that is too large, before it is read: by its name and size in bytes.
pub fn check_size(name: &str, n_bytes: u64) -> Result<(), Warning> {
    let (limit, what) = match ending(name) {
        Some(ending) if !["txt", "md", "text"].contains(&ending) => (MAX_FILE_BYTES, "A file of articles"),
        // UTF-16 takes up to twice the bytes of the same text in UTF-8; the text itself is checked once more.
        _ => (2 * MAX_ARTICLE_BYTES, "An article"),
    };
    if n_bytes <= limit {
        return Ok(());
    }
    let limit = if limit == MAX_FILE_BYTES { limit } else { MAX_ARTICLE_BYTES };
    Err(Warning::new(safe_name(name), too_large(n_bytes, limit, what)))
}

fn too_large(n_bytes: u64, limit: u64, what: &str) -> String {
    let (has, limit) = (format::megabytes(n_bytes), format::megabytes(limit));
    format!("The file has {has}. {what} may have up to {limit}: split it into parts and open those.")
}

/// Articles of a file, each with whether it is a plain text.
type Read = (Vec<(Incoming, bool)>, Vec<Warning>);

fn read_text(file: &str, content: String, types: Option<&str>, reading: &Reading, codebook: &mut Codebook) -> Read {
    let mut read = read_unnamed(file, content, types, reading, codebook);
    name_the_unnamed(&mut read.0, stem(file), 0, true);
    read
}

/// Articles without a name share that of the file; numbers tell them apart. So many came before; `is_all` says whether
/// these are all of the file. Gives how many there were.
fn name_the_unnamed(articles: &mut [(Incoming, bool)], stem: &str, n_before: usize, is_all: bool) -> usize {
    let n_unnamed = articles.iter().filter(|(article, _)| article.name.is_empty()).count();
    let unnamed = articles.iter_mut().filter(|(article, _)| article.name.is_empty());
    for (index, (article, _)) in unnamed.enumerate() {
        let is_only = is_all && n_unnamed == 1;
        let name = if is_only { stem.to_owned() } else { format!("{stem} {}", n_before + index + 1) };
        article.name = safe_name(&name);
    }
    n_unnamed
}

/// `types` is the type system beside a file of UIMA.
fn read_unnamed(file: &str, content: String, types: Option<&str>, reading: &Reading, codebook: &mut Codebook) -> Read {
    let annotated = |(articles, warnings): (Vec<Incoming>, _)| -> Read {
        (articles.into_iter().map(|article| (article, false)).collect(), warnings)
    };
    let refused = |message: &str| -> Read { (Vec::new(), vec![Warning::new(file, message)]) };
    let kind = match reading.format {
        Some(format) if format.id == "project" => Kind::Project,
        Some(format) if format.id == "jsonl" => Kind::Jsonl,
        Some(format) => Kind::Other(format),
        None => kind(file, &content),
    };
    match kind {
        Kind::Project => annotated(format::read_project(file, &content, codebook)),
        Kind::Jsonl => annotated(format::read_jsonl(file, &content, codebook)),
        Kind::Other(format) if format.id == apart::FORMAT => {
            let gathered = apart::gathered(&content);
            let content = gathered.as_deref().unwrap_or(&content);
            annotated(format::read(format, file, content, types, reading.unit, codebook))
        }
        Kind::Other(format) => annotated(format::read(format, file, &content, types, reading.unit, codebook)),
        Kind::Scheme => match join_scheme(&content, codebook) {
            Ok(()) => (Vec::new(), Vec::new()),
            Err(message) => refused(&message),
        },
        Kind::Table => match Table::read(file, &content) {
            Some(table) if table.is_of_spans() => refused(
                "This is a table of spans without the texts of their articles. Open a project, or the articles themselves.",
            ),
            Some(table) => of_table(&table, file, reading),
            None => refused(
                "This holds no article: it is neither an Attaché project nor a table with texts nor a file of another tool that is read here.",
            ),
        },
        Kind::Page => match article_of(page::read(&content), file) {
            Ok(article) => {
                let note = "Read as a web page: its words, without what stands around the article.".to_owned();
                (vec![(article, true)], vec![Warning { file: file.to_owned(), message: note, is_note: true }])
            }
            Err(message) => refused(&message),
        },
        Kind::Plain => match check_plain(&content) {
            Ok(()) => (vec![(Incoming::plain(safe_name(stem(file)), Text::new(content)), true)], Vec::new()),
            Err(message) => refused(&message),
        },
    }
}

/// The articles of a table, and what was read of it.
fn of_table(table: &Table, file: &str, reading: &Reading) -> Read {
    let guess = table.guess();
    let is_there = |columns: &&Columns| table.columns.contains(&columns.text);
    let columns = reading.columns.as_ref().filter(is_there).unwrap_or(&guess);
    let (articles, troubles) = table.articles(columns, stem(file));
    let lacking = reading.columns.as_ref().filter(|wanted| !is_there(wanted)).map(|wanted| table.lacks(&wanted.text));
    let mut warnings: Vec<Warning> = lacking.into_iter().chain(troubles).map(|it| Warning::new(file, it)).collect();
    if !articles.is_empty() {
        let names = columns.name.as_ref().map_or(String::new(), |name| format!(", “{name}” as the names"));
        let message = format!("Read as a table: the column “{}” as the texts{names}.", columns.text);
        warnings.push(Warning { file: file.to_owned(), message, is_note: true });
    }
    (articles.into_iter().map(|article| (article, true)).collect(), warnings)
}

/// Adds the labels of a tagset to the codebook. The error is in whole sentences.
fn join_scheme(content: &str, codebook: &mut Codebook) -> Result<(), String> {
    let scheme = Scheme::parse(content).map_err(|error| error.to_string())?;
    let joined = codebook.with(&scheme, Vec::new(), "").map_err(|error| error.to_string())?;
    if joined == *codebook {
        return Err("All labels of this file are in your tagset already.".to_owned());
    }
    *codebook = joined;
    Ok(())
}

/// Whether a JSON file is a tagset, sound or not.
fn is_like_scheme(content: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Labels {
        #[serde(rename = "labels")]
        _labels: Vec<serde::de::IgnoredAny>,
    }
    content.trim_start().starts_with('{') && serde_json::from_str::<Labels>(content).is_ok()
}

fn kind(file: &str, content: &str) -> Kind {
    let ending = ending(file);
    let says_json = matches!(ending, Some("json" | "jsonl" | "ndjson" | "jsonld"));
    if format::begins_like_project(content) {
        return Kind::Project;
    }
    if says_json && content.trim().is_empty() {
        return Kind::Plain;
    }
    let look = format::Look::at(ending, content);
    if look.is_like_project() {
        Kind::Project
    } else if let Some(other) = look.other_format() {
        Kind::Other(other)
    } else if look.is_like_jsonl() {
        Kind::Jsonl
    } else if matches!(ending, Some("jsonl" | "ndjson")) {
        // A first line that is sound and of no shape that is known makes a table; a broken one is told where it breaks.
        let first = content.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let record = serde_json::from_str::<serde_json::Value>(first);
        if record.is_ok_and(|record| record.is_object() && record.get("text").is_none()) {
            Kind::Table
        } else {
            Kind::Jsonl
        }
    } else if matches!(ending, Some("csv" | "tsv")) {
        Kind::Table
    } else if says_json && is_like_scheme(content) {
        Kind::Scheme
    } else if says_json {
        // Broken JSON is told where it breaks, sound JSON that it is something else.
        let is_sound = serde_json::from_str::<serde::de::IgnoredAny>(content).is_ok();
        if is_sound { Kind::Table } else { Kind::Jsonl }
    } else if matches!(ending, Some("html" | "htm" | "xhtml")) || looks_like_html(content) {
        Kind::Page
    } else {
        Kind::Plain
    }
}

/// The article of a page or document: named after its title, with what it says of where it comes from.
fn article_of(page: page::Page, file: &str) -> Result<Incoming, String> {
    check_plain(&page.text)?;
    let name = if page.title.is_empty() { safe_name(stem(file)) } else { title_name(&page.title) };
    let mut about = About::default();
    let fields = [("date", page.date), ("url", page.url), ("source", page.source), ("language", page.language)];
    fields.iter().for_each(|(name, value)| about.set_field(name, value));
    Ok(Incoming { about, ..Incoming::plain(name, Text::new(page.text)) })
}

/// Whether a plain text can be an article; the error is a whole sentence.
fn check_plain(content: &str) -> Result<(), String> {
    if content.is_empty() {
        return Err("This is empty: there is nothing to annotate.".to_owned());
    }
    if content.trim().is_empty() {
        return Err("This holds only white space: there is nothing to annotate.".to_owned());
    }
    if content.len() as u64 > MAX_ARTICLE_BYTES {
        return Err(too_large(content.len() as u64, MAX_ARTICLE_BYTES, "An article"));
    }
    match content.find('\0') {
        Some(at) => Err(decode::nul_sentence(at)),
        None => Ok(()),
    }
}

fn looks_like_html(content: &str) -> bool {
    let start: String = content.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// The ending of a file name in lower case as far as we know it.
fn ending(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    ENDINGS.into_iter().find(|known| ending.eq_ignore_ascii_case(known))
}

/// A file name without its last ending. “Dr. Taha” has none: endings are short and of letters and digits.
fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending))
            if !stem.is_empty() && ending.len() <= 10 && ending.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            stem
        }
        _ => name,
    }
}

/// The first words of a text as a name.
fn name_of_words(text: &str) -> String {
    const MAX_CHARS: usize = 48;
    let mut name = String::new();
    for word in text.split_whitespace() {
        let longer = name.chars().count() + 1 + word.chars().count();
        if !name.is_empty() && longer > MAX_CHARS {
            break;
        }
        if !name.is_empty() {
            name.push(' ');
        }
        name.extend(word.chars().take(MAX_CHARS));
    }
    safe_name(&name.replace(['/', '\\'], "-"))
}
