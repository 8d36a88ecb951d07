//! What went wrong with a call, said without its URL, which may hold a key.

use std::{error::Error, io, iter::successors};

use super::pool::Fault;
use crate::{ports::provider::ProviderError, providers::egress::EgressDenied};

pub fn describe(fault: &Fault) -> ProviderError {
    let (error, has_connected): (&(dyn Error + 'static), _) = match fault {
        Fault::Connect(error) => (error.as_ref(), false),
        Fault::Exchange(error) => (error, true),
    };
    if let Some(EgressDenied(host)) = causes(error).find_map(|cause| cause.downcast_ref()) {
        return ProviderError::Egress(host.clone());
    }
    if causes(error).any(is_timeout) {
        return late();
    }
    match causes(error).last() {
        Some(cause) if !has_connected => {
            ProviderError::Unavailable(format!("no connection ({cause})"))
        }
        _ => broken(),
    }
}

pub fn late() -> ProviderError {
    ProviderError::Unavailable("no answer in time".to_owned())
}

pub fn broken() -> ProviderError {
    ProviderError::Unavailable("the connection broke off".to_owned())
}

/// Whether an HTTP/2 server said that it has not looked at the call: it is closing the connection, or
/// refuses the stream (RFC 9113 §6.8, §8.7).
pub fn is_untouched(error: &hyper::Error) -> bool {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<h2::Error>())
        .any(|error| {
            let closing = error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
            let refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
            error.is_remote() && (closing || refused)
        })
}

/// Whether the connection ended before an answer began.
pub fn has_broken_off(error: &hyper::Error) -> bool {
    const ENDS: [io::ErrorKind; 3] = [
        io::ErrorKind::BrokenPipe,
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::ConnectionReset,
    ];
    error.is_incomplete_message()
        || causes(error)
            .filter_map(|cause| cause.downcast_ref::<io::Error>())
            .any(|error| ENDS.contains(&error.kind()))
}

fn is_timeout(cause: &(dyn Error + 'static)) -> bool {
    let io = cause.downcast_ref::<io::Error>();
    let hyper = cause.downcast_ref::<hyper::Error>();
    io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut)
        || hyper.is_some_and(hyper::Error::is_timeout)
}

fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    successors(Some(error), |&cause| cause.source())
}
