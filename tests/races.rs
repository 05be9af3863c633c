//! What happens while something else is under way: files are being read, another tab has written.

mod rig;

use attache::annotation::GroupKey;
use attache::ingest::NamedBytes;
use attache::project::{ArticleId, Codebook, Entity, MemoryStore, Store as _, UnixMillis};
use attache::scheme::{GroupKind, LabelSpec, Scheme};
use attache::session::{Dialog, Effect, Event, Focus, KeyChord, Pending, Session};
use attache::text::Utf16Offset;
use rig::{Rig, now_or_never};

/// A file of doccano that is not read in one turn, with the labels Place and Verb.
fn doccano() -> Vec<NamedBytes> {
    let filler = "The minister said that the talks go on. ".repeat(30);
    let line = |n| format!("{{\"text\":\"Aden falls. {n} {filler}\",\"label\":[[0,4,\"Place\"],[5,10,\"Verb\"]]}}\n");
    vec![NamedBytes { name: "many.jsonl".to_owned(), bytes: (0..300).map(line).collect::<String>().into_bytes() }]
}

/// A session in which that file is being read.
fn reading(mut rig: Rig, files: Vec<NamedBytes>) -> Rig {
    rig.holds_back = true;
    rig.feed(Event::FilesRead { files, at: UnixMillis(9) });
    rig.feed(Event::WorkGoesOn { at: UnixMillis(9) });
    assert!(rig.session.arrival().is_some_and(|it| it.added.is_none()), "it is being read");
    rig
}

/// It is read and added.
fn read(mut rig: Rig) -> Rig {
    rig.holds_back = false;
    rig.feed(Event::WorkGoesOn { at: UnixMillis(9) });
    assert_eq!(rig.session.arrival(), None);
    rig
}

/// The words that the open article has marked, each with its label’s name.
fn marked(rig: &Rig) -> Vec<(String, String)> {
    let article = rig.session.article().expect("one is open");
    let name = |label| rig.session.scheme().label(label).name.clone();
    let words = |span| article.text().slice(span).to_owned();
    article.annotations().visible().map(|(_, it)| (words(it.span), name(it.label))).collect()
}

fn owned(pairs: [(&str, &str); 2]) -> Vec<(String, String)> {
    pairs.map(|(words, label)| (words.to_owned(), label.to_owned())).into()
}

fn names(scheme: &Scheme) -> Vec<&str> {
    scheme.labels().map(|(_, label)| label.name.as_str()).collect()
}

fn add_label(rig: &mut Rig, spec: LabelSpec) {
    let at = rig.now();
    rig.feed(Event::LabelAdded { spec, at });
}

#[test]
fn what_is_done_to_the_codebook_while_a_file_is_read_stays() {
    let mut rig = reading(Rig::boot(MemoryStore::default(), vec![]), doccano());
    add_label(&mut rig, LabelSpec::new("EVENT", "Event"));
    let group = GroupKey { kind: GroupKind::Person, entity: "Taha".into() };
    let known = Entity { wikidata: "Q1".to_owned(), ..Entity::default() };
    let name = "Taha".to_owned();
    rig.feed(Event::EntityEdited { group: group.clone(), name, known: known.clone(), at: UnixMillis(9) });
    rig.feed(Event::GuidelinesEdited { markdown: "# Ours".to_owned(), at: UnixMillis(9) });
    let rig = read(rig);
    assert_eq!(names(rig.session.scheme()), ["OFFICIAL", "ROLE", "TOPIC", "EVENT", "Place", "Verb"]);
    assert_eq!(marked(&rig), owned([("Aden", "Place"), ("falls", "Verb")]));
    assert_eq!(&*rig.session.codebook().guidelines, "# Ours");
    assert_eq!(rig.session.codebook().entity(&group), known);
    let rig = rig.reload();
    assert_eq!(marked(&rig), owned([("Aden", "Place"), ("falls", "Verb")]));
}

#[test]
fn a_label_that_both_make_is_one_unless_it_is_put_on_something_else() {
    for (title, is_article, expected) in [("A place", false, "Place"), ("A place", true, "Place_2")] {
        let mut rig = reading(Rig::boot(MemoryStore::default(), vec![]), doccano());
        let applies_to = if is_article { attache::scheme::AppliesTo::Article } else { Default::default() };
        add_label(&mut rig, LabelSpec { applies_to, ..LabelSpec::new("Place", title) });
        let rig = read(rig);
        assert_eq!(marked(&rig), owned([("Aden", expected), ("falls", "Verb")]));
        let place = rig.session.scheme().by_name("Place").expect("a label");
        assert_eq!(rig.session.scheme().label(place).title, title);
    }
}

