//! The list of articles: which of them are shown, in which order, and how far the work is.

use std::cmp::Reverse;
use std::collections::{BTreeSet, VecDeque};

use super::{Effect, Entry, Session};
use crate::project::{ArticleHead, ArticleId, StoreError};
use crate::text::{ByteOffset, MOST_IN_VAIN, Pattern};

/// How far an article is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// However far.
    #[default]
    Any,
    /// A person has decided nothing yet.
    Untouched,
    /// Something is decided, and suggestions are left.
    Begun,
    /// Something is decided, and nothing is left.
    Done,
    /// Flagged, to come back to.
    Flagged,
    /// A highlight in it is flagged as doubtful.
    Unsure,
}

impl Stage {
    /// All stages, each with its word and its name on the screen.
    pub const ALL: [(Stage, &'static str, &'static str); 6] = [
        (Stage::Any, "any", "All"),
        (Stage::Untouched, "untouched", "Untouched"),
        (Stage::Begun, "begun", "In progress"),
        (Stage::Done, "done", "Done"),
        (Stage::Flagged, "flagged", "Flagged"),
        (Stage::Unsure, "unsure", "With doubts"),
    ];

    /// Whether an article is so far.
    pub fn holds(self, head: &ArticleHead) -> bool {
        let n_decided = head.n_visible - head.n_suggested.min(head.n_visible);
        match self {
            Stage::Any => true,
            Stage::Untouched => n_decided == 0,
            Stage::Begun => n_decided > 0 && head.n_suggested > 0,
            Stage::Done => n_decided > 0 && head.n_suggested == 0,
            Stage::Flagged => head.flagged,
            Stage::Unsure => head.n_unsure > 0,
        }
    }
}

/// In which order articles are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they came.
    #[default]
    Added,
    /// By their names, numbers in them by size.
    Name,
    /// Those with the most suggestions first.
    ToReview,
    /// The newest first; those without a date last.
    Newest,
    /// The oldest first; those without a date last.
    Oldest,
    /// By where they are from.
    Source,
}

impl Order {
    /// All orders, each with its word and its name on the screen.
    pub const ALL: [(Order, &'static str, &'static str); 6] = [
        (Order::Added, "added", "As added"),
        (Order::Name, "name", "By name"),
        (Order::ToReview, "to-review", "Most to review"),
        (Order::Newest, "newest", "Newest first"),
        (Order::Oldest, "oldest", "Oldest first"),
        (Order::Source, "source", "By source"),
    ];
}

/// What is asked of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Words that the names must hold, in capitals or not.
    pub query: String,
    /// How far the articles must be.
    pub stage: Stage,
    /// Their order.
    pub order: Order,
    /// The label that must be in them, by name; empty for any.
    pub label: String,
    /// Part of the name of a person who must be in them.
    pub person: String,
    /// Part of where they must be from.
    pub source: String,
    /// From which day to which, as `2021-05-20` or the beginning of it; empty for any.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Words that must be in the texts, in capitals or not; between two `/` a regular expression.
    pub words: String,
}

impl Listing {
    /// Whether all articles are listed as they came.
    fn is_plain(&self) -> bool {
        self.order == Order::Added && !self.is_choosy()
    }

    /// Whether not all articles are wanted.
    pub fn is_choosy(&self) -> bool {
        let said = [&self.query, &self.label, &self.person, &self.source, &self.from, &self.to, &self.words];
        self.stage != Stage::Any || said.iter().any(|words| !words.trim().is_empty())
    }

