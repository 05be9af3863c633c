//! Packs the page that Trunk has built, as the last step of a release build: cuts its Wasm in two (what the first paint
//! and the first label need, and the rest, which comes after), and puts its styles into one file.
//!
//! Trunk calls it (`Trunk.toml`) and says in the environment where the page is. What goes into the rest is told by
//! `rest.txt`; `pack list` prints the largest functions and data of the first half, `pack why WORDS` by which way it
//! needs the functions whose names have these words.

mod cut;
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
const REST: &str = include_str!("../rest.txt");
/// The function that loads the rest at once (`src/app/rest.rs`), as the linker calls it.
const LOAD: &str = "attache3app4rest8load_now";
/// About as many bytes as a door has: what is not larger stays. The compiler makes one of small functions that do the
/// same, and gives it the name of any of them.
const DOOR: usize = 32;
/// What stands in index.html for the address of the rest.
const NO_REST: &str = "the-rest-of-the-app";
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
        ["list"] => list(),
        ["why", words] => why(words),
        _ => Err("pack: without arguments, called by Trunk; `pack list`, or `pack why WORDS`".into()),
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
    html = styles::in_one_file(&html, &site)?;
    let bound = only(&site, "_bg.wasm")?;
    let linked = fs::read(linked()?)?;
    let bound_bytes = fs::read(&bound)?;
    let plan = Plan::of(&linked, &bound_bytes)?;
    let script_path =
        bound.with_file_name(bound.file_name().unwrap_or_default().to_string_lossy().replace("_bg.wasm", ".js"));
    let mut script = fs::read_to_string(&script_path)?;
    let halves = cut::cut(&bound_bytes, &mut script, |name| plan.place(name), &plan.rest_data, LOAD, audience)?;
    let name = bound.file_name().and_then(|name| name.to_str()).ok_or("The Wasm has no name.")?;
    let rest = name.replace("_bg.wasm", "_rest.wasm");
    if html.matches(NO_REST).count() != 1 {
        return Err(format!("index.html must say “{NO_REST}” once.").into());
    }
    html = html.replace(NO_REST, &format!("./{rest}"));
    write_smaller(&bound, &halves.first, audience)?;
    write_smaller(&site.join(&rest), &halves.rest, audience)?;
    fs::write(script_path, script)?;
    fs::write(page, html)?;
    scripts::shorten_all(&site)?;
    println!("The program is cut in two, with {} doors.", halves.n_doors);
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
    tool.arg("-Oz").args(FEATURES).arg(path).arg("-o").arg(path);
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

/// The program as it was linked, and where it divides.
struct Program {
    references: References,
    /// The functions that `rest.txt` names.
    doors: HashSet<Node>,
    /// The functions that the browser calls.
    roots: Vec<Node>,
    /// What can be reached from the roots without going through a door: the first half.
    first: HashSet<Node>,
}

impl Program {
    /// `bound` is what wasm-bindgen has made of `linked`.
    fn read(linked: &[u8], bound: &[u8]) -> Result<Self> {
        let references = References::read(linked)?;
        let doors = doors(&references);
        let roots = roots(linked, bound, &references)?;
        let first = references.reached(roots.iter().copied(), |node| doors.contains(&node));
        Ok(Self { references, doors, roots, first })
    }

    /// That of the newest build; Trunk keeps what wasm-bindgen has made of it.
    fn newest() -> Result<Self> {
        let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| OsString::from("target"));
        let bound = Path::new(&target).join("wasm-bindgen").join("release").join("app_bg.wasm");
        Self::read(&fs::read(linked()?)?, &fs::read(bound)?)
    }

    /// The steps by which something is reached from a root.
    fn way(&self, to: Node) -> Vec<Node> {
        self.references.way(self.roots.iter().copied(), |node| self.doors.contains(&node), to)
    }

    /// The name of a function in words; nothing for data.
    fn name(&self, node: Node) -> Option<String> {
        match node {
            Node::Function(index) => self.references.names.get(&index).map(|name| in_words(name)),
            Node::Data(_) => None,
        }
    }
}

