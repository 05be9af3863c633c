//! The action table: everything that a key or button can do, with its default keys. Help, buttons and key bindings
//! come from here.

use std::fmt;

use super::{Effect, Session};
use crate::annotation::{AnnotationId, AnnotationSet, Cursor, Only, Status};
use crate::command::{Command, Refusal, Turn};
use crate::project::UnixMillis;
use crate::recognize::Sureness;
use crate::scheme::LabelId;
use crate::text::{ByteOffset, Direction, Span, Step, Text, step, trim};

/// A row of the table.
pub struct Action {
    /// A name for tests and settings: words joined by hyphens.
    pub name: &'static str,
    /// What it does, for help and buttons.
    pub title: &'static str,
    /// Its default keys, as [`KeyChord::parse`] reads them.
    pub keys: &'static [&'static str],
    /// Where its keys act.
    pub scope: Scope,
    /// Does it, or says why not.
    pub run: fn(&mut Session, UnixMillis) -> Result<Vec<Effect>, Refusal>,
}

/// Where the keys of an action act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Wherever no text field has the focus.
    Anywhere,
    /// As above, but not on a button or row, which the key would press.
    OffControls,
    /// Only in the article.
    InArticle,
}

/// Where the keyboard focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// In the article's text.
    Article,
    /// On a button, link or row.
    Control,
    /// In a field that takes text: no single key acts.
    Field,
    /// On nothing in particular.
    Page,
}

/// Names what a key or button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionId {
    /// A row of [`ACTIONS`], by name.
    Named(&'static str),
    /// Labelling, with a label of the tagset.
    Label(LabelId),
}

/// A key with its modifiers, such as `mod+shift+z`; `mod` is Ctrl, or Command on a Mac.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyChord(String);

/// What a key does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding(pub ActionId);

impl KeyChord {
    /// From what the browser says: the key's value (`KeyboardEvent.key`) and the modifiers.
    ///
    /// Shift is left out where the character shows it already (`{`, `?`); letters are taken in lower case.
    pub fn new(key: &str, command: bool, alt: bool, shift: bool) -> Self {
        let mut characters = key.chars();
        let single = characters.next().filter(|_| characters.next().is_none());
        let shown_by_character = single.is_some_and(|c| !c.is_alphabetic() && c != ' ');
        let key = if key == " " { "space".to_owned() } else { key.to_lowercase() };
        let mut chord = String::new();
        for (held, name) in [(command, "mod+"), (alt, "alt+"), (shift && !shown_by_character, "shift+")] {
            if held {
                chord.push_str(name);
            }
        }
        Self(chord + &key)
    }

    /// From the table's form.
    pub fn parse(chord: &str) -> Self {
        Self(chord.to_owned())
    }

