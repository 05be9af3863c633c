//! Markdown as a tree: what the page draws of the guidelines. Markup in it is shown as it stands and never becomes
//! markup of the page.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Something that stands on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkdownBlock {
    /// A heading of a level from 1.
    Heading(u8, Vec<Inline>),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list of items, numbered or not.
    List {
        /// Whether it is numbered.
        numbered: bool,
        /// The items.
        items: Vec<Vec<MarkdownBlock>>,
    },
    /// A quotation.
    Quote(Vec<MarkdownBlock>),
    /// Text that is kept as it is.
    Code(String),
    /// A line across.
    Rule,
}

/// Something within a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Words.
    Text(String),
    /// Strong words.
    Strong(Vec<Inline>),
    /// Stressed words.
    Emphasis(Vec<Inline>),
    /// Words that are kept as they are.
    Code(String),
    /// A link to the web.
    Link(String, Vec<Inline>),
    /// A new line.
    Break,
}

/// Something that is open while it is read.
enum Open {
    Blocks(Vec<MarkdownBlock>),
    Items(Vec<Vec<MarkdownBlock>>),
    Inlines(Vec<Inline>),
    Link(String, Vec<Inline>),
}

/// How deep the tree is at the most: it is drawn by functions that call themselves. What lies deeper is drawn there.
const DEEPEST: usize = 50;

/// The tree of a text in Markdown (CommonMark, with tables as their text).
pub fn markdown(source: &str) -> Vec<MarkdownBlock> {
    let mut tree = Tree { stack: vec![Open::Blocks(Vec::new())] };
    for event in Parser::new_ext(source, Options::empty()) {
        tree.take(event);
    }
    while tree.stack.len() > 1 {
        tree.stack.pop();
    }
    match tree.stack.pop() {
        Some(Open::Blocks(blocks)) => blocks,
        _ => Vec::new(),
    }
}

struct Tree {
    stack: Vec<Open>,
}

