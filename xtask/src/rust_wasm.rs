//! The Rust compiler for Wasm: rustup's where it can be had, else Debian's.

use crate::command::{on_path, output, program, run, spoken};
use crate::{Result, browser, tools};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The target that the page is compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's Rust for the web: compiler, cargo, the sources of `std` (built along with the app) and the linker.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_LINKER: &str = "wasm-ld-22";

/// Which compiler makes the Wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compiler {
    /// The one on PATH, with a `std` for Wasm.
    OnPath,
    /// Debian's, which builds `std` itself.
    Debian,
}

impl Compiler {
    /// A folder that must stand before the others in PATH, if there is one.
    ///
    /// For Debian's compiler it holds a `cargo` that passes builds for Wasm on to Debian's cargo and everything else
    /// to the one on PATH, so that Trunk, which just calls `cargo`, needs no settings.
    pub fn cargo_folder(self) -> Result<Option<PathBuf>> {
        match self {
            Self::OnPath => Ok(None),
            Self::Debian => {
                let usual = on_path("cargo").ok_or("`cargo` is not on PATH. Install Rust with cargo.")?;
                let folder = tools::cache()?.join("debian-cargo");
                let refused = |error| format!("Cannot write to {}: {error}.", folder.display());
                fs::create_dir_all(&folder).map_err(refused)?;
                let script = folder.join("cargo");
                // Twice in PATH, it would call itself.
                if usual != script {
                    fs::write(&script, debian_cargo_script(&usual)).map_err(refused)?;
                    run(program("chmod").arg("+x").arg(&script))?;
                }
                Ok(Some(folder))
            }
        }
    }

    /// Whether `cargo clippy` can check code for Wasm: Debian's compiler has no clippy.
    pub fn has_clippy(self) -> bool {
        self == Self::OnPath
    }
}

/// Finds a compiler for Wasm, installing it if need be.
pub fn find_or_install() -> Result<Compiler> {
    if has_wasm_std() {
        return Ok(Compiler::OnPath);
    }
    if on_path("rustup").is_some() {
        println!("Installing Rust's standard library for Wasm (some seconds, once) …");
        // May fail without a network or for a toolchain that is not rustup's; then there is still Debian's.
        let added = run(program("rustup").args(["target", "add", TARGET]));
        if added.is_ok() && has_wasm_std() {
            return Ok(Compiler::OnPath);
        }
        println!("rustup could not install it; trying Debian's packages.");
    }
    if has_debian() {
        return Ok(Compiler::Debian);
    }
    if browser::may_install_packages() {
        println!("Installing {} from Debian (about a minute, once) …", DEBIAN_PACKAGES.join(", "));
        let started = Instant::now();
        let installed = browser::install_packages(&DEBIAN_PACKAGES);
        if installed.is_ok() && has_debian() {
            println!("Installed them in {}.", spoken(started.elapsed()));
            return Ok(Compiler::Debian);
        }
    }
    Err(format!(
        "There is no Rust standard library for {TARGET}. Install it by `rustup target add {TARGET}`, or on Debian by \
         `apt-get install {}` as root, then try again.",
        DEBIAN_PACKAGES.join(" ")
    ))
}

fn has_wasm_std() -> bool {
    let folder = output(program("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    let Some(entries) = folder.and_then(|folder| fs::read_dir(folder).ok()) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

fn has_debian() -> bool {
    let source = Command::new(DEBIAN_RUSTC).args(["--print", "sysroot"]).output();
    let Some(sysroot) = source.ok().filter(|output| output.status.success()) else { return false };
    let sysroot = PathBuf::from(String::from_utf8_lossy(&sysroot.stdout).trim());
    Path::new(DEBIAN_CARGO).is_file()
        && on_path(DEBIAN_LINKER).is_some()
        && sysroot.join("lib/rustlib/src/rust/library/std").is_dir()
}

fn debian_cargo_script(usual: &Path) -> String {
    // `'` ends the quoted text, `'\''` is a quoted one.
    let usual = usual.to_string_lossy().replace('\'', r"'\''");
    format!(
        r#"#!/bin/sh
# Written by cargo xtask: builds for Wasm go to Debian's cargo, everything else to the usual one.
case " $* " in
*{TARGET}*)
  export RUSTC={DEBIAN_RUSTC} RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER={DEBIAN_LINKER}
  exec {DEBIAN_CARGO} "$@" ;;
*)
  exec '{usual}' "$@" ;;
esac
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_survives_a_quote_in_a_path() {
        let script = debian_cargo_script(Path::new("/home/o'neill/bin/cargo"));
        assert!(script.contains(r#"exec '/home/o'\''neill/bin/cargo' "$@""#), "{script}");
    }
}
