//! A folder of the person's computer, by the File System Access API (<https://wicg.github.io/file-system-access/>):
//! asked for, remembered, listed, read and written. Where the browser has none of that, nothing here is offered.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo::timers::callback::{Interval, Timeout};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemWritableFileStream,
};
use yew::Callback;

use super::{files, indexed_db};
use crate::format::{FOLDER_ARTICLES, FOLDER_CODEBOOK};
use crate::ingest::{NamedBytes, check_size};
use crate::session::{Event, FolderTask, ProjectId};

/// How long a pause is after which files are written, in milliseconds.
const PAUSE_MILLIS: u32 = 700;
/// How often it is looked for changes while the page is seen, in milliseconds; in folders of more files only when the
/// page is come back to.
const LOOK_MILLIS: u32 = 4_000;
const MAX_LOOKED_THROUGH: usize = 2_000;

/// Whether this browser lets pages have a folder.
pub fn is_supported() -> bool {
    Reflect::has(&gloo::utils::window(), &"showDirectoryPicker".into()).unwrap_or(false)
}

/// The folder of the open project, if it has one.
#[derive(Clone)]
pub struct Folder(Rc<Inner>);

struct Inner {
    project: ProjectId,
    handle: RefCell<Option<FileSystemDirectoryHandle>>,
    /// When each file was changed last, and its size, as far as this page knows.
    known: RefCell<BTreeMap<String, Stamp>>,
    is_looking: Cell<bool>,
    is_soon: Cell<bool>,
    looks: RefCell<Option<Interval>>,
    report: Callback<Event>,
}

/// When a file was changed last, in milliseconds since 1970, and its size in bytes.
type Stamp = (f64, f64);

impl Folder {
    /// That of a project. Nothing is asked for yet.
    pub fn new(project: ProjectId, report: Callback<Event>) -> Self {
        Self(Rc::new(Inner {
            project,
            handle: RefCell::default(),
            known: RefCell::default(),
            is_looking: Cell::new(false),
            is_soon: Cell::new(false),
            looks: RefCell::default(),
            report,
        }))
    }

