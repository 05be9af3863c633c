//! `cargo xtask bench formats`: how fast each format is written and read, beside the Python readers that judge it, on the
//! same files in the same run; and how much memory it takes to convert 100 MB of lines.

use crate::command::{output, program, project, run};
use crate::{Result, packages};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// How many bytes of lines are converted to see that memory does not grow with them.
const LINES: u64 = 100_000_000;

/// Prints a table, then the memory of a conversion.
pub fn formats() -> Result<()> {
    let folder = project().join("target/bench-formats");
    fs::create_dir_all(&folder).map_err(|error| format!("{} cannot be made: {error}.", folder.display()))?;
    let sample = project().join("tests/referees/sample.jsonl");
    let mut cargo = program("cargo");
    cargo.args(["bench", "--quiet", "--package", "attache", "--bench", "formats", "--"]).arg(&sample).arg(&folder);
    println!("Articles: {}, over and over", sample.display());
    let ours = output(cargo.current_dir(project())).ok_or("the bench of the formats broke off")?;
    let python = packages::python("referees-python", &project().join("tests/referees/requirements.txt"))?;
    let mut speed = program(python);
    speed.arg(project().join("bench/formats/speed.py")).arg(&folder);
    speed.env("HF_DATASETS_CACHE", folder.join("datasets")).env("HF_HUB_OFFLINE", "1");
    let theirs = output(&mut speed).ok_or("the Python readers broke off")?;
    let theirs: BTreeMap<&str, f64> = theirs
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(name, speed)| Some((name, speed.parse().ok()?)))
        .collect();
    println!("\n{:<14} {:>7} {:>11} {:>10} {:>13} {:>7}", "", "MB", "write MB/s", "read MB/s", "Python MB/s", "ratio");
    for line in ours.lines() {
        let cells: Vec<&str> = line.split(' ').collect();
        let [name, size, write, read] = cells[..] else { return Err(format!("“{line}” is no row.")) };
        let ratio =
            theirs.get(name).zip(read.parse::<f64>().ok()).map(|(theirs, ours)| format!("{:.1}", ours / theirs));
        let theirs = theirs.get(name).map(|speed| format!("{speed:.2}")).unwrap_or_default();
        println!("{name:<14} {size:>7} {write:>11} {read:>10} {theirs:>13} {:>7}", ratio.unwrap_or_default());
    }
    memory(&folder, &sample)
}

/// Converts a tenth of the lines and all of them, and prints the peak of memory of both.
fn memory(folder: &Path, sample: &Path) -> Result<()> {
    let mut cargo = program("cargo");
    run(cargo.args(["build", "--release", "--package", "attache", "--bin", "attache"]).current_dir(project()))?;
    let refused = |error: std::io::Error| format!("{} cannot be used: {error}.", folder.display());
    let lines = fs::read(sample).map_err(refused)?;
    println!();
    for size in [LINES / 10, LINES] {
        let path = folder.join("lines.jsonl");
        let mut file = fs::File::create(&path).map_err(refused)?;
        for _ in 0..size / lines.len() as u64 + 1 {
            file.write_all(&lines).map_err(refused)?;
        }
        drop(file);
        let mut attache = program(project().join("target/release/attache"));
        attache
            .args(["convert", "--from", "jsonl", "--to", "doccano"])
            .arg(&path)
            .arg("-o")
            .arg(folder.join("lines.out"));
        let start = std::time::Instant::now();
        let mut child = attache.stdout(std::process::Stdio::null()).spawn().map_err(refused)?;
        let status = format!("/proc/{}/status", child.id());
        let mut peak = String::new();
        while child.try_wait().map_err(refused)?.is_none() {
            let now = fs::read_to_string(&status).unwrap_or_default();
            peak = now.lines().find(|line| line.starts_with("VmHWM")).map_or(peak, str::to_owned);
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let speed = size as f64 / 1e6 / start.elapsed().as_secs_f64();
        let peak = peak.trim_start_matches("VmHWM:").trim();
        println!("{} MB of lines from jsonl to doccano: {speed:.0} MB/s, {peak} at most", size / 1_000_000);
    }
    Ok(())
}
