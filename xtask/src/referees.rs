//! Readers by others open what is written here (`tests/referees`): they must find the same words.

use crate::command::{program, project, run};
use crate::{Result, packages, tools};
use std::fs;
use std::path::Path;

/// The formats that have a reader by others.
const FORMATS: [&str; 17] = [
    "brat",
    "label-studio",
    "doccano",
    "prodigy",
    "spacy",
    "huggingface",
    "conll",
    "conll-iobes",
    "conll-bilou",
    "bdoc",
    "gate-xml",
    "xmi",
    "cas-json",
    "conllup",
    "tei",
    "w3c",
    "csv",
];

/// Writes the sample in every format and lets the others read it.
pub fn check() -> Result<()> {
    let folder = project().join("target/referees");
    fs::create_dir_all(&folder).map_err(|error| format!("{} cannot be made: {error}.", folder.display()))?;
    let sample = project().join("tests/referees/sample.jsonl");
    let mut cargo = program("cargo");
    run(cargo.args(["build", "--release", "--package", "attache", "--bin", "attache"]).current_dir(project()))?;
    for format in FORMATS {
        let mut attache = program(project().join("target/release/attache"));
        attache.args(["convert", &format!("--to={format}")]).arg(&sample);
        run(attache.arg("-o").arg(folder.join(format!("sample.{format}"))))?;
    }
    let python = packages::python("referees-python", &project().join("tests/referees/requirements.txt"))?;
    let mut judge = program(&python);
    // Its cache must not remember the files of an earlier run.
    judge.env("HF_DATASETS_CACHE", folder.join("datasets")).env("HF_HUB_OFFLINE", "1");
    run(judge.arg(project().join("tests/referees/judge.py")).arg(&sample).arg(&folder))?;
    read_again(&python, &sample, &folder)?;
    in_node(&sample, &folder)
}

/// Lets Recogito's own reader find the spans of the W3C annotations.
fn in_node(sample: &Path, folder: &Path) -> Result<()> {
    tools::require_node()?;
    let list = project().join("tests/referees/package.json");
    let home = packages::npm("referees-npm", &list)?;
    let mut node = program("node");
    node.env("NODE_PATH", home.join("node_modules")).arg(project().join("tests/referees/recogito.mjs"));
    run(node.arg(sample).arg(folder.join("sample.w3c")))
}

/// Lets the others write what they read, and compares what is read of that.
fn read_again(python: &Path, sample: &Path, folder: &Path) -> Result<()> {
    let again = folder.join("again");
    let refused = |error: std::io::Error| format!("{} cannot be used: {error}.", again.display());
    if again.exists() {
        fs::remove_dir_all(&again).map_err(refused)?;
    }
    let scribe = || {
        let mut scribe = program(python);
        scribe.env("HF_DATASETS_CACHE", folder.join("datasets")).env("HF_HUB_OFFLINE", "1");
        scribe.arg(project().join("tests/referees/scribe.py"));
        scribe
    };
    run(scribe().arg("write").arg(folder))?;
    for file in fs::read_dir(&again).map_err(refused)? {
        let path = file.map_err(refused)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut attache = program(project().join("target/release/attache"));
        run(attache.args(["convert", "--to", "jsonl"]).arg(&path).arg("-o").arg(again.join(format!("{name}.read"))))?;
    }
    run(scribe().arg("compare").arg(sample).arg(folder))
}
