//! Keys: how they are named, what they do where, and how a person gives an action another one.

use std::fmt;

use super::action::{ACTIONS, Action, ActionId, Scope};
use super::{Effect, Session};
use crate::command::Refusal;
use crate::scheme::AppliesTo;
use crate::text::upper_beyond_ascii;

/// Where the keyboard focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// In the article's text.
    Article,
    /// On a button, link or row.
    Control,
    /// In a field that takes text: no single key acts.
    Field,
    /// In a dialog, but in no field that takes text.
    Dialog,
    /// On nothing in particular.
    Page,
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

    /// Its single character, when it is one without modifiers.
    pub fn character(&self) -> Option<char> {
        let mut characters = self.0.chars();
        characters.next().filter(|_| characters.next().is_none())
    }

    /// Whether a field for words needs it: neither Ctrl nor Alt is held, and it is no function key.
    fn is_for_writing(&self) -> bool {
        let is_held = ["mod+", "alt+"].iter().any(|held| self.0.starts_with(held));
        let number = self.0.trim_start_matches("shift+").strip_prefix('f');
        !is_held && number.is_none_or(|number| number.parse::<u8>().is_err())
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
            // As it stands on the key, where it is pressed together with others.
            (key, _) if key.chars().count() == 1 && keys.is_empty() => key.to_owned(),
            (key, _) if key.is_ascii() => {
                key.get(..1).unwrap_or_default().to_ascii_uppercase() + key.get(1..).unwrap_or_default()
            }
            (key, _) => upper_beyond_ascii(key),
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

impl Session {
    /// The keys of an action: the person's own, else the table's.
    pub fn keys_of(&self, action: &Action) -> Vec<KeyChord> {
        match self.settings.keys.get(action.name) {
            Some(own) => own.iter().map(|key| KeyChord::parse(key)).collect(),
            None => action.keys.iter().map(|key| KeyChord::parse(key)).collect(),
        }
    }

    /// The first key of a row of the table, as it stands on the keyboard; empty when it has none.
    pub fn shown_key(&self, name: &str, on_mac: bool) -> String {
        let action = ACTIONS.iter().find(|action| action.name == name);
        let key = action.and_then(|action| self.keys_of(action).into_iter().next());
        key.map(|key| key.shown(on_mac)).unwrap_or_default()
    }

    /// What a key does where the focus is; `None` leaves it to the browser.
    pub fn binding(&self, chord: &KeyChord, focus: Focus) -> Option<Binding> {
        let is_free = !matches!(focus, Focus::Field | Focus::Dialog);
        let label = self.scheme().labels().find(|(_, spec)| !spec.retired && spec.key == chord.character());
        if let Some((id, _)) = label.filter(|_| is_free && chord.character().is_some()) {
            return Some(Binding(ActionId::Label(id)));
        }
        let acts = |action: &&Action| {
            let is_here = match action.scope {
                Scope::Everywhere => true,
                Scope::Anywhere => is_free,
                Scope::OffControls => is_free && focus != Focus::Control,
                Scope::InArticle => focus == Focus::Article,
            };
            (is_here || (focus == Focus::Dialog && self.dialog_is_opened_by(action))) && self.is_key_of(chord, action)
        };
        let action = ACTIONS.iter().find(acts)?;
        let leaves = self.tab_leaves && action.name.starts_with("tab-");
        (!leaves).then_some(Binding(ActionId::Named(action.name)))
    }

    fn is_key_of(&self, chord: &KeyChord, action: &Action) -> bool {
        match self.settings.keys.get(action.name) {
            Some(own) => own.contains(&chord.0),
            None => action.keys.contains(&chord.0.as_str()),
        }
    }

    /// Makes the next key that is pressed the key of an action, or stops waiting for it.
    pub(super) fn wait_for_key(&mut self, action: Option<&'static str>) -> Vec<Effect> {
        self.rebinding = action;
        Vec::new()
    }

    /// Which action waits for its new key.
    pub fn rebinding(&self) -> Option<&'static str> {
        self.rebinding
    }

    /// Gives the action that waits a key, unless another one has it, or it would then be missing where words are written.
    pub(super) fn key_chosen(&mut self, chord: &KeyChord) -> Result<Vec<Effect>, Refusal> {
        let Some(name) = self.rebinding else { return Ok(Vec::new()) };
        if let Some(what) = self.owner_of(chord, name) {
            let key = chord.shown(false);
            return Err(Refusal::Key(format!(
                "{key} is the key of “{what}”. Press another, or change that one first."
            )));
        }
        let is_everywhere = ACTIONS.iter().any(|action| action.name == name && action.scope == Scope::Everywhere);
        if is_everywhere && chord.is_for_writing() {
            let key = chord.shown(false);
            return Err(Refusal::Key(format!(
                "{key} is needed in fields, where this acts too. Press a key together with Ctrl or Alt."
            )));
        }
        self.rebinding = None;
        self.settings.keys.insert(name.to_owned(), vec![chord.to_string()]);
        self.say(format!("The key is now {}.", chord.shown(false)));
        Ok(vec![self.keep_settings()])
    }

    /// Gives an action its usual keys again, or all of them, unless something else has one of them by now.
    pub(super) fn keys_reset(&mut self, name: Option<&str>) -> Result<Vec<Effect>, Refusal> {
        let before = self.settings.keys.clone();
        match name {
            Some(name) => drop(self.settings.keys.remove(name)),
            None => self.settings.keys.clear(),
        }
        let back = ACTIONS.iter().filter(|action| name.is_none_or(|name| action.name == name));
        let keys = back.flat_map(|action| self.keys_of(action).into_iter().map(|key| (key, action.name)));
        let taken = keys.into_iter().find_map(|(key, name)| Some((self.owner_of(&key, name)?, key)));
        if let Some((what, key)) = taken {
            self.settings.keys = before;
            let key = key.shown(false);
            return Err(Refusal::Key(format!("{key} is the key of “{what}” now. Change that one first.")));
        }
        self.say("The usual keys are back.");
        Ok(vec![self.keep_settings()])
    }

    /// What has a key that could get in the way of an action's.
    fn owner_of(&self, chord: &KeyChord, name: &str) -> Option<String> {
        let label = self.scheme().labels().find(|(_, spec)| !spec.retired && spec.key == chord.character());
        if let Some((_, label)) = label.filter(|_| chord.character().is_some()) {
            return Some(format!("Label: {}", label.title));
        }
        let other = ACTIONS.iter().find(|action| action.name != name && self.is_key_of(chord, action));
        other.map(|action| action.title.to_owned())
    }

    /// Whether a character is free to be a label's key: no action has it.
    pub fn is_free_key(&self, key: char) -> bool {
        let chord = KeyChord::new(&key.to_string(), false, false, false);
        !ACTIONS.iter().any(|action| self.is_key_of(&chord, action))
    }

    /// The keys of the labels that are offered for spans, as the hints show them.
    pub fn label_keys(&self) -> String {
        let offered = self.scheme().offered(AppliesTo::Text);
        let keys: Vec<String> =
            offered.iter().filter_map(|(_, label, _)| label.key).take(6).map(String::from).collect();
        keys.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Codebook;
    use crate::session::Event;

    #[test]
    fn usual_keys_come_back_only_where_nothing_else_has_them() {
        let mut session = Session::new(Codebook::built_in());
        let choose = |session: &mut Session, action: &'static str, key: &str| {
            session.update(Event::KeyAwaited { action: Some(action) });
            session.update(Event::KeyPressed { chord: KeyChord::parse(key) });
            session.update(Event::KeyAwaited { action: None });
            session.said().to_owned()
        };
        let reset = |session: &mut Session, action: Option<&'static str>| {
            session.update(Event::KeysReset { action });
            session.said().to_owned()
        };
        assert_eq!(choose(&mut session, "dismiss", "mod+q"), "The key is now Ctrl Q.");
        assert_eq!(choose(&mut session, "accept", "x"), "The key is now x.");
        let accept = "x is the key of “Accept, and go to the next suggestion” now. Change that one first.";
        assert_eq!(reset(&mut session, Some("dismiss")), accept);
        assert_eq!(session.shown_key("dismiss", false), "Ctrl Q");
        assert_eq!(reset(&mut session, Some("accept")), "The usual keys are back.");
        assert_eq!(reset(&mut session, Some("dismiss")), "The usual keys are back.");
        assert_eq!(session.shown_key("dismiss", false), "x");
        // All at once fits always, but for the labels.
        choose(&mut session, "dismiss", "mod+q");
        choose(&mut session, "accept", "x");
        assert_eq!(reset(&mut session, None), "The usual keys are back.");
        // What acts in fields too leaves them the keys that are written with.
        for key in ["q", "shift+q", "space", "1"] {
            assert!(choose(&mut session, "palette", key).contains("is needed in fields"), "{key}");
        }
        assert_eq!(choose(&mut session, "palette", "f9"), "The key is now F9.");
        assert_eq!(choose(&mut session, "palette", "alt+q"), "The key is now Alt Q.");
    }
}
