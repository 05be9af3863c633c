//! `cargo xtask size`: how large the files of the site are, as they are and as a server would send them.

use crate::command::{output, program};
use crate::{Result, dist, tools};
use std::path::Path;

/// Node.js compresses as servers do; xtask has no dependencies to do so itself. One line a file:
/// path, raw, gzip -9 and brotli 11 in bytes.
const MEASURE: &str = r#"
const { readFileSync } = require("fs"), { gzipSync, brotliCompressSync } = require("zlib");
for (const path of process.argv.slice(1)) {
  const bytes = readFileSync(path);
  console.log([path, bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length].join("\t"));
}"#;

/// One line of the table: bytes as they are, by gzip -9 and by brotli 11.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the size of every file under `dist`, by kind with totals.
pub fn print_sizes(dist: &Path) -> Result<()> {
    let files = dist::files_under(dist).unwrap_or_default();
    if files.is_empty() {
        return Err(format!("There is no site in {}. Build it first: cargo xtask build", dist.display()));
    }
    tools::require_node()?;
    let measured = output(program("node").args(["-e", MEASURE, "--"]).args(&files))
        .ok_or("Node.js could not compress the files of the site. It must be version 18 or newer.")?;
    let rows: Vec<Row> = measured.lines().filter_map(|line| row(line, dist)).collect();
    if rows.len() != files.len() {
        return Err(format!("Node.js measured {} files of {}.", rows.len(), files.len()));
    }
    print!("{}", table(&rows));
    Ok(())
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
    for (kind, ending) in [("Wasm", ".wasm"), ("JS", ".js"), ("CSS", ".css"), ("HTML", ".html")] {
        lines.push(written(&total(kind, rows.iter().filter(|row| row.name.ends_with(ending)))));
    }
    lines.push(written(&total("all", rows.iter())));
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
    fn kinds_are_summed() {
        let row = |name: &str, bytes| Row { name: name.to_owned(), raw: bytes, gzip: bytes, brotli: bytes };
        let table = table(&[row("a.js", 1_000), row("b.js", 2_000), row("c.svg", 500)]);
        let totals: Vec<String> = table.lines().skip(5).map(|line| line.split_whitespace().take(2).collect()).collect();
        assert_eq!(totals, ["Wasm0.0", "JS3.0", "CSS0.0", "HTML0.0", "all3.5"]);
    }
}
