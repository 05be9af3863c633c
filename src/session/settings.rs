//! What a person has set and finds again on the next visit. Kept by the shell as one line of JSON.

use serde::{Deserialize, Serialize};

use crate::recognize::Sureness;

/// What a person has set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How sure a suggestion must be.
    pub sureness: Sureness,
}

/// As it is kept. What a later version adds is left alone by an earlier one.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(default)]
    sureness_percent: Option<u8>,
}

impl Settings {
    /// From the kept form; what cannot be read is as it is on the first visit.
    pub fn parse(json: &str) -> Settings {
        let kept: Option<Kept> = serde_json::from_str(json).ok().filter(|_| json.starts_with('{'));
        let percent = kept.and_then(|kept| kept.sureness_percent);
        Settings { sureness: percent.map(Sureness::from_percent).unwrap_or_default() }
    }

    /// The kept form.
    pub fn to_json(&self) -> String {
        let kept = Kept { sureness_percent: Some(self.sureness.percent()) };
        serde_json::to_string(&kept).expect("numbers always have a JSON form")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_kept_and_read_whatever_is_there() {
        let settings = Settings { sureness: Sureness::from_percent(80) };
        assert_eq!(Settings::parse(&settings.to_json()), settings);
        for other in ["", "{}", "[1]", "{\"sureness_percent\":\"high\"}", "{\"later\":true}"] {
            assert_eq!(Settings::parse(other), Settings::default(), "{other}");
        }
    }
}
