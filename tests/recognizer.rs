//! The recognizer as a reader sees it: marked sentences, laws on random texts, and the seed article as a golden file.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use attache::recognize::{Class, Model, Recognizer, Suggestion, Sureness, recognize};
use attache::text::Text;
use laws_of_suggestions::check_laws;
use proptest::prelude::*;

mod laws_of_suggestions;

fn letter(class: Class) -> char {
    match class {
        Class::Official => 'o',
        Class::Role => 'r',
        Class::Topic => 't',
    }
}

/// The text of a marked sentence, and the marks as the recognizer's output would show them.
fn unmark(marked: &str) -> String {
    let mut text = String::new();
    let mut rest = marked;
    while let Some(at) = rest.find(['[', ']']) {
        text.push_str(&rest[..at]);
        rest = if rest[at..].starts_with('[') { &rest[at + 3..] } else { &rest[at + 1..] };
    }
    text + rest
}

fn mark(text: &Text, suggestions: &[Suggestion]) -> String {
    let mut shown = String::new();
    let mut at = 0;
    for suggestion in suggestions {
        let range = suggestion.span.range();
        let word = text.slice(suggestion.span);
        write!(shown, "{}[{}:{word}]", &text.as_str()[at..range.start], letter(suggestion.class)).expect("a string");
        at = range.end;
    }
    shown + &text.as_str()[at..]
}

/// By rules alone, as the page does before the model has arrived.
fn check_rules(marked: &str) {
    let text = Text::new(unmark(marked));
    assert_eq!(mark(&text, &Recognizer::rules().recognize(&text)), marked);
}

/// With the model.
fn check(marked: &str) {
    let text = Text::new(unmark(marked));
    assert_eq!(mark(&text, &recognize(&text)), marked);
}

#[test]
fn titles_and_names_by_rules() {
    for marked in [
        "[r:Foreign Minister] [o:Bu Habib] said so.",
        "[r:Iranian Foreign Minister] [o:Hossein Amir Abdollahian] spoke with his [r:Lebanese counterpart] [o:Abdullah Bu Habib].",
        "He met [r:Secretary General of the Organization of Islamic Cooperation (OIC)] [o:Hussein Ibrahim Taha] there.",
        "[o:Zamira Sydykova], the [r:Kyrgyz ambassador to the United States], was recalled.",
        "[r:U.N. Secretary-General] [o:Kofi Annan] left. Mr. [o:Annan] said nothing.",
        "[r:Kuwaiti Foreign Minister] [o:Sheikh Ahmad Nasser al-Sabah] agreed.",
        "The [r:Iranian foreign minister] spoke. The [r:top Kuwaiti diplomat] thanked him.",
        "The two leaders and the foreign ministers of Islamic countries came.",
        "[o:King Abdullah] arrived. The Bush administration did not.",
        "[r:President] [o:George W. Bush] spoke. The Bush administration did not. [o:Bush]’s aides did.",
    ] {
        check_rules(marked);
    }
}

#[test]
fn what_has_neither_letter_nor_digit_is_not_suggested() {
    let unsure = Recognizer::built_in().with_sureness(Sureness::LEAST);
    for content in
        ["👨\u{200d}👩\u{200d}👧", "👩\u{200d}💻", "❤\u{fe0f}", "\u{200d}", "— …", "🇫🇷\n\n🏳\u{fe0f}\u{200d}🌈"]
    {
        assert_eq!(unsure.recognize(&Text::new(content)), [], "{content:?}");
        check(content);
        check_rules(content);
    }
}

#[test]
fn topics_with_their_edges_by_rules() {
    for marked in [
        "They spoke of the continuation of the [t:ceasefire in Yemen].",
        "He urged them to lift the [t:humanitarian siege on Yemen] now.",
        "It comes after the [t:Lebanese parliamentary elections].",
        "The deal is off.",
    ] {
        check_rules(marked);
    }
}

#[test]
fn officials_roles_and_topics_with_the_model() {
    for marked in [
        "[r:Iranian Foreign Minister] [o:Hossein Amir Abdollahian] spoke with his [r:Lebanese counterpart] [o:Abdullah Bu Habib] about the [t:ceasefire in Yemen].",
        "The [r:president] said the talks had failed. Journalist Ann Lee was there.",
        "[r:Secretary of State] [o:Antony J. Blinken] met [r:Ukrainian Foreign Minister] [o:Dmytro Kuleba]. The [r:Secretary] left.",
    ] {
        check(marked);
    }
}

#[test]
fn a_broken_model_file_is_refused() {
    let bytes = include_bytes!("../seeds/model/recognizer.bin");
    let model = Model::parse(bytes).expect("the model that comes with the program");
    assert_eq!(model.to_bytes(), bytes, "written as it was read");
    for broken in [&b""[..], b"ATTACHE", b"nonsense", &bytes[..bytes.len() - 1], &bytes[..100]] {
        assert!(Model::parse(broken).is_err());
    }
    let mut longer = bytes.to_vec();
    longer.push(0);
    assert!(Model::parse(&longer).is_err());
}

