//! Hands on the page: keys, mouse, finger, files.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::driver::Engine;
use crate::page::{Device, Page, Scheme, words};
use crate::wait_for;

impl Page {
    /// Presses keys together, such as `o`, `?`, `ArrowRight` or `Control+Shift+z`.
    pub fn press(&self, chord: &str) {
        let keys: Vec<String> = chord.split('+').map(key).collect();
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let actions: Vec<Value> = down.chain(up).collect();
        self.browser.command("actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }));
        self.settle();
    }

    /// Presses keys several times.
    pub fn press_times(&self, chord: &str, n: usize) {
        (0..n).for_each(|_| self.press(chord));
    }

    /// Types letters, one key after the other, where the focus is.
    pub fn type_keys(&self, letters: &str) {
        let event = |kind: &str, letter: char| json!({ "type": kind, "value": letter.to_string() });
        let actions: Vec<Value> =
            letters.chars().flat_map(|letter| [event("keyDown", letter), event("keyUp", letter)]).collect();
        self.browser.command("actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }));
        self.settle();
    }

    /// Chooses a value of a list.
    pub fn choose(&self, selector: &str, value: &str) {
        self.click(&format!("{selector} option[value=\"{value}\"]"));
    }

    /// What axe-core finds on the page as it stands, as it gives it.
    pub fn axe(&self) -> Value {
        let path = std::env::var("AXE").expect("AXE names axe.min.js; `cargo xtask test --only browser` sets it");
        let source = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        self.browser.run(&source, &json!([]));
        let script = "const done = arguments[0];
            axe.run(document, { resultTypes: ['violations'] })
                .then((result) => done({ violations: result.violations }), (error) => done({ error: String(error) }))";
        self.browser.run_async(script)
    }

    /// Presses keys so many times, with nothing in between.
    pub fn press_in_a_row(&self, chord: &str, n: usize) {
        if n == 0 {
            return;
        }
        let keys: Vec<String> = chord.split('+').map(key).collect();
        let (last, held) = keys.split_last().expect("a key");
        let event = |kind: &str, key: &String| json!({ "type": kind, "value": key });
        let down = held.iter().map(|key| event("keyDown", key));
        let presses = (0..n).flat_map(|_| [event("keyDown", last), event("keyUp", last)]);
        let up = held.iter().rev().map(|key| event("keyUp", key));
        let actions: Vec<Value> = down.chain(presses).chain(up).collect();
        self.browser.command("actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }));
        self.settle();
    }

    /// Presses Tab until an element has the focus.
    pub fn tab_to(&self, selector: &str) {
        for _ in 0..60 {
            let script = "return document.activeElement === document.querySelector(arguments[0])";
            if self.run(script, json!([selector])) == json!(true) {
                return;
            }
            self.press("Tab");
        }
        panic!("Tab never reaches {selector}");
    }

    /// Drags the mouse from one position of the article to another, in UTF-16 units, and does nothing else.
    pub fn drag_over(&self, start: usize, end: usize) {
        let script = "const range = rangeAt(arguments[0], arguments[1]);
            scrollBy({ top: boxesOf(range)[0].top - innerHeight * 0.4, behavior: 'instant' });
            const [first, last] = [boxesOf(range).at(0), boxesOf(range).at(-1)];
            const y = (box) => Math.round((box.top + box.bottom) / 2);
            return [Math.ceil(first.left), y(first), Math.floor(last.right), y(last)]";
        let ends = self.run(script, json!([start, end]));
        self.settle();
        self.drag((&ends[0], &ends[1]), (&ends[2], &ends[3]));
    }

    /// Drags the mouse over the first of these words.
    pub fn select(&self, words: &str) {
        self.select_from_to(words, words);
    }

    /// Drags the mouse from the start of some words to the end of others.
    pub fn select_from_to(&self, from: &str, to: &str) {
        let script = "const start = offsetOf(arguments[0]);
            const range = rangeAt(start, article.textContent.indexOf(arguments[1], start) + arguments[1].length);
            const middle = document.createRange();
            middle.setStart(range.startContainer, range.startOffset);
            middle.startContainer.parentElement.scrollIntoView({ block: 'start', behavior: 'instant' });
            scrollBy({ top: boxesOf(range)[0].top - innerHeight * 0.4, behavior: 'instant' });
            const [first, last] = [boxesOf(range).at(0), boxesOf(range).at(-1)];
            const rtl = getComputedStyle(range.startContainer.parentElement).direction === 'rtl';
            const y = (box) => Math.round((box.top + box.bottom) / 2);
            return rtl
                ? [Math.floor(first.right), y(first), Math.ceil(last.left), y(last)]
                : [Math.ceil(first.left), y(first), Math.floor(last.right), y(last)]";
        self.dismiss_selection();
        let ends = self.run(script, json!([from, to]));
        self.settle();
        self.drag((&ends[0], &ends[1]), (&ends[2], &ends[3]));
    }

    /// The same with Alt held, so that the selection stays as it is dragged.
    pub fn select_exactly(&self, words: &str) {
        self.held.set(Some("Alt"));
        self.select(words);
        self.held.set(None);
    }

    /// Double-clicks a word.
    pub fn double_click(&self, word: &str) {
        self.dismiss_selection();
        self.double_click_again(word);
    }

    /// Double-clicks a word without anything before it.
    pub fn double_click_again(&self, word: &str) {
        let script = "const box = boxesOf(rangeOf(arguments[0]))[0];
            return [Math.round((box.left + box.right) / 2), Math.round((box.top + box.bottom) / 2)]";
        let at = self.run(script, json!([word]));
        let press = [json!({ "type": "pointerDown", "button": 0 }), json!({ "type": "pointerUp", "button": 0 })];
        let go = json!({ "type": "pointerMove", "x": at[0], "y": at[1], "duration": 0 });
        let actions: Vec<Value> = [go].into_iter().chain(press.clone()).chain(press).collect();
        self.mouse(&json!(actions));
    }

    /// Clicks into the highlight of these words: its innermost letter in the middle.
    pub fn click_words(&self, words: &str) {
        let script = "const range = rangeOf(arguments[0]);
            scrollBy({ top: boxesOf(range)[0].top - innerHeight * 0.4, behavior: 'instant' });
            const box = boxesOf(range)[0];
            return [Math.round(box.left + Math.min(box.width / 2, 12)), Math.round((box.top + box.bottom) / 2)]";
        self.dismiss_selection();
        let at = self.run(script, json!([words]));
        self.settle();
        self.drag((&at[0], &at[1]), (&at[0], &at[1]));
    }

    /// Drags the handle at an end (`start`, `end`) of the active highlight to the end or start of some words.
    pub fn drag_handle(&self, end: &str, words: &str) {
        let script = "const handle = document.querySelector(`[data-handle=${arguments[0]}]`).getBoundingClientRect();
            const boxes = boxesOf(rangeOf(arguments[1]));
            const box = arguments[0] === 'start' ? boxes[0] : boxes.at(-1);
            const x = arguments[0] === 'start' ? box.left + 2 : box.right - 2;
            return [handle.left + handle.width / 2, handle.top + handle.height / 2, x, (box.top + box.bottom) / 2]
                .map(Math.round)";
        let at = self.run(script, json!([end, words]));
        self.drag((&at[0], &at[1]), (&at[2], &at[3]));
    }

    /// Rests a finger on a word, slides it to the end of others, and lifts it.
    pub fn long_press(&self, word: &str, to: &str) {
        let script = "const from = boxesOf(rangeOf(arguments[0]))[0], to = boxesOf(rangeOf(arguments[1])).at(-1);
            return [from.left + from.width / 2, (from.top + from.bottom) / 2, to.right - 2, (to.top + to.bottom) / 2]
                .map(Math.round)";
        let at = self.run(script, json!([word, to]));
        let go =
            |x: &Value, y: &Value, millis: u32| json!({ "type": "pointerMove", "x": x, "y": y, "duration": millis });
        let actions = json!([
            go(&at[0], &at[1], 0),
            { "type": "pointerDown", "button": 0 },
            { "type": "pause", "duration": 700 },
            go(&at[2], &at[3], 100),
            { "type": "pointerUp", "button": 0 },
        ]);
        let finger =
            json!({ "type": "pointer", "id": "finger", "parameters": { "pointerType": "touch" }, "actions": actions });
        self.browser.command("actions", &json!({ "actions": [finger] }));
        self.settle();
    }

    /// Taps an element with a finger.
    pub fn tap(&self, selector: &str) {
        let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2].map(Math.round)";
        let at = self.run(script, json!([selector]));
        let actions = json!([
            { "type": "pointerMove", "x": at[0], "y": at[1], "duration": 0 },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        let finger =
            json!({ "type": "pointer", "id": "finger", "parameters": { "pointerType": "touch" }, "actions": actions });
        self.browser.command("actions", &json!({ "actions": [finger] }));
        self.settle();
    }

    /// The role and the name that a screen reader is told of an element.
    pub fn spoken(&self, selector: &str) -> (String, String) {
        let element = self.browser.element(selector);
        let ask = |what: &str| words(&self.browser.get(&format!("element/{element}/{what}")));
        (ask("computedrole"), ask("computedlabel"))
    }

    /// The accessibility tree of Chromium: each node's role, name and description, the ignored ones left out.
    pub fn accessibility_tree(&self) -> Vec<(String, String, String)> {
        let tree = self.browser.cdp("Accessibility.getFullAXTree", &json!({}));
        let text = |node: &Value, field: &str| words(&node[field]["value"]);
        let nodes = tree["nodes"].as_array().into_iter().flatten();
        let heard = nodes.filter(|node| node["ignored"] != json!(true));
        heard.map(|node| (text(node, "role"), text(node, "name"), text(node, "description"))).collect()
    }

    /// Clicks an element as a person does: scrolls to it, and fails when something lies over it.
    pub fn click(&self, selector: &str) {
        let element = self.browser.element(selector);
        self.browser.command(&format!("element/{element}/click"), &json!({}));
        self.settle();
    }

    /// Types into a field.
    pub fn fill(&self, selector: &str, text: &str) {
        let element = self.browser.element(selector);
        self.browser.command(&format!("element/{element}/value"), &json!({ "text": text }));
        self.settle();
    }

    /// Chooses files, which are made for it.
    pub fn open(&self, files: &[(&str, &[u8])]) {
        let paths: Vec<PathBuf> = files.iter().map(|(name, bytes)| self.file(name, bytes)).collect();
        self.open_paths(&paths);
    }

    /// Chooses files that exist.
    pub fn open_paths(&self, paths: &[PathBuf]) {
        let lines = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("\n");
        let input = self.browser.element("input[type=file]");
        self.browser.command(&format!("element/{input}/value"), &json!({ "text": lines }));
        self.settle();
    }

    /// Makes a file in the test's folder.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.files().join(name);
        fs::write(&path, bytes).expect("a folder that can be written to");
        path
    }

    /// The test's folder.
    pub fn files(&self) -> &Path {
        self.browser.files()
    }

    /// Drags a text file over the page and, if so wished, lets it go there.
    pub fn drag_file(&self, name: &str, text: &str, drop: bool) {
        let script = "const [name, text, drop] = arguments;
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text], name, { type: 'text/plain' }));
            for (const type of ['dragenter', 'dragover', ...(drop ? ['drop'] : [])])
                article.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))";
        self.run(script, json!([name, text, drop]));
        self.settle();
    }

    /// Drops what lies at a path on the article: a file, or a folder with all that is in it. Chromium alone.
    pub fn drop_path(&self, path: &Path) {
        let data = json!({ "items": [], "files": [path], "dragOperationsMask": 1 });
        for kind in ["dragEnter", "dragOver", "drop"] {
            let event = json!({ "type": kind, "x": 400, "y": 300, "data": data });
            self.browser.cdp("Input.dispatchDragEvent", &event);
        }
        self.settle();
    }

    /// From now on the file chooser stays open until files are chosen; without a screen it would be cancelled at once.
    /// Chromium alone.
    pub fn keep_the_file_chooser(&self) {
        self.browser.cdp("Page.setInterceptFileChooserDialog", &json!({ "enabled": true }));
    }

    /// Chooses a folder, as the folder chooser does.
    pub fn open_folder(&self, path: &Path) {
        self.run("document.querySelector('input[type=file]').webkitdirectory = true", json!([]));
        self.open_paths(&[path.to_owned()]);
    }

    /// Lets every page from the next load on remember its Wasm memory. Chromium alone.
    pub fn watch_memory(&self) {
        let source = "for (const name of ['instantiate', 'instantiateStreaming']) {
            const own = WebAssembly[name];
            WebAssembly[name] = async (...all) => {
                const made = await own.apply(WebAssembly, all);
                const exports = (made.instance ?? made).exports;
                (window.wasmMemories ??= []).push(exports.memory);
                return made;
            };
        }";
        self.before_loads(source);
    }

    /// Lets every page from the next load on run a script before its own. Chromium alone.
    pub fn before_loads(&self, source: &str) {
        self.browser.cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": source }));
    }

    /// How many megabytes the page takes: its JavaScript heap after a collection, and its Wasm memory.
    pub fn memory(&self) -> f64 {
        self.browser.cdp("HeapProfiler.collectGarbage", &json!({}));
        let heap = self.browser.cdp("Runtime.getHeapUsage", &json!({}));
        let script = "return (window.wasmMemories ?? []).reduce((sum, it) => sum + it.buffer.byteLength, 0)";
        let wasm = self.run(script, json!([])).as_f64().unwrap_or(0.0);
        (heap["usedSize"].as_f64().unwrap_or(0.0) + wasm) / 1e6
    }

    /// Pastes a text where the focus is.
    pub fn paste(&self, text: &str) {
        let script = "const clipboardData = new DataTransfer();
            clipboardData.setData('text/plain', arguments[0]);
            document.activeElement
                .dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))";
        self.run(script, json!([text]));
        self.settle();
    }

    /// Opens each of the dialogs around files that no key of its own opens, and gives its name to `see`.
    pub fn dialogs_around_files(&self, mut see: impl FnMut(&str)) {
        let shown = |name: &str| {
            let script = format!("return !!document.querySelector('dialog[data-dialog={name}]')");
            self.wait(name, &script);
        };
        self.open(&[(
            "news.csv",
            "title;body;date\nTalks;Taha said that the ceasefire holds.;2024-04-05\nسلام;x;\n".as_bytes(),
        )]);
        shown("columns");
        see("columns");
        self.press("Escape");
        self.click("[data-action=downloads]");
        self.click("[data-format=conll]");
        shown("losses");
        see("losses");
        self.press("Escape");
        self.press("Control+k");
        self.type_keys("format and unit");
        self.press("Enter");
        shown("open-as");
        see("open-as");
        self.press("Escape");
    }

    /// Downloads in a format by the menu, and gives the file's path.
    pub fn download(&self, format: &str) -> PathBuf {
        let before = self.downloaded();
        self.click("[data-action=downloads]");
        self.click(&format!("[data-format={format}]"));
        // What the format cannot carry is said first.
        if self.count("[data-dialog=losses]") > 0 {
            self.click("[data-action=download-all-the-same]");
        }
        wait_for("the download", || {
            let whole = |path: &PathBuf| path.extension().is_none_or(|it| it != "crdownload" && it != "tmp");
            let path = self.downloaded().into_iter().find(|path| !before.contains(path) && whole(path))?;
            // The browser makes an empty file under the final name first.
            (fs::metadata(&path).ok()?.len() > 0).then_some(path)
        })
    }

    fn downloaded(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.browser.downloads()).expect("the folder of downloads");
        let visible = |path: &PathBuf| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        entries.flatten().map(|entry| entry.path()).filter(visible).collect()
    }

    /// Shows the page as another screen does.
    pub fn emulate(&self, device: Device, scheme: Scheme) {
        let Device { width, height, mobile } = device;
        if Engine::of_this_run() == Engine::Firefox {
            self.browser.command("window/rect", &json!({ "width": width, "height": height }));
            self.settle();
            return;
        }
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        self.browser.cdp("Emulation.setDeviceMetricsOverride", &metrics);
        let value = if scheme == Scheme::Dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.browser.cdp("Emulation.setEmulatedMedia", &media);
        self.settle();
    }

    /// Writes a picture of the window.
    pub fn screenshot(&self, path: &Path) {
        fs::write(path, self.browser.screenshot()).expect("a folder that can be written to");
    }

    /// A person who begins anew somewhere first gets rid of a selection and of the palette that may lie over the words.
    fn dismiss_selection(&self) {
        self.run("getSelection().removeAllRanges()", json!([]));
        if self.count(".palette") > 0 {
            self.press_times("Escape", 2);
        }
    }

    /// Drags the mouse from one point of the window to another, in CSS pixels.
    pub fn drag(&self, from: (&Value, &Value), to: (&Value, &Value)) {
        let go = |(x, y): (&Value, &Value)| json!({ "type": "pointerMove", "x": x, "y": y, "duration": 0 });
        let actions = if from == to {
            json!([go(from), { "type": "pointerDown", "button": 0 }, { "type": "pointerUp", "button": 0 }])
        } else {
            json!([go(from), { "type": "pointerDown", "button": 0 }, go(to), { "type": "pointerUp", "button": 0 }])
        };
        self.mouse(&actions);
    }

    fn mouse(&self, actions: &Value) {
        let hold = |what: &str| {
            if let Some(held) = self.held.get() {
                let press = json!([{ "type": what, "value": key(held) }]);
                let keys = json!({ "type": "key", "id": "keys", "actions": press });
                self.browser.command("actions", &json!({ "actions": [keys] }));
            }
        };
        let mouse =
            json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions });
        hold("keyDown");
        self.browser.command("actions", &json!({ "actions": [mouse] }));
        hold("keyUp");
        self.settle();
    }
}

/// A key as WebDriver wants it: <https://www.w3.org/TR/webdriver2/#keyboard-actions>.
fn key(name: &str) -> String {
    let code = match name {
        "Backspace" => '\u{e003}',
        "Tab" => '\u{e004}',
        "Enter" => '\u{e007}',
        "Shift" => '\u{e008}',
        "Control" => '\u{e009}',
        "Alt" => '\u{e00a}',
        "Escape" => '\u{e00c}',
        "End" => '\u{e010}',
        "Space" => ' ',
        "Home" => '\u{e011}',
        "ArrowLeft" => '\u{e012}',
        "ArrowUp" => '\u{e013}',
        "ArrowRight" => '\u{e014}',
        "ArrowDown" => '\u{e015}',
        "Delete" => '\u{e017}',
        other => return other.to_owned(),
    };
    code.to_string()
}
