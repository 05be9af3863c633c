//! Articles on their way in: read and added some at a time, so that keys and clicks come in between; with a progress
//! that can be paused and cancelled.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::rebase::rebased;
use super::{Body, Effect, Paint, Session, Tone};
use crate::format::{Warning, n_things};
use crate::ingest::{Incoming, Intake, NamedBytes, Reading};
use crate::project::{Article, ArticleId, Codebook, Digest, StoreError, UnixMillis};
use crate::text::Text;

/// How many bytes of files are read at once without a turn for the person in between.
const AT_ONCE_BYTES: usize = 256_000;

/// So many articles are added at once as well.
const AT_ONCE_ARTICLES: usize = 25;

/// How many bytes of texts, and articles, are added in a turn: a few milliseconds’ work.
const TURN_BYTES: usize = 40_000;
const TURN_ARTICLES: usize = 5;

/// How many writes may wait for the store before more is read.
const MOST_WAITING: u64 = 400;

/// Articles on their way in.
#[derive(Debug)]
pub(super) struct Arriving {
    /// What is still to be read, and what of the codebook it brings.
    intake: Option<Box<Intake>>,
    codebook: Codebook,
    /// The codebook as it was when reading began: only what differs from it is brought.
    codebook_before: Arc<Codebook>,
    /// What is read and still to be added.
    read: VecDeque<Incoming>,
    n_all: usize,
    n_added: usize,
    /// How many were in the list already, and the name of one.
    n_known: usize,
    known: String,
    /// What is opened in the end.
    first: Option<ArticleId>,
    /// Whether they bring labels that are not drawn yet.
    has_new_looks: bool,
    is_paused: bool,
    /// Whether it waits for the store.
    is_held: bool,
    /// The article that is being read from the store, to be compared with the next one.
    twin: Option<ArticleId>,
    /// The articles in the list by their texts, and their names.
    twins: Twins,
    names: HashSet<String>,
}

/// How far articles on their way in are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// In hundredths: reading is the first half, adding the second.
    pub percent: u8,
    /// How many are added, of how many; `None` while they are still being read.
    pub added: Option<(usize, usize)>,
    /// Whether a person has stopped it for now.
    pub is_paused: bool,
}

/// Where an incoming article ended up.
enum Place {
    /// It is in the list already, just so.
    Known(ArticleId),
    /// It was added.
    Added(ArticleId),
}

impl Session {
    /// How far articles on their way in are, when they take more than a moment.
    pub fn arrival(&self) -> Option<Arrival> {
        let arriving = self.arriving.as_ref()?;
        let done = |part: usize, whole: usize| u8::try_from(part * 50 / whole.max(1)).unwrap_or(50);
        let n_done = arriving.n_all - arriving.read.len();
        let (percent, added) = match &arriving.intake {
            Some(intake) => (intake.percent() / 2, None),
            None => (50 + done(n_done, arriving.n_all), Some((n_done, arriving.n_all))),
        };
        Some(Arrival { percent, added, is_paused: arriving.is_paused })
    }

    /// Reads files and adds what is new of them: at once when that takes a moment.
    pub(super) fn begin_to_read(&mut self, files: Vec<NamedBytes>, reading: Reading, at: UnixMillis) -> Vec<Effect> {
        if let Err(refusal) = self.may_write() {
            self.tell(Tone::Problem, refusal.to_string(), false);
            return Vec::new();
        }
        if !self.is_whole {
            // What is in the list is not known yet, and which numbers are free.
            self.to_read.push_back((files, reading, at));
            return Vec::new();
        }
        if self.arriving.is_some() {
            // Others are on their way: these come after them.
            self.to_read.push_back((files, reading, at));
            return Vec::new();
        }
        let n_bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
        let intake = Intake::new(files, Reading { decoder: self.decoder, ..reading });
        self.arriving = Some(self.arriving_from(Some(intake)));
        self.bring_in(n_bytes <= AT_ONCE_BYTES, at)
    }

