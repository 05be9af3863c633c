//! Pictures of the main states on three screens, light and dark, in `target/e2e/`, for people to look at. What is
//! asserted is structure: nothing is wider than the screen, and the text is seen.

use std::fs;

use browser_tests::{DIALOGS, Device, Page, Scheme, article, repository, wait_for};
use serde_json::json;

const DEVICES: [Device; 3] = [
    Device { width: 1280, height: 800, mobile: false },
    Device { width: 1920, height: 1080, mobile: false },
    Device { width: 390, height: 844, mobile: true },
];
const PERSIAN: &str = "وزیر امور خارجه ایران حسین امیرعبداللهیان روز پنجشنبه با شماری از مقامات خارجی گفت‌وگو کرد.\n\
    او از آتش‌بس در یمن استقبال کرد و بر حل مسئله فلسطین تأکید داشت.\n";

/// Which of the three panes a picture is of: phones show one at a time, others all.
#[derive(Clone, Copy, PartialEq)]
enum Pane {
    Articles = 1,
    Text = 2,
    Groups = 3,
}

/// Takes the pictures of a state.
fn capture(page: &Page, state: &str, pane: Pane) {
    let folder = repository().join("target/e2e");
    fs::create_dir_all(&folder).expect("a folder for pictures");
    for device in DEVICES {
        for (scheme, shade) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            page.emulate(device, scheme);
            let on_phone = device.mobile && pane != Pane::Text;
            if on_phone {
                page.click(&format!(".tabs .tab:nth-child({})", pane as u8));
            }
            check(page, &format!("{state} on {device:?}, {shade}"), pane);
            page.screenshot(&folder.join(format!("{state}-{}x{}-{shade}.png", device.width, device.height)));
            if on_phone {
                page.click(".tabs .tab:nth-child(2)");
            }
        }
    }
    page.emulate(DEVICES[0], Scheme::Light);
}

fn check(page: &Page, what: &str, pane: Pane) {
    let script = "const wide = [...document.body.querySelectorAll('*')]
            .filter((it) => !it.closest('.visually-hidden, .skip, .palette'))
            .filter((it) => it.getBoundingClientRect().right > innerWidth + 1 || it.getBoundingClientRect().left < -1)
            .map((it) => `${it.localName}.${it.className}`);
        const box = article.getBoundingClientRect();
        const seen = box.width > 100 && box.height > 0 && box.top < innerHeight && box.bottom > 0;
        const shown = [...document.querySelectorAll('.menu-list, dialog')].filter((it) => it.checkVisibility());
        const cut = shown.filter((it) => it.getBoundingClientRect().left < 0 || it.scrollWidth > it.clientWidth + 1)
            .map((it) => [it.className, it.getBoundingClientRect().left, it.scrollWidth, it.clientWidth].join(' '));
        return [document.scrollingElement.scrollWidth <= innerWidth, seen, wide.slice(0, 5), cut.join()]";
    let seen = page.run(script, json!([]));
    assert_eq!(seen[0], json!(true), "{what} is wider than the screen: {}", seen[2]);
    assert_eq!(seen[3], json!(""), "{what}: a menu or dialog is cut off");
    if pane == Pane::Text && page.count(".empty") == 0 {
        assert_eq!(seen[1], json!(true), "{what}: the text is not seen");
    }
}

#[test]
fn reading_and_reviewing() {
    let page = Page::first_visit();
    capture(&page, "first-visit", Pane::Text);
    page.select("phone conversations");
    capture(&page, "selection", Pane::Text);
    page.press("t");
    page.click_words("Hossein Amir Abdollahian");
    capture(&page, "active", Pane::Text);
    page.press("Escape");
    page.click(".group-row .row-button");
    capture(&page, "people", Pane::Groups);
    page.click("[data-panel=topics]");
    capture(&page, "topics", Pane::Groups);
}

