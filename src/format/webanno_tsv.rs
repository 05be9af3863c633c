//! WebAnno TSV 3.3, as WebAnno and INCEpTION write it
//! (<https://inception-project.github.io/releases/latest/docs/user-guide.html#sect_webannotsv>): tokens in rows under
//! the text of their sentence, annotations in columns. Positions are UTF-16 units. The text between two sentences is
//! not in the file; it is read as spaces, or empty lines where it is longer than one character.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::archive::one_or_zip;
use super::cas::{self, KEPT};
use super::draft::{Draft, OffsetUnit};
use super::foreign::{SpanFields, fields};
use super::tokens::decided_parts;
use super::uima::{self, Layers, NAMED_ENTITY, is_linguistic, place};
use super::{Format, Reader, Source, Written, n_things};
use crate::project::Codebook;
use crate::text::{Span, Text, Utf16Offset, trim};

/// For WebAnno and INCEpTION.
pub(super) const FORMAT: Format = Format {
    id: "webanno-tsv",
    title: "WebAnno TSV 3.3",
    description: "For WebAnno and INCEpTION; a file for each article, several of them in a zip.",
    extension: "tsv",
    mime: "text/tab-separated-values",
    reader: Reader::Text { is_like, drafts },
    cannot_carry: "Only decided spans, as named entities of whole words; white space between sentences, notes, flags, attributes and what is said of articles as wholes are left out.",
    write: Some(write),
};

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let n_lost = Cell::new(0);
    let bytes = one_or_zip(sources, FORMAT.extension, |source| {
        let (document, n_links) = document(source, codebook);
        n_lost.update(|n| n + n_links);
        document.into_bytes()
    });
    let mut losses = uima::losses(FORMAT.id, sources, false);
    let is_space = |source: &Source| {
        let text = source.article.text();
        decided_parts(source).filter(|(part, _)| trim(text, *part).is_none()).count()
    };
    let n: usize = sources.iter().map(is_space).sum();
    if n > 0 {
        losses
            .push(format!("{} left out.", n_things(n, "span of only white space is", "spans of only white space are")));
    }
    if n_lost.get() > 0 {
        let links = n_things(n_lost.get(), "link between spans is", "links between spans are");
        losses.push(format!("{links} left out: what they point to is numbered anew."));
    }
    Written { bytes, losses }
}

