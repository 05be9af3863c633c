//! brat standoff: a zip with `NAME.txt` and `NAME.ann` for each article and the configuration that brat needs.
//!
//! Rules: <https://brat.nlplab.org/standoff.html> and brat's own `server/src/annotation.py`. Offsets are code points;
//! a span may not hold a line break or a tab, so it is written as fragments; the words of a line are the fragments
//! joined by one space, and brat drops a line whose words differ from the text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use super::archive::pack;
use super::foreign::{SpanFields, fields};
use super::name::unique_name;
use super::{Format, Reader, Source, Written, brat_reading, n_things};
use crate::annotation::{Annotation, AttributeValue, Status};
use crate::project::Codebook;
use crate::scheme::{AppliesTo, AttributeKind, AttributeSpec, LabelId, Scheme};
use crate::text::{ByteOffset, Span, Text};

/// How many spans of a document brat can number.
const MAX_SPANS: usize = 32_767;

/// The attributes of a suggestion and of a highlight flagged as unsure.
const SUGGESTED: &str = "Suggested";
const UNSURE: &str = "Unsure";

/// For brat and the many programs that read its files.
pub(super) const FORMAT: Format = Format {
    id: "brat",
    title: "brat standoff",
    description: "A zip of text and .ann files for brat and the many tools that read it.",
    extension: "brat.zip",
    mime: "application/zip",
    reader: Reader::Beside,
    cannot_carry: "Rejected suggestions, scores, the reasons of suggestions and the steps to undo are left out.",
    write: Some(write),
};

/// What of some articles is written otherwise than it is.
#[derive(Default)]
struct Losses {
    n_in_parts: usize,
    n_only_space: usize,
    n_rejected: usize,
    n_escaped: usize,
    n_beyond: usize,
    n_windows_lines: usize,
    n_about: usize,
    n_links: usize,
}

fn write(sources: &[Source], codebook: &Codebook) -> Written {
    let scheme = &codebook.scheme;
    let mut losses = Losses::default();
    let mut files = vec![
        ("annotation.conf".to_owned(), annotation_conf(scheme, &Links::new(sources)).into_bytes()),
        ("visual.conf".to_owned(), visual_conf(scheme).into_bytes()),
        ("kb_shortcuts.conf".to_owned(), shortcuts_conf(scheme).into_bytes()),
    ];
    let mut taken = BTreeSet::new();
    for source in sources {
        let name = unique_name(source.name, &mut taken);
        let text = source.article.text();
        files.push((format!("{name}.txt"), text.as_str().as_bytes().to_vec()));
        files.push((format!("{name}.ann"), annotations(source, scheme, &mut losses).into_bytes()));
        losses.n_windows_lines += usize::from(text.as_str().contains('\r'));
    }
    Written { bytes: pack(&files), losses: losses.sentences() }
}

