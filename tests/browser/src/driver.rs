//! A thin WebDriver client: one driver with one browser, Chromium or Firefox, and the commands that the tests need.
//!
//! The protocol: <https://www.w3.org/TR/webdriver2/>; what is Chromium's own stands under `goog:` and `se/`, what is
//! Firefox's under `moz:`.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::{Value, json};

use crate::wait_for;

/// Seconds that a single command may take on a busy machine.
const PATIENCE_SECONDS: u64 = 90;
/// What makes a browser quiet and alone.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--window-size=1280,900",
];

/// The same for Firefox.
const FIREFOX_FLAGS: &[&str] = &["-headless", "-width", "1280", "-height", "900"];

/// Which browser the tests are run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, with chromedriver.
    Chromium,
    /// Firefox, with geckodriver: by `ATTACHE_BROWSER=firefox`.
    Firefox,
}

impl Engine {
    /// The one of this run.
    pub fn of_this_run() -> Engine {
        match std::env::var("ATTACHE_BROWSER").as_deref() {
            Ok("firefox") => Engine::Firefox,
            _ => Engine::Chromium,
        }
    }

    /// The variable that names the driver, and its usual name; the same of the browser.
    fn programs(self) -> [(&'static str, &'static str); 2] {
        match self {
            Engine::Chromium => [("CHROMEDRIVER", "chromedriver"), ("CHROMIUM", "chromium")],
            Engine::Firefox => [("GECKODRIVER", "geckodriver"), ("FIREFOX", "firefox-esr")],
        }
    }

    fn capabilities(self, binary: &str, profile: &Path, downloads: &Path) -> Value {
        match self {
            Engine::Chromium => {
                let profile_flag = format!("--user-data-dir={}", profile.display());
                let flags: Vec<&str> = FLAGS.iter().copied().chain([profile_flag.as_str()]).collect();
                json!({
                    "goog:loggingPrefs": { "browser": "ALL" },
                    "goog:chromeOptions": {
                        "binary": binary,
                        "args": flags,
                        "prefs": {
                            "download.default_directory": downloads,
                            "download.prompt_for_download": false,
                            "profile.default_content_setting_values.automatic_downloads": 1,
                        },
                    },
                })
            }
            Engine::Firefox => {
                let profile = profile.display().to_string();
                let flags: Vec<&str> = FIREFOX_FLAGS.iter().copied().chain(["-profile", &profile]).collect();
                json!({
                    "moz:firefoxOptions": {
                        "binary": binary,
                        "args": flags,
                        "prefs": {
                            "browser.download.folderList": 2,
                            "browser.download.dir": downloads,
                            "browser.helperApps.neverAsk.saveToDisk": "application/json,application/jsonl,application/zip",
                        },
                    },
                })
            }
        }
    }
}

/// How often a driver is started that ends at once.
const ATTEMPTS: usize = 5;

/// A running driver with its browser. Both end with it, and so does all that they started.
pub(crate) struct Driver {
    process: Child,
    engine: Engine,
    /// The address of the session.
    session: String,
}

impl Driver {
    /// Starts both on a profile.
    pub(crate) fn start(profile: &Path, downloads: &Path) -> Self {
        let engine = Engine::of_this_run();
        let [driver, browser] = engine.programs();
        let program = |(variable, name): (&str, &str)| std::env::var(variable).unwrap_or_else(|_| name.to_owned());
        let name = program(driver);
        // The port that Chromium's driver finds free for one kind of address may be taken for the other: then it ends.
        let begun = (0..ATTEMPTS).find_map(|_| Self::begin(&name, engine));
        let (mut driver, port) =
            begun.unwrap_or_else(|| panic!("{name} ended {ATTEMPTS} times before it named its port."));
        let capabilities = engine.capabilities(&find_on_path(&program(browser)), profile, downloads);
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let server = format!("http://127.0.0.1:{port}/session");
        let session = send(minreq::post(&server), &wanted).unwrap_or_else(|error| panic!("No browser: {error}"));
        let id = session["sessionId"].as_str().expect("a session has an id");
        driver.session = format!("{server}/{id}");
        driver
    }

