//! What the XML formats share: escapes for writing, and a reader that says where a file breaks.
//!
//! XML 1.0 (<https://www.w3.org/TR/xml/#charsets>) has no place for most control characters: a space stands in their
//! stead, so that every position after them holds, and the loss is said.

use roxmltree::{Document, Node, ParsingOptions};

use super::{Source, n_things};

/// Whether XML 1.0 can hold a character.
fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Text between tags. A carriage return is written as a reference: a bare one would come back as a newline.
pub(super) fn text(content: &str) -> String {
    escaped(content, false)
}

/// A value between double quotes. White space is written as references, which no reader normalises.
pub(super) fn attribute(value: &str) -> String {
    escaped(value, true)
}

fn escaped(content: &str, in_quotes: bool) -> String {
    let mut out = String::with_capacity(content.len() + content.len() / 16);
    for c in content.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            '"' if in_quotes => out.push_str("&quot;"),
            '\n' if in_quotes => out.push_str("&#10;"),
            '\t' if in_quotes => out.push_str("&#9;"),
            c => out.push(if is_char(c) { c } else { ' ' }),
        }
    }
    out
}

/// A CDATA section, or several where one must not hold what comes: `]]>` and carriage returns.
pub(super) fn cdata(content: &str) -> String {
    let plain: String = content.chars().map(|c| if is_char(c) { c } else { ' ' }).collect();
    let plain = plain.replace("]]>", "]]]]><![CDATA[>").replace('\r', "]]>&#13;<![CDATA[");
    format!("<![CDATA[{plain}]]>")
}

/// A name of an element or attribute made of any words: other characters become `_`.
pub(super) fn name(words: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    let name: String = words.chars().map(plain).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') { name } else { format!("_{name}") }
}

/// A sentence on the characters of these texts that XML cannot hold.
pub(super) fn losses(sources: &[Source]) -> Option<String> {
    let n = sources.iter().flat_map(|it| it.article.text().as_str().chars()).filter(|c| !is_char(*c)).count();
    let (one, several) =
        ("control character, which XML has no place for, is", "control characters, which XML has no place for, are");
    (n > 0).then(|| format!("{} written as a space.", n_things(n, one, several)))
}

/// The tree of a file. Entities that it declares itself are replaced within limits, outer ones are refused; the error
/// is a sentence without its end.
pub(crate) fn parse(content: &str) -> Result<Document<'_>, String> {
    let options = ParsingOptions { allow_dtd: true, nodes_limit: 20_000_000, ..ParsingOptions::default() };
    Document::parse_with_options(content, options).map_err(|error| format!("This XML cannot be read: {error}"))
}

/// Whether a text is XML whose first element has one of these names, whatever its prefix.
pub(super) fn starts_with(content: &str, names: &[&str]) -> bool {
    root(content).is_some_and(|root| names.contains(&root))
}

/// The name of the first element, without its prefix.
pub(super) fn root(content: &str) -> Option<&str> {
    let mut rest = content.trim_start();
    if !rest.starts_with('<') {
        return None;
    }
    loop {
        let skipped = if rest.starts_with("<?") {
            rest.split_once("?>")
        } else if rest.starts_with("<!--") {
            rest.split_once("-->")
        } else if rest.starts_with("<!") {
            let has_subset = rest.find('[').is_some_and(|at| rest.find('>').is_none_or(|end| at < end));
            if has_subset {
                rest.split_once("]").and_then(|(_, rest)| rest.split_once('>'))
            } else {
                rest.split_once('>')
            }
        } else {
            break;
        };
        rest = skipped?.1.trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let name = &name[..name.find(|c: char| c.is_whitespace() || c == '>' || c == '/')?];
    Some(name.rsplit_once(':').map_or(name, |(_, local)| local))
}

/// All text in an element.
pub(crate) fn content(node: Node) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

/// The children of an element that have a name, in any namespace.
pub(super) fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// Where an element stands, for messages: `line 3`.
pub(super) fn place(node: Node) -> String {
    format!("line {}", node.document().text_pos_at(node.range().start).row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let hostile = "a<b>&\"c\" ]]> \r\n\t\u{1}é😀";
        let file = format!("<r a=\"{}\">{}<c>{}</c></r>", attribute(hostile), text(hostile), cdata(hostile));
        let tree = parse(&file).expect("it is XML");
        let expected = hostile.replace('\u{1}', " ");
        assert_eq!(tree.root_element().attribute("a"), Some(&*expected));
        assert_eq!(content(tree.root_element()), format!("{expected}{expected}"));
    }

    #[test]
    fn the_first_element_is_found_behind_what_may_precede_it() {
        let file = "<?xml version='1.0'?>\n<!-- <no> --><!DOCTYPE a [<!ENTITY x 'y'>]>\n<x:GateDocument version='3'>";
        assert_eq!(root(file), Some("GateDocument"));
        assert_eq!(root("<"), None);
        assert_eq!(root("Taha <said>"), None);
    }

    #[test]
    fn bombs_and_outer_entities_are_refused() {
        let levels: String = (1..40).map(|n| format!("<!ENTITY e{n} '&e{};&e{};'>", n - 1, n - 1)).collect();
        assert!(parse(&format!("<!DOCTYPE r [<!ENTITY e0 'ha'>{levels}]><r>&e39;</r>")).is_err());
        assert!(parse("<!DOCTYPE r [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><r>&f;</r>").is_err());
        let message = parse("<r>\n<a></b></r>").expect_err("it is broken");
        assert!(message.contains("2:"), "{message}");
    }
}
