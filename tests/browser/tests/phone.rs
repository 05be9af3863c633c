//! On a phone one pane is shown at a time: what is chosen in another one leads back to the text.

use browser_tests::{Device, Page, Scheme, wait_for};
use serde_json::json;

fn phone() -> Page {
    let page = Page::first_visit();
    page.emulate(Device { width: 390, height: 844, mobile: true }, Scheme::Light);
    page
}

fn show_pane(page: &Page, nth: usize) {
    page.click(&format!(".tabs .tab:nth-child({nth})"));
}

fn text_is_shown(page: &Page) -> bool {
    page.run("return article.checkVisibility() && article.getBoundingClientRect().height > 0", json!([])) == json!(true)
}

#[test]
fn a_mention_chosen_on_a_phone_is_shown_in_the_text() {
    let page = phone();
    show_pane(&page, 3);
    assert!(!text_is_shown(&page));
    page.click(".group-row .row-button");
    if text_is_shown(&page) {
        show_pane(&page, 3);
    }
    page.click(".mention-row:nth-of-type(5) button");
    assert!(text_is_shown(&page), "the text is shown");
    let is_seen = "const box = article.querySelector('mark[data-active]').getBoundingClientRect();
        return box.top >= 0 && box.bottom <= innerHeight";
    assert_eq!(page.run(is_seen, json!([])), json!(true), "at the mention");
}

#[test]
fn an_article_chosen_on_a_phone_is_shown() {
    let page = phone();
    page.open(&[("one.txt", b"Taha spoke."), ("two.txt", b"Aoun spoke.")]);
    wait_for("three articles", || (page.articles().len() == 3).then_some(()));
    show_pane(&page, 1);
    page.click("[data-doc-list] > li:nth-child(3) button");
    assert!(text_is_shown(&page));
    assert_eq!(page.text(), "Aoun spoke.");
}

#[test]
fn a_highlight_is_accepted_on_a_phone_by_touching_it_and_the_palette() {
    let page = phone();
    page.click_words("Hossein Amir Abdollahian");
    assert_eq!(page.active().as_deref(), Some("Hossein Amir Abdollahian"));
    page.click(".palette [data-action=accept]");
    assert_eq!(page.marks_on("Hossein Amir Abdollahian")[0].state, "accepted");
}