/// The `.ann` file: for each span its line, whether it is only suggested, and its person or topic as a note.
fn annotations(source: &Source, scheme: &Scheme, losses: &mut Losses) -> String {
    let text = source.article.text();
    let set = source.article.annotations();
    losses.n_rejected += set.all().count() - set.n_visible();
    let mut ann = String::new();
    let mut numbers = BTreeMap::new();
    let foreign = SpanFields::new(source, FORMAT.id);
    let (mut n_spans, mut n_attributes, mut n_notes) = (0, 0, 0);
    for (id, annotation) in set.visible() {
        let parts = annotation.parts();
        let fragments: Vec<Span> = parts.iter().flat_map(|part| fragments(text, *part)).collect();
        if fragments.is_empty() {
            losses.n_only_space += 1;
            continue;
        }
        if n_spans == MAX_SPANS {
            losses.n_beyond += 1;
            continue;
        }
        n_spans += 1;
        if let Some(name) = foreign.get(id, brat_reading::ID).and_then(Value::as_str) {
            numbers.insert(name.to_owned(), (n_spans, annotation));
        }
        losses.n_in_parts += usize::from(fragments.len() > parts.len());
        ann.push_str(&span_line(n_spans, annotation, &fragments, text, scheme));
        for (name, value) in attributes(annotation, scheme) {
            n_attributes += 1;
            push_line(&mut ann, format_args!("A{n_attributes}\t{name} T{n_spans}{value}"));
        }
        for (kind, note) in notes(annotation, scheme, losses) {
            n_notes += 1;
            push_line(&mut ann, format_args!("#{n_notes}\t{kind} T{n_spans}\t{note}"));
        }
    }
    let mut lines: Vec<(String, Option<String>)> = Vec::new();
    for line in kept_lines(source) {
        let written = renumbered(&line, &numbers, (&mut n_attributes, &mut n_notes));
        lines.push((line, written));
    }
    // What speaks of an event or a relation that has gone goes too, and what speaks of that: each pass asks the lines
    // that are left about those that went in the pass before.
    let field = |line: &str, nth: usize| line.split('\t').nth(nth).unwrap_or_default().to_owned();
    let mut gone: BTreeSet<String> =
        lines.iter().filter(|(_, written)| written.is_none()).map(|(line, _)| field(line, 0)).collect();
    while !gone.is_empty() {
        let mut next = BTreeSet::new();
        for (line, written) in lines.iter_mut().filter(|(_, written)| written.is_some()) {
            if field(line, 1).split([' ', ':']).skip(1).any(|word| gone.contains(word)) {
                *written = None;
                next.insert(field(line, 0));
            }
        }
        gone = next;
    }
    losses.n_links += lines.iter().filter(|(_, written)| written.is_none()).count();
    for line in lines.into_iter().filter_map(|(_, written)| written) {
        push_line(&mut ann, format_args!("{line}"));
    }
    let about = set.about();
    losses.n_about += usize::from(!about.labels.is_empty() || !about.note.is_empty() || about.flagged);
    ann
}

/// The kinds of relations, equivalences and events in what articles brought along, with their roles.
#[derive(Default)]
struct Links {
    relations: BTreeMap<String, BTreeSet<String>>,
    equivalences: BTreeSet<String>,
    events: BTreeMap<String, BTreeSet<String>>,
}

impl Links {
    fn new(sources: &[Source]) -> Self {
        let mut links = Self::default();
        for line in sources.iter().flat_map(kept_lines) {
            let mut fields = line.split('\t');
            let (id, body) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
            let mut words = body.split(' ').filter(|word| !word.is_empty());
            let first = words.next().unwrap_or_default();
            let name = first.split(':').next().unwrap_or_default().to_owned();
            // A role that an event has twice is numbered.
            let role = |word: &str| {
                let role = word.split(':').next().unwrap_or_default();
                if id.starts_with('E') {
                    role.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned()
                } else {
                    role.to_owned()
                }
            };
            match id.chars().next() {
                Some('R') => links.relations.entry(name).or_default().extend(words.map(role)),
                Some('E') => links.events.entry(name).or_default().extend(words.map(role)),
                Some('*') => drop(links.equivalences.insert(name)),
                _ => {}
            }
        }
        links
    }
}

/// The lines of relations, equivalences, events and references that the article brought along.
fn kept_lines(source: &Source) -> Vec<String> {
    let lines = fields(source, FORMAT.id).remove(brat_reading::LINES);
    lines.and_then(|lines| serde_json::from_value(lines).ok()).unwrap_or_default()
}

