//! Event scripts: text with marks, keys, text with marks. The browser is played by a store in memory.

mod rig;

use attache::format::OffsetUnit;
use attache::ingest::{Columns, NamedBytes};
use attache::project::{ArticleId, Codebook, MemoryStore, Store as _, StoreError, UnixMillis, Write};
use attache::recognize::{BEGINNING_BYTES, Class, LONG_BYTES, Sureness, beginning};
use attache::scheme::{GroupKind, LabelSpec, Scheme};
use attache::session::{Dialog, Event, Focus, KeyChord, Listing, Order, Room, Session, Stage};
use attache::text::Text;
use rig::{Rig, find, now_or_never, script};

const TAHA: (Class, &str) = (Class::Official, "Taha");
const TALKS: (Class, &str) = (Class::Topic, "ceasefire");

#[test]
fn labels_are_set_by_key() {
    script("Mr [Bu Habib] said", &[], "o", "Mr {o*:Bu Habib} said");
    script("Mr [Bu Habib ]said", &[], "r", "Mr {r*:Bu Habib} said");
    script("‘[’ 😀é]’\u{a0}x", &[], "t", "‘{t*:’ 😀é}’\u{a0}x");
    script("[   ]x", &[], "o", "   x");
    script("|no selection", &[], "o t", "no selection");
    script("one [two] three", &[], "o t r", "one {r*:two} three");
}

#[test]
fn the_keyboard_alone_selects() {
    script("|Bu Habib said", &[], "mod+shift+arrowright mod+shift+arrowright o", "{o*:Bu Habib} said");
    script("Bu Habib| said", &[], "shift+arrowleft shift+arrowleft t", "Bu Hab{t*:ib} said");
    script("|e\u{301}x", &[], "shift+arrowright o", "{o*:e\u{301}}x");
    script("|a b", &[], "arrowright arrowright shift+arrowright o", "a {o*:b}");
    script("سلام |دنیا", &[], "mod+shift+arrowright t", "سلام {t*:دنیا}");
}

#[test]
fn suggestions_are_accepted_and_rejected_one_key_each() {
    let found = [TAHA, TALKS];
    script("|Taha and the ceasefire", &found, "n a", "{o:Taha} and the {t?*:ceasefire}");
    script("|Taha and the ceasefire", &found, "n a a", "{o:Taha} and the {t*:ceasefire}");
    script("|Taha and the ceasefire", &found, "n x x", "Taha and the ceasefire");
    script("|Taha and the ceasefire", &found, "n enter", "{o*:Taha} and the {t?:ceasefire}");
    script("|Taha and the ceasefire", &found, "n delete", "Taha and the {t?:ceasefire}");
    script("|Taha and the ceasefire", &found, "p t", "{o?:Taha} and the {t*:ceasefire}");
    script("|Taha and the ceasefire", &found, "n r", "{r*:Taha} and the {t?:ceasefire}");
    script("Mr [Hussein Taha] and", &[TAHA], "o", "Mr {o*:Hussein Taha} and");
    script("|Taha", &[TAHA], "n x s", "Taha");
}

#[test]
fn how_sure_suggestions_must_be_is_one_key_away() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![TAHA]);
    rig.unsure = vec![TALKS];
    rig.open("a.txt", "Taha and the ceasefire");
    assert_eq!(rig.shown(), "{o?:Taha} and the ceasefire");
    rig.press("+");
    assert_eq!(rig.shown(), "{o?:Taha} and the {t?:ceasefire}", "less sure ones come");
    assert_eq!(rig.session.said(), "1 suggestion.");
    rig.press("-");
    assert_eq!(rig.shown(), "{o?:Taha} and the ceasefire", "and go");
    assert_eq!(rig.session.said(), "1 suggestion fewer.");
    rig.press("mod+z");
    assert_eq!(rig.shown(), "{o?:Taha} and the {t?:ceasefire}", "also by undo");
    rig.press("p");
    rig.press("a");
    rig.press("n");
    rig.press("x");
    for _ in Sureness::all() {
        rig.press("-");
    }
    assert_eq!(rig.shown(), "Taha and the {t:ceasefire}", "what was decided stays, whatever the slider says");
    assert_eq!(rig.session.said(), "Only the surest suggestions are shown already.");
    rig.feed(Event::SurenessChosen { sureness: Sureness::LEAST });
    assert_eq!(rig.shown(), "Taha and the {t:ceasefire}", "what was rejected does not come back");
}

