//! Waiting for the head of an answer, however long the upload takes.

use http::{Request, Response};

use crate::{
    ports::provider::ProviderError,
    providers::transport::{Answer, Body, Channel, late},
};

/// The answer's head. Gives up when nothing has moved for the time that a head may take.
pub async fn head(
    channel: &Channel<'_>,
    request: Request<Body>,
) -> Result<Response<Answer>, ProviderError> {
    let progress = request.body().progress();
    let mut call = std::pin::pin!(channel.send(request));
    loop {
        match tokio::time::timeout(channel.timeouts().head, &mut call).await {
            Ok(result) => return result,
            Err(_) if progress.as_ref().is_some_and(|progress| progress.take()) => {}
            Err(_) => return Err(late()),
        }
    }
}
