//! A second visit: without a network, and after the page has changed.

use browser_tests::{Down, Page, change_page};
use serde_json::json;

/// Waits until the page is kept for the next visit.
fn wait_kept(page: &Page) {
    let ask = "window.nKept = 0;
        navigator.serviceWorker.ready
            .then(() => caches.open('attache'))
            .then((cache) => cache.keys())
            .then((keys) => { window.nKept = keys.length; });";
    page.run(ask, json!([]));
    page.wait("the page to be kept", "return window.nKept > 6");
}

#[test]
fn a_second_visit_needs_no_network() {
    let page = Page::first_visit();
    wait_kept(&page);
    page.select("conversations");
    page.press("o");
    page.wait_saved();
    let n_marks = page.marks().len();
    let down = Down::take();
    page.reload();
    assert_eq!(page.marks().len(), n_marks, "the work is there");
    page.open(&[("one.txt", b"Foreign Minister Bu Habib met President Aoun.")]);
    page.wait("suggestions in another", "return article.textContent.startsWith('Foreign') && marks().length > 0");
    page.wait_saved();
    drop(down);
}

#[test]
fn who_comes_again_does_not_see_the_example_before_the_article_that_was_left() {
    let page = Page::first_visit();
    page.open(&[("one.txt", b"Foreign Minister Bu Habib met President Aoun.")]);
    page.wait("the text", "return article.textContent.startsWith('Foreign')");
    page.wait_saved();
    wait_kept(&page);
    // Looks at each picture that the browser makes.
    page.before_loads(
        "window.seen = new Set();
        const look = () => {
            const text = [...document.querySelectorAll('.article')].find((it) => it.getClientRects().length > 0);
            if (text?.textContent) seen.add(text.textContent.slice(0, 7));
            requestAnimationFrame(look);
        };
        requestAnimationFrame(look);",
    );
    page.reload();
    assert_eq!(page.run("return [...seen]", json!([])), json!(["Foreign"]));
    // What static/boot.js goes by where nothing is kept yet.
    assert_eq!(page.run("return localStorage.getItem('attache-own')", json!([])), json!(""));
}

#[test]
fn a_new_version_is_there_at_once() {
    let page = Page::first_visit();
    wait_kept(&page);
    change_page(|page| page.replace("<title>Attaché</title>", "<title>Attaché, newer</title>"));
    page.reload();
    assert_eq!(page.run("return document.title", json!([])), "Attaché, newer");
    // And is the one that is kept.
    page.wait(
        "the new page to be kept",
        "caches.match('./').then((page) => page.text()).then((text) => { window.kept = text; });
        return window.kept?.includes('newer')",
    );
    let down = Down::take();
    page.reload();
    assert_eq!(page.run("return document.title", json!([])), "Attaché, newer");
    drop(down);
    change_page(|page| page.replace("Attaché, newer", "Attaché"));
}
