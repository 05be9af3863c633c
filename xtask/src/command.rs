//! Running other programs: in the project's folder, without stdin, and with errors that say what to do.

use crate::Result;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The project's folder.
pub fn project() -> &'static Path {
    // xtask's own folder is a child of the project's.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask/ has a parent")
}

/// A program to run in the project's folder, without stdin.
///
/// It does not see the variables that `cargo run` set for xtask itself: build scripts would take them for a change
/// and build again.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(project()).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if set_by_cargo_run(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    command
}

fn set_by_cargo_run(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_BIN_NAME", "CARGO_CRATE_NAME"].contains(&name)
}

/// Runs a command to its end; what it prints is shown.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().map_err(|error| not_started(&shown, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed ({status}); its own words are above.")) }
}

/// Runs a command to its end and gives what it wrote to stdout, trimmed. `None` when it is missing or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Puts `folders` before all others that a command's programs are looked up in.
///
/// # Errors
/// When a folder's name holds the character that separates the entries of PATH.
pub fn prepend_path(command: &mut Command, folders: &[PathBuf]) -> Result<()> {
    command.env("PATH", joined_path(folders)?);
    Ok(())
}

fn joined_path(folders: &[PathBuf]) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(folders.iter().cloned().chain(std::env::split_paths(&path))).map_err(|error| {
        format!("A folder of tools cannot stand in PATH ({error}). Set XDG_CACHE_HOME to another one.")
    })
}

/// The first file called `name` in the folders of PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|file| file.is_file())
}

/// A duration for people: `0.4 s`, `12 s`, `4 min 05 s`.
pub fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

fn not_started(shown: &str, error: &std::io::Error) -> String {
    let name = shown.split(' ').next().unwrap_or(shown);
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("`{name}` is not installed. Install it, then try again."),
        _ => format!("`{shown}` could not be started: {error}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_spoken() {
        for (millis, expected) in
            [(0, "0.0 s"), (449, "0.4 s"), (12_900, "12 s"), (60_000, "1 min 00 s"), (245_000, "4 min 05 s")]
        {
            assert_eq!(spoken(Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = run(&mut program("no-such-program-anywhere")).expect_err("there is none");
        assert_eq!(failure, "`no-such-program-anywhere` is not installed. Install it, then try again.");
    }

    #[test]
    fn a_failing_program_is_a_failure() {
        assert!(run(program("cargo").args(["no-such-subcommand-anywhere"]).stderr(Stdio::null())).is_err());
    }

    #[test]
    fn only_the_variables_of_cargo_run_are_hidden() {
        assert!(set_by_cargo_run("CARGO_PKG_NAME") && set_by_cargo_run("CARGO_MANIFEST_DIR"));
        assert!(!set_by_cargo_run("CARGO_HOME") && !set_by_cargo_run("CARGO_TARGET_DIR"));
    }
}
