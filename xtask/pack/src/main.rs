//! Packs the page that Trunk has built, as the last step of a release build: cuts its Wasm in three (what the first paint
//! and the first label need; what opens files of text and JSON; the rest), and puts its styles into it.
//!
//! Trunk calls it (`Trunk.toml`) and says in the environment where the page is. What goes where is told by `parts.txt`;
//! `pack list [PART]` prints the largest functions and data of a part, `pack why WORDS` by which way the functions whose
//! names have these words are needed.

mod cut;
mod data;
mod references;
mod scripts;
mod styles;

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use cut::Place;
use references::{Node, References};
use wasmparser::{ExternalKind, Operator, Parser, Payload, TypeRef};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Functions that are doors, and with them all that only they need.
const PARTS: &str = include_str!("../parts.txt");
/// The functions that load a part at once (`src/app/parts.rs`), as the linker calls them.
const LOAD_FILES: &str = "attache3app5parts14load_files_now";
const LOAD_REST: &str = "attache3app5parts13load_rest_now";
/// About as many bytes as a door has: what is not larger stays. The compiler makes one of small functions that do the
/// same, and gives it the name of any of them.
const DOOR: usize = 32;
/// What stands in index.html for the addresses of the second and third part.
const NO_FILES: &str = "the-part-for-files";
const NO_REST: &str = "the-rest-of-the-app";
/// A function of more than so many instructions stays one even where it has only one caller. All in one would weigh 1 %
/// more, and what makes a loop fast while it runs would have to go over all that is around it: 0.1 s of the other core.
const SEPARATE: &str = "--one-caller-inline-max-function-size=50";

/// What Rust makes use of in Wasm, for wasm-opt.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Who the page is made for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    Users,
    /// `PACK_NAMES=1`: a profiler, which wants the names of functions.
    Profiler,
    /// `PACK_TRACE=1`: whoever wants to know which functions were called.
    Tracer,
}

impl Audience {
    fn of_environment() -> Self {
        let is_set = |name| env::var_os(name).is_some();
        match () {
            () if is_set("PACK_TRACE") => Self::Tracer,
            () if is_set("PACK_NAMES") => Self::Profiler,
            () => Self::Users,
        }
    }
}

fn main() -> ExitCode {
    let asked: Vec<String> = env::args().skip(1).collect();
    let done = match asked.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => pack(),
        ["list"] => list(Part::First),
        ["list", "files"] => list(Part::Files),
        ["list", "rest"] => list(Part::Rest),
        ["why", words] => why(words),
        _ => Err("without arguments, called by Trunk; `pack list [files|rest]`, or `pack why WORDS`".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pack: {error}");
            ExitCode::FAILURE
        }
    }
}

fn pack() -> Result<()> {
    if env::var("TRUNK_PROFILE").as_deref() != Ok("release") {
        return Ok(()); // quick to build is what counts then
    }
    let audience = Audience::of_environment();
    let site = PathBuf::from(env::var_os("TRUNK_STAGING_DIR").ok_or("Trunk says where the page is, and has not.")?);
    let page = site.join("index.html");
    let mut html = fs::read_to_string(&page)?;
    html = styles::inside(&html, &site)?;
    let bound = only(&site, "_bg.wasm")?;
    let linked = fs::read(linked()?)?;
    let bound_bytes = fs::read(&bound)?;
    let program = Program::read(&linked, &bound_bytes)?;
    let script_path =
        bound.with_file_name(bound.file_name().unwrap_or_default().to_string_lossy().replace("_bg.wasm", ".js"));
    let mut script = fs::read_to_string(&script_path)?;
    let [mark, other] = cut::MARKS;
    let plan = program.plan(Part::Rest);
    let outer = cut::cut(&bound_bytes, |name| plan.place(name), &plan.data, LOAD_REST, mark)?;
    let plan = program.plan(Part::Files);
    let (mut whole, mut rest) = (outer.first, outer.rest);
    let inner = cut::cut(&whole.emit_wasm(), |name| plan.place(name), &plan.data, LOAD_FILES, other)?;
    let (mut first, mut files) = (inner.first, inner.rest);
    cut::finish(&mut first, &mut script, audience);
    let name = bound.file_name().and_then(|name| name.to_str()).ok_or("The Wasm has no name.")?;
    write_smaller(&bound, &first.emit_wasm(), audience)?;
    for (module, ending, place) in [(&mut files, "_files.wasm", NO_FILES), (&mut rest, "_rest.wasm", NO_REST)] {
        let name = name.replace("_bg.wasm", ending);
        if html.matches(place).count() != 1 {
            return Err(format!("index.html must say “{place}” once.").into());
        }
        html = html.replace(place, &format!("./{name}"));
        write_smaller(&site.join(&name), &module.emit_wasm(), audience)?;
    }
    fs::write(script_path, script)?;
    fs::write(page, html)?;
    scripts::shorten_all(&site)?;
    println!("The program is cut in three, with {} and {} doors.", inner.n_doors, outer.n_doors);
    Ok(())
}