    /// What must be in the texts; the error says what is wrong with it.
    fn pattern(&self) -> Result<Option<Pattern>, String> {
        let words = self.words.trim();
        let pattern = match words.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
            Some(pattern) => Pattern::regex(pattern, false, false)?,
            None => Pattern::words(words, false, false),
        };
        Ok((!pattern.is_empty()).then_some(pattern))
    }

    fn holds(&self, head: &ArticleHead) -> bool {
        let has = |words: &str, part: &str| {
            let part = part.trim().to_lowercase();
            part.is_empty() || words.to_lowercase().contains(&part)
        };
        let date = if self.from.is_empty() && self.to.is_empty() { String::new() } else { date_key(&head.date) };
        // A day is in a month that is only begun: 2021-05-20 is not after 2021-05.
        let is_after = |limit: &str| date.as_str() > limit && !date.starts_with(limit);
        let is_in_time = (self.from.is_empty() || (!date.is_empty() && *date >= *self.from))
            && (self.to.is_empty() || (!date.is_empty() && !is_after(&self.to)));
        self.stage.holds(head)
            && is_in_time
            && (self.label.is_empty() || head.labels.contains(&self.label))
            && (self.person.trim().is_empty() || head.people.iter().any(|name| has(name, &self.person)))
            && has(&head.source, &self.source)
    }

    /// Where the listed ones are among all.
    fn of(&self, entries: &[Entry], hits: Option<&BTreeSet<ArticleId>>) -> Vec<usize> {
        let words: Vec<String> = self.query.split_whitespace().map(str::to_lowercase).collect();
        let is_called = |head: &ArticleHead| {
            let name = format!("{}\n{}", head.name, head.title).to_lowercase();
            words.iter().all(|word| name.contains(word))
        };
        let is_listed = |entry: &Entry| {
            self.holds(&entry.head)
                && (words.is_empty() || is_called(&entry.head))
                && hits.is_none_or(|hits| hits.contains(&entry.head.id))
        };
        let mut listed: Vec<usize> = (0..entries.len()).filter(|index| is_listed(&entries[*index])).collect();
        match self.order {
            Order::Added => {}
            Order::Name => listed.sort_by_cached_key(|index| sort_key(entries[*index].head.shown_name())),
            Order::ToReview => listed.sort_by_key(|index| Reverse(entries[*index].head.n_suggested)),
            Order::Newest => listed.sort_by_cached_key(|index| Reverse(date_key(&entries[*index].head.date))),
            Order::Oldest => listed.sort_by_cached_key(|index| {
                let date = date_key(&entries[*index].head.date);
                (date.is_empty(), date)
            }),
            Order::Source => listed.sort_by_cached_key(|index| {
                let source = entries[*index].head.source.to_lowercase();
                (source.is_empty(), source)
            }),
        }
        listed
    }
}

/// A name with its numbers as long as the longest, so that 9 comes before 10.
fn sort_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 16);
    let mut digits = String::new();
    for c in name.to_lowercase().chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            key.push_str(&format!("{:0>20}", digits.trim_start_matches('0')));
            digits.clear();
        }
        key.push(c);
    }
    key
}

/// A date as year, month and day, `2021-05-20`, as far as it says so: as ISO 8601, or with the month in English words.
/// Empty for what is no date.
fn date_key(date: &str) -> String {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let words: Vec<&str> = date.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let number = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().ok();
    let digits = |word: &&str| word.bytes().all(|it| it.is_ascii_digit());
    let Some(year) = words.iter().find(|word| word.len() == 4 && digits(word)) else { return String::new() };
    if words.first() == Some(year) {
        let parts = words.iter().skip(1).map_while(|word| {
            let part: String = word.chars().take_while(char::is_ascii_digit).collect();
            (!part.is_empty()).then(|| format!("{part:0>2}"))
        });
        return [(*year).to_owned()].into_iter().chain(parts.take(2)).collect::<Vec<_>>().join("-");
    }
    let is_month = |word: &str| MONTHS.iter().position(|month| word.to_lowercase().starts_with(month));
    let month = words.iter().find_map(|word| is_month(word));
    let day = words.iter().filter(|word| *word != year).find_map(|word| number(word)).filter(|day| *day <= 31);
    match (month, day) {
        (Some(month), Some(day)) => format!("{year}-{:02}-{day:02}", month + 1),
        (Some(month), None) => format!("{year}-{:02}", month + 1),
        _ => (*year).to_owned(),
    }
}

