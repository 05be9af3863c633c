//! CoNLL-U Plus (<https://universaldependencies.org/ext-format.html>): a token a line, a column of IOB2 tags for each
//! label, so that spans under different labels may overlap. White space stands in `SpacesAfter` and `SpacesBefore`
//! with UDPipe's escapes, so that the text comes back as it was; `TokenRange` counts code points. Plain CoNLL-U is
//! read too, with the tags that Stanza puts into `MISC`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::draft::Draft;
use super::losses::sentences_of_flat;
use super::tokens::{draft_spans, flat_where, sentences, tags, tokens};
use super::{Format, Reader, Source, Written};
use crate::project::Codebook;
use crate::scheme::{AppliesTo, LabelId};
use crate::text::Span;

/// For corpora of treebanks and for tools that read them.
pub(super) const FORMAT: Format = Format {
    id: "conllup",
    title: "CoNLL-U Plus",
    description: "A token a line with a column of IOB2 tags for each label; the text comes back as it was.",
    extension: "conllup",
    mime: "text/plain",
    reader: Reader::Text { is_like, drafts },
    cannot_carry: "Only decided spans, of which those of one label do not overlap; articles without words and everything else are left out.",
    write: Some(write),
};

/// The columns of CoNLL-U, when a file does not name its own.
const COLUMNS: [&str; 10] = ["ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC"];

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let is_written = |it: &LabelId| codebook.scheme.label(*it).applies_to == AppliesTo::Text;
    let labels: Vec<LabelId> = codebook.scheme.labels().map(|(id, _)| id).filter(is_written).collect();
    let columns: Vec<String> = labels.iter().map(|id| format!("ATTACHE:{}", codebook.scheme.label(*id).name)).collect();
    let mut out = format!("# global.columns = ID FORM MISC {}\n", columns.join(" "));
    let (mut n_dropped, mut n_sentences) = (0, 0);
    for source in sources {
        let text = source.article.text();
        let mut layers = Vec::new();
        for label in &labels {
            let (spans, dropped) = flat_where(source, |it| it.label == *label);
            n_dropped += dropped;
            layers.push(spans);
        }
        let places: Vec<Span> = layers.iter().flatten().map(|(span, _)| *span).collect();
        let cut = tokens(text, &places);
        let rows: Vec<Vec<String>> = layers.iter().map(|spans| tags(&cut, spans, &codebook.scheme)).collect();
        for (index, sentence) in sentences(text, &cut, &places).into_iter().enumerate() {
            n_sentences += 1;
            if index == 0 {
                let _ = writeln!(out, "# newdoc id = {}", source.name);
            }
            let whole = cut[sentence.start].hull(cut[sentence.end - 1]);
            let words: String = text.slice(whole).chars().map(|c| if is_line_end(c) { ' ' } else { c }).collect();
            let _ = writeln!(out, "# sent_id = {n_sentences}\n# text = {words}");
            for (number, at) in sentence.clone().enumerate() {
                let token = cut[at];
                let next = cut.get(at + 1).map_or(text.as_str().len(), |next| next.start().index());
                let after = &text.as_str()[token.end().index()..next];
                let mut misc = Vec::new();
                if at == 0 && token.start().index() > 0 {
                    misc.push(format!("SpacesBefore={}", escaped(&text.as_str()[..token.start().index()])));
                }
                match after {
                    "" => misc.push("SpaceAfter=No".to_owned()),
                    " " if at + 1 < sentence.end => {}
                    after => misc.push(format!("SpacesAfter={}", escaped(after))),
                }
                let (start, end) = text.span_chars(token);
                misc.push(format!("TokenRange={}:{}", start.0, end.0));
                let _ = write!(out, "{}\t{}\t{}", number + 1, text.slice(token), misc.join("|"));
                rows.iter().for_each(|tags| {
                    let _ = write!(out, "\t{}", tags[at]);
                });
                out.push('\n');
            }
            out.push('\n');
        }
    }
    let mut losses = sentences_of_flat(FORMAT.id, sources, n_dropped);
    let n_empty = sources.iter().filter(|it| it.article.text().as_str().trim().is_empty()).count();
    if n_empty > 0 {
        losses.push(format!(
            "{} left out.",
            super::n_things(n_empty, "article without words is", "articles without words are")
        ));
    }
    Written { bytes: out.into_bytes(), losses }
}

