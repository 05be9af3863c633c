//! Draws Markdown: elements with text nodes, nothing else.

use yew::prelude::*;

use crate::view::{Inline, MarkdownBlock, markdown};

/// A text in Markdown. Its first heading is of level 3: above it stand those of the page and of the pane.
pub fn draw(source: &str) -> Html {
    html! { <>{ for markdown(source).iter().map(block) }</> }
}

fn block(it: &MarkdownBlock) -> Html {
    match it {
        MarkdownBlock::Heading(1 | 2, words) => html! { <h3>{ inlines(words) }</h3> },
        MarkdownBlock::Heading(_, words) => html! { <h4>{ inlines(words) }</h4> },
        MarkdownBlock::Paragraph(words) => html! { <p>{ inlines(words) }</p> },
        MarkdownBlock::List { numbered: true, items } => html! { <ol>{ for items.iter().map(item) }</ol> },
        MarkdownBlock::List { numbered: false, items } => html! { <ul>{ for items.iter().map(item) }</ul> },
        MarkdownBlock::Quote(blocks) => html! { <blockquote>{ for blocks.iter().map(block) }</blockquote> },
        MarkdownBlock::Code(code) => html! { <pre><code>{ code }</code></pre> },
        MarkdownBlock::Rule => html! { <hr /> },
    }
}

fn item(blocks: impl AsRef<[MarkdownBlock]>) -> Html {
    match blocks.as_ref() {
        [MarkdownBlock::Paragraph(words)] => html! { <li>{ inlines(words) }</li> },
        several => html! { <li>{ for several.iter().map(block) }</li> },
    }
}

fn inlines(words: &[Inline]) -> Html {
    let inline = |it: &Inline| match it {
        Inline::Text(text) => html! { { text } },
        Inline::Strong(inner) => html! { <strong>{ inlines(inner) }</strong> },
        Inline::Emphasis(inner) => html! { <em>{ inlines(inner) }</em> },
        Inline::Code(code) => html! { <code>{ code }</code> },
        Inline::Link(address, inner) => html! {
            <a href={address.clone()} target="_blank" rel="noopener noreferrer">{ inlines(inner) }</a>
        },
        Inline::Break => html! { <br /> },
    };
    html! { <>{ for words.iter().map(inline) }</> }
}
