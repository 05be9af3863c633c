//! What the page loads, and when: its later parts come after the first paint, and nothing waits for them.

use browser_tests::{Device, Page, Scheme};
use serde_json::json;

/// Names of the entries of the browser's performance timeline of a type.
fn entries(page: &Page, kind: &str) -> Vec<String> {
    let names = page.run("return performance.getEntriesByType(arguments[0]).map((it) => it.name)", json!([kind]));
    serde_json::from_value(names).expect("names")
}

/// Whether the page stood still because something was called that had not come.
fn has_waited(page: &Page) -> bool {
    entries(page, "measure").iter().any(|name| name == "attache:door")
}

/// Parts of the program do not come by themselves, as if the network were very slow, until `letThemCome` is called.
fn hold_back(page: &Page, parts: &[&str]) {
    page.before_loads(&format!(
        "const own = fetch, held = new Promise((go) => {{ window.letThemCome = go; }});
        window.fetch = (what, ...more) => {:?}.some((part) => String(what).includes(part))
            ? held.then(() => own(what, ...more)) : own(what, ...more);",
        parts
    ));
}

/// Has a file chosen before the program is there.
fn choose_early(page: &Page, file: &str) {
    page.before_loads(&format!(
        "document.addEventListener('readystatechange', () => {{
            const chosen = new DataTransfer();
            chosen.items.add({file});
            const field = document.getElementById('files');
            if (document.readyState === 'interactive') field.files = chosen.files;
        }});"
    ));
}

const LATER: [&str; 2] = ["_files.wasm", "_rest.wasm"];

#[test]
fn first_paint_and_first_label_need_only_the_first_part() {
    let page = Page::first_visit();
    hold_back(&page, &LATER);
    page.reload_early();
    let n_marks = page.marks().len();
    page.select("conversations");
    page.press("o");
    page.wait_saved();
    assert_eq!(page.marks().len(), n_marks + 1);
    assert!(!has_waited(&page), "at the second visit");
    page.with_database(None, "db.close(); indexedDB.deleteDatabase('attache').onsuccess = () => done('done')");
    page.reload_early();
    page.select("conversations");
    page.press("o");
    page.wait_saved();
    assert_eq!(page.marks().len(), 1);
    assert!(!has_waited(&page), "at the first visit");
}

#[test]
fn the_beginning_of_the_example_is_seen_before_the_program_is_there() {
    let page = Page::first_visit();
    page.with_database(None, "db.close(); indexedDB.deleteDatabase('attache').onsuccess = () => done('done')");
    hold_back(&page, &[".bin", LATER[0], LATER[1]]);
    page.before_loads(
        "window.nSeen = 0;
        const look = () => {
            nSeen += document.querySelector('#example p')?.getClientRects().length ?? 0;
            requestAnimationFrame(look);
        };
        requestAnimationFrame(look);",
    );
    page.reload_early();
    assert!(page.run("return nSeen", json!([])).as_u64() > Some(0));
    // What index.html has is what the program draws, but for white space, which the build leaves out where it is not seen.
    let is_same = page.run_async(
        "const done = arguments[0];
        const tidy = (chunk) => {
            chunk.removeAttribute('style');
            chunk.replaceChildren(...chunk.children);
            for (const block of chunk.children) block.textContent = block.textContent.trim();
            return chunk;
        };
        const given = (text) => new DOMParser().parseFromString(text, 'text/html').querySelector('#example .chunk');
        const drawn = tidy(document.querySelector('[data-article] .chunk').cloneNode(true));
        fetch('./').then((page) => page.text()).then((text) => done(tidy(given(text)).isEqualNode(drawn)))",
    );
    assert_eq!(is_same, json!(true), "the first chunk of the example, to be put into index.html");
}

#[test]
fn little_is_asked_for_before_the_first_paint() {
    let page = Page::first_visit();
    // In the order in which they were asked for.
    let asked = entries(&page, "resource");
    let n_first = asked.iter().position(|name| name.ends_with("_files.wasm")).expect("the second part is asked for");
    assert!(n_first < 8, "the page itself and {:?}", &asked[..n_first]);
}

