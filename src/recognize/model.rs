//! The model file `seeds/model/recognizer.bin`: large word lists and the trained tagger, as bytes.

use std::sync::Arc;

use super::bytes::{Broken, Reader, Writer};
use super::judge::Judge;
use super::tagger::Tagger;
use super::words::Words;

/// The first bytes of every model file; the last is the version of the features.
const MAGIC: [u8; 8] = *b"ATTACHE\x02";

/// A trained model. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Model(pub(super) Arc<Parts>);

/// What a model is made of.
#[derive(Debug)]
pub struct Parts {
    /// The large word lists.
    pub words: Words,
    /// The sequence model of a sentence.
    pub first: Tagger,
    /// What it learns from the rest of the text.
    pub second: Tagger,
    /// What weighs the spans that both think possible.
    pub judge: Judge,
    /// Below these probabilities nothing is suggested: officials, roles, topics.
    pub floors: [f32; 3],
    /// How much it counts in a choice that a span touches one, against that it is one.
    pub share: f32,
    /// For each class, from the model's probability (rising) to how often it is right.
    pub calibration: [Vec<(f32, f32)>; 3],
}

/// The bytes are no model, or one of another version. Shown to the user as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadModel;

impl std::fmt::Display for BadModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("The recognizer's model cannot be read; suggestions are made by rules alone. Reload the page.")
    }
}

impl std::error::Error for BadModel {}

impl Model {
    /// Reads a model file.
    pub fn parse(bytes: &[u8]) -> Result<Model, BadModel> {
        let mut coming = ComingModel::new(bytes);
        loop {
            if let Some(model) = coming.step() {
                return model;
            }
        }
    }

    /// The model that comes with the native program.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn built_in() -> Model {
        static BUILT_IN: std::sync::OnceLock<Model> = std::sync::OnceLock::new();
        let parse = || Model::parse(include_bytes!("../../seeds/model/recognizer.bin")).expect("the model is tested");
        BUILT_IN.get_or_init(parse).clone()
    }

    #[cfg(feature = "train")]
    /// A model of its parts.
    pub(crate) fn new(parts: Parts) -> Model {
        Model(Arc::new(parts))
    }

    /// The bytes of the model file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Parts { words, first, second, judge, floors, share, calibration } = &*self.0;
        let mut out = Writer(MAGIC.to_vec());
        floors.iter().for_each(|floor| out.f32(*floor));
        out.f32(*share);
        for curve in calibration {
            out.number(curve.len() as u32);
            for &(from, to) in curve {
                out.f32(from);
                out.f32(to);
            }
        }
        words.write(&mut out);
        first.write(&mut out);
        second.write(&mut out);
        judge.write(&mut out);
        out.0
    }
}

impl Parts {
    /// How often a suggestion of this class and probability is right, 0.0 to 1.0: between the points of the curve, linear.
    pub fn calibrated(&self, class: usize, probability: f32) -> f32 {
        let curve = &self.calibration[class];
        let next = curve.partition_point(|(from, _)| *from < probability);
        match (next.checked_sub(1).map(|last| curve[last]), curve.get(next)) {
            (Some((x0, y0)), Some(&(x1, y1))) if x1 > x0 => y0 + (y1 - y0) * (probability - x0) / (x1 - x0),
            (Some((_, y)), _) => y,
            (None, Some(&(_, y))) => y,
            (None, None) => probability,
        }
        .clamp(0.0, 1.0)
    }
}

/// A model file that is read a part at a time: a page that stays awake between two parts never waits for long.
#[derive(Debug)]
pub struct ComingModel<B> {
    bytes: B,
    /// Up to where it is read.
    at: usize,
    head: Option<Head>,
    words: Option<Words>,
    first: Option<Tagger>,
    second: Option<Tagger>,
}

/// What a model file begins with.
#[derive(Debug)]
struct Head {
    floors: [f32; 3],
    share: f32,
    calibration: [Vec<(f32, f32)>; 3],
}

impl<B: AsRef<[u8]>> ComingModel<B> {
    /// Of the bytes of a model file.
    pub fn new(bytes: B) -> Self {
        Self { bytes, at: 0, head: None, words: None, first: None, second: None }
    }

    /// Reads the next part. `None` while there is more.
    pub fn step(&mut self) -> Option<Result<Model, BadModel>> {
        self.read().map_err(|Broken| BadModel).transpose()
    }

    fn read(&mut self) -> Result<Option<Model>, Broken> {
        let bytes = self.bytes.as_ref();
        let mut from = Reader(&bytes[self.at..]);
        if self.head.is_none() {
            if from.bytes(MAGIC.len())? != MAGIC {
                return Err(Broken);
            }
            self.head = Some(read_head(&mut from)?);
        } else if self.words.is_none() {
            self.words = Some(Words::read(&mut from)?);
        } else if self.first.is_none() {
            self.first = Some(Tagger::read(&mut from)?);
        } else if self.second.is_none() {
            self.second = Some(Tagger::read(&mut from)?);
        } else {
            let judge = Judge::read(&mut from)?;
            let (head, words, first, second) =
                (self.head.take(), self.words.take(), self.first.take(), self.second.take());
            let (Some(Head { floors, share, calibration }), Some(words), Some(first), Some(second), true) =
                (head, words, first, second, from.0.is_empty())
            else {
                return Err(Broken);
            };
            let parts = Parts { words, first, second, judge, floors, share, calibration };
            return Ok(Some(Model(Arc::new(parts))));
        }
        self.at = bytes.len() - from.0.len();
        Ok(None)
    }
}

fn read_head(from: &mut Reader) -> Result<Head, Broken> {
    let finite = |number: f32| if number.is_finite() { Ok(number) } else { Err(Broken) };
    let mut floors = [0.0; 3];
    for floor in &mut floors {
        *floor = finite(from.f32()?)?;
    }
    let share = finite(from.f32()?)?;
    let mut calibration: [Vec<(f32, f32)>; 3] = Default::default();
    for curve in &mut calibration {
        for _ in 0..from.number()?.min(100) {
            curve.push((finite(from.f32()?)?, finite(from.f32()?)?));
        }
    }
    Ok(Head { floors, share, calibration })
}
