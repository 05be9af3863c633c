//! What the core takes for what a person does, by number of annotations: `cargo bench --bench core`.
//!
//! Each row is the median of several runs. What a person waits for at every key, the edit and the undo, must not grow
//! with the article; the last column says by how much it does, from the smallest to the largest.

mod names;
mod work;

use std::time::Instant;

use names::NAMES;
use work::{Input, WORK};

const SIZES: [usize; 3] = [100, 10_000, 1_000_000];
const RUNS: usize = 5;

fn main() {
    println!("median of {RUNS}, in µs, by number of annotations (100 bytes of text to each)\n");
    print!("{:<28}", "");
    SIZES.iter().for_each(|size| print!("{size:>12}"));
    println!("{:>10}", "growth");
    let inputs: Vec<Input> = SIZES.iter().map(|size| Input::of_size(*size)).collect();
    for (name, work) in NAMES.into_iter().zip(WORK) {
        let time = |input: &Input| median((0..RUNS).map(|_| timed(work(input))).collect());
        let times: Vec<f64> = inputs.iter().map(time).collect();
        print!("{name:<28}");
        times.iter().for_each(|time| print!("{time:>12.1}"));
        println!("{:>9.1}×", times[times.len() - 1] / times[0]);
    }
}

fn timed(work: Box<dyn FnOnce() -> usize>) -> f64 {
    let start = Instant::now();
    let result = work();
    let micros = start.elapsed().as_secs_f64() * 1e6;
    std::hint::black_box(result);
    micros
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
