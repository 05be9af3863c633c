//! Labels, decisions, flags and notes; the review from doubt to doubt.

use super::moving::other_end;
use super::{Effect, Session, Target};
use crate::annotation::{AnnotationId, AttributeValue, Cursor, Only, Score, Status};
use crate::command::{Command, Refusal};
use crate::project::UnixMillis;
use crate::scheme::{AppliesTo, LabelId};
use crate::text::{ByteOffset, Direction, Span, trim};

/// A review under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review {
    /// How many suggestions there were when it began, or when more came.
    pub n_at_start: usize,
}

impl Session {
    pub(super) fn label(&mut self, label: LabelId, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        if self.scheme().label(label).applies_to == AppliesTo::Article {
            return self.toggle_article_label(label, at);
        }
        if let Some(selection) = self.selection() {
            let span = trim(self.text()?, selection).ok_or(Refusal::OnlySpace)?;
            return self.label_span(span, label, at);
        }
        let (id, annotation) = self.active().ok_or(Refusal::NothingSelected)?;
        let was_suggested = annotation.status == Status::Suggested;
        let mut effects = self.command(&Command::Relabel { ids: vec![id], label }, at)?;
        self.last_label = Some(label);
        if was_suggested && self.review.is_some() {
            effects.extend(self.go_to_next_doubt());
        }
        Ok(effects)
    }

    /// Labels a span and makes the highlight the active one.
    pub(super) fn label_span(&mut self, span: Span, label: LabelId, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        self.last_label = Some(label);
        let effects = self.command(&Command::Annotate { span, label }, at)?;
        if let Some(id) = self.find(span, label) {
            self.activate(id);
        }
        self.caret.anchor = self.caret.focus;
        Ok([effects, self.shown_selection()].concat())
    }

    pub(super) fn label_last(&mut self, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let label = self.last_label().ok_or_else(|| self.no_last_label())?;
        self.label(label, at)
    }

    /// Enter: labels a selection as last time, or accepts the highlight.
    pub(super) fn enter(&mut self, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        if self.selection().is_some() { self.label_last(at) } else { self.decide(true, false, at) }
    }

    fn find(&self, span: Span, label: LabelId) -> Option<AnnotationId> {
        let there = self.article()?.annotations().overlapping(span);
        there.iter().find(|(_, other)| other.span == span && other.label == label).map(|(id, _)| *id)
    }

    pub(super) fn decide(&mut self, accept: bool, advance: bool, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let (id, annotation) = self.active().ok_or(Refusal::NothingChosen)?;
        let was_suggested = annotation.status == Status::Suggested;
        let start = annotation.span.start();
        let next = self.doubt_after(id);
        let command = if accept { Command::Accept { id } } else { Command::Dismiss { ids: vec![id] } };
        let mut effects = self.command(&command, at)?;
        match next.filter(|_| (advance || self.review.is_some()) && was_suggested) {
            Some(next) => effects.extend(self.go_to(next)),
            None if !accept => {
                self.active = None;
                self.caret = super::Caret { anchor: start, focus: start };
                effects.extend(self.shown_selection());
            }
            None => {}
        }
        self.end_review_when_done();
        Ok(effects)
    }

    /// The next suggestion after an annotation, from the start again after the last.
    fn doubt_after(&self, id: AnnotationId) -> Option<AnnotationId> {
        let set = self.article()?.annotations();
        let first = || set.next(Cursor::Position(ByteOffset(0)), Only::Suggested).filter(|first| *first != id);
        set.next(Cursor::Annotation(id), Only::Suggested).or_else(first)
    }

    fn go_to_next_doubt(&mut self) -> Vec<Effect> {
        let next = self.active.and_then(|id| self.doubt_after(id));
        self.end_review_when_done();
        next.map(|id| self.go_to(id)).unwrap_or_default()
    }

    fn end_review_when_done(&mut self) {
        let n_left = self.article().map_or(0, |article| article.annotations().n_suggested());
        if n_left == 0 && self.review.take().is_some() {
            self.say("The review is done: every suggestion in this article is decided.");
        }
    }

    pub(super) fn accept_above(&mut self, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let least = Score::from_fraction(f32::from(self.settings.sureness.percent()) / 100.0);
        let effects = self.command(&Command::AcceptAbove { least }, at)?;
        self.end_review_when_done();
        Ok(effects)
    }

    /// Begins a review, or leaves it.
    pub(super) fn toggle_review(&mut self) -> Result<Vec<Effect>, Refusal> {
        if self.review.take().is_some() {
            self.say("The review is left.");
            return Ok(Vec::new());
        }
        let set = self.article().ok_or(Refusal::NoArticle)?.annotations();
        let is_open = |id: &AnnotationId| set.get(*id).is_some_and(|it| it.status == Status::Suggested);
        let here = self.active().map(|(id, _)| id).filter(is_open);
        let from = here.or_else(|| set.next(Cursor::Position(self.caret.focus), Only::Suggested));
        let first = from.or_else(|| other_end(set, Direction::Forward)).ok_or(Refusal::AllDecided)?;
        self.review = Some(Review { n_at_start: set.n_suggested() });
        let effects = self.go_to(first);
        self.say("Review: accept, reject or relabel each suggestion by one key.");
        Ok([vec![Effect::Focus(Target::Article)], effects].concat())
    }

    pub(super) fn toggle_unsure(&mut self, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let (id, annotation) = self.active().ok_or(Refusal::NothingChosen)?;
        let unsure = !annotation.unsure;
        self.command(&Command::Flag { id, unsure }, at)
    }

    pub(super) fn noted(&mut self, id: AnnotationId, note: String, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        self.command(&Command::Note { id, note: note.trim().to_owned() }, at)
    }

    pub(super) fn attribute_set(
        &mut self,
        id: AnnotationId,
        name: String,
        value: Option<AttributeValue>,
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        self.command(&Command::SetAttribute { id, name, value }, at)
    }

    fn toggle_article_label(&mut self, label: LabelId, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let mut about = self.article().ok_or(Refusal::NoArticle)?.annotations().about().clone();
        let spec = &self.scheme().label(label).title;
        let title = if about.labels.insert(label) {
            format!("Label the article {spec}")
        } else {
            about.labels.remove(&label);
            format!("Take {spec} off the article")
        };
        self.command(&Command::Describe { about, title }, at)
    }

    pub(super) fn article_noted(
        &mut self,
        note: &str,
        fields: &[(&str, String)],
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        let mut about = self.article().ok_or(Refusal::NoArticle)?.annotations().about().clone();
        note.trim().clone_into(&mut about.note);
        fields.iter().for_each(|(name, value)| about.set_field(name, value));
        self.command(&Command::Describe { about, title: "Say what the article is".to_owned() }, at)
    }

    pub(super) fn toggle_flag(&mut self, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let mut about = self.article().ok_or(Refusal::NoArticle)?.annotations().about().clone();
        about.flagged = !about.flagged;
        let title = if about.flagged { "Flag the article" } else { "Take the flag off the article" };
        self.command(&Command::Describe { about, title: title.to_owned() }, at)
    }
}