/// Optimizes for size and writes; without wasm-opt, as a plain `trunk build` may be, writes as it is.
fn write_smaller(path: &Path, wasm: &[u8], audience: Audience) -> Result<()> {
    fs::write(path, wasm)?;
    let mut tool = Command::new("wasm-opt");
    match audience {
        Audience::Tracer => return Ok(()),
        Audience::Profiler => _ = tool.arg("--debuginfo"),
        Audience::Users => (),
    }
    tool.arg("-Oz").arg(SEPARATE).args(FEATURES).arg(path).arg("-o").arg(path);
    match tool.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("wasm-opt has failed on {}: {status}", path.display()).into()),
        Err(error) => {
            eprintln!("pack: {} stays as large as it is, since wasm-opt could not be started: {error}", path.display());
            Ok(())
        }
    }
}

/// The one file of a folder whose name ends so.
fn only(folder: &Path, ending: &str) -> Result<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    match &found[..] {
        [path] => Ok(path.clone()),
        _ => Err(format!("{} files in {} end in {ending}", found.len(), folder.display()).into()),
    }
}

/// The module as it was linked, before wasm-bindgen: the newer one of the two profiles that a page may be built with.
fn linked() -> Result<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| OsString::from("target"));
    let root = env::var_os("TRUNK_SOURCE_DIR").map(PathBuf::from).unwrap_or_default();
    let of = |profile: &str| root.join(&target).join("wasm32-unknown-unknown").join(profile).join("app.wasm");
    let built = ["page", "release"].map(of).into_iter().filter_map(|path| {
        let when = fs::metadata(&path).and_then(|it| it.modified()).ok()?;
        Some((when, path))
    });
    let newest = built.max().ok_or("There is no app.wasm under target/wasm32-unknown-unknown.")?;
    Ok(newest.1)
}

/// A part of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// What the first paint and the first label need.
    First,
    /// What opens files of text and JSON.
    Files,
    /// All else.
    Rest,
}

/// The program as it was linked, and where it divides.
struct Program {
    references: References,
    /// The functions that `parts.txt` names, and where they lead to.
    doors: HashMap<Node, Part>,
    /// The functions that the browser calls.
    roots: Vec<Node>,
    /// What can be reached from the roots without going through a door: the first part.
    first: HashSet<Node>,
    /// The same, and what can be reached through doors to the second.
    with_files: HashSet<Node>,
}

impl Program {
    /// `bound` is what wasm-bindgen has made of `linked`.
    fn read(linked: &[u8], bound: &[u8]) -> Result<Self> {
        let references = References::read(linked)?;
        let doors = doors(&references);
        let roots = roots(linked, bound, &references)?;
        let first = references.reached(roots.iter().copied(), |node| doors.contains_key(&node));
        let is_last = |node| doors.get(&node) == Some(&Part::Rest);
        let with_files = references.reached(roots.iter().copied(), is_last);
        Ok(Self { references, doors, roots, first, with_files })
    }

