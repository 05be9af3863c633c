//! Mouse and finger in the article: when a selection is done, handles at the ends, and the long press.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use gloo::utils::document;
use wasm_bindgen::JsCast as _;
use web_sys::{DomRect, Element, HtmlElement, MouseEvent, Node, PointerEvent};
use yew::prelude::*;

use super::dom_selection::EndBox;
use super::{App, Msg, dom_selection, now};
use crate::session::{Edge, Event};
use crate::text::Utf16Offset;

/// How long a finger must rest to select, in milliseconds, and how far it may stray, in pixels.
const LONG_PRESS_MILLIS: u32 = 450;
const STRAY: f64 = 10.0;
/// How far the mouse may move in a click.
const STILL: f64 = 3.0;

/// How much of the way from a handle to the middle of its line counts.
const TO_THE_LINE: f64 = 0.6;

/// What mouse and finger are about.
#[derive(Default)]
pub struct Pointing {
    /// Whether the button or finger that is down went down in the article.
    in_article: bool,
    /// The handle that is being dragged.
    dragged: Option<Drag>,
    long_press: Option<Timeout>,
    /// Where the button or finger went down.
    from: (f64, f64),
    /// The ends of what a long press has selected: the finger extends it until it is lifted.
    extending: Option<(Utf16Offset, Utf16Offset)>,
    /// Whether the last press was by a finger.
    by_finger: bool,
}

/// A handle on its way.
#[derive(Clone, Copy)]
struct Drag {
    edge: Edge,
    /// Where this end and the other one were.
    from: Utf16Offset,
    other: Utf16Offset,
    /// Whether it is the end of a highlight or of the selection.
    of_highlight: bool,
    /// From the pointer to the end, and most of the way to the middle of its line, which the handle lies above or below:
    /// who follows the handle stays in the line, and who goes onto the words themselves, too.
    way: (f64, f64),
    /// Where in the text it was last.
    last: Option<Utf16Offset>,
}

/// What the pointer did.
pub enum Pointer {
    /// A button or finger went down.
    Down(PointerEvent),
    /// It moved.
    Move(PointerEvent),
    /// A finger was lifted.
    Up(PointerEvent),
    /// The browser took the finger for scrolling.
    Cancel,
    /// A mouse button was lifted: the event that knows how many clicks there were.
    MouseUp(MouseEvent),
    /// A finger has rested.
    Rested,
}

impl App {
    /// Takes note of what the pointer did; tells whether the page is to be drawn anew.
    pub(super) fn pointer(&mut self, ctx: &Context<Self>, pointer: Pointer) -> bool {
        match pointer {
            Pointer::Down(event) => self.pointer_down(ctx, &event),
            Pointer::Move(event) => self.pointer_move(ctx, &event),
            Pointer::Up(event) => self.pointer_up(ctx, &event),
            Pointer::Cancel => {
                self.pointing.long_press = None;
                self.pointing.extending = None;
                self.is_pressing = false;
                if let Some(drag) = self.pointing.dragged.take() {
                    self.drag(ctx, drag, drag.from, false, true);
                }
                true
            }
            Pointer::MouseUp(event) => self.mouse_up(ctx, &event),
            Pointer::Rested => self.rested(ctx),
        }
    }

    fn pointer_down(&mut self, ctx: &Context<Self>, event: &PointerEvent) -> bool {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
        self.by_pointer = true;
        self.pointing.by_finger = event.pointer_type() == "touch";
        if let Some(edge) = target.get_attribute("data-handle") {
            event.prevent_default();
            let edge = if edge == "start" { Edge::Start } else { Edge::End };
            self.pointing.dragged = self.drag_of(edge, event);
            // The handle must not hide the text under the pointer.
            let _ = target.set_pointer_capture(event.pointer_id());
            self.is_pressing = true;
            return true;
        }
        // A press on the palette is no selection in the making: the palette has to stay for the click.
        if target.closest(".palette").ok().flatten().is_some() {
            return false;
        }
        self.is_pressing = true;
        let in_text = self.painter.as_ref().is_some_and(|painter| painter.root().contains(Some(&target)));
        // A selection may begin beside the text, too.
        self.pointing.in_article = in_text || target.matches(".sheet, .reading").unwrap_or(false);
        self.pointing.from = place_of(event);
        if in_text && self.pointing.by_finger {
            let link = ctx.link().clone();
            let rested = move || link.send_message(Msg::Pointer(Pointer::Rested));
            self.pointing.long_press = Some(Timeout::new(LONG_PRESS_MILLIS, rested));
        }
        true
    }