/// A kept line with the spans' numbers of today. Nothing when one of its spans is gone, or what it refers to is now
/// called otherwise.
fn renumbered(
    line: &str,
    numbers: &BTreeMap<String, (usize, &Annotation)>,
    (n_attributes, n_notes): (&mut usize, &mut usize),
) -> Option<String> {
    let mut fields = line.splitn(3, '\t');
    let (id, body, tail) = (fields.next()?, fields.next()?, fields.next());
    let is_span = |name: &str| {
        name.strip_prefix('T').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()))
    };
    let mut words = Vec::new();
    for word in body.split(' ') {
        let (role, name) = word.rsplit_once(':').map_or((None, word), |(role, name)| (Some(role), name));
        let name = match is_span(name) {
            true => {
                let (number, annotation) = numbers.get(name)?;
                if id.starts_with('N') && tail.is_some_and(|tail| tail.trim_start() != annotation.entity) {
                    return None;
                }
                format!("T{number}")
            }
            false => name.to_owned(),
        };
        words.push(role.map_or(name.clone(), |role| format!("{role}:{name}")));
    }
    let next = |count: &mut usize| {
        *count += 1;
        *count
    };
    let id = match id.chars().next()? {
        'A' | 'M' => format!("A{}", next(n_attributes)),
        '#' => format!("#{}", next(n_notes)),
        _ => id.to_owned(),
    };
    let tail = tail.map(|tail| format!("\t{tail}")).unwrap_or_default();
    Some(format!("{id}\t{}{tail}", words.join(" ")))
}

/// The attributes that brat can hold, each with its value after a space: a flag has none.
fn attributes(annotation: &Annotation, scheme: &Scheme) -> Vec<(String, String)> {
    let flag = |name: &str| (name.to_owned(), String::new());
    let mut found = Vec::new();
    if annotation.status == Status::Suggested {
        found.push(flag(SUGGESTED));
    }
    if annotation.unsure {
        found.push(flag(UNSURE));
    }
    for (name, value) in &annotation.attributes {
        let spec = scheme.label(annotation.label).attribute(name);
        let in_brat = attribute_name(annotation.label, name, scheme);
        match (value, spec.map(|spec| &spec.kind)) {
            (AttributeValue::Flag(true), _) => found.push(flag(&in_brat)),
            (AttributeValue::Text(choice), Some(AttributeKind::One(_))) => {
                found.push((in_brat, format!(" {}", value_name(choice))));
            }
            _ => {}
        }
    }
    found
}

/// The person or topic; a person's note; and attributes that brat has no place for, in words. Each with its type.
fn notes(annotation: &Annotation, scheme: &Scheme, losses: &mut Losses) -> Vec<(&'static str, String)> {
    const NOTE: &str = "AnnotatorNotes";
    let entity = escaped(&annotation.entity);
    losses.n_escaped += usize::from(entity != annotation.entity);
    let mut notes = vec![(brat_reading::ENTITY, entity)];
    if !annotation.note.is_empty() {
        notes.push((NOTE, escaped(&annotation.note)));
    }
    for (name, value) in &annotation.attributes {
        let spec = scheme.label(annotation.label).attribute(name);
        let is_written = matches!(value, AttributeValue::Flag(true))
            || matches!(spec.map(|spec| &spec.kind), Some(AttributeKind::One(_)));
        if !is_written {
            notes.push((NOTE, format!("{name}: {}", escaped(&value.to_string()))));
        }
    }
    notes
}

/// Attributes of two labels may share a name and offer other values: brat knows one list of values for a name.
fn attribute_name(label: LabelId, name: &str, scheme: &Scheme) -> String {
    let spec = scheme.label(label).attribute(name);
    let differs = |other: &AttributeSpec| other.name == name && Some(&other.kind) != spec.map(|spec| &spec.kind);
    let is_shared = scheme.labels().any(|(_, other)| other.attributes.iter().any(differs));
    let is_ours = name == SUGGESTED || name == UNSURE;
    if is_shared || is_ours { format!("{}-{name}", scheme.label(label).name) } else { name.to_owned() }
}

