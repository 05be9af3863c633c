//! Ends and parts of highlights.

use super::{Effect, Session};
use crate::annotation::{Annotation, AnnotationId};
use crate::command::{Command, Refusal};
use crate::project::UnixMillis;
use crate::text::{ByteOffset, Direction, Span, Step, Text, Utf16Offset, snap, step, trim};

/// Which end of an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The first character.
    Start,
    /// The last one.
    End,
}

impl Session {
    pub(super) fn move_edge(
        &mut self,
        edge: Edge,
        direction: Direction,
        by: Step,
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        let (id, annotation) = self.active().ok_or(Refusal::NothingChosen)?;
        let span = moved_edge(self.text()?, annotation.span, edge, direction, by).ok_or(Refusal::EdgeStuck)?;
        self.set_ends(id, span, at)
    }

    fn set_ends(&mut self, id: AnnotationId, span: Span, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let mut effects = self.command(&Command::MoveEdges { id, span }, at)?;
        // The caret stays in the highlight that it chose.
        self.caret = super::Caret { anchor: span.start(), focus: span.start() };
        self.activate(id);
        effects.extend(self.shown_selection());
        effects.push(Effect::Reveal(span));
        Ok(effects)
    }

    /// An end of the active highlight is being dragged, or has been: to whole words, unless `exact`.
    pub(super) fn edge_dragged(
        &mut self,
        edge: Edge,
        to: Utf16Offset,
        exact: bool,
        done: bool,
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        let text = self.text()?;
        let to = text.from_utf16(to).ok_or(Refusal::EdgeStuck)?;
        let (id, annotation) = match self.dragged {
            Some(id) => (id, self.article().and_then(|it| it.annotations().get(id)).ok_or(Refusal::Gone)?),
            None => self.active().ok_or(Refusal::NothingChosen)?,
        };
        let before = annotation.span;
        let span = dragged_to(text, annotation, edge, to, exact).unwrap_or(before);
        if !done {
            self.dragged = Some(id);
            self.caret = super::Caret { anchor: span.start(), focus: span.end() };
            return Ok(self.shown_selection());
        }
        self.dragged = None;
        if span == before {
            let start = span.start();
            self.caret = super::Caret { anchor: start, focus: start };
            self.activate(id);
            return Ok(self.shown_selection());
        }
        self.set_ends(id, span, at)
    }

    /// Adds the selection to the highlight chosen last, or takes it out.
    pub(super) fn change_parts(&mut self, add: bool, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let selection = self.selection().ok_or(Refusal::NoSelection)?;
        let selected = trim(self.text()?, selection).ok_or(Refusal::OnlySpace)?;
        let (id, annotation) = self.chosen_last().ok_or(Refusal::NoHighlightForPart)?;
        let parts = if add {
            annotation.parts().into_iter().chain([selected]).collect()
        } else {
            without(self.text()?, &annotation.parts(), selected)
        };
        if !add && parts == annotation.parts() {
            return Err(Refusal::NoHighlightForPart);
        }
        let mut effects = self.command(&Command::SetParts { id, parts }, at)?;
        self.caret.anchor = self.caret.focus;
        self.activate(id);
        effects.extend(self.shown_selection());
        Ok(effects)
    }
}

/// Where an annotation stands after an end was dragged; `None` when nothing would be left.
fn dragged_to(text: &Text, annotation: &Annotation, edge: Edge, to: ByteOffset, exact: bool) -> Option<Span> {
    let span = annotation.span;
    let raw = match edge {
        Edge::Start => text.span(to, span.end()),
        Edge::End => text.span(span.start(), to),
    }?;
    let wished = if exact { trim(text, raw) } else { snap(text, raw) }?;
    // The other end stays where it is, whatever snapping would make of it.
    match edge {
        Edge::Start => text.span(wished.start(), span.end()),
        Edge::End => text.span(span.start(), wished.end()),
    }
}

/// Parts without a stretch; what is left of each without white space at its ends.
fn without(text: &Text, parts: &[Span], taken: Span) -> Vec<Span> {
    let left = |part: &Span| {
        let before = part.between(part.start(), taken.start().min(part.end()));
        let after = part.between(taken.end().max(part.start()), part.end());
        [before, after].into_iter().flatten().filter_map(|rest| trim(text, rest)).collect::<Vec<Span>>()
    };
    parts.iter().flat_map(|part| if part.overlaps(taken) { left(part) } else { vec![*part] }).collect()
}

/// A span with one end a step away, trimmed; white space on the way is passed over. `None` when the end cannot move
/// or nothing would be left.
fn moved_edge(text: &Text, before: Span, edge: Edge, direction: Direction, by: Step) -> Option<Span> {
    let mut at = match edge {
        Edge::Start => before.start(),
        Edge::End => before.end(),
    };
    loop {
        let next = step(text, at, by, direction);
        if next == at {
            return None;
        }
        at = next;
        let moved = match edge {
            Edge::Start => text.span(at, before.end()),
            Edge::End => text.span(before.start(), at),
        };
        let span = trim(text, moved?)?;
        if span != before {
            return Some(span);
        }
    }
}
