//! What people hear and reach who do not see the page or use no mouse: axe-core on every view, light and dark, and the
//! accessibility tree.

use browser_tests::{DIALOGS, Device, Page, Scheme, article};
use serde_json::{Value, json};

const DESK: Device = Device { width: 1280, height: 800, mobile: false };
const PHONE: Device = Device { width: 390, height: 844, mobile: true };
/// The narrowest that WCAG 2.2 asks for (1.4.10).
const NARROW: Device = Device { width: 320, height: 640, mobile: true };

/// Runs axe-core on the page as it stands, in both themes; everything that it finds is a failure.
fn check(page: &Page, view: &str) {
    for (scheme, shade) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
        page.emulate(DESK, scheme);
        let found = findings(page);
        assert!(found.is_empty(), "{view}, {shade}: {found:#?}");
    }
    page.emulate(DESK, Scheme::Light);
}

fn findings(page: &Page) -> Vec<String> {
    let result = page.axe();
    let violations = result["violations"].as_array().expect("axe gives a list");
    let nodes = |rule: &Value| -> Vec<String> {
        let list = rule["nodes"].as_array().into_iter().flatten();
        list.map(|node| format!("{}: {} {}", rule["id"], node["html"], node["failureSummary"])).collect()
    };
    violations.iter().flat_map(nodes).collect()
}

#[test]
fn axe_finds_nothing_on_the_main_views() {
    let page = Page::first_visit();
    check(&page, "first visit");
    page.select("phone conversations");
    check(&page, "selection");
    page.press("t");
    check(&page, "active highlight");
    page.press("u");
    page.press("v");
    check(&page, "review");
    page.press("Escape");
    page.press("i");
    page.press("h");
    page.click_words("Hossein Amir Abdollahian");
    check(&page, "details and guidelines");
    page.click("[data-panel=topics]");
    page.click(".group-row .row-button");
    check(&page, "topics");
    page.press("z");
    check(&page, "focus mode");
    page.press("z");
    page.click("[data-action=downloads]");
    check(&page, "download menu");
}

#[test]
fn axe_finds_nothing_in_the_dialogs() {
    let page = Page::first_visit();
    page.click_words("Hossein Amir Abdollahian");
    for (key, name) in DIALOGS {
        page.press(key);
        assert_eq!(page.count(&format!("dialog[data-dialog={name}]")), 1, "{key} opens {name}");
        if name == "scheme" {
            page.click("[data-action=add-label]");
        }
        check(&page, name);
        page.press("Escape");
        assert_eq!(page.count("dialog"), 0, "Escape closes {name}");
        assert_eq!(page.run("return document.activeElement === article", json!([])), json!(true), "after {name}");
    }
    page.dialogs_around_files(|name| check(&page, name));
    page.click("[data-action=paste]");
    check(&page, "paste");
}

#[test]
fn axe_finds_nothing_on_notices_and_nothing_at_all() {
    let page = Page::first_visit();
    page.open(&[("broken.json", b"{\"format\": \"attache-project\", \"version\": 1,")]);
    page.wait("a notice", "return document.querySelector('.notice')");
    check(&page, "notice");
    page.click(".notice button[aria-label]");
    page.click("[data-action=remove]");
    page.wait("the empty project", "return document.querySelector('.empty')");
    check(&page, "empty");
}

#[test]
fn axe_finds_nothing_in_high_contrast_and_on_a_phone() {
    let page = Page::first_visit();
    page.press("Control+,");
    page.click("[name=contrast]");
    page.press("Escape");
    check(&page, "high contrast");
    page.emulate(PHONE, Scheme::Light);
    for tab in 1..=3 {
        page.click(&format!(".tabs .tab:nth-child({tab})"));
        let found = findings(&page);
        assert!(found.is_empty(), "pane {tab} on a phone: {found:#?}");
    }
    page.emulate(NARROW, Scheme::Light);
    for tab in 1..=3 {
        page.click(&format!(".tabs .tab:nth-child({tab})"));
        let width = page.run("return document.scrollingElement.scrollWidth", json!([]));
        assert!(width.as_u64() <= Some(320), "pane {tab} is {width} wide on 320 pixels");
    }
}

