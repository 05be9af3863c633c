//! What in a linked module refers to what, by the linker's own words: with `--emit-relocs` it leaves its symbols and
//! every place where it has filled one in.
//!
//! The format: <https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md>.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use wasmparser::{
    DataKind, KnownCustom, Linking, Name, Operator, Parser, Payload, RelocationType as Type, SymbolInfo, TypeRef,
};

use crate::Result;

/// A thing that can be referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Node {
    /// A function, by its index.
    Function(u32),
    /// A piece of data, by the number of its symbol.
    Data(u32),
}

/// The functions and data of a module, and what each refers to.
#[derive(Debug, Default)]
pub struct References {
    /// Names of functions as the linker has them.
    pub names: HashMap<u32, String>,
    /// Where in the file the body of each function lies, in bytes.
    pub code: HashMap<u32, Range<usize>>,
    /// Where in memory each piece of data lies, in bytes.
    pub data: HashMap<u32, Range<u32>>,
    edges: HashMap<Node, Vec<Node>>,
}

/// What of the sections is needed before references can be told.
#[derive(Default)]
struct Places {
    n_imported: u32,
    /// Bodies of functions, as places in the file.
    bodies: Vec<Range<usize>>,
    /// Segments of data: place in the file, address in memory.
    segments: Vec<(Range<usize>, u32)>,
    code_start: usize,
    data_start: usize,
}

impl References {
    /// Reads them out of a module.
    ///
    /// # Errors
    /// Bytes that are no module, or one that was linked without `--emit-relocs`.
    pub fn read(wasm: &[u8]) -> Result<Self> {
        let mut found = Self { names: Self::names(wasm)?, ..Self::default() };
        let mut places = Places::default();
        let mut symbols: Vec<Option<Node>> = Vec::new();
        let mut relocations = Vec::new();
        let (mut n_section, mut code_section, mut data_section) = (0, None, None);
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            match &payload {
                Payload::ImportSection(imports) => {
                    for import in imports.clone().into_imports() {
                        places.n_imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionStart { range, .. } => {
                    (code_section, places.code_start) = (Some(n_section), range.start);
                }
                Payload::CodeSectionEntry(body) => places.bodies.push(body.range()),
                Payload::DataSection(data) => {
                    (data_section, places.data_start) = (Some(n_section), data.range().start);
                    for segment in data.clone() {
                        let segment = segment?;
                        let end = segment.range.end;
                        places.segments.push((end - segment.data.len()..end, address_of(&segment.kind)?));
                    }
                }
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Linking(linking) => {
                        for part in linking.subsections() {
                            if let Linking::SymbolTable(table) = part? {
                                for (number, symbol) in table.into_iter().enumerate() {
                                    symbols.push(found.symbol(number as u32, &symbol?, &places));
                                }
                            }
                        }
                    }
                    KnownCustom::Reloc(section) => relocations.push(section),
                    _ => {}
                },
                _ => {}
            }
            n_section += u32::from(payload.as_section().is_some());
        }
        if symbols.is_empty() || relocations.is_empty() {
            return Err("The module says nothing of references: link it with --emit-relocs.".into());
        }
        let indices = places.n_imported..;
        found.code = indices.zip(places.bodies.iter().cloned()).collect();
        let mut by_address: Vec<(Range<u32>, u32)> = found.data.iter().map(|(id, at)| (at.clone(), *id)).collect();
        by_address.sort_by_key(|(at, id)| (at.start, at.end, *id));
        for section in relocations {
            let is_code = Some(section.section_index()) == code_section;
            if !is_code && Some(section.section_index()) != data_section {
                continue; // of debugging information
            }
            for entry in section.entries() {
                let entry = entry?;
                if !matters(entry.ty) {
                    continue;
                }
                let to = symbols.get(entry.index as usize).copied().flatten();
                let offset = entry.offset as usize;
                let from = match is_code {
                    true => places.function_at(places.code_start + offset).map(|it| vec![Node::Function(it)]),
                    false => places.address_at(places.data_start + offset).map(|it| pieces_at(&by_address, it)),
                };
                let from = from.ok_or_else(|| format!("A reference at byte {offset} lies outside of everything."))?;
                for from in from {
                    found.edges.entry(from).or_default().extend(to);
                }
            }
        }
        Ok(found)
    }

