//! Editions in TEI with anything in them.

use proptest::prelude::*;

use super::{read, there_and_back};

/// Any piece of an edition: words, and elements in elements.
fn piece() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "a",
        "b ",
        " c",
        "é😀",
        "&amp;\n",
        "<lb/>",
        "<pb n='2'/>",
        "<note>n <hi>o</hi></note>",
    ]);
    words.prop_map(str::to_owned).prop_recursive(4, 24, 4, |inner| {
        let names = prop::sample::select(vec!["p", "div", "hi", "persName", "orgName", "item", "seg", "rs"]);
        (names, prop::collection::vec(inner, 0..4))
            .prop_map(|(name, inside)| format!("<{name}>{}</{name}>", inside.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn written_again_it_has_the_same_words_and_spans(pieces in prop::collection::vec(piece(), 1..5)) {
        let file = format!("<TEI xmlns='http://www.tei-c.org/ns/1.0'><text><body>w{}</body></text></TEI>", pieces.concat());
        let (texts, spans, _) = read(&[("a.xml", &file)]);
        let (bytes, _) = there_and_back("tei", &[("a.xml", &file)]);
        let written = String::from_utf8(bytes).expect("text");
        let (texts_again, mut spans_again, told) = read(&[("a.xml", &written)]);
        prop_assert_eq!(&texts_again, &texts, "{}\n{}", file, written);
        let mut spans = spans;
        spans.iter_mut().chain(&mut spans_again).for_each(|spans| spans.sort());
        prop_assert_eq!(spans_again, spans, "{}\n{}\n{:?}", file, written, told);
        for name in ["<p>", "<div>", "<hi>", "<item>", "<seg>", "<lb/>", "<pb n='2'/>", "<note>"] {
            let body = written.split_once("<body").expect("a body").1;
            prop_assert_eq!(body.matches(name).count(), file.matches(name).count(), "{}\n{}", file, written);
        }
    }
}
