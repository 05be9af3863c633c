//! Packages of others that tests and benchmarks call, in pinned versions: a folder of the tools' cache for each list.

use crate::command::{program, run};
use crate::{Result, browser, tools};
use std::fs;
use std::path::{Path, PathBuf};

/// The Python of an environment that holds just what a list of requirements names.
pub fn python(name: &str, list: &Path) -> Result<PathBuf> {
    let file_name = list.file_name().map(PathBuf::from).unwrap_or_default();
    let home = installed(name, list, |home| {
        make_environment(&home.join("venv"))?;
        let mut pip = program(home.join("venv/bin/pip"));
        run(pip.args(["install", "--quiet", "-r"]).arg(home.join(&file_name)))?;
        // A program of which only a part is called, and that would bring a server along.
        let wanted = fs::read_to_string(list).unwrap_or_default();
        for package in wanted.lines().filter_map(|line| line.strip_prefix("# without what it needs: ")) {
            let mut pip = program(home.join("venv/bin/pip"));
            run(pip.args(["install", "--quiet", "--no-deps", package]))?;
        }
        Ok(())
    })?;
    Ok(home.join("venv/bin/python"))
}

/// Debian has the module for it in a package of its own.
fn make_environment(folder: &Path) -> Result<()> {
    let make = || run(program("python3").args(["-m", "venv"]).arg(folder));
    match make() {
        Err(_) if browser::may_install_packages() => {
            browser::install_packages(&["python3-venv"])?;
            make()
        }
        made => made.map_err(|failure| {
            format!("{failure} A Python environment is needed; on Debian, `apt-get install python3-venv` as root.")
        }),
    }
}

/// A folder with the `node_modules` that a list names.
pub fn npm(name: &str, list: &Path) -> Result<PathBuf> {
    installed(name, list, |home| {
        let mut npm = program("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]).arg(home);
        run(&mut npm)
    })
}

/// A folder of the tools' cache in which the packages of a list are installed, in just these versions.
pub fn installed(name: &str, list: &Path, install: impl Fn(&Path) -> Result<()>) -> Result<PathBuf> {
    let refused = |error: std::io::Error| format!("{name} could not be installed: {error}.");
    let home = tools::cache()?.join(name);
    let wanted = fs::read(list).map_err(refused)?;
    let done = home.join("done");
    if fs::read(&done).is_ok_and(|found| found == wanted) {
        return Ok(home);
    }
    println!("Installing what {} names …", list.display());
    if home.exists() {
        fs::remove_dir_all(&home).map_err(refused)?;
    }
    fs::create_dir_all(&home).map_err(refused)?;
    fs::write(home.join(list.file_name().unwrap_or_default()), &wanted).map_err(refused)?;
    install(&home)?;
    fs::write(&done, &wanted).map_err(refused)?;
    Ok(home)
}
