//! Makes two modules of one.
//!
//! The first module keeps memory, tables and globals. Of a function that goes into the rest and is called from the
//! first, the first keeps a door: it loads the rest when that has not come yet, and goes through a table that the rest
//! fills. Functions of the first that the rest calls lie in the same table, behind the doors: each one that a module
//! exports is an object of JavaScript, whether anybody asks for it or not. Nothing is there twice.
//!
//! The first can be cut once more. What the rest of the cut before calls of it is put into the table by the module that has
//! it then.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use walrus::ir::{
    Call, CallIndirect, Const, Instr, InstrSeq, Value, Visitor, VisitorMut, dfs_in_order, dfs_pre_order_mut,
};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalId, GlobalKind,
    ImportKind, ImportedFunction, Module, ModuleConfig, RefType, TableId, ValType,
};

use crate::data::keep_data;
use crate::{Audience, Result};

/// The name under which a module finds the exports of the first among its imports.
const FIRST: &str = "first";
/// Before the names of exports that only another module uses. Those of wasm-bindgen do not begin so.
pub const MARKS: [char; 2] = [':', ';'];
/// Before the same while a module is cut.
const PREFIX: &str = "r:";

/// The two modules.
pub struct Halves {
    /// What comes first.
    pub first: Module,
    /// What comes after it.
    pub rest: Module,
    /// How many doors lead from the first into the rest.
    pub n_doors: usize,
}

/// Where a function is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the first half.
    First,
    /// In the rest.
    Rest,
    /// In the rest, with a door in the first half.
    Door,
}

