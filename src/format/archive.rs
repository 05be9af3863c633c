//! A folder of files as one download: a zip whose bytes depend on the files alone.

use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::Source;
use super::name::unique_name;

/// Packs files, in this order, stored as they are. No name may come twice.
///
/// Every entry carries the first moment that a zip file knows, 1 January 1980, so that the same files always give the
/// same bytes.
pub(super) fn pack(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    pack_by(files, CompressionMethod::Stored)
}

fn pack_by(files: &[(String, Vec<u8>)], method: CompressionMethod) -> Vec<u8> {
    let options = SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(name.as_str(), options).expect("names differ and are short");
        zip.write_all(content).expect("memory takes everything, and no article is near 4 GB");
    }
    zip.finish().expect("memory takes everything").into_inner()
}

/// The same, made small.
pub(super) fn pack_small(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    pack_by(files, CompressionMethod::Deflated)
}

/// The file of the one article, or a zip with a file for each of several, under their names and an ending.
pub(super) fn one_or_zip(sources: &[Source], ending: &str, write: impl Fn(&Source) -> Vec<u8>) -> Vec<u8> {
    if let [only] = sources {
        return write(only);
    }
    let mut taken = BTreeSet::new();
    let file = |source: &Source| (format!("{}.{ending}", unique_name(source.name, &mut taken)), write(source));
    pack(&sources.iter().map(file).collect::<Vec<_>>())
}

/// Whether bytes are a zip, by their first.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}
