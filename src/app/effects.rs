//! Feeds the session and carries out what it asks for.

use gloo::timers::callback::Timeout;
use yew::html::Scope;
use yew::prelude::*;

use super::{App, Msg, dom_selection, files, now, timing};
use crate::project::ArticleId;
use crate::recognize::Recognition;
use crate::session::{Effect, Event, Paint};
use crate::text::{Direction, Span, Text};

/// Bytes of text that the recognizer looks at between two looks at what the person does.
const RECOGNITION_SLICE: usize = 16_000;

impl App {
    /// Gives the session an event and does what comes of it.
    pub(super) fn feed(&mut self, ctx: &Context<Self>, event: Event) {
        let kind = Kind::of(&event);
        let effects = self.session.update(event);
        let mut drawn = false;
        for effect in effects {
            match effect {
                Effect::Paint(paint) => {
                    self.paint(ctx, &paint);
                    drawn = true;
                }
                Effect::Save(number, pending) => {
                    if let Some(saver) = &self.saver {
                        saver.keep(number, pending);
                    }
                }
                Effect::Load(article) => {
                    if let Some(saver) = &self.saver {
                        saver.load(article);
                    }
                }
                Effect::Recognize(article, text) => look_for_suggestions(ctx, article, text),
                Effect::Download(export) => {
                    if let Err(error) = files::download(&export) {
                        let message = format!(
                            "{} could not be handed to you: {error:?}. Try again, or another browser.",
                            export.file_name
                        );
                        self.feed(ctx, Event::FileRefused { message });
                    }
                }
                Effect::Select { anchor, focus } => {
                    if let Some(painter) = &self.painter {
                        dom_selection::write(painter, anchor, focus);
                    }
                }
                Effect::Reveal(span) => self.reveal(span),
                Effect::MoveByLine { direction, extend } => {
                    dom_selection::move_by_line(direction == Direction::Forward, extend);
                }
                Effect::AskForFiles => self.ask_for_files(),
            }
        }
        let active = self.session.active().map(|(id, _)| id);
        if let Some(painter) = &mut self.painter {
            painter.activate(active, self.session.article(), self.session.scheme());
        }
        self.measure(kind, drawn);
    }

    fn paint(&mut self, ctx: &Context<Self>, paint: &Paint) {
        let Some(painter) = &mut self.painter else { return };
        let article = self.session.article();
        match (paint, article) {
            (Paint::Whole, article) => {
                painter.show(article, self.session.scheme());
                self.first_row = 0;
                gloo::utils::window().scroll_to_with_x_and_y(0.0, 0.0);
                if article.is_some() && !self.is_painting {
                    self.is_painting = true;
                    later(ctx, Msg::GoOnPainting);
                }
            }
            (Paint::Spans(spans), Some(article)) => {
                painter.repaint(spans, article, self.session.scheme());
                if painter.has_more() && !self.is_painting {
                    self.is_painting = true;
                    later(ctx, Msg::GoOnPainting);
                }
                // The browser's selection was in the text nodes that have just been replaced.
                let caret = self.session.caret();
                let text = article.text();
                let is_touched = spans.iter().any(|span| near(*span, caret.anchor.0) || near(*span, caret.focus.0));
                if let (true, Some(anchor), Some(focus)) =
                    (is_touched, text.to_utf16(caret.anchor), text.to_utf16(caret.focus))
                    && painter.root().contains(gloo::utils::document().active_element().as_deref())
                {
                    dom_selection::write(painter, anchor, focus);
                }
            }
            (Paint::Spans(_), None) => {}
        }
    }

    /// Draws marks that are not on the screen yet, a slice at a time.
    pub(super) fn go_on_painting(&mut self, ctx: &Context<Self>) {
        let (Some(painter), Some(article)) = (&mut self.painter, self.session.article()) else {
            self.is_painting = false;
            return;
        };
        self.is_painting = painter.go_on(article, self.session.scheme());
        if self.is_painting {
            later(ctx, Msg::GoOnPainting);
        }
    }

    /// Tells the browser's profiler how long the person waited for what was just drawn.
    fn measure(&mut self, kind: Kind, drawn: bool) {
        // A project that was emptied has nothing to wait for.
        self.is_booted |= kind == Kind::Booted && self.session.open_id().is_none();
        let Some(article) = self.session.article() else { return };
        if drawn && !self.is_booted {
            self.is_booted = true;
            timing::measure_to_paint("attache:boot", 0.0);
        }
        // A plain text is annotated only when its suggestions are there.
        let is_annotated = kind == Kind::Recognized || (drawn && article.annotations().n_visible() > 0);
        if is_annotated && let Some(start) = self.open_start.take() {
            timing::measure_to_paint("attache:open", start);
        }
        if drawn
            && kind == Kind::Edit
            && let Some(start) = self.edit_start.take()
        {
            timing::measure_to_paint("attache:edit", start);
        }
    }

    /// Brings a span into view, unless it is in view.
    fn reveal(&mut self, span: Span) {
        let (Some(painter), Some(article)) = (&mut self.painter, self.session.article()) else { return };
        painter.ensure_painted(span, article, self.session.scheme());
        let (start, end) = article.text().span_utf16(span);
        super::overlay::bring_into_view(painter, start, end);
    }
}

/// What an event means for the measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Booted,
    Edit,
    Recognized,
    Other,
}

impl Kind {
    fn of(event: &Event) -> Kind {
        match event {
            Event::Act { .. } | Event::GroupAccepted { .. } => Kind::Edit,
            Event::Booted { .. } => Kind::Booted,
            Event::Recognized { .. } => Kind::Recognized,
            _ => Kind::Other,
        }
    }
}

/// Whether a position lies in the block-sized neighbourhood of a span that was redrawn. Setting the selection where
/// it is does no harm, so this may say yes too often.
fn near(span: Span, position: u32) -> bool {
    const BLOCK: u32 = 5_000;
    span.start().0.saturating_sub(BLOCK) <= position && position <= span.end().0.saturating_add(BLOCK)
}

fn look_for_suggestions(ctx: &Context<App>, article: ArticleId, text: Text) {
    let n_bytes = text.len().0 as usize;
    go_on_looking(ctx.link().clone(), article, Recognition::new(&text), 0, n_bytes);
}

/// Looks at the next part of a text in a turn of its own, so that keys and clicks come in between.
fn go_on_looking(link: Scope<App>, article: ArticleId, mut recognition: Recognition, n_done: usize, n_bytes: usize) {
    Timeout::new(0, move || {
        if recognition.advance(RECOGNITION_SLICE) {
            let suggestions = recognition.finish();
            link.send_message(Msg::Session(Event::Recognized { article, suggestions, at: now() }));
            return;
        }
        let n_done = n_done + RECOGNITION_SLICE;
        if n_done.is_multiple_of(16 * RECOGNITION_SLICE) {
            // The text is gone through more than once, so this is a hint, not a measure.
            let percent = (n_done * 100 / (2 * n_bytes).max(1)).min(99);
            link.send_message(Msg::Session(Event::Recognizing { article, percent: percent as u8 }));
        }
        go_on_looking(link, article, recognition, n_done, n_bytes);
    })
    .forget();
}

fn later(ctx: &Context<App>, message: Msg) {
    let link = ctx.link().clone();
    Timeout::new(0, move || link.send_message(message)).forget();
}
