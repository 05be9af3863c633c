//! The style sheets of a page inside it, so that it is seen without waiting for another file; and what runs it above them,
//! so that the browser asks for that first.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use crate::Result;

/// What the Content-Security-Policy says of styles until it names one by its digest.
const POLICY: &str = "style-src 'self'";

/// Puts all style sheets that a page links into its head, behind all else that is there, and takes their files away. The
/// script that starts the page comes just before them, and runs as soon as it is there.
///
/// # Errors
/// A link to a file that is not there; a page that is not as Trunk writes it.
pub fn inside(html: &str, site: &Path) -> Result<String> {
    let (html, links) = without(html, "<link ", ">", |link| sheet(link).is_some())?;
    let mut all = String::new();
    for name in links.iter().filter_map(|link| sheet(link)) {
        all += &fs::read_to_string(site.join(&name))?;
        fs::remove_file(site.join(&name))?;
    }
    if all.contains("</style") || html.matches(POLICY).count() != 1 {
        return Err("The styles cannot be put into index.html.".into());
    }
    let digest = BASE64_STANDARD.encode(Sha256::digest(&all));
    let html = html.replace(POLICY, &format!("style-src 'sha256-{digest}'"));
    let (html, scripts) = without(&html, "<script ", "</script>", |_| true)?;
    let ([script], Some((head, body))) = (scripts.as_slice(), html.split_once("</head>")) else {
        return Err("index.html should have a head and one script.".into());
    };
    let script = script.replacen("<script ", "<script async ", 1);
    Ok(format!("{head}{script}<style>{all}</style></head>{body}"))
}

/// A page without what begins and ends so and is chosen; and that.
fn without(html: &str, begin: &str, end: &str, is_chosen: impl Fn(&str) -> bool) -> Result<(String, Vec<String>)> {
    let (mut left, mut taken) = (String::with_capacity(html.len()), Vec::new());
    let mut rest = html;
    while let Some(at) = rest.find(begin) {
        let until = at + rest[at..].find(end).ok_or("index.html has a tag that does not end.")? + end.len();
        left.push_str(&rest[..at]);
        match &rest[at..until] {
            tag if is_chosen(tag) => taken.push(tag.to_owned()),
            tag => left.push_str(tag),
        }
        rest = &rest[until..];
    }
    left.push_str(rest);
    Ok((left, taken))
}

/// The file of a link to a style sheet.
fn sheet(link: &str) -> Option<String> {
    let value = |name: &str| {
        let start = link.find(&format!(" {name}="))? + name.len() + 2;
        let value = link[start..].split([' ', '>']).next()?;
        Some(value.trim_matches('"').trim_start_matches("./").to_owned())
    };
    (value("rel")? == "stylesheet").then(|| value("href"))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_come_into_the_page_in_their_order_and_behind_the_script() {
        let site = std::env::temp_dir().join(format!("attache-pack-{}", std::process::id()));
        fs::create_dir_all(&site).expect("a folder for temporary files");
        for (name, css) in [("a.css", "a{}"), ("b.css", "b{}")] {
            fs::write(site.join(name), css).expect("as above");
        }
        let html = "<head><meta content=\"script-src 'self'; style-src 'self'; img-src 'self'\">\
            <link href=./a.css rel=stylesheet><script src=./s.js type=module></script><link rel=icon href=x.svg>\
            <link rel=\"stylesheet\" href=\"./b.css\"></head><body>";
        // Of `printf 'a{}b{}' | openssl dgst -sha256 -binary | base64`.
        let digest = "cR0WXeDFPUxoynVcPpDZ1iYEOmjKwa49ZNxsL/qKIpk=";
        assert_eq!(
            inside(html, &site).expect("both are there"),
            format!(
                "<head><meta content=\"script-src 'self'; style-src 'sha256-{digest}'; img-src 'self'\">\
                <link rel=icon href=x.svg><script async src=./s.js type=module></script><style>a{{}}b{{}}</style></head><body>"
            )
        );
        assert_eq!(fs::read_dir(&site).expect("it is there").count(), 0);
        fs::remove_dir_all(&site).expect("it was made above");
    }

    #[test]
    fn a_page_that_is_another_way_is_refused() {
        for html in ["<head></head>", "<head><meta content=\"style-src 'self'\"></head>"] {
            assert!(inside(html, Path::new("nowhere")).is_err(), "{html}");
        }
    }
}
