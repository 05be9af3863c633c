//! Which projects there are, and which one is open in this tab: kept where it is there at once, before any database is
//! open.

use gloo::timers::future::TimeoutFuture;
use gloo::utils::window;
use web_sys::Storage;

use super::saver::Saver;
use crate::session::{ProjectHead, ProjectId, parse_projects};

/// The list of projects, in the local storage.
const LIST: &str = "attache-projects";
/// The one that was open last; in the session storage the one of this tab.
const OPEN: &str = "attache-project";

fn local() -> Option<Storage> {
    window().local_storage().ok()?
}

fn of_tab() -> Option<Storage> {
    window().session_storage().ok()?
}

/// The projects, and the one that this tab shows.
pub fn found() -> (Vec<ProjectHead>, ProjectId) {
    let item = |storage: Option<Storage>, key: &str| storage?.get_item(key).ok()?;
    let projects = parse_projects(&item(local(), LIST).unwrap_or_default());
    let id = |storage| item(storage, OPEN)?.parse().ok().map(ProjectId);
    let is_there = |id: &ProjectId| projects.iter().any(|project| project.id == *id && !project.is_removed);
    let first = || projects.iter().find(|project| !project.is_removed).map_or(ProjectId::FIRST, |project| project.id);
    let open = id(of_tab()).filter(is_there).or_else(|| id(local()).filter(is_there)).unwrap_or_else(first);
    (projects, open)
}

/// Keeps the list.
pub fn keep(json: &str) {
    if let Some(storage) = local() {
        let _ = storage.set_item(LIST, json);
    }
}

/// Opens a project in this tab, once all of the open one is kept.
pub async fn open(id: ProjectId, saver: Option<Saver>) {
    const PATIENCE: u32 = 200;
    if let Some(saver) = saver {
        // What cannot be kept keeps the page from being left: the browser asks.
        for _ in 0..PATIENCE {
            if !saver.is_behind() {
                break;
            }
            saver.flush();
            TimeoutFuture::new(25).await;
        }
    }
    for storage in [of_tab(), local()].into_iter().flatten() {
        let _ = storage.set_item(OPEN, &id.0.to_string());
    }
    let _ = window().location().reload();
}