#[test]
fn a_label_taken_back_while_a_file_is_read_loses_no_marks() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![]);
    add_label(&mut rig, LabelSpec::new("Verb", "Verb"));
    let mut rig = reading(rig, doccano());
    rig.press("mod+z");
    let rig = read(rig);
    assert_eq!(marked(&rig), owned([("Aden", "Place"), ("falls", "Verb")]));
}

#[test]
fn a_project_read_while_its_labels_change_keeps_its_steps() {
    let mut writer = Rig::boot(MemoryStore::default(), vec![]);
    let mut spec = LabelSpec::new("MINISTER", "Minister");
    spec.key = Some('9');
    add_label(&mut writer, spec);
    let filler = "The minister said that the talks go on. ".repeat(30_000);
    writer.open("long.txt", &format!("Aden falls. {filler}"));
    writer.select(&format!("[Aden] falls. {filler}"));
    writer.press("9 o mod+z");
    writer.feed(Event::ArticleChosen { article: ArticleId(2) });
    writer.feed(Event::DownloadChosen { format: "project", at: UnixMillis(9) });
    let export = writer.downloads.pop().expect("a download");
    let files = vec![NamedBytes { name: export.file_name, bytes: export.bytes }];
    let mut rig = Rig::boot(MemoryStore::default(), vec![]);
    rig.holds_back = true;
    rig.feed(Event::FilesRead { files, at: UnixMillis(9) });
    add_label(&mut rig, LabelSpec::new("EVENT", "Event"));
    let mut rig = read(rig);
    rig.feed(Event::ArticleChosen { article: ArticleId(2) });
    assert_eq!(marked(&rig), [("Aden".to_owned(), "MINISTER".to_owned())]);
    rig.press("mod+shift+z");
    assert_eq!(marked(&rig), [("Aden".to_owned(), "OFFICIAL".to_owned())]);
    rig.press("mod+z");
    assert_eq!(marked(&rig), [("Aden".to_owned(), "MINISTER".to_owned())]);
}

#[test]
fn labels_of_a_file_may_stand_under_others_that_come_later() {
    let labels = r#"{"labels":[
        {"name":"PORT","title":"Port","groups_by":"topic","style":4,"parent":"PLACE"},
        {"name":"PLACE","title":"Place","groups_by":"topic","style":5}]}"#;
    let mut rig = Rig::boot(MemoryStore::default(), vec![]);
    rig.open("labels.json", labels);
    let scheme = rig.session.scheme();
    assert_eq!(names(scheme), ["OFFICIAL", "ROLE", "TOPIC", "PORT", "PLACE"]);
    assert_eq!(scheme.by_name("PORT").and_then(|port| scheme.label(port).parent), scheme.by_name("PLACE"));
}

#[test]
fn what_comes_in_waits_in_the_list_while_a_dialog_is_about_the_open_article() {
    let small = || vec![NamedBytes { name: "b.txt".to_owned(), bytes: "Bu left.".into() }];
    for (files, said) in [(small(), "“b” is in the list."), (doccano(), "300 articles were added.")] {
        for key in ["g", "b", "shift+v"] {
            let mut rig = Rig::boot(MemoryStore::default(), vec![]);
            rig.open("a.txt", "Taha spoke.");
            rig.select("[Taha] spoke.");
            rig.press(&format!("o {key}"));
            let dialog = rig.session.dialog().cloned().expect("a dialog");
            rig.feed(Event::FilesRead { files: files.clone(), at: UnixMillis(9) });
            assert_eq!((rig.session.dialog(), rig.shown().as_str()), (Some(&dialog), "{o*:Taha} spoke."), "{key}");
            assert_eq!((rig.session.said(), rig.names().len() > 2), (said, true));
            // What is chosen in it is done to the article that it is about.
            if let Dialog::Join(what) = dialog {
                let at = rig.now();
                rig.feed(Event::Joined { what, entity: "Hussein Taha".to_owned(), at });
                assert_eq!(rig.session.active().map(|(_, it)| it.entity.as_str()), Some("Hussein Taha"));
            }
            rig.feed(Event::DialogClosed);
            rig.open("c.txt", "Aoun came.");
            assert_eq!(rig.shown(), "Aoun came.", "nothing is in its way any more");
        }
    }
}

