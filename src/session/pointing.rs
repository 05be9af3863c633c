//! What mouse and finger do: selections become words, a second double-click takes the name, and with the sticky label
//! on a selection is labelled at once.

use super::{Caret, Effect, Session};
use crate::command::Refusal;
use crate::project::UnixMillis;
use crate::text::{Span, Utf16Offset, clicked_word, name_around, snap, word_at};

impl Session {
    /// A button or finger was lifted in the article after `n_clicks` clicks at one place. With `exact`, the selection
    /// stays as it is.
    pub(super) fn released(
        &mut self,
        on: Option<Utf16Offset>,
        n_clicks: u32,
        exact: bool,
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        if self.dragged.is_some() {
            return Ok(Vec::new());
        }
        let text = self.text()?;
        if n_clicks >= 2 && !exact {
            // The browser may have selected more by itself: what counts is where the pointer is.
            let selected = self.caret.anchor.min(self.caret.focus);
            let place = on.and_then(|on| text.from_utf16(on)).unwrap_or(selected);
            let Some(word) = clicked_word(text, place, self.selection()) else { return Ok(Vec::new()) };
            let is_second = self.double_clicked == Some(word) || n_clicks > 2;
            let wished = if is_second { name_around(text, word) } else { word };
            self.double_clicked = Some(word);
            return self.selected_by_pointer(wished, at);
        }
        let Some(selection) = self.selection() else { return Ok(Vec::new()) };
        let wished = if exact { Some(selection) } else { snap(text, selection) };
        self.double_clicked = None;
        match wished {
            Some(wished) => self.selected_by_pointer(wished, at),
            None => Ok(Vec::new()),
        }
    }

    /// A finger has rested on a word.
    pub(super) fn long_pressed(&mut self, on: Utf16Offset) -> Result<Vec<Effect>, Refusal> {
        let text = self.text()?;
        let word = text.from_utf16(on).and_then(|on| word_at(text, on)).ok_or(Refusal::NothingHere)?;
        self.select_span(word, false);
        Ok(self.shown_selection())
    }

    fn selected_by_pointer(&mut self, span: Span, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let is_backward = self.caret.focus < self.caret.anchor;
        self.select_span(span, is_backward);
        if let Some(label) = self.last_label().filter(|_| self.settings.sticky) {
            return self.label_span(span, label, at);
        }
        Ok(self.shown_selection())
    }

    fn select_span(&mut self, span: Span, is_backward: bool) {
        let (anchor, focus) = if is_backward { (span.end(), span.start()) } else { (span.start(), span.end()) };
        self.caret = Caret { anchor, focus };
        self.said.clear();
        self.follow_caret();
    }
}
