//! `cargo xtask test`: everything that must hold before a push, in the order in which it fails fastest.

use crate::command::{output, prepend_path, program, project, run, spoken};
use crate::{Result, browser, dist, gold, referees, rust_wasm, size, tools};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// One thing that must hold.
struct Step {
    /// How `--only` calls it.
    name: &'static str,
    title: &'static str,
    check: fn() -> Result<()>,
}

const STEPS: [Step; 14] = [
    Step { name: "fmt", title: "Formatting", check: fmt },
    Step { name: "clippy", title: "Lints", check: clippy },
    Step { name: "clippy-wasm", title: "Lints, for the browser", check: clippy_wasm },
    Step { name: "core", title: "Tests of the core", check: core },
    Step { name: "doc", title: "Documentation", check: doc },
    Step { name: "xtask", title: "Tests of xtask and of what packs the page", check: xtask },
    Step { name: "heavy", title: "Very large texts, optimised", check: heavy },
    Step { name: "counts", title: "Operations that the core takes", check: counts },
    Step { name: "gold", title: "The recognizer on the gold articles", check: gold::check },
    Step { name: "referees", title: "Readers by others", check: referees::check },
    Step { name: "build", title: "Release site", check: build },
    Step { name: "size", title: "Size of the site", check: print_sizes },
    Step { name: "browser", title: "Tests in Chromium", check: in_chromium },
    Step { name: "firefox", title: "Tests in Firefox", check: in_firefox },
];

/// Runs every step, or only the one called `only`; stops at the first that fails and says which did not run.
pub fn test(only: Option<&str>) -> Result<()> {
    let steps: Vec<&Step> = STEPS.iter().filter(|step| only.is_none_or(|name| step.name == name)).collect();
    if steps.is_empty() {
        return Err(format!("There is no such step. There are: {}.", names(STEPS.iter())));
    }
    let started = Instant::now();
    let mut passed: Vec<(&Step, Duration)> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        println!("\n== {} ({}) ==", step.title, step.name);
        let step_started = Instant::now();
        if let Err(failure) = (step.check)() {
            summarize(&passed);
            println!("  FAILED  {}  {}", step.name, spoken(step_started.elapsed()));
            let left = names(steps[index + 1..].iter().copied());
            let left = if left.is_empty() { "nothing".to_owned() } else { left };
            return Err(format!("{failure}\nNot run: {left}. Again: cargo xtask test --only {}", step.name));
        }
        passed.push((step, step_started.elapsed()));
    }
    summarize(&passed);
    println!("All passed in {}.", spoken(started.elapsed()));
    Ok(())
}

fn names<'a>(steps: impl Iterator<Item = &'a Step>) -> String {
    steps.map(|step| step.name).collect::<Vec<_>>().join(", ")
}

fn summarize(passed: &[(&Step, Duration)]) {
    println!("\n== Summary ==");
    for (step, took) in passed {
        println!("  passed  {:<12} {}", step.name, spoken(*took));
    }
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = program("cargo");
    cargo.args(arguments);
    cargo
}

fn fmt() -> Result<()> {
    require_component("fmt", "rustfmt")?;
    run(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    require_component("clippy", "clippy")?;
    run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--features", "attache/train", "--", "-D", "warnings"]))
}

fn clippy_wasm() -> Result<()> {
    require_component("clippy", "clippy")?;
    let mut clippy = cargo(&["clippy", "--package", "attache", "--features", "web", "--lib", "--bin", "app"]);
    if rust_wasm::find_or_install()?.has_clippy() {
        clippy.args(["--target", rust_wasm::TARGET]);
    } else {
        println!("Debian's compiler for Wasm has no clippy; the feature `web` is checked for this machine instead.");
    }
    run(clippy.args(["--", "-D", "warnings"]))
}

/// The recognizer’s laws on many more random texts than the tests take; of a failure the smallest text is printed.
pub fn fuzz(cases: &str) -> Result<()> {
    if cases.parse::<u32>().is_err() {
        return Err(format!("“{cases}” is no number of cases."));
    }
    let mut test =
        cargo(&["test", "--release", "--package", "attache", "--test", "recognizer", "valid_suggestions", "--"]);
    run(test.args(["telling_words", "--nocapture"]).env("PROPTEST_CASES", cases))
}

/// What only an optimised build does in reasonable time.
fn heavy() -> Result<()> {
    run(&mut cargo(&["test", "--release", "--package", "attache", "--test", "heavy", "--test", "heavy_files"]))
}

/// What the core takes, counted in Wasm, is no more than it was.
fn counts() -> Result<()> {
    let compiler = rust_wasm::find_or_install()?;
    let mut build = cargo(&["build", "--package", "core-wasm", "--profile", "page", "--target", rust_wasm::TARGET]);
    prepend_path(&mut build, &compiler.cargo_folder()?.into_iter().collect::<Vec<_>>())?;
    run(&mut build)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| project().join("target"), PathBuf::from);
    let wasm = target.join(rust_wasm::TARGET).join("page").join("core_wasm.wasm");
    run(cargo(&["run", "--quiet", "--profile", "fast", "--package", "core-counts", "--"]).arg(wasm))
}

