//! Files in by choosing and dropping, files out as downloads.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, DataTransfer, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry,
    HtmlAnchorElement, TextDecoder, TextDecoderOptions, Url,
};

use crate::format::Export;
use crate::ingest::{ENCODINGS, Named, NamedBytes, check_size};
use crate::session::Event;

/// The most files that are taken out of folders.
const MAX_FILES: usize = 20_000;

/// Reads files into memory. Those that are too large are refused before a byte of them is read.
pub async fn read(files: Vec<web_sys::File>, at: crate::project::UnixMillis) -> Vec<Event> {
    let mut read = Vec::new();
    let mut events = Vec::new();
    for file in files {
        let name = file.name();
        if let Err(warning) = check_size(&name, file.size() as u64) {
            events.push(Event::Failed { message: warning.to_string() });
            continue;
        }
        match bytes_of(&file).await {
            Ok(bytes) => read.push(NamedBytes { name, bytes }),
            Err(error) => events.push(Event::Failed {
                message: format!(
                    "{name}: the browser could not read it ({error:?}). Choose it again, or copy it elsewhere first."
                ),
            }),
        }
    }
    if !read.is_empty() {
        events.push(Event::FilesRead { files: read, at });
    }
    events
}

/// How many bytes of a file are taken over at once: more would keep the page from answering.
const SLICE_BYTES: f64 = 2_000_000.0;

/// The bytes of a file, with a turn for the person after each slice.
pub async fn bytes_of(file: &web_sys::File) -> Result<Vec<u8>, JsValue> {
    let mut bytes = Vec::with_capacity(file.size() as usize);
    let mut at = 0.0;
    while at < file.size() {
        let end = (at + SLICE_BYTES).min(file.size());
        let slice = file.slice_with_f64_and_f64(at, end)?;
        let buffer = wasm_bindgen_futures::JsFuture::from(slice.array_buffer()).await?;
        bytes.extend_from_slice(&js_sys::Uint8Array::new(&buffer).to_vec());
        at = end;
    }
    Ok(bytes)
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

/// The files among what was dropped and in its folders, in the order of their paths, but for hidden ones.
pub async fn in_folders(entries: Vec<FileSystemEntry>) -> Vec<web_sys::File> {
    let mut left = entries;
    let mut found: Vec<(String, web_sys::File)> = Vec::new();
    while let Some(entry) = left.pop() {
        if entry.name().starts_with('.') || found.len() == MAX_FILES {
            continue;
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
    found.into_iter().map(|(_, file)| file).collect()
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
    wasm_bindgen_futures::JsFuture::from(promise).await.ok()
}

/// Hands a file to the user as a download.
pub fn download(export: &Export) -> Result<(), JsValue> {
    let bytes = js_sys::Uint8Array::from(export.bytes.as_slice());
    let options = BlobPropertyBag::new();
    options.set_type(export.mime);
    let blob = Blob::new_with_u8_array_sequence_and_options(&js_sys::Array::of1(&bytes), &options)?;
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
