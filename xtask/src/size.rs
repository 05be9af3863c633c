//! `cargo xtask size`: how large the files of the site are, as they are and as a server would send them.

use crate::command::{output, program};
use crate::{Result, dist, tools};
use std::path::Path;

/// Node.js compresses as servers do; xtask has no dependencies to do so itself. One line a file, and for Wasm one for
/// its code (section 10) and one for its data (section 11): path, raw, gzip -9 and brotli 11 in bytes.
const MEASURE: &str = r#"
const { readFileSync } = require("fs"), { gzipSync, brotliCompressSync } = require("zlib");
const line = (name, bytes) =>
  console.log([name, bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length].join("\t"));
for (const path of process.argv.slice(1)) {
  const bytes = readFileSync(path);
  line(path, bytes);
  for (let at = 8; path.endsWith(".wasm") && at < bytes.length; ) {
    const id = bytes[at++];
    let length = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      more = bytes[at] > 127;
      length += (bytes[at++] & 127) << shift;
    }
    const name = { 10: "code", 11: "data" }[id];
    if (name) line(`${path}: ${name}`, bytes.subarray(at, at + length));
    at += length;
  }
}"#;

/// What each part may weigh; see there.
const BUDGET: &str = include_str!("../budget.tsv");

/// One line of the table: bytes as they are, by gzip -9 and by brotli 11.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the size of every file under `dist`, by kind with totals, and fails when a part is over its budget.
pub fn print_sizes(dist: &Path) -> Result<()> {
    let files = dist::files_under(dist).unwrap_or_default();
    if files.is_empty() {
        return Err(format!("There is no site in {}. Build it first: cargo xtask build", dist.display()));
    }
    tools::require_node()?;
    let measured = output(program("node").args(["-e", MEASURE, "--"]).args(&files))
        .ok_or("Node.js could not compress the files of the site. It must be version 18 or newer.")?;
    let rows: Vec<Row> = measured.lines().filter_map(|line| row(line, dist)).collect();
    if rows.iter().filter(|row| !is_section(row)).count() != files.len() {
        return Err(format!("Node.js measured {} rows for {} files.", rows.len(), files.len()));
    }
    print!("{}", table(&rows));
    println!();
    let mut over = Vec::new();
    for (part, budget) in budget(BUDGET)? {
        let brotli = part_of(&rows, &part).ok_or_else(|| format!("The site has nothing that is “{part}”."))?;
        println!("{part:<36} {:>9} of {:>9} kB brotli", kilobytes(brotli), kilobytes(budget));
        if brotli * 100 > budget * 102 {
            over.push(part);
        }
    }
    match over.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "Heavier than xtask/budget.tsv allows by more than 2 %: {}. Make it lighter, or write the new weight and its \
             reason there.",
            over.join(", ")
        )),
    }
}

/// Parts and the bytes that each may have by brotli.
fn budget(tsv: &str) -> Result<Vec<(String, u64)>> {
    let lines = tsv.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let parsed = lines.map(|line| {
        let mut cells = line.split('\t');
        let (part, bytes, reason) = (cells.next()?, cells.next()?, cells.next()?);
        let bytes = bytes.parse().ok().filter(|_| !reason.trim().is_empty())?;
        Some((part.to_owned(), bytes))
    });
    let parsed: Option<Vec<_>> = parsed.collect();
    parsed.ok_or_else(|| "xtask/budget.tsv must have a part, its bytes and a reason in each line.".to_owned())
}

fn is_section(row: &Row) -> bool {
    row.name.contains(": ")
}

/// The bytes of a part by brotli.
fn part_of(rows: &[Row], part: &str) -> Option<u64> {
    let sum = |is_in: &dyn Fn(&str) -> bool| {
        let mut found = rows.iter().filter(|row| is_in(&row.name)).peekable();
        found.peek()?;
        Some(found.map(|row| row.brotli).sum())
    };
    // The worker comes when all else is there.
    let is_script = |name: &str| name.ends_with(".js") && !name.ends_with("worker.js");
    let first = |name: &str| {
        let is_wasm = name.ends_with("_bg.wasm");
        is_wasm || is_script(name) || [".html", ".svg"].iter().any(|ending| name.ends_with(ending))
    };
    match part {
        "before the first label" => sum(&first),
        "code before the first label" => sum(&|name| name.ends_with("_bg.wasm: code")),
        "data before the first label" => sum(&|name| name.ends_with("_bg.wasm: data")),
        "code that opens files" => sum(&|name| name.ends_with("_files.wasm: code")),
        "data that opens files" => sum(&|name| name.ends_with("_files.wasm: data")),
        "code after it" => sum(&|name| name.ends_with("_rest.wasm: code")),
        "data after it" => sum(&|name| name.ends_with("_rest.wasm: data")),
        "scripts" => sum(&is_script),
        "worker" => sum(&|name| name.ends_with("worker.js")),
        "page" => sum(&|name| name.ends_with(".html")),
        "model" => sum(&|name| name.ends_with("recognizer.bin")),
        _ => None,
    }
}

