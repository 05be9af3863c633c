//! A browser for tests of the session: a store in memory, a clock, and hands.

#![allow(dead_code)] // each test takes what it needs

use std::collections::{BTreeMap, VecDeque};

use attache::annotation::Status;
use attache::format::Export;
use attache::ingest::NamedBytes;
use attache::project::{Codebook, MemoryStore, Store as _, UnixMillis};
use attache::recognize::{Class, Suggestion, Sureness};
use attache::session::{Effect, Event, Focus, FolderTask, KeyChord, Session};
use attache::text::{ByteOffset, Text};
use attache::view::{Node, marks};

/// A browser for one session: keeps what is to be kept, reads what is to be read.
pub struct Rig {
    /// The person's session.
    pub session: Session,
    /// What is kept.
    pub store: MemoryStore,
    /// What the next looks for suggestions find, by words.
    findings: Vec<(Class, &'static str)>,
    /// What they find besides when they need not be as sure as usual.
    pub unsure: Vec<(Class, &'static str)>,
    /// What was handed to the person.
    pub downloads: Vec<Export>,
    /// How often the browser's selection was set.
    pub n_selects: usize,
    /// The settings that were to be kept.
    pub kept: Option<String>,
    /// Whether articles on their way in have to wait for the test.
    pub holds_back: bool,
    /// The files of a folder on the computer, and as the page knows them.
    pub folder: BTreeMap<String, Vec<u8>>,
    pub folder_known: BTreeMap<String, Vec<u8>>,
    pub n_written: usize,
    /// The time goes on by one with each key.
    clock: u64,
}

impl Rig {
    pub fn boot(store: MemoryStore, findings: Vec<(Class, &'static str)>) -> Rig {
        let session = Session::new(Codebook::built_in());
        let mut rig = Rig {
            session,
            store,
            findings,
            unsure: Vec::new(),
            downloads: Vec::new(),
            n_selects: 0,
            kept: None,
            holds_back: false,
            folder: BTreeMap::new(),
            folder_known: BTreeMap::new(),
            n_written: 0,
            clock: 5,
        };
        let contents = now_or_never(rig.store.contents());
        rig.feed(Event::Booted { contents, at: UnixMillis(1) });
        rig
    }

    /// The same browser after a reload of the page.
    pub fn reload(self) -> Rig {
        let mut again = Rig::boot(self.store, Vec::new());
        again.clock = self.clock;
        again
    }

    pub fn feed(&mut self, event: Event) {
        let mut effects: VecDeque<Effect> = self.session.update(event).into();
        while let Some(effect) = effects.pop_front() {
            let answer = match effect {
                Effect::Save(number, pending) => {
                    let writes = pending.writes();
                    Some(match now_or_never(self.store.write(&writes)) {
                        Ok(()) => Event::Saved { number, at: UnixMillis(2) },
                        Err(error) => Event::SaveFailed { error },
                    })
                }
                Effect::Load(article) => {
                    Some(Event::Loaded { article, stored: now_or_never(self.store.load(article)) })
                }
                Effect::ReadTexts { number, from, count } => {
                    Some(Event::TextsRead { number, texts: now_or_never(self.store.texts(from, count)) })
                }
                Effect::Recognize(article, text, sureness) => {
                    let unsure = self.unsure.iter().filter(|_| sureness < Sureness::USUAL);
                    let sure = self.findings.iter().filter(|_| sureness < Sureness::MOST);
                    let suggestions = sure.chain(unsure).filter_map(|(class, words)| find(&text, *class, words));
                    Some(Event::Recognized { article, suggestions: suggestions.collect(), at: UnixMillis(3) })
                }
                Effect::Download(export) => {
                    self.downloads.push(export);
                    None
                }
                Effect::Select { .. } => {
                    self.n_selects += 1;
                    None
                }
                Effect::KeepSettings(json) => {
                    self.kept = Some(json);
                    None
                }
                Effect::Folder(task) => self.in_folder(task),
                Effect::GoOn if self.holds_back => None,
                Effect::GoOn => Some(Event::WorkGoesOn { at: UnixMillis(4) }),
                Effect::Paint(_)
                | Effect::TakeOver
                | Effect::KeepProjects(_)
                | Effect::OpenProject(_)
                | Effect::DeleteProject(_)
                | Effect::Reveal(_)
                | Effect::MoveOnScreen { .. }
                | Effect::AskForFiles
                | Effect::AskForFolder
                | Effect::Focus(_) => None,
            };
            if let Some(event) = answer {
                effects.extend(self.session.update(event));
            }
        }
    }

    fn in_folder(&mut self, task: FolderTask) -> Option<Event> {
        match task {
            FolderTask::Soon => Some(Event::FolderDue),
            FolderTask::Write { path, bytes } => {
                if self.folder.get(&path) != self.folder_known.get(&path) {
                    let bytes = self.folder.get(&path).cloned().unwrap_or_default();
                    self.folder_known.insert(path.clone(), bytes.clone());
                    return Some(Event::FolderChanged { file: NamedBytes { name: path, bytes } });
                }
                self.n_written += 1;
                self.folder.insert(path.clone(), bytes.clone());
                self.folder_known.insert(path, bytes);
                Some(Event::FolderWritten)
            }
            FolderTask::Remove { path } => {
                self.folder.remove(&path);
                self.folder_known.remove(&path);
                Some(Event::FolderWritten)
            }
            FolderTask::Choose | FolderTask::Reconnect | FolderTask::Forget => None,
        }
    }

    /// The person lets the project live in the folder, or what has changed in it is read.
    pub fn read_folder(&mut self, is_all: bool) {
        let is_new = |(path, bytes): &(&String, &Vec<u8>)| is_all || self.folder_known.get(*path) != Some(bytes);
        let files: Vec<NamedBytes> = self
            .folder
            .iter()
            .filter(is_new)
            .map(|(path, bytes)| NamedBytes { name: path.clone(), bytes: bytes.clone() })
            .collect();
        self.folder_known = self.folder.clone();
        self.feed(Event::FolderRead { name: "study".to_owned(), files, is_all });
    }

    pub fn open(&mut self, name: &str, content: &str) {
        let files = vec![NamedBytes { name: name.to_owned(), bytes: content.as_bytes().to_vec() }];
        self.feed(Event::FilesRead { files, at: UnixMillis(4) });
    }

    /// Selects the words between `[` and `]`, or puts the caret at `|`.
    pub fn select(&mut self, marked: &str) {
        let text = self.session.article().expect("an article is open").text().clone();
        let at = |mark: char| marked.find(mark);
        let (start, end) = match (at('['), at(']'), at('|')) {
            (Some(start), Some(end), _) => (start, end - 1),
            (_, _, Some(at)) => (at, at),
            _ => return,
        };
        let units = |index| text.to_utf16(ByteOffset::from_index(index)).expect("marks stand between characters");
        self.feed(Event::Selected { anchor: units(start), focus: units(end) });
    }

    /// Presses keys, written with spaces between them, with the focus in the article.
    pub fn press(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            let binding = self.session.binding(&KeyChord::parse(key), Focus::Article);
            let action = binding.unwrap_or_else(|| panic!("nothing is bound to {key}")).0;
            let at = self.now();
            self.feed(Event::Act { action, at });
        }
    }

    /// A time later than all before.
    pub fn now(&mut self) -> UnixMillis {
        self.clock += 1;
        UnixMillis(self.clock)
    }

    /// The open article with its annotations: `{o:words}`, with `?` for suggestions, `!` for what is flagged as unsure, and `*` for the active one.
    pub fn shown(&self) -> String {
        let article = self.session.article().expect("an article is open");
        let Some(whole) = article.text().whole() else { return String::new() };
        let all: Vec<_> = article.annotations().visible().collect();
        self.show_nodes(&marks(whole, &all))
    }

    fn show_nodes(&self, nodes: &[Node]) -> String {
        let article = self.session.article().expect("an article is open");
        let node = |node: &Node| match node {
            Node::Text(span) => article.text().slice(*span).to_owned(),
            Node::Mark { id, children, .. } => {
                let annotation = article.annotations().get(*id).expect("marks are annotations");
                let key = self.session.scheme().label(annotation.label).key.unwrap_or('_');
                let open = if annotation.status == Status::Suggested { "?" } else { "" };
                let unsure = if annotation.unsure { "!" } else { "" };
                let active = if self.session.active().is_some_and(|(active, _)| active == *id) { "*" } else { "" };
                format!("{{{key}{open}{unsure}{active}:{}}}", self.show_nodes(children))
            }
        };
        nodes.iter().map(node).collect()
    }

    pub fn names(&self) -> Vec<&str> {
        self.session.entries().iter().map(|entry| entry.head.name.as_str()).collect()
    }
}

/// A session with one text open, and the caret or selection as marked.
pub fn opened(marked: &str, findings: &[(Class, &'static str)]) -> Rig {
    let mut rig = Rig::boot(MemoryStore::default(), findings.to_vec());
    let content: String = marked.chars().filter(|c| !"[]|".contains(*c)).collect();
    rig.open("a.txt", &content);
    rig.select(marked);
    rig
}

/// The person or topic of each highlight, in order.
pub fn entities(rig: &Rig) -> Vec<String> {
    let set = rig.session.article().expect("open").annotations();
    set.visible().map(|(_, it)| it.entity.clone()).collect()
}

/// Lets something happen at the next time.
pub fn feed(rig: &mut Rig, event: impl FnOnce(UnixMillis) -> Event) {
    let at = rig.now();
    rig.feed(event(at));
}

/// A suggestion of these words, where they stand first.
pub fn find(text: &Text, class: Class, words: &str) -> Option<Suggestion> {
    let start = text.as_str().find(words)?;
    let span = text.span(ByteOffset::from_index(start), ByteOffset::from_index(start + words.len()))?;
    let evidence = "a test says so".to_owned();
    Some(Suggestion { span, class, entity: words.to_owned(), of: None, score: 0.9, evidence })
}

/// The store in memory is always ready.
pub fn now_or_never<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("the store in memory waits for nothing"),
    }
}

/// Opens a text, selects, presses keys, and shows what came of it.
#[track_caller]
pub fn script(marked: &str, findings: &[(Class, &'static str)], keys: &str, expected: &str) {
    let mut rig = Rig::boot(MemoryStore::default(), findings.to_vec());
    let content: String = marked.chars().filter(|c| !"[]|".contains(*c)).collect();
    rig.open("a.txt", &content);
    rig.select(marked);
    rig.press(keys);
    assert_eq!(rig.shown(), expected, "{marked} + {keys}; said: {}", rig.session.said());
    assert!(rig.session.saving().is_done());
    // What is on the screen is what a reload finds, and undo goes all the way back and forth.
    let shown = rig.shown().replace('*', "");
    let mut rig = rig.reload();
    assert_eq!(rig.shown().replace('*', ""), shown, "after a reload");
    while rig.session.article().expect("open").history().undo_title().is_some() {
        rig.press("mod+z");
    }
    assert_eq!(rig.shown().replace('*', ""), content, "after undoing everything");
    while rig.session.article().expect("open").history().redo_title().is_some() {
        rig.press("mod+shift+z");
    }
    assert_eq!(rig.shown().replace('*', ""), shown, "after doing everything again");
}
