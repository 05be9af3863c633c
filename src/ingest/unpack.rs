//! Zips as the files in them. Nothing in one is trusted: neither how many there are, nor how large they are, nor what
//! they are called.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::{MAX_FILE_BYTES, NamedBytes};
use crate::format::{self, safe_name};

/// The most files that are taken out of a zip.
const MAX_FILES: usize = 20_000;

/// Files of a tool's own that hold no article.
const SETTINGS: [&str; 7] = [
    "annotation.conf",
    "visual.conf",
    "kb_shortcuts.conf",
    "tools.conf",
    ".stats_cache",
    "attache.dtd",
    "TypeSystem.xml",
];

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

/// The files of a zip, but for hidden ones and settings, and sentences about those that cannot be read.
pub(super) fn unpack(bytes: &[u8]) -> Result<(Vec<NamedBytes>, Vec<String>), String> {
    let damaged = |why: String| format!("This zip cannot be read ({why}). Pack it anew, or open the files in it.");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    if archive.len() > MAX_FILES {
        return Err(format!("This zip holds {} files; up to {MAX_FILES} are read. Split it.", archive.len()));
    }
    let (mut files, mut troubles) = (Vec::new(), Vec::new());
    let mut left = MAX_FILE_BYTES;
    for index in 0..archive.len() {
        let mut entry = match archive.by_index(index) {
            Ok(entry) => entry,
            Err(error) => {
                troubles.push(format!("File {} of the zip cannot be read: {error}.", index + 1));
                continue;
            }
        };
        let path = entry.name().map(|name| name.into_owned()).unwrap_or_default();
        let is_hidden = path.split(['/', '\\']).any(is_hidden_name);
        let name = safe_name(&path);
        if entry.is_dir() || is_hidden || SETTINGS.contains(&name.as_str()) {
            continue;
        }
        let mut content = Vec::new();
        // What a zip says of its sizes may be a lie: what comes out is counted.
        match entry.by_ref().take(left + 1).read_to_end(&mut content) {
            Ok(_) if content.len() as u64 > left => {
                troubles.push(format!(
                    "The files of the zip are larger than {} together: “{name}” and those after it were left out.",
                    crate::format::megabytes(MAX_FILE_BYTES)
                ));
                break;
            }
            Ok(_) => {
                left -= content.len() as u64;
                files.push(NamedBytes { name, bytes: content });
            }
            Err(error) => troubles.push(format!("“{name}” in the zip cannot be read: {error}.")),
        }
    }
    Ok((files, troubles))
}
