//! A whole project at work: many articles come in, are searched and listed; several projects; a tab that follows another;
//! earlier states; what is damaged in the store.

mod rig;

use attache::ingest::NamedBytes;
use attache::project::{ArticleId, Codebook, Contents, Fault, MemoryStore, Store as _, StoreError, UnixMillis};
use attache::recognize::Class;
use attache::session::{
    ActionId, Body, Deed, Effect, Event, Listing, Occurrence, OccurrenceChange, Order, Paint, SEED, Session, Sought,
};
use attache::text::ByteOffset;
use rig::{Rig, now_or_never};

const TAHA: (Class, &str) = (Class::Official, "Taha");

/// A file of so many articles, each on a line, and none like another.
fn many(n: usize) -> Vec<NamedBytes> {
    let filler = "The minister said that the talks go on. ".repeat(30);
    let lines: String = (0..n).map(|n| format!("{{\"id\":\"n{n}\",\"text\":\"{n} {filler}Taha spoke.\"}}\n")).collect();
    vec![NamedBytes { name: "many.jsonl".to_owned(), bytes: lines.into_bytes() }]
}

#[test]
fn many_articles_come_in_turns_that_can_be_paused_and_cancelled() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![TAHA]);
    rig.holds_back = true;
    rig.feed(Event::FilesRead { files: many(1_000), at: UnixMillis(9) });
    let turn = |rig: &mut Rig| rig.feed(Event::WorkGoesOn { at: UnixMillis(9) });
    let mut percents = vec![rig.session.arrival().expect("under way").percent];
    while rig.session.entries().len() < 200 {
        turn(&mut rig);
        percents.push(rig.session.arrival().expect("under way").percent);
    }
    assert!(percents.is_sorted() && percents[0] < 50 && percents.len() > 8, "{percents:?}");
    // The first is open, and can be worked on.
    assert_eq!(rig.session.open_entry().map(|it| it.head.name.as_str()), Some("n0"));
    rig.select("0 The minister said that the talks go on. The [minister] said");
    rig.press("o");
    rig.feed(Event::ArrivalPaused { on: true });
    let n = rig.session.entries().len();
    turn(&mut rig);
    assert_eq!(rig.session.entries().len(), n, "paused");
    rig.feed(Event::ArrivalPaused { on: false });
    turn(&mut rig);
    assert!(rig.session.entries().len() > n, "goes on");
    let n = rig.session.entries().len();
    rig.feed(Event::ArrivalCancelled);
    assert_eq!((rig.session.arrival(), rig.session.entries().len()), (None, n));
    let told = rig.session.notices().last().expect("told").text.clone();
    assert_eq!(told, format!("{} articles were added, {} were not.", n - 1, 1_000 - (n - 1)));
    // Once more: what is there is not added twice.
    rig.holds_back = false;
    rig.feed(Event::FilesRead { files: many(1_000), at: UnixMillis(9) });
    assert_eq!((rig.session.arrival(), rig.session.entries().len()), (None, 1_001));
    assert!(
        rig.session.notices().iter().any(|it| it.text.contains("are already in the list")),
        "{:?}",
        rig.session.notices()
    );
    assert!(rig.session.saving().is_done());
    // Suggestions came in all of them, one after another.
    assert_eq!(rig.session.n_to_suggest(), 0);
    assert!(rig.session.entries().iter().skip(1).all(|entry| entry.head.n_suggested > 0));
    let rig = rig.reload();
    assert_eq!(rig.session.entries().len(), 1_001);
}

#[test]
fn a_full_store_stops_what_comes_in_until_there_is_room() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.holds_back = true;
    rig.feed(Event::FilesRead { files: many(300), at: UnixMillis(9) });
    while rig.session.arrival().is_some_and(|it| it.added.is_none()) {
        rig.feed(Event::WorkGoesOn { at: UnixMillis(9) });
    }
    rig.store.play(Fault::NextWrite(StoreError::Full));
    rig.feed(Event::WorkGoesOn { at: UnixMillis(9) });
    assert!(rig.session.arrival().expect("waits").is_paused);
    assert!(rig.session.notices().iter().any(|it| it.text.contains("no room left")), "{:?}", rig.session.notices());
    rig.holds_back = false;
    rig.feed(Event::ArrivalPaused { on: false });
    assert_eq!((rig.session.arrival(), rig.session.entries().len()), (None, 301));
}

