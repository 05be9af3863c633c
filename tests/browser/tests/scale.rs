//! A 1 MB article with 10,000 annotations, in lines and as one line. No time is asserted; the measures are printed.

use std::io::Write as _;

use browser_tests::{Page, article, wait_for};
use serde_json::json;

const N_SPANS: usize = 10_000;
const SENTENCE: &str = "Foreign Minister Bu Habib met President Aoun on Thursday to discuss the ceasefire in Yemen. ";
const END: &str = "In the end the ambassador spoke of a lasting peace.";

/// The text and its JSONL line; `line_end` stands after every fifth sentence.
fn large(line_end: &str) -> (String, String) {
    let places = [(0, 16, "ROLE"), (17, 25, "OFFICIAL"), (72, 90, "TOPIC")];
    let mut text = String::with_capacity(1_100_000);
    let mut spans = Vec::with_capacity(N_SPANS);
    let mut n_chars = 0;
    text.push_str("At the start a consul had a word. ");
    n_chars += text.len();
    for sentence in 0.. {
        if text.len() > 1_000_000 {
            break;
        }
        for (start, end, label) in places.iter().skip(sentence % 3).take(1) {
            if spans.len() < N_SPANS {
                spans.push((n_chars + start, n_chars + end, *label));
            }
        }
        text.push_str(SENTENCE);
        n_chars += SENTENCE.len();
        if sentence % 5 == 4 {
            text.push_str(line_end);
            n_chars += line_end.len();
        }
    }
    text.push_str(END);
    assert_eq!(spans.len(), N_SPANS);
    let line = article("large", &text, &spans);
    (text, line)
}

/// Watches which blocks are touched, until [`touched`] tells.
fn watch(page: &Page) {
    let script = "window.touched = new Set();
        window.watcher = new MutationObserver((records) => records.forEach(({ target, type }) => {
            const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
            const block = element.closest('.block');
            if (block) touched.add(block);
            else if (type === 'childList') touched.add('the article itself');
        }));
        watcher.observe(article, { subtree: true, childList: true, characterData: true, attributes: true })";
    page.run(script, json!([]));
}

fn touched(page: &Page) -> Vec<String> {
    let script = "watcher.takeRecords(); watcher.disconnect();
        return [...touched].map((it) => it.textContent ?? it)";
    serde_json::from_value(page.run(script, json!([]))).expect("texts")
}

/// Prints a line even when the test passes.
fn say(line: &str) {
    // A terminal that is gone has no reader to miss it.
    let _ = writeln!(std::io::stderr(), "  {line}");
}

fn opens_and_is_edited(name: &str, line_end: &str) {
    let (text, line) = large(line_end);
    let page = Page::first_visit();
    page.open(&[("large.jsonl", line.as_bytes())]);
    wait_for("10,000 annotations", || {
        (page.run("return article.dataset.spans", json!([])) == json!("10000")).then_some(())
    });
    page.wait("all of the text", &format!("return article.textContent.endsWith('{END}')"));
    assert!(page.text() == text, "the text of the article element");
    let n_near = page.count("[data-article] mark");
    assert!((200..N_SPANS / 10).contains(&n_near), "those that somebody may come to soon: {n_near}");
    page.run("dispatchEvent(new Event('beforeprint'))", json!([]));
    assert_eq!(page.marks().len(), N_SPANS, "all are drawn for a printer");
    let n_blocks = page.count("[data-article] .block");
    assert!(n_blocks > 250, "{n_blocks} blocks");

    let mut states = vec![page.marks()];
    for words in ["a consul had a word", "ambassador spoke of a lasting peace"] {
        watch(&page);
        page.select(words);
        page.press("t");
        assert_eq!(page.marks_on(words).len(), 1);
        let touched = touched(&page);
        assert!((1..=2).contains(&touched.len()), "an edit touches its own block: {touched:?}");
        assert!(touched.iter().any(|block| block.contains(words)), "{touched:?}");
        states.push(page.marks());
        page.press("Escape");
    }
    assert!(page.text() == text, "the text after two edits");
    for state in states.iter().rev().skip(1) {
        page.press("Control+z");
        assert!(page.marks() == *state, "undo");
    }
    page.press("Control+Shift+z");
    page.press("Control+Shift+z");
    for measure in ["attache:open", "attache:edit"] {
        let (n, longest) = page.measures(measure);
        assert!(n > 0, "{measure} is measured");
        say(&format!("{name}: {measure} {longest:.0} ms at the most"));
    }
    page.wait_saved();
    page.reload();
    wait_for("all annotations after a reload", || {
        (page.run("return article.dataset.spans", json!([])) == json!("10002")).then_some(())
    });
    page.wait("all of the text", &format!("return article.textContent.endsWith('{END}')"));
    assert!(page.text() == text, "the text after a reload");

    say(&format!("{name}: attache:boot {:.0} ms", page.measures("attache:boot").1));
}

