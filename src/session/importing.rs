//! How articles come in: at the start, from files, and by pasting.

use std::sync::Arc;

use super::update::whole_to_keep;
use super::{Body, Effect, Entry, Event, SEED, Session, Tone};
use crate::ingest::{Incoming, read_pasted};
use crate::project::{Article, ArticleHead, ArticleId, Codebook, Contents, StoreError, UnixMillis};
use crate::recognize::looks_english;
use crate::text::Text;

/// Where an incoming article ended up.
enum Arrival {
    /// It is in the list already, just so.
    Known(ArticleId),
    /// It was added.
    Added(ArticleId, Vec<Effect>),
}

impl Session {
    pub(super) fn booted(&mut self, contents: Result<Contents, StoreError>, at: UnixMillis) -> Vec<Effect> {
        let contents = match contents {
            Ok(contents) => contents,
            Err(error) => {
                self.update(Event::SaveFailed { error });
                Contents::default()
            }
        };
        if let Some((number, json)) = &contents.codebook {
            self.n_codebooks = *number;
            match Codebook::parse(json) {
                Ok(codebook) => self.codebook = Arc::new(codebook),
                Err(why) => self.tell(
                    Tone::Problem,
                    format!("The stored labels cannot be read: {why}. You see the usual ones; marks with other labels may be missing. Nothing was deleted from the store."),
                    false,
                ),
            }
        }
        for head in contents.articles {
            self.next_article = self.next_article.max(head.id.0 + 1);
            self.entries.push(Entry { head, body: Body::Stored, asked: None, is_waiting: false });
        }
        let is_there = |id: &ArticleId| self.entry(*id).is_some();
        let open = contents.open.filter(is_there).or(self.entries.first().map(|entry| entry.head.id));
        match open {
            Some(open) => self.show(open),
            // A first visit. A project emptied by hand stays empty: its last article's number is not 1.
            None if contents.open.is_none() => {
                let (id, mut effects) = self.add(Incoming::plain(SEED.0, Text::new(SEED.1)), at);
                effects.extend(self.show(id));
                effects
            }
            None => Vec::new(),
        }
    }

    pub(super) fn pasted(&mut self, text: &str, at: UnixMillis) -> Vec<Effect> {
        match read_pasted(text) {
            Ok(incoming) => self.take_in(vec![incoming], at),
            Err(error) => {
                self.tell(Tone::Problem, error.to_string(), false);
                Vec::new()
            }
        }
    }

    /// Adds what is new and opens the first of what came.
    pub(super) fn take_in(&mut self, incoming: Vec<Incoming>, at: UnixMillis) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mut first = None;
        let mut n_added = 0;
        for incoming in incoming {
            let id = match self.arrive(incoming, at) {
                Arrival::Known(id) => {
                    let name = self.entry(id).map(|entry| entry.head.name.clone()).unwrap_or_default();
                    self.tell(Tone::Note, format!("“{name}” is already in the list, with the same text."), false);
                    id
                }
                Arrival::Added(id, more) => {
                    n_added += 1;
                    effects.extend(more);
                    id
                }
            };
            first.get_or_insert(id);
        }
        if let Some(first) = first {
            effects.extend(self.show(first));
        }
        if n_added > 1 {
            self.say(format!("{n_added} articles were added."));
        }
        effects
    }

    fn arrive(&mut self, incoming: Incoming, at: UnixMillis) -> Arrival {
        let digest = incoming.text.digest();
        let is_plain = !incoming.is_annotated();
        let twin = self.entries.iter().find(|entry| entry.head.digest == digest);
        if let Some(twin) = twin {
            let id = twin.head.id;
            if is_plain || twin.article().is_some_and(|article| self.is_same(article, &incoming)) {
                return Arrival::Known(id);
            }
        }
        let (id, effects) = self.add(incoming, at);
        Arrival::Added(id, effects)
    }

    /// Whether an article already has just the annotations that a file brings.
    fn is_same(&self, article: &Article, incoming: &Incoming) -> bool {
        let arrived = incoming.clone().into_article(UnixMillis(0), self.scheme());
        arrived.annotations().same_as(article.annotations())
    }

    /// Puts an article into the list, under a name that no other has.
    fn add(&mut self, incoming: Incoming, at: UnixMillis) -> (ArticleId, Vec<Effect>) {
        // Suggestions are still to be looked for in one without annotations.
        let is_plain = !incoming.is_marked();
        let article = incoming.into_article(at, self.scheme());
        let id = ArticleId(self.next_article);
        self.next_article += 1;
        let name = self.free_name(article.name());
        let head = ArticleHead::of(id, name, article.text().digest(), &article, self.scheme());
        let to_keep = whole_to_keep(&head, &article, &self.codebook.scheme);
        let text = article.text().clone();
        self.heads_changed = true;
        self.entries.push(Entry { head, body: Body::Loaded(Box::new(article)), asked: None, is_waiting: false });
        let mut effects: Vec<Effect> = to_keep.into_iter().map(|pending| self.save(pending)).collect();
        if is_plain {
            effects.extend(self.first_suggestions(id, &text));
        }
        (id, effects)
    }

    /// Asks for suggestions in an article that has none yet, if it is in English; else says why there are none.
    pub(super) fn first_suggestions(&mut self, id: ArticleId, text: &Text) -> Option<Effect> {
        if !self.settings.suggests {
            return None;
        }
        if looks_english(text.as_str()) {
            return self.ask(id);
        }
        let name = self.entry(id).map(|entry| entry.head.name.clone()).unwrap_or_default();
        let words = format!(
            "“{name}” does not look English, and suggestions are made for English: none were made. You can label it by hand, or press s to have some all the same."
        );
        self.tell(Tone::Note, words, false);
        None
    }

    /// Asks for suggestions in an article, as sure as they must be now.
    pub(super) fn ask(&mut self, id: ArticleId) -> Option<Effect> {
        let sureness = self.settings.sureness;
        let entry = self.entry_mut(id)?;
        let text = entry.article()?.text().clone();
        entry.asked = Some(sureness);
        entry.is_waiting = true;
        Some(Effect::Recognize(id, text, sureness))
    }

    fn free_name(&self, wanted: &str) -> String {
        let is_taken = |name: &str| self.entries.iter().any(|entry| entry.head.name == name);
        let numbered = (2..).map(|n| format!("{wanted} ({n})"));
        let mut names = [wanted.to_owned()].into_iter().chain(numbered);
        names.find(|name| !is_taken(name)).expect("there is no end of numbers")
    }
}
