//! The person's own tagset beside what is labelled with it: changed, taken back, done again, and read after a reload.

mod rig;

use std::collections::BTreeMap;

use attache::project::{MemoryStore, Store as _, UnixMillis};
use attache::scheme::{GroupKind, LabelId, LabelSpec};
use attache::session::{Event, Focus, KeyChord, Session};
use proptest::prelude::*;
use rig::{Rig, now_or_never};

/// A session with one text open, and the caret or selection as marked.
fn opened(marked: &str) -> Rig {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    let content: String = marked.chars().filter(|c| !"[]|".contains(*c)).collect();
    rig.open("a.txt", &content);
    rig.select(marked);
    rig
}

fn add(rig: &mut Rig, name: &str, key: char) {
    let at = rig.now();
    let spec = LabelSpec { key: Some(key), ..LabelSpec::new(name, name) };
    rig.feed(Event::LabelAdded { spec, at });
}

fn change(rig: &mut Rig, name: &str, by: impl FnOnce(&mut LabelSpec)) {
    let label = rig.session.scheme().by_name(name).expect("a label of this name");
    let mut spec = rig.session.scheme().label(label).clone();
    by(&mut spec);
    let at = rig.now();
    rig.feed(Event::LabelChanged { label, spec, at });
}

/// Whether a label is offered by its key.
fn is_offered(rig: &Rig, key: &str) -> bool {
    rig.session.binding(&KeyChord::parse(key), Focus::Article).is_some()
}

/// The problems that the person was told of.
fn told(rig: &Rig) -> Vec<&str> {
    rig.session.notices().iter().map(|notice| notice.text.as_str()).collect()
}

/// The persons and topics of the open article, with how often each is mentioned.
fn groups(session: &Session) -> Vec<(GroupKind, String, usize)> {
    let set = session.article().expect("an article is open").annotations();
    let of = |kind| set.groups(kind).map(move |(key, group)| (kind, key.entity.to_string(), group.mentions.len()));
    [GroupKind::Person, GroupKind::Topic].into_iter().flat_map(of).collect()
}

