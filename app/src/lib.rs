//! What people see: pages, components and the calls they make.
//!
//! Compiled twice: with `ssr` into the server, with `hydrate` into the browser. It knows nothing
//! of axum, sqlx or cryptography; the server implements [`api::Api`] and hands it over by context.

#[cfg(feature = "ssr")]
pub mod api;
pub mod appearance;
pub mod color;
pub mod components;
pub mod contract;
pub mod pages;
pub mod server_fns;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod validate;
