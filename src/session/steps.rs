//! Steps that are more than an edit of the open article: of the codebook, and of several articles at once. Each is one
//! undo.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Body, Effect, Entry, Paint, Pending, Session, Tone};
use crate::annotation::{GroupKey, Transaction};
use crate::command::{Command, Refusal, Turn, plan};
use crate::project::{ArticleId, CodebookEdit, Entity, UnixMillis};

/// Something that was done to more than one article, or to the codebook.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// What was done, as [`Transaction::title`].
    pub(super) title: String,
    /// When, or when it was taken back.
    pub(super) at: UnixMillis,
    /// What had been done last in the open article by then, or been taken back.
    after: Option<Arc<Transaction>>,
    /// What was done to which articles.
    pub(super) articles: Vec<(ArticleId, Arc<Transaction>)>,
    /// What was done to the codebook, in order.
    pub(super) codebook: Vec<CodebookEdit>,
}

/// The steps of this visit.
#[derive(Debug, Default)]
pub(super) struct Steps {
    done: Vec<Step>,
    undone: Vec<Step>,
}

impl Steps {
    /// The articles that a step may be taken back in.
    pub(super) fn articles(&self) -> BTreeSet<ArticleId> {
        let steps = self.done.iter().chain(&self.undone);
        steps.flat_map(|step| step.articles.iter().map(|(id, _)| *id)).collect()
    }
}

/// Something that concerns all articles and waits until they are read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wish {
    /// To download them in a format.
    Download(&'static str),
    /// To give a person or topic another name, and what is known of it.
    Rename { key: GroupKey, name: String, known: Entity },
}

/// What waits until all articles are read, in the order in which it was wished.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    queue: Vec<(Wish, UnixMillis)>,
    /// How many articles were still to be read when it was counted last.
    n_unread: usize,
}

impl Wishes {
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

impl Step {
    /// Whether it came after an edit of the open article. A file's labels come in the same millisecond as what they mark,
    /// and before it.
    fn is_later_than(&self, at: UnixMillis, own: &Arc<Transaction>) -> bool {
        let mut before = self.after.iter().chain(self.articles.iter().map(|(_, transaction)| transaction));
        at < self.at || at == self.at && before.any(|it| Arc::ptr_eq(it, own))
    }
}

impl Session {
    /// Changes the codebook; one undo takes it back.
    pub(super) fn edit_codebook(
        &mut self,
        title: String,
        edits: Vec<CodebookEdit>,
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        self.do_step(title, Vec::new(), edits, at)
    }

    /// Carries out commands on several articles, and edits of the codebook, as one step. A command that changes
    /// nothing is passed over; when none changes anything, the first refusal is the answer.
    pub(super) fn do_step(
        &mut self,
        title: String,
        commands: Vec<(ArticleId, Command)>,
        codebook: Vec<CodebookEdit>,
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        self.may_write()?;
        let mut articles = Vec::new();
        let mut refusal = None;
        for (id, command) in commands {
            match self.planned(id, &command, at) {
                Ok(transaction) => articles.push((id, Arc::new(transaction))),
                Err(why) => drop(refusal.get_or_insert(why)),
            }
        }
        if articles.is_empty() && codebook.is_empty() {
            return Err(refusal.unwrap_or(Refusal::NoChange));
        }
        let mut effects = Vec::new();
        for (id, transaction) in &articles {
            effects.extend(self.turn(*id, Turn::Do(transaction.clone()), at)?);
        }
        effects.extend(self.apply_to_codebook(&codebook)?);
        self.say(format!("{title}."));
        self.steps.undone.clear();
        let after = self.last_done();
        self.steps.done.push(Step { title, at, after, articles, codebook });
        Ok(effects)
    }

    /// What a command would change, signed by the annotator if it is a decision.
    pub(super) fn planned(&self, id: ArticleId, command: &Command, at: UnixMillis) -> Result<Transaction, Refusal> {
        let article = self.entry(id).and_then(Entry::article).ok_or(Refusal::NoArticle)?;
        let mut transaction = plan(article.text(), article.annotations(), self.scheme(), command)?;
        if command.is_decision() {
            transaction.sign(&crate::annotation::Decision { by: self.settings.annotator.clone(), at });
        }
        Ok(transaction)
    }

    /// Something new was done: what was taken back before cannot be done again.
    pub(super) fn forget_undone_steps(&mut self) {
        self.steps.undone.clear();
    }