/// What a file of others has besides its spans: its tokens and sentences, and the columns that are not read.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// The lines that declare all layers.
    layers: Vec<String>,
    sentences: Vec<KeptSentence>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct KeptSentence {
    /// In UTF-16 units, as all places here.
    place: (u32, u32),
    tokens: Vec<KeptToken>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct KeptToken {
    place: (u32, u32),
    /// Of the columns that are not read, in order.
    cells: Vec<String>,
}

/// A sentence to write.
struct Sentence {
    span: Span,
    /// Each with its cells of columns that are not read.
    tokens: Vec<(Span, Vec<String>)>,
}

/// The sentences that an article came with; `None` when it came from elsewhere.
fn kept_sentences(text: &Text, kept: &Kept) -> Option<Vec<Sentence>> {
    let span =
        |(begin, end): (u32, u32)| text.span(text.from_utf16(Utf16Offset(begin))?, text.from_utf16(Utf16Offset(end))?);
    let sentence = |sentence: &KeptSentence| {
        let tokens = sentence.tokens.iter().map(|token| Some((span(token.place)?, token.cells.clone())));
        Some(Sentence { span: span(sentence.place)?, tokens: tokens.collect::<Option<_>>()? })
    };
    kept.sentences.iter().map(sentence).collect::<Option<Vec<_>>>().filter(|sentences| !sentences.is_empty())
}

fn document(source: &Source, codebook: &Codebook) -> (String, usize) {
    let text = source.article.text();
    let own = Layers::new(source);
    let kept: Kept =
        fields(source, FORMAT.id).remove(KEPT).and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default();
    let kept_sentences = kept_sentences(text, &kept);
    let mut layers: Vec<Layer> = match kept_sentences {
        Some(_) => kept.layers.iter().filter_map(|line| Layer::new(line)).collect(),
        None => Vec::new(),
    };
    let sentences = kept_sentences.unwrap_or_else(|| {
        let mut tokens = own.tokens.iter().peekable();
        let mut of = |span: Span| {
            std::iter::from_fn(|| tokens.next_if(|it| it.end() <= span.end())).map(|it| (*it, Vec::new())).collect()
        };
        own.sentences.iter().map(|span| Sentence { span: *span, tokens: of(*span) }).collect()
    });

    // Each span in the layer that it came from, if that can tell its label, or else as a named entity.
    let span_fields = SpanFields::new(source, FORMAT.id);
    let parts = own.entities.iter().filter_map(|(id, span, it)| Some((*id, trim(text, *span)?, *it)));
    let mut entities: Vec<(usize, Span, Vec<String>)> = Vec::new();
    for (id, span, it) in parts {
        let label = codebook.scheme.label(it.label);
        let (name, label_column) = cas::type_of(&span_fields, id, label);
        let layer_of = |layers: &[Layer], name: &str| layers.iter().position(|it| it.is_read && it.name == name);
        let (at, label_column) = match layer_of(&layers, &name) {
            Some(at) => (at, label_column),
            None => (layer_of(&layers, NAMED_ENTITY).unwrap_or(layers.len()), Some("value".to_owned())),
        };
        if at == layers.len() {
            layers.extend(Layer::new(&format!("#T_SP={NAMED_ENTITY}|identifier|value")));
        }
        let mut values = uima::more(it);
        values.insert("identifier".to_owned(), it.entity.clone());
        values.extend(label_column.map(|column| (column, label.name.clone())));
        let cells = layers[at].columns.iter().map(|column| values.remove(column).unwrap_or_default()).collect();
        entities.push((at, span, cells));
    }
    if layers.is_empty() {
        layers.extend(Layer::new(&format!("#T_SP={NAMED_ENTITY}|identifier|value")));
    }
    // What points to spans that are read cannot be kept: their numbers are new.
    let read: BTreeSet<&str> = layers.iter().filter(|it| it.is_read).map(|it| it.name.as_str()).collect();
    let points_to_read = |layer: &Layer| {
        layer.columns.iter().any(|column| column.strip_prefix("BT_").is_some_and(|target| read.contains(target)))
    };
    let is_left_out: Vec<bool> = layers.iter().map(points_to_read).collect();
    let mut n_lost = 0;

    let mut out = String::from("#FORMAT=WebAnno TSV 3.3\n");
    for (layer, _) in layers.iter().zip(&is_left_out).filter(|(_, is_left_out)| !**is_left_out) {
        let columns: String = layer.columns.iter().map(|it| format!("|{it}")).collect();
        let _ = writeln!(out, "#T_{}={}{columns}", layer.kind, layer.name);
    }
    out.push('\n');
    let cells = sentences.iter().flat_map(|sentence| &sentence.tokens).flat_map(|(_, cells)| cells);
    let n_before = cells.flat_map(|cell| values(cell)).filter_map(|(_, number)| number).max().unwrap_or(0);
    // The spans that may cover a token to come, each with its number.
    let (mut open, mut to_come) = (Vec::new(), (n_before + 1..).zip(&entities).peekable());
    for (index, sentence) in sentences.iter().enumerate() {
        out.push('\n');
        for line in text.slice(sentence.span).split('\n') {
            let _ = writeln!(out, "#Text={}", escaped_line(line));
        }
        for (number, (token, kept)) in sentence.tokens.iter().enumerate() {
            while let Some(next) = to_come.next_if(|(_, (_, span, _))| span.start() < token.end()) {
                open.push(next);
            }
            open.retain(|(_, (_, span, _))| span.end() > token.start());
            // A part of a token has a row of its own.
            let part = |span: Span| span.intersection(*token).unwrap_or(*token);
            let mut rows: Vec<Span> =
                open.iter().map(|(_, (_, span, _))| part(*span)).filter(|it| it != token).collect();
            rows.sort_unstable();
            rows.dedup();
            rows.insert(0, *token);
            for (part_number, row) in rows.into_iter().enumerate() {
                let (begin, end) = place(text, row);
                let part_of = if part_number == 0 { String::new() } else { format!(".{part_number}") };
                let _ = write!(out, "{}-{}{part_of}\t{begin}-{end}\t{}\t", index + 1, number + 1, text.slice(row));
                let mut kept = kept.iter();
                for (at, layer) in layers.iter().enumerate() {
                    let here: Vec<_> =
                        open.iter().filter(|(_, (layer, span, _))| *layer == at && part(*span) == row).collect();
                    for column in 0..layer.columns.len() {
                        let cell = if layer.is_read {
                            let one = |(number, (_, span, cells)): &&(u64, &(usize, Span, Vec<String>))| {
                                let value = escaped_value(&cells[column]);
                                let value = if value.is_empty() { "*".to_owned() } else { value };
                                let needs_number = here.len() > 1 || !row.contains(*span);
                                if needs_number { format!("{value}[{number}]") } else { value }
                            };
                            here.iter().map(one).collect::<Vec<_>>().join("|")
                        } else {
                            kept.next().filter(|_| part_number == 0).cloned().unwrap_or_default()
                        };
                        if is_left_out[at] {
                            n_lost +=
                                usize::from(column + 1 == layer.columns.len() && !["", "_"].contains(&cell.as_str()));
                        } else {
                            let _ = write!(out, "{}\t", if cell.is_empty() { "_" } else { cell.as_str() });
                        }
                    }
                }
                out.push('\n');
            }
        }
    }
    (out, n_lost)
}

/// A line of a sentence: backslashes and control characters escaped.
fn escaped_line(line: &str) -> String {
    line.replace('\\', "\\\\").replace('\t', "\\t").replace('\r', "\\r").replace('\u{c}', "\\f").replace('\u{8}', "\\b")
}

/// A value in a column: what means something there is escaped.
fn escaped_value(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for (at, c) in value.char_indices() {
        match c {
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '-' if value[at..].starts_with("->") => out.push_str("\\-"),
            '\\' | '[' | ']' | '|' | '_' | ';' | '*' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('r')) => out.push('\r'),
            ('\\', Some('f')) => out.push('\u{c}'),
            ('\\', Some('b')) => out.push('\u{8}'),
            ('\\', Some(other)) => out.push(other),
            (c, _) => out.push(c),
        }
    }
    out
}