/// Cuts a module.
///
/// `place` says by its name where a function is to be; one without a name stays. `rest_data` are the addresses of the
/// data that only the rest reads. `load` is in the name of the function that loads the rest at once and comes back when
/// it is there. `mark` is the sign that the names begin with under which the rest finds what it takes from the first: one
/// of [`MARKS`], another for each cut.
///
/// # Errors
/// A module that is no module, or that has no such function.
pub fn cut(
    wasm: &[u8],
    place: impl Fn(&str) -> Place,
    rest_data: &[Range<u32>],
    load: &str,
    mark: char,
) -> Result<Halves> {
    let mut first = parse(wasm)?;
    let mut rest = parse(wasm)?;
    // Both were read from the same bytes: what is the nth in one is the nth in the other.
    let ids: Vec<(FunctionId, FunctionId)> =
        first.funcs.iter().zip(rest.funcs.iter()).map(|(a, b)| (a.id(), b.id())).collect();
    let other: HashMap<FunctionId, FunctionId> = ids.iter().copied().collect();
    let place = |id| first.funcs.get(id).name.as_deref().map_or(Place::First, &place);
    let places: HashMap<FunctionId, Place> = first.funcs.iter_local().map(|(id, _)| (id, place(id))).collect();
    let goes: HashSet<FunctionId> = places.iter().filter(|it| *it.1 != Place::First).map(|it| *it.0).collect();
    let doors = doors(&first, &places);
    let load = first
        .funcs
        .iter()
        .find(|it| it.name.as_deref().is_some_and(|name| name.contains(load)))
        .ok_or_else(|| format!("There is no function {load}."))?
        .id();

    // The first module.
    let is_loaded = first.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
    let n_doors = doors.len() as u64;
    let table = first.tables.add_local(false, n_doors, Some(n_doors), RefType::FUNCREF);
    for (nth, id) in doors.iter().enumerate() {
        become_door(&mut first, *id, nth as i32, (is_loaded, table, load));
    }
    let pointed = empty_elements(&mut first, &goes, &doors)?;
    keep_data(&mut first, rest_data, false)?;

    // The rest.
    let rest_table = import_all(&mut rest, &ids, &goes, n_doors);
    let rest_is_loaded = {
        let import = rest.imports.add(FIRST, &name_of("loaded", 0), ImportKind::Global(any_global(&rest)));
        let global = rest.globals.add_import(ValType::I32, true, false, import);
        rest.imports.get_mut(import).kind = ImportKind::Global(global);
        global
    };
    let active =
        |table, offset: u32| ElementKind::Active { table, offset: ConstExpr::Value(Value::I32(offset as i32)) };
    for id in rest.elements.iter().map(|it| it.id()).collect::<Vec<_>>() {
        rest.elements.delete(id);
    }
    rest.tables.iter_mut().for_each(|table| table.elem_segments.clear());
    let tables: HashMap<usize, TableId> = rest.tables.iter().enumerate().map(|(nth, it)| (nth, it.id())).collect();
    let mut add = |table: TableId, offset: u32, functions: Vec<FunctionId>| {
        let id = rest.elements.add(active(table, offset), ElementItems::Functions(functions));
        rest.tables.get_mut(table).elem_segments.insert(id);
    };
    for (nth_table, offset, functions) in pointed {
        add(tables[&nth_table], offset, functions.iter().map(|id| other[id]).collect());
    }
    add(rest_table, 0, doors.iter().map(|id| other[id]).collect());
    keep_data(&mut rest, rest_data, true)?;
    for id in rest.exports.iter().map(|it| it.id()).collect::<Vec<_>>() {
        rest.exports.delete(id);
    }
    let mut start = FunctionBuilder::new(&mut rest.types, &[], &[]);
    start.func_body().i32_const(1).global_set(rest_is_loaded);
    rest.start = Some(start.finish(vec![], &mut rest.funcs));
    walrus::passes::gc::run(&mut rest);
    let called = call_by_table(&mut rest, rest_table, &ids, doors.len());
    walrus::passes::gc::run(&mut rest);
    for table in [first.tables.get_mut(table), rest.tables.get_mut(rest_table)] {
        table.initial += called.len() as u64;
        table.maximum = Some(table.initial);
    }
    if !called.is_empty() {
        let id = first.elements.add(active(table, doors.len() as u32), ElementItems::Functions(called));
        first.tables.get_mut(table).elem_segments.insert(id);
    }

    // What the rest takes, the first gives, under names as short as can be, or those under which it gives it already.
    let can_give = givable(&first, table, is_loaded);
    let before = first.exports.iter().filter(|it| it.name.starts_with(MARKS));
    let mut given: HashMap<Key, String> = before.map(|it| (key(it.item), it.name.clone())).collect();
    let mut n_new = 0;
    for import in rest.imports.iter_mut() {
        let item = can_give[&import.name];
        import.name = match given.get(&key(item)) {
            Some(name) => name.clone(),
            None => {
                let name = short_name(mark, n_new);
                n_new += 1;
                first.exports.add(&name, item);
                given.insert(key(item), name.clone());
                name
            }
        };
    }
    walrus::passes::gc::run(&mut first);
    Ok(Halves { first, rest, n_doors: doors.len() })
}

/// What is left to be done with the module that the page starts with, once nothing more is cut out of it. `script` is what
/// wasm-bindgen has written beside it.
pub fn finish(first: &mut Module, script: &mut String, audience: Audience) {
    if audience == Audience::Tracer {
        trace(first);
    }
    shorten_imports(first, script);
}

fn parse(wasm: &[u8]) -> Result<Module> {
    let mut config = ModuleConfig::new();
    let mut module = config.generate_name_section(true).generate_producers_section(false).parse(wasm)?;
    // The linker's words were true of the module that it has made.
    let customs: Vec<_> = module.customs.iter().map(|(id, section)| (id, section.name().to_owned())).collect();
    for (id, name) in customs {
        if name == "linking" || name.starts_with("reloc.") {
            module.customs.delete(id);
        }
    }
    Ok(module)
}

fn name_of(kind: &str, nth: usize) -> String {
    format!("{PREFIX}{kind}{nth}")
}