    /// As it stands on the keyboard: `Ctrl Shift Z`, or with Mac signs.
    pub fn shown(&self, on_mac: bool) -> String {
        let (keys, last) = match self.0.strip_suffix('+') {
            Some(rest) => (rest.trim_end_matches('+'), "+"),
            None => self.0.rsplit_once('+').unwrap_or(("", &self.0)),
        };
        let name = |key: &str| match (key, on_mac) {
            ("mod", false) => "Ctrl".to_owned(),
            ("mod", true) => "⌘".to_owned(),
            ("alt", true) => "⌥".to_owned(),
            ("shift", true) => "⇧".to_owned(),
            ("arrowleft", _) => "←".to_owned(),
            ("arrowright", _) => "→".to_owned(),
            ("arrowup", _) => "↑".to_owned(),
            ("arrowdown", _) => "↓".to_owned(),
            ("escape", _) => "Esc".to_owned(),
            (key, _) if key.chars().count() == 1 => key.to_owned(),
            (key, _) => key[..1].to_uppercase() + &key[1..],
        };
        let modifiers = keys.split('+').filter(|key| !key.is_empty());
        modifiers.chain([last]).map(name).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for KeyChord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const fn action(
    name: &'static str,
    title: &'static str,
    keys: &'static [&'static str],
    scope: Scope,
    run: fn(&mut Session, UnixMillis) -> Result<Vec<Effect>, Refusal>,
) -> Action {
    Action { name, title, keys, scope, run }
}

/// All actions but those of the labels, in the order of the help.
#[rustfmt::skip] // a table reads best as one
pub static ACTIONS: &[Action] = &[
    action("next", "Next highlight", &["j"], Scope::Anywhere, |s, _| s.walk(Direction::Forward, Only::All)),
    action("previous", "Previous highlight", &["k"], Scope::Anywhere, |s, _| s.walk(Direction::Backward, Only::All)),
    action("tab-next", "Next highlight, in the text", &["tab"], Scope::InArticle, |s, _| s.walk(Direction::Forward, Only::All)),
    action("tab-previous", "Previous highlight, in the text", &["shift+tab"], Scope::InArticle, |s, _| s.walk(Direction::Backward, Only::All)),
    action("next-suggestion", "Next suggestion", &["n"], Scope::Anywhere, |s, _| s.walk(Direction::Forward, Only::Suggested)),
    action("previous-suggestion", "Previous suggestion", &["p"], Scope::Anywhere, |s, _| s.walk(Direction::Backward, Only::Suggested)),
    action("accept", "Accept, and go to the next suggestion", &["a"], Scope::Anywhere, |s, at| s.decide(true, true, at)),
    action("accept-stay", "Accept, and stay", &["enter"], Scope::OffControls, |s, at| s.decide(true, false, at)),
    action("dismiss", "Reject or delete, and go to the next suggestion", &["x"], Scope::Anywhere, |s, at| s.decide(false, true, at)),
    action("dismiss-stay", "Reject or delete, and stay", &["delete", "backspace"], Scope::Anywhere, |s, at| s.decide(false, false, at)),
    action("start-out", "Start a word earlier", &["["], Scope::Anywhere, |s, at| s.move_edge(Edge::Start, Direction::Backward, Step::Word, at)),
    action("start-in", "Start a word later", &["{"], Scope::Anywhere, |s, at| s.move_edge(Edge::Start, Direction::Forward, Step::Word, at)),
    action("end-out", "End a word later", &["]"], Scope::Anywhere, |s, at| s.move_edge(Edge::End, Direction::Forward, Step::Word, at)),
    action("end-in", "End a word earlier", &["}"], Scope::Anywhere, |s, at| s.move_edge(Edge::End, Direction::Backward, Step::Word, at)),
    action("start-out-character", "Start a character earlier", &["alt+["], Scope::Anywhere, |s, at| s.move_edge(Edge::Start, Direction::Backward, Step::Grapheme, at)),
    action("start-in-character", "Start a character later", &["alt+{"], Scope::Anywhere, |s, at| s.move_edge(Edge::Start, Direction::Forward, Step::Grapheme, at)),
    action("end-out-character", "End a character later", &["alt+]"], Scope::Anywhere, |s, at| s.move_edge(Edge::End, Direction::Forward, Step::Grapheme, at)),
    action("end-in-character", "End a character earlier", &["alt+}"], Scope::Anywhere, |s, at| s.move_edge(Edge::End, Direction::Backward, Step::Grapheme, at)),
    action("caret-right", "Caret to the next character", &["arrowright"], Scope::InArticle, |s, _| s.move_caret(Step::Grapheme, Direction::Forward, false)),
    action("caret-left", "Caret to the previous character", &["arrowleft"], Scope::InArticle, |s, _| s.move_caret(Step::Grapheme, Direction::Backward, false)),
    action("select-right", "Select to the next character", &["shift+arrowright"], Scope::InArticle, |s, _| s.move_caret(Step::Grapheme, Direction::Forward, true)),
    action("select-left", "Select to the previous character", &["shift+arrowleft"], Scope::InArticle, |s, _| s.move_caret(Step::Grapheme, Direction::Backward, true)),
    action("caret-word-right", "Caret to the next word", &["mod+arrowright"], Scope::InArticle, |s, _| s.move_caret(Step::Word, Direction::Forward, false)),
    action("caret-word-left", "Caret to the previous word", &["mod+arrowleft"], Scope::InArticle, |s, _| s.move_caret(Step::Word, Direction::Backward, false)),
    action("select-word-right", "Select to the next word", &["mod+shift+arrowright"], Scope::InArticle, |s, _| s.move_caret(Step::Word, Direction::Forward, true)),
    action("select-word-left", "Select to the previous word", &["mod+shift+arrowleft"], Scope::InArticle, |s, _| s.move_caret(Step::Word, Direction::Backward, true)),
    action("caret-down", "Caret a line down", &["arrowdown"], Scope::InArticle, |_, _| Ok(vec![Effect::MoveByLine { direction: Direction::Forward, extend: false }])),
    action("caret-up", "Caret a line up", &["arrowup"], Scope::InArticle, |_, _| Ok(vec![Effect::MoveByLine { direction: Direction::Backward, extend: false }])),
    action("select-down", "Select a line down", &["shift+arrowdown"], Scope::InArticle, |_, _| Ok(vec![Effect::MoveByLine { direction: Direction::Forward, extend: true }])),
    action("select-up", "Select a line up", &["shift+arrowup"], Scope::InArticle, |_, _| Ok(vec![Effect::MoveByLine { direction: Direction::Backward, extend: true }])),
    action("undo", "Undo", &["mod+z"], Scope::Anywhere, |s, at| s.take(Turn::Undo, at)),
    action("redo", "Redo", &["mod+shift+z", "mod+y"], Scope::Anywhere, |s, at| s.take(Turn::Redo, at)),
    action("suggest", "Suggest again", &["s"], Scope::Anywhere, |s, _| s.ask_for_suggestions()),
    action("surer", "Fewer suggestions, and surer ones", &["-"], Scope::Anywhere, |s, _| s.change_sureness(Sureness::surer, Refusal::SurestAlready)),
    action("less-sure", "More suggestions, also unsure ones", &["+", "="], Scope::Anywhere, |s, _| s.change_sureness(Sureness::less_sure, Refusal::MostAlready)),
    action("next-article", "Next article", &["alt+arrowdown"], Scope::Anywhere, |s, _| s.walk_articles(Direction::Forward)),
    action("previous-article", "Previous article", &["alt+arrowup"], Scope::Anywhere, |s, _| s.walk_articles(Direction::Backward)),
    action("open", "Open files", &["mod+o"], Scope::Anywhere, |_, _| Ok(vec![Effect::AskForFiles])),
    action("help", "Show or hide these keys", &["?"], Scope::Anywhere, |s, _| s.toggle_help()),
    action("escape", "One step back: close, deselect, then let Tab leave the text", &["escape"], Scope::Anywhere, |s, _| s.step_back()),
];

/// Which end of an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

impl Session {
    /// What a key does where the focus is; `None` leaves it to the browser.
    pub fn binding(&self, chord: &KeyChord, focus: Focus) -> Option<Binding> {
        if focus == Focus::Field {
            return None;
        }
        let label = self.scheme.labels().find(|(_, spec)| chord.0 == spec.key.to_string());
        if let Some((id, _)) = label {
            return Some(Binding(ActionId::Label(id)));
        }
        let acts = |action: &&Action| {
            action.keys.contains(&chord.0.as_str())
                && match action.scope {
                    Scope::Anywhere => true,
                    Scope::OffControls => focus != Focus::Control,
                    Scope::InArticle => focus == Focus::Article,
                }
        };
        let action = ACTIONS.iter().find(acts)?;
        let leaves = self.tab_leaves && action.name.starts_with("tab-");
        (!leaves).then_some(Binding(ActionId::Named(action.name)))
    }

