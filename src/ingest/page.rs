//! Web pages as articles: the words of a page with its title and date. Nothing in a page is run or fetched; its text is
//! text. Tokens are those of the HTML standard, by `html5gum`; which of them are the article is our guess.

use std::collections::BTreeMap;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{State, Token, Tokenizer};

use crate::format::{Flow, Gap};

/// An article out of markup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// Empty when the page has none.
    pub(super) title: String,
    /// As the page writes it; empty when it has none.
    pub(super) date: String,
    /// Its address, as it says itself.
    pub(super) url: String,
    /// The paper or site.
    pub(super) source: String,
    /// The code of its language.
    pub(super) language: String,
    /// Its words: paragraphs with an empty line between two.
    pub(super) text: String,
}

/// Elements that hold no words of the page.
const SILENT: [&str; 12] = [
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "button", "textarea",
    "title",
];

/// Elements that hold words around the article.
const AROUND: [&str; 4] = ["nav", "aside", "footer", "dialog"];

/// Names of `meta` elements that give the date of an article.
const DATES: [&str; 10] = [
    "article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.created",
    "pubdate",
    "publish-date",
    "parsely-pub-date",
];

/// The least that the part which says it is the article must hold of a page's text to be taken for it.
const LEAST_SHARE: f64 = 0.2;

/// Where XHTML says that it is some.
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// Within how many bytes it says so.
const HEAD_BYTES: usize = 2_000;

/// Reads a page. What stands around the article is left out, unless nothing would be left.
pub(super) fn read(markup: &str) -> Page {
    let head = &markup[..markup.floor_char_boundary(HEAD_BYTES)];
    read_as(markup, head.trim_start().starts_with("<?xml") || head.contains(XHTML))
}

/// Reads a page that is known to be XHTML, or not.
pub(super) fn read_as(markup: &str, is_xhtml: bool) -> Page {
    let mut page = Reading::new(true, is_xhtml).read(markup);
    if page.text.is_empty() {
        page.text = Reading::new(false, is_xhtml).read(markup).text;
    }
    page
}

struct Reading {
    leaves_out: bool,
    /// Whether `<title/>` and its like are empty: in HTML their slash says nothing, and all that follows is in them.
    is_xhtml: bool,
    flow: Flow,
    titles: BTreeMap<Place, String>,
    dates: BTreeMap<Place, String>,
    url: String,
    source: String,
    language: String,
    /// The element whose content is passed over, and how many of its kind are open.
    silent: Option<(String, usize)>,
    in_title: bool,
    n_pre: usize,
    /// Where the outermost open `article` and `main` began, in bytes, with how many are open.
    open: BTreeMap<&'static str, (usize, usize)>,
    /// The stretches that were such.
    parts: Vec<(&'static str, usize, usize)>,
}

/// Where a title or date stood: the first of these counts most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Meta,
    Element,
}

impl Reading {
    fn new(leaves_out: bool, is_xhtml: bool) -> Self {
        Self {
            leaves_out,
            is_xhtml,
            flow: Flow::default(),
            titles: BTreeMap::new(),
            dates: BTreeMap::new(),
            url: String::new(),
            source: String::new(),
            language: String::new(),
            silent: None,
            in_title: false,
            n_pre: 0,
            open: BTreeMap::new(),
            parts: Vec::new(),
        }
    }

    fn read(mut self, markup: &str) -> Page {
        let mut emitter = DefaultEmitter::<()>::default();
        emitter.naively_switch_states(true);
        let mut tokenizer = Tokenizer::new_with_emitter(markup, emitter);
        while let Some(token) = tokenizer.next() {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    if self.is_xhtml && tag.self_closing {
                        tokenizer.set_state(State::Data);
                    }
                    let attribute = |name: &str| {
                        let value = tag.attributes.get(name.as_bytes())?;
                        Some(String::from_utf8_lossy(value).trim().to_owned())
                    };
                    self.start(&String::from_utf8_lossy(&tag.name), tag.self_closing, &attribute);
                }
                Token::EndTag(tag) => self.end(&String::from_utf8_lossy(&tag.name)),
                Token::String(words) => self.words(&String::from_utf8_lossy(&words)),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        self.finish()
    }

    fn start(&mut self, name: &str, is_whole: bool, attribute: &dyn Fn(&str) -> Option<String>) {
        if name == "title" && self.silent.is_none() {
            self.in_title = !(is_whole && self.is_xhtml);
        }
        match &mut self.silent {
            Some((silent, n)) => {
                *n += usize::from(silent == name && !is_whole);
                return;
            }
            None if SILENT.contains(&name) || (self.leaves_out && AROUND.contains(&name)) => {
                self.silent = (!is_whole).then(|| (name.to_owned(), 1));
                return;
            }
            None => {}
        }
        match name {
            "meta" => self.meta(attribute),
            "html" => self.language = attribute("lang").unwrap_or_default(),
            "link" if attribute("rel").as_deref() == Some("canonical") => {
                self.url = attribute("href").unwrap_or_default();
            }
            "time" => {
                if let Some(date) = attribute("datetime").filter(|date| !date.is_empty()) {
                    self.dates.entry(Place::Element).or_insert(date);
                }
            }
            "pre" => self.n_pre += 1,
            _ => {}
        }
        if let Some(kind) = part_of_page(name) {
            let at = self.flow.as_str().len();
            self.open.entry(kind).or_insert((at, 0)).1 += 1;
        }
        self.flow.part(gap_of(name));
    }

