//! The build tools: which versions, where they are, and how they are installed. Versions are pinned here alone.

use crate::command::{output, prepend_path, program, run, spoken};
use crate::{Result, rust_wasm};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// A program that the build calls, in the one version it is called in.
struct Tool {
    /// The name of its folder in the cache, without the version.
    name: &'static str,
    version: &'static str,
    /// The program that tells whether it is there: `<program> --version` prints the version.
    program: &'static str,
    /// Where its programs are in its folder.
    programs: &'static str,
    source: Source,
    /// Roughly how long installing takes, measured on two cores.
    takes: &'static str,
}

enum Source {
    /// `cargo install`, with these arguments more.
    Cargo(&'static [&'static str]),
    /// The npm registry, by `npm install`.
    Npm,
}

const TOOLS: [Tool; 3] = [
    // Must be the version of the crate: it reads what the crate wrote into the Wasm. Not `--locked`, because its
    // lock file names a crate that has been withdrawn.
    Tool {
        name: "wasm-bindgen",
        version: "0.2.130",
        program: "wasm-bindgen",
        programs: "bin",
        source: Source::Cargo(&["wasm-bindgen-cli"]),
        takes: "2 to 6 minutes",
    },
    // 0.22 needs a newer Rust. `--locked`, because with newer crates it no longer compiles; without default
    // features, because plain http is all that is needed.
    Tool {
        name: "trunk",
        version: "0.21.14",
        program: "trunk",
        programs: "bin",
        source: Source::Cargo(&["trunk", "--locked", "--no-default-features"]),
        takes: "4 to 8 minutes",
    },
    // wasm-opt. Debian's 108 cannot parse today's Wasm.
    Tool {
        name: "binaryen",
        version: "132",
        program: "wasm-opt",
        programs: "node_modules/.bin",
        source: Source::Npm,
        takes: "some seconds",
    },
];

/// What only the tests in browsers call.
const TEST_TOOLS: [Tool; 2] = [
    // Drives Firefox. Debian has no package of it.
    Tool {
        name: "geckodriver",
        version: "0.37.1",
        program: "geckodriver",
        programs: "bin",
        source: Source::Cargo(&["geckodriver", "--locked"]),
        takes: "2 to 4 minutes",
    },
    // Looks for barriers in a page. A script, not a program.
    Tool {
        name: "axe-core",
        version: "4.14.1",
        program: "axe.min.js",
        programs: "node_modules/axe-core",
        source: Source::Npm,
        takes: "some seconds",
    },
];

/// The driver of Firefox and the script of axe-core, installed if need be.
pub fn test_tools() -> Result<[PathBuf; 2]> {
    let [gecko, axe] = &TEST_TOOLS;
    let place = |tool: &Tool| {
        let folder = find_or_install(tool)?;
        Result::Ok(folder.map_or_else(|| PathBuf::from(tool.program), |folder| folder.join(tool.program)))
    };
    Ok([place(gecko)?, place(axe)?])
}

/// Finds every tool of the build, installing those that are missing. Gives the folders that must stand first in PATH.
pub fn install_all() -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    folders.extend(rust_wasm::find_or_install()?.cargo_folder()?);
    for tool in &TOOLS {
        folders.extend(find_or_install(tool)?);
    }
    Ok(folders)
}

/// Trunk with all that it calls, installed if need be; the caller adds the arguments.
pub fn trunk() -> Result<Command> {
    let mut trunk = program("trunk");
    prepend_path(&mut trunk, &install_all()?)?;
    // Everywhere else any value will do; Trunk refuses all but these words.
    if std::env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    Ok(trunk)
}

/// The folder of the user's cache that holds the tools, one folder a version.
pub fn cache() -> Result<PathBuf> {
    let caches = match std::env::var_os("XDG_CACHE_HOME").filter(|folder| Path::new(folder).is_absolute()) {
        Some(folder) => PathBuf::from(folder),
        None => {
            let home = std::env::home_dir().filter(|home| home.is_absolute());
            let home = home.ok_or("There is no home folder to install tools in. Set HOME or XDG_CACHE_HOME.")?;
            home.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" })
        }
    };
    Ok(caches.join("attache").join("tools"))
}

/// The folder to add to PATH for `tool`; `None` when the right version is on PATH already.
fn find_or_install(tool: &Tool) -> Result<Option<PathBuf>> {
    if version_of(tool.program).as_deref() == Some(tool.version) {
        return Ok(None);
    }
    let home = cache()?.join(format!("{}-{}", tool.name, tool.version));
    let programs = home.join(tool.programs);
    if !programs.join(tool.program).is_file() {
        install(tool, &home)?;
    }
    Ok(Some(programs))
}

fn version_of(program_name: &str) -> Option<String> {
    version_in(&output(program(program_name).arg("--version"))?)
}

/// The version in what a tool says of itself: `trunk 0.21.14`, `wasm-opt version 132 (version_132)`.
pub fn version_in(said: &str) -> Option<String> {
    let starts_with_digit = |word: &&str| word.starts_with(|first: char| first.is_ascii_digit());
    said.lines().next()?.split_whitespace().find(starts_with_digit).map(str::to_owned)
}

