//! Looks for suggestions in turns of their own, so that keys and clicks come in between. The trained model is fetched
//! when it is first needed, which is after the first article was shown: at once for the open one, for others when the
//! person is at rest. Without it there are still the rules.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use futures_util::future::join;
use gloo::timers::future::TimeoutFuture;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::html::Scope;

use super::{App, Msg, Part, now, parts, timing};
use crate::project::ArticleId;
use crate::recognize::{ComingModel, Recognition, Recognizer, Sureness, beginning};
use crate::session::Event;
use crate::text::Text;

/// How long a text is looked at in one turn, in milliseconds, and how many bytes between two looks at the clock.
const TURN_MILLIS: f64 = 8.0;
const SLICE: usize = 2_000;
/// Bytes that are looked at between two words about how far it is.
const REPORTED: usize = 128 * SLICE;
/// How long the first suggestions wait once a text is seen, in milliseconds, and how long until they ask again whether
/// files are being read: those are what the person waits for.
const BREATH_MILLIS: u32 = 300;
const PAUSE_MILLIS: u32 = 50;
/// How many pauses the rest of the program waits for: a second.
const MOST_PAUSES: u32 = 20;
/// For how long a person must have done nothing before the model is brought for an article that nobody looks at, in
/// milliseconds.
const REST_MILLIS: f64 = 2_000.0;
/// Where the model lies, beside the page.
const MODEL: &str = "./recognizer.bin";

/// The recognizer and the articles that wait for it.
#[derive(Default)]
pub struct Recognizing {
    recognizer: Option<Recognizer>,
    waiting: Vec<(ArticleId, Text, Sureness)>,
    /// What was asked for last in each article: a slider that is moved again makes what was under way pointless.
    latest: HashMap<ArticleId, Rc<Cell<u32>>>,
    is_loading: bool,
    /// Whether files are being read.
    is_held: Rc<Cell<bool>>,
    /// Whether the open article is among those that wait.
    is_wanted: Rc<Cell<bool>>,
    /// When a person last did something.
    acted_at: Rc<Cell<f64>>,
}

impl Recognizing {
    /// Looks for suggestions in an article, now or as soon as the model is there.
    pub fn ask(&mut self, link: &Scope<App>, article: ArticleId, text: Text, sureness: Sureness) {
        if let Some(recognizer) = &self.recognizer {
            let latest = self.latest.entry(article).or_default().clone();
            latest.set(latest.get() + 1);
            let recognizer = recognizer.clone().with_sureness(sureness);
            let (number, n_bytes) = (latest.get(), text.as_str().len());
            let whole = recognizer.begin(&text);
            // What is on the screen comes first, the first time.
            let (recognition, whole) = match beginning(&text).filter(|_| number == 1) {
                Some(beginning) => (recognizer.begin(&beginning), Some(whole)),
                None => (whole, None),
            };
            go_on(link.clone(), Work { article, recognition, whole, number, latest, n_bytes }, 0);
            return;
        }
        self.waiting.retain(|(other, _, _)| *other != article);
        self.waiting.push((article, text, sureness));
        if !self.is_loading {
            self.is_loading = true;
            let (link, leisure, is_held) = (link.clone(), self.leisure(), self.is_held.clone());
            let (is_wanted, acted_at) = (self.is_wanted.clone(), self.acted_at.clone());
            acted_at.set(timing::now());
            timing::after_paint(move || {
                spawn_local(async move {
                    leisure.await;
                    while is_held.get() || (!is_wanted.get() && timing::now() - acted_at.get() < REST_MILLIS) {
                        TimeoutFuture::new(PAUSE_MILLIS).await;
                    }
                    Part::Rest.arrival().await;
                    bring_model(&link);
                });
            });
        }
    }

    /// A moment in which nothing that comes first is being done, as far as one comes soon: many articles on their way in
    /// take minutes.
    pub fn leisure(&self) -> impl Future<Output = ()> + use<> {
        let is_held = self.is_held.clone();
        async move {
            TimeoutFuture::new(BREATH_MILLIS).await;
            for _ in 0..MOST_PAUSES {
                if !is_held.get() {
                    break;
                }
                TimeoutFuture::new(PAUSE_MILLIS).await;
            }
        }
    }

