//! Finds officials, their roles and topics in the text of a news article.
//!
//! The stages, in order, each in its own file:
//!
//! 1. `tokens` cuts the text into words and sentences;
//! 2. `lexicon` marks the words that stand in the lists of `seeds/lexicon/`;
//! 3. with the trained model (`model`): `words` and `runs` tell more of each word, `features` puts it in numbers,
//!    `first_pass` tags each sentence by itself (`tagger`, `chain`), a second tagging sees the `echoes` of the first in the
//!    whole text, `edges` cuts what the guideline cuts, `judge` weighs all spans that are possible and chooses,
//!    `links` says which role stands beside which name;
//! 4. without it, by rules: `titles` finds offices and the names beside them, `known` carries these names through the
//!    text, `topics` finds what they talk about;
//! 5. `people` (with `names`, `role_key`) tells who is who, `subjects` which topics are one;
//! 6. `evidence` puts the reasons in words.
//!
//! Pure, and linear in the length of the text. Made for English; other languages give few suggestions, never an error.

pub(crate) mod bytes;
pub(crate) mod chain;
pub(crate) mod echoes;
mod edges;
mod evidence;
pub(crate) mod features;
pub(crate) mod first_pass;
pub(crate) mod judge;
mod known;
mod language;
mod links;

pub(crate) mod lexicon;
pub(crate) mod model;
pub(crate) mod names;
mod people;
pub(crate) mod reading;
mod role_key;
mod runs;
mod subjects;
mod sum;
mod sureness;
pub(crate) mod tagger;
mod titles;
pub(crate) mod tokens;
mod topics;
pub(crate) mod words;

use crate::text::{ByteOffset, Span, Text, trim};

use chain::Tagged;
use features::Features;
use first_pass::FirstPass;
use judge::Candidates;
use known::KnownNames;
use lexicon::Lexicon;
use people::People;
use reading::{Clue, Found, Reading};
use subjects::Subjects;

pub use language::looks_english;
use model::Parts;
pub use model::{BadModel, ComingModel, Model};
pub use sureness::Sureness;

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

/// Suggestions for a text, in order of their start: by rules and, in the native program, by the model that comes with it.
pub fn recognize(text: &Text) -> Vec<Suggestion> {
    Recognizer::built_in().recognize(text)
}

/// From so many bytes on a text is long: suggestions for its beginning come first.
pub const LONG_BYTES: usize = 64_000;

/// The longest beginning of a long text, in bytes: some screens full.
pub const BEGINNING_BYTES: usize = 12_000;

/// The beginning of a long text, up to the end of a line or sentence if there is one. Positions there are those in the
/// whole.
pub fn beginning(text: &Text) -> Option<Text> {
    let content = text.as_str();
    if content.len() <= LONG_BYTES {
        return None;
    }
    let most = &content[..content.floor_char_boundary(BEGINNING_BYTES)];
    let least = most.len() / 2;
    let after = |mark: &str| most.rfind(mark).map(|at| at + mark.len()).filter(|end| *end > least);
    let end = ["\n", ". ", " "].into_iter().find_map(after).unwrap_or(most.len());
    Some(Text::new(&most[..end]))
}

/// What recognizes: the rules and lists, with the trained model when that has arrived. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Recognizer {
    lexicon: &'static Lexicon,
    model: Option<Model>,
    sureness: Sureness,
}

impl Recognizer {
    /// Rules and lists alone.
    pub fn rules() -> Self {
        Self { lexicon: Lexicon::built_in(), model: None, sureness: Sureness::EVEN }
    }

    /// With the trained model.
    pub fn with_model(model: Model) -> Self {
        Self { lexicon: Lexicon::built_in(), model: Some(model), sureness: Sureness::EVEN }
    }

    /// As good as the program is without loading anything: the page's rules, the native program's model.
    pub fn built_in() -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        return Self::with_model(Model::built_in());
        #[cfg(target_arch = "wasm32")]
        Self::rules()
    }

    /// The same, but for how sure its suggestions must be. Rules alone make the same suggestions at any sureness.
    pub fn with_sureness(self, sureness: Sureness) -> Self {
        Self { sureness, ..self }
    }

    /// Whether the trained model is there.
    pub fn has_model(&self) -> bool {
        self.model.is_some()
    }

    /// Suggestions for a text, in order of their start.
    pub fn recognize(&self, text: &Text) -> Vec<Suggestion> {
        self.begin(text).finish()
    }

    /// Begins with a text; the work is done by [`Recognition::advance`].
    pub fn begin(&self, text: &Text) -> Recognition {
        Recognition {
            recognizer: self.clone(),
            text: text.clone(),
            reading: Reading::default(),
            stage: Stage::Tokens,
            sentence: 0,
            found: Vec::new(),
            ends: Vec::new(),
            names: KnownNames::default(),
            features: Features::default(),
            first_pass: FirstPass::default(),
            candidates: Candidates::default(),
            complete: Vec::new(),
            people: People::default(),
            subjects: Subjects::default(),
            mention: 0,
            suggestions: Vec::new(),
        }
    }
}

