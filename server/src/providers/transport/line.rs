//! One HTTP/1.1 connection, driven by whoever uses it.
//!
//! It has no task of its own: a call wakes one task, its caller's, and reads and writes from there. That
//! is also why dropping a call ends its connection, and why nobody reads ahead of a slow caller.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Waker},
};

use http::{Request, Response};
use hyper::{
    body::Incoming,
    client::conn::{TrySendError, http1},
};
use tokio::task::unconstrained;

use super::{Body, connector::Stream};

pub struct Line {
    sender: http1::SendRequest<Body>,
    /// None when the connection has ended.
    connection: Option<Box<http1::Connection<Box<dyn Stream>, Body>>>,
}

impl Line {
    pub async fn open(stream: Box<dyn Stream>) -> Result<Self, hyper::Error> {
        let (sender, connection) = http1::handshake(stream).await?;
        Ok(Self {
            sender,
            connection: Some(Box::new(connection)),
        })
    }

    /// Sends, and gives the head of the answer. The rest comes while the line is driven. An error holds
    /// the request if nothing of it was sent.
    pub async fn send(
        &mut self,
        request: Request<Body>,
    ) -> Result<Response<Incoming>, TrySendError<Request<Body>>> {
        // It comes by the drive alone, in the same poll: a waker of its own would wake the task that runs,
        // and a channel that yields for the sake of others would be waited for in vain.
        let mut answer = pin!(unconstrained(self.sender.try_send_request(request)));
        poll_fn(|context| {
            self.drive(context);
            answer.as_mut().poll(&mut unheard())
        })
        .await
    }

    /// Reads and writes as far as it goes.
    pub fn drive(&mut self, context: &mut Context<'_>) {
        if let Some(connection) = &mut self.connection
            && Pin::new(connection).poll(context).is_ready()
        {
            // Its end reaches the call, or the body, by being dropped. What went wrong does, too.
            self.connection = None;
        }
    }

    pub fn has_ended(&self) -> bool {
        self.connection.is_none()
    }

    /// Whether the last answer is here, whole, and another call can go out.
    pub fn is_idle(&self) -> bool {
        !self.has_ended() && self.sender.is_ready()
    }

    /// Whether another call can go out now, as far as this machine has heard. Lets go of the task that
    /// drove the line before.
    pub fn is_open(&mut self) -> bool {
        self.drive(&mut unheard());
        self.is_idle()
    }
}

/// For asking without being told later.
pub fn unheard() -> Context<'static> {
    Context::from_waker(Waker::noop())
}
