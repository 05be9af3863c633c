//! The whole seed article from nothing to its gold spans, by keyboard alone and by mouse alone.

use browser_tests::{Page, repository};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Gold {
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    start: usize,
    end: usize,
    label: String,
    text: String,
}

/// The seed's gold spans. Its letters are all of one UTF-16 unit, so code points are the browser's offsets too.
fn gold() -> Vec<Span> {
    let json = std::fs::read_to_string(repository().join("tests/gold/seed.json")).expect("it is in the repository");
    let gold: Gold = serde_json::from_str(&json).expect("spans");
    gold.spans
}

fn key_of(label: &str) -> &'static str {
    match label {
        "OFFICIAL" => "o",
        "ROLE" => "r",
        _ => "t",
    }
}

fn check(page: &Page) {
    let mut expected: Vec<(usize, usize, String, String)> =
        gold().into_iter().map(|it| (it.start, it.end, it.label, it.text)).collect();
    expected.sort();
    let marks = page.marks();
    assert!(marks.iter().all(|mark| mark.state == "accepted"));
    let found: Vec<_> = marks.into_iter().map(|it| (it.start, it.end, it.label, it.text)).collect();
    let missing: Vec<_> = expected.iter().filter(|it| !found.contains(it)).collect();
    let wrong: Vec<_> = found.iter().filter(|it| !expected.contains(it)).collect();
    assert!(missing.is_empty() && wrong.is_empty(), "without {missing:#?}, with {wrong:#?}");
    page.wait_saved();
    page.reload();
    assert_eq!(page.marks().len(), expected.len(), "and after a reload");
}

/// How many words and then characters lie between two places, as the caret moves: Ctrl and an arrow go to the end of
/// the next word.
const STEPS: &str = "const [from, to] = arguments;
    const words = new Intl.Segmenter('en', { granularity: 'word' }).segment(article.textContent.slice(from, to));
    const ends = [...words].filter((it) => it.isWordLike).map((it) => from + it.index + it.segment.length);
    return [ends.length, to - (ends.at(-1) ?? from)]";

#[test]
fn by_keyboard_alone() {
    let page = Page::first_visit();
    // No suggestions: the box in the settings, by its keys.
    page.press("Control+,");
    page.tab_to("[name=suggests]");
    page.press("Space");
    page.press("Escape");
    page.wait("no highlight", "return article.dataset.spans === '0'");
    page.tab_to("[data-article]");
    page.press("Control+Home");
    let mut at = 0;
    for span in gold() {
        let steps = |from: usize, to: usize| -> (usize, usize) {
            serde_json::from_value(page.run(STEPS, json!([from, to]))).expect("two numbers")
        };
        let (words, characters) = steps(at, span.start);
        page.press_in_a_row("Control+ArrowRight", words);
        page.press_in_a_row("ArrowRight", characters);
        let (words, characters) = steps(span.start, span.end);
        page.press_in_a_row("Control+Shift+ArrowRight", words);
        page.press_in_a_row("Shift+ArrowRight", characters);
        page.press(key_of(&span.label));
        // The caret stands at the end of what was selected.
        at = span.end;
    }
    check(&page);
}

#[test]
fn by_mouse_alone() {
    let page = Page::first_visit();
    page.click("[data-action=settings]");
    page.click("[name=suggests]");
    page.click("[data-dialog=settings] [data-action=close]");
    page.wait("no highlight", "return article.dataset.spans === '0'");
    page.click("[data-action=tour-end]");
    for span in gold() {
        page.drag_over(span.start, span.end);
        page.click(&format!(".palette [data-label-button={}]", span.label));
    }
    check(&page);
}
