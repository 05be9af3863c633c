//! How fast files are written and read: `cargo bench --bench formats` prints MB/s of each format, both ways. With a
//! file of articles (JSONL spans) and a folder, it also leaves `sample.FORMAT` there, for readers by others.

use std::time::{Duration, Instant};

use attache::format::{FORMATS, Source};
use attache::ingest::{NamedBytes, read_files};
use attache::project::{Article, Codebook, UnixMillis};

/// How large the articles together should be, in bytes.
const SIZE: usize = 2_000_000;

fn articles(path: Option<&str>) -> Vec<Article> {
    let sample = include_bytes!("../tests/referees/sample.jsonl");
    let (name, content) = match path {
        Some(path) => (path.to_owned(), std::fs::read(path).expect("a file of articles")),
        None => ("sample.jsonl".to_owned(), sample.to_vec()),
    };
    let mut codebook = Codebook::built_in();
    let (incoming, told) = read_files(vec![NamedBytes { name, bytes: content }], &mut codebook);
    let known: Vec<Article> = incoming.into_iter().map(|it| it.into_article(UnixMillis(0), &codebook.scheme)).collect();
    assert!(!known.is_empty(), "{told:?}");
    let size: usize = known.iter().map(|it| it.text().as_str().len()).sum();
    known.iter().cycle().take(known.len() * (1 + SIZE / size)).cloned().collect()
}

/// MB/s of something that handles so many bytes.
fn speed(bytes: usize, mut run: impl FnMut()) -> f64 {
    run();
    let (mut rounds, start) = (0, Instant::now());
    while start.elapsed() < Duration::from_millis(700) {
        run();
        rounds += 1;
    }
    (bytes * rounds) as f64 / 1e6 / start.elapsed().as_secs_f64()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    let articles = articles(arguments.first().map(String::as_str));
    let sources: Vec<Source> = articles.iter().map(|article| Source { name: article.name(), article }).collect();
    for format in FORMATS.iter().filter(|format| format.writes()) {
        let codebook = Codebook::built_in();
        let export = format.write(&sources, &codebook);
        let bytes = export.bytes.len();
        let written = speed(bytes, || drop(format.write(&sources, &codebook)));
        let read = format.reads_back().then(|| {
            speed(bytes, || {
                let files = vec![NamedBytes { name: export.file_name.clone(), bytes: export.bytes.clone() }];
                let (articles, _) = read_files(files, &mut Codebook::built_in());
                assert!(!articles.is_empty());
            })
        });
        if let Some(folder) = arguments.get(1) {
            let path = std::path::Path::new(folder).join(format!("sample.{}", format.id));
            std::fs::write(path, &export.bytes).expect("a folder to write in");
        }
        println!("{} {:.1} {written:.1} {:.1}", format.id, bytes as f64 / 1e6, read.unwrap_or(0.0));
    }
}
