//! What a person sees who opens the page for the first time, and that nothing of it leaves the page.

use browser_tests::{Page, SEED, address, wait_for};
use serde_json::json;

#[test]
fn a_first_visit_shows_the_seed_article_in_readable_blocks_with_suggestions() {
    let page = Page::first_visit();
    assert_eq!(page.text(), SEED);
    assert!(page.count("[data-article] .block") > 30);
    let headings: Vec<String> =
        page.texts("[data-article] .block.heading").iter().map(|it| it.trim().to_owned()).collect();
    assert_eq!(headings, ["Lebanon in the frontlines of resistance", "Iran praises Kuwaiti condemnation of Israel"]);

    let marks = page.marks();
    assert!(marks.iter().all(|mark| mark.state == "suggested"), "{marks:#?}");
    for label in ["OFFICIAL", "ROLE", "TOPIC"] {
        assert!(marks.iter().any(|mark| mark.label == label), "{label} in {marks:#?}");
    }
    assert!(marks.iter().any(|mark| mark.text == "Hossein Amir Abdollahian"), "{marks:#?}");
    assert_eq!(page.measures("attache:boot").0, 1);
}

#[test]
fn the_list_beside_the_text_agrees_with_the_highlights() {
    let page = Page::first_visit();
    let marks = page.marks();
    let n_of = |labels: &[&str]| marks.iter().filter(|mark| labels.contains(&mark.label.as_str())).count();
    for (panel, labels) in [("people", &["OFFICIAL", "ROLE"][..]), ("topics", &["TOPIC"])] {
        let groups = page.groups(panel);
        assert!(!groups.is_empty(), "{panel}");
        assert_eq!(groups.iter().map(|(_, n)| n).sum::<usize>(), n_of(labels), "{panel}: {groups:?}");
        let counted = page.texts(&format!("[data-panel={panel}] .count"));
        assert_eq!(counted, [groups.len().to_string()], "{panel}");
    }

    page.groups("people");
    let row = ".group-row .row-button";
    let n_mentions = page.texts(".group-row .count")[0].clone();
    page.click(row);
    assert_eq!(page.count(".mention-row").to_string(), n_mentions);
    let first = page.active().expect("choosing a person goes to the first mention");
    assert_eq!(page.texts(".mention-row [aria-current=true] .sample"), [first]);
    let is_seen = "const box = article.querySelector('mark[data-active]').getBoundingClientRect();
        return box.top >= 0 && box.bottom <= innerHeight";
    assert_eq!(page.run(is_seen, json!([])), json!(true));
    let rows = page.run(
        "return [...document.querySelectorAll('.mention-row [data-mention]')].map((it) => it.dataset.mention)",
        json!([]),
    );
    let last = rows.as_array().and_then(|rows| rows.last()).and_then(|it| it.as_str()).expect("a mention").to_owned();
    page.click(&format!("[data-mention='{last}']"));
    let active = page.run("return article.querySelector('mark[data-active]').dataset.id", json!([]));
    assert_eq!(active, json!(last));
}

#[test]
fn nothing_leaves_the_page() {
    let page = Page::first_visit();
    page.select("World Quds Day");
    page.press("t");
    page.wait_saved();
    let requests = page.run("return performance.getEntriesByType('resource').map((it) => it.name)", json!([]));
    let requests = requests.as_array().expect("a list");
    assert!(requests.len() >= 3, "{requests:?}");
    for request in requests {
        let from = request.as_str().expect("an address");
        assert!(from.starts_with(address()) || from.starts_with("data:"), "{from}");
    }
    let policy =
        page.run("return document.querySelector('meta[http-equiv=Content-Security-Policy]').content", json!([]));
    let policy = policy.as_str().expect("a policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    assert_eq!(page.count("script:not([src]), body [style]:not([class])"), 0, "inline scripts or styles");
    // The styles in the page are those of which the policy has the digest; what it forbids has no sheet.
    let n_sheets =
        page.run("return [...document.styleSheets].filter((it) => it.cssRules.length > 0).length", json!([]));
    assert_eq!((n_sheets.as_u64(), policy.matches("style-src 'sha256-").count()), (Some(1), 1), "{policy}");
}

#[test]
fn the_slider_says_how_sure_suggestions_must_be_and_is_remembered() {
    let page = Page::first_visit();
    let slide = |percent: u8| {
        let script = "const slider = document.querySelector('#sureness');
            slider.value = arguments[0];
            slider.dispatchEvent(new Event('change', { bubbles: true }));";
        page.run(script, json!([percent]));
        wait_for("the slider", || (page.count(&format!("[data-sureness='{percent}']")) == 1).then_some(()));
        page.settle();
    };
    let count = || page.marks().len();
    let usual = count();
    slide(80);
    wait_for("fewer suggestions", || (count() < usual).then_some(()));
    slide(10);
    wait_for("more suggestions", || (count() > usual).then_some(()));
    page.wait_saved();
    let most = count();
    page.reload();
    assert_eq!(page.count("[data-sureness='10']"), 1, "it stands where it was left");
    assert_eq!(count(), most);
}

#[test]
fn a_text_that_is_not_english_says_so_and_can_be_labelled() {
    let page = Page::first_visit();
    let text =
        "Le ministre des Affaires étrangères a rencontré jeudi à Paris son homologue libanais pour parler du Yémen.";
    page.paste(text);
    wait_for("the article", || (page.text() == text).then_some(()));
    assert!(page.notices("note").iter().any(|words| words.contains("does not look English")));
    assert!(page.marks().is_empty());
    page.select("ministre des Affaires étrangères");
    page.press("r");
    assert_eq!(page.marks_on("ministre des Affaires étrangères").len(), 1);
}

#[test]
fn a_database_that_does_not_answer_does_not_hide_the_page() {
    let page = Page::first_visit();
    page.before_loads(
        "const open = IDBFactory.prototype.open;
        IDBFactory.prototype.open = function (...given) {
            const request = open.apply(this, given);
            const nobodyHears = { set() {}, get: () => null };
            for (const kind of ['success', 'error', 'blocked', 'upgradeneeded']) {
                Object.defineProperty(request, `on${kind}`, nobodyHears);
            }
            request.addEventListener = () => {};
            return request;
        };",
    );
    page.run("location.reload()", json!([]));
    // That which index.html has in its place has no buttons.
    page.wait("the page", "return document.querySelector('#page .app .bar button')");
    assert_eq!(page.count(".app[data-booted]"), 0);
    assert_eq!(page.count("#page"), 1);
}
