//! Finds officials, their roles and topics in the text of a news article.
//!
//! The stages, in order, each in its own file:
//!
//! 1. `tokens` cuts the text into words and sentences;
//! 2. `lexicon` marks the words that stand in the lists of `seeds/lexicon/`;
//! 3. `titles` finds offices and the names beside them;
//! 4. `known` carries these names through the text;
//! 5. `topics` finds what they talk about;
//! 6. `people` (with `names`, `role_key`) tells who is who, `subjects` which topics are one;
//! 7. `evidence` puts the reasons in words.
//!
//! Pure, and linear in the length of the text. Made for English; other languages give few suggestions, never an error.

mod evidence;
mod known;
mod lexicon;
mod names;
mod people;
mod reading;
mod role_key;
mod subjects;
mod titles;
mod tokens;
mod topics;

use crate::text::{ByteOffset, Span, Text, trim};

use known::KnownNames;
use lexicon::Lexicon;
use people::People;
use reading::{Found, Reading};
use subjects::Subjects;

/// What a suggestion marks; the names are those of `seeds/scheme.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A mention by name of an official.
    Official,
    /// An office title beside a name, or a mention by office alone.
    Role,
    /// An issue, event, conflict, treaty, campaign or policy area.
    Topic,
}

impl Class {
    /// The label's name in the tagset and in annotation files.
    pub fn name(self) -> &'static str {
        match self {
            Class::Official => "OFFICIAL",
            Class::Role => "ROLE",
            Class::Topic => "TOPIC",
        }
    }
}

/// A span that a careful reader would probably mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// Where; trimmed, never overlapping another suggestion.
    pub span: Span,
    /// What.
    pub class: Class,
    /// The person (canonical name) or the normalised topic that it is a mention of.
    pub entity: String,
    /// For a role beside a name: the span of that name.
    pub of: Option<Span>,
    /// How sure, 0.0 to 1.0.
    pub score: f32,
    /// Why, in words for the user.
    pub evidence: String,
}

/// Suggestions for a text, in order of their start.
pub fn recognize(text: &Text) -> Vec<Suggestion> {
    let mut recognition = Recognition::new(text);
    while !recognition.advance(usize::MAX) {}
    recognition.finish()
}

/// The work on one text, to be done in slices.
///
/// ```
/// # use attache::{recognize::Recognition, text::Text};
/// let text = Text::new("Foreign Minister Abdullah Bu Habib spoke. Bu Habib left.");
/// let mut recognition = Recognition::new(&text);
/// while !recognition.advance(16_384) { /* let the page breathe */ }
/// assert_eq!(recognition.finish().len(), 3);
/// ```
pub struct Recognition {
    text: Text,
    lexicon: &'static Lexicon,
    reading: Reading,
    stage: Stage,
    /// The next sentence of the stage.
    sentence: usize,
    /// Mentions in order, per sentence: `ends[i]` is one past the last of sentence `i`.
    found: Vec<Found>,
    ends: Vec<usize>,
    /// The mentions of all stages, in order.
    complete: Vec<Found>,
    names: KnownNames,
    people: People,
    subjects: Subjects,
    /// The next mention of the stage.
    mention: usize,
    suggestions: Vec<Suggestion>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Tokens,
    Titles,
    NamesAndTopics,
    Meeting,
    Placing,
    Done,
}

impl Recognition {
    /// Begins with a text; does no work yet.
    pub fn new(text: &Text) -> Self {
        Self {
            text: text.clone(),
            lexicon: Lexicon::built_in(),
            reading: Reading::default(),
            stage: Stage::Tokens,
            sentence: 0,
            found: Vec::new(),
            ends: Vec::new(),
            complete: Vec::new(),
            names: KnownNames::default(),
            people: People::default(),
            subjects: Subjects::default(),
            mention: 0,
            suggestions: Vec::new(),
        }
    }

