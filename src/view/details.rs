//! Who is this and why: everything that is known of a highlight.

use crate::annotation::{Annotation, AnnotationId, Origin, Status, UnixMillis};
use crate::command::Turn;
use crate::project::Article;
use crate::scheme::Scheme;
use crate::text::Text;

/// What has happened to a highlight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: UnixMillis,
    /// What, in words.
    pub what: String,
}

/// The words of an annotation: its parts, with an ellipsis where there is a gap.
pub fn words(text: &Text, annotation: &Annotation) -> String {
    let parts: Vec<&str> = annotation.parts().into_iter().map(|part| text.slice(part)).collect();
    parts.join(" … ")
}

/// How an annotation came to be and how it stands, in a sentence.
pub fn standing(annotation: &Annotation) -> String {
    let sure = annotation.score.map(|score| format!(", {:.0} % sure", score.fraction() * 100.0)).unwrap_or_default();
    match (annotation.status, annotation.origin) {
        (Status::Suggested, Origin::Recognizer) => {
            format!("Suggested by the recognizer{sure}. Nobody has decided yet.")
        }
        (Status::Suggested, _) => format!("A suggestion from a file{sure}. Nobody has decided yet."),
        (Status::Accepted, Origin::Recognizer) => format!("Suggested by the recognizer{sure}, and accepted."),
        (Status::Accepted, Origin::Person) => "Marked by hand.".to_owned(),
        (Status::Accepted, Origin::File) => "Read from a file.".to_owned(),
        (Status::Rejected, _) => "Rejected.".to_owned(),
    }
}

/// What has happened to an annotation, oldest first; what was taken back is left out.
pub fn deeds(article: &Article, id: AnnotationId) -> Vec<Deed> {
    let (mut done, mut undone): (Vec<Option<Deed>>, Vec<Option<Deed>>) = (Vec::new(), Vec::new());
    for record in article.journal() {
        match &record.turn {
            Turn::Do(transaction) => {
                let concerns = transaction.edits.iter().any(|edit| edit.id == id);
                undone.clear();
                done.push(concerns.then(|| Deed { at: record.at, what: transaction.title.clone() }));
            }
            Turn::Undo => undone.extend(done.pop()),
            Turn::Redo => done.extend(undone.pop()),
        }
    }
    done.into_iter().flatten().collect()
}

/// How many annotations of the article share the exact place of one: they are told apart by the key that walks
/// through them.
pub fn n_at_same_place(article: &Article, annotation: &Annotation) -> usize {
    let there = article.annotations().overlapping(annotation.span);
    there.iter().filter(|(_, other)| other.span == annotation.span).count()
}

/// The label’s name and state as a screen reader says them.
pub fn spoken(annotation: &Annotation, scheme: &Scheme) -> String {
    let state = match annotation.status {
        Status::Suggested => "suggested",
        Status::Accepted => "accepted",
        Status::Rejected => "rejected",
    };
    let unsure = if annotation.unsure { ", unsure" } else { "" };
    let note = if annotation.note.is_empty() { "" } else { ", with a note" };
    format!("{}, {state}{unsure}{note}: {}", scheme.label(annotation.label).title, annotation.entity)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::command::{Command, plan};

    #[test]
    fn what_was_taken_back_has_not_happened() {
        let scheme = Scheme::built_in();
        let text = Text::new("Taha met Bu Habib");
        let mut article = Article::new("x", text.clone());
        let label = scheme.by_name("OFFICIAL").expect("a label");
        let span = text.span(crate::text::ByteOffset(0), crate::text::ByteOffset(4)).expect("inside");
        let id = article.annotations().fresh_id();
        for command in [Command::Annotate { span, label }, Command::Flag { id, unsure: true }] {
            let transaction = plan(&text, article.annotations(), scheme, &command).expect("possible");
            article.turn(Turn::Do(Arc::new(transaction)), UnixMillis(7), scheme).expect("it fits");
        }
        let whats = |article: &Article| deeds(article, id).into_iter().map(|deed| deed.what).collect::<Vec<_>>();
        assert_eq!(whats(&article), ["Official “Taha”", "Flag “Taha” as unsure"]);
        article.turn(Turn::Undo, UnixMillis(8), scheme).expect("it was done");
        assert_eq!(whats(&article), ["Official “Taha”"]);
        article.turn(Turn::Redo, UnixMillis(9), scheme).expect("it was undone");
        assert_eq!(whats(&article).len(), 2);
    }
}
