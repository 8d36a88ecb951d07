//! What an app notes of a user.

use super::{Error, Result, Services};
use crate::{
    access::EndUser,
    domain::{
        configuration::{Settings, is_shallow},
        notes::{MAX_NOTES, merged},
    },
};

/// Lays `change` over the notes. What would make them too large, or nothing new, writes nothing.
pub async fn merge(services: &Services, user: &EndUser, change: &Settings) -> Result<()> {
    if !is_shallow(change) {
        return Err(Error::invalid("meta", "The values are nested too deep."));
    }
    let now = services.now();
    let mut work = services.store.begin().await?;
    work.users().lock(user.project, &user.user_id, now).await?;
    let rows = work
        .connections()
        .state_of_user(user.project, &user.user_id)
        .await?
        .ok_or(Error::NotFound("project"))?;
    let notes = merged(&rows.meta, change);
    if notes == rows.meta {
        return Ok(());
    }
    let size = serde_json::to_vec(&notes).map_or(usize::MAX, |json| json.len());
    if size > MAX_NOTES {
        return Err(Error::TooLarge);
    }
    work.users()
        .put_meta(user.project, &user.user_id, &notes, now)
        .await?;
    work.commit().await?;
    Ok(())
}
