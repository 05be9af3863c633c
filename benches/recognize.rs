//! How fast articles are read: `cargo bench --bench recognize` prints MB/s, and the longest slice of a 1 MB text.
//! With a file of articles (JSONL with a `text` on each line, or one plain text) it prints MB/s on them and the peak of
//! memory in MB, as `cargo xtask bench recognizer` wants it.

use std::time::{Duration, Instant};

use attache::recognize::{Recognition, recognize};
use attache::text::Text;

/// MB/s on the articles of a file, each as a whole, and the most memory that this process ever had.
fn articles(path: &str) {
    let content = std::fs::read_to_string(path).expect("a file of articles");
    let text_of = |line: &str| -> String {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSONL");
        line["text"].as_str().expect("a text").to_owned()
    };
    let texts: Vec<Text> = if path.ends_with(".jsonl") {
        content.lines().filter(|line| !line.trim().is_empty()).map(|line| Text::new(text_of(line))).collect()
    } else {
        vec![Text::new(content)]
    };
    let bytes: usize = texts.iter().map(|text| text.as_str().len()).sum();
    let read = || texts.iter().map(|text| recognize(text).len()).sum::<usize>();
    assert!(read() > 0);
    let (mut rounds, start) = (0, Instant::now());
    while start.elapsed() < Duration::from_millis(1500) {
        read();
        rounds += 1;
    }
    let speed = (bytes * rounds) as f64 / 1e6 / start.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM:")).and_then(|line| line.split_whitespace().nth(1));
    let peak: f64 = peak.and_then(|peak| peak.parse().ok()).unwrap_or(0.0);
    println!("{speed:.4} {:.0}", peak / 1024.0);
}

fn main() {
    if let Some(path) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) {
        return articles(&path);
    }
    let seed = include_str!("../seeds/articles/000_e8fd1c9e67b988b0.txt");
    let article = Text::new(seed);
    recognize(&article);
    let (mut runs, start) = (0, Instant::now());
    while start.elapsed() < Duration::from_secs(2) {
        assert!(!recognize(&article).is_empty());
        runs += 1;
    }
    let megabytes = (seed.len() * runs) as f64 / 1e6;
    println!("articles of {} bytes: {:.2} MB/s", seed.len(), megabytes / start.elapsed().as_secs_f64());

    let line = Text::new(seed.repeat(1_000_000 / seed.len()));
    let start = Instant::now();
    let mut longest = Duration::ZERO;
    let mut recognition = Recognition::new(&line);
    loop {
        let slice = Instant::now();
        let done = recognition.advance(16_384);
        longest = longest.max(slice.elapsed());
        if done {
            break;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("one line of 1 MB: {:.2} MB/s, longest slice {longest:.1?}", line.as_str().len() as f64 / 1e6 / seconds);
}
