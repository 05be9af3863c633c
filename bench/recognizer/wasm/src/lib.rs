//! The recognizer as Wasm, called from `../speed.cjs`.

use attache::recognize::{Model, Recognizer};
use attache::text::Text;
use wasm_bindgen::prelude::wasm_bindgen;

/// A recognizer with the trained model.
#[wasm_bindgen]
pub struct Bench(Recognizer);

#[wasm_bindgen]
impl Bench {
    /// From the bytes of the model file.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &[u8]) -> Result<Bench, String> {
        Model::parse(model).map(|model| Bench(Recognizer::with_model(model))).map_err(|bad| bad.to_string())
    }

    /// How many suggestions there are for a text.
    pub fn count(&self, text: &str) -> usize {
        self.0.recognize(&Text::new(text)).len()
    }
}
