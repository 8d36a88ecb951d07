//! What the store promises, as stories that run over both engines.

mod api_keys;
mod appearances;
mod connections;
mod events;
mod flows;
mod integrations;
mod issuers;
mod keyring;
mod links;
mod machine;
mod opening;
mod operators;
mod projects;
mod refresh;
mod revocations;
mod settings;
mod units;
mod upkeep;
mod users;
mod webhooks;

/// Runs each story, an `async fn(Database)`, on SQLite and on PostgreSQL.
macro_rules! stories {
    ($($story:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    super::$story(crate::support::store::sqlite().await).await;
                }
            )*
        }

        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    use crate::support::store;
                    let name = concat!(module_path!(), "::", stringify!($story));
                    if let Some(server) = store::postgres_server(name) {
                        store::with_postgres(&server, super::$story).await;
                    }
                }
            )*
        }
    };
}
pub(crate) use stories;
