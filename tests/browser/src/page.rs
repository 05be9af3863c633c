//! The page as a person sees and uses it.

use std::cell::Cell;
use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{address, wait_for};

/// What every script starts with.
const WORDS: &str = include_str!("page.js");

/// The page in a browser of its own. When it goes, a warning or an error on the console fails the test.
pub struct Page {
    pub(crate) browser: Browser,
    /// A key that is held while the mouse is used.
    pub(crate) held: Cell<Option<&'static str>>,
}

/// A highlight. Positions are UTF-16 units of the article, half-open.
#[derive(Clone, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The name of its label.
    pub label: String,
    /// `suggested` or `accepted`.
    pub state: String,
    /// What it covers.
    pub text: String,
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { start, end, label, state, text } = self;
        write!(f, "{start}–{end} {label} {state} “{text}”")
    }
}

/// A screen.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// Whether it is a phone.
    pub mobile: bool,
}

/// What the system prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark letters on light ground.
    Light,
    /// Light letters on dark ground.
    Dark,
}

/// A JSONL file of one article with spans in code points, which needs no recognizer.
pub fn article(id: &str, text: &str, spans: &[(usize, usize, &str)]) -> String {
    let spans: Vec<Value> =
        spans.iter().map(|(start, end, label)| json!({ "start": start, "end": end, "label": label })).collect();
    json!({ "id": id, "text": text, "spans": spans }).to_string() + "\n"
}

/// The same spans as suggestions that nobody has decided on.
pub fn as_suggestions(line: &str) -> String {
    line.replace("\"start\"", "\"score\":0.9,\"start\"")
}

/// Coming and going.
impl Page {
    /// A first visit: the seed article with its suggestions, all saved.
    pub fn first_visit() -> Self {
        address(); // says so when there is no site, before a browser is started
        let page = Self { browser: Browser::start(), held: Cell::new(None) };
        page.go();
        page.wait("suggestions on the seed article", "return Number(article.dataset.spans) > 0");
        page.wait_saved();
        page
    }

    /// A page with one article from a JSONL line ([`article`]) open beside the seed.
    pub fn with_article(line: &str) -> Self {
        let page = Self::first_visit();
        let n_articles = page.articles().len();
        page.open(&[("article.jsonl", line.as_bytes())]);
        wait_for("the article", || (page.articles().len() > n_articles).then_some(()));
        page.settle();
        page.wait_saved();
        page
    }

    /// Kills the whole browser.
    pub fn kill(&mut self) {
        let complaints = self.browser.complaints();
        assert!(complaints.is_empty(), "The console has: {complaints:#?}");
        self.browser.kill();
    }

    /// Kills the browser with nothing in between, not even a look at the console.
    pub fn kill_now(&mut self) {
        self.browser.kill();
    }

    /// Where the browser keeps what it keeps.
    pub fn profile(&self) -> &std::path::Path {
        self.browser.profile()
    }

    /// Starts the browser again on the same profile and goes to the page.
    pub fn come_back(&mut self) {
        self.browser.start_again();
        self.go();
    }

    /// Opens the page in a second tab and shows it.
    pub fn open_tab(&self) {
        let tab = self.browser.command("window/new", &json!({ "type": "tab" }));
        self.browser.command("window", &json!({ "handle": tab["handle"] }));
        self.go();
    }

    /// Closes the tab that is shown; another must be shown then.
    pub fn close_tab(&self) {
        self.browser.close_window();
    }

    /// Shows a tab, by its number from 0.
    pub fn show_tab(&self, nth: usize) {
        let tabs = self.browser.tabs();
        self.browser.command("window", &json!({ "handle": tabs[nth] }));
        self.settle();
    }

    /// Loads the page again.
    pub fn reload(&self) {
        self.go();
    }

    /// Loads the page of an empty project again.
    pub fn reload_empty(&self) {
        self.browser.command("url", &json!({ "url": address() }));
        self.wait("the page without an article", "return document.querySelector('.empty')");
    }

    /// Does something to the database with nothing of Attaché open: `script` gets the open database as `db` and calls
    /// `done`. The page is not loaded again.
    pub fn with_database(&self, version: Option<u32>, script: &str) {
        // A file of the site that runs nothing.
        let icon = self.run("return new URL('worker.js', location).href", json!([]));
        self.browser.command("url", &json!({ "url": icon }));
        let version = version.map_or("undefined".to_owned(), |version| version.to_string());
        let script = format!(
            "const done = arguments[arguments.length - 1];
            const request = indexedDB.open('attache', {version});
            request.onerror = () => done(String(request.error));
            request.onblocked = () => done('blocked by a page that is still there');
            request.onsuccess = () => {{
                const db = request.result;
                const end = () => {{ db.close(); done('done'); }};
                {script}
            }}"
        );
        assert_eq!(self.browser.run_async(&script), json!("done"));
    }

