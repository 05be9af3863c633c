//! Articles in: files chosen and dropped, text pasted; the list of articles; removing one.

use browser_tests::{Engine, MIXED, Page, SEED, wait_for};

const SEED_NAME: &str = "Phone calls on World Quds Day";

fn wait_for_articles(page: &Page, names: &[&str]) {
    wait_for(&format!("the articles {names:?}"), || (page.articles() == names).then_some(()));
    page.settle();
}

#[test]
fn several_files_open_at_once_and_the_first_is_shown() {
    let page = Page::first_visit();
    let seed_marks = page.marks();
    page.open(&[
        ("second.txt", "President Aoun spoke – in\u{a0}Beirut.\r\n".as_bytes()),
        ("third.txt", MIXED.as_bytes()),
        ("fourth.md", b"Taha"),
    ]);
    wait_for_articles(&page, &[SEED_NAME, "second", "third", "fourth"]);
    assert_eq!(page.text(), "President Aoun spoke – in\u{a0}Beirut.\r\n");
    assert!(page.measures("attache:open").0 >= 1);
    page.wait("suggestions on the new article", "return Number(article.dataset.spans) > 0");
    page.click("[data-doc-list] > li:nth-child(3) button");
    assert_eq!(page.text(), MIXED);
    page.press("Alt+ArrowDown");
    assert_eq!((page.text().as_str(), page.open_article().as_str()), ("Taha", "fourth"));
    page.press_times("Alt+ArrowUp", 3);
    assert_eq!(page.text(), SEED);
    assert_eq!(page.marks(), seed_marks);
}

#[test]
fn a_dropped_file_is_opened() {
    let page = Page::first_visit();
    page.drag_file("dropped.txt", "Bu Habib met Taha.", false);
    assert_eq!(page.count(".dropzone"), 1, "the page says that files can be dropped");
    page.drag_file("dropped.txt", "Bu Habib met Taha.", true);
    wait_for_articles(&page, &[SEED_NAME, "dropped"]);
    assert_eq!(page.text(), "Bu Habib met Taha.");
    assert_eq!(page.count(".dropzone"), 0);
}

#[test]
fn folders_are_opened_with_all_that_is_in_them() {
    let page = Page::first_visit();
    if Engine::of_this_run() != Engine::Chromium {
        return; // No other driver drops folders.
    }
    let folder = |name: &str, texts: &[(&str, &str)]| {
        let folder = page.files().join(name);
        for (path, text) in texts {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder that can be written to");
            std::fs::write(path, text).expect("a file");
        }
        folder
    };
    let dropped = folder("dropped", &[("a.txt", "Taha met Bu."), ("in/b.txt", "Aoun spoke."), (".hidden.txt", "No.")]);
    page.drop_path(&dropped);
    wait_for_articles(&page, &[SEED_NAME, "a", "b"]);
    assert_eq!(page.text(), "Taha met Bu.");
    page.drop_path(&page.file("alone.txt", b"Blinken flew."));
    wait_for_articles(&page, &[SEED_NAME, "a", "b", "alone"]);
    let chosen = folder("chosen", &[("c.txt", "Meloni left."), ("deep/er/d.txt", "Tajani came.")]);
    page.open_folder(&chosen);
    wait_for("the articles of the chosen folder", || (page.articles().len() == 6).then_some(()));
    assert_eq!(page.articles()[4..], ["c", "d"]);
}

#[test]
fn a_text_in_another_encoding_is_opened_when_it_is_named() {
    let page = Page::first_visit();
    if Engine::of_this_run() != Engine::Chromium {
        return; // The others take the chooser away at once, which is to cancel.
    }
    page.keep_the_file_chooser();
    page.open(&[("alt.txt", b"Pr\xE9sident Aoun")]);
    page.wait("the refusal", "return document.body.textContent.includes('is part of no character')");
    page.press("Control+k");
    page.type_keys("format and unit");
    page.press("Enter");
    page.choose("[data-dialog=open-as] [name=encoding]", "windows-1252");
    page.click("[data-dialog=open-as] [type=submit]");
    page.open(&[("alt.txt", b"Pr\xE9sident Aoun")]);
    wait_for_articles(&page, &[SEED_NAME, "alt"]);
    assert_eq!(page.text(), "Président Aoun");
}