fn is_like(_: Option<&str>, content: &str) -> bool {
    content.starts_with("#FORMAT=WebAnno TSV 3")
}

/// A layer of the header: its kind, its type and the names of its columns; those of links between spans are not read.
struct Layer {
    /// `SP` for spans, `CH` for chains, `RL` for relations.
    kind: String,
    name: String,
    columns: Vec<String>,
    is_read: bool,
}

impl Layer {
    fn new(line: &str) -> Option<Self> {
        let (kind, rest) = line.strip_prefix("#T_")?.split_once('=')?;
        let mut parts = rest.split('|').map(str::to_owned);
        let name = parts.next()?;
        let mut columns: Vec<String> = parts.collect();
        if columns.is_empty() {
            columns.push(String::new());
        }
        let is_read = kind == "SP" && !is_linguistic(&name);
        Some(Self { kind: kind.to_owned(), name, columns, is_read })
    }
}

/// An annotation that several rows may share.
#[derive(Default)]
struct Found {
    begin: u64,
    end: u64,
    features: BTreeMap<String, String>,
}

#[derive(Default)]
struct Reading {
    layers: Vec<Layer>,
    text: String,
    /// In UTF-16 units.
    length: u64,
    sentence: Vec<String>,
    /// By layer, and number where the file has one.
    found: Vec<((usize, Option<u64>), Found)>,
    numbered: BTreeMap<(usize, u64), usize>,
    kept: Kept,
    n_kept: usize,
    n_passed_over: usize,
}

impl Reading {
    /// The text of the sentence, which begins where its first row does.
    fn take_sentence(&mut self, begin: u64) -> Result<(), String> {
        let gap = begin.checked_sub(self.length).filter(|gap| *gap <= super::MAX_ARTICLE_BYTES);
        let gap =
            gap.ok_or_else(|| format!("a sentence begins at {begin}, but the text before it ends at {}", self.length))?;
        let n_line_ends = if self.length > 0 && gap > 1 { 2 } else { 0 };
        self.text.extend(std::iter::repeat_n(' ', (gap - n_line_ends) as usize));
        self.text.extend(std::iter::repeat_n('\n', n_line_ends as usize));
        let sentence = std::mem::take(&mut self.sentence).join("\n");
        self.length = begin + sentence.encode_utf16().count() as u64;
        self.text += &sentence;
        // Places are known to be small here.
        let place = (begin as u32, self.length as u32);
        self.kept.sentences.push(KeptSentence { place, tokens: Vec::new() });
        Ok(())
    }

