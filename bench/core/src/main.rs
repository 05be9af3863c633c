//! Counts what the core takes for what a person does, in operations of the Wasm interpreter `wasmi` (its “fuel”), and
//! fails when something takes 5 % more than `counts.tsv` says. Times are noise on a machine that does other work; these
//! counts are the same each time, on every machine.
//!
//! `cargo xtask test --only counts` builds the Wasm and runs this; `UPDATE_COUNTS=1` writes the new numbers.

#[path = "../../../benches/core/names.rs"]
mod names;

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use names::NAMES;
use wasmi::{CompilationMode, Config, Engine, Func, Instance, Linker, Module, Store};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Annotations of an article, at 100 bytes of text to each.
const SIZES: [u32; 2] = [100, 10_000];
/// By how much a count may be over the written one, in hundredths.
const LEEWAY: u64 = 5;
const COUNTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/counts.tsv");

fn main() -> ExitCode {
    match env::args()
        .nth(1)
        .ok_or("The path of core_wasm.wasm is wanted.".into())
        .and_then(|path| check(Path::new(&path)))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn check(wasm: &Path) -> Result<()> {
    let mut core = Core::of(&fs::read(wasm).map_err(|error| format!("{}: {error}", wasm.display()))?)?;
    let mut counted: Vec<[u64; SIZES.len()]> = Vec::new();
    for (place, size) in SIZES.into_iter().enumerate() {
        core.call("input", Some(size))?;
        for nth in 0..NAMES.len() {
            core.call("ready", Some(u32::try_from(nth)?))?;
            let count = core.call("run", None)?;
            match place {
                0 => counted.push([count; SIZES.len()]),
                _ => counted[nth][place] = count,
            }
        }
    }
    let compiler = compiler()?;
    if env::var_os("UPDATE_COUNTS").is_some() {
        fs::write(COUNTS, written(&compiler, &counted))?;
    }
    let tsv = fs::read_to_string(COUNTS).unwrap_or_default();
    let is_comparable = tsv.lines().any(|line| line.strip_prefix("# ") == Some(compiler.as_str()));
    let budget = read(&tsv)?;
    let mut over = Vec::new();
    println!("{:<28}{:>14}{:>14}{:>10}", "wasmi operations", SIZES[0], SIZES[1], "growth");
    for (name, counts) in NAMES.iter().zip(&counted) {
        println!("{name:<28}{:>14}{:>14}{:>9.1}×", counts[0], counts[1], counts[1] as f64 / counts[0] as f64);
        let before = budget.get(*name).ok_or_else(|| format!("{COUNTS} has no line for “{name}”."))?;
        for (size, (count, before)) in SIZES.iter().zip(counts.iter().zip(before)) {
            if is_comparable && count * 100 > before * (100 + LEEWAY) {
                over.push(format!("“{name}” on {size} annotations: {count} instead of {before}"));
            }
        }
    }
    if !is_comparable {
        println!("Not compared: counts.tsv was written with another compiler than {compiler}.");
    }
    if over.is_empty() {
        return Ok(());
    }
    Err(format!(
        "More operations than bench/core/counts.tsv says, by over {LEEWAY} %:\n{}\nMake it cheaper, or write the new \
         numbers (UPDATE_COUNTS=1) and say why in the commit.",
        over.join("\n")
    )
    .into())
}

/// The compiler, which decides on the operations as much as the code does.
fn compiler() -> Result<String> {
    let output = Command::new("rustc").arg("--version").output().map_err(|error| format!("rustc: {error}"))?;
    let words = String::from_utf8(output.stdout)?;
    Ok(words.split(' ').take(2).collect::<Vec<_>>().join(" "))
}

fn written(compiler: &str, counted: &[[u64; SIZES.len()]]) -> String {
    let mut tsv = String::from("# Operations that the core takes, on articles of 100 and of 10,000 annotations, by\n");
    tsv += &format!("# {compiler}\n");
    for (name, [few, many]) in NAMES.iter().zip(counted) {
        tsv += &format!("{name}\t{few}\t{many}\n");
    }
    tsv
}

fn read(tsv: &str) -> Result<HashMap<String, [u64; SIZES.len()]>> {
    let lines = tsv.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| match line.split('\t').collect::<Vec<_>>()[..] {
            [name, few, many] => Ok((name.to_owned(), [few.parse()?, many.parse()?])),
            _ => Err(format!("{COUNTS}: “{line}” is no name with two numbers.").into()),
        })
        .collect()
}

/// The Wasm, running.
struct Core {
    store: Store<()>,
    instance: Instance,
}

impl Core {
    fn of(wasm: &[u8]) -> Result<Self> {
        let mut config = Config::default();
        config.consume_fuel(true);
        // To translate a function costs fuel too: none of it while something is counted.
        config.compilation_mode(CompilationMode::Eager);
        let engine = Engine::new(&config);
        let module = Module::new(&engine, wasm)?;
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        // What a script would give: nothing that is counted calls it.
        for import in module.imports() {
            let ty = import.ty().func().ok_or_else(|| format!("an import that is no function: {}", import.name()))?;
            let (name, kind) = (import.name().to_owned(), ty.clone());
            let none =
                Func::new(&mut store, kind, move |_, _, _| Err(wasmi::Error::new(format!("{name} is not here"))));
            linker.define(import.module(), import.name(), none)?;
        }
        let instance = linker.instantiate_and_start(&mut store, &module)?;
        Ok(Self { store, instance })
    }

    /// Calls a function and gives the number of operations that it took.
    fn call(&mut self, name: &str, argument: Option<u32>) -> Result<u64> {
        // wasm-bindgen puts a checksum behind the names.
        let is_it = |other: &str| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('_'));
        let found = self.instance.exports(&self.store).find(|export| is_it(export.name()));
        let function = found.and_then(wasmi::Export::into_func).ok_or_else(|| format!("The Wasm has no “{name}”."))?;
        self.store.set_fuel(u64::MAX)?;
        match argument {
            Some(argument) => function.typed::<u32, ()>(&self.store)?.call(&mut self.store, argument)?,
            None => _ = function.typed::<(), u32>(&self.store)?.call(&mut self.store, ())?,
        }
        Ok(u64::MAX - self.store.get_fuel()?)
    }
}
