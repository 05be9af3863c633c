//! The project in the browser's database.
//!
//! | object store | key | value |
//! |---|---|---|
//! | `heads` | article | [`HeadRow`] in JSON |
//! | `texts` | article | the text |
//! | `journal` | article × 2³² + seq | [`SavedRecord`](crate::project::SavedRecord) in JSON |
//! | `settings` | `"open"` | the article that was open last |
//! | `settings` | `"codebook"` | the number of the newest codebook |
//! | `settings` | `"aside-…"` | a line of a journal that could not be read, by its key there |
//! | `settings` | `"codebook-1"`, … | each [`Codebook`](crate::project::Codebook) in JSON, the earlier ones too |
//!
//! Words of more than [`LONG`] bytes lie there as the bytes of their UTF-8.
//!
//! Every write is one transaction with strict durability: when it is reported, it is on the disk. The first one of a
//! visit waits for [`begin_new_log`].

use std::cell::{Cell, OnceCell};
use std::pin::Pin;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::future::TimeoutFuture;

use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{DomException, Error, OpenDbError};
use indexed_db_futures::internals::SystemRepr as _;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionDurability, TransactionMode, TransactionOptions};
use js_sys::{Promise, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::project::{ArticleHead, ArticleId, Contents, Digest, Store, StoreError, StoredRecord, Write};
use crate::session::ProjectId;

/// The database of the first project; those of others have their number behind it.
const NAME: &str = "attache";

/// Bytes from which words are kept as bytes: to make a string of them, of which the browser makes another, takes it some 15 ms
/// for each MB, in which the page stands still.
const LONG: usize = 100_000;

fn name_of(project: ProjectId) -> String {
    if project == ProjectId::FIRST { NAME.to_owned() } else { format!("{NAME}-{}", project.0) }
}

/// Deletes a project for good. A tab that has it open keeps it until it is closed.
pub fn delete(project: ProjectId) {
    if let Ok(Some(factory)) = gloo::utils::window().indexed_db() {
        // There is nobody to wait for it.
        let _ = factory.delete_database(&name_of(project));
    }
}
/// The database of what the browser lets projects have outside: the folder of each, by its number.
const FOLDERS: &str = "attache-folders";

async fn folders() -> Result<Database, OpenDbError> {
    let opened = Database::open(FOLDERS).with_version(VERSION).with_on_upgrade_needed(|_, database| {
        database.create_object_store(FOLDERS).build()?;
        Ok(())
    });
    opened.await
}

/// The handle of a project's folder.
pub async fn folder_of(project: ProjectId) -> Option<JsValue> {
    let database = folders().await.ok()?;
    let transaction = database.transaction(FOLDERS).with_mode(TransactionMode::Readonly).build().ok()?;
    let store = transaction.object_store(FOLDERS).ok()?;
    store.get(f64::from(project.0)).primitive().ok()?.await.ok()?
}

/// Keeps it for the next visit, or forgets it. What cannot be kept is asked for again then.
pub async fn keep_folder(project: ProjectId, handle: Option<JsValue>) {
    let keep = async {
        let database = folders().await.ok()?;
        let transaction = database.transaction(FOLDERS).with_mode(TransactionMode::Readwrite).build().ok()?;
        let store = transaction.object_store(FOLDERS).ok()?;
        match handle {
            Some(handle) => _ = store.put(handle).with_key(f64::from(project.0)).primitive().ok()?.await,
            None => _ = store.delete(f64::from(project.0)).primitive().ok()?.await,
        }
        transaction.commit().await.ok()
    };
    let _ = keep.await;
}

const VERSION: u32 = 1;
const STORES: [&str; 4] = ["heads", "texts", "journal", "settings"];

/// The database that [`begin_new_log`] makes and deletes.
const LOG: &str = "attache-log";
/// The longest that the first write waits for it, in milliseconds.
const PATIENCE_MILLIS: u32 = 1_000;

/// The browser's database, open.
pub struct IndexedDb {
    database: Database,
    /// Whether it was made just now.
    is_new: bool,
    /// [`begin_new_log`], once somebody has asked for it.
    new_log: OnceCell<Promise>,
    /// Whether it was let go, since a newer Attaché wants to keep things another way.
    is_let_go: Rc<Cell<bool>>,
    _letting_go: EventListener,
}

/// Makes the browser begin a new file for what is written from now on.
///
/// Chromium keeps the databases of a page in one LevelDB, and goes on writing to the log that the last visit left. When
/// the browser was killed between the two halves of a line of that log, what is written behind the half line cannot be
/// read, and at the visit after that Chromium takes the whole database for corrupt and deletes it
/// (`tests/browser/tests/crash.rs` has the case). Deleting a database makes it compact, for which it begins a new log:
/// some 5 ms. Other browsers are not hurt by it.
async fn begin_new_log() {
    let made = Database::open(LOG).with_version(VERSION).with_on_upgrade_needed(|_, database| {
        database.create_object_store(LOG).build()?;
        Ok(())
    });
    // What fails here fails for the write that waits for it too, and is said there.
    if let Ok(database) = made.await {
        database.close();
        if let Ok(deleted) = Database::delete_by_name(LOG) {
            _ = deleted.await;
        }
    }
}

/// Closes the database when a newer Attaché in another tab asks for a version of it that is not this one’s: that would wait
/// until the last tab with an older one is closed. What was written until then is there for it.
fn let_go_when_asked(database: Database, is_let_go: Rc<Cell<bool>>) -> EventListener {
    let target = database.as_sys().unchecked_ref::<web_sys::EventTarget>().clone();
    EventListener::new(&target, "versionchange", move |event| {
        // Without a version, the project is to be deleted: see [`delete`].
        if event.unchecked_ref::<web_sys::IdbVersionChangeEvent>().new_version().is_some() {
            is_let_go.set(true);
            database.clone().close();
        }
    })
}

fn as_promise(future: impl Future<Output = ()> + 'static) -> Promise {
    future_to_promise(async move {
        future.await;
        Ok(JsValue::UNDEFINED)
    })
}

/// [`ArticleHead`] as it is stored.
#[derive(Serialize, Deserialize)]
struct HeadRow {
    id: u32,
    name: String,
    digest: String,
    n_visible: u32,
    n_suggested: u32,
    #[serde(default)]
    flagged: bool,
    // Rows written before articles were found by these have none of them, until the article is read next.
    #[serde(default, skip_serializing_if = "is_zero")]
    n_unsure: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    date: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    source: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    labels: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    people: Vec<String>,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl From<HeadRow> for ArticleHead {
    fn from(row: HeadRow) -> Self {
        let HeadRow {
            id,
            name,
            digest,
            n_visible,
            n_suggested,
            flagged,
            n_unsure,
            title,
            date,
            source,
            labels,
            people,
        } = row;
        let [n_visible, n_suggested, n_unsure] = [n_visible, n_suggested, n_unsure].map(|n| n as usize);
        Self {
            id: ArticleId(id),
            name,
            digest: Digest::made(digest),
            n_visible,
            n_suggested,
            flagged,
            n_unsure,
            title,
            date,
            source,
            labels,
            people,
        }
    }
}

/// A head as it is stored: JSON, which is read ten times as fast as an object of JavaScript; an object in projects of
/// the first version. One that cannot be read becomes a head without a name, since its article may be whole.
fn head_of(id: u32, row: JsValue) -> ArticleHead {
    let read = match row.as_string() {
        Some(json) => serde_json::from_str::<HeadRow>(&json).ok(),
        None => row_of_an_object(row),
    };
    read.filter(|row| row.id == id).map_or_else(|| ArticleHead::unreadable(ArticleId(id)), ArticleHead::from)
}

#[inline(never)] // a door of `xtask/pack`
fn row_of_an_object(row: JsValue) -> Option<HeadRow> {
    serde_wasm_bindgen::from_value(row).ok()
}

impl From<&ArticleHead> for HeadRow {
    fn from(head: &ArticleHead) -> Self {
        let [n_visible, n_suggested, n_unsure] =
            [head.n_visible, head.n_suggested, head.n_unsure].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        let ArticleHead { id, name, digest, flagged, title, date, source, labels, people, .. } = head.clone();
        let digest = digest.as_str().to_owned();
        Self { id: id.0, name, digest, n_visible, n_suggested, flagged, n_unsure, title, date, source, labels, people }
    }
}

/// What the database will say of a request.
type Answer = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

impl IndexedDb {
    /// Opens the database; makes it on the first visit.
    pub async fn open(project: ProjectId) -> Result<Self, StoreError> {
        let is_new = Rc::new(Cell::new(false));
        let is_made = is_new.clone();
        let request =
            Database::open(name_of(project)).with_version(VERSION).with_on_upgrade_needed(move |_, database| {
                is_made.set(true);
                for name in STORES {
                    database.create_object_store(name).build()?;
                }
                Ok(())
            });
        let opened = request.await.map(|database| {
            let is_let_go = Rc::new(Cell::new(false));
            let letting_go = let_go_when_asked(database.clone(), is_let_go.clone());
            Self { database, is_new: is_new.get(), new_log: OnceCell::new(), is_let_go, _letting_go: letting_go }
        });
        opened.map_err(|error| match error {
            OpenDbError::VersionZero | OpenDbError::UnsupportedEnvironment | OpenDbError::NullFactory => {
                StoreError::Unavailable("it has no database for pages".to_owned())
            }
            // https://www.w3.org/TR/IndexedDB-3/#opening
            error if error.to_string().contains("VersionError") => StoreError::Unavailable(
                "what it has stored is of a newer Attaché, and is left alone: reload the page to get that".to_owned(),
            ),
            error => StoreError::Unavailable(error.to_string()),
        })
    }

    fn read(&self) -> Result<Transaction<'_>, Error> {
        self.database.transaction(STORES).with_mode(TransactionMode::Readonly).build()
    }

    fn why(&self, error: Error) -> StoreError {
        if self.is_let_go.get() { StoreError::NewerElsewhere } else { in_words(error) }
    }

    /// Done when writing is safe; see [`begin_new_log`].
    fn new_log(&self) -> Promise {
        let begin = || {
            let either = [as_promise(begin_new_log()), as_promise(TimeoutFuture::new(PATIENCE_MILLIS))];
            Promise::race(&either.into_iter().collect::<js_sys::Array>())
        };
        self.new_log.get_or_init(begin).clone()
    }

    async fn contents_or_error(&self, only_open: bool) -> Result<Contents, Error> {
        let transaction = self.read()?;
        let heads = transaction.object_store("heads")?;
        // What cannot be read of one thing must not hide the others. What can be asked for at the same time is: each
        // answer that is waited for is a turn of the browser.
        let settings = transaction.object_store("settings")?;
        let open = settings.get::<JsValue, _, _>("open").primitive()?;
        let number = settings.get::<JsValue, _, _>("codebook").primitive()?;
        let open = open.await?.and_then(|open| open.as_f64());
        let number = number.await?.and_then(|number| number.as_f64()).map(|number| number as u32);
        let codebook = number.map(|number| settings.get::<JsValue, _, _>(codebook_key(number)).primitive());
        let article = open.filter(|_| only_open).map(|key| {
            let row = heads.get::<JsValue, _, _>(key).primitive()?;
            Ok::<_, Error>((ArticleId(key as u32), row, stored(&transaction, ArticleId(key as u32))?))
        });
        let codebook = match codebook.transpose()? {
            Some(json) => json.await?.and_then(|json| json.as_string()).unwrap_or_default(),
            None => String::new(),
        };
        let codebook = number.zip(Some(codebook));
        if let Some((id, row, stored)) = article.transpose()?
            && let Some(row) = row.await?
        {
            let articles = vec![head_of(id.0, row)];
            return Ok(Contents { articles, open: Some(id), codebook, opened: Some(stored.await) });
        }
        let keys: Result<Vec<f64>, Error> = heads.get_all_keys::<f64>().primitive()?.await?.collect();
        let rows: Result<Vec<JsValue>, Error> = heads.get_all::<JsValue>().primitive()?.await?.collect();
        let texts: Result<Vec<f64>, Error> =
            transaction.object_store("texts")?.get_all_keys::<f64>().primitive()?.await?.collect();
        let mut articles: Vec<ArticleHead> =
            keys?.into_iter().zip(rows?).map(|(key, row)| head_of(key as u32, row)).collect();
        // A text whose head is gone is an article all the same. Keys come in order.
        let mut heads = articles.iter().map(|head| head.id.0).peekable();
        let mut lost = Vec::new();
        for id in texts?.into_iter().map(|key| key as u32) {
            while heads.next_if(|head| *head < id).is_some() {}
            if heads.next_if_eq(&id).is_none() {
                lost.push(ArticleHead::unreadable(ArticleId(id)));
            }
        }
        drop(heads);
        if !lost.is_empty() {
            articles.extend(lost);
            articles.sort_by_key(|head| head.id);
        }
        Ok(Contents { articles, open: open.map(|id| ArticleId(id as u32)), codebook, opened: None })
    }

    async fn texts_or_error(&self, from: ArticleId, count: u32) -> Result<Vec<(ArticleId, String)>, Error> {
        let transaction = self.read()?;
        let texts = transaction.object_store("texts")?;
        let range = || KeyRange::from(f64::from(from.0)..);
        let keys = texts.get_all_keys::<f64>().with_query::<f64, _>(range()).with_limit(count).primitive()?;
        let found = texts.get_all::<JsValue>().with_query::<f64, _>(range()).with_limit(count).primitive()?;
        let keys: Result<Vec<f64>, Error> = keys.await?.collect();
        let found: Result<Vec<JsValue>, Error> = found.await?.collect();
        let found = found?.into_iter().map(|text| words_of(&text).unwrap_or_default());
        Ok(keys?.into_iter().map(|key| ArticleId(key as u32)).zip(found).collect())
    }

    async fn write_or_error(&self, writes: &[Write]) -> Result<(), Error> {
        let options = TransactionOptions::new().with_durability(TransactionDurability::Strict);
        let transaction =
            self.database.transaction(STORES).with_mode(TransactionMode::Readwrite).with_options(options).build()?;
        let [heads, texts, journal, settings] = [
            transaction.object_store("heads")?,
            transaction.object_store("texts")?,
            transaction.object_store("journal")?,
            transaction.object_store("settings")?,
        ];
        // All are asked for at once, and answered in order: waiting for each would take a turn of the event loop.
        let mut asked: Vec<Answer> = Vec::with_capacity(writes.len());
        for write in writes {
            match write {
                Write::Head(head) => {
                    let row = HeadRow::from(head);
                    let row = serde_json::to_string(&row).expect("strings and numbers are JSON");
                    let put = heads.put(row).with_key(f64::from(head.id.0)).primitive()?;
                    asked.push(Box::pin(async { put.await.map(drop) }));
                }
                // `add` fails when the article is there: another tab has given its number to an article of its own.
                Write::Text(article, text) => {
                    let add = texts.add(value_of(text.as_str())).with_key(f64::from(article.0)).primitive()?;
                    asked.push(Box::pin(async { add.await.map(drop) }));
                }
                // `add` fails when the line is there: another tab has written to this article.
                Write::Record(article, record) => {
                    let add = journal.add(value_of(&record.json)).with_key(key_of(*article, record.seq)).primitive()?;
                    asked.push(Box::pin(async { add.await.map(drop) }));
                }
                Write::SetAside(article, from) => {
                    let range = || KeyRange::from(key_of(*article, *from)..=key_of(*article, u32::MAX));
                    let keys = journal.get_all_keys::<f64>().with_query::<f64, _>(range()).primitive()?;
                    let lines = journal.get_all::<JsValue>().with_query::<f64, _>(range()).primitive()?;
                    let keys: Result<Vec<f64>, Error> = keys.await?.collect();
                    let lines: Result<Vec<JsValue>, Error> = lines.await?.collect();
                    for (key, line) in keys?.into_iter().zip(lines?) {
                        let key = key as u64; // a whole number: see `key_of`
                        let put = settings.put(line).with_key(format!("aside-{key}")).primitive()?;
                        asked.push(Box::pin(async { put.await.map(drop) }));
                    }
                    let gone = journal.delete::<f64, _>(range()).primitive()?;
                    asked.push(Box::pin(gone));
                }
                Write::Open(article) => {
                    let put = settings.put(f64::from(article.0)).with_key("open").primitive()?;
                    asked.push(Box::pin(async { put.await.map(drop) }));
                }
                // `add` fails when there is one of that number: another tab has changed the labels.
                Write::Codebook(number, json) => {
                    let add = settings.add(json.as_str()).with_key(codebook_key(*number)).primitive()?;
                    let put = settings.put(f64::from(*number)).with_key("codebook").primitive()?;
                    asked.push(Box::pin(async {
                        add.await.map(drop)?;
                        put.await.map(drop)
                    }));
                }
                Write::Remove(article) => {
                    let head = heads.delete(f64::from(article.0)).primitive()?;
                    let text = texts.delete(f64::from(article.0)).primitive()?;
                    let records = journal.delete::<f64, _>(records_of(*article)).primitive()?;
                    asked.push(Box::pin(async {
                        head.await?;
                        text.await?;
                        records.await
                    }));
                }
            }
        }
        for answer in asked {
            answer.await?;
        }
        transaction.commit().await
    }
}

impl Store for IndexedDb {
    async fn contents(&self) -> Result<Contents, StoreError> {
        self.contents_or_error(false).await.map_err(|error| self.why(error))
    }

    async fn beginning(&self) -> Result<Contents, StoreError> {
        let beginning = match self.is_new {
            true => Ok(Contents::default()),
            false => self.contents_or_error(true).await.map_err(|error| self.why(error)),
        };
        // It goes on by itself; who writes waits for it.
        _ = self.new_log();
        beginning
    }

    async fn load(&self, article: ArticleId) -> Result<(String, Vec<StoredRecord>), StoreError> {
        let transaction = self.read().map_err(|error| self.why(error))?;
        stored(&transaction, article).map_err(|error| self.why(error))?.await
    }

    async fn texts(&self, from: ArticleId, count: u32) -> Result<Vec<(ArticleId, String)>, StoreError> {
        self.texts_or_error(from, count).await.map_err(|error| self.why(error))
    }

    async fn write(&self, writes: &[Write]) -> Result<(), StoreError> {
        // Neither of the two promises is ever rejected.
        _ = JsFuture::from(self.new_log()).await;
        self.write_or_error(writes).await.map_err(|error| self.why(error))
    }
}

/// Asks for an article’s text and journal, all at once.
fn stored(
    transaction: &Transaction<'_>,
    article: ArticleId,
) -> Result<impl Future<Output = Result<(String, Vec<StoredRecord>), StoreError>> + use<>, Error> {
    let text = transaction.object_store("texts")?.get::<JsValue, _, _>(f64::from(article.0)).primitive()?;
    let journal = transaction.object_store("journal")?;
    let keys = journal.get_all_keys::<f64>().with_query::<f64, _>(records_of(article)).primitive()?;
    let lines = journal.get_all::<JsValue>().with_query::<f64, _>(records_of(article)).primitive()?;
    let answers = async move {
        let text = text.await?;
        let keys: Result<Vec<f64>, Error> = keys.await?.collect();
        let lines: Result<Vec<JsValue>, Error> = lines.await?.collect();
        Ok((text, keys?, lines?))
    };
    Ok(async move {
        let (text, keys, lines) = answers.await.map_err(in_words)?;
        let text = text.as_ref().and_then(words_of);
        let text = text.ok_or_else(|| StoreError::Damaged(format!("the text of article {} is missing", article.0)))?;
        // A line that is no text is one that cannot be read: the session says so, and goes on from the one before it.
        let record = |(key, json): (f64, JsValue)| StoredRecord {
            seq: (key - key_of(article, 0)) as u32,
            json: words_of(&json).unwrap_or_default(),
        };
        Ok((text, keys.into_iter().zip(lines).map(record).collect()))
    })
}

/// Words as they are kept.
fn value_of(words: &str) -> JsValue {
    if words.len() < LONG { words.into() } else { Uint8Array::from(words.as_bytes()).into() }
}

/// The words of something that was kept.
fn words_of(value: &JsValue) -> Option<String> {
    value.as_string().or_else(|| String::from_utf8(value.dyn_ref::<Uint8Array>()?.to_vec()).ok())
}

/// Keys are numbers up to 2⁵³ without loss: two million articles of four billion turns each.
fn key_of(article: ArticleId, seq: u32) -> f64 {
    f64::from(article.0) * 4_294_967_296.0 + f64::from(seq)
}

fn codebook_key(number: u32) -> String {
    format!("codebook-{number}")
}

fn records_of(article: ArticleId) -> KeyRange<f64> {
    KeyRange::from(key_of(article, 0)..=key_of(article, u32::MAX))
}

fn in_words(error: Error) -> StoreError {
    match error {
        Error::DomException(DomException::ConstraintError(_)) => StoreError::NewerElsewhere,
        Error::DomException(exception) => {
            let exception = web_sys::DomException::from(exception);
            match exception.name().as_str() {
                "QuotaExceededError" => StoreError::Full,
                name => StoreError::Failed(format!("{name}: {}", exception.message())),
            }
        }
        error => StoreError::Failed(error.to_string()),
    }
}
