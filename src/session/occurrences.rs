//! All occurrences of some words, or all mentions of a person or topic: found, ticked, and labelled, relabelled or
//! cleared in one step.

use std::collections::BTreeMap;

use super::dialog::Dialog;
use super::{Caret, Effect, Session, Target};
use crate::annotation::{AnnotationId, AnnotationSet, GroupKey, Status};
use crate::command::{Command, Refusal};
use crate::project::{Article, ArticleId, UnixMillis};
use crate::scheme::{AppliesTo, LabelId};
use crate::text::{Pattern, Span, trim};

mod looking;

use looking::Looking;

/// What is looked for, what is to be done with it, and what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurrences {
    /// What is looked for.
    pub sought: Sought,
    /// What is to be done with what is ticked.
    pub deed: Deed,
    /// Whether only whole words count.
    pub whole_word: bool,
    /// Whether capitals must be as they are.
    pub match_case: bool,
    /// Whether all articles are looked through, or only the open one.
    pub in_all: bool,
    /// The person or topic that new marks are put to; nothing when it is known of each by its own words.
    pub entity: Option<String>,
    /// What was found, in the order of the list of articles and of reading.
    pub found: Vec<Occurrence>,
    /// Whether there were more than are kept.
    pub is_cut: bool,
    /// What is wrong with a pattern, or why the search was stopped.
    pub problem: Option<String>,
    looking: Looking,
}

impl Occurrences {
    /// A dialog as it opens: whole words, capitals as written, in the open article.
    fn of(sought: Sought, deed: Deed, entity: String) -> Self {
        let mut dialog = Self {
            sought,
            deed,
            whole_word: true,
            match_case: true,
            in_all: false,
            entity: Some(entity),
            found: Vec::new(),
            is_cut: false,
            problem: None,
            looking: Looking::default(),
        };
        dialog.looking.pattern = dialog.pattern().and_then(Result::ok);
        dialog
    }

    /// What is looked for in texts; nothing when it is marks that are.
    fn pattern(&self) -> Option<Result<Pattern, String>> {
        match &self.sought {
            Sought::Words(words) => Some(Ok(Pattern::words(words, self.whole_word, self.match_case))),
            Sought::Pattern(pattern) => Some(Pattern::regex(pattern, self.whole_word, self.match_case)),
            Sought::Mentions(_) | Sought::Label(_) => None,
        }
    }
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// These words.
    Words(String),
    /// What a regular expression fits.
    Pattern(String),
    /// What has a label.
    Label(LabelId),
    /// The mentions of a person or topic.
    Mentions(GroupKey),
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Mark with a label what has none.
    Label(LabelId),
    /// Give another label to what is marked.
    Relabel(LabelId),
    /// Clear what is marked.
    Clear,
}

/// A place that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// In which article.
    pub article: ArticleId,
    /// Where.
    pub span: Span,
    /// The highlights on just these words.
    pub marked: Vec<AnnotationId>,
    /// Whether it lies in, or crosses, a longer highlight.
    pub is_within: bool,
    /// Whether it is to be changed.
    pub ticked: bool,
}

/// A change of the dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // named for what they are
pub enum OccurrenceChange {
    Sought(Sought),
    Words(String),
    Deed(Deed),
    WholeWord(bool),
    MatchCase(bool),
    InAll(bool),
    /// One place, by its number in the list.
    Ticked(usize, bool),
    AllTicked(bool),
}

impl Session {
    /// The dialog of all occurrences.
    pub fn occurrences(&self) -> Option<&Occurrences> {
        self.occurrences.as_ref()
    }

    /// What the dialog would look for: the selection or the active highlight.
    fn sought(&self) -> Result<(String, Deed, String), Refusal> {
        let text = self.text()?;
        let offered = || {
            let first = || self.scheme().offered(AppliesTo::Text).first().map(|(id, _, _)| *id);
            self.last_label().or_else(first).ok_or(Refusal::NoLastLabel)
        };
        if let Some(selection) = self.selection() {
            let span = trim(text, selection).ok_or(Refusal::OnlySpace)?;
            let label = offered()?;
            let words = text.slice(span).to_owned();
            return Ok((words.clone(), Deed::Label(label), words));
        }
        let (_, annotation) = self.active().ok_or(Refusal::NothingSelected)?;
        let words = annotation.words(text).into_owned();
        let is_retired = self.scheme().label(annotation.label).retired;
        let label = if is_retired { offered()? } else { annotation.label };
        Ok((words, Deed::Label(label), annotation.entity.clone()))
    }

    pub(super) fn open_occurrences(&mut self) -> Result<Vec<Effect>, Refusal> {
        let (words, deed, entity) = self.sought()?;
        self.open_with(Sought::Words(words), deed, entity)
    }

    pub(super) fn open_mentions(&mut self) -> Result<Vec<Effect>, Refusal> {
        let group = self.active_group().ok_or(Refusal::NothingChosen)?;
        let entity = group.entity.to_string();
        self.open_with(Sought::Mentions(group), Deed::Clear, entity)
    }