    fn pointer_move(&mut self, ctx: &Context<Self>, event: &PointerEvent) -> bool {
        let (x, y) = place_of(event);
        let (from_x, from_y) = self.pointing.from;
        if (x - from_x).hypot(y - from_y) > STRAY {
            self.pointing.long_press = None;
        }
        let way = match (&self.pointing.dragged, &self.pointing.extending) {
            (Some(drag), _) => drag.way,
            (None, Some(_)) => (0.0, 0.0),
            (None, None) => return false,
        };
        let Some(to) = self.offset_at(x + way.0, y + way.1) else { return false };
        if let Some(drag) = &mut self.pointing.dragged {
            drag.last = Some(to);
            let drag = *drag;
            self.drag(ctx, drag, to, event.alt_key(), false);
        } else if let Some((start, end)) = self.pointing.extending {
            // The word that was pressed stays in it, whichever way the finger goes.
            let (anchor, focus) = if to < start { (end, to) } else { (start, to.max(end)) };
            self.extend(ctx, anchor, focus);
        }
        true
    }

    fn pointer_up(&mut self, ctx: &Context<Self>, event: &PointerEvent) -> bool {
        self.pointing.long_press = None;
        self.is_pressing = false;
        self.acts();
        if let Some(drag) = self.pointing.dragged.take() {
            let (x, y) = place_of(event);
            // What is let go beside the text stays where it was last.
            let to = self.offset_at(x + drag.way.0, y + drag.way.1).or(drag.last).unwrap_or(drag.from);
            self.drag(ctx, drag, to, event.alt_key(), true);
            return true;
        }
        if self.pointing.extending.take().is_some() {
            self.released(ctx, event.alt_key());
        }
        true
    }

    fn mouse_up(&mut self, ctx: &Context<Self>, event: &MouseEvent) -> bool {
        let is_here = std::mem::take(&mut self.pointing.in_article) && !self.pointing.by_finger;
        if !is_here || event.button() != 0 {
            return false;
        }
        // The browser tells of its selection only later.
        if let Some((anchor, focus)) = self.painter.as_ref().and_then(dom_selection::read) {
            self.feed(ctx, Event::Selected { anchor, focus });
        }
        let (x, y) = place_of(event);
        let on = self.painter.as_ref().and_then(|painter| dom_selection::offset_at(painter, x, y));
        let n_clicks = u32::try_from(event.detail()).unwrap_or(1);
        // A click within a selection ends it, but only after this event.
        let (from_x, from_y) = self.pointing.from;
        if n_clicks < 2 && (x - from_x).hypot(y - from_y) < STILL && !event.shift_key() {
            return true;
        }
        self.feed(ctx, Event::Released { on, n_clicks, exact: event.alt_key(), at: now() });
        true
    }

    fn released(&mut self, ctx: &Context<Self>, exact: bool) {
        self.feed(ctx, Event::Released { on: None, n_clicks: 1, exact, at: now() });
    }

    fn rested(&mut self, ctx: &Context<Self>) -> bool {
        self.pointing.long_press = None;
        let (x, y) = self.pointing.from;
        let Some(on) = self.painter.as_ref().and_then(|painter| dom_selection::offset_at(painter, x, y)) else {
            return false;
        };
        self.feed(ctx, Event::LongPressed { on });
        self.pointing.extending =
            self.session.selection().zip(self.session.article()).map(|(span, article)| article.text().span_utf16(span));
        true
    }

    fn offset_at(&self, x: f64, y: f64) -> Option<Utf16Offset> {
        dom_selection::offset_at(self.painter.as_ref()?, x, y)
    }

    /// A press on the handle of an end.
    #[inline(never)] // a door of `xtask/pack`
    fn drag_of(&self, edge: Edge, event: &PointerEvent) -> Option<Drag> {
        let selection = self.session.selection();
        let span = selection.or_else(|| self.session.active().map(|(_, annotation)| annotation.span))?;
        let (painter, text) = (self.painter.as_ref()?, self.session.article()?.text());
        let (start, end) = text.span_utf16(span);
        let [first, last] = dom_selection::end_boxes(painter, start, end)?;
        let (from, other, line) = if edge == Edge::Start { (start, end, first) } else { (end, start, last) };
        let (x, y) = place_of(event);
        let way = (line.x - x, (f64::midpoint(line.top, line.bottom) - y) * TO_THE_LINE);
        Some(Drag { edge, from, other, of_highlight: selection.is_none(), way, last: None })
    }