/// A project of articles that are all but the open one in the store alone.
fn stored_project(texts: &[&str]) -> Rig {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    for (index, text) in texts.iter().enumerate() {
        rig.open(&format!("{index}.txt"), text);
    }
    let mut rig = rig.reload();
    rig.session.set_memory(0);
    rig
}

fn found(rig: &Rig) -> Vec<(u32, String, bool)> {
    let dialog = rig.session.occurrences().expect("the dialog");
    assert_eq!(dialog.n_left(), 0, "articles are still to be looked through");
    let words = |it: &Occurrence| {
        let article = rig.session.entry(it.article).and_then(|entry| entry.article()).expect("in memory");
        (it.article.0, article.text().slice(it.span).to_owned(), it.ticked)
    };
    dialog.found.iter().map(words).collect()
}

#[test]
fn all_articles_are_searched_labelled_and_taken_back_in_one_step() {
    let texts = ["Taha met Bu Habib.", "Nobody came.", "On 5 May TAHA left.", "Taha, Taha and Bu."];
    let mut rig = stored_project(&texts);
    let n_stored = |rig: &Rig| rig.session.entries().iter().filter(|it| matches!(it.body, Body::Stored)).count();
    assert_eq!(n_stored(&rig), 4, "of five with the seed");
    rig.press("mod+shift+f");
    let change = |rig: &mut Rig, change: OccurrenceChange| rig.feed(Event::OccurrencesChanged { change });
    change(&mut rig, OccurrenceChange::Words("taha".to_owned()));
    let seed = SEED.1.matches("Taha").count();
    let listed = found(&rig);
    assert_eq!(listed.len(), seed + 4);
    assert_eq!(
        listed[seed..].iter().map(|(id, words, _)| (*id, words.as_str())).collect::<Vec<_>>(),
        [(2, "Taha"), (4, "TAHA"), (5, "Taha"), (5, "Taha")]
    );
    assert_eq!(n_stored(&rig), 1, "what holds nothing stays in the store");
    // A pattern; a broken one is told and finds nothing.
    change(&mut rig, OccurrenceChange::Sought(Sought::Pattern(r"\d+ (May|June)".to_owned())));
    assert_eq!(found(&rig).last().map(|it| it.1.clone()).as_deref(), Some("5 May"));
    change(&mut rig, OccurrenceChange::Words("(".to_owned()));
    let dialog = rig.session.occurrences().expect("open");
    assert!(
        dialog.problem.as_deref().is_some_and(|why| why.contains("no regular expression")) && dialog.found.is_empty()
    );
    // Labelled in one step, found by that label, and taken back in one.
    let official = rig.session.scheme().by_name("OFFICIAL").expect("a label");
    change(&mut rig, OccurrenceChange::Sought(Sought::Words("Taha".to_owned())));
    change(&mut rig, OccurrenceChange::Deed(Deed::Label(official)));
    change(&mut rig, OccurrenceChange::AllTicked(true));
    change(&mut rig, OccurrenceChange::Ticked(seed + 1, false));
    let at = rig.now();
    rig.feed(Event::OccurrencesDone { at });
    let n_marked = |rig: &Rig| rig.session.entries().iter().map(|it| it.head.n_visible).sum::<usize>();
    assert_eq!(n_marked(&rig), seed + 3);
    let mut rig = rig.reload();
    rig.session.set_memory(0);
    rig.press("mod+shift+f");
    change(&mut rig, OccurrenceChange::Sought(Sought::Label(official)));
    assert_eq!(found(&rig).len(), seed + 3);
    // To the place itself.
    rig.feed(Event::OccurrenceChosen { index: seed + 2 });
    assert_eq!((rig.session.open_id(), rig.session.dialog()), (Some(ArticleId(5)), None));
    assert_eq!(rig.session.active().map(|(_, it)| it.span.start()), Some(ByteOffset(6)));
    rig.press("mod+shift+f");
    change(&mut rig, OccurrenceChange::Sought(Sought::Label(official)));
    change(&mut rig, OccurrenceChange::AllTicked(true));
    let at = rig.now();
    rig.feed(Event::OccurrencesDone { at });
    assert_eq!(n_marked(&rig), 0, "cleared");
    rig.press("mod+z");
    assert_eq!(n_marked(&rig), seed + 3, "taken back at once");
}

