//! Where a project is kept: the trait that the browser's database implements, and a store in memory for tests and
//! for browsers that let pages keep nothing.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Article, ArticleId, Digest};
use crate::scheme::{GroupKind, LabelId, Scheme};
use crate::text::Text;

/// Keeps articles and their journals.
///
/// A `write` is whole or not at all, and when it returns `Ok` its writes outlive the program.
#[allow(async_fn_in_trait)] // one thread only: neither the page nor its tests send futures
pub trait Store {
    /// Which articles there are, and which one was open.
    async fn contents(&self) -> Result<Contents, StoreError>;

    /// The article that was open, when there is one, as [`load`](Self::load) gives it: its text can be shown before a
    /// long list is read. The whole list else.
    async fn beginning(&self) -> Result<Contents, StoreError> {
        self.contents().await
    }

    /// An article's text and journal, in order.
    async fn load(&self, article: ArticleId) -> Result<(String, Vec<StoredRecord>), StoreError>;

    /// The texts of so many articles at the most, from a number on, in the order of their numbers.
    async fn texts(&self, from: ArticleId, count: u32) -> Result<Vec<(ArticleId, String)>, StoreError>;

    /// Writes all of these, or none.
    async fn write(&self, writes: &[Write]) -> Result<(), StoreError>;
}

/// What a store holds, without the texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// By id.
    pub articles: Vec<ArticleHead>,
    /// The article that was open last.
    pub open: Option<ArticleId>,
    /// The newest codebook, as [`Codebook::to_json`](super::Codebook::to_json) gives it, with its number; once one was
    /// kept.
    pub codebook: Option<(u32, String)>,
    /// What is stored of the article that was open, where nothing else was read: there may be more articles than it.
    pub opened: Option<Result<(String, Vec<StoredRecord>), StoreError>>,
}

/// What the list of articles shows, and what articles are found by without being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleHead {
    /// Which.
    pub id: ArticleId,
    /// Its name.
    pub name: String,
    /// Tells texts apart.
    pub digest: Digest,
    /// How many annotations are visible.
    pub n_visible: usize,
    /// How many of them are undecided.
    pub n_suggested: usize,
    /// Whether a person has flagged it, to come back to.
    pub flagged: bool,
    /// How many annotations a person has flagged as doubtful.
    pub n_unsure: usize,
    /// Its title, when its name is something else.
    pub title: String,
    /// Its date.
    pub date: String,
    /// Where it is from.
    pub source: String,
    /// The names of the labels in it, in the order of the alphabet.
    pub labels: Vec<String>,
    /// The persons in it, likewise: [`ArticleHead::MOST_PEOPLE`] at the most.
    pub people: Vec<String>,
}

impl ArticleHead {
    /// What the article is called where a person reads it.
    pub fn shown_name(&self) -> &str {
        if self.title.is_empty() { &self.name } else { &self.title }
    }

    /// How many persons of an article are in its head.
    pub const MOST_PEOPLE: usize = 200;

    /// The head of an article.
    pub fn of(id: ArticleId, name: String, article: &Article, scheme: &Scheme) -> Self {
        let mut head = Self { name, digest: Digest::of(article.text()), ..Self::unreadable(id) };
        head.refresh(article, scheme);
        head
    }

    /// What stands for a head that cannot be read, until its article is.
    pub fn unreadable(id: ArticleId) -> Self {
        Self {
            id,
            name: format!("Recovered article {}", id.0),
            digest: Digest::made(String::new()),
            n_visible: 0,
            n_suggested: 0,
            flagged: false,
            n_unsure: 0,
            title: String::new(),
            date: String::new(),
            source: String::new(),
            labels: Vec::new(),
            people: Vec::new(),
        }
    }

    /// Whether it stands for one that cannot be read.
    pub fn is_unreadable(&self) -> bool {
        self.digest.is_unknown()
    }

