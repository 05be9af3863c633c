//! Feeds the session and carries out what it asks for.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use super::painter::{Painter, Seen};
use super::saver::{AnyStore, Saver};
use super::tabs::Tabs;
use super::{
    App, Msg, Part, dom_selection, files, indexed_db, listening, looks, now, parts, projects, settings, timing,
};
use crate::project::{Contents, StoreError};
use crate::session::{Effect, Event, Paint, Target};
use crate::text::{Direction, Span};

/// How long long work goes on in one turn, in milliseconds.
const WORK_MILLIS: f64 = 12.0;
/// How long marks that are not on the screen wait after a person has done something, in milliseconds: what comes of that is
/// painted within it.
const QUIET_MILLIS: u32 = 50;
/// How long files are on their way before it is told how far they are, in milliseconds: most are there by then, and a picture
/// of the way would only keep them.
const PATIENCE_MILLIS: f64 = 400.0;

impl App {
    /// Begins with what is stored. Gives whether the page is to be drawn now.
    pub(super) fn begin(
        &mut self,
        ctx: &Context<Self>,
        store: AnyStore,
        tabs: Tabs,
        contents: Result<Contents, StoreError>,
    ) -> bool {
        let report = ctx.link().callback(Msg::Session);
        let saver = Saver::new(store, tabs.clone(), report);
        // What was heard before there was a store is true by now: the turn may have come in the meantime.
        let is_writer = tabs.is_writer();
        self.feed(ctx, Event::RoleKnown { is_writer });
        self.tabs = Some(tabs);
        self.listeners.push(listening::warn_before_leaving(saver.clone()));
        self.saver = Some(saver.clone());
        if let Some(json) = settings::found(self.session.project()) {
            self.feed(ctx, Event::SettingsFound { json });
        }
        looks::apply(self.session.settings());
        let is_partial = contents.as_ref().is_ok_and(|contents| contents.opened.is_some());
        self.feed(ctx, Event::Booted { contents, at: now() });
        if is_partial {
            // The list comes when the text is there; so does what the tab that writes has kept since it was read.
            let open = self.session.open_id().filter(|_| !is_writer);
            timing::after_paint(move || saver.catch_up(open.into_iter().collect(), false));
        }
        if !self.early.is_empty() {
            let early = std::mem::take(&mut self.early);
            return self.take_in(ctx, early);
        }
        self.draws_now(ctx)
    }

    /// Takes in what was in files. Gives whether the page is to be drawn now.
    pub(super) fn take_in(&mut self, ctx: &Context<Self>, events: Vec<Event>) -> bool {
        self.is_reading = false;
        events.into_iter().for_each(|event| self.feed(ctx, event));
        self.draws_now(ctx)
    }

    /// Long work goes on for as long as nobody minds. What is drawn beside the text has a turn of its own.
    pub(super) fn work(&mut self, ctx: &Context<Self>) -> bool {
        let start = timing::now();
        while std::mem::take(&mut self.has_work) {
            self.feed(ctx, Event::WorkGoesOn { at: now() });
            if timing::now() - start > WORK_MILLIS {
                break;
            }
        }
        self.is_working = self.has_work;
        if self.is_working {
            go_on(ctx, Msg::GoOnWorking);
        }
        self.draw_beside(ctx);
        false
    }

    /// Draws what is beside the text in a turn of its own: beside one that has just been put there when it is seen.
    fn draw_beside(&mut self, ctx: &Context<Self>) {
        if self.is_awaited(ctx) {
            return;
        }
        match std::mem::take(&mut self.is_fresh) && self.is_text_alone() {
            true => when_seen(ctx, Msg::Draw(None)),
            false => later(ctx, Msg::Draw(None)),
        }
    }

    /// Whether nothing is to be drawn above the text or instead of what is beside it, which would move its words once they
    /// are seen.
    fn is_text_alone(&self) -> bool {
        let session = &self.session;
        let is_plain = session.notices().is_empty() && session.arrival().is_none() && session.review().is_none();
        is_plain && !session.is_following() && !session.settings().focus_mode
    }