#[test]
fn a_dialog_about_an_article_that_another_tab_removes_closes() {
    let mut writer = Rig::boot(MemoryStore::default(), vec![]);
    writer.open("a.txt", "Taha spoke.");
    let mut follower = follower_of(&writer);
    follower.update(Event::DialogAsked { dialog: Dialog::About });
    writer.feed(Event::ArticleRemoved);
    follower.update(changed(&writer));
    assert_eq!((follower.open_id(), follower.dialog()), (Some(ArticleId(1)), None));
}

/// A tab that follows another, with the same article open, which is still being read.
fn follower_that_reads(writer: &Rig) -> Session {
    let mut follower = Session::new(Codebook::built_in());
    follower.update(Event::RoleKnown { is_writer: false });
    follower.update(Event::Booted { contents: now_or_never(writer.store.contents()), at: UnixMillis(1) });
    follower
}

fn follower_of(writer: &Rig) -> Session {
    let mut follower = follower_that_reads(writer);
    follower.update(loaded(writer));
    follower
}

/// What the store has of the second article.
fn loaded(rig: &Rig) -> Event {
    Event::Loaded { article: ArticleId(2), stored: now_or_never(rig.store.load(ArticleId(2))) }
}

fn changed(rig: &Rig) -> Event {
    let contents = now_or_never(rig.store.contents()).expect("contents");
    Event::ChangedElsewhere { contents, changed: vec![ArticleId(2)] }
}

/// Labels the first word, and gives what is to be kept of it.
fn label(session: &mut Session, key: &str) -> Vec<u32> {
    session.update(Event::Selected { anchor: Utf16Offset(0), focus: Utf16Offset(4) });
    let action = session.binding(&KeyChord::parse(key), Focus::Article).expect("a label").0;
    let seq = |effect| match effect {
        Effect::Save(_, Pending::Turn { seq, .. }) => Some(seq),
        _ => None,
    };
    session.update(Event::Act { action, at: UnixMillis(99) }).into_iter().filter_map(seq).collect()
}

fn n_visible(session: &Session) -> Option<usize> {
    session.article().map(|it| it.annotations().n_visible())
}

#[test]
fn a_tab_that_takes_over_writes_once_it_has_read_what_the_other_did() {
    let mut writer = Rig::boot(MemoryStore::default(), vec![]);
    writer.open("a.txt", "Taha spoke in Aden.");
    let mut follower = follower_of(&writer);
    let older = loaded(&writer);
    writer.select("Taha spoke in [Aden].");
    writer.press("t");
    follower.update(changed(&writer));
    follower.update(changed(&writer));
    follower.update(Event::RoleKnown { is_writer: true });
    assert_eq!((label(&mut follower, "o"), n_visible(&follower)), (vec![], Some(0)), "what it shows is older");
    follower.update(older);
    assert_eq!((label(&mut follower, "o"), n_visible(&follower)), (vec![], Some(0)), "and may still be");
    let effects = follower.update(loaded(&writer));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Save(_, Pending::Open(ArticleId(2))))), "{effects:?}");
    assert_eq!((label(&mut follower, "o"), n_visible(&follower)), (vec![1], Some(2)));
    // So it is with one that has read nothing yet: the store gives what it was asked for three times.
    let mut follower = follower_that_reads(&writer);
    follower.update(changed(&writer));
    follower.update(changed(&writer));
    follower.update(Event::RoleKnown { is_writer: true });
    let n_writes: Vec<usize> = (0..3)
        .map(|_| {
            follower.update(loaded(&writer));
            label(&mut follower, "o").len()
        })
        .collect();
    assert_eq!(n_writes, [0, 0, 1]);
    // One that has lost its turn meanwhile does not write.
    let mut follower = follower_of(&writer);
    follower.update(changed(&writer));
    follower.update(Event::RoleKnown { is_writer: true });
    follower.update(Event::RoleKnown { is_writer: false });
    follower.update(loaded(&writer));
    assert!(follower.is_following());
}

#[test]
fn what_the_store_says_later_than_it_was_asked_takes_no_edit_back() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![]);
    rig.open("a.txt", "Taha spoke in Aden.");
    rig.select("Taha spoke in [Aden].");
    rig.press("t");
    let older = loaded(&rig);
    let kept = label(&mut rig.session, "o");
    rig.session.update(older);
    assert_eq!((kept, rig.shown().as_str()), (vec![1], "{o*:Taha} spoke in {t:Aden}."));
    assert_eq!(label(&mut rig.session, "r"), [2]);
}
