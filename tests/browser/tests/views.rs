//! The finder of actions, the tagset, people, occurrences, settings: as a person uses them.

use browser_tests::{Page, article};
use serde_json::json;

fn page() -> Page {
    Page::with_article(&article("Visit", "Taha met Bu Habib. Taha left Aden; aden stayed.\n", &[(0, 4, "OFFICIAL")]))
}

#[test]
fn any_action_is_found_by_a_few_letters() {
    let page = page();
    page.click_words("Bu Habib");
    page.press("Control+k");
    page.type_keys("nexthigh");
    page.press("Enter");
    assert_eq!(page.count("dialog"), 0);
    assert_eq!(page.active(), None, "there is no further one: it says so");
    page.press("Control+k");
    page.type_keys("accept all");
    let refusal = page.texts(".finder-row[aria-selected=true] .finder-why");
    assert_eq!(refusal, ["Every suggestion is decided."]);
    page.press("Enter");
    assert_eq!(page.count("dialog"), 1, "what is not possible now does nothing");
    page.press("Control+k");
    assert_eq!(page.count("dialog"), 0);
}

#[test]
fn a_key_can_be_changed() {
    let page = page();
    page.press("?");
    page.click("[data-key-of=next] .key-change button");
    page.press("x");
    assert!(page.texts(".form-said").concat().starts_with("x is the key of"));
    page.press("9");
    page.press("Escape");
    page.press("9");
    assert_eq!(page.active().as_deref(), Some("Taha"));
    page.reload();
    page.press("9");
    assert_eq!(page.active().as_deref(), Some("Taha"), "and stays so");
}

#[test]
fn labels_are_made_changed_and_retired() {
    let page = page();
    page.click("[data-action=scheme]");
    page.click("[data-action=add-label]");
    page.fill("[name=title]", "Place");
    page.fill("[name=key]", "q");
    page.fill("[name=attributes]", "certain: yes/no\nkind: one of city | country");
    page.click(".label-form [type=submit]");
    assert_eq!(page.texts(".label-row .sample"), ["Official", "Role", "Topic", "Place"]);
    page.press("Escape");
    page.select("Aden");
    page.press("q");
    assert_eq!(page.marks_on("Aden")[0].label, "PLACE");
    page.press("i");
    page.click("[data-attribute=certain]");
    page.wait_saved();
    page.reload();
    page.click_words("Aden");
    assert_eq!(page.run("return document.querySelector('[data-attribute=certain]').checked", json!([])), json!(true));
    page.press("Shift+T");
    page.click("[data-label-row=PLACE] > button");
    page.click("[data-action=retire]");
    assert!(page.texts("[data-action=undo-scheme]").concat().contains("Retire the label Place"));
    page.click("[data-action=undo-scheme]");
    page.press("Escape");
    assert_eq!(page.texts(".palette [data-label-button]").len(), 4);
}

#[test]
fn all_occurrences_are_looked_at_before_they_are_labelled() {
    let page = page();
    page.select("Aden");
    page.press("t");
    page.press("Shift+E");
    page.click("[name=case]");
    assert_eq!(page.count(".occurrence-list li"), 2);
    page.click("[data-dialog=occurrences] [type=submit]");
    assert_eq!(page.marks_on("aden").len(), 1);
    page.press("Control+z");
    assert!(page.marks_on("aden").is_empty());
    page.click_words("Taha");
    page.press("e");
    assert_eq!(page.marks_on("Taha").len(), 2);
}

#[test]
fn a_person_gets_a_name_and_what_is_known_of_them() {
    let page = page();
    page.click_words("Taha");
    page.press("w");
    page.fill("[name=wikidata]", "Q1");
    page.fill("[name=place]", "OIC");
    page.click("[data-dialog=entity] [type=submit]");
    page.press("w");
    let value = page.run("return document.querySelector('[name=wikidata]').value", json!([]));
    assert_eq!(value, json!("Q1"));
    page.press("Escape");
    page.press("g");
    page.type_keys("Hussein Taha");
    page.press("Enter");
    assert_eq!(page.groups("people")[0].0, "Hussein Taha");
    page.press("Control+z");
    assert_eq!(page.groups("people")[0].0, "Taha");
}

#[test]
fn looks_are_set_and_remembered() {
    let page = page();
    page.press("Control+,");
    page.click("[name=theme][value=dark]");
    page.choose("[name=type]", "130");
    page.fill("[name=annotator]", "AB");
    page.press("Tab");
    page.press("Escape");
    let look = |page: &Page| {
        page.run(
            "const style = getComputedStyle(document.documentElement);
            return [document.documentElement.dataset.theme, style.colorScheme, style.getPropertyValue('--type-scale')]",
            json!([]),
        )
    };
    assert_eq!(look(&page), json!(["dark", "dark", "1.30"]));
    page.reload();
    assert_eq!(look(&page), json!(["dark", "dark", "1.30"]));
    page.select("Aden");
    page.press("t");
    page.press("i");
    assert!(page.texts("[data-details]").concat().contains("Decided by AB"));
}

#[test]
fn guidelines_stand_beside_the_text_and_hold_no_markup() {
    let page = page();
    page.press("h");
    assert!(page.texts("[data-guidelines] h3").contains(&"Official".to_owned()));
    page.click("[data-action=edit-guidelines]");
    let script = "const field = document.querySelector('textarea[name=guidelines]'); field.value = arguments[0]";
    page.run(
        script,
        json!(["# Ours\n\n<img src=x onerror=\"document.title='broken into'\"> [x](javascript:alert(1))"]),
    );
    page.click("[data-dialog=guidelines] [type=submit]");
    assert_eq!(page.texts("[data-guidelines] h3"), ["Ours"]);
    assert_eq!(page.count("[data-guidelines] img, [data-guidelines] a"), 0);
}

#[test]
fn the_tour_is_seen_once() {
    let page = Page::first_visit();
    page.click("[data-action=tour-next]");
    page.click("[data-action=tour-next]");
    page.fill(".tour [name=annotator]", "AB");
    page.click(".tour [type=submit]");
    assert_eq!(page.count(".tour"), 0);
    page.reload();
    assert_eq!(page.count(".tour"), 0);
}
