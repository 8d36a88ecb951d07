//! What a call sends.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures::StreamExt;
use hyper::body::{Frame, SizeHint};

use crate::ports::provider::ByteStream;

/// The body of a request.
pub enum Body {
    /// Can be sent again.
    Whole(Bytes),
    Stream(Upload),
}

/// A stream on its way, sent once.
pub struct Upload {
    stream: ByteStream,
    /// Bytes still to come, where the caller told.
    left: Option<u64>,
    progress: Progress,
}

/// Whether an upload has moved since it was last asked.
#[derive(Clone, Default)]
pub struct Progress(Arc<AtomicBool>);

impl Progress {
    pub fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

impl Body {
    pub const EMPTY: Self = Self::Whole(Bytes::new());

    /// `length`: bytes of the whole stream, where they are known.
    pub fn stream(stream: ByteStream, length: Option<u64>) -> Self {
        Self::Stream(Upload {
            stream,
            left: length,
            progress: Progress::default(),
        })
    }

    /// None for what is sent in one piece.
    pub fn progress(&self) -> Option<Progress> {
        match self {
            Self::Whole(_) => None,
            Self::Stream(upload) => Some(upload.progress.clone()),
        }
    }

    /// The same once more, unless it is a stream.
    pub fn again(&self) -> Option<Self> {
        match self {
            Self::Whole(bytes) => Some(Self::Whole(bytes.clone())),
            Self::Stream(_) => None,
        }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let chunk = match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => None,
            Self::Whole(bytes) => Some(Ok(std::mem::take(bytes))),
            Self::Stream(upload) => {
                let chunk = ready!(upload.stream.poll_next_unpin(context));
                upload.progress.0.store(true, Ordering::Relaxed);
                if let (Some(left), Some(Ok(chunk))) = (&mut upload.left, &chunk) {
                    *left = left.saturating_sub(chunk.len() as u64);
                }
                chunk
            }
        };
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Stream(upload) => upload.left.map(SizeHint::with_exact).unwrap_or_default(),
        }
    }
}