/// The work on one text, to be done in slices.
///
/// ```
/// # use attache::{recognize::Recognizer, text::Text};
/// let text = Text::new("Foreign Minister Abdullah Bu Habib spoke. Bu Habib left.");
/// let mut recognition = Recognizer::rules().begin(&text);
/// while !recognition.advance(16_384) { /* let the page breathe */ }
/// assert_eq!(recognition.finish().len(), 3);
/// ```
pub struct Recognition {
    recognizer: Recognizer,
    text: Text,
    reading: Reading,
    stage: Stage,
    /// The next sentence of the stage.
    sentence: usize,
    /// Titles and names in order; `ends[i]` is one past the last of sentence `i`.
    found: Vec<Found>,
    ends: Vec<usize>,
    names: KnownNames,
    features: Features,
    first_pass: FirstPass,
    candidates: Candidates,
    /// The mentions of all stages, in order.
    complete: Vec<Found>,
    people: People,
    subjects: Subjects,
    /// The next mention of the stage.
    mention: usize,
    suggestions: Vec<Suggestion>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Tokens,
    // By rules:
    Titles,
    NamesAndTopics,
    // By the model:
    Words,
    FirstTags,
    Echoes,
    Candidates,
    Choice,
    // Either way:
    Meeting,
    Placing,
    Done,
}

impl Recognition {
    /// Begins with a text and the recognizer that the program has built in.
    pub fn new(text: &Text) -> Self {
        Recognizer::built_in().begin(text)
    }

    /// Works on for about `budget_bytes` of text; `true` when all is done.
    pub fn advance(&mut self, budget_bytes: usize) -> bool {
        match self.stage {
            Stage::Tokens => {
                let lexicon = self.recognizer.lexicon;
                let keeps_stop = |word: &str| lexicon.keeps_stop(word);
                if self.reading.tokens.advance(self.text.as_str(), budget_bytes, &keeps_stop) {
                    self.stage = if self.recognizer.has_model() { Stage::Words } else { Stage::Titles };
                }
            }
            Stage::Titles => self.each_sentence(budget_bytes, Stage::NamesAndTopics, Self::titles),
            Stage::NamesAndTopics => self.each_sentence(budget_bytes, Stage::Meeting, Self::names_and_topics),
            Stage::Words => self.each_sentence(budget_bytes, Stage::FirstTags, Self::words),
            Stage::FirstTags => self.each_sentence(budget_bytes, Stage::Echoes, Self::first_tags),
            Stage::Echoes => self.each_sentence(budget_bytes, Stage::Candidates, Self::echoes),
            Stage::Candidates => self.each_sentence(budget_bytes, Stage::Choice, Self::find_candidates),
            Stage::Choice => self.each_sentence(budget_bytes, Stage::Meeting, Self::choice),
            Stage::Meeting => {
                let until = self.mentions_until(budget_bytes);
                for at in self.mention..until {
                    self.people.meet(&self.reading, self.recognizer.lexicon, &self.complete[at]);
                    self.subjects.meet(&self.reading, &self.complete, at);
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
        self.reading.mark(self.recognizer.lexicon, sentence);
        let from = self.found.len();
        titles::find(&self.reading, self.reading.tokens.sentence(sentence), &mut self.found);
        for mention in self.found[from..].iter().filter(|mention| mention.class == Class::Official) {
            self.names.learn(&self.reading, mention);
        }
        self.ends.push(self.found.len());
    }

    fn names_and_topics(&mut self, sentence: usize) {
        let range = self.reading.tokens.sentence(sentence);
        let from = sentence.checked_sub(1).map_or(0, |last| self.ends[last]);
        let mut here: Vec<Found> = self.found[from..self.ends[sentence]].to_vec();
        self.names.find(&self.reading, range.clone(), &mut here);
        let taken: Vec<(usize, usize)> = here.iter().map(|mention| (mention.start, mention.end)).collect();
        topics::find(&self.reading, range, &taken, &mut here);
        here.sort_by_key(|mention| mention.start);
        self.complete.extend(here);
    }

    fn words(&mut self, sentence: usize) {
        let Some(model) = &self.recognizer.model else { return };
        self.reading.mark(self.recognizer.lexicon, sentence);
        self.features.words(&self.reading, &model.0.words, sentence);
    }

    fn first_tags(&mut self, sentence: usize) {
        let Some(model) = &self.recognizer.model else { return };
        self.features.places(&self.reading, sentence);
        self.first_pass.sentence(&model.0.first, &self.reading, &self.features, sentence);
    }

    fn echoes(&mut self, sentence: usize) {
        self.first_pass.echoes.find(&self.reading, &self.features, sentence);
    }

    fn find_candidates(&mut self, sentence: usize) {
        let Some(model) = &self.recognizer.model else { return };
        self.candidates.find(&model.0.second, &self.first_pass, &self.reading, &self.features, sentence);
    }

    fn choice(&mut self, sentence: usize) {
        let Some(model) = &self.recognizer.model else { return };
        let parts = &*model.0;
        let judged = self.candidates.judged(&parts.judge, &self.reading, &self.features, sentence);
        let mut tagged = Vec::new();
        let floors = self.recognizer.sureness.floors(parts.floors);
        judge::settle(&judged, floors, parts.share, &mut tagged);
        // Signs stand where words do: the model takes the joiner within an emoji for a topic.
        tagged.retain(|it| self.text.as_str()[self.reading.bytes(it.start, it.end)].contains(char::is_alphanumeric));
        let mut here: Vec<Found> = tagged.iter().map(|tagged| found(parts, tagged)).collect();
        links::link(&self.reading, &mut here);
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

/// What the model tagged, as a mention.
fn found(parts: &Parts, tagged: &Tagged) -> Found {
    let (class, clue) = match tagged.class {
        Class::Official => (0, Clue::ModelName),
        Class::Role => (1, Clue::OfficeAlone),
        Class::Topic => (2, Clue::ModelTopic),
    };
    let score = parts.calibrated(class, tagged.probability);
    Found { start: tagged.start, end: tagged.end, class: tagged.class, of: None, score, clue }
}