/// A value in one word, as brat wants it.
fn value_name(choice: &str) -> String {
    choice.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

fn span_line(number: usize, annotation: &Annotation, fragments: &[Span], text: &Text, scheme: &Scheme) -> String {
    let mut offsets = String::new();
    let mut words = String::new();
    for (index, fragment) in fragments.iter().enumerate() {
        let (start, end) = text.span_chars(*fragment);
        if index > 0 {
            offsets.push(';');
            words.push(' ');
        }
        push(&mut offsets, format_args!("{} {}", start.0, end.0));
        words.push_str(text.slice(*fragment));
    }
    format!("T{number}\t{} {offsets}\t{words}\n", scheme.label(annotation.label).name)
}

/// The parts of a span between line breaks and tabs, without white space at their ends.
///
/// Whatever Python takes for the end of a line (`str.splitlines`) counts, since brat and other readers in Python cut
/// the `.ann` file there: besides `\n` and `\r` that is U+000B, U+000C, U+001C to U+001E, U+0085, U+2028 and U+2029.
fn fragments(text: &Text, span: Span) -> Vec<Span> {
    let ends_line = |c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}';
    let mut found = Vec::new();
    let mut start = span.start().index();
    for part in text.slice(span).split(ends_line) {
        let trimmed = part.trim();
        let from = start + (part.len() - part.trim_start().len());
        found.extend(text.span(ByteOffset::from_index(from), ByteOffset::from_index(from + trimmed.len())));
        start += part.len();
        start += text.as_str()[start..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

/// In one line: `\n`, `\r` and `\t` stand for what they mean in most programming languages, `\\` for `\`, and a space
/// for any other control character.
fn escaped(entity: &str) -> String {
    let mut line = String::with_capacity(entity.len());
    for c in entity.chars() {
        match c {
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            '\\' => line.push_str("\\\\"),
            '\u{2028}' | '\u{2029}' => line.push(' '),
            c if c.is_control() => line.push(' '),
            c => line.push(c),
        }
    }
    line
}

/// Which labels and attributes there are. All four sections are expected, empty or not.
fn annotation_conf(scheme: &Scheme, links: &Links) -> String {
    let mut conf = "[entities]\n".to_owned();
    // A label under another is indented, which brat takes for a kind of it.
    let is_event = |name: &str| links.events.contains_key(name);
    for (_, label, depth) in scheme.offered(AppliesTo::Text).into_iter().filter(|(_, label, _)| !is_event(&label.name))
    {
        push_line(&mut conf, format_args!("{}{}", "\t".repeat(depth), label.name));
    }
    for (_, label) in scheme.labels().filter(|(_, label)| label.retired && label.applies_to == AppliesTo::Text) {
        push_line(&mut conf, format_args!("{}", label.name));
    }
    conf.push_str("\n[relations]\n<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n");
    for (name, roles) in &links.relations {
        let roles: Vec<String> = roles.iter().map(|role| format!("{role}:<ENTITY>")).collect();
        push_line(&mut conf, format_args!("{name}\t{}", roles.join(", ")));
    }
    for name in &links.equivalences {
        let features = "<REL-TYPE>:symmetric-transitive";
        push_line(&mut conf, format_args!("{name}\tArg1:<ENTITY>, Arg2:<ENTITY>, {features}"));
    }
    conf.push_str("\n[events]\n");
    for (name, roles) in &links.events {
        let roles: Vec<String> = roles.iter().map(|role| format!("{role}*:<ANY>")).collect();
        push_line(&mut conf, format_args!("{name}\t{}", roles.join(", ")));
    }
    conf.push('\n');
    push_line(&mut conf, format_args!("[attributes]\n{SUGGESTED}\tArg:<ENTITY>\n{UNSURE}\tArg:<ENTITY>"));
    let mut written = BTreeSet::new();
    for (id, label) in scheme.labels() {
        for spec in &label.attributes {
            let name = attribute_name(id, &spec.name, scheme);
            let values = match &spec.kind {
                AttributeKind::YesNo => String::new(),
                AttributeKind::One(choices) => {
                    let names: Vec<String> = choices.iter().map(|choice| value_name(choice)).collect();
                    format!(", Value:{}", names.join("|"))
                }
                AttributeKind::Text | AttributeKind::Number | AttributeKind::Several(_) => continue,
            };
            if written.insert(name.clone()) {
                push_line(&mut conf, format_args!("{name}\tArg:<ENTITY>{values}"));
            }
        }
    }
    conf
}

/// How brat shows them: titles, and colours that differ in lightness too.
fn visual_conf(scheme: &Scheme) -> String {
    const COLOURS: [&str; 6] = ["#9ec5f8", "#f6d28b", "#a8d8a8", "#e3b7e8", "#f3aba0", "#9fdcd8"];
    let mut conf = "[labels]\n".to_owned();
    for (_, label) in scheme.labels() {
        let title: String = label.title.chars().map(|c| if c == '|' || c.is_control() { ' ' } else { c }).collect();
        push_line(&mut conf, format_args!("{} | {}", label.name, title.trim()));
    }
    conf.push_str("\n[drawing]\nSPAN_DEFAULT\tfgColor:black, bgColor:#dddddd, borderColor:darken\n");
    for (_, label) in scheme.labels() {
        let colour = match label.colour {
            Some(colour) => colour.to_string(),
            None => COLOURS[usize::from(label.style.saturating_sub(1)) % COLOURS.len()].to_owned(),
        };
        push_line(&mut conf, format_args!("{}\tbgColor:{colour}", label.name));
    }
    conf.push_str("ATTRIBUTE_DEFAULT\tglyph:*\nSuggested\tglyph:?, dashArray:3-3\n");
    conf
}

/// The keys of the labels; brat knows only capital letters and digits.
fn shortcuts_conf(scheme: &Scheme) -> String {
    let mut conf = String::new();
    for (_, label) in scheme.labels() {
        let key = label.key.filter(|_| !label.retired).map(|key| key.to_ascii_uppercase());
        if let Some(key) = key.filter(char::is_ascii_alphanumeric) {
            push_line(&mut conf, format_args!("{key}\t{}", label.name));
        }
    }
    conf
}

fn push(out: &mut String, words: std::fmt::Arguments) {
    out.write_fmt(words).expect("a String takes everything");
}

fn push_line(out: &mut String, words: std::fmt::Arguments) {
    push(out, words);
    out.push('\n');
}

impl Losses {
    fn sentences(&self) -> Vec<String> {
        let Losses { n_in_parts, n_only_space, n_rejected, n_escaped, n_beyond, n_windows_lines, n_about, n_links } =
            *self;
        let mut sentences = Vec::new();
        let mut say = |n: usize, one: &str, several: &str, rest: &str| {
            if n > 0 {
                sentences.push(format!("{} {rest}.", n_things(n, one, several)));
            }
        };
        say(n_in_parts, "span over a line break is", "spans over line breaks are", "written in parts");
        say(n_only_space, "span of only white space is", "spans of only white space are", "left out");
        say(n_beyond, "span is", "spans are", "left out, since brat takes at most 32,767 in a text");
        say(n_rejected, "rejected suggestion is", "rejected suggestions are", "left out");
        say(
            n_links,
            "relation, event or reference speaks of a span that is gone or has another name and is",
            "relations, events or references speak of spans that are gone or have other names and are",
            "left out",
        );
        say(
            n_about,
            "article has labels, a note or a flag as a whole, which are",
            "articles have labels, notes or flags as a whole, which are",
            "left out",
        );
        say(
            n_escaped,
            "name of a person or topic has",
            "names of persons or topics have",
            "line breaks, tabs or backslashes, written as \\n, \\t and \\\\",
        );
        say(
            n_windows_lines,
            "text has",
            "texts have",
            "Windows line ends, which brat counts as two characters; a reader that turns them into one finds other words",
        );
        sentences
    }
}