#[test]
fn a_large_article_in_lines_opens_and_is_edited() {
    opens_and_is_edited("in lines", "\n");
}

#[test]
fn a_large_article_in_one_line_opens_and_is_edited() {
    opens_and_is_edited("one line", "");
}

#[test]
fn each_screen_has_its_highlights_when_it_is_seen() {
    let (_, line) = large("\n");
    let page = Page::first_visit();
    page.open(&[("large.jsonl", line.as_bytes())]);
    page.wait("all of the text", &format!("return article.textContent.endsWith('{END}')"));
    // Every screenful has some, but for the last ones: one that shows none at the moment when it is painted is told of.
    let script = "const nextFrame = () => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
        const done = arguments[arguments.length - 1];
        const isSeen = (it) => { const { top, bottom } = it.getBoundingClientRect(); return bottom > 0 && top < innerHeight; };
        const bare = async (places) => {
            const found = [];
            for (const place of places) {
                scrollTo(0, place * document.documentElement.scrollHeight);
                await nextFrame();
                const seen = [...article.querySelectorAll('.block')].filter(isSeen);
                const marks = seen.reduce((sum, block) => sum + block.querySelectorAll('mark').length, 0);
                if (seen.length && !marks) found.push([place, seen.length]);
            }
            return found;
        };
        bare([0.88, 0.1, 0.5, 0.02, 0.3, 0.31, 0.32, 0.7]).then(done)";
    assert_eq!(page.run_async(script), json!([]), "places without highlights");
    // What comes onto the screen without scrolling, too.
    page.run("scrollTo(0, 0.2 * document.documentElement.scrollHeight)", json!([]));
    page.run(
        "const before = [...article.querySelectorAll('.chunk')].filter((it) => it.getBoundingClientRect().bottom < 5 * innerHeight);
        before.forEach((it) => it.style.display = 'none')",
        json!([]),
    );
    page.wait(
        "highlights of what has moved up",
        "const seen = [...article.querySelectorAll('.block')].filter((it) => {
            const { top, bottom, height } = it.getBoundingClientRect(); return height > 0 && bottom > 0 && top < innerHeight; });
        return seen.length > 2 && seen.every((it) => it.querySelector('mark'))",
    );
}

#[test]
fn what_is_scrolled_to_has_its_highlights_before_the_rest() {
    let (_, line) = large("\n");
    let page = Page::first_visit();
    // Far down as soon as the text is there; looked at in the frame after the one that shows that place. In the order of
    // the text some thousand highlights would be drawn before.
    let script = "new MutationObserver((_, watcher) => {
            if (article.dataset.spans !== '10000') return;
            watcher.disconnect();
            const nextFrame = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
            addEventListener('scroll', () => nextFrame(() => {
                const middle = article.getBoundingClientRect();
                const at = (tenth) => document.elementFromPoint(middle.left + middle.width / 2, innerHeight * tenth / 10);
                const blocks = [3, 4, 5, 6, 7].map((tenth) => at(tenth)?.closest('.block, .chunk')).filter(Boolean);
                window.farDown = [blocks.length, ...blocks.map((block) => block.querySelectorAll('mark').length)];
            }), { once: true });
            scrollTo(0, document.documentElement.scrollHeight * 0.6);
        }).observe(article, { attributes: true })";
    page.run(script, json!([]));
    page.open(&[("large.jsonl", line.as_bytes())]);
    let seen: Vec<usize> =
        wait_for("a place far down", || serde_json::from_value(page.run("return window.farDown", json!([]))).ok());
    assert!(
        seen[0] > 0 && seen[1..].iter().all(|n| *n > 0),
        "parts of the text there, and the highlights of each: {seen:?}"
    );
}
