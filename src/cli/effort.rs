//! How many actions a careful person needs to label gold articles: keys, clicks and drags, each counted, and replayed
//! through the real session, whose result must be the gold spans.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::Failure;
use super::score::{self, Article};
use crate::annotation::{AnnotationId, Status};
use crate::ingest::NamedBytes;
use crate::project::{Codebook, UnixMillis};
use crate::recognize::{Recognizer, Suggestion};
use crate::scheme::LabelId;
use crate::session::{Event, Focus, KeyChord, Session, Settings};
use crate::text::{ByteOffset, CharOffset, Pattern, Span, Text};

/// A way of working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// A drag and a key for each span.
    OneByOne,
    /// Label by label with the sticky label, and the same words everywhere by one key.
    Sticky,
    /// The same after suggestions: what is wrong is set right, the rest accepted at once.
    Suggested,
}

const WAYS: [(Way, &str); 3] = [
    (Way::OneByOne, "one by one, without suggestions"),
    (Way::Sticky, "sticky label and all occurrences"),
    (Way::Suggested, "with suggestions, and accept all"),
];

type Mark = (Span, LabelId);

/// Runs `attache effort` on a file of gold articles and gives what it prints.
pub fn run(path: &str) -> Result<String, Failure> {
    let articles = score::load(path)?;
    let n_spans: usize = articles.iter().map(|article| article.spans.len()).sum();
    let recognizer = Recognizer::built_in().with_sureness(Settings::default().sureness);
    let mut out = format!("{} articles, {n_spans} gold spans\nactions   a span\n", articles.len());
    for (way, title) in WAYS {
        let mut n_actions = 0;
        for article in &articles {
            n_actions += labelled(article, way, &recognizer)?;
        }
        let share = n_actions as f64 / n_spans.max(1) as f64;
        writeln!(out, "{n_actions:>7}   {share:.3}   {title}").expect("writing to a string");
    }
    Ok(out)
}

/// Labels an article and gives the number of actions. An article that does not end as the gold has it is a failure.
fn labelled(article: &Article, way: Way, recognizer: &Recognizer) -> Result<usize, Failure> {
    let content = article.text.as_deref().unwrap_or_default();
    let mut person = Person::open(content);
    let text = Text::new(content);
    let scheme = person.session.scheme().clone();
    let mark = |mention: &score::Mention| {
        let offset = |chars: usize| text.from_chars(CharOffset(u32::try_from(chars).ok()?));
        let span = text.span(offset(mention.start)?, offset(mention.end)?)?;
        Some((span, scheme.by_name(&mention.label)?))
    };
    let gold: Option<BTreeSet<Mark>> = article.spans.iter().map(mark).collect();
    let bad = || Failure(format!("{}: its spans or labels are none of this text and tagset.", article.name()));
    let gold = gold.ok_or_else(bad)?;
    match way {
        Way::OneByOne => person.one_by_one(&gold),
        Way::Sticky => person.add_what_is_missing(&gold),
        Way::Suggested => {
            person.receive(recognizer.recognize(&text));
            person.put_right(&gold);
        }
    }
    let (decided, open) = person.marks();
    if decided == gold && open.is_empty() {
        return Ok(person.n_actions);
    }
    let words = |what: &str, (span, label): &Mark| {
        format!("{what} {} “{}” at {}", scheme.label(*label).name, text.slice(*span), span.start().0)
    };
    let missing = gold.difference(&decided).map(|mark| words("without", mark));
    let wrong = decided.difference(&gold).map(|mark| words("with", mark));
    let undecided = open.iter().map(|mark| words("undecided", mark));
    let differing: Vec<String> = missing.chain(wrong).chain(undecided).take(6).collect();
    Err(Failure(format!(
        "{}, {way:?}: the result differs from the gold spans: {}.",
        article.name(),
        differing.join(", ")
    )))
}

/// Somebody at work, whose actions are counted.
struct Person {
    session: Session,
    n_actions: usize,
    clock: u64,
    is_sticky: bool,
}

impl Person {
    fn open(content: &str) -> Person {
        let session = Session::new(Codebook::built_in());
        let mut person = Person { session, n_actions: 0, clock: 0, is_sticky: false };
        let files = vec![NamedBytes { name: "article.txt".to_owned(), bytes: content.as_bytes().to_vec() }];
        let at = person.now();
        person.session.update(Event::FilesRead { files, at });
        person
    }

    fn now(&mut self) -> UnixMillis {
        self.clock += 1;
        UnixMillis(self.clock)
    }

