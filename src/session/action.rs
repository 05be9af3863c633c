//! The action table: everything that a key, a button or the palette can do, with its usual keys. Help, buttons, the
//! palette and key bindings come from here.

use super::dialog::Dialog;
use super::moving::{Place, in_article, way};
use super::shaping::Edge;
use super::{Effect, Session};
use crate::annotation::{Only, Status};
use crate::command::{Refusal, Turn};
use crate::project::UnixMillis;
use crate::recognize::Sureness;
use crate::scheme::{AppliesTo, LabelId};
use crate::text::{Direction, Step};

/// A row of the table.
pub struct Action {
    /// A name for tests and settings: words joined by hyphens.
    pub name: &'static str,
    /// What it does, for help and buttons.
    pub title: &'static str,
    /// Its usual keys, as [`KeyChord::parse`](super::KeyChord::parse) reads them.
    pub keys: &'static [&'static str],
    /// Where its keys act.
    pub scope: Scope,
    /// Under which heading the help lists it.
    pub heading: Heading,
    /// Whether it is possible now, or why not.
    pub can: fn(&Session) -> Result<(), Refusal>,
    /// Does it, or says why not.
    pub run: fn(&mut Session, UnixMillis) -> Result<Vec<Effect>, Refusal>,
}

/// Where the keys of an action act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Even while a text field has the focus.
    Everywhere,
    /// Wherever no text field and no dialog has the focus.
    Anywhere,
    /// As above, but not on a button or row, which the key would press.
    OffControls,
    /// Only in the article.
    InArticle,
}

/// A heading of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Heading {
    /// Accepting, rejecting, flagging.
    Decide,
    /// Labels.
    Label,
    /// From highlight to highlight, and from article to article.
    Walk,
    /// Ends and parts.
    Shape,
    /// Persons and topics.
    People,
    /// The caret.
    Caret,
    /// The page.
    Page,
}

impl Heading {
    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Heading::Decide => "Decide",
            Heading::Label => "Label",
            Heading::Walk => "Walk",
            Heading::Shape => "Ends and parts",
            Heading::People => "People and topics",
            Heading::Caret => "Caret and selection",
            Heading::Page => "Page and project",
        }
    }
}

/// Names what a key or button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionId {
    /// A row of [`ACTIONS`], by name.
    Named(&'static str),
    /// Labelling, with a label of the tagset.
    Label(LabelId),
}

type Can = fn(&Session) -> Result<(), Refusal>;
type Run = fn(&mut Session, UnixMillis) -> Result<Vec<Effect>, Refusal>;

const fn row(
    heading: Heading,
    name: &'static str,
    title: &'static str,
    keys: &'static [&'static str],
    scope: Scope,
    can: Can,
    run: Run,
) -> Action {
    Action { name, title, keys, scope, heading, can, run }
}

use Direction::{Backward, Forward};
use Heading::{Caret, Decide, Label, Page, People, Shape, Walk};
use Scope::{Anywhere, Everywhere, InArticle, OffControls};

