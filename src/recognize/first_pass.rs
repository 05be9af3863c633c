//! The first tagging of a text: each sentence by itself, and what is to be carried from it to the others.

use super::Class;
use super::chain::Chain;
use super::echoes::Echoes;
use super::features::Features;
use super::known::KnownNames;
use super::reading::{Clue, Found, Reading};
use super::tagger::{Scores, Tagger, Tagging};

/// Spans above these probabilities count in other sentences: officials, roles, topics.
const FLOORS: [f32; 3] = [0.55, 0.55, 0.42];
/// Names that the first tagging is this sure of are looked for in the whole text.
const SURE_NAME: f32 = 0.5;

/// What the first tagging says of a text; [`FirstPass::sentence`] takes in one sentence after the other.
#[derive(Debug, Default)]
pub struct FirstPass {
    /// For each token, what each label has for it.
    pub scores: Vec<Scores>,
    /// Its spans, as they bear on other sentences.
    pub echoes: Echoes,
    /// The names of its officials.
    pub names: KnownNames,
    tagging: Tagging,
}

impl FirstPass {
    /// Tags the next sentence.
    pub fn sentence(&mut self, tagger: &Tagger, reading: &Reading, features: &Features, sentence: usize) {
        let range = reading.tokens.sentence(sentence);
        self.tagging.scores(tagger, reading, features, range.clone(), &mut self.scores);
        let rows = self.scores[range.clone()].iter().map(|scores| tagger.refine(scores, &[])).collect();
        let mut spans = Vec::new();
        Chain::new(rows, tagger.exp_steps()).spans(range.start, FLOORS, &mut spans);
        self.echoes.learn(reading, features, sentence, &spans);
        for span in spans.iter().filter(|span| span.class == Class::Official && span.probability > SURE_NAME) {
            let (start, end, score) = (span.start, span.end, span.probability);
            let mention = Found { start, end, class: Class::Official, of: None, score, clue: Clue::ModelName };
            self.names.learn(reading, &mention);
        }
    }
}
