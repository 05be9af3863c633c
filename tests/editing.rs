//! The editor by keyboard and pointer: text with marks, keys, text with marks.

mod rig;

use attache::annotation::{AttributeValue, GroupKey};
use attache::ingest::NamedBytes;
use attache::project::{Codebook, Entity, MemoryStore, Store as _, StoreError, UnixMillis, Write};
use attache::recognize::Class;
use attache::scheme::{AppliesTo, AttributeKind, AttributeSpec, Colour, GroupKind, LabelSpec};
use attache::session::{
    ACTIONS, ActionId, Dialog, Edge, Effect, Event, Focus, Joined, KeyChord, Paint, Settings, Theme,
};
use attache::text::{ByteOffset, Utf16Offset};
use rig::{Rig, entities, feed, now_or_never, opened, script};

const TAHA: (Class, &str) = (Class::Official, "Taha");
const TALKS: (Class, &str) = (Class::Topic, "ceasefire");

#[test]
fn the_caret_moves_by_sentence_paragraph_and_highlight() {
    script("|One two. Three four.\n\nFive", &[], ". mod+shift+arrowright t", "One two. {t*:Three} four.\n\nFive");
    script("One two. Three four|.\n\nFive", &[], ", mod+shift+arrowright t", "One two. {t*:Three} four.\n\nFive");
    script("|One two. Three four.", &[], "> t", "{t*:One two.} Three four.");
    script("One two. Three four.|", &[], "< t", "One two. {t*:Three four.}");
    script("|One.\n\nFive six", &[], "mod+arrowdown mod+shift+arrowright t", "One.\n\n{t*:Five} six");
    script("One.\n\nFive six|", &[], "mod+shift+arrowup t", "One.\n\n{t*:Five six}");
    script("On|e\n\nFive", &[], "mod+shift+end t", "On{t*:e\n\nFive}");
    script("One Fi|ve", &[], "mod+shift+home t", "{t*:One Fi}ve");
    script("One |Five", &[], "mod+a t", "{t*:One Five}");
    script("|said Taha to us", &[TAHA], "shift+j t", "{t*:said {o?:Taha}} to us");
    script("said Taha to us|", &[TAHA], "shift+k t", "said {t*:{o?:Taha} to us}");
}

#[test]
fn the_last_label_is_one_key_away() {
    script("one [two] three", &[], "t escape", "one {t:two} three");
    let mut rig = opened("one [two] three", &[]);
    rig.press("l");
    assert_eq!(rig.session.said(), "No label was used yet. Press a label’s key first.");
    rig.press("t");
    for (selection, key) in [("[one] two three", "l"), ("one two [three]", "enter")] {
        rig.select(selection);
        rig.press(key);
    }
    assert_eq!(rig.shown(), "{t:one} {t:two} {t*:three}");
}

#[test]
fn doubt_is_flagged_and_noted() {
    let mut rig = opened("|Taha and the ceasefire", &[TAHA, TALKS]);
    rig.press("n u");
    assert_eq!(rig.shown(), "{o?!*:Taha} and the {t?:ceasefire}");
    let id = rig.session.active().expect("chosen").0;
    feed(&mut rig, |at| Event::Noted { annotation: id, note: " who? ".into(), at });
    assert_eq!(rig.session.active().expect("chosen").1.note, "who?");
    assert_eq!(rig.session.said(), "Note on “Taha”.");
    rig.press("s");
    assert_eq!(rig.shown(), "{o?!*:Taha} and the {t?:ceasefire}", "a flag keeps a suggestion");
    rig.press("mod+z");
    assert_eq!(rig.session.active().expect("chosen").1.note, "");
    rig.press("u");
    assert_eq!(rig.shown(), "{o?*:Taha} and the {t?:ceasefire}");
}

