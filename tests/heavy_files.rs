//! Files of sizes that nobody should open: `cargo xtask test --only heavy`, since without optimisation they would take
//! minutes.
#![cfg(not(debug_assertions))]

use std::io::Write as _;

use attache::ingest::{MAX_FILE_BYTES, NamedBytes, read_files};
use attache::project::{Codebook, UnixMillis};

#[test]
fn a_zip_bomb_is_told_and_what_came_before_it_is_read() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    zip.start_file("a.txt", options).expect("a file");
    zip.write_all(b"Taha said").expect("memory");
    zip.start_file("bomb.txt", options.large_file(true)).expect("a file");
    let zeros = vec![b'0'; 1_000_000];
    for _ in 0..=MAX_FILE_BYTES / 1_000_000 {
        zip.write_all(&zeros).expect("memory");
    }
    let bytes = zip.finish().expect("memory").into_inner();
    assert!(bytes.len() < 2_000_000, "a bomb is small");
    let (articles, told) = read_files(vec![NamedBytes { name: "a.zip".to_owned(), bytes }], &mut Codebook::built_in());
    assert_eq!(articles.len(), 1);
    assert!(told.iter().any(|it| it.message.contains("larger than 256 MB together: “bomb.txt”")), "{told:?}");
}

#[test]
fn a_million_spans_on_one_text_are_read() {
    let text = "ab ".repeat(500_000);
    let spans: Vec<String> = (0..500_000)
        .flat_map(|n| {
            [format!("[{},{},\"OFFICIAL\"]", 3 * n, 3 * n + 2), format!("[{},{},\"TOPIC\"]", 3 * n, 3 * n + 3)]
        })
        .collect();
    let line = format!("{{\"text\":\"{text}\",\"label\":[{}]}}", spans.join(","));
    let mut codebook = Codebook::built_in();
    let files = vec![NamedBytes { name: "a.jsonl".to_owned(), bytes: line.into_bytes() }];
    let (articles, told) = read_files(files, &mut codebook);
    assert!(told.iter().all(|it| it.is_note), "{told:?}");
    let article = articles.into_iter().map(|it| it.into_article(UnixMillis(0), &codebook.scheme)).next();
    assert_eq!(article.expect("one").annotations().n_visible(), 1_000_000);
}
