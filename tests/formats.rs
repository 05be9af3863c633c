//! Laws of the file formats: what is written comes back, and every format cuts the same words out of the text.

mod fixtures;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use attache::annotation::{About, Annotation, Origin, Status};
use attache::command::{Command, Turn, plan};
use attache::format::{FORMATS, Format, Source, safe_name};
use attache::ingest::{Incoming, NamedBytes, Warning, read_files};
use attache::project::{Article, UnixMillis};
use attache::scheme::{LabelId, Scheme};
use attache::text::{Span, Text, trim};
use fixtures::{articles, cases, codebook, marked, state};
use proptest::prelude::*;
use serde_json::Value;

/// What a session makes of an incoming article.
fn opened(incoming: Incoming) -> Article {
    opened_with(incoming, Scheme::built_in())
}

fn opened_with(incoming: Incoming, scheme: &Scheme) -> Article {
    let Incoming { name, text, about, annotations, journal } = incoming;
    let (mut article, n_lost) = Article::replay(name, text, journal, scheme);
    assert_eq!(n_lost, 0, "a journal that is handed on fits");
    if !annotations.is_empty() {
        assert!(article.journal().is_empty(), "either annotations or a journal");
        let import = Command::import(annotations);
        let transaction = plan(article.text(), article.annotations(), scheme, &import).expect("an import is planned");
        article.turn(Turn::Do(Arc::new(transaction)), UnixMillis(0), scheme).expect("and fits");
    }
    if about != About::default() {
        let describe = Command::Describe { about, title: "Read".to_owned() };
        let transaction = plan(article.text(), article.annotations(), scheme, &describe).expect("it is new");
        article.turn(Turn::Do(Arc::new(transaction)), UnixMillis(0), scheme).expect("and fits");
    }
    article
}

fn written(format: &Format, articles: &[&Article]) -> attache::format::Export {
    let sources: Vec<Source> = articles.iter().map(|article| Source { name: article.name(), article }).collect();
    format.write(&sources, &codebook())
}

fn reread(format: &Format, articles: &[&Article]) -> (Vec<Article>, Vec<Warning>) {
    let export = written(format, articles);
    let files = vec![NamedBytes { name: export.file_name, bytes: export.bytes }];
    let (incoming, warnings) = read_files(files, &mut codebook());
    (incoming.into_iter().map(opened).collect(), warnings)
}

/// The visible annotations in the order of reading, as far as a format carries them.
fn carried(format: &Format, article: &Article) -> Vec<Annotation> {
    let visible = article.annotations().visible().map(|(_, annotation)| annotation.clone());
    match format.id {
        "jsonl" => visible
            .map(|annotation| Annotation {
                origin: if annotation.score.is_some() { Origin::Recognizer } else { Origin::File },
                evidence: String::new(),
                ..annotation
            })
            .collect(),
        _ => visible.collect(),
    }
}

