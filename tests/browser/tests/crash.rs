//! The browser is killed at any moment while somebody labels: what was shown as saved is there again, each time.
//!
//! A few kills are part of the tests; `cargo xtask crash --kills N` does many. `CRASH_SEED` makes another run.

use std::time::Duration;

use browser_tests::{Page, SEED};
use serde_json::{Value, json};

/// Presses keys in the page without waiting for anybody, and remembers what the highlights were when they were last
/// shown as saved.
const LABEL: &str = "
    const [seed] = arguments;
    let state = seed;
    const random = (n) => { state = (state * 1103515245 + 12345) % 2147483648; return Math.floor(state / 65536) % n; };
    window.marksNow = () => JSON.stringify(marks().map((it) => [it.start, it.end, it.label]).sort());
    window.acknowledged = marksNow();
    window.nAcknowledged = 0;
    const light = document.querySelector('[data-save-state]');
    new MutationObserver(() => {
        if (light.dataset.saveState === 'saved') { window.acknowledged = marksNow(); window.nAcknowledged += 1; }
    }).observe(light, { attributes: true });
    const keys = ['n', 't', 'o', 'r', ']', '[', '}', 'a', 'k', 'u', 'x', 'j'];
    article.focus();
    const press = () => {
        const key = keys[random(keys.length)];
        article.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        setTimeout(press, 15 + random(40));
    };
    press();
    return true";

/// The most steps that are taken back in search of what was shown as saved: edits that came after it.
const MAX_STEPS: usize = 80;

fn acknowledged(page: &Page) -> (Value, u64) {
    let found = page.run("return [window.acknowledged, window.nAcknowledged]", json!([]));
    (found[0].clone(), found[1].as_u64().unwrap_or(0))
}

fn shown(page: &Page) -> Value {
    page.marks(); // waits until all are drawn
    page.run("return JSON.stringify(marks().map((it) => [it.start, it.end, it.label]).sort())", json!([]))
}

/// What a crash left in the database.
fn stored(page: &Page) -> Value {
    page.run_async(
        "const done = arguments[0];
        const asked = indexedDB.open('attache');
        asked.onsuccess = () => {
            const journal = asked.result.transaction('journal').objectStore('journal');
            const keys = journal.getAllKeys(), lines = journal.getAll();
            lines.onsuccess = () => done([keys.result.length, keys.result[0], keys.result.at(-1), lines.result.slice(-3)]);
        };
        asked.onerror = () => done(String(asked.error));",
    )
}

fn kill(n_kills: u64, seed: u64) {
    let mut page = Page::first_visit();
    let mut state = seed;
    let mut random = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let (mut n_acknowledged, mut n_lost) = (0, 0);
    for round in 1..=n_kills {
        page.run(LABEL, json!([seed + round]));
        std::thread::sleep(Duration::from_millis(100 + random(1_500)));
        let (wanted, n) = acknowledged(&page);
        page.kill_now();
        page.come_back();
        assert_eq!(page.text(), SEED, "kill {round}");
        assert!(page.notices("problem").is_empty(), "kill {round}: {:?}", page.notices("problem"));
        n_acknowledged += n;
        let mut n_steps = 0;
        let mut seen = vec![];
        while {
            seen.push(shown(&page));
            seen.last() != Some(&wanted)
        } {
            if n_steps == MAX_STEPS || page.count("[data-action=undo]:not([aria-disabled])") == 0 {
                eprintln!("Kill {round} (seed {seed}): what was shown as saved is not there.");
                eprintln!("Saved: {wanted}\nFound, and by undo: {seen:#?}");
                eprintln!("In the database, lines of the journal and the first and last of them: {}", stored(&page));
                n_lost += 1;
                break;
            }
            page.press("Control+z");
            n_steps += 1;
        }
        page.press_times("Control+Shift+z", n_steps);
        page.wait_saved();
    }
    println!("kills: {n_kills}, edits acknowledged: {n_acknowledged}, edits lost: {n_lost}");
    assert_eq!(n_lost, 0);
    assert!(n_acknowledged > n_kills / 2, "hardly anything was saved before the kills");
}

#[test]
fn a_few_kills_lose_nothing() {
    kill(3, 7);
}

#[test]
#[ignore = "cargo xtask crash --kills N"]
fn many_kills_lose_nothing() {
    let number = |name: &str, usual: u64| std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(usual);
    kill(number("CRASH_KILLS", 100), number("CRASH_SEED", 1));
}