#[test]
fn the_model_for_an_article_that_is_not_open_comes_when_the_person_rests() {
    let page = Page::first_visit();
    page.with_database(None, "db.close(); indexedDB.deleteDatabase('attache').onsuccess = () => done('done')");
    choose_early(
        &page,
        "new File([JSON.stringify({ text: 'Meloni left.', spans: [{ start: 0, end: 6, label: 'OFFICIAL' }] })], 'a.json')",
    );
    page.reload();
    page.wait("the text", "return article.textContent === 'Meloni left.'");
    let has_model = |page: &Page| entries(page, "resource").iter().any(|name| name.ends_with("recognizer.bin"));
    // At work for longer than a person must have rested.
    while page.run("return performance.now()", json!([])).as_f64() < Some(4_000.0) {
        page.press("j");
        assert!(!has_model(&page));
    }
    page.wait(
        "suggestions in the example",
        "return [...document.querySelectorAll('.article-row')].some((row) => / [1-9]\\d* to review/.test(row.textContent))",
    );
    assert!(has_model(&page));
}

#[test]
fn files_of_text_and_json_are_opened_without_the_rest() {
    let spans = "[{\"start\":0,\"end\":6,\"label\":\"OFFICIAL\"}]";
    let one = format!("{{\"text\":\"Meloni left.\",\"spans\":{spans}}}");
    let three = (1..=3).map(|nth| format!("{{\"text\":\"{nth} left.\",\"spans\":[]}}\n")).collect::<String>();
    for (files, n_articles) in [
        (vec![("a.txt", "Meloni left.")], 2),
        (vec![("a.txt", "Meloni left."), ("a.json", one.as_str())], 2),
        (vec![("three.jsonl", three.as_str())], 4),
    ] {
        let page = Page::first_visit();
        page.with_database(None, "db.close(); indexedDB.deleteDatabase('attache').onsuccess = () => done('done')");
        hold_back(&page, &LATER[1..]);
        page.reload_early();
        page.open(&files.iter().map(|(name, content)| (*name, content.as_bytes())).collect::<Vec<_>>());
        page.wait("the text", "return !article.textContent.startsWith('TEHRAN')");
        page.wait_saved();
        assert_eq!(page.articles().len(), n_articles, "{files:?}");
        assert_eq!(page.marks().len(), usize::from(files.len() == 2), "{files:?}");
        assert!(!has_waited(&page), "{files:?}");
        assert_eq!(page.count(".app[data-rest]"), 0);
    }
}

#[test]
fn a_key_that_needs_a_later_part_before_it_is_there_waits_for_it() {
    let page = Page::first_visit();
    hold_back(&page, &LATER);
    page.reload_early();
    assert!(!has_waited(&page));
    page.press("Control+k");
    assert_eq!(page.count("dialog[open]"), 1);
    assert!(has_waited(&page));
}

#[test]
fn no_word_moves_once_it_is_seen() {
    for (width, height, mobile) in [(1280, 800, false), (390, 844, true)] {
        let page = Page::first_visit();
        page.emulate(Device { width, height, mobile }, Scheme::Light);
        hold_back(&page, &LATER);
        // Looks at each picture that the browser makes.
        page.before_loads(
            "window.places = new Set();
            const look = () => {
                const box = document.querySelector('[data-block]')?.getBoundingClientRect();
                if (box) places.add(`${box.left} ${box.top} ${box.width}`);
                requestAnimationFrame(look);
            };
            requestAnimationFrame(look);",
        );
        page.reload_early();
        page.run("letThemCome()", json!([]));
        page.wait("the rest of the program", "return document.querySelector('.app[data-rest]')");
        page.settle();
        assert_eq!(page.count(".tour"), 1);
        let places = page.run("return [...places]", json!([]));
        assert_eq!(places.as_array().map(Vec::len), Some(1), "{width}×{height}: {places}");
    }
}

#[test]
fn a_file_chosen_before_the_program_is_there_takes_the_place_of_the_example() {
    for (bytes, shown) in [("Meloni left.", "Meloni left."), ("\\0\\0\\u0001", "TEHRAN")] {
        let page = Page::first_visit();
        page.with_database(None, "db.close(); indexedDB.deleteDatabase('attache').onsuccess = () => done('done')");
        choose_early(&page, &format!("new File(['{bytes}'], 'a.txt')"));
        page.reload();
        page.wait("the text", &format!("return article.textContent.startsWith('{shown}')"));
        page.settle();
        assert!(page.text().starts_with(shown));
        assert_eq!(page.articles().len(), if shown == "TEHRAN" { 1 } else { 2 });
        assert_eq!(page.notices("problem").len(), usize::from(shown == "TEHRAN"), "{:?}", page.notices("problem"));
        assert!(!has_waited(&page), "{bytes}");
    }
}