    /// Does what a key or button stands for, or says why not.
    pub(super) fn act(&mut self, id: ActionId, at: UnixMillis) -> Vec<Effect> {
        let result = match id {
            ActionId::Label(label) => self.label(label, at),
            ActionId::Named(name) => match ACTIONS.iter().find(|action| action.name == name) {
                Some(action) => (action.run)(self, at),
                None => Ok(Vec::new()),
            },
        };
        self.tab_leaves = id == ActionId::Named("escape") && self.active.is_none();
        result.unwrap_or_else(|refusal| {
            self.say(refusal.to_string());
            Vec::new()
        })
    }

    fn label(&mut self, label: LabelId, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        if let Some(selection) = self.selection() {
            let span = trim(self.text()?, selection).ok_or(Refusal::OnlySpace)?;
            let effects = self.command(&Command::Annotate { span, label }, at)?;
            self.active = self.find(span, label);
            self.caret.anchor = self.caret.focus;
            return Ok([effects, self.shown_selection()].concat());
        }
        let id = self.active().ok_or(Refusal::NothingSelected)?.0;
        self.command(&Command::Relabel { id, label }, at)
    }

    fn find(&self, span: Span, label: LabelId) -> Option<AnnotationId> {
        let there = self.article()?.annotations().overlapping(span);
        there.iter().find(|(_, other)| other.span == span && other.label == label).map(|(id, _)| *id)
    }

