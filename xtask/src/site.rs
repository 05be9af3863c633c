//! A small web server for the files of one folder, on this machine only: GET and HEAD, nothing else.

use crate::Result;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// The longest request that is read: a browser's is a tenth of it.
const MAX_REQUEST_BYTES: u64 = 64 * 1024;

/// Answers requests until the process is ended. A connection that breaks harms no other.
pub fn serve(listener: &TcpListener, folder: &Path) -> Result<()> {
    for connection in listener.incoming() {
        let folder = folder.to_owned();
        match connection {
            Ok(connection) => drop(std::thread::spawn(move || {
                // The browser went away; there is nobody to tell.
                let _ = answer(connection, &folder);
            })),
            Err(error) => eprintln!("A connection could not be accepted: {error}."),
        }
    }
    Ok(())
}

fn answer(mut connection: TcpStream, folder: &Path) -> std::io::Result<()> {
    // Browsers open connections ahead and may never use them.
    connection.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut lines = BufReader::new(connection.try_clone()?.take(MAX_REQUEST_BYTES)).lines();
    let Some(request) = lines.next().transpose()? else { return Ok(()) };
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let mut words = request.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (status, kind, body) = match (method, file_of(target, folder)) {
        ("GET" | "HEAD", Some(path)) => match fs::read(&path) {
            Ok(body) => ("200 OK", kind_of(&path), body),
            Err(_) => ("404 Not Found", "text/plain", b"There is no such file.\n".to_vec()),
        },
        ("GET" | "HEAD", None) => ("400 Bad Request", "text/plain", b"This address cannot be a file.\n".to_vec()),
        _ => ("405 Method Not Allowed", "text/plain", b"Only GET and HEAD.\n".to_vec()),
    };
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        connection.write_all(&body)?;
    }
    connection.flush()
}

/// The file that a request's target (`/a%20b.js?x`) names; `None` when it would lie outside of `folder`.
fn file_of(target: &str, folder: &Path) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = PathBuf::from(percent_decoded(path)?);
    let inside = path.components().all(|component| matches!(component, Component::Normal(_)));
    let file = folder.join(&path);
    inside.then(|| if file.is_dir() { file.join("index.html") } else { file })
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

/// The media type of a file, by its ending. Browsers refuse scripts, styles and Wasm under another one.
fn kind_of(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json" | "webmanifest") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_name_files_inside_the_folder_only() {
        let folder = Path::new("/nowhere/dist");
        for (target, expected) in [
            ("/app.js", Some("/nowhere/dist/app.js")),
            ("/a%20b.css?x=1#y", Some("/nowhere/dist/a b.css")),
            ("/sub/caf%C3%A9.txt", Some("/nowhere/dist/sub/café.txt")),
            ("/../secret", None),
            ("/a/%2e%2e/%2e%2e/secret", None),
            ("//etc/passwd", None),
            ("/%2Fetc/passwd", None),
            ("/a%00.js", None),
            ("/a%2", None),
            ("/%FF", None),
            ("app.js", None),
            ("", None),
        ] {
            assert_eq!(file_of(target, folder).as_deref(), expected.map(Path::new), "{target:?}");
        }
    }

    /// What the server answers to `request` for a folder with one file, `index.html`: "<p>".
    fn ask(request: &str) -> String {
        let name = format!("attache-xtask-site-{}-{}", std::process::id(), request.len());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("the folder for temporary files can be written");
        fs::write(folder.join("index.html"), "<p>").expect("as above");
        let listener = TcpListener::bind("127.0.0.1:0").expect("some port is free");
        let mut client = TcpStream::connect(listener.local_addr().expect("it is bound")).expect("it listens");
        client.write_all(request.as_bytes()).expect("it listens");
        let (connection, _) = listener.accept().expect("a client has connected");
        answer(connection, &folder).expect("the client is there");
        let mut said = String::new();
        client.read_to_string(&mut said).expect("the answer is text");
        fs::remove_dir_all(&folder).expect("it was made above");
        said
    }

    #[test]
    fn requests_are_answered() {
        let page = ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert!(page.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"), "{page}");
        assert!(page.ends_with("\r\n\r\n<p>"), "{page}");
        let head = ask("HEAD /index.html HTTP/1.1\r\n\r\n");
        assert!(head.contains("Content-Length: 3\r\n") && head.ends_with("\r\n\r\n"), "{head}");
        assert!(ask("GET /missing HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
        assert!(ask("GET /../secret HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400"));
        assert!(ask("POST / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405"));
        assert!(ask("nonsense\r\n\r\n").starts_with("HTTP/1.1 405"));
    }
}
