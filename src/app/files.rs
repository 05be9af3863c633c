//! Files in by choosing and dropping, files out as downloads.

use std::collections::VecDeque;

use futures_util::future::join;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, DataTransfer, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry,
    HtmlAnchorElement, HtmlInputElement, TextDecoder, TextDecoderOptions, Url,
};
use yew::html::Scope;

use super::{App, Msg, Part, now, parts};
use crate::format::{Export, n_things};
use crate::ingest::{ENCODINGS, ENDINGS, Named, NamedBytes, check_size};
use crate::project::UnixMillis;
use crate::session::Event;

/// The most files that are taken out of folders.
const MAX_FILES: usize = 20_000;

/// Reads files while the part of the program comes that understands them, and hands them to the session.
pub fn begin_to_read(link: &Scope<App>, files: Vec<web_sys::File>) {
    let (at, part) = (now(), reader(&files));
    link.send_future(async move { Msg::Came(join(read(files, at), part.arrival()).await.0) });
}

/// Looks for files in what was dropped, to open them.
#[inline(never)] // a door of `xtask/pack`
pub fn begin_to_look(link: &Scope<App>, entries: Vec<FileSystemEntry>) {
    let link = link.clone();
    wasm_bindgen_futures::spawn_local(async move {
        let (files, is_all) = in_folders(entries).await;
        if !is_all {
            let n = n_things(MAX_FILES, "file", "files");
            let message = format!(
                "What was dropped holds more than {n}. Only {n} of it are opened: drop its folders one by one to open the rest."
            );
            link.send_message(Msg::Session(Event::Failed { message }));
        }
        link.send_message(Msg::Files(files));
    });
}

/// Reads files into memory, some at the same time. Those that are too large are refused before a byte of them is read.
async fn read(files: Vec<web_sys::File>, at: UnixMillis) -> Vec<Event> {
    let mut read = Vec::new();
    let mut events = Vec::new();
    let mut left = files.into_iter();
    let mut begun: VecDeque<(String, Begun)> = VecDeque::new();
    loop {
        while begun.len() < AT_ONCE
            && let Some(file) = left.next()
        {
            let name = path_of(&file);
            match check_size(&name, file.size() as u64) {
                Ok(()) => begun.push_back((name, Begun::of(file))),
                Err(warning) => events.push(Event::Failed { message: warning.to_string() }),
            }
        }
        let Some((name, file)) = begun.pop_front() else { break };
        match file.bytes().await {
            Ok(bytes) => read.push(NamedBytes { name, bytes }),
            Err(error) => events.push(Event::Failed {
                message: format!(
                    "{name}: the browser could not read it ({}). Choose it again, or copy it elsewhere first.",
                    parts::in_words(error)
                ),
            }),
        }
    }
    if !read.is_empty() {
        events.push(Event::FilesRead { files: read, at });
    }
    events
}

/// The name of a property of files, and in which of them the browser itself says the path within a chosen folder.
const PATH: &str = "webkitRelativePath";

/// The name of a file, with the folders that it lies in as far as they were chosen or dropped: files of the same names
/// in several folders are told apart by them.
fn path_of(file: &web_sys::File) -> String {
    let path = Reflect::get(file, &PATH.into()).ok().and_then(|path| path.as_string());
    path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name())
}

/// Says of a dropped file where it lies, as the browser does of those of a chosen folder.
fn say_path(file: &web_sys::File, path: &str) {
    let described = Object::new();
    // What cannot be said is not known, and the file is read all the same.
    let _ = Reflect::set(&described, &"value".into(), &path.trim_start_matches('/').into());
    let _ = Reflect::define_property(file, &PATH.into(), &described);
}

/// How many bytes of a file are taken over at once: more would keep the page from answering.
const SLICE_BYTES: f64 = 2_000_000.0;
/// How many files the browser is asked for at the same time: each takes it a while, most of which is waiting.
const AT_ONCE: usize = 8;

/// The bytes of a file, with a turn for the person after each slice.
pub async fn bytes_of(file: &web_sys::File) -> Result<Vec<u8>, JsValue> {
    Begun::of(file.clone()).bytes().await
}

/// A file of which the browser brings the first slice.
struct Begun {
    file: web_sys::File,
    first: Result<Promise, JsValue>,
}

impl Begun {
    fn of(file: web_sys::File) -> Self {
        let first = slice(&file, 0.0);
        Self { file, first }
    }

    async fn bytes(self) -> Result<Vec<u8>, JsValue> {
        let mut bytes = Vec::new();
        let mut next = self.first;
        let mut at = 0.0;
        while at < self.file.size() {
            let brought = Uint8Array::new(&JsFuture::from(next?).await?).to_vec();
            if bytes.is_empty() {
                bytes = brought
            } else {
                bytes.extend_from_slice(&brought)
            }
            at += SLICE_BYTES;
            next = slice(&self.file, at);
        }
        Ok(bytes)
    }
}

