//! Files of other tools: which format it is, and its articles.

use serde_json::Value;

use super::draft::{Draft, OffsetUnit, settle};
use super::foreign::unknown;
use super::json::{each_record, first_record};
use super::report::{Report, broken, reason};
use super::{FORMATS, Format, Incoming, Reader, Warning, megabytes, n_things};
use crate::project::Codebook;

/// The most JSON that is read in one piece: a record takes some ten times its room in the file, and a page has four
/// gigabytes.
const MAX_RECORDS_BYTES: u64 = if cfg!(target_arch = "wasm32") { 128_000_000 } else { u64::MAX - 1 };

/// What tells the format of a file. To look takes one way through the content.
#[derive(Debug)]
pub struct Look<'a> {
    ending: Option<&'a str>,
    content: &'a str,
    /// A sketch of its first record, where it is JSON.
    record: Option<Value>,
}

impl<'a> Look<'a> {
    /// At a file with an ending (in lower case).
    pub fn at(ending: Option<&'a str>, content: &'a str) -> Self {
        Self { ending, content, record: first_record(content) }
    }

    /// The format of another tool that it looks like.
    pub fn other_format(&self) -> Option<&'static Format> {
        FORMATS.iter().find(|format| match format.reader {
            Reader::Records { is_like, .. } => self.record.as_ref().is_some_and(is_like),
            Reader::Text { is_like, .. } => is_like(self.ending, self.content),
            Reader::Own | Reader::Beside | Reader::None => false,
        })
    }

    /// Whether it is a project file, wherever in it that is said.
    pub fn is_like_project(&self) -> bool {
        self.record.as_ref().is_some_and(super::project::is_like)
    }

    /// Whether it, or its first line, looks like an article of the format `jsonl`.
    pub fn is_like_jsonl(&self) -> bool {
        self.record.as_ref().is_some_and(|record| super::jsonl::is_like(record, self.content))
    }
}

/// Reads a file of a format of another tool. `file` is the name for warnings; articles that have no name there have
/// none; `types` is the type system beside a file of UIMA; `unit` is what positions count, if the person says so. Labels that the codebook has not join it.
pub fn read(
    format: &Format,
    file: &str,
    content: &str,
    types: Option<&str>,
    unit: Option<OffsetUnit>,
    codebook: &mut Codebook,
) -> (Vec<Incoming>, Vec<Warning>) {
    let scheme = codebook.scheme.clone();
    let mut report = Report::new(file, &scheme);
    let mut articles = Vec::new();
    let mut units = Vec::new();
    let drafts = drafts(format, content, types, &mut report);
    let n_refused = drafts.iter().flat_map(|(_, drafts)| drafts).filter(|draft| draft.is_refused).count();
    if n_refused > 0 {
        let one = "task has the answer “reject” or “ignore” and was read without its spans";
        let several = "tasks have the answer “reject” or “ignore” and were read without their spans";
        let tasks = n_things(n_refused, one, several);
        report.add(format!("{tasks}. In this format, what nobody labels here is written back as it is."));
    }
    for (place, drafts) in drafts {
        for draft in drafts {
            let has_spans = !draft.spans.is_empty();
            match settle(format.id, draft, &place, unit, codebook, &mut report) {
                Ok((article, unit)) => {
                    articles.push(article);
                    if has_spans && !units.contains(&unit) {
                        units.push(unit);
                    }
                }
                Err(why) => report.add(format!("{place}: {why}. This article was left out.")),
            }
        }
    }
    let units: Vec<String> = units.iter().map(ToString::to_string).collect();
    let counted = if units.is_empty() { String::new() } else { format!("; positions in {}", units.join(" and ")) };
    report.note(format!("Read as {}{counted}.", format.title));
    (articles, report.finish())
}

/// Reads a text with its `.ann`, both of the files of this name.
pub fn read_brat(
    file: &str,
    stem: &str,
    text: &str,
    ann: &str,
    unit: Option<OffsetUnit>,
    codebook: &mut Codebook,
) -> (Vec<Incoming>, Vec<Warning>) {
    let (draft, troubles) = super::brat_reading::draft(text, ann);
    let draft = Draft { name: stem.to_owned(), ..draft };
    read_one(&super::brat::FORMAT, file, draft, troubles, unit, codebook)
}

/// Reads a page of tagtog with its annotations, and what its legend calls their classes.
pub fn read_tagtog(
    file: &str,
    stem: &str,
    page: &str,
    annotations: &str,
    legend: Option<&str>,
    codebook: &mut Codebook,
) -> (Vec<Incoming>, Vec<Warning>) {
    match super::tagtog::draft(page, annotations, legend) {
        Ok(draft) => {
            let draft = Draft { name: stem.to_owned(), ..draft };
            read_one(&super::tagtog::FORMAT, file, draft, Vec::new(), None, codebook)
        }
        Err(why) => (Vec::new(), vec![Warning::new(file, format!("It was left out: {why}."))]),
    }
}

