//! `cargo xtask bench ui`: what opening, labelling, switching and scrolling take in the page, beside a bare page that
//! does only that, and with `--peers` beside other tools, in one Chromium. The harness is in the folder `shared` beside
//! the checkout; `bench/ui` tells it how to work this page, and has harder documents for it.

use crate::command::{program, project, run};
use crate::{Result, browser, dist, gold, tools};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs it; `workloads` as the harness names them, empty for all.
pub fn ui(with_peers: bool, workloads: &str) -> Result<()> {
    let Some(mut harness) = Harness::prepared()? else { return Ok(()) };
    let site = dist::build()?;
    let run_it = harness.command.env("APP_DIST", site);
    if !with_peers {
        run_it.env("BENCH_ONLY", "floor,app").env("BENCH_NO_SERVERS", "1");
    }
    if !workloads.is_empty() {
        run_it.env("BENCH_WORKLOADS", workloads);
    }
    run(run_it)?;
    println!("The table: {}", harness.work.join("results.md").display());
    Ok(())
}

/// Draws what the page does until a document of the harness is open.
pub fn flame(workload: &str) -> Result<()> {
    let Some(mut harness) = Harness::prepared()? else { return Ok(()) };
    let site = dist::build_with_names(&harness.work.join("site"))?;
    let stacks = harness.work.join(format!("open-{workload}.folded"));
    run(harness.script("bench/flame/profile.mjs")?.arg(site).arg(workload).arg(&stacks))?;
    let svg = stacks.with_extension("svg");
    let mut draw = program("cargo");
    draw.args(["run", "--quiet", "--package", "flame", "--"]).args([&stacks, &svg]);
    run(draw.arg(format!("Opening {workload}: µs of the main thread")))?;
    println!("The picture: {}", svg.display());
    Ok(())
}

/// Does the same with each of several built sites (folders like `dist`), in turns; `deed` is as `bench/turns` says.
pub fn turns(deed: &str, rounds: &str, sites: &[&str]) -> Result<()> {
    let Some(mut harness) = Harness::prepared()? else { return Ok(()) };
    let mut script = harness.script("bench/turns/turns.mjs")?;
    script.args([deed, rounds]);
    for site in sites {
        script.arg(fs::canonicalize(site).map_err(|error| format!("{site} cannot be read: {error}."))?);
    }
    run(&mut script)
}

/// A copy of the harness that knows this page.
struct Harness {
    /// Where it and its results lie.
    work: PathBuf,
    browser: browser::Browser,
    command: Command,
}

impl Harness {
    /// `None` where there is none, which is said.
    fn prepared() -> Result<Option<Self>> {
        let there = gold::folder().with_file_name("bench").join("ui");
        if !there.join("run").exists() {
            println!("Skipped: there is no {}, which this needs.", there.display());
            return Ok(None);
        }
        tools::require_node()?;
        let browser = browser::find_or_install()?;
        let work = project().join("target").join("bench-ui");
        let own = work.join("harness");
        if own.exists() {
            fs::remove_dir_all(&own).map_err(|error| format!("{} cannot be removed: {error}.", own.display()))?;
        }
        copy(&there, &own)?;
        let documents = own.join("lib/workload.mjs");
        fs::rename(&documents, documents.with_file_name("given.mjs"))
            .map_err(|error| format!("{} cannot be renamed: {error}.", documents.display()))?;
        copy(&project().join("bench/ui"), &own)?;
        let mut command = program("bash");
        command.arg(own.join("run")).current_dir(&work).env("BENCH_SEED", seed());
        command.env("BENCH_HOME", work.join("home")).env("BENCH_OUT", &work).env("CHROMIUM", &browser.chromium);
        Ok(Some(Self { work, browser, command }))
    }

    /// A script of ours that lies beside the harness and uses what that has installed.
    fn script(&mut self, ours: &str) -> Result<Command> {
        // With nobody to measure, it only installs what is missing, and lays itself beside it.
        run(self.command.env("BENCH_ONLY", "nobody").env("BENCH_NO_SERVERS", "1"))?;
        let bench = self.work.join("home/npm/bench");
        let ours = project().join(ours);
        let name = ours.file_name().expect("a script is a file");
        copy(&ours, &bench.join(name))?;
        let mut script = program("node");
        script.arg(name).current_dir(&bench).env("BENCH_SEED", seed()).env("CHROMIUM", &self.browser.chromium);
        Ok(script)
    }
}

fn seed() -> PathBuf {
    project().join("seeds/articles/000_e8fd1c9e67b988b0.txt")
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
