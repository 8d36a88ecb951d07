//! The body of an answer on its way to the caller.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// Its bytes as they arrive. Trailers are left out: they would pass by what is said of headers.
pub struct Answer(pub Incoming);

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Pin::new(&mut self.0).poll_frame(context).map(|frame| {
            match frame? {
                Ok(frame) => frame.into_data().ok().map(|data| Ok(Frame::data(data))),
                // The fault may name the URL, which may hold a key.
                Err(_) => Some(Err(io::Error::other("the provider's answer broke off"))),
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