    /// Adds an article at once, and shows it. Others that are on their way go on after it.
    pub(super) fn take_in(&mut self, incoming: Incoming, at: UnixMillis) -> Vec<Effect> {
        let under_way = self.arriving.take();
        let others_come = under_way.is_some();
        let mut arriving = under_way.unwrap_or_else(|| self.arriving_from(None));
        let mut effects = Vec::new();
        let place = self.arrive(&mut arriving, incoming, at, &mut effects);
        if let Place::Known(id) = place {
            self.tell_known(1, &self.shown_name_of(id));
        }
        let (Place::Known(id) | Place::Added(id)) = place;
        effects.extend(self.show_arrived(id));
        self.arriving = others_come.then_some(arriving);
        effects.extend(self.suggest_next());
        effects
    }

    /// Opens an article that came, unless a dialog is open about another one: what is written there is meant for that.
    fn show_arrived(&mut self, id: ArticleId) -> Vec<Effect> {
        if self.open.is_some_and(|open| open != id) && self.dialog_is_of_article() {
            let name = self.shown_name_of(id);
            self.say(format!("“{name}” is in the list."));
            return Vec::new();
        }
        self.show(id)
    }

    fn shown_name_of(&self, id: ArticleId) -> String {
        self.entry(id).map(|entry| entry.head.shown_name().to_owned()).unwrap_or_default()
    }

    /// Says that articles are in the list already; of one also which.
    fn tell_known(&mut self, n_known: usize, name: &str) {
        match n_known {
            0 => {}
            1 => self.tell(Tone::Note, format!("“{name}” is already in the list, with the same text."), false),
            n => self.tell(
                Tone::Note,
                format!("{n} of these articles are already in the list, with the same texts."),
                false,
            ),
        }
    }

    fn arriving_from(&self, intake: Option<Intake>) -> Arriving {
        let mut twins = Twins::default();
        for entry in &self.entries {
            twins.add(&entry.head.digest, entry.head.id);
        }
        Arriving {
            intake: intake.map(Box::new),
            codebook: (*self.codebook).clone(),
            codebook_before: self.codebook.clone(),
            n_all: 0,
            read: VecDeque::new(),
            n_added: 0,
            n_known: 0,
            known: String::new(),
            first: None,
            has_new_looks: false,
            is_paused: false,
            is_held: false,
            twin: None,
            twins,
            names: self.entries.iter().map(|entry| entry.head.name.clone()).collect(),
        }
    }

    /// The next turn, or all of them.
    pub(super) fn bring_in(&mut self, at_once: bool, at: UnixMillis) -> Vec<Effect> {
        let Some(mut arriving) = self.arriving.take() else { return Vec::new() };
        if arriving.is_paused {
            self.arriving = Some(arriving);
            return Vec::new();
        }
        let mut effects = Vec::new();
        if let Some(mut intake) = arriving.intake.take() {
            let mut has_more = intake.step(&mut arriving.codebook);
            while at_once && has_more {
                has_more = intake.step(&mut arriving.codebook);
            }
            if has_more {
                arriving.intake = Some(intake);
                self.arriving = Some(arriving);
                return vec![Effect::GoOn];
            }
            let (read, warnings) = intake.finish();
            effects.extend(self.have_read(&mut arriving, read, &warnings, at));
        }
        let is_small = arriving.n_all <= AT_ONCE_ARTICLES;
        let (mut n_bytes, mut n_articles) = (0, 0);
        while n_articles < TURN_ARTICLES && n_bytes < TURN_BYTES || is_small {
            if let Some(reads) = self.read_twin(&mut arriving) {
                effects.extend(reads);
                self.arriving = Some(arriving);
                return effects;
            }
            let Some(incoming) = arriving.read.pop_front() else { break };
            n_bytes += incoming.text.as_str().len();
            n_articles += 1;
            let id = match self.arrive(&mut arriving, incoming, at, &mut effects) {
                Place::Known(id) => {
                    arriving.n_known += 1;
                    arriving.known = self.shown_name_of(id);
                    id
                }
                Place::Added(id) => {
                    arriving.n_added += 1;
                    id
                }
            };
            if arriving.first.is_none() {
                arriving.first = Some(id);
                // With many the first is shown at once: there is something to begin with.
                if !is_small {
                    effects.extend(self.show_arrived(id));
                }
            }
        }
        if arriving.read.is_empty() {
            effects.extend(self.have_added(arriving));
            return effects;
        }
        arriving.is_held = self.saving.n_asked - self.saving.n_saved > MOST_WAITING;
        if !arriving.is_held {
            effects.push(Effect::GoOn);
        }
        self.arriving = Some(arriving);
        self.heads_changed = false;
        effects
    }