    /// Loads the page again, whatever it shows then.
    pub fn come(&self) {
        self.browser.command("url", &json!({ "url": address() }));
        self.wait("the page", "return document.querySelector('.app[data-booted][data-whole]')");
        self.settle();
    }

    fn go(&self) {
        self.browser.command("url", &json!({ "url": address() }));
        self.wait(
            "the article",
            "return document.querySelector('.app[data-booted][data-whole][data-rest]') && article.textContent !== ''",
        );
        self.settle();
    }

    /// Loads the page again and does not wait for its later parts.
    pub fn reload_early(&self) {
        self.browser.command("url", &json!({ "url": address() }));
        self.wait(
            "the article",
            "return document.querySelector('.app[data-booted][data-whole]') && article.textContent !== ''",
        );
        self.settle();
    }
}

/// Waiting and looking.
impl Page {
    /// Runs a script, which may use the words of `page.js`, and gives what it returns.
    pub fn run(&self, script: &str, arguments: Value) -> Value {
        self.browser.run(&format!("{WORDS}\n{script}"), &arguments)
    }

    /// Waits until a script returns something that counts as true.
    pub fn wait(&self, what: &str, script: &str) {
        let script = format!("{WORDS}\nreturn (() => {{ {script} }})() ? 1 : 0");
        wait_for(what, || {
            let body = json!({ "script": script, "args": [] });
            self.browser.try_command("execute/sync", &body).ok().filter(|answer| *answer == json!(1)).map(drop)
        });
    }

    /// Runs a script that gives its answer to the function `arguments[0]`, and waits for that.
    pub fn run_async(&self, script: &str) -> Value {
        self.browser.run_async(script)
    }

    /// Waits until the screen shows what has been done.
    pub fn settle(&self) {
        self.browser
            .run_async("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))");
    }

    /// Waits until the page says that everything is saved.
    pub fn wait_saved(&self) {
        self.wait("the page to say that all is saved", "return document.querySelector('[data-save-state=saved]')");
    }

    /// The text of the article element.
    pub fn text(&self) -> String {
        words(&self.run("return article.textContent", json!([])))
    }

    /// All highlights in the order of reading, once all are drawn.
    pub fn marks(&self) -> Vec<Mark> {
        let mut marks: Vec<Mark> = wait_for("as many highlights as data-spans says", || {
            let found = self.run("return [Number(article.dataset.spans), marks()]", json!([]));
            let n = found[0].as_u64()? as usize;
            (found[1].as_array()?.len() == n)
                .then(|| serde_json::from_value(found[1].clone()).expect("marks as page.js gives them"))
        });
        marks.sort();
        marks
    }

    /// The highlights over just these words.
    pub fn marks_on(&self, words: &str) -> Vec<Mark> {
        self.marks().into_iter().filter(|mark| mark.text == words).collect()
    }

    /// The words of the active highlight.
    pub fn active(&self) -> Option<String> {
        let active = self.run("return marks().find((mark) => mark.active)?.text ?? null", json!([]));
        active.as_str().map(str::to_owned)
    }

    /// What is selected in the browser, as it stands in the document.
    pub fn selected(&self) -> String {
        words(
            &self.run("const it = getSelection(); return it.rangeCount ? it.getRangeAt(0).toString() : ''", json!([])),
        )
    }

    /// Names in the list of articles.
    pub fn articles(&self) -> Vec<String> {
        self.texts("[data-doc-list] > li .row-name")
    }

    /// The name of the open article.
    pub fn open_article(&self) -> String {
        self.texts("[data-doc-list] > li [aria-current=true] .row-name").concat()
    }

    /// Persons or topics (`people`, `topics`) with the number of their mentions, from the list beside the text.
    pub fn groups(&self, panel: &str) -> Vec<(String, usize)> {
        self.click(&format!("[data-panel={panel}]"));
        let script = "return [...document.querySelectorAll('[data-group-list] .group-row')]
            .map((row) => [row.dataset.entity, Number(row.querySelector('.count').textContent)])";
        serde_json::from_value(self.run(script, json!([]))).expect("names and numbers")
    }

    /// The words of all notices of a tone, `note` or `problem`.
    pub fn notices(&self, tone: &str) -> Vec<String> {
        self.texts(&format!(".notice[data-tone={tone}] p"))
    }

    /// The texts of all elements of a selector.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((it) => it.textContent)";
        serde_json::from_value(self.run(script, json!([selector]))).expect("texts")
    }

    /// How many elements of a selector there are.
    pub fn count(&self, selector: &str) -> usize {
        self.texts(selector).len()
    }

    /// How many measures of a name the page has made, and the longest in milliseconds.
    pub fn measures(&self, name: &str) -> (usize, f64) {
        let script = "const all = performance.getEntriesByName(arguments[0], 'measure');
            return [all.length, Math.max(0, ...all.map((it) => it.duration))]";
        serde_json::from_value(self.run(script, json!([name]))).expect("two numbers")
    }
}

pub(crate) fn words(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