/// All actions but those of the labels, in the order of the help.
#[rustfmt::skip] // a table reads best as one
pub static ACTIONS: &[Action] = &[
    row(Decide, "accept", "Accept, and go to the next suggestion", &["a"], Anywhere, can_accept, |s, at| s.decide(true, true, at)),
    row(Decide, "accept-stay", "Accept, or label the selection as last time; and stay", &["enter"], OffControls, can_enter, |s, at| s.enter(at)),
    row(Decide, "dismiss", "Reject or delete, and go to the next suggestion", &["x"], Anywhere, chosen, |s, at| s.decide(false, true, at)),
    row(Decide, "dismiss-stay", "Reject or delete, and stay", &["delete", "backspace"], Anywhere, chosen, |s, at| s.decide(false, false, at)),
    row(Decide, "accept-above", "Accept all suggestions in this article that are as sure as the slider says", &["shift+a"], Anywhere, some_suggested, |s, at| s.accept_above(at)),
    row(Decide, "review", "Review: from suggestion to suggestion, one key each", &["v"], Anywhere, some_suggested_or_review, |s, _| s.toggle_review()),
    row(Decide, "unsure", "Flag as unsure, or no longer", &["u"], Anywhere, chosen, |s, at| s.toggle_unsure(at)),
    row(Decide, "note", "Write a note on the highlight", &["m"], Anywhere, chosen, |s, _| s.open_details("note")),
    row(Decide, "details", "Details beside the text: who is this and why, note, attributes", &["i"], Anywhere, always, |s, _| s.toggle_details()),
    row(Decide, "undo", "Undo", &["mod+z"], Anywhere, can_undo, |s, at| s.take(Turn::Undo, at)),
    row(Decide, "redo", "Redo", &["mod+shift+z", "mod+y"], Anywhere, can_redo, |s, at| s.take(Turn::Redo, at)),
    row(Decide, "suggest", "Suggest again", &["s"], Anywhere, article, |s, _| s.ask_for_suggestions()),
    row(Decide, "surer", "Fewer suggestions, and surer ones", &["-"], Anywhere, always, |s, _| s.change_sureness(Sureness::surer, Refusal::SurestAlready)),
    row(Decide, "less-sure", "More suggestions, also unsure ones", &["+", "="], Anywhere, always, |s, _| s.change_sureness(Sureness::less_sure, Refusal::MostAlready)),

    row(Label, "label-last", "Label the selection, or relabel the highlight, as last time", &["l"], Anywhere, can_label_last, |s, at| s.label_last(at)),
    row(Label, "sticky", "Label at once what the mouse or finger selects, or no longer", &["shift+l"], Anywhere, always, |s, _| s.toggle_sticky()),
    row(Label, "everywhere", "The same label wherever these words stand in this article", &["e"], Anywhere, can_everywhere, |s, at| s.label_everywhere(at)),
    row(Walk, "search", "Search all articles: words, patterns, labels", &["mod+shift+f"], Anywhere, always, |s, _| s.open_search()),
    row(Label, "occurrences", "Label, relabel or clear all occurrences, with a preview", &["shift+e"], Anywhere, chosen_or_selected, |s, _| s.open_occurrences()),
    row(Label, "mentions", "Relabel or clear all mentions of this person or topic, with a preview", &["shift+y"], Anywhere, chosen, |s, _| s.open_mentions()),
    row(Label, "scheme", "Change the labels", &["shift+t"], Anywhere, always, |s, _| s.toggle_dialog(Dialog::Scheme)),

    row(Walk, "next", "Next highlight", &["j"], Anywhere, article, |s, _| s.walk(Forward, Only::All)),
    row(Walk, "previous", "Previous highlight", &["k"], Anywhere, article, |s, _| s.walk(Backward, Only::All)),
    row(Walk, "tab-next", "Next highlight, in the text", &["tab"], InArticle, article, |s, _| s.walk(Forward, Only::All)),
    row(Walk, "tab-previous", "Previous highlight, in the text", &["shift+tab"], InArticle, article, |s, _| s.walk(Backward, Only::All)),
    row(Walk, "next-suggestion", "Next suggestion", &["n"], Anywhere, some_suggested, |s, _| s.walk(Forward, Only::Suggested)),
    row(Walk, "previous-suggestion", "Previous suggestion", &["p"], Anywhere, some_suggested, |s, _| s.walk(Backward, Only::Suggested)),
    row(Walk, "cycle", "Another highlight at the same place: nested, crossing or on the same words", &["c"], Anywhere, article, |s, _| s.cycle()),
    row(Walk, "select-next", "Select to the end of the next highlight", &["shift+j"], Anywhere, article, |s, _| s.select_to(Forward)),
    row(Walk, "select-previous", "Select to the start of the previous highlight", &["shift+k"], Anywhere, article, |s, _| s.select_to(Backward)),
    row(Walk, "next-article", "Next article", &["alt+arrowdown"], Anywhere, article, |s, _| s.walk_articles(Forward)),
    row(Walk, "previous-article", "Previous article", &["alt+arrowup"], Anywhere, article, |s, _| s.walk_articles(Backward)),

    row(Shape, "start-out", "Start a word earlier", &["["], Anywhere, chosen, |s, at| s.move_edge(Edge::Start, Backward, Step::Word, at)),
    row(Shape, "start-in", "Start a word later", &["{"], Anywhere, chosen, |s, at| s.move_edge(Edge::Start, Forward, Step::Word, at)),
    row(Shape, "end-out", "End a word later", &["]"], Anywhere, chosen, |s, at| s.move_edge(Edge::End, Forward, Step::Word, at)),
    row(Shape, "end-in", "End a word earlier", &["}"], Anywhere, chosen, |s, at| s.move_edge(Edge::End, Backward, Step::Word, at)),
    row(Shape, "start-out-character", "Start a character earlier", &["alt+["], Anywhere, chosen, |s, at| s.move_edge(Edge::Start, Backward, Step::Grapheme, at)),
    row(Shape, "start-in-character", "Start a character later", &["alt+{"], Anywhere, chosen, |s, at| s.move_edge(Edge::Start, Forward, Step::Grapheme, at)),
    row(Shape, "end-out-character", "End a character later", &["alt+]"], Anywhere, chosen, |s, at| s.move_edge(Edge::End, Forward, Step::Grapheme, at)),
    row(Shape, "end-in-character", "End a character earlier", &["alt+}"], Anywhere, chosen, |s, at| s.move_edge(Edge::End, Backward, Step::Grapheme, at)),
    row(Shape, "add-part", "Add the selection to the highlight chosen last, as a part of it", &["f"], Anywhere, can_reshape, |s, at| s.change_parts(true, at)),
    row(Shape, "remove-part", "Take the selection out of the highlight chosen last", &["shift+f"], Anywhere, can_reshape, |s, at| s.change_parts(false, at)),

    row(People, "join", "Put the highlight to a person or topic", &["g"], Anywhere, chosen, |s, _| s.open_join()),
    row(People, "split", "Make the highlight a person or topic of its own", &["shift+g"], Anywhere, chosen, |s, at| s.split(at)),
    row(People, "accept-group", "Accept all suggestions of this person or topic", &["y"], Anywhere, chosen, |s, at| s.accept_group(at)),
    row(People, "entity", "What is known of this person or topic", &["w"], Anywhere, chosen, |s, _| s.open_entity()),
    row(People, "panel", "People or topics beside the text", &["shift+p"], Anywhere, always, |s, _| s.switch_panel()),

    row(Caret, "caret-right", "Caret to the next character", &["arrowright"], InArticle, article, |s, _| s.move_caret(Step::Grapheme, Forward, false)),
    row(Caret, "caret-left", "Caret to the previous character", &["arrowleft"], InArticle, article, |s, _| s.move_caret(Step::Grapheme, Backward, false)),
    row(Caret, "select-right", "Select to the next character", &["shift+arrowright"], InArticle, article, |s, _| s.move_caret(Step::Grapheme, Forward, true)),
    row(Caret, "select-left", "Select to the previous character", &["shift+arrowleft"], InArticle, article, |s, _| s.move_caret(Step::Grapheme, Backward, true)),
    row(Caret, "caret-word-right", "Caret to the next word", &["mod+arrowright"], InArticle, article, |s, _| s.move_caret(Step::Word, Forward, false)),
    row(Caret, "caret-word-left", "Caret to the previous word", &["mod+arrowleft"], InArticle, article, |s, _| s.move_caret(Step::Word, Backward, false)),
    row(Caret, "select-word-right", "Select to the next word", &["mod+shift+arrowright"], InArticle, article, |s, _| s.move_caret(Step::Word, Forward, true)),
    row(Caret, "select-word-left", "Select to the previous word", &["mod+shift+arrowleft"], InArticle, article, |s, _| s.move_caret(Step::Word, Backward, true)),
    row(Caret, "caret-sentence-right", "Caret to the next sentence", &["."], InArticle, article, |s, _| s.move_caret(Step::Sentence, Forward, false)),
    row(Caret, "caret-sentence-left", "Caret to the start of the sentence", &[","], InArticle, article, |s, _| s.move_caret(Step::Sentence, Backward, false)),
    row(Caret, "select-sentence-right", "Select to the next sentence", &[">"], InArticle, article, |s, _| s.move_caret(Step::Sentence, Forward, true)),
    row(Caret, "select-sentence-left", "Select to the start of the sentence", &["<"], InArticle, article, |s, _| s.move_caret(Step::Sentence, Backward, true)),
    row(Caret, "caret-paragraph-down", "Caret to the next paragraph", &["mod+arrowdown"], InArticle, article, |s, _| s.move_caret(Step::Paragraph, Forward, false)),
    row(Caret, "caret-paragraph-up", "Caret to the start of the paragraph", &["mod+arrowup"], InArticle, article, |s, _| s.move_caret(Step::Paragraph, Backward, false)),
    row(Caret, "select-paragraph-down", "Select to the next paragraph", &["mod+shift+arrowdown"], InArticle, article, |s, _| s.move_caret(Step::Paragraph, Forward, true)),
    row(Caret, "select-paragraph-up", "Select to the start of the paragraph", &["mod+shift+arrowup"], InArticle, article, |s, _| s.move_caret(Step::Paragraph, Backward, true)),
    row(Caret, "caret-down", "Caret a line down", &["arrowdown"], InArticle, article, |_, _| in_article(Place::Line, Forward, false)),
    row(Caret, "caret-up", "Caret a line up", &["arrowup"], InArticle, article, |_, _| in_article(Place::Line, Backward, false)),
    row(Caret, "select-down", "Select a line down", &["shift+arrowdown"], InArticle, article, |_, _| in_article(Place::Line, Forward, true)),
    row(Caret, "select-up", "Select a line up", &["shift+arrowup"], InArticle, article, |_, _| in_article(Place::Line, Backward, true)),
    row(Caret, "caret-line-end", "Caret to the end of the line", &["end"], InArticle, article, |_, _| in_article(Place::LineEnd, Forward, false)),
    row(Caret, "caret-line-start", "Caret to the start of the line", &["home"], InArticle, article, |_, _| in_article(Place::LineEnd, Backward, false)),
    row(Caret, "select-line-end", "Select to the end of the line", &["shift+end"], InArticle, article, |_, _| in_article(Place::LineEnd, Forward, true)),
    row(Caret, "select-line-start", "Select to the start of the line", &["shift+home"], InArticle, article, |_, _| in_article(Place::LineEnd, Backward, true)),
    row(Caret, "caret-end", "Caret to the end of the article", &["mod+end"], InArticle, article, |s, _| s.move_caret(Step::Text, Forward, false)),
    row(Caret, "caret-start", "Caret to the start of the article", &["mod+home"], InArticle, article, |s, _| s.move_caret(Step::Text, Backward, false)),
    row(Caret, "select-end", "Select to the end of the article", &["mod+shift+end"], InArticle, article, |s, _| s.move_caret(Step::Text, Forward, true)),
    row(Caret, "select-start", "Select to the start of the article", &["mod+shift+home"], InArticle, article, |s, _| s.move_caret(Step::Text, Backward, true)),
    row(Caret, "select-all", "Select the whole article", &["mod+a"], InArticle, article, |s, _| s.select_all()),
    row(Caret, "to-text", "Go to the text", &["/"], OffControls, article, |_, _| Ok(vec![Effect::Focus(super::Target::Article)])),

    row(Page, "palette", "All actions, by name", &["mod+k"], Everywhere, always, |s, _| s.toggle_dialog(Dialog::Palette)),
    row(Page, "open", "Open files", &["mod+o"], Anywhere, always, |_, _| Ok(vec![Effect::AskForFiles])),
    row(Page, "open-folder", "Open all files of a folder", &[], Anywhere, always, |_, _| Ok(vec![Effect::AskForFolder])),
    row(Page, "open-as", "Open files in a format and unit of your choice", &[], Anywhere, always, |s, _| s.toggle_dialog(Dialog::OpenAs)),
    row(Page, "projects", "Projects: open, make, rename, put away", &["shift+o"], Anywhere, always, |s, _| s.open_projects()),
    row(Page, "about", "Labels, note and flag of the whole article", &["b"], Anywhere, article, |s, _| s.toggle_dialog(Dialog::About)),
    row(Page, "versions", "Earlier states of the article", &["shift+v"], Anywhere, article, |s, _| s.open_versions()),
    row(Page, "flag-article", "Flag the article, or no longer", &["shift+b"], Anywhere, article, |s, at| s.toggle_flag(at)),
    row(Page, "guidelines", "Guidelines beside the text", &["h"], Anywhere, always, |s, _| s.toggle_guidelines()),
    row(Page, "edit-guidelines", "Edit the guidelines", &["shift+h"], Anywhere, always, |s, _| s.toggle_dialog(Dialog::Guidelines)),
    row(Page, "focus-mode", "Only the text, or everything", &["z"], Anywhere, always, |s, _| s.toggle_focus_mode()),
    row(Page, "settings", "Looks, name and other settings", &["mod+,"], Anywhere, always, |s, _| s.toggle_dialog(Dialog::Settings)),
    row(Page, "larger", "Larger type", &["mod+>"], Anywhere, always, |s, _| s.change_type(Forward)),
    row(Page, "smaller", "Smaller type", &["mod+<"], Anywhere, always, |s, _| s.change_type(Backward)),
    row(Page, "tour", "The first three steps", &[], Anywhere, always, |s, _| s.start_tour()),
    row(Page, "help", "Show, hide or change these keys", &["?"], Anywhere, always, |s, _| s.toggle_dialog(Dialog::Keys)),
    row(Page, "escape", "One step back: close, deselect, then let Tab leave the text", &["escape"], Anywhere, always, |s, _| s.step_back()),
];

