//! What is open: articles shown, read, removed and downloaded; the caret and the active highlight.

use super::update::whole_to_keep;
use super::{Body, Caret, Effect, Paint, Pending, Session, Tone};
use crate::annotation::{AnnotationId, GroupKey};
use crate::command::Refusal;
use crate::format::{FORMATS, Source};
use crate::project::{Article, ArticleId, Digest, Record, SavedRecord, StoreError, StoredRecord};
use crate::scheme::Scheme;
use crate::text::{Span, Text, Utf16Offset, word_span};

impl Session {
    /// Opens an article of the list.
    pub(super) fn show(&mut self, id: ArticleId) -> Vec<Effect> {
        let Some(entry) = self.entry_mut(id) else { return Vec::new() };
        let mut effects = Vec::new();
        if matches!(entry.body, Body::Stored) {
            entry.body = Body::Loading;
            effects.push(Effect::Load(id));
        }
        let name = entry.head.shown_name().to_owned();
        if self.open != Some(id) {
            self.open = Some(id);
            self.came_to(id);
            self.caret = Caret::default();
            self.active = None;
            self.chosen_last = None;
            self.dragged = None;
            self.double_clicked = None;
            self.review = None;
            self.expanded = None;
            if !self.is_following {
                effects.push(self.save(Pending::Open(id)));
            }
            self.say(format!("“{name}” is open."));
            effects.push(Effect::Paint(Paint::Whole));
            effects.extend(self.suggest_on_open(id));
            // Its suggestions were made when they had to be more or less sure than now.
            let asked = self.entry(id).and_then(|entry| entry.asked);
            if asked.is_some_and(|asked| asked != self.settings.sureness) && self.settings.suggests {
                effects.extend(self.ask(id));
            }
        }
        effects
    }

    pub(super) fn loaded(
        &mut self,
        id: ArticleId,
        stored: Result<(String, Vec<StoredRecord>), StoreError>,
    ) -> Vec<Effect> {
        let scheme = self.codebook.scheme.clone();
        let Some(entry) = self.entry_mut(id) else { return Vec::new() };
        let name = entry.head.name.clone();
        let mut n_bytes = 0;
        // One that was changed in another tab is drawn where it stands.
        let is_again = entry.article().is_some();
        let (body, problem) = match stored {
            Ok((text, records)) => {
                n_bytes = text.len();
                let (article, problem) = restore(&name, text, &records, &scheme);
                match is_again && entry.is_ahead_of(&article) {
                    true => (std::mem::replace(&mut entry.body, Body::Loading), None),
                    false => (Body::Loaded(Box::new(article)), problem),
                }
            }
            Err(error) => (Body::Broken(error.to_string()), Some(format!("“{name}” could not be read. {error}"))),
        };
        let n_whole = match &body {
            Body::Loaded(article) => article.journal().len(),
            _ => 0,
        };
        // Heads of an earlier version, and those that could not be read, say less than is true.
        let mut heads = Vec::new();
        if let Body::Loaded(article) = &body {
            let mut head = entry.head.clone();
            if head.is_unreadable() {
                head.digest = Digest::of(article.text());
            }
            head.refresh(article, &scheme);
            if head != entry.head {
                entry.head = head.clone();
                heads.push(head);
            }
        }
        entry.damaged_from = problem.is_some().then_some(n_whole as u32);
        entry.body = body;
        self.n_held += n_bytes;
        if let Some(problem) = problem {
            self.tell(Tone::Problem, problem, false);
        }
        if !heads.is_empty() {
            self.heads_changed = true;
            self.count_done();
        }
        let heads = heads.into_iter().filter(|_| !self.is_following).collect::<Vec<_>>();
        let mut effects: Vec<Effect> = heads.into_iter().map(|head| self.save(Pending::Head(head))).collect();
        if self.open == Some(id) {
            effects.push(Effect::Paint(if is_again { Paint::Looks } else { Paint::Whole }));
        }
        // One that is open comes first: its suggestions were still being looked for when the page was closed.
        if self.open == Some(id) {
            effects.extend(self.suggest_on_open(id));
        }
        if self.suggesting == Some(id) && self.entry(id).is_some_and(|entry| !entry.is_waiting) {
            effects.extend(self.suggest_in_read(id));
        }
        effects.extend(self.look_into(id));
        effects.extend(self.let_compare(id));
        effects.extend(self.folder_goes_on(id));
        effects.extend(self.wishes_go_on());
        effects
    }

