//! Looks for suggestions in turns of their own, so that keys and clicks come in between. The trained model is fetched
//! when it is first needed, which is after the first article was shown; without it there are still the rules.

use gloo::net::http::Request;
use gloo::timers::callback::Timeout;
use yew::html::Scope;

use super::{App, Msg, now, timing};
use crate::project::ArticleId;
use crate::recognize::{Model, Recognition, Recognizer};
use crate::session::Event;
use crate::text::Text;

/// Bytes of text that are looked at between two looks at what the person does.
const SLICE: usize = 16_000;
/// Where the model lies, beside the page.
const MODEL: &str = "./recognizer.bin";

/// The recognizer and the articles that wait for it.
#[derive(Default)]
pub struct Recognizing {
    recognizer: Option<Recognizer>,
    waiting: Vec<(ArticleId, Text)>,
    is_loading: bool,
}

impl Recognizing {
    /// Looks for suggestions in an article, now or as soon as the model is there.
    pub fn ask(&mut self, link: &Scope<App>, article: ArticleId, text: Text) {
        if let Some(recognizer) = &self.recognizer {
            go_on(link.clone(), article, recognizer.begin(&text), 0, text.as_str().len());
            return;
        }
        self.waiting.push((article, text));
        if !self.is_loading {
            self.is_loading = true;
            let link = link.clone();
            timing::after_paint(move || link.send_future(async { Msg::ModelCame(fetch().await) }));
        }
    }

    /// The model is there, or will not be.
    pub fn ready(&mut self, link: &Scope<App>, recognizer: Recognizer) {
        self.recognizer = Some(recognizer);
        for (article, text) in std::mem::take(&mut self.waiting) {
            self.ask(link, article, text);
        }
    }
}

/// The model, or a sentence that says why there is none.
async fn fetch() -> Result<Model, String> {
    let unreachable = |why: String| {
        format!(
            "The recognizer’s model could not be loaded ({why}). Suggestions are made by rules alone; reload the page to try again."
        )
    };
    let response = Request::get(MODEL).send().await.map_err(|error| unreachable(error.to_string()))?;
    if !response.ok() {
        return Err(unreachable(format!("{MODEL}: {}", response.status())));
    }
    let bytes = response.binary().await.map_err(|error| unreachable(error.to_string()))?;
    Model::parse(&bytes).map_err(|bad| bad.to_string())
}

/// Looks at the next part of a text in a turn of its own.
fn go_on(link: Scope<App>, article: ArticleId, mut recognition: Recognition, n_done: usize, n_bytes: usize) {
    Timeout::new(0, move || {
        if recognition.advance(SLICE) {
            let suggestions = recognition.finish();
            link.send_message(Msg::Session(Event::Recognized { article, suggestions, at: now() }));
            return;
        }
        let n_done = n_done + SLICE;
        if n_done.is_multiple_of(16 * SLICE) {
            // The text is gone through more than once, so this is a hint, not a measure.
            let percent = (n_done * 100 / (4 * n_bytes).max(1)).min(99);
            link.send_message(Msg::Session(Event::Recognizing { article, percent: percent as u8 }));
        }
        go_on(link, article, recognition, n_done, n_bytes);
    })
    .forget();
}
