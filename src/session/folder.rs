//! A project in a folder of the person's computer: a file for each article, written as the work goes on and read again
//! when something else has changed it. The store stays the truth, the folder follows: nothing depends on its being there.
//!
//! What stands in a file is compared by its steps. Where one of the two went on from the other, the longer one is taken;
//! where both went on, the file's state becomes a step after ours, which undo takes back.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::{Body, Effect, Pending, Session, Tone};
use crate::command::Turn;
use crate::format::{
    FOLDER_ARTICLES, FOLDER_CODEBOOK, Incoming, Source, folder_article, folder_codebook, read_project, safe_name,
};
use crate::ingest::NamedBytes;
use crate::project::{ArticleId, Codebook, UnixMillis};

/// How it stands with the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderState {
    /// The browser wants the person to allow it once more.
    Away,
    /// It is read and written.
    Here,
    /// Something went wrong, in words.
    Failed(String),
}

/// What is seen of a project's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderView<'a> {
    /// Its name.
    pub name: &'a str,
    /// How it stands.
    pub state: &'a FolderState,
    /// How many files are to be written.
    pub n_due: usize,
}

/// What the shell is to do with the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderTask {
    /// Ask the person for one; report [`Event::FolderRead`](super::Event::FolderRead) with all that is in it.
    Choose,
    /// Ask the person to allow the known one; report the same.
    Reconnect,
    /// Forget it. The files stay.
    Forget,
    /// Report [`Event::FolderDue`](super::Event::FolderDue) when the person pauses.
    Soon,
    /// Write a file; report [`Event::FolderWritten`](super::Event::FolderWritten). One that somebody else has changed
    /// is not written: report [`Event::FolderChanged`](super::Event::FolderChanged).
    Write {
        /// The way to it in the folder.
        path: String,
        /// What it is to hold.
        bytes: Vec<u8>,
    },
    /// Delete a file, unless somebody else has changed it; report that it is written.
    Remove {
        /// The way to it.
        path: String,
    },
}

/// A project's folder.
#[derive(Debug)]
pub(super) struct Folder {
    name: String,
    state: FolderState,
    /// The file of each article.
    paths: BTreeMap<ArticleId, String>,
    /// The paths of all files, in small letters: there are computers that take no notice of capitals.
    taken: BTreeSet<String>,
    /// Files that were read and are to be understood, in order.
    read: VecDeque<NamedBytes>,
    /// Files to delete.
    to_remove: VecDeque<String>,
    due: BTreeSet<ArticleId>,
    is_codebook_due: bool,
    /// Whether it was opened just now: all that is in no file is to be written.
    is_new: bool,
    /// Whether the person has paused since something came due.
    may_write: bool,
    busy: Option<Busy>,
}

/// What is waited for.
#[derive(Clone, Debug, PartialEq)]
enum Busy {
    /// An article from the store.
    Loading(ArticleId),
    /// A file that is being written, and what is in it.
    Writing(Option<ArticleId>),
}

impl Folder {
    fn new(name: String, state: FolderState) -> Self {
        Self {
            name,
            state,
            paths: BTreeMap::new(),
            taken: BTreeSet::new(),
            read: VecDeque::new(),
            to_remove: VecDeque::new(),
            due: BTreeSet::new(),
            is_codebook_due: false,
            is_new: false,
            may_write: false,
            busy: None,
        }
    }

    fn is_here(&self) -> bool {
        self.state == FolderState::Here
    }

    fn has_due(&self) -> bool {
        self.is_codebook_due || !self.due.is_empty() || !self.to_remove.is_empty()
    }

    /// A path for a new file.
    fn free_path(&mut self, name: &str) -> String {
        let stem = safe_name(name);
        let numbered = (2..).map(|n| format!("{stem} ({n})"));
        let paths =
            [stem.clone()].into_iter().chain(numbered).map(|stem| format!("{FOLDER_ARTICLES}{stem}.attache.json"));
        let mut free = paths.filter(|path| !self.taken.contains(&path.to_lowercase()));
        let path = free.next().expect("there is no end of numbers");
        self.taken.insert(path.to_lowercase());
        path
    }
}

