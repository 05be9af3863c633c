//! The articles of a batch of files, each text once.

use std::collections::BTreeMap;

use super::{Incoming, Warning};

/// The articles so far, in the order in which their texts came.
#[derive(Default)]
pub(super) struct Batch {
    articles: Vec<Entry>,
    /// Where in `articles` a text is, by its digest.
    by_digest: BTreeMap<String, usize>,
}

struct Entry {
    article: Incoming,
    /// The file that the text, then the annotations, came from.
    file: String,
    /// Whether its name is that of a plain text file.
    is_plain: bool,
}

impl Batch {
    /// Adds an article of a file. A text that is there already is not added again: a plain text file gives its name
    /// to the annotated one, and of two that say different things the first stays, with a warning.
    pub(super) fn add(&mut self, file: &str, article: Incoming, is_plain: bool) -> Option<Warning> {
        let digest = article.text.digest();
        let Some(index) = self.by_digest.get(&digest) else {
            self.by_digest.insert(digest, self.articles.len());
            self.articles.push(Entry { article, file: file.to_owned(), is_plain });
            return None;
        };
        let there = &mut self.articles[*index];
        let is_pair = is_plain != there.is_plain;
        let name = there.article.name.clone();
        let says_the_same =
            article.annotations == there.article.annotations && article.journal == there.article.journal;
        let both_annotated = article.is_annotated() && there.article.is_annotated();
        if is_plain && is_pair {
            there.article.name = article.name;
            there.is_plain = true;
        } else if article.is_annotated() && !there.article.is_annotated() {
            there.article = Incoming { name: name.clone(), ..article };
            there.file = file.to_owned();
        }
        if both_annotated && !says_the_same {
            let first = if there.file == file { "this file".to_owned() } else { there.file.clone() };
            return Some(Warning::new(
                file,
                format!(
                    "“{name}” is in {first} already, with other annotations; those were kept. Open this file by itself to see its own."
                ),
            ));
        }
        (!is_pair).then(|| Warning::new(file, format!("This is the same text as “{name}”; it was opened once.")))
    }

    /// All articles.
    pub(super) fn finish(self) -> Vec<Incoming> {
        self.articles.into_iter().map(|entry| entry.article).collect()
    }
}
