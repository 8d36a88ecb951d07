//! The body of an answer on its way.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::{
    line::unheard,
    pool::{Lent, Seat},
};

/// Its bytes as they arrive. Trailers are left out: they would pass by what is said of headers.
pub struct Answer {
    body: Incoming,
    /// The line that brings it, driven from here until the body is whole. None: a connection with a task
    /// of its own brings it, or all of it is here.
    lent: Option<Lent>,
    /// The place on a connection that brings others, too.
    _seat: Option<Seat>,
}

impl Answer {
    /// Of a connection with a task of its own.
    pub fn of_shared(body: Incoming, seat: Seat) -> Self {
        Self {
            body,
            lent: None,
            _seat: Some(seat),
        }
    }

    /// Of the line that has brought its head.
    pub fn of_line(body: Incoming, lent: Lent) -> Self {
        let mut answer = Self {
            body,
            lent: Some(lent),
            _seat: None,
        };
        answer.settle();
        answer
    }

    /// Parts with a line that has nothing more to bring.
    fn settle(&mut self) {
        let is_done = |lent: &mut Lent| lent.line.has_ended() || lent.line.is_idle();
        if let Some(lent) = self.lent.take_if(is_done) {
            lent.give_back();
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        if let Some(lent) = &mut this.lent {
            lent.line.drive(context);
            this.settle();
        }
        let body = Pin::new(&mut this.body);
        let frame = match this.lent {
            None => body.poll_frame(context),
            Some(_) => body.poll_frame(&mut unheard()),
        };
        frame.map(|frame| match frame? {
            Ok(frame) => frame.into_data().ok().map(|data| Ok(Frame::data(data))),
            // The fault may name the URL, which may hold a key.
            Err(_) => Some(Err(io::Error::other("the provider's answer broke off"))),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