fn slice(file: &web_sys::File, at: f64) -> Result<Promise, JsValue> {
    let end = (at + SLICE_BYTES).min(file.size());
    Ok(file.slice_with_f64_and_f64(at.min(end), end)?.array_buffer())
}

/// The field of index.html with which the browser asks for files. Some may have been chosen before the program was
/// there.
pub fn field() -> Option<HtmlInputElement> {
    gloo::utils::document().get_element_by_id("files")?.dyn_into().ok()
}

/// Lets it offer the files that can be read.
pub fn offer(field: &HtmlInputElement) {
    field.set_accept(&ENDINGS.map(|ending| format!(".{ending}")).join(","));
}

/// The part of the program that understands files with such names: that for text and JSON comes before the rest.
fn reader(files: &[web_sys::File]) -> Part {
    let is_simple = |file: &web_sys::File| {
        let name = file.name();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        ["txt", "json", "jsonl"].iter().any(|simple| ending.eq_ignore_ascii_case(simple))
    };
    if files.iter().all(is_simple) { Part::Files } else { Part::Rest }
}

/// What was chosen there.
pub fn chosen(field: &HtmlInputElement) -> Vec<web_sys::File> {
    let files = of_list(field.files());
    field.set_value(""); // so that the same file can be chosen again
    files
}

/// The files of a list.
pub fn of_list(list: Option<FileList>) -> Vec<web_sys::File> {
    list.map(|list| (0..list.length()).filter_map(|index| list.get(index)).collect()).unwrap_or_default()
}

/// What was dropped: files and folders. Must be asked for while the event lasts.
pub fn dropped(transfer: &DataTransfer) -> Vec<FileSystemEntry> {
    let items = transfer.items();
    let entry = |index| items.get(index)?.webkit_get_as_entry().ok().flatten();
    (0..items.length()).filter_map(entry).collect()
}

/// The files among what was dropped and in its folders, in the order of their paths, but for hidden ones; and whether
/// these are all.
async fn in_folders(entries: Vec<FileSystemEntry>) -> (Vec<web_sys::File>, bool) {
    let mut is_all = true;
    let mut left = entries;
    let mut found: Vec<(String, web_sys::File)> = Vec::new();
    while let Some(entry) = left.pop() {
        if entry.name().starts_with('.') {
            continue;
        }
        if found.len() == MAX_FILES {
            is_all = false;
            break;
        }
        // Not by class: Chromium has these under other names than the standard.
        if entry.is_directory() {
            let reader = entry.unchecked_ref::<FileSystemDirectoryEntry>().create_reader();
            // A reader gives some at a time, and none when there are no more.
            loop {
                let some = asked(|done, failed| reader.read_entries_with_callback_and_callback(done, failed)).await;
                let some: Vec<FileSystemEntry> = some
                    .map(|some| Array::from(&some).iter().map(wasm_bindgen::JsCast::unchecked_into).collect())
                    .unwrap_or_default();
                if some.is_empty() {
                    break;
                }
                left.extend(some);
            }
        } else {
            let file = entry.unchecked_ref::<FileSystemFileEntry>();
            let answer = asked(|done, failed| {
                file.file_with_callback_and_callback(done, failed);
                Ok(())
            });
            found.extend(answer.await.map(|file| (entry.full_path(), file.unchecked_into())));
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.iter().for_each(|(path, file)| say_path(file, path));
    (found.into_iter().map(|(_, file)| file).collect(), is_all)
}

/// What a function with two callbacks answers; `None` when it fails.
async fn asked(ask: impl FnOnce(&Function, &Function) -> Result<(), JsValue>) -> Option<JsValue> {
    let mut ask = Some(ask);
    let promise = Promise::new(&mut |done, failed| {
        if let Some(ask) = ask.take()
            && let Err(error) = ask(&done, &failed)
        {
            let _ = failed.call1(&JsValue::UNDEFINED, &error);
        }
    });
    JsFuture::from(promise).await.ok()
}

/// Hands a file to the user as a download.
pub fn download(export: &Export) -> Result<(), JsValue> {
    let bytes = Uint8Array::from(export.bytes.as_slice());
    let options = BlobPropertyBag::new();
    options.set_type(export.mime);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(&bytes), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let anchor: HtmlAnchorElement = gloo::utils::document().create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(&export.file_name);
    anchor.click();
    // The browser reads the file while the link is followed, which is not over when `click` returns.
    gloo::timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Ok(())
}

/// Decodes by the browser's own tables.
pub fn decode(label: &str, bytes: &[u8]) -> Option<Named> {
    let options = TextDecoderOptions::new();
    options.set_fatal(true);
    let decoder = TextDecoder::new_with_label_and_options(label, &options).ok()?;
    // The browser gives names in small letters.
    let known = ENCODINGS.iter().map(|(name, _)| *name).find(|name| name.eq_ignore_ascii_case(&decoder.encoding()));
    let name = known.map_or_else(|| decoder.encoding(), str::to_owned);
    Some(Named { name, content: decoder.decode_with_u8_array(bytes).ok() })
}