#[test]
fn a_slow_pattern_is_looked_for_in_short_turns_and_stopped() {
    let long = "The minister said that the talks go on. ".repeat(600);
    let texts = [1, 2, 3].map(|n| format!("{n}. {long}"));
    let mut rig = stored_project(&texts.each_ref().map(String::as_str));
    rig.press("mod+shift+f");
    rig.holds_back = true;
    let mut search = |pattern: &str| {
        let change = OccurrenceChange::Sought(Sought::Pattern(pattern.to_owned()));
        rig.feed(Event::OccurrencesChanged { change });
        let (mut n_turns, mut n_before) = (0, 0);
        while rig.session.occurrences().expect("open").n_left() > 0 {
            rig.feed(Event::WorkGoesOn { at: UnixMillis(9) });
            n_turns += 1;
            let n = rig.session.occurrences().expect("open").found.len();
            assert!(n - n_before.min(n) < 500, "{pattern}: much at once");
            n_before = n;
        }
        let dialog = rig.session.occurrences().expect("open");
        (n_turns, dialog.found.len(), dialog.is_cut, dialog.problem.clone())
    };
    let (n_turns, n_found, is_cut, problem) = search("(?s).*zzz|\\w+");
    assert!(n_turns > 100 && n_found == 5_000 && is_cut && problem.is_none(), "{n_turns} {n_found} {problem:?}");
    let (n_turns, n_found, is_cut, problem) = search("minister|(?s)(.*zzz)?");
    assert!(n_turns > 100 && n_found > 0 && !is_cut, "{n_turns} {n_found}");
    assert!(problem.is_some_and(|why| why.contains("too slow")));
    let (n_turns, n_found, _, problem) = search("min\\w+ said");
    assert!(n_turns < 100 && n_found == 1_800 && problem.is_none(), "{n_turns} {n_found} {problem:?}");
    // The list's search goes in such turns too.
    let mut list = |words: &str| {
        rig.feed(Event::Listed { listing: Listing { words: words.to_owned(), ..Listing::default() } });
        let mut n_turns = 0;
        while rig.session.n_unsearched() > 0 {
            rig.feed(Event::WorkGoesOn { at: UnixMillis(9) });
            n_turns += 1;
        }
        (n_turns, rig.session.listed(0..9).len(), rig.session.listing_problem().map(str::to_owned))
    };
    let (n_turns, n_listed, problem) = list("/go on.{0,200}zzz/");
    assert!(n_turns > 100 && n_listed == 0 && problem.is_none(), "{n_turns} {n_listed}");
    let (n_turns, _, problem) = list("/(?s)(.*zzz)?/");
    assert!(n_turns > 100 && problem.is_some_and(|why| why.contains("too slow")), "{n_turns}");
    assert_eq!(list("/min[a-z]+ said/"), (0, 3, None));
}