/// What a format keeps of an article's spans, as its documentation says: a line each.
fn projection(format: &Format, article: &Article) -> Vec<String> {
    let scheme = Scheme::built_in();
    let text = article.text();
    let keeps = |what: &[&str]| what.contains(&format.id);
    let is_flat = keeps(&["spacy", "huggingface", "conll", "conll-iobes", "conll-bilou", "conllup"]);
    let mut lines = Vec::new();
    let mut spans: Vec<(Span, LabelId, String)> = Vec::new();
    for (_, it) in article.annotations().visible() {
        if it.status == Status::Suggested && !keeps(&["label-studio", "w3c", "bdoc", "gate-xml", "mae", "brat"]) {
            continue;
        }
        let mut said = String::new();
        if keeps(&["label-studio", "prodigy", "w3c", "bdoc", "gate-xml", "mae", "tei", "pubannotation"])
            || is_uima(format)
        {
            said += &format!(" = {}", it.entity);
        }
        if keeps(&["label-studio", "w3c", "bdoc", "gate-xml", "mae", "pubannotation"]) {
            said += &format!(" ({})", it.note);
        }
        if keeps(&["label-studio", "w3c", "bdoc", "gate-xml", "mae"]) {
            said += &format!(" {:?}", it.status);
        }
        if keeps(&["w3c", "bdoc", "gate-xml", "mae", "tei"]) && it.unsure {
            said += " unsure";
        }
        let parts = it.parts();
        if keeps(&["brat"]) {
            // Parts come back, line ends within them do not cut, and white space at the ends is not kept.
            let words: String = parts.iter().map(|part| without_space(text.slice(*part))).collect();
            if !words.is_empty() {
                lines.push(format!("{words} {} {:?} {}", scheme.label(it.label).name, it.status, it.unsure));
            }
            continue;
        }
        if keeps(&["w3c", "mae", "tei", "pubannotation"]) {
            lines.push(format!("{parts:?} {}{said}", scheme.label(it.label).name));
        } else {
            spans.extend(parts.into_iter().map(|part| (part, it.label, said.clone())));
        }
    }
    if is_flat {
        spans = spans.into_iter().filter_map(|(span, label, said)| Some((trim(text, span)?, label, said))).collect();
        spans.sort_by_key(|(span, label, _)| (std::cmp::Reverse(span.len_bytes()), *label, span.start()));
        let mut kept: Vec<(Span, LabelId, String)> = Vec::new();
        for span in spans {
            let is_by_label = format.id == "conllup";
            if !kept.iter().any(|other| other.0.overlaps(span.0) && (!is_by_label || other.1 == span.1)) {
                kept.push(span);
            }
        }
        spans = kept;
        spans.sort();
    }
    for (span, label, said) in spans {
        let words = without_space(text.slice(span));
        if words.is_empty() && is_words_alone(format) {
            continue;
        }
        let place = if is_words_alone(format) { words } else { format!("{span:?}") };
        lines.push(format!("{place} {}{said}", scheme.label(label).name));
    }
    if !format.id.starts_with("conll-") && format.id != "conll" {
        lines.sort();
    }
    if is_xml(format) {
        lines = lines.iter().map(|line| in_xml(line).replace("\\u{b}", " ")).collect();
        lines.sort();
    }
    lines
}

fn is_xml(format: &Format) -> bool {
    ["gate-xml", "mae", "xmi", "tei"].contains(&format.id)
}

fn is_uima(format: &Format) -> bool {
    ["webanno-tsv", "xmi", "cas-json"].contains(&format.id)
}

/// Whether a format holds words without the white space between them.
fn is_words_alone(format: &Format) -> bool {
    ["conll", "conll-iobes", "conll-bilou", "webanno-tsv"].contains(&format.id)
}

