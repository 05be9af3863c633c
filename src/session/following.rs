//! Two tabs on one project: one writes, the others follow what it does, and can take over.

use super::{Body, Effect, Entry, Paint, Pending, Session};
use crate::command::Refusal;
use crate::project::{Article, ArticleId, Codebook, Contents};

/// Articles that were open when another tab had changed them, and are being read again.
#[derive(Debug, Default)]
pub(super) struct CatchingUp {
    /// One for each answer of the store that is still to come: an article may be asked for twice.
    loads: Vec<ArticleId>,
    /// Whether this tab writes once they are all there.
    then_writes: bool,
}

impl Session {
    /// Whether another tab writes to this project, and this one only shows what that does.
    pub fn is_following(&self) -> bool {
        self.is_following
    }

    /// Refuses what would change something while another tab writes.
    pub(super) fn may_write(&self) -> Result<(), Refusal> {
        if self.is_following { Err(Refusal::OtherTab) } else { Ok(()) }
    }

    /// Refuses what concerns all articles while their list is still being read.
    pub(super) fn must_be_whole(&self) -> Result<(), Refusal> {
        if self.is_whole { Ok(()) } else { Err(Refusal::ListComing) }
    }

    /// Which tab writes is known. This one does not before it has read what the other one has done to the open article:
    /// what is done to an older state of it could not be kept.
    pub(super) fn role_known(&mut self, is_writer: bool) -> Vec<Effect> {
        self.catching_up.then_writes = is_writer && self.is_following && !self.catching_up.loads.is_empty();
        if self.is_following != is_writer || self.catching_up.then_writes {
            return Vec::new();
        }
        self.is_following = !is_writer;
        if self.is_following {
            // What was under way ends here: the other tab has the word.
            self.arriving = None;
            self.to_read.clear();
            self.to_suggest.clear();
            self.removed.clear();
            self.folder = None;
            self.notices.retain(|notice| !notice.offers_undo);
            self.say(Refusal::OtherTab.to_string());
            return Vec::new();
        }
        self.say("This tab writes now.");
        let open = self.open.map(|open| self.save(Pending::Open(open)));
        let goes_on = self.folder_has_work().then_some(Effect::GoOn);
        open.into_iter().chain(goes_on).collect()
    }

    /// The store has given an article; with the last one that is read again, this tab may write.
    pub(super) fn caught_up(&mut self, id: ArticleId) -> Vec<Effect> {
        let CatchingUp { loads, then_writes } = &mut self.catching_up;
        let Some(index) = loads.iter().position(|other| *other == id) else { return Vec::new() };
        loads.swap_remove(index);
        if loads.is_empty() && *then_writes { self.role_known(true) } else { Vec::new() }
    }

    /// Reads the open article again. It is shown as it was until then.
    fn read_again(&mut self, id: ArticleId) -> Effect {
        // What is on its way already may have been read before the other tab wrote.
        let is_loading = self.entry(id).is_some_and(|entry| matches!(entry.body, Body::Loading));
        let is_uncounted = is_loading && !self.catching_up.loads.contains(&id);
        self.catching_up.loads.extend(is_uncounted.then_some(id));
        self.catching_up.loads.push(id);
        Effect::Load(id)
    }

    /// The other tab has changed these articles, or the labels; this is what the store has now.
    pub(super) fn changed_elsewhere(&mut self, contents: Contents, changed: &[ArticleId]) -> Vec<Effect> {
        let is_first = !self.is_whole;
        self.is_whole = true;
        if is_first {
            self.tell_of_lost_heads(&contents);
        }
        let mut effects = Vec::new();
        if let Some((number, json)) = contents.codebook.filter(|(number, _)| *number > self.n_codebooks) {
            self.n_codebooks = number;
            if let Ok(codebook) = Codebook::parse(&json) {
                let is_grouped_anew = !codebook.scheme.groups_as(&self.codebook.scheme);
                self.codebook = std::sync::Arc::new(codebook);
                effects.push(Effect::Paint(Paint::Looks));
                if is_grouped_anew {
                    effects.extend(self.group_anew());
                }
            }
        }
        let mut before = std::mem::take(&mut self.entries).into_iter().peekable();
        for head in contents.articles {
            while before.next_if(|entry| entry.head.id < head.id).is_some() {}
            let kept = before.next_if(|entry| entry.head.id == head.id);
            self.next_article = self.next_article.max(head.id.0 + 1);
            let mut entry = kept.unwrap_or_else(|| Entry::stored(head.clone()));
            // Of what is at work here the store may not know the latest yet.
            if entry.article().is_none() || changed.contains(&head.id) {
                entry.head = head;
            }
            // The open one is shown as it was until it is read again.
            if changed.contains(&entry.head.id) && Some(entry.head.id) != self.open {
                entry.leave_to_store();
            }
            self.entries.push(entry);
        }
        self.heads_changed = true;
        self.count_done();
        // Files that were chosen before the list was there.
        if is_first {
            effects.extend(self.read_waiting());
            effects.extend(self.folder_has_work().then_some(Effect::GoOn));
        }
        match self.open.filter(|open| self.entry(*open).is_some()) {
            Some(open) if changed.contains(&open) => effects.push(self.read_again(open)),
            Some(_) => {}
            None => {
                let next = contents.open.or(self.entries.first().map(|entry| entry.head.id));
                // What is written in a dialog about the one that is gone is not meant for the next.
                let has_dialog = self.dialog_is_of_article();
                self.open = None;
                effects.push(Effect::Paint(Paint::Whole));
                effects.extend(next.map(|id| self.show(id)).unwrap_or_default());
                if has_dialog {
                    effects.extend(self.close_dialog());
                }
            }
        }
        effects
    }
}

impl Entry {
    /// Whether more was done to the article here than the store has given, which is then older.
    pub(super) fn is_ahead_of(&self, read: &Article) -> bool {
        let is_ahead = |there: &Article| {
            let (here, read) = (there.journal(), read.journal());
            here.len() > read.len() && here.starts_with(read)
        };
        self.article().is_some_and(is_ahead)
    }
}