    #[inline(never)] // a door of `xtask/pack`
    fn drag(&mut self, ctx: &Context<Self>, drag: Drag, to: Utf16Offset, exact: bool, done: bool) {
        if drag.of_highlight {
            self.feed(ctx, Event::EdgeDragged { edge: drag.edge, to, exact, done, at: now() });
            return;
        }
        self.extend(ctx, drag.other, to);
        if done {
            self.released(ctx, exact);
        }
    }

    fn extend(&mut self, ctx: &Context<Self>, anchor: Utf16Offset, focus: Utf16Offset) {
        self.feed(ctx, Event::Selected { anchor, focus });
        self.to_select = Some((anchor, focus));
    }

    /// Where the ends of the active highlight are, or of a selection made by finger: what can be dragged.
    pub(super) fn handle_boxes(&self) -> Option<[EndBox; 2]> {
        let span = match (self.session.selection(), self.session.active()) {
            (Some(selection), _) if self.pointing.by_finger || self.session.is_dragging() => selection,
            (None, Some((_, annotation))) if self.by_pointer => annotation.span,
            _ => return None,
        };
        let (painter, text) = (self.painter.as_ref()?, self.session.article()?.text());
        let (from, to) = text.span_utf16(span);
        dom_selection::end_boxes(painter, from, to)
    }

    /// Puts the handles at those ends, given the box of the sheet that they lie on; or hides them.
    pub(super) fn put_handles(&self, places: Option<([EndBox; 2], &DomRect)>) {
        for (index, handle) in self.overlay.handles().into_iter().enumerate() {
            let Some(handle) = handle.cast::<HtmlElement>() else { continue };
            handle.set_hidden(places.is_none());
            if let Some((ends, sheet)) = places {
                let EndBox { x, top, bottom } = ends[index];
                let y = if index == 0 { top } else { bottom };
                super::overlay::set(&handle, "left", x - sheet.left());
                super::overlay::set(&handle, "top", y - sheet.top());
            }
        }
    }
}

/// Where in the window something is done, in CSS pixels.
fn place_of(event: &MouseEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// Listens to mouse and finger.
pub fn listeners(ctx: &Context<App>) -> Vec<EventListener> {
    let document = document();
    let on = |kind: &'static str, options, message: fn(&web_sys::Event) -> Option<Pointer>| {
        let link = ctx.link().clone();
        EventListener::new_with_options(&document, kind, options, move |event| {
            link.send_message_batch(message(event).map(Msg::Pointer).into_iter().collect());
        })
    };
    let passive = EventListenerOptions::default();
    let active = EventListenerOptions::enable_prevent_default();
    let is_extending = ctx.link().clone();
    vec![
        on("pointerdown", active, |event| event.dyn_ref().cloned().map(Pointer::Down)),
        on("pointermove", passive, |event| event.dyn_ref().cloned().map(Pointer::Move)),
        on("pointerup", passive, |event| event.dyn_ref().cloned().map(Pointer::Up)),
        on("pointercancel", passive, |_| Some(Pointer::Cancel)),
        on("mouseup", passive, |event| event.dyn_ref().cloned().map(Pointer::MouseUp)),
        // While a finger extends a selection, the page must not scroll under it.
        EventListener::new_with_options(&document, "touchmove", active, move |event| {
            let extends = is_extending
                .get_component()
                .is_some_and(|app| app.pointing.extending.is_some() || app.pointing.dragged.is_some());
            if extends && event.cancelable() {
                event.prevent_default();
            }
        }),
        // The menu of a long press would end the selection that it has just begun.
        EventListener::new_with_options(&document, "contextmenu", active, {
            let link = ctx.link().clone();
            move |event| {
                let target: Option<Node> = event.target().and_then(|target| target.dyn_into().ok());
                let is_ours = link.get_component().is_some_and(|app| {
                    let in_article = app.painter.as_ref().is_some_and(|it| it.root().contains(target.as_ref()));
                    app.pointing.by_finger && in_article
                });
                if is_ours {
                    event.prevent_default();
                }
            }
        }),
    ]
}
