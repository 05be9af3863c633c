//! `cargo xtask`: reads the command line and calls the one task that it names.

mod bench;
mod bench_formats;
mod bench_ui;
mod browser;
mod command;
mod dist;
mod gold;
mod packages;
mod referees;
mod rust_wasm;
mod serve;
mod site;
mod size;
mod test;
mod tools;
mod train;

use std::process::ExitCode;

/// What a task gives back when it could not be done: the sentence that the user reads (what, where, what now).
pub type Failure = String;

/// The result of a task.
pub type Result<T> = std::result::Result<T, Failure>;

const HELP: &str = "\
Attaché's tasks. Each first installs what it needs and this machine lacks.

  cargo xtask serve [--port N] [--open]   build the app if something changed, serve it on 127.0.0.1:8080
  cargo xtask serve --dev [--port N]      the same, unoptimised; builds again whenever a file changes
  cargo xtask test                        everything that must hold before a push, in order
  cargo xtask test --only STEP            only one of these:
                  fmt clippy clippy-wasm core doc xtask heavy counts gold referees build size browser firefox
  cargo xtask build                       write the release site to dist/
  cargo xtask size                        print the size of every file in dist/
  cargo xtask train [cv|unseen|…]         build the recognizer's model from ../shared/gold, or measure it
  cargo xtask bench formats               MB/s of each format, beside Python readers; memory on 100 MB
  cargo xtask bench recognizer            how fast articles are read, beside spaCy, compromise and wink-nlp
  cargo xtask bench ui [1m,…|--peers]      opening, labelling, scrolling beside a bare page, or beside other tools
  cargo xtask bench flame [1m]            a picture of where the time goes while a document is opened
  cargo xtask bench turns 1m 21 DIST…     builds in turns; also add-1m, press-1m, first, ready, again
  cargo xtask bench corpus [1000 …]        how long it takes with so many articles, and how much memory
  cargo xtask crash [--kills N]           kill the browser so often while it is used (100): is anything lost?
  cargo xtask fuzz [CASES]                the recognizer on so many random texts of each sort (100000)
  cargo xtask tools                       only install: Wasm target, wasm-bindgen, Trunk, Binaryen, browsers
  cargo xtask help                        this text

Tools go to attache/tools/ in the user's cache folder (XDG_CACHE_HOME), one folder a version; to be rid of them,
delete that folder. CHROMIUM, CHROMEDRIVER, FIREFOX name others than those on PATH.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["serve", options @ ..] => serve::serve(&serve::Options::parse(options)?),
        ["test"] => test::test(None),
        ["test", "--only", step] => test::test(Some(step)),
        ["build"] => dist::build().map(|_| ()),
        ["size"] => size::print_sizes(&dist::folder()),
        ["crash"] => test::crash("100"),
        ["crash", "--kills", kills] => test::crash(kills),
        ["fuzz"] => test::fuzz("100000"),
        ["fuzz", cases] => test::fuzz(cases),
        ["bench", "recognizer"] => bench::recognizer(),
        ["bench", "formats"] => bench_formats::formats(),
        ["bench", "ui"] => bench_ui::ui(false, ""),
        ["bench", "ui", "--peers"] => bench_ui::ui(true, ""),
        ["bench", "ui", workloads] => bench_ui::ui(false, workloads),
        ["bench", "flame"] => bench_ui::flame("1m"),
        ["bench", "flame", workload] => bench_ui::flame(workload),
        ["bench", "turns", deed, rounds, sites @ ..] if !sites.is_empty() => bench_ui::turns(deed, rounds, sites),
        ["bench", "corpus", sizes @ ..] => test::corpus_sizes(&sizes.join(",")),
        ["train", arguments @ ..] => train::train(arguments),
        ["tools"] => {
            tools::install_all()?;
            browser::find_or_install()?;
            browser::find_or_install_firefox()?;
            tools::test_tools().map(|_| ())
        }
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        unknown => Err(format!("\"{}\" is not a task. `cargo xtask help` lists them.", unknown.join(" "))),
    }
}
