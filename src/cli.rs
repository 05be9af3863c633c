//! The native command line: `attache annotate`, `convert`, `check`, `score`, `effort` and
//! `threshold`. Reads and writes streams; knows no browser.

mod annotate;
mod convert;
mod effort;
pub(crate) mod score;
mod threshold;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::recognize::{Recognizer, Sureness};

const HELP: &str = "\
Finds officials, their roles and topics in news articles.

Usage:
  attache annotate [FILE|-]      annotate plain text, or JSONL with {\"id\", \"text\"} on each line
  attache convert --to FORMAT FILE… -o OUT
                                 annotation files into another format; --from FORMAT and --unit UNIT (cp, utf16,
                                 bytes, graphemes) where the files leave it open, --encoding NAME (windows-1252) for texts
                                 that are not UTF-8, --text COLUMN and --name COLUMN for tables
  attache check FILE…            what files hold, and what of them cannot be read
  attache score GOLD PRED        compare annotations with a gold standard
  attache effort GOLD            how many keys, clicks and drags it takes to label gold articles here
  attache threshold GOLD         how many corrections suggestions need, by how sure they must be
  attache --help | --version

annotate writes one line of JSON for each article: {\"id\", \"text\", \"spans\"}, where each span has \"start\" and \"end\"
(code points, half-open), \"label\" (OFFICIAL, ROLE or TOPIC), \"text\", \"entity\" (the person or topic it is a mention
of), \"score\" (how sure, 0 to 1), and for a role beside a name \"of\" (the [start, end] of that name). Plain text is one
article, named after its file. Without FILE, or with -, it reads standard input. --sure=PERCENT (10 to 90, usually 50)
asks for fewer and surer suggestions, or for more.

score takes --by=FIELD to add a line for each value of a field of the gold articles.
";

/// Runs the program on its arguments, without its own name.
pub fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    let arguments: Vec<String> = arguments.collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["--help" | "-h" | "help"] | [_, "--help" | "-h"] => print(HELP),
        ["--version" | "-V"] => print(&format!("attache {}\n", env!("CARGO_PKG_VERSION"))),
        ["annotate", rest @ ..] => annotated(rest),
        ["convert", rest @ ..] => convert::convert(rest).and_then(|report| print(&report)),
        ["check", rest @ ..] => convert::check(rest).and_then(|report| print(&report)),
        ["effort", gold] => effort::run(gold).and_then(|report| print(&report)),
        ["threshold", gold] => threshold::run(gold).and_then(|report| print(&report)),
        ["score", rest @ ..] => score::run(rest).and_then(|report| print(&report)),
        [] => Err(Failure(format!("Nothing to do.\n\n{HELP}"))),
        [first, ..] => Err(Failure(format!("“{first}” with these arguments is no command. See attache --help."))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(sentence)) => {
            if !sentence.is_empty() {
                eprintln!("{sentence}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Why a command ended without success: the sentence for the user, empty when all has been said already.
pub(crate) struct Failure(pub(crate) String);

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        // Whoever read our output has gone (`attache … | head`): nothing to tell anybody.
        if error.kind() == io::ErrorKind::BrokenPipe { Failure(String::new()) } else { Failure(format!("{error}.")) }
    }
}

fn print(text: &str) -> Result<(), Failure> {
    Ok(io::stdout().lock().write_all(text.as_bytes())?)
}

fn annotated(arguments: &[&str]) -> Result<(), Failure> {
    let (options, files): (Vec<&str>, Vec<&str>) = arguments.iter().partition(|word| word.starts_with("--"));
    let mut sureness = Sureness::EVEN;
    for option in options {
        let percent = option.strip_prefix("--sure=").and_then(|percent| percent.parse().ok());
        let percent = percent.filter(|percent| *percent <= 100);
        sureness = Sureness::from_percent(percent.ok_or_else(|| {
            Failure(format!("annotate knows no {option}; it takes --sure=PERCENT, from 10 to 90 in steps of 5."))
        })?);
    }
    match files.as_slice() {
        [] | ["-"] => annotate_stdin(sureness),
        [file] => annotate_file(Path::new(file), sureness),
        _ => Err(Failure("annotate wants one file. See attache --help.".to_owned())),
    }
}

fn annotate_stdin(sureness: Sureness) -> Result<(), Failure> {
    let input = BufReader::new(io::stdin().lock());
    annotate(input, "stdin", sureness)
}

fn annotate_file(path: &Path, sureness: Sureness) -> Result<(), Failure> {
    let file = File::open(path).map_err(|error| Failure(format!("{} cannot be opened: {error}.", path.display())))?;
    let id = path.file_stem().unwrap_or_default().to_string_lossy();
    annotate(BufReader::with_capacity(1 << 16, file), &id, sureness)
}

fn annotate<R: io::Read>(input: BufReader<R>, id: &str, sureness: Sureness) -> Result<(), Failure> {
    let mut output = BufWriter::new(io::stdout().lock());
    let recognizer = Recognizer::built_in().with_sureness(sureness);
    let tally = annotate::stream(input, id, &recognizer, &mut output, |sentence| eprintln!("{sentence}"))?;
    output.flush()?;
    match (tally.n_foreign, tally.n_articles) {
        (0, _) => {}
        (1, 1) => eprintln!("The article does not look English; suggestions are made for English."),
        (n, all) => eprintln!("{n} of {all} articles do not look English; suggestions are made for English."),
    }
    if tally.n_bad == 0 { Ok(()) } else { Err(Failure(String::new())) }
}
