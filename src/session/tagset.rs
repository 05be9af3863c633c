//! The person's own tagset and guidelines: every change is a step that can be undone.

use std::sync::Arc;

use super::{Effect, Session};
use crate::command::Refusal;
use crate::format::Export;
use crate::project::{Codebook, CodebookEdit, UnixMillis};
use crate::scheme::{LabelId, LabelSpec, Scheme, SchemeError};

impl Session {
    pub(super) fn label_added(&mut self, spec: LabelSpec, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        self.check_key(&spec, None)?;
        let title = format!("Add the label {}", spec.title);
        // One of this name that an undo has retired is this one from now on.
        let retired = self.scheme().labels().find(|(_, label)| label.retired && label.name == spec.name);
        let scheme = match retired {
            Some((id, _)) => self.scheme().with_changed(id, spec),
            None => self.scheme().with_label(spec),
        };
        self.scheme_changed(title, scheme, at)
    }

    pub(super) fn label_changed(
        &mut self,
        id: LabelId,
        spec: LabelSpec,
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        let before = self.scheme().label(id);
        self.check_key(&spec, before.key)?;
        let title = match (before.retired, spec.retired) {
            (false, true) => format!("Retire the label {}", spec.title),
            (true, false) => format!("Bring back the label {}", spec.title),
            _ => format!("Change the label {}", spec.title),
        };
        let scheme = self.scheme().with_changed(id, spec);
        self.scheme_changed(title, scheme, at)
    }

    fn check_key(&self, spec: &LabelSpec, before: Option<char>) -> Result<(), Refusal> {
        match spec.key.filter(|key| Some(*key) != before && !spec.retired && !self.is_free_key(*key)) {
            Some(key) => Err(Refusal::Key(format!(
                "The key {key} does something else already: see the list of keys. Choose another, or change that one there first."
            ))),
            None => Ok(()),
        }
    }

    fn scheme_changed(
        &mut self,
        title: String,
        scheme: Result<Scheme, SchemeError>,
        at: UnixMillis,
    ) -> Result<Vec<Effect>, Refusal> {
        let scheme = scheme.map_err(|error| Refusal::Tagset(error.to_string()))?;
        if scheme == *self.scheme() {
            return Err(Refusal::NoChange);
        }
        let edit = CodebookEdit::Scheme { before: self.codebook.scheme.clone(), after: Arc::new(scheme) };
        self.edit_codebook(title, vec![edit], at)
    }

    pub(super) fn guidelines_edited(&mut self, markdown: &str, at: UnixMillis) -> Result<Vec<Effect>, Refusal> {
        if markdown == &*self.codebook.guidelines {
            return Err(Refusal::NoChange);
        }
        let edit = CodebookEdit::Guidelines { before: self.codebook.guidelines.clone(), after: markdown.into() };
        let effects = self.edit_codebook("Edit the guidelines".to_owned(), vec![edit], at)?;
        let closing = self.close_dialog();
        Ok([effects, closing].concat())
    }

    /// Takes over what files have added to a copy of the codebook.
    pub(super) fn adopt(&mut self, codebook: Codebook, at: UnixMillis) -> Vec<Effect> {
        let mut edits = Vec::new();
        let mut names = Vec::new();
        if codebook.scheme != self.codebook.scheme {
            let n_before = self.scheme().labels().count();
            let new: Vec<LabelSpec> = codebook.scheme.labels().skip(n_before).map(|(_, spec)| spec.clone()).collect();
            names.extend(new.iter().map(|spec| spec.title.clone()));
            // A label's key must not take that of an action.
            let with_free_key =
                |spec: LabelSpec| LabelSpec { key: spec.key.filter(|key| self.is_free_key(*key)), ..spec };
            let before = self.scheme().labels().map(|(_, spec)| spec.clone());
            // All at once: one may stand under another that comes behind it.
            if let Ok(scheme) = Scheme::of(before.chain(new.into_iter().map(with_free_key)).collect()) {
                edits.push(CodebookEdit::Scheme { before: self.codebook.scheme.clone(), after: Arc::new(scheme) });
            }
        }
        for (key, known) in &codebook.registry {
            let before = self.codebook.entity(key);
            if before != *known {
                edits.push(CodebookEdit::entity(key.clone(), before, known.clone()));
            }
        }
        if codebook.guidelines != self.codebook.guidelines {
            let (before, after) = (self.codebook.guidelines.clone(), codebook.guidelines);
            edits.push(CodebookEdit::Guidelines { before, after });
        }
        if edits.is_empty() {
            return Vec::new();
        }
        if !names.is_empty() {
            let words = format!("The file’s labels were added to yours: {}.", names.join(", "));
            self.tell(super::Tone::Note, words, false);
        }
        self.settle(|s| s.edit_codebook("Take over labels and people of a file".to_owned(), edits, at))
    }

    pub(super) fn scheme_downloaded(&mut self) -> Vec<Effect> {
        let export = Export {
            file_name: "labels.json".to_owned(),
            mime: "application/json",
            bytes: format!("{}\n", self.scheme().to_json()).into_bytes(),
            losses: Vec::new(),
        };
        self.say("labels.json is in your downloads.");
        vec![Effect::Download(export)]
    }
}