fn core() -> Result<()> {
    run(&mut cargo(&["test", "--package", "attache"]))
}

fn doc() -> Result<()> {
    let arguments = ["doc", "--package", "attache", "--no-deps", "--document-private-items", "--features", "web"];
    run(cargo(&arguments).env("RUSTDOCFLAGS", "-D warnings"))
}

fn xtask() -> Result<()> {
    run(&mut cargo(&["test", "--package", "xtask", "--package", "pack"]))
}

fn build() -> Result<()> {
    dist::build().map(|_| ())
}

fn print_sizes() -> Result<()> {
    size::print_sizes(&dist::build()?)
}

/// The tests that work by hand, without what only Chromium's driver can do.
const IN_FIREFOX: [&str; 6] = ["seed_to_gold", "correct_by_keyboard", "correct_by_mouse", "views", "saving", "damage"];

/// The tests find the site, the browser and its driver by their environment. One at a time: each starts a browser.
fn in_chromium() -> Result<()> {
    let browser = browser::find_or_install()?;
    let [_, axe] = tools::test_tools()?;
    let mut tests = browser_tests(&[])?;
    tests.env("CHROMIUM", browser.chromium).env("CHROMEDRIVER", browser.driver).env("AXE", axe);
    run(&mut tests)
}

/// Kills the browser again and again while somebody labels. Not part of the tests, which do a few kills.
pub fn crash(kills: &str) -> Result<()> {
    let browser = browser::find_or_install()?;
    let mut tests = browser_tests(&["--test", "crash", "many_kills"])?;
    tests.args(["--ignored", "--nocapture"]).env("CRASH_KILLS", kills);
    tests.env("CHROMIUM", browser.chromium).env("CHROMEDRIVER", browser.driver);
    run(&mut tests)
}

/// Prints how long it takes with more and more articles; empty for the usual sizes.
pub fn corpus_sizes(sizes: &str) -> Result<()> {
    let browser = browser::find_or_install()?;
    let mut tests = browser_tests(&["--test", "corpus_sizes"])?;
    tests.args(["--ignored", "--nocapture"]);
    if !sizes.is_empty() {
        tests.env("CORPUS_SIZES", sizes);
    }
    tests.env("CHROMIUM", browser.chromium).env("CHROMEDRIVER", browser.driver);
    run(&mut tests)
}

fn in_firefox() -> Result<()> {
    let firefox = browser::find_or_install_firefox()?;
    let [gecko, _] = tools::test_tools()?;
    let chosen: Vec<&str> = IN_FIREFOX.iter().flat_map(|test| ["--test", test]).collect();
    let mut tests = browser_tests(&chosen)?;
    tests.env("ATTACHE_BROWSER", "firefox").env("FIREFOX", firefox).env("GECKODRIVER", gecko);
    run(&mut tests)
}

fn browser_tests(chosen: &[&str]) -> Result<Command> {
    let dist = dist::build()?;
    let mut tests = cargo(&["test", "--package", "browser-tests"]);
    tests.args(chosen).args(["--", "--test-threads=1"]).env("ATTACHE_DIST", dist);
    prepend_path(&mut tests, &tools::install_all()?)?;
    Ok(tests)
}

/// Makes sure that a part of the toolchain which rustup can leave out is there.
fn require_component(subcommand: &str, component: &str) -> Result<()> {
    let is_there = || output(&mut cargo(&[subcommand, "--version"])).is_some();
    if is_there() {
        return Ok(());
    }
    println!("Installing {component} (some seconds, once) …");
    let added = run(program("rustup").args(["component", "add", component]));
    if added.is_ok() && is_there() {
        return Ok(());
    }
    Err(format!("`cargo {subcommand}` is missing. Install it by `rustup component add {component}`, then try again."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_step_is_refused_with_the_known_ones() {
        let failure = test(Some("spelling")).expect_err("there is no such step");
        assert!(
            failure.contains(
                "fmt, clippy, clippy-wasm, core, doc, xtask, heavy, counts, gold, referees, build, size, browser, firefox"
            ),
            "{failure}"
        );
    }

    #[test]
    fn the_help_names_every_step() {
        let listed = STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(" ");
        assert!(crate::HELP.contains(&listed), "{listed}");
    }
}
