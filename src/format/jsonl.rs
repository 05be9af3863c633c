//! JSONL spans: an article a line, with its text and its spans as code points; what `attache annotate` writes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::draft::label_for;
use super::foreign::{describe, fields};
use super::report::{Report, broken, reason, shortened};
use super::{Format, Incoming, Reader, Source, Warning, Written, check_text, n_things, safe_name};
use crate::annotation::{About, Annotation, Origin, Score, Status};
use crate::project::{Codebook, SavedAbout, SavedDetails};
use crate::scheme::{AppliesTo, LabelId};
use crate::text::{CharOffset, Text};

/// An article a line, with its spans.
pub(super) const FORMAT: Format = Format {
    id: "jsonl",
    title: "JSONL spans",
    description: "One article a line with its text and its spans, for scripts and for training models.",
    extension: "jsonl",
    mime: "application/jsonl",
    reader: Reader::Own,
    cannot_carry: "Rejected suggestions, the reasons of suggestions and the steps to undo are left out.",
    write: Some(write),
};

#[derive(Serialize)]
struct LineOut<'a> {
    id: Value,
    text: &'a str,
    #[serde(skip_serializing_if = "SavedAbout::is_empty")]
    about: SavedAbout,
    spans: Vec<SpanOut<'a>>,
    #[serde(flatten)]
    foreign: Map<String, Value>,
}

#[derive(Serialize)]
struct SpanOut<'a> {
    start: u32,
    end: u32,
    label: &'a str,
    text: &'a str,
    entity: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f32>,
    #[serde(flatten)]
    more: SavedDetails,
}

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let scheme = &codebook.scheme;
    let mut bytes = Vec::new();
    let mut n_rejected = 0;
    for source in sources {
        let text = source.article.text();
        let annotations = source.article.annotations();
        n_rejected += annotations.all().count() - annotations.n_visible();
        let spans = annotations.visible().map(|(_, annotation)| {
            let (start, end) = text.span_chars(annotation.span);
            SpanOut {
                start: start.0,
                end: end.0,
                label: &scheme.label(annotation.label).name,
                text: text.slice(annotation.span),
                entity: &annotation.entity,
                status: status_word(annotation.status),
                score: annotation.score.map(Score::fraction),
                more: SavedDetails::save(annotation, text),
            }
        });
        let mut about = SavedAbout::save(annotations.about(), scheme);
        about.foreign.remove(FORMAT.id);
        let mut foreign = fields(source, FORMAT.id);
        // An article may have got another name since.
        let id = foreign.remove(ID).filter(|id| name_of(id) == source.name).unwrap_or_else(|| source.name.into());
        let line = LineOut { id, text: text.as_str(), about, spans: spans.collect(), foreign };
        serde_json::to_writer(&mut bytes, &line).expect("strings and numbers are JSON, and memory takes them");
        bytes.push(b'\n');
    }
    let mut losses = Vec::new();
    if n_rejected > 0 {
        losses
            .push(format!("{} left out.", n_things(n_rejected, "rejected suggestion is", "rejected suggestions are")));
    }
    Written { bytes, losses }
}

/// Under which name an id is kept that is not the article's name as it stands.
const ID: &str = "id";

/// The name of the article of an id; empty when it gives none.
fn name_of(id: &Value) -> String {
    match id {
        Value::String(id) if !id.trim().is_empty() => safe_name(id),
        Value::Number(id) => safe_name(&id.to_string()),
        _ => String::new(),
    }
}

/// What [`read`] takes for an article. Its spans stay what they are in the file until each is read: as values they would
/// take ten times the room.
#[derive(Default)]
struct LineIn<'a> {
    id: Value,
    text: String,
    about: Option<&'a RawValue>,
    spans: Option<Spans<'a>>,
    /// What means nothing here.
    foreign: Map<String, Value>,
}

/// Its spans as they stand in the file.
struct Spans<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Spans<'de> {
    #[inline(never)] // the browser makes what is often called fast by whole functions, short ones sooner
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for LineIn<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = LineIn<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an article")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<LineIn<'de>, A::Error> {
                let mut line = LineIn::default();
                let mut text = None;
                while let Some(field) = fields.next_key::<String>()? {
                    match &*field {
                        "text" => text = Some(fields.next_value()?),
                        "spans" => line.spans = fields.next_value()?,
                        "id" => line.id = fields.next_value()?,
                        "about" => line.about = fields.next_value()?,
                        _ => drop(line.foreign.insert(field, fields.next_value()?)),
                    }
                }
                line.text = text.ok_or_else(|| A::Error::missing_field("text"))?;
                Ok(line)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// A span of an article. Read by hand: ten thousand of them may be waited for, and what would be made here for the fields
/// that only some have takes twice the time.
struct SpanIn<'a> {
    start: u32,
    end: u32,
    label: Cow<'a, str>,
    text: Option<Cow<'a, str>>,
    entity: Option<String>,
    status: Option<Cow<'a, str>>,
    score: Option<f32>,
    /// Its details. What else it holds is passed over.
    more: Map<String, Value>,
}

