//! Laws of saving, with a store that fails, fills up, answers late, and a program that ends at any moment: what was
//! acknowledged is there, what is there is what was done up to some moment, and undo works.

mod rig;

use attache::annotation::Status;
use attache::ingest::NamedBytes;
use attache::project::{Codebook, Fault, MemoryStore, Store as _, StoreError, UnixMillis};
use attache::session::{Effect, Event, Focus, KeyChord, Outbox, Session};
use attache::text::Utf16Offset;
use proptest::prelude::*;
use rig::now_or_never;

/// What happens next.
#[derive(Clone, Debug)]
enum Happening {
    /// Words are selected, from one position to another, and a label's key pressed.
    Label(u8, u8, char),
    /// A key.
    Press(&'static str),
    /// An article comes in.
    Open(u8),
    /// The store writes what waits.
    Write,
    /// The store tries, and fails.
    Fail(StoreError),
    /// The program ends at once, and is started again.
    Crash,
    /// The same in the middle of a write, of which only some parts are there, the last perhaps before the first.
    CrashInTheMiddle(u64, bool),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        6 => (0..20u8, 1..6u8, prop::sample::select(vec!['o', 'r', 't'])).prop_map(|(at, n, key)| Happening::Label(at, n, key)),
        3 => prop::sample::select(vec!["mod+z", "mod+shift+z", "x", "b", "shift+b", "alt+arrowdown", "alt+arrowup", "j", "u"]).prop_map(Happening::Press),
        1 => (0..9u8).prop_map(Happening::Open),
        4 => Just(Happening::Write),
        1 => Just(Happening::Fail(StoreError::Full)),
        1 => Just(Happening::Fail(StoreError::Failed("a fault".to_owned()))),
        1 => Just(Happening::Crash),
        1 => (any::<u64>(), any::<bool>()).prop_map(|(bits, is_reversed)| Happening::CrashInTheMiddle(bits, is_reversed)),
    ]
}

/// A browser whose store writes only when it is told to.
struct Browser {
    session: Session,
    outbox: Outbox,
    clock: u64,
}

/// What a person sees of the whole project.
type State = Vec<(String, Vec<(u32, u32, String, Status)>, bool)>;

impl Browser {
    fn start(store: &MemoryStore, clock: u64) -> Self {
        let mut browser = Self { session: Session::new(Codebook::built_in()), outbox: Outbox::default(), clock };
        let contents = now_or_never(store.contents());
        browser.feed(store, Event::Booted { contents, at: UnixMillis(clock) });
        browser
    }

    fn feed(&mut self, store: &MemoryStore, event: Event) {
        let mut effects = self.session.update(event);
        effects.reverse();
        while let Some(effect) = effects.pop() {
            let event = match effect {
                Effect::Save(number, pending) => {
                    self.outbox.keep(number, pending);
                    continue;
                }
                Effect::Load(article) => Event::Loaded { article, stored: now_or_never(store.load(article)) },
                Effect::Recognize(article, ..) => {
                    Event::Recognized { article, suggestions: Vec::new(), at: UnixMillis(self.clock) }
                }
                Effect::GoOn => Event::WorkGoesOn { at: UnixMillis(self.clock) },
                _ => continue,
            };
            let mut more = self.session.update(event);
            more.reverse();
            effects.extend(more);
        }
    }

    fn write(&mut self, store: &MemoryStore) {
        let Some(batch) = self.outbox.batch() else { return };
        match now_or_never(store.write(&batch.writes)) {
            Ok(()) => {
                self.outbox.kept(&batch);
                self.feed(store, Event::Saved { number: batch.last, at: UnixMillis(self.clock) });
            }
            Err(error) => {
                self.outbox.failed(&error);
                self.feed(store, Event::SaveFailed { error });
            }
        }
    }

    fn press(&mut self, store: &MemoryStore, key: &str) {
        if let Some(binding) = self.session.binding(&KeyChord::parse(key), Focus::Article) {
            self.clock += 1;
            self.feed(store, Event::Act { action: binding.0, at: UnixMillis(self.clock) });
        }
        if self.session.dialog().is_some() {
            self.feed(store, Event::DialogClosed);
        }
    }

    /// The project as it is in memory; articles that are not are read for it.
    fn state(&mut self, store: &MemoryStore) -> State {
        let ids: Vec<_> = self.session.entries().iter().map(|entry| entry.head.id).collect();
        let mut state = State::new();
        for id in ids {
            if self.session.entry(id).is_some_and(|entry| entry.article().is_none()) {
                self.feed(store, Event::ArticleChosen { article: id });
            }
            let article = self.session.entry(id).and_then(|entry| entry.article());
            // Of a write that was cut in two an article may be without its text.
            let Some(article) = article else { continue };
            let scheme = self.session.scheme();
            let span = |it: &attache::annotation::Annotation| {
                (it.span.start().0, it.span.end().0, scheme.label(it.label).name.clone(), it.status)
            };
            let spans = article.annotations().all().map(|(_, it)| span(it)).collect();
            state.push((article.text().as_str().to_owned(), spans, article.annotations().about().flagged));
        }
        state
    }
}

