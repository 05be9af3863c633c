//! The earlier states of the open article.

use std::sync::Arc;

use super::{Dialog, Effect, Session};
use crate::command::{Refusal, Turn};
use crate::project::{Article, Step, UnixMillis};

/// A state of the open article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// After how many steps: 0 is the text alone.
    pub n_steps: usize,
    /// The last of them; none for the text alone.
    pub step: Option<Step>,
}

/// What is seen of a version before it is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Of which.
    pub n_steps: usize,
    /// How many highlights it has, and how many of them are undecided.
    pub n_visible: usize,
    /// The undecided ones.
    pub n_suggested: usize,
}

impl Session {
    /// The states of the open article, the newest first.
    pub fn versions(&self) -> Vec<Version> {
        let steps = self.article().map(Article::steps).unwrap_or_default();
        let first = Version { n_steps: 0, step: None };
        let after = steps.into_iter().enumerate().map(|(index, step)| Version { n_steps: index + 1, step: Some(step) });
        let mut versions: Vec<Version> = [first].into_iter().chain(after).collect();
        versions.reverse();
        versions
    }

    /// What a version of the open article has.
    fn preview(&self, n_steps: usize) -> Option<Preview> {
        let then = self.article()?.after(n_steps, self.scheme());
        let set = then.annotations();
        Some(Preview { n_steps, n_visible: set.n_visible(), n_suggested: set.n_suggested() })
    }

    /// The version that was looked at last.
    pub fn looked_at(&self) -> Option<Preview> {
        self.looked_at
    }

    pub(super) fn open_versions(&mut self) -> Result<Vec<Effect>, Refusal> {
        self.article().ok_or(Refusal::NoArticle)?;
        self.toggle_dialog(Dialog::Versions)
    }

    pub(super) fn version_looked_at(&mut self, n_steps: usize) {
        self.looked_at = self.preview(n_steps);
    }

    /// Puts the open article back to an earlier state, which is itself a step that can be taken back.
    pub(super) fn version_chosen(&mut self, n_steps: usize, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let article = self.article().ok_or(Refusal::NoArticle)?;
        let title = format!("Put the article back to step {n_steps}");
        let transaction = article.back_to(n_steps, title, self.scheme()).ok_or(Refusal::NoChange)?;
        let open = self.open.ok_or(Refusal::NoArticle)?;
        self.forget_undone_steps();
        let effects = self.turn(open, Turn::Do(Arc::new(transaction)), at)?;
        let closing = self.close_dialog();
        self.say(format!("The article is as it was after {n_steps} steps; undo takes that back."));
        Ok([effects, closing].concat())
    }
}
