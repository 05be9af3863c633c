//! How many corrections suggestions need, by how sure they must be: what the slider's usual position is chosen by.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::Failure;
use super::score::{self, Article};
use crate::recognize::{Recognizer, Sureness};
use crate::text::Text;

/// What a person has to do to an article's suggestions until they are the gold annotations. Whatever is right is accepted
/// in one go and costs nothing.
#[derive(Clone, Copy, Debug, Default)]
struct Corrections {
    /// Suggestions of something that is not marked: one key each.
    rejected: usize,
    /// Suggestions that touch a mark of their label: one drag each.
    moved: usize,
    /// Marks that no suggestion touches: a selection and a key each.
    added: usize,
}

impl Corrections {
    fn actions(self) -> usize {
        self.rejected + self.moved + 2 * self.added
    }
}

type Mark = (usize, usize, String);

fn corrections(gold: &BTreeSet<Mark>, suggested: &BTreeSet<Mark>) -> Corrections {
    let mut corrections = Corrections::default();
    let mut left: Vec<&Mark> = gold.difference(suggested).collect();
    for (start, end, label) in suggested.difference(gold) {
        let touched = left.iter().position(|mark| mark.2 == *label && mark.0 < *end && *start < mark.1);
        match touched {
            Some(at) => {
                left.remove(at);
                corrections.moved += 1;
            }
            None => corrections.rejected += 1,
        }
    }
    corrections.added = left.len();
    corrections
}

/// Runs `attache threshold` on a file of gold articles and gives what it prints.
pub fn run(path: &str) -> Result<String, Failure> {
    let articles = score::load(path)?;
    let n_marks: usize = articles.iter().map(|article| article.spans.len()).sum();
    let mut out =
        format!("{} articles, {n_marks} marks\nsure   reject   move    add   actions   a mark\n", articles.len());
    let mut best: Option<(usize, Sureness)> = None;
    for sureness in Sureness::all() {
        let recognizer = Recognizer::built_in().with_sureness(sureness);
        let sum = articles.iter().fold(Corrections::default(), |sum, article| {
            let more = corrections(&marks(article), &suggested(&recognizer, article));
            Corrections {
                rejected: sum.rejected + more.rejected,
                moved: sum.moved + more.moved,
                added: sum.added + more.added,
            }
        });
        let actions = sum.actions();
        let share = actions as f64 / n_marks.max(1) as f64;
        let Corrections { rejected, moved, added } = sum;
        writeln!(out, "{sureness}   {rejected:>6} {moved:>6} {added:>6}   {actions:>7}    {share:.3}")
            .expect("writing to a string");
        if best.is_none_or(|(fewest, _)| actions < fewest) {
            best = Some((actions, sureness));
        }
    }
    if let Some((actions, sureness)) = best {
        writeln!(out, "fewest actions: {actions}, at {sureness}").expect("writing to a string");
    }
    Ok(out)
}

fn marks(article: &Article) -> BTreeSet<Mark> {
    article.spans.iter().map(|mention| (mention.start, mention.end, mention.label.clone())).collect()
}

fn suggested(recognizer: &Recognizer, article: &Article) -> BTreeSet<Mark> {
    let text = Text::new(article.text.as_deref().unwrap_or_default());
    let suggestions = recognizer.recognize(&text);
    let mark = |found: &crate::recognize::Suggestion| {
        let (start, end) = text.span_chars(found.span);
        (start.0 as usize, end.0 as usize, found.class.name().to_owned())
    };
    suggestions.iter().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(marks: &[(usize, usize, &str)]) -> BTreeSet<Mark> {
        marks.iter().map(|&(start, end, label)| (start, end, label.to_owned())).collect()
    }

    #[test]
    fn each_way_of_being_wrong_has_its_price() {
        let gold = set(&[(0, 4, "ROLE"), (5, 9, "OFFICIAL"), (20, 30, "TOPIC")]);
        for (suggested, rejected, moved, added) in [
            (gold.clone(), 0, 0, 0),
            (set(&[]), 0, 0, 3),
            (set(&[(0, 4, "ROLE"), (5, 9, "OFFICIAL"), (22, 30, "TOPIC")]), 0, 1, 0),
            (set(&[(0, 4, "OFFICIAL"), (5, 9, "OFFICIAL"), (20, 24, "TOPIC"), (25, 30, "TOPIC")]), 2, 1, 1),
        ] {
            let found = corrections(&gold, &suggested);
            assert_eq!((found.rejected, found.moved, found.added), (rejected, moved, added), "{suggested:?}");
        }
    }
}
