//! WebAnno TSV 3.3, as WebAnno and INCEpTION write it
//! (<https://inception-project.github.io/releases/latest/docs/user-guide.html#sect_webannotsv>): tokens in rows under
//! the text of their sentence, annotations in columns. Positions are UTF-16 units. The text between two sentences is
//! not in the file; it is read as spaces, or empty lines where it is longer than one character.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::archive::one_or_zip;
use super::draft::{Draft, OffsetUnit};
use super::tokens::decided_parts;
use super::uima::{self, Layers, NAMED_ENTITY, is_linguistic, place};
use super::{Format, Reader, Source, Written, n_things};
use crate::project::Codebook;
use crate::text::trim;

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
    let bytes = one_or_zip(sources, FORMAT.extension, |source| document(source, codebook).into_bytes());
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
    Written { bytes, losses }
}

fn document(source: &Source, codebook: &Codebook) -> String {
    let text = source.article.text();
    let Layers { sentences, tokens, entities } = Layers::new(source);
    let entities: Vec<_> = entities.into_iter().filter_map(|(span, it)| Some((trim(text, span)?, it))).collect();
    let mut out = format!("#FORMAT=WebAnno TSV 3.3\n#T_SP={NAMED_ENTITY}|identifier|value\n\n");
    let mut tokens = tokens.iter().peekable();
    // The spans that may cover a token to come, each with its number.
    let (mut open, mut to_come) = (Vec::new(), entities.iter().enumerate().peekable());
    for (index, sentence) in sentences.iter().enumerate() {
        out.push('\n');
        for line in text.slice(*sentence).split('\n') {
            let _ = writeln!(out, "#Text={}", escaped_line(line));
        }
        let mut number = 0;
        while let Some(token) = tokens.next_if(|token| token.end() <= sentence.end()) {
            number += 1;
            while let Some(next) = to_come.next_if(|(_, (span, _))| span.start() <= token.start()) {
                open.push(next);
            }
            open.retain(|(_, (span, _))| span.end() > token.start());
            let needs_number = |span: crate::text::Span| open.len() > 1 || !token.contains(span);
            let cell = |value: &dyn Fn(&crate::annotation::Annotation) -> String| {
                let one = |(number, (span, it)): &(usize, &(crate::text::Span, &crate::annotation::Annotation))| {
                    let value = escaped_value(&value(it));
                    let value = if value.is_empty() { "*".to_owned() } else { value };
                    if needs_number(*span) { format!("{value}[{}]", number + 1) } else { value }
                };
                let values: Vec<String> = open.iter().map(one).collect();
                if values.is_empty() { "_".to_owned() } else { values.join("|") }
            };
            let (begin, end) = place(text, *token);
            let entity = cell(&|it| it.entity.clone());
            let label = cell(&|it| codebook.scheme.label(it.label).name.clone());
            let _ = writeln!(out, "{}-{number}\t{begin}-{end}\t{}\t{entity}\t{label}\t", index + 1, text.slice(*token));
        }
    }
    out
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

/// A layer of the header: its type and the names of its columns; those of links between spans are passed over.
struct Layer {
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
        Some(Self { name, columns, is_read })
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
        Ok(())
    }

    fn take_row(&mut self, row: &str) -> Result<(), String> {
        let mut cells = row.split('\t');
        let (Some(_), Some(place), Some(_)) = (cells.next(), cells.next(), cells.next()) else {
            return Err("a row needs a number, a place and a token".to_owned());
        };
        let place = place.split_once('-').and_then(|(begin, end)| Some((begin.parse().ok()?, end.parse().ok()?)));
        let (begin, end): (u64, u64) = place.ok_or("a place is written as 0-4")?;
        if !self.sentence.is_empty() {
            self.take_sentence(begin)?;
        }
        for (index, layer) in self.layers.iter().enumerate() {
            let own: Vec<&str> = layer.columns.iter().map(|_| cells.next().unwrap_or("_")).collect();
            if own.iter().all(|cell| *cell == "_") {
                continue;
            }
            if !layer.is_read {
                self.n_passed_over += 1;
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

fn drafts(content: &str) -> Result<Vec<Draft>, String> {
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
        } else if is_row {
            reading.take_row(line).map_err(|why| format!("Line {}: {why}", index + 1))?;
        }
        was_row = is_row;
    }
    let span = |((layer, _), found): ((usize, Option<u64>), Found)| {
        let features = found.features.iter().map(|(name, value)| (name.as_str(), Value::from(value.as_str())));
        uima::draft_span(&reading.layers[layer].name, (found.begin, found.end), features)
    };
    let spans = reading.found.into_iter().map(span).collect();
    let units = vec![OffsetUnit::Utf16];
    Ok(vec![Draft { text: reading.text, units, spans, n_passed_over: reading.n_passed_over, ..Draft::default() }])
}