/// What some reader takes for the end of a line.
fn is_line_end(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// White space as UDPipe escapes it; what else may end a line, as `\u0085`.
fn escaped(space: &str) -> String {
    let mut out = String::new();
    for c in space.chars() {
        match c {
            ' ' => out.push_str("\\s"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '|' => out.push_str("\\p"),
            '\\' => out.push_str("\\\\"),
            c if is_line_end(c) || c.is_whitespace() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

fn unescaped(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let mut skip = 0;
        match chars.next() {
            Some('s') => out.push(' '),
            Some('t') => out.push('\t'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('p') => out.push('|'),
            Some('u') => {
                let digits = after.get(1..5).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                out.extend(digits.and_then(char::from_u32));
                skip = if digits.is_some() { 4 } else { 0 };
            }
            Some(other) => out.push(other),
            None => {}
        }
        rest = &chars.as_str()[skip..];
    }
    out.push_str(rest);
    out
}

fn is_like(ending: Option<&str>, content: &str) -> bool {
    content.starts_with("# global.columns") || (matches!(ending, Some("conllu" | "conllup")) && content.contains('\t'))
}

/// A document as far as it is read.
#[derive(Default)]
struct Document {
    name: String,
    text: String,
    n_chars: u64,
    /// Where each token stands, in code points.
    places: Vec<(u64, u64)>,
    /// The tags of each layer, a tag a token.
    layers: BTreeMap<String, Vec<String>>,
    /// What follows the last token if another comes.
    space: String,
    /// The words that the rows up to this number share.
    shared_until: Option<(u64, (u64, u64))>,
}

impl Document {
    fn push(&mut self, words: &str) {
        self.text.push_str(words);
        self.n_chars += words.chars().count() as u64;
    }

    fn row(&mut self, columns: &[String], cells: &[&str]) -> Result<(), String> {
        let cell = |name: &str| {
            let at = columns.iter().position(|column| column.eq_ignore_ascii_case(name))?;
            cells.get(at).copied()
        };
        let form = cell("FORM").ok_or("there is no FORM")?;
        let id = cell("ID").unwrap_or("1");
        if id.contains('.') {
            return Ok(()); // A word that is only thought.
        }
        let misc: BTreeMap<&str, &str> =
            cell("MISC").unwrap_or("_").split('|').filter_map(|pair| pair.split_once('=')).collect();
        let number = id.parse::<u64>().ok();
        let shared = self.shared_until.filter(|(last, _)| number.is_some_and(|number| number <= *last));
        let place = match shared {
            Some((_, place)) => place,
            None => {
                let space = std::mem::take(&mut self.space);
                self.push(&space);
                self.push(&misc.get("SpacesBefore").map(|space| unescaped(space)).unwrap_or_default());
                let start = self.n_chars;
                self.push(form);
                self.space = match (misc.get("SpacesAfter"), misc.get("SpaceAfter")) {
                    (Some(space), _) => unescaped(space),
                    (None, Some(&"No")) => String::new(),
                    _ => " ".to_owned(),
                };
                (start, self.n_chars)
            }
        };
        if let Some((_, last)) = id.split_once('-') {
            self.shared_until = Some((last.parse().map_err(|_| format!("the ID is “{id}”"))?, place));
            return Ok(());
        }
        if shared.is_none() {
            self.shared_until = None;
        }
        let own =
            columns.iter().zip(cells).filter(|(column, _)| !COLUMNS.contains(&column.to_ascii_uppercase().as_str()));
        let in_misc = misc.iter().filter(|(name, _)| name.eq_ignore_ascii_case("ner"));
        let tags = own.map(|(column, tag)| (column.clone(), *tag));
        for (layer, tag) in tags.chain(in_misc.map(|(_, tag)| ("MISC:NER".to_owned(), *tag))) {
            let name = layer.rsplit(':').next().unwrap_or(&layer);
            let tag = match tag {
                "B" | "I" | "E" | "S" => format!("{tag}-{name}"),
                "_" | "*" => "O".to_owned(),
                tag => tag.to_owned(),
            };
            let n = self.places.len();
            let tags = self.layers.entry(layer).or_default();
            tags.resize(n, "O".to_owned());
            tags.push(tag);
        }
        self.places.push(place);
        Ok(())
    }

    fn draft(mut self, is_exact: bool) -> Draft {
        if is_exact {
            let space = std::mem::take(&mut self.space);
            self.push(&space);
        }
        let mut spans = Vec::new();
        for tags in self.layers.values() {
            let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
            spans.extend(draft_spans(&tags, &self.places));
        }
        Draft { name: self.name, text: self.text, spans, ..Draft::default() }
    }
}

fn drafts(content: &str, _: Option<&str>) -> Result<Vec<Draft>, String> {
    let mut columns: Vec<String> = COLUMNS.map(str::to_owned).to_vec();
    let mut found = Vec::new();
    let mut document = Document::default();
    // Whether the white space at the end is said by the file.
    let mut is_exact = false;
    for (index, line) in content.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if let Some(comment) = line.strip_prefix('#').filter(|_| !line.contains('\t')) {
            let (name, value) = comment.split_once('=').unwrap_or((comment, ""));
            let (name, value) = (name.trim(), value.trim());
            if name == "global.columns" {
                columns = value.split_whitespace().map(str::to_owned).collect();
            } else if name.split_whitespace().next() == Some("newdoc") {
                let begun = std::mem::take(&mut document);
                if !begun.places.is_empty() {
                    found.push(begun.draft(is_exact));
                }
                document.name = value.to_owned();
            }
        } else if line.trim().is_empty() {
            document.shared_until = None;
            if !is_exact && document.space == " " {
                document.space = "\n".to_owned();
            }
        } else {
            let cells: Vec<&str> = line.split('\t').collect();
            is_exact = line.contains("SpacesAfter=") || line.contains("SpaceAfter=No");
            document.row(&columns, &cells).map_err(|why| format!("Line {}: {why}", index + 1))?;
        }
    }
    if !document.places.is_empty() {
        found.push(document.draft(is_exact));
    }
    Ok(found)
}