fn always(_: &Session) -> Result<(), Refusal> {
    Ok(())
}

fn article(session: &Session) -> Result<(), Refusal> {
    session.article().map(drop).ok_or(Refusal::NoArticle)
}

fn chosen(session: &Session) -> Result<(), Refusal> {
    session.active().map(drop).ok_or(Refusal::NothingChosen)
}

fn chosen_or_selected(session: &Session) -> Result<(), Refusal> {
    article(session)?;
    session.selection().map(drop).or(session.active().map(drop)).ok_or(Refusal::NothingSelected)
}

fn can_accept(session: &Session) -> Result<(), Refusal> {
    match session.active() {
        Some((_, annotation)) if annotation.status == Status::Accepted => Err(Refusal::AlreadyAccepted),
        Some(_) => Ok(()),
        None => Err(Refusal::NothingChosen),
    }
}

fn can_enter(session: &Session) -> Result<(), Refusal> {
    if session.selection().is_some() { can_label_last(session) } else { can_accept(session) }
}

fn can_label_last(session: &Session) -> Result<(), Refusal> {
    chosen_or_selected(session)?;
    session.last_label().map(drop).ok_or_else(|| session.no_last_label())
}

fn can_everywhere(session: &Session) -> Result<(), Refusal> {
    if session.selection().is_some() {
        return can_label_last(session);
    }
    let (_, annotation) = session.active().ok_or(Refusal::NothingChosen)?;
    if session.scheme().label(annotation.label).retired {
        return Err(Refusal::Retired);
    }
    if annotation.gaps.is_empty() { Ok(()) } else { Err(Refusal::InParts) }
}

