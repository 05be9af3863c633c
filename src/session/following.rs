//! Two tabs on one project: one writes, the others follow what it does, and can take over.

use super::{Effect, Entry, Paint, Pending, Session};
use crate::command::Refusal;
use crate::project::{ArticleId, Codebook, Contents};

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

    /// Which tab writes is known.
    pub(super) fn role_known(&mut self, is_writer: bool) -> Vec<Effect> {
        if self.is_following != is_writer {
            return Vec::new();
        }
        self.is_following = !is_writer;
        if self.is_following {
            // What was under way ends here: the other tab has the word.
            self.arriving = None;
            self.to_read.clear();
            self.to_suggest.clear();
            self.removed = None;
            self.folder = None;
            self.notices.retain(|notice| !notice.offers_undo);
            self.say(Refusal::OtherTab.to_string());
            return Vec::new();
        }
        self.say("This tab writes now.");
        let open = self.open.map(|open| self.save(Pending::Open(open)));
        open.into_iter().collect()
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
                self.codebook = std::sync::Arc::new(codebook);
                effects.push(Effect::Paint(Paint::Looks));
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
            Some(open) if changed.contains(&open) => effects.push(Effect::Load(open)),
            Some(_) => {}
            None => {
                let next = contents.open.or(self.entries.first().map(|entry| entry.head.id));
                // What is written in a dialog about the one that is gone is not meant for the next.
                let has_dialog = self.dialog_is_of_article();
                self.open = None;
                effects.push(Effect::Paint(Paint::Whole));
                effects.extend(next.map(|id| self.show(id)).unwrap_or_default());
                effects.extend(has_dialog.then(|| self.close_dialog()).unwrap_or_default());
            }
        }
        effects
    }
}
