//! Tables with an article a row: CSV, TSV, and JSON of no shape that we know. Which column is the text is guessed, and
//! a person can say otherwise.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::{Incoming, check_plain, ending};
use crate::annotation::About;
use crate::format::{json_records, title_name};
use crate::text::Text;

/// What of a table is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The column that holds the texts.
    pub text: String,
    /// The column that holds the articles' names, if one does.
    pub name: Option<String>,
}

/// A table of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What its columns are called, each once.
    pub columns: Vec<String>,
    /// Its rows; one may have fewer cells than there are columns, or more.
    pub rows: Vec<Vec<String>>,
    /// What parts cells; `None` where they cannot run into each other.
    pub delimiter: Option<char>,
    /// Where rows could not be read: `Line 3`.
    pub broken: Vec<String>,
}

/// Names of columns that are likely to hold the texts of articles, the likeliest first.
const TEXTS: [&str; 12] = [
    "text",
    "body",
    "content",
    "article",
    "full_text",
    "fulltext",
    "maintext",
    "article_text",
    "document",
    "story",
    "message",
    "description",
];

/// Names of columns that are likely to hold the names of articles.
const NAMES: [&str; 9] = ["title", "headline", "name", "id", "doc_id", "article_id", "filename", "slug", "url"];

/// How many records of JSON are looked at for the names of columns.
const MAX_SEEN: usize = 200;

/// How many bytes a cell of JSON has that may be a text, whatever its column is called.
const LEAST_TEXT: usize = 60;

/// How deep objects in a record become columns: `data.text`.
const MAX_DEPTH: usize = 3;

impl Table {
    /// The table that a file holds, by its name and content. `None` when it is none: without columns or rows.
    pub(super) fn read(name: &str, content: &str) -> Option<Self> {
        let table = match ending(name) {
            Some("tsv") => Self::separated(content, b'\t'),
            Some("csv") => Self::separated(content, delimiter(content)),
            _ => Self::of_records(content),
        }?;
        (!table.columns.is_empty() && !table.rows.is_empty()).then_some(table)
    }

    /// Whether it is what the format `csv` writes: spans, without the texts of their articles.
    pub(super) fn is_of_spans(&self) -> bool {
        self.columns.iter().any(|column| column == "start_cp")
    }

    fn separated(content: &str, delimiter: u8) -> Option<Self> {
        let mut rows = if delimiter == b'\t' { of_tabs(content) } else { of_commas(content, delimiter) }.into_iter();
        let mut columns: Vec<String> = Vec::new();
        for (index, column) in rows.next()?.iter().enumerate() {
            let column = column.trim();
            let column = if column.is_empty() { format!("Column {}", index + 1) } else { column.to_owned() };
            let is_new = !columns.contains(&column);
            columns.push(if is_new { column } else { format!("{column} ({})", index + 1) });
        }
        Some(Self { columns, rows: rows.collect(), delimiter: Some(delimiter.into()), broken: Vec::new() })
    }

    fn of_records(content: &str) -> Option<Self> {
        let (mut records, mut broken) = (Vec::new(), Vec::new());
        for (place, record) in json_records(content).ok()? {
            match record {
                Ok(record) => records.push(record),
                Err(_) => broken.push(place),
            }
        }
        let mut columns: Vec<String> = Vec::new();
        let flat: Vec<BTreeMap<String, String>> = records.iter().map(flattened).collect();
        for column in flat.iter().take(MAX_SEEN).flat_map(BTreeMap::keys) {
            if !columns.contains(column) {
                columns.push(column.clone());
            }
        }
        let row = |mut cells: BTreeMap<String, String>| {
            columns.iter().map(|column| cells.remove(column).unwrap_or_default()).collect()
        };
        let rows: Vec<Vec<String>> = flat.into_iter().map(row).collect();
        let table = Self { columns, rows, delimiter: None, broken };
        table.seems_to_hold_articles().then_some(table)
    }