    /// Opens the folder of an earlier visit, or reports that the person has to allow it once more.
    pub fn recall(&self) {
        if !is_supported() || self.0.handle.borrow().is_some() {
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            let Some(handle) = indexed_db::folder_of(this.0.project).await else { return };
            let handle: FileSystemDirectoryHandle = handle.unchecked_into();
            *this.0.handle.borrow_mut() = Some(handle.clone());
            match permission(&handle, "queryPermission").await {
                true => this.read_all().await,
                false => this.0.report.emit(Event::FolderKnown { name: handle.name() }),
            }
        });
    }

    /// Lets go of it: another tab writes.
    pub fn let_go(&self) {
        self.0.handle.borrow_mut().take();
        self.0.looks.borrow_mut().take();
    }

    /// Does what the session asks for.
    pub fn carry_out(&self, task: FolderTask) {
        let this = self.clone();
        match task {
            FolderTask::Soon => {
                if !self.0.is_soon.replace(true) {
                    Timeout::new(PAUSE_MILLIS, move || {
                        this.0.is_soon.set(false);
                        this.0.report.emit(Event::FolderDue);
                    })
                    .forget();
                }
            }
            FolderTask::Forget => {
                self.let_go();
                spawn_local(async move { indexed_db::keep_folder(this.0.project, None).await });
            }
            FolderTask::Choose => spawn_local(async move {
                // A person who closes the browser's dialog has changed their mind.
                let Some(handle) = chosen().await else { return };
                *this.0.handle.borrow_mut() = Some(handle.clone());
                indexed_db::keep_folder(this.0.project, Some(handle.into())).await;
                this.read_all().await;
            }),
            FolderTask::Reconnect => spawn_local(async move {
                let Some(handle) = this.0.handle.borrow().clone() else { return };
                if permission(&handle, "requestPermission").await {
                    this.read_all().await;
                }
            }),
            FolderTask::Write { path, bytes } => spawn_local(async move {
                let written = this.write(&path, &bytes).await;
                this.answer(written);
            }),
            FolderTask::Remove { path } => spawn_local(async move {
                let removed = this.remove(&path).await;
                this.answer(removed.map(|()| Event::FolderWritten));
            }),
        }
    }

    fn answer(&self, answer: Result<Event, JsValue>) {
        let event = answer.unwrap_or_else(|error| Event::FolderFailed { message: in_words(&error) });
        self.0.report.emit(event);
    }

    async fn read_all(&self) {
        let Some(handle) = self.0.handle.borrow().clone() else { return };
        self.0.known.borrow_mut().clear();
        let read = self.changed(&handle).await;
        let is_read = read.is_ok();
        let name = handle.name();
        self.answer(read.map(|files| Event::FolderRead { name, files, is_all: true }));
        if is_read {
            let this = self.clone();
            let interval = Interval::new(LOOK_MILLIS, move || {
                if !gloo::utils::document().hidden() && this.0.known.borrow().len() <= MAX_LOOKED_THROUGH {
                    this.look();
                }
            });
            *self.0.looks.borrow_mut() = Some(interval);
        }
    }

    /// Reports what something else has changed.
    pub fn look(&self) {
        let Some(handle) = self.0.handle.borrow().clone() else { return };
        if self.0.looks.borrow().is_none() || self.0.is_looking.replace(true) {
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            // A folder that is away for a moment is told of when it is to be written.
            if let Ok(files) = this.changed(&handle).await
                && !files.is_empty()
            {
                this.0.report.emit(Event::FolderRead { name: handle.name(), files, is_all: false });
            }
            this.0.is_looking.set(false);
        });
    }

    /// The files that are not as this page knows them.
    async fn changed(&self, root: &FileSystemDirectoryHandle) -> Result<Vec<NamedBytes>, JsValue> {
        let mut files = Vec::new();
        let codebook = JsFuture::from(root.get_file_handle(FOLDER_CODEBOOK)).await;
        if let Ok(handle) = codebook {
            self.take_changed(FOLDER_CODEBOOK.to_owned(), &handle.unchecked_into(), &mut files).await?;
        }
        let articles = folder_of(root, FOLDER_ARTICLES).await?;
        let each = articles.values();
        loop {
            let next = JsFuture::from(each.next()?).await?;
            if Reflect::get(&next, &"done".into())?.is_truthy() {
                break;
            }
            let handle = Reflect::get(&next, &"value".into())?;
            let text_of = |field: &str| Reflect::get(&handle, &field.into()).ok()?.as_string();
            let name = text_of("name").unwrap_or_default();
            if text_of("kind").as_deref() == Some("file") && name.ends_with(".attache.json") && !name.starts_with('.') {
                let path = format!("{FOLDER_ARTICLES}{name}");
                self.take_changed(path, &handle.unchecked_into(), &mut files).await?;
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }

    async fn take_changed(
        &self,
        path: String,
        handle: &FileSystemFileHandle,
        files: &mut Vec<NamedBytes>,
    ) -> Result<(), JsValue> {
        let file = file_of(handle).await?;
        if self.0.known.borrow().get(&path) == Some(&stamp(&file)) {
            return Ok(());
        }
        if let Err(warning) = check_size(&path, file.size() as u64) {
            self.0.report.emit(Event::Failed { message: warning.to_string() });
            return Ok(());
        }
        let bytes = files::bytes_of(&file).await?;
        self.0.known.borrow_mut().insert(path.clone(), stamp(&file));
        files.push(NamedBytes { name: path, bytes });
        Ok(())
    }

    async fn write(&self, path: &str, bytes: &[u8]) -> Result<Event, JsValue> {
        let handle = self.file_at(path).await?;
        let file = file_of(&handle).await?;
        // A file without a byte is one that was made just now, or whose writing broke off.
        if file.size() > 0.0 && self.0.known.borrow().get(path) != Some(&stamp(&file)) {
            let bytes = files::bytes_of(&file).await?;
            self.0.known.borrow_mut().insert(path.to_owned(), stamp(&file));
            return Ok(Event::FolderChanged { file: NamedBytes { name: path.to_owned(), bytes } });
        }
        // What is written takes the place of the file when it is closed, as a whole.
        let stream: FileSystemWritableFileStream = JsFuture::from(handle.create_writable()).await?.unchecked_into();
        JsFuture::from(stream.write_with_js_u8_array(&js_sys::Uint8Array::from(bytes))?).await?;
        JsFuture::from(stream.close()).await?;
        let stamp = stamp(&file_of(&handle).await?);
        self.0.known.borrow_mut().insert(path.to_owned(), stamp);
        Ok(Event::FolderWritten)
    }

    async fn remove(&self, path: &str) -> Result<(), JsValue> {
        let handle = self.file_at(path).await?;
        let file = file_of(&handle).await?;
        let known = self.0.known.borrow_mut().remove(path);
        // What somebody else has changed is theirs.
        if file.size() > 0.0 && known != Some(stamp(&file)) {
            return Ok(());
        }
        let (folder, name) = self.folder_at(path).await?;
        JsFuture::from(folder.remove_entry(&name)).await.map(drop)
    }

    async fn file_at(&self, path: &str) -> Result<FileSystemFileHandle, JsValue> {
        let (folder, name) = self.folder_at(path).await?;
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        JsFuture::from(folder.get_file_handle_with_options(&name, &options)).await.map(JsValue::unchecked_into)
    }

    /// The folder of a path and the name in it.
    async fn folder_at(&self, path: &str) -> Result<(FileSystemDirectoryHandle, String), JsValue> {
        let root = self.0.handle.borrow().clone().ok_or(JsValue::from_str("it was let go"))?;
        match path.strip_prefix(FOLDER_ARTICLES) {
            Some(name) => Ok((folder_of(&root, FOLDER_ARTICLES).await?, name.to_owned())),
            None => Ok((root, path.to_owned())),
        }
    }
}

/// A folder in another, made if need be. Its name may end in a stroke.
async fn folder_of(root: &FileSystemDirectoryHandle, name: &str) -> Result<FileSystemDirectoryHandle, JsValue> {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(true);
    let folder = root.get_directory_handle_with_options(name.trim_end_matches('/'), &options);
    JsFuture::from(folder).await.map(JsValue::unchecked_into)
}

async fn file_of(handle: &FileSystemFileHandle) -> Result<File, JsValue> {
    JsFuture::from(handle.get_file()).await.map(JsValue::unchecked_into)
}

fn stamp(file: &File) -> Stamp {
    (file.last_modified(), file.size())
}

/// Asks the person for a folder.
async fn chosen() -> Option<FileSystemDirectoryHandle> {
    let window = gloo::utils::window();
    let ask: Function = Reflect::get(&window, &"showDirectoryPicker".into()).ok()?.dyn_into().ok()?;
    let asked = ask.call1(&window, &for_writing()).ok()?.dyn_into::<Promise>().ok()?;
    JsFuture::from(asked).await.ok().map(JsValue::unchecked_into)
}

fn for_writing() -> Object {
    let options = Object::new();
    let _ = Reflect::set(&options, &"mode".into(), &"readwrite".into());
    options
}

/// Whether a folder may be read and written, asked by a method of its handle that has no binding yet. Where there is no
/// such method, nobody needs to be asked.
async fn permission(handle: &FileSystemDirectoryHandle, method: &str) -> bool {
    let ask = Reflect::get(handle, &method.into()).ok().and_then(|ask| ask.dyn_into::<Function>().ok());
    let Some(ask) = ask else { return true };
    match ask.call1(handle, &for_writing()).map(Promise::from) {
        Ok(asked) => JsFuture::from(asked).await.is_ok_and(|answer| answer.as_string().as_deref() == Some("granted")),
        Err(_) => false,
    }
}

/// What a browser says of a failure, as the end of a sentence.
fn in_words(error: &JsValue) -> String {
    let text = |field: &str| Reflect::get(error, &field.into()).ok().and_then(|it| it.as_string()).unwrap_or_default();
    match text("name").as_str() {
        "NotFoundError" => "it is not there any more".to_owned(),
        "NotAllowedError" | "NoModificationAllowedError" => "the browser does not allow it".to_owned(),
        "QuotaExceededError" => "its disk is full".to_owned(),
        name => format!("{name} {}", text("message")).trim().trim_end_matches('.').to_owned(),
    }
}
