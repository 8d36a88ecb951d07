//! The pages' calls: thin doors to [`crate::api::Api`], each a public endpoint that authenticates there.

pub mod appearance;
pub mod authenticate;
pub mod connect;
pub mod get_user;
pub mod integrations;
pub mod links;
pub mod plain;
pub mod session;
pub mod settings;
pub mod users;
pub mod webhooks;