    /// The names of a module's functions, by index.
    ///
    /// # Errors
    /// Bytes that are no module.
    pub fn names(wasm: &[u8]) -> Result<HashMap<u32, String>> {
        let mut found = HashMap::new();
        for payload in Parser::new(0).parse_all(wasm) {
            let Payload::CustomSection(section) = payload? else { continue };
            let KnownCustom::Name(parts) = section.as_known() else { continue };
            for part in parts {
                let Name::Function(names) = part? else { continue };
                for name in names {
                    let name = name?;
                    found.insert(name.index, name.name.to_owned());
                }
            }
        }
        Ok(found)
    }

    fn symbol(&mut self, number: u32, symbol: &SymbolInfo, places: &Places) -> Option<Node> {
        match symbol {
            SymbolInfo::Func { index, .. } => Some(Node::Function(*index)),
            SymbolInfo::Data { symbol: Some(place), .. } => {
                let start = places.segments.get(place.index as usize)?.1 + place.offset;
                self.data.insert(number, start..start + place.size);
                Some(Node::Data(number))
            }
            _ => None,
        }
    }

    /// Everything that can be reached from some of it, where the way ends at `gates`; the gates themselves are not in it.
    pub fn reached(&self, roots: impl IntoIterator<Item = Node>, is_gate: impl Fn(Node) -> bool) -> HashSet<Node> {
        let mut reached = HashSet::new();
        let mut waiting: Vec<Node> = roots.into_iter().collect();
        while let Some(node) = waiting.pop() {
            if !is_gate(node) && reached.insert(node) {
                waiting.extend(self.edges.get(&node).into_iter().flatten());
            }
        }
        reached
    }

    /// What some nodes refer to.
    pub fn from<'a>(&'a self, nodes: impl IntoIterator<Item = &'a Node>) -> impl Iterator<Item = Node> {
        nodes.into_iter().filter_map(|node| self.edges.get(node)).flatten().copied()
    }

    /// The shortest way from some nodes to another, for one who asks why something is where it is.
    pub fn way(&self, roots: impl IntoIterator<Item = Node>, is_gate: impl Fn(Node) -> bool, to: Node) -> Vec<Node> {
        let mut before: HashMap<Node, Option<Node>> = HashMap::new();
        let mut waiting: std::collections::VecDeque<(Node, Option<Node>)> =
            roots.into_iter().map(|root| (root, None)).collect();
        while let Some((node, from)) = waiting.pop_front() {
            if is_gate(node) || before.contains_key(&node) {
                continue;
            }
            before.insert(node, from);
            if node == to {
                break;
            }
            waiting.extend(self.edges.get(&node).into_iter().flatten().map(|next| (*next, Some(node))));
        }
        let mut way = Vec::new();
        let mut at = before.contains_key(&to).then_some(to);
        while let Some(node) = at {
            way.push(node);
            at = before.get(&node).copied().flatten();
        }
        way.reverse();
        way
    }
}

impl Places {
    fn function_at(&self, place: usize) -> Option<u32> {
        let nth = self.bodies.partition_point(|body| body.end <= place);
        self.bodies.get(nth).filter(|body| body.contains(&place))?;
        Some(self.n_imported + nth as u32)
    }

    fn address_at(&self, place: usize) -> Option<u32> {
        let (bytes, address) = self.segments.iter().find(|(bytes, _)| bytes.contains(&place))?;
        Some(address + (place - bytes.start) as u32)
    }
}

/// The pieces of data that a byte of memory belongs to. Names for the same place are pieces of their own.
fn pieces_at(by_address: &[(Range<u32>, u32)], address: u32) -> Vec<Node> {
    let end = by_address.partition_point(|(at, _)| at.start <= address);
    let near = by_address[..end].iter().rev().take_while(|(at, _)| at.start + 65_536 > address || at.end > address);
    near.filter(|(at, _)| at.contains(&address)).map(|(_, id)| Node::Data(*id)).collect()
}

fn matters(kind: Type) -> bool {
    matches!(
        kind,
        Type::FunctionIndexLeb
            | Type::TableIndexSleb
            | Type::TableIndexI32
            | Type::MemoryAddrLeb
            | Type::MemoryAddrSleb
            | Type::MemoryAddrI32
    )
}

fn address_of(kind: &DataKind) -> Result<u32> {
    let DataKind::Active { offset_expr, .. } = kind else {
        return Err("A segment of data has no address.".into());
    };
    match offset_expr.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value as u32),
        other => Err(format!("A segment of data has the address {other:?}.").into()),
    }
}