    /// Whether a column is called as texts are, or holds words as long as a text's. Much JSON is something else.
    fn seems_to_hold_articles(&self) -> bool {
        let is_text = |column: &String| {
            let last = column.rsplit('.').next().unwrap_or(column);
            TEXTS.iter().any(|name| last.eq_ignore_ascii_case(name))
        };
        let is_long = |row: &Vec<String>| row.iter().any(|cell| cell.len() >= LEAST_TEXT);
        self.columns.iter().any(is_text) || self.rows.iter().take(MAX_SEEN).any(is_long)
    }

    /// What is likely to be meant: a column called so, or else the one with the longest cells.
    pub fn guess(&self) -> Columns {
        let called = |names: &[&str]| {
            let is_it = |name: &&str| self.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
            names.iter().find_map(is_it)
        };
        let length = |index: &usize| -> usize {
            self.rows.iter().take(MAX_SEEN).filter_map(|row| row.get(*index)).map(|cell| cell.len()).sum()
        };
        let longest = || (0..self.columns.len()).rev().max_by_key(length).unwrap_or(0);
        let text = called(&TEXTS).filter(|index| length(index) > 0).unwrap_or_else(longest);
        let name = called(&NAMES).filter(|index| *index != text);
        Columns { text: self.columns[text].clone(), name: name.map(|index| self.columns[index].clone()) }
    }

    /// The columns that say where articles come from: those called so, beside those that are read otherwise.
    fn fields(&self, columns: &Columns) -> Vec<(&'static str, usize)> {
        let is_free = |column: &String| *column != columns.text && Some(column) != columns.name.as_ref();
        let place = |names: &[&str]| {
            let is_it = |column: &String| {
                let last = column.rsplit('.').next().unwrap_or(column);
                is_free(column) && names.iter().any(|name| last.eq_ignore_ascii_case(name))
            };
            self.columns.iter().position(is_it)
        };
        About::CALLED.iter().filter_map(|(field, names)| Some((*field, place(names)?))).collect()
    }

    /// What to say of a column that is not there.
    pub(super) fn lacks(&self, column: &str) -> String {
        format!("There is no column “{column}”. There are “{}”.", self.columns.join("”, “"))
    }

    /// The cells of a row that no column is for; `None` when nothing is in them.
    fn surplus<'a>(&self, row: &'a [String]) -> Option<&'a [String]> {
        let surplus = row.get(self.columns.len()..)?;
        surplus.iter().any(|cell| !cell.is_empty()).then_some(surplus)
    }

    /// The text of a row. With the last column go the cells behind it: somebody wrote commas without quotes.
    fn words<'a>(&self, row: &'a [String], text: usize) -> Cow<'a, str> {
        let own = row.get(text).map(String::as_str).unwrap_or_default();
        match (self.surplus(row), self.delimiter) {
            (Some(surplus), Some(delimiter)) if text + 1 == self.columns.len() => {
                Cow::Owned(surplus.iter().fold(own.to_owned(), |words, cell| format!("{words}{delimiter}{cell}")))
            }
            _ => Cow::Borrowed(own),
        }
    }

    /// What to say of rows with more cells than there are columns, by their numbers.
    fn about_surplus(&self, rows: &[usize], text: usize) -> Option<String> {
        const MAX_NAMED: usize = 5;
        let delimiter = self.delimiter.filter(|_| !rows.is_empty())?;
        let named: Vec<String> = rows.iter().take(MAX_NAMED).map(ToString::to_string).collect();
        let more = rows.len() - named.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (rows, have) = if rows.len() == 1 { ("Row", "has") } else { ("Rows", "have") };
        let named = named.join(", ");
        let what = if text + 1 == self.columns.len() {
            "What is over was read as the end of the text."
        } else {
            "What is over was left out, and the text may be cut."
        };
        let delimiter = if delimiter == '\t' { "a tab".to_owned() } else { format!("“{delimiter}”") };
        Some(format!(
            "{rows} {named}{more} {have} more cells than there are columns. {what} Put cells that hold {delimiter} in quotes."
        ))
    }

    /// The articles of the rows, in order, and sentences about rows that hold none. `stem` is the name of those without
    /// one.
    pub(super) fn articles(&self, columns: &Columns, stem: &str) -> (Vec<Incoming>, Vec<String>) {
        let place = |wanted: &str| self.columns.iter().position(|column| column == wanted);
        let Some(text) = place(&columns.text) else { return (Vec::new(), vec![self.lacks(&columns.text)]) };
        let name = columns.name.as_deref().and_then(place);
        let said = self.fields(columns);
        let (mut articles, mut n_empty) = (Vec::new(), 0);
        let mut troubles: Vec<String> =
            self.broken.iter().map(|place| format!("{place} is no sound JSON. It was left out.")).collect();
        let mut too_long = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let content = self.words(row, text);
            if self.surplus(row).is_some() {
                too_long.push(index + 1);
            }
            if content.trim().is_empty() {
                n_empty += 1;
                continue;
            }
            if let Err(why) = check_plain(&content) {
                troubles.push(format!("Row {}: {why}", index + 1));
                continue;
            }
            let named = name.and_then(|name| row.get(name)).map(|name| name.trim()).filter(|name| !name.is_empty());
            let name = named.map_or_else(|| format!("{stem} {}", index + 1), str::to_owned);
            let mut about = About::default();
            for (field, column) in &said {
                about.set_field(field, row.get(*column).map_or("", String::as_str));
            }
            articles.push(Incoming { about, ..Incoming::plain(title_name(&name), Text::new(content)) });
        }
        troubles.extend(self.about_surplus(&too_long, text));
        if n_empty > 0 {
            let rows = crate::format::n_things(n_empty, "row has", "rows have");
            troubles.push(format!("{rows} nothing in the column “{}” and were left out.", columns.text));
        }
        (articles, troubles)
    }
}