#[test]
fn how_sure_suggestions_must_be_is_remembered() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![TAHA]);
    rig.unsure = vec![TALKS];
    rig.open("a.txt", "Taha and the ceasefire");
    rig.open("b.txt", "Taha on a ceasefire");
    rig.press("+");
    assert_eq!(rig.shown(), "{o?:Taha} on a {t?:ceasefire}");
    rig.press("alt+arrowup");
    assert_eq!(rig.shown(), "{o?:Taha} and the {t?:ceasefire}", "an article opened later follows");
    let kept = rig.kept.clone().expect("settings to keep");
    let mut session = Session::new(Codebook::built_in());
    session.update(Event::SettingsFound { json: kept });
    assert_eq!(session.settings().sureness.percent(), 35);
}

#[test]
fn a_text_in_another_language_is_labelled_by_hand() {
    let persian = "وزیر امور خارجه ایران روز پنجشنبه در تهران با همتای لبنانی خود درباره آتش بس گفتگو کرد";
    let mut rig = Rig::boot(MemoryStore::default(), vec![(Class::Topic, "آتش بس")]);
    rig.open("fa.txt", persian);
    assert_eq!(rig.shown(), persian, "no suggestion is made");
    let words = &rig.session.notices().last().expect("a notice").text;
    assert!(words.starts_with("“fa” does not look English, and suggestions are made for English"), "{words}");
    rig.select("[وزیر امور خارجه] ایران روز پنجشنبه در تهران با همتای لبنانی خود درباره آتش بس گفتگو کرد");
    rig.press("r");
    assert_eq!(rig.shown(), persian.replacen("وزیر امور خارجه", "{r*:وزیر امور خارجه}", 1));
    rig.press("s");
    assert!(rig.shown().contains("{t?:آتش بس}"), "who asks for them has them");
}

#[test]
fn highlights_are_walked() {
    let found = [TAHA, TALKS];
    script("|Taha and the ceasefire", &found, "j", "{o?*:Taha} and the {t?:ceasefire}");
    script("|Taha and the ceasefire", &found, "j j j", "{o?:Taha} and the {t?*:ceasefire}");
    script("|Taha and the ceasefire", &found, "j j k", "{o?*:Taha} and the {t?:ceasefire}");
    script("|Taha and the ceasefire", &found, "tab tab shift+tab", "{o?*:Taha} and the {t?:ceasefire}");
    script("|Taha and the ceasefire", &found, "j escape", "{o?:Taha} and the {t?:ceasefire}");
    script("Ta|ha and the ceasefire", &found, "a", "{o:Taha} and the {t?*:ceasefire}");
}

#[test]
fn ends_are_moved_by_word_and_character() {
    script("the [ceasefire] in Yemen now", &[], "t ]", "the {t*:ceasefire in} Yemen now");
    script("the [ceasefire] in Yemen now", &[], "t ] ] }", "the {t*:ceasefire in} Yemen now");
    script("the [ceasefire] in Yemen now", &[], "t [", "{t*:the ceasefire} in Yemen now");
    script("[the ceasefire] in Yemen", &[], "t {", "the {t*:ceasefire} in Yemen");
    script("the [ceasefire] in Yemen", &[], "t alt+]", "the {t*:ceasefire i}n Yemen");
    script("the [ceasefire] in Yemen", &[], "t alt+} alt+{", "the c{t*:easefir}e in Yemen");
    script("[x]", &[], "t } ] [ {", "{t*:x}");
    script("|Taha said", &[TAHA], "n ]", "{o*:Taha said}");
}

#[test]
fn nested_and_crossing_spans_stand_side_by_side() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("a.txt", "Foreign Minister Bu Habib’s visit");
    for (selection, key) in [
        ("[Foreign Minister Bu Habib]", "o"),
        ("Foreign [Minister]", "r"),
        ("Foreign Minister Bu [Habib’s visit]", "t"),
    ] {
        rig.select(selection);
        rig.press(key);
    }
    assert_eq!(rig.shown(), "{o:Foreign {r:Minister} Bu {t*:Habib}}{t*:’s visit}");
    let n_people = rig.session.article().expect("open").annotations().n_groups(GroupKind::Person);
    assert_eq!(n_people, 1, "a role within a name is that person's");
}

