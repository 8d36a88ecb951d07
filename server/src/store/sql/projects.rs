//! Projects: one row an environment.

use async_trait::async_trait;

use super::{
    engine::{Conn, Row},
    record::{Record, changed},
};
use crate::{
    domain::{
        id::{FamilyId, ProjectId},
        project::Project,
    },
    ports::store::{ProjectRepository, StoreError, StoreResult},
    store::values::micros,
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, family, name, environment, created_at FROM projects ",
            $rest
        )
    };
}

/// The environments in the order of a release, not of the alphabet.
macro_rules! order {
    () => {
        " ORDER BY name, family, \
         CASE environment WHEN 'development' THEN 0 WHEN 'staging' THEN 1 ELSE 2 END"
    };
}

fn decode(row: &Row) -> StoreResult<Project> {
    let record = Record::new(row, "projects");
    Ok(Project {
        id: ProjectId(record.get("id")?),
        family: FamilyId(record.get("family")?),
        name: record.get("name")?,
        environment: record.name("environment")?,
        created_at: record.time("created_at")?,
    })
}

#[async_trait]
impl ProjectRepository for Conn {
    async fn lookup(&mut self, id: ProjectId) -> StoreResult<Option<Project>> {
        let row = sqlx::query(select!("WHERE id = $1"))
            .bind(id.0)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn list(&mut self) -> StoreResult<Vec<Project>> {
        let rows = sqlx::query(concat!(select!(""), order!()))
            .fetch_all(self)
            .await?;
        rows.iter().map(decode).collect()
    }

    async fn find_by_family(&mut self, family: FamilyId) -> StoreResult<Vec<Project>> {
        let rows = sqlx::query(concat!(select!("WHERE family = $1"), order!()))
            .bind(family.0)
            .fetch_all(self)
            .await?;
        rows.iter().map(decode).collect()
    }

    async fn add(&mut self, project: &Project) -> StoreResult<()> {
        let done = sqlx::query(
            "INSERT INTO projects (id, family, name, environment, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(project.id.0)
        .bind(project.family.0)
        .bind(&project.name)
        .bind(project.environment.as_str())
        .bind(micros(project.created_at))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Conflict)
    }

    async fn generation(&mut self, id: ProjectId) -> StoreResult<Option<i64>> {
        Ok(
            sqlx::query_scalar("SELECT generation FROM projects WHERE id = $1")
                .bind(id.0)
                .fetch_optional(self)
                .await?,
        )
    }

    async fn touch(&mut self, id: ProjectId) -> StoreResult<()> {
        let done = sqlx::query("UPDATE projects SET generation = generation + 1 WHERE id = $1")
            .bind(id.0)
            .execute(self)
            .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }
}