#[test]
fn pasted_text_becomes_an_article() {
    let page = Page::first_visit();
    page.paste("Taha’s words – pasted\u{a0}😀.");
    wait_for(" the pasted article", || (page.articles().len() == 2).then_some(()));
    assert_eq!(page.text(), "Taha’s words – pasted\u{a0}😀.");

    page.click("[data-action=paste]");
    page.fill("textarea", "President Aoun spoke of the ceasefire.");
    page.click("[data-dialog=paste] [type=submit]");
    wait_for("the other pasted article", || (page.articles().len() == 3).then_some(()));
    assert_eq!(page.text(), "President Aoun spoke of the ceasefire.");
    assert_eq!(page.count("textarea"), 0);
}

#[test]
fn the_same_text_twice_is_recognised() {
    let page = Page::first_visit();
    let marks = page.marks();
    page.open(&[("other name.txt", SEED.as_bytes())]);
    wait_for("a note", || page.notices("note").iter().any(|note| note.contains(SEED_NAME)).then_some(()));
    assert_eq!(page.articles(), [SEED_NAME]);
    assert_eq!(page.marks(), marks);
}

#[test]
fn a_removed_article_comes_back_with_its_annotations() {
    let page = Page::first_visit();
    page.open(&[("second.txt", b"President Aoun spoke.")]);
    wait_for_articles(&page, &[SEED_NAME, "second"]);
    page.press("Alt+ArrowUp");
    page.select("phone conversations");
    page.press("t");
    let marks = page.marks();
    page.click("[data-action=remove]");
    assert_eq!(page.articles(), ["second"]);
    assert_eq!(page.text(), "President Aoun spoke.", "a neighbour is shown");
    page.click("[data-action=undo-removal]");
    assert_eq!(page.articles(), [SEED_NAME, "second"], "at its old place");
    assert_eq!(page.text(), SEED);
    assert_eq!(page.marks(), marks);
    page.press("Control+z");
    assert_ne!(page.marks(), marks, "its steps can still be undone");
    page.press("Control+Shift+z");
    page.wait_saved();
    page.reload();
    assert_eq!(page.articles(), [SEED_NAME, "second"]);
    assert_eq!(page.marks(), marks);
}

#[test]
fn an_empty_project_says_how_to_begin() {
    let page = Page::first_visit();
    page.open(&[("second.txt", b"Taha spoke.")]);
    wait_for_articles(&page, &[SEED_NAME, "second"]);
    page.click("[data-action=remove]");
    page.click("[data-action=remove]");
    assert!(page.articles().is_empty());
    assert_eq!(page.text(), "");
    assert_eq!(page.count(".empty button"), 2);
    let status = page.texts(".status").concat();
    assert!(!status.contains("is open"), "nothing is open: {status}");
}

#[test]
fn an_emptied_project_stays_empty_and_can_be_filled_again() {
    let page = Page::first_visit();
    page.click("[data-action=remove]");
    page.wait_saved();
    page.reload_empty();
    assert!(page.articles().is_empty(), "the seed does not come back by itself");
    page.open(&[("new.txt", b"Taha spoke.")]);
    wait_for_articles(&page, &["new"]);
    assert_eq!(page.count(".empty"), 0);
    assert_eq!(page.text(), "Taha spoke.");
}

#[test]
fn markup_in_a_text_is_shown_as_it_is() {
    let page = Page::first_visit();
    let text = "<b>Taha</b> & <img src=x onerror=\"document.title='broken into'\"> spoke.\n<script>alert(1)</script>\n";
    page.open(&[("a<b>&.txt", text.as_bytes())]);
    wait_for("the article", || (page.text() == text).then_some(()));
    page.select_exactly("<b>Taha</b>");
    page.press("o");
    assert_eq!(page.marks_on("<b>Taha</b>").len(), 1);
    assert_eq!(page.groups("people")[0].0, "<b>Taha</b>");
    assert_eq!(page.count("[data-article] b, [data-article] img, [data-group-list] b"), 0);
}

