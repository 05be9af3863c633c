//! CoNLL-2003 with IOB2 tags: a token a line, a blank line after each sentence, `-DOCSTART-` before each document.
//! No offsets and no white space are kept: a text that is read is its tokens with one space between two of them.

use super::draft::Draft;
use super::losses::sentences_of_flat;
use super::tokens::{draft_spans, flat, joined, sentences, tags, tokens};
use super::{Format, Reader, Source, Written};
use crate::project::Codebook;
use crate::text::Span;

/// For sequence taggers.
pub(super) const FORMAT: Format = Format {
    id: "conll",
    title: "CoNLL-2003 (IOB2)",
    description: "A token a line with its tag, for training sequence taggers.",
    extension: "conll",
    mime: "text/plain",
    reader: Reader::Text { is_like, drafts },
    cannot_carry: "Only decided spans that do not overlap, as tags of tokens; white space, names of articles and everything else are left out.",
    write: Some(write),
};

/// The same with the last token of a span told from those within.
pub(super) const IOBES: Format = Format {
    id: "conll-iobes",
    title: "CoNLL-2003 (IOBES)",
    description: "The same with tags that say where a span ends: B, I, E, and S for one token.",
    write: Some(|sources, codebook| write_in(sources, codebook, &[("B-", "S-"), ("I-", "E-")])),
    ..FORMAT
};

/// The same by other letters.
pub(super) const BILOU: Format = Format {
    id: "conll-bilou",
    title: "CoNLL-2003 (BILOU)",
    description: "The same with the letters B, I, L, and U for one token, as spaCy calls them.",
    write: Some(|sources, codebook| write_in(sources, codebook, &[("B-", "U-"), ("I-", "L-")])),
    ..FORMAT
};

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    write_in(sources, codebook, &[])
}

/// Writes with the tags of a dialect: what becomes of the tag of the last token of a span.
fn write_in(sources: &[Source], codebook: &Codebook, last: &[(&str, &str)]) -> Written {
    let mut out = String::new();
    let mut n_dropped = 0;
    for source in sources {
        let text = source.article.text();
        let (spans, dropped) = flat(source);
        n_dropped += dropped;
        let places: Vec<Span> = spans.iter().map(|(span, _)| *span).collect();
        let cut = tokens(text, &places);
        let tags = with_ends(tags(&cut, &spans, &codebook.scheme), last);
        out.push_str("-DOCSTART- -X- -X- O\n\n");
        for sentence in sentences(text, &cut, &places) {
            for (token, tag) in cut[sentence.clone()].iter().zip(&tags[sentence]) {
                out.push_str(&format!("{} -X- -X- {tag}\n", text.slice(*token)));
            }
            out.push('\n');
        }
    }
    Written { bytes: out.into_bytes(), losses: sentences_of_flat(FORMAT.id, sources, n_dropped) }
}

/// IOB2 tags with the last of each span by another letter.
fn with_ends(tags: Vec<String>, last: &[(&str, &str)]) -> Vec<String> {
    let goes_on = |index: usize| tags.get(index + 1).is_some_and(|next| next.starts_with("I-"));
    let tag = |(index, tag): (usize, &String)| {
        let end = last.iter().find(|(mark, _)| tag.starts_with(mark) && !goes_on(index));
        end.map_or_else(|| tag.clone(), |(mark, end)| tag.replacen(mark, end, 1))
    };
    tags.iter().enumerate().map(tag).collect()
}

/// Lines of columns of which the last is a tag.
fn is_like(ending: Option<&str>, content: &str) -> bool {
    if content.starts_with("-DOCSTART-") {
        return true;
    }
    if !matches!(ending, Some("conll" | "iob" | "bio" | "iob2")) {
        return false;
    }
    let mut rows = content.lines().filter(|line| !line.trim().is_empty()).take(5).peekable();
    rows.peek().is_some() && rows.all(|line| tag_of(line).is_some())
}

fn tag_of(line: &str) -> Option<(&str, &str)> {
    let mut columns = line.split(['\t', ' ']).filter(|column| !column.is_empty());
    let token = columns.next()?;
    let tag = columns.next_back()?;
    let is_tag =
        tag == "O" || tag == "-" || (tag.len() > 2 && tag.as_bytes()[1] == b'-' && "BIESLUM".contains(&tag[..1]));
    is_tag.then_some((token, tag))
}

fn drafts(content: &str, _: Option<&str>) -> Result<Vec<Draft>, String> {
    let mut documents: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
    let mut gap = false;
    for (index, line) in content.lines().enumerate() {
        if line.starts_with("-DOCSTART-") {
            documents.push(Vec::new());
            gap = false;
        } else if line.trim().is_empty() {
            gap = true;
        } else {
            let row = tag_of(line).ok_or_else(|| format!("line {} is no token with a tag: “{line}”", index + 1))?;
            let document = documents.last_mut().expect("there is always one");
            if std::mem::take(&mut gap) && !document.is_empty() {
                document.push(("\n", "O"));
            }
            document.push(row);
        }
    }
    Ok(documents.into_iter().filter(|rows| !rows.is_empty()).map(|rows| document(&rows)).collect())
}

fn document(rows: &[(&str, &str)]) -> Draft {
    let tokens: Vec<&str> = rows.iter().map(|(token, _)| *token).collect();
    let tags: Vec<&str> = rows.iter().map(|(_, tag)| *tag).collect();
    from_tokens(&tokens, &tags)
}

/// An article of tokens and their tags.
pub(super) fn from_tokens(tokens: &[&str], tags: &[&str]) -> Draft {
    let (text, places) = joined(tokens);
    Draft { text, spans: draft_spans(tags, &places), ..Draft::default() }
}