/// Installs `tool` into the folder `home`: first beside it, then renamed, so that an interrupted installation is
/// never taken for a whole one. Of two at the same time the second waits, and finds the work done.
fn install(tool: &Tool, home: &Path) -> Result<()> {
    let cache = home.parent().expect("a tool's folder is in the cache");
    let refused = |error: std::io::Error| {
        format!("Cannot write to {}: {error}. Set XDG_CACHE_HOME to a folder that can be written.", cache.display())
    };
    fs::create_dir_all(cache).map_err(refused)?;
    let _held_to_the_end = lock(&cache.join(format!("{}-{}.lock", tool.name, tool.version))).map_err(refused)?;
    if home.join(tool.programs).join(tool.program).is_file() {
        return Ok(());
    }

    println!("Installing {} {} ({}, once) …", tool.name, tool.version, tool.takes);
    let started = Instant::now();
    let unfinished = home.with_file_name(format!("{}-{}.unfinished", tool.name, tool.version));
    for leftover in [&unfinished, &home.to_owned()] {
        if leftover.exists() {
            fs::remove_dir_all(leftover).map_err(refused)?;
        }
    }
    fs::create_dir_all(&unfinished).map_err(refused)?;
    match tool.source {
        Source::Cargo(arguments) => cargo_install(tool, arguments, &unfinished)?,
        Source::Npm => npm_install(tool, &unfinished)?,
    }
    if !unfinished.join(tool.programs).join(tool.program).is_file() {
        return Err(format!("{} was installed, but has no program `{}`.", tool.name, tool.program));
    }
    fs::rename(&unfinished, home).map_err(refused)?;
    println!("Installed {} {} in {}.", tool.name, tool.version, spoken(started.elapsed()));
    Ok(())
}

/// Waits until no other xtask holds the lock file, then holds it until the returned file is dropped.
fn lock(path: &Path) -> std::io::Result<File> {
    let file = File::create(path)?;
    if file.try_lock().is_err() {
        println!("Waiting for another xtask to finish installing …");
        file.lock()?;
    }
    Ok(file)
}

fn cargo_install(tool: &Tool, arguments: &[&str], root: &Path) -> Result<()> {
    let mut cargo = program("cargo");
    cargo.args(["install", "--quiet", "--version", tool.version]).args(arguments).arg("--root").arg(root);
    // The tools run for seconds; building them fast counts for more than fast tools.
    cargo.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    // In a folder of its own, so that a second try goes on where the first one broke off.
    let target = root.with_file_name(format!("{}-{}.target", tool.name, tool.version));
    cargo.arg("--target-dir").arg(&target);
    run(&mut cargo).map_err(|failure| format!("{} could not be installed. {failure}", tool.name))?;
    // Only costs disk space if it stays.
    let _ = fs::remove_dir_all(&target);
    Ok(())
}

fn npm_install(tool: &Tool, root: &Path) -> Result<()> {
    require_node()?;
    let package = format!("{}@{}", tool.name, tool.version);
    let mut npm = program("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]).arg(root).arg(package);
    run(&mut npm).map_err(|failure| format!("{} could not be installed. {failure}", tool.name))
}

/// Refuses when Node.js or npm is missing: wasm-opt runs on it, and it measures sizes.
pub fn require_node() -> Result<()> {
    for name in ["node", "npm"] {
        if output(program(name).arg("--version")).is_none() {
            return Err(format!(
                "`{name}` is not installed; wasm-opt and the table of sizes need it. Install Node.js 18 or newer with npm \
                 (Debian: apt-get install nodejs npm), then try again."
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_say() {
        for (said, expected) in [
            ("trunk 0.21.14", Some("0.21.14")),
            ("wasm-bindgen 0.2.130", Some("0.2.130")),
            ("wasm-opt version 132 (version_132)", Some("132")),
            ("wasm-opt version 108 (version_108)\n", Some("108")),
            ("Chromium 156.0.8078.73 built on Debian GNU/Linux 12 (bookworm)", Some("156.0.8078.73")),
            ("ChromeDriver 156.0.8078.73 (0a1b2c-refs/branch-heads/8078@{#1})", Some("156.0.8078.73")),
            ("no number here", None),
            ("", None),
        ] {
            assert_eq!(version_in(said).as_deref(), expected, "{said:?}");
        }
    }

    #[test]
    fn wasm_bindgen_is_the_version_of_the_crate() {
        let lock = fs::read_to_string(crate::command::project().join("Cargo.lock")).expect("Cargo.lock is committed");
        let version = lock
            .split("[[package]]")
            .find(|package| package.contains("name = \"wasm-bindgen\"\n"))
            .and_then(|package| package.split("version = \"").nth(1))
            .and_then(|rest| rest.split('"').next());
        assert_eq!(version, Some(TOOLS[0].version), "change the pin in Cargo.toml and in xtask/src/tools.rs together");
    }

    #[test]
    fn two_at_once_do_not_hold_one_lock() {
        let path = std::env::temp_dir().join(format!("attache-xtask-lock-{}", std::process::id()));
        let held = lock(&path).expect("the folder for temporary files can be written");
        assert!(File::create(&path).expect("as above").try_lock().is_err());
        drop(held);
        assert!(File::create(&path).expect("as above").try_lock().is_ok());
        fs::remove_file(&path).expect("it was made above");
    }
}
