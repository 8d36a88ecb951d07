//! Integrations of a project.

use async_trait::async_trait;

use super::{
    engine::{Conn, Row},
    record::{Record, changed},
};
use crate::{
    domain::{
        id::{IntegrationId, ProjectId},
        integration::Integration,
        secret::Sealed,
    },
    ports::store::{IntegrationCount, IntegrationRepository, StoreError, StoreResult},
    store::values::{count, list_to_json, micros, to_json},
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, project_id, integration_type, client_id, client_secret, scopes, active, \
             browser_token, redirect_urls, settings, created_at, updated_at FROM integrations ",
            $rest
        )
    };
}

fn decode(row: &Row) -> StoreResult<Integration> {
    let record = Record::new(row, "integrations");
    Ok(Integration {
        id: IntegrationId(record.get("id")?),
        project: ProjectId(record.get("project_id")?),
        integration_type: record.get("integration_type")?,
        client_id: record.get("client_id")?,
        client_secret: record.get::<Option<Vec<u8>>>("client_secret")?.map(Sealed),
        scopes: record.optional_json("scopes")?,
        active: record.get("active")?,
        browser_token: record.get("browser_token")?,
        redirect_urls: record.json("redirect_urls")?,
        settings: record.json("settings")?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })
}

fn decode_count(row: &Row) -> StoreResult<IntegrationCount> {
    let record = Record::new(row, "connections");
    Ok(IntegrationCount {
        integration: IntegrationId(record.get("id")?),
        connections: count(record.get("connections")?),
        to_mend: count(record.get("to_mend")?),
    })
}

#[async_trait]
impl IntegrationRepository for Conn {
    async fn lookup(&mut self, id: IntegrationId) -> StoreResult<Option<Integration>> {
        let row = sqlx::query(select!("WHERE id = $1"))
            .bind(id.0)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn find_by_type(
        &mut self,
        project: ProjectId,
        integration_type: &str,
    ) -> StoreResult<Option<Integration>> {
        let row = sqlx::query(select!("WHERE project_id = $1 AND integration_type = $2"))
            .bind(project.0)
            .bind(integration_type)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn list(&mut self, project: ProjectId) -> StoreResult<Vec<Integration>> {
        let rows = sqlx::query(select!("WHERE project_id = $1 ORDER BY integration_type"))
            .bind(project.0)
            .fetch_all(self)
            .await?;
        rows.iter().map(decode).collect()
    }

    async fn add(&mut self, integration: &Integration) -> StoreResult<()> {
        let done = sqlx::query(
            "INSERT INTO integrations (id, project_id, integration_type, client_id, client_secret, \
             scopes, active, created_at, updated_at, browser_token, redirect_urls, settings) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
        )
        .bind(integration.id.0)
        .bind(integration.project.0)
        .bind(&integration.integration_type)
        .bind(integration.client_id.as_deref())
        .bind(
            integration
                .client_secret
                .as_ref()
                .map(|sealed| sealed.0.as_slice()),
        )
        .bind(list_to_json(integration.scopes.as_deref()))
        .bind(integration.active)
        .bind(micros(integration.created_at))
        .bind(micros(integration.updated_at))
        .bind(integration.browser_token)
        .bind(to_json(&integration.redirect_urls))
        .bind(to_json(&integration.settings))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Conflict)
    }

    async fn update(&mut self, integration: &Integration) -> StoreResult<()> {
        let done = sqlx::query(
            "UPDATE integrations SET client_id = $2, client_secret = $3, scopes = $4, active = $5, \
             updated_at = $6, browser_token = $7, redirect_urls = $8, settings = $9 WHERE id = $1",
        )
        .bind(integration.id.0)
        .bind(integration.client_id.as_deref())
        .bind(
            integration
                .client_secret
                .as_ref()
                .map(|sealed| sealed.0.as_slice()),
        )
        .bind(list_to_json(integration.scopes.as_deref()))
        .bind(integration.active)
        .bind(micros(integration.updated_at))
        .bind(integration.browser_token)
        .bind(to_json(&integration.redirect_urls))
        .bind(to_json(&integration.settings))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }

    async fn counts(&mut self, project: ProjectId) -> StoreResult<Vec<IntegrationCount>> {
        let rows = sqlx::query(
            "SELECT i.id AS id, COUNT(*) AS connections, \
             COUNT(CASE WHEN c.status = 'needs_reauth' THEN 1 END) AS to_mend \
             FROM integrations i JOIN connections c ON c.integration_id = i.id \
             WHERE i.project_id = $1 GROUP BY i.id ORDER BY i.id",
        )
        .bind(project.0)
        .fetch_all(self)
        .await?;
        rows.iter().map(decode_count).collect()
    }
}
