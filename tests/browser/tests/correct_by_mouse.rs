//! Correcting suggestions with the mouse, a label key or a button at a time.

use browser_tests::{Mark, Page, article, as_suggestions, wait_for};

const TEXT: &str = "TEHRAN – Foreign Minister Bu Habib met President Michel Aoun on Thursday in Beirut. \
    They spoke of the ceasefire in Yemen.\n";

/// The text with “Foreign Minister” and “Bu Habib” suggested.
fn page() -> Page {
    let line = article("minister", TEXT, &[(9, 25, "ROLE"), (26, 34, "OFFICIAL")]);
    let page = Page::with_article(&as_suggestions(&line));
    assert_eq!(page.text(), TEXT);
    page
}

fn shown(page: &Page) -> Vec<String> {
    page.marks().iter().map(|Mark { label, state, text, .. }| format!("{label} {state}: {text}")).collect()
}

#[test]
fn words_selected_by_dragging_take_a_label_by_key() {
    let page = page();
    page.select("Michel Aoun");
    assert_eq!(page.selected(), "Michel Aoun");
    page.press("o");
    page.select("President");
    page.press("r");
    assert_eq!(
        shown(&page),
        [
            "ROLE suggested: Foreign Minister",
            "OFFICIAL suggested: Bu Habib",
            "ROLE accepted: President",
            "OFFICIAL accepted: Michel Aoun"
        ]
    );
    assert_eq!(page.active().as_deref(), Some("President"));
    assert!(page.measures("attache:edit").0 >= 2);
}

#[test]
fn words_selected_by_dragging_take_a_label_by_a_button_of_the_palette() {
    let page = page();
    page.select("ceasefire in Yemen");
    page.click(".palette [data-label-button=TOPIC]");
    assert_eq!(page.marks_on("ceasefire in Yemen").len(), 1);
    assert_eq!(page.active().as_deref(), Some("ceasefire in Yemen"));
}

#[test]
fn a_highlight_is_accepted_relabelled_moved_and_deleted_with_the_palette() {
    let page = page();
    page.click_words("Foreign Minister");
    assert_eq!(page.active().as_deref(), Some("Foreign Minister"));
    page.click(".palette [data-action=accept]");
    assert_eq!(page.marks_on("Foreign Minister")[0].state, "accepted");

    page.click_words("Foreign Minister");
    page.click(".palette [data-label-button=TOPIC]");
    assert_eq!(page.marks_on("Foreign Minister")[0].label, "TOPIC");
    page.click(".palette [data-action=end-out]");
    assert_eq!(page.active().as_deref(), Some("Foreign Minister Bu"));
    page.click(".palette [data-action=end-in]");
    page.click(".palette [data-action=start-in]");
    assert_eq!(page.active().as_deref(), Some("Minister"));
    page.click(".palette [data-action=start-out]");
    assert_eq!(page.active().as_deref(), Some("Foreign Minister"));
    page.click(".palette [data-action=dismiss]");
    assert_eq!(shown(&page), ["OFFICIAL suggested: Bu Habib"]);

    page.click_words("Bu Habib");
    page.click(".palette [data-action=dismiss]");
    assert!(shown(&page).is_empty());
    assert_eq!(page.text(), TEXT);
}

#[test]
fn every_edit_is_undone_and_redone_in_order() {
    let page = page();
    page.click_words("Bu Habib");
    let mut states = vec![page.marks()];
    for chord in ["Enter", "t", "o", "[", "{", "]", "}", "Alt+[", "Alt+{", "Alt+]", "Alt+}", "Delete"] {
        page.press(chord);
        states.push(page.marks());
    }
    let words = |step: usize| states[step].iter().find(|mark| mark.label == "OFFICIAL").map(|mark| mark.text.as_str());
    assert_eq!(
        [4, 5, 6, 7, 8, 9, 10, 11].map(words),
        [
            "Minister Bu Habib",
            "Bu Habib",
            "Bu Habib met",
            "Bu Habib",
            "r Bu Habib",
            "Bu Habib",
            "Bu Habib m",
            "Bu Habib"
        ]
        .map(Some)
    );
    page.select("Michel Aoun");
    page.press("o");
    states.push(page.marks());
    page.click_words("Foreign Minister");
    page.press("x");
    states.push(page.marks());
    assert!(states.windows(2).all(|pair| pair[0] != pair[1]), "every step changes something: {states:#?}");

    let compare = |step: usize, what: &str| {
        assert_eq!(page.marks(), states[step], "{what} step {step}");
        assert_eq!(page.text(), TEXT, "{what} step {step}");
    };
    for step in (0..states.len() - 1).rev() {
        page.press("Control+z");
        compare(step, "undo to");
    }
    for step in 1..states.len() {
        page.press("Control+Shift+z");
        compare(step, "redo to");
    }
    page.press("Control+Shift+z");
    compare(states.len() - 1, "nothing more to redo after");
}