fn row(line: &str, dist: &Path) -> Option<Row> {
    let mut cells = line.split('\t');
    let path = Path::new(cells.next()?);
    let name = path.strip_prefix(dist).unwrap_or(path).to_string_lossy().into_owned();
    let mut bytes = || cells.next()?.parse().ok();
    Some(Row { name, raw: bytes()?, gzip: bytes()?, brotli: bytes()? })
}

fn table(rows: &[Row]) -> String {
    let mut lines = vec![line("kB", "raw", "gzip -9", "brotli 11")];
    lines.extend(rows.iter().map(written));
    lines.push(String::new());
    for (kind, ending) in [("Wasm", ".wasm"), ("JS", ".js"), ("HTML", ".html")] {
        lines.push(written(&total(kind, rows.iter().filter(|row| row.name.ends_with(ending)))));
    }
    lines.push(written(&total("all", rows.iter().filter(|row| !is_section(row)))));
    lines.push(String::new());
    lines.join("\n")
}

fn total<'a>(name: &str, rows: impl Iterator<Item = &'a Row>) -> Row {
    let nothing = Row { name: name.to_owned(), raw: 0, gzip: 0, brotli: 0 };
    rows.fold(nothing, |sum, row| Row {
        raw: sum.raw + row.raw,
        gzip: sum.gzip + row.gzip,
        brotli: sum.brotli + row.brotli,
        ..sum
    })
}

fn written(row: &Row) -> String {
    line(&row.name, &kilobytes(row.raw), &kilobytes(row.gzip), &kilobytes(row.brotli))
}

fn line(name: &str, raw: &str, gzip: &str, brotli: &str) -> String {
    format!("{name:<36} {raw:>9} {gzip:>9} {brotli:>9}")
}

/// Bytes in thousands, to one decimal: `125.9`.
fn kilobytes(bytes: u64) -> String {
    let tenths = (bytes + 50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_in_thousands() {
        for (bytes, expected) in [(0, "0.0"), (49, "0.0"), (50, "0.1"), (999, "1.0"), (125_856, "125.9")] {
            assert_eq!(kilobytes(bytes), expected);
        }
    }

    #[test]
    fn a_measured_line_is_a_row() {
        let expected = Row { name: "a b.js".to_owned(), raw: 30, gzip: 20, brotli: 10 };
        assert_eq!(row("/site/a b.js\t30\t20\t10", Path::new("/site")), Some(expected));
        assert_eq!(row("/site/a.js\t30\tx\t10", Path::new("/site")), None);
        assert_eq!(row("", Path::new("/site")), None);
    }

    #[test]
    fn the_budget_names_parts_that_there_are() {
        let row = |name: &str, brotli| Row { name: name.to_owned(), raw: 0, gzip: 0, brotli };
        let rows = [
            row("index.html", 1),
            row("app-1.js", 10),
            row("app-1_bg.wasm", 100),
            row("app-1_bg.wasm: code", 70),
            row("app-1_bg.wasm: data", 30),
            row("app-1_files.wasm", 300),
            row("app-1_files.wasm: code", 200),
            row("app-1_files.wasm: data", 100),
            row("app-1_rest.wasm", 1_000),
            row("app-1_rest.wasm: code", 800),
            row("app-1_rest.wasm: data", 200),
            row("worker.js", 3),
            row("recognizer.bin", 10_000),
        ];
        let parts = budget(BUDGET).expect("three cells a line");
        let found: Vec<u64> = parts.iter().filter_map(|(part, _)| part_of(&rows, part)).collect();
        assert_eq!(found, [111, 70, 30, 200, 100, 800, 200, 10, 1, 3, 10_000]);
        assert_eq!(found.len(), parts.len());
        assert!(budget("part\t12\t").is_err() && budget("part\tx\twhy").is_err());
    }

    #[test]
    fn kinds_are_summed() {
        let row = |name: &str, bytes| Row { name: name.to_owned(), raw: bytes, gzip: bytes, brotli: bytes };
        let table = table(&[row("a.js", 1_000), row("b.js", 2_000), row("c.svg", 500)]);
        let totals: Vec<String> = table.lines().skip(5).map(|line| line.split_whitespace().take(2).collect()).collect();
        assert_eq!(totals, ["Wasm0.0", "JS3.0", "HTML0.0", "all3.5"]);
    }
}
