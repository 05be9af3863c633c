//! The three formats, read back from the folder of downloads.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use browser_tests::{MIXED, Mark, Page, article, as_suggestions};
use serde_json::Value;

/// An article with characters of every length, with suggestions, accepted, rejected and edited annotations.
fn page() -> Page {
    let page = Page::with_article(&as_suggestions(&article("Bu Habib – talks", MIXED, &[(9, 25, "ROLE")])));
    for (words, label) in [
        ("Bu\u{a0}Habib’s", "o"),
        ("cafe\u{301} talks 😀", "t"),
        ("😀 were", "t"),
        ("𐎠𐎡", "t"),
        ("حسین امیرعبداللهیان", "o"),
        ("خارجه", "r"),
        ("Taha", "o"),
    ] {
        page.select_exactly(words);
        assert_eq!(page.selected(), words);
        page.press(label);
    }
    page.click_words("Taha");
    page.press("]");
    assert_eq!(page.text(), MIXED);
    page
}

/// Every mark of the open article as the formats count: label, start and end in code points, words.
fn in_code_points(page: &Page) -> Vec<(String, usize, usize, String)> {
    let units: Vec<u16> = page.text().encode_utf16().collect();
    let code_points = |end: usize| String::from_utf16(&units[..end]).expect("no half character").chars().count();
    let mark = |mark: Mark| (mark.label, code_points(mark.start), code_points(mark.end), mark.text);
    let mut marks: Vec<_> = page.marks().into_iter().map(mark).collect();
    marks.sort();
    marks
}

/// A stretch of a text from one code point to another.
fn slice(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take(end - start).collect()
}

fn unzip(path: &Path) -> BTreeMap<String, String> {
    let file = fs::File::open(path).expect("the download");
    let mut zip = zip::ZipArchive::new(file).expect("a zip");
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        let name = entry.name().expect("a name in UTF-8").into_owned();
        let mut content = String::new();
        entry.read_to_string(&mut content).expect("text");
        files.insert(name, content);
    }
    files
}

#[test]
fn jsonl_holds_the_text_and_every_span_in_code_points() {
    let page = page();
    let path = page.download("jsonl");
    assert!(path.to_string_lossy().ends_with(".jsonl"), "{}", path.display());
    let content = fs::read_to_string(path).expect("a download in UTF-8");
    let lines: Vec<Value> = content.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2, "the seed and the article");
    let line = lines.iter().find(|line| line["text"] == MIXED).expect("the article");
    let number = |span: &Value, field: &str| span[field].as_u64().expect("a number") as usize;
    let word = |span: &Value, field: &str| span[field].as_str().expect("a word").to_owned();
    let spans = line["spans"].as_array().expect("a list").iter();
    let mut found: Vec<_> = spans
        .map(|span| (word(span, "label"), number(span, "start"), number(span, "end"), word(span, "text")))
        .collect();
    found.sort();
    assert_eq!(found, in_code_points(&page));
    for (_, start, end, words) in found {
        assert_eq!(slice(MIXED, start, end), words);
    }
}

#[test]
fn brat_files_hold_the_text_and_every_span_in_code_points() {
    let page = page();
    let files = unzip(&page.download("brat"));
    let (name, text) = files.iter().find(|(_, content)| *content == MIXED).expect("the article's text");
    let ann = &files[&name.replace(".txt", ".ann")];
    let mut found = Vec::new();
    for line in ann.lines().filter(|line| line.starts_with('T')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [_, place, words] = fields[..] else { panic!("three fields in {line}") };
        let (label, place) = place.split_once(' ').expect("a label");
        let (start, end) = place.split_once(' ').expect("one fragment");
        let (start, end) = (start.parse().expect("a number"), end.parse().expect("a number"));
        assert_eq!(slice(text, start, end), words, "{line}");
        found.push((label.to_owned(), start, end, words.to_owned()));
    }
    found.sort();
    assert_eq!(found, in_code_points(&page));
    assert!(files.contains_key("annotation.conf"), "{:?}", files.keys());
}

#[test]
fn a_project_opens_to_the_same_state_in_another_browser_and_undo_goes_on() {
    let page = page();
    page.click_words("Foreign Minister");
    page.press("x");
    let panels = |page: &Page| [page.groups("people"), page.groups("topics")];
    let (marks, groups) = (page.marks(), panels(&page));
    page.press("Control+z");
    let before = page.marks();
    page.press("Control+Shift+z");
    let path = page.download("project");
    assert!(path.to_string_lossy().ends_with(".attache.json"), "{}", path.display());

    let other = Page::first_visit();
    other.open_paths(std::slice::from_ref(&path));
    other.wait("the article of the project", "return document.querySelectorAll('[data-doc-list] > li').length > 1");
    let nth = other.articles().iter().position(|name| name == "Bu Habib – talks").expect("the article") + 1;
    other.click(&format!("[data-doc-list] > li:nth-child({nth}) button"));
    assert_eq!(other.text(), MIXED);
    assert_eq!(other.marks(), marks);
    assert_eq!(panels(&other), groups);
    other.press("Control+z");
    assert_eq!(other.marks(), before, "undo goes on where it was");
    other.press("Control+Shift+z");
    assert_eq!(other.marks(), marks);
    other.wait_saved();
    let again = other.download("project");
    let articles = |path: &Path| -> Value {
        let file: Value = serde_json::from_slice(&fs::read(path).expect("a download")).expect("JSON");
        let article = |it: &&Value| it["text"] == MIXED;
        file["articles"].as_array().expect("a list").iter().find(article).expect("the article").clone()
    };
    assert_eq!(articles(&again)["annotations"], articles(&path)["annotations"]);
}

#[test]
fn a_download_after_a_reload_holds_all_articles_open_or_not() {
    let page = page();
    let marks = in_code_points(&page);
    page.press("Alt+ArrowUp");
    page.wait_saved();
    page.reload();
    let content = fs::read_to_string(page.download("jsonl")).expect("a download in UTF-8");
    let lines: Vec<Value> = content.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2);
    let line = lines.iter().find(|line| line["text"] == MIXED).expect("the article that is not open");
    assert_eq!(line["spans"].as_array().expect("a list").len(), marks.len());
}
