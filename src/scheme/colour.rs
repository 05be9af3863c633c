//! Colours of labels: read, written, and made strong enough to be seen on the page.

use std::fmt;

use color::{AlphaColor, Oklch, OpaqueColor, Srgb};

/// A colour that a person has chosen for a label: red, green and blue, 0 to 255 each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour(pub u8, pub u8, pub u8);

/// The ground that a colour is seen on: the paper of `styles/tokens.css`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// Of the light theme.
    Light,
    /// Of the dark theme.
    Dark,
}

/// What a line must have against its ground to be told from it: WCAG 2.2, 1.4.11.
pub const LINE_CONTRAST: f32 = 3.0;

/// How much lighter or darker a colour gets in one step, of an Oklch lightness of 0 to 1.
const STEP: f32 = 0.02;

impl Paper {
    /// Its colour.
    pub fn colour(self) -> Colour {
        match self {
            Paper::Light => Colour(0xff, 0xff, 0xff),
            Paper::Dark => Colour(0x14, 0x17, 0x1c),
        }
    }
}

impl Colour {
    /// From `#rrggbb`; `None` for anything else.
    pub fn parse(hex: &str) -> Option<Colour> {
        let digits = hex.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Colour(part(0)?, part(2)?, part(4)?))
    }

    /// The contrast ratio of two colours, 1.0 to 21.0 (WCAG 2.2, “contrast ratio”).
    pub fn contrast(self, other: Colour) -> f32 {
        let luminance = |colour: Colour| opaque(colour).relative_luminance();
        let (one, two) = (luminance(self), luminance(other));
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// This colour, or the nearest in lightness that a line in it can be seen on a paper.
    pub fn visible_on(self, paper: Paper) -> Colour {
        let mut colour = opaque(self).convert::<Oklch>();
        let mut shown = self;
        while shown.contrast(paper.colour()) < LINE_CONTRAST {
            colour.components[0] += if paper == Paper::Light { -STEP } else { STEP };
            if !(0.0..=1.0).contains(&colour.components[0]) {
                return if paper == Paper::Light { Colour(0, 0, 0) } else { Colour(0xff, 0xff, 0xff) };
            }
            let rgb = colour.convert::<Srgb>().to_rgba8();
            shown = Colour(rgb.r, rgb.g, rgb.b);
        }
        shown
    }
}

fn opaque(Colour(r, g, b): Colour) -> OpaqueColor<Srgb> {
    AlphaColor::from_rgb8(r, g, b).discard_alpha()
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_written() {
        assert_eq!(Colour::parse("#1D5bd6").map(|it| it.to_string()), Some("#1d5bd6".to_owned()));
        for other in ["", "#fff", "red", "#gggggg", "1d5bd6", "#1d5bd6ff", "#é5bd6"] {
            assert_eq!(Colour::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_pale_colour_becomes_visible_and_a_strong_one_stays() {
        let strong = Colour(0x1d, 0x5b, 0xd6);
        assert_eq!(strong.visible_on(Paper::Light), strong);
        for step in (0..=255).step_by(15) {
            for colour in [Colour(255, 255, step), Colour(step, 0, 40), Colour(step, step, step)] {
                for paper in [Paper::Light, Paper::Dark] {
                    let shown = colour.visible_on(paper);
                    assert!(shown.contrast(paper.colour()) >= LINE_CONTRAST, "{colour} on {paper:?}: {shown}");
                }
            }
        }
        let black_on_white = Colour(0, 0, 0).contrast(Colour(255, 255, 255));
        assert!((black_on_white - 21.0).abs() < 0.01, "{black_on_white}");
    }
}