#[test]
fn a_first_visit_opens_the_seed_and_a_later_one_what_was_open() {
    let rig = Rig::boot(MemoryStore::default(), vec![(Class::Topic, "World Quds Day")]);
    assert_eq!(rig.names(), ["Phone calls on World Quds Day"]);
    assert!(rig.shown().contains("{t?:World Quds Day}"));
    let mut rig = rig.reload();
    assert_eq!(rig.names().len(), 1, "the seed comes once");
    rig.open("second.txt", "Second");
    let rig = rig.reload();
    assert_eq!(rig.session.open_entry().map(|entry| entry.head.name.as_str()), Some("second"));
    assert_eq!(rig.shown(), "Second");
}

#[test]
fn a_bad_file_says_so_and_changes_nothing() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("a.txt", "Good text");
    let before = (rig.shown(), rig.names().len());
    for (name, bytes) in [
        ("empty.txt", &b""[..]),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("latin.txt", b"caf\xe9"),
        ("broken.json", b"{\"format\":\"attache-project\",\"version\":1,"),
        ("newer.json", b"{\"format\":\"attache-project\",\"version\":99,\"articles\":[]}"),
    ] {
        let files = vec![NamedBytes { name: name.to_owned(), bytes: bytes.to_vec() }];
        rig.feed(Event::FilesRead { files, at: UnixMillis(4) });
        let notice = rig.session.notices().last().expect("a notice").clone();
        assert!(notice.text.contains(name), "{}", notice.text);
        rig.feed(Event::NoticeClosed { notice: notice.id });
    }
    assert_eq!((rig.shown(), rig.names().len()), before);
    assert!(rig.session.notices().is_empty());
}

#[test]
fn a_download_waits_for_articles_that_are_still_in_the_store() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("a.txt", "One text");
    let mut rig = rig.reload();
    rig.feed(Event::DownloadChosen { format: "jsonl", at: UnixMillis(9) });
    let export = rig.downloads.pop().expect("a download");
    assert_eq!(String::from_utf8(export.bytes).expect("UTF-8").lines().count(), 2, "both articles");
}

#[test]
fn the_project_file_opens_to_the_same_state_elsewhere() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![TAHA, TALKS]);
    rig.open("a.txt", "Taha and the ceasefire");
    rig.press("n a x");
    rig.feed(Event::ArticleChosen { article: ArticleId(1) });
    rig.feed(Event::ArticleRemoved);
    rig.feed(Event::DownloadChosen { format: "project", at: UnixMillis(9) });
    let export = rig.downloads.pop().expect("a download");
    let mut other = Rig::boot(MemoryStore::default(), vec![TAHA]);
    let files = vec![NamedBytes { name: export.file_name.clone(), bytes: export.bytes.clone() }];
    other.feed(Event::FilesRead { files: files.clone(), at: UnixMillis(9) });
    assert_eq!(other.shown(), "{o:Taha} and the ceasefire");
    let annotations = |rig: &Rig| rig.session.article().expect("open").annotations().clone();
    assert!(annotations(&rig).same_as(&annotations(&other)), "the rejected ones too");
    // Once more changes nothing.
    let n = other.names().len();
    other.feed(Event::FilesRead { files, at: UnixMillis(10) });
    assert_eq!(other.names().len(), n);
    other.press("mod+z mod+z");
    assert_eq!(other.shown(), "{o?:Taha} and the {t?:ceasefire}");
}

#[test]
fn the_state_of_saving_tells_the_truth() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("a.txt", "One text");
    assert!(rig.session.saving().is_done());
    rig.store.play(attache::project::Fault::NextWrite(StoreError::Full));
    rig.select("[One]");
    rig.press("o");
    assert!(!rig.session.saving().is_done());
    assert_eq!(rig.session.saving().error, Some(StoreError::Full));
    assert!(rig.session.notices().iter().any(|notice| notice.text.contains("no room left")));
    rig.feed(Event::SaveFailed { error: StoreError::Unavailable("private window".to_owned()) });
    let asked = rig.session.saving().n_asked;
    rig.feed(Event::Saved { number: asked, at: UnixMillis(9) });
    assert!(!rig.session.saving().is_done(), "a store that keeps nothing is never safe");
}

#[test]
fn another_tabs_work_is_never_overwritten() {
    let store = MemoryStore::default();
    let mut rig = Rig::boot(store, Vec::new());
    rig.open("a.txt", "One text");
    let other = attache::project::StoredRecord { seq: 0, json: "{}".to_owned() };
    now_or_never(rig.store.write(&[Write::Record(ArticleId(2), other)])).expect("room");
    rig.select("[One]");
    rig.press("o");
    assert_eq!(rig.session.saving().error, Some(StoreError::NewerElsewhere));
}