fn some_suggested(session: &Session) -> Result<(), Refusal> {
    let article = session.article().ok_or(Refusal::NoArticle)?;
    if article.annotations().n_suggested() == 0 { Err(Refusal::AllDecided) } else { Ok(()) }
}

fn some_suggested_or_review(session: &Session) -> Result<(), Refusal> {
    if session.review().is_some() { Ok(()) } else { some_suggested(session) }
}

fn can_reshape(session: &Session) -> Result<(), Refusal> {
    article(session)?;
    if session.selection().is_none() {
        return Err(Refusal::NoSelection);
    }
    session.chosen_last().map(drop).ok_or(Refusal::NoHighlightForPart)
}

fn can_undo(session: &Session) -> Result<(), Refusal> {
    session.undo_title().map(drop).ok_or(Refusal::NothingToUndo)
}

fn can_redo(session: &Session) -> Result<(), Refusal> {
    session.redo_title().map(drop).ok_or(Refusal::NothingToRedo)
}

impl Session {
    /// Whether an action is possible now, or why not.
    pub fn can(&self, id: ActionId) -> Result<(), Refusal> {
        match id {
            ActionId::Label(label) if self.scheme().label(label).applies_to == AppliesTo::Article => article(self),
            ActionId::Label(_) => chosen_or_selected(self),
            ActionId::Named(name) => {
                ACTIONS.iter().find(|action| action.name == name).map_or(Ok(()), |it| (it.can)(self))
            }
        }
    }