#[test]
fn what_a_pattern_finds_is_called_by_its_own_words() {
    let mut rig = stored_project(&["Antony J. Blinken met Price. Blinken left.", "Mr. BLINKEN, then Sherman."]);
    let official = rig.session.scheme().by_name("OFFICIAL").expect("a label");
    let mut label = |sought: Sought| {
        rig.press("mod+shift+f");
        for change in [OccurrenceChange::Sought(sought), OccurrenceChange::Deed(Deed::Label(official))] {
            rig.feed(Event::OccurrencesChanged { change });
        }
        let at = rig.now();
        rig.feed(Event::OccurrencesDone { at });
        let articles = rig.session.entries()[1..].iter().filter_map(|entry| entry.article());
        let names = articles.map(|it| it.annotations().visible().map(|(_, it)| it.entity.clone()).collect::<Vec<_>>());
        let names: Vec<String> = names.map(|names| names.join(", ")).collect();
        let said = rig.session.said().to_owned();
        rig.press("mod+z");
        (names.join(" | "), said)
    };
    let (names, said) = label(Sought::Pattern(r"(Antony J\. )?Blinken|Price|Sherman".to_owned()));
    assert_eq!(names, "Antony J. Blinken, Price, Antony J. Blinken | BLINKEN, Sherman");
    assert_eq!(said, r"Official “(Antony J\. )?Blinken|Price|Sherman” 5 times.");
    let (names, _) = label(Sought::Words("blinken".to_owned()));
    assert_eq!(names, "Blinken, Blinken | BLINKEN");
}

#[test]
fn the_list_is_asked_for_words_labels_people_and_days() {
    let lines = [
        r#"{"id":"a","title":"Visit","date":"2021-05-20","source":"State","text":"Taha met Bu Habib."}"#,
        r#"{"id":"b","title":"Talks","date":"May 21, 2021","source":"State","text":"Nobody came.","spans":[{"start":0,"end":6,"label":"OFFICIAL"}]}"#,
        r#"{"id":"c","date":"2022-01-02","source":"Mehr","text":"On 5 June Taha left.","spans":[{"start":5,"end":9,"label":"TOPIC"}]}"#,
    ];
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    let files = vec![NamedBytes { name: "n.jsonl".to_owned(), bytes: lines.join("\n").into_bytes() }];
    rig.feed(Event::FilesRead { files, at: UnixMillis(3) });
    let mut rig = rig.reload();
    rig.session.set_memory(0);
    let list = |rig: &mut Rig, listing: Listing| {
        rig.feed(Event::Listed { listing });
        rig.session.listed(0..9).iter().map(|entry| entry.head.name.clone()).collect::<Vec<_>>().join(" ")
    };
    let all = Listing::default;
    assert_eq!(list(&mut rig, Listing { words: "taha".into(), source: "a".into(), ..all() }), "a");
    assert_eq!(list(&mut rig, Listing { words: "TAHA left".into(), ..all() }), "c");
    assert_eq!(list(&mut rig, Listing { words: r"/\d+ (june|may)\b/".into(), ..all() }), "c");
    assert_eq!(
        (list(&mut rig, Listing { words: "/(/".into(), ..all() }).as_str(), rig.session.listing_problem().is_some()),
        ("", true)
    );
    assert_eq!(list(&mut rig, Listing { label: "TOPIC".into(), ..all() }), "c");
    assert_eq!(list(&mut rig, Listing { person: "nobo".into(), ..all() }), "b");
    assert_eq!(list(&mut rig, Listing { from: "2021-05-21".into(), ..all() }), "b c");
    assert_eq!(list(&mut rig, Listing { from: "2021-05".into(), to: "2021-05".into(), ..all() }), "a b");
    assert_eq!(list(&mut rig, Listing { query: "visit".into(), ..all() }), "a", "by title");
    assert_eq!(list(&mut rig, Listing { order: Order::Newest, source: "e".into(), ..all() }), "c b a");
    // What comes in is looked through too.
    assert_eq!(list(&mut rig, Listing { words: "ceasefire holds".into(), ..all() }), "");
    rig.open("new.txt", "The ceasefire holds.");
    assert_eq!(rig.session.listed(0..9).len(), 1);
}