    fn have_read(
        &mut self,
        arriving: &mut Arriving,
        mut read: Vec<Incoming>,
        warnings: &[Warning],
        at: UnixMillis,
    ) -> Vec<Effect> {
        self.tell_all(warnings);
        let codebook = match Arc::ptr_eq(&arriving.codebook_before, &self.codebook) {
            true => arriving.codebook.clone(),
            false => rebased(&arriving.codebook_before, &arriving.codebook, &self.codebook, &mut read),
        };
        arriving.n_all = read.len();
        arriving.read = read.into();
        let mut effects = self.adopt(codebook, at);
        // New looks are drawn on the article that is open in the end.
        let n_effects = effects.len();
        effects.retain(|effect| *effect != Effect::Paint(Paint::Looks));
        arriving.has_new_looks = effects.len() < n_effects;
        effects
    }

    /// All are there.
    fn have_added(&mut self, arriving: Arriving) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.tell_known(arriving.n_known, &arriving.known);
        if let Some(first) = arriving.first.filter(|_| arriving.n_all <= AT_ONCE_ARTICLES) {
            effects.extend(self.show_arrived(first));
        }
        effects.extend(arriving.has_new_looks.then_some(Effect::Paint(Paint::Looks)));
        if arriving.n_added > 1 {
            self.say(format!("{} articles were added.", arriving.n_added));
        }
        effects.extend(self.suggest_next());
        // A list that is asked for some of them is made anew once they are all there, not with each.
        self.heads_changed = true;
        effects.extend(self.read_waiting());
        effects
    }

    /// Begins with the files that have waited longest.
    pub(super) fn read_waiting(&mut self) -> Vec<Effect> {
        let waiting = self.to_read.pop_front();
        waiting.map(|(files, reading, at)| self.begin_to_read(files, reading, at)).unwrap_or_default()
    }

    /// A person stops the articles on their way in for now, or lets them come.
    pub(super) fn pause_arrival(&mut self, is_paused: bool) -> Vec<Effect> {
        let Some(arriving) = &mut self.arriving else { return Vec::new() };
        let goes_on = arriving.is_paused && !is_paused;
        arriving.is_paused = is_paused;
        if goes_on { vec![Effect::GoOn] } else { Vec::new() }
    }

    /// A person wants no more of the articles on their way in. Those that were added stay.
    pub(super) fn cancel_arrival(&mut self) -> Vec<Effect> {
        let Some(mut arriving) = self.arriving.take() else { return Vec::new() };
        self.to_read.clear();
        let n_left = arriving.read.len();
        arriving.read.clear();
        let words = match (arriving.n_added, arriving.intake.is_some()) {
            (0, _) | (_, true) => "Nothing was added.".to_owned(),
            (n, _) => format!("{} added, {n_left} were not.", n_things(n, "article was", "articles were")),
        };
        arriving.intake = None;
        arriving.n_known = 0;
        let effects = self.have_added(arriving);
        self.tell(Tone::Note, words, false);
        effects
    }

    /// The store has kept something: articles that waited for it may come.
    pub(super) fn let_arrive(&mut self) -> Option<Effect> {
        let is_free = self.saving.n_asked - self.saving.n_saved <= MOST_WAITING / 2;
        let arriving = self.arriving.as_mut().filter(|arriving| arriving.is_held && is_free)?;
        arriving.is_held = false;
        Some(Effect::GoOn)
    }

    /// The store takes no more: what is on its way waits until there is room.
    pub(super) fn hold_arrival(&mut self, error: &StoreError) {
        if let Some(arriving) = self.arriving.as_mut().filter(|_| *error == StoreError::Full) {
            arriving.is_paused = true;
        }
    }

    /// Has an article of the same text read from the store when the next one can only then be compared with it.
    fn read_twin(&mut self, arriving: &mut Arriving) -> Option<Vec<Effect>> {
        let incoming = arriving.read.front().filter(|incoming| incoming.is_annotated())?;
        let is_away =
            |id: &ArticleId| self.entry(*id).is_some_and(|entry| matches!(entry.body, Body::Stored | Body::Loading));
        let id = arriving.twins.of(&incoming.text).into_iter().find(is_away)?;
        arriving.twin = Some(id);
        // Those that were compared before it may go.
        self.let_go();
        let entry = self.entry_mut(id)?;
        let is_stored = matches!(entry.body, Body::Stored);
        entry.body = Body::Loading;
        Some(is_stored.then_some(Effect::Load(id)).into_iter().collect())
    }

    /// An article was read from the store: what is on its way can be compared with it.
    pub(super) fn let_compare(&mut self, id: ArticleId) -> Option<Effect> {
        self.arriving.as_mut()?.twin.take_if(|twin| *twin == id).map(|_| Effect::GoOn)
    }

    fn arrive(
        &mut self,
        arriving: &mut Arriving,
        incoming: Incoming,
        at: UnixMillis,
        effects: &mut Vec<Effect>,
    ) -> Place {
        let twins = arriving.twins.of(&incoming.text);
        let is_plain = !incoming.is_annotated();
        let is_known = |id: &&ArticleId| {
            is_plain
                || self.entry(**id).and_then(super::Entry::article).is_some_and(|there| self.is_same(there, &incoming))
        };
        if let Some(id) = twins.iter().find(is_known) {
            return Place::Known(*id);
        }
        let name = free_name(&arriving.names, &incoming.name);
        arriving.names.insert(name.clone());
        let (id, more) = self.add(Incoming { name, ..incoming }, at);
        if let Some(entry) = self.entry_mut(id) {
            // The texts of many are not to be held, since their articles may be let go meanwhile.
            if arriving.n_all > AT_ONCE_ARTICLES {
                entry.head.digest.make();
            }
            arriving.twins.add(&entry.head.digest, id);
        }
        effects.extend(more);
        Place::Added(id)
    }

    /// Whether an article already has just the annotations that a file brings; when it brings none, what it says of the
    /// article as a whole, whatever was done there since.
    fn is_same(&self, article: &Article, incoming: &Incoming) -> bool {
        if !incoming.is_marked() {
            return incoming.about.is_part_of(article.annotations().about());
        }
        let arrived = incoming.clone().into_article(UnixMillis(0), self.scheme());
        arrived.annotations().same_as(article.annotations())
    }
}

/// The articles of each text.
#[derive(Debug, Default)]
struct Twins {
    /// Of the texts that are held, of which nobody has asked for the digest yet.
    by_text: BTreeMap<Text, Vec<ArticleId>>,
    by_digest: HashMap<String, Vec<ArticleId>>,
}

impl Twins {
    fn add(&mut self, digest: &Digest, id: ArticleId) {
        match digest.text() {
            Some(text) => self.by_text.entry(text.clone()).or_default().push(id),
            None => self.by_digest.entry(digest.as_str().to_owned()).or_default().push(id),
        }
    }

    fn of(&self, text: &Text) -> Vec<ArticleId> {
        let by_text = self.by_text.get(text).into_iter().flatten();
        let by_digest = (!self.by_digest.is_empty()).then(|| self.by_digest.get(text.digest())).flatten();
        by_text.chain(by_digest.into_iter().flatten()).copied().collect()
    }
}

/// The name itself, or with a number behind it.
fn free_name(taken: &HashSet<String>, wanted: &str) -> String {
    let numbered = (2..).map(|n| format!("{wanted} ({n})"));
    let mut names = [wanted.to_owned()].into_iter().chain(numbered);
    names.find(|name| !taken.contains(name)).expect("there is no end of numbers")
}
