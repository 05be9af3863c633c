//! A line in, a line out: annotates plain text or JSONL as it is read, in memory for one article at a time.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::recognize::{Recognizer, Suggestion, looks_english};
use crate::text::{Span, Text};

#[derive(Deserialize)]
struct LineIn<'a> {
    #[serde(default)]
    id: Option<Value>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

#[derive(Serialize)]
struct LineOut<'a> {
    id: &'a Value,
    text: &'a str,
    spans: Vec<SpanOut<'a>>,
}

/// Offsets are code points, half-open.
#[derive(Serialize)]
struct SpanOut<'a> {
    start: u32,
    end: u32,
    label: &'static str,
    text: &'a str,
    entity: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<[u32; 2]>,
    score: f64,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Lines that are no articles.
    pub n_bad: usize,
    /// Articles.
    pub n_articles: usize,
    /// Those of them that do not look English.
    pub n_foreign: usize,
}

/// Annotates all of `input`; each bad line is told to `complain` in a sentence.
///
/// The input is JSONL when its first line that is not blank is a JSON object with a string `text`; else it is one
/// plain article with the id `plain_id`.
pub fn stream<R: Read>(
    mut input: BufReader<R>,
    plain_id: &str,
    recognizer: &Recognizer,
    output: &mut impl Write,
    mut complain: impl FnMut(String),
) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let mut line = Vec::new();
    let mut number = 0;
    // What has been read while it is not known yet whether this is JSONL: blank lines, then the first other one.
    let mut head = Vec::new();
    let is_jsonl = loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break false;
        }
        number += 1;
        head.extend_from_slice(&line);
        let bare = without_bom(&line);
        if !bare.iter().all(u8::is_ascii_whitespace) {
            break serde_json::from_slice::<LineIn>(bare).is_ok();
        }
    };
    if !is_jsonl {
        input.read_to_end(&mut head)?;
        return match std::str::from_utf8(without_bom(&head)) {
            Ok(text) => {
                write_article(output, &Value::from(plain_id), text, recognizer, &mut tally)?;
                Ok(tally)
            }
            Err(error) => {
                complain(format!("{plain_id} is not UTF-8 text: byte {} does not fit.", error.valid_up_to()));
                tally.n_bad += 1;
                Ok(tally)
            }
        };
    }
    loop {
        let bare = without_bom(&line);
        if !bare.iter().all(u8::is_ascii_whitespace) {
            match serde_json::from_slice::<LineIn>(bare) {
                Ok(article) => {
                    let id = article.id.unwrap_or_else(|| Value::from(format!("line {number}")));
                    write_article(output, &id, &article.text, recognizer, &mut tally)?;
                }
                Err(error) => {
                    tally.n_bad += 1;
                    complain(format!("Line {number} is not an article, an object with a string “text”: {error}."));
                }
            }
        }
        // Whoever waits for our answer before the next question gets it.
        if input.buffer().is_empty() {
            output.flush()?;
        }
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(tally);
        }
        number += 1;
    }
}

fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

fn write_article(
    output: &mut impl Write,
    id: &Value,
    content: &str,
    recognizer: &Recognizer,
    tally: &mut Tally,
) -> io::Result<()> {
    let text = Text::new(content);
    tally.n_articles += 1;
    tally.n_foreign += usize::from(!looks_english(content));
    let suggestions = recognizer.recognize(&text);
    let spans = suggestions.iter().map(|suggestion| span_out(&text, suggestion)).collect();
    serde_json::to_writer(&mut *output, &LineOut { id, text: content, spans })?;
    output.write_all(b"\n")
}

fn span_out<'a>(text: &'a Text, suggestion: &'a Suggestion) -> SpanOut<'a> {
    let chars = |span: Span| text.span_chars(span);
    let (start, end) = chars(suggestion.span);
    SpanOut {
        start: start.0,
        end: end.0,
        label: suggestion.class.name(),
        text: text.slice(suggestion.span),
        entity: &suggestion.entity,
        of: suggestion.of.map(chars).map(|(start, end)| [start.0, end.0]),
        score: (f64::from(suggestion.score) * 1000.0).round() / 1000.0,
    }
}
