//! The door: what each event does.

use std::sync::Arc;

use super::steps::Wish;
use super::{Body, Effect, Entry, Event, FolderTask, Paint, Pending, Room, Session, Settings, Stage, Tone};
use crate::annotation::{Edit, Transaction};
use crate::command::{Command, Refusal, Turn};
use crate::format::megabytes;
use crate::project::{Article, ArticleHead, ArticleId, StoreError, UnixMillis};
use crate::recognize::Sureness;
use crate::scheme::Scheme;
use crate::text::Span;

impl Session {
    /// Takes note of what happened and says what is to be done.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = self.handle(event);
        if std::mem::take(&mut self.heads_changed) {
            self.relist();
        }
        if std::mem::take(&mut self.folder_is_touched) {
            effects.push(Effect::Folder(FolderTask::Soon));
        }
        effects
    }

    fn handle(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Booted { contents, at } => self.booted(contents, at),
            Event::ProjectsFound { projects, open } => {
                self.projects_found(projects, open);
                Vec::new()
            }
            Event::RoleKnown { is_writer } => self.role_known(is_writer),
            Event::ChangedElsewhere { contents, changed } => self.changed_elsewhere(contents, &changed),
            Event::Loaded { article, stored } => {
                let mut effects = self.loaded(article, stored);
                effects.extend(self.caught_up(article));
                effects
            }
            Event::Saved { number, at } => {
                self.saving.n_saved = self.saving.n_saved.max(number);
                self.saving.last = Some(at);
                // What another tab has kept from being written will not be.
                self.saving.error.take_if(|error| *error != StoreError::NewerElsewhere);
                self.let_go();
                self.let_arrive().into_iter().collect()
            }
            Event::SaveFailed { error } => {
                self.saving.is_kept &= !matches!(error, StoreError::Unavailable(_));
                self.tell(Tone::Problem, error.to_string(), false);
                self.hold_arrival(&error);
                self.saving.error = Some(error);
                Vec::new()
            }
            Event::RoomKnown { room } => {
                self.saving.room = Some(room);
                if room.n_left() < Room::LITTLE {
                    let left = megabytes(room.n_left());
                    let words = format!(
                        "The browser has only {left} left for this page. Download your work now, then free some space."
                    );
                    self.tell(Tone::Problem, words, false);
                }
                Vec::new()
            }
            Event::Failed { message } => {
                self.tell(Tone::Problem, message, false);
                Vec::new()
            }
            Event::Recognizing { article, percent } => {
                if self.open == Some(article) {
                    self.say(format!("Looking for suggestions: {percent} %"));
                }
                Vec::new()
            }
            Event::Selected { anchor, focus } => self.selected(anchor, focus),
            Event::Act { action, at } => self.act(action, at),
            Event::ArticleChosen { article } => self.show(article),
            Event::MentionChosen { annotation } => self.go_to(annotation),
            Event::SettingsFound { json } => {
                self.settings = Settings::parse(&json);
                Vec::new()
            }
            Event::Released { on, n_clicks, exact, at } => self.settle(|s| s.released(on, n_clicks, exact, at)),
            Event::FilesRead { files, at } => self.files_read(files, at),
            Event::WorkGoesOn { at } => self.work_goes_on(at),
            later => self.handle_later(later),
        }
    }

    // Not inlined: a door of `xtask/pack`.
    #[inline(never)]
    fn work_goes_on(&mut self, at: UnixMillis) -> Vec<Effect> {
        let mut effects = self.take_in_found();
        effects.extend(self.bring_in(false, at));
        // All are doors of `xtask/pack`, too.
        if self.occurrences.is_some() {
            effects.extend(self.look_through_memory());
        }
        if self.has_texts_to_search() {
            effects.extend(self.search_on());
        }
        if self.folder_has_work() {
            effects.extend(self.folder_turn(at));
        }
        effects
    }

    // Not inlined: a door of `xtask/pack`. What is above comes before the first label, what is here may come after it.
    #[inline(never)]
    fn handle_later(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::VersionLookedAt { n_steps } => {
                self.version_looked_at(n_steps);
                Vec::new()
            }
            Event::VersionChosen { n_steps, at } => self.settle(|s| s.version_chosen(n_steps, at)),
            Event::TakeOver => vec![Effect::TakeOver],
            Event::ProjectsChanged { deed } => self.do_with_projects(deed),
            Event::FolderKnown { name } => {
                self.folder_known(name);
                Vec::new()
            }
            Event::FolderRead { name, files, is_all } => self.folder_read(name, files, is_all),
            Event::FolderChanged { file } => self.folder_changed(file),
            Event::FolderWritten => self.folder_written(),
            Event::FolderFailed { message } => {
                self.folder_failed(message);
                Vec::new()
            }
            Event::FolderDue => self.folder_due(),
            Event::FolderAsked { task: FolderTask::Forget } => self.leave_folder(),
            Event::FolderAsked { task } => vec![Effect::Folder(task)],
            Event::ArrivalPaused { on } => self.pause_arrival(on),
            Event::ArrivalCancelled => self.cancel_arrival(),
            Event::ColumnsChosen { columns, at } => self.columns_chosen(columns, at),
            Event::FilesAsked { format, unit, encoding } => self.read_as(format, unit, encoding),
            Event::DownloadConfirmed => self.download_confirmed(),
            Event::LossesSaved => self.losses_saved(),
            Event::NoticeSaved { notice } => self.notice_saved(notice),
            Event::Pasted { text, at } => self.pasted(&text, at),
            Event::Recognized { article, suggestions, at } => self.recognized(article, suggestions, at),
            Event::RecognizedSoFar { article, suggestions, at } => self.recognized_so_far(article, suggestions, at),
            Event::Listed { listing } => self.list(listing),
            Event::ArticleRemoved => self.remove_article(),
            Event::RemovalUndone { notice } => self.undo_removal(notice),
            Event::PanelChosen { panel } => {
                self.panel = panel;
                self.expanded = None;
                Vec::new()
            }
            Event::GroupChosen { group } => self.group_chosen(group),
            Event::GroupAccepted { group, at } => self.settle(|s| s.command(&Command::AcceptGroup { group }, at)),
            Event::DownloadChosen { format, at } => self.settle(|s| s.everywhere(Wish::Download(format), at)),
            Event::NoticeClosed { notice } => {
                self.notices.retain(|other| other.id != notice);
                self.removed.retain(|(told, _)| *told != notice);
                Vec::new()
            }
            Event::SettingsChosen { settings, at } => self.settings_chosen(settings, at),
            Event::SurenessChosen { sureness } => self.set_sureness(sureness),
            Event::DialogAsked { dialog } => self.settle(|s| s.toggle_dialog(dialog)),
            Event::DialogClosed => self.close_dialog(),
            Event::TourGoesOn { to } => self.tour_goes_on(to),
            Event::KeyAwaited { action } => self.wait_for_key(action),
            Event::KeyPressed { chord } => self.settle(|s| s.key_chosen(&chord)),
            Event::KeysReset { action } => self.settle(|s| s.keys_reset(action)),
            Event::LongPressed { on } => self.settle(|s| s.long_pressed(on)),
            Event::EdgeDragged { edge, to, exact, done, at } => {
                self.settle(|s| s.edge_dragged(edge, to, exact, done, at))
            }
            Event::Noted { annotation, note, at } => self.settle(|s| s.noted(annotation, note, at)),
            Event::AttributeSet { annotation, name, value, at } => {
                self.settle(|s| s.attribute_set(annotation, name, value, at))
            }
            Event::ArticleNoted { note, fields, at } => self.settle(|s| s.article_noted(&note, &fields, at)),
            Event::Joined { what, entity, at } => self.settle(|s| s.join(&what, &entity, at)),
            Event::SplitOff { annotation, at } => self.settle(|s| s.split_off(annotation, at)),
            Event::EntityEdited { group, name, known, at } => {
                self.settle(|s| s.entity_edited(&group, &name, known, at))
            }
            Event::OccurrencesChanged { change } => self.occurrences_changed(change),
            Event::OccurrenceChosen { index } => self.occurrence_chosen(index),
            Event::TextsRead { number, texts } => self.texts_read(number, texts),
            Event::OccurrencesDone { at } => self.settle(|s| s.occurrences_done(at)),
            Event::LabelAdded { spec, at } => self.settle(|s| s.label_added(spec, at)),
            Event::LabelChanged { label, spec, at } => self.settle(|s| s.label_changed(label, spec, at)),
            Event::SchemeDownloaded => self.scheme_downloaded(),
            Event::GuidelinesEdited { markdown, at } => self.settle(|s| s.guidelines_edited(&markdown, at)),
            Event::Booted { .. }
            | Event::ProjectsFound { .. }
            | Event::RoleKnown { .. }
            | Event::ChangedElsewhere { .. }
            | Event::Loaded { .. }
            | Event::Saved { .. }
            | Event::SaveFailed { .. }
            | Event::RoomKnown { .. }
            | Event::Failed { .. }
            | Event::Recognizing { .. }
            | Event::Selected { .. }
            | Event::Act { .. }
            | Event::ArticleChosen { .. }
            | Event::MentionChosen { .. }
            | Event::SettingsFound { .. }
            | Event::Released { .. }
            | Event::FilesRead { .. }
            | Event::WorkGoesOn { .. } => Vec::new(),
        }
    }

    /// Sets how sure suggestions must be, and looks for them anew in the open article.
    pub(super) fn set_sureness(&mut self, sureness: Sureness) -> Vec<Effect> {
        if self.settings.sureness == sureness {
            return Vec::new();
        }
        self.settings.sureness = sureness;
        self.say(format!("Suggestions must be {sureness} sure."));
        let asked = self.open.filter(|_| self.settings.suggests).and_then(|open| self.ask(open));
        [self.keep_settings()].into_iter().chain(asked).collect()
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
        let transaction = self.planned(article, command, at)?;
        self.carry_out(article, transaction, at)
    }

    /// Does something new in an article, open or not.
    pub(super) fn carry_out(
        &mut self,
        article: ArticleId,
        transaction: Transaction,
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        self.forget_undone_steps();
        self.turn(article, Turn::Do(Arc::new(transaction)), at)
    }

    /// Makes a turn in an article, open or not.
    pub(super) fn turn(&mut self, id: ArticleId, turn: Turn, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        self.may_write()?;
        let scheme = self.codebook.scheme.clone();
        let is_open = self.open == Some(id);
        let entry = self.entry_mut(id).ok_or(Refusal::NoArticle)?;
        let Body::Loaded(article) = &mut entry.body else { return Err(Refusal::NoArticle) };
        let transaction = article.turn(turn, at, &scheme).map_err(|_| Refusal::Gone)?;
        let was_done = Stage::Done.holds(&entry.head);
        entry.head.refresh(article, &scheme);
        let is_done = Stage::Done.holds(&entry.head);
        let seq = article.journal().len() - 1;
        let pending = turn_to_keep(&entry.head, article, seq, &scheme);
        let damaged_from = entry.damaged_from.take();
        self.n_done = self.n_done + usize::from(is_done) - usize::from(was_done);
        self.heads_changed = true;
        let mut effects = Vec::new();
        if is_open {
            effects.push(Effect::Paint(Paint::Spans(touched(&transaction))));
        }
        effects.extend(damaged_from.map(|from| self.save(Pending::Aside(id, from))));
        effects.push(self.save(pending));
        Ok(effects)
    }

    /// Numbers a write.
    pub(super) fn save(&mut self, pending: Pending) -> Effect {
        self.saving.n_asked += 1;
        self.note_for_folder(&pending);
        Effect::Save(self.saving.n_asked, pending)
    }

    pub(super) fn say_last_done(&mut self, article: ArticleId) {
        let done = self.entry(article).and_then(Entry::article).and_then(|it| it.history().undo_title());
        if let Some(title) = done {
            self.say(format!("{title}."));
        }
    }

    /// The effects of something possible, or the reason why it is not, in words.
    pub(super) fn settle(&mut self, wish: impl FnOnce(&mut Self) -> Result<Vec<Effect>, Refusal>) -> Vec<Effect> {
        wish(self).unwrap_or_else(|refusal| {
            self.say(refusal.to_string());
            Vec::new()
        })
    }
}

/// All that the store must have of an article.
pub(super) fn whole_to_keep(head: &ArticleHead, article: &Article, scheme: &Arc<Scheme>) -> Vec<Pending> {
    let turns = (0..article.journal().len()).map(|seq| turn_to_keep(head, article, seq, scheme));
    [Pending::Article(head.clone(), article.text().clone())].into_iter().chain(turns).collect()
}

fn turn_to_keep(head: &ArticleHead, article: &Article, seq: usize, scheme: &Arc<Scheme>) -> Pending {
    Pending::Turn {
        head: head.clone(),
        seq: u32::try_from(seq).expect("nobody makes four billion edits"),
        record: article.journal()[seq].clone(),
        text: article.text().clone(),
        scheme: scheme.clone(),
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