    /// Says what is now true of the article.
    pub fn refresh(&mut self, article: &Article, scheme: &Scheme) {
        let set = article.annotations();
        let about = set.about();
        self.n_visible = set.n_visible();
        self.n_suggested = set.n_suggested();
        self.flagged = about.flagged;
        self.n_unsure = set.n_unsure();
        let field = |name: &str| about.fields.get(name).cloned().unwrap_or_default();
        self.title = field("title");
        self.date = field("date");
        self.source = field("source");
        let ids: BTreeSet<LabelId> = set.labels().chain(about.labels.iter().copied()).collect();
        self.labels = ids.into_iter().map(|id| scheme.label(id).name.clone()).collect();
        self.labels.sort_unstable();
        let people = set.ranked(GroupKind::Person).take(Self::MOST_PEOPLE).map(|entity| entity.to_string());
        self.people = people.collect();
        self.people.sort_unstable();
    }
}

/// A line of an article's journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its place in the article's journal, from 0.
    pub seq: u32,
    /// A [`SavedRecord`](super::SavedRecord) in JSON.
    pub json: String,
}

/// One thing to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Adds an article, or replaces what is known of it.
    Head(ArticleHead),
    /// Adds an article's text. Fails with [`StoreError::NewerElsewhere`] when the article has one.
    Text(ArticleId, Text),
    /// Adds a line to a journal. Fails with [`StoreError::NewerElsewhere`] when that line is there already.
    Record(ArticleId, StoredRecord),
    /// Takes the lines of a journal from one on out of it, since they cannot be read, and keeps them aside.
    SetAside(ArticleId, u32),
    /// Remembers which article is open.
    Open(ArticleId),
    /// Forgets an article with its journal.
    Remove(ArticleId),
    /// Keeps a codebook, in JSON, under its number from 1; those before it stay. Fails with
    /// [`StoreError::NewerElsewhere`] when there is one of that number already.
    Codebook(u32, String),
}

/// Why something could not be stored or read. The words are for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The browser lets this page keep nothing.
    Unavailable(String),
    /// There is no room left.
    Full,
    /// Another tab has written to this article.
    NewerElsewhere,
    /// What is stored cannot be read.
    Damaged(String),
    /// Anything else, in the browser's words.
    Failed(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Unavailable(why) => write!(
                f,
                "This browser lets the page store nothing ({why}). Your work is kept only while this tab is open: download it before you close it."
            ),
            StoreError::Full => {
                f.write_str("There is no room left in the browser’s storage. Download your work now, then free some space.")
            }
            StoreError::NewerElsewhere => f.write_str(
                "Another tab has changed this project, and its work is not overwritten. Download what you see here if you need it, then reload this page to go on from the other tab’s state.",
            ),
            StoreError::Damaged(what) => write!(f, "Some of what is stored cannot be read: {what}."),
            StoreError::Failed(why) => {
                write!(f, "Storing failed: {why}. Download your work now; the page keeps trying.")
            }
        }
    }
}

impl std::error::Error for StoreError {}

/// A fault to play in a [`MemoryStore`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The next write fails whole with this.
    NextWrite(StoreError),
    /// The program ends in the middle of the next write, in a store that does not keep its word: of the parts of the
    /// transaction only those are there whose bit is set, and the last of them may have come first.
    InParts {
        /// A bit for each part; from the 64th on they begin again.
        bits: u64,
        /// Whether they are written in the opposite order.
        is_reversed: bool,
    },
}

/// Keeps everything in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    heads: RefCell<BTreeMap<ArticleId, ArticleHead>>,
    texts: RefCell<BTreeMap<ArticleId, String>>,
    records: RefCell<BTreeMap<(ArticleId, u32), String>>,
    /// Lines of journals that could not be read.
    aside: RefCell<Vec<String>>,
    open: Cell<Option<ArticleId>>,
    codebooks: RefCell<BTreeMap<u32, String>>,
    fault: RefCell<Option<Fault>>,
}

impl MemoryStore {
    /// Spoils a line of a journal, as a fault of the disk would: a test's own doing.
    pub fn spoil(&self, article: ArticleId, seq: u32, json: &str) {
        self.records.borrow_mut().insert((article, seq), json.to_owned());
    }

    /// The lines that were set aside.
    pub fn aside(&self) -> Vec<String> {
        self.aside.borrow().clone()
    }

    /// Spoils what the list says of an article, likewise.
    pub fn spoil_head(&self, article: ArticleId) {
        self.heads.borrow_mut().insert(article, ArticleHead::unreadable(article));
    }

    /// Takes back a fault that was not played yet.
    pub fn play_nothing(&self) {
        *self.fault.borrow_mut() = None;
    }

