//! A browser with a profile and a download folder of its own, which outlive it when it is killed.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::driver::Driver;
use crate::{repository, wait_for};

/// What a page runs in.
pub(crate) struct Browser {
    driver: Option<Driver>,
    profile: TempDir,
    files: TempDir,
}

impl Browser {
    /// Starts one as on a fresh computer.
    pub(crate) fn start() -> Self {
        let folder = || tempfile::Builder::new().prefix("attache-e2e-").tempdir().expect("a folder for a test");
        let mut browser = Self { driver: None, profile: folder(), files: folder() };
        fs::create_dir(browser.downloads()).expect("a new folder");
        browser.start_again();
        browser
    }

    /// Starts it again on the same profile.
    pub(crate) fn start_again(&mut self) {
        self.driver = Some(Driver::start(self.profile.path(), &self.downloads()));
    }

    /// Ends all its processes at once.
    pub(crate) fn kill(&mut self) {
        if let Some(mut driver) = self.driver.take() {
            driver.kill(self.profile.path());
        }
    }

    /// The folder of what it keeps.
    pub(crate) fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// A folder for files that the test makes.
    pub(crate) fn files(&self) -> &Path {
        self.files.path()
    }

    /// Where downloads go.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.files.path().join("downloads")
    }

    /// Carries out a WebDriver command.
    pub(crate) fn command(&self, path: &str, body: &Value) -> Value {
        self.driver().command(path, body)
    }

    /// Closes the tab that is shown.
    pub(crate) fn close_window(&self) {
        self.driver().close_window();
    }

    /// Carries out a command of Chromium's own protocol.
    pub(crate) fn cdp(&self, command: &str, parameters: &Value) -> Value {
        self.command("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Runs a script and gives what it returns.
    pub(crate) fn run(&self, script: &str, arguments: &Value) -> Value {
        self.command("execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Runs a script that calls its last argument when it is done.
    pub(crate) fn run_async(&self, script: &str) -> Value {
        self.command("execute/async", &json!({ "script": script, "args": [] }))
    }

    /// The element of a selector, once it is there, for commands.
    pub(crate) fn element(&self, selector: &str) -> String {
        let query = json!({ "using": "css selector", "value": selector });
        wait_for(selector, || {
            let found = self.driver().try_command("element", &query).ok()?;
            let id = found.as_object()?.values().next()?.as_str()?;
            Some(id.to_owned())
        })
    }

    /// Tries a command, which may say no.
    pub(crate) fn try_command(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.driver().try_command(path, body)
    }

    /// Asks for something of the session.
    pub(crate) fn get(&self, path: &str) -> Value {
        self.driver().get(path)
    }

    /// The handles of all tabs, the oldest first.
    pub(crate) fn tabs(&self) -> Value {
        self.driver().get("window/handles")
    }

    /// The picture of the window as a PNG.
    pub(crate) fn screenshot(&self) -> Vec<u8> {
        use base64::Engine as _;
        let picture = self.driver().get("screenshot");
        let picture = picture.as_str().expect("a picture is text");
        base64::engine::general_purpose::STANDARD.decode(picture).expect("a picture in base64")
    }

    /// Warnings and errors on the console since the last call. Whatever is there fails the test.
    pub(crate) fn complaints(&self) -> Vec<String> {
        // A file of the site shown alone names no icon: the browser then asks for one at the usual place.
        let is_of_page = |words: &str| !words.contains("/favicon.ico");
        let is_complaint = |level: &str| matches!(level, "SEVERE" | "WARNING");
        let console = self.driver().console().into_iter();
        console
            .filter(|(level, words)| is_complaint(level) && is_of_page(words))
            .map(|(level, words)| format!("{level}: {words}"))
            .collect()
    }

    fn driver(&self) -> &Driver {
        self.driver.as_ref().expect("the browser runs")
    }
}

impl Drop for Browser {
    /// Looks at the console, or, when the test has failed already, at the screen; then ends everything.
    fn drop(&mut self) {
        let mut complaints = Vec::new();
        if self.driver.is_some() {
            if thread::panicking() {
                self.keep_picture();
            } else {
                complaints = self.complaints();
            }
        }
        self.kill();
        assert!(complaints.is_empty(), "The console has: {complaints:#?}");
    }
}

impl Browser {
    /// For whoever reads the failure: the last picture and the console. Nothing here may panic.
    fn keep_picture(&self) {
        use base64::Engine as _;
        let Some(driver) = &self.driver else { return };
        let name = thread::current().name().unwrap_or("test").replace("::", "-");
        let folder = repository().join("target/e2e");
        let path = folder.join(format!("failed-{name}.png"));
        let picture = driver.try_command("goog/cdp/execute", &json!({ "cmd": "Page.captureScreenshot", "params": {} }));
        let picture = picture.ok().and_then(|it| it["data"].as_str().map(str::to_owned)).unwrap_or_default();
        if let Ok(png) = base64::engine::general_purpose::STANDARD.decode(picture)
            && fs::create_dir_all(folder).is_ok()
            && fs::write(&path, png).is_ok()
        {
            eprintln!("The screen as it was: {}", path.display());
        }
        if let Ok(console) = driver.try_command("se/log", &json!({ "type": "browser" })) {
            eprintln!("The console: {console:#}");
        }
    }
}
