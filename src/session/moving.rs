//! The caret and the walk from highlight to highlight.

use super::{Caret, Effect, Session};
use crate::annotation::{AnnotationId, AnnotationSet, Cursor, Only};
use crate::command::Refusal;
use crate::text::{ByteOffset, Direction, Step, step};

/// Where only the browser knows to find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The same column of the next line of the screen.
    Line,
    /// The end of this line of the screen.
    LineEnd,
}

pub(super) fn in_article(place: Place, direction: Direction, extend: bool) -> Result<Vec<Effect>, Refusal> {
    Ok(vec![Effect::MoveOnScreen { place, direction, extend }])
}

/// The next index that way.
pub(super) fn way(index: usize, direction: Direction) -> Option<usize> {
    match direction {
        Direction::Forward => index.checked_add(1),
        Direction::Backward => index.checked_sub(1),
    }
}

impl Session {
    pub(super) fn walk(&mut self, direction: Direction, only: Only) -> Result<Vec<Effect>, Refusal> {
        let found = self.neighbour(direction, only)?;
        let set = self.article().ok_or(Refusal::NoArticle)?.annotations();
        match (found, only) {
            (Some(id), _) => Ok(self.go_to(id)),
            (None, Only::All) => Err(Refusal::NoFurther),
            (None, Only::Suggested) => {
                let id = other_end(set, direction).ok_or(Refusal::AllDecided)?;
                Ok(self.go_to(id))
            }
        }
    }

    fn neighbour(&self, direction: Direction, only: Only) -> Result<Option<AnnotationId>, Refusal> {
        let from = self.active().map_or(Cursor::Position(self.caret.focus), |(id, _)| Cursor::Annotation(id));
        let set = self.article().ok_or(Refusal::NoArticle)?.annotations();
        Ok(match direction {
            Direction::Forward => set.next(from, only),
            Direction::Backward => set.previous(from, only),
        })
    }

    /// Another highlight at the caret: the next longer one, and after the longest the shortest.
    pub(super) fn cycle(&mut self) -> Result<Vec<Effect>, Refusal> {
        let article = self.article().ok_or(Refusal::NoArticle)?;
        let here = match self.active() {
            // The active one’s start, unless the caret stands elsewhere in it: a shorter one may not reach the start.
            Some((_, annotation)) if !annotation.touches(self.caret.focus) => annotation.span.start(),
            _ => self.caret.focus,
        };
        let there = article.annotations().at(here);
        let at = there.iter().position(|id| Some(*id) == self.active);
        let next = at.map_or(0, |at| (at + 1) % there.len().max(1));
        let id = *there.get(next).ok_or(Refusal::NothingHere)?;
        if Some(id) == self.active {
            return Err(Refusal::OnlyOneHere);
        }
        let span = article.annotations().get(id).ok_or(Refusal::Gone)?.span;
        self.activate(id);
        self.said.clear();
        self.caret = Caret { anchor: here, focus: here };
        Ok(self.shown_selection().into_iter().chain([Effect::Reveal(span)]).collect())
    }

    /// Extends the selection to the far end of the next highlight that way.
    pub(super) fn select_to(&mut self, direction: Direction) -> Result<Vec<Effect>, Refusal> {
        let set = self.article().ok_or(Refusal::NoArticle)?.annotations();
        let from = self.caret.focus;
        let end = match direction {
            Direction::Forward => {
                let id = set.next(Cursor::Position(from), Only::All).ok_or(Refusal::NoFurther)?;
                set.get(id).ok_or(Refusal::Gone)?.span.end()
            }
            Direction::Backward => {
                let id = set.previous(Cursor::Position(from), Only::All).ok_or(Refusal::NoFurther)?;
                set.get(id).ok_or(Refusal::Gone)?.span.start()
            }
        };
        self.put_caret(end, true)
    }

    pub(super) fn move_caret(&mut self, by: Step, direction: Direction, extend: bool) -> Result<Vec<Effect>, Refusal> {
        let focus = step(self.text()?, self.caret.focus, by, direction);
        self.put_caret(focus, extend)
    }

    fn put_caret(&mut self, focus: ByteOffset, extend: bool) -> Result<Vec<Effect>, Refusal> {
        self.caret.focus = focus;
        if !extend {
            self.caret.anchor = focus;
        }
        self.follow_caret();
        self.said.clear();
        let at = self.caret_line();
        Ok(self.shown_selection().into_iter().chain(at.map(Effect::Reveal)).collect())
    }

    pub(super) fn select_all(&mut self) -> Result<Vec<Effect>, Refusal> {
        self.caret = Caret { anchor: ByteOffset(0), focus: self.text()?.len() };
        self.follow_caret();
        Ok(self.shown_selection())
    }
}

/// The first or last suggestion: where a walk that has come to the end goes on.
pub(super) fn other_end(set: &AnnotationSet, direction: Direction) -> Option<AnnotationId> {
    match direction {
        Direction::Forward => set.next(Cursor::Position(ByteOffset(0)), Only::Suggested),
        Direction::Backward => set.previous(Cursor::Position(ByteOffset(u32::MAX)), Only::Suggested),
    }
}
