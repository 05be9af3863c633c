//! The search behind the dialog of all occurrences: through what is in memory and what the store has, in turns that hold
//! nobody up.

use std::collections::{BTreeSet, VecDeque};

use super::super::{Body, Effect, Entry, Session};
use super::{Occurrences, Sought, found_in};
use crate::project::{ArticleHead, ArticleId, StoreError};
use crate::scheme::{GroupKind, Scheme};
use crate::text::{ByteOffset, MOST_IN_VAIN, Pattern, Stretch};

/// The articles that are still to be looked through.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Looking {
    /// Tells looks apart: what an earlier one has asked for concerns nobody any more.
    number: u32,
    /// What is looked for in texts; nothing when it is marks that are.
    pub(super) pattern: Option<Pattern>,
    /// Those that were in memory at the start: they are looked through there.
    at_hand: BTreeSet<ArticleId>,
    /// Those of them, and of what was read since, that are still to be looked through, and from where on.
    in_memory: VecDeque<(ArticleId, ByteOffset)>,
    /// Texts that were read from the store and are still to be looked through, likewise.
    texts: VecDeque<(ArticleId, String, ByteOffset)>,
    /// Asks for the texts behind those.
    more_texts: Option<Effect>,
    /// How many texts are still to be read from the store.
    n_unread: usize,
    /// Articles in which something is, or may be.
    candidates: VecDeque<ArticleId>,
    /// Those of them that are being read.
    awaited: BTreeSet<ArticleId>,
    /// What was gone over in vain, as [`Stretch`] counts it.
    in_vain: usize,
}

/// The most places that are found: more cannot be looked through by a person.
const MOST: usize = 5_000;

/// What a turn may take: bytes of texts in memory, as [`Stretch`] counts them.
const COST_OF_A_TURN: usize = 200_000;

/// What a place takes beside that: whether it is marked has to be looked up.
const COST_OF_A_PLACE: usize = 50;

/// How many articles are asked of the store at once.
const ARTICLES_AT_ONCE: usize = 20;

impl Occurrences {
    /// How many articles are still to be looked through.
    pub fn n_left(&self) -> usize {
        let Looking { in_memory, texts, n_unread, candidates, awaited, .. } = &self.looking;
        in_memory.len() + texts.len() + n_unread + candidates.len() + awaited.len()
    }

    /// More places are not kept, and not looked for; nor is a pattern that takes too long.
    fn is_over(&mut self) -> bool {
        let is_slow = self.looking.in_vain >= MOST_IN_VAIN;
        if is_slow {
            self.problem = Some(Pattern::TOO_SLOW.to_owned());
        }
        self.is_cut |= self.found.len() > MOST;
        self.found.truncate(MOST);
        if self.is_cut || is_slow {
            self.looking = Looking { number: self.looking.number, ..Looking::default() };
        }
        self.is_cut || is_slow
    }

    /// Looks through a text that was read from the store, or a part of it; nothing when there is none.
    fn look_through_text(&mut self, cost: usize) -> Option<Stretch> {
        let looking = &mut self.looking;
        let (id, text, from) = looking.texts.pop_front()?;
        let (is_in, progress) = looking.pattern.as_ref()?.is_in_from(&text, from, cost);
        match progress.next {
            _ if is_in => looking.candidates.push_back(id),
            Some(next) => looking.texts.push_front((id, text, next)),
            None => {}
        }
        Some(progress)
    }

    /// Whether an article may have any of the marks that are looked for.
    fn may_be_in(&self, head: &ArticleHead, scheme: &Scheme) -> bool {
        // Heads of an earlier version know neither labels nor people.
        let is_known = !head.labels.is_empty();
        head.n_visible > 0
            && match &self.sought {
                Sought::Label(label) => !is_known || head.labels.contains(&scheme.label(*label).name),
                Sought::Mentions(group) if group.kind == GroupKind::Person => {
                    let is_there = head.people.iter().any(|name| **name == *group.entity);
                    !is_known || is_there || head.people.len() == ArticleHead::MOST_PEOPLE
                }
                _ => true,
            }
    }
}

impl Session {
    /// Looks anew: through the open article first, through others in memory, through the store little by little.
    pub(super) fn look_for_occurrences(&mut self) -> Vec<Effect> {
        let Some(mut dialog) = self.occurrences.take() else { return Vec::new() };
        self.n_looks += 1;
        let number = self.n_looks;
        dialog.looking = Looking { number, ..Looking::default() };
        dialog.found.clear();
        dialog.is_cut = false;
        let pattern = dialog.pattern();
        dialog.problem = pattern.as_ref().and_then(|it| it.as_ref().err().cloned());
        dialog.looking.pattern = pattern.and_then(Result::ok);
        if dialog.problem.is_some() || dialog.looking.pattern.as_ref().is_some_and(Pattern::is_empty) {
            self.occurrences = Some(dialog);
            return Vec::new();
        }
        if let Some((id, _)) = self.open.zip(self.article()) {
            dialog.looking.in_memory.push_back((id, ByteOffset(0)));
            dialog.looking.at_hand.insert(id);
        }
        let mut effects = Vec::new();
        if dialog.in_all {
            for entry in self.entries.iter().filter(|entry| !dialog.looking.at_hand.contains(&entry.head.id)) {
                let id = entry.head.id;
                match &entry.body {
                    Body::Loaded(_) => dialog.looking.in_memory.push_back((id, ByteOffset(0))),
                    Body::Broken(_) => {}
                    Body::Stored | Body::Loading if dialog.looking.pattern.is_some() => dialog.looking.n_unread += 1,
                    Body::Stored | Body::Loading => {
                        let may_be = dialog.may_be_in(&entry.head, &self.codebook.scheme);
                        dialog.looking.candidates.extend(may_be.then_some(id));
                    }
                }
            }
            dialog.looking.at_hand.extend(dialog.looking.in_memory.iter().map(|(id, _)| *id));
            effects.extend((dialog.looking.n_unread > 0).then(|| Effect::first_texts(number)));
        }
        self.occurrences = Some(dialog);
        effects.extend(self.look_through_memory());
        effects
    }