    fn take_row(&mut self, row: &str) -> Result<(), String> {
        let mut cells = row.split('\t');
        let (Some(number), Some(place), Some(_)) = (cells.next(), cells.next(), cells.next()) else {
            return Err("a row needs a number, a place and a token".to_owned());
        };
        let place = place.split_once('-').and_then(|(begin, end)| Some((begin.parse().ok()?, end.parse().ok()?)));
        let (begin, end): (u64, u64) = place.ok_or("a place is written as 0-4")?;
        if !self.sentence.is_empty() {
            self.take_sentence(begin)?;
        }
        let is_part = number.contains('.');
        let mut kept = Vec::new();
        for (index, layer) in self.layers.iter().enumerate() {
            let own: Vec<&str> = layer.columns.iter().map(|_| cells.next().unwrap_or("_")).collect();
            let is_empty = own.iter().all(|cell| *cell == "_");
            if !layer.is_read {
                *(if is_part { &mut self.n_passed_over } else { &mut self.n_kept }) += usize::from(!is_empty);
                kept.extend(own.iter().map(|cell| (*cell).to_owned()));
                continue;
            }
            if is_empty {
                continue;
            }
            let stacks: Vec<Vec<(String, Option<u64>)>> = own.iter().map(|cell| values(cell)).collect();
            let n = stacks.iter().map(Vec::len).max().unwrap_or(0);
            for level in 0..n {
                let number = stacks.iter().find_map(|stack| stack.get(level)?.1);
                let known = number.and_then(|number| self.numbered.get(&(index, number)).copied());
                let at = known.unwrap_or(self.found.len());
                if known.is_none() {
                    self.found.push(((index, number), Found { begin, ..Found::default() }));
                    self.numbered.extend(number.map(|number| ((index, number), at)));
                }
                let found = &mut self.found[at].1;
                found.end = end;
                for (column, stack) in layer.columns.iter().zip(&stacks) {
                    let value = stack.get(level).map(|(value, _)| value.as_str());
                    if let Some(value) = value.filter(|value| !["*", "_", ""].contains(value)) {
                        found.features.entry(column.clone()).or_insert_with(|| unescaped(value));
                    }
                }
            }
        }
        if let Some(sentence) = self.kept.sentences.last_mut().filter(|_| !is_part) {
            let place = (begin.min(u64::from(u32::MAX)) as u32, end.min(u64::from(u32::MAX)) as u32);
            sentence.tokens.push(KeptToken { place, cells: kept });
        }
        Ok(())
    }
}

/// The stacked values of a cell, still escaped, each with its number.
fn values(cell: &str) -> Vec<(String, Option<u64>)> {
    let mut parts = vec![String::new()];
    let mut is_escaped = false;
    for c in cell.chars() {
        if c == '|' && !is_escaped {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    let numbered = |part: String| {
        let split = part.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
        match split.and_then(|(value, digits)| Some((value.to_owned(), digits.parse().ok()?))) {
            Some((value, number)) => (value, Some(number)),
            None => (part, None),
        }
    };
    parts.into_iter().map(numbered).collect()
}

fn drafts(content: &str, _: Option<&str>) -> Result<Vec<Draft>, String> {
    let mut reading = Reading::default();
    let mut was_row = false;
    for (index, line) in content.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let is_row = line.starts_with(|c: char| c.is_ascii_digit());
        if let Some(words) = line.strip_prefix("#Text=") {
            if was_row {
                reading.sentence.clear();
            }
            reading.sentence.push(unescaped(words));
        } else if let Some(layer) = Layer::new(line) {
            reading.layers.push(layer);
            reading.kept.layers.push(line.to_owned());
        } else if is_row {
            reading.take_row(line).map_err(|why| format!("Line {}: {why}", index + 1))?;
        }
        was_row = is_row;
    }
    let is_ours = |layer: &Layer| layer.name == NAMED_ENTITY && layer.columns == ["identifier", "value"];
    let is_ours = reading.layers.iter().all(is_ours);
    let span = |((layer, _), found): ((usize, Option<u64>), Found)| {
        let features = found.features.iter().map(|(name, value)| (name.as_str(), Value::from(value.as_str())));
        let name = &reading.layers[layer].name;
        let (mut span, label_column) = uima::draft_span(name, (found.begin, found.end), features);
        if !is_ours {
            span.foreign.insert("%TYPE".to_owned(), name.as_str().into());
            span.foreign.extend(label_column.map(|column| ("%LABEL".to_owned(), column.into())));
        }
        span
    };
    let spans = reading.found.into_iter().map(span).collect();
    let mut draft = Draft {
        text: reading.text,
        units: vec![OffsetUnit::Utf16],
        spans,
        n_passed_over: reading.n_passed_over,
        ..Draft::default()
    };
    if !is_ours {
        draft.foreign.insert(KEPT.to_owned(), serde_json::to_value(reading.kept).map_err(|error| error.to_string())?);
    }
    draft.kept.extend(cas::kept_sentence(reading.n_kept));
    Ok(vec![draft])
}
