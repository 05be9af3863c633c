//! Keeps what the session asks to keep, in order, and reports when it is safe.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use gloo::timers::future::TimeoutFuture;
use yew::Callback;

use super::indexed_db::IndexedDb;
use super::tabs::Tabs;
use super::{now, timing};
use crate::project::{ArticleId, Contents, MemoryStore, Store, StoreError, StoredRecord, Write};
use crate::session::{Batch, Event, Outbox, Pending};

/// The longest that a write waits for the screen to be drawn, in milliseconds: a hidden tab draws nothing.
const PATIENCE_MILLIS: u32 = 300;
/// How long the store's terms are looked for between two looks at what the person does, in milliseconds.
const TURN_MILLIS: f64 = 8.0;
/// How long to wait before what has failed is tried again, in milliseconds.
const RETRY_MILLIS: u32 = 3_000;

/// Where the work is kept.
pub enum AnyStore {
    /// In the browser's database.
    Browser(IndexedDb),
    /// Only as long as the page is open.
    Memory(MemoryStore),
}

impl Store for AnyStore {
    async fn contents(&self) -> Result<Contents, StoreError> {
        match self {
            AnyStore::Browser(store) => store.contents().await,
            AnyStore::Memory(store) => store.contents().await,
        }
    }

    async fn beginning(&self) -> Result<Contents, StoreError> {
        match self {
            AnyStore::Browser(store) => store.beginning().await,
            AnyStore::Memory(store) => store.beginning().await,
        }
    }

    async fn load(&self, article: ArticleId) -> Result<(String, Vec<StoredRecord>), StoreError> {
        match self {
            AnyStore::Browser(store) => store.load(article).await,
            AnyStore::Memory(store) => store.load(article).await,
        }
    }

    async fn texts(&self, from: ArticleId, count: u32) -> Result<Vec<(ArticleId, String)>, StoreError> {
        match self {
            AnyStore::Browser(store) => store.texts(from, count).await,
            AnyStore::Memory(store) => store.texts(from, count).await,
        }
    }

    async fn write(&self, writes: &[Write]) -> Result<(), StoreError> {
        match self {
            AnyStore::Browser(store) => store.write(writes).await,
            AnyStore::Memory(store) => store.write(writes).await,
        }
    }
}

/// Begins to read the browser's database, or gives a store in memory and the reason why it has to be that.
pub async fn begin(database: Result<IndexedDb, StoreError>) -> (AnyStore, Result<Contents, StoreError>) {
    match database {
        Ok(database) => {
            let store = AnyStore::Browser(database);
            match store.beginning().await {
                Ok(contents) => (store, Ok(contents)),
                Err(error) => {
                    (AnyStore::Memory(MemoryStore::default()), Err(StoreError::Unavailable(error.to_string())))
                }
            }
        }
        Err(error) => (AnyStore::Memory(MemoryStore::default()), Err(error)),
    }
}

/// Reads, and once more after a moment when that has failed: a transaction ends by itself when the page stands still
/// between two of its requests, as it does in Firefox for the later parts of the program (`parts::load_rest_now`).
async fn again_if_it_fails<T, F: Future<Output = Result<T, StoreError>>>(
    read: impl Fn() -> F,
) -> Result<T, StoreError> {
    const MOMENT_MILLIS: u32 = 100;
    match read().await {
        Err(StoreError::Damaged(why)) => Err(StoreError::Damaged(why)),
        Err(_) => {
            TimeoutFuture::new(MOMENT_MILLIS).await;
            read().await
        }
        read => read,
    }
}

/// The queue of writes.
#[derive(Clone)]
pub struct Saver(Rc<Queue>);

struct Queue {
    store: AnyStore,
    outbox: RefCell<Outbox>,
    is_writing: Cell<bool>,
    /// How many turns were to be kept so far.
    n_edits: Cell<usize>,
    /// What another tab has changed and this one has not read yet.
    changed: RefCell<BTreeSet<ArticleId>>,
    is_catching_up: Cell<bool>,
    takes_over: Cell<bool>,
    /// The other tabs of the project, which hear what is kept.
    tabs: Tabs,
    report: Callback<Event>,
}

impl Saver {
    /// A queue before a store.
    pub fn new(store: AnyStore, tabs: Tabs, report: Callback<Event>) -> Self {
        Self(Rc::new(Queue {
            store,
            outbox: RefCell::default(),
            is_writing: Cell::new(false),
            n_edits: Cell::new(0),
            changed: RefCell::default(),
            is_catching_up: Cell::new(false),
            takes_over: Cell::new(false),
            tabs,
            report,
        }))
    }

