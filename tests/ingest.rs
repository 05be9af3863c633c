//! What is made of files that people drop: one row for each kind of file, sound and broken.

mod fixtures;

use attache::annotation::{Origin, Status};
use attache::format::{FORMATS, Source};
use attache::ingest::{
    Columns, MAX_ARTICLE_BYTES, NamedBytes, Reading, check_size, first_table, read_files, read_files_as, read_pasted,
};
use attache::project::Article;
use attache::scheme::Scheme;
use fixtures::{codebook, marked};

fn project(article: &Article) -> String {
    let export = FORMATS[0].write(&[Source { name: article.name(), article }], &codebook());
    String::from_utf8(export.bytes).expect("JSON is UTF-8")
}

/// Reads files given as (name, content) and shows the articles as `NAME: MARKED TEXT`, and the warnings.
fn read(files: &[(&str, &[u8])]) -> (Vec<String>, Vec<String>) {
    let scheme = Scheme::built_in();
    let files = files.iter().map(|(name, bytes)| NamedBytes { name: (*name).to_owned(), bytes: bytes.to_vec() });
    let (incoming, warnings) = read_files(files.collect(), &mut codebook());
    let show = |article: attache::ingest::Incoming| {
        let shown = match article.annotations.is_empty() {
            true => {
                let (article, _) = Article::replay("", article.text, article.journal, scheme);
                marked::show(article.text(), article.annotations())
            }
            false => {
                use attache::command::{Command, plan};
                let mut set = attache::annotation::AnnotationSet::default();
                let import = Command::import(article.annotations);
                let transaction = plan(&article.text, &set, scheme, &import).expect("an import is planned");
                set.apply(&transaction, scheme).expect("and fits");
                marked::show(&article.text, &set)
            }
        };
        format!("{}: {shown}", article.name)
    };
    (incoming.into_iter().map(show).collect(), warnings.iter().map(ToString::to_string).collect())
}

/// One file: the articles that it gives, and for each warning in order a part of it.
fn check(name: &str, content: impl AsRef<[u8]>, articles: &[&str], warnings: &[&str]) {
    check_batch(&[(name, content.as_ref())], articles, warnings);
}

fn check_batch(files: &[(&str, &[u8])], articles: &[&str], warnings: &[&str]) {
    let (found, told) = read(files);
    let name = files[0].0;
    assert_eq!(found, articles, "{name}: {told:?}");
    assert_eq!(told.len(), warnings.len(), "{name}: {told:#?}");
    for (told, part) in told.iter().zip(warnings) {
        assert!(told.contains(part), "{told}\nshould hold\n{part}");
        assert!(told.ends_with('.'), "{told}");
    }
}

#[test]
fn plain_texts_are_kept_as_they_are() {
    check("talks.txt", "Taha’s\u{a0}talks\r\n", &["talks: Taha’s\u{a0}talks\r\n"], &[]);
    check("talks.final.txt", "e\u{301}\n\n", &["talks.final: e\u{301}\n\n"], &[]);
    check("../Dr. Taha", "x", &["Dr. Taha: x"], &[]);
    check("bom.txt", "\u{feff}x", &["bom: x"], &[]);
    check("quote.txt", "{not JSON} (yet)", &["quote: {not JSON} (yet)"], &[]);
    check("list.txt", "(1) Taha", &["list: (1) Taha"], &[]);
    check("a\u{202e}b.txt", "x", &["ab: x"], &[]);
    check("page.html", "<!DOCTYPE html><title>A b</title><p>x", &["A b: x"], &["page.html: Read as a web page"]);
    check("page.txt", "<!doctype html><p>x<p>y", &["page: x\n\ny"], &["page.txt: Read as a web page"]);
    check("empty.html", "<script>x</script>", &[], &["empty.html: This is empty"]);
}

#[test]
fn what_is_no_text_is_told() {
    check("empty.txt", "", &[], &["empty.txt: This is empty"]);
    check("empty.json", "\n", &[], &["only white space"]);
    check("blank.txt", " \u{a0}\r\n\t", &[], &["only white space"]);
    check("binary.txt", b"ab\0cd\x01", &[], &["NUL byte is at offset 2"]);
    check("latin.txt", b"a\nb\nTaha\x92s", &[], &["byte 0x92 at offset 8 (line 3)"]);
    check("photo.txt", b"\x89PNG\r\n\x1a\n\0", &[], &["This is an image"]);
    check("notes.docx", b"PK\x03\x04...[Content_Types].xml", &[], &["This document cannot be read"]);
    check("notes.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1...", &[], &["word processor"]);
    check("bundle.zip", b"PK\x03\x04...a.txt", &[], &["This zip cannot be read"]);
    check("wide.txt", b"a\0b\0", &["wide: ab"], &["it was read as UTF-16 (little-endian)"]);
    check("a.ann", "T1\tOFFICIAL 0 1\tx", &[], &["without their text"]);
    check("other.json", "{\"tasks\":[]}", &[], &["neither an Attaché project nor"]);
    check("spans.csv", "article,label,start_cp\na,b,1\n", &[], &["a table of spans without the texts"]);
    check("list.json", "[]", &[], &["holds no article"]);
    check("number.json", "12", &[], &["neither an Attaché project nor"]);
}

