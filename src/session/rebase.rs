//! What was read with a codebook that a person has changed meanwhile: it comes under the one that is there now.

use std::sync::Arc;

use crate::annotation::{About, Annotation, Transaction};
use crate::command::Turn;
use crate::ingest::Incoming;
use crate::project::Codebook;
use crate::scheme::{LabelId, LabelSpec, Scheme};

/// The codebook as it is `now`, with what reading has added to it as it was `before`, which made it `read`. The labels
/// of the articles that were read become those of the same names in it.
///
/// What is the same before and after is no news: a person may have changed it since.
// Not inlined: a door of `xtask/pack`.
#[inline(never)]
pub(super) fn rebased(before: &Codebook, read: &Codebook, now: &Codebook, articles: &mut [Incoming]) -> Codebook {
    let mut codebook = now.clone();
    for (key, known) in &read.registry {
        if before.registry.get(key) != Some(known) {
            codebook.registry.entry(key.clone()).or_insert_with(|| known.clone());
        }
    }
    if read.guidelines != before.guidelines && now.guidelines == before.guidelines {
        codebook.guidelines = read.guidelines.clone();
    }
    codebook.scheme = Arc::new(rebased_scheme(&before.scheme, &read.scheme, &now.scheme, articles));
    codebook
}

fn rebased_scheme(before: &Scheme, read: &Scheme, now: &Scheme, articles: &mut [Incoming]) -> Scheme {
    let theirs = with_names_for(now, read, before.labels().count());
    let scheme = now.with_those_of(&theirs, |_| true).unwrap_or_else(|_| now.clone());
    // Only a tagset of a thousand labels takes no more: the last one has to do.
    let last = scheme.labels().last().map(|(id, _)| id);
    let places: Vec<Option<LabelId>> = theirs.labels().map(|(_, label)| scheme.by_name(&label.name).or(last)).collect();
    if !theirs.labels().map(|(id, _)| Some(id)).eq(places.iter().copied()) {
        let mut there = |label: LabelId| places.get(label.index()).copied().flatten().unwrap_or(label);
        articles.iter_mut().for_each(|article| relabel(article, &mut there));
    }
    scheme
}

/// The tagset that was read, in which a new label has another name where a person has given its own meanwhile to a
/// label for something else: one marks spans, the other whole articles.
fn with_names_for(now: &Scheme, read: &Scheme, n_before: usize) -> Scheme {
    let mut theirs = read.clone();
    for (id, label) in read.labels().skip(n_before) {
        let there = now.by_name(&label.name).map(|there| now.label(there).applies_to);
        if there.is_none_or(|there| there == label.applies_to) {
            continue;
        }
        let is_free = |name: &String| now.by_name(name).is_none() && theirs.by_name(name).is_none();
        let mut names = (2..).map(|n| format!("{}_{n}", label.name));
        let name = names.find(is_free).expect("there is no end of numbers");
        if let Ok(renamed) = theirs.with_changed(id, LabelSpec { name, ..label.clone() }) {
            theirs = renamed;
        }
    }
    theirs
}

/// Gives each label in what was read of an article another one.
fn relabel(article: &mut Incoming, label: &mut impl FnMut(LabelId) -> LabelId) {
    article.annotations.iter_mut().for_each(|annotation| annotation.label = label(annotation.label));
    relabel_about(&mut article.about, label);
    for record in &mut article.journal {
        let Turn::Do(transaction) = &mut record.turn else { continue };
        let Transaction { edits, about, .. } = Arc::make_mut(transaction);
        for edit in edits {
            for side in [&mut edit.before, &mut edit.after].into_iter().flatten() {
                let annotation: &mut Annotation = Arc::make_mut(side);
                annotation.label = label(annotation.label);
            }
        }
        if let Some(about) = about {
            relabel_about(&mut about.before, label);
            relabel_about(&mut about.after, label);
        }
    }
}

fn relabel_about(about: &mut About, label: &mut impl FnMut(LabelId) -> LabelId) {
    about.labels = about.labels.iter().map(|it| label(*it)).collect();
}
