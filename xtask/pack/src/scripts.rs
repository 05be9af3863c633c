//! Makes the scripts of the page shorter. Trunk's own minifier cannot parse what wasm-bindgen writes.

use std::fs;
use std::path::Path;

use crate::Result;

/// Makes all scripts in a folder shorter.
///
/// # Errors
/// A folder or file that cannot be read or written.
pub fn shorten_all(site: &Path) -> Result<()> {
    for entry in fs::read_dir(site)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "js") {
            let script = fs::read_to_string(&path)?;
            fs::write(path, shorter(&script))?;
        }
    }
    Ok(())
}

/// The script without indentation, empty lines, and lines that are only a comment. Nothing else is touched: these three
/// are most of what a compressor leaves, and a string over several lines, which would be hurt, is in none of ours.
fn shorter(script: &str) -> String {
    let mut shorter = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        if !in_comment && !line.is_empty() && !line.starts_with("//") {
            shorter.push_str(line);
            shorter.push('\n');
        }
        in_comment &= !line.ends_with("*/");
    }
    shorter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_and_space_go() {
        let script =
            "// One.\nconst a = 1; // two\n\n/**\n * Three.\n */\n  /* four */\nif (a) {\n  b(\"// no comment\");\n}\n";
        assert_eq!(shorter(script), "const a = 1; // two\nif (a) {\nb(\"// no comment\");\n}\n");
    }
}
