//! What tells the texts of articles apart.

use crate::text::Text;

/// The SHA-256 of a text in hexadecimal, as [`Text::digest`] gives it; not made until somebody asks.
#[derive(Clone, Debug)]
pub struct Digest(Inner);

#[derive(Clone, Debug)]
enum Inner {
    Made(String),
    Of(Text),
}

impl Digest {
    /// That of a text, which is held for it until [`Digest::make`].
    pub fn of(text: &Text) -> Self {
        Self(Inner::Of(text.clone()))
    }

    /// One that was made earlier; empty where it is not known.
    pub const fn made(digest: String) -> Self {
        Self(Inner::Made(digest))
    }

    /// The digest.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Inner::Made(digest) => digest,
            Inner::Of(text) => text.digest(),
        }
    }

    /// The text, as long as the digest was not made of it.
    pub fn text(&self) -> Option<&Text> {
        match &self.0 {
            Inner::Made(_) => None,
            Inner::Of(text) => Some(text),
        }
    }

    /// Makes it, and holds the text no longer.
    pub fn make(&mut self) {
        if let Inner::Of(text) = &self.0 {
            *self = Self::made(text.digest().to_owned());
        }
    }

    /// Whether it is not known.
    pub fn is_unknown(&self) -> bool {
        matches!(&self.0, Inner::Made(digest) if digest.is_empty())
    }

    /// Whether it is that of a text.
    pub fn is_of(&self, text: &Text) -> bool {
        match &self.0 {
            Inner::Made(digest) => *digest == text.digest(),
            Inner::Of(other) => other == text,
        }
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Inner::Of(text), _) => other.is_of(text),
            (_, Inner::Of(text)) => self.is_of(text),
            (Inner::Made(digest), Inner::Made(other)) => digest == other,
        }
    }
}

impl Eq for Digest {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_same_before_and_after_it_was_made() {
        let text = Text::new("Meloni left.");
        let lazy = Digest::of(&text);
        let mut made = lazy.clone();
        made.make();
        assert!(lazy.text().is_some() && made.text().is_none());
        assert_eq!(lazy, made);
        assert_eq!(made, lazy);
        assert_eq!(lazy, Digest::of(&Text::new("Meloni left.")));
        assert_eq!((lazy.as_str(), made.as_str()), (text.digest(), text.digest()));
        for digest in [&lazy, &made] {
            assert!(digest.is_of(&text) && !digest.is_of(&Text::new("Meloni came.")));
            assert!(!digest.is_unknown());
            assert_ne!(*digest, Digest::made(String::new()));
            assert_ne!(*digest, Digest::of(&Text::new("Meloni came.")));
        }
        assert!(Digest::made(String::new()).is_unknown());
    }
}