#[test]
fn projects_are_made_renamed_put_away_and_deleted() {
    use attache::session::{ProjectDeed, ProjectId, parse_projects};
    let mut session = Session::new(Codebook::built_in());
    session.update(Event::ProjectsFound { projects: parse_projects("{broken"), open: ProjectId::FIRST });
    let mut act = |deed: ProjectDeed| {
        let effects = session.update(Event::ProjectsChanged { deed });
        let names = session.projects().map(|it| format!("{}{}", it.name, if it.is_removed { " (away)" } else { "" }));
        (names.collect::<Vec<_>>().join(", "), effects)
    };
    let kept = |effects: &[Effect]| match effects.first() {
        Some(Effect::KeepProjects(json)) => parse_projects(json).len(),
        other => panic!("the list is to be kept: {other:?}"),
    };
    let (names, effects) = act(ProjectDeed::New("  A \n study ".into()));
    assert_eq!(
        (names.as_str(), kept(&effects), effects.last()),
        ("My project, A study", 2, Some(&Effect::OpenProject(ProjectId(2))))
    );
    assert_eq!(act(ProjectDeed::New("A study".into())).0, "My project, A study, A study (2)");
    assert_eq!(act(ProjectDeed::Rename(ProjectId(3), "Pilot".into())).0, "My project, A study, Pilot");
    assert_eq!(act(ProjectDeed::Open(ProjectId::FIRST)).1, [], "it is open");
    assert_eq!(act(ProjectDeed::Delete(ProjectId(3))).1, [], "not before it was put away");
    assert_eq!(act(ProjectDeed::Remove(ProjectId(3))).0, "My project, A study, Pilot (away)");
    assert_eq!(act(ProjectDeed::BringBack(ProjectId(3))).0, "My project, A study, Pilot");
    act(ProjectDeed::Remove(ProjectId(3)));
    let (names, effects) = act(ProjectDeed::Delete(ProjectId(3)));
    assert_eq!((names.as_str(), effects.last()), ("My project, A study", Some(&Effect::DeleteProject(ProjectId(3)))));
    let Some(Effect::KeepProjects(list)) = effects.first() else { panic!("the list is to be kept: {effects:?}") };
    let mut other_tab = Session::new(Codebook::built_in());
    other_tab.update(Event::ProjectsFound { projects: parse_projects(list), open: ProjectId(3) });
    assert!(other_tab.notices()[0].text.contains("deleted in another tab"));
    let (_, effects) = act(ProjectDeed::New("Next".into()));
    assert_eq!(effects.last(), Some(&Effect::OpenProject(ProjectId(4))), "a number is never used twice");
    let (_, effects) = act(ProjectDeed::Remove(ProjectId::FIRST));
    assert_eq!(effects.last(), Some(&Effect::OpenProject(ProjectId(2))), "the open one makes room");
}

#[test]
fn a_tab_that_follows_shows_what_the_other_keeps_and_changes_nothing() {
    let mut writer = Rig::boot(MemoryStore::default(), vec![]);
    writer.open("a.txt", "Taha spoke.");
    let mut follower = Session::new(Codebook::built_in());
    let catch_up = |follower: &mut Session, writer: &Rig, changed: Vec<ArticleId>| {
        let contents = now_or_never(writer.store.contents()).expect("contents");
        let mut effects = follower.update(Event::ChangedElsewhere { contents, changed });
        while let Some(effect) = effects.pop() {
            if let Effect::Load(article) = effect {
                let stored = now_or_never(writer.store.load(article));
                effects.extend(follower.update(Event::Loaded { article, stored }));
            }
            assert!(!matches!(effect, Effect::Save(..)), "nothing is written");
        }
    };
    follower.update(Event::RoleKnown { is_writer: false });
    let contents = now_or_never(writer.store.contents());
    let mut effects = follower.update(Event::Booted { contents, at: UnixMillis(1) });
    effects.retain(|effect| matches!(effect, Effect::Save(..)));
    assert_eq!(effects, [], "not even which article is open");
    follower.update(Event::Loaded { article: ArticleId(2), stored: now_or_never(writer.store.load(ArticleId(2))) });
    catch_up(&mut follower, &writer, vec![ArticleId(2)]);
    assert_eq!(follower.article().map(|it| it.text().as_str()), Some("Taha spoke."));
    // What the other does is seen where one is; what one wants to do is refused.
    writer.select("[Taha] spoke.");
    writer.press("o");
    catch_up(&mut follower, &writer, vec![ArticleId(2)]);
    assert_eq!(follower.article().map(|it| it.annotations().n_visible()), Some(1));
    follower.update(Event::Act { action: ActionId::Named("undo"), at: UnixMillis(9) });
    assert_eq!(follower.article().map(|it| it.annotations().n_visible()), Some(1));
    assert!(follower.said().contains("Another tab"), "{}", follower.said());
    follower.update(Event::FilesRead { files: many(3), at: UnixMillis(9) });
    assert_eq!(follower.entries().len(), 2);
    // An article that goes there goes here.
    writer.feed(Event::ArticleRemoved);
    catch_up(&mut follower, &writer, vec![ArticleId(2)]);
    assert_eq!(follower.open_id(), Some(ArticleId(1)));
    // This tab's turn.
    follower.update(Event::RoleKnown { is_writer: true });
    follower.update(Event::FilesRead { files: many(3), at: UnixMillis(9) });
    assert_eq!(follower.entries().last().map(|it| it.head.id), Some(ArticleId(5)), "no number is used twice");
}

