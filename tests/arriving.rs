//! Articles that come in, are there already, go, and come back; and what waits until all of them are read.

mod rig;

use attache::annotation::GroupKey;
use attache::project::{Entity, MemoryStore, Store as _, UnixMillis};
use attache::recognize::Class;
use attache::scheme::GroupKind;
use attache::session::{Effect, Event};
use rig::{Rig, now_or_never};

#[test]
fn a_text_that_is_there_is_not_added_twice() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("a.txt", "One text");
    rig.select("One [text]");
    rig.press("t");
    rig.open("b.txt", "Another");
    rig.open("c.txt", "One text");
    assert_eq!(rig.names(), ["Phone calls on World Quds Day", "a", "b"]);
    assert_eq!(rig.shown(), "One {t:text}");
    assert!(rig.session.notices()[0].text.contains("already in the list"));
    rig.open("a.txt", "A third text");
    assert_eq!(rig.names()[3], "a (2)");
}

#[test]
fn annotated_articles_that_are_in_the_store_are_not_added_twice() {
    let lines = concat!(
        "{\"text\":\"Taha left.\",\"spans\":[{\"start\":0,\"end\":4,\"label\":\"OFFICIAL\"}]}\n",
        "{\"text\":\"Meloni spoke.\",\"spans\":[{\"start\":0,\"end\":6,\"label\":\"OFFICIAL\"}]}\n",
    );
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("news.jsonl", lines);
    let names: Vec<String> = rig.names().into_iter().map(str::to_owned).collect();
    assert_eq!(names.len(), 3);
    // Only the article that was open last is in memory then.
    let mut rig = rig.reload();
    rig.open("news.jsonl", lines);
    assert_eq!(rig.names(), names);
    assert_eq!(rig.session.notices()[0].text, "2 of these articles are already in the list, with the same texts.");
    // With other annotations it is an article of its own.
    rig.open("news.jsonl", &lines.replace("\"end\":6", "\"end\":12"));
    assert_eq!(rig.names().len(), 4);
}

#[test]
fn what_a_file_says_of_an_article_is_no_work_on_it() {
    let line = "{\"text\":\"Taha left.\",\"title\":\"Talks\",\"date\":\"2024-04-05\",\"desk\":7}\n";
    let mut rig = Rig::boot(MemoryStore::default(), vec![(Class::Official, "Taha")]);
    rig.open("news.jsonl", line);
    assert_eq!(rig.shown(), "{o?:Taha} left.", "suggestions are looked for all the same");
    rig.press("n a");
    let mut rig = rig.reload();
    rig.open("news.jsonl", line);
    assert_eq!(rig.names().len(), 2, "it is there, and was worked on since");
    rig.open("news.jsonl", &line.replace("04-05", "04-06"));
    assert_eq!(rig.names().len(), 3, "another one with the same words");
}

#[test]
fn each_removal_has_its_own_way_back() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("a.txt", "One text");
    rig.feed(Event::ArticleRemoved);
    let first = rig.session.notices().last().expect("told").id;
    rig.open("b.txt", "Another text");
    rig.feed(Event::ArticleRemoved);
    rig.feed(Event::RemovalUndone { notice: first });
    assert_eq!((rig.names(), rig.shown()), (vec!["Phone calls on World Quds Day", "a"], "One text".to_owned()));
    let second = rig.session.notices().last().expect("still there").id;
    rig.feed(Event::RemovalUndone { notice: second });
    assert_eq!(rig.reload().names(), ["Phone calls on World Quds Day", "a", "b"]);
}

#[test]
fn what_waits_for_all_articles_is_done_one_after_another() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![(Class::Official, "Taha")]);
    rig.open("a.txt", "Taha left.");
    rig.open("b.txt", "Taha spoke.");
    let mut rig = rig.reload();
    let (group, name) = (GroupKey { kind: GroupKind::Person, entity: "Taha".into() }, "Hussein Taha".to_owned());
    let renamed = Event::EntityEdited { group, name, known: Entity::default(), at: UnixMillis(9) };
    let mut effects = rig.session.update(renamed);
    effects.extend(rig.session.update(Event::DownloadChosen { format: "jsonl", at: UnixMillis(10) }));
    for effect in effects {
        if let Effect::Load(article) = effect {
            rig.feed(Event::Loaded { article, stored: now_or_never(rig.store.load(article)) });
        }
    }
    let [export] = &rig.downloads[..] else { panic!("one file: {}", rig.downloads.len()) };
    let lines = String::from_utf8(export.bytes.clone()).expect("JSON");
    assert_eq!(lines.matches("Hussein Taha").count(), 3, "{lines}");
}

#[test]
fn a_removed_article_comes_back_with_its_history() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("a.txt", "One text");
    rig.select("One [text]");
    rig.press("t");
    rig.feed(Event::ArticleRemoved);
    assert_eq!(rig.names(), ["Phone calls on World Quds Day"]);
    let notice = rig.session.notices().last().expect("told").id;
    rig.feed(Event::RemovalUndone { notice });
    assert_eq!(rig.shown(), "One {t:text}");
    let mut rig = rig.reload();
    assert_eq!(rig.shown(), "One {t:text}");
    rig.press("mod+z");
    assert_eq!(rig.shown(), "One text");
    // Removed for good, all of them: an emptied project stays empty.
    rig.feed(Event::ArticleRemoved);
    rig.feed(Event::ArticleRemoved);
    assert!(rig.reload().names().is_empty());
}
