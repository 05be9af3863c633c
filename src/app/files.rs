//! Files in by choosing and dropping, files out as downloads.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, FileList, HtmlAnchorElement, Url};

use crate::format::Export;
use crate::ingest::{NamedBytes, check_size};
use crate::session::Event;

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
        let blob = gloo::file::Blob::from(Blob::from(file));
        match gloo::file::futures::read_as_bytes(&blob).await {
            Ok(bytes) => read.push(NamedBytes { name, bytes }),
            Err(error) => events.push(Event::Failed {
                message: format!(
                    "{name}: the browser could not read it ({error}). Choose it again, or copy it elsewhere first."
                ),
            }),
        }
    }
    if !read.is_empty() {
        events.push(Event::FilesRead { files: read, at });
    }
    events
}

/// The files of a list.
pub fn of_list(list: Option<FileList>) -> Vec<web_sys::File> {
    list.map(|list| (0..list.length()).filter_map(|index| list.get(index)).collect()).unwrap_or_default()
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
