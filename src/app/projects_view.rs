//! The projects of this browser: opened, made, renamed, put away and brought back.

use yew::prelude::*;

use super::forms::{TextInput, on_submit, text_field, value_of};
use super::modal::Modal;
use crate::session::{Event, FolderState, FolderTask, FolderView, ProjectDeed, ProjectHead, Session};

/// The dialog.
pub fn projects_view(session: &Session, on_event: &Callback<Event>) -> Html {
    let onsubmit = {
        let make = on_event.reform(|name: String| Event::ProjectsChanged { deed: ProjectDeed::New(name) });
        on_submit(move |form| make.emit(value_of(&form, "project-name")))
    };
    let (away, there): (Vec<&ProjectHead>, Vec<&ProjectHead>) =
        session.projects().partition(|project| project.is_removed);
    html! {
        <Modal title="Projects" name="projects" on_close={on_event.reform(|()| Event::DialogClosed)}>
            <p class="dim">{ "Each has its own articles, labels, people and guidelines, and stays in this browser. To take one elsewhere, download it as a zip and open that there in a new project." }</p>
            <ul class="label-list" aria-label="Projects">{ for there.iter().map(|project| row(session, project, on_event)) }</ul>
            { folder(session, on_event) }
            <form class="form" {onsubmit}>
                { text_field("project-name", "A new project", "", "Its name") }
                <p class="form-actions"><button class="button primary" type="submit">{ "Make and open it" }</button></p>
            </form>
            if !away.is_empty() {
                <details>
                    <summary>{ format!("Put away: {}", away.len()) }</summary>
                    <ul class="label-list" aria-label="Projects put away">{ for away.iter().map(|project| row_away(project, on_event)) }</ul>
                </details>
            }
        </Modal>
    }
}

/// The folder of the open project, where the browser lets pages have one.
fn folder(session: &Session, on_event: &Callback<Event>) -> Html {
    if !super::folder::is_supported() {
        return Html::default();
    }
    let button = |name: &'static str, class: &'static str, words: &'static str, task: FolderTask| {
        let onclick = on_event.reform(move |_: MouseEvent| Event::FolderAsked { task: task.clone() });
        html! { <button type="button" class={classes!("button", "small", class)} data-action={name} {onclick}>{ words }</button> }
    };
    let choose = |words| button("choose-folder", "", words, FolderTask::Choose);
    let leave = || button("leave-folder", "quiet", "Leave the folder", FolderTask::Forget);
    let (words, buttons) = match session.folder() {
        None => (
            "The open project can live in a folder of your computer as well: a file for each article, written as you work and read again when it changes, as by git. If there is a project in that folder, its articles join this one.".to_owned(),
            choose("Keep it in a folder…"),
        ),
        Some(FolderView { name, state: FolderState::Here, n_due }) => (
            format!("The open project is kept in the folder “{name}” too. Files to be written: {n_due}."),
            html! { <>{ choose("Another folder…") }{ leave() }</> },
        ),
        Some(FolderView { name, state, .. }) => {
            let why = match state {
                FolderState::Failed(why) => why.as_str(),
                _ => "the browser wants you to allow it once more",
            };
            let reconnect = button("reconnect-folder", "", "Reconnect", FolderTask::Reconnect);
            (
                format!("The folder “{name}” of the open project is not connected: {why}."),
                html! { <>{ reconnect }{ choose("Another folder…") }{ leave() }</> },
            )
        }
    };
    html! {
        <section class="folder" aria-label="Folder">
            <p>{ words }</p>
            <p class="form-actions">{ buttons }</p>
        </section>
    }
}

fn row(session: &Session, project: &ProjectHead, on_event: &Callback<Event>) -> Html {
    let id = project.id;
    let is_open = session.project() == id;
    let act = |deed: ProjectDeed| on_event.reform(move |_| Event::ProjectsChanged { deed: deed.clone() });
    let on_change = on_event.reform(move |name: String| Event::ProjectsChanged { deed: ProjectDeed::Rename(id, name) });
    html! {
        <li key={id.0} class="label-row" data-project={id.0.to_string()} aria-current={is_open.then_some("true")}>
            <TextInput initial={project.name.clone()} label="Name" {on_change} />
            if is_open {
                <span class="dim">{ "open" }</span>
            } else {
                <button type="button" class="button small" data-action="open-project" onclick={act(ProjectDeed::Open(id))}>{ "Open" }</button>
            }
            <button type="button" class="button quiet small" data-action="remove-project" onclick={act(ProjectDeed::Remove(id))}>{ "Put away" }</button>
        </li>
    }
}

fn row_away(project: &ProjectHead, on_event: &Callback<Event>) -> Html {
    let id = project.id;
    let act = |deed: ProjectDeed| on_event.reform(move |_| Event::ProjectsChanged { deed: deed.clone() });
    html! {
        <li key={id.0} class="label-row" data-project={id.0.to_string()}>
            <span dir="auto">{ &project.name }</span>
            <button type="button" class="button small" data-action="bring-back" onclick={act(ProjectDeed::BringBack(id))}>{ "Bring back" }</button>
            <button type="button" class="button quiet small" data-action="delete-project" onclick={act(ProjectDeed::Delete(id))}>{ "Delete for good" }</button>
        </li>
    }
}