#[test]
fn an_article_is_put_back_to_an_earlier_state_which_can_be_taken_back() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![]);
    rig.open("a.txt", "Taha met Bu Habib in Aden.");
    let states: Vec<String> =
        ["[Taha] met Bu Habib in Aden.", "Taha met [Bu Habib] in Aden.", "Taha met Bu Habib in [Aden]."]
            .into_iter()
            .zip(["o", "o", "t"])
            .map(|(marked, key)| {
                rig.select(marked);
                rig.press(key);
                rig.shown().replace('*', "")
            })
            .collect();
    rig.press("mod+z");
    rig.press("shift+v");
    let titles = |rig: &Rig| -> Vec<String> {
        rig.session
            .versions()
            .iter()
            .map(|it| it.step.as_ref().map_or("–".to_owned(), |step| step.title.clone()))
            .collect()
    };
    assert_eq!(titles(&rig), ["Undone: Topic “Aden”", "Topic “Aden”", "Official “Bu Habib”", "Official “Taha”", "–"]);
    rig.feed(Event::VersionLookedAt { n_steps: 3 });
    assert_eq!(rig.session.looked_at().map(|it| it.n_visible), Some(3));
    let back = |rig: &mut Rig, n_steps: usize| {
        let at = rig.now();
        rig.feed(Event::VersionChosen { n_steps, at });
        rig.shown().replace('*', "")
    };
    assert_eq!(back(&mut rig, 3), states[2]);
    assert_eq!(back(&mut rig, 1), states[0]);
    assert_eq!(back(&mut rig, 0), "Taha met Bu Habib in Aden.");
    rig.press("mod+z");
    assert_eq!(rig.shown().replace('*', ""), states[0], "undo takes the going back back");
    let shown = rig.shown().replace('*', "");
    let rig = rig.reload();
    assert_eq!(rig.shown(), shown, "it is a step like any other");
    assert_eq!(titles(&rig).len(), 9);
}