fn any_global(module: &Module) -> GlobalId {
    module.globals.iter().next().expect("a module of Rust has a stack pointer").id()
}

/// All that the rest may import, by the names that it has there at first.
fn givable(first: &Module, doors: TableId, is_loaded: GlobalId) -> HashMap<String, ExportItem> {
    let memories = first.memories.iter().enumerate().map(|(nth, it)| (name_of("m", nth), it.id().into()));
    let tables = first.tables.iter().map(|it| it.id()).filter(|id| *id != doors).enumerate();
    let tables = tables.map(|(nth, id)| (name_of("t", nth), id.into()));
    let globals = first.globals.iter().map(|it| it.id()).filter(|id| *id != is_loaded).enumerate();
    let globals = globals.map(|(nth, id)| (name_of("g", nth), id.into()));
    let own = [(name_of("doors", 0), doors.into()), (name_of("loaded", 0), is_loaded.into())];
    memories.chain(tables).chain(globals).chain(own).collect()
}

/// What tells an exported thing from others: of which kind it is, and its number.
type Key = (u8, usize);

fn key(item: ExportItem) -> Key {
    match item {
        ExportItem::Function(id) => (0, id.index()),
        ExportItem::Table(id) => (1, id.index()),
        ExportItem::Memory(id) => (2, id.index()),
        ExportItem::Global(id) => (3, id.index()),
        ExportItem::Tag(id) => (4, id.index()),
    }
}

/// The nth of all names that begin with a mark.
fn short_name(mark: char, mut nth: usize) -> String {
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut name = String::from(mark);
    loop {
        name.push(char::from(LETTERS[nth % LETTERS.len()]));
        nth /= LETTERS.len();
        if nth == 0 {
            return name;
        }
    }
}

/// Gives what a module takes from its script shorter names, in both: the longer ones end in digits that tell versions
/// apart, which no compression makes shorter.
fn shorten_imports(module: &mut Module, script: &mut String) {
    let is_digest = |digits: &str| digits.len() == 16 && digits.bytes().all(|it| it.is_ascii_hexdigit());
    let mut n_short = 0;
    for import in module.imports.iter_mut() {
        let has_digest = import.name.rsplit_once('_').is_some_and(|(_, digits)| is_digest(digits));
        if has_digest && script.contains(&import.name) {
            let short = short_name('_', n_short).replacen('_', "__", 1);
            if !script.contains(&short) {
                *script = script.replace(&import.name, &short);
                import.name = short;
            }
            n_short += 1;
        }
    }
}

/// The functions that go and have a door, or need one since they are called from one that stays, are exported or are the
/// start; in order.
fn doors(first: &Module, places: &HashMap<FunctionId, Place>) -> Vec<FunctionId> {
    struct Called<'a>(&'a mut HashSet<FunctionId>);
    impl Visitor<'_> for Called<'_> {
        fn visit_function_id(&mut self, id: &FunctionId) {
            self.0.insert(*id);
        }
    }
    let mut called: HashSet<FunctionId> = first.start.into_iter().collect();
    for (id, function) in first.funcs.iter_local() {
        if places[&id] == Place::First {
            dfs_in_order(&mut Called(&mut called), function, function.entry_block());
        }
    }
    for export in first.exports.iter() {
        if let ExportItem::Function(id) = export.item {
            called.insert(id);
        }
    }
    let needs_door = |id: &FunctionId| match places.get(id) {
        Some(Place::Door) => true,
        Some(Place::Rest) => called.contains(id),
        Some(Place::First) | None => false,
    };
    first.funcs.iter().map(|it| it.id()).filter(needs_door).collect()
}

