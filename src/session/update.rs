//! The door: what each event does.

use std::sync::Arc;

use super::{Body, Caret, Effect, Entry, Event, Paint, Pending, Session, Settings, Tone};
use crate::annotation::{AnnotationId, Edit, GroupKey, Transaction};
use crate::command::{Command, Refusal, Turn, plan};
use crate::format::{FORMATS, Source};
use crate::project::{Article, ArticleHead, ArticleId, Record, SavedRecord, StoreError, StoredRecord, UnixMillis};
use crate::recognize::{Suggestion, Sureness, looks_english};
use crate::text::{Span, Text, Utf16Offset, word_span};

impl Session {
    /// Takes note of what happened and says what is to be done.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Booted { contents, at } => self.booted(contents, at),
            Event::Loaded { article, stored } => self.loaded(article, stored),
            Event::Saved { number, at } => {
                self.saving.n_saved = self.saving.n_saved.max(number);
                self.saving.last = Some(at);
                // What another tab has kept from being written will not be.
                self.saving.error.take_if(|error| *error != StoreError::NewerElsewhere);
                Vec::new()
            }
            Event::SaveFailed { error } => {
                self.saving.is_kept &= !matches!(error, StoreError::Unavailable(_));
                self.tell(Tone::Problem, error.to_string(), false);
                self.saving.error = Some(error);
                Vec::new()
            }
            Event::FilesRead { files, at } => self.files_read(files, at),
            Event::Failed { message } => {
                self.tell(Tone::Problem, message, false);
                Vec::new()
            }
            Event::Pasted { text, at } => self.pasted(&text, at),
            Event::Recognizing { article, percent } => {
                if self.open == Some(article) {
                    self.say(format!("Looking for suggestions: {percent} %"));
                }
                Vec::new()
            }
            Event::Recognized { article, suggestions, at } => self.recognized(article, suggestions, at),
            Event::Selected { anchor, focus } => self.selected(anchor, focus),
            Event::Act { action, at } => self.act(action, at),
            Event::ArticleChosen { article } => self.show(article),
            Event::ArticleRemoved => self.remove_article(),
            Event::RemovalUndone => self.undo_removal(),
            Event::PanelChosen { panel } => {
                self.panel = panel;
                self.expanded = None;
                Vec::new()
            }
            Event::GroupChosen { group } => self.group_chosen(group),
            Event::GroupAccepted { group, at } => self.settle(|s| s.command(&Command::AcceptGroup { group }, at)),
            Event::MentionChosen { annotation } => self.go_to(annotation),
            Event::DownloadChosen { format } => self.download(format),
            Event::NoticeClosed { notice } => {
                self.notices.retain(|other| other.id != notice);
                Vec::new()
            }
            Event::SettingsFound { json } => {
                self.settings = Settings::parse(&json);
                Vec::new()
            }
            Event::SurenessChosen { sureness } => self.set_sureness(sureness),
            Event::HelpToggled => {
                self.help_open = !self.help_open;
                Vec::new()
            }
        }
    }

    /// Sets how sure suggestions must be, and looks for them anew in the open article.
    pub(super) fn set_sureness(&mut self, sureness: Sureness) -> Vec<Effect> {
        if self.settings.sureness == sureness {
            return Vec::new();
        }
        self.settings.sureness = sureness;
        self.say(format!("Suggestions must be {sureness} sure."));
        let asked = self.open.and_then(|open| self.ask(open));
        [Effect::KeepSettings(self.settings.to_json())].into_iter().chain(asked).collect()
    }

    fn recognized(&mut self, id: ArticleId, suggestions: Vec<Suggestion>, at: UnixMillis) -> Vec<Effect> {
        let taken = self.command_on(id, &Command::Suggest { suggestions }, at);
        if self.open == Some(id) {
            match &taken {
                Ok(_) => self.say_last_done(id),
                Err(refusal) => self.say(refusal.to_string()),
            }
        }
        taken.unwrap_or_default()
    }

    /// Carries out a command on the open article.
    pub(super) fn command(&mut self, command: &Command, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let open = self.open.ok_or(Refusal::NoArticle)?;
        let effects = self.command_on(open, command, at)?;
        self.say_last_done(open);
        Ok(effects)
    }

    /// Carries out a command on an article, open or not.
    pub(super) fn command_on(
        &mut self,
        article: ArticleId,
        command: &Command,
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        let loaded = self.entry(article).and_then(Entry::article).ok_or(Refusal::NoArticle)?;
        let transaction = plan(loaded.text(), loaded.annotations(), &self.scheme, command)?;
        self.turn(article, Turn::Do(Arc::new(transaction)), at)
    }

    /// Undo and redo in the open article.
    pub(super) fn take(&mut self, turn: Turn, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let open = self.open.ok_or(Refusal::NoArticle)?;
        let history = self.article().ok_or(Refusal::NoArticle)?.history();
        let (verb, title, refusal) = match turn {
            Turn::Undo => ("Undone", history.undo_title(), Refusal::NothingToUndo),
            Turn::Redo => ("Done again", history.redo_title(), Refusal::NothingToRedo),
            Turn::Do(_) => return Ok(Vec::new()),
        };
        let words = format!("{verb}: {}.", title.ok_or(refusal)?);
        let mut effects = self.turn(open, turn, at)?;
        self.say(words);
        // The eye goes where something changed, unless that is half the article.
        if let Some(Effect::Paint(Paint::Spans(spans))) = effects.first()
            && let [span] = spans[..]
        {
            effects.push(Effect::Reveal(span));
        }
        Ok(effects)
    }

    fn turn(&mut self, id: ArticleId, turn: Turn, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let scheme = self.scheme.clone();
        let is_open = self.open == Some(id);
        let entry = self.entry_mut(id).ok_or(Refusal::NoArticle)?;
        let Body::Loaded(article) = &mut entry.body else { return Err(Refusal::NoArticle) };
        let transaction = article.turn(turn, at, &scheme).map_err(|_| Refusal::Gone)?;
        entry.head.n_visible = article.annotations().n_visible();
        entry.head.n_suggested = article.annotations().n_suggested();
        let seq = article.journal().len() - 1;
        let pending = turn_to_keep(&entry.head, article, seq);
        let mut effects = Vec::new();
        if is_open {
            effects.push(Effect::Paint(Paint::Spans(touched(&transaction))));
        }
        effects.push(self.save(pending));
        Ok(effects)
    }

    /// Numbers a write.
    pub(super) fn save(&mut self, pending: Pending) -> Effect {
        self.saving.n_asked += 1;
        Effect::Save(self.saving.n_asked, pending)
    }

    fn say_last_done(&mut self, article: ArticleId) {
        let done = self.entry(article).and_then(Entry::article).and_then(|it| it.history().undo_title());
        if let Some(title) = done {
            self.say(format!("{title}."));
        }
    }

    /// The effects of something possible, or the reason why it is not, in words.
    fn settle(&mut self, wish: impl FnOnce(&mut Self) -> Result<Vec<Effect>, Refusal>) -> Vec<Effect> {
        wish(self).unwrap_or_else(|refusal| {
            self.say(refusal.to_string());
            Vec::new()
        })
    }

    /// Opens an article of the list.
    pub(super) fn show(&mut self, id: ArticleId) -> Vec<Effect> {
        let Some(entry) = self.entry_mut(id) else { return Vec::new() };
        let mut effects = Vec::new();
        if matches!(entry.body, Body::Stored) {
            entry.body = Body::Loading;
            effects.push(Effect::Load(id));
        }
        let name = entry.head.name.clone();
        if self.open != Some(id) {
            self.open = Some(id);
            self.caret = Caret::default();
            self.active = None;
            self.expanded = None;
            effects.push(self.save(Pending::Open(id)));
            self.say(format!("“{name}” is open."));
            effects.push(Effect::Paint(Paint::Whole));
            // Its suggestions were made when they had to be more or less sure than now.
            let asked = self.entry(id).and_then(|entry| entry.asked);
            if asked.is_some_and(|asked| asked != self.settings.sureness) {
                effects.extend(self.ask(id));
            }
        }
        effects
    }

    fn loaded(&mut self, id: ArticleId, stored: Result<(String, Vec<StoredRecord>), StoreError>) -> Vec<Effect> {
        let scheme = self.scheme.clone();
        let Some(entry) = self.entry_mut(id) else { return Vec::new() };
        let name = entry.head.name.clone();
        let (body, problem) = match stored {
            Ok((text, records)) => {
                let (article, problem) = restore(&name, text, &records, &scheme);
                (Body::Loaded(Box::new(article)), problem)
            }
            Err(error) => (Body::Broken(error.to_string()), Some(format!("“{name}” could not be read. {error}"))),
        };
        entry.body = body;
        if let Some(problem) = problem {
            self.tell(Tone::Problem, problem, false);
        }
        let mut effects = Vec::new();
        if self.open == Some(id) {
            effects.push(Effect::Paint(Paint::Whole));
        }
        // An article whose suggestions were still being looked for when the page was closed.
        if let Some(article) = self.entry(id).and_then(Entry::article)
            && article.journal().is_empty()
            && looks_english(article.text().as_str())
        {
            effects.extend(self.ask(id));
        }
        if let Some(format) = self.awaited_download {
            effects.extend(self.download(format));
        }
        effects
    }

    fn selected(&mut self, anchor: Utf16Offset, focus: Utf16Offset) -> Vec<Effect> {
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
        self.active = at.and_then(|ids| ids.first().copied());
    }

    /// Makes a highlight the active one and shows it.
    pub(super) fn go_to(&mut self, id: AnnotationId) -> Vec<Effect> {
        let Some(article) = self.article() else { return Vec::new() };
        let Some(annotation) = article.annotations().get(id).filter(|it| it.is_visible()) else { return Vec::new() };
        let span = annotation.span;
        self.active = Some(id);
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

    fn group_chosen(&mut self, group: GroupKey) -> Vec<Effect> {
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

    fn download(&mut self, format: &'static str) -> Vec<Effect> {
        let stored: Vec<ArticleId> =
            self.entries.iter().filter(|entry| matches!(entry.body, Body::Stored)).map(|entry| entry.head.id).collect();
        let is_loading = self.entries.iter().any(|entry| matches!(entry.body, Body::Loading));
        if is_loading || !stored.is_empty() {
            for entry in &mut self.entries {
                if matches!(entry.body, Body::Stored) {
                    entry.body = Body::Loading;
                }
            }
            self.awaited_download = Some(format);
            return stored.into_iter().map(Effect::Load).collect();
        }
        self.awaited_download = None;
        let sources: Vec<Source<'_>> = self
            .entries
            .iter()
            .filter_map(|entry| entry.article().map(|article| Source { name: &entry.head.name, article }))
            .collect();
        if sources.is_empty() {
            self.say(Refusal::NoArticle.to_string());
            return Vec::new();
        }
        let Some(format) = FORMATS.iter().find(|other| other.id == format) else { return Vec::new() };
        let export = format.write(&sources, &self.scheme);
        self.say(format!("{} is in your downloads.", export.file_name));
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
        if !export.losses.is_empty() {
            let losses = export.losses.join("\n");
            self.tell(Tone::Note, format!("{} cannot carry everything:\n{losses}", export.file_name), false);
        }
        vec![Effect::Download(export)]
    }

    fn remove_article(&mut self) -> Vec<Effect> {
        let Some(index) = self.open.and_then(|open| self.entries.iter().position(|entry| entry.head.id == open)) else {
            return Vec::new();
        };
        let entry = self.entries.remove(index);
        let id = entry.head.id;
        self.tell(Tone::Note, format!("“{}” was removed with its annotations.", entry.head.name), true);
        self.removed = Some((index, entry));
        self.open = None;
        self.active = None;
        self.said.clear();
        let mut effects = vec![self.save(Pending::Removal(id)), Effect::Paint(Paint::Whole)];
        let neighbour = self.entries.get(index).or_else(|| self.entries.last()).map(|entry| entry.head.id);
        effects.extend(neighbour.map(|id| self.show(id)).unwrap_or_default());
        effects
    }

    fn undo_removal(&mut self) -> Vec<Effect> {
        let Some((index, entry)) = self.removed.take() else { return Vec::new() };
        self.notices.retain(|notice| !notice.offers_undo);
        let id = entry.head.id;
        let to_keep = entry.article().map(|article| whole_to_keep(&entry.head, article)).unwrap_or_default();
        let index = index.min(self.entries.len());
        self.entries.insert(index, entry);
        let mut effects: Vec<Effect> = to_keep.into_iter().map(|pending| self.save(pending)).collect();
        effects.extend(self.show(id));
        effects
    }
}

/// All that the store must have of an article.
pub(super) fn whole_to_keep(head: &ArticleHead, article: &Article) -> Vec<Pending> {
    let turns = (0..article.journal().len()).map(|seq| turn_to_keep(head, article, seq));
    [Pending::Article(head.clone(), article.text().clone())].into_iter().chain(turns).collect()
}

fn turn_to_keep(head: &ArticleHead, article: &Article, seq: usize) -> Pending {
    Pending::Turn {
        head: head.clone(),
        seq: u32::try_from(seq).expect("nobody makes four billion edits"),
        record: article.journal()[seq].clone(),
        text: article.text().clone(),
    }
}

/// Where a transaction changes what is seen.
fn touched(transaction: &Transaction) -> Vec<Span> {
    let spans = |edit: &Edit| [edit.before.as_ref().map(|it| it.span), edit.after.as_ref().map(|it| it.span)];
    let mut spans: Vec<Span> = transaction.edits.iter().flat_map(spans).flatten().collect();
    spans.sort_unstable();
    spans.dedup();
    spans
}

/// An article from what was stored of it; and, if not all of it could be read, a sentence about that.
fn restore(
    name: &str,
    text: String,
    records: &[StoredRecord],
    scheme: &crate::scheme::Scheme,
) -> (Article, Option<String>) {
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
            "Of the {n_records} stored steps of “{name}”, {n_good} could be read: in the next, {why}. You see the article as it was then. Nothing was deleted from the store."
        )
    });
    (article, sentence)
}