#[test]
fn stored_steps_that_cannot_be_read_are_named_and_the_rest_is_shown() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("a.txt", "One text");
    rig.select("[One]");
    rig.press("o");
    let broken = attache::project::StoredRecord { seq: 1, json: "{\"turn\":\"do\"".to_owned() };
    now_or_never(rig.store.write(&[Write::Record(ArticleId(2), broken)])).expect("room");
    let rig = rig.reload();
    assert_eq!(rig.shown(), "{o:One} text");
    assert!(rig.session.notices()[0].text.starts_with("Of the 2 stored steps of “a”, 1 could be read"));
}

#[test]
fn escape_lets_tab_leave_the_text_and_fields_keep_their_keys() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![TAHA]);
    rig.open("a.txt", "Taha said");
    let bound = |rig: &Rig, key: &str, focus| rig.session.binding(&KeyChord::parse(key), focus).is_some();
    assert!(bound(&rig, "tab", Focus::Article) && !bound(&rig, "tab", Focus::Page));
    rig.press("j escape");
    assert!(!bound(&rig, "tab", Focus::Article));
    rig.press("j");
    assert!(bound(&rig, "tab", Focus::Article));
    assert!(!bound(&rig, "o", Focus::Field) && bound(&rig, "o", Focus::Control));
    assert!(!bound(&rig, "enter", Focus::Control) && bound(&rig, "enter", Focus::Page));
}

#[test]
fn a_role_and_the_name_beside_it_are_one_person_whichever_comes_first() {
    let content = "Taha, Foreign Minister Bu Habib and others";
    for order in [["r", "o"], ["o", "r"]] {
        let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
        rig.open("a.txt", content);
        rig.select("[Taha], Foreign");
        rig.press("o");
        for key in order {
            rig.select(if key == "r" { "Taha, [Foreign Minister]" } else { "Taha, Foreign Minister [Bu Habib]" });
            rig.press(key);
        }
        let annotations = rig.session.article().expect("open").annotations();
        let people: Vec<_> = annotations.groups(GroupKind::Person).collect();
        let shown: Vec<_> = people.iter().map(|(key, group)| (&*key.entity, group.mentions.len())).collect();
        assert_eq!(shown, [("Bu Habib", 2), ("Taha", 1)], "{order:?}");
        rig.press("mod+z");
        assert_eq!(rig.session.article().expect("open").annotations().n_visible(), 2, "one step takes it back");
    }
}

#[test]
fn no_two_actions_share_a_key() {
    let labels = Scheme::built_in().labels().map(|(_, label)| label.key.map(String::from).unwrap_or_default());
    let keys = attache::session::ACTIONS.iter().flat_map(|action| action.keys.iter().map(ToString::to_string));
    let mut all: Vec<String> = labels.chain(keys).collect();
    all.sort();
    let n_keys = all.len();
    all.dedup();
    assert_eq!(all.len(), n_keys);
}

#[test]
fn at_the_end_of_the_list_there_is_no_further_article() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("a.txt", "One.");
    rig.press("alt+arrowdown");
    assert_eq!(rig.session.said(), "There is no further article in the list that way.");
}

#[test]
fn a_label_whose_key_is_given_as_a_capital_is_set_by_that_key() {
    let file = r#"{"labels":[{"name":"B","title":"B","key":"D","groups_by":"topic","style":4}]}"#;
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    let mut spec = LabelSpec::new("A", "A");
    spec.key = Some('Q');
    rig.feed(Event::LabelAdded { spec, at: UnixMillis(6) });
    rig.open("labels.json", file);
    rig.open("a.txt", "Taha met Bu Habib");
    rig.select("[Taha] met Bu Habib");
    rig.press("q");
    rig.select("Taha met [Bu Habib]");
    rig.press("d");
    assert_eq!(rig.shown(), "{q:Taha} met {d*:Bu Habib}");
}

