//! Persons and topics: who a mention is of, what is known of them, and how they are joined and split.

use super::dialog::Dialog;
use super::steps::Wish;
use super::{Effect, Session};
use crate::annotation::{AnnotationId, GroupKey};
use crate::command::{Command, Refusal};
use crate::project::{CodebookEdit, Entity, UnixMillis};
use crate::scheme::GroupKind;

/// Something that is put to a person or topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Joined {
    /// A mention.
    Mention(AnnotationId),
    /// All mentions of a person or topic in the open article.
    Group(GroupKey),
}

impl Session {
    /// The person or topic of the active highlight.
    pub fn active_group(&self) -> Option<GroupKey> {
        let (_, annotation) = self.active()?;
        Some(self.article()?.annotations().group_of(annotation, self.scheme()))
    }

    pub(super) fn open_join(&mut self) -> Result<Vec<Effect>, Refusal> {
        let (id, _) = self.active().ok_or(Refusal::NothingChosen)?;
        self.toggle_dialog(Dialog::Join(Joined::Mention(id)))
    }

    pub(super) fn open_entity(&mut self) -> Result<Vec<Effect>, Refusal> {
        let group = self.active_group().ok_or(Refusal::NothingChosen)?;
        self.toggle_dialog(Dialog::Entity(group))
    }

    /// Puts a mention or a whole group to a person or topic of this name.
    pub(super) fn join(&mut self, what: &Joined, entity: &str, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let set = self.article().ok_or(Refusal::NoArticle)?.annotations();
        let mentions = match what {
            Joined::Mention(id) => vec![*id],
            Joined::Group(group) => {
                let group = set.group(group).ok_or(Refusal::Gone)?;
                group.mentions.iter().map(|place| place.id()).collect()
            }
        };
        let kind = mentions.first().and_then(|id| set.get(*id)).map(|it| self.scheme().label(it.label).groups_by);
        let effects = self.command(&Command::Join { mentions, entity: entity.to_owned() }, at)?;
        let closing = self.close_dialog();
        if let Some(kind) = kind {
            self.panel = kind;
            self.expanded = Some(GroupKey { kind, entity: entity.trim().into() });
        }
        Ok([effects, closing].concat())
    }

    /// Makes a mention a person or topic of its own, named after its words; by a number when another one has them.
    pub(super) fn split(&mut self, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let (id, _) = self.active().ok_or(Refusal::NothingChosen)?;
        self.split_off(id, at)
    }

    pub(super) fn split_off(&mut self, id: AnnotationId, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let article = self.article().ok_or(Refusal::NoArticle)?;
        let set = article.annotations();
        let annotation = set.get(id).ok_or(Refusal::Gone)?;
        let group = set.group_of(annotation, self.scheme());
        if set.group(&group).is_some_and(|group| group.mentions.len() == 1) {
            return Err(Refusal::SamePerson);
        }
        let words = annotation.words(article.text());
        let plain = if group.kind == GroupKind::Topic { words.to_lowercase() } else { words.into_owned() };
        let is_free = |name: &String| set.group(&GroupKey { kind: group.kind, entity: name.as_str().into() }).is_none();
        let numbered = (2..).map(|n| format!("{plain} ({n})"));
        let entity = [plain.clone()].into_iter().chain(numbered).find(is_free).expect("there is no end of numbers");
        self.command(&Command::Join { mentions: vec![id], entity }, at)
    }

    pub(super) fn accept_group(&mut self, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        let group = self.active_group().ok_or(Refusal::NothingChosen)?;
        self.command(&Command::AcceptGroup { group }, at)
    }

    pub(super) fn switch_panel(&mut self) -> Result<Vec<Effect>, Refusal> {
        self.panel = match self.panel {
            GroupKind::Person => GroupKind::Topic,
            GroupKind::Topic => GroupKind::Person,
        };
        self.expanded = None;
        Ok(Vec::new())
    }

    /// What is known of a person or topic was changed. A new name is given to its mentions in all articles.
    pub(super) fn entity_edited(
        &mut self,
        key: &GroupKey,
        name: &str,
        known: Entity,
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Refusal::NoName);
        }
        let is_renamed = name != &*key.entity;
        if !is_renamed {
            let before = self.codebook.entity(key);
            if before == known {
                return Err(Refusal::NoChange);
            }
            let edit = CodebookEdit::entity(key.clone(), before, known);
            let closing = self.close_dialog();
            return Ok([self.edit_codebook(format!("What is known of “{name}”"), vec![edit], at)?, closing].concat());
        }
        let wish = Wish::Rename { key: key.clone(), name: name.to_owned(), known };
        let closing = self.close_dialog();
        Ok([self.everywhere(wish, at)?, closing].concat())
    }
}