    pub(super) fn selected(&mut self, anchor: Utf16Offset, focus: Utf16Offset) -> Vec<Effect> {
        let Ok(text) = self.text() else { return Vec::new() };
        let (Some(anchor), Some(focus)) = (text.from_utf16(anchor), text.from_utf16(focus)) else { return Vec::new() };
        let caret = Caret { anchor, focus };
        // What we selected ourselves comes back as an event.
        if caret != self.caret {
            self.caret = caret;
            self.tab_leaves = false;
            self.said.clear();
            self.follow_caret();
        }
        Vec::new()
    }

    /// The highlight at the caret becomes the active one.
    pub(super) fn follow_caret(&mut self) {
        let Caret { anchor, focus } = self.caret;
        let at = self.article().filter(|_| anchor == focus).map(|article| article.annotations().at(focus));
        match at.and_then(|ids| ids.first().copied()) {
            Some(id) => self.activate(id),
            None => self.active = None,
        }
    }

    /// Makes a highlight the active one, wherever the caret is.
    pub(super) fn activate(&mut self, id: AnnotationId) {
        self.active = Some(id);
        self.chosen_last = Some(id);
    }

    /// Makes a highlight the active one and shows it.
    pub(super) fn go_to(&mut self, id: AnnotationId) -> Vec<Effect> {
        let Some(article) = self.article() else { return Vec::new() };
        let Some(annotation) = article.annotations().get(id).filter(|it| it.is_visible()) else { return Vec::new() };
        let span = annotation.span;
        self.activate(id);
        self.caret = Caret { anchor: span.start(), focus: span.start() };
        self.said.clear();
        self.shown_selection().into_iter().chain([Effect::Reveal(span)]).collect()
    }

    /// Tells the browser where the caret is.
    pub(super) fn shown_selection(&self) -> Vec<Effect> {
        let Ok(text) = self.text() else { return Vec::new() };
        let ends = (text.to_utf16(self.caret.anchor), text.to_utf16(self.caret.focus));
        let (Some(anchor), Some(focus)) = ends else { return Vec::new() };
        vec![Effect::Select { anchor, focus }]
    }

    /// The word at the caret, to be brought into view.
    pub(super) fn caret_line(&self) -> Option<Span> {
        let text = self.text().ok()?;
        word_span(text, self.caret.focus)
    }

    pub(super) fn group_chosen(&mut self, group: GroupKey) -> Vec<Effect> {
        let Some(article) = self.article() else { return Vec::new() };
        let set = article.annotations();
        let Some(mentions) = set.group(&group).map(|group| &group.mentions) else { return Vec::new() };
        // Once more goes to the next mention; after the last comes the first.
        let here = self.active.and_then(|id| mentions.iter().position(|place| place.id() == id));
        let again = self.expanded.as_ref() == Some(&group);
        let next = here.filter(|_| again).map_or(0, |here| (here + 1) % mentions.len());
        let id = mentions.iter().nth(next).map(|place| place.id());
        self.panel = group.kind;
        self.expanded = Some(group);
        id.map(|id| self.go_to(id)).unwrap_or_default()
    }

    /// Hands out all articles in a format. They have been read.
    pub(super) fn download(&mut self, format: &'static str) -> Vec<Effect> {
        let sources: Vec<Source<'_>> = self
            .entries
            .iter()
            .filter_map(|entry| entry.article().map(|article| Source { name: &entry.head.name, article }))
            .collect();
        if sources.is_empty() {
            self.say(Refusal::NoArticle.to_string());
            return Vec::new();
        }
        let Some(format) = FORMATS.iter().find(|other| other.id == format && other.writes()) else { return Vec::new() };
        let export = format.write(&sources, &self.codebook);
        let unread = self.entries.iter().filter(|entry| entry.article().is_none());
        let unread: Vec<String> = unread.map(|entry| format!("“{}”", entry.head.name)).collect();
        if !unread.is_empty() {
            let names = unread.join(", ");
            self.tell(
                Tone::Problem,
                format!("{} is without {names}, which could not be read.", export.file_name),
                false,
            );
        }
        self.hand_out(export)
    }