    /// Works on for about `budget_bytes` of text; `true` when all is done.
    pub fn advance(&mut self, budget_bytes: usize) -> bool {
        match self.stage {
            Stage::Tokens => {
                let lexicon = self.lexicon;
                let keeps_stop = |word: &str| lexicon.keeps_stop(word);
                if self.reading.tokens.advance(self.text.as_str(), budget_bytes, &keeps_stop) {
                    self.stage = Stage::Titles;
                }
            }
            Stage::Titles => self.each_sentence(budget_bytes, Stage::NamesAndTopics, Self::titles),
            Stage::NamesAndTopics => {
                if self.sentence == 0 {
                    for mention in self.found.iter().filter(|mention| mention.class == Class::Official) {
                        self.names.learn(&self.reading, mention);
                    }
                }
                self.each_sentence(budget_bytes, Stage::Meeting, Self::names_and_topics);
            }
            Stage::Meeting => {
                let until = self.mentions_until(budget_bytes);
                for mention in &self.complete[self.mention..until] {
                    self.people.meet(&self.reading, self.lexicon, mention);
                }
                self.mention = until;
                if until == self.complete.len() {
                    self.people.settle(&self.complete);
                    (self.stage, self.mention) = (Stage::Placing, 0);
                }
            }
            Stage::Placing => {
                let until = self.mentions_until(budget_bytes);
                for at in self.mention..until {
                    self.suggest(at);
                }
                self.mention = until;
                if until == self.complete.len() {
                    self.stage = Stage::Done;
                }
            }
            Stage::Done => {}
        }
        self.stage == Stage::Done
    }

    /// The suggestions, in order of their start; runs what is left of the work.
    pub fn finish(mut self) -> Vec<Suggestion> {
        while !self.advance(usize::MAX) {}
        self.suggestions
    }

    /// Runs a stage on the next sentences, until about `budget` bytes of text have been seen.
    fn each_sentence(&mut self, budget: usize, next: Stage, stage: fn(&mut Self, usize)) {
        let mut seen = 0;
        while self.sentence < self.reading.tokens.sentences.len() {
            if seen >= budget {
                return;
            }
            let sentence = self.sentence;
            stage(self, sentence);
            let tokens = self.reading.tokens.sentence(sentence);
            seen = seen.saturating_add(self.reading.bytes(tokens.start, tokens.end).len());
            self.sentence += 1;
        }
        (self.stage, self.sentence) = (next, 0);
    }

    fn titles(&mut self, sentence: usize) {
        self.reading.mark(self.lexicon, sentence);
        titles::find(&self.reading, self.reading.tokens.sentence(sentence), &mut self.found);
        self.ends.push(self.found.len());
    }

    fn names_and_topics(&mut self, sentence: usize) {
        let range = self.reading.tokens.sentence(sentence);
        // The first pass wrote its mentions in sentence order; the second takes them from the front of that list.
        let from = if sentence == 0 { 0 } else { self.ends[sentence - 1] };
        let mut here: Vec<Found> = self.found[from..self.ends[sentence]].to_vec();
        self.names.find(&self.reading, range.clone(), &mut here);
        let taken: Vec<(usize, usize)> = here.iter().map(|mention| (mention.start, mention.end)).collect();
        topics::find(&self.reading, range, &taken, &mut here);
        here.sort_by_key(|mention| mention.start);
        self.complete.extend(here);
    }

    /// One past the last mention within about `budget` bytes from the next one.
    fn mentions_until(&self, budget: usize) -> usize {
        let Some(next) = self.complete.get(self.mention) else { return self.complete.len() };
        let limit = self.reading.bytes(next.start, next.end).start.saturating_add(budget);
        let near = |mention: &Found| self.reading.bytes(mention.start, mention.end).start < limit;
        self.mention + 1 + self.complete[self.mention + 1..].partition_point(near)
    }

    fn suggest(&mut self, at: usize) {
        let mentions = &self.complete;
        let mention = &mentions[at];
        let person = self.people.place(&self.reading, mentions, at).map(|person| self.people.persons[person].shown);
        let shown = person.or_else(|| self.subjects.place(&self.reading, mention, at)).unwrap_or(at);
        let Some(span) = self.span(mention) else { return };
        let canonical = self.span(&mentions[shown]).map_or("", |shown| self.text.slice(shown));
        let entity = match mention.class {
            Class::Official | Class::Role => canonical.to_owned(),
            Class::Topic => canonical.to_lowercase(),
        };
        let named = mention.of.and_then(|of| mentions.binary_search_by_key(&of, |other| other.start).ok());
        let of = named.and_then(|named| self.span(&mentions[named]));
        let title = mentions.iter().skip(at.saturating_sub(1)).take(3).find(|other| other.of == Some(mention.start));
        let beside = of.or_else(|| title.and_then(|title| self.span(title)));
        let beside = beside.map(|span| self.text.slice(span));
        let evidence = evidence::words(mention, beside, canonical, self.text.slice(span));
        self.suggestions.push(Suggestion { span, class: mention.class, entity, of, score: mention.score, evidence });
    }

    fn span(&self, mention: &Found) -> Option<Span> {
        let range = self.reading.bytes(mention.start, mention.end);
        let span = self.text.span(ByteOffset::from_index(range.start), ByteOffset::from_index(range.end))?;
        trim(&self.text, span)
    }
}
