//! `attache convert` and `attache check`: annotation files of one format into another, and what a file holds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use super::Failure;
use crate::annotation::Status;
use crate::format::{FORMATS, Format, Look, OffsetUnit, Source, Warning};
use crate::ingest::{self, Columns, NamedBytes, Reading, read_files_as};
use crate::project::{Article, Codebook, UnixMillis};

/// What is asked for.
#[derive(Default)]
struct Wish<'a> {
    from: Option<&'static Format>,
    to: Option<&'static Format>,
    unit: Option<OffsetUnit>,
    encoding: Option<&'a str>,
    /// The columns of a table.
    text: Option<&'a str>,
    name: Option<&'a str>,
    out: Option<&'a str>,
    files: Vec<&'a str>,
}

/// Runs `attache convert` on its arguments and gives what it prints.
pub fn convert(arguments: &[&str]) -> Result<String, Failure> {
    let wish = wish(arguments)?;
    let to = wish.to.ok_or_else(|| Failure(format!("convert wants --to=FORMAT: one of {}.", ids(Format::writes))))?;
    if !to.writes() {
        return Err(Failure(format!("{} is only read. Written are: {}.", to.title, ids(Format::writes))));
    }
    let out = wish.out.ok_or_else(|| Failure("convert wants -o FILE to write to.".to_owned()))?;
    if wish.files.is_empty() {
        return Err(Failure("convert wants files to read.".to_owned()));
    }
    let is_out =
        |file: &&str| fs::canonicalize(file).is_ok_and(|file| fs::canonicalize(out).is_ok_and(|out| out == file));
    if wish.files.iter().any(is_out) {
        return Err(Failure(format!("{out} is one of the files to read: name another to write to.")));
    }
    if let [file] = wish.files[..]
        && let Some(from) = wish.from.or_else(|| format_of_lines(file)).filter(|from| from.is_a_line_an_article())
        && to.is_a_line_an_article()
        && wish.encoding.is_none()
    {
        return stream(file, from, to, wish.unit, out);
    }
    let (articles, warnings, codebook) = read(&wish)?;
    if articles.is_empty() {
        let told: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        return Err(Failure(format!("No article was read; {out} is not written.\n{}", told.join("\n"))));
    }
    let sources: Vec<Source> = articles.iter().map(|article| Source { name: article.name(), article }).collect();
    let export = to.write(&sources, &codebook);
    fs::write(out, &export.bytes).map_err(|error| Failure(format!("{out} cannot be written: {error}.")))?;
    let mut report = String::new();
    for line in warnings.iter().map(ToString::to_string).chain(export.losses) {
        writeln!(report, "{line}").expect("writing to a string");
    }
    writeln!(report, "{} written as {} to {out}.", n_articles(articles.len()), to.title).expect("writing to a string");
    Ok(report)
}

/// Runs `attache check` on its arguments: what the files hold. A trouble is a failure.
pub fn check(arguments: &[&str]) -> Result<String, Failure> {
    let wish = wish(arguments)?;
    if wish.files.is_empty() {
        return Err(Failure("check wants files to read.".to_owned()));
    }
    let (articles, warnings, _) = read(&wish)?;
    let mut report = String::new();
    for article in &articles {
        let set = article.annotations();
        let n_decided = set.visible().filter(|(_, it)| it.status == Status::Accepted).count();
        let n_suggested = set.n_suggested();
        writeln!(report, "{}: {n_decided} decided, {n_suggested} suggested", article.name()).expect("a string");
    }
    for warning in &warnings {
        writeln!(report, "{warning}").expect("writing to a string");
    }
    match warnings.iter().all(|warning| warning.is_note) && !articles.is_empty() {
        true => Ok(report),
        false => Err(Failure(report.trim_end().to_owned())),
    }
}

fn wish<'a>(arguments: &[&'a str]) -> Result<Wish<'a>, Failure> {
    let format = |id: &str| {
        Format::by_id(id).ok_or_else(|| Failure(format!("There is no format “{id}”. There are: {}.", ids(|_| true))))
    };
    let mut wish = Wish::default();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        // `--from brat` is `--from=brat`.
        let named =
            ["--from", "--to", "--unit", "--encoding", "--text", "--name"].into_iter().find(|option| option == word);
        let pair = match named {
            Some(option) => words.next().map(|value| (option, *value)),
            None => word.split_once('='),
        };
        match pair {
            Some(("--from", id)) => wish.from = Some(format(id)?),
            Some(("--to", id)) => wish.to = Some(format(id)?),
            Some(("--encoding", name)) if ingest::OWN_DECODER(name, b"").is_none() => {
                let names: Vec<&str> = ingest::ENCODINGS.iter().map(|(name, _)| *name).collect();
                return Err(Failure(format!("There is no encoding “{name}”. There are: {}.", names.join(", "))));
            }
            Some(("--encoding", name)) => wish.encoding = Some(name),
            Some(("--text", column)) => wish.text = Some(column),
            Some(("--name", column)) => wish.name = Some(column),
            Some(("--unit", unit)) => wish.unit = Some(unit_of(unit)?),
            Some((option, _)) if option.starts_with("--") => {
                return Err(Failure(format!("There is no option {option}. See attache --help.")));
            }
            None if word.starts_with("--") => {
                return Err(Failure(format!("{word} wants a value, or is no option. See attache --help.")));
            }
            _ if *word == "-o" => wish.out = words.next().copied(),
            _ => wish.files.push(word),
        }
    }
    if wish.name.is_some() && wish.text.is_none() {
        return Err(Failure("--name wants --text beside it: the column that holds the texts.".to_owned()));
    }
    Ok(wish)
}

