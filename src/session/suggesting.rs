//! Articles that suggestions are still to be looked for in: one after another, the one that is opened first.

use super::{Body, Effect, Session, Tone};
use crate::annotation::{Annotation, Origin, Status, Transaction};
use crate::command::{Command, Refusal, Turn};
use crate::project::{Article, ArticleId, UnixMillis};
use crate::recognize::{BEGINNING_BYTES, LONG_BYTES, Suggestion, looks_english};
use crate::text::Text;

/// From so many suggestions on, they are taken in in two turns: those of 1 MB need over 50 ms.
const MANY: usize = 2_000;

/// What was found in an article, and what it comes to there.
#[derive(Debug)]
pub(super) struct Found {
    article: ArticleId,
    command: Command,
    transaction: Result<Transaction, Refusal>,
    /// The [`Session::state_of`] the article when that was made out.
    state: (Option<usize>, u32),
    at: UnixMillis,
}

impl Session {
    /// In how many articles suggestions are still to be looked for.
    pub fn n_to_suggest(&self) -> usize {
        self.to_suggest.len() + usize::from(self.suggesting.is_some())
    }

    /// Asks for suggestions in an article that has none yet, if it is in English; else says why there are none.
    pub(super) fn first_suggestions(&mut self, id: ArticleId, text: &Text) -> Option<Effect> {
        if !self.settings.suggests || self.is_following {
            return None;
        }
        if looks_english(text.as_str()) {
            return self.ask(id);
        }
        let entry = self.entry_mut(id).filter(|entry| !entry.is_told)?;
        entry.is_told = true;
        let name = entry.head.shown_name().to_owned();
        let words = format!(
            "“{name}” does not look English, and suggestions are made for English: none were made. You can label it by hand, or press s to have some all the same."
        );
        self.tell(Tone::Note, words, false);
        None
    }

    /// Asks for suggestions in an article, as sure as they must be now.
    pub(super) fn ask(&mut self, id: ArticleId) -> Option<Effect> {
        self.may_write().ok()?;
        let sureness = self.settings.sureness;
        self.to_suggest.retain(|other| *other != id);
        let entry = self.entry_mut(id)?;
        let text = entry.article()?.text().clone();
        entry.asked = Some(sureness);
        entry.is_waiting = true;
        Some(Effect::Recognize(id, text, sureness))
    }

    /// Looks for suggestions in the open article, if nothing was ever done there.
    pub(super) fn suggest_on_open(&mut self, id: ArticleId) -> Option<Effect> {
        let entry = self.entry(id).filter(|entry| !entry.is_waiting && entry.asked.is_none())?;
        let text = entry.article().filter(|article| is_new(article))?.text().clone();
        self.to_suggest.retain(|other| *other != id);
        self.first_suggestions(id, &text)
    }

    /// Looks for suggestions in the next article that waits for them, unless one is being looked at.
    pub(super) fn suggest_next(&mut self) -> Vec<Effect> {
        while self.suggesting.is_none() {
            let Some(id) = self.to_suggest.pop_front() else { break };
            let Some(entry) = self.entry_mut(id).filter(|entry| !entry.is_waiting) else { continue };
            match &entry.body {
                Body::Stored => {
                    entry.body = Body::Loading;
                    self.suggesting = Some(id);
                    return vec![Effect::Load(id)];
                }
                Body::Loading => self.suggesting = Some(id),
                Body::Loaded(_) => {
                    if let Some(effect) = self.suggest_in(id) {
                        return vec![effect];
                    }
                }
                Body::Broken(_) => {}
            }
        }
        Vec::new()
    }

    /// Looks for suggestions in an article that was read for that; else in the next.
    pub(super) fn suggest_in_read(&mut self, id: ArticleId) -> Vec<Effect> {
        self.suggesting = None;
        match self.suggest_in(id) {
            Some(effect) => vec![effect],
            None => self.suggest_next(),
        }
    }