    fn text(&self) -> Text {
        self.session.article().expect("an article is open").text().clone()
    }

    /// Suggestions come in by themselves.
    fn receive(&mut self, suggestions: Vec<Suggestion>) {
        let article = self.session.open_id().expect("an article is open");
        let at = self.now();
        self.session.update(Event::Recognized { article, suggestions, at });
    }

    fn press(&mut self, key: &str) {
        self.n_actions += 1;
        let binding = self.session.binding(&KeyChord::parse(key), Focus::Article);
        let at = self.now();
        let action = binding.expect("the keys of this program are bound").0;
        self.session.update(Event::Act { action, at });
    }

    fn press_label(&mut self, label: LabelId) {
        let key = self.session.scheme().label(label).key.expect("the built-in labels have keys");
        self.press(&key.to_string());
    }

    /// Drags over a span as it is, from letter to letter.
    fn drag(&mut self, span: Span) {
        self.n_actions += 1;
        let (anchor, focus) = self.text().span_utf16(span);
        self.session.update(Event::Selected { anchor, focus });
        let at = self.now();
        self.session.update(Event::Released { on: None, n_clicks: 1, exact: false, at });
    }

    /// Clicks where just this highlight answers.
    fn click(&mut self, id: AnnotationId) {
        self.n_actions += 1;
        let (text, set) = (self.text(), self.session.article().expect("open").annotations());
        let span = set.get(id).expect("it is there").span;
        let mut places = text.slice(span).char_indices().map(|(at, _)| ByteOffset(span.start().0 + at as u32));
        let place = places.rfind(|at| set.at(*at).first() == Some(&id)).unwrap_or(span.start());
        let at = text.to_utf16(place).expect("between characters");
        self.session.update(Event::Selected { anchor: at, focus: at });
    }

    /// What is decided, and what is only suggested.
    fn marks(&self) -> (BTreeSet<Mark>, BTreeSet<Mark>) {
        let set = self.session.article().expect("open").annotations();
        let of = |status: Status| {
            let visible = set.visible().filter(move |(_, it)| it.status == status);
            visible.map(|(_, it)| (it.span, it.label)).collect()
        };
        (of(Status::Accepted), of(Status::Suggested))
    }

    fn one_by_one(&mut self, gold: &BTreeSet<Mark>) {
        for (span, label) in gold {
            self.drag(*span);
            self.press_label(*label);
        }
    }

    /// Marks what is neither decided nor suggested as it should be: label by label, long words first, so that a short
    /// name within a long one is not taken for itself.
    fn add_what_is_missing(&mut self, gold: &BTreeSet<Mark>) {
        let text = self.text();
        let labels: BTreeSet<LabelId> = gold.iter().map(|(_, label)| *label).collect();
        for label in labels {
            let mut spans: Vec<Span> = gold.iter().filter(|mark| mark.1 == label).map(|mark| mark.0).collect();
            spans.sort_by_key(|span| (std::cmp::Reverse(span.len_bytes()), *span));
            for span in &spans {
                let (decided, open) = self.marks();
                if decided.contains(&(*span, label)) || open.contains(&(*span, label)) {
                    continue;
                }
                self.drag(*span);
                // What sticks is the label used last: the first one of another label is set right by its key.
                if self.find(*span, label).is_none() {
                    self.press_label(label);
                }
                self.mark_the_same_words(&text, *span, label, gold);
                if !self.is_sticky && self.n_left(&spans, label) > 1 {
                    self.press("shift+l");
                    self.is_sticky = true;
                }
            }
        }
    }

    /// Uses the key for all occurrences where it saves actions: each one that is wrong costs a click and a key.
    fn mark_the_same_words(&mut self, text: &Text, span: Span, label: LabelId, gold: &BTreeSet<Mark>) {
        let (decided, open) = self.marks();
        let overlaps = |place: &Span| {
            let known = decided.iter().chain(open.iter().filter(|mark| gold.contains(mark)));
            known.filter(|mark| mark.1 == label).any(|mark| mark.0.overlaps(*place))
        };
        let places = Pattern::words(text.slice(span), true, true).places(text);
        let new: Vec<Span> = places.into_iter().filter(|place| !overlaps(place)).collect();
        let (right, wrong): (Vec<Span>, Vec<Span>) = new.into_iter().partition(|place| gold.contains(&(*place, label)));
        if right.len() > 1 + 2 * wrong.len() {
            self.press("e");
            for id in wrong.into_iter().filter_map(|place| self.find(place, label)).collect::<Vec<_>>() {
                self.click(id);
                self.press("x");
            }
        }
    }