    fn apply_to_codebook(&mut self, edits: &[CodebookEdit]) -> Result<Vec<Effect>, Refusal> {
        if edits.is_empty() {
            return Ok(Vec::new());
        }
        let mut codebook = (*self.codebook).clone();
        for edit in edits {
            if !codebook.apply(edit) {
                return Err(Refusal::Gone);
            }
        }
        let is_new_scheme = codebook.scheme != self.codebook.scheme;
        let is_grouped_anew = !codebook.scheme.groups_as(&self.codebook.scheme);
        self.codebook = Arc::new(codebook);
        self.n_codebooks += 1;
        let kept = self.save(Pending::Codebook(self.n_codebooks, self.codebook.clone()));
        let grouped = if is_grouped_anew { self.group_anew() } else { Vec::new() };
        Ok(is_new_scheme.then_some(Effect::Paint(Paint::Looks)).into_iter().chain([kept]).chain(grouped).collect())
    }

    /// Groups all that is in memory anew: some labels have become mentions of something else. The list says which persons
    /// are in an article, so that is kept again, too.
    // Not inlined: a door of `xtask/pack`, which is seldom opened.
    #[inline(never)]
    pub(super) fn group_anew(&mut self) -> Vec<Effect> {
        let scheme = self.codebook.scheme.clone();
        let mut heads = Vec::new();
        for entry in &mut self.entries {
            let Body::Loaded(article) = &mut entry.body else { continue };
            article.group_anew(&scheme);
            let mut head = entry.head.clone();
            head.refresh(article, &scheme);
            if head != entry.head {
                entry.head = head.clone();
                heads.push(head);
            }
        }
        // They may come back, with their heads.
        for (_, entry) in &mut self.removed {
            if let Body::Loaded(article) = &mut entry.body {
                article.group_anew(&scheme);
                entry.head.refresh(article, &scheme);
            }
        }
        self.heads_changed |= !heads.is_empty();
        heads.retain(|_| !self.is_following);
        heads.into_iter().map(|head| self.save(Pending::Head(head))).collect()
    }

    /// The step that an undo takes back, if it is newer than the last edit of the open article.
    fn step_to_undo(&self) -> Option<&Step> {
        let own = self.article().and_then(|article| article.history().last_done());
        self.steps.done.last().filter(|step| own.is_none_or(|(at, own)| step.is_later_than(at, own)))
    }

    fn step_to_redo(&self) -> Option<&Step> {
        let own = self.article().and_then(|article| article.history().last_undone());
        self.steps.undone.last().filter(|step| own.is_none_or(|(at, own)| step.is_later_than(at, own)))
    }

    fn last_done(&self) -> Option<Arc<Transaction>> {
        Some(self.article()?.history().last_done()?.1.clone())
    }

    fn last_undone(&self) -> Option<Arc<Transaction>> {
        Some(self.article()?.history().last_undone()?.1.clone())
    }

    /// What an undo would take back.
    pub fn undo_title(&self) -> Option<&str> {
        let own = || self.article().and_then(|article| article.history().undo_title());
        self.step_to_undo().map(|step| step.title.as_str()).or_else(own)
    }

    /// What a redo would do again.
    pub fn redo_title(&self) -> Option<&str> {
        let own = || self.article().and_then(|article| article.history().redo_title());
        self.step_to_redo().map(|step| step.title.as_str()).or_else(own)
    }

    /// Undo and redo: of the last step, or in the open article.
    pub(super) fn take(&mut self, turn: Turn, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        self.may_write()?;
        let is_undo = turn == Turn::Undo;
        if is_undo && self.step_to_undo().is_some() {
            let step = self.steps.done.pop().ok_or(Refusal::NothingToUndo)?;
            let effects = self.step_back_or_forth(&step, true, at)?;
            self.steps.undone.push(Step { at, after: self.last_undone(), ..step });
            return Ok(effects);
        }
        if turn == Turn::Redo && self.step_to_redo().is_some() {
            let step = self.steps.undone.pop().ok_or(Refusal::NothingToRedo)?;
            let effects = self.step_back_or_forth(&step, false, at)?;
            self.steps.done.push(Step { at, after: self.last_done(), ..step });
            return Ok(effects);
        }
        let refusal = if is_undo { Refusal::NothingToUndo } else { Refusal::NothingToRedo };
        let title = if is_undo { self.undo_title() } else { self.redo_title() };
        let words = format!("{}: {}.", if is_undo { "Undone" } else { "Done again" }, title.ok_or(refusal)?);
        let open = self.open.ok_or(Refusal::NoArticle)?;
        let mut effects = self.turn(open, turn, at)?;
        self.say(words);
        // The eye goes where something changed, unless that is half the article.
        if let Some(Effect::Paint(Paint::Spans(spans))) = effects.first()
            && let [span] = spans[..]
        {
            effects.push(Effect::Reveal(span));
        }
        Ok(effects)
    }

