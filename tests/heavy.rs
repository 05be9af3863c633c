//! Texts of sizes that nobody should open: `cargo xtask test --only heavy`. Without optimisation they would take minutes,
//! so a plain `cargo test` does not have them.
#![cfg(not(debug_assertions))]

use std::fs;
use std::time::{Duration, Instant};

use attache::recognize::Recognizer;
use attache::text::Text;

#[allow(dead_code)] // both recognizers in slices would take too long here
mod laws_of_suggestions;
use laws_of_suggestions::check_laws_of;

/// The most memory that this process ever had, in bytes; `None` where the system does not say.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// One test, because all share the memory of the process.
#[test]
fn a_megabyte_takes_little_memory_and_ten_little_time() {
    let recognizer = Recognizer::built_in();
    recognizer.recognize(&Text::new("Foreign Minister Ann Lee spoke of the ceasefire in Yemen."));
    let seed = include_str!("../seeds/articles/000_e8fd1c9e67b988b0.txt");
    let line = Text::new(seed.replace('\n', " ").repeat(1_000_000 / seed.len()));
    let before = peak_memory();
    check_laws_of(&recognizer, &line);
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        // The laws hold two results at a time, so this is more than one run takes.
        let taken = (after - before) / 1_000_000;
        println!("1 MB on one line: {taken} MB");
        assert!(taken <= 64, "1 MB of text on one line took {taken} MB");
    }
    let distinct: String = (0..1_000_000).map(|i| format!("Name{i} ")).collect();
    for (name, content) in [
        ("10 MB of one letter", "x".repeat(10_000_000)),
        ("10 MB of one sign", "“".repeat(10_000_000 / 3)),
        ("10^6 capitalised words", "Ann Lee ".repeat(500_000)),
        ("10^6 different capitalised words", distinct),
    ] {
        let text = Text::new(content);
        let start = Instant::now();
        check_laws_of(&recognizer, &text);
        let took = start.elapsed();
        println!("{name}: {took:.1?}");
        assert!(took < Duration::from_secs(60), "{name} took {took:?}");
    }
}