    fn open_with(&mut self, sought: Sought, deed: Deed, entity: String) -> Result<Vec<Effect>, Refusal> {
        let effects = self.toggle_dialog(Dialog::Occurrences)?;
        self.occurrences = Some(Occurrences::of(sought, deed, entity));
        Ok([effects, self.look_for_occurrences()].concat())
    }

    /// The same dialog as a search of all articles: of what is selected, or of words yet to be written.
    pub(super) fn open_search(&mut self) -> Result<Vec<Effect>, Refusal> {
        self.must_be_whole()?;
        if self.entries.is_empty() {
            return Err(Refusal::NoArticle);
        }
        let first = self.scheme().offered(AppliesTo::Text).first().map(|(id, _, _)| *id);
        let label = self.last_label().or(first).ok_or(Refusal::NoLastLabel)?;
        let (words, deed, entity) = self.sought().unwrap_or((String::new(), Deed::Label(label), String::new()));
        let effects = self.toggle_dialog(Dialog::Occurrences)?;
        let dialog = Occurrences::of(Sought::Words(words), deed, entity);
        self.occurrences = Some(Occurrences { in_all: true, match_case: false, ..dialog });
        Ok([effects, self.look_for_occurrences()].concat())
    }

    pub(super) fn occurrences_changed(&mut self, change: OccurrenceChange) -> Vec<Effect> {
        let Some(dialog) = &mut self.occurrences else { return Vec::new() };
        match change {
            OccurrenceChange::Sought(sought) => {
                if matches!(sought, Sought::Label(_)) && matches!(dialog.deed, Deed::Label(_)) {
                    dialog.deed = Deed::Clear;
                }
                if sought != dialog.sought {
                    dialog.entity = None;
                }
                dialog.sought = sought;
            }
            OccurrenceChange::Words(words) => {
                let sought = match dialog.sought {
                    Sought::Pattern(_) => Sought::Pattern(words),
                    _ => Sought::Words(words),
                };
                if sought != dialog.sought {
                    dialog.entity = None;
                }
                dialog.sought = sought;
            }
            OccurrenceChange::Deed(deed) => dialog.deed = deed,
            OccurrenceChange::WholeWord(on) => dialog.whole_word = on,
            OccurrenceChange::MatchCase(on) => dialog.match_case = on,
            OccurrenceChange::InAll(on) => dialog.in_all = on,
            OccurrenceChange::Ticked(index, ticked) => {
                if let Some(found) = dialog.found.get_mut(index) {
                    found.ticked = ticked;
                }
                return Vec::new();
            }
            OccurrenceChange::AllTicked(ticked) => {
                dialog.found.iter_mut().for_each(|found| found.ticked = ticked);
                return Vec::new();
            }
        }
        self.look_for_occurrences()
    }

    /// Goes to a place that was found, and leaves the dialog.
    pub(super) fn occurrence_chosen(&mut self, index: usize) -> Vec<Effect> {
        let place =
            self.occurrences.as_ref().and_then(|dialog| dialog.found.get(index)).map(|it| (it.article, it.span));
        let Some((article, span)) = place else { return Vec::new() };
        let mut effects = self.close_dialog();
        effects.extend(self.show(article));
        self.caret = Caret { anchor: span.start(), focus: span.start() };
        self.follow_caret();
        effects.extend(self.shown_selection());
        effects.push(Effect::Reveal(span));
        effects.push(Effect::Focus(Target::Article));
        effects
    }

    /// Does what the dialog says to what is ticked.
    pub(super) fn occurrences_done(&mut self, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let dialog = self.occurrences.as_ref().ok_or(Refusal::Gone)?;
        let mut by_article: BTreeMap<ArticleId, Vec<&Occurrence>> = BTreeMap::new();
        for found in dialog.found.iter().filter(|found| found.ticked) {
            by_article.entry(found.article).or_default().push(found);
        }
        let n: usize = by_article.values().map(Vec::len).sum();
        if n == 0 {
            return Err(Refusal::NoOccurrence);
        }
        let marked =
            |places: &[&Occurrence]| places.iter().flat_map(|it| it.marked.iter().copied()).collect::<Vec<_>>();
        let command = |places: &[&Occurrence]| match dialog.deed {
            Deed::Label(label) => {
                let spans = apart(places.iter().map(|it| it.span));
                match dialog.entity.clone() {
                    Some(entity) => Command::AnnotateAll { spans, label, entity },
                    None => Command::AnnotateEach { spans, label },
                }
            }
            Deed::Relabel(label) => Command::Relabel { ids: marked(places), label },
            Deed::Clear => Command::Dismiss { ids: marked(places) },
        };
        let commands = by_article.iter().map(|(id, places)| (*id, command(places))).collect();
        let what = match &dialog.sought {
            Sought::Words(words) | Sought::Pattern(words) => words.clone(),
            Sought::Label(label) => self.scheme().label(*label).title.clone(),
            Sought::Mentions(group) => group.entity.to_string(),
        };
        let verb = match dialog.deed {
            Deed::Label(label) | Deed::Relabel(label) => self.scheme().label(label).title.clone(),
            Deed::Clear => "Clear".to_owned(),
        };
        if let Deed::Label(label) | Deed::Relabel(label) = dialog.deed {
            self.last_label = Some(label);
        }
        let times = if n == 1 { "once".to_owned() } else { format!("{n} times") };
        let effects = self.do_step(format!("{verb} “{what}” {times}"), commands, Vec::new(), at)?;
        let said = self.said.clone();
        let closing = self.close_dialog();
        self.said = said;
        Ok([effects, closing].concat())
    }

