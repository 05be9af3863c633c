//! How sure a suggestion must be: what the slider beside the text sets.

use std::fmt;

/// The least worth, in percent, that a span must have to be suggested: the mean of how probable it is that just this is
/// marked, and that something there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sureness(u8);

impl Sureness {
    /// As many suggestions as make sense.
    pub const LEAST: Sureness = Sureness(10);
    /// Only what is next to certain.
    pub const MOST: Sureness = Sureness(90);
    /// From one position of the slider to the next.
    pub const STEP: u8 = 5;
    /// Where the slider stands at first: what needs the fewest corrections on the development articles, as
    /// `attache threshold` counts them (docs/recognizer.md).
    pub const USUAL: Sureness = Sureness(40);
    /// Where precision and recall weigh the same: the floors of the model itself, chosen by cross-validation.
    pub const EVEN: Sureness = Sureness(50);

    /// The nearest position to a number of percent.
    pub fn from_percent(percent: u8) -> Sureness {
        let step = percent.saturating_add(Self::STEP / 2) / Self::STEP * Self::STEP;
        Sureness(step.clamp(Self::LEAST.0, Self::MOST.0))
    }

    /// In percent.
    pub fn percent(self) -> u8 {
        self.0
    }

    /// All positions, rising.
    pub fn all() -> impl Iterator<Item = Sureness> {
        (Self::LEAST.0..=Self::MOST.0).step_by(Self::STEP.into()).map(Sureness)
    }

    /// The next position for fewer suggestions; `None` at the end.
    pub fn surer(self) -> Option<Sureness> {
        (self < Self::MOST).then(|| Sureness(self.0 + Self::STEP))
    }

    /// The next position for more suggestions; `None` at the end.
    pub fn less_sure(self) -> Option<Sureness> {
        (self > Self::LEAST).then(|| Sureness(self.0 - Self::STEP))
    }

    /// The floors of a model, which are made for [`Sureness::EVEN`], moved to this position.
    pub(super) fn floors(self, even: [f32; 3]) -> [f32; 3] {
        let moved = (f32::from(self.0) - f32::from(Self::EVEN.0)) / 100.0;
        even.map(|floor| (floor + moved).max(0.01))
    }
}

impl Default for Sureness {
    fn default() -> Self {
        Self::USUAL
    }
}

impl fmt::Display for Sureness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_is_reached_by_steps_and_by_percent() {
        let mut here = Sureness::LEAST;
        for position in Sureness::all() {
            assert_eq!(here, position);
            assert_eq!(Sureness::from_percent(position.percent()), position);
            here = here.surer().unwrap_or(here);
        }
        assert_eq!((here, here.surer()), (Sureness::MOST, None));
        assert_eq!(Sureness::LEAST.less_sure(), None);
        assert_eq!(Sureness::from_percent(0), Sureness::LEAST);
        assert_eq!(Sureness::from_percent(255), Sureness::MOST);
        assert_eq!(Sureness::from_percent(52), Sureness::EVEN);
    }

    #[test]
    fn the_even_position_leaves_a_models_floors_alone() {
        assert_eq!(Sureness::EVEN.floors([0.5, 0.5, 0.45]), [0.5, 0.5, 0.45]);
    }
}
