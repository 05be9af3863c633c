//! Says in words why something is suggested.

use super::reading::{Clue, Found};

/// The reason for a mention; `beside` is the text of the title or name that it stands beside.
pub fn words(mention: &Found, beside: Option<&str>, canonical: &str, text: &str) -> String {
    let mut words = match (mention.clue, beside) {
        (Clue::TitleBefore, Some(title)) => format!("title ‘{title}’ before it"),
        (Clue::TitleBefore, None) => "a title before it".to_owned(),
        (Clue::TitleAfter, Some(title)) => format!("office ‘{title}’ after it"),
        (Clue::TitleAfter, None) => "an office after it".to_owned(),
        (Clue::KnownName, _) => "a name met elsewhere in the text".to_owned(),
        (Clue::BesideName, Some(name)) => format!("office beside the name ‘{name}’"),
        (Clue::BesideName, None) => "office beside a name".to_owned(),
        (Clue::OfficeAlone, _) => "one person's office, without the name".to_owned(),
        (Clue::TopicWord, _) => "a word for an issue or event, with what belongs to it".to_owned(),
        (Clue::ModelName, _) => "an official's name by the words around it".to_owned(),
        (Clue::ModelTopic, _) => "an issue by its words and those around it".to_owned(),
    };
    if !canonical.is_empty() && canonical != text && !words.contains(canonical) {
        words.push_str(&format!("; taken for {canonical}"));
    }
    words
}