/// Gives a function the body of a door.
fn become_door(
    first: &mut Module,
    id: FunctionId,
    nth: i32,
    (is_loaded, table, load): (GlobalId, TableId, FunctionId),
) {
    let ty = first.funcs.get(id).ty();
    let (params, results) = (first.types.get(ty).params().to_vec(), first.types.get(ty).results().to_vec());
    let args: Vec<_> = params.iter().map(|ty| first.locals.add(*ty)).collect();
    let mut builder = FunctionBuilder::new(&mut first.types, &params, &results);
    let mut body = builder.func_body();
    body.global_get(is_loaded).if_else(None, |_| {}, |not_yet| _ = not_yet.call(load));
    for arg in &args {
        body.local_get(*arg);
    }
    body.i32_const(nth).call_indirect(ty, table);
    first.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(args));
}

/// Lets every function note that it was called: exports a global for each, which is 1 then.
fn trace(first: &mut Module) {
    let all: Vec<(FunctionId, String)> =
        first.funcs.iter_local().filter_map(|(id, _)| Some((id, first.funcs.get(id).name.clone()?))).collect();
    for (nth, (id, name)) in all.into_iter().enumerate() {
        let called = first.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
        first.exports.add(&format!("called:{nth}:{:#}", rustc_demangle::demangle(&name)), called);
        let FunctionKind::Local(function) = &mut first.funcs.get_mut(id).kind else { continue };
        function.builder_mut().func_body().const_at(0, Value::I32(1)).global_set_at(1, called);
    }
}

/// A stretch of a table: which table, from where, which functions.
type Stretch = (usize, u32, Vec<FunctionId>);

/// Takes the functions that go out of the tables of the first, but for the doors; gives where they were, and the doors.
fn empty_elements(first: &mut Module, goes: &HashSet<FunctionId>, doors: &[FunctionId]) -> Result<Vec<Stretch>> {
    let doors: HashSet<FunctionId> = doors.iter().copied().collect();
    let mut pointed: Vec<Stretch> = Vec::new();
    let nth_table: HashMap<TableId, usize> = first.tables.iter().enumerate().map(|(nth, it)| (it.id(), nth)).collect();
    let mut kept: Vec<Stretch> = Vec::new();
    let mut tables = Vec::new();
    for element in first.elements.iter() {
        let ElementKind::Active { table, offset: ConstExpr::Value(Value::I32(offset)) } = &element.kind else {
            return Err("A table is filled in a way that is not understood.".into());
        };
        let ElementItems::Functions(functions) = &element.items else {
            return Err("A table is filled with something else than functions.".into());
        };
        tables.push((element.id(), *table));
        for (at, id) in (*offset as u32..).zip(functions) {
            let put = |stretches: &mut Vec<Stretch>| match stretches.last_mut() {
                Some((nth, start, stretch)) if *nth == nth_table[table] && *start + stretch.len() as u32 == at => {
                    stretch.push(*id)
                }
                _ => stretches.push((nth_table[table], at, vec![*id])),
            };
            // In the place of a door comes what it leads to.
            if goes.contains(id) {
                put(&mut pointed);
            }
            if !goes.contains(id) || doors.contains(id) {
                put(&mut kept);
            }
        }
    }
    for (id, table) in tables {
        first.elements.delete(id);
        first.tables.get_mut(table).elem_segments.remove(&id);
    }
    let by_number: HashMap<usize, TableId> = nth_table.iter().map(|(id, nth)| (*nth, *id)).collect();
    for (nth, offset, functions) in kept {
        let kind = ElementKind::Active { table: by_number[&nth], offset: ConstExpr::Value(Value::I32(offset as i32)) };
        let id = first.elements.add(kind, ElementItems::Functions(functions));
        first.tables.get_mut(by_number[&nth]).elem_segments.insert(id);
    }
    Ok(pointed)
}

