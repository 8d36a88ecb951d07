//! A user's connected accounts, and one of them by its name.

use super::{
    Error, Result, Services,
    snapshot::{SetUp, Snapshot},
};
use crate::{
    access::EndUser,
    domain::{
        connection::Connection, flow::FlowState, id::FlowId, intent::Intent, selector::Selector,
    },
    ports::store::Repositories,
};

/// Every account of an integration that is set up; by integration, then oldest first.
pub async fn list(
    services: &Services,
    snapshot: &Snapshot,
    user: &EndUser,
) -> Result<Vec<Connection>> {
    let mut reader = services.store.read().await?;
    let mut all = of_user(&mut *reader, user).await?;
    all.retain(|known| snapshot.find_by_id(known.integration).is_some());
    Ok(all)
}

/// The account of any integration that `name` means. The id of a flow that came to nothing names no
/// account; the error then says why it did not.
pub async fn find(services: &Services, user: &EndUser, name: &str) -> Result<Connection> {
    let mut reader = services.store.read().await?;
    match find_in(&mut *reader, user, name).await {
        Err(error @ Error::NotFound(_)) => {
            Err(why_not(&mut *reader, user, name).await?.unwrap_or(error))
        }
        found => found,
    }
}

/// The same inside a reader or a unit of work of the caller's.
pub async fn find_in(
    repositories: &mut dyn Repositories,
    user: &EndUser,
    name: &str,
) -> Result<Connection> {
    let selector = Selector::parse(name);
    let all = of_user(repositories, user).await?;
    all.into_iter()
        .find(|known| !selector.is_first() && selector.matches(known))
        .ok_or(Error::NotFound("credential"))
}

/// The account of one integration that is meant; the oldest if none is named.
pub async fn of_integration(
    services: &Services,
    user: &EndUser,
    set_up: &SetUp,
    selector: &Selector,
) -> Result<Connection> {
    let mut reader = services.store.read().await?;
    let all = reader
        .connections()
        .find(user.project, set_up.integration.id, &user.user_id)
        .await?;
    all.into_iter()
        .find(|known| selector.matches(known))
        .ok_or_else(|| Error::NotConnected(set_up.definition.name.clone()))
}

/// A new account cannot have the name of one that is there.
pub async fn refuse_twin(
    services: &Services,
    user: &EndUser,
    set_up: &SetUp,
    intent: &Intent,
) -> Result<()> {
    let Some(external_id) = intent.external_id.as_ref().filter(|_| intent.multiple) else {
        return Ok(());
    };
    let mut reader = services.store.read().await?;
    let all = reader
        .connections()
        .find(user.project, set_up.integration.id, &user.user_id)
        .await?;
    if all
        .iter()
        .any(|known| known.external_id.as_ref() == Some(external_id))
    {
        return Err(Error::Conflict(
            "This user has an account of that external id. Reconnect it by selectedCredentialId."
                .to_owned(),
        ));
    }
    Ok(())
}

async fn of_user(repositories: &mut dyn Repositories, user: &EndUser) -> Result<Vec<Connection>> {
    let rows = repositories
        .connections()
        .state_of_user(user.project, &user.user_id)
        .await?;
    Ok(rows.ok_or(Error::NotFound("project"))?.connections)
}

async fn why_not(
    repositories: &mut dyn Repositories,
    user: &EndUser,
    name: &str,
) -> Result<Option<Error>> {
    let Ok(id) = name.parse::<FlowId>() else {
        return Ok(None);
    };
    let flow = repositories.flows().lookup(id).await?;
    let flow = flow.filter(|flow| flow.project == user.project && *flow.user_id == *user.user_id);
    Ok(flow.map(|flow| match flow.state {
        FlowState::Failed { message, .. } => Error::FlowEnded(message),
        FlowState::Completed { .. } => Error::NotFound("credential"),
        _ => Error::FlowEnded("Nothing was connected. Start again from the app.".to_owned()),
    }))
}
