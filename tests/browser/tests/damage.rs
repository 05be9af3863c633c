//! A database with faults in it, record by record, and one of another version: said in words; what is whole is there, and
//! work goes on.

use browser_tests::Page;
use serde_json::json;

/// Two articles with a mark each, saved.
fn project() -> Page {
    let page = Page::first_visit();
    page.open(&[("one.txt", b"Bu Habib met Taha."), ("two.txt", b"President Aoun spoke.")]);
    page.wait("the article", "return article.textContent.startsWith('Bu Habib')");
    page.select("Taha");
    page.press("o");
    page.wait_saved();
    page
}

/// Changes a record while nothing is open: `(key, value)` gives the new value.
fn spoil(page: &Page, store: &str, key: &str, value: &str) {
    let script = format!(
        "const tx = db.transaction('{store}', 'readwrite'), all = tx.objectStore('{store}');
        all.openCursor({key}).onsuccess = (event) => {{
            const cursor = event.target.result;
            const old = cursor.value;
            cursor.update({value});
        }};
        tx.oncomplete = end;"
    );
    page.with_database(None, &script);
}

fn told(page: &Page) -> String {
    page.notices("problem").join("\n")
}

/// Whether a mark can be made and is there after a reload.
fn works(page: &Page, words: &str) {
    page.select(words);
    page.press("t");
    page.wait_saved();
    page.reload();
    assert_eq!(page.marks_on(words).len(), 1, "{words}: {}", told(page));
}

#[test]
fn a_head_that_is_broken_hides_nothing() {
    for value in ["'{half a he'", "7", "old.replace('\"id\":2', '\"id\":3')", "null"] {
        let page = project();
        spoil(&page, "heads", "2", value);
        page.come();
        assert_eq!(page.articles().len(), 3, "{value}");
        assert!(told(&page).contains("Recovered article"), "{value}: {}", told(&page));
        page.click("[data-doc-list] > li:nth-child(2) button");
        page.wait("its text", "return article.textContent === 'Bu Habib met Taha.'");
        assert!(page.marks_on("Taha").len() == 1, "{value}");
        works(&page, "Bu Habib");
    }
}

#[test]
fn a_text_that_is_broken_is_named_and_the_others_open() {
    let page = project();
    spoil(&page, "texts", "2", "{ not: 'a text' }");
    page.come();
    page.wait("the news", "return !!document.querySelector('.notice[data-tone=problem]')");
    assert!(told(&page).contains("“one” could not be read"), "{}", told(&page));
    page.click("[data-doc-list] > li:nth-child(3) button");
    page.wait("the other", "return article.textContent === 'President Aoun spoke.'");
    works(&page, "Aoun");
}

#[test]
fn a_line_of_the_journal_that_is_broken_ends_what_is_read_and_work_goes_on() {
    for value in ["old.slice(0, old.length / 2)", "42", "old.replace('OFFICIAL', 'NOBODY')"] {
        let page = project();
        // The last line of the article: its newest mark.
        let key = "IDBKeyRange.bound(2 * 2 ** 32, 2 * 2 ** 32 + 2 ** 32 - 1), 'prev'";
        spoil(&page, "journal", key, value);
        page.come();
        page.wait("its text", "return article.textContent === 'Bu Habib met Taha.'");
        page.wait("the news", "return !!document.querySelector('.notice[data-tone=problem]')");
        assert!(told(&page).contains("can go on from there"), "{value}: {}", told(&page));
        works(&page, "Bu Habib");
        assert_eq!(told(&page), "", "{value}: it is whole again");
    }
}

#[test]
fn settings_that_are_broken_are_passed_over() {
    let page = project();
    spoil(&page, "settings", "'open'", "'nonsense'");
    page.come();
    page.wait("an article", "return article.textContent !== ''");
    assert_eq!(page.articles().len(), 3);
    works(&page, "phone conversations");
}

#[test]
fn the_database_is_let_go_when_a_newer_version_wants_it() {
    let page = project();
    let take = "window.taken = null;
        const request = indexedDB.open('attache', 99);
        request.onblocked = () => { window.taken = 'blocked'; };
        request.onsuccess = () => { window.taken = 'taken'; };";
    page.run(take, json!([]));
    page.wait("the answer", "return window.taken");
    assert_eq!(page.run("return window.taken", json!([])), json!("taken"));
    page.select("Bu Habib");
    page.press("o");
    page.wait("the news", "return !!document.querySelector('.notice[data-tone=problem]')");
    assert!(told(&page).contains("Another tab has changed this project"), "{}", told(&page));
    assert_eq!(page.count("article mark"), 2, "nothing that is open is lost");
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let page = project();
    page.with_database(Some(99), "end();");
    page.come();
    page.wait("the news", "return !!document.querySelector('.notice[data-tone=problem]')");
    assert!(told(&page).contains("newer"), "{}", told(&page));
    // What is there stays there.
    let count = "window.nTexts = null;
        indexedDB.open('attache').onsuccess = ({ target: { result: db } }) => {
            const all = db.transaction('texts').objectStore('texts').count();
            all.onsuccess = () => { window.nTexts = all.result; db.close(); };
        }";
    page.run(count, json!([]));
    page.wait("the texts", "return window.nTexts === 3");
}
