//! The figures on the gold articles, which lie beside the checkout and not in it.

use crate::Result;
use crate::command::{output, program, project, run};
use std::fs;
use std::path::PathBuf;

/// Below these the recognizer has become worse: a row of the scorer's table, and the least F1.
const BARS: [(&str, &str, f64); 8] = [
    ("exact", "OFFICIAL", 0.97),
    ("exact", "ROLE", 0.93),
    ("overlap", "ROLE", 0.95),
    ("exact", "TOPIC", 0.59),
    ("overlap", "TOPIC", 0.80),
    ("char", "TOPIC", 0.78),
    ("b-cubed", "OFFICIAL+ROLE", 0.93),
    ("officials:", "distinct", 0.97),
];

/// The most actions a span that labelling the articles may take, by the lines of `attache effort`.
const EFFORT: [(&str, f64); 3] = [("one by one", 2.0), ("sticky label", 1.2), ("with suggestions", 0.8)];

/// Where the gold articles are, if they are.
pub fn folder() -> PathBuf {
    let shared = std::env::var_os("ATTACHE_SHARED").map_or_else(|| project().join("../shared"), PathBuf::from);
    shared.join("gold")
}

/// Annotates the development articles, prints the scorer's figures, and refuses those that are below the bars. Says that
/// it is skipped where the articles are not there.
pub fn check() -> Result<()> {
    let gold = folder().join("dev.jsonl");
    if !gold.exists() {
        println!("Skipped: the gold articles are not beside the checkout ({}).", gold.display());
        return Ok(());
    }
    let mut cargo = program("cargo");
    run(cargo.args(["build", "--release", "--package", "attache", "--bin", "attache"]).current_dir(project()))?;
    let attache = project().join("target/release/attache");
    let annotated = output(program(&attache).arg("annotate").arg(&gold))
        .ok_or("`attache annotate` broke off on the gold articles; run it by hand to see why.")?;
    let pred = project().join("target/gold-dev.jsonl");
    fs::write(&pred, annotated).map_err(|error| format!("{} cannot be written: {error}.", pred.display()))?;
    let report = output(program(&attache).arg("score").arg(&gold).arg(&pred).arg("--by=source"))
        .ok_or("`attache score` broke off on the gold articles; run it by hand to see why.")?;
    println!("{report}");
    match below(&report).as_slice() {
        [] => {}
        faults => return Err(format!("The recognizer has become worse on dev:\n  {}", faults.join("\n  "))),
    }
    let effort = output(program(&attache).arg("effort").arg(&gold))
        .ok_or("`attache effort` broke off on the gold articles; run it by hand to see why.")?;
    println!("{effort}");
    match too_many(&effort).as_slice() {
        [] => Ok(()),
        faults => Err(format!("Labelling dev takes more actions than it may:\n  {}", faults.join("\n  "))),
    }
}

/// The ways of working that take more actions a span than they may, or that are missing.
fn too_many(effort: &str) -> Vec<String> {
    let share = |way: &str| -> Option<f64> {
        let line = effort.lines().find(|line| line.contains(way))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    let fault = |&(way, most): &(&str, f64)| match share(way) {
        Some(found) if found <= most => None,
        Some(found) => Some(format!("{way}: {found:.3} a span, at most {most:.1} expected")),
        None => Some(format!("{way}: not in the report")),
    };
    EFFORT.iter().filter_map(fault).collect()
}

/// The rows of the report whose F1 is below the bar, or that are missing.
fn below(report: &str) -> Vec<String> {
    let f1 = |mode: &str, class: &str| -> Option<f64> {
        let line = report.lines().find(|line| line.split_whitespace().take(2).eq([mode, class]))?;
        let mut words = line.split_whitespace();
        words.find(|word| *word == "F1")?;
        words.next()?.parse().ok()
    };
    let fault = |&(mode, class, bar): &(&str, &str, f64)| match f1(mode, class) {
        Some(found) if found >= bar => None,
        Some(found) => Some(format!("{mode} {class}: F1 {found:.3}, at least {bar:.3} expected")),
        None => Some(format!("{mode} {class}: not in the report")),
    };
    BARS.iter().filter_map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_the_bars_is_found() {
        let row =
            |mode: &str, class: &str, f1: f64| format!("{mode:<8} {class:<13} P 0.990  R 0.990  F1 {f1:.3}   (tp 1)\n");
        let good: String = BARS.iter().map(|(mode, class, bar)| row(mode, class, bar + 0.001)).collect();
        assert_eq!(below(&good), Vec::<String>::new());
        let bad = good.replacen("F1 0.971", "F1 0.969", 1);
        assert_eq!(below(&bad), ["exact OFFICIAL: F1 0.969, at least 0.970 expected"]);
        assert_eq!(below("").len(), BARS.len());
    }

    #[test]
    fn too_much_effort_is_found() {
        let good = "   8   2.000   one by one\n   5   1.190   sticky label and\n   3   0.700   with suggestions, and\n";
        assert_eq!(too_many(good), Vec::<String>::new());
        let bad = good.replace("1.190", "1.201");
        assert_eq!(too_many(&bad), ["sticky label: 1.201 a span, at most 1.2 expected"]);
        assert_eq!(too_many("").len(), EFFORT.len());
    }
}
