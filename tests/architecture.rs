//! Keeps the shape of the source: who may use whom, which files know the browser, and what no file may hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each top-level module may use of the others; one that is not listed may use none. `app` and the binaries may
/// use everything.
const EDGES: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("scheme", &[]),
    ("recognize", &["text", "scheme"]),
    ("annotation", &["text", "scheme"]),
    ("command", &["text", "scheme", "annotation", "recognize"]),
    ("project", &["text", "scheme", "annotation", "command"]),
    ("format", &["text", "scheme", "annotation", "command", "project"]),
    ("ingest", &["text", "scheme", "annotation", "command", "project", "format"]),
    ("view", &["text", "scheme", "annotation", "command", "project"]),
    ("session", &["text", "scheme", "annotation", "command", "recognize", "project", "format", "ingest"]),
    (
        "cli",
        &["text", "scheme", "annotation", "command", "recognize", "project", "format", "ingest", "view", "session"],
    ),
    ("train", &["text", "scheme", "recognize", "cli"]),
];

/// What only the shell may name.
const BROWSER: &[&str] =
    &["yew", "web_sys", "gloo", "wasm_bindgen", "wasm_bindgen_futures", "js_sys", "indexed_db_futures"];

/// Ways to turn text into markup, and to loosen the page's content security policy.
const FORBIDDEN: &[&str] = &[
    "inner_html",
    "innerHTML",
    "outer_html",
    "outerHTML",
    "insert_adjacent_html",
    "insertAdjacentHTML",
    "from_html_unchecked",
    "document.write",
    "unsafe-inline",
];

const MAX_LINES: usize = 600;

struct Source {
    /// Relative to the package, with `/`.
    path: String,
    content: String,
}

impl Source {
    /// `text` for `src/text.rs` and `src/text/span.rs`.
    fn module(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let first = inside.split('/').next().unwrap_or(inside);
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn is_shell(&self) -> bool {
        self.module() == "app" || self.path == "src/bin/app.rs"
    }

    /// The lines of code without comments, with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.content.lines().enumerate().map(|(index, line)| (index + 1, line));
        numbered.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn sources() -> Vec<Source> {
    fn gather(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder of the package") {
            let path = entry.expect("a file of the package").path();
            if path.is_dir() {
                gather(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    gather(&root.join("src"), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let content = fs::read_to_string(&path).expect("source is UTF-8");
        let path = path.strip_prefix(root).expect("it is in the package").to_string_lossy().replace('\\', "/");
        Source { path, content }
    };
    paths.into_iter().map(read).collect()
}

/// Whether a line names a word as a whole.
fn names(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(part) && !line[at + word.len()..].starts_with(part))
}

/// The top-level modules that a file names after `crate::` or, in a binary, `attache::`; also in a list in braces.
fn used(content: &str, root: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let word = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    for (at, _) in content.match_indices(root) {
        if content[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &content[at + root.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            found.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut item = String::new();
        for c in list.chars() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    found.insert(word(item.trim()));
                    item.clear();
                    continue;
                }
                _ => {}
            }
            item.push(c);
        }
        found.insert(word(item.trim()));
    }
    found.remove("");
    found
}

fn report(troubles: Vec<String>) {
    assert!(troubles.is_empty(), "\n{}\n", troubles.join("\n"));
}

#[test]
fn modules_use_only_those_above_them() {
    let mut troubles = Vec::new();
    for source in sources() {
        let module = source.module();
        if source.is_shell() || module == "bin" || module == "lib" {
            continue;
        }
        let allowed = EDGES.iter().find(|(name, _)| *name == module).map(|(_, allowed)| *allowed);
        let Some(allowed) = allowed else {
            troubles.push(format!("{}: the module {module} is not in the table of EDGES", source.path));
            continue;
        };
        let code: String = source.code().map(|(_, line)| format!("{line}\n")).collect();
        for other in used(&code, "crate::") {
            let is_module = EDGES.iter().any(|(name, _)| *name == other) || other == "app";
            if is_module && other != module && !allowed.contains(&other.as_str()) {
                troubles.push(format!("{}: {module} may not use {other}", source.path));
            }
        }
    }
    report(troubles);
}

#[test]
fn only_the_shell_knows_the_browser() {
    let mut troubles = Vec::new();
    for source in sources().iter().filter(|source| !source.is_shell()) {
        for (number, line) in source.code() {
            for word in BROWSER.iter().filter(|word| names(line, word)) {
                troubles.push(format!("{}:{number}: names {word}", source.path));
            }
        }
    }
    report(troubles);
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    let mut troubles = Vec::new();
    for source in sources() {
        let first = source.content.lines().next().unwrap_or_default();
        if first.strip_prefix("//! ").is_none_or(|words| words.len() <= 10) {
            troubles.push(format!("{}: the first line does not say what the file is for", source.path));
        }
        let n_lines = source.content.lines().count();
        if n_lines > MAX_LINES {
            troubles.push(format!("{}: {n_lines} lines, {MAX_LINES} allowed", source.path));
        }
    }
    report(troubles);
}

#[test]
fn text_never_becomes_markup() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("index.html");
    let mut files = sources();
    if let Ok(content) = fs::read_to_string(page) {
        files.push(Source { path: "index.html".to_owned(), content });
    }
    let mut troubles = Vec::new();
    for file in &files {
        for (index, line) in file.content.lines().enumerate() {
            for word in FORBIDDEN.iter().filter(|word| line.contains(**word)) {
                troubles.push(format!("{}:{}: holds {word}", file.path, index + 1));
            }
        }
    }
    report(troubles);
}

#[test]
fn the_table_of_edges_has_no_circle() {
    for (index, (module, allowed)) in EDGES.iter().enumerate() {
        for other in *allowed {
            let place = EDGES.iter().position(|(name, _)| name == other);
            assert!(place.is_some_and(|place| place < index), "{module} uses {other}, which stands below it");
        }
    }
}

#[test]
fn the_search_for_uses_finds_them_all() {
    let code =
        "use crate::text::{Span, Text};\nuse crate::{scheme::Scheme, annotation::{A, B}, view};\nx(crate::ingest::y)";
    let found: Vec<String> = used(code, "crate::").into_iter().collect();
    assert_eq!(found, ["annotation", "ingest", "scheme", "text", "view"]);
    assert!(names("use yew::prelude", "yew") && !names("let yews = 1", "yew"));
}
