//! A folder of files as one download: a zip whose bytes depend on the files alone.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Packs files, in this order, stored as they are. No name may come twice.
///
/// Every entry carries the first moment that a zip file knows, 1 January 1980, so that the same files always give the
/// same bytes.
pub(super) fn pack(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(name.as_str(), options).expect("names differ and are short");
        zip.write_all(content).expect("memory takes everything, and no article is near 4 GB");
    }
    zip.finish().expect("memory takes everything").into_inner()
}
