//! Every operation, in the order in which people read them.

mod accounts;
mod backend;
mod calls;
mod server;
mod users;
mod windows;

use super::operation::Operation;

/// A part of the document: its name, what it is about, and its operations.
pub struct Part {
    pub name: &'static str,
    pub about: &'static str,
    pub operations: Vec<Operation>,
}

pub fn parts() -> Vec<Part> {
    vec![
        users::part(),
        accounts::part(),
        accounts::configurations(),
        accounts::links(),
        calls::proxy(),
        windows::part(),
        calls::workflows(),
        backend::part(),
        server::portal(),
        server::part(),
    ]
}
