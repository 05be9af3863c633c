//! The articles of a batch of files: a text that several files hold becomes one article, as far as nothing is lost.

use std::collections::BTreeMap;

use super::{Incoming, Warning};
use crate::text::Text;

/// The articles so far, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Batch {
    articles: Vec<Entry>,
    /// Where in `articles` those of a text are. Texts differ near their beginning, where a checksum takes a way through
    /// each.
    by_text: BTreeMap<Text, Vec<usize>>,
}

#[derive(Debug)]
struct Entry {
    article: Incoming,
    /// The file that it, or its annotations, came from.
    file: String,
    /// Whether its name is that of a plain text file.
    is_plain: bool,
}

impl Batch {
    /// Adds an article of a file.
    ///
    /// A plain text and an annotated article of the same text become one, under the name of the text file. The same
    /// article once more is left out, with a warning. Articles that are annotated in different ways stay apart, and
    /// so do those of one file, which knows best.
    pub(super) fn add(&mut self, file: &str, article: Incoming, is_plain: bool) -> Option<Warning> {
        let places = self.by_text.entry(article.text.clone()).or_default();
        let is_elsewhere = |place: &usize| self.articles[*place].file != file;
        let twins: Vec<usize> = places.iter().copied().filter(is_elsewhere).collect();
        let says_the_same = |place: &usize| {
            let there = &self.articles[*place].article;
            there.annotations == article.annotations && there.journal == article.journal
        };
        let is_bare = |place: &usize| !self.articles[*place].article.is_annotated();
        let twin = match article.is_annotated() {
            true => twins.iter().copied().find(says_the_same).or_else(|| twins.iter().copied().find(is_bare)),
            false => twins.first().copied(),
        };
        let Some(twin) = twin else {
            places.push(self.articles.len());
            self.articles.push(Entry { article, file: file.to_owned(), is_plain });
            return None;
        };
        let there = &mut self.articles[twin];
        let name = there.article.name.clone();
        let is_twice = is_plain == there.is_plain || (article.is_annotated() && there.article.is_annotated());
        if is_plain && !there.is_plain {
            there.article.name = article.name;
            there.is_plain = true;
        } else if article.is_annotated() && !there.article.is_annotated() {
            there.article = Incoming { name: name.clone(), ..article };
            there.file = file.to_owned();
        }
        is_twice.then(|| Warning::new(file, format!("This is the same text as “{name}”; it was opened once.")))
    }

    /// All articles.
    pub(super) fn finish(self) -> Vec<Incoming> {
        self.articles.into_iter().map(|entry| entry.article).collect()
    }
}