#[test]
fn who_is_who() {
    let text = Text::new(
        "Iranian Foreign Minister Hossein Amir Abdollahian met his Kuwaiti counterpart Sheikh Ahmed Nasser al-Sabah. \
         Amir Abdollahian spoke. Kuwaiti Foreign Minister Sheikh Ahmad Nasser al-Sabah agreed. \
         The top Kuwaiti diplomat thanked the Iranian foreign minister.",
    );
    let persons: Vec<String> =
        Recognizer::rules().recognize(&text).into_iter().map(|suggestion| suggestion.entity).collect();
    let (iranian, kuwaiti) = ("Hossein Amir Abdollahian", "Sheikh Ahmed Nasser al-Sabah");
    let expected = [iranian, iranian, kuwaiti, kuwaiti, iranian, kuwaiti, kuwaiti, kuwaiti, iranian];
    assert_eq!(persons, expected);
}

#[test]
fn a_role_points_at_its_name_and_says_why() {
    let text = Text::new("Foreign Minister Abdullah Bu Habib spoke.");
    let found = recognize(&text);
    let [role, name] = found.as_slice() else { panic!("two mentions, not {found:?}") };
    assert_eq!(role.of, Some(name.span));
    assert_eq!(name.evidence, "title ‘Foreign Minister’ before it");
    assert!((0.0..=1.0).contains(&name.score));
}

#[test]
fn the_seed_article_is_annotated_as_before() {
    let root = env!("CARGO_MANIFEST_DIR");
    let content = std::fs::read_to_string(format!("{root}/seeds/articles/000_e8fd1c9e67b988b0.txt")).expect("the seed");
    let text = Text::new(content);
    let mut lines = String::new();
    for found in recognize(&text) {
        let (start, end) = text.span_chars(found.span);
        let line = serde_json::json!({
            "start": start.0, "end": end.0, "label": found.class.name(), "text": text.slice(found.span),
            "entity": found.entity, "evidence": found.evidence,
        });
        writeln!(lines, "{line}").expect("a string");
    }
    let path = format!("{root}/tests/golden/seed.jsonl");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(format!("{root}/tests/golden")).expect("a folder");
        std::fs::write(&path, &lines).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(lines, golden, "UPDATE_GOLDEN=1 cargo test rewrites it; then look at the difference");
}

const WORDS: &[&str] = &[
    "President",
    "the",
    "foreign minister",
    "Ann",
    "Lee",
    "of",
    "Yemen",
    "Iranian",
    "ceasefire",
    "in",
    "’s",
    "'s",
    ",",
    ".",
    "and",
    "his",
    "counterpart",
    "King",
    "U.N.",
    "envoy",
    "\u{a0}",
    "\n",
    "“",
    "”",
    "al-Sabah",
    "(OIC)",
    "talks",
    "on",
    "e\u{301}",
    "😀",
    "𐎠",
    "سلام",
    "\u{200b}",
    "Mr.",
    "W.",
    "spoke",
    "-",
    "Gen.",
    "1,000",
    "II",
    "\u{feff}",
];

proptest! {
    #[test]
    fn any_text_gives_valid_suggestions(content in any::<String>()) {
        check_laws(&content);
    }

    #[test]
    fn any_order_of_telling_words_does_too(
        parts in prop::collection::vec((prop::sample::select(WORDS), prop::sample::select(&["", " ", "  "][..])), 0..60)
    ) {
        let content: String = parts.into_iter().flat_map(|(word, gap)| [word, gap]).collect();
        check_laws(&content);
    }
}

/// A piece of the seed article with other pieces put in and taken out, at characters.
fn mutated(edits: &[(usize, usize, String)]) -> String {
    let mut characters: Vec<char> =
        include_str!("../seeds/articles/000_e8fd1c9e67b988b0.txt").chars().take(1500).collect();
    for (at, removed, added) in edits {
        let at = at % (characters.len() + 1);
        let end = (at + removed).min(characters.len());
        characters.splice(at..end, added.chars());
    }
    characters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 10, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_article_gives_valid_suggestions(
        edits in prop::collection::vec((0usize..2000, 0usize..40, ".{0,12}"), 1..12)
    ) {
        check_laws(&mutated(&edits));
    }
}

fn timed(content: String) -> Duration {
    let text = Text::new(content);
    let once = || {
        let start = Instant::now();
        recognize(&text);
        start.elapsed()
    };
    once().min(once())
}

/// Eight times the text must not take much more than eight times as long; a square would take 64 times.
#[test]
fn time_is_linear_in_the_length() {
    type Make = fn(usize) -> String;
    let texts: [(&str, Make); 5] = [
        ("one line", |n| "Iranian Foreign Minister Ann Lee praised the ceasefire in Yemen and the envoy. ".repeat(n)),
        ("no stops", |n| "Iranian Foreign Minister Ann Lee praised the envoy, ".repeat(n)),
        ("one character", |n| "x".repeat(80 * n)),
        ("spaces", |n| " ".repeat(80 * n)),
        ("capitalised words", |n| (0..10 * n).map(|i| format!("Name{i} ")).collect()),
    ];
    for (name, make) in texts {
        let small = timed(make(400)).max(Duration::from_millis(4));
        let large = timed(make(3200));
        assert!(large < small * 8 * 4, "{name}: {small:?}, then {large:?} for eight times as much");
    }
}