    /// Whether files are being read, which comes first.
    pub fn hold(&self, is_held: bool) {
        self.is_held.set(is_held);
    }

    /// This article is open.
    pub fn look_at(&self, open: Option<ArticleId>) {
        self.is_wanted.set(self.waiting.iter().any(|(article, _, _)| Some(*article) == open));
    }

    /// A person did something at this time.
    pub fn note_act(&self, at: f64) {
        self.acted_at.set(at);
    }

    /// The model is there, or will not be.
    pub fn ready(&mut self, link: &Scope<App>, recognizer: Recognizer) {
        self.recognizer = Some(recognizer);
        for (article, text, sureness) in std::mem::take(&mut self.waiting) {
            self.ask(link, article, text, sureness);
        }
    }
}

#[inline(never)] // a door of `xtask/pack`
fn bring_model(link: &Scope<App>) {
    link.send_future(async {
        // The word lists are read while it is on its way.
        let lists = async {
            TimeoutFuture::new(0).await;
            Recognizer::rules()
        };
        let mut coming = match join(fetch(), lists).await.0 {
            Ok(bytes) => ComingModel::new(bytes),
            Err(why) => return Msg::ModelCame(Err(why)),
        };
        loop {
            TimeoutFuture::new(0).await;
            if let Some(model) = coming.step() {
                return Msg::ModelCame(model.map_err(|bad| bad.to_string()));
            }
        }
    });
}

/// The bytes of the model, or a sentence that says why there are none.
async fn fetch() -> Result<Vec<u8>, String> {
    let unreachable = |why: String| {
        format!(
            "The recognizer’s model could not be loaded ({why}). Suggestions are made by rules alone; reload the page to try again."
        )
    };
    let in_words = |why| unreachable(parts::in_words(why));
    let answer = JsFuture::from(gloo::utils::window().fetch_with_str(MODEL)).await.map_err(in_words)?;
    let response: web_sys::Response = answer.unchecked_into();
    if !response.ok() {
        return Err(unreachable(format!("{} {}", response.status(), response.status_text())));
    }
    let bytes = JsFuture::from(response.array_buffer().map_err(in_words)?).await.map_err(in_words)?;
    Ok(js_sys::Uint8Array::new(&bytes).to_vec())
}

/// An article that is being looked at.
struct Work {
    article: ArticleId,
    recognition: Recognition,
    /// That of the whole text, where the beginning comes first.
    whole: Option<Recognition>,
    number: u32,
    latest: Rc<Cell<u32>>,
    n_bytes: usize,
}

/// Looks at the next part of a text in a turn of its own, unless it was asked for again in the meantime.
fn go_on(link: Scope<App>, mut work: Work, n_done: usize) {
    timing::next_turn(move || {
        let Work { article, n_bytes, .. } = work;
        if work.latest.get() != work.number {
            return;
        }
        let (start, before) = (timing::now(), n_done);
        let mut n_done = n_done;
        while timing::now() - start < TURN_MILLIS {
            if work.recognition.advance(SLICE) {
                // Taking them in is work enough for a turn.
                timing::next_turn(move || hand_over(link, work));
                return;
            }
            n_done += SLICE;
        }
        if before / REPORTED < n_done / REPORTED {
            // The text is gone through more than once, so this is a hint, not a measure.
            let percent = (n_done * 100 / (4 * n_bytes).max(1)).min(99);
            link.send_message(Msg::Session(Event::Recognizing { article, percent: percent as u8 }));
        }
        go_on(link, work, n_done);
    });
}

/// Gives the session what was found, and goes on with the whole text where that was its beginning.
fn hand_over(link: Scope<App>, work: Work) {
    let Work { article, recognition, whole, number, latest, n_bytes } = work;
    if latest.get() != number {
        return;
    }
    let (suggestions, at) = (recognition.finish(), now());
    let Some(recognition) = whole else {
        // What they change is made out in the next turn.
        let found = Msg::Session(Event::Recognized { article, suggestions, at });
        timing::next_turn(move || {
            if latest.get() == number {
                link.send_message(found)
            }
        });
        return;
    };
    link.send_message(Msg::Session(Event::RecognizedSoFar { article, suggestions, at }));
    go_on(link, Work { article, recognition, whole: None, number, latest, n_bytes }, 0);
}