#[test]
fn spans_that_nest_cross_and_coincide_are_all_drawn() {
    let page = page();
    page.select("Foreign Minister Bu Habib");
    page.press("t");
    page.select_from_to("Bu Habib", "President");
    page.press("r");
    // A suggestion over the same words would be taken up and relabelled.
    page.select("Bu Habib");
    page.press("o");
    page.select("Bu Habib");
    page.press("t");
    page.select_from_to("Thursday in Beirut", "They spoke");
    page.press("o");
    let texts: Vec<String> = page.marks().into_iter().map(|mark| format!("{} {}", mark.label, mark.text)).collect();
    assert_eq!(
        texts,
        [
            "ROLE Foreign Minister",
            "TOPIC Foreign Minister Bu Habib",
            "OFFICIAL Bu Habib",
            "TOPIC Bu Habib",
            "ROLE Bu Habib met President",
            "OFFICIAL Thursday in Beirut. They spoke"
        ]
    );
    assert_eq!(page.text(), TEXT);
    wait_for("levels of lines under nested highlights", || (page.count("mark[data-level]") > 0).then_some(()));
}

#[test]
fn a_person_is_accepted_whole_from_the_list() {
    let page = Page::first_visit();
    let n_suggested = |page: &Page| page.marks().iter().filter(|mark| mark.state == "suggested").count();
    let before = n_suggested(&page);
    let (name, n_mentions) = page.groups("people")[0].clone();
    page.click(&format!(".group-row[data-entity='{name}'] [data-accept-group]"));
    assert_eq!(n_suggested(&page), before - n_mentions, "{name}");
    page.press("Control+z");
    assert_eq!(n_suggested(&page), before);
}

#[test]
fn the_status_line_tells_what_is_active() {
    let page = page();
    page.select("Michel Aoun");
    page.press("o");
    page.click_words("Foreign Minister");
    let status = page.texts(".status").concat();
    assert!(status.contains("“Foreign Minister”") && status.contains("suggested"), "{status}");
}

#[test]
fn a_double_click_selects_a_word_to_be_labelled() {
    let page = page();
    page.double_click("Beirut");
    assert_eq!(page.selected(), "Beirut");
    page.press("t");
    assert_eq!(page.marks_on("Beirut").len(), 1);
}

#[test]
fn keys_go_on_after_a_click_on_the_palette() {
    let page = page();
    page.click_words("Foreign Minister");
    page.click(".palette [data-action=accept]");
    page.click_words("Foreign Minister");
    page.press("t");
    assert_eq!(page.marks_on("Foreign Minister")[0].label, "TOPIC");
    page.click_words("Bu Habib");
    page.click(".palette [data-action=start-out]");
    page.press("]");
    assert_eq!(page.active().as_deref(), Some("Minister Bu Habib met"));
    page.press("ArrowRight");
    page.press("Shift+ArrowRight");
    assert_eq!(page.selected().chars().count(), 1, "the text still has the focus");
}

#[test]
fn each_article_has_its_own_undo() {
    let page = page();
    page.select("Michel Aoun");
    page.press("o");
    let marks = page.marks();
    page.press("Alt+ArrowUp");
    let seed = page.marks();
    page.select("phone conversations");
    page.press("t");
    page.press("Alt+ArrowDown");
    assert_eq!(page.marks(), marks);
    page.press("Control+z");
    assert!(page.marks_on("Michel Aoun").is_empty());
    page.press("Alt+ArrowUp");
    assert_eq!(page.marks_on("phone conversations").len(), 1);
    page.press("Control+z");
    assert_eq!(page.marks(), seed);
}