#[test]
fn a_group_row_leads_to_its_mentions_in_turn() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("a.txt", "Taha met Taha");
    for selection in ["[Taha] met Taha", "Taha met [Taha]"] {
        rig.select(selection);
        rig.press("o");
    }
    let group = {
        let article = rig.session.article().expect("open");
        article.annotations().groups(GroupKind::Person).next().expect("a group").0
    };
    for expected in ["{o*:Taha} met {o:Taha}", "{o:Taha} met {o*:Taha}", "{o*:Taha} met {o:Taha}"] {
        rig.feed(Event::GroupChosen { group: group.clone() });
        assert_eq!(rig.shown(), expected);
    }
    assert!(rig.n_selects > 0, "the browser's caret follows");
}

#[test]
fn articles_of_two_tabs_never_share_a_place() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    now_or_never(rig.store.write(&[Write::Text(ArticleId(2), Text::new("another tab’s"))])).expect("room");
    rig.open("a.txt", "One text");
    assert_eq!(rig.session.saving().error, Some(StoreError::NewerElsewhere));
    assert_eq!(now_or_never(rig.store.load(ArticleId(2))).expect("there").0, "another tab’s");
}

#[test]
fn a_download_says_which_articles_it_is_without() {
    let rig = Rig::boot(MemoryStore::default(), Vec::new());
    let mut head = rig.session.entries()[0].head.clone();
    (head.id, head.name) = (ArticleId(9), "lost".to_owned());
    now_or_never(rig.store.write(&[Write::Head(head)])).expect("room");
    let mut rig = rig.reload();
    rig.feed(Event::DownloadChosen { format: "jsonl", at: UnixMillis(9) });
    assert_eq!(rig.downloads.len(), 1);
    let notices: Vec<_> = rig.session.notices().iter().map(|notice| notice.text.as_str()).collect();
    assert!(notices.iter().any(|text| text.ends_with("is without “lost”, which could not be read.")), "{notices:?}");
}

#[test]
fn a_table_asks_for_its_columns_first() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![TAHA]);
    let files =
        || vec![NamedBytes { name: "n.csv".to_owned(), bytes: b"title,lead,text\nT,Taha said,long\nU,x,y\n".to_vec() }];
    rig.feed(Event::FilesRead { files: files(), at: UnixMillis(9) });
    let import = rig.session.import().expect("it waits");
    assert_eq!((import.n_rows, import.guess.text.as_str(), import.guess.name.as_deref()), (2, "text", Some("title")));
    assert_eq!((rig.session.dialog(), rig.names().len()), (Some(&Dialog::Columns), 1));
    let columns = Columns { text: "lead".to_owned(), name: Some("title".to_owned()) };
    rig.feed(Event::ColumnsChosen { columns, at: UnixMillis(10) });
    assert_eq!((rig.session.dialog(), &rig.names()[1..]), (None, &["T", "U"][..]));
    assert_eq!(rig.shown(), "{o?:Taha} said", "and suggestions are looked for");
    // Put away, it is not opened, and the next file is read as usual.
    rig.feed(Event::FilesRead { files: files(), at: UnixMillis(11) });
    rig.feed(Event::DialogClosed);
    assert_eq!((rig.names().len(), rig.session.said()), (3, "n.csv was not opened."));
}

#[test]
fn what_a_file_cannot_carry_is_said_before_it_is_written() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![TAHA]);
    rig.open("a.txt", "Taha and the ceasefire");
    rig.press("n x");
    rig.feed(Event::DownloadChosen { format: "conll", at: UnixMillis(9) });
    assert_eq!((rig.downloads.len(), rig.session.dialog()), (0, Some(&Dialog::Losses)));
    let losses = rig.session.outgoing().expect("it waits").losses.clone();
    assert!(losses.iter().any(|loss| loss == "1 rejected suggestion is left out."), "{losses:?}");
    rig.feed(Event::LossesSaved);
    let list = rig.downloads.pop().expect("a list");
    assert_eq!((String::from_utf8_lossy(&list.bytes).trim_end(), list.mime), (&*losses.join("\n"), "text/plain"));
    rig.feed(Event::DownloadConfirmed);
    assert_eq!(rig.downloads.len(), 1);
    rig.feed(Event::DownloadConfirmed);
    assert_eq!((rig.downloads.len(), rig.session.dialog()), (1, None), "once");
}

