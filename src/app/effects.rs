//! Feeds the session and carries out what it asks for.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use super::{App, Msg, dom_selection, files, settings, timing};
use crate::session::{Effect, Event, Paint};
use crate::text::{Direction, Span};

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
                Effect::Recognize(article, text, sureness) => self.recognizing.ask(ctx.link(), article, text, sureness),
                Effect::KeepSettings(json) => settings::keep(&json),
                Effect::Download(export) => {
                    if let Err(error) = files::download(&export) {
                        let message = format!(
                            "{} could not be handed to you: {error:?}. Try again, or another browser.",
                            export.file_name
                        );
                        self.feed(ctx, Event::Failed { message });
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

fn later(ctx: &Context<App>, message: Msg) {
    let link = ctx.link().clone();
    Timeout::new(0, move || link.send_message(message)).forget();
}
