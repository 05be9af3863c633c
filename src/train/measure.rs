//! Exact and overlap F1 of tagged spans, for choosing between settings; `attache score` is the judge.

use super::gold::Article;
use crate::recognize::chain::{CLASSES, Tagged};

/// Hits, predictions and gold spans of each class, exact and overlapping.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measure {
    exact: [usize; 3],
    overlap: [usize; 3],
    pred: [usize; 3],
    gold: [usize; 3],
}

impl Measure {
    /// Adds an article.
    pub fn add(&mut self, article: &Article, tagged: &[Tagged]) {
        for (at, &class) in CLASSES.iter().enumerate() {
            let gold: Vec<_> = article.spans.iter().filter(|span| span.class == class).collect();
            let pred: Vec<_> = tagged.iter().filter(|span| span.class == class).collect();
            self.gold[at] += gold.len();
            self.pred[at] += pred.len();
            self.exact[at] += pred.iter().filter(|p| gold.iter().any(|g| (g.start, g.end) == (p.start, p.end))).count();
            let mut free = vec![true; gold.len()];
            for p in &pred {
                if let Some(hit) = (0..gold.len()).find(|&g| free[g] && gold[g].start < p.end && p.start < gold[g].end)
                {
                    free[hit] = false;
                    self.overlap[at] += 1;
                }
            }
        }
    }

    fn f1(hits: usize, pred: usize, gold: usize) -> f64 {
        if pred + gold == 0 { 0.0 } else { 2.0 * hits as f64 / (pred + gold) as f64 }
    }
}

impl std::fmt::Display for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, class) in CLASSES.iter().enumerate() {
            let [exact, overlap] =
                [self.exact[at], self.overlap[at]].map(|hits| Self::f1(hits, self.pred[at], self.gold[at]));
            let precision = self.exact[at] as f64 / self.pred[at].max(1) as f64;
            let recall = self.exact[at] as f64 / self.gold[at].max(1) as f64;
            write!(f, "{} {exact:.3} (P {precision:.3} R {recall:.3}) / {overlap:.3}   ", class.name())?;
        }
        Ok(())
    }
}