    /// Makes the store misbehave once.
    pub fn play(&self, fault: Fault) {
        *self.fault.borrow_mut() = Some(fault);
    }
}

impl Store for MemoryStore {
    async fn contents(&self) -> Result<Contents, StoreError> {
        let heads = self.heads.borrow();
        let lost = self.texts.borrow().keys().filter(|id| !heads.contains_key(id)).copied().collect::<Vec<_>>();
        let mut articles: Vec<ArticleHead> =
            heads.values().cloned().chain(lost.into_iter().map(ArticleHead::unreadable)).collect();
        articles.sort_by_key(|head| head.id);
        Ok(Contents {
            articles,
            open: self.open.get(),
            codebook: self.codebooks.borrow().last_key_value().map(|(number, json)| (*number, json.clone())),
            opened: None,
        })
    }

    async fn load(&self, article: ArticleId) -> Result<(String, Vec<StoredRecord>), StoreError> {
        let text = self.texts.borrow().get(&article).cloned();
        let text = text.ok_or_else(|| StoreError::Damaged(format!("article {} has no text", article.0)))?;
        let records = self.records.borrow();
        let of_article = records.range((article, 0)..=(article, u32::MAX));
        Ok((text, of_article.map(|((_, seq), json)| StoredRecord { seq: *seq, json: json.clone() }).collect()))
    }

    async fn texts(&self, from: ArticleId, count: u32) -> Result<Vec<(ArticleId, String)>, StoreError> {
        let texts = self.texts.borrow();
        Ok(texts.range(from..).take(count as usize).map(|(id, text)| (*id, text.clone())).collect())
    }

    async fn write(&self, writes: &[Write]) -> Result<(), StoreError> {
        let fault = self.fault.borrow_mut().take();
        if let Some(Fault::NextWrite(error)) = fault {
            return Err(error);
        }
        let taken = |write: &Write| match write {
            Write::Record(article, record) => {
                let is_aside =
                    |write: &Write| matches!(write, Write::SetAside(of, from) if of == article && *from <= record.seq);
                self.records.borrow().contains_key(&(*article, record.seq)) && !writes.iter().any(is_aside)
            }
            Write::Text(article, _) => {
                let is_going = writes.contains(&Write::Remove(*article));
                self.texts.borrow().contains_key(article) && !is_going
            }
            Write::Codebook(number, _) => self.codebooks.borrow().contains_key(number),
            Write::Head(_) | Write::Open(_) | Write::Remove(_) | Write::SetAside(..) => false,
        };
        if writes.iter().any(taken) {
            return Err(StoreError::NewerElsewhere);
        }
        let Some(Fault::InParts { bits, is_reversed }) = fault else {
            writes.iter().for_each(|write| self.put(write));
            return Ok(());
        };
        let mut parts: Vec<&Write> =
            writes.iter().zip((0..64).cycle()).filter(|(_, n)| bits >> n & 1 == 1).map(|(it, _)| it).collect();
        if is_reversed {
            parts.reverse();
        }
        parts.into_iter().for_each(|write| self.put(write));
        Err(StoreError::Failed("the program ended".to_owned()))
    }
}

impl MemoryStore {
    /// Carries out one part of a transaction.
    fn put(&self, write: &Write) {
        match write {
            Write::Head(head) => {
                self.heads.borrow_mut().insert(head.id, head.clone());
            }
            Write::Text(article, text) => {
                self.texts.borrow_mut().insert(*article, text.as_str().to_owned());
            }
            Write::Record(article, record) => {
                self.records.borrow_mut().insert((*article, record.seq), record.json.clone());
            }
            Write::SetAside(article, from) => {
                let moved = self
                    .records
                    .borrow_mut()
                    .extract_if((*article, *from)..=(*article, u32::MAX), |_, _| true)
                    .collect::<Vec<_>>();
                self.aside.borrow_mut().extend(moved.into_iter().map(|(_, json)| json));
            }
            Write::Open(article) => self.open.set(Some(*article)),
            Write::Codebook(number, json) => drop(self.codebooks.borrow_mut().insert(*number, json.clone())),
            Write::Remove(article) => {
                self.heads.borrow_mut().remove(article);
                self.texts.borrow_mut().remove(article);
                self.records.borrow_mut().retain(|(other, _), _| other != article);
            }
        }
    }
}