/// Words as XML holds them: a space for the one control character of the alphabet that it has no place for.
fn in_xml(words: &str) -> String {
    words.replace('\u{b}', " ")
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn what_is_written_comes_back(article in articles()) {
        for format in FORMATS.iter().filter(|format| ["project", "project-zip", "jsonl"].contains(&format.id)) {
            let (again, warnings) = reread(format, &[&article]);
            prop_assert_eq!(&warnings, &[], "{}", format.id);
            prop_assert_eq!(again.len(), 1, "{}", format.id);
            prop_assert_eq!(again[0].name(), article.name());
            prop_assert_eq!(again[0].text(), article.text());
            prop_assert_eq!(carried(format, &again[0]), carried(format, &article), "{}", format.id);
            prop_assert_eq!(again[0].annotations().about(), article.annotations().about(), "{}", format.id);
            if format.cannot_carry.is_empty() {
                prop_assert_eq!(state(&again[0]), state(&article));
                prop_assert_eq!(again[0].journal(), article.journal());
                prop_assert_eq!(again[0].history().undo_title(), article.history().undo_title());
                prop_assert_eq!(again[0].history().redo_title(), article.history().redo_title());
                prop_assert_eq!(written(format, &[&again[0]]), written(format, &[&article]), "and the same bytes");
            }
        }
    }

    #[test]
    fn files_for_other_tools_come_back_as_declared(article in articles()) {
        for format in FORMATS.iter().filter(|format| format.reads_back() && format.writes() && !["project", "project-zip", "jsonl"].contains(&format.id)) {
            // A text file of nothing is no article.
            if ["brat", "conllup"].contains(&format.id) && article.text().as_str().trim().is_empty() {
                continue;
            }
            let expected = projection(format, &article);
            let (again, warnings) = reread(format, &[&article]);
            let troubles: Vec<_> = warnings.iter().filter(|warning| !warning.is_note).collect();
            prop_assert!(troubles.is_empty(), "{}: {troubles:?}", format.id);
            if is_words_alone(format) {
                // Neither white space nor an article without words is kept.
                let found: Vec<String> = again.iter().flat_map(|again| projection(format, again)).collect();
                prop_assert_eq!(found, expected, "{}", format.id);
                continue;
            }
            prop_assert_eq!(again.len(), 1, "{}", format.id);
            let text = article.text().as_str();
            let text = if is_xml(format) { in_xml(text) } else { text.to_owned() };
            prop_assert_eq!(again[0].text().as_str(), text, "{}", format.id);
            prop_assert_eq!(projection(format, &again[0]), expected, "{}", format.id);
        }
    }

    #[test]
    fn every_format_cuts_the_same_words(article in articles()) {
        let chars: Vec<char> = article.text().as_str().chars().collect();
        let cut = |start: u64, end: u64| chars[start as usize..end as usize].iter().collect::<String>();
        let mut expected: Vec<(u64, u64, String)> = Vec::new();
        let mut in_parts: Vec<String> = Vec::new();
        for (_, annotation) in article.annotations().visible() {
            let (start, end) = article.text().span_chars(annotation.span);
            expected.push((start.0.into(), end.0.into(), article.text().slice(annotation.span).to_owned()));
            in_parts.push(annotation.parts().iter().map(|part| without_space(article.text().slice(*part))).collect());
        }
        expected.sort();
        for format in FORMATS.iter().filter(|format| ["project", "jsonl", "brat"].contains(&format.id)) {
            let bytes = written(format, &[&article]).bytes;
            let mut found: Vec<(u64, u64, String)> = Vec::new();
            match format.id {
                "brat" => {
                    let files = unzipped(&bytes);
                    let spans = check_ann(article.text().as_str(), &files["Talks – Taha’s visit.ann"]);
                    let mut in_brat: Vec<String> = spans.into_iter().map(|span| without_space(&span.words)).collect();
                    let mut in_text = in_parts.clone();
                    in_text.retain(|words| !words.is_empty());
                    in_brat.sort();
                    in_text.sort();
                    prop_assert_eq!(in_brat, in_text);
                    prop_assert_eq!(&files["Talks – Taha’s visit.txt"], article.text().as_str());
                    continue;
                }
                "jsonl" => {
                    let line: Value = serde_json::from_slice(&bytes).expect("one line");
                    for span in line["spans"].as_array().expect("spans") {
                        found.push(cut_by(span, cut));
                    }
                }
                _ => {
                    let file: Value = serde_json::from_slice(&bytes).expect("a project");
                    for span in file["articles"][0]["annotations"].as_array().expect("annotations") {
                        if span["status"] != "rejected" {
                            found.push(cut_by(span, cut));
                        }
                    }
                }
            }
            found.sort();
            prop_assert_eq!(&found, &expected, "{}", format.id);
        }
    }

    #[test]
    fn any_bytes_are_read_or_told(bytes in prop::collection::vec(any::<u8>(), 0..300), ending in 0..4_usize) {
        check_any(["a.txt", "a.json", "a.jsonl", "a.ann"][ending], bytes);
    }

    #[test]
    fn damaged_files_are_read_or_told(
        article in articles(), place in any::<usize>(), wrong in any::<u8>(), how in 0..4_usize, name in 0..2_usize,
    ) {
        for format in FORMATS.iter().filter(|format| format.writes()) {
            let mut bytes = written(format, &[&article]).bytes;
            let at = place % bytes.len();
            match how {
                0 => bytes.truncate(at),
                1 => bytes[at] = wrong,
                2 => { bytes.remove(at); }
                // A digit by another: offsets, ids, statuses and order go wrong while the JSON stays sound.
                _ => for byte in bytes.iter_mut().skip(at).filter(|byte| byte.is_ascii_digit()).step_by(7) {
                    *byte = b'0' + wrong % 10;
                },
            }
            check_any(["a.json", "a.txt"][name], bytes);
        }
    }
}