#[test]
fn sizes_are_refused_before_and_after_reading() {
    let told = |name: &str, n_bytes| check_size(name, n_bytes).expect_err("too large").to_string();
    assert_eq!(
        told("c:\\novel.txt", 50_000_000),
        "novel.txt: The file has 50 MB. An article may have up to 16 MB: split it into parts and open those."
    );
    assert!(told("all.jsonl", 300_000_001).contains("The file has 300.1 MB. A file of articles may have up to 256 MB"));
    assert_eq!(check_size("all.json", 50_000_000), Ok(()));
    assert_eq!(check_size("a corpus.zip", 50_000_000), Ok(()), "many articles, as a JSON file may hold");
    assert_eq!(check_size("novel.txt", MAX_ARTICLE_BYTES), Ok(()));
    let long = "x".repeat(MAX_ARTICLE_BYTES as usize + 1);
    check("novel.txt", &long, &[], &["The file has 16.1 MB"]);
    check("one.json", format!("{{\"text\":\"{long}\"}}"), &[], &["the text has 16.1 MB"]);
}

#[test]
fn pasted_text_is_named_after_its_first_words() {
    let name = |text: &str| read_pasted(text).map(|article| article.name).map_err(|warning| warning.to_string());
    assert_eq!(name("TEHRAN – Iranian Foreign Minister").as_deref(), Ok("TEHRAN – Iranian Foreign Minister"));
    let long = "The Iranian foreign minister also condemned the recent killings";
    assert_eq!(name(long).as_deref(), Ok("The Iranian foreign minister also condemned the"));
    assert_eq!(name("https://a.b/c?d").as_deref(), Ok("https---a.b-c-d"));
    assert_eq!(name(" \n").unwrap_err(), "Pasted text: This holds only white space: there is nothing to annotate.");
    assert_eq!(read_pasted("a\r\nb").map(|article| article.text.as_str().to_owned()).as_deref(), Ok("a\r\nb"));
}

#[test]
fn spans_are_read_from_lines_objects_and_arrays() {
    let line = r#"{"id":"A","text":"😀 Taha said","spans":[{"start":2,"end":6,"label":"OFFICIAL","text":"Taha","entity":"H. Taha"}]}"#;
    check("a.jsonl", line, &["A: 😀 [o=H. Taha:Taha] said"], &[]);
    check("a.txt", format!("{line}\n"), &["A: 😀 [o=H. Taha:Taha] said"], &[]);
    let both = format!("{line}\n\n{{\"text\":\"b\"}}\r\n");
    check("a.jsonl", &both, &["A: 😀 [o=H. Taha:Taha] said", "a: b"], &[]);
    check(
        "a.json",
        format!("[{line}, {{\"text\":\"b\"}}, {{\"text\":\"c\"}}]"),
        &["A: 😀 [o=H. Taha:Taha] said", "a 1: b", "a 2: c"],
        &[],
    );
    let pretty = "{\n \"text\": \"Taha\",\n \"spans\": [\n  {\"start\": 0, \"end\": 4, \"label\": \"ROLE\", \"score\": 0.5, \"of\": [1, 2]}\n ]\n}\n";
    check("a.json", pretty, &["a: [r?:Taha]"], &[]);
    check("a.json", "{\"id\":7,\"text\":\"b\",\"spans\":null}", &["7: b"], &[]);
}

#[test]
fn the_status_of_a_span_without_one_depends_on_its_score() {
    let with = |rest: &str| {
        let json = format!("{{\"text\":\"Taha\",\"spans\":[{{\"start\":0,\"end\":4,\"label\":\"ROLE\"{rest}}}]}}");
        let files = vec![NamedBytes { name: "a.jsonl".to_owned(), bytes: json.into_bytes() }];
        let (incoming, _) = read_files(files, &mut codebook());
        incoming[0].annotations.first().map(|it| (it.status, it.origin, it.score.map(|score| score.thousandths())))
    };
    assert_eq!(with(""), Some((Status::Accepted, Origin::File, None)));
    assert_eq!(with(",\"score\":0.873"), Some((Status::Suggested, Origin::Recognizer, Some(873))));
    assert_eq!(with(",\"status\":\"suggested\""), Some((Status::Suggested, Origin::File, None)));
    assert_eq!(with(",\"status\":\"accepted\",\"score\":1"), Some((Status::Accepted, Origin::Recognizer, Some(1000))));
    assert_eq!(with(",\"status\":\"rejected\""), Some((Status::Rejected, Origin::File, None)));
    assert_eq!(with(",\"status\":\"maybe\""), None);
}

