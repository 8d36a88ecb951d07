//! Waiting for the head of an answer, however long the upload takes.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures::{StreamExt, stream::BoxStream};
use reqwest::{Request, Response};

use crate::{
    ports::provider::{ByteStream, ProviderError},
    providers::transport::Transport,
};

/// Whether an upload has moved since it was last asked.
#[derive(Clone, Default)]
pub struct Progress(Arc<AtomicBool>);

impl Progress {
    pub fn watch(
        &self,
        stream: ByteStream,
    ) -> BoxStream<'static, Result<bytes::Bytes, std::io::Error>> {
        let moved = self.0.clone();
        stream
            .inspect(move |_| moved.store(true, Ordering::Relaxed))
            .boxed()
    }

    fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// The answer's head. Gives up when nothing has moved for the time that a head may take.
pub async fn head(
    transport: &Transport,
    request: Request,
    progress: &Progress,
) -> Result<Response, ProviderError> {
    let mut call = std::pin::pin!(transport.send(request));
    loop {
        match tokio::time::timeout(transport.timeouts.head, &mut call).await {
            Ok(result) => return result,
            Err(_) if progress.take() => {}
            Err(_) => return Err(ProviderError::Unavailable("no answer in time".to_owned())),
        }
    }
}
