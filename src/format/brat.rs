//! brat standoff: a zip with `NAME.txt` and `NAME.ann` for each article and the configuration that brat needs.
//!
//! Rules: <https://brat.nlplab.org/standoff.html> and brat's own `server/src/annotation.py`. Offsets are code points;
//! a span may not hold a line break or a tab, so it is written as fragments; the words of a line are the fragments
//! joined by one space, and brat drops a line whose words differ from the text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::archive::pack;
use super::{Format, Source, Written, n_things, safe_name};
use crate::annotation::{Annotation, Status};
use crate::scheme::Scheme;
use crate::text::{ByteOffset, Span, Text};

/// How many spans of a document brat can number.
const MAX_SPANS: usize = 32_767;

/// For brat and the many programs that read its files.
pub(super) const FORMAT: Format = Format {
    id: "brat",
    title: "brat standoff",
    description: "A zip of text and .ann files for brat and the many tools that read it.",
    extension: "brat.zip",
    mime: "application/zip",
    reads_back: false,
    cannot_carry: "Rejected suggestions, scores, the reasons of suggestions and the steps to undo are left out.",
    write,
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
}

fn write(sources: &[Source], scheme: &Scheme) -> Written {
    let mut losses = Losses::default();
    let mut files = vec![
        ("annotation.conf".to_owned(), annotation_conf(scheme).into_bytes()),
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

/// A file name that no other article has, in upper or lower case.
fn unique_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let name = safe_name(name);
    let numbered = (2..).map(|n| format!("{name} ({n})"));
    let free = std::iter::once(name.clone()).chain(numbered).find(|name| taken.insert(name.to_lowercase()));
    free.expect("the numbers do not end")
}

/// The `.ann` file: for each span its line, whether it is only suggested, and its person or topic as a note.
fn annotations(source: &Source, scheme: &Scheme, losses: &mut Losses) -> String {
    let text = source.article.text();
    let set = source.article.annotations();
    losses.n_rejected += set.all().count() - set.n_visible();
    let mut ann = String::new();
    let (mut n_spans, mut n_suggested) = (0, 0);
    for (_, annotation) in set.visible() {
        let fragments = fragments(text, annotation.span);
        if fragments.is_empty() {
            losses.n_only_space += 1;
            continue;
        }
        if n_spans == MAX_SPANS {
            losses.n_beyond += 1;
            continue;
        }
        n_spans += 1;
        losses.n_in_parts += usize::from(fragments.len() > 1);
        ann.push_str(&span_line(n_spans, annotation, &fragments, text, scheme));
        if annotation.status == Status::Suggested {
            n_suggested += 1;
            push_line(&mut ann, format_args!("A{n_suggested}\tSuggested T{n_spans}"));
        }
        let entity = escaped(&annotation.entity);
        losses.n_escaped += usize::from(entity != annotation.entity);
        push_line(&mut ann, format_args!("#{n_spans}\tAnnotatorNotes T{n_spans}\t{entity}"));
    }
    ann
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
fn annotation_conf(scheme: &Scheme) -> String {
    let mut conf = "[entities]\n".to_owned();
    for (_, label) in scheme.labels() {
        push_line(&mut conf, format_args!("{}", label.name));
    }
    conf.push_str("\n[relations]\n<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n\n[events]\n\n");
    conf.push_str("[attributes]\nSuggested\tArg:<ENTITY>\n");
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
        let colour = COLOURS[usize::from(label.style.saturating_sub(1)) % COLOURS.len()];
        push_line(&mut conf, format_args!("{}\tbgColor:{colour}", label.name));
    }
    conf.push_str("ATTRIBUTE_DEFAULT\tglyph:*\nSuggested\tglyph:?, dashArray:3-3\n");
    conf
}

/// The keys of the labels; brat knows only capital letters and digits.
fn shortcuts_conf(scheme: &Scheme) -> String {
    let mut conf = String::new();
    for (_, label) in scheme.labels() {
        let key = label.key.to_ascii_uppercase();
        if key.is_ascii_alphanumeric() {
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
        let Losses { n_in_parts, n_only_space, n_rejected, n_escaped, n_beyond, n_windows_lines } = *self;
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