    fn walk(&mut self, direction: Direction, only: Only) -> Result<Vec<Effect>, Refusal> {
        let from = self.active().map_or(Cursor::Position(self.caret.focus), |(id, _)| Cursor::Annotation(id));
        let set = self.article().ok_or(Refusal::NoArticle)?.annotations();
        let found = match direction {
            Direction::Forward => set.next(from, only),
            Direction::Backward => set.previous(from, only),
        };
        match (found, only) {
            (Some(id), _) => Ok(self.go_to(id)),
            (None, Only::All) => Err(Refusal::NoFurther),
            (None, Only::Suggested) => {
                let id = other_end(set, direction).ok_or(Refusal::AllDecided)?;
                Ok(self.go_to(id))
            }
        }
    }

    fn decide(&mut self, accept: bool, advance: bool, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let (id, annotation) = self.active().ok_or(Refusal::NothingChosen)?;
        let was_suggested = annotation.status == Status::Suggested;
        let start = annotation.span.start();
        let set = self.article().ok_or(Refusal::NoArticle)?.annotations();
        let next = set
            .next(Cursor::Annotation(id), Only::Suggested)
            .or_else(|| set.next(Cursor::Position(ByteOffset(0)), Only::Suggested).filter(|first| *first != id));
        let command = if accept { Command::Accept { id } } else { Command::Dismiss { id } };
        let mut effects = self.command(&command, at)?;
        match next.filter(|_| advance && was_suggested) {
            Some(next) => effects.extend(self.go_to(next)),
            None if !accept => {
                self.active = None;
                self.caret = super::Caret { anchor: start, focus: start };
                effects.extend(self.shown_selection());
            }
            None => {}
        }
        Ok(effects)
    }

    fn move_edge(
        &mut self,
        edge: Edge,
        direction: Direction,
        by: Step,
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        let (id, annotation) = self.active().ok_or(Refusal::NothingChosen)?;
        let before = annotation.span;
        let span = moved_edge(self.text()?, before, edge, direction, by).ok_or(Refusal::EdgeStuck)?;
        let mut effects = self.command(&Command::MoveEdges { id, span }, at)?;
        effects.push(Effect::Reveal(span));
        Ok(effects)
    }

    fn move_caret(&mut self, by: Step, direction: Direction, extend: bool) -> Result<Vec<Effect>, Refusal> {
        let focus = step(self.text()?, self.caret.focus, by, direction);
        self.caret.focus = focus;
        if !extend {
            self.caret.anchor = focus;
        }
        self.follow_caret();
        let at = self.caret_line();
        Ok(self.shown_selection().into_iter().chain(at.map(Effect::Reveal)).collect())
    }

    fn step_back(&mut self) -> Result<Vec<Effect>, Refusal> {
        if self.help_open {
            self.help_open = false;
        } else if self.selection().is_some() {
            self.caret.anchor = self.caret.focus;
            return Ok(self.shown_selection());
        } else {
            self.active = None;
        }
        Ok(Vec::new())
    }

    fn toggle_help(&mut self) -> Result<Vec<Effect>, Refusal> {
        self.help_open = !self.help_open;
        Ok(Vec::new())
    }

    fn ask_for_suggestions(&mut self) -> Result<Vec<Effect>, Refusal> {
        let id = self.open.ok_or(Refusal::NoArticle)?;
        let effect = self.ask(id).ok_or(Refusal::NoArticle)?;
        self.say("Looking for suggestions…");
        Ok(vec![effect])
    }

    fn change_sureness(
        &mut self,
        step: fn(Sureness) -> Option<Sureness>,
        at_the_end: Refusal,
    ) -> Result<Vec<Effect>, Refusal> {
        let sureness = step(self.settings.sureness).ok_or(at_the_end)?;
        Ok(self.set_sureness(sureness))
    }

    fn walk_articles(&mut self, direction: Direction) -> Result<Vec<Effect>, Refusal> {
        let open = self.open.ok_or(Refusal::NoArticle)?;
        let index = self.entries.iter().position(|entry| entry.head.id == open).ok_or(Refusal::NoArticle)?;
        let next = match direction {
            Direction::Forward => index.checked_add(1),
            Direction::Backward => index.checked_sub(1),
        };
        let id = next.and_then(|next| self.entries.get(next)).ok_or(Refusal::NoFurther)?.head.id;
        Ok(self.show(id))
    }
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

/// The first or last suggestion: where a walk that has come to the end goes on.
fn other_end(set: &AnnotationSet, direction: Direction) -> Option<AnnotationId> {
    match direction {
        Direction::Forward => set.next(Cursor::Position(ByteOffset(0)), Only::Suggested),
        Direction::Backward => set.previous(Cursor::Position(ByteOffset(u32::MAX)), Only::Suggested),
    }
}
