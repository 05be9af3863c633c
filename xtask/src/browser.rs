//! Chromium with its driver and Firefox for the browser tests, and packages from Debian.

use crate::command::{on_path, output, program, run, spoken};
use crate::{Result, tools};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Fonts, because a bare machine has none for Arabic.
const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-noto-core"];
const FIREFOX: &str = "firefox-esr";

/// A browser, and the program that drives it over WebDriver.
pub struct Browser {
    pub chromium: PathBuf,
    pub driver: PathBuf,
}

/// Finds Chromium and its driver; installs them where it may, else says the command.
pub fn find_or_install() -> Result<Browser> {
    if let Some(browser) = find() {
        return require_same_version(browser);
    }
    let command = format!("apt-get install {}", PACKAGES.join(" "));
    if !may_install_packages() {
        return Err(format!(
            "The browser tests need Chromium and chromedriver. Install them (Debian: `{command}` as root), or set \
             CHROMIUM and CHROMEDRIVER to those you have, then try again."
        ));
    }
    println!("Installing {} from Debian (about a minute, once) …", PACKAGES.join(", "));
    let started = Instant::now();
    install_packages(&PACKAGES)?;
    println!("Installed them in {}.", spoken(started.elapsed()));
    let browser = find().ok_or(format!("`{command}` left no chromium or chromedriver on PATH."))?;
    require_same_version(browser)
}

/// Finds Firefox; installs it where it may, else says the command.
pub fn find_or_install_firefox() -> Result<PathBuf> {
    let named = || std::env::var_os("FIREFOX").filter(|path| !path.is_empty()).map(PathBuf::from);
    let find = || named().or_else(|| on_path(FIREFOX)).or_else(|| on_path("firefox"));
    if let Some(firefox) = find() {
        return Ok(firefox);
    }
    if !may_install_packages() {
        return Err(format!(
            "The browser tests need Firefox. Install it (Debian: `apt-get install {FIREFOX}` as root), or set FIREFOX to \
             the one you have, then try again."
        ));
    }
    println!("Installing {FIREFOX} from Debian (about a minute, once) …");
    install_packages(&[FIREFOX])?;
    find().ok_or(format!("`apt-get install {FIREFOX}` left no Firefox on PATH."))
}

fn find() -> Option<Browser> {
    let find_one = |variable: &str, names: &[&str]| {
        let named = std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
        named.or_else(|| names.iter().find_map(|name| on_path(name)))
    };
    Some(Browser {
        chromium: find_one("CHROMIUM", &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])?,
        driver: find_one("CHROMEDRIVER", &["chromedriver"])?,
    })
}

/// A driver drives only the browser of its own main version.
fn require_same_version(browser: Browser) -> Result<Browser> {
    let main_version = |path: &Path| {
        let said = output(program(path).arg("--version"))
            .ok_or(format!("`{} --version` failed. Is it the program it should be?", path.display()))?;
        let version = tools::version_in(&said).ok_or(format!("{} names no version: {said}", path.display()))?;
        Result::Ok(version.split('.').next().unwrap_or_default().to_owned())
    };
    let (chromium, driver) = (main_version(&browser.chromium)?, main_version(&browser.driver)?);
    if chromium == driver {
        return Ok(browser);
    }
    Err(format!(
        "{} is version {chromium}, {} is version {driver}: they must be the same. Install both from one place, or set \
         CHROMIUM and CHROMEDRIVER.",
        browser.chromium.display(),
        browser.driver.display()
    ))
}

/// Whether Debian's packages can be installed without asking anybody: as root, where there is apt-get.
pub fn may_install_packages() -> bool {
    on_path("apt-get").is_some() && output(program("id").arg("-u")).as_deref() == Some("0")
}

/// Installs Debian packages; what apt-get prints is shown.
pub fn install_packages(packages: &[&str]) -> Result<()> {
    let apt = || {
        let mut apt = program("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        apt
    };
    // The lists may be old, yet complete enough: only the installation has to succeed.
    let _ = run(apt().arg("update"));
    run(apt().args(["install", "--yes"]).args(packages))
}