    /// Starts the driver alone; `None` when it ends before it has said on which port it listens.
    fn begin(name: &str, engine: Engine) -> Option<(Self, u16)> {
        let mut process = Command::new(name)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} could not be started ({error}). Install it."));
        let mut said = BufReader::new(process.stdout.take().expect("a piped output"));
        // From here on the processes end with this value, also when something panics.
        let driver = Self { process, engine, session: String::new() };
        let port = port(&mut said)?;
        thread::spawn(move || io::copy(&mut said, &mut io::sink()));
        Some((driver, port))
    }

    /// Carries out a command of the session and gives its answer.
    pub(crate) fn command(&self, path: &str, body: &Value) -> Value {
        self.try_command(path, body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The same for a command that may say no; the error is the browser's sentence.
    pub(crate) fn try_command(&self, path: &str, body: &Value) -> Result<Value, String> {
        send(minreq::post(format!("{}/{path}", self.session)), body)
    }

    /// Asks for something of the session.
    pub(crate) fn get(&self, path: &str) -> Value {
        send(minreq::get(format!("{}/{path}", self.session)), &Value::Null)
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Closes the tab that is shown.
    pub(crate) fn close_window(&self) {
        let asked = send(minreq::delete(format!("{}/window", self.session)), &Value::Null);
        asked.unwrap_or_else(|error| panic!("closing a tab: {error}"));
    }

    /// The words, level first, of what the browser wrote on its console since the last call.
    pub(crate) fn console(&self) -> Vec<(String, String)> {
        // Firefox's driver gives no console.
        if self.engine == Engine::Firefox {
            return Vec::new();
        }
        let entries = self.command("se/log", &json!({ "type": "browser" }));
        let words = |entry: &Value, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
        let entries = entries.as_array().into_iter().flatten();
        entries.map(|entry| (words(entry, "level"), words(entry, "message"))).collect()
    }

    /// Ends the driver, the browser and every process of theirs at once, as a crash of the machine would.
    pub(crate) fn kill(&mut self, profile: &Path) {
        let ids = tree(self.process.id(), profile);
        let words = ids.iter().map(u32::to_string);
        // One that has just ended by itself is no failure.
        let _ = Command::new("sh").args(["-c", "kill -9 \"$@\"", "kill"]).args(words).stderr(Stdio::null()).status();
        let _ = self.process.wait();
        wait_for("the end of the browser", || ids.iter().all(|id| !is_running(*id)).then_some(()));
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // What is not killed by name before (a start that failed) has no process but these two.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The port that the driver says it listens on; `None` when it ends without.
fn port(said: &mut impl io::BufRead) -> Option<u16> {
    let port = |line: String| {
        let chromium = || line.split_once("started successfully on port ").map(|(_, port)| port.to_owned());
        let firefox = || line.split_once("Listening on 127.0.0.1:").map(|(_, port)| port.to_owned());
        chromium().or_else(firefox)?.trim_end_matches('.').trim().parse().ok()
    };
    said.lines().map_while(Result::ok).find_map(port)
}

/// The driver wants the browser's whole path.
fn find_on_path(program: &str) -> String {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file());
    found.map_or_else(|| program.to_owned(), |path| path.display().to_string())
}

fn send(request: minreq::Request, body: &Value) -> Result<Value, String> {
    let request = request.with_timeout(PATIENCE_SECONDS);
    let request = if body.is_null() { request } else { request.with_body(body.to_string()) };
    let response = request.send().map_err(|error| error.to_string())?;
    let answer = response.as_str().map_err(|error| error.to_string())?;
    let mut answer: Value = serde_json::from_str(answer).map_err(|error| format!("{error}: {answer}"))?;
    let value = answer["value"].take();
    match value["error"].as_str() {
        Some(error) => Err(format!("{error}: {}", value["message"].as_str().unwrap_or_default())),
        None => Ok(value),
    }
}

/// A process, all that it started, and what of that has left the family but works for its profile.
fn tree(root: u32, profile: &Path) -> Vec<u32> {
    let profile = profile.to_string_lossy();
    let mut found = vec![root];
    let mut others: Vec<(u32, u32)> = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let Some((_, parent)) = state_and_parent(id) else { continue };
        if id != root && String::from_utf8_lossy(&command).contains(&*profile) {
            found.push(id);
        } else {
            others.push((id, parent));
        }
    }
    while let Some(at) = others.iter().position(|(_, parent)| found.contains(parent)) {
        found.push(others.swap_remove(at).0);
    }
    found
}

fn is_running(id: u32) -> bool {
    state_and_parent(id).is_some_and(|(state, _)| state != "Z")
}

/// From `/proc/ID/stat`, whose second field is a name in brackets that may hold anything.
fn state_and_parent(id: u32) -> Option<(String, u32)> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}