/// Each article that was acknowledged, and not removed since, has every span that it had ever since. Each state comes with
/// how many writes had been asked for by then. (Of steps that nobody was told are saved, some may be there, some not.)
fn nothing_saved_is_gone(states: &[(u64, State)], n_saved: u64, found: &State) -> Result<(), TestCaseError> {
    let from = states.iter().position(|(n, _)| *n >= n_saved).unwrap_or(states.len());
    let since: Vec<&State> = states[from..].iter().map(|(_, state)| state).collect();
    let of =
        |state: &State, text: &str| state.iter().find(|(other, _, _)| other == text).map(|(_, spans, _)| spans.clone());
    for (text, spans, _) in since.first().copied().into_iter().flatten().filter(|_| n_saved > 0) {
        if since.iter().all(|state| of(state, text).is_some()) {
            let Some(now) = of(found, text) else { return Err(TestCaseError::fail(format!("{text} is gone"))) };
            let stayed = spans
                .iter()
                .filter(|span| since.iter().all(|state| of(state, text).unwrap_or_default().contains(span)));
            let lost: Vec<_> = stayed.filter(|span| !now.contains(span)).collect();
            prop_assert!(lost.is_empty(), "{lost:?} were saved and are gone; there are {now:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_acknowledged_is_there_whatever_happens(happenings in prop::collection::vec(happening(), 1..60)) {
        let store = MemoryStore::default();
        let mut browser = Browser::start(&store, 1);
        // What the project was after each thing done, and how many writes had been asked for by then.
        let mut states: Vec<(u64, State)> = Vec::new();
        let mut is_told_saved = 0;
        let mut was_cut = false;
        for happening in happenings {
            match happening {
                Happening::Label(at, length, key) => {
                    let (anchor, focus) = (Utf16Offset(u32::from(at)), Utf16Offset(u32::from(at + length)));
                    browser.feed(&store, Event::Selected { anchor, focus });
                    browser.press(&store, &key.to_string());
                }
                Happening::Press(key) => browser.press(&store, key),
                Happening::Open(n) => {
                    let text = format!("Article {n}: Taha met Bu Habib in Aden.");
                    let files = vec![NamedBytes { name: format!("{n}.txt"), bytes: text.into_bytes() }];
                    browser.feed(&store, Event::FilesRead { files, at: UnixMillis(browser.clock) });
                }
                Happening::Write => browser.write(&store),
                Happening::Fail(error) => {
                    store.play(Fault::NextWrite(error));
                    browser.write(&store);
                    store.play_nothing();
                }
                Happening::CrashInTheMiddle(bits, is_reversed) => {
                    store.play(Fault::InParts { bits, is_reversed });
                    if let Some(batch) = browser.outbox.batch() {
                        let _ = now_or_never(store.write(&batch.writes));
                    }
                    store.play_nothing();
                    was_cut = true;
                    browser = Browser::start(&store, browser.clock);
                    let found = browser.state(&store);
                    nothing_saved_is_gone(&states, is_told_saved, &found)?;
                    states.clear();
                    is_told_saved = 0;
                    // What is done from here on is kept as ever.
                    browser.press(&store, "mod+z");
                    browser.write(&store);
                    prop_assert!(!browser.outbox.is_behind() || browser.outbox.batch().is_some(), "nothing is written any more");
                    prop_assert!(browser.session.saving().error.is_none(), "{:?}", browser.session.saving().error);
                    let told: Vec<u32> = browser.session.notices().iter().map(|notice| notice.id).collect();
                    told.into_iter().for_each(|notice| browser.feed(&store, Event::NoticeClosed { notice }));
                }
                Happening::Crash => {
                    browser = Browser::start(&store, browser.clock);
                    let found = browser.state(&store);
                    if was_cut {
                        nothing_saved_is_gone(&states, is_told_saved, &found)?;
                        states.clear();
                        is_told_saved = 0;
                        continue;
                    }
                    let at = states.iter().rposition(|(_, state)| *state == found);
                    let is_empty = states.is_empty() || is_told_saved == 0;
                    prop_assert!(at.is_some() || is_empty, "what is found was never shown: {found:?}");
                    if let Some(at) = at {
                        prop_assert!(states[at].0 >= is_told_saved || states[at..].iter().any(|(n, state)| *n >= is_told_saved && *state == found), "an edit that was shown as saved is gone");
                    }
                    prop_assert!(browser.session.notices().is_empty(), "{:?}", browser.session.notices());
                    states.clear();
                    is_told_saved = 0;
                }
            }
            let saving = browser.session.saving();
            is_told_saved = is_told_saved.max(saving.n_saved);
            let n_asked = saving.n_asked;
            let state = browser.state(&store);
            states.push((n_asked, state));
        }
        // Undo goes all the way back, whatever was lost.
        let mut n_steps = 0;
        while browser.session.undo_title().is_some() && n_steps < 200 {
            browser.press(&store, "mod+z");
            n_steps += 1;
        }
        prop_assert!(browser.session.undo_title().is_none());
    }
}
