//! The text stays the text: whatever is highlighted, it reads, copies, is found and joins its letters as before.

use browser_tests::{MIXED, Page, SEED, article};
use serde_json::json;

const ARABIC: &str = "وزیر امور خارجه ایران حسین امیرعبداللهیان گفت که مذاکرات ادامه دارد.\n\
    أعلن الرئيس اللبناني ميشال عون وقف إطلاق النار في اليمن.\n";

/// Selects by offsets, as no hand can aim; the page hears of it as of any selection.
fn select_at(page: &Page, start: usize, end: usize) {
    let script = "const range = rangeAt(arguments[0], arguments[1]);
        article.focus({ preventScroll: true });
        getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset)";
    page.run(script, json!([start, end]));
    page.settle();
}

/// The same numbers in every run (xorshift).
fn random(seed: &mut u64, below: usize) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    (*seed % below as u64) as usize
}

#[test]
fn the_text_never_changes_whatever_is_edited() {
    let text = format!("{MIXED}{}\n\n{ARABIC}{MIXED}", &SEED[..SEED.find("In the telephone").expect("the seed")]);
    let page = Page::with_article(&article("random", &text, &[(0, 6, "TOPIC")]));
    // Where a selection can start or end: at grapheme clusters, or at least not before a combining accent.
    let mut places = Vec::new();
    let mut at = 0;
    for c in text.chars() {
        if c != '\u{301}' {
            places.push(at);
        }
        at += c.len_utf16();
    }
    let start = page.marks();
    let seed = &mut 0x0A77_AC4E_u64;
    for edit in 0..28 {
        let from = random(seed, places.len() - 1);
        let reach = [3, 12, 60, 400][random(seed, 4)];
        let to = (from + 1 + random(seed, reach)).min(places.len() - 1);
        select_at(&page, places[from], places[to]);
        page.press(["o", "r", "t"][random(seed, 3)]);
        if edit % 4 == 3 {
            page.press(["[", "}", "Delete", "t"][random(seed, 4)]);
        }
        assert_eq!(page.text(), text, "edit {edit}");
    }
    let end = page.marks();
    assert!(end.len() > 15, "{}", end.len());
    let units: Vec<u16> = text.encode_utf16().collect();
    for mark in &end {
        assert_eq!(String::from_utf16_lossy(&units[mark.start..mark.end]), mark.text);
    }
    let mut n_undone = 0;
    while page.marks() != start {
        assert!(n_undone < 50, "undo never comes back to the start: {:#?}", page.marks());
        page.press("Control+z");
        n_undone += 1;
    }
    assert_eq!(page.text(), text);
    page.press_times("Control+Shift+z", n_undone);
    assert_eq!((page.marks(), page.text()), (end, text));
}

#[test]
fn copying_gives_exactly_the_text_selected() {
    let page = Page::first_visit();
    let copied = |page: &Page| {
        page.press("Control+c");
        page.click("[data-action=paste]");
        page.press("Control+v");
        let field = page.run("return document.querySelector('textarea').value", json!([]));
        page.press("Escape");
        field.as_str().unwrap_or_default().to_owned()
    };
    let seed_start = |words: &str| SEED.find(words).expect("words of the seed");

    let within = "Iranian Foreign Minister Hossein Amir Abdollahian held phone conversations";
    page.select(within);
    assert_eq!(copied(&page), within);

    let (from, to) = ("Foreign Minister Hossein", "praised the stances");
    page.select_from_to(from, to);
    let over_blocks = &SEED[seed_start(from)..seed_start(to) + to.len()];
    assert_eq!(copied(&page), over_blocks, "over several blocks");

    page.open(&[("mixed.txt", MIXED.as_bytes())]);
    page.wait("the article", "return document.querySelectorAll('[data-doc-list] > li').length === 2");
    page.select_from_to("Foreign Minister", "Old Persian");
    let start = MIXED.find("Foreign").expect("words");
    let end = MIXED.find("Old Persian").expect("words") + "Old Persian".len();
    assert_eq!(copied(&page), &MIXED[start..end], "NBSP, combining accent and surrogates");
}

