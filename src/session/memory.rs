//! What of a large project is in memory: the articles at work, and others as far as there is room.

use super::Session;
use crate::project::ArticleId;

/// How many bytes of texts are held usually: a corpus of some thousand articles is in memory as a whole.
pub(super) const USUAL: usize = 32_000_000;

/// How many of the articles that were open last are held in any case.
const N_RECENT: usize = 8;

impl Session {
    /// Holds so many bytes of texts in memory at the most, but for what is at work.
    pub fn set_memory(&mut self, n_bytes: usize) {
        self.memory = n_bytes;
    }

    /// An article was opened.
    pub(super) fn came_to(&mut self, id: ArticleId) {
        self.recent.retain(|other| *other != id);
        self.recent.push(id);
        let n_old = self.recent.len().saturating_sub(N_RECENT);
        self.recent.drain(..n_old);
    }

    /// Leaves an article to the store again that nobody needs any more, if it may be.
    pub(super) fn leave_to_store(&mut self, id: ArticleId) {
        if !self.may_leave_any() || self.steps.articles().contains(&id) {
            return;
        }
        let is_at_work = self.is_at_work(id);
        let Some(entry) = self.entry_mut(id).filter(|_| !is_at_work) else { return };
        let n_bytes = entry.leave_to_store();
        self.n_held = self.n_held.saturating_sub(n_bytes);
    }

    /// Whether the store has all that there is, and nothing waits for all articles.
    fn may_leave_any(&self) -> bool {
        self.saving.is_done() && self.awaited.is_empty() && self.occurrences.is_none()
    }

    /// Whether an article was open lately, or suggestions are looked for in it.
    fn is_at_work(&self, id: ArticleId) -> bool {
        let is_waiting = self.entry(id).is_some_and(|entry| entry.is_waiting);
        is_waiting || self.recent.contains(&id) || self.suggesting == Some(id)
    }

    /// Leaves articles to the store when there are too many in memory. They must be kept there, and nothing may wait for
    /// them: no suggestions, no undo of a step through several articles, nothing that concerns all.
    pub(super) fn let_go(&mut self) {
        if !self.may_leave_any() {
            return;
        }
        // What was freed since is known once all are counted; until then there may only seem to be too much.
        if self.n_held <= self.memory {
            return;
        }
        let sizes = self.entries.iter().filter_map(|entry| entry.article()).map(|it| it.text().as_str().len());
        let mut held: usize = sizes.sum();
        let in_steps = self.steps.articles();
        let loaded = self.entries.iter().filter(|entry| entry.article().is_some()).map(|entry| entry.head.id);
        for id in loaded.collect::<Vec<_>>() {
            if held <= self.memory {
                break;
            }
            if !in_steps.contains(&id)
                && !self.is_at_work(id)
                && let Some(entry) = self.entry_mut(id)
            {
                held -= entry.leave_to_store();
            }
        }
        self.n_held = held;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Body, Entry};
    use crate::project::{Article, ArticleHead, ArticleId, Codebook};
    use crate::text::Text;

    #[test]
    fn nothing_holds_the_text_of_an_article_that_is_left_to_the_store() {
        let article = Article::new("a", Text::new("Meloni left."));
        let head = ArticleHead::of(ArticleId(1), "a".to_owned(), &article, &Codebook::built_in().scheme);
        assert!(head.digest.text().is_some());
        let mut entry = Entry { body: Body::Loaded(Box::new(article)), ..Entry::stored(head.clone()) };
        assert_eq!(entry.leave_to_store(), 12);
        assert!(entry.article().is_none() && entry.head.digest.text().is_none());
        assert_eq!(entry.head, head);
        assert_eq!(entry.leave_to_store(), 0);
    }
}
