//! `cargo xtask serve`: the app on this machine, for use (the release site) or for work on it (`--dev`).

use crate::command::{program, run};
use crate::{Result, dist, site, tools};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};

/// What was asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    pub port: u16,
    pub open: bool,
    pub dev: bool,
}

impl Options {
    pub fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options = Self { port: 8080, open: false, dev: false };
        let mut rest = arguments.iter();
        while let Some(&argument) = rest.next() {
            match argument {
                "--open" => options.open = true,
                "--dev" => options.dev = true,
                "--port" => {
                    let port = rest.next().copied().unwrap_or("nothing");
                    let number = port.parse().ok().filter(|&number| number > 0);
                    options.port = number.ok_or(format!("--port takes a number from 1 to 65535, not {port}."))?;
                }
                unknown => return Err(format!("serve does not know \"{unknown}\". `cargo xtask help` lists all.")),
            }
        }
        Ok(options)
    }
}

/// Builds what is out of date, then serves until it is ended.
pub fn serve(options: &Options) -> Result<()> {
    // Taken before the build, which may take minutes: a port in use should be known at once.
    let listener = listen(options.port)?;
    if options.dev {
        drop(listener);
        return serve_dev(options);
    }
    let dist = dist::build()?;
    let address = format!("http://127.0.0.1:{}/", options.port);
    println!("\nAttaché is at {address}   (Ctrl+C ends it; `cargo xtask build` elsewhere renews it)");
    if options.open {
        open(&address);
    }
    site::serve(&listener, &dist)
}

fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            let other = port.checked_add(1).unwrap_or(8081);
            format!(
                "Port {port} of 127.0.0.1 is in use, perhaps by an Attaché that still runs. End that, or take another \
                 port: cargo xtask serve --port {other}"
            )
        }
        ErrorKind::PermissionDenied => format!("Port {port} is reserved. Take one above 1023: --port 8080"),
        _ => format!("Port {port} of 127.0.0.1 cannot be used: {error}. Try another: --port 8081"),
    })
}

/// Trunk builds without optimisation, and again whenever a file changes. Not into `dist/`: that is the release site.
fn serve_dev(options: &Options) -> Result<()> {
    let mut trunk = tools::trunk()?;
    println!("Building for development; reload the page after a change. http://127.0.0.1:{}/", options.port);
    trunk.args(["serve", "--dist", "target/dev-site", "--port", &options.port.to_string()]);
    if options.open {
        trunk.arg("--open");
    }
    run(&mut trunk)
}

/// Opens the page in the user's browser; where that fails, the printed address is enough.
fn open(address: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    if run(program(opener).arg(address)).is_err() {
        println!("No browser could be opened; please open {address} yourself.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let plain = Options { port: 8080, open: false, dev: false };
        assert_eq!(Options::parse(&[]), Ok(plain));
        let all = Options { port: 9000, open: true, dev: true };
        assert_eq!(Options::parse(&["--dev", "--port", "9000", "--open"]), Ok(all));
    }

    #[test]
    fn wrong_options_are_refused() {
        for wrong in [&["--port"][..], &["--port", "0"], &["--port", "65536"], &["--port", "x"], &["--fast"]] {
            assert!(Options::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_port_in_use_is_a_sentence() {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("some port is free");
        let port = first.local_addr().expect("it is bound").port();
        let failure = listen(port).expect_err("it is in use");
        assert!(failure.starts_with(&format!("Port {port} of 127.0.0.1 is in use")), "{failure}");
    }
}