#[test]
fn highlights_are_heard_with_label_state_and_person() {
    let page = Page::with_article(&article(
        "Visit",
        "Minister Taha spoke in Aden.\n",
        &[(9, 13, "OFFICIAL"), (23, 27, "TOPIC")],
    ));
    let heard = |page: &Page| -> Vec<(String, String)> {
        let tree = page.accessibility_tree();
        let marks = tree.into_iter().filter(|(role, ..)| role == "mark");
        marks.map(|(_, name, description)| (name, description)).collect()
    };
    let descriptions: Vec<String> = heard(&page).into_iter().map(|(_, description)| description).collect();
    assert_eq!(descriptions, ["Official, accepted: Taha", "Topic, accepted: Aden"]);
    page.click_words("Aden");
    let toolbar = page.accessibility_tree().into_iter().find(|(role, ..)| role == "toolbar");
    assert_eq!(toolbar.map(|(_, name, _)| name).as_deref(), Some("Label and decide"));
    page.press("u");
    assert_eq!(heard(&page)[1].1, "Topic, accepted, unsure: Aden");
    let tree = page.accessibility_tree();
    let says = |words: &str| tree.iter().any(|(_, name, _)| name.contains(words));
    assert!(says("Flag “Aden” as unsure."), "what was done is announced");
    assert!(tree.iter().any(|(role, name, _)| role == "article" && name == "Visit"), "the article has its name");
    for (role, name) in [("navigation", "Articles"), ("complementary", "People and topics")] {
        assert!(tree.iter().any(|(found, said, _)| found == role && said == name), "{role} {name}");
    }
}

#[test]
fn every_change_is_announced() {
    let page = Page::with_article(&article("Visit", "Minister Taha spoke in Aden.\n", &[(9, 13, "OFFICIAL")]));
    let said = || page.texts("[role=status][aria-live]").concat();
    page.select("Aden");
    page.press("t");
    assert_eq!(said(), "Topic “Aden”.");
    page.press("}");
    assert_eq!(said(), "That end cannot be moved further.");
    page.press("[");
    assert_eq!(said(), "Move the ends of “Aden”.");
    page.press("x");
    assert_eq!(said(), "Delete “in Aden”.");
    page.press("Control+z");
    assert_eq!(said(), "Undone: Delete “in Aden”.");
}

#[test]
fn text_from_right_to_left_is_reached_and_heard() {
    for (name, text, words, key) in [
        ("گفت‌وگو", "وزیر امور خارجه ایران حسین امیرعبداللهیان گفت: سلام.\n", "حسین امیرعبداللهیان", "o"),
        ("زيارة", "التقى وزير الخارجية عبد الله بو حبيب نظيره في بيروت.\n", "عبد الله بو حبيب", "o"),
    ] {
        let page = Page::with_article(&article(name, text, &[(0, 4, "TOPIC")]));
        page.select(words);
        page.press(key);
        assert_eq!(page.marks_on(words).len(), 1, "{words}");
        assert_eq!(page.active().as_deref(), Some(words));
        // By keys: from the start of the article to the right place, in reading order.
        page.press("Escape");
        page.tab_to("[data-article]");
        page.press("Control+Home");
        page.press("Control+Shift+ArrowRight");
        page.press("Control+Shift+ArrowRight");
        page.press("r");
        let two_words: String = text.split_inclusive(' ').take(2).collect();
        assert_eq!(page.marks_on(two_words.trim()).len(), 1, "{two_words}");
        let direction = page.run("return getComputedStyle(article.querySelector('[data-block]')).direction", json!([]));
        assert_eq!(direction, json!("rtl"));
        let tree = page.accessibility_tree();
        assert!(tree.iter().any(|(role, _, description)| role == "mark" && description.contains(words)), "{words}");
        page.drag_handle("end", words);
        assert_eq!(page.text(), text, "the text never changes");
    }
}

#[test]
fn axe_finds_nothing_in_a_long_list() {
    let page = Page::first_visit();
    let files: Vec<(String, String)> = (0..8).map(|n| (format!("Talks {n}.txt"), format!("Taha said {n}."))).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    page.open(&files);
    page.wait("the filter", "return document.querySelector('[name=articles-search]')");
    check(&page, "list");
    page.fill("[name=articles-search]", "no such");
    page.wait("an empty list", "return document.querySelectorAll('[data-doc-list] .row').length === 0");
    check(&page, "empty list");
}