#[test]
fn what_does_not_fit_in_spans_is_told_and_the_rest_is_read() {
    let lines = "{\"text\":\"Taha\",\"spans\":[{\"start\":0,\"end\":9,\"label\":\"ROLE\"},{\"start\":0,\"end\":4,\"label\":\"ROLE\",\"text\":\"Bu\"},{\"start\":0,\"end\":4},{\"start\":0,\"end\":4,\"label\":\"ROLE\"}]}\n{\"text\":3}\nnonsense\n{\"text\":\"b\"}";
    check(
        "a.jsonl",
        lines,
        &["a 1: [r:Taha]", "a 2: b"],
        &[
            "a.jsonl: Line 1, span 1: 0–9 is no stretch of a text of 4 characters. This span was left out.",
            "Line 1, span 2: 0–4 should read “Bu”, but the text has “Taha”",
            "Line 1, span 3: missing field `label`",
            "Line 2: invalid type: integer `3`, expected a string. This article was left out.",
            "Line 3: expected ident. This article was left out.",
        ],
    );
    let many = format!("{{\"text\":\"a\",\"spans\":[{}]}}", ["{}"; 20].join(","));
    let (_, told) = read(&[("a.json", many.as_bytes())]);
    assert_eq!(told.len(), 6);
    assert_eq!(told[5], "a.json: 15 more troubles are not listed here.");
}

#[test]
fn a_project_comes_back_or_says_why_not() {
    let article = marked::read("😀 [r=Taha:envoy] [o:Taha] and [t?:Quds]").article;
    let sound = project(&article);
    let whole = "Marked: 😀 [r=Taha:envoy] [o:Taha] and [t?:Quds]";
    check("p.attache.json", &sound, &[whole], &[]);
    check("p.txt", &sound, &[whole], &[]);
    check(
        "p.json",
        sound.replacen(
            "\"format\": \"attache-project\",\n\"version\": 2,",
            "\"version\": 1, \"format\": \"attache-project\",",
            1,
        ),
        &[whole],
        &[],
    );
    check(
        "p.json",
        sound.replacen("\"version\": 2", "\"version\": 3", 1),
        &[],
        &["written by a newer Attaché (version 3; this one reads up to 2)"],
    );
    check(
        "p.json",
        sound.replacen("\"version\": 2", "\"version\": \"x\"", 1),
        &[],
        &["The version of this project file is \"x\""],
    );
    check("p.json", &sound[..sound.len() / 2], &[], &["The file breaks off at line "]);
    check("p.txt", &sound[..sound.len() / 2], &[], &["The file breaks off at line "]);
    check(
        "p.json",
        sound.replacen("\"version\": 2", "\"version\"; 2", 1),
        &[],
        &["Line 3, column 10 is not what it should be: expected `:`"],
    );
    check(
        "p.json",
        "{\"format\":\"attache-project\",\"version\":1,\"articles\":[]}",
        &[],
        &["This project holds no article"],
    );
    let moved = sound.replacen("\"start\":8,\"end\":12", "\"start\":9,\"end\":13", 1);
    check(
        "p.json",
        moved,
        &["Marked: 😀 [r=Taha:envoy] Taha and [t?:Quds]"],
        &[
            "“Marked”, annotation 2: 9–13 should read “Taha”, but the text has “aha ”",
            "the steps to undo do not lead to",
        ],
    );
    let edited = sound.replacen("\"entity\":\"Taha\"", "\"entity\":\"H. Taha\"", 1);
    check(
        "p.json",
        edited,
        &["Marked: 😀 [r=H. Taha:envoy] [o:Taha] and [t?:Quds]"],
        &["the steps to undo do not lead to"],
    );
    let id_twice = sound.replacen("{\"id\":1,", "{\"id\":0,", 1);
    check("p.json", id_twice, &[whole], &["the steps to undo do not lead to"]);
    let line = "{\"id\":1,\"start\":8,\"end\":12,\"label\":\"OFFICIAL\",\"text\":\"Taha\",\"entity\":\"Taha\",\"status\":\"accepted\",\"origin\":\"person\"},\n";
    let line_twice = sound.replacen(line, &format!("{line} {line}"), 1);
    check(
        "p.json",
        line_twice,
        &["Marked: 😀 [r=Taha:envoy] [o:[o:Taha]] and [t?:Quds]"],
        &["the steps to undo do not lead to"],
    );
    let foreign = sound.replace("\"label\":\"ROLE\"", "\"label\":\"JOB\"");
    check(
        "p.json",
        foreign,
        &["Marked: 😀 envoy [o:Taha] and [t?:Quds]"],
        &["the steps to undo", "1 span has the label “JOB”"],
    );
}

