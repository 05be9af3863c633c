//! What the page showed as saved is there after a reload, and after the browser was killed.

use browser_tests::{Page, SEED};

#[test]
fn a_reload_keeps_highlights_and_undo() {
    let page = Page::first_visit();
    let before = page.marks();
    page.select("phone conversations");
    page.press("t");
    let after = page.marks();
    assert_ne!(after, before);
    page.wait_saved();
    page.reload();
    assert_eq!(page.marks(), after);
    page.press("Control+z");
    assert_eq!(page.marks(), before);
    page.wait_saved();
    page.reload();
    page.press("Control+Shift+z");
    assert_eq!(page.marks(), after, "redo survives as well");
}

#[test]
fn a_killed_browser_loses_nothing_that_was_shown_as_saved() {
    let mut page = Page::first_visit();
    // What the page showed after each edit; the last is what it shows now.
    let mut states = vec![page.marks()];
    for words in ["phone conversations", "latest developments", "ceasefire in Yemen"] {
        page.select(words);
        page.press("t");
        states.push(page.marks());
        page.press("r");
        states.push(page.marks());
        page.wait_saved();
        page.kill_now();

        page.come_back();
        assert_eq!(page.marks(), states[states.len() - 1], "after “{words}”");
        assert_eq!(page.text(), SEED);
        for state in states.iter().rev().skip(1) {
            page.press("Control+z");
            assert_eq!(page.marks(), *state, "undo after “{words}”");
        }
        for state in &states[1..] {
            page.press("Control+Shift+z");
            assert_eq!(page.marks(), *state, "redo after “{words}”");
        }
        page.wait_saved();
    }
}

#[test]
fn edits_made_right_before_a_kill_are_there_in_order_as_far_as_they_were_kept() {
    let mut page = Page::first_visit();
    for round in 0..3 {
        let mut states = vec![page.marks()];
        page.press("n");
        for chord in ["t", "o", "]", "t", "[", "r", "}", "x"] {
            page.press(chord);
            states.push(page.marks());
        }
        // No waiting here: the last edits may still be on their way.
        let was_saved = page.count("[data-save-state=saved]") == 1;
        page.kill_now();
        page.come_back();
        let found = page.marks();
        let kept = states.iter().rposition(|state| *state == found);
        let kept = kept.unwrap_or_else(|| panic!("round {round}: a state that never was: {found:#?}"));
        assert!(
            !was_saved || kept == states.len() - 1,
            "round {round}: shown as saved, but only {kept} edits are there"
        );
        assert!(page.notices("problem").is_empty(), "{:?}", page.notices("problem"));
        page.wait_saved();
    }
}

#[test]
fn articles_and_the_open_one_are_there_after_a_kill() {
    let mut page = Page::first_visit();
    page.open(&[("one.txt", b"Bu Habib met Taha."), ("two.txt", b"President Aoun spoke.")]);
    page.wait("three articles", "return document.querySelectorAll('[data-doc-list] > li').length === 3");
    page.click("[data-doc-list] > li:nth-child(3) button");
    page.wait("the third", "return article.textContent === 'President Aoun spoke.'");
    page.select("Aoun");
    page.press("o");
    page.wait_saved();
    let (articles, marks) = (page.articles(), page.marks());
    page.kill();
    page.come_back();
    assert_eq!(page.articles(), articles);
    assert_eq!(page.open_article(), "two");
    assert_eq!(page.text(), "President Aoun spoke.");
    assert_eq!(page.marks(), marks);

    page.click("[data-action=remove]");
    page.wait_saved();
    page.kill();
    page.come_back();
    assert_eq!(page.articles(), articles[..2], "a removed article stays removed");
}