#[test]
fn files_are_read_in_a_unit_of_the_person_s_choice() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    let line = "{\"text\":\"😀 Taha said\",\"label\":[[2,6,\"OFFICIAL\"]]}";
    let files = || vec![NamedBytes { name: "a.jsonl".to_owned(), bytes: line.as_bytes().to_vec() }];
    rig.feed(Event::FilesAsked { format: Some("doccano"), unit: Some(OffsetUnit::Utf16), encoding: None });
    rig.feed(Event::FilesRead { files: files(), at: UnixMillis(9) });
    assert_eq!(rig.shown(), "😀{o: Tah}a said", "as the person said");
    rig.feed(Event::ArticleRemoved);
    rig.feed(Event::FilesRead { files: files(), at: UnixMillis(10) });
    assert_eq!(rig.shown(), "😀 {o:Taha} said", "and what fits the time after");
}

#[test]
fn files_are_read_in_an_encoding_of_the_person_s_choice() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    let files = || vec![NamedBytes { name: "alt.txt".to_owned(), bytes: b"Pr\xE9sident Aoun".to_vec() }];
    rig.feed(Event::FilesRead { files: files(), at: UnixMillis(9) });
    assert_eq!(rig.session.entries().len(), 1, "only the seed");
    rig.feed(Event::FilesAsked { format: None, unit: None, encoding: Some("windows-1252") });
    rig.feed(Event::FilesRead { files: files(), at: UnixMillis(10) });
    assert!(rig.shown().starts_with("Président"), "{}", rig.shown());
}

#[test]
fn the_list_holds_what_is_asked_of_it() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![TAHA]);
    for (name, text) in [("news 10.txt", "Taha said"), ("news 9.txt", "One text"), ("other.txt", "Taha did")] {
        rig.open(name, text);
    }
    let listed =
        |rig: &Rig| -> Vec<String> { rig.session.listed(0..9).iter().map(|entry| entry.head.name.clone()).collect() };
    let list = |rig: &mut Rig, query: &str, stage: Stage, order: Order| {
        rig.feed(Event::Listed { listing: Listing { query: query.to_owned(), stage, order, ..Listing::default() } });
        rig.session.listed(0..9).iter().map(|entry| entry.head.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(listed(&rig).len(), 4);
    assert_eq!(list(&mut rig, "NEWS", Stage::Any, Order::Added), ["news 10", "news 9"]);
    assert_eq!(list(&mut rig, "news", Stage::Any, Order::Name), ["news 9", "news 10"]);
    // The keys walk through what is listed; from an article that is not, to the first.
    rig.press("alt+arrowdown");
    rig.press("alt+arrowdown");
    assert_eq!(rig.shown(), "{o?:Taha} said");
    assert_eq!(list(&mut rig, "", Stage::Done, Order::Added), ["news 10"], "the open one stays in view");
    rig.press("n a");
    assert_eq!(list(&mut rig, "", Stage::Done, Order::Added), ["news 10"]);
    assert_eq!(rig.session.progress().n_done, 1);
    rig.press("b");
    rig.press("escape");
    rig.press("shift+b");
    assert_eq!(list(&mut rig, "", Stage::Flagged, Order::Added), ["news 10"]);
    assert_eq!(list(&mut rig, "nothing", Stage::Any, Order::Added).len(), 0);
    // It is known after a reload, without reading the articles.
    let mut rig = rig.reload();
    rig.feed(Event::ArticleChosen { article: ArticleId(1) });
    rig.feed(Event::Listed {
        listing: Listing { stage: Stage::Flagged, query: "10".to_owned(), ..Listing::default() },
    });
    assert_eq!(listed(&rig), ["news 10"]);
    rig.feed(Event::ArticleRemoved);
    assert_eq!(listed(&rig), ["news 10"], "another was removed");
}

#[test]
fn a_large_project_is_left_to_the_store() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![TAHA]);
    rig.session.set_memory(40);
    for n in 0..30 {
        rig.open(&format!("{n}.txt"), &format!("Taha said {n}"));
        rig.press("n a");
    }
    let in_memory = |rig: &Rig| rig.session.entries().iter().filter(|entry| entry.article().is_some()).count();
    assert_eq!(in_memory(&rig), 8, "those that were open last");
    assert_eq!(rig.names().len(), 31);
    // What was let go is as it was, and can be undone.
    rig.feed(Event::ArticleChosen { article: ArticleId(3) });
    assert_eq!(rig.shown(), "{o:Taha} said 1");
    rig.press("mod+z");
    assert_eq!(rig.shown(), "{o?:Taha} said 1");
    // What concerns all articles reads them first.
    rig.feed(Event::DownloadChosen { format: "project", at: UnixMillis(9) });
    let export = rig.downloads.pop().expect("a download");
    let project: serde_json::Value = serde_json::from_slice(&export.bytes).expect("JSON");
    assert_eq!(project["articles"].as_array().map(Vec::len), Some(31));
    rig.press("n a");
    assert!(in_memory(&rig) <= 9, "and lets them go again: {}", in_memory(&rig));
}

