//! `cargo xtask train`: builds `seeds/model/recognizer.bin` from the gold articles, which lie beside the checkout and
//! not in it.

use crate::Result;
use crate::command::{program, project, run};

/// Trains, or measures with `cv` or `dev`; the arguments go to the program that does.
pub fn train(arguments: &[&str]) -> Result<()> {
    let gold = project().join("../shared/gold/train.jsonl");
    if !gold.exists() {
        return Err(format!(
            "{} is not there: training needs the gold articles, which are no part of this project. The model that they \
             give is in seeds/model/recognizer.bin.",
            gold.display()
        ));
    }
    let mut cargo = program("cargo");
    cargo.args(["run", "--profile", "fast", "--package", "attache", "--features", "train", "--bin", "train", "--"]);
    run(cargo.args(arguments).current_dir(project()))
}
