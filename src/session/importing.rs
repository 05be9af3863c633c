//! How articles come in: at the start, from files, and by pasting.

use std::sync::Arc;

use super::update::whole_to_keep;
use super::{Body, Effect, Entry, Event, ProjectId, SEED, Session, Stage, Tone};
use crate::format::n_things;
use crate::ingest::{Incoming, read_pasted};
use crate::project::{ArticleHead, ArticleId, Codebook, Contents, StoreError, UnixMillis};
use crate::text::Text;

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
        self.tell_of_lost_heads(&contents);
        self.is_whole = contents.opened.is_none();
        for head in contents.articles {
            self.next_article = self.next_article.max(head.id.0 + 1);
            self.entries.push(Entry::stored(head));
        }
        self.count_done();
        let is_there = |id: &ArticleId| self.entry(*id).is_some();
        let open = contents.open.filter(is_there).or(self.entries.first().map(|entry| entry.head.id));
        match open {
            Some(open) => {
                let mut effects = contents.opened.map(|stored| self.loaded(open, stored)).unwrap_or_default();
                effects.extend(self.show(open));
                effects
            }
            // A first visit. A project emptied by hand stays empty: its last article's number is not 1.
            None if contents.open.is_none() && !self.is_following && self.project == ProjectId::FIRST => {
                let (id, mut effects) = self.add(Incoming::plain(SEED.0, Text::new(SEED.1)), at);
                effects.extend(self.show(id));
                effects
            }
            None => Vec::new(),
        }
    }

    pub(super) fn tell_of_lost_heads(&mut self, contents: &Contents) {
        let n_lost = contents.articles.iter().filter(|head| head.is_unreadable()).count();
        if n_lost > 0 {
            let articles = n_things(n_lost, "article of the list", "articles of the list");
            self.tell(
                Tone::Problem,
                format!("What was stored of the names and counts of {articles} cannot be read. They stand there as “Recovered article”; open them to see whether their texts and labels are whole."),
                false,
            );
        }
    }

    pub(super) fn pasted(&mut self, text: &str, at: UnixMillis) -> Vec<Effect> {
        if let Err(refusal) = self.may_write().and_then(|()| self.must_be_whole()) {
            self.tell(Tone::Problem, refusal.to_string(), false);
            return Vec::new();
        }
        match read_pasted(text) {
            Ok(incoming) => self.take_in(incoming, at),
            Err(error) => {
                self.tell(Tone::Problem, error.to_string(), false);
                Vec::new()
            }
        }
    }

    /// Puts an article into the list, under a name that no other must have.
    pub(super) fn add(&mut self, incoming: Incoming, at: UnixMillis) -> (ArticleId, Vec<Effect>) {
        // Suggestions are still to be looked for in one without annotations.
        let is_plain = !incoming.is_marked();
        let article = incoming.into_article(at, self.scheme());
        let id = ArticleId(self.next_article);
        self.next_article += 1;
        let name = article.name().to_owned();
        let head = ArticleHead::of(id, name, &article, self.scheme());
        let to_keep = whole_to_keep(&head, &article, &self.codebook.scheme);
        self.n_held += article.text().as_str().len();
        self.search_too(id, article.text().as_str());
        self.heads_changed = true;
        self.n_done += usize::from(Stage::Done.holds(&head));
        self.entries.push(Entry { body: Body::Loaded(Box::new(article)), ..Entry::stored(head) });
        let effects: Vec<Effect> = to_keep.into_iter().map(|pending| self.save(pending)).collect();
        if is_plain && self.settings.suggests {
            self.to_suggest.push_back(id);
        }
        (id, effects)
    }
}