    /// Does what a key or button stands for, or says why not.
    pub(super) fn act(&mut self, id: ActionId, at: UnixMillis) -> Vec<Effect> {
        let result = match id {
            ActionId::Label(label) => self.label(label, at),
            ActionId::Named(name) => match ACTIONS.iter().find(|action| action.name == name) {
                Some(action) => (action.can)(self).and_then(|()| (action.run)(self, at)),
                None => Ok(Vec::new()),
            },
        };
        self.tab_leaves = id == ActionId::Named("escape") && self.active.is_none();
        result.unwrap_or_else(|refusal| {
            self.say(refusal.to_string());
            Vec::new()
        })
    }

    fn step_back(&mut self) -> Result<Vec<Effect>, Refusal> {
        if self.dialog.is_some() {
            return Ok(self.close_dialog());
        } else if self.review.take().is_some() {
            self.say("The review is left.");
        } else if self.selection().is_some() {
            self.caret.anchor = self.caret.focus;
            return Ok(self.shown_selection());
        } else if self.active.is_some() {
            self.active = None;
        } else if self.settings.focus_mode {
            return self.toggle_focus_mode();
        }
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
        self.open.ok_or(Refusal::NoArticle)?;
        // From an article that is not listed, the first one is next.
        let next = match self.open_place() {
            Some(index) => way(index, direction),
            None => Some(0),
        };
        let next = next.and_then(|next| self.listed(next..next + 1).first().map(|entry| entry.head.id));
        let id = next.ok_or(Refusal::NoFurtherArticle)?;
        Ok(self.show(id))
    }
}