#[test]
fn dialogs_and_menus() {
    let page = Page::first_visit();
    page.press("?");
    capture(&page, "help", Pane::Text);
    page.press("Escape");
    page.click("[data-action=downloads]");
    capture(&page, "download", Pane::Text);
    page.click("[data-action=downloads]");
    page.click("[data-action=paste]");
    capture(&page, "paste", Pane::Text);
    page.press("Escape");
    page.drag_file("dropped.txt", "Taha", false);
    capture(&page, "drag", Pane::Text);
    let page = Page::first_visit();
    page.dialogs_around_files(|name| capture(&page, name, Pane::Text));
}

#[test]
fn spans_of_any_shape() {
    let text = "Foreign Minister Bu Habib’s visit to the south and north of Yemen was long.\n\nHe\nleft.\n";
    let page = Page::with_article(&article(
        "Shapes",
        text,
        &[
            (0, 25, "OFFICIAL"),
            (0, 16, "ROLE"),
            (8, 25, "TOPIC"),
            (17, 25, "OFFICIAL"),
            (17, 25, "ROLE"),
            (51, 65, "TOPIC"),
            (77, 84, "TOPIC"),
        ],
    ));
    page.click("[data-action=tour-end]");
    page.click_words("Yemen");
    page.select("south");
    page.press("f");
    assert_eq!(page.count("mark[data-parts]"), 2, "one highlight in two parts");
    capture(&page, "shapes", Pane::Text);
}

#[test]
fn dialogs_of_the_editor() {
    let page = Page::first_visit();
    page.click("[data-action=tour-end]");
    page.click_words("Hossein Amir Abdollahian");
    for (key, name) in DIALOGS {
        page.press(key);
        if name == "scheme" {
            page.click("[data-label-row=ROLE] > button");
        }
        capture(&page, name, Pane::Text);
        page.press("Escape");
    }
}

#[test]
fn reviewing_with_details_and_guidelines() {
    let page = Page::first_visit();
    page.click("[data-action=tour-end]");
    page.press("i");
    page.press("h");
    page.press("v");
    page.press("u");
    capture(&page, "review", Pane::Text);
    capture(&page, "details", Pane::Groups);
    page.press("Escape");
    page.press("z");
    page.press("Control+,");
    page.click("[name=contrast]");
    page.choose("[name=type]", "150");
    page.press("Escape");
    capture(&page, "focus-high-contrast", Pane::Text);
}

#[test]
fn articles_and_notices() {
    let page = Page::first_visit();
    page.open(&[
        ("Aoun speaks in Beirut.txt", b"President Aoun spoke.\n\nHe spoke of the ceasefire.\n"),
        ("A very long name of a file from an archive of many years – part 2 of 3.txt", b"Bu Habib met Taha."),
        ("quiet.txt", b"Nothing happened."),
        ("Talks 9.txt", b"Foreign Minister Taha spoke."),
        ("Talks 10.txt", b"Nothing happened either."),
    ]);
    wait_for("six articles", || (page.articles().len() == 6).then_some(()));
    page.wait_saved();
    capture(&page, "articles", Pane::Articles);
    page.press("Alt+ArrowUp");
    page.open(&[("broken.json", b"{\"format\": \"attache-project\", \"version\": 1,"), ("cafe.txt", b"caf\xe9")]);
    wait_for("two notices", || (page.notices("problem").len() == 2).then_some(()));
    capture(&page, "notice", Pane::Text);
}

#[test]
fn from_right_to_left_and_empty() {
    let page = Page::with_article(&article(
        "گفت‌وگوی تلفنی",
        PERSIAN,
        &[(0, 21, "ROLE"), (22, 41, "OFFICIAL"), (22, 26, "TOPIC"), (99, 112, "TOPIC")],
    ));
    capture(&page, "rtl", Pane::Text);
    page.click_words("حسین");
    capture(&page, "rtl-active", Pane::Text);
    page.press("Escape");
    page.click("[data-action=remove]");
    page.click("[data-action=remove]");
    page.click(".notice button[aria-label]");
    wait_for("an empty project", || page.articles().is_empty().then_some(()));
    capture(&page, "empty", Pane::Text);
}
