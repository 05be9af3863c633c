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

#[test]
fn of_two_tabs_the_one_left_behind_says_so_and_overwrites_nothing() {
    let page = Page::first_visit();
    page.open_tab();
    page.select("phone conversations");
    page.press("t");
    page.wait_saved();
    let marks = page.marks();
    page.show_tab(0);
    page.select("latest developments");
    page.press("r");
    page.wait("the old tab to say that it cannot save", "return document.querySelector('[data-save-state=problem]')");
    assert_eq!(page.notices("problem").len(), 1);
    page.reload();
    assert_eq!(page.marks(), marks);
    page.wait_saved();
}

#[test]
fn articles_added_in_two_tabs_do_not_overwrite_each_other() {
    let page = Page::first_visit();
    page.open_tab();
    page.show_tab(0);
    page.open(&[("one.txt", b"President Aoun spoke in Beirut.")]);
    page.wait("the article", "return article.textContent.startsWith('President')");
    page.select("Beirut");
    page.press("t");
    page.wait_saved();
    let marks = page.marks();

    page.show_tab(1);
    page.open(&[("two.txt", b"Nothing happened.")]);
    page.wait("the other article", "return article.textContent.startsWith('Nothing')");
    let is_settled = "return document.querySelector('[data-save-state=saved], [data-save-state=problem]')";
    page.wait("the second tab to save, or to say that it cannot", is_settled);
    page.reload();
    let nth = page.articles().iter().position(|name| name == "one");
    let nth = nth.unwrap_or_else(|| panic!("what the first tab saved is gone: {:?}", page.articles())) + 1;
    page.click(&format!("[data-doc-list] > li:nth-child({nth}) button"));
    page.wait("the first article", "return article.textContent !== ''");
    assert_eq!(page.text(), "President Aoun spoke in Beirut.");
    assert_eq!(page.marks(), marks);
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
    page.open_paths(&[zip.clone()]);
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