    /// Takes a step back, or makes it again, in every article where nothing was built on it since.
    fn step_back_or_forth(&mut self, step: &Step, back: bool, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let codebook: Vec<CodebookEdit> = match back {
            true => step.codebook.iter().rev().map(CodebookEdit::inverse).collect(),
            false => step.codebook.clone(),
        };
        // First what may be refused: then nothing was done yet that would not be kept.
        let mut effects = self.apply_to_codebook(&codebook)?;
        let mut left = Vec::new();
        for (id, transaction) in &step.articles {
            let Some(article) = self.entry(*id).and_then(Entry::article) else { continue };
            let history = article.history();
            let last = if back { history.last_done() } else { history.last_undone() };
            let is_last = last.is_some_and(|(_, last)| Arc::ptr_eq(last, transaction));
            let turn = match (is_last, back) {
                (true, true) => Turn::Undo,
                (true, false) => Turn::Redo,
                (false, true) => Turn::Do(Arc::new(transaction.inverse())),
                (false, false) => Turn::Do(transaction.clone()),
            };
            match self.turn(*id, turn, at) {
                Ok(more) => effects.extend(more),
                Err(_) => left.extend(self.entry(*id).map(|entry| format!("“{}”", entry.head.name))),
            }
        }
        let verb = if back { "Undone" } else { "Done again" };
        self.say(format!("{verb}: {}.", step.title));
        if !left.is_empty() {
            let names = left.join(", ");
            self.tell(
                Tone::Problem,
                format!("{verb}: {}, but not in {names}: what was done there since builds on it.", step.title),
                false,
            );
        }
        Ok(effects)
    }

    /// Does something that concerns all articles, once they are all read.
    pub(super) fn everywhere(&mut self, wish: Wish, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        self.must_be_whole()?;
        let to_read: Vec<ArticleId> =
            self.entries.iter().filter(|entry| matches!(entry.body, Body::Stored)).map(|entry| entry.head.id).collect();
        let n_loading = self.entries.iter().filter(|entry| matches!(entry.body, Body::Loading)).count();
        if n_loading > 0 || !to_read.is_empty() {
            for entry in &mut self.entries {
                if matches!(entry.body, Body::Stored) {
                    entry.body = Body::Loading;
                }
            }
            self.awaited.queue.push((wish, at));
            self.awaited.n_unread = n_loading + to_read.len();
            self.say("Reading the other articles…");
            return Ok(to_read.into_iter().map(Effect::Load).collect());
        }
        match wish {
            Wish::Download(format) => Ok(self.download(format)),
            Wish::Rename { key, name, known } => self.rename(&key, &name, known, at),
        }
    }

    /// An article was read: does what waited for all, when it was the last one.
    pub(super) fn wishes_go_on(&mut self) -> Vec<Effect> {
        self.awaited.n_unread = self.awaited.n_unread.saturating_sub(1);
        if self.awaited.n_unread > 0 {
            return Vec::new();
        }
        let mut effects = Vec::new();
        for (wish, at) in std::mem::take(&mut self.awaited.queue) {
            effects.extend(self.settle(|s| s.everywhere(wish, at)));
        }
        effects
    }

    fn rename(&mut self, key: &GroupKey, name: &str, known: Entity, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let mut commands = Vec::new();
        for entry in &self.entries {
            let Some(group) = entry.article().and_then(|article| article.annotations().group(key)) else { continue };
            let mentions = group.mentions.iter().map(|place| place.id()).collect();
            commands.push((entry.head.id, Command::Join { mentions, entity: name.to_owned() }));
        }
        let to = GroupKey { kind: key.kind, entity: name.into() };
        let (old, there) = (self.codebook.entity(key), self.codebook.entity(&to));
        let mut codebook = Vec::new();
        if !old.is_empty() {
            codebook.push(CodebookEdit::entity(key.clone(), old, Entity::default()));
        }
        // What is known of one who has that name already is kept, unless something was written now.
        if !known.is_empty() && known != there {
            codebook.push(CodebookEdit::entity(to.clone(), there, known));
        }
        let effects = self.do_step(format!("Call “{}” “{name}”", key.entity), commands, codebook, at)?;
        if self.expanded.as_ref() == Some(key) {
            self.expanded = Some(to);
        }
        Ok(effects)
    }
}
