//! How fast articles are read: `cargo bench --bench recognize` prints MB/s, and the longest slice of a 1 MB text.

use std::time::{Duration, Instant};

use attache::recognize::{Recognition, recognize};
use attache::text::Text;

fn main() {
    let seed = include_str!("../seeds/articles/000_e8fd1c9e67b988b0.txt");
    let article = Text::new(seed);
    recognize(&article);
    let (mut runs, start) = (0, Instant::now());
    while start.elapsed() < Duration::from_secs(2) {
        assert!(!recognize(&article).is_empty());
        runs += 1;
    }
    let megabytes = (seed.len() * runs) as f64 / 1e6;
    println!("articles of {} bytes: {:.2} MB/s", seed.len(), megabytes / start.elapsed().as_secs_f64());

    let line = Text::new(seed.repeat(1_000_000 / seed.len()));
    let start = Instant::now();
    let mut longest = Duration::ZERO;
    let mut recognition = Recognition::new(&line);
    loop {
        let slice = Instant::now();
        let done = recognition.advance(16_384);
        longest = longest.max(slice.elapsed());
        if done {
            break;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("one line of 1 MB: {:.2} MB/s, longest slice {longest:.1?}", line.as_str().len() as f64 / 1e6 / seconds);
}
