//! How bringing in, opening, switching, labelling and searching take with more and more articles, and how much memory.
//! Not part of the tests: `cargo xtask bench corpus` prints the table. `CORPUS_SIZES` names other sizes, `CORPUS_SEED`
//! makes another corpus.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use browser_tests::{Page, SEED, repository};
use serde_json::{Value, json};

/// So large may a file of a corpus be.
const FILE_BYTES: usize = 60_000_000;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// Texts that articles are made of: the press releases where they are, and the seed.
fn material() -> Vec<Vec<String>> {
    let shared = std::env::var_os("ATTACHE_SHARED").map_or_else(|| repository().join("../shared"), PathBuf::from);
    let releases = fs::read_to_string(shared.join("corpus/state-department.jsonl")).unwrap_or_default();
    let texts = releases
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok()?["text"].as_str().map(str::to_owned));
    let sentences = |text: String| text.split_inclusive(". ").map(str::to_owned).collect::<Vec<_>>();
    texts.chain([SEED.to_owned()]).map(sentences).collect()
}

/// Files of so many articles, none like another, of some four kilobytes each.
fn corpus(page: &Page, n_articles: usize, random: &mut Random) -> (Vec<PathBuf>, usize) {
    let material = material();
    let mut files = Vec::new();
    let (mut n_bytes, mut in_file) = (0, FILE_BYTES);
    for n in 0..n_articles {
        if in_file >= FILE_BYTES {
            let path = page.files().join(format!("corpus-{n}.jsonl"));
            files.push((path.clone(), std::io::BufWriter::new(fs::File::create(path).expect("a file"))));
            in_file = 0;
        }
        let text = &material[random.below(material.len())];
        let from = random.below(text.len());
        let mut body = format!("Release {n}. ");
        for sentence in text.iter().cycle().skip(from).take(text.len()) {
            body.push_str(sentence);
            if body.len() > 4_000 {
                break;
            }
        }
        if n % 97 == 0 {
            body.push_str(" The zeppelin landed.");
        }
        let date = format!("20{:02}-{:02}-{:02}", 10 + random.below(15), 1 + random.below(12), 1 + random.below(28));
        let line = json!({ "id": format!("r{n:06}"), "date": date, "source": "made", "text": body }).to_string();
        in_file += line.len();
        n_bytes += body.len();
        writeln!(files.last_mut().expect("a file").1, "{line}").expect("room on the disk");
    }
    let paths = files
        .into_iter()
        .map(|(path, mut file)| {
            file.flush().expect("room on the disk");
            path
        })
        .collect();
    (paths, n_bytes)
}

fn wait_long(what: &str, patience: Duration, mut done: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while start.elapsed() < patience {
        if done() {
            return start.elapsed();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("waited in vain for {what}");
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[test]
#[ignore = "a bench: cargo xtask bench corpus"]
fn a_table_of_sizes() {
    let sizes = std::env::var("CORPUS_SIZES").unwrap_or_else(|_| "1000,10000,100000".to_owned());
    let seed = std::env::var("CORPUS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(11);
    println!(
        "| articles | MB of text | brought in, s | longest task, ms | open, ms | switch, ms | label, ms | search, s | found | JS + Wasm, MB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for size in sizes.split(',').filter_map(|size| size.parse::<usize>().ok()) {
        measure(size, seed);
    }
}

fn measure(size: usize, seed: u64) {
    let page = Page::first_visit();
    page.watch_memory();
    page.press("Control+,");
    page.click("[name=suggests]");
    page.press("Escape");
    let mut random = Random(seed);
    let (files, n_bytes) = corpus(&page, size, &mut random);
    page.run("window.slow = 0; new PerformanceObserver((list) => { for (const it of list.getEntries()) slow = Math.max(slow, it.duration) }).observe({ entryTypes: ['longtask'] })", json!([]));
    let patience = Duration::from_secs(60 + size as u64 / 20);
    let mut brought_in = Duration::ZERO;
    let mut n_before = 1;
    for file in &files {
        let n_lines = fs::read(file).expect("a file").iter().filter(|byte| **byte == b'\n').count();
        n_before += n_lines;
        let start = Instant::now();
        page.open_paths(std::slice::from_ref(file));
        let script = format!(
            "return Number(document.querySelector('.articles .count').textContent) === {n_before} && !document.querySelector('[data-arrival]') && document.querySelector('[data-save-state]').dataset.saveState === 'saved'"
        );
        wait_long("the articles", patience, || page.run(&script, json!([])) == json!(true));
        brought_in += start.elapsed();
    }
    let slow = page.run("return slow", json!([])).as_f64().unwrap_or(0.0);

    // A reload, as the page itself measures it.
    let opens: Vec<f64> = (0..3)
        .map(|_| {
            page.reload();
            page.settle();
            page.measures("attache:boot").1
        })
        .collect();

    // From one article to another, and a label there.
    let mut switches = Vec::new();
    let mut labels = Vec::new();
    for round in 0..9 {
        let key = if round % 2 == 0 { "ArrowDown" } else { "ArrowUp" };
        let script = "const [key] = arguments;
            const before = article.textContent, start = performance.now();
            document.dispatchEvent(new KeyboardEvent('keydown', { key, altKey: true, bubbles: true, cancelable: true }));
            window.switched = null;
            const look = () => article.textContent !== before && article.textContent !== ''
                ? requestAnimationFrame(() => setTimeout(() => window.switched = performance.now() - start))
                : requestAnimationFrame(look);
            look()";
        page.run(script, json!([key]));
        wait_long("another article", Duration::from_secs(10), || {
            page.run("return window.switched", json!([])).is_number()
        });
        switches.push(page.run("return window.switched", json!([])).as_f64().expect("a number"));
        let n = page.measures("attache:edit").0;
        page.select("Release");
        page.press("t");
        page.wait_saved();
        let script = "const all = performance.getEntriesByName('attache:edit', 'measure'); return all.at(-1).duration";
        if page.measures("attache:edit").0 > n {
            labels.push(page.run(script, json!([])).as_f64().expect("a number"));
        }
    }

    // A word that one article in a hundred has.
    page.press_times("Escape", 2);
    page.press("Control+Shift+f");
    page.fill("[data-dialog=occurrences] [name=words]", "zeppelin landed");
    let start = Instant::now();
    let done = "const it = document.querySelector('[data-dialog=occurrences]'); return /^[1-9]/.test(it.querySelector('[name=all]').parentNode.textContent.split(' of ')[1] ?? '') && !it.textContent.includes('Looking…')";
    wait_long("the search", patience, || page.run(done, json!([])) == json!(true));
    let search = start.elapsed();
    let found = page.run("return document.querySelector('[data-dialog=occurrences] [name=all]').parentNode.textContent.split(' of ')[1].split(' ')[0]", json!([]));
    page.press("Escape");
    let memory = page.memory();
    println!(
        "| {size} | {:.0} | {:.1} | {slow:.0} | {:.0} | {:.0} | {:.0} | {:.1} | {} | {memory:.0} |",
        n_bytes as f64 / 1e6,
        brought_in.as_secs_f64(),
        median(opens),
        median(switches),
        median(labels),
        search.as_secs_f64(),
        found.as_str().unwrap_or_default(),
    );
    for file in files {
        let _ = fs::remove_file(file);
    }
}