    pub(super) fn remove_article(&mut self) -> Vec<Effect> {
        if let Err(refusal) = self.may_write().and_then(|()| self.must_be_whole()) {
            self.say(refusal.to_string());
            return Vec::new();
        }
        let Some(index) = self.open.and_then(|open| self.place_of(open)) else {
            return Vec::new();
        };
        if matches!(self.entries[index].body, Body::Stored | Body::Loading) {
            self.say("It is still being read: it can be removed in a moment.");
            return Vec::new();
        }
        self.heads_changed = true;
        let entry = self.entries.remove(index);
        self.count_done();
        let id = entry.head.id;
        let notice = self.next_notice;
        // What could not be read cannot be put back.
        let is_whole = entry.article().is_some();
        self.tell(Tone::Note, format!("“{}” was removed with its annotations.", entry.head.shown_name()), is_whole);
        if is_whole {
            self.removed.push((notice, entry));
        }
        self.open = None;
        self.active = None;
        self.chosen_last = None;
        self.review = None;
        self.said.clear();
        let mut effects = vec![self.save(Pending::Removal(id)), Effect::Paint(Paint::Whole)];
        let neighbour = self.entries.get(index).or_else(|| self.entries.last()).map(|entry| entry.head.id);
        effects.extend(neighbour.map(|id| self.show(id)).unwrap_or_default());
        effects
    }

    pub(super) fn undo_removal(&mut self, notice: u32) -> Vec<Effect> {
        let Some(place) = self.removed.iter().position(|(told, _)| *told == notice) else { return Vec::new() };
        let (_, entry) = self.removed.remove(place);
        self.notices.retain(|it| it.id != notice);
        let id = entry.head.id;
        let scheme = self.codebook.scheme.clone();
        let to_keep = entry.article().map(|article| whole_to_keep(&entry.head, article, &scheme)).unwrap_or_default();
        // Articles stand in the list by their numbers.
        let index = self.entries.partition_point(|other| other.head.id < id);
        self.heads_changed = true;
        self.entries.insert(index, entry);
        self.count_done();
        let mut effects: Vec<Effect> = to_keep.into_iter().map(|pending| self.save(pending)).collect();
        effects.extend(self.show(id));
        effects
    }
}

/// An article from what was stored of it; and, if not all of it could be read, a sentence about that.
fn restore(name: &str, text: String, records: &[StoredRecord], scheme: &Scheme) -> (Article, Option<String>) {
    let text = Text::new(text);
    let mut journal: Vec<Record> = Vec::with_capacity(records.len());
    let mut problem = None;
    for (index, stored) in records.iter().enumerate() {
        let record = serde_json::from_str::<SavedRecord>(&stored.json).map_err(|error| error.to_string());
        match record.and_then(|saved| saved.restore(&text, scheme)) {
            Ok(record) if stored.seq as usize == index => journal.push(record),
            Ok(_) => problem = Some("a step is missing".to_owned()),
            Err(why) => problem = Some(why),
        }
        if problem.is_some() {
            break;
        }
    }
    let n_read = journal.len();
    let (article, n_lost) = Article::replay(name, text, journal, scheme);
    if n_lost > 0 {
        problem.get_or_insert_with(|| "a step does not fit the one before it".to_owned());
    }
    let sentence = problem.map(|why| {
        let n_good = n_read - n_lost;
        let n_records = records.len();
        format!(
            "Of the {n_records} stored steps of “{name}”, {n_good} could be read: in the next, {why}. You see the article as it was then and can go on from there; the other lines are kept aside, and deleted by nobody."
        )
    });
    (article, sentence)
}