#[test]
fn little_room_is_said_before_there_is_none() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    let mut room = Room { is_persistent: false, n_used: 3_000_000, n_all: 9_000_000_000 };
    rig.feed(Event::RoomKnown { room });
    assert!(rig.session.notices().is_empty());
    let words = rig.session.saving().room.expect("known").in_words();
    assert!(words.contains("may clear it") && words.ends_with("3 MB are used, 8997 MB are left."), "{words}");
    room.n_all = 10_000_000;
    rig.feed(Event::RoomKnown { room });
    let notices: Vec<_> = rig.session.notices().iter().map(|notice| notice.text.as_str()).collect();
    assert_eq!(
        notices,
        ["The browser has only 7 MB left for this page. Download your work now, then free some space."]
    );
}

#[test]
fn suggestions_for_the_beginning_of_a_long_text_come_first() {
    let long = format!("Taha spoke.\n{}The ceasefire holds.\n", "Nothing was said.\n".repeat(LONG_BYTES / 10));
    let text = Text::new(long.as_str());
    let start = beginning(&text).expect("it is long");
    assert!(
        start.as_str().ends_with(".\n") && start.as_str().len() <= BEGINNING_BYTES && long.starts_with(start.as_str())
    );
    assert!(beginning(&Text::new("Taha spoke.")).is_none());
    let so_far = |article| {
        let suggestions = find(&start, TAHA.0, TAHA.1).into_iter().collect();
        Event::RecognizedSoFar { article, suggestions, at: UnixMillis(5) }
    };
    let suggested = |rig: &Rig| -> Vec<String> {
        let article = rig.session.article().expect("one is open");
        article.annotations().suggested().map(|(_, it)| it.entity.clone()).collect()
    };
    // The page is closed before the rest was looked at: when it is opened again, all of it is.
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("long.txt", &long);
    let id = rig.session.open_id().expect("it is open");
    rig.feed(so_far(id));
    assert_eq!(suggested(&rig), ["Taha"]);
    let mut rig = Rig::boot(rig.store, vec![TAHA, TALKS]);
    assert_eq!(suggested(&rig), ["Taha", "ceasefire"], "what was there already is not there twice");
    // Where something was done in the meantime, the beginning alone changes nothing.
    rig.feed(so_far(id));
    assert_eq!(suggested(&rig), ["Taha", "ceasefire"]);
    let n_before = rig.session.article().expect("as above").journal().len();
    let rig = Rig::boot(rig.store, vec![TAHA, TALKS]);
    assert_eq!(rig.session.article().expect("as above").journal().len(), n_before, "it is not looked at again");
}

#[test]
fn many_suggestions_are_taken_in_after_what_is_done_meanwhile() {
    let names: Vec<String> = (0..2_500).map(|i| format!("Taha{i:04}")).collect();
    let text = names.join(" spoke. ");
    let found = |article| {
        let text = Text::new(text.clone());
        let suggestions = names.iter().filter_map(|name| find(&text, TAHA.0, name)).collect();
        Event::Recognized { article, suggestions, at: UnixMillis(5) }
    };
    let count = |rig: &Rig| {
        let annotations = rig.session.article().expect("one is open").annotations();
        (annotations.n_suggested(), annotations.n_visible())
    };
    for is_touched in [false, true] {
        let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
        rig.open("long.txt", &text);
        let article = rig.session.open_id().expect("it is open");
        rig.holds_back = true;
        rig.feed(found(article));
        assert_eq!(count(&rig), (0, 0), "that is for the next turn");
        if is_touched {
            rig.select("[Taha0000] spoke.");
            rig.press("o");
            assert_eq!(count(&rig), (0, 1));
        }
        rig.holds_back = false;
        rig.feed(Event::WorkGoesOn { at: UnixMillis(6) });
        assert_eq!(count(&rig), (2_500 - usize::from(is_touched), 2_500));
        rig.press("mod+z");
        assert_eq!(count(&rig), (0, usize::from(is_touched)), "it is one step");
        assert_eq!(rig.session.n_to_suggest(), 0);
        assert!(rig.session.saving().is_done());
    }
}
