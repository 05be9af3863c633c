//! Laws of annotations, commands and the journal: on random articles, and as rows of marked texts.

mod fixtures;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use attache::annotation::{
    Annotation, AnnotationId, AnnotationSet, Conflict, Cursor, Edit, GroupKey, Only, Place, Status, Transaction,
};
use attache::command::{Command, Turn, plan};
use attache::project::{Article, RecordInSteps, RecordToSave, SavedAnnotation, SavedRecord, UnixMillis};
use attache::scheme::{GroupKind, LabelSpec, Scheme};
use attache::text::{ByteOffset, Span, Text};
use fixtures::{act, articles, cases, deeds, marked, state, texts};
use proptest::prelude::*;

const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn undo_gives_each_earlier_state_and_redo_each_later(content in texts(), deeds in deeds(24)) {
        let scheme = Scheme::built_in();
        let mut article = Article::new("A", Text::new(content));
        let mut states = vec![state(&article)];
        for deed in deeds.into_iter().filter(|deed| !(10..12).contains(&deed.0)) {
            if act(&mut article, deed, 0) {
                states.push(state(&article));
            }
        }
        for earlier in states.iter().rev().skip(1) {
            article.turn(Turn::Undo, NOW, scheme).expect("what was done can be undone");
            prop_assert_eq!(&state(&article), earlier);
        }
        prop_assert!(article.turn(Turn::Undo, NOW, scheme).is_err());
        for later in &states[1..] {
            article.turn(Turn::Redo, NOW, scheme).expect("what was undone can be done again");
            prop_assert_eq!(&state(&article), later);
        }
        prop_assert!(article.turn(Turn::Redo, NOW, scheme).is_err());
    }

    #[test]
    fn a_replay_of_the_journal_gives_the_same_article(article in articles()) {
        let scheme = Scheme::built_in();
        let journal = article.journal().to_vec();
        let (mut again, n_lost) = Article::replay(article.name(), article.text().clone(), journal, scheme);
        prop_assert_eq!(n_lost, 0);
        prop_assert_eq!(again.journal(), article.journal());
        prop_assert!(again.annotations().same_as(article.annotations()));
        prop_assert_eq!(again.annotations().fresh_id(), article.annotations().fresh_id());
        let mut article = article;
        for turn in [Turn::Redo, Turn::Undo, Turn::Undo, Turn::Redo] {
            prop_assert_eq!(again.history().undo_title(), article.history().undo_title());
            prop_assert_eq!(again.history().redo_title(), article.history().redo_title());
            prop_assert_eq!(again.turn(turn.clone(), NOW, scheme), article.turn(turn, NOW, scheme));
            prop_assert_eq!(state(&again), state(&article));
        }
    }

    #[test]
    fn a_transaction_is_done_whole_or_not_at_all(article in articles(), more in articles(), place in any::<usize>()) {
        let scheme = Scheme::built_in();
        // Spans are of the other text, but a set knows no text.
        let import = Command::import(more.annotations().all().map(|(_, it)| it.clone()));
        let sound = plan(article.text(), article.annotations(), scheme, &import);
        let sound = sound.expect("an import is always planned");
        let first = article.annotations().all().next().map(|(id, it)| (id, it.clone()));
        let fresh = AnnotationId(article.annotations().fresh_id().0 + sound.edits.len() as u32);
        let mut wrong = vec![Edit::new(AnnotationId(u32::MAX), None, None)];
        if let Some((id, there)) = first {
            wrong.push(Edit::new(id, None, Some(there.clone())));
            wrong.push(Edit::new(fresh, Some(&there), None));
        }
        wrong.extend(sound.edits.first().cloned());
        for edit in wrong {
            let mut edits = sound.edits.clone();
            edits.insert(place % (edits.len() + 1), edit.clone());
            let mut set = article.annotations().clone();
            let conflict = set.apply(&Transaction { title: "X".to_owned(), edits, about: None }, scheme);
            prop_assert_eq!(conflict.expect_err("one edit does not fit"), Conflict::Annotation(edit.id));
            prop_assert!(set.same_as(article.annotations()));
            prop_assert_eq!(set.fresh_id(), article.annotations().fresh_id());
            prop_assert!(set.visible().eq(article.annotations().visible()));
        }
    }

    #[test]
    fn what_is_saved_comes_back(article in articles()) {
        let (text, scheme) = (article.text(), Scheme::built_in());
        for record in article.journal() {
            let json = serde_json::to_string(&RecordToSave::new(record, text, scheme)).expect("it is JSON");
            let shared = std::sync::Arc::new(scheme.clone());
            prop_assert_eq!(&RecordInSteps::new(record.clone(), text.clone(), shared).finish(), &json);
            let saved: SavedRecord = serde_json::from_str(&json).expect("it is what was written");
            prop_assert_eq!(&saved.restore(text, scheme).expect("it fits its text"), record);
        }
        for (_, annotation) in article.annotations().all() {
            let saved = SavedAnnotation::save(annotation, text, scheme);
            prop_assert_eq!(&saved.restore(text, scheme).expect("it fits its text"), annotation);
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn the_indices_are_what_a_search_through_all_finds(content in texts(), deeds in deeds(20)) {
        let mut article = Article::new("A", Text::new(content));
        let mut used = BTreeSet::new();
        for deed in deeds {
            act(&mut article, deed, 0);
            used.extend(article.annotations().all().map(|(id, _)| id));
        }
        check_indices(article.text(), article.annotations(), Scheme::built_in());
        prop_assert!(used.iter().all(|id| *id < article.annotations().fresh_id()), "a fresh id was never used");
    }

    #[test]
    fn labels_may_become_mentions_of_something_else(article in articles(), turned in prop::collection::vec(any::<bool>(), 3)) {
        let mut article = article;
        let mut scheme = Scheme::built_in().clone();
        for (label, _) in turned.into_iter().enumerate().filter(|(_, turned)| *turned) {
            let id = scheme.id_at(label).expect("three labels");
            let spec = scheme.label(id).clone();
            let groups_by = if spec.groups_by == GroupKind::Person { GroupKind::Topic } else { GroupKind::Person };
            scheme = scheme.with_changed(id, LabelSpec { groups_by, ..spec }).expect("possible");
        }
        article.group_anew(&scheme);
        check_indices(article.text(), article.annotations(), &scheme);
        for turn in [Turn::Undo, Turn::Redo] {
            while article.turn(turn.clone(), NOW, &scheme).is_ok() {
                check_indices(article.text(), article.annotations(), &scheme);
            }
        }
    }
}

#[test]
fn the_indices_hold_at_the_edges_of_their_buckets() {
    let text = Text::new("Taha ".repeat(400));
    let mut article = Article::new("A", text.clone());
    let spans = [(0, 512), (508, 512), (511, 513), (512, 516), (512, 1024), (1023, 1024), (0, 2000), (1536, 2000)];
    for (index, (start, end)) in spans.into_iter().enumerate() {
        let span = text.span(ByteOffset(start), ByteOffset(end)).expect("ASCII");
        let label = Scheme::built_in().labels().nth(index % 3).expect("three labels").0;
        let annotate = Command::Annotate { span, label };
        let transaction = plan(&text, article.annotations(), Scheme::built_in(), &annotate).expect("nothing is there");
        article.turn(Turn::Do(Arc::new(transaction)), NOW, Scheme::built_in()).expect("it fits");
        check_indices(&text, article.annotations(), Scheme::built_in());
    }
    while article.turn(Turn::Undo, NOW, Scheme::built_in()).is_ok() {
        check_indices(&text, article.annotations(), Scheme::built_in());
    }
}

/// Compares every index of a set with what a search through all annotations finds.
fn check_indices(text: &Text, set: &AnnotationSet, scheme: &Scheme) {
    let mut all: Vec<(AnnotationId, &Annotation)> = set.all().filter(|(_, it)| it.status != Status::Rejected).collect();
    let key = |id: AnnotationId, it: &Annotation| (it.span.start(), Reverse(it.span.end()), id);
    all.sort_by_key(|(id, it)| key(*id, it));
    let suggested: Vec<_> = all.iter().copied().filter(|(_, it)| it.status == Status::Suggested).collect();
    assert!(set.visible().eq(all.iter().copied()), "visible");
    assert_eq!((set.n_visible(), set.n_suggested()), (all.len(), suggested.len()));

    let boundaries: Vec<u32> = (0..=text.len().0).filter(|at| text.as_str().is_char_boundary(*at as usize)).collect();
    for (index, start) in boundaries.iter().enumerate() {
        for length in [1, 2, 7, 600] {
            let Some(end) = boundaries.get(index + length) else { continue };
            let span = text.span(ByteOffset(*start), ByteOffset(*end)).expect("boundaries");
            let naive: Vec<_> = all.iter().copied().filter(|(_, it)| it.span.overlaps(span)).collect();
            assert_eq!(set.overlapping(span), naive, "overlapping {span:?}");
        }
    }
    for at in boundaries.into_iter().map(ByteOffset) {
        let mut naive: Vec<_> = all.iter().filter(|(_, it)| it.touches(at)).collect();
        naive.sort_by_key(|(id, it)| (it.span.end() == at, it.span.len_bytes(), *id));
        assert_eq!(set.at(at), naive.into_iter().map(|(id, _)| *id).collect::<Vec<_>>(), "at {at:?}");
        for (only, listed) in [(Only::All, &all), (Only::Suggested, &suggested)] {
            let next = listed.iter().find(|(_, it)| it.span.start() >= at).map(|(id, _)| *id);
            assert_eq!(set.next(Cursor::Position(at), only), next, "next from {at:?}");
            let previous = listed.iter().rev().find(|(_, it)| it.span.start() < at).map(|(id, _)| *id);
            assert_eq!(set.previous(Cursor::Position(at), only), previous, "previous from {at:?}");
        }
    }
    for (from, annotation) in &all {
        let here = key(*from, annotation);
        for (only, listed) in [(Only::All, &all), (Only::Suggested, &suggested)] {
            let next = listed.iter().find(|(id, it)| key(*id, it) > here).map(|(id, _)| *id);
            assert_eq!(set.next(Cursor::Annotation(*from), only), next, "next from {from:?}");
            let previous = listed.iter().rev().find(|(id, it)| key(*id, it) < here).map(|(id, _)| *id);
            assert_eq!(set.previous(Cursor::Annotation(*from), only), previous, "previous from {from:?}");
        }
    }
    for kind in [GroupKind::Person, GroupKind::Topic] {
        let mut groups: BTreeMap<&str, Vec<(AnnotationId, &Annotation)>> = BTreeMap::new();
        for (id, it) in all.iter().filter(|(_, it)| scheme.label(it.label).groups_by == kind) {
            groups.entry(&it.entity).or_default().push((*id, it));
        }
        let mut ranked: Vec<_> = groups.into_iter().collect();
        ranked.sort_by_key(|(entity, mentions)| (Reverse(mentions.len()), *entity));
        let found: Vec<_> = set.groups(kind).collect();
        assert_eq!(found.len(), ranked.len(), "groups of {kind:?}");
        for ((key, group), (entity, mentions)) in found.into_iter().zip(ranked) {
            assert_eq!((key.kind, &*key.entity), (kind, entity));
            let ids: Vec<AnnotationId> = group.mentions.iter().map(|place: &Place| place.id()).collect();
            assert_eq!(ids, mentions.iter().map(|(id, _)| *id).collect::<Vec<_>>(), "mentions of {entity}");
            let n_suggested = mentions.iter().filter(|(_, it)| it.status == Status::Suggested).count();
            assert_eq!(group.n_suggested, n_suggested, "suggestions of {entity}");
            assert_eq!(set.group(&key), Some(group));
        }
    }
    let nobody = GroupKey { kind: GroupKind::Person, entity: "nobody at all".into() };
    assert_eq!(set.group(&nobody), None);
}

/// Does one thing to a marked text and shows what becomes of it, or why nothing does. The wishes: a label's key for
/// the selection; `relabel KEY`, `accept`, `accept all` and `dismiss` for the annotation with the ends of the
/// selection; `move` for the first one that the selection overlaps; `suggest` for what the recognizer finds.
fn check(before: &str, wish: &str, after: &str) {
    let scheme = Scheme::built_in();
    let marked::Marked { mut article, selection, findings } = marked::read(before);
    let set = article.annotations();
    let selected = || -> Span { selection.expect("a selection") };
    let exact = || {
        let found = set.all().find(|(_, it)| it.span == selected());
        found.expect("an annotation with the ends of the selection").0
    };
    let label = |key: &str| {
        let found = scheme.labels().find(|(_, spec)| key.chars().eq(spec.key));
        found.unwrap_or_else(|| panic!("{key} is no wish")).0
    };
    let command = match wish {
        "accept" => Command::Accept { id: exact() },
        "dismiss" => Command::Dismiss { ids: vec![exact()] },
        "accept all" => {
            let annotation = set.get(exact()).expect("it was found");
            Command::AcceptGroup { group: set.group_of(annotation, scheme) }
        }
        "move" => Command::MoveEdges { id: set.overlapping(selected())[0].0, span: selected() },
        "suggest" => Command::Suggest { suggestions: findings },
        _ => match wish.strip_prefix("relabel ") {
            Some(key) => Command::Relabel { ids: vec![exact()], label: label(key) },
            None => Command::Annotate { span: selected(), label: label(wish) },
        },
    };
    let shown = match plan(article.text(), set, scheme, &command) {
        Ok(transaction) => {
            article.turn(Turn::Do(Arc::new(transaction)), NOW, scheme).expect("what was planned fits");
            marked::show(article.text(), article.annotations())
        }
        Err(refusal) => refusal.to_string(),
    };
    assert_eq!(shown, after, "{wish}: {before}");
}

#[test]
fn a_marked_text_is_shown_as_it_was_read() {
    for row in ["", "Taha", "[o:Taha]’s [r?=Taha:[t-:OIC] chief][t+:x]", "[o:Lebanese [r:FM] Bu Habib] met [t:😀]"]
    {
        let article = marked::read(row).article;
        assert_eq!(marked::show(article.text(), article.annotations()), row);
    }
}

#[test]
fn a_label_marks_the_selection() {
    check("Mr. <Taha> said", "o", "Mr. [o:Taha] said");
    check("the <Yemen Ceasefire> and", "t", "the [t=yemen ceasefire:Yemen Ceasefire] and");
    check("[o:Taha] said <more>", "o", "[o:Taha] said [o:more]");
    check("<[o:Taha]> said", "o", "This text already has this label.");
    check("<[o:Taha]> said", "t", "[o:[t=taha:Taha]] said");
}

#[test]
fn a_label_on_a_suggestion_decides_it() {
    check("<[o?:Taha]> said", "o", "[o+:Taha] said");
    check("<[o?:Quds]> Day", "t", "[t+=quds:Quds] Day");
    check("<[o?=Hussein Ibrahim Taha:Taha]> said", "r", "[r+=Hussein Ibrahim Taha:Taha] said");
    check("<[o-:Quds]> Day", "t", "[o-:[t=quds:Quds]] Day");
}

#[test]
fn suggestions_of_the_same_label_give_way_to_what_a_person_marks() {
    check("<Ibrahim [o?:Taha]> said", "o", "[o:Ibrahim [o-:Taha]] said");
    check("<[o?:Ibrahim] [o?:Taha]> said", "o", "[o:[o-:Ibrahim] [o-:Taha]] said");
    check("<Ibrahim [o?:Taha]>, [o?:Taha]", "o", "[o=Taha:Ibrahim [o-:Taha]], [o?:Taha]");
    check("<the [t?:Quds] man> said", "o", "[o:the [t?:Quds] man] said");
    check("<Ibrahim [o:Taha]> said", "o", "[o=Taha:Ibrahim [o:Taha]] said");
}

#[test]
fn relabelling_accepts_and_regroups_across_kinds() {
    check("<[o?=Taha:Mr. Taha]>", "relabel r", "[r+=Taha:Mr. Taha]");
    check("<[o=Taha:The Envoy]>", "relabel t", "[t=the envoy:The Envoy]");
    check("[o:Ibrahim Taha] met <[t:Taha]>", "relabel o", "[o:Ibrahim Taha] met [o=Ibrahim Taha:Taha]");
    check("<[o?:Taha]>", "relabel o", "[o+:Taha]");
    check("<[o:Taha]>", "relabel o", "This text already has this label.");
    check("<[t?=taha:[o:Taha]]>", "relabel t", "This text already has this label.");
}

#[test]
fn accepting_and_dismissing() {
    check("<[o?:Taha]> said", "accept", "[o+:Taha] said");
    check("<[o+:Taha]> said", "accept", "This is accepted already.");
    check("<[o-:Taha]> said", "accept", "[o+:Taha] said");
    check("<[o?:Taha]>, [o?:Taha], [t?:Taha]", "accept all", "[o+:Taha], [o+:Taha], [t?:Taha]");
    check("<[o:Taha]>, [o:Taha]", "accept all", "Every mention here is decided already.");
    check("<[o?:Taha]> said", "dismiss", "[o-:Taha] said");
    check("<[o+:Taha]> said", "dismiss", "[o-:Taha] said");
    check("<[o:Taha]> said", "dismiss", "Taha said");
}

#[test]
fn moving_the_ends_accepts_and_keeps_the_person() {
    check("<Ibrahim [o?:Taha]> said", "move", "[o+:Ibrahim Taha] said");
    check("[o?=H. Taha:Mr. <Taha>] said", "move", "Mr. [o+=H. Taha:Taha] said");
    check("<[o:Taha]> said", "move", "That end cannot be moved further.");
    check("[o:H. Taha]. [o:Then <Taha>] said", "move", "[o:H. Taha]. Then [o=H. Taha:Taha] said");
}

#[test]
fn nothing_is_suggested_twice() {
    check("[o*:Taha] and the [t*=quds day:Quds Day]", "suggest", "[o?:Taha] and the [t?=quds day:Quds Day]");
    check("[o-:[o*:Taha]] said", "suggest", "There is nothing new to suggest.");
    check("[o:[o*:Taha]] said", "suggest", "There is nothing new to suggest.");
    check("[o:Ibrahim [o*:Taha]] said", "suggest", "There is nothing new to suggest.");
    check("[o*:Ibrahim [o?:Taha]] met [o*:Bu]", "suggest", "[o?:Ibrahim Taha] met [o?:Bu]");
    check("[t:[o*:Taha]] said", "suggest", "[t:[o?:Taha]] said");
    check("nothing", "suggest", "There is nothing new to suggest.");
}

#[test]
fn a_new_mention_joins_the_person_it_most_likely_means() {
    check("[o:Hussein Ibrahim Taha] … <Taha>", "o", "[o:Hussein Ibrahim Taha] … [o=Hussein Ibrahim Taha:Taha]");
    check("[o:Taha] … <Hussein Ibrahim Taha>", "o", "[o:Taha] … [o=Taha:Hussein Ibrahim Taha]");
    check("[o=Taha:the envoy] … <The Envoy>", "r", "[o=Taha:the envoy] … [r=Taha:The Envoy]");
    check("[o:Tahani] … <Taha>", "o", "[o:Tahani] … [o:Taha]");
    check("[t:Taha] … <Taha>", "o", "[t:Taha] … [o:Taha]");
    check("[o-:Ibrahim Taha] … <Taha>", "o", "[o-:Ibrahim Taha] … [o:Taha]");
    check("<Secretary General> [o:Taha]", "r", "[r=Taha:Secretary General] [o:Taha]");
    check("[o:Taha], <OIC chief>", "r", "[o:Taha], [r=Taha:OIC chief]");
    check("<envoy>\u{a0}[o:Taha]", "r", "[r=Taha:envoy]\u{a0}[o:Taha]");
    check("<envoy>. [o:Taha] said", "r", "[r:envoy]. [o:Taha] said");
    check("[r=Taha:envoy] <H. Taha>", "o", "[r=Taha:envoy] [o=Taha:H. Taha]");
    check("[t=yemen:Yemen’s war] … <Yemen’s War>", "t", "[t=yemen:Yemen’s war] … [t=yemen:Yemen’s War]");
}
