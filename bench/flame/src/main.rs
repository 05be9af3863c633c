//! Draws folded stacks as a flame graph, with names in words: `flame STACKS SVG TITLE`.

use std::fs::{self, File};
use std::process::ExitCode;

use inferno::flamegraph::{self, Options};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match &arguments[..] {
        [stacks, svg, title] => draw(stacks, svg, title),
        _ => Err("flame STACKS SVG TITLE".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("flame: {error}");
            ExitCode::FAILURE
        }
    }
}

fn draw(stacks: &str, svg: &str, title: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut options = Options::default();
    options.title = title.to_owned();
    options.count_name = "µs".to_owned();
    // What is narrower cannot be seen, and the file stays small.
    options.min_width = 0.25;
    let lines: Vec<String> = fs::read_to_string(stacks)?.lines().map(in_words).collect();
    flamegraph::from_lines(&mut options, lines.iter().map(String::as_str), File::create(svg)?)?;
    Ok(())
}

/// A line with the names of its functions as they are written in Rust.
fn in_words(line: &str) -> String {
    let (stack, micros) = line.rsplit_once(' ').unwrap_or((line, "0"));
    let frames: Vec<String> = stack.split(';').map(|frame| format!("{:#}", rustc_demangle::demangle(frame))).collect();
    format!("{} {micros}", frames.join(";"))
}