    /// Takes something to keep. It is written once the screen was drawn.
    pub fn keep(&self, number: u64, pending: Pending) {
        let is_first = self.0.outbox.borrow().is_empty();
        self.0.n_edits.update(|n| n + usize::from(matches!(pending, Pending::Turn { .. })));
        self.0.outbox.borrow_mut().keep(number, pending);
        if is_first {
            let soon = self.clone();
            timing::after_paint(move || soon.flush());
            let late = self.clone();
            Timeout::new(PATIENCE_MILLIS, move || late.flush()).forget();
        }
    }

    /// Whether something would be lost if the page closed now. What another tab keeps from being written does not
    /// count: the person was told, and asked to reload.
    pub fn is_behind(&self) -> bool {
        let is_kept_nowhere = matches!(self.0.store, AnyStore::Memory(_)) && self.0.n_edits.get() > 0;
        self.0.outbox.borrow().is_behind() || is_kept_nowhere
    }

    /// Writes what is waiting now.
    pub fn flush(&self) {
        let queue = &self.0;
        if queue.is_writing.get() || !queue.outbox.borrow().is_behind() {
            return;
        }
        queue.is_writing.set(true);
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move { this.drain().await });
    }

    async fn drain(&self) {
        let queue = &self.0;
        loop {
            let Some(batch) = self.batch().await else { break };
            match queue.store.write(&batch.writes).await {
                Ok(()) => {
                    let kept = queue.outbox.borrow_mut().kept(&batch);
                    queue.tabs.tell(&kept);
                    queue.report.emit(Event::Saved { number: batch.last, at: now() });
                }
                Err(error) => {
                    let is_tried_again = queue.outbox.borrow_mut().failed(&error);
                    queue.report.emit(Event::SaveFailed { error });
                    if is_tried_again {
                        TimeoutFuture::new(RETRY_MILLIS).await;
                    }
                }
            }
        }
        queue.is_writing.set(false);
    }

    /// What is to be written next, with turns for the person in between where it takes long to put it into the store's
    /// terms, and one before it is handed over.
    async fn batch(&self) -> Option<Batch> {
        let mut forming = self.0.outbox.borrow().next()?;
        let mut start = timing::now();
        let mut is_long = false;
        while forming.step() {
            if timing::now() - start > TURN_MILLIS {
                TimeoutFuture::new(0).await;
                start = timing::now();
                is_long = true;
            }
        }
        if is_long {
            TimeoutFuture::new(0).await;
        }
        Some(forming.finish())
    }

    /// Reads what the store has, since another tab has written to it; tries again while that fails. `writes` says that
    /// this tab writes from then on: the session sees to it that the open article is read first.
    pub fn catch_up(&self, changed: Vec<ArticleId>, writes: bool) {
        let queue = &self.0;
        queue.changed.borrow_mut().extend(changed);
        queue.takes_over.update(|takes_over| takes_over || writes);
        // What comes while the store is being read is read after it.
        if queue.is_catching_up.replace(true) {
            return;
        }
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let queue = &this.0;
            let mut is_told = false;
            let is_read = loop {
                let changed: Vec<ArticleId> = std::mem::take(&mut *queue.changed.borrow_mut()).into_iter().collect();
                match again_if_it_fails(|| queue.store.contents()).await {
                    Ok(contents) => queue.report.emit(Event::ChangedElsewhere { contents, changed }),
                    Err(error) => {
                        queue.changed.borrow_mut().extend(changed);
                        // A newer Attaché has the database: this page reads nothing any more.
                        let is_for_good = error == StoreError::NewerElsewhere;
                        if !std::mem::replace(&mut is_told, true) {
                            let message = format!("The list of articles could not be read. {error}");
                            queue.report.emit(Event::Failed { message });
                        }
                        if is_for_good {
                            break false;
                        }
                        TimeoutFuture::new(RETRY_MILLIS).await;
                        continue;
                    }
                }
                if queue.changed.borrow().is_empty() {
                    break true;
                }
            };
            queue.is_catching_up.set(false);
            // The turn may be over again.
            if is_read && queue.takes_over.replace(false) && queue.tabs.is_writer() {
                queue.report.emit(Event::RoleKnown { is_writer: true });
            }
        });
    }

    /// Keeps what is waiting, then lets another tab write.
    pub fn hand_over(&self) {
        const PATIENCE: u32 = 40;
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            for _ in 0..PATIENCE {
                if this.0.outbox.borrow().is_empty() {
                    break;
                }
                this.flush();
                TimeoutFuture::new(25).await;
            }
            this.0.tabs.let_go();
        });
    }

    /// Reads some texts from the store.
    pub fn texts(&self, number: u32, from: ArticleId, count: u32) {
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let texts = again_if_it_fails(|| this.0.store.texts(from, count)).await;
            this.0.report.emit(Event::TextsRead { number, texts });
        });
    }

    /// Reads an article from the store.
    pub fn load(&self, article: ArticleId) {
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let stored = again_if_it_fails(|| this.0.store.load(article)).await;
            this.0.report.emit(Event::Loaded { article, stored });
        });
    }
}