    fn end(&mut self, name: &str) {
        if name == "title" {
            self.in_title = false;
        }
        if let Some((silent, n)) = &mut self.silent {
            if silent == name {
                *n -= 1;
                if *n == 0 {
                    self.silent = None;
                }
            }
            return;
        }
        if name == "pre" {
            self.n_pre = self.n_pre.saturating_sub(1);
        }
        if let Some(kind) = part_of_page(name)
            && let Some((start, n)) = self.open.get_mut(kind)
        {
            *n -= 1;
            let (start, is_over) = (*start, *n == 0);
            if is_over {
                self.open.remove(kind);
                self.parts.push((kind, start, self.flow.as_str().len()));
            }
        }
        if name != "br" {
            self.flow.part(gap_of(name));
        }
    }

    fn meta(&mut self, attribute: &dyn Fn(&str) -> Option<String>) {
        let name = attribute("property").or_else(|| attribute("name")).or_else(|| attribute("itemprop"));
        let name = name.unwrap_or_default().to_ascii_lowercase();
        let Some(content) = attribute("content").filter(|content| !content.is_empty()) else { return };
        if name == "og:url" && self.url.is_empty() {
            self.url = content;
        } else if name == "og:site_name" {
            self.source = content;
        } else if name == "og:title" {
            self.titles.entry(Place::Meta).or_insert(content);
        } else if DATES.contains(&name.as_str()) {
            self.dates.entry(Place::Meta).or_insert(content);
        }
    }

    fn words(&mut self, words: &str) {
        if self.in_title {
            self.titles.entry(Place::Element).or_default().push_str(words);
        }
        if self.silent.is_some() {
            return;
        }
        if self.n_pre > 0 {
            self.flow.next_place();
            self.flow.verbatim(words);
        } else {
            self.flow.words(words, |_| {});
        }
    }

    fn finish(self) -> Page {
        let text = self.flow.finish();
        let longest = |kind: &str| {
            let own = self.parts.iter().filter(|(of, ..)| *of == kind);
            own.map(|(_, start, end)| text[*start..*end].trim()).max_by_key(|part| part.len())
        };
        let is_enough = |part: &&str| part.len() as f64 >= LEAST_SHARE * text.len() as f64 && !part.is_empty();
        let article = longest("article").filter(is_enough).or_else(|| longest("main").filter(is_enough));
        let first = |found: BTreeMap<Place, String>| {
            let words = found.into_values().map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
            words.into_iter().find(|it| !it.is_empty()).unwrap_or_default()
        };
        let text = article.unwrap_or(&text).trim().to_owned();
        let Self { url, source, language, .. } = self;
        Page { title: first(self.titles), date: first(self.dates), url, source, language, text }
    }
}

/// The elements that say that they are the article.
fn part_of_page(name: &str) -> Option<&'static str> {
    ["article", "main"].into_iter().find(|kind| *kind == name)
}

/// What parts an element from what stands before and after it.
fn gap_of(name: &str) -> Gap {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "ul" | "ol" | "dl" | "table" | "pre"
        | "article" | "main" | "section" | "figure" | "header" | "hr" | "body" => Gap::Paragraph,
        "div" | "br" | "li" | "tr" | "dt" | "dd" | "figcaption" | "address" | "form" | "caption" | "option" => {
            Gap::Line
        }
        "td" | "th" => Gap::Tab,
        _ => Gap::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_article_of_a_page_is_read() {
        let page = read(
            "<!DOCTYPE html><html><head><title>Talks &amp; more | News</title>\
             <meta property='og:title' content='Talks &amp; more'><meta name=date content=2024-04-05>\
             <script>say('<p>no</p>')</script><style>p { color: red }</style></head>\
             <body><nav><a href=/>Home</a></nav><article><h1>Talks</h1><p>Bu&nbsp;Habib\n  <b>said</b>:<br>go &#x1F600;.\
             <p>Then<table><tr><td>a<td>b</table><pre>x\n  y</pre></article><footer>Imprint</footer></body></html>",
        );
        assert_eq!((&*page.title, &*page.date), ("Talks & more", "2024-04-05"));
        assert_eq!(page.text, "Talks\n\nBu\u{a0}Habib said:\ngo 😀.\n\nThen\n\na\tb\n\nx\n  y");
    }

    #[test]
    fn a_page_of_nothing_but_what_is_around_is_read_whole() {
        assert_eq!(read("<nav>Taha</nav>").text, "Taha");
        assert_eq!(read("<nav>Home</nav><div>Taha<div>said").text, "Taha\nsaid");
        assert_eq!(
            read("<main>x</main><p>Taha said all of this and more</p>").text,
            "x\n\nTaha said all of this and more"
        );
        assert_eq!(read("").text, "");
        assert_eq!(read("<title>").text, "");
    }

    #[test]
    fn what_is_empty_in_xhtml_swallows_nothing() {
        let body =
            "<title/><script src='x'/><style/></head><body><textarea/><iframe src='y'/><p>Taha<p>said</p></body>";
        let spaced = format!("<html xmlns='http://www.w3.org/1999/xhtml'><head>{body}</html>");
        for markup in [format!("<?xml version='1.0'?>\n<html><head>{body}</html>"), spaced] {
            let page = read(&markup);
            assert_eq!((&*page.title, &*page.text), ("", "Taha\n\nsaid"), "{markup}");
        }
        assert_eq!(read_as(body, true).text, "Taha\n\nsaid");
        let page = read("<?xml version='1.0'?><html><title>A &amp; b</title><script>1 &lt; 2</script><p>x</p></html>");
        assert_eq!((&*page.title, &*page.text), ("A & b", "x"));
    }

    #[test]
    fn nothing_in_a_page_runs_or_hides() {
        let page =
            read("<p>a<img src=x onerror=alert(1)>b<script>c</script>d</nav></p><svg><text>e</text></svg>&lt;b&gt;");
        assert_eq!(page.text, "abd\n\n<b>");
    }
}