#[test]
fn a_review_goes_from_doubt_to_doubt() {
    let found = [TAHA, TALKS, (Class::Topic, "prisoners")];
    let mut rig = opened("|Taha on the ceasefire and prisoners", &found);
    rig.press("v");
    assert_eq!(rig.shown(), "{o?*:Taha} on the {t?:ceasefire} and {t?:prisoners}");
    assert_eq!(rig.session.review().expect("under way").n_at_start, 3);
    rig.press("enter");
    assert_eq!(rig.shown(), "{o:Taha} on the {t?*:ceasefire} and {t?:prisoners}", "Enter goes on too");
    rig.press("r");
    assert_eq!(rig.shown(), "{o:Taha} on the {r:ceasefire} and {t?*:prisoners}", "and so does a label");
    rig.press("x");
    assert_eq!(rig.shown(), "{o:Taha} on the {r:ceasefire} and prisoners");
    assert_eq!(rig.session.review(), None);
    assert_eq!(rig.session.said(), "The review is done: every suggestion in this article is decided.");
    rig.press("v");
    assert_eq!(rig.session.said(), "Every suggestion is decided.");
}

#[test]
fn all_as_sure_as_the_slider_says_are_accepted_at_once() {
    script("|Taha on the ceasefire", &[TAHA, TALKS], "shift+a", "{o:Taha} on the {t:ceasefire}");
    let mut rig = opened("|Taha on the ceasefire", &[TAHA, TALKS]);
    rig.press("shift+a");
    assert_eq!(rig.session.said(), "Accept 2 suggestions.");
    rig.press("mod+z");
    assert_eq!(rig.shown(), "{o?:Taha} on the {t?:ceasefire}", "one step");
}

#[test]
fn what_stands_at_one_place_is_walked_through() {
    let mut rig = opened("[Foreign Minister Taha] said", &[]);
    rig.press("o");
    for (selection, key) in [("[Foreign Minister] Taha said", "r"), ("[Foreign Minister] Taha said", "t")] {
        rig.select(selection);
        rig.press(key);
    }
    rig.select("Fo|reign Minister Taha said");
    let mut seen = Vec::new();
    for _ in 0..4 {
        let (_, annotation) = rig.session.active().expect("there is one");
        seen.push(rig.session.scheme().label(annotation.label).name.clone());
        rig.press("c");
    }
    assert_eq!(seen, ["ROLE", "TOPIC", "OFFICIAL", "ROLE"]);
    rig.select("Foreign Minister Taha sa|id");
    rig.press("c");
    assert_eq!(rig.session.said(), "There is no highlight at the caret.");
}

#[test]
fn a_highlight_may_have_parts() {
    let mut rig = opened("the foreign and [defence ministers] met", &[]);
    rig.press("r");
    rig.select("the [foreign] and defence ministers met");
    rig.press("f");
    assert_eq!(rig.shown(), "the {r*:foreign} and {r*:defence ministers} met");
    let quote = {
        let article = rig.session.article().expect("open");
        let (_, annotation) = rig.session.active().expect("chosen");
        attache::view::words(article.text(), annotation)
    };
    assert_eq!(quote, "foreign … defence ministers");
    rig.select("the foreign and [defence] ministers met");
    rig.press("shift+f");
    assert_eq!(rig.shown(), "the {r*:foreign} and defence {r*:ministers} met");
    let mut rig = rig.reload();
    assert_eq!(rig.shown(), "the {r:foreign} and defence {r:ministers} met", "after a reload");
    rig.press("mod+z mod+z");
    assert_eq!(rig.shown(), "the foreign and {r:defence ministers} met");
    rig.select("the foreign and [defence ministers] met");
    rig.press("shift+f");
    assert_eq!(
        rig.session.said(),
        "Choose a highlight first, then select the words that belong to it or not.",
        "after the reload none was chosen yet"
    );
    rig.select("the foreign and def|ence ministers met");
    rig.select("the foreign and [defence ministers] met");
    rig.press("shift+f");
    assert_eq!(rig.session.said(), "Nothing would be left of the highlight. Delete it instead.");
}