fn unit_of(word: &str) -> Result<OffsetUnit, Failure> {
    match word {
        "cp" => Ok(OffsetUnit::CodePoints),
        "utf16" => Ok(OffsetUnit::Utf16),
        "bytes" => Ok(OffsetUnit::Bytes),
        "graphemes" => Ok(OffsetUnit::Graphemes),
        other => Err(Failure(format!("There is no unit “{other}”. There are: cp, utf16, bytes, graphemes."))),
    }
}

/// The names of the formats for which something holds.
fn ids(is_wanted: impl Fn(&Format) -> bool) -> String {
    FORMATS.iter().filter(|format| is_wanted(format)).map(|format| format.id).collect::<Vec<_>>().join(", ")
}

fn n_articles(n: usize) -> String {
    if n == 1 { "1 article".to_owned() } else { format!("{n} articles") }
}

fn read(wish: &Wish) -> Result<(Vec<Article>, Vec<Warning>, Codebook), Failure> {
    let mut files = Vec::new();
    for path in &wish.files {
        let bytes = fs::read(path).map_err(|error| Failure(format!("{path} cannot be read: {error}.")))?;
        let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push(NamedBytes { name, bytes });
    }
    let mut codebook = Codebook::built_in();
    let columns = wish.text.map(|text| Columns { text: text.to_owned(), name: wish.name.map(str::to_owned) });
    let reading = Reading {
        format: wish.from,
        unit: wish.unit,
        encoding: wish.encoding.map(str::to_owned),
        columns,
        ..Reading::default()
    };
    let (incoming, warnings) = read_files_as(files, reading, &mut codebook);
    let articles =
        incoming.into_iter().map(|incoming| incoming.into_article(UnixMillis(0), &codebook.scheme)).collect();
    Ok((articles, warnings, codebook))
}

/// The format of a file of lines, by its ending and first line; other files are looked at whole.
fn format_of_lines(file: &str) -> Option<&'static Format> {
    let is_lines = Path::new(file).extension().is_some_and(|ending| ending == "jsonl" || ending == "ndjson");
    if !is_lines {
        return None;
    }
    let mut first = String::new();
    BufReader::new(File::open(file).ok()?).read_line(&mut first).ok()?;
    let look = Look::at(Some("jsonl"), &first);
    let own = || look.is_like_jsonl().then(|| Format::by_id("jsonl")).flatten();
    look.other_format().or_else(own)
}

/// Line by line, with one article in memory at a time.
fn stream(
    file: &str,
    from: &'static Format,
    to: &Format,
    unit: Option<OffsetUnit>,
    out: &str,
) -> Result<String, Failure> {
    let input = File::open(file).map_err(|error| Failure(format!("{file} cannot be opened: {error}.")))?;
    let output = File::create(out).map_err(|error| Failure(format!("{out} cannot be written: {error}.")))?;
    let mut output = BufWriter::new(output);
    let mut codebook = Codebook::built_in();
    let (mut n_read, mut n_troubles) = (0, 0);
    let mut report = String::new();
    let mut losses: BTreeMap<String, usize> = BTreeMap::new();
    for (index, line) in BufReader::with_capacity(1 << 16, input).lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let name = format!("{} line {}.jsonl", Path::new(file).file_stem().unwrap_or_default().display(), index + 1);
        let reading = Reading { format: Some(from), unit, ..Reading::default() };
        let files = vec![NamedBytes { name, bytes: line.into_bytes() }];
        let (incoming, warnings) = read_files_as(files, reading, &mut codebook);
        for warning in warnings.iter().filter(|warning| !warning.is_note) {
            n_troubles += 1;
            if n_troubles <= 20 {
                writeln!(report, "{warning}").expect("writing to a string");
            }
        }
        for incoming in incoming {
            let article = incoming.into_article(UnixMillis(0), &codebook.scheme);
            let export = to.write(&[Source { name: article.name(), article: &article }], &codebook);
            output.write_all(&export.bytes)?;
            for loss in export.losses {
                *losses.entry(loss).or_insert(0) += 1;
            }
            n_read += 1;
        }
    }
    output.flush()?;
    if n_troubles > 20 {
        writeln!(report, "and {} more troubles.", n_troubles - 20).expect("writing to a string");
    }
    for (loss, n) in losses {
        writeln!(report, "In {}: {loss}", n_articles(n)).expect("writing to a string");
    }
    writeln!(report, "{} written as {} to {out}.", n_articles(n_read), to.title).expect("writing to a string");
    Ok(report)
}