fn cut_by(span: &Value, cut: impl Fn(u64, u64) -> String) -> (u64, u64, String) {
    let (start, end) = (span["start"].as_u64().expect("a number"), span["end"].as_u64().expect("a number"));
    assert_eq!(span["text"], cut(start, end));
    (start, end, cut(start, end))
}

/// What is read of a file is sound, and nothing is passed over in silence.
fn check_any(name: &str, bytes: Vec<u8>) {
    let files = vec![NamedBytes { name: name.to_owned(), bytes }];
    let mut codebook = codebook();
    let (incoming, warnings) = read_files(files, &mut codebook);
    assert!(!incoming.is_empty() || !warnings.is_empty());
    for article in incoming {
        for annotation in &article.annotations {
            let span = annotation.span;
            assert_eq!(article.text.span(span.start(), span.end()), Some(span));
        }
        assert_eq!(safe_name(&article.name), article.name);
        let mut article = opened_with(article, &codebook.scheme);
        while article.turn(Turn::Undo, UnixMillis(0), &codebook.scheme).is_ok() {}
    }
}

/// A line of an `.ann` file with its fragments, in code points.
struct BratSpan {
    fragments: Vec<(usize, usize)>,
    words: String,
}

/// Reads an `.ann` file as strictly as brat does, and a little more.
fn check_ann(text: &str, ann: &str) -> Vec<BratSpan> {
    let chars: Vec<char> = text.chars().collect();
    let mut ids = BTreeSet::new();
    let mut spans = Vec::new();
    assert!(ann.is_empty() || ann.ends_with('\n'));
    // Python's str.splitlines, by which readers in Python cut the file.
    let python_ends = ['\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];
    assert!(!ann.contains(python_ends));
    for line in ann.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        assert_eq!(fields.len(), if line.starts_with('A') { 2 } else { 3 }, "{line}");
        assert!(ids.insert(fields[0].to_owned()), "{} comes twice", fields[0]);
        let body: Vec<&str> = fields[1].split(' ').collect();
        match line.chars().next() {
            Some('T') => {
                let (label, offsets) = fields[1].split_once(' ').expect("a label and offsets");
                assert!(Scheme::built_in().by_name(label).is_some());
                let number = |digits: &str| digits.parse::<usize>().expect("a number");
                let fragment = |pair: &str| {
                    let (start, end) = pair.split_once(' ').expect("two numbers");
                    (number(start), number(end))
                };
                let fragments: Vec<(usize, usize)> = offsets.split(';').map(fragment).collect();
                assert!(fragments.iter().all(|(start, end)| start < end && *end <= chars.len()));
                assert!(fragments.windows(2).all(|pair| pair[0].1 <= pair[1].0), "ascending: {line}");
                let cut: Vec<String> =
                    fragments.iter().map(|(start, end)| chars[*start..*end].iter().collect()).collect();
                assert!(cut.iter().all(|words| words.trim() == words), "trimmed: {line}");
                assert_eq!(cut.join(" "), fields[2]);
                spans.push(BratSpan { fragments, words: fields[2].to_owned() });
            }
            Some('A') => {
                assert!(["Suggested", "Unsure"].contains(&body[0]) && ids.contains(body[1]), "{line}");
            }
            Some('#') => assert!(["Entity", "AnnotatorNotes"].contains(&body[0]) && ids.contains(body[1]), "{line}"),
            _ => panic!("no line of ours: {line}"),
        }
    }
    spans
}

