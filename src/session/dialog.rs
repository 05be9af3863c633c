//! Dialogs, the tour, and what stands beside the text.

use super::action::Action;
use super::people::Joined;
use super::{Effect, Session, Settings, Target};
use crate::annotation::GroupKey;
use crate::command::{Command, Refusal};
use crate::project::UnixMillis;
use crate::text::Direction;

/// A dialog. One is open at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// All keys, to read and to change.
    Keys,
    /// All actions, by name.
    Palette,
    /// The tagset.
    Scheme,
    /// Looks and the annotator's name.
    Settings,
    /// Labels, note and flag of the open article.
    About,
    /// The guidelines, to be edited.
    Guidelines,
    /// To which person or topic something belongs.
    Join(Joined),
    /// What is known of a person or topic.
    Entity(GroupKey),
    /// Which columns of a table are read: [`Session::import`](super::Session::import).
    Columns,
    /// What a file will not hold: [`Session::outgoing`](super::Session::outgoing).
    Losses,
    /// In which format and unit the next files are read.
    OpenAs,
    /// Earlier states of the open article.
    Versions,
    /// The projects of this browser.
    Projects,
    /// All occurrences, with a preview: [`Session::occurrences`](super::Session::occurrences).
    Occurrences,
}

/// The number of steps of the first tour.
pub const TOUR_STEPS: u8 = 3;

impl Session {
    /// The open dialog.
    pub fn dialog(&self) -> Option<&Dialog> {
        self.dialog.as_ref()
    }

    /// Whether what is done in the open dialog is done to the open article.
    pub(super) fn dialog_is_of_article(&self) -> bool {
        match &self.dialog {
            Some(Dialog::Join(_) | Dialog::About | Dialog::Versions) => true,
            None
            | Some(
                Dialog::Keys
                | Dialog::Palette
                | Dialog::Scheme
                | Dialog::Settings
                | Dialog::Guidelines
                | Dialog::Entity(_)
                | Dialog::Columns
                | Dialog::Losses
                | Dialog::OpenAs
                | Dialog::Projects
                | Dialog::Occurrences,
            ) => false,
        }
    }

    /// Whether an action's key closes the open dialog as it opened it.
    pub(super) fn dialog_is_opened_by(&self, action: &Action) -> bool {
        match self.dialog {
            Some(Dialog::Keys) => action.name == "help",
            Some(Dialog::Palette) => action.name == "palette",
            _ => false,
        }
    }

    /// Opens a dialog in place of another; closes it when it is the open one.
    pub(super) fn toggle_dialog(&mut self, dialog: Dialog) -> Result<Vec<Effect>, Refusal> {
        if self.dialog.as_ref() == Some(&dialog) {
            return Ok(self.close_dialog());
        }
        self.said.clear();
        self.close_dialog();
        self.dialog = Some(dialog);
        Ok(Vec::new())
    }

    /// Closes the dialog; the article has the focus again, and with it the keys.
    pub(super) fn close_dialog(&mut self) -> Vec<Effect> {
        self.rebinding = None;
        self.occurrences = None;
        self.outgoing = None;
        self.looked_at = None;
        if let Some(import) = self.import.take() {
            self.say(format!("{} was not opened.", import.file));
        }
        match self.dialog.take() {
            Some(_) => {
                let focus = Effect::Focus(Target::Before);
                [focus].into_iter().chain(self.shown_selection()).collect()
            }
            None => Vec::new(),
        }
    }

    /// Everything that the person has set was set anew.
    pub(super) fn settings_chosen(&mut self, settings: Settings, at: UnixMillis) -> Vec<Effect> {
        let sureness = settings.sureness;
        let before = std::mem::replace(&mut self.settings, settings);
        self.settings.sureness = before.sureness;
        let mut effects = vec![self.keep_settings()];
        effects.extend(self.set_sureness(sureness));
        if before.suggests != self.settings.suggests {
            effects.extend(self.suggestions_switched(at));
        }
        effects
    }

    /// Suggestions come when they are switched on, and those that nobody decided on go when they are switched off.
    fn suggestions_switched(&mut self, at: UnixMillis) -> Vec<Effect> {
        let Some(open) = self.open else { return Vec::new() };
        if self.settings.suggests {
            return self.ask(open).into_iter().collect();
        }
        self.settle(|s| s.command_on(open, &Command::Suggest { suggestions: Vec::new() }, at))
    }

    pub(super) fn keep_settings(&self) -> Effect {
        Effect::KeepSettings(self.settings.to_json())
    }

    fn switched(&mut self, what: &str, on: bool) -> Result<Vec<Effect>, Refusal> {
        self.say(format!("{what}: {}.", if on { "on" } else { "off" }));
        Ok(vec![self.keep_settings()])
    }

    pub(super) fn toggle_details(&mut self) -> Result<Vec<Effect>, Refusal> {
        self.settings.shows_details = !self.settings.shows_details;
        self.switched("Details beside the text", self.settings.shows_details)
    }

    /// Opens the details with the focus on one of their fields.
    pub(super) fn open_details(&mut self, field: &'static str) -> Result<Vec<Effect>, Refusal> {
        self.settings.shows_details = true;
        Ok(vec![self.keep_settings(), Effect::Focus(Target::Field(field))])
    }

    pub(super) fn toggle_sticky(&mut self) -> Result<Vec<Effect>, Refusal> {
        self.settings.sticky = !self.settings.sticky;
        self.switched("Labelling at once", self.settings.sticky)
    }

    pub(super) fn toggle_guidelines(&mut self) -> Result<Vec<Effect>, Refusal> {
        self.settings.shows_guidelines = !self.settings.shows_guidelines;
        self.switched("Guidelines beside the text", self.settings.shows_guidelines)
    }

    pub(super) fn toggle_focus_mode(&mut self) -> Result<Vec<Effect>, Refusal> {
        self.settings.focus_mode = !self.settings.focus_mode;
        self.switched("Only the text", self.settings.focus_mode)
    }

    pub(super) fn change_type(&mut self, direction: Direction) -> Result<Vec<Effect>, Refusal> {
        let sizes = Settings::TYPE_SIZES;
        let at = sizes.iter().position(|size| *size == self.settings.type_percent).unwrap_or(1);
        let size = super::moving::way(at, direction).and_then(|next| sizes.get(next)).ok_or(Refusal::NoChange)?;
        self.settings.type_percent = *size;
        self.say(format!("Type of {size} %."));
        Ok(vec![self.keep_settings()])
    }

    pub(super) fn start_tour(&mut self) -> Result<Vec<Effect>, Refusal> {
        self.settings.tour = Some(0);
        let closing = self.close_dialog();
        Ok([vec![self.keep_settings()], closing].concat())
    }

    /// The tour goes on, or ends.
    pub(super) fn tour_goes_on(&mut self, to: Option<u8>) -> Vec<Effect> {
        self.settings.tour = to.filter(|step| *step < TOUR_STEPS);
        vec![self.keep_settings()]
    }
}
