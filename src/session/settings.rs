//! What a person has set and finds again on the next visit. Kept by the shell as one line of JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::recognize::Sureness;

/// What a person has set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How sure a suggestion must be.
    pub sureness: Sureness,
    /// Whether suggestions are made at all without being asked for.
    pub suggests: bool,
    /// Light or dark.
    pub theme: Theme,
    /// Stronger lines and no tints behind words that are not marked.
    pub high_contrast: bool,
    /// The size of the article's type in per cent of the usual one: [`Settings::TYPE_SIZES`].
    pub type_percent: u16,
    /// How wide the article's lines are: [`Settings::WIDTHS`], in characters.
    pub line_chars: u16,
    /// Only the text is shown.
    pub focus_mode: bool,
    /// The guidelines stand beside the text.
    pub shows_guidelines: bool,
    /// The details of the active highlight stand beside the text.
    pub shows_details: bool,
    /// A selection made with a pointer is labelled at once with the last label.
    pub sticky: bool,
    /// The annotator's name or initials; empty until given.
    pub annotator: Arc<str>,
    /// Keys of actions, where they are not the usual ones, by the action's name.
    pub keys: BTreeMap<String, Vec<String>>,
    /// The step of the first tour that is to be shown, from 0; `None` when it was seen or put away.
    pub tour: Option<u8>,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark letters on light ground.
    Light,
    /// Light letters on dark ground.
    Dark,
}

/// As they are kept. What a later version adds is left alone by an earlier one.
#[derive(Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    sureness_percent: Option<u8>,
    suggests: bool,
    theme: Theme,
    high_contrast: bool,
    type_percent: u16,
    line_chars: u16,
    focus_mode: bool,
    shows_guidelines: bool,
    shows_details: bool,
    sticky: bool,
    annotator: String,
    keys: BTreeMap<String, Vec<String>>,
    tour: Option<u8>,
}

impl Default for Kept {
    fn default() -> Self {
        Settings::default().kept()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sureness: Sureness::default(),
            suggests: true,
            theme: Theme::System,
            high_contrast: false,
            type_percent: 100,
            line_chars: 66,
            focus_mode: false,
            shows_guidelines: false,
            shows_details: false,
            sticky: false,
            annotator: "".into(),
            keys: BTreeMap::new(),
            tour: Some(0),
        }
    }
}

impl Settings {
    /// Sizes of type, in per cent.
    pub const TYPE_SIZES: [u16; 7] = [85, 100, 115, 130, 150, 175, 200];
    /// Widths of lines, in characters.
    pub const WIDTHS: [u16; 5] = [50, 58, 66, 80, 100];

    /// From the kept form; what cannot be read is as it is on the first visit.
    pub fn parse(json: &str) -> Settings {
        // Field by field, so that one that another version writes otherwise costs only itself.
        let found: BTreeMap<String, serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
        let mut readable = serde_json::Map::new();
        for (name, value) in found {
            let alone = serde_json::Map::from_iter([(name.clone(), value.clone())]);
            if serde_json::from_value::<Kept>(alone.into()).is_ok() {
                readable.insert(name, value);
            }
        }
        let kept: Kept = serde_json::from_value(readable.into()).unwrap_or_default();
        Settings {
            sureness: kept.sureness_percent.map(Sureness::from_percent).unwrap_or_default(),
            suggests: kept.suggests,
            theme: kept.theme,
            high_contrast: kept.high_contrast,
            type_percent: nearest(&Self::TYPE_SIZES, kept.type_percent),
            line_chars: nearest(&Self::WIDTHS, kept.line_chars),
            focus_mode: kept.focus_mode,
            shows_guidelines: kept.shows_guidelines,
            shows_details: kept.shows_details,
            sticky: kept.sticky,
            annotator: kept.annotator.into(),
            keys: kept.keys,
            tour: kept.tour,
        }
    }

    fn kept(&self) -> Kept {
        Kept {
            sureness_percent: Some(self.sureness.percent()),
            suggests: self.suggests,
            theme: self.theme,
            high_contrast: self.high_contrast,
            type_percent: self.type_percent,
            line_chars: self.line_chars,
            focus_mode: self.focus_mode,
            shows_guidelines: self.shows_guidelines,
            shows_details: self.shows_details,
            sticky: self.sticky,
            annotator: self.annotator.to_string(),
            keys: self.keys.clone(),
            tour: self.tour,
        }
    }

    /// The kept form.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.kept()).expect("strings and numbers always have a JSON form")
    }
}

/// The one of some values, in order, that is nearest to what was kept.
fn nearest(values: &[u16], kept: u16) -> u16 {
    values.iter().copied().min_by_key(|value| value.abs_diff(kept)).unwrap_or(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_kept_and_read_whatever_is_there() {
        let settings = Settings {
            sureness: Sureness::from_percent(80),
            theme: Theme::Dark,
            type_percent: 130,
            annotator: "AB".into(),
            keys: BTreeMap::from([("next".to_owned(), vec!["w".to_owned()])]),
            tour: None,
            ..Settings::default()
        };
        assert_eq!(Settings::parse(&settings.to_json()), settings);
        for other in ["", "{}", "[1]", "{\"sureness_percent\":\"high\"}", "{\"later\":true}", "{\"theme\":\"pink\"}"] {
            assert_eq!(Settings::parse(other), Settings::default(), "{other}");
        }
        let partly = Settings::parse("{\"theme\":\"pink\",\"annotator\":\"AB\",\"type_percent\":9000}");
        assert_eq!((&*partly.annotator, partly.type_percent), ("AB", 200), "what can be read is");
    }
}
