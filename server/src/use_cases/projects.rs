//! Projects and their three environments.

use app::contract::dashboard::{Environment, EnvironmentRow, ProjectRow};
use serde_json::json;

use super::{
    Error, Result, Services,
    audit::{self, Did},
};
use crate::{
    access::{MayEdit, MayRead},
    domain::{
        audit::Action,
        id::{FamilyId, ProjectId},
        project::Project,
    },
    ports::store::{StoreError, UnitOfWork},
};

/// Creates a project: one project id an environment.
pub async fn create(services: &Services, right: MayEdit, name: &str) -> Result<ProjectRow> {
    let mut work = services.store.begin().await?;
    let row = add(services, &mut *work, name).await?;
    audit::record(&mut *work, services.now(), right.actor(), created(&row)).await?;
    work.commit().await?;
    Ok(row)
}

/// What the audit trail says of a new project.
pub fn created(row: &ProjectRow) -> Did<'_> {
    let ids = row.environments.iter().map(|row| row.project_id.as_str());
    Did {
        detail: json!({ "projects": ids.collect::<Vec<_>>() }),
        ..Did::new(Action::ProjectCreated, None, &row.name)
    }
}

/// The same inside a unit of work under way, whose audit entry is the caller's.
pub async fn add(services: &Services, work: &mut dyn UnitOfWork, name: &str) -> Result<ProjectRow> {
    let name = app::validate::project_name(name)?;
    let family = FamilyId(services.new_id());
    let mut environments = Vec::new();
    for environment in Environment::ALL {
        let project = Project {
            id: ProjectId(services.new_id()),
            family,
            name: name.clone(),
            environment,
            created_at: services.now(),
        };
        work.projects().add(&project).await?;
        environments.push(EnvironmentRow {
            environment,
            project_id: project.id.to_string(),
        });
    }
    Ok(ProjectRow { name, environments })
}

/// Every project with its environments.
pub async fn list(services: &Services, _right: MayRead) -> Result<Vec<ProjectRow>> {
    let projects = services.store.read().await?.projects().list().await?;
    let mut rows: Vec<(FamilyId, ProjectRow)> = Vec::new();
    for project in projects {
        let environment = EnvironmentRow {
            environment: project.environment,
            project_id: project.id.to_string(),
        };
        match rows.last_mut() {
            Some((family, row)) if *family == project.family => row.environments.push(environment),
            _ => rows.push((
                project.family,
                ProjectRow {
                    name: project.name,
                    environments: vec![environment],
                },
            )),
        }
    }
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// What a store says of a project that is not there.
pub fn missing(error: StoreError) -> Error {
    match error {
        StoreError::NotFound => Error::NotFound("project"),
        other => other.into(),
    }
}