    /// That of the newest build; Trunk keeps what wasm-bindgen has made of it.
    fn newest() -> Result<Self> {
        let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| OsString::from("target"));
        let bound = Path::new(&target).join("wasm-bindgen").join("release").join("app_bg.wasm");
        Self::read(&fs::read(linked()?)?, &fs::read(bound)?)
    }

    fn part(&self, node: Node) -> Part {
        match () {
            () if self.first.contains(&node) => Part::First,
            () if self.with_files.contains(&node) => Part::Files,
            () => Part::Rest,
        }
    }

    /// The steps by which something is reached from a root, through as few parts as can be.
    fn way(&self, to: Node) -> Vec<Node> {
        let part = self.part(to);
        let is_closed = |node| self.doors.get(&node).is_some_and(|leads_to| *leads_to > part);
        self.references.way(self.roots.iter().copied(), is_closed, to)
    }

    /// The name of a function in words; nothing for data.
    fn name(&self, node: Node) -> Option<String> {
        self.linked_name(node).map(in_words)
    }

    fn linked_name(&self, node: Node) -> Option<&str> {
        match node {
            Node::Function(index) => self.references.names.get(&index).map(String::as_str),
            Node::Data(_) => None,
        }
    }

    /// How a part is cut out of what comes before it, and it.
    fn plan(&self, part: Part) -> Plan {
        let kept = if part == Part::Files { &self.first } else { &self.with_files };
        let references = &self.references;
        let mut stays = HashMap::new();
        for (index, name) in &references.names {
            // Of two functions with one name, both stay if one does.
            *stays.entry(name.clone()).or_insert(false) |= kept.contains(&Node::Function(*index));
        }
        let mut doors = HashSet::new();
        for node in references.from(kept).filter(|node| !kept.contains(node)) {
            if let (Some(leads_to), Some(name)) = (self.doors.get(&node), self.linked_name(node)) {
                if *leads_to == part {
                    doors.insert(name.to_owned());
                } else {
                    // The door to a later part, which is in the place of the function by now.
                    stays.insert(name.to_owned(), true);
                }
            }
        }
        let (kept, gone): (Vec<_>, Vec<_>) =
            references.data.iter().partition(|(number, _)| kept.contains(&Node::Data(**number)));
        let kept = joined(kept.into_iter().map(|(_, place)| place.clone()).collect());
        let mut data: Vec<Range<u32>> = gone.into_iter().map(|(_, place)| place.clone()).collect();
        // The linker puts equal data in one place: what one of the names for it needs stays.
        data.retain(|place| {
            let before = kept.partition_point(|it| it.start < place.end);
            before == 0 || kept[before - 1].end <= place.start
        });
        data.sort_by_key(|place| (place.start, place.end));
        Plan { stays, doors, data }
    }
}

/// How a part is cut out.
struct Plan {
    /// Whether a function stays, by its name as the linker has it.
    stays: HashMap<String, bool>,
    /// The names of the functions of the part that something before it refers to, be it in its data.
    doors: HashSet<String>,
    /// Addresses of data that goes with it.
    data: Vec<Range<u32>>,
}

impl Plan {
    /// Where a function is to be. What wasm-bindgen has made, which the linker does not know, stays.
    fn place(&self, name: &str) -> Place {
        match self.stays.get(name) {
            Some(false) if self.doors.contains(name) => Place::Door,
            Some(false) => Place::Rest,
            _ => Place::First,
        }
    }
}

/// The same places, none of which overlaps another, in order.
fn joined(mut places: Vec<Range<u32>>) -> Vec<Range<u32>> {
    places.sort_by_key(|place| (place.start, place.end));
    let mut joined: Vec<Range<u32>> = Vec::new();
    for place in places {
        match joined.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => joined.push(place),
        }
    }
    joined
}

/// The functions that `parts.txt` names, and where they lead to.
fn doors(references: &References) -> HashMap<Node, Part> {
    let lines = lines(PARTS);
    let is_worth_it = |index: &u32| references.code.get(index).is_some_and(|body| body.len() > DOOR);
    let named = references.names.iter().filter(|(index, _)| is_worth_it(index));
    let named = named.map(|(index, name)| (Node::Function(*index), part_of(&in_words(name), &lines)));
    named.filter(|(_, part)| *part != Part::First).collect()
}

/// The lines that say something: the part, and how the paths of its functions begin.
fn lines(words: &str) -> Vec<(Part, &str)> {
    let lines = words.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split_at(1) {
            ("!", path) => (Part::First, path),
            ("+", path) => (Part::Files, path),
            _ => (Part::Rest, line),
        })
        .collect()
}

/// What the longest line says that the path of a function begins with.
fn part_of(name: &str, lines: &[(Part, &str)]) -> Part {
    let path = name.trim_start_matches(['<', '&']);
    let begins = lines.iter().filter(|(_, line)| begins_with(name, line) || begins_with(path, line));
    begins.max_by_key(|(_, line)| line.trim_start_matches(['<', '&']).len()).map_or(Part::First, |(part, _)| *part)
}

/// Whether a path begins as a line, in which a star stands for a name.
fn begins_with(path: &str, line: &str) -> bool {
    let Some((before, after)) = line.split_once('*') else { return path.starts_with(line) };
    let rest =
        path.strip_prefix(before).map(|rest| rest.trim_start_matches(|it: char| it.is_alphanumeric() || it == '_'));
    rest.is_some_and(|rest| rest.starts_with(after))
}

