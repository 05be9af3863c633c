//! What opening and editing cost in the core, by number of annotations: `cargo bench --bench core`.
//!
//! Each row is the median of several runs. What a person waits for at every key, the edit and the undo, must not grow
//! with the article; the last column says by how much it does, from the smallest to the largest.

use std::sync::Arc;
use std::time::Instant;

use attache::annotation::{Annotation, Origin, Status};
use attache::command::{Command, Turn, plan};
use attache::project::{Article, Record, SavedRecord, UnixMillis};
use attache::scheme::{GroupKind, LabelId, Scheme};
use attache::text::{ByteOffset, Span, Text};
use attache::view::{blocks, marks, rows};

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];
const RUNS: usize = 7;

fn main() {
    println!("median of {RUNS}, in µs, by number of annotations (100 bytes of text to each)\n");
    print!("{:<28}", "");
    SIZES.iter().for_each(|size| print!("{size:>12}"));
    println!("{:>10}", "growth");
    let inputs: Vec<Input> = SIZES.iter().map(|size| Input::of_size(*size)).collect();
    let row = |name: &str, run: &dyn Fn(&Input) -> f64| {
        let times: Vec<f64> = inputs.iter().map(|input| median((0..RUNS).map(|_| run(input)).collect())).collect();
        print!("{name:<28}");
        times.iter().for_each(|time| print!("{time:>12.1}"));
        println!("{:>9.1}×", times[times.len() - 1] / times[0]);
    };
    row("text: count units", &|input| timed(|| Text::new(input.text.as_str())));
    row("cut into blocks", &|input| timed(|| blocks(&input.text)));
    row("take in all annotations", &|input| timed(|| input.article()));
    row("draw one block (as data)", &|input| {
        let block = blocks(&input.text)[0].span;
        timed(|| marks(block, &input.open.annotations().overlapping(block)).len())
    });
    row("the list: first 100 rows", &|input| {
        timed(|| rows(&input.open, &input.scheme, GroupKind::Person, None, 0..100).n_rows)
    });
    row("journal record of one edit", &|input| {
        let record = Record { at: UnixMillis(0), turn: Turn::Do(Arc::new(input.plan_edit(&input.open))) };
        timed(|| serde_json::to_string(&SavedRecord::save(&record, &input.text, &input.scheme)).map(|json| json.len()))
    });
    row("label a selection", &|input| {
        let mut article = input.open.clone();
        timed(|| article.turn(Turn::Do(Arc::new(input.plan_edit(&article))), UnixMillis(0), &input.scheme).is_ok())
    });
    row("undo it", &|input| {
        let mut article = input.open.clone();
        let edit = Turn::Do(Arc::new(input.plan_edit(&article)));
        assert!(article.turn(edit, UnixMillis(0), &input.scheme).is_ok());
        timed(|| article.turn(Turn::Undo, UnixMillis(0), &input.scheme).is_ok())
    });
}

struct Input {
    scheme: Arc<Scheme>,
    text: Text,
    annotations: Vec<Annotation>,
    open: Article,
    free: Span,
    label: LabelId,
}

impl Input {
    fn of_size(n: usize) -> Input {
        let scheme = Arc::new(Scheme::built_in().clone());
        let label = scheme.labels().next().expect("a label").0;
        let unit =
            "On Thursday the Foreign Minister Abdullah Bu Habib, who met Mr. Taha’s envoy, spoke of peace again.\n";
        let text = Text::new(unit.repeat(n));
        let span = |start: usize, end: usize| {
            text.span(ByteOffset::from_index(start), ByteOffset::from_index(end)).expect("ASCII up to there")
        };
        let annotation = |index: usize| {
            let place = span(index * unit.len() + 33, index * unit.len() + 50);
            let entity = format!("person {}", index % 500);
            let evidence = "title before it".to_owned();
            Annotation { evidence, ..Annotation::new(place, label, entity, Status::Suggested, Origin::Recognizer) }
        };
        let annotations: Vec<Annotation> = (0..n).map(annotation).collect();
        let free = span(3, 11);
        let mut input = Input { scheme, open: Article::new("", text.clone()), text, annotations, free, label };
        input.open = input.article();
        input
    }

    fn article(&self) -> Article {
        let mut article = Article::new("bench", self.text.clone());
        let command = Command::Import { annotations: self.annotations.clone() };
        let import = plan(&self.text, article.annotations(), &self.scheme, &command).expect("annotations to read");
        article.turn(Turn::Do(Arc::new(import)), UnixMillis(0), &self.scheme).expect("they fit");
        article
    }

    fn plan_edit(&self, article: &Article) -> attache::annotation::Transaction {
        let command = Command::Annotate { span: self.free, label: self.label };
        plan(&self.text, article.annotations(), &self.scheme, &command).expect("nothing is there")
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> f64 {
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
