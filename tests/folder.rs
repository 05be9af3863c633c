//! A project in a folder: written as the work goes on, read again when something else has changed it.

mod rig;

use attache::annotation::GroupKey;
use attache::project::{ArticleId, Entity, MemoryStore};
use attache::recognize::Class;
use attache::scheme::GroupKind;
use attache::session::{Event, FolderState};
use rig::Rig;

const TAHA: (Class, &str) = (Class::Official, "Taha");
const PATH: &str = "articles/a.attache.json";

/// A rig with the seed article and one more, in a folder.
fn with_folder() -> Rig {
    let mut rig = Rig::boot(MemoryStore::default(), vec![TAHA]);
    rig.open("a.txt", "Taha met Bu Habib.");
    rig.read_folder(true);
    rig
}

fn file(rig: &Rig, path: &str) -> String {
    String::from_utf8(rig.folder[path].clone()).expect("text")
}

#[test]
fn every_article_has_a_file_that_follows_the_work() {
    let mut rig = with_folder();
    let paths: Vec<&str> = rig.folder.keys().map(String::as_str).collect();
    assert_eq!(paths, ["articles/Phone calls on World Quds Day.attache.json", PATH, "codebook.attache.json"]);
    let n = rig.n_written;
    rig.select("Taha met [Bu Habib].");
    rig.press("o");
    assert_eq!(rig.n_written, n + 1, "only its own file");
    assert!(file(&rig, PATH).contains("Bu Habib"));
    assert_eq!(rig.session.folder().map(|it| (it.state.clone(), it.n_due)), Some((FolderState::Here, 0)));
    // Another article of the same name gets a file of its own, and takes it along when it goes.
    rig.open("A.txt", "Another.");
    assert!(rig.folder.contains_key("articles/A (2).attache.json"), "{:?}", rig.folder.keys());
    rig.feed(Event::ArticleRemoved);
    assert!(!rig.folder.contains_key("articles/A (2).attache.json"), "{:?}", rig.folder.keys());
}

#[test]
fn on_another_computer_it_is_the_same_project() {
    let mut rig = with_folder();
    rig.select("Taha met [Bu Habib].");
    rig.press("o n");
    let folder = rig.folder.clone();
    let mut other = Rig::boot(MemoryStore::default(), vec![]);
    other.folder = folder.clone();
    other.read_folder(true);
    assert_eq!(other.names(), ["Phone calls on World Quds Day", "a"]);
    assert_eq!(other.folder[PATH], folder[PATH]);
    // The steps to undo have come along, and what is done there comes back here.
    let second = other.session.entries()[1].head.id;
    other.feed(Event::ArticleChosen { article: second });
    other.press("mod+z");
    assert_ne!(other.folder[PATH], folder[PATH]);
    rig.folder = other.folder.clone();
    rig.read_folder(false);
    assert_eq!(rig.folder, other.folder, "just what stands there");
    rig.feed(Event::ArticleChosen { article: second });
    assert_eq!(rig.shown().replace('*', ""), other.shown().replace('*', ""));
}

#[test]
fn where_both_went_on_the_files_state_is_a_step_that_can_be_undone() {
    let mut rig = with_folder();
    let mut other = Rig::boot(MemoryStore::default(), vec![]);
    other.folder = rig.folder.clone();
    other.read_folder(true);
    let second = other.session.entries()[1].head.id;
    other.feed(Event::ArticleChosen { article: second });
    other.select("Taha [met] Bu Habib.");
    other.press("t");
    // While that was done there, something was done here; the file is noticed when it is to be written.
    rig.folder = other.folder.clone();
    rig.select("Taha met [Bu Habib].");
    rig.press("o");
    assert_eq!(rig.shown().replace('*', ""), "{o?:Taha} {t:met} Bu Habib.");
    assert_eq!(rig.session.undo_title(), Some("Taken from the folder"));
    rig.press("mod+z");
    assert_eq!(rig.shown().replace('*', ""), "{o?:Taha} met {o:Bu Habib}.");
    assert!(file(&rig, PATH).contains("Bu Habib"));
    assert!(rig.session.saving().is_done());
}

#[test]
fn what_cannot_be_read_is_left_alone_and_what_fails_is_told() {
    let mut rig = with_folder();
    rig.folder.insert("articles/b.attache.json".to_owned(), b"{broken".to_vec());
    rig.read_folder(false);
    let told = |rig: &Rig| rig.session.notices().iter().map(|it| it.text.clone()).collect::<Vec<_>>().join("\n");
    assert!(told(&rig).contains("b.attache.json"), "{}", told(&rig));
    rig.open("b.txt", "Another.");
    assert_eq!(file(&rig, "articles/b.attache.json"), "{broken");
    assert!(rig.folder.contains_key("articles/b (2).attache.json"));
    rig.feed(Event::FolderFailed { message: "the disk is gone".to_owned() });
    assert!(told(&rig).contains("the disk is gone"), "{}", told(&rig));
    let n = rig.n_written;
    rig.select("[Another].");
    rig.press("t");
    assert_eq!(rig.n_written, n);
    assert_eq!(rig.session.folder().map(|it| it.n_due), Some(1));
    // Connected again it catches up.
    rig.read_folder(true);
    assert!(file(&rig, "articles/b (2).attache.json").contains("TOPIC"));
    assert_eq!(rig.session.folder().map(|it| it.n_due), Some(0));
}

#[test]
fn labels_travel_with_the_folder() {
    let mut rig = with_folder();
    rig.open("p.jsonl", r#"{"text":"Baabda.","spans":[{"start":0,"end":6,"label":"PLACE"}]}"#);
    rig.open("p.json", r#"[["Baabda it is.",{"entities":[[0,6,"PLACE"]]}]]"#);
    let mut other = Rig::boot(MemoryStore::default(), vec![]);
    other.folder = rig.folder.clone();
    other.read_folder(true);
    assert!(other.session.scheme().by_name("PLACE").is_some(), "{}", file(&rig, "codebook.attache.json"));
}

#[test]
fn a_step_through_many_articles_that_were_written_is_taken_back_in_all() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![TAHA]);
    for number in 0..14 {
        rig.open(&format!("{number}.txt"), &format!("Taha left, {number}."));
    }
    rig.read_folder(true);
    let before = rig.folder.clone();
    let group = GroupKey { kind: GroupKind::Person, entity: "Taha".into() };
    let at = rig.now();
    rig.feed(Event::EntityEdited { group, name: "Hussein Taha".into(), known: Entity::default(), at });
    let n_renamed =
        |rig: &Rig| rig.folder.values().filter(|it| String::from_utf8_lossy(it).contains("Hussein Taha")).count();
    assert_eq!(n_renamed(&rig), before.len() - 1, "all but the codebook");
    rig.press("mod+z");
    for id in rig.session.entries().iter().map(|entry| entry.head.id).collect::<Vec<ArticleId>>() {
        rig.feed(Event::ArticleChosen { article: id });
        let article = rig.session.article().expect("in memory");
        let names: Vec<&str> = article.annotations().all().map(|(_, it)| it.entity.as_str()).collect();
        assert!(!names.contains(&"Hussein Taha"), "{id:?}: {names:?}");
    }
}