#[test]
fn parts_are_named_by_their_words_and_not_looked_for_elsewhere() {
    let text = "[North] and South Korea, then North and South Korea";
    let mut rig = opened(text, &[]);
    rig.press("r");
    rig.select("North and South [Korea], then North and South Korea");
    rig.press("f");
    assert_eq!(entities(&rig), ["North Korea"]);
    let marked = "{r*:North} and South {r*:Korea}, then North and South Korea";
    rig.press("e");
    assert_eq!(rig.shown(), marked);
    assert_eq!(rig.session.said(), "A highlight in parts is not looked for elsewhere. Mark other places by hand.");
    rig.press("shift+e");
    assert_eq!(rig.session.occurrences().map(|dialog| dialog.found.len()), Some(0), "“North Korea” stands nowhere");
    rig.press("escape t");
    assert_eq!(entities(&rig), ["north korea"], "another label is named by the parts, too");
    rig.select("North and South Korea, then [North and South Korea]");
    rig.press("t");
    assert_eq!(entities(&rig), ["north korea", "north and south korea"], "other words are something else");

    let mut rig = opened("[Bu Habib] and the envoy", &[]);
    rig.press("o");
    rig.select("Bu Habib and the [envoy]");
    rig.press("f");
    assert_eq!(entities(&rig), ["Bu Habib envoy"]);
    rig.press("mod+z");
    assert_eq!(entities(&rig), ["Bu Habib"]);
}

#[test]
fn moved_ends_take_over_what_they_overlap() {
    let found = [TAHA, (Class::Official, "Hussein")];
    script("|Hussein Taha said", &found, "n ]", "{o*:Hussein Taha} said");
    let mut rig = opened("|Hussein Taha said", &found);
    rig.press("n ] mod+z");
    assert_eq!(rig.shown(), "{o?*:Hussein} {o?:Taha} said");
    let mut rig = opened("on [Eid] al Adha", &[]);
    rig.press("t ]");
    assert_eq!(entities(&rig), ["eid al"], "a topic is called after its words, capitals or not");
}

#[test]
fn a_drag_snaps_to_words_and_alt_keeps_characters() {
    let released = |marked: &str, exact: bool| {
        let mut rig = opened(marked, &[]);
        feed(&mut rig, |at| Event::Released { on: None, n_clicks: 1, exact, at });
        rig.press("o");
        rig.shown()
    };
    assert_eq!(released("met [Bu Ha]bib, today", false), "met {o*:Bu Habib}, today");
    assert_eq!(released("met [Bu Ha]bib, today", true), "met {o*:Bu Ha}bib, today");
    assert_eq!(released("[Taha’s] visit", false), "{o*:Taha}’s visit");
    assert_eq!(released("met [Taha, ]today", false), "met {o*:Taha}, today");
}

#[test]
fn a_double_click_takes_the_word_and_a_second_one_the_name() {
    let mut rig = opened("of Hossein Amir [Abdollahian]’s visit", &[]);
    feed(&mut rig, |at| Event::Released { on: None, n_clicks: 2, exact: false, at });
    let selected = |rig: &Rig| {
        let article = rig.session.article().expect("open");
        article.text().slice(rig.session.selection().expect("selected")).to_owned()
    };
    assert_eq!(selected(&rig), "Abdollahian");
    rig.select("[of Hossein Amir Abdollahian’s visit]");
    feed(&mut rig, |at| Event::Released { on: Some(Utf16Offset(20)), n_clicks: 3, exact: false, at });
    assert_eq!(selected(&rig), "Hossein Amir Abdollahian");
    rig.feed(Event::LongPressed { on: Utf16Offset(4) });
    assert_eq!(selected(&rig), "Hossein");

    let mut rig = opened("日本の[大]統領は", &[]);
    let click = |at| Event::Released { on: Some(Utf16Offset(3)), n_clicks: 2, exact: false, at };
    rig.select("日本の[大統領]は");
    feed(&mut rig, click);
    assert_eq!(selected(&rig), "大統領", "where there are no spaces, the browser knows words");
    rig.select("日本の[大統]領は");
    feed(&mut rig, click);
    feed(&mut rig, click);
    assert_eq!(selected(&rig), "大統領", "a second one takes all of the script");
}