    /// Some texts of the store were read for a look.
    pub(in crate::session) fn texts_read(
        &mut self,
        number: u32,
        texts: Result<Vec<(ArticleId, String)>, StoreError>,
    ) -> Vec<Effect> {
        let Some(dialog) = self.occurrences.as_mut().filter(|dialog| dialog.looking.number == number) else {
            return self.texts_read_for_list(number, texts);
        };
        let texts = texts.unwrap_or_else(|error| {
            dialog.problem = Some(error.to_string());
            Vec::new()
        });
        let looking = &mut dialog.looking;
        if looking.pattern.is_none() {
            return Vec::new();
        }
        looking.more_texts = Effect::next_texts(number, &texts);
        let elsewhere = texts.into_iter().filter(|(id, _)| !looking.at_hand.contains(id));
        let n_before = looking.texts.len();
        looking.texts.extend(elsewhere.map(|(id, text)| (id, text, ByteOffset(0))));
        let n_read = looking.texts.len() - n_before;
        looking.n_unread = if looking.more_texts.is_some() { looking.n_unread.saturating_sub(n_read) } else { 0 };
        self.look_through_memory()
    }

    /// Looks through the next articles that are in memory, or parts of them.
    pub(in crate::session) fn look_through_memory(&mut self) -> Vec<Effect> {
        let Some(mut dialog) = self.occurrences.take() else { return Vec::new() };
        let mut left = COST_OF_A_TURN;
        while left > 0 {
            let progress = match dialog.looking.in_memory.pop_front() {
                Some((id, from)) => self.look_through(id, from, left, &mut dialog),
                None => dialog.look_through_text(left),
            };
            let Some(progress) = progress else { break };
            left = left.saturating_sub(progress.cost);
            dialog.looking.in_vain += progress.in_vain;
            if dialog.is_over() {
                break;
            }
        }
        self.occurrences = Some(dialog);
        self.look_on()
    }

    /// Looks through an article, or a part of it.
    fn look_through(
        &mut self,
        id: ArticleId,
        from: ByteOffset,
        cost: usize,
        dialog: &mut Occurrences,
    ) -> Option<Stretch> {
        let Some(article) = self.entry(id).and_then(Entry::article) else { return Some(Stretch::default()) };
        let (places, mut progress) = match &dialog.looking.pattern {
            Some(pattern) => pattern.places_from(article.text(), from, MOST + 1, cost),
            None => (Vec::new(), Stretch { cost: article.text().as_str().len(), ..Stretch::default() }),
        };
        progress.cost += places.len() * COST_OF_A_PLACE;
        let found = found_in(id, article, dialog, places);
        dialog.found.extend(found);
        match progress.next {
            Some(next) => dialog.looking.in_memory.push_front((id, next)),
            None if dialog.looking.at_hand.contains(&id) || dialog.found.last().is_some_and(|it| it.article == id) => {}
            // It was read in vain.
            None => self.leave_to_store(id),
        }
        Some(progress)
    }

    /// Reads the next articles that may hold something.
    fn look_on(&mut self) -> Vec<Effect> {
        let Some(mut dialog) = self.occurrences.take() else { return Vec::new() };
        let mut effects = Vec::new();
        while dialog.looking.awaited.len() < ARTICLES_AT_ONCE {
            let Some(id) = dialog.looking.candidates.pop_front() else { break };
            let Some(entry) = self.entry_mut(id) else { continue };
            match entry.body {
                Body::Stored => {
                    entry.body = Body::Loading;
                    effects.push(Effect::Load(id));
                    dialog.looking.awaited.insert(id);
                }
                Body::Loading => drop(dialog.looking.awaited.insert(id)),
                // It was read for something else since.
                Body::Loaded(_) => dialog.looking.in_memory.push_back((id, ByteOffset(0))),
                Body::Broken(_) => {}
            }
        }
        let is_idle = dialog.looking.in_memory.is_empty() && dialog.looking.texts.is_empty();
        effects.extend(if is_idle { dialog.looking.more_texts.take() } else { Some(Effect::GoOn) });
        if dialog.n_left() == 0 {
            dialog.found.sort_by_key(|it| (it.article, it.span));
        }
        self.occurrences = Some(dialog);
        effects
    }

    /// An article was read that a look may have waited for.
    pub(in crate::session) fn look_into(&mut self, id: ArticleId) -> Vec<Effect> {
        let Some(mut dialog) = self.occurrences.take() else { return Vec::new() };
        let is_awaited = dialog.looking.awaited.remove(&id);
        if is_awaited {
            dialog.looking.in_memory.push_back((id, ByteOffset(0)));
        }
        self.occurrences = Some(dialog);
        if is_awaited { self.look_on() } else { Vec::new() }
    }
}