impl Tree {
    fn take(&mut self, event: Event) {
        match event {
            Event::Start(tag) => match tag {
                Tag::List(_) => self.stack.push(Open::Items(Vec::new())),
                Tag::Item | Tag::BlockQuote(_) => self.stack.push(Open::Blocks(Vec::new())),
                Tag::Link { dest_url, .. } => self.stack.push(Open::Link(dest_url.to_string(), Vec::new())),
                _ => self.stack.push(Open::Inlines(Vec::new())),
            },
            Event::End(tag) => self.close(tag),
            Event::Text(words) | Event::Html(words) | Event::InlineHtml(words) => {
                self.inline(Inline::Text(words.to_string()));
            }
            Event::Code(words) => self.inline(Inline::Code(words.to_string())),
            Event::SoftBreak => self.inline(Inline::Text(" ".to_owned())),
            Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => self.block(MarkdownBlock::Rule),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        let Some(open) = self.stack.pop() else { return };
        let is_too_deep = self.stack.len() >= DEEPEST;
        match (tag, open) {
            (TagEnd::List(_), Open::Items(items)) if is_too_deep => {
                items.into_iter().flatten().for_each(|block| self.block(block));
            }
            (TagEnd::BlockQuote(_), Open::Blocks(blocks)) if is_too_deep => {
                blocks.into_iter().for_each(|block| self.block(block));
            }
            (TagEnd::Strong | TagEnd::Emphasis, Open::Inlines(inlines)) if is_too_deep => {
                inlines.into_iter().for_each(|inline| self.inline(inline));
            }
            (TagEnd::List(numbered), Open::Items(items)) => self.block(MarkdownBlock::List { numbered, items }),
            (TagEnd::Item, Open::Blocks(blocks)) => {
                if let Some(Open::Items(items)) = self.stack.last_mut() {
                    items.push(blocks);
                }
            }
            (TagEnd::BlockQuote(_), Open::Blocks(blocks)) => self.block(MarkdownBlock::Quote(blocks)),
            (TagEnd::Heading(level), Open::Inlines(inlines)) => {
                self.block(MarkdownBlock::Heading(number(level), inlines));
            }
            (TagEnd::CodeBlock, Open::Inlines(inlines)) => self.block(MarkdownBlock::Code(words(&inlines))),
            (TagEnd::Strong, Open::Inlines(inlines)) => self.inline(Inline::Strong(inlines)),
            (TagEnd::Emphasis, Open::Inlines(inlines)) => self.inline(Inline::Emphasis(inlines)),
            (_, Open::Link(address, inlines)) if is_web(&address) => self.inline(Inline::Link(address, inlines)),
            (_, Open::Link(_, inlines)) => inlines.into_iter().for_each(|inline| self.inline(inline)),
            (TagEnd::Image, Open::Inlines(inlines)) => self.inline(Inline::Text(words(&inlines))),
            (_, Open::Inlines(inlines)) => self.block(MarkdownBlock::Paragraph(inlines)),
            (_, Open::Blocks(blocks)) => blocks.into_iter().for_each(|block| self.block(block)),
            (_, Open::Items(_)) => {}
        }
    }

    fn inline(&mut self, inline: Inline) {
        match self.stack.last_mut() {
            Some(Open::Inlines(inlines) | Open::Link(_, inlines)) => inlines.push(inline),
            // In a tight list the words of an item stand in no paragraph.
            Some(Open::Blocks(blocks)) => match blocks.last_mut() {
                Some(MarkdownBlock::Paragraph(inlines)) => inlines.push(inline),
                _ => blocks.push(MarkdownBlock::Paragraph(vec![inline])),
            },
            Some(Open::Items(_)) | None => {}
        }
    }

    fn block(&mut self, block: MarkdownBlock) {
        if let Some(Open::Blocks(blocks)) = self.stack.last_mut() {
            blocks.push(block);
        }
    }
}

/// Only addresses of the web are links; others, `javascript:` above all, are words.
fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

fn words(inlines: &[Inline]) -> String {
    let word = |inline: &Inline| match inline {
        Inline::Text(text) | Inline::Code(text) => text.clone(),
        Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link(_, inner) => words(inner),
        Inline::Break => "\n".to_owned(),
    };
    inlines.iter().map(word).collect()
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Inline {
        Inline::Text(words.to_owned())
    }

    #[test]
    fn markdown_becomes_a_tree() {
        let tree = markdown("# How\n\nMark *names*\nand **offices**.\n\n- one `x`\n- two\n\n> said\n\n---\n");
        let expected = [
            MarkdownBlock::Heading(1, vec![text("How")]),
            MarkdownBlock::Paragraph(vec![
                text("Mark "),
                Inline::Emphasis(vec![text("names")]),
                text(" "),
                text("and "),
                Inline::Strong(vec![text("offices")]),
                text("."),
            ]),
            MarkdownBlock::List {
                numbered: false,
                items: vec![
                    vec![MarkdownBlock::Paragraph(vec![text("one "), Inline::Code("x".to_owned())])],
                    vec![MarkdownBlock::Paragraph(vec![text("two")])],
                ],
            },
            MarkdownBlock::Quote(vec![MarkdownBlock::Paragraph(vec![text("said")])]),
            MarkdownBlock::Rule,
        ];
        assert_eq!(tree, expected);
    }

    #[test]
    fn only_the_web_is_linked_to() {
        let link = |source: &str| markdown(source).pop();
        let there = Inline::Link("https://x.org/".to_owned(), vec![text("x")]);
        assert_eq!(link("[x](https://x.org/)"), Some(MarkdownBlock::Paragraph(vec![there])));
        assert_eq!(link("[x](javascript:alert)"), Some(MarkdownBlock::Paragraph(vec![text("x")])));
    }

    #[test]
    fn what_is_nested_too_deep_is_flat_and_loses_no_words() {
        fn look(blocks: &[MarkdownBlock], depth: usize, seen: &mut String) -> usize {
            let deepest = blocks.iter().map(|block| match block {
                MarkdownBlock::Quote(inner) => look(inner, depth + 1, seen),
                MarkdownBlock::List { items, .. } => {
                    items.iter().map(|item| look(item, depth + 2, seen)).max().unwrap_or(depth)
                }
                MarkdownBlock::Paragraph(inlines) | MarkdownBlock::Heading(_, inlines) => {
                    seen.push_str(&words(inlines));
                    format!("{inlines:?}").matches("Emphasis").count() + depth
                }
                MarkdownBlock::Code(code) => {
                    seen.push_str(code);
                    depth
                }
                MarkdownBlock::Rule => depth,
            });
            deepest.max().unwrap_or(depth)
        }
        for source in [
            format!("{}deep\n\nend", "> ".repeat(1_000)),
            format!("{}deep\n\nend", "- ".repeat(1_000)),
            format!("{}deep{}\n\nend", "*a ".repeat(1_000), " a*".repeat(1_000)),
        ] {
            let mut seen = String::new();
            let depth = look(&markdown(&source), 0, &mut seen);
            assert!(depth > 10 && depth <= DEEPEST + 2, "{depth}");
            assert!(seen.contains("deep") && seen.ends_with("end"), "{seen}");
        }
    }

    #[test]
    fn markup_is_shown_as_it_stands() {
        let tree = markdown("<script>alert(1)</script>\n\nan <b>x</b> ![alt](http://x/y.png)");
        let shown: Vec<String> = tree
            .iter()
            .map(|block| match block {
                MarkdownBlock::Paragraph(inlines) => words(inlines),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(shown, ["<script>alert(1)</script>\n", "an <b>x</b> alt"]);
    }
}
