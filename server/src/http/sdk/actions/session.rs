//! `session-id`: where an SDK asks for the outcome of the flow that it began.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use serde::Serialize;

use crate::{
    domain::flow::{Flow, FlowState},
    http::{AppState, error::RestError, sdk::caller},
    use_cases::connect::sdk,
};

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// None: not yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    connect_credential_id: Option<String>,
}

/// `GET …/session-id/{id}`. Of a flow that came to nothing the flow's own id is told: asking for the
/// credential of that name gives the reason.
pub async fn read(
    State(state): State<AppState>,
    Path((project_id, session_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Outcome>, RestError> {
    let project = caller::project(&project_id)?;
    let token = caller::token(&headers)?;
    let (user, _) = caller::recent(&state, project, &token).await?;
    let flow = sdk::find(&state.services, &user, &session_id).await?;
    let over = |flow: &Flow| flow.is_expired(state.services.now());
    let connect_credential_id = flow.and_then(|flow| match flow.state {
        FlowState::Completed { connection } => Some(connection.to_string()),
        FlowState::Failed { .. } | FlowState::Cancelled => Some(flow.id.to_string()),
        _ if over(&flow) => Some(flow.id.to_string()),
        _ => None,
    });
    Ok(Json(Outcome {
        connect_credential_id,
    }))
}

/// `DELETE …/session-id/{id}`: the SDK is done asking. The flow ends by itself.
pub async fn forget(
    State(state): State<AppState>,
    Path((project_id, _)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, RestError> {
    let project = caller::project(&project_id)?;
    let token = caller::token(&headers)?;
    caller::recent(&state, project, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}
