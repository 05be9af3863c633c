//! What holds for the suggestions of any text whatever.

use attache::recognize::{Class, Recognizer};
use attache::text::Text;

/// Valid, in order, apart, trimmed, of words, and `of` points at an official.
pub fn check_laws(content: &str) {
    let text = Text::new(content);
    for recognizer in [Recognizer::rules(), Recognizer::built_in()] {
        check_laws_of(&recognizer, &text);
    }
}

pub fn check_laws_of(recognizer: &Recognizer, text: &Text) {
    let content = text.as_str();
    let found = recognizer.recognize(text);
    let mut end = 0;
    for suggestion in &found {
        let range = suggestion.span.range();
        assert!(range.start >= end, "{suggestion:?} overlaps or is out of order in {content:?}");
        end = range.end;
        let slice = text.slice(suggestion.span);
        assert_eq!(slice, slice.trim(), "trimmed");
        assert!(slice.contains(char::is_alphanumeric), "{slice:?} has words");
        assert!((0.0..=1.0).contains(&suggestion.score));
        if let Some(of) = suggestion.of {
            let official = found.iter().any(|other| other.span == of && other.class == Class::Official);
            assert!(official && suggestion.class == Class::Role, "{suggestion:?}");
        }
    }
    let mut sliced = recognizer.begin(text);
    while !sliced.advance(11) {}
    assert_eq!(sliced.finish(), found, "in slices as at once");
}