#[test]
fn work_goes_on_after_a_line_that_cannot_be_read() {
    for (seq, json) in [(1, "{half a li"), (0, "[]"), (1, r#"{"at":7,"turn":{"redo":null}}"#)] {
        let mut rig = Rig::boot(MemoryStore::default(), vec![]);
        rig.open("a.txt", "Taha met Bu Habib in Aden.");
        for (marked, key) in [
            ("[Taha] met Bu Habib in Aden.", "o"),
            ("Taha met [Bu Habib] in Aden.", "o"),
            ("Taha met Bu Habib in [Aden].", "t"),
        ] {
            rig.select(marked);
            rig.press(key);
        }
        rig.store.spoil(ArticleId(2), seq, json);
        let mut rig = rig.reload();
        let n_left = usize::from(seq == 1);
        let n_visible = |rig: &Rig| rig.session.article().map(|it| it.annotations().n_visible());
        assert_eq!(n_visible(&rig), Some(n_left), "{json}");
        assert!(
            rig.session.notices().iter().any(|it| it.text.contains("can go on from there")),
            "{:?}",
            rig.session.notices()
        );
        rig.select("Taha met Bu Habib in [Aden].");
        rig.press("t");
        assert!(rig.session.saving().is_done(), "{:?}", rig.session.saving());
        assert_eq!(rig.store.aside().len(), 3 - seq as usize, "nothing is thrown away");
        let rig = rig.reload();
        assert_eq!(n_visible(&rig), Some(n_left + 1));
        assert!(rig.session.notices().is_empty(), "{:?}", rig.session.notices());
    }
}

#[test]
fn a_head_that_cannot_be_read_hides_nothing() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![TAHA]);
    rig.open("a.txt", "Taha spoke.");
    rig.open("b.txt", "Nobody did.");
    rig.store.spoil_head(ArticleId(2));
    let mut rig = rig.reload();
    assert_eq!(rig.names(), ["Phone calls on World Quds Day", "Recovered article 2", "b"]);
    assert!(rig.session.notices()[0].text.contains("1 article of the list"), "{:?}", rig.session.notices());
    rig.feed(Event::ArticleChosen { article: ArticleId(2) });
    assert_eq!(rig.shown(), "{o?:Taha} spoke.");
    let rig = rig.reload();
    assert!(rig.session.notices().is_empty(), "its counts are known again");
    assert_eq!(rig.session.entry(ArticleId(2)).map(|it| it.head.n_visible), Some(1));
}

#[test]
fn the_open_article_is_there_before_the_list() {
    let mut rig = Rig::boot(MemoryStore::default(), vec![]);
    for name in ["a.txt", "b.txt", "c.txt"] {
        rig.open(name, &format!("{name} says that Taha spoke."));
    }
    rig.select("c.txt says that [Taha] spoke.");
    rig.press("o");
    let whole = now_or_never(rig.store.contents()).expect("contents");
    let head = whole.articles.last().expect("c").clone();
    let opened = Some(now_or_never(rig.store.load(head.id)));
    let partial = Contents { articles: vec![head], opened, ..whole.clone() };
    let store = std::mem::take(&mut rig.store);
    let mut rig = Rig::boot(MemoryStore::default(), vec![]);
    rig.session = Session::new(Codebook::built_in());
    rig.store = store;
    rig.feed(Event::Booted { contents: Ok(partial), at: UnixMillis(1) });
    assert_eq!(rig.shown(), "c.txt says that {o:Taha} spoke.");
    assert!(!rig.session.is_whole());
    // It can be worked on; files wait for the list, and get a number that is free.
    rig.select("c.txt [says] that Taha spoke.");
    rig.press("t");
    rig.open("d.txt", "Nobody spoke.");
    rig.feed(Event::ArticleRemoved);
    rig.feed(Event::DownloadChosen { format: "jsonl", at: UnixMillis(9) });
    assert_eq!((rig.names(), rig.downloads.len()), (vec!["c"], 0), "what concerns all waits");
    rig.feed(Event::ChangedElsewhere { contents: whole, changed: vec![] });
    assert_eq!(rig.names(), ["Phone calls on World Quds Day", "a", "b", "c", "d"]);
    assert_eq!(rig.session.progress().n_done, 1);
    assert_eq!(rig.session.entries()[3].head.n_visible, 2, "what was done meanwhile counts");
    assert!(rig.session.is_whole() && rig.session.saving().is_done(), "{:?}", rig.session.saving());
    let rig = rig.reload();
    assert_eq!(rig.names().len(), 5);
}

#[test]
fn what_is_pasted_while_others_come_in_is_there_at_once_and_stops_nobody() {
    for n_turns in [0, 60] {
        let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
        rig.holds_back = true;
        rig.feed(Event::FilesRead { files: many(400), at: UnixMillis(9) });
        for _ in 0..n_turns {
            rig.feed(Event::WorkGoesOn { at: UnixMillis(9) });
        }
        rig.feed(Event::Pasted { text: "Taha spoke in Aden.".to_owned(), at: UnixMillis(9) });
        assert_eq!(rig.shown(), "Taha spoke in Aden.");
        assert!(rig.session.arrival().is_some(), "the others still come");
        rig.holds_back = false;
        rig.feed(Event::WorkGoesOn { at: UnixMillis(9) });
        assert_eq!((rig.session.arrival(), rig.session.entries().len()), (None, 402), "after {n_turns} turns");
    }
}

