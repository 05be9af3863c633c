//! The native binary as a person runs it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn attache() -> Command {
    Command::new(env!("CARGO_BIN_EXE_attache"))
}

fn annotate(input: &[u8]) -> Output {
    let mut child = attache()
        .args(["annotate", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("piped").write_all(input).expect("it reads");
    child.wait_with_output().expect("it ends")
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn plain_text_is_one_article_named_after_its_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/articles/000_e8fd1c9e67b988b0.txt");
    let output = attache().arg("annotate").arg(&path).output().expect("the binary runs");
    assert!(output.status.success());
    let [article] = lines(&output).try_into().expect("one line");
    assert_eq!(article["id"], "000_e8fd1c9e67b988b0");
    assert_eq!(article["text"].as_str().map(str::len), Some(6069));
    let chars: Vec<char> = article["text"].as_str().expect("text").chars().collect();
    for span in article["spans"].as_array().expect("spans") {
        let at = |key: &str| span[key].as_u64().expect("a number") as usize;
        let slice: String = chars[at("start")..at("end")].iter().collect();
        assert_eq!(Some(slice.as_str()), span["text"].as_str());
    }
}

#[test]
fn bad_lines_are_told_and_the_rest_goes_on() {
    let input = "\n{\"id\": \"a\", \"text\": \"President Ann Lee\"}\n{\"id\": \"b\"}\n{]\n{\"id\": 7, \"text\": \"\"}";
    let output = annotate(input.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let ids: Vec<Value> = lines(&output).into_iter().map(|line| line["id"].clone()).collect();
    assert_eq!(ids, [Value::from("a"), Value::from(7)]);
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(told.contains("Line 3 is not an article") && told.contains("Line 4 is not an article"), "{told}");
}

#[test]
fn offsets_are_code_points() {
    let output = annotate("{\"id\":\"a\",\"text\":\"😀 é President Ann Lee\"}".as_bytes());
    let [article] = lines(&output).try_into().expect("one line");
    assert_eq!(article["spans"][0]["start"], 4);
    assert_eq!(article["spans"][0]["of"], serde_json::json!([14, 21]));
}

#[test]
fn input_that_is_not_an_article_list_is_plain_text() {
    for (input, text) in [("{ President Ann Lee }", "{ President Ann Lee }"), ("", ""), ("\u{feff}Hi", "Hi")] {
        let [article] = lines(&annotate(input.as_bytes())).try_into().expect("one line");
        assert_eq!((article["id"].as_str(), article["text"].as_str()), (Some("stdin"), Some(text)));
    }
    let output = annotate(b"abc\xff");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("stdin is not UTF-8 text: byte 3"));
}

#[test]
fn a_line_in_gives_a_line_out_before_the_input_ends() {
    let mut child =
        attache().arg("annotate").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary runs");
    let mut input = child.stdin.take().expect("piped");
    let mut output = BufReader::new(child.stdout.take().expect("piped"));
    for id in ["a", "b", "c"] {
        writeln!(input, "{{\"id\":\"{id}\",\"text\":\"President Ann Lee\"}}").expect("it reads");
        let mut line = String::new();
        output.read_line(&mut line).expect("it answers");
        assert!(line.contains(&format!("\"id\":\"{id}\"")), "{line}");
    }
    drop(input);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn help_version_and_mistakes() {
    let run = |arguments: &[&str]| attache().args(arguments).output().expect("the binary runs");
    assert!(String::from_utf8_lossy(&run(&["--help"]).stdout).contains("attache annotate [FILE|-]"));
    assert!(String::from_utf8_lossy(&run(&["--version"]).stdout).starts_with("attache 0."));
    for arguments in [&[][..], &["dance"], &["score", "one"], &["annotate", "no/such/file"]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
}

/// The gold set, which lies beside the checkout and is not always there.
fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("ATTACHE_SHARED").map_or(beside, PathBuf::from);
    let there = folder.join("gold/score.py").exists();
    if !there {
        eprintln!("skipped: no gold set in {}", folder.display());
    }
    there.then_some(folder)
}

#[test]
fn score_prints_what_the_referee_prints() {
    let Some(shared) = shared() else { return };
    let gold = shared.join("gold/dev.jsonl");
    let pred = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dev.jsonl");
    let output = attache().arg("annotate").arg(&gold).output().expect("the binary runs");
    std::fs::write(&pred, &output.stdout).expect("a temporary file");
    let ours = attache().arg("score").args([&gold, &pred]).arg("--by=source").output().expect("the binary runs");
    let ours = String::from_utf8(ours.stdout).expect("UTF-8");
    println!("{ours}");
    assert!(ours.contains("exact    OFFICIAL"));
    let referee =
        Command::new("python3").arg(shared.join("gold/score.py")).args([&gold, &pred]).arg("--by=source").output();
    match referee {
        Ok(referee) => assert_eq!(ours, String::from_utf8_lossy(&referee.stdout)),
        Err(error) => eprintln!("skipped: python3 does not run: {error}"),
    }
}
