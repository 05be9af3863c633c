//! What is measured of the core: on an article with so many annotations, 100 bytes of text to each. `main.rs` times it
//! here; `bench/core` counts its instructions in Wasm.

use std::mem::ManuallyDrop;
use std::sync::Arc;

use attache::annotation::{Annotation, Origin, Status, Transaction};
use attache::command::{Command, Turn, plan};
use attache::project::{Article, Record, RecordToSave, UnixMillis};
use attache::scheme::{GroupKind, LabelId, Scheme};
use attache::text::{ByteOffset, Pattern, Span, Text};
use attache::view::{blocks, marks, rows};

/// Makes ready what is measured, which is then run. The number that comes of it keeps the work from being left out.
pub type Work = fn(&Input) -> Box<dyn FnOnce() -> usize>;

/// The work, in the order of [`NAMES`](super::names::NAMES).
pub const WORK: [Work; super::names::NAMES.len()] = [
    |input| {
        let content = input.text.as_str().to_owned();
        Box::new(move || Text::new(content).len_chars().0 as usize)
    },
    |input| {
        let text = input.text.clone();
        Box::new(move || blocks(&text).len())
    },
    |input| {
        let (text, scheme) = (input.text.clone(), input.scheme.clone());
        let import = Turn::Do(Arc::new(input.import()));
        Box::new(move || turned(Article::new("bench", text), import, &scheme))
    },
    |input| {
        let (open, block) = (kept(&input.open), blocks(&input.text)[0].span);
        Box::new(move || marks(block, &open.annotations().overlapping(block)).len())
    },
    |input| {
        let (open, scheme) = (kept(&input.open), input.scheme.clone());
        Box::new(move || rows(&open, &scheme, GroupKind::Person, None, 0..100).n_rows)
    },
    |input| {
        let (open, scheme, free, label) = (kept(&input.open), input.scheme.clone(), input.free, input.label);
        let command = Command::Annotate { span: free, label };
        Box::new(move || usize::from(plan(open.text(), open.annotations(), &scheme, &command).is_ok()))
    },
    |input| {
        let (open, scheme, edit) = (input.open.clone(), input.scheme.clone(), input.edit());
        Box::new(move || turned(open, edit, &scheme))
    },
    |input| {
        let (mut open, scheme) = (input.open.clone(), input.scheme.clone());
        open.turn(input.edit(), UnixMillis(0), &scheme).expect("it fits");
        Box::new(move || turned(open, Turn::Undo, &scheme))
    },
    |input| {
        let (text, scheme) = (input.text.clone(), input.scheme.clone());
        let record = Record { at: UnixMillis(0), turn: input.edit() };
        Box::new(move || {
            serde_json::to_string(&RecordToSave::new(&record, &text, &scheme)).expect("a record is JSON").len()
        })
    },
    |input| {
        let text = input.text.clone();
        Box::new(move || Pattern::words("envoy spoke", true, false).places(&text).len())
    },
];

/// An article that is not taken apart while the clock runs.
fn kept(article: &Article) -> ManuallyDrop<Article> {
    ManuallyDrop::new(article.clone())
}

fn turned(mut article: Article, turn: Turn, scheme: &Scheme) -> usize {
    article.turn(turn, UnixMillis(0), scheme).expect("it fits");
    ManuallyDrop::new(article).annotations().n_visible()
}

/// An article with so many annotations, and what is done to it.
pub struct Input {
    scheme: Arc<Scheme>,
    text: Text,
    annotations: Vec<Arc<Annotation>>,
    open: Article,
    free: Span,
    label: LabelId,
}

impl Input {
    /// One with `n` annotations.
    pub fn of_size(n: usize) -> Self {
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
        let annotations = (0..n).map(annotation).map(Arc::new).collect();
        let free = span(3, 11);
        let mut input = Self { scheme, open: Article::new("", text.clone()), text, annotations, free, label };
        let import = Turn::Do(Arc::new(input.import()));
        input.open.turn(import, UnixMillis(0), &input.scheme).expect("they fit");
        input
    }

    fn import(&self) -> Transaction {
        let empty = Article::new("bench", self.text.clone());
        let command = Command::Import { annotations: self.annotations.clone() };
        plan(&self.text, empty.annotations(), &self.scheme, &command).expect("annotations to read")
    }

    fn edit(&self) -> Turn {
        let command = Command::Annotate { span: self.free, label: self.label };
        let edit = plan(&self.text, self.open.annotations(), &self.scheme, &command).expect("nothing is there");
        Turn::Do(Arc::new(edit))
    }
}