#[test]
fn files_chosen_during_a_pause_wait_for_the_rest_of_those_before() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    rig.holds_back = true;
    rig.feed(Event::FilesRead { files: many(400), at: UnixMillis(9) });
    rig.feed(Event::ArrivalPaused { on: true });
    rig.open("later.txt", "Aoun came later.");
    assert!(rig.session.arrival().is_some_and(|it| it.is_paused), "a pause is a person's to end");
    rig.holds_back = false;
    rig.feed(Event::ArrivalPaused { on: false });
    assert_eq!((rig.session.arrival(), rig.session.entries().len()), (None, 402));
    assert_eq!(rig.names().last(), Some(&"later"));
}

#[test]
fn looks_are_drawn_anew_only_when_a_file_brings_some() {
    let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
    let n_looks = |rig: &mut Rig, name: &str, content: &str| {
        let files = vec![NamedBytes { name: name.to_owned(), bytes: content.as_bytes().to_vec() }];
        let effects = rig.session.update(Event::FilesRead { files, at: UnixMillis(9) });
        effects.iter().filter(|effect| **effect == Effect::Paint(Paint::Looks)).count()
    };
    assert_eq!(n_looks(&mut rig, "a.txt", "Taha spoke."), 0);
    assert_eq!(n_looks(&mut rig, "b.jsonl", "{\"text\":\"Bu left\",\"label\":[[0,2,\"SPEAKER\"]]}"), 1);
}

#[test]
fn a_search_misses_no_article_that_is_on_its_way_into_memory() {
    let mut rig = stored_project(&["Taha met Bu Habib.", "Nobody came.", "Then Taha left."]);
    // One is being read, and one is read between the question and the answer.
    let load = |rig: &mut Rig, id: u32| {
        let stored = now_or_never(rig.store.load(ArticleId(id)));
        rig.session.update(Event::Loaded { article: ArticleId(id), stored });
    };
    rig.session.update(Event::ArticleChosen { article: ArticleId(2) });
    rig.session.update(Event::ArticleChosen { article: ArticleId(1) });
    let action = ActionId::Named("search");
    rig.session.update(Event::Act { action, at: UnixMillis(9) });
    let change = OccurrenceChange::Words("Taha".to_owned());
    let mut asked = rig.session.update(Event::OccurrencesChanged { change });
    (1..=4).for_each(|id| load(&mut rig, id));
    while let Some(effect) = asked.pop() {
        asked.extend(match effect {
            Effect::ReadTexts { number, from, count } => {
                let texts = now_or_never(rig.store.texts(from, count));
                rig.session.update(Event::TextsRead { number, texts })
            }
            Effect::Load(article) => {
                let stored = now_or_never(rig.store.load(article));
                rig.session.update(Event::Loaded { article, stored })
            }
            Effect::GoOn => rig.session.update(Event::WorkGoesOn { at: UnixMillis(9) }),
            _ => Vec::new(),
        });
    }
    let ids: Vec<u32> = found(&rig).iter().map(|(id, _, _)| *id).filter(|id| *id > 1).collect();
    assert_eq!(ids, [2, 4]);
}

#[test]
fn many_articles_in_another_language_take_no_room_on_the_stack() {
    let line = |number| format!("{{\"text\":\"وزیر امور خارجه ایران در گفت‌وگو با همتای خود شماره {number}\"}}\n");
    let lines: String = (0..2_000).map(line).collect();
    let read = move || {
        let mut rig = Rig::boot(MemoryStore::default(), Vec::new());
        rig.open("many.jsonl", &lines);
        (rig.names().len(), rig.session.n_to_suggest())
    };
    let small = std::thread::Builder::new().stack_size(600_000).spawn(read).expect("a thread");
    assert_eq!(small.join().expect("no overflow"), (2_001, 0));
}