#[test]
fn with_the_sticky_label_a_selection_is_labelled_at_once() {
    let mut rig = opened("[one] two three", &[]);
    rig.press("t shift+l");
    rig.select("one [tw]o three");
    feed(&mut rig, |at| Event::Released { on: None, n_clicks: 1, exact: false, at });
    assert_eq!(rig.shown(), "{t:one} {t*:two} three");
    rig.press("shift+l");
    rig.select("one two [three]");
    feed(&mut rig, |at| Event::Released { on: None, n_clicks: 1, exact: false, at });
    assert_eq!(rig.shown(), "{t:one} {t:two} three");
}

#[test]
fn ends_are_dragged_by_their_handles() {
    let mut rig = opened("the [ceasefire] in Yemen now", &[]);
    rig.press("t");
    for (to, done) in [(15, false), (19, false), (19, true)] {
        let to = Utf16Offset(to);
        feed(&mut rig, |at| Event::EdgeDragged { edge: Edge::End, to, exact: false, done, at });
        if !done {
            assert!(rig.session.is_dragging() && rig.session.selection().is_some(), "what it would be is shown");
        }
    }
    assert_eq!(rig.shown(), "the {t*:ceasefire in Yemen} now");
    assert_eq!(rig.session.said(), "Move the ends of “ceasefire”.");
    let to = Utf16Offset(6);
    feed(&mut rig, |at| Event::EdgeDragged { edge: Edge::Start, to, exact: true, done: true, at });
    assert_eq!(rig.shown(), "the ce{t*:asefire in Yemen} now");
}

#[test]
fn persons_are_joined_and_split() {
    let mut rig = opened("[Bu Habib] met Mr Habib and Taha", &[]);
    rig.press("o");
    rig.select("Bu Habib met Mr [Habib] and Taha");
    rig.press("o");
    rig.select("Bu Habib met Mr Habib and [Taha]");
    rig.press("o");
    assert_eq!(entities(&rig), ["Bu Habib", "Bu Habib", "Taha"]);
    rig.press("g");
    let Some(Dialog::Join(what)) = rig.session.dialog().cloned() else { panic!("a dialog is open") };
    feed(&mut rig, |at| Event::Joined { what, entity: "Bu Habib".into(), at });
    assert_eq!(entities(&rig), ["Bu Habib", "Bu Habib", "Bu Habib"]);
    rig.press("mod+z");
    assert_eq!(entities(&rig), ["Bu Habib", "Bu Habib", "Taha"], "a wrong join is one undo away");
    rig.press("k shift+g");
    assert_eq!(entities(&rig), ["Bu Habib", "Habib", "Taha"]);
    let group = |name: &str| GroupKey { kind: GroupKind::Person, entity: name.into() };
    let what = Joined::Group(group("Habib"));
    feed(&mut rig, |at| Event::Joined { what, entity: "Taha".into(), at });
    assert_eq!(entities(&rig), ["Bu Habib", "Taha", "Taha"]);
    rig.press("shift+g shift+g");
    assert_eq!(rig.session.said(), "It belongs there already.");
}

#[test]
fn what_is_known_of_a_person_is_kept_and_a_new_name_goes_everywhere() {
    let mut rig = opened("[Taha] spoke", &[]);
    rig.press("o");
    rig.open("b.txt", "Then Taha left");
    rig.select("Then [Taha] left");
    rig.press("o w");
    let Some(Dialog::Entity(group)) = rig.session.dialog().cloned() else { panic!("a dialog is open") };
    let known = Entity { offices: "Secretary General".into(), wikidata: "Q1".into(), ..Entity::default() };
    let (key, kept) = (group.clone(), known.clone());
    feed(&mut rig, |at| Event::EntityEdited { group: key, name: "Taha".into(), known: kept, at });
    assert_eq!(rig.session.codebook().entity(&group), known);
    let mut rig = rig.reload();
    assert_eq!(rig.session.codebook().entity(&group), known, "after a reload");
    feed(&mut rig, |at| Event::EntityEdited { group, name: "Hussein Taha".into(), known, at });
    assert_eq!(entities(&rig), ["Hussein Taha"]);
    rig.press("alt+arrowup");
    assert_eq!(entities(&rig), ["Hussein Taha"], "in all articles, the unread ones too");
    rig.press("mod+z");
    assert_eq!(entities(&rig), ["Taha"]);
    rig.press("alt+arrowdown");
    assert_eq!(entities(&rig), ["Taha"]);
    assert_eq!(rig.session.codebook().registry.keys().next().map(|key| &*key.entity), Some("Taha"));
}