#[test]
fn files_of_other_tools_are_opened_and_given_back() {
    let page = Page::first_visit();
    let text = "😀 Iranian Foreign Minister Hossein Amir Abdollahian met Bu Habib.";
    let doccano = format!("{{\"text\":\"{text}\",\"label\":[[28,52,\"OFFICIAL\"],[57,65,\"Person\"]]}}\n");
    page.open(&[("doccano.jsonl", doccano.as_bytes())]);
    wait_for("the article", || (page.text() == text).then_some(()));
    let marks: Vec<(String, String)> = page.marks().into_iter().map(|mark| (mark.label, mark.text)).collect();
    let expected = [("OFFICIAL", "Hossein Amir Abdollahian"), ("Person", "Bu Habib")];
    assert_eq!(marks, expected.map(|(label, words)| (label.to_owned(), words.to_owned())));
    let notes = page.notices("note").concat();
    assert!(notes.contains("Read as doccano JSONL; positions in UTF-16 units."), "{notes}");
    assert!(notes.contains("Person"), "the new label is told: {notes}");
    let ann = page.file("a.ann", b"T1\tOFFICIAL 4 12\tBu Habib\n");
    let txt = page.file("a.txt", b"See Bu Habib said");
    page.open_paths(&[ann, txt]);
    wait_for("the article of brat", || (page.text() == "See Bu Habib said").then_some(()));
    assert_eq!(page.marks_on("Bu Habib").len(), 1);
    let tasks = std::fs::read_to_string(page.download("label-studio")).expect("a file");
    assert!(tasks.contains("\"text\":\"Bu Habib\""), "{tasks}");
}

#[test]
fn a_table_is_opened_by_its_columns() {
    let page = Page::first_visit();
    let table = "Titel;Vorspann;Meldung\nOn <b>Talks</b>;Taha said;Taha said more than that\nOther;x;yyy\n";
    page.open(&[("news.csv", table.as_bytes())]);
    page.wait("the dialog", "return !!document.querySelector('[data-dialog=columns]')");
    assert_eq!(page.count(".table-preview tbody tr"), 2);
    assert_eq!(page.count(".table-preview b"), 0);
    page.choose("[data-dialog=columns] [name=text]", "Vorspann");
    page.choose("[data-dialog=columns] [name=name]", "Titel");
    page.click("[data-dialog=columns] [type=submit]");
    wait_for("the article", || (page.text() == "Taha said").then_some(()));
    assert!(page.open_article().contains("b-Talks"), "{}", page.open_article());
    let notes = page.notices("note").concat();
    assert!(notes.contains("the column “Vorspann” as the texts, “Titel” as the names"), "{notes}");
}

#[test]
fn a_web_page_gives_its_words_and_runs_nothing() {
    let page = Page::first_visit();
    let html = "<!DOCTYPE html><title>Talks</title><nav>Home</nav><article><p>Taha <b>said</b>.</p>\
        <script>document.title = 'broken into'</script><img src=x onerror=\"document.title='broken into'\"><p>So.</article>";
    page.open(&[("talks.html", html.as_bytes())]);
    wait_for("the article", || (page.text() == "Taha said.\n\nSo.").then_some(()));
    assert_eq!(page.open_article(), "Talks");
    assert_ne!(page.run("return document.title", serde_json::json!([])), "broken into");
}

#[test]
fn a_long_list_is_filtered_sorted_and_walked() {
    let page = Page::first_visit();
    let rows: String = (1..=400).map(|n| format!("Talks {n},Taha said {n} words.\n")).collect();
    page.open(&[("many.csv", format!("title,text\n{rows}").as_bytes())]);
    page.wait("the dialog", "return !!document.querySelector('[data-dialog=columns]')");
    page.click("[data-dialog=columns] [type=submit]");
    wait_for("the first article", || (page.text() == "Taha said 1 words.").then_some(()));
    assert!(page.texts(".articles .pane-title").concat().contains("401"));
    assert!(page.count("[data-doc-list] .row") < 200, "only rows around what is seen are drawn");
    page.fill("[name=articles-search]", "talks 39");
    wait_for("the filter", || (page.count("[data-doc-list] .row") == 14).then_some(()));
    page.choose("[name=articles-order]", "name");
    page.click("[data-doc-list] .row:nth-of-type(14) button");
    wait_for("the last one", || (page.text() == "Taha said 399 words.").then_some(()));
    page.press("Alt+ArrowUp");
    wait_for("the one before", || (page.text() == "Taha said 398 words.").then_some(()));
    page.fill("[name=articles-search]", "");
    let in_view = "const list = document.querySelector('[data-doc-list]').getBoundingClientRect();
        const row = document.querySelector('[data-doc-list] [aria-current]')?.getBoundingClientRect();
        return !!row && row.top >= list.top && row.bottom <= list.bottom";
    page.press("Alt+ArrowDown");
    page.wait("the open row in view", in_view);
    page.choose("[name=articles-stage]", "done");
    wait_for("what is done", || (page.count("[data-doc-list] .row") <= 1).then_some(()));
}