#[test]
fn a_file_s_labels_are_taken_back_after_what_they_mark() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.open("d.jsonl", r#"{"text":"Taha left Aden","label":[[0,4,"Person"],[10,14,"Place"]]}"#);
    assert_eq!(rig.shown(), "{_:Taha} left {_:Aden}");
    rig.press("mod+z");
    assert_eq!(rig.shown(), "Taha left Aden", "both came at the same time, but the marks last");
    rig.press("mod+z");
    assert_eq!(rig.session.said(), "Undone: Take over labels and people of a file.");
    let retired = |rig: &Rig, name: &str| {
        let scheme = rig.session.scheme();
        scheme.label(scheme.by_name(name).expect("a label is never taken out")).retired
    };
    assert!(retired(&rig, "Person") && retired(&rig, "Place"));
    rig.press("mod+shift+z mod+shift+z");
    assert!(!retired(&rig, "Person") && !retired(&rig, "Place"));
    assert_eq!(rig.shown(), "{_:Taha} left {_:Aden}", "done again");
    let mut rig = rig.reload();
    assert_eq!((rig.shown().as_str(), told(&rig)), ("{_:Taha} left {_:Aden}", vec![]));

    rig.open("e.jsonl", r#"{"text":"Oman lies here","label":[[0,4,"Place"]]}"#);
    rig.feed(Event::LabelAdded { spec: LabelSpec::new("TOWN", "Town"), at: UnixMillis(4) });
    rig.press("mod+z");
    assert_eq!((rig.session.said(), rig.shown().as_str()), ("Undone: Add the label Town.", "{_:Oman} lies here"));
}

#[test]
fn what_is_marked_with_a_label_whose_addition_is_taken_back_stays() {
    let mut rig = opened("[Aden] lies there");
    add(&mut rig, "PLACE", 'q');
    rig.press("q");
    rig.open("b.txt", "Oman lies here");
    rig.press("mod+z");
    assert_eq!((rig.session.said(), is_offered(&rig, "q")), ("Undone: Add the label PLACE.", false));
    rig.press("alt+arrowup");
    assert_eq!(rig.shown(), "{q:Aden} lies there");
    let mut rig = rig.reload();
    assert_eq!((rig.shown().as_str(), told(&rig)), ("{q:Aden} lies there", vec![]), "after a reload");
    rig.press("mod+z");
    assert_eq!(rig.shown(), "Aden lies there", "the journal is whole");

    // One that is wanted again is the same label.
    add(&mut rig, "PLACE", 'q');
    assert_eq!(rig.session.said(), "Add the label PLACE.");
    rig.press("mod+z mod+shift+z mod+z mod+shift+z");
    assert_eq!(rig.session.scheme().labels().count(), 4);
    rig.select("[Aden] lies there");
    rig.press("q");
    assert_eq!(rig.shown(), "{q*:Aden} lies there");
    assert_eq!(rig.reload().shown(), "{q:Aden} lies there");
}

#[test]
fn a_name_that_is_taken_back_is_still_known() {
    let mut rig = opened("[Taha] met Aziz and Omar");
    change(&mut rig, "OFFICIAL", |spec| spec.name = "PERSON".to_owned());
    rig.press("o");
    assert_eq!(rig.shown(), "{o*:Taha} met Aziz and Omar");
    rig.press("mod+z mod+z");
    let first = rig.session.scheme().labels().next().expect("a label").1;
    assert_eq!((first.name.as_str(), first.former_names.as_slice()), ("OFFICIAL", ["PERSON".to_owned()].as_slice()));
    rig.press("mod+shift+z mod+shift+z");
    assert_eq!(rig.session.scheme().labels().next().expect("a label").1.name, "PERSON", "done again");
    assert_eq!(rig.shown(), "{o*:Taha} met Aziz and Omar");
    rig.press("mod+z mod+z");
    for marked in ["Taha met [Aziz] and Omar", "Taha met Aziz and [Omar]"] {
        rig.select(marked);
        rig.press("o");
    }
    let rig = rig.reload();
    assert_eq!((rig.shown().as_str(), told(&rig)), ("Taha met {o:Aziz} and {o:Omar}", vec![]), "after a reload");
}

#[test]
fn steps_before_a_label_was_taken_back_can_be_taken_back_too() {
    let mut rig = opened("|Aden lies there");
    add(&mut rig, "PLACE", 'q');
    change(&mut rig, "PLACE", |spec| spec.name = "SITE".to_owned());
    change(&mut rig, "ROLE", |spec| spec.retired = true);
    let done = rig.session.scheme().clone();
    rig.press("mod+z mod+z mod+z");
    assert!(is_offered(&rig, "r") && !is_offered(&rig, "q"));
    assert_eq!(rig.session.undo_title(), None);
    rig.press("mod+shift+z mod+shift+z mod+shift+z");
    assert_eq!(*rig.session.scheme(), done);
    // What was taken back stands in nobody's way.
    rig.press("mod+z mod+z mod+z");
    add(&mut rig, "TOWN", 'q');
    rig.press("mod+z mod+shift+z");
    assert_eq!((rig.session.said(), is_offered(&rig, "q")), ("Done again: Add the label TOWN.", true));
    rig.select("[Aden] lies there");
    rig.press("q");
    assert_eq!(rig.reload().shown(), "{q:Aden} lies there");
}

#[test]
fn mentions_of_persons_become_mentions_of_a_topic_and_back() {
    use GroupKind::{Person, Topic};
    let mut rig = opened("[Taha] met the Chief");
    rig.press("o");
    rig.select("Taha met the [Chief]");
    rig.press("r");
    let plain = |kind, name: &str| (kind, name.to_owned(), 1);
    assert_eq!(groups(&rig.session), [plain(Person, "Chief"), plain(Person, "Taha")]);
    rig.open("b.txt", "Omar spoke");
    rig.select("[Omar] spoke");
    rig.press("o");
    change(&mut rig, "OFFICIAL", |spec| spec.groups_by = Topic);
    assert_eq!(groups(&rig.session), [plain(Topic, "Omar")]);
    let people = |rig: &Rig| rig.session.entries().iter().map(|it| it.head.people.join(" ")).collect::<Vec<_>>();
    let before = people(&rig).len();
    assert_eq!(people(&rig)[before - 2..], ["Chief", ""], "the list knows it too");
    rig.press("mod+z");
    assert_eq!(groups(&rig.session), [plain(Person, "Omar")], "taken back");
    rig.press("mod+shift+z alt+arrowup");
    assert_eq!(groups(&rig.session), [plain(Person, "Chief"), plain(Topic, "Taha")], "what is not open, too");
    rig.select("T|aha met the Chief");
    rig.press("delete j delete");
    assert_eq!((rig.shown().as_str(), groups(&rig.session)), ("Taha met the Chief", vec![]));
    rig.press("mod+z mod+z");
    let both = groups(&rig.session);
    let mut rig = rig.reload();
    assert_eq!((groups(&rig.session), told(&rig)), (both, vec![]), "after a reload");

    // An article that was removed comes back as the labels are then.
    rig.feed(Event::ArticleRemoved);
    change(&mut rig, "ROLE", |spec| spec.groups_by = Topic);
    let notice = rig.session.notices().last().expect("told").id;
    rig.feed(Event::RemovalUndone { notice });
    assert_eq!(groups(&rig.session), [plain(Topic, "Chief"), plain(Topic, "Taha")]);
    rig.select("T|aha met the Chief");
    rig.press("delete j delete");
    assert_eq!(groups(&rig.session), []);
}

#[test]
fn a_tab_that_follows_groups_by_the_other_s_labels() {
    let mut writer = opened("[Taha] spoke");
    writer.press("o");
    let mut follower = Rig::boot(std::mem::take(&mut writer.store), Vec::new());
    follower.feed(Event::RoleKnown { is_writer: false });
    writer.store = std::mem::take(&mut follower.store);
    change(&mut writer, "OFFICIAL", |spec| spec.groups_by = GroupKind::Topic);
    let contents = now_or_never(writer.store.contents()).expect("contents");
    follower.feed(Event::ChangedElsewhere { contents, changed: Vec::new() });
    assert_eq!(groups(&follower.session), [(GroupKind::Topic, "Taha".to_owned(), 1)]);
    // This tab's turn.
    follower.store = writer.store;
    follower.feed(Event::RoleKnown { is_writer: true });
    follower.press("mod+z");
    assert_eq!((follower.shown().as_str(), groups(&follower.session)), ("Taha spoke", vec![]));
}

#[test]
fn a_tab_that_writes_no_more_takes_no_label_back() {
    let mut rig = opened("[Aden] lies there");
    add(&mut rig, "PLACE", 'q');
    rig.feed(Event::RoleKnown { is_writer: false });
    let n_asked = rig.session.saving().n_asked;
    rig.press("mod+z");
    assert!(rig.session.said().contains("Another tab"), "{}", rig.session.said());
    assert!(is_offered(&rig, "q"));
    assert_eq!(rig.session.saving().n_asked, n_asked, "nothing is written");
}

/// A change of the tagset: which label, and what becomes of it.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Add,
    Rename(usize),
    Retire(usize),
    Undo,
    Redo,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        Just(Deed::Add),
        (0..6_usize).prop_map(Deed::Rename),
        (0..6_usize).prop_map(Deed::Retire),
        Just(Deed::Undo),
        Just(Deed::Undo),
        Just(Deed::Redo),
    ];
    prop::collection::vec(deed, 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]

    #[test]
    fn no_name_that_a_label_ever_had_is_forgotten(deeds in deeds()) {
        let mut rig = opened("|Aden");
        let mut known: BTreeMap<String, LabelId> = BTreeMap::new();
        for (n, deed) in deeds.into_iter().enumerate() {
            let before = rig.session.scheme().clone();
            let name_at = |index: usize| {
                let label = before.id_at(index % before.labels().count()).expect("within");
                before.label(label).name.clone()
            };
            let undone = rig.session.undo_title().is_some();
            match deed {
                Deed::Add => {
                    let at = rig.now();
                    rig.feed(Event::LabelAdded { spec: LabelSpec::new(format!("N{}", n % 4), "N"), at });
                }
                Deed::Rename(index) => change(&mut rig, &name_at(index), |spec| spec.name = format!("N{}", n % 5)),
                Deed::Retire(index) => change(&mut rig, &name_at(index), |spec| spec.retired = !spec.retired),
                Deed::Undo => rig.press("mod+z"),
                Deed::Redo => rig.press("mod+shift+z"),
            }
            if matches!(deed, Deed::Undo) && undone {
                prop_assert!(rig.session.said().starts_with("Undone"), "{}", rig.session.said());
                // What was taken back can be done again.
                let back = rig.session.scheme().clone();
                rig.press("mod+shift+z");
                prop_assert!(rig.session.said().starts_with("Done again"), "{}", rig.session.said());
                prop_assert_eq!(rig.session.scheme(), &before);
                rig.press("mod+z");
                prop_assert_eq!(rig.session.scheme(), &back);
            }
            known.extend(rig.session.scheme().labels().map(|(id, spec)| (spec.name.clone(), id)));
            for (name, id) in &known {
                prop_assert_eq!(rig.session.scheme().by_name(name), Some(*id), "{} after {:?}", name, deed);
            }
        }
        let scheme = rig.session.scheme().clone();
        let rig = rig.reload();
        prop_assert_eq!(rig.session.scheme(), &scheme);
    }
}