fn without_space(words: &str) -> String {
    words.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

fn unzipped(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("an entry");
        let mut content = String::new();
        file.read_to_string(&mut content).expect("sound and UTF-8");
        files.insert(file.name().expect("a name in UTF-8").into_owned(), content);
    }
    files
}

fn article_of(row: &str) -> Article {
    marked::read(row).article
}

fn small() -> Article {
    let row = "😀 Iranian [r=Hossein Amir Abdollahian:Foreign Minister] [o:Hossein Amir Abdollahian]\nmet\t[r?=Bu Habib:Lebanese\r\nFM] [o+:Bu\u{a0}Habib] – e\u{301} on [t-=quds:Quds]’s [t=quds day:Quds Day].\n";
    let article = marked::read(row).article;
    let scheme = Scheme::built_in();
    let mut named = Article::new("A small one", article.text().clone());
    for record in article.journal() {
        named.turn(record.turn.clone(), record.at, scheme).expect("the same turns");
    }
    named.turn(Turn::Undo, UnixMillis(1_700_000_000_000), scheme).expect("it can be undone");
    named.turn(Turn::Redo, UnixMillis(1_700_000_000_500), scheme).expect("and done again");
    named
}

fn seed() -> Article {
    let name = "000_e8fd1c9e67b988b0";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("seeds/articles/{name}.txt"));
    let bytes = fs::read(path).expect("the seed is there");
    let (incoming, warnings) = read_files(vec![NamedBytes { name: format!("{name}.txt"), bytes }], &mut codebook());
    assert_eq!(warnings, []);
    let mut article = opened(incoming.into_iter().next().expect("one article"));
    let scheme = Scheme::built_in();
    let marks = [
        ("OFFICIAL", "Hossein Amir Abdollahian"),
        ("ROLE", "Iranian Foreign Minister"),
        ("OFFICIAL", "Hussein Ibrahim Taha"),
        ("ROLE", "Secretary General of the Organization of Islamic Cooperation"),
        ("TOPIC", "World Quds Day"),
        ("TOPIC", "ceasefire in Yemen"),
    ];
    for (index, (label, words)) in marks.into_iter().enumerate() {
        let text = article.text();
        let start = text.as_str().find(words).expect(words) as u32;
        let at = |offset: u32| attache::text::ByteOffset(offset);
        let span = text.span(at(start), at(start + words.len() as u32)).expect("whole words");
        let command = Command::Annotate { span, label: scheme.by_name(label).expect("in the tagset") };
        let transaction = plan(text, article.annotations(), scheme, &command).expect(words);
        let at = UnixMillis(1_700_000_000_000 + 1000 * index as u64);
        article.turn(Turn::Do(Arc::new(transaction)), at, scheme).expect("it fits");
    }
    article
}