/// The functions that the browser calls: what is exported by the linker, and what wasm-bindgen's own functions call,
/// which it has put between the browser and closures.
fn roots(linked: &[u8], bound: &[u8], references: &References) -> Result<Vec<Node>> {
    // Those that describe types are run by wasm-bindgen while the page is built, and thrown away.
    let own = exports(linked)?.into_iter().filter(|(name, _)| !name.starts_with("__wbindgen_describe"));
    let own = own.map(|(_, index)| index);
    let known: HashSet<&str> = references.names.values().map(String::as_str).collect();
    let called = called_by_unknown(bound, &known)?;
    let bound = references.names.iter().filter(|(_, name)| called.contains(*name)).map(|(index, _)| *index);
    Ok(own.chain(bound).map(Node::Function).collect())
}

/// The names of the functions that a module exports, or calls in functions whose names are not known.
fn called_by_unknown(wasm: &[u8], known: &HashSet<&str>) -> Result<HashSet<String>> {
    let names = References::names(wasm)?;
    let mut called: HashSet<u32> = exports(wasm)?.into_iter().map(|(_, index)| index).collect();
    let mut next = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    next += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => {
                let is_known = names.get(&next).is_some_and(|name| known.contains(name.as_str()));
                next += 1;
                let mut operators = body.get_operators_reader()?;
                while !is_known && !operators.eof() {
                    if let Operator::Call { function_index } | Operator::RefFunc { function_index } =
                        operators.read()?
                    {
                        called.insert(function_index);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(called.iter().filter_map(|index| names.get(index).cloned()).collect())
}

/// The functions that a module exports: under which names, and which they are.
fn exports(wasm: &[u8]) -> Result<Vec<(String, u32)>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ExportSection(exports) = payload? {
            for export in exports {
                let export = export?;
                if export.kind == ExternalKind::Func {
                    found.push((export.name.to_owned(), export.index));
                }
            }
        }
    }
    Ok(found)
}

fn in_words(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

/// Prints what there is in a part, the largest first: bytes before wasm-opt, and what it is.
fn list(part: Part) -> Result<()> {
    let program = Program::newest()?;
    let functions = program.references.code.iter().map(|(index, place)| (Node::Function(*index), place.len()));
    let data = program.references.data.iter().map(|(number, place)| (Node::Data(*number), place.len()));
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (node, n_bytes) in functions.chain(data).filter(|(node, _)| program.part(*node) == part) {
        match program.name(node) {
            Some(name) => lines.push((n_bytes, name)),
            None if n_bytes > 200 => {
                let user = program.way(node).into_iter().rev().find_map(|step| program.name(step));
                lines.push((n_bytes, format!("data of {}", user.unwrap_or_default())));
            }
            None => {}
        }
    }
    println!("{:>9} in all", lines.iter().map(|(n_bytes, _)| n_bytes).sum::<usize>());
    lines.sort_by(|a, b| b.cmp(a));
    for (n_bytes, what) in lines {
        println!("{n_bytes:>9} {what}");
    }
    Ok(())
}

/// Prints how the first two parts come to need something.
fn why(words: &str) -> Result<()> {
    let program = Program::newest()?;
    for node in &program.with_files {
        if program.name(*node).is_some_and(|name| name.contains(words)) {
            println!("In {:?}:", program.part(*node));
            for step in program.way(*node) {
                match step {
                    Node::Function(_) => println!("{}", program.name(step).unwrap_or_default()),
                    Node::Data(number) => println!("  {} bytes of data", program.references.data[&number].len()),
                }
            }
            println!();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_line_says_where_a_function_goes() {
        let words =
            "# Formats.\na::format::\n+a::format::json::\n+a::format::*::is_like\n!<a::format::Incoming>::name\n\n";
        let lines = lines(words);
        assert_eq!(part_of("a::format::csv::read", &lines), Part::Rest);
        assert_eq!(part_of("a::format::json::read", &lines), Part::Files);
        assert_eq!(part_of("a::format::csv::is_like", &lines), Part::Files);
        assert_eq!(part_of("a::format::csv::read::is_like", &lines), Part::Rest);
        assert_eq!(part_of("<a::format::json::Value as core::fmt::Debug>::fmt", &lines), Part::Files);
        assert_eq!(part_of("<a::format::Incoming>::name", &lines), Part::First);
        assert_eq!(part_of("<&a::format::Incoming>::other", &lines), Part::Rest);
        assert_eq!(part_of("a::view::blocks", &lines), Part::First);
    }
}
