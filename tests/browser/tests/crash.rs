//! The browser is killed at any moment while somebody labels: what was shown as saved is there again, each time.
//!
//! A few kills are part of the tests; `cargo xtask crash --kills N` does many. `CRASH_SEED` makes another run.

use std::fs;
use std::path::{Path, PathBuf};
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

/// The log of Chromium's LevelDB in a profile.
fn log_of(profile: &Path) -> PathBuf {
    let files_in = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        entries.map(|entry| entry.expect("an entry of a folder").path()).collect::<Vec<_>>()
    };
    let with = |files: Vec<PathBuf>, ending: &str| {
        files.into_iter().find(|path| path.extension().is_some_and(|it| it == ending))
    };
    let folder = with(files_in(&profile.join("Default/IndexedDB")), "leveldb").expect("a database in the profile");
    with(files_in(&folder), "log").expect("a log in the database")
}

/// Cuts a log behind the header of its last record, as a kill between the two halves of a write does.
/// <https://github.com/google/leveldb/blob/main/doc/log_format.md>
fn cut_last_record(log: &Path) {
    const BLOCK: usize = 32_768;
    const HEADER: usize = 7;
    let mut bytes = fs::read(log).expect("the log");
    let (mut at, mut last) = (0, None);
    while at + HEADER <= bytes.len() {
        let left = BLOCK - at % BLOCK;
        if left < HEADER {
            at += left;
            continue;
        }
        last = Some(at);
        at += HEADER + usize::from(u16::from_le_bytes([bytes[at + 4], bytes[at + 5]]));
    }
    assert_eq!(at, bytes.len(), "a log that ends with a record");
    bytes.truncate(last.expect("a record") + HEADER);
    fs::write(log, bytes).expect("the log is written");
}

#[test]
fn a_kill_in_the_middle_of_a_write_loses_nothing_at_the_next_ones() {
    let mut page = Page::first_visit();
    let reject = |page: &Page| {
        page.type_keys("nxxx");
        page.wait_saved();
        shown(page)
    };
    let before = shown(&page);
    reject(&page);
    page.kill_now();
    cut_last_record(&log_of(page.profile()));
    page.come_back();
    // The write that was cut is gone, which nobody was told is saved if it was a kill. What follows is not.
    let later = reject(&page);
    assert_ne!(later, before);
    for _ in 0..2 {
        page.kill_now();
        page.come_back();
        assert_eq!(shown(&page), later);
    }
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
