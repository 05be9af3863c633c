//! The native command line tool; its logic is in `attache::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    attache::cli::run(std::env::args().skip(1))
}
