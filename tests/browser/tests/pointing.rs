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