    /// Looks for suggestions in an article that is in memory, if there are to be any.
    fn suggest_in(&mut self, id: ArticleId) -> Option<Effect> {
        let article = self.entry(id).and_then(super::Entry::article);
        let is_new = article.is_some_and(|it| is_new(it) && looks_english(it.text().as_str()));
        let effect = if is_new && self.settings.suggests { self.ask(id) } else { None };
        self.suggesting = effect.is_some().then_some(id);
        effect
    }

    /// Takes in what was found in an article; what many suggestions change is made out now and done in the next turn.
    pub(super) fn recognized(&mut self, id: ArticleId, suggestions: Vec<Suggestion>, at: UnixMillis) -> Vec<Effect> {
        let is_much = suggestions.len() > MANY && self.found.is_none();
        let command = Command::Suggest { suggestions };
        if !is_much {
            let taken = self.command_on(id, &command, at);
            return self.taken_in(id, taken);
        }
        let transaction = self.planned(id, &command, at);
        let state = self.state_of(id);
        self.found = Some(Found { article: id, command, transaction, state, at });
        vec![Effect::GoOn]
    }

    /// Does what was made out in the turn before; if something was done there since, it is made out again.
    pub(super) fn take_in_found(&mut self) -> Vec<Effect> {
        let Some(Found { article, command, transaction, state, at }) = self.found.take() else { return Vec::new() };
        let taken = if state == self.state_of(article) {
            transaction.and_then(|transaction| self.carry_out(article, transaction, at))
        } else {
            self.command_on(article, &command, at)
        };
        self.taken_in(article, taken)
    }

    /// What a plan for an article rests on: how many turns were made there, and how often the labels were changed.
    fn state_of(&self, id: ArticleId) -> (Option<usize>, u32) {
        let article = self.entry(id).and_then(super::Entry::article);
        (article.map(|article| article.journal().len()), self.n_codebooks)
    }

    fn taken_in(&mut self, id: ArticleId, taken: Result<Vec<Effect>, Refusal>) -> Vec<Effect> {
        if let Some(entry) = self.entry_mut(id) {
            entry.is_waiting = false;
        }
        if self.open == Some(id) {
            let n = self.entry(id).map_or(0, |entry| entry.head.n_suggested);
            if let Some(review) = &mut self.review {
                review.n_at_start = review.n_at_start.max(n);
            }
            match &taken {
                Ok(_) => self.say_last_done(id),
                Err(refusal) => self.say(refusal.to_string()),
            }
        }
        let mut effects = taken.unwrap_or_default();
        if self.suggesting == Some(id) {
            self.suggesting = None;
            effects.extend(self.suggest_next());
        }
        effects
    }

    /// Takes in what was found at the beginning of a long article, unless something was done there in the meantime.
    pub(super) fn recognized_so_far(
        &mut self,
        id: ArticleId,
        suggestions: Vec<Suggestion>,
        at: UnixMillis,
    ) -> Vec<Effect> {
        let is_untouched = |article: &Article| n_turns(article) == 0;
        if !self.entry(id).and_then(super::Entry::article).is_some_and(is_untouched) {
            return Vec::new();
        }
        self.command_on(id, &Command::Suggest { suggestions }, at).unwrap_or_default()
    }
}

/// Whether nothing was done in an article, but that something at its beginning may have been suggested: then the page was
/// closed before the rest was looked at.
fn is_new(article: &Article) -> bool {
    let is_at_beginning = |annotation: &Annotation| {
        let is_open = annotation.status == Status::Suggested && annotation.origin == Origin::Recognizer;
        is_open && annotation.span.end().index() <= BEGINNING_BYTES
    };
    match n_turns(article) {
        0 => true,
        1 => {
            article.text().as_str().len() > LONG_BYTES && article.annotations().all().all(|(_, it)| is_at_beginning(it))
        }
        _ => false,
    }
}

/// How many turns were made with an article’s annotations: what a file says of it as a whole is none.
fn n_turns(article: &Article) -> usize {
    let is_of_annotations = |turn: &Turn| !matches!(turn, Turn::Do(transaction) if transaction.edits.is_empty());
    article.journal().iter().filter(|record| is_of_annotations(&record.turn)).count()
}