/// The rows of a table whose cells are parted by some letter.
fn of_commas(content: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.delimiter(delimiter).has_headers(false).flexible(true).from_reader(content.as_bytes());
    let row = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    // Rows may be of any length, and the text is sound: none is refused.
    reader.into_records().filter_map(Result::ok).map(row).collect()
}

/// The rows of a table with tabs. Many programs write those without quoting: a quotation mark at the beginning of a
/// cell is a letter of it, unless the next one ends the cell.
fn of_tabs(content: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row) = (Vec::new(), Vec::new());
    let mut rest = content;
    loop {
        let (cell, after) = first_cell(rest);
        row.push(cell);
        if let Some(next) = after.strip_prefix('\t') {
            rest = next;
            continue;
        }
        let ended = std::mem::take(&mut row);
        if ended != [""] {
            rows.push(ended);
        }
        let next = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r']));
        match next {
            Some(next) => rest = next,
            None => return rows,
        }
    }
}

/// The first cell of what is left of a table with tabs, and what follows it.
fn first_cell(rest: &str) -> (String, &str) {
    const ENDS: [char; 3] = ['\t', '\n', '\r'];
    if let Some(mut quoted) = rest.strip_prefix('"') {
        let mut words = String::new();
        while let Some((before, after)) = quoted.split_once('"') {
            words.push_str(before);
            match after.strip_prefix('"') {
                Some(next) => {
                    words.push('"');
                    quoted = next;
                }
                None if after.is_empty() || after.starts_with(ENDS) => return (words, after),
                None => break,
            }
        }
    }
    let (words, after) = rest.split_at(rest.find(ENDS).unwrap_or(rest.len()));
    (words.to_owned(), after)
}

/// What parts the cells of the first line: the likeliest that is in it most often.
fn delimiter(content: &str) -> u8 {
    let first = content.lines().next().unwrap_or_default();
    let n = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    [b'\t', b';', b','].into_iter().max_by_key(n).unwrap_or(b',')
}

/// The words and numbers of a record, by the way to them.
fn flattened(record: &Value) -> BTreeMap<String, String> {
    fn walk(value: &Value, path: &str, depth: usize, found: &mut BTreeMap<String, String>) {
        match value {
            Value::String(words) => drop(found.insert(path.to_owned(), words.clone())),
            Value::Number(number) => drop(found.insert(path.to_owned(), number.to_string())),
            Value::Object(fields) if depth < MAX_DEPTH => {
                for (name, value) in fields {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    walk(value, &path, depth + 1, found);
                }
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    if record.is_object() {
        walk(record, "", 0, &mut found);
    }
    found
}