/// What goes where.
struct Plan {
    /// Whether a function stays, by its name as the linker has it.
    stays: HashMap<String, bool>,
    /// The names of the functions of the rest that something in the first half refers to, be it in its data.
    doors: HashSet<String>,
    /// Addresses of data that only the rest reads.
    rest_data: Vec<Range<u32>>,
}

impl Plan {
    fn of(linked: &[u8], bound: &[u8]) -> Result<Self> {
        let Program { references, doors, first, .. } = Program::read(linked, bound)?;
        let mut stays = HashMap::new();
        for (index, name) in &references.names {
            // Of two functions with one name, both stay if one does.
            *stays.entry(name.clone()).or_insert(false) |= first.contains(&Node::Function(*index));
        }
        let entered = references.from(&first).filter(|node| doors.contains(node));
        let name = |node| match node {
            Node::Function(index) => references.names.get(&index).cloned(),
            Node::Data(_) => None,
        };
        let doors_in_use = entered.filter_map(name).collect();
        let (kept, gone): (Vec<_>, Vec<_>) =
            references.data.iter().partition(|(number, _)| first.contains(&Node::Data(**number)));
        let kept = joined(kept.into_iter().map(|(_, place)| place.clone()).collect());
        let mut rest_data: Vec<Range<u32>> = gone.into_iter().map(|(_, place)| place.clone()).collect();
        // The linker puts equal data in one place: what one of the names for it needs stays.
        rest_data.retain(|place| {
            let before = kept.partition_point(|it| it.start < place.end);
            before == 0 || kept[before - 1].end <= place.start
        });
        rest_data.sort_by_key(|place| (place.start, place.end));
        Ok(Self { stays, doors: doors_in_use, rest_data })
    }

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

/// The functions that `rest.txt` names.
fn doors(references: &References) -> HashSet<Node> {
    let named: Vec<&str> =
        REST.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let (but, named): (Vec<&str>, Vec<&str>) = named.into_iter().partition(|line| line.starts_with('!'));
    let is_named = |name: &str| {
        let name = in_words(name);
        let path = name.trim_start_matches(['<', '&']);
        let begins = |line: &str| name.starts_with(line) || path.starts_with(line);
        named.iter().any(|line| begins(line)) && !but.iter().any(|line| begins(&line[1..]))
    };
    let is_worth_it = |index: &u32| references.code.get(index).is_some_and(|body| body.len() > DOOR);
    let named = references.names.iter().filter(|(index, name)| is_worth_it(index) && is_named(name));
    named.map(|(index, _)| Node::Function(*index)).collect()
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

/// Prints what there is in the first half, the largest first: bytes before wasm-opt, and what it is.
fn list() -> Result<()> {
    let program = Program::newest()?;
    let mut lines: Vec<(usize, String)> = Vec::new();
    for node in &program.first {
        match node {
            Node::Function(index) => {
                let n_bytes = program.references.code.get(index).map_or(0, Range::len);
                lines.push((n_bytes, program.name(*node).unwrap_or_default()));
            }
            Node::Data(number) => {
                let n_bytes = program.references.data[number].len();
                if n_bytes > 200 {
                    let user = program.way(*node).into_iter().rev().find_map(|step| program.name(step));
                    lines.push((n_bytes, format!("data of {}", user.unwrap_or_default())));
                }
            }
        }
    }
    println!("{:>9} in all", lines.iter().map(|(n_bytes, _)| n_bytes).sum::<usize>());
    lines.sort_by(|a, b| b.cmp(a));
    for (n_bytes, what) in lines {
        println!("{n_bytes:>9} {what}");
    }
    Ok(())
}

/// Prints how the first half comes to need something.
fn why(words: &str) -> Result<()> {
    let program = Program::newest()?;
    for node in &program.first {
        if program.name(*node).is_some_and(|name| name.contains(words)) {
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