#[test]
fn a_text_that_comes_twice_becomes_one_article() {
    let annotated = &*project(&marked::read("[o:Taha] said").article);
    let spans = |label: &str| {
        format!("{{\"id\":\"J\",\"text\":\"Taha said\",\"spans\":[{{\"start\":0,\"end\":4,\"label\":\"{label}\"}}]}}")
    };
    let (other, same) = (spans("ROLE"), spans("OFFICIAL"));
    let batch = |files: &[(&str, &str)], articles: &[&str], warnings: &[&str]| {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, content)| (*name, content.as_bytes())).collect();
        check_batch(&files, articles, warnings);
    };
    let (p, a, j, k) = (("p.json", annotated), ("a.txt", "Taha said"), ("j.jsonl", &*same), ("k.jsonl", &*other));
    batch(&[a, p], &["a: [o:Taha] said"], &[]);
    batch(&[p, a], &["a: [o:Taha] said"], &[]);
    batch(&[p, ("z.txt", "z"), a], &["a: [o:Taha] said", "z: z"], &[]);
    batch(
        &[a, ("b.txt", "Taha said")],
        &["a: Taha said"],
        &["b.txt: This is the same text as “a”; it was opened once."],
    );
    batch(&[a, ("b.txt", "Taha said\n")], &["a: Taha said", "b: Taha said\n"], &[]);
    batch(&[j, ("l.jsonl", &same)], &["J: [o:Taha] said"], &["l.jsonl: This is the same text as “J”"]);
    batch(&[j, k], &["J: [o:Taha] said", "J: [r:Taha] said"], &[]);
    batch(&[a, j, k, a], &["a: [o:Taha] said", "J: [r:Taha] said"], &["a.txt: This is the same text"]);
    batch(
        &[("l.jsonl", "{\"text\":\"Taha said\"}"), k],
        &["l: [r:Taha] said"],
        &["k.jsonl: This is the same text as “l”"],
    );
    let both = format!("{same}\n{other}\n");
    batch(&[("b.jsonl", &both)], &["J: [o:Taha] said", "J: [r:Taha] said"], &[]);
}

