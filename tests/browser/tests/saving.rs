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

/// Waits until the tab that is shown writes, or only follows.
fn wait_for_role(page: &Page, follows: bool) {
    page.wait("its role", &format!("return !!document.querySelector('[data-following]') === {follows}"));
}

#[test]
fn of_two_tabs_one_writes_and_the_other_follows_and_can_take_over() {
    let page = Page::first_visit();
    wait_for_role(&page, false);
    page.open_tab();
    wait_for_role(&page, true);
    let marks = page.marks();
    page.select("phone conversations");
    page.press("t");
    assert_eq!(page.marks(), marks, "a tab that follows changes nothing");
    page.show_tab(0);
    page.select("phone conversations");
    page.press("t");
    page.wait_saved();
    page.open(&[("one.txt", b"President Aoun spoke in Beirut.")]);
    page.wait("the article", "return article.textContent.startsWith('President')");
    page.wait_saved();
    page.show_tab(1);
    page.wait("what the other did", "return document.querySelectorAll('[data-doc-list] > li').length === 2 && [...document.querySelectorAll('mark')].some((it) => it.textContent === 'phone conversations')");
    assert_eq!(page.open_article(), page.articles()[0], "it stays where it is");
    page.click("[data-action=take-over]");
    wait_for_role(&page, false);
    page.select("latest developments");
    page.press("r");
    page.wait_saved();
    let marks = page.marks();
    page.show_tab(0);
    wait_for_role(&page, true);
    page.click("[data-doc-list] > li:nth-child(1) button");
    page.wait(
        "the new mark",
        "return [...document.querySelectorAll('mark')].some((it) => it.textContent === 'latest developments')",
    );
    assert_eq!(page.marks(), marks);
    assert!(page.notices("problem").is_empty(), "{:?}", page.notices("problem"));
    // The tab that writes is closed: the other writes.
    page.show_tab(1);
    page.close_tab();
    page.show_tab(0);
    wait_for_role(&page, false);
    page.select("Kuwaiti government");
    page.press("o");
    page.wait_saved();
    page.reload();
    assert_eq!(page.marks_on("Kuwaiti government").len(), 1);
}

#[test]
fn projects_stay_apart_and_go_elsewhere_as_zips() {
    let page = Page::first_visit();
    page.wait_saved();
    page.click("[data-action=projects]");
    page.fill("[name=project-name]", "A study");
    page.click("[data-dialog=projects] [type=submit]");
    page.wait("the new project", "return document.querySelector('[data-action=projects]')?.textContent.includes('A study') && !!document.querySelector('[data-booted]')");
    page.wait("its emptiness", "return !!document.querySelector('.empty')");
    page.open(&[("one.txt", "Bu Habib met Taha.".as_bytes()), ("two.txt", "Aoun spoke.".as_bytes())]);
    page.wait("the article", "return article.textContent.includes('Bu Habib')");
    page.select("Bu Habib");
    page.press("o");
    page.wait_saved();
    page.press("Shift+H");
    page.fill("[data-dialog=guidelines] textarea", "Mark ministers only.");
    page.click("[data-dialog=guidelines] [type=submit]");
    page.wait_saved();
    let zip = page.download("project-zip");
    // It is there after a reload; the other is as it was.
    page.reload();
    assert_eq!(page.articles(), ["one", "two"]);
    let open = |id: u32, name: &str| {
        page.click("[data-action=projects]");
        page.click(&format!("[data-project=\"{id}\"] [data-action=open-project]"));
        page.wait(name, &format!("return document.querySelector('[data-action=projects]')?.textContent.includes('{name}') && !!document.querySelector('[data-booted]') && Number(article.dataset.spans) >= 0"));
    };
    open(1, "My project");
    assert_eq!(page.articles().len(), 1, "the seed alone");
    // The zip in a project of its own is the same project.
    page.click("[data-action=projects]");
    page.fill("[name=project-name]", "Elsewhere");
    page.click("[data-dialog=projects] [type=submit]");
    page.wait("the third project", "return document.querySelector('[data-action=projects]')?.textContent.includes('Elsewhere') && !!document.querySelector('[data-booted]')");
    page.open_paths(std::slice::from_ref(&zip));
    page.wait("its articles", "return document.querySelectorAll('[data-doc-list] .article-row').length === 2");
    page.wait_saved();
    assert_eq!(page.articles(), ["one", "two"]);
    assert_eq!(page.marks_on("Bu Habib").len(), 1);
    let again = page.download("project-zip");
    assert!(std::fs::read(&zip).expect("a file") == std::fs::read(again).expect("a file"), "the very same bytes");
    page.press_times("Control+z", 2);
    assert!(page.marks_on("Bu Habib").is_empty(), "undo came along, after that of taking over the labels");
    // Put away, brought back, deleted.
    page.click("[data-action=projects]");
    page.click("[data-project=\"2\"] [data-action=remove-project]");
    page.click("[data-dialog=projects] details > summary");
    page.click("[data-project=\"2\"] [data-action=delete-project]");
    assert_eq!(page.count("[data-project=\"2\"]"), 0);
}
