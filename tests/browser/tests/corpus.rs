//! A corpus: brought in, searched, labelled, exported. The press releases of `../shared/corpus` where they are; else
//! articles made of the seed.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use browser_tests::{Device, Page, SEED, Scheme, repository, wait_for};
use serde_json::{Value, json};

/// The file, how many articles are in it, and whether it is the real one.
fn corpus(page: &Page) -> (PathBuf, usize, bool) {
    let shared = std::env::var_os("ATTACHE_SHARED").map_or_else(|| repository().join("../shared"), PathBuf::from);
    let real = shared.join("corpus/state-department.jsonl");
    if let Ok(content) = fs::read_to_string(&real) {
        let digests: std::collections::BTreeSet<String> = content
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["text"].to_string())
            .collect();
        return (real, digests.len(), true);
    }
    eprintln!("There is no {}: articles are made of the seed.", real.display());
    let line = |n: usize| {
        let text = format!("Release {n}. Secretary Blinken spoke. {SEED}");
        json!({ "id": format!("made-{n:04}"), "title": format!("Release {n}"), "date": format!("2021-0{}-11", 1 + n % 9), "source": "made", "text": text })
            .to_string()
    };
    let lines: Vec<String> = (0..1_000).map(line).collect();
    (page.file("made.jsonl", lines.join("\n").as_bytes()), 1_000, false)
}

fn wait_long(what: &str, mut done: impl FnMut() -> bool) {
    // A corpus takes a while on a slow machine.
    for _ in 0..600 {
        if done() {
            return;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("waited in vain for {what}");
}

fn pictures(page: &Page, state: &str) {
    let folder = repository().join("target/e2e");
    fs::create_dir_all(&folder).expect("a folder for pictures");
    for (width, height, mobile) in [(1280, 800, false), (390, 844, true)] {
        for (scheme, shade) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            page.emulate(Device { width, height, mobile }, scheme);
            page.screenshot(&folder.join(format!("{state}-{width}x{height}-{shade}.png")));
        }
    }
    page.emulate(Device { width: 1280, height: 800, mobile: false }, Scheme::Light);
}

#[test]
fn a_corpus_is_brought_in_searched_labelled_and_exported() {
    let page = Page::first_visit();
    // Suggestions for all of them are another matter.
    page.press("Control+,");
    page.click("[name=suggests]");
    page.press("Escape");
    let (path, n_articles, is_real) = corpus(&page);
    page.run(
        "window.slow = []; new PerformanceObserver((list) => slow.push(...list.getEntries().map((it) => Math.round(it.duration)))).observe({ entryTypes: ['longtask'] })",
        json!([]),
    );
    page.open_paths(&[path.canonicalize().expect("it is there")]);
    let n_there = || {
        page.run("return Number(document.querySelector('.articles .count').textContent)", json!([]))
            .as_u64()
            .unwrap_or_default() as usize
    };
    page.wait("the first articles", "return Number(document.querySelector('.articles .count').textContent) > 20");
    // Stopped, it stays where it is; and what is there can be worked on.
    if page.count("[data-action=pause-arrival]") == 1 {
        page.click("[data-action=pause-arrival]");
        page.settle();
        let n = n_there();
        pictures(&page, "arrival");
        assert_eq!(n_there(), n, "paused");
        page.click("[data-action=pause-arrival]");
    }
    wait_long("all articles", || n_there() == n_articles + 1 && page.count("[data-arrival]") == 0);
    page.wait_saved();
    eprintln!("tasks of more than 50 ms while they came: {}", page.run("return slow", json!([])));

    // In the list: by words in the texts, by date.
    page.click(".list-more > summary");
    page.fill("[name=articles-words]", "Blinken");
    page.wait(
        "the search",
        "return /^\\d+ of \\d+$/.test(document.querySelector('.list-count [role=status]')?.textContent ?? '')",
    );
    let n_listed =
        page.run("return parseInt(document.querySelector('.list-count [role=status]').textContent)", json!([]));
    assert!(n_listed.as_u64().is_some_and(|n| n > 100), "{n_listed}");
    pictures(&page, "list-search");
    page.click("[data-action=all-articles]");

    // The concordance.
    page.press("Control+Shift+f");
    page.fill("[data-dialog=occurrences] [name=words]", "Secretary Blinken");
    wait_long("the concordance", || {
        page.run("const it = document.querySelector('[data-dialog=occurrences]'); return it.querySelectorAll('.occurrence').length > 20 && !it.textContent.includes('Looking…')", json!([])) == json!(true)
    });
    pictures(&page, "concordance");
    let n_ticked = page
        .run(
            "return parseInt(document.querySelector('[data-dialog=occurrences] [name=all]').parentNode.textContent)",
            json!([]),
        )
        .as_u64()
        .expect("a number");
    assert!(n_ticked > 20, "{n_ticked}");
    page.click("[data-dialog=occurrences] [type=submit]");
    wait_long("the labels", || page.count("[data-dialog=occurrences]") == 0);
    page.wait_saved();

    // They are in the file, and gone from it after one undo.
    let labelled = fs::read_to_string(page.download("jsonl")).expect("a file");
    let n_spans = |content: &str| content.matches("\"text\":\"Secretary Blinken\"").count() as u64;
    let n_any_case = |content: &str| content.to_lowercase().matches("\"text\":\"secretary blinken\"").count() as u64;
    assert!(n_spans(&labelled) > 20 && n_any_case(&labelled) <= n_ticked, "{} of {n_ticked}", n_spans(&labelled));
    assert_eq!(labelled.lines().count(), n_articles + 1);
    if is_real {
        let first: Value = serde_json::from_str(labelled.lines().nth(1).expect("a line")).expect("JSON");
        assert_eq!((&first["id"], &first["source"]), (&json!("state-00001"), &json!("US Department of State")));
    }
    page.press("Control+z");
    page.wait_saved();
    let cleared = fs::read_to_string(page.download("jsonl")).expect("a file");
    assert_eq!(n_spans(&cleared), 0);

    // And a reload finds all of it.
    page.reload();
    wait_for("the list", || (n_there() == n_articles + 1).then_some(()));
}
