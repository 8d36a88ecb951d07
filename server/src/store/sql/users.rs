//! Connections seen by user, for people who look through them.

use super::{
    connections::{columns, decode, select},
    engine::{Conn, user_matches},
};
use crate::{
    domain::{connection::Connection, id::ProjectId},
    ports::store::{StoreResult, UserPage},
    store::values::{count, offset},
};

pub(super) async fn page(
    conn: &mut Conn,
    project: ProjectId,
    search: &str,
    page: u32,
    page_size: u32,
) -> StoreResult<UserPage> {
    let search = search.to_ascii_lowercase();
    let total = sqlx::query_scalar(concat!(
        "SELECT COUNT(DISTINCT user_id) FROM connections WHERE project_id = $1 AND ",
        user_matches!()
    ))
    .bind(project.0)
    .bind(&search)
    .fetch_one(&mut *conn)
    .await?;
    let rows = sqlx::query(select!(
        "WHERE c.project_id = $1 AND c.user_id IN \
         (SELECT DISTINCT user_id FROM connections WHERE project_id = $1 AND ",
        user_matches!(),
        " ORDER BY user_id LIMIT $3 OFFSET $4) ORDER BY c.user_id, c.integration_id"
    ))
    .bind(project.0)
    .bind(&search)
    .bind(i64::from(page_size))
    .bind(offset(page, page_size))
    .fetch_all(conn)
    .await?;
    Ok(UserPage {
        total: count(total),
        connections: rows.iter().map(decode).collect::<StoreResult<_>>()?,
    })
}

pub(super) async fn list(
    conn: &mut Conn,
    project: ProjectId,
    user_id: Option<&str>,
) -> StoreResult<Vec<Connection>> {
    let query = match user_id {
        None => sqlx::query(select!(
            "WHERE c.project_id = $1 ORDER BY c.user_id, c.integration_id LIMIT 10000"
        ))
        .bind(project.0),
        Some(user_id) => sqlx::query(select!(
            "WHERE c.project_id = $1 AND c.user_id = $2 ORDER BY c.integration_id LIMIT 10000"
        ))
        .bind(project.0)
        .bind(user_id),
    };
    let rows = query.fetch_all(conn).await?;
    rows.iter().map(decode).collect()
}
