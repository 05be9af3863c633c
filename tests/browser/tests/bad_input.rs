//! What cannot be read gets a sentence that names the file, says what and where, and costs nothing already open.

use std::fs::File;

use browser_tests::{Page, SEED, wait_for};

/// Opens a file and demands a notice with all these parts; then puts it away.
fn refused(page: &Page, name: &str, bytes: &[u8], parts: &[&str]) {
    page.open(&[(name, bytes)]);
    expect_notice(page, name, parts);
}

fn expect_notice(page: &Page, name: &str, parts: &[&str]) {
    let notice = wait_for(&format!("a notice about {name}"), || page.notices("problem").into_iter().next());
    for part in parts.iter().chain([&name]) {
        assert!(notice.contains(part), "“{part}” is not in: {notice}");
    }
    assert!(notice.ends_with(['.', '!']), "a whole sentence: {notice}");
    page.click(".notice button[aria-label]");
    assert!(page.notices("problem").is_empty(), "{name}: the notice is put away");
}

#[test]
fn what_cannot_be_read_is_told_and_nothing_open_is_lost() {
    let page = Page::first_visit();
    page.select("phone conversations");
    page.press("t");
    let marks = page.marks();

    refused(&page, "empty.txt", b"", &["empty"]);
    refused(&page, "blank.txt", b" \n\t\n", &["white space"]);
    refused(&page, "picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &["image"]);
    refused(&page, "binary.txt", b"abc\0\x01\x02\xff", &["offset 3"]);
    refused(&page, "latin1.txt", b"Taha\ncaf\xe9 talks", &["UTF-8", "0xE9", "line 2"]);
    refused(&page, "damaged.txt", b"\xff\xfeT\0a\0\x3d\xd8!\0", &["UTF-16", "offset 6"]);
    refused(&page, "broken.json", b"{\"format\": \"attache-project\",\n\"version\": 1, \"articles\": [", &["line 2"]);
    refused(&page, "broken.jsonl", b"{\"id\":\"a\",\"text\":\"Taha\"\n{]\n", &["ine"]);
    refused(&page, "other.json", b"{\"name\": \"Taha\"}", &["holds no article"]);
    let newer = br#"{"format":"attache-project","version":99,"offsets":"code points","articles":[]}"#;
    refused(&page, "newer.attache.json", newer, &["newer", "99"]);

    assert_eq!(page.articles().len(), 1);
    assert_eq!(page.text(), SEED);
    assert_eq!(page.marks(), marks);
    page.wait_saved();
}

#[test]
fn a_text_of_50_mb_is_refused_before_it_is_read() {
    let page = Page::first_visit();
    let path = page.files().join("huge.txt");
    File::create(&path).and_then(|file| file.set_len(50_000_000)).expect("a sparse file");
    page.open_paths(&[path]);
    expect_notice(&page, "huge.txt", &["50 MB", "16 MB", "split"]);
    assert_eq!(page.text(), SEED);
}

#[test]
fn utf16_with_a_mark_opens() {
    let page = Page::first_visit();
    let text = "Taha’s talks – in\u{a0}Kuwait 😀\nسلام\n";
    let bytes: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    page.open(&[("utf16.txt", &bytes)]);
    wait_for("the article", || (page.text() == text).then_some(()));
    assert!(page.notices("problem").is_empty());
}

#[test]
fn one_bad_file_does_not_keep_out_the_good_ones() {
    let page = Page::first_visit();
    page.open(&[("good.txt", b"Taha spoke."), ("bad.txt", b"\xff\xff\xff"), ("also good.txt", b"Aoun spoke.")]);
    expect_notice(&page, "bad.txt", &["UTF-8", "offset 0"]);
    assert_eq!(page.articles()[1..], ["good", "also good"]);
}

#[test]
fn an_article_with_one_bad_span_opens_without_it() {
    let page = Page::first_visit();
    let line = r#"{"id":"a","text":"Taha spoke.","spans":[{"start":0,"end":4,"label":"OFFICIAL"},{"start":5,"end":99,"label":"TOPIC"}]}"#;
    page.open(&[("spans.jsonl", line.as_bytes())]);
    expect_notice(&page, "spans.jsonl", &["99", "span 2"]);
    assert_eq!(page.text(), "Taha spoke.");
    assert_eq!(page.marks().len(), 1);
}