/// The texts looked through for what the list is asked for.
#[derive(Debug, Default)]
pub(super) struct TextSearch {
    number: u32,
    pattern: Option<Pattern>,
    problem: Option<String>,
    hits: BTreeSet<ArticleId>,
    n_left: usize,
    /// Texts that were read and are still to be looked through, and from where on.
    texts: VecDeque<(ArticleId, String, ByteOffset)>,
    /// Asks for the texts behind those.
    more_texts: Option<Effect>,
    in_vain: usize,
}

/// What a turn of the search may take, as [`Stretch`](crate::text::Stretch) counts it.
const COST_OF_A_TURN: usize = 200_000;

/// How far the articles of the project are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// All articles.
    pub n_articles: usize,
    /// Those in which something is decided and nothing is left to review.
    pub n_done: usize,
}

impl Session {
    /// What is asked of the list.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// How many articles are listed.
    pub fn n_listed(&self) -> usize {
        self.listed.as_ref().map_or(self.entries.len(), Vec::len)
    }

    /// The listed articles from one to another, in order.
    pub fn listed(&self, range: std::ops::Range<usize>) -> Vec<&Entry> {
        let range = range.start.min(self.n_listed())..range.end.min(self.n_listed());
        match &self.listed {
            Some(listed) => listed[range].iter().map(|index| &self.entries[*index]).collect(),
            None => self.entries[range].iter().collect(),
        }
    }

    /// Where the open article is among the listed ones.
    pub fn open_place(&self) -> Option<usize> {
        let is_open = |entry: &Entry| Some(entry.head.id) == self.open;
        match &self.listed {
            Some(listed) => listed.iter().position(|index| is_open(&self.entries[*index])),
            None => self.open.and_then(|open| self.place_of(open)),
        }
    }

    /// How far the project is.
    pub fn progress(&self) -> Progress {
        Progress { n_articles: self.entries.len(), n_done: self.n_done }
    }

    /// Counts the articles that are done anew, after many heads have changed. Each edit keeps count itself.
    pub(super) fn count_done(&mut self) {
        self.n_done = self.entries.iter().filter(|entry| Stage::Done.holds(&entry.head)).count();
    }

    /// The list is asked for other articles, or in another order.
    pub(super) fn list(&mut self, listing: Listing) -> Vec<Effect> {
        let is_new_search = listing.words.trim() != self.listing.words.trim();
        self.listing = listing;
        let effects = if is_new_search { self.look_through_texts() } else { Vec::new() };
        self.relist();
        effects
    }

    /// What is wrong with the pattern that texts are looked through for.
    pub fn listing_problem(&self) -> Option<&str> {
        self.text_search.as_ref().and_then(|search| search.problem.as_deref())
    }

    /// How many texts are still to be looked through.
    pub fn n_unsearched(&self) -> usize {
        self.text_search.as_ref().map_or(0, |search| search.n_left)
    }

    fn look_through_texts(&mut self) -> Vec<Effect> {
        let pattern = match self.listing.pattern() {
            Ok(None) => {
                self.text_search = None;
                return Vec::new();
            }
            Ok(Some(pattern)) => pattern,
            Err(problem) => {
                self.text_search = Some(TextSearch { problem: Some(problem), ..TextSearch::default() });
                return Vec::new();
            }
        };
        self.n_looks += 1;
        let mut search = TextSearch { number: self.n_looks, ..TextSearch::default() };
        // The store gives the texts a few at a time. It may not have the newest yet: those are looked through here.
        if !self.saving.is_done() {
            let texts = self.entries.iter().filter_map(|it| Some((it.head.id, it.article()?.text().as_str())));
            search.hits = texts.filter(|(_, text)| pattern.is_in(text)).map(|(id, _)| id).collect();
        }
        search.n_left = self.entries.len();
        search.pattern = Some(pattern);
        self.text_search = Some(search);
        vec![Effect::first_texts(self.n_looks)]
    }