#[test]
fn the_browser_finds_a_phrase_across_the_edge_of_a_highlight() {
    let page = Page::first_visit();
    assert!(page.marks().iter().any(|mark| mark.text == "Hossein Amir Abdollahian"));
    let phrase = "Amir Abdollahian held phone";
    assert_eq!(page.run("return find(arguments[0], true)", json!([phrase])), json!(true));
    assert_eq!(page.selected(), phrase);
    let last = SEED.trim_end().rsplit_once(". ").expect("sentences").1;
    let last: String = last.chars().take(40).collect();
    assert_eq!(page.run("return find(arguments[0], true)", json!([last])), json!(true), "far below the screen");
}

#[test]
fn arabic_letters_keep_their_joins_and_run_from_right_to_left() {
    let page = Page::with_article(&article("arabic", ARABIC, &[(0, 4, "ROLE")]));
    let directions = page
        .run("return [...article.querySelectorAll('.block')].map((it) => getComputedStyle(it).direction)", json!([]));
    assert_eq!(directions, json!(["rtl", "rtl"]));
    let width = |word: &str| {
        let script = "return rangeOf(arguments[0]).getBoundingClientRect().width";
        page.run(script, json!([word])).as_f64().expect("a width")
    };
    for (word, part) in [("امیرعبداللهیان", "امیر"), ("اللبناني", "لبنان"), ("مذاکرات", "اکرات"), ("ميشال", "ميشا")]
    {
        let before = width(word);
        let start = ARABIC[..ARABIC.find(word).expect("a word")].encode_utf16().count();
        let within = word[..word.find(part).expect("a part")].encode_utf16().count();
        select_at(&page, start + within, start + within + part.encode_utf16().count());
        page.press("o");
        assert_eq!(page.marks_on(part).len(), 1, "{part} in {:?}", page.marks());
        let after = width(word);
        assert!((before - after).abs() <= 0.5, "{word} with {part} highlighted: {before} px before, {after} px after");
        page.press("Escape");
        let after = width(word);
        assert!((before - after).abs() <= 0.5, "{word} with {part} no longer active: {before} px, then {after} px");
    }
    assert_eq!(page.text(), ARABIC);
}

#[test]
fn letters_do_not_move_when_a_label_comes_or_goes() {
    let page = Page::first_visit();
    let boxes = |page: &Page| -> Vec<Vec<i64>> {
        let script = "return [...article.querySelectorAll('.block')].slice(0, 8).map((it) => {
            const box = it.getBoundingClientRect();
            const range = document.createRange();
            range.selectNodeContents(it);
            const last = boxesOf(range).at(-1);
            return [box.top - article.getBoundingClientRect().top, box.height, last.left, last.right].map(Math.round);
        })";
        serde_json::from_value(page.run(script, json!([]))).expect("lists of numbers")
    };
    page.run("scrollTo(0, 0)", json!([]));
    let before = boxes(&page);
    for words in ["held phone conversations", "Secretary General of the Organization", "Islamic Cooperation (OIC)"] {
        page.select(words);
        page.press("t");
    }
    let after = boxes(&page);
    for (block, (before, after)) in before.iter().zip(&after).enumerate() {
        for (was, is) in before.iter().zip(after) {
            assert!((was - is).abs() <= 1, "block {block}: {before:?} became {after:?}");
        }
    }
}

#[test]
fn labels_and_states_differ_by_more_than_colour() {
    let text = "Official Role Topic suggested\n";
    let spans = [(0, 8, "OFFICIAL"), (9, 13, "ROLE"), (14, 19, "TOPIC"), (20, 29, "OFFICIAL")];
    let page =
        Page::with_article(&article("labels", text, &spans).replace("\"start\":20", "\"score\":0.5,\"start\":20"));
    let script = "return [...article.querySelectorAll('mark')].map((it) => {
        const style = getComputedStyle(it);
        return [style.textDecorationLine, style.textDecorationStyle, style.textDecorationThickness,
            style.paddingLeft, style.borderLeftWidth, style.marginLeft].join(' ');
    })";
    let styles: Vec<String> = serde_json::from_value(page.run(script, json!([]))).expect("styles");
    let [official, role, topic, suggested] = &styles[..] else { panic!("four highlights: {styles:?}") };
    for style in &styles {
        assert!(style.starts_with("underline") && style.ends_with("0px 0px 0px"), "{style}");
    }
    assert!(official != role && role != topic && official != topic, "{styles:?}");
    assert_ne!(official, suggested, "a suggestion looks otherwise than what is decided");
}
