//! Which project, which environment. The menus are native popovers: they need no script.

use leptos::prelude::*;

use crate::{
    components::{Glyph, Icon},
    contract::dashboard::{Environment, EnvironmentRow, ProjectRow},
    pages::dashboard::place::Section,
};

fn holds(project: &ProjectRow, project_id: &str) -> bool {
    project
        .environments
        .iter()
        .any(|row| row.project_id == project_id)
}

#[component]
pub fn ProjectSwitcher(projects: Vec<ProjectRow>, project_id: Memo<String>) -> impl IntoView {
    let links = projects.clone();
    let name = move || {
        let id = project_id.read();
        let project = projects.iter().find(|project| holds(project, &id));
        project.map_or_else(
            || "Choose a project".to_owned(),
            |project| project.name.clone(),
        )
    };
    view! {
        <button class="switch" type="button" popovertarget="project-menu">
            <span class="visually-hidden">"Project: "</span>
            <span class="switch-name">{name}</span>
            <Icon glyph=Glyph::ChevronsUpDown />
        </button>
        <div class="menu" id="project-menu" popover="auto">
            <ul>
                {links.into_iter().map(|project| {
                    let first = project.environments.iter().min_by_key(|row| row.environment);
                    let href = first.map_or_else(|| "/".to_owned(), |row| Section::Home.path(&row.project_id));
                    let name = project.name.clone();
                    let current = Memo::new(move |_| holds(&project, &project_id.read()));
                    view! { <Choice href name current /> }
                }).collect_view()}
            </ul>
        </div>
    }
    .into_any()
}

#[component]
pub fn EnvironmentSwitcher(
    projects: Vec<ProjectRow>,
    project_id: Memo<String>,
    section: Memo<Section>,
) -> impl IntoView {
    let environments = Memo::new(move |_| {
        let id = project_id.read();
        let project = projects.iter().find(|project| holds(project, &id));
        let mut rows = project
            .map(|project| project.environments.clone())
            .unwrap_or_default();
        rows.sort_by_key(|row| row.environment);
        rows
    });
    let current = Memo::new(move |_| {
        let id = project_id.read();
        let row = environments
            .read()
            .iter()
            .find(|row| row.project_id == *id)
            .cloned();
        row.map(|row| row.environment)
    });
    let title = move || current.get().map_or("Unknown", Environment::title);
    view! {
        <button
            class="switch environment"
            type="button"
            popovertarget="environment-menu"
            data-environment=move || current.get().map(Environment::as_str)
        >
            <span class="visually-hidden">"Environment: "</span>
            <span class="switch-name">{title}</span>
            <Icon glyph=Glyph::ChevronsUpDown />
        </button>
        <div class="menu" id="environment-menu" popover="auto">
            <ul>
                {move || environments.get().into_iter().map(|row| {
                    let EnvironmentRow { environment, project_id: id } = row;
                    let current = Memo::new(move |_| current.get() == Some(environment));
                    view! {
                        <Choice
                            href=section.get().path(&id)
                            name=environment.title().to_owned()
                            current
                        />
                    }
                }).collect_view()}
            </ul>
        </div>
    }
    .into_any()
}

/// One line of a menu. It loads the page anew, so that nothing of the other environment remains.
#[component]
fn Choice(href: String, name: String, current: Memo<bool>) -> impl IntoView {
    view! {
        <li>
            <a href=href rel="external" aria-current=move || current.get().then_some("true")>
                {name}
                <Show when=move || current.get()>
                    <span class="menu-check"><Icon glyph=Glyph::Check /></span>
                </Show>
            </a>
        </li>
    }
    .into_any()
}