#[test]
fn the_tagset_is_changed_step_by_step() {
    let mut rig = opened("[Aden] lies there", &[]);
    let mut spec = LabelSpec::new("PLACE", "Place");
    (spec.key, spec.colour) = (Some('q'), Colour::parse("#cc0044"));
    spec.attributes =
        vec![AttributeSpec { name: "certain".into(), title: "certain".into(), kind: AttributeKind::YesNo }];
    let place = spec.clone();
    feed(&mut rig, |at| Event::LabelAdded { spec, at });
    assert_eq!(rig.session.said(), "Add the label Place.");
    rig.press("q");
    assert_eq!(rig.shown(), "{q*:Aden} lies there");
    let id = rig.session.active().expect("chosen").0;
    let yes = Some(AttributeValue::Flag(true));
    let (name, value) = ("certain".to_owned(), yes.clone());
    feed(&mut rig, |at| Event::AttributeSet { annotation: id, name, value, at });
    assert_eq!(rig.session.active().expect("chosen").1.attributes.get("certain"), yes.as_ref());

    let label = rig.session.scheme().by_name("PLACE").expect("there");
    let renamed = LabelSpec { name: "SITE".into(), ..place.clone() };
    feed(&mut rig, |at| Event::LabelChanged { label, spec: renamed, at });
    let mut rig = rig.reload();
    assert_eq!(rig.shown(), "{q:Aden} lies there", "journals of the old name are read");
    assert_eq!(rig.session.scheme().label(label).name, "SITE");
    let retired = LabelSpec { retired: true, ..rig.session.scheme().label(label).clone() };
    feed(&mut rig, |at| Event::LabelChanged { label, spec: retired, at });
    assert_eq!(rig.shown(), "{q:Aden} lies there", "what is marked with it stays");
    assert!(rig.session.binding(&KeyChord::parse("q"), Focus::Article).is_none());
    rig.press("mod+z");
    assert!(rig.session.binding(&KeyChord::parse("q"), Focus::Article).is_some(), "one undo brings it back");

    for (key, title, words) in [(Some('a'), "X", "does something else"), (Some('o'), "X", "share the key o")] {
        let spec = LabelSpec { key, ..LabelSpec::new("X", title) };
        feed(&mut rig, |at| Event::LabelAdded { spec, at });
        assert!(rig.session.said().contains(words), "{}", rig.session.said());
    }
    rig.feed(Event::SchemeDownloaded);
    let json = String::from_utf8(rig.downloads[0].bytes.clone()).expect("JSON is UTF-8");
    let mut other = opened("Aden", &[]);
    other.open("labels.json", &json);
    assert!(other.session.scheme().by_name("SITE").is_some(), "{}", other.session.said());
    other.press("mod+z");
    let site = other.session.scheme().by_name("SITE").expect("a label is never taken out");
    assert!(other.session.scheme().label(site).retired);
}

#[test]
fn labels_of_two_tabs_never_overwrite_each_other() {
    let mut rig = opened("[Aden] lies there", &[]);
    let other = Write::Codebook(1, Codebook::built_in().to_json());
    now_or_never(rig.store.write(&[other])).expect("room");
    feed(&mut rig, |at| Event::LabelAdded { spec: LabelSpec::new("PLACE", "Place"), at });
    assert_eq!(rig.session.saving().error, Some(StoreError::NewerElsewhere), "the second tab is told");
}