impl Session {
    /// The folder that the project is kept in too, if there is one.
    pub fn folder(&self) -> Option<FolderView<'_>> {
        let folder = self.folder.as_ref()?;
        let n_due = folder.due.len() + folder.to_remove.len() + usize::from(folder.is_codebook_due);
        Some(FolderView { name: &folder.name, state: &folder.state, n_due })
    }

    /// The project has a folder from an earlier visit, which the browser does not open by itself.
    pub(super) fn folder_known(&mut self, name: String) {
        self.folder = Some(Folder::new(name, FolderState::Away));
    }

    pub(super) fn leave_folder(&mut self) -> Vec<Effect> {
        let Some(folder) = self.folder.take() else { return Vec::new() };
        self.say(format!("The folder “{}” is written no more. Its files stay.", folder.name));
        vec![Effect::Folder(FolderTask::Forget)]
    }

    /// All files of a folder that was opened, or those that something else has changed.
    pub(super) fn folder_read(&mut self, name: String, files: Vec<NamedBytes>, is_all: bool) -> Vec<Effect> {
        if let Err(refusal) = self.may_write() {
            self.say(refusal.to_string());
            return Vec::new();
        }
        if is_all {
            self.folder = Some(Folder { is_new: true, ..Folder::new(name, FolderState::Here) });
        }
        let Some(folder) = self.folder.as_mut() else { return Vec::new() };
        folder.taken.extend(files.iter().map(|file| file.name.to_lowercase()));
        folder.read.extend(files);
        // Articles name labels of the codebook.
        folder.read.make_contiguous().sort_by_key(|file| file.name != FOLDER_CODEBOOK);
        folder.may_write |= is_all;
        vec![Effect::GoOn]
    }

    /// A file was not written, because something else has changed it.
    pub(super) fn folder_changed(&mut self, file: NamedBytes) -> Vec<Effect> {
        let Some(folder) = self.folder.as_mut() else { return Vec::new() };
        if let Some(Busy::Writing(article)) = folder.busy.take() {
            folder.due.extend(article);
        }
        folder.read.push_back(file);
        vec![Effect::GoOn]
    }

    pub(super) fn folder_written(&mut self) -> Vec<Effect> {
        let Some(folder) = self.folder.as_mut() else { return Vec::new() };
        folder.busy = None;
        vec![Effect::GoOn]
    }

    pub(super) fn folder_failed(&mut self, message: String) {
        let Some(folder) = self.folder.as_mut() else {
            self.tell(Tone::Problem, format!("The folder cannot be used: {message}."), false);
            return;
        };
        if let Some(Busy::Writing(article)) = folder.busy.take() {
            folder.due.extend(article);
        }
        folder.read.clear();
        folder.state = FolderState::Failed(message.clone());
        let words = format!(
            "The folder “{}” cannot be used: {message}. All your work is in this browser; connect the folder again under “Projects” and it is brought up to date.",
            folder.name
        );
        self.tell(Tone::Problem, words, false);
    }

    /// The person has paused.
    pub(super) fn folder_due(&mut self) -> Vec<Effect> {
        let Some(folder) = self.folder.as_mut().filter(|folder| folder.is_here()) else { return Vec::new() };
        folder.may_write = true;
        vec![Effect::GoOn]
    }

    /// Takes note of what the store is to keep.
    pub(super) fn note_for_folder(&mut self, pending: &Pending) {
        let Some(folder) = &mut self.folder else { return };
        match pending {
            Pending::Article(head, _) | Pending::Turn { head, .. } => {
                folder.due.insert(head.id);
            }
            Pending::Removal(article) => {
                folder.due.remove(article);
                folder.to_remove.extend(folder.paths.remove(article));
            }
            Pending::Codebook(..) => folder.is_codebook_due = true,
            Pending::Head(_) | Pending::Open(_) | Pending::Aside(..) => return,
        }
        self.folder_is_touched |= folder.is_here();
    }

    /// Whether there is something to do for the folder right now.
    pub(super) fn folder_has_work(&self) -> bool {
        self.folder.as_ref().is_some_and(|folder| {
            let is_free = folder.is_here() && folder.busy.is_none();
            is_free && (folder.is_new || !folder.read.is_empty() || (folder.may_write && folder.has_due()))
        })
    }

    /// One file is understood or written.
    pub(super) fn folder_turn(&mut self, at: UnixMillis) -> Vec<Effect> {
        let is_free = self.is_whole && !self.is_following && self.folder_has_work();
        let Some(folder) = self.folder.as_mut().filter(|_| is_free) else { return Vec::new() };
        if std::mem::take(&mut folder.is_new) {
            folder.is_codebook_due = true;
            folder.due = self.entries.iter().map(|entry| entry.head.id).collect();
        }
        let effects = match folder.read.pop_front() {
            Some(file) if file.name == FOLDER_CODEBOOK => self.take_codebook(&file, at),
            Some(file) => self.take_file(file, at),
            None => self.write_next(),
        };
        match self.folder_has_work() {
            true => [effects, vec![Effect::GoOn]].concat(),
            false => effects,
        }
    }

    /// An article that the folder waits for was read from the store.
    pub(super) fn folder_goes_on(&mut self, id: ArticleId) -> Option<Effect> {
        let folder = self.folder.as_mut().filter(|folder| folder.busy == Some(Busy::Loading(id)))?;
        folder.busy = None;
        Some(Effect::GoOn)
    }

    fn take_codebook(&mut self, file: &NamedBytes, at: UnixMillis) -> Vec<Effect> {
        let mut codebook = (*self.codebook).clone();
        let (_, warnings) = read_project(&file.name, &String::from_utf8_lossy(&file.bytes), &mut codebook);
        self.tell_all(&warnings);
        self.adopt(codebook, at)
    }

    /// What a file says of its articles.
    fn take_file(&mut self, file: NamedBytes, at: UnixMillis) -> Vec<Effect> {
        // Labels that are not in the codebook of the folder join it.
        let mut codebook: Codebook = (*self.codebook).clone();
        let (articles, warnings) = read_project(&file.name, &String::from_utf8_lossy(&file.bytes), &mut codebook);
        let [incoming] = articles.as_slice() else {
            self.tell_all(&warnings);
            if warnings.is_empty() && articles.is_empty() {
                let words = format!("{}: it holds no article. It is left as it is.", file.name);
                self.tell(Tone::Problem, words, false);
            }
            return Vec::new();
        };
        let path = file.name.clone();
        let Some(folder) = &self.folder else { return Vec::new() };
        let is_its = |id: ArticleId| folder.paths.get(&id).is_none_or(|known| *known == path);
        let twins =
            self.entries.iter().filter(|entry| entry.head.digest.is_of(&incoming.text) && is_its(entry.head.id));
        let twins: Vec<ArticleId> = twins.map(|entry| entry.head.id).collect();
        let known = |id: &&ArticleId| folder.paths.contains_key(*id);
        let twin = twins.iter().find(known).or(twins.first()).copied();
        if let Some(id) = twin
            && self.entry(id).is_some_and(|entry| entry.article().is_none())
        {
            let effects = self.read_for_folder(id);
            let Some(folder) = self.folder.as_mut() else { return Vec::new() };
            match &effects {
                Some(_) => folder.read.push_front(file),
                // It cannot be read, which was said: the file stays as it is.
                None => _ = folder.due.remove(&id),
            }
            return effects.unwrap_or_default();
        }
        self.tell_all(&warnings);
        let mut effects = self.adopt(codebook, at);
        let incoming = incoming.clone();
        let id = match twin {
            Some(id) => {
                effects.extend(self.merge(id, incoming, at));
                id
            }
            None => {
                let name = self.free_article_name(&incoming.name);
                let (id, more) = self.add(Incoming { name, ..incoming }, at);
                effects.extend(more);
                if let Some(folder) = self.folder.as_mut() {
                    folder.due.remove(&id);
                }
                effects.extend(self.open.is_none().then(|| self.show(id)).into_iter().flatten());
                id
            }
        };
        if let Some(folder) = self.folder.as_mut() {
            folder.paths.insert(id, path);
        }
        self.leave_to_store(id);
        effects
    }

    /// Brings an article and its file together.
    fn merge(&mut self, id: ArticleId, incoming: Incoming, at: UnixMillis) -> Vec<Effect> {
        let theirs = incoming.into_article(at, self.scheme());
        let Some(ours) = self.entry(id).and_then(super::Entry::article) else { return Vec::new() };
        let (n_ours, n_theirs) = (ours.journal().len(), theirs.journal().len());
        let n_shared = ours.journal().iter().zip(theirs.journal()).take_while(|(a, b)| a == b).count();
        let difference = ours.difference(&theirs, "Taken from the folder".to_owned());
        let turns: Vec<(Turn, UnixMillis)> = match difference {
            // What was done and undone since is of no interest.
            None if n_ours >= n_theirs => Vec::new(),
            _ if n_shared == n_ours => {
                theirs.journal()[n_shared..].iter().map(|record| (record.turn.clone(), record.at)).collect()
            }
            _ if n_shared == n_theirs => Vec::new(),
            None => Vec::new(),
            Some(transaction) => vec![(Turn::Do(Arc::new(transaction)), at)],
        };
        // It is written again where it is not the file's state just so.
        let is_same = n_shared == n_ours && (n_ours == n_theirs || !turns.is_empty());
        let mut effects = Vec::new();
        if !turns.is_empty() {
            self.forget_undone_steps();
        }
        for (turn, at) in turns {
            effects.extend(self.settle(|s| s.turn(id, turn, at)));
        }
        if let Some(folder) = self.folder.as_mut() {
            if is_same {
                folder.due.remove(&id)
            } else {
                folder.due.insert(id)
            };
        }
        effects
    }

    /// Has an article read from the store; `None` when that was in vain before.
    fn read_for_folder(&mut self, id: ArticleId) -> Option<Vec<Effect>> {
        let entry = self.entry_mut(id)?;
        let effects = match entry.body {
            Body::Stored => {
                entry.body = Body::Loading;
                vec![Effect::Load(id)]
            }
            Body::Loading => Vec::new(),
            Body::Loaded(_) | Body::Broken(_) => return None,
        };
        self.folder.as_mut()?.busy = Some(Busy::Loading(id));
        Some(effects)
    }

    fn write_next(&mut self) -> Vec<Effect> {
        let Some(folder) = self.folder.as_mut() else { return Vec::new() };
        let (task, article) = if std::mem::take(&mut folder.is_codebook_due) {
            let bytes = folder_codebook(&self.codebook).into_bytes();
            (FolderTask::Write { path: FOLDER_CODEBOOK.to_owned(), bytes }, None)
        } else if let Some(path) = folder.to_remove.pop_front() {
            folder.taken.remove(&path.to_lowercase());
            (FolderTask::Remove { path }, None)
        } else {
            let Some(id) = folder.due.first().copied() else { return Vec::new() };
            let Some(entry) = self.entry(id) else {
                self.folder.iter_mut().for_each(|folder| _ = folder.due.remove(&id));
                return Vec::new();
            };
            if entry.article().is_none() {
                let effects = self.read_for_folder(id);
                if let Some(folder) = self.folder.as_mut().filter(|_| effects.is_none()) {
                    folder.due.remove(&id);
                }
                return effects.unwrap_or_default();
            }
            let name = entry.head.name.clone();
            let bytes = entry
                .article()
                .map(|article| folder_article(&Source { name: &name, article }, &self.codebook).into_bytes());
            let Some(folder) = self.folder.as_mut() else { return Vec::new() };
            folder.due.remove(&id);
            let Some(bytes) = bytes else { return Vec::new() };
            let path = folder.paths.get(&id).cloned().unwrap_or_else(|| folder.free_path(&name));
            folder.paths.insert(id, path.clone());
            self.leave_to_store(id);
            (FolderTask::Write { path, bytes }, Some(id))
        };
        let Some(folder) = self.folder.as_mut() else { return Vec::new() };
        folder.busy = Some(Busy::Writing(article));
        if !folder.has_due() {
            folder.may_write = false;
        }
        vec![Effect::Folder(task)]
    }

    fn free_article_name(&self, wanted: &str) -> String {
        let is_free = |name: &String| !self.entries.iter().any(|entry| entry.head.name == *name);
        let numbered = (2..).map(|n| format!("{wanted} ({n})"));
        [wanted.to_owned()].into_iter().chain(numbered).find(is_free).expect("there is no end of numbers")
    }
}
