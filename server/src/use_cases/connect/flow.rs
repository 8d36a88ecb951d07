//! Where a flow stands, and giving it up.

use app::contract::connect::FlowStatus;

use crate::{
    access::EndUser,
    domain::{
        flow::{Flow, FlowState},
        id::FlowId,
    },
    use_cases::{Error, Result, Services, get_user},
};

/// For the portal that began it. One statement, two when it is done.
pub async fn status(services: &Services, user: &EndUser, id: FlowId) -> Result<FlowStatus> {
    let mut reader = services.store.read().await?;
    let flow = own(reader.flows().lookup(id).await?, user)?;
    Ok(match flow.state {
        FlowState::Completed { connection } => match reader.connections().lookup(connection).await?
        {
            Some(connection) => FlowStatus::Connected {
                credential: Box::new(get_user::credential(&connection)),
            },
            None => FlowStatus::Cancelled,
        },
        FlowState::Failed { code, message } => FlowStatus::Failed { code, message },
        FlowState::Cancelled => FlowStatus::Cancelled,
        _ if flow.expires_at <= services.now() => FlowStatus::Expired,
        FlowState::Exchanging => FlowStatus::Checking,
        FlowState::Created | FlowState::Opened { .. } => FlowStatus::Pending,
    })
}

/// Ends a flow that is not finished. One that is over stays as it is.
pub async fn cancel(services: &Services, user: &EndUser, id: FlowId) -> Result<()> {
    let mut work = services.store.begin().await?;
    let flow = own(work.flows().lookup(id).await?, user)?;
    let Ok(next) = flow.cancel() else {
        return Ok(());
    };
    work.flows().advance(id, &flow.state, &next).await?;
    work.commit().await?;
    Ok(())
}

fn own(flow: Option<Flow>, user: &EndUser) -> Result<Flow> {
    flow.filter(|flow| flow.project == user.project && *flow.user_id == *user.user_id)
        .ok_or(Error::NotFound("flow"))
}
