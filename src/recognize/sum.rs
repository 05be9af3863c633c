//! Sums of stored weights, one for each label, added all at once.

use super::chain::LABELS;

/// More than there are labels where they then fill the processor's vectors; WebAssembly has none.
const LANES: usize = if cfg!(target_arch = "wasm32") { LABELS } else { 16 };

/// Stored weights of the labels, the first ones; the other lanes are 0.
pub type Weights = [i8; LANES];

/// A sum for each label. Overflow wraps; no text comes near it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum([i16; LANES]);

impl Sum {
    /// Of the numbers of the first lanes; the others are 0.
    pub fn of(numbers: &[i16]) -> Sum {
        Sum(std::array::from_fn(|lane| numbers.get(lane).copied().unwrap_or(0)))
    }

    /// Adds another sum.
    #[inline]
    pub fn add(&mut self, other: &Sum) {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a = a.wrapping_add(*b);
        }
    }

    /// Adds weights.
    #[inline]
    pub fn add_weights(&mut self, weights: &Weights) {
        for (a, b) in self.0.iter_mut().zip(weights) {
            *a = a.wrapping_add(i16::from(*b));
        }
    }

    /// The sum of a label.
    pub fn lane(&self, lane: usize) -> i16 {
        self.0[lane]
    }
}