#[test]
fn a_whole_article_has_labels_a_note_and_a_flag() {
    let mut rig = opened("|Aden", &[]);
    let spec = LabelSpec { key: Some('q'), applies_to: AppliesTo::Article, ..LabelSpec::new("VISIT", "Visit") };
    feed(&mut rig, |at| Event::LabelAdded { spec, at });
    rig.press("q shift+b");
    feed(&mut rig, |at| Event::ArticleNoted {
        note: "look again".into(),
        fields: vec![("date", " 2024-04-05 ".into())],
        at,
    });
    let about = |rig: &Rig| rig.session.article().expect("open").annotations().about().clone();
    let said = about(&rig);
    assert!(said.labels.len() == 1 && said.flagged && said.note == "look again", "{said:?}");
    let mut rig = rig.reload();
    assert_eq!(about(&rig), said, "after a reload");
    rig.press("mod+z mod+z mod+z");
    assert_eq!(about(&rig), Default::default());
}

#[test]
fn keys_can_be_changed_but_not_taken() {
    let mut rig = opened("|Taha", &[TAHA]);
    rig.feed(Event::KeyAwaited { action: Some("next") });
    rig.feed(Event::KeyPressed { chord: KeyChord::parse("x") });
    assert!(rig.session.said().starts_with("x is the key of “Reject or delete"), "{}", rig.session.said());
    rig.feed(Event::KeyPressed { chord: KeyChord::parse("arrowup") });
    assert_eq!(rig.session.rebinding(), Some("next"), "the caret’s");
    rig.feed(Event::KeyPressed { chord: KeyChord::parse("w") });
    assert_eq!(rig.session.rebinding(), Some("next"), "another action’s");
    rig.feed(Event::KeyPressed { chord: KeyChord::parse("9") });
    assert_eq!(rig.session.rebinding(), None);
    rig.press("9");
    assert_eq!(rig.shown(), "{o?*:Taha}");
    assert!(rig.session.binding(&KeyChord::parse("j"), Focus::Article).is_none());
    let kept = rig.kept.clone().expect("kept");
    assert_eq!(Settings::parse(&kept).keys["next"], ["9"]);
    rig.feed(Event::KeysReset { action: None });
    assert!(rig.session.binding(&KeyChord::parse("j"), Focus::Article).is_some());
}

#[test]
fn what_is_not_possible_says_why_and_what_is_possible_can_be_done() {
    let empty = Rig::boot(MemoryStore::default(), Vec::new());
    let can = |rig: &Rig, name| rig.session.can(ActionId::Named(name)).map_err(|why| why.to_string());
    assert!(can(&empty, "accept").is_err_and(|why| why.starts_with("Choose a highlight first")));
    assert!(can(&empty, "undo").is_err_and(|why| why == "There is nothing to undo."));
    let rig = opened("[Taha] said", &[TAHA]);
    assert!(can(&rig, "accept").is_err() && can(&rig, "shift").is_ok());
    // Whatever the table says is possible is done or refused in words, and whatever it says is not changes nothing.
    for marked in ["|Taha and the ceasefire", "[Taha] and the ceasefire", "Ta|ha and the ceasefire"] {
        for action in ACTIONS {
            let mut rig = opened(marked, &[TAHA, TALKS]);
            let before = rig.shown();
            let possible = rig.session.can(ActionId::Named(action.name));
            feed(&mut rig, |at| Event::Act { action: ActionId::Named(action.name), at });
            if let Err(refusal) = possible {
                assert_eq!(rig.session.said(), refusal.to_string(), "{}", action.name);
                assert_eq!(rig.shown(), before, "{}", action.name);
            }
        }
    }
}