    /// Whether a text is on its way, and nothing to be drawn before it: the page is not seen yet, or the files were chosen just
    /// now.
    pub(super) fn is_awaited(&self, ctx: &Context<Self>) -> bool {
        let is_recent = || self.open_start.is_some_and(|start| timing::now() - start < PATIENCE_MILLIS);
        let is_under_way = self.is_reading || (self.is_working && self.session.arrival().is_some());
        (self.is_put_off && !ctx.props().stage.is_entered()) || (is_under_way && is_recent())
    }

    /// Whether all is to be drawn now; beside a text that has just been put there it is drawn when that is seen.
    fn draws_now(&mut self, ctx: &Context<Self>) -> bool {
        let is_later = self.is_fresh && self.is_text_alone();
        if is_later {
            self.draw_beside(ctx);
        }
        !is_later && !self.is_awaited(ctx)
    }

    /// Gives the session an event and does what comes of it.
    pub(super) fn feed(&mut self, ctx: &Context<Self>, event: Event) {
        self.ask_for_room(ctx, &event);
        let kind = Kind::of(&event);
        let had_dialog = self.session.dialog().is_some();
        let effects = self.session.update(event);
        if !had_dialog && self.session.dialog().is_some() {
            self.focus_before = gloo::utils::document().active_element();
            self.edited_label = None;
        }
        if kind == Kind::Booted {
            looks::apply_colours(self.session.scheme());
        }
        match kind {
            Kind::Writer(true) => {
                let (folder, leisure) = (self.folder.clone(), self.recognizing.leisure());
                wasm_bindgen_futures::spawn_local(async move {
                    leisure.await;
                    Part::Rest.arrival().await;
                    folder.recall();
                });
            }
            Kind::Writer(false) => self.folder.let_go(),
            _ => {}
        }
        let mut drawn = false;
        for effect in effects {
            match effect {
                // Suggestions may be many: they are drawn in a turn of their own.
                Effect::Paint(paint)
                    if kind == Kind::Recognized || (kind == Kind::Work && matches!(paint, Paint::Spans(_))) =>
                {
                    later(ctx, Msg::Draw(Some(paint)));
                    drawn = true;
                }
                Effect::Paint(Paint::Whole) if kind == Kind::Booted && self.is_reading => self.is_put_off = true,
                Effect::Paint(paint) => {
                    self.is_put_off &= paint != Paint::Whole;
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
                Effect::ReadTexts { number, from, count } => {
                    if let Some(saver) = &self.saver {
                        saver.texts(number, from, count);
                    }
                }
                Effect::Recognize(article, text, sureness) => self.recognizing.ask(ctx.link(), article, text, sureness),
                Effect::KeepSettings(json) => {
                    looks::apply(self.session.settings());
                    settings::keep(self.session.project(), &json);
                }
                Effect::Download(export) => {
                    if let Err(error) = files::download(&export) {
                        let message = format!(
                            "{} could not be handed to you: {}. Try again, or another browser.",
                            export.file_name,
                            parts::in_words(error)
                        );
                        self.feed(ctx, Event::Failed { message });
                    }
                }
                Effect::Select { anchor, focus } => self.to_select = Some((anchor, focus)),
                Effect::Reveal(span) => self.reveal(span),
                Effect::MoveOnScreen { place, direction, extend } => {
                    self.select();
                    dom_selection::move_on_screen(place, direction == Direction::Forward, extend);
                }
                Effect::Focus(target) => self.to_focus = Some(target),
                Effect::TakeOver => {
                    if let Some(tabs) = &self.tabs {
                        tabs.take_over();
                    }
                }
                Effect::KeepProjects(json) => projects::keep(&json),
                Effect::OpenProject(id) => {
                    let saver = self.saver.clone();
                    wasm_bindgen_futures::spawn_local(projects::open(id, saver));
                }
                Effect::DeleteProject(id) => {
                    indexed_db::delete(id);
                    settings::forget(id);
                    wasm_bindgen_futures::spawn_local(indexed_db::keep_folder(id, None));
                }
                Effect::Folder(task) => self.folder.carry_out(task),
                Effect::GoOn => self.has_work = true,
                Effect::AskForFiles => self.ask_for_files(false),
                Effect::AskForFolder => self.ask_for_files(true),
            }
        }
        if self.is_put_off && !self.is_reading && self.session.arrival().is_none() {
            self.is_put_off = false;
            self.paint(ctx, &Paint::Whole);
            drawn = true;
        }
        if self.has_work && !self.is_working {
            self.is_working = true;
            later(ctx, Msg::GoOnWorking);
        }
        let active = self.session.active().map(|(id, _)| id);
        if let Some(painter) = &mut self.painter {
            painter.activate(active, self.session.article(), self.session.scheme());
        }
        let was_booted = self.is_booted;
        self.measure(kind, drawn);
        if self.is_booted && !was_booted {
            ctx.props().stage.enter();
        }
        self.recognizing.hold(self.is_reading || self.session.arrival().is_some());
        self.recognizing.look_at(self.session.open_id());
        if self.is_booted && !self.is_rest_asked {
            // The text is there.
            self.is_rest_asked = true;
            let (link, leisure) = (ctx.link().clone(), self.recognizing.leisure());
            timing::after_paint(move || {
                link.send_future(async {
                    // Somebody may open a file first of all.
                    Part::Files.load().await;
                    leisure.await;
                    Part::Rest.load().await;
                    Msg::RestCame
                });
            });
        }
    }

    /// The same, with what is drawn beside the text in a turn of its own, too: where work goes on in the next turn, in the
    /// one after. Gives whether it is to be drawn now.
    pub(super) fn feed_and_draw_later(&mut self, ctx: &Context<Self>, event: Event) -> bool {
        self.feed(ctx, event);
        if !self.is_working {
            self.draw_beside(ctx);
        }
        false
    }

    pub(super) fn paint(&mut self, ctx: &Context<Self>, paint: &Paint) {
        let Some(painter) = &mut self.painter else { return };
        let article = self.session.article();
        match (paint, article) {
            (Paint::Looks, article) => {
                looks::apply_colours(self.session.scheme());
                let whole = article.and_then(|article| article.text().whole());
                if let (Some(article), Some(whole)) = (article, whole) {
                    painter.repaint(&[whole], article, self.session.scheme());
                    if painter.has_more() && !self.is_painting {
                        self.is_painting = true;
                        later(ctx, Msg::GoOnPainting);
                    }
                }
            }
            (Paint::Whole, article) => {
                // Where no article was open, the place for one is hidden and still to be drawn.
                self.is_fresh = painter.shows_text() || !self.is_booted;
                if painter.shows_text() {
                    // Before the new text is there: afterwards the browser would lay it out for this.
                    gloo::utils::window().scroll_to_with_x_and_y(0.0, 0.0);
                }
                painter.show(article, self.session.scheme());
                self.first_row = 0;
                if article.is_some() && !self.is_painting {
                    self.is_painting = true;
                    when_seen(ctx, Msg::GoOnPainting);
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
                    self.to_select = Some((anchor, focus));
                }
            }
            (Paint::Spans(_), None) => {}
        }
    }

    /// Brings text and marks that are not on the screen yet, a slice at a time.
    pub(super) fn go_on_painting(&mut self, ctx: &Context<Self>) {
        // The text itself does not wait: a key that is held may be about to go there.
        let lacks_text = self.painter.as_ref().is_some_and(Painter::lacks_text);
        if !lacks_text && timing::now() - self.acted_at < f64::from(QUIET_MILLIS) {
            let link = ctx.link().clone();
            Timeout::new(QUIET_MILLIS, move || link.send_message(Msg::GoOnPainting)).forget();
            return;
        }
        let (Some(painter), Some(article)) = (&mut self.painter, self.session.article()) else {
            self.is_painting = false;
            return;
        };
        self.is_painting = painter.go_on(article, self.session.scheme());
        if self.is_painting {
            go_on(ctx, Msg::GoOnPainting);
        }
    }

    /// Some of the text is about to be seen: its marks are drawn before the rest, and the palette follows a page that was
    /// scrolled (the caret moves with the text).
    pub(super) fn sees(&mut self, seen: &Seen) {
        if matches!(seen, Seen::Screen) {
            self.recognizing.note_act(timing::now());
            self.place_palette();
        }
        if let (Some(painter), Some(article)) = (&mut self.painter, self.session.article()) {
            painter.fill_seen(seen, article, self.session.scheme());
        }
    }

    /// A person does something: what comes of it is drawn before anything else.
    pub(super) fn acts(&mut self) {
        self.acted_at = timing::now();
        self.recognizing.note_act(self.acted_at);
        self.edit_start = Some(self.acted_at);
    }

    /// Tells the browser's profiler how long the person waited for what was just drawn.
    fn measure(&mut self, kind: Kind, drawn: bool) {
        // A project that was emptied has nothing to wait for.
        self.is_booted |= kind == Kind::Booted && self.session.open_id().is_none();
        let is_broken = |entry: &crate::session::Entry| matches!(entry.body, crate::session::Body::Broken(_));
        self.is_booted |= self.session.open_entry().is_some_and(is_broken);
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

    /// Selects in the text what is to be selected.
    pub(super) fn select(&mut self) {
        if let (Some((anchor, focus)), Some(painter), Some(article)) =
            (self.to_select.take(), &mut self.painter, self.session.article())
        {
            painter.ensure_there(article.text().from_utf16(anchor.max(focus)).unwrap_or_default());
            dom_selection::write(painter, anchor, focus);
        }
    }

    /// Gives the focus to what has asked for it, now that it is drawn.
    pub(super) fn give_focus(&mut self) {
        let Some(target) = self.to_focus.take() else { return };
        let document = gloo::utils::document();
        let article = || self.painter.as_ref().map(|painter| painter.root().clone());
        let element: Option<HtmlElement> = match target {
            Target::Article => article(),
            Target::Before => {
                let before = self.focus_before.take().filter(|it| it.is_connected() && it.tag_name() != "BODY");
                before.and_then(|it| it.dyn_into().ok()).or_else(article)
            }
            Target::Field(name) => {
                let found = document.query_selector(&format!("[data-field=\"{name}\"]"));
                found.ok().flatten().and_then(|it| it.dyn_into().ok())
            }
        };
        if let Some(element) = element {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(matches!(target, Target::Article | Target::Before));
            // What cannot take the focus leaves it where it is.
            let _ = element.focus_with_options(&options);
        }
        if let (Target::Article | Target::Before, Some(painter), Some(article)) =
            (target, &self.painter, self.session.article())
        {
            let caret = self.session.caret();
            let text = article.text();
            let is_in_text = document.active_element().is_some_and(|it| it.is_same_node(Some(painter.root())));
            if let (true, Some(anchor), Some(focus)) =
                (is_in_text, text.to_utf16(caret.anchor), text.to_utf16(caret.focus))
            {
                dom_selection::write(painter, anchor, focus);
            }
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
    /// Whether this tab writes is known.
    Writer(bool),
    Edit,
    Recognized,
    /// Long work went on.
    Work,
    Other,
}

impl Kind {
    fn of(event: &Event) -> Kind {
        match event {
            Event::Act { .. } | Event::GroupAccepted { .. } | Event::Released { .. } | Event::EdgeDragged { .. } => {
                Kind::Edit
            }
            Event::Booted { .. } => Kind::Booted,
            Event::RoleKnown { is_writer } => Kind::Writer(*is_writer),
            Event::Recognized { .. } => Kind::Recognized,
            Event::WorkGoesOn { .. } => Kind::Work,
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

/// The next turn of work that takes many.
fn go_on(ctx: &Context<App>, message: Msg) {
    let link = ctx.link().clone();
    timing::next_turn(move || link.send_message(message));
}

/// Once what is there now was painted. Of a page that is hidden nothing is.
fn when_seen(ctx: &Context<App>, message: Msg) {
    if gloo::utils::document().hidden() {
        return later(ctx, message);
    }
    let link = ctx.link().clone();
    timing::after_paint(move || link.send_message(message));
}
