//! Readers by others open what is written here (`tests/referees`): they must find the same words.

use crate::command::{program, project, run};
use crate::{Result, packages};
use std::fs;

/// The formats that have a reader by others.
const FORMATS: [&str; 13] = [
    "brat",
    "label-studio",
    "prodigy",
    "spacy",
    "huggingface",
    "conll",
    "bdoc",
    "gate-xml",
    "xmi",
    "cas-json",
    "conllup",
    "tei",
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
    let mut judge = program(python);
    // Its cache must not remember the files of an earlier run.
    judge.env("HF_DATASETS_CACHE", folder.join("datasets")).env("HF_HUB_OFFLINE", "1");
    run(judge.arg(project().join("tests/referees/judge.py")).arg(&sample).arg(&folder))
}