    /// How many spans of a label are neither decided nor suggested yet.
    fn n_left(&self, spans: &[Span], label: LabelId) -> usize {
        let (decided, open) = self.marks();
        let is_there = |span: &&Span| decided.contains(&(**span, label)) || open.contains(&(**span, label));
        spans.len() - spans.iter().filter(is_there).count()
    }

    fn find(&self, span: Span, label: LabelId) -> Option<AnnotationId> {
        let set = self.session.article().expect("open").annotations();
        let found = set.visible().find(|(_, it)| it.span == span && it.label == label);
        found.map(|(id, _)| id)
    }

    /// Sets suggestions right: what is missing or has other ends is marked, what is wrong goes, the rest is accepted.
    fn put_right(&mut self, gold: &BTreeSet<Mark>) {
        self.add_what_is_missing(gold);
        self.reject_what_is_wrong(gold);
        if !self.marks().1.is_empty() {
            self.press("shift+a");
        }
        // One that is a little less sure than the slider says, by rounding.
        while self.session.article().is_some_and(|article| article.annotations().n_suggested() > 0) {
            self.press("n");
            self.press("a");
        }
    }

    fn reject_what_is_wrong(&mut self, gold: &BTreeSet<Mark>) {
        // All mentions of somebody who should not be marked at all go together, where that is shorter.
        let mut groups: BTreeMap<(String, bool), Vec<AnnotationId>> = BTreeMap::new();
        let set = self.session.article().expect("open").annotations();
        for (id, it) in set.visible() {
            let kind = self.session.scheme().label(it.label).groups_by == crate::scheme::GroupKind::Person;
            groups.entry((it.entity.clone(), kind)).or_default().push(id);
        }
        let is_wrong = |id: &AnnotationId| set.get(*id).is_some_and(|it| !gold.contains(&(it.span, it.label)));
        let all_wrong: Vec<AnnotationId> =
            groups.values().filter(|ids| ids.len() > 2 && ids.iter().all(is_wrong)).map(|ids| ids[0]).collect();
        for id in all_wrong {
            self.click(id);
            self.press("shift+y");
            self.n_actions += 1; // Enter in the dialog
            let at = self.now();
            self.session.update(Event::OccurrencesDone { at });
        }
        let wrong = |session: &Session| {
            let set = session.article().expect("open").annotations();
            let mut all = set.visible().filter(|(_, it)| !gold.contains(&(it.span, it.label)));
            all.next().map(|(id, _)| id)
        };
        while let Some(id) = wrong(&self.session) {
            // The key goes on to the next suggestion: when that one is wrong too, no click is needed.
            if self.session.active().map(|(active, _)| active) != Some(id) {
                self.click(id);
            }
            self.press("x");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(text: &str, spans: &[(usize, usize, &str)]) -> Article {
        let spans: Vec<serde_json::Value> = spans
            .iter()
            .map(|(start, end, label)| serde_json::json!({ "start": start, "end": end, "label": label }))
            .collect();
        serde_json::from_value(serde_json::json!({ "id": "x", "text": text, "spans": spans })).expect("an article")
    }

    fn n_actions(article: &Article, way: Way) -> usize {
        labelled(article, way, &Recognizer::rules()).map_err(|why| why.0).expect("it ends as the gold has it")
    }

    #[test]
    fn each_action_is_counted() {
        let yemen =
            article("Yemen and Yemen and Yemen and Oman", &[(0, 5, "TOPIC"), (10, 15, "TOPIC"), (20, 25, "TOPIC")]);
        assert_eq!(n_actions(&yemen, Way::OneByOne), 6, "a drag and a key each");
        assert_eq!(n_actions(&yemen, Way::Sticky), 3, "a drag, a key, and the key for all");
        let two = article("Taha met Aoun", &[(0, 4, "OFFICIAL"), (9, 13, "OFFICIAL")]);
        assert_eq!(n_actions(&two, Way::OneByOne), 4);
    }

    #[test]
    fn a_span_that_cannot_be_made_is_a_failure() {
        let inside = article("Tahas", &[(0, 4, "OFFICIAL")]);
        let failure = labelled(&inside, Way::OneByOne, &Recognizer::rules()).map_err(|why| why.0);
        assert!(failure.is_err_and(|why| why.contains("without OFFICIAL “Taha” at 0")));
    }
}