#[test]
fn every_decision_is_signed() {
    let mut rig = opened("Taha and the [ceasefire]", &[TAHA]);
    let settings = Settings { annotator: "AB".into(), theme: Theme::Dark, ..rig.session.settings().clone() };
    feed(&mut rig, |at| Event::SettingsChosen { settings, at });
    rig.select("Taha and the [ceasefire]");
    rig.press("t n a");
    let set = rig.session.article().expect("open").annotations();
    for (_, annotation) in set.visible() {
        let decided = annotation.decided.as_ref().expect("signed");
        assert_eq!(&*decided.by, "AB");
        assert!(decided.at > UnixMillis(4), "{:?}", decided.at);
    }
    assert_eq!(Settings::parse(rig.kept.as_deref().expect("kept")).theme, Theme::Dark);
}

#[test]
fn escape_goes_one_step_back_each_time() {
    let mut rig = opened("[Taha] said", &[TAHA]);
    rig.press("z ?");
    assert_eq!(rig.session.dialog(), Some(&Dialog::Keys));
    rig.press("escape");
    assert_eq!(rig.session.dialog(), None);
    assert!(rig.session.selection().is_some());
    rig.press("escape");
    assert!(rig.session.selection().is_none());
    rig.select("Ta|ha said");
    rig.press("escape");
    assert!(rig.session.active().is_none() && rig.session.settings().focus_mode);
    rig.press("escape");
    assert!(!rig.session.settings().focus_mode);
}

#[test]
fn the_tour_has_three_steps_and_is_seen_once() {
    let mut rig = opened("|Taha", &[]);
    assert_eq!(rig.session.settings().tour, Some(0));
    for (to, expected) in [(Some(1), Some(1)), (Some(2), Some(2)), (Some(3), None)] {
        rig.feed(Event::TourGoesOn { to });
        assert_eq!(rig.session.settings().tour, expected);
    }
    assert_eq!(Settings::parse(rig.kept.as_deref().expect("kept")).tour, None);
    rig.press("arrowright");
    assert_eq!(rig.session.caret().focus, ByteOffset(1));
}

#[test]
fn who_wants_no_suggestions_has_none() {
    let mut rig = opened("|Taha and the ceasefire", &[TAHA, TALKS]);
    rig.press("n a");
    let settings = Settings { suggests: false, ..rig.session.settings().clone() };
    feed(&mut rig, |at| Event::SettingsChosen { settings, at });
    assert_eq!(rig.shown(), "{o:Taha} and the ceasefire", "those that nobody decided on go");
    rig.open("b.txt", "Taha left");
    assert_eq!(rig.shown(), "Taha left");
    rig.press("s");
    assert_eq!(rig.shown(), "{o?:Taha} left", "who asks for them has them");
    let settings = Settings { suggests: true, ..rig.session.settings().clone() };
    rig.press("alt+arrowup");
    feed(&mut rig, |at| Event::SettingsChosen { settings, at });
    assert_eq!(rig.shown(), "{o:Taha} and the {t?:ceasefire}");
}

#[test]
fn labels_of_a_file_of_another_tool_are_one_undo() {
    let mut rig = opened("|Aden", &[]);
    rig.open("d.jsonl", "{\"text\":\"Taha left\",\"label\":[[0,4,\"Person\"]]}\n");
    assert_eq!(rig.shown(), "{_:Taha} left");
    assert!(rig.session.scheme().by_name("Person").is_some());
    let mut rig = rig.reload();
    assert_eq!(rig.shown(), "{_:Taha} left", "after a reload");
    let files =
        vec![NamedBytes { name: "e.jsonl".to_owned(), bytes: br#"{"text":"Oman","label":[[0,4,"Ort"]]}"#.to_vec() }];
    let effects = rig.session.update(Event::FilesRead { files, at: UnixMillis(99) });
    let paints: Vec<&Effect> = effects.iter().filter(|effect| matches!(effect, Effect::Paint(_))).collect();
    let (whole, looks) = (Effect::Paint(Paint::Whole), Effect::Paint(Paint::Looks));
    assert_eq!(paints, [&whole, &looks], "new looks are drawn on what is open then");
}
