//! The body of an answer on its way.

use std::{
    io, mem,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::{line::unheard, pool::Lent};

/// Its bytes as they arrive. Trailers are left out: they would pass by what is said of headers.
pub struct Answer {
    body: Incoming,
    brought: Brought,
}

/// What moves the body on.
enum Brought {
    /// By a connection with a task of its own, or all of it is here.
    Elsewhere,
    /// By this line, driven from here and given back when the body is whole.
    By(Lent),
}

impl Answer {
    /// Of a connection with a task of its own.
    pub fn of_shared(body: Incoming) -> Self {
        Self {
            body,
            brought: Brought::Elsewhere,
        }
    }

    /// Of the line that has brought its head.
    pub fn of_line(body: Incoming, lent: Lent) -> Self {
        let mut answer = Self {
            body,
            brought: Brought::By(lent),
        };
        answer.settle();
        answer
    }

    /// Parts with a line that has nothing more to bring.
    fn settle(&mut self) {
        if let Brought::By(lent) = &self.brought
            && (lent.line.has_ended() || lent.line.is_idle())
            && let Brought::By(lent) = mem::replace(&mut self.brought, Brought::Elsewhere)
        {
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
        if let Brought::By(lent) = &mut this.brought {
            lent.line.drive(context);
            this.settle();
        }
        let body = Pin::new(&mut this.body);
        let frame = match this.brought {
            Brought::Elsewhere => body.poll_frame(context),
            Brought::By(_) => body.poll_frame(&mut unheard()),
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