/// Makes imports of all that stays in the first. Gives the table of the doors.
fn import_all(
    rest: &mut Module,
    ids: &[(FunctionId, FunctionId)],
    goes: &HashSet<FunctionId>,
    n_doors: u64,
) -> TableId {
    for (nth, (in_first, id)) in ids.iter().enumerate() {
        if goes.contains(in_first) {
            continue;
        }
        let name = name_of("f", nth);
        if let FunctionKind::Import(import) = &rest.funcs.get(*id).kind {
            let import = rest.imports.get_mut(import.import);
            (import.module, import.name) = (FIRST.to_owned(), name);
            continue;
        }
        let ty = rest.funcs.get(*id).ty();
        let import = rest.imports.add(FIRST, &name, *id);
        rest.funcs.get_mut(*id).kind = FunctionKind::Import(ImportedFunction { import, ty });
    }
    for (nth, id) in rest.memories.iter().map(|it| it.id()).collect::<Vec<_>>().into_iter().enumerate() {
        rest.memories.get_mut(id).import = Some(rest.imports.add(FIRST, &name_of("m", nth), id));
    }
    for (nth, id) in rest.tables.iter().map(|it| it.id()).collect::<Vec<_>>().into_iter().enumerate() {
        let table = rest.tables.get_mut(id);
        table.import = Some(rest.imports.add(FIRST, &name_of("t", nth), id));
    }
    for (nth, id) in rest.globals.iter().map(|it| it.id()).collect::<Vec<_>>().into_iter().enumerate() {
        let import = rest.imports.add(FIRST, &name_of("g", nth), id);
        rest.globals.get_mut(id).kind = GlobalKind::Import(import);
    }
    rest.start = None;
    let any = rest.tables.iter().next().expect("a module of Rust has a table of functions").id();
    let import = rest.imports.add(FIRST, &name_of("doors", 0), any);
    let table = rest.tables.add_import(false, n_doors, Some(n_doors), RefType::FUNCREF, import);
    rest.imports.get_mut(import).kind = ImportKind::Table(table);
    table
}

