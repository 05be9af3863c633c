//! Trains the recognizer's model, natively and deterministically (feature `train`; never part of the page).

mod crf;
mod errors;
mod evaluate;
mod gold;
mod judging;

pub mod command;