/// A field of a span.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum SpanField {
    Start,
    End,
    Label,
    Text,
    Entity,
    Status,
    Score,
    Other(String),
}

/// Words as they stand in the file, where nothing in them is escaped.
#[derive(Deserialize)]
struct Words<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for SpanIn<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = SpanIn<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a span")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<SpanIn<'de>, A::Error> {
                let (mut start, mut end, mut label) = (None, None, None);
                let (mut text, mut entity, mut status, mut score) = (None, None, None, None);
                let mut more = Map::new();
                while let Some(field) = fields.next_key()? {
                    match field {
                        SpanField::Start => start = Some(fields.next_value()?),
                        SpanField::End => end = Some(fields.next_value()?),
                        SpanField::Label => label = Some(fields.next_value::<Words>()?.0),
                        SpanField::Text => text = fields.next_value::<Option<Words>>()?.map(|words| words.0),
                        SpanField::Entity => entity = fields.next_value()?,
                        SpanField::Status => status = fields.next_value::<Option<Words>>()?.map(|words| words.0),
                        SpanField::Score => score = fields.next_value()?,
                        SpanField::Other(name) if SavedDetails::FIELDS.contains(&&*name) => {
                            more.insert(name, fields.next_value()?);
                        }
                        SpanField::Other(_) => drop(fields.next_value::<IgnoredAny>()?),
                    }
                }
                let missing = A::Error::missing_field;
                let start = start.ok_or_else(|| missing("start"))?;
                let end = end.ok_or_else(|| missing("end"))?;
                let label = label.ok_or_else(|| missing("label"))?;
                Ok(SpanIn { start, end, label, text, entity, status, score, more })
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// Reads articles from one object a line, one object over several lines, or an array of objects. `file` is the name
/// for warnings. Articles that have no `id` have no name.
///
/// A span without a status counts as accepted and as from a file; one with a score but no status as a suggestion of a
/// recognizer. Labels that the codebook has not join it.
pub fn read(file: &str, content: &str, codebook: &mut Codebook) -> (Vec<Incoming>, Vec<Warning>) {
    let scheme = codebook.scheme.clone();
    let mut report = Report::new(file, &scheme);
    let mut articles = Vec::new();
    match split(content) {
        Ok(parts) if parts.is_empty() => report.add("This file holds no article.".to_owned()),
        Ok(parts) => {
            for (place, part) in parts {
                match part.map_err(|error| reason(&error)).and_then(|line| article(&place, line, codebook, &mut report))
                {
                    Ok(article) => articles.push(article),
                    Err(why) => report.add(format!("{place}: {why}. This article was left out.")),
                }
            }
        }
        Err(error) => report.add(broken(&error, false)),
    }
    (articles, report.finish())
}

/// Whether a file whose first record is this looks like one of this format. Of an array, all items must.
pub(super) fn is_like(first: &Value, content: &str) -> bool {
    let is_article = first.get("text").is_some_and(Value::is_string)
        && first.get("spans").is_none_or(|spans| spans.is_array() || spans.is_null());
    is_article && (!content.trim_start().starts_with('[') || serde_json::from_str::<Vec<Shape>>(content).is_ok())
}

/// What an item of an array must have to be an article; nothing of it is kept.
#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(borrow, rename = "text")]
    _text: Cow<'a, str>,
    #[serde(default, rename = "spans")]
    _spans: Option<Vec<IgnoredAny>>,
}

/// A part of a file that should be an article, and where it stands.
type Part<'a> = (String, serde_json::Result<LineIn<'a>>);