/// The one article of some files that belong together. `troubles` are whole sentences.
fn read_one(
    format: &Format,
    file: &str,
    draft: Draft,
    troubles: Vec<String>,
    unit: Option<OffsetUnit>,
    codebook: &mut Codebook,
) -> (Vec<Incoming>, Vec<Warning>) {
    let scheme = codebook.scheme.clone();
    let mut report = Report::new(file, &scheme);
    report.add_all(troubles);
    let articles = match settle(format.id, draft, "The text", unit, codebook, &mut report) {
        Ok((article, unit)) => {
            report.note(format!("Read as {}; positions in {unit}.", format.title));
            vec![article]
        }
        Err(why) => {
            report.add(format!("{why}. This article was left out."));
            Vec::new()
        }
    };
    (articles, report.finish())
}

/// The drafts of a file, each record with its place.
fn drafts(format: &Format, content: &str, types: Option<&str>, report: &mut Report) -> Vec<(String, Vec<Draft>)> {
    match format.reader {
        Reader::Records { .. } if content.len() as u64 > MAX_RECORDS_BYTES => {
            let (has, limit) = (megabytes(content.len() as u64), megabytes(MAX_RECORDS_BYTES));
            report.add(format!(
                "The file has {has}. A page has room for JSON of up to {limit}: `attache convert` reads larger files. Nothing of it was read."
            ));
            Vec::new()
        }
        Reader::Records { draft, known, .. } => {
            let mut found = Vec::new();
            let read = each_record(content, |(place, record)| {
                let drafted = record.map_err(|error| reason(&error)).and_then(|record| {
                    let foreign = unknown(&record, known);
                    Ok((draft(&record)?, foreign))
                });
                match drafted {
                    Ok((drafts, foreign)) => {
                        let with = |mut draft: Draft| {
                            draft.foreign.extend(foreign.clone());
                            draft
                        };
                        found.push((place, drafts.into_iter().map(with).collect()));
                    }
                    Err(why) => report.add(format!("{place}: {why}. This article was left out.")),
                }
            });
            if let Err(error) = read {
                report.add(broken(&error, !found.is_empty()));
            }
            found
        }
        Reader::Text { drafts, .. } => match drafts(content, types) {
            Ok(drafts) => drafts
                .into_iter()
                .enumerate()
                .map(|(index, draft)| (format!("Article {}", index + 1), vec![draft]))
                .collect(),
            Err(message) => {
                report.add(format!("{message}. Nothing was read."));
                Vec::new()
            }
        },
        Reader::Own | Reader::Beside | Reader::None => Vec::new(),
    }
}

/// A file of one format that was read and written again: for the tests of formats.
#[cfg(test)]
pub(super) struct Again {
    /// The spans of all articles: `WORDS LABEL`, a `?` for a suggestion, ` = PERSON OR TOPIC` and ` NAME=VALUE`s.
    pub(super) spans: Vec<String>,
    /// What was told on reading.
    pub(super) told: Vec<String>,
    /// The file that was written.
    pub(super) written: String,
}

/// Reads a file and writes its articles again.
#[cfg(test)]
pub(super) fn there_and_back(format: &Format, content: &str) -> Again {
    use super::Source;
    use crate::project::UnixMillis;
    use crate::scheme::Scheme;

    let mut codebook = Codebook::new(std::sync::Arc::new(Scheme::built_in().clone()));
    let (articles, told) = read(format, "a.file", content, None, None, &mut codebook);
    let mut spans = Vec::new();
    for article in &articles {
        for it in &article.annotations {
            let words: Vec<&str> = it.parts().into_iter().map(|part| article.text.slice(part)).collect();
            let suggested = if it.status == crate::annotation::Status::Suggested { "?" } else { "" };
            let entity = if it.entity == words.join(" ") { String::new() } else { format!(" = {}", it.entity) };
            let attributes: String = it.attributes.iter().map(|(name, value)| format!(" {name}={value}")).collect();
            let label = &codebook.scheme.label(it.label).name;
            spans.push(format!("{} {label}{suggested}{entity}{attributes}", words.join(" … ")));
        }
    }
    let open = |article: Incoming| (article.name.clone(), article.into_article(UnixMillis(0), &codebook.scheme));
    let articles: Vec<_> = articles.into_iter().map(open).collect();
    let sources: Vec<Source> = articles.iter().map(|(name, article)| Source { name, article }).collect();
    let written = String::from_utf8(format.write(&sources, &codebook).bytes).expect("text");
    Again { spans, told: told.iter().map(ToString::to_string).collect(), written }
}
