//! The release site in `dist/`: built by Trunk, checked, and not built again while nothing has changed.

use crate::command::{project, run, spoken};
use crate::{Result, tools};
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::slice::from_ref;
use std::time::Instant;

/// What the site is made of. Tests, benches and documents do not change it.
const SOURCES: [&str; 10] = [
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "index.html",
    "seeds",
    "src",
    "static",
    "styles",
    "xtask/pack",
    "xtask/src/tools.rs",
];

/// What in the environment makes another site of them (`xtask/pack`).
const AUDIENCES: [&str; 2] = ["PACK_NAMES", "PACK_TRACE"];

/// Trunk's warnings, but for the one of every build: its minifier cannot parse the script of wasm-bindgen.
const LOG: &str = "warn,trunk::processing::minify=error";

/// Where the release site is.
pub fn folder() -> PathBuf {
    project().join("dist")
}

/// Builds the release site, unless it is the one that the sources would give. Gives its folder.
pub fn build() -> Result<PathBuf> {
    let mut trunk = tools::trunk()?;
    let dist = folder();
    if is_current(&dist) {
        println!("dist/ is up to date.");
        return Ok(dist);
    }
    println!("Building the release site (a minute or two the first time) …");
    let started = Instant::now();
    // Read before the build: a file that is saved while it runs must count as changed.
    let sources = fingerprint_of_sources();
    run(trunk.args(["build", "--release", "--cargo-profile", "page", "--log", LOG]))?;
    check(&dist)?;
    if let Some(fingerprint) = sources.zip(fingerprint(from_ref(&dist))) {
        let stamp = stamp_file();
        // Without the stamp the next build only takes longer.
        let _ = fs::create_dir_all(stamp.parent().expect("it is in target/"));
        let _ = fs::write(stamp, format!("{fingerprint:x?}"));
    }
    println!("Built dist/ in {}.", spoken(started.elapsed()));
    Ok(dist)
}

/// Builds it into another folder, with the names of functions for a profiler. Gives the folder.
pub fn build_with_names(folder: &Path) -> Result<PathBuf> {
    let mut trunk = tools::trunk()?;
    trunk.args(["build", "--release", "--cargo-profile", "page", "--log", LOG, "--dist"]).arg(folder);
    run(trunk.env("PACK_NAMES", "1"))?;
    Ok(folder.to_owned())
}

/// Whether neither the sources nor the files of the site have changed since the last build.
fn is_current(dist: &Path) -> bool {
    let now = fingerprint_of_sources().zip(fingerprint(&[dist.to_owned()]));
    let built = fs::read_to_string(stamp_file()).ok();
    now.is_some() && now.map(|fingerprint| format!("{fingerprint:x?}")) == built
}

fn stamp_file() -> PathBuf {
    project().join("target").join("xtask").join("dist.stamp")
}

fn fingerprint_of_sources() -> Option<u64> {
    let sources: Vec<PathBuf> = SOURCES.iter().map(|name| project().join(name)).filter(|path| path.exists()).collect();
    let mut hasher = DefaultHasher::new();
    fingerprint(&sources)?.hash(&mut hasher);
    AUDIENCES.map(std::env::var_os).hash(&mut hasher);
    Some(hasher.finish())
}

/// A number that changes with the name or content of any file under `roots`; `None` when one cannot be read.
fn fingerprint(roots: &[PathBuf]) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    for root in roots {
        for file in files_under(root).ok()? {
            file.hash(&mut hasher);
            fs::read(&file).ok()?.hash(&mut hasher);
        }
    }
    Some(hasher.finish())
}

/// Every file under `root` (or `root` itself, if it is one), sorted by path.
pub fn files_under(root: &Path) -> std::io::Result<Vec<PathBuf>> {
    if root.is_file() {
        return Ok(vec![root.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(root)? {
        files.extend(files_under(&entry?.path())?);
    }
    files.sort();
    Ok(files)
}

/// Refuses a site whose page the Content-Security-Policy would break, or that works in one folder only.
fn check(dist: &Path) -> Result<()> {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).map_err(|error| format!("{} cannot be read: {error}.", page.display()))?;
    match faults(&html).as_slice() {
        [] => Ok(()),
        faults => Err(format!(
            "dist/index.html would not work as it is:\n  {}\nChange index.html or Trunk.toml.",
            faults.join("\n  ")
        )),
    }
}

/// What in a page the Content-Security-Policy forbids (inline scripts, and styles of which it has no digest), or is bound
/// to one folder (addresses that start with `/`). Knows the HTML that Trunk writes, not all HTML.
fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !html.contains("Content-Security-Policy") {
        faults.push("there is no Content-Security-Policy".to_owned());
    }
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        let attributes: Vec<&str> = tag.split_whitespace().skip(1).collect();
        let has = |name: &str| attributes.iter().any(|attribute| attribute.starts_with(name));
        if (name == "style" && !html.contains("style-src 'sha256-")) || has("style=") {
            faults.push(format!("an inline style: <{tag}>"));
        }
        if name == "script" && !has("src=") {
            faults.push(format!("an inline script: <{tag}>"));
        }
        if ["src=/", "src=\"/", "href=/", "href=\"/"].iter().any(|start| has(start)) {
            faults.push(format!("an address that is not relative: <{tag}>"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "<meta http-equiv=Content-Security-Policy>";

    #[track_caller]
    fn check(html: &str, expected: &[&str]) {
        assert_eq!(faults(&format!("{POLICY}{html}")), expected);
    }

    #[test]
    fn a_page_of_external_files_is_good() {
        check("<link href=./a.css rel=stylesheet><script src=\"./boot.js\" type=module></script><p>a < b</p>", &[]);
    }

    #[test]
    fn what_the_policy_forbids_is_found() {
        check("<script type=\"module\">import 'a'</script>", &["an inline script: <script type=\"module\">"]);
        check("<style>p { color: red }</style>", &["an inline style: <style>"]);
        check("<meta content=\"style-src 'sha256-x'\"><style>p { color: red }</style>", &[]);
        check("<p class=a style=\"color:red\">", &["an inline style: <p class=a style=\"color:red\">"]);
        assert_eq!(faults("<p>"), ["there is no Content-Security-Policy"]);
    }

    #[test]
    fn addresses_bound_to_the_root_are_found() {
        check("<link href=/a.css>", &["an address that is not relative: <link href=/a.css>"]);
        check("<script src=\"/a.js\">", &["an address that is not relative: <script src=\"/a.js\">"]);
    }

    #[test]
    fn a_fingerprint_follows_names_and_contents() {
        let folder = std::env::temp_dir().join(format!("attache-xtask-fingerprint-{}", std::process::id()));
        fs::create_dir_all(folder.join("inner")).expect("the folder for temporary files can be written");
        let now = || fingerprint(from_ref(&folder)).expect("all files can be read");
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("as above");
        write("inner/a", "one");
        let first = now();
        assert_eq!(now(), first);
        write("inner/a", "two");
        assert_ne!(now(), first);
        write("inner/a", "one");
        assert_eq!(now(), first);
        write("b", "");
        assert_ne!(now(), first);
        fs::remove_dir_all(&folder).expect("it was made above");
    }
}