fn split<'a>(content: &'a str) -> serde_json::Result<Vec<Part<'a>>> {
    if content.trim_start().starts_with('[') {
        let values: Vec<&RawValue> = serde_json::from_str(content)?;
        let part =
            |(index, value): (_, &'a RawValue)| (format!("Article {}", index + 1), serde_json::from_str(value.get()));
        return Ok(values.into_iter().enumerate().map(part).collect());
    }
    let mut lines = content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let part = |(index, line): (usize, &'a str)| (format!("Line {}", index + 1), serde_json::from_str(line));
    let Some(first) = lines.next() else { return Ok(Vec::new()) };
    let (place, read) = part(first);
    // One of the first two lines is whole in a file of lines, none in an object over several lines.
    let is_whole = |line: &str| serde_json::from_str::<IgnoredAny>(line).is_ok();
    let is_of_lines = read.is_ok() || is_whole(first.1) || lines.clone().next().is_some_and(|(_, line)| is_whole(line));
    if !is_of_lines {
        return Ok(vec![("The article".to_owned(), Ok(serde_json::from_str(content)?))]);
    }
    Ok([(place, read)].into_iter().chain(lines.map(part)).collect())
}

#[inline(never)] // as above
fn article(place: &str, mut line: LineIn, codebook: &mut Codebook, report: &mut Report) -> Result<Incoming, String> {
    check_text(&line.text)?;
    let text = Text::new(line.text);
    let name = name_of(&line.id);
    if !name.is_empty() && line.id != *name {
        line.foreign.insert(ID.to_owned(), line.id);
    }
    let spans = line.spans.map_or_else(Vec::new, |spans| spans.0);
    let mut annotations = Vec::with_capacity(spans.len());
    for (index, value) in spans.into_iter().enumerate() {
        match span(value).and_then(|span| annotation(span, &text, codebook)) {
            Ok(annotation) => annotations.push(annotation),
            Err(why) => report.add(format!("{place}, span {}: {why}. This span was left out.", index + 1)),
        }
    }
    let about = line.about.and_then(|about| serde_json::from_str::<SavedAbout>(about.get()).ok());
    let about = about.unwrap_or_default().restore(&codebook.scheme).unwrap_or_else(|why| {
        report.add(format!("{place}: {why}. What is said of the article as a whole was left out."));
        About::default()
    });
    let mut about = about;
    describe(&mut about, &mut line.foreign);
    if !line.foreign.is_empty() {
        about.foreign.insert(FORMAT.id.to_owned(), Value::Object(line.foreign).to_string());
    }
    Ok(Incoming { name, text, about, annotations, journal: Vec::new() })
}

#[inline(never)] // as above
fn span<'a>(value: &'a RawValue) -> Result<SpanIn<'a>, String> {
    serde_json::from_str(value.get()).map_err(|error| reason(&error))
}

#[inline(never)] // as above
fn annotation(span: SpanIn, text: &Text, codebook: &mut Codebook) -> Result<Annotation, String> {
    let SpanIn { start, end, label, text: quote, entity, status, score, more } = span;
    let offset = |chars| text.from_chars(CharOffset(chars));
    let place = offset(start).zip(offset(end)).and_then(|(start, end)| text.span(start, end));
    let Some(place) = place else {
        return Err(format!("{start}–{end} is no stretch of a text of {} characters", text.len_chars().0));
    };
    let words = text.slice(place);
    if let Some(quote) = quote.filter(|quote| quote != words) {
        let (quote, words) = (shortened(&quote, 40), shortened(words, 40));
        return Err(format!("{start}–{end} should read “{quote}”, but the text has “{words}”"));
    }
    let status = match status.as_deref() {
        None if score.is_some() => Status::Suggested,
        None | Some("accepted") => Status::Accepted,
        Some("suggested") => Status::Suggested,
        Some("rejected") => Status::Rejected,
        Some(other) => {
            let other = shortened(other, 40);
            return Err(format!("the status “{other}” is none of suggested, accepted and rejected"));
        }
    };
    let label = match codebook.scheme.by_name(&label) {
        Some(label) => label,
        None => joined(&label, codebook),
    };
    let entity = entity.filter(|entity| !entity.is_empty()).unwrap_or_else(|| words.to_owned());
    let origin = if score.is_some() { Origin::Recognizer } else { Origin::File };
    let mut annotation = Annotation::new(place, label, entity, status, origin);
    annotation.score = score.map(Score::from_fraction);
    // Fields of other programs may have the same names and hold something else: then they are passed over.
    if !more.is_empty()
        && let Ok(more) = serde_json::from_value::<SavedDetails>(Value::Object(more))
    {
        more.restore(&mut annotation, text).map_err(|why| format!("{start}–{end}: {why}"))?;
    }
    Ok(annotation)
}

/// The label of a name that the tagset has not.
#[cold]
#[inline(never)] // few files need it, and what reads the others stays short
fn joined(name: &str, codebook: &mut Codebook) -> LabelId {
    label_for(name, AppliesTo::Text, codebook)
}

fn status_word(status: Status) -> &'static str {
    match status {
        Status::Suggested => "suggested",
        Status::Accepted => "accepted",
        Status::Rejected => "rejected",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::project::UnixMillis;
    use crate::scheme::Scheme;

    #[test]
    fn an_id_is_written_back_as_it_was_as_long_as_the_article_has_its_name() {
        let mut codebook = Codebook::new(Arc::new(Scheme::built_in().clone()));
        for (id, name) in
            [(r#""https://ex.com/news/1?x=2""#, "1-x=2"), ("5", "5"), (r#""  pad  ""#, "pad"), (r#""plain""#, "plain")]
        {
            let line = format!(r#"{{"id":{id},"text":"Taha said","spans":[]}}"#);
            let (mut articles, told) = read("a.jsonl", &line, &mut codebook);
            let incoming = articles.pop().unwrap_or_else(|| panic!("{id}: {told:?}"));
            assert_eq!(incoming.name, name);
            let article = incoming.into_article(UnixMillis(0), &codebook.scheme);
            let written = |name: &str| {
                let bytes = write(&[Source { name, article: &article }], &codebook).bytes;
                serde_json::from_slice::<Value>(&bytes).expect("a line")["id"].to_string()
            };
            assert_eq!((written(name), written("other")), (id.to_owned(), "\"other\"".to_owned()));
        }
    }
}