    /// Labels all places in the open article where the words of the highlight stand, with its label and person.
    pub(super) fn label_everywhere(&mut self, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let (words, deed, entity) = self.sought()?;
        let Deed::Label(label) = deed else { return Err(Refusal::NoLastLabel) };
        let is_selection = self.selection().is_some();
        let article = self.article().ok_or(Refusal::NoArticle)?;
        let (id, set) = (self.open.ok_or(Refusal::NoArticle)?, article.annotations());
        let dialog = Occurrences::of(Sought::Words(words), deed, entity.clone());
        let places = dialog.looking.pattern.as_ref().map(|pattern| pattern.places(article.text()));
        let places = found_in(id, article, &dialog, places.unwrap_or_default());
        let spans: Vec<Span> = apart(places.iter().filter(|it| it.ticked).map(|it| it.span));
        let (chosen, label) = match self.active() {
            Some((_, annotation)) => (Some(annotation), annotation.label),
            None => (None, label),
        };
        // An open suggestion is thereby accepted too.
        let own = chosen.filter(|it| it.status == Status::Suggested && !spans.contains(&it.span)).map(|it| it.span);
        let spans = apart(spans.into_iter().chain(own));
        let entity = match (is_selection, spans.first()) {
            // What was not marked before is called as a single mark would be.
            (true, Some(first)) => {
                let one = Command::Annotate { span: *first, label };
                let planned = crate::command::plan(article.text(), set, self.scheme(), &one);
                let named = planned.ok().and_then(|it| it.edits.into_iter().find_map(|edit| edit.after));
                named.map_or(entity, |named| named.entity.clone())
            }
            _ => entity,
        };
        let effects = self.command(&Command::AnnotateAll { spans, label, entity }, at)?;
        self.last_label = Some(label);
        if is_selection {
            let here = self.selection();
            self.caret.anchor = self.caret.focus;
            let set = self.article().ok_or(Refusal::NoArticle)?.annotations();
            let there = here.map(|here| set.overlapping(here)).unwrap_or_default();
            let own = there.iter().find(|(_, it)| it.label == label).map(|(id, _)| *id);
            if let Some(own) = own {
                self.activate(own);
            }
        }
        Ok([effects, self.shown_selection()].concat())
    }
}

/// What an article has of what is looked for. Where words or a pattern stand is known already.
fn found_in(id: ArticleId, article: &Article, dialog: &Occurrences, places: Vec<Span>) -> Vec<Occurrence> {
    let set = article.annotations();
    let occurrence = |span: Span, marked: Vec<AnnotationId>| {
        let is_marked = !marked.is_empty();
        let is_within = set.overlapping(span).iter().any(|(_, it)| it.span != span);
        let ticked = match dialog.deed {
            Deed::Label(label) => can_be_marked(set, span, label),
            Deed::Relabel(label) => marked.iter().any(|id| set.get(*id).is_some_and(|it| it.label != label)),
            Deed::Clear => is_marked,
        };
        Occurrence { article: id, span, marked, is_within, ticked }
    };
    let just = |span: Span| {
        let there = set.overlapping(span).into_iter().filter(|(_, it)| it.span == span && it.gaps.is_empty());
        there.map(|(id, _)| id).collect::<Vec<_>>()
    };
    let all: Vec<Occurrence> = match &dialog.sought {
        Sought::Words(_) | Sought::Pattern(_) => places.into_iter().map(|span| occurrence(span, just(span))).collect(),
        Sought::Label(label) => {
            let found = set.visible().filter(|(_, it)| it.label == *label);
            found.map(|(id, it)| occurrence(it.span, vec![id])).collect()
        }
        Sought::Mentions(key) => {
            let mentions = set.group(key).into_iter().flat_map(|group| group.mentions.iter());
            let found = mentions.filter_map(|place| Some((place.id(), set.get(place.id())?.span)));
            found.map(|(id, span)| occurrence(span, vec![id])).collect()
        }
    };
    // What is not marked can be neither relabelled nor cleared.
    let concerns = |it: &Occurrence| matches!(dialog.deed, Deed::Label(_)) || !it.marked.is_empty();
    all.into_iter().filter(concerns).collect()
}

/// Whether a label would say something new there: it has it not, and no decided highlight of that label overlaps it.
fn can_be_marked(set: &AnnotationSet, span: Span, label: LabelId) -> bool {
    set.overlapping(span).iter().all(|(_, it)| it.label != label || it.status == Status::Suggested)
}

/// Spans of which none overlaps one before it.
fn apart(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.collect();
    spans.sort_unstable();
    spans.dedup_by(|later, sooner| later.overlaps(*sooner));
    spans
}
