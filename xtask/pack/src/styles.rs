//! The style sheets of a page in one file: one request instead of six, and better compressed.

use std::fs;
use std::path::Path;

use crate::Result;

/// Puts all style sheets that a page links into the file of the first one, and takes the links of the others out.
///
/// # Errors
/// A link to a file that is not there.
pub fn in_one_file(html: &str, site: &Path) -> Result<String> {
    let mut out = String::with_capacity(html.len());
    let mut first: Option<String> = None;
    let mut all = String::new();
    let mut rest = html;
    while let Some(at) = rest.find("<link ") {
        let end = at + rest[at..].find('>').ok_or("index.html has a link that does not end.")? + 1;
        let link = &rest[at..end];
        out.push_str(&rest[..at]);
        rest = &rest[end..];
        match sheet(link) {
            None => out.push_str(link),
            Some(name) => {
                all += &fs::read_to_string(site.join(&name))?;
                match &first {
                    None => {
                        out.push_str(link);
                        first = Some(name);
                    }
                    Some(_) => fs::remove_file(site.join(&name))?,
                }
            }
        }
    }
    out.push_str(rest);
    if let Some(name) = first {
        fs::write(site.join(name), all)?;
    }
    Ok(out)
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
    fn style_sheets_are_put_into_the_first_in_their_order() {
        let site = std::env::temp_dir().join(format!("attache-pack-{}", std::process::id()));
        fs::create_dir_all(&site).expect("a folder for temporary files");
        for (name, css) in [("a.css", "a{}"), ("b.css", "b{}")] {
            fs::write(site.join(name), css).expect("as above");
        }
        let html = "<head><link href=./a.css rel=stylesheet><link rel=icon href=x.svg>\
            <link rel=\"stylesheet\" href=\"./b.css\"></head>";
        let packed = in_one_file(html, &site).expect("both are there");
        assert_eq!(packed, "<head><link href=./a.css rel=stylesheet><link rel=icon href=x.svg></head>");
        assert_eq!(fs::read_to_string(site.join("a.css")).expect("it was written"), "a{}b{}");
        assert!(!site.join("b.css").exists());
        fs::remove_dir_all(&site).expect("it was made above");
    }
}
