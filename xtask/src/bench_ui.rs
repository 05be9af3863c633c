//! `cargo xtask bench ui`: what opening, labelling, switching and scrolling take in the page, beside a bare page that
//! does only that, and with `--peers` beside other tools, in one Chromium. The harness is in the folder `shared` beside
//! the checkout; `bench/ui/app.mjs` tells it how to work this page.

use crate::command::{program, project, run};
use crate::{Result, browser, dist, gold, tools};
use std::fs;
use std::path::Path;

/// Runs it; `workloads` as the harness names them, empty for all.
pub fn ui(with_peers: bool, workloads: &str) -> Result<()> {
    let harness = gold::folder().with_file_name("bench").join("ui");
    if !harness.join("run").exists() {
        println!("Skipped: there is no {}, which this needs.", harness.display());
        return Ok(());
    }
    tools::require_node()?;
    let site = dist::build()?;
    let browser = browser::find_or_install()?;
    let work = project().join("target").join("bench-ui");
    let own = work.join("harness");
    if own.exists() {
        fs::remove_dir_all(&own).map_err(|error| format!("{} cannot be removed: {error}.", own.display()))?;
    }
    copy(&harness, &own)?;
    copy(&project().join("bench/ui"), &own.join("adapters"))?;
    let mut harness = program("bash");
    harness.arg(own.join("run")).current_dir(&work);
    harness.env("BENCH_SEED", project().join("seeds/articles/000_e8fd1c9e67b988b0.txt"));
    harness.env("BENCH_HOME", work.join("home")).env("BENCH_OUT", &work).env("APP_DIST", site);
    harness.env("CHROMIUM", browser.chromium);
    if !with_peers {
        harness.env("BENCH_ONLY", "floor,app").env("BENCH_NO_SERVERS", "1");
    }
    if !workloads.is_empty() {
        harness.env("BENCH_WORKLOADS", workloads);
    }
    run(&mut harness)?;
    println!("The table: {}", work.join("results.md").display());
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let failed = |error: std::io::Error| format!("{} cannot be copied to {}: {error}.", from.display(), to.display());
    if from.is_dir() {
        fs::create_dir_all(to).map_err(failed)?;
        for entry in fs::read_dir(from).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    fs::copy(from, to).map(drop).map_err(failed)
}