/// Lets the rest call by a table, from some place on, what it calls of the first. Gives what that has to put there. `ids` are
/// the functions in both.
fn call_by_table(rest: &mut Module, table: TableId, ids: &[(FunctionId, FunctionId)], from: usize) -> Vec<FunctionId> {
    struct ByTable<'a>(&'a HashMap<FunctionId, Vec<Instr>>);
    impl VisitorMut for ByTable<'_> {
        fn start_instr_seq_mut(&mut self, seq: &mut InstrSeq) {
            if !seq
                .instrs
                .iter()
                .any(|(instr, _)| matches!(instr, Instr::Call(call) if self.0.contains_key(&call.func)))
            {
                return;
            }
            for (instr, at) in std::mem::take(&mut seq.instrs) {
                match &instr {
                    Instr::Call(Call { func }) if self.0.contains_key(func) => {
                        seq.instrs.extend(self.0[func].iter().map(|instr| (instr.clone(), at)));
                    }
                    _ => seq.instrs.push((instr, at)),
                }
            }
        }
    }
    let imported = rest.funcs.iter().filter(|it| matches!(it.kind, FunctionKind::Import(_)));
    let imported: HashSet<FunctionId> = imported.map(|it| it.id()).collect();
    let called: Vec<(FunctionId, FunctionId)> = ids.iter().copied().filter(|(_, id)| imported.contains(id)).collect();
    let way = |(nth, (_, id)): (usize, &(FunctionId, FunctionId))| {
        let place = Const { value: Value::I32((from + nth) as i32) };
        let call = CallIndirect { ty: rest.funcs.get(*id).ty(), table };
        (*id, vec![place.into(), call.into()])
    };
    let ways: HashMap<FunctionId, Vec<Instr>> = called.iter().enumerate().map(way).collect();
    for (_, function) in rest.funcs.iter_local_mut() {
        let entry = function.entry_block();
        dfs_pre_order_mut(&mut ByTable(&ways), function, entry);
    }
    called.into_iter().map(|(in_first, _)| in_first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::slice::from_ref;
    use walrus::DataKind;
    use wasmparser::{Parser, Payload, Validator};

    /// A program of four functions: `main` calls `near` and `far`, `far` calls `beyond` and `near`. Each reads a byte of
    /// data of its own; `beyond` is in the table of functions too.
    fn program() -> Vec<u8> {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 1, None, None);
        let data = DataKind::Active { memory, offset: ConstExpr::Value(Value::I32(1_000)) };
        let data = module.data.add(data, (1..=64).collect());
        module.memories.get_mut(memory).data_segments.insert(data);
        module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
        let table = module.tables.add_local(false, 2, Some(2), RefType::FUNCREF);
        let mut function = |name: &str, address: i32, calls: &[FunctionId]| {
            let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[ValType::I32]);
            let number = module.locals.add(ValType::I32);
            let mut body = builder.func_body();
            body.local_get(number);
            for id in calls {
                body.call(*id);
            }
            let place = walrus::ir::MemArg { align: 1, offset: address as u64 };
            body.i32_const(0).load(
                memory,
                walrus::ir::LoadKind::I32_8 { kind: walrus::ir::ExtendedLoad::ZeroExtend },
                place,
            );
            body.binop(walrus::ir::BinaryOp::I32Add);
            let id = builder.finish(vec![number], &mut module.funcs);
            module.funcs.get_mut(id).name = Some(name.to_owned());
            id
        };
        let near = function("near", 1_000, &[]);
        let beyond = function("beyond", 1_016, &[]);
        let far = function("far", 1_032, &[beyond, near]);
        let main = function("main", 1_048, &[near, far]);
        let mut load = FunctionBuilder::new(&mut module.types, &[], &[]);
        load.func_body().unreachable();
        let load = load.finish(vec![], &mut module.funcs);
        module.funcs.get_mut(load).name = Some("load_now".to_owned());
        let kind = ElementKind::Active { table, offset: ConstExpr::Value(Value::I32(1)) };
        let element = module.elements.add(kind, ElementItems::Functions(vec![beyond]));
        module.tables.get_mut(table).elem_segments.insert(element);
        module.exports.add("main", main);
        module.exports.add("load", load);
        module.exports.add("memory", memory);
        module.exports.add("table", table);
        module.emit_wasm()
    }

    /// What a module puts into the tables: which, from where, the names of the functions.
    fn pointed(module: &Module) -> Vec<(usize, i32, Vec<String>)> {
        let number = |id| module.tables.iter().position(|it| it.id() == id).expect("its own table");
        let name = |id: &FunctionId| module.funcs.get(*id).name.clone().unwrap_or_default();
        let stretch = |it: &walrus::Element| match (&it.kind, &it.items) {
            (
                ElementKind::Active { table, offset: ConstExpr::Value(Value::I32(at)) },
                ElementItems::Functions(functions),
            ) => (number(*table), *at, functions.iter().map(name).collect()),
            _ => panic!("a table without a place"),
        };
        let mut pointed: Vec<_> = module.elements.iter().map(stretch).collect();
        pointed.sort();
        pointed
    }

    /// The data of a module: address and bytes of each stretch.
    fn data(wasm: &[u8]) -> Vec<(i32, Vec<u8>)> {
        let module = parse(wasm).expect("it was made by walrus");
        let segment = |it: &walrus::Data| match &it.kind {
            DataKind::Active { offset: ConstExpr::Value(Value::I32(at)), .. } => (*at, it.value.clone()),
            _ => panic!("data without an address"),
        };
        module.data.iter().map(segment).collect()
    }

    #[test]
    fn the_halves_are_valid_and_fit_each_other() {
        let place = |name: &str| match name {
            "far" | "beyond" => Place::Rest,
            _ => Place::First,
        };
        let rest_data = [1_016..1_032, 1_032..1_048];
        let mut halves = cut(&program(), place, &rest_data, "load_now", ':').expect("a program as is cut");
        assert_eq!(halves.n_doors, 1);
        let (first, rest) = (valid(&mut halves.first), valid(&mut halves.rest));
        assert_eq!(data(&first), [(1_000, (1..=16).collect()), (1_048, (49..=64).collect())]);
        assert_eq!(data(&rest), [(1_016, (17..=48).collect())]);
        let (given, taken) = (given(&first), taken(&rest, FIRST));
        // Memory, two tables, and whether it is loaded; but no function.
        assert_eq!(taken.len(), 4, "{taken:?}");
        assert!(taken.is_subset(&given), "{taken:?} of {given:?}");
        // Of the table of doors the first fills what comes behind them with `near`, the rest the door with `far`.
        assert_eq!(pointed(&halves.first), [(1, 1, vec!["near".to_owned()])]);
        assert_eq!(pointed(&halves.rest), [(0, 1, vec!["beyond".to_owned()]), (1, 0, vec!["far".to_owned()])]);
    }

    #[test]
    fn what_is_cut_again_puts_into_the_table_what_it_took_along() {
        // `far` goes last, and calls `beyond`, which comes before it.
        let last = |name: &str| if name == "far" { Place::Door } else { Place::First };
        let mut outer = cut(&program(), last, from_ref(&(1_032..1_048)), "load_now", ':').expect("a program as is cut");
        let middle = |name: &str| if name == "beyond" { Place::Rest } else { Place::First };
        let mut inner = cut(&valid(&mut outer.first), middle, from_ref(&(1_016..1_032)), "load_now", ';')
            .expect("it is cut as well");
        let [first, middle, last] = [&mut inner.first, &mut inner.rest, &mut outer.rest].map(valid);
        assert!(taken(&last, FIRST).is_subset(&given(&first)));
        assert!(taken(&middle, FIRST).is_subset(&given(&first)));
        // Behind its one door the last calls `near` and `beyond`; each is put there by who has it.
        assert_eq!(pointed(&inner.first), [(1, 1, vec!["near".to_owned()])]);
        assert!(pointed(&inner.rest).contains(&(1, 2, vec!["beyond".to_owned()])), "{:?}", pointed(&inner.rest));
        assert_eq!(data(&middle), [(1_016, (17..=32).collect())]);
        assert_eq!(data(&last), [(1_032, (33..=48).collect())]);
    }

    /// The bytes of a module, which are sound.
    fn valid(module: &mut Module) -> Vec<u8> {
        let wasm = module.emit_wasm();
        Validator::new().validate_all(&wasm).expect("a valid module");
        wasm
    }

    /// The names of what a module exports.
    fn given(wasm: &[u8]) -> HashSet<String> {
        let mut given = HashSet::new();
        for payload in Parser::new(0).parse_all(wasm) {
            if let Payload::ExportSection(exports) = payload.expect("it is valid") {
                given.extend(exports.into_iter().map(|it| it.expect("it is valid").name.to_owned()));
            }
        }
        given
    }

    /// The names of what a module imports from another.
    fn taken(wasm: &[u8], from: &str) -> HashSet<String> {
        let mut taken = HashSet::new();
        for payload in Parser::new(0).parse_all(wasm) {
            if let Payload::ImportSection(imports) = payload.expect("it is valid") {
                let imports = imports.into_imports().map(|it| it.expect("it is valid"));
                taken.extend(imports.filter(|it| it.module == from).map(|it| it.name.to_owned()));
            }
        }
        taken
    }

    #[test]
    fn a_program_that_cannot_load_the_rest_is_not_cut() {
        let cut = cut(&program(), |_| Place::First, &[], "somewhere_else", ':');
        assert!(cut.is_err_and(|error| error.to_string().contains("somewhere_else")));
    }

    #[test]
    fn names_are_short_and_all_different() {
        let names: HashSet<String> = (0..3_000).map(|nth| short_name(':', nth)).collect();
        assert_eq!(names.len(), 3_000);
        assert!(names.iter().all(|name| name.len() <= 4 && name.starts_with(':')));
    }
}
