//! A whole project as a zip: its codebook, a file for each article with its journal, the texts and guidelines for other
//! programs to read, and a list of all of them with checksums, which comes first: what of a file that was cut off in the
//! middle is missing can be named.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::archive::pack_small;
use super::{Format, Reader, Source, Written, n_things, project, safe_name};
use crate::project::Codebook;

/// To keep and to share.
pub(super) const FORMAT: Format = Format {
    id: "project-zip",
    title: "Attaché project, zipped",
    description: "Everything, undo included, with a file for each article and checksums: to keep, share or put under version control.",
    extension: "attache.zip",
    mime: "application/zip",
    reader: Reader::Own,
    cannot_carry: "",
    write: Some(write),
};

/// What the list of a zip is called, and its version.
pub const LIST: &str = "attache-project.json";
const VERSION: u64 = 1;

/// The folder of the articles.
pub const ARTICLES: &str = "articles/";
/// That of the texts, which is there for other programs alone.
pub const TEXTS: &str = "texts/";
const GUIDELINES: &str = "guidelines.md";
/// The file of labels, people and guidelines.
pub const CODEBOOK: &str = "codebook.attache.json";

#[derive(Serialize, Deserialize)]
struct List {
    format: String,
    version: u64,
    n_articles: usize,
    /// SHA-256 in hexadecimal, by the path of each file.
    files: BTreeMap<String, String>,
}

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    Written { bytes: pack_small(&files(sources, codebook)), losses: Vec::new() }
}

/// The files of a project, the list first: each with its path.
fn files(sources: &[Source], codebook: &Codebook) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![(CODEBOOK.to_owned(), project::codebook_file(codebook).into_bytes())];
    let digits = sources.len().to_string().len();
    for (index, source) in sources.iter().enumerate() {
        // Numbered, so that they come back in their order.
        let name = format!("{:0digits$} {}", index + 1, safe_name(source.name));
        files.push((format!("{ARTICLES}{name}.attache.json"), project::article_file(source, codebook).into_bytes()));
        files.push((format!("{TEXTS}{name}.txt"), source.article.text().as_str().as_bytes().to_vec()));
    }
    if !codebook.guidelines.trim().is_empty() {
        files.push((GUIDELINES.to_owned(), codebook.guidelines.as_bytes().to_vec()));
    }
    let list = List {
        format: "attache-project-zip".to_owned(),
        version: VERSION,
        n_articles: sources.len(),
        files: files.iter().map(|(path, bytes)| (path.clone(), checksum(bytes))).collect(),
    };
    let list = serde_json::to_string_pretty(&list).expect("strings and numbers are JSON");
    files.insert(0, (LIST.to_owned(), format!("{list}\n").into_bytes()));
    files
}

/// SHA-256 in hexadecimal.
pub fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What files of a zip are to be read, when it is a project's; and sentences about what of it is missing or was changed
/// since it was written, by the checksums of the files now. A changed file is read all the same: a person may have changed
/// it.
pub fn checked(
    files: Vec<(String, Vec<u8>)>,
    sums: &BTreeMap<String, String>,
) -> (Vec<(String, Vec<u8>)>, Vec<String>) {
    let list = files.iter().find(|(path, _)| path == LIST);
    let Some(list) = list.and_then(|(_, bytes)| serde_json::from_slice::<List>(bytes).ok()) else {
        return (files, Vec::new());
    };
    let mut troubles = Vec::new();
    if list.version > VERSION {
        troubles.push(format!(
            "It was written by a newer Attaché (version {} of the file; {VERSION} is read here): what that knows besides is passed over.",
            list.version
        ));
    }
    let is_for_others = |path: &str| path.starts_with(TEXTS) || path == GUIDELINES || path == LIST;
    let there: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let short = |path: &str| path.trim_start_matches(ARTICLES).trim_end_matches(".attache.json").to_owned();
    let needed = || list.files.iter().filter(|(path, _)| !is_for_others(path));
    let missing: Vec<String> =
        needed().filter(|(path, _)| !there.contains(path.as_str())).map(|(path, _)| short(path)).collect();
    let is_changed = |(path, sum): &(&String, &String)| sums.get(*path).is_some_and(|now| now != *sum);
    let changed: Vec<String> = needed().filter(is_changed).map(|(path, _)| short(path)).collect();
    for (names, one, several) in [
        (missing, "article of this project is missing in the zip", "articles of this project are missing in the zip"),
        (changed, "file was changed since the zip was written", "files were changed since the zip was written"),
    ] {
        if !names.is_empty() {
            troubles.push(format!("{}: “{}”.", n_things(names.len(), one, several), names.join("”, “")));
        }
    }
    // The codebook comes first: articles name its labels.
    let mut files: Vec<(String, Vec<u8>)> = files.into_iter().filter(|(path, _)| !is_for_others(path)).collect();
    files.sort_by_key(|(path, _)| (path != CODEBOOK, path.clone()));
    (files, troubles)
}
