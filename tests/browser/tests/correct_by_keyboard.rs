//! The same without a mouse.

use browser_tests::{Page, SEED};
use serde_json::json;

/// Presses Tab from the start of the page until the article has the focus.
fn tab_into_the_text(page: &Page) {
    for _ in 0..40 {
        page.press("Tab");
        if page.run("return document.activeElement === article", json!([])) == json!(true) {
            return;
        }
    }
    panic!("Tab never reaches the text");
}

fn focus(page: &Page) -> String {
    let script = "const it = document.activeElement; return it === article ? 'article' : it.className || it.localName";
    page.run(script, json!([])).as_str().unwrap_or_default().to_owned()
}

#[test]
fn words_are_selected_and_labelled_by_keys_alone() {
    let page = Page::first_visit();
    tab_into_the_text(&page);
    assert!(page.marks_on("TEHRAN –").is_empty());
    page.press("Control+Shift+ArrowRight");
    page.press("Control+Shift+ArrowRight");
    assert!(page.selected().starts_with("TEHRAN"), "{}", page.selected());
    page.press("Shift+ArrowLeft");
    page.press("Shift+ArrowRight");
    page.press("t");
    let first = page.marks().remove(0);
    assert!(first.start == 0 && first.label == "TOPIC" && first.state == "accepted", "{first:?}");
    page.press("r");
    assert_eq!(page.marks()[0].label, "ROLE", "a label key relabels the active highlight");
    page.press("Delete");
    assert_ne!(page.marks()[0], first);
    page.press_times("Control+z", 3);
    page.press("Control+Shift+z");
    assert_eq!(page.marks()[0], first);

    page.press("Escape");
    page.press("ArrowDown");
    page.press("Shift+ArrowDown");
    assert!(page.selected().len() > 20, "a line: {}", page.selected());
    page.press("Escape");
    assert_eq!(page.selected(), "");
    assert_eq!(page.text(), SEED);
    assert!(page.measures("attache:edit").0 >= 3);
}

#[test]
fn keys_of_other_alphabets_act_by_their_place() {
    let page = Page::first_visit();
    page.select("phone conversations");
    let press = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
        { key: arguments[0], code: arguments[1], ctrlKey: arguments[2], bubbles: true, cancelable: true }))";
    page.run(press, json!(["щ", "KeyO", false]));
    page.settle();
    assert_eq!(page.marks_on("phone conversations").len(), 1, "where o is on a Latin keyboard");
    page.run(press, json!(["я", "KeyZ", true]));
    page.settle();
    assert!(page.marks_on("phone conversations").is_empty(), "Ctrl and where z is");
}

#[test]
fn j_k_n_and_p_walk_over_highlights_and_a_and_x_decide_them() {
    let page = Page::first_visit();
    let texts: Vec<String> = page.marks().into_iter().map(|mark| mark.text).collect();
    let mut walked = Vec::new();
    for _ in 0..4 {
        page.press("j");
        walked.push(page.active().expect("an active highlight"));
    }
    assert_eq!(walked, texts[..4]);
    page.press("k");
    assert_eq!(page.active().as_ref(), Some(&texts[2]));
    page.press("n");
    assert_eq!(page.active().as_ref(), Some(&texts[3]));
    page.press("p");
    assert_eq!(page.active().as_ref(), Some(&texts[2]));

    page.press("a");
    assert_eq!(page.active().as_ref(), Some(&texts[3]), "a goes on to the next suggestion");
    assert_eq!(page.marks()[2].state, "accepted");
    page.press("x");
    assert_eq!(page.active().as_ref(), Some(&texts[4]), "x goes on too");
    assert_eq!(page.marks().len(), texts.len() - 1);
    page.press("p");
    assert_eq!(page.active().as_ref(), Some(&texts[1]), "p passes over what is decided");
}

#[test]
fn tab_walks_in_the_text_and_leaves_it_after_escape() {
    let page = Page::first_visit();
    let texts: Vec<String> = page.marks().into_iter().map(|mark| mark.text).collect();
    tab_into_the_text(&page);
    page.press("Tab");
    page.press("Tab");
    assert_eq!(page.active().as_ref(), Some(&texts[1]));
    page.press("Shift+Tab");
    assert_eq!(page.active().as_ref(), Some(&texts[0]));
    assert_eq!(focus(&page), "article");
    page.press("Escape");
    assert_eq!(page.active(), None);
    page.press("Tab");
    assert_ne!(focus(&page), "article", "Tab leaves the text after Escape");
    page.press("Shift+Tab");
    assert_eq!(focus(&page), "article", "and comes back");
    page.press("Escape");
    page.press("Shift+Tab");
    assert_ne!(focus(&page), "article");
}

#[test]
fn the_keys_are_listed_by_a_question_mark_and_put_away_by_escape() {
    let page = Page::first_visit();
    page.press("?");
    assert!(page.count("[data-help] .key-row") > 20);
    page.press("Escape");
    assert_eq!(page.count("[data-help]"), 0);
    page.click("[data-action=help]");
    assert_eq!(page.count("[data-help]"), 1);
    page.press("?");
    assert_eq!(page.count("[data-help]"), 0);
}

#[test]
fn single_keys_do_nothing_while_a_field_has_the_focus() {
    let page = Page::first_visit();
    let before = page.marks();
    page.press("j");
    page.click("[data-action=paste]");
    for key in ["o", "r", "t", "x", "a", "?"] {
        page.press(key);
    }
    let field = page.run("return document.querySelector('textarea').value", json!([]));
    assert_eq!(field, json!("ortxa?"));
    page.press("Escape");
    assert_eq!(page.count("textarea"), 0);
    assert_eq!(page.marks(), before);
}