#[test]
fn the_files_are_those_of_last_time() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut differing = Vec::new();
    for (name, article) in [("small", small()), ("seed_article", seed())] {
        // The parts of a zipped project are those of the project; it has tests of its own.
        for format in FORMATS.iter().filter(|format| format.writes() && format.id != "project-zip") {
            let bytes = written(format, &[&article]).bytes;
            let files = match format.id {
                // The text itself is no news.
                _ if format.mime == "application/zip" => {
                    unzipped(&bytes).into_iter().filter(|(file, _)| !file.ends_with(".txt")).collect()
                }
                _ => BTreeMap::from([(format!(".{}", format.extension), String::from_utf8(bytes).expect("UTF-8"))]),
            };
            for (file, content) in files {
                let file = match file.rsplit_once('.') {
                    Some((_, "conf" | "dtd")) | Some(("TypeSystem", _)) | None => file,
                    Some((_, ending)) if format.id == "brat" => format!("{name}.{ending}"),
                    Some((_, ending)) if format.mime == "application/zip" => format!("{name}.{}.{ending}", format.id),
                    Some(_) if format.id == "label-studio-config" => file[1..].to_owned(),
                    Some(_) if format.id.starts_with("conll-") => format!("{name}.{}{file}", &format.id[6..]),
                    Some(_) => format!("{name}{file}"),
                };
                let path = golden.join(&file);
                if update {
                    fs::write(&path, &content).expect("the golden files can be written");
                } else if fs::read_to_string(&path).ok().as_ref() != Some(&content) {
                    differing.push(file);
                }
            }
        }
    }
    assert!(
        differing.is_empty(),
        "{} changed. If that is meant: UPDATE_GOLDEN=1 cargo test --test formats, then read the diff.",
        differing.join(", ")
    );
}

#[test]
fn losses_are_those_of_these_articles() {
    let losses = |id: &str, rows: &[&str]| {
        let articles: Vec<Article> = rows.iter().map(|row| article_of(row)).collect();
        let articles: Vec<&Article> = articles.iter().collect();
        written(Format::by_id(id).expect("a format"), &articles).losses
    };
    for (id, rows, expected) in [
        ("project", &["[o-:Taha]\n[o:a\nb]"][..], &[][..]),
        ("jsonl", &["[o:Taha] said"], &[]),
        ("jsonl", &["[o-:Taha] said"], &["1 rejected suggestion is left out."]),
        ("brat", &["", "[o:Taha] and [o?:Bu]"], &[]),
        (
            "brat",
            &["[o:Bu\nHabib]", "[o:Bu\tHabib]"],
            &[
                "2 spans over line breaks are written in parts.",
                "2 names of persons or topics have line breaks, tabs or backslashes, written as \\n, \\t and \\\\.",
            ],
        ),
        (
            "brat",
            &["a[o= x:\n]b[t-:c]"],
            &["1 span of only white space is left out.", "1 rejected suggestion is left out."],
        ),
    ] {
        assert_eq!(losses(id, rows), expected, "{id}: {rows:?}");
    }
    assert_eq!(losses("brat", &["a\r\nb"]).len(), 1);
}

#[test]
fn spans_over_line_breaks_are_written_in_parts() {
    let article = article_of("[o=Bu Habib:Bu \n\n\t Habib 😀] [t:Quds\u{85}Day\u{2028}2]");
    let ann = &unzipped(&written(Format::by_id("brat").expect("a format"), &[&article]).bytes)["Marked.ann"];
    let spans = check_ann(article.text().as_str(), ann);
    assert_eq!(spans[0].fragments, [(0, 2), (7, 14)]);
    assert_eq!(spans[0].words, "Bu Habib 😀");
    assert_eq!(spans[1].fragments, [(15, 19), (20, 23), (24, 25)]);
}

#[test]
fn articles_of_one_name_get_files_of_their_own() {
    let articles = [article_of("a"), article_of("b"), article_of("c")];
    let articles: Vec<&Article> = articles.iter().collect();
    let export = written(Format::by_id("brat").expect("a format"), &articles);
    assert_eq!(export.file_name, "3 articles.brat.zip");
    let names: Vec<String> = unzipped(&export.bytes).into_keys().filter(|name| name.ends_with(".ann")).collect();
    assert_eq!(names, ["Marked (2).ann", "Marked (3).ann", "Marked.ann"]);
    assert_eq!(written(Format::by_id("brat").expect("a format"), &articles), export, "the same bytes each time");
    let (again, warnings) = reread(Format::by_id("project").expect("a format"), &articles);
    assert_eq!((again.len(), warnings), (3, vec![]));
}

