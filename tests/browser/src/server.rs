//! Serves the built site on a port of this machine: files from memory, and nothing else.

use std::collections::HashMap;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, OnceLock};
use std::thread;

/// Files of the site by the paths that are asked for.
type Site = HashMap<String, (&'static str, Vec<u8>)>;

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("this package lies in the repository")
}

/// The address of the page. The first caller starts the server, which lives as long as the tests: the browser keeps
/// what it stores by address, so that a second start of it must find the same one.
pub fn address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("a bound port").port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A browser that goes away while it is answered is no failure of the page.
                thread::spawn(move || drop(answer(&stream)));
            }
        });
        format!("http://127.0.0.1:{port}/")
    })
}

/// Whether nothing is answered.
static IS_DOWN: AtomicBool = AtomicBool::new(false);

/// Makes the server answer nobody, as one that cannot be reached, until this is dropped: also by a test that fails, so that
/// the next one finds it as it was.
#[must_use]
pub struct Down(());

impl Down {
    /// From now on.
    pub fn take() -> Self {
        IS_DOWN.store(true, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Down {
    fn drop(&mut self) {
        IS_DOWN.store(false, Ordering::SeqCst);
    }
}

/// Changes the page that is served, as a new version does. The names of its files stay.
pub fn change_page(change: impl FnOnce(String) -> String) {
    let mut site = SITE.lock().expect("no thread dies with the site");
    let page = String::from_utf8(site["/"].1.clone()).expect("HTML in UTF-8");
    let page = ("text/html; charset=utf-8", change(page).into_bytes());
    site.insert("/index.html".to_owned(), page.clone());
    site.insert("/".to_owned(), page);
}

static SITE: LazyLock<Mutex<Site>> = LazyLock::new(|| Mutex::new(site()));

/// The files of the folder `ATTACHE_DIST`, or of `dist` in the repository.
fn site() -> Site {
    let dist = std::env::var_os("ATTACHE_DIST").map_or_else(|| repository().join("dist"), PathBuf::from);
    assert!(dist.join("index.html").is_file(), "Run cargo xtask build first.");
    let mut site = Site::new();
    for entry in fs::read_dir(&dist).expect("the site can be listed").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Ok(bytes) = fs::read(entry.path()) {
            site.insert(format!("/{name}"), (mime(&name), bytes));
        }
    }
    let index = site["/index.html"].clone();
    site.insert("/".to_owned(), index);
    site
}

fn mime(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn answer(stream: &TcpStream) -> io::Result<()> {
    if IS_DOWN.load(Ordering::SeqCst) {
        return Ok(());
    }
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = request.split([' ', '?']).nth(1).unwrap_or_default();
    let file = SITE.lock().expect("no thread dies with the site").get(path).cloned();
    let (status, mime, body) = match file {
        Some((mime, body)) => ("200 OK", mime, body),
        None => ("404 Not Found", "text/plain", Vec::new()),
    };
    let n_bytes = body.len();
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {mime}\r\nContent-Length: {n_bytes}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(&body)
}