    /// A new article is looked through too.
    pub(super) fn search_too(&mut self, id: ArticleId, content: &str) {
        if let Some(search) = &mut self.text_search
            && search.pattern.as_ref().is_some_and(|pattern| pattern.is_in(content))
        {
            search.hits.insert(id);
        }
    }

    /// Some texts of the store were read, perhaps for the list.
    pub(super) fn texts_read_for_list(
        &mut self,
        number: u32,
        texts: Result<Vec<(ArticleId, String)>, StoreError>,
    ) -> Vec<Effect> {
        let Some(search) = self.text_search.as_mut().filter(|search| search.number == number) else {
            return Vec::new();
        };
        let texts = texts.unwrap_or_else(|error| {
            search.problem = Some(error.to_string());
            Vec::new()
        });
        search.more_texts = Effect::next_texts(number, &texts);
        search.texts.extend(texts.into_iter().map(|(id, text)| (id, text, ByteOffset(0))));
        self.search_on()
    }

    /// Looks through some of the texts that were read for the list.
    #[inline(never)] // a door of `xtask/pack`
    pub(super) fn search_on(&mut self) -> Vec<Effect> {
        let Some(search) = &mut self.text_search else { return Vec::new() };
        let Some(pattern) = &search.pattern else { return Vec::new() };
        let mut left = COST_OF_A_TURN;
        while left > 0
            && let Some((id, text, from)) = search.texts.pop_front()
        {
            let (is_in, stretch) = pattern.is_in_from(&text, from, left);
            left = left.saturating_sub(stretch.cost);
            search.in_vain += stretch.in_vain;
            match stretch.next {
                Some(next) if !is_in => search.texts.push_front((id, text, next)),
                _ => {
                    search.hits.extend(is_in.then_some(id));
                    search.n_left = search.n_left.saturating_sub(1);
                }
            }
            if search.in_vain >= MOST_IN_VAIN {
                *search = TextSearch { problem: Some(Pattern::TOO_SLOW.to_owned()), ..TextSearch::default() };
                break;
            }
        }
        self.heads_changed = true;
        match (search.texts.is_empty(), search.more_texts.take()) {
            (true, None) => {
                search.n_left = 0;
                Vec::new()
            }
            (true, Some(more)) => vec![more],
            (false, more) => {
                search.more_texts = more;
                vec![Effect::GoOn]
            }
        }
    }

    /// Whether texts wait for [`Session::search_on`].
    pub(super) fn has_texts_to_search(&self) -> bool {
        self.text_search.as_ref().is_some_and(|search| !search.texts.is_empty())
    }

    /// The list after articles were added, removed or worked on. An article that is open stays listed while it is: it
    /// would be gone at the very key that makes it done.
    pub(super) fn relist(&mut self) {
        if self.listing.is_plain() {
            self.listed = None;
            return;
        }
        let before = self.open_place();
        let mut listed = self.listing.of(&self.entries, self.text_search.as_ref().map(|search| &search.hits));
        let open = self.open.and_then(|open| self.place_of(open));
        if let (Some(before), Some(open)) = (before, open)
            && !listed.contains(&open)
            && self.listing.query.trim().is_empty()
            && self.text_search.is_none()
        {
            listed.insert(before.min(listed.len()), open);
        }
        self.listed = Some(listed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_sort_in_time() {
        for (date, key) in [
            ("2021-05-20", "2021-05-20"),
            ("2021-05-20T10:00:00Z", "2021-05-20"),
            ("2021-5-2", "2021-05-02"),
            ("2021/05", "2021-05"),
            ("May 20, 2021", "2021-05-20"),
            ("Thursday, 2nd September 2021", "2021-09-02"),
            ("2021", "2021"),
            ("yesterday", ""),
            ("", ""),
        ] {
            assert_eq!(date_key(date), key, "{date}");
        }
    }

    #[test]
    fn numbers_in_names_sort_by_size() {
        let mut names = ["b 10", "b 9", "A 2", "b 009 x", "a"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["a", "A 2", "b 9", "b 009 x", "b 10"]);
    }
}
