//! The projects of this browser: each is a database of its own; one is open. Another is opened by loading the page
//! anew, so that nothing of one is left in another.

use serde::{Deserialize, Serialize};

use super::{Dialog, Effect, Session, Tone};

/// Names a project in this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProjectId(pub u32);

impl ProjectId {
    /// The one of the first visit.
    pub const FIRST: ProjectId = ProjectId(1);
}

/// A project of this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectHead {
    /// Which.
    pub id: ProjectId,
    /// Its name.
    pub name: String,
    /// Whether a person has put it away. It can be brought back until it is deleted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_removed: bool,
    /// Whether it was deleted. Its number stays, since a tab may still have its database open.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_deleted: bool,
}

impl ProjectHead {
    fn new(id: ProjectId, name: String) -> Self {
        Self { id, name, is_removed: false, is_deleted: false }
    }
}

/// What a first project is called.
const FIRST_NAME: &str = "My project";

/// The longest name, in code points.
const MAX_CHARS: usize = 80;

/// The projects as they are kept in the browser; of what cannot be read only the first project is left.
pub fn parse_projects(json: &str) -> Vec<ProjectHead> {
    let mut projects: Vec<ProjectHead> = serde_json::from_str(json).unwrap_or_default();
    projects.sort_by_key(|project| project.id);
    projects.dedup_by_key(|project| project.id);
    with_first(projects)
}

fn with_first(mut projects: Vec<ProjectHead>) -> Vec<ProjectHead> {
    if projects.first().is_none_or(|first| first.id != ProjectId::FIRST) {
        let first = ProjectHead::new(ProjectId::FIRST, FIRST_NAME.to_owned());
        projects.insert(0, first);
    }
    projects
}

/// What is done with projects.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // named for what they are
pub enum ProjectDeed {
    Open(ProjectId),
    /// Makes one and opens it.
    New(String),
    Rename(ProjectId, String),
    /// Puts it away; it can be brought back.
    Remove(ProjectId),
    BringBack(ProjectId),
    /// Deletes one that was put away, for good.
    Delete(ProjectId),
}

impl Session {
    /// The projects of this browser, those put away too.
    pub fn projects(&self) -> impl Iterator<Item = &ProjectHead> {
        self.projects.iter().filter(|project| !project.is_deleted)
    }

    /// The one that is open.
    pub fn project(&self) -> ProjectId {
        self.project
    }

    /// Its name.
    pub fn project_name(&self) -> &str {
        let open = self.projects.iter().find(|project| project.id == self.project);
        open.map_or(FIRST_NAME, |project| &project.name)
    }

    pub(super) fn projects_found(&mut self, projects: Vec<ProjectHead>, open: ProjectId) {
        self.projects = with_first(projects);
        self.project = open;
        if self.projects.iter().any(|project| project.id == open && project.is_deleted) {
            let words = "This project was deleted in another tab. What you see here is gone when this tab is closed: download what you need.";
            self.tell(Tone::Problem, words, false);
        }
    }

    pub(super) fn do_with_projects(&mut self, deed: ProjectDeed) -> Vec<Effect> {
        let keep = |session: &Self| {
            let json = serde_json::to_string(&session.projects).expect("strings and numbers are JSON");
            Effect::KeepProjects(json)
        };
        match deed {
            ProjectDeed::Open(id) => match id == self.project {
                true => self.close_dialog(),
                false => vec![Effect::OpenProject(id)],
            },
            ProjectDeed::New(name) => {
                let last = self.projects.last().map_or(0, |project| project.id.0);
                let id = ProjectId(last + 1);
                let name = self.free_project_name(&name, None);
                self.projects.push(ProjectHead::new(id, name));
                vec![keep(self), Effect::OpenProject(id)]
            }
            ProjectDeed::Rename(id, name) => {
                let name = self.free_project_name(&name, Some(id));
                self.change(id, |project| project.name = name);
                vec![keep(self)]
            }
            ProjectDeed::Remove(id) => {
                self.change(id, |project| project.is_removed = true);
                let mut effects = vec![keep(self)];
                // The open one makes room for the next, or for a new one.
                if id == self.project {
                    let next = self.projects.iter().find(|project| !project.is_removed).map(|project| project.id);
                    match next {
                        Some(next) => effects.push(Effect::OpenProject(next)),
                        None => return self.do_with_projects(ProjectDeed::New(FIRST_NAME.to_owned())),
                    }
                }
                effects
            }
            ProjectDeed::BringBack(id) => {
                self.change(id, |project| project.is_removed = false);
                vec![keep(self)]
            }
            ProjectDeed::Delete(id) => {
                if id == self.project || !self.projects().any(|project| project.id == id && project.is_removed) {
                    return Vec::new();
                }
                match id {
                    // Numbers of projects are never used twice; the first is always there.
                    ProjectId::FIRST => self.change(id, |project| project.name = format!("{FIRST_NAME} (empty)")),
                    _ => self.change(id, |project| {
                        project.name.clear();
                        project.is_deleted = true;
                    }),
                }
                vec![keep(self), Effect::DeleteProject(id)]
            }
        }
    }

    pub(super) fn open_projects(&mut self) -> Result<Vec<Effect>, crate::command::Refusal> {
        self.toggle_dialog(Dialog::Projects)
    }

    fn change(&mut self, id: ProjectId, change: impl FnOnce(&mut ProjectHead)) {
        if let Some(project) = self.projects.iter_mut().find(|project| project.id == id) {
            change(project);
        }
    }

    fn free_project_name(&self, wanted: &str, own: Option<ProjectId>) -> String {
        let wanted: String = wanted.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_CHARS).collect();
        let wanted = if wanted.is_empty() { FIRST_NAME.to_owned() } else { wanted };
        let is_free = |name: &String| !self.projects.iter().any(|it| it.name == *name && Some(it.id) != own);
        let numbered = (2..).map(|n| format!("{wanted} ({n})"));
        [wanted.clone()].into_iter().chain(numbered).find(is_free).expect("there is no end of numbers")
    }
}