#[test]
fn another_tools_positions_are_understood_by_what_fits() {
    let text = "😀 Iranian Foreign Minister Hossein Amir Abdollahian\nmet Bu Habib.";
    let in_units = format!(r#"{{"text":{},"label":[[28,52,"OFFICIAL"],[57,65,"OFFICIAL"]]}}"#, json(text));
    let in_points = format!(r#"{{"text":{},"label":[[27,51,"OFFICIAL"],[56,64,"OFFICIAL"]]}}"#, json(text));
    let region = |start: u32, end: u32, words: &str| {
        format!(
            r#"{{"id":"a","type":"labels","value":{{"start":{start},"end":{end},"text":"{words}","labels":["OFFICIAL"]}}}}"#
        )
    };
    let task =
        |regions: String| format!(r#"[{{"data":{{"text":{}}},"annotations":[{{"result":[{regions}]}}]}}]"#, json(text));
    let amir = "Hossein Amir Abdollahian";
    let expected = "😀 Iranian Foreign Minister [o:Hossein Amir Abdollahian]\nmet [o:Bu Habib].";
    for (name, content, unit) in [
        ("d.jsonl", in_units, "UTF-16 units"),
        ("d.jsonl", in_points, "code points"),
        ("l.json", task([region(27, 51, amir), region(56, 64, "Bu Habib")].join(",")), "code points"),
        ("l.json", task([region(28, 52, amir), region(57, 65, "Bu Habib")].join(",")), "UTF-16 units"),
        // Beside the mark, but the words stand only once.
        ("l.json", task([region(27, 51, amir), region(50, 58, "Bu Habib")].join(",")), "code points"),
    ] {
        let (articles, warnings) = read(&[(name, content.as_bytes())]);
        assert_eq!(articles.len(), 1, "{warnings:?}");
        assert!(articles[0].ends_with(expected), "{}: {}", content, articles[0]);
        assert!(warnings.iter().any(|warning| warning.contains(unit)), "{unit}: {warnings:?}");
    }
    let lost = task(region(27, 51, "nobody at all"));
    let (articles, warnings) = read(&[("l.json", lost.as_bytes())]);
    assert!(articles[0].ends_with(text), "{articles:?}");
    assert!(warnings[0].contains("should read “nobody at all”, which stands nowhere near"), "{warnings:?}");
}

/// Its frontend quotes with `replace(/[\n\r]/g, "\\n")`.
#[test]
fn line_breaks_that_label_studio_quotes_as_two_characters_are_line_breaks() {
    let check = |text: &str, (start, end): (u32, u32), quote: &str, expected: &str| {
        let (text, quote) = (json(text), json(quote));
        let value = format!(r#"{{"start":{start},"end":{end},"text":{quote},"labels":["OFFICIAL"]}}"#);
        let result = format!(r#"[{{"id":"a","type":"labels","value":{value}}}]"#);
        let task = format!(r#"[{{"data":{{"text":{text},"name":"t"}},"annotations":[{{"result":{result}}}]}}]"#);
        let (articles, warnings) = read(&[("l.json", task.as_bytes())]);
        assert_eq!(articles, [format!("t: {expected}")], "{warnings:?}");
    };
    check("😀 Bu\nHabib said", (2, 10), "Bu\\nHabib", "😀 [o:Bu\nHabib] said");
    check("😀 Bu\r\nHabib said", (3, 12), "Bu\\n\\nHabib", "😀 [o:Bu\r\nHabib] said");
    // Beside the mark, and found by its words.
    check("😀 Bu\nHabib said", (5, 9), "Bu\\nHabib", "😀 [o:Bu\nHabib] said");
    // A text may hold the two characters itself.
    check("in C:\\news\nand", (3, 14), "C:\\news\\nand", "in [o:C:\\news\nand]");
    check("in C:\\news", (0, 7), "C:\\news", "in [o:C:\\news]");
}

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

#[test]
fn labels_of_another_tool_join_the_tagset() {
    let mut codebook = codebook();
    let doccano = r#"{"text":"Aden lies there","label":[[0,4,"Ort"],[5,9,"مکان"],[10,15,"official"]]}"#;
    // And of scripts; of a span that is refused none does.
    let jsonl = r#"{"text":"Aden lies here","spans":[{"start":0,"end":4,"label":"ORT"},{"start":5,"end":9,"label":"Verb"},
        {"start":10,"end":14,"label":"official"},{"start":0,"end":99,"label":"LOST"}]}"#;
    for (content, expected) in [(doccano, ["Ort", "مکان", "Official"]), (jsonl, ["Ort", "Verb", "Official"])] {
        let files = vec![NamedBytes { name: "d.json".to_owned(), bytes: content.as_bytes().to_vec() }];
        let (articles, _) = read_files(files, &mut codebook);
        let labels: Vec<&str> =
            articles[0].annotations.iter().map(|it| codebook.scheme.label(it.label).title.as_str()).collect();
        assert_eq!(labels, expected);
    }
    assert!(codebook.scheme.by_name("LOST").is_none());
}

#[test]
fn brat_comes_in_pairs_and_in_zips() {
    let (text, ann) = (b"See Bu Habib said".as_slice(), b"T1\tOFFICIAL 4 12\tBu Habib\n".as_slice());
    let (articles, warnings) = read(&[("a.txt", text), ("a.ann", ann)]);
    assert_eq!(articles, ["a: See [o:Bu Habib] said"], "{warnings:?}");
    let (articles, warnings) = read(&[("b.ann", ann)]);
    assert!(articles.is_empty() && warnings[0].contains("without their text"), "{warnings:?}");

    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in
        [("x/../../a.txt", text), ("x/../../a.ann", ann), ("annotation.conf", b"[entities]"), (".hidden", b"x")]
    {
        zip.start_file(name, options).expect("a file");
        std::io::Write::write_all(&mut zip, content).expect("memory");
    }
    let bytes = zip.finish().expect("memory").into_inner();
    let (articles, warnings) = read(&[("all.zip", &bytes)]);
    assert_eq!(articles, ["a: See [o:Bu Habib] said"], "{warnings:?}");
    // What is whole of one that was cut off is read.
    let (articles, warnings) = read(&[("all.zip", &bytes[..bytes.len() / 2])]);
    assert_eq!(articles, ["a: See [o:Bu Habib] said"], "{warnings:?}");
    assert!(warnings[0].contains("This zip is not whole") && warnings[0].contains("2 files"), "{warnings:?}");
    let (articles, warnings) = read(&[("all.zip", b"PK\x03\x04 and nothing more")]);
    assert!(articles.is_empty() && warnings[0].contains("This zip cannot be read"), "{warnings:?}");
}

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in files {
        zip.start_file(*name, options).expect("a file");
        std::io::Write::write_all(&mut zip, content.as_bytes()).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

#[test]
fn files_of_the_same_name_in_several_folders_are_paired_by_their_folders() {
    let ann = |words: &str| format!("T1\tOFFICIAL 0 4\t{words}\n");
    let (taha, aden) = (ann("Taha"), ann("Aden"));
    let files = [
        ("dev/001.ann", &*aden),
        ("dev/001.txt", "Aden said"),
        ("train/001.ann", &taha),
        ("train/001.txt", "Taha said"),
    ];
    let expected = ["001: [o:Aden] said", "001: [o:Taha] said"];
    let loose = files.map(|(name, content)| (name, content.as_bytes()));
    let (zip, turned) = (zipped(&files), [files[3], files[2]].map(|(name, content)| (name, content.as_bytes())));
    assert_eq!(read(&loose).0, expected);
    assert_eq!(read(&[("all.zip", &zip)]).0, expected);
    // Zips are folders too.
    let (a, b) = (zipped(&files[..2]), zipped(&[("dev/001.txt", "Taha said"), ("dev/001.ann", &taha)]));
    assert_eq!(read(&[("a.zip", &a), ("b.zip", &b)]).0, expected);
    assert_eq!(read(&[("x/a.zip", &a), ("y/a.zip", &b)]).0, expected);
    assert_eq!(read(&turned).0, expected[1..]);
    // Texts and annotations in folders of their own.
    let apart = [
        ("c/ann/dev/1.ann", &*aden),
        ("c/ann/train/1.ann", &taha),
        ("c/txt/dev/1.txt", "Aden said"),
        ("c/txt/train/1.txt", "Taha said"),
    ];
    let (articles, told) = read(&[("all.zip", &zipped(&apart))]);
    assert_eq!(articles, ["1: [o:Aden] said", "1: [o:Taha] said"], "{told:?}");
    // Of two annotators neither is taken for the other, nor is one lost without a word.
    let two = [("a/1.ann", taha.as_bytes()), ("b/1.ann", b"T1\tROLE 0 4\tTaha\n"), ("t/1.txt", b"Taha said")];
    check_batch(&two, &["1: Taha said"], &["a/1.ann: Several files have this name", "b/1.ann: Several files"]);
    let same = [("t/1.txt", b"Taha said".as_slice()), two[0], ("t/1.ann", b"T1\tROLE 0 4\tTaha\n")];
    let (articles, told) = read(&same);
    assert_eq!((&*articles, told.len()), (&["1: [r:Taha] said".to_owned()][..], 2), "{told:?}");
}

#[test]
fn annotations_beside_a_text_are_decoded_as_it_is() {
    let (text, ann) = ("Café Aoun said", "T1\tOFFICIAL 0 9\tCafé Aoun\n");
    let expected = ["a: [o:Café Aoun] said"];
    let utf16 = |words: &str| "\u{feff}".chars().chain(words.chars()).flat_map(in_utf16).collect::<Vec<u8>>();
    for (text, ann) in [
        (text.as_bytes().to_vec(), format!("\u{feff}{ann}").into_bytes()),
        (text.as_bytes().to_vec(), utf16(ann)),
        (utf16(text), utf16(ann)),
    ] {
        check_batch(&[("a.txt", &text), ("a.ann", &ann)], &expected, &["Read as brat standoff"]);
    }
    let latin = |words: &str| words.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin")).collect::<Vec<u8>>();
    let broken = [("a.txt", text.as_bytes()), ("a.ann", &*latin(ann))];
    check_batch(&broken, &["a: Café Aoun said"], &["a.ann: This text is not UTF-8: byte 0xE9"]);
    let files = [("a.txt", text), ("a.ann", ann)];
    let files = files.map(|(name, words)| NamedBytes { name: name.to_owned(), bytes: latin(words) });
    let reading = Reading { encoding: Some("windows-1252".to_owned()), ..Reading::default() };
    let (articles, _) = read_files_as(files.to_vec(), reading, &mut codebook());
    assert_eq!(articles[0].annotations[0].entity, "Café Aoun");
}

fn in_utf16(c: char) -> Vec<u8> {
    c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_le_bytes()).collect()
}

#[test]
fn documents_give_their_words() {
    let core = "<cp:coreProperties xmlns:cp='c' xmlns:dc='d' xmlns:dcterms='t'><dc:title>The talks</dc:title><dcterms:created>2024-04-05T10:00:00Z</dcterms:created></cp:coreProperties>";
    let word = "<?xml version='1.0'?><w:document xmlns:w='w'><w:body>\
        <w:p><w:r><w:t>Bu</w:t></w:r><w:r><w:t xml:space='preserve'> Habib &amp;</w:t><w:br/><w:t>x</w:t></w:r>\
        <w:del><w:r><w:delText>no</w:delText></w:r></w:del></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
        <w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>end</w:t></w:r></w:p></w:body></w:document>";
    let docx = zipped(&[("[Content_Types].xml", "<Types/>"), ("docProps/core.xml", core), ("word/document.xml", word)]);
    check("notes.docx", &docx, &["The talks: Bu Habib &\nx\n\na\tb\n\nend"], &[]);

    let odt = "<office:document-content xmlns:office='o' xmlns:text='t' xmlns:table='b'><office:body><office:text>\
        <text:tracked-changes>no</text:tracked-changes><text:h>Talks</text:h>\n  <text:p>Bu<text:s text:c='2'/><text:span>Habib</text:span></text:p>\
        <text:p>on <text:date>4 May</text:date>, <text:bookmark-ref>p. 2</text:bookmark-ref><office:annotation><text:p>no</text:p></office:annotation>\
        <d:frame xmlns:d='d' xmlns:svg='svg'><svg:title>no</svg:title></d:frame> \
        <text:ruby><text:ruby-base>base</text:ruby-base><text:ruby-text>no</text:ruby-text></text:ruby></text:p>\
        </office:text></office:body></office:document-content>";
    let odt = zipped(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", odt)]);
    check("notes.ODT", &odt, &["notes: Talks\n\nBu Habib\n\non 4 May, p. 2 base"], &[]);

    let epub = zipped(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", "<container><rootfiles><rootfile full-path='o/b.opf'/></rootfiles></container>"),
        (
            "o/b.opf",
            "<package><metadata xmlns:dc='d'><dc:title>Book</dc:title></metadata><manifest><item id='a' href='a%20b.xhtml'/><item id='c' href='c.xhtml'/></manifest><spine><itemref idref='c'/><itemref idref='a'/></spine></package>",
        ),
        ("o/a b.xhtml", "<html><body><p>Second</p></body></html>"),
        ("o/c.xhtml", "<html><head><title/></head><body><h1>First</h1></body></html>"),
    ]);
    check("b.epub", &epub, &["Book: First\n\nSecond"], &[]);
    let lost = zipped(&[("META-INF/container.xml", "<container><rootfile full-path='../../x'/></container>")]);
    check("b.epub", &lost, &[], &["This document cannot be read: “../../x” in it"]);
    check("b.docx", &docx[..docx.len() / 2], &[], &["This document cannot be read"]);
}

#[test]
fn tagtog_comes_in_pairs_and_in_zips() {
    let page = "<html><body><h2 id=\"s1h1\">Talks</h2><pre id=\"s2p1\">😀 See Bu Habib &amp; go</pre></body></html>";
    let entity = |start: u32, state: &str| {
        format!(
            r#"{{"classId":"e_1","part":"s2p1","offsets":[{{"start":{start},"text":"Bu Habib"}}],"confidence":{{"state":"{state}","prob":1}}}}"#
        )
    };
    let ann = |start: u32, state: &str| {
        format!(
            r#"{{"annotatable":{{"parts":["s1h1","s2p1"]}},"metas":{{}},"entities":[{}],"relations":[]}}"#,
            entity(start, state)
        )
    };
    let legend = r#"{"e_1":"OFFICIAL","m_1":"genre"}"#;
    for start in [6, 7] {
        let (articles, warnings) = read(&[
            ("a.ann.json", ann(start, "pre-added").as_bytes()),
            ("annotations-legend.json", legend.as_bytes()),
            ("a.plain.html", page.as_bytes()),
        ]);
        assert_eq!(articles, ["a: Talks\n😀 See [o?:Bu Habib] & go"], "{warnings:?}");
    }
    let ann = ann(6, "");
    let zip = zipped(&[
        ("x/plain.html/pool/a.plain.html", page),
        ("x/annotations-legend.json", legend),
        ("x/ann.json/master/pool/a.ann.json", &ann),
    ]);
    let (articles, warnings) = read(&[("all.zip", &zip)]);
    assert_eq!(articles, ["a: Talks\n😀 See [o:Bu Habib] & go"], "{warnings:?}");
    check("a.ann.json", &ann, &[], &["tagtog annotations without their text. Open the .plain.html"]);
}

#[test]
fn tables_give_an_article_a_row() {
    check(
        "news.csv",
        "id;Headline;Body\r\n1;Talks / more;\"Taha \"\"said\"\"; so\r\nit is\"\r\n2;;x\r\n3;Nothing;\r\n",
        &["Talks - more: Taha \"said\"; so\r\nit is", "news 2: x"],
        &["1 row has nothing in the column “Body”", "the column “Body” as the texts, “Headline” as the names"],
    );
    check("t.tsv", "a\tb\nx\ta longer one\n", &["t 1: a longer one"], &["the column “b” as the texts."]);
    check(
        "all.jsonl",
        "{\"url\":\"u/1\",\"data\":{\"body\":\"Taha\",\"n\":1}}\n{\"data\":{\"body\":\"said it\"}}\n",
        &["1: Taha", "all 2: said it"],
        &["the column “data.body” as the texts, “url” as the names"],
    );
    check("empty.csv", "text\n", &[], &["This holds no article"]);
    check(
        "some.jsonl",
        "{\"body\":\"Taha\"}\n{\"body\":\n{\"body\":\"said\"}\n",
        &["some 1: Taha", "some 2: said"],
        &["Line 2 is no sound JSON. It was left out.", "the column “body” as the texts"],
    );

    let file = NamedBytes { name: "n.csv".to_owned(), bytes: b"text,lead,title\na,b,c\n".to_vec() };
    let (name, table) = first_table(std::slice::from_ref(&file)).expect("a table");
    assert_eq!((&*name, table.columns.len(), table.rows.len()), ("n.csv", 3, 1));
    let columns = Columns { text: "lead".to_owned(), name: None };
    let reading = Reading { columns: Some(columns), ..Reading::default() };
    let (articles, _) = read_files_as(vec![file], reading, &mut codebook());
    assert_eq!((&*articles[0].name, articles[0].text.as_str()), ("n 1", "b"));
    let file = NamedBytes { name: "n.csv".to_owned(), bytes: b"text,lead\na,b\n".to_vec() };
    let columns = Columns { text: "nothing".to_owned(), name: None };
    let reading = Reading { columns: Some(columns), ..Reading::default() };
    let (articles, told) = read_files_as(vec![file], reading, &mut codebook());
    assert_eq!(articles[0].text.as_str(), "a");
    assert_eq!(told[0].message, "There is no column “nothing”. There are “text”, “lead”.");
}

#[test]
fn commas_and_quotes_in_the_words_of_a_table_cut_no_text() {
    check(
        "a.csv",
        "id,text\n1,Hello Taha, he said, and left.\n2,\"Fine, ok\",,\n",
        &["1: Hello Taha, he said, and left.", "2: Fine, ok"],
        &["Row 1 has more cells than there are columns. What is over was read as the end of the text.", "“text”"],
    );
    check(
        "a.csv",
        "text;id\nTaha; he said;1\nso;2\nTaha; or;3\n",
        &["he said: Taha", "2: so", "or: Taha"],
        &[
            "Rows 1, 3 have more cells than there are columns. What is over was left out, and the text may be cut. Put cells that hold “;” in quotes.",
            "“text”",
        ],
    );
    check(
        "a.tsv",
        "id\ttext\r\n1\t\"Yes,\" said Taha.\r\n2\t\"We will go\r\n3\tBerri spoke.\r\n\r\n4\tAoun \"really\" came.\r\n5\t\"Two\nlines of \"\"him\"\"\"\n6\t\"\"\n7\t\"",
        &[
            "1: \"Yes,\" said Taha.",
            "2: \"We will go",
            "3: Berri spoke.",
            "4: Aoun \"really\" came.",
            "5: Two\nlines of \"him\"",
            "7: \"",
        ],
        &["1 row has nothing", "“text”"],
    );
}

#[test]
fn where_an_article_comes_from_is_kept() {
    let html = "<html lang=en><head><title>T</title><meta property='og:site_name' content='Mehr'>\
        <link rel=canonical href='https://a.example/1'><meta name=date content='2024-04-05'></head><p>Taha said.</html>";
    let csv = "headline,text,published,outlet,link\nT,Taha said.,2024-04-05,Mehr,https://a.example/1\n";
    for (name, content) in [("a.html", html), ("a.csv", csv)] {
        let files = vec![NamedBytes { name: name.to_owned(), bytes: content.as_bytes().to_vec() }];
        let (articles, _) = read_files(files, &mut codebook());
        let said: Vec<(&str, &str)> =
            articles[0].about.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut expected = vec![("date", "2024-04-05"), ("source", "Mehr"), ("url", "https://a.example/1")];
        if name == "a.html" {
            expected.insert(1, ("language", "en"));
        }
        assert_eq!((said, &*articles[0].name), (expected, "T"), "{name}");
        assert!(!articles[0].is_marked(), "suggestions are looked for");
    }
}