#[test]
fn articles_of_one_text_stay_apart_in_a_file() {
    let articles = [article_of("[o:Taha] said"), article_of("Taha said"), article_of("[r:Taha] said")];
    let articles: Vec<&Article> = articles.iter().collect();
    for format in FORMATS.iter().filter(|format| format.reads_back() && format.writes()) {
        let (again, warnings) = reread(format, &articles);
        let n_annotations: Vec<usize> = again.iter().map(|article| article.annotations().n_visible()).collect();
        let n_troubles = warnings.iter().filter(|warning| !warning.is_note).count();
        assert_eq!((n_annotations, n_troubles), (vec![1, 0, 1], 0), "{}", format.id);
    }
}

/// What `bioc.brat`, a reader by others, finds in our files; only where Python has it.
#[test]
fn another_reader_finds_the_same_words() {
    const SCRIPT: &str = "import sys, bioc.brat\n\
        doc = bioc.brat.load(open(sys.argv[1], newline=''), open(sys.argv[2], newline=''))\n\
        for a in doc.annotations:\n\
        \x20   if isinstance(a, bioc.brat.BratEntity): print(a.id, a.type, a.text, sep='\\t')\n";
    let python = |args: &[&str]| std::process::Command::new("python3").args(args).output();
    if !python(&["-c", "import bioc.brat"]).is_ok_and(|output| output.status.success()) {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for article in [small(), seed()] {
        let files = unzipped(&written(Format::by_id("brat").expect("a format"), &[&article]).bytes);
        let save = |ending: &str| {
            let path = folder.join(format!("referee{ending}"));
            fs::write(&path, &files[&format!("{}{ending}", article.name())]).expect("a folder to write in");
            path.to_string_lossy().into_owned()
        };
        let output = python(&["-c", SCRIPT, &save(".txt"), &save(".ann")]).expect("python3 runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let ours = files[&format!("{}.ann", article.name())].lines().filter(|line| line.starts_with('T'));
        let ours: Vec<(String, String)> = ours
            .map(|line| line.split('\t').collect::<Vec<_>>())
            .map(|fields| (fields[0].to_owned(), fields[2].to_owned()))
            .collect();
        let theirs = String::from_utf8(output.stdout).expect("UTF-8");
        let theirs: Vec<(String, String)> = theirs
            .lines()
            .map(|line| line.split('\t').collect::<Vec<_>>())
            .map(|fields| (fields[0].to_owned(), fields[2].to_owned()))
            .collect();
        assert_eq!(theirs, ours);
    }
}

#[test]
fn the_readme_lists_every_format() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("a README");
    for format in FORMATS {
        let row = readme.lines().find(|line| line.starts_with('|') && line.contains(&format!("(`{}`)", format.id)));
        let row = row.unwrap_or_else(|| panic!("the README has no row for {}", format.id));
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(columns[2] == "yes", format.reads_back(), "{}: in", format.id);
        assert_eq!(columns[3] == "yes", format.writes(), "{}: out", format.id);
    }
}

#[test]
fn the_registry_is_in_order() {
    let mut ids = BTreeSet::new();
    for format in FORMATS {
        assert!(ids.insert(format.id) && Format::by_id(format.id).is_some());
        assert!(format.description.ends_with('.'), "{}", format.id);
        assert!(format.cannot_carry.is_empty() || format.cannot_carry.ends_with('.'), "{}", format.id);
        if !format.writes() {
            continue;
        }
        let nothing = written(format, &[&Article::new("Plain", Text::new("Taha said"))]);
        assert_eq!(nothing.file_name, format!("Plain.{}", format.extension));
        assert!(nothing.losses.is_empty() && !nothing.bytes.is_empty(), "{}", format.id);
    }
}
