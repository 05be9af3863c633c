//! The same words elsewhere: labelled by one key, or looked through first.

mod rig;

use attache::recognize::Class;
use attache::scheme::LabelSpec;
use attache::session::{Deed, Event, OccurrenceChange};
use rig::{Rig, entities, feed, opened, script};

const TAHA: (Class, &str) = (Class::Official, "Taha");

#[test]
fn all_occurrences_are_labelled_by_one_key() {
    let text = "[Yemen] and Yemen, not Yemeni, but Yemen";
    script(text, &[], "t e", "{t*:Yemen} and {t:Yemen}, not Yemeni, but {t:Yemen}");
    let mut rig = opened(text, &[]);
    rig.press("t e mod+z");
    assert_eq!(rig.shown(), "{t*:Yemen} and Yemen, not Yemeni, but Yemen", "one step");
    script("|Taha met Taha", &[TAHA], "n e", "{o*:Taha} met {o:Taha}");
    script("[中国]和日本,在中国的", &[], "t e", "{t*:中国}和日本,在{t:中国}的");
    let mut rig = opened("[Yemen] and Yemen; talks", &[]);
    rig.press("t mod+z");
    rig.select("[Yemen] and Yemen; talks");
    rig.press("e");
    assert_eq!(rig.shown(), "{t*:Yemen} and {t:Yemen}; talks", "of a selection, with the label used last");
    assert_eq!(entities(&rig), ["yemen", "yemen"]);
    rig.press("e");
    assert_eq!(rig.session.said(), "These words stand nowhere else unmarked.");
}

#[test]
fn a_retired_label_is_put_on_nothing_new() {
    let mut rig = opened("[Aden] and Aden", &[]);
    rig.press("t");
    let label = rig.session.scheme().by_name("TOPIC").expect("there");
    let spec = LabelSpec { retired: true, ..rig.session.scheme().label(label).clone() };
    feed(&mut rig, |at| Event::LabelChanged { label, spec, at });
    rig.press("e");
    assert_eq!(rig.shown(), "{t*:Aden} and Aden");
    assert!(rig.session.said().starts_with("This label is retired"), "{}", rig.session.said());
    rig.press("shift+e");
    let official = rig.session.scheme().by_name("OFFICIAL").expect("there");
    assert_eq!(rig.session.occurrences().map(|it| it.deed), Some(Deed::Label(official)), "one that is offered");
    rig.press("escape");
    rig.select("Aden and [Aden]");
    for key in ["l", "enter", "e"] {
        rig.press(key);
        assert_eq!(rig.session.said(), "The label used last is retired. Press another label’s key first.");
    }
    assert_eq!(rig.shown(), "{t:Aden} and Aden");
}

#[test]
fn the_dialog_of_occurrences_reaches_all_articles_in_one_step() {
    let mut rig = opened("Aden and aden", &[]);
    rig.open("b.txt", "Aden lies there. Adenauer did not. ADEN.");
    rig.select("[Aden] lies there. Adenauer did not. ADEN.");
    rig.press("t shift+e");
    let change = |rig: &mut Rig, change: OccurrenceChange| {
        feed(rig, |_| Event::OccurrencesChanged { change });
        let dialog = rig.session.occurrences().expect("open");
        (dialog.found.len(), dialog.found.iter().filter(|found| found.ticked).count())
    };
    assert_eq!(rig.session.occurrences().expect("open").found.len(), 1);
    assert_eq!(change(&mut rig, OccurrenceChange::MatchCase(false)), (2, 1), "one has the label already");
    assert_eq!(change(&mut rig, OccurrenceChange::WholeWord(false)), (3, 2));
    assert_eq!(change(&mut rig, OccurrenceChange::WholeWord(true)), (2, 1));
    assert_eq!(change(&mut rig, OccurrenceChange::InAll(true)), (4, 3));
    assert_eq!(change(&mut rig, OccurrenceChange::Ticked(1, false)), (4, 2));
    feed(&mut rig, |at| Event::OccurrencesDone { at });
    assert_eq!(rig.session.dialog(), None);
    assert_eq!(rig.shown(), "{t*:Aden} lies there. Adenauer did not. {t:ADEN}.");
    assert_eq!(rig.session.said(), "Topic “Aden” 2 times.");
    rig.press("alt+arrowup");
    assert_eq!(rig.shown(), "{t:Aden} and aden");
    rig.press("mod+z");
    assert_eq!(rig.shown(), "Aden and aden");
    rig.press("alt+arrowdown");
    assert_eq!(rig.shown(), "{t:Aden} lies there. Adenauer did not. ADEN.", "one undo is for all articles");
    rig.press("mod+shift+z");
    assert_eq!(rig.shown(), "{t:Aden} lies there. Adenauer did not. {t:ADEN}.");
    rig.press("alt+arrowup");
    assert_eq!(rig.shown(), "{t:Aden} and aden");
}

#[test]
fn occurrences_are_relabelled_and_cleared() {
    let mut rig = opened("[Yemen] and Yemen and Oman", &[]);
    rig.press("t e shift+e");
    let role = rig.session.scheme().by_name("ROLE").expect("a label");
    feed(&mut rig, |_| Event::OccurrencesChanged { change: OccurrenceChange::Deed(Deed::Relabel(role)) });
    feed(&mut rig, |at| Event::OccurrencesDone { at });
    assert_eq!(rig.shown(), "{r*:Yemen} and {r:Yemen} and Oman");
    rig.press("shift+y");
    assert_eq!(rig.session.occurrences().expect("open").found.len(), 2, "all mentions of it");
    feed(&mut rig, |at| Event::OccurrencesDone { at });
    assert_eq!(rig.shown(), "Yemen and Yemen and Oman");
    rig.press("mod+z");
    assert_eq!(rig.shown().replace('*', ""), "{r:Yemen} and {r:Yemen} and Oman");
}
