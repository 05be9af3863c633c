//! Mouse and finger: snapping, handles, the sticky label, dragging in the list, long presses.

use browser_tests::{Device, Page, Scheme, article};
use serde_json::json;

const TEXT: &str = "Foreign Minister Hossein Amir Abdollahian’s visit to Lebanon, he said, was long. Lebanon agreed.\n";

fn page() -> Page {
    Page::with_article(&article("Visit", TEXT, &[(90, 96, "TOPIC")]))
}

#[test]
fn a_rough_drag_takes_whole_words_and_no_comma() {
    let page = page();
    page.drag_over(20, 43);
    assert_eq!(page.selected(), "Hossein Amir Abdollahian");
    page.press("o");
    assert_eq!(page.marks_on("Hossein Amir Abdollahian").len(), 1);
    page.drag_over(53, 61);
    assert_eq!(page.selected(), "Lebanon", "without the comma");
    page.select_exactly("banon");
    assert_eq!(page.selected(), "banon", "with Alt, characters");
}

#[test]
fn a_double_click_takes_the_word_and_the_next_one_the_name() {
    let page = page();
    page.double_click("Abdollahian");
    assert_eq!(page.selected(), "Abdollahian");
    page.double_click_again("Abdollahian");
    assert_eq!(page.selected(), "Hossein Amir Abdollahian");
    assert_eq!(page.count(".palette"), 1, "the labels are at hand");
    page.click(".palette [data-label-button=OFFICIAL]");
    assert_eq!(page.marks_on("Hossein Amir Abdollahian").len(), 1);
}

#[test]
fn with_the_sticky_label_a_drag_is_all() {
    let page = page();
    page.select("visit");
    page.press("t");
    page.press("Shift+L");
    page.drag_over(53, 60);
    assert_eq!(page.marks_on("Lebanon").len(), 1);
    page.double_click("long");
    assert_eq!(page.marks_on("long").len(), 1);
    page.press("Shift+L");
    page.drag_over(0, 7);
    assert!(page.marks_on("Foreign").is_empty());
}

#[test]
fn the_ends_of_the_active_highlight_have_handles() {
    let page = page();
    page.select("Amir");
    page.press("o");
    page.click_words("Amir");
    page.drag_handle("end", "Abdollahian");
    assert_eq!(page.marks_on("Amir Abdollahian").len(), 1);
    page.drag_handle("start", "Hossein");
    assert_eq!(page.marks_on("Hossein Amir Abdollahian").len(), 1);
    page.press("Control+z");
    assert_eq!(page.marks_on("Amir Abdollahian").len(), 1, "each drag is one step");
}

#[test]
fn a_handle_that_is_pulled_sideways_stays_in_its_line() {
    let line = "The minister of foreign affairs met the president of the republic in the old town of the capital. ";
    let text = format!("{}Quadrilateral talks. {}\n", line.repeat(3), line.repeat(3));
    let page = Page::with_article(&article("Lines", &text, &[]));
    page.select("Quadrilateral");
    page.press("t");
    page.click_words("Quadrilateral");
    let script = "const box = document.querySelector('[data-handle=end]').getBoundingClientRect();
        return [box.left + box.width / 2, box.bottom - 2].map(Math.round)";
    let at = page.run(script, json!([]));
    let (x, y) = (at[0].as_f64().expect("x"), at[1].as_f64().expect("y"));
    page.drag((&json!(x), &json!(y)), (&json!(x + 40.0), &json!(y)));
    let longest = "return Math.max(...[...article.querySelectorAll('mark')].map((it) => it.textContent.length))";
    let n_letters = page.run(longest, json!([])).as_u64().expect("a number");
    assert!((14..50).contains(&n_letters), "{n_letters} letters: not a line more");
}

#[test]
fn a_handle_let_go_beside_the_text_is_let_go() {
    let page = page();
    page.select("Amir");
    page.press("o");
    page.click_words("Amir");
    let script = "const box = document.querySelector('[data-handle=end]').getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2].map(Math.round)";
    let at = page.run(script, json!([]));
    page.drag((&at[0], &at[1]), (&json!(1_200), &json!(600)));
    page.drag_over(53, 59);
    assert_eq!(page.selected(), "Lebanon", "a selection is of words again");
}

#[test]
fn a_selection_may_begin_in_the_margin_and_end_below_the_text() {
    let page = page();
    let script = "const sheet = document.querySelector('.sheet').getBoundingClientRect();
        const [amir, visit] = ['Amir', 'visit'].map((it) => boxesOf(rangeOf(it))[0]);
        const y = (box) => (box.top + box.bottom) / 2;
        return [sheet.left + 12, y(amir), amir.left + 12, y(amir), visit.left + 1, y(visit), visit.left, sheet.bottom + 60]
            .map(Math.round)";
    let at = page.run(script, json!([]));
    page.drag((&at[0], &at[1]), (&at[2], &at[3]));
    assert_eq!(page.selected(), "Foreign Minister Hossein Amir");
    page.press("Escape");
    page.drag((&at[4], &at[5]), (&at[6], &at[7]));
    assert!(page.selected().ends_with("Lebanon agreed"), "{}", page.selected());
}

#[test]
fn a_mention_is_joined_by_dragging_its_row() {
    let page = page();
    for words in ["Hossein Amir Abdollahian", "Minister"] {
        page.select(words);
        page.press("o");
    }
    // Beside the name it was taken for him; a person of its own first.
    page.press("Shift+G");
    let people = |page: &Page| page.groups("people").into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(people(&page).len(), 2);
    let script = "const row = (name) => document.querySelector(`.group-row[data-entity=\"${name}\"]`);
        const dataTransfer = new DataTransfer();
        const fire = (target, type) =>
            target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        fire(row(arguments[0]), 'dragstart');
        fire(row(arguments[1]), 'dragover');
        fire(row(arguments[1]), 'drop');";
    page.run(script, json!(["Minister", "Hossein Amir Abdollahian"]));
    page.settle();
    assert_eq!(people(&page), ["Hossein Amir Abdollahian"]);
    page.press("Control+z");
    assert_eq!(people(&page).len(), 2, "a wrong join is one undo away");
}

#[test]
fn a_finger_selects_by_resting_and_labels_by_a_tap() {
    let page = page();
    page.emulate(Device { width: 390, height: 844, mobile: true }, Scheme::Light);
    page.long_press("Hossein", "Abdollahian");
    assert_eq!(page.selected(), "Hossein Amir Abdollahian");
    page.tap(".palette [data-label-button=OFFICIAL]");
    assert_eq!(page.marks_on("Hossein Amir Abdollahian").len(), 1);
    page.long_press("long", "long");
    page.tap(".palette [data-label-button=TOPIC]");
    assert_eq!(page.marks_on("long").len(), 1);
    assert_eq!(page.text(), TEXT);
}
