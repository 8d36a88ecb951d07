//! A connection for reads and a transaction for writes, as repositories.

use async_trait::async_trait;
use sqlx::Transaction;

use super::engine::{Conn, Db};
use crate::{
    ports::store::{
        ApiKeyRepository, AppearanceRepository, AuditRepository, ConnectionRepository,
        EventRepository, FlowRepository, IntegrationRepository, IssuerRepository, KeyRepository,
        KeyringRepository, LinkRepository, OperatorRepository, OriginRepository, ProjectRepository,
        Repositories, RevocationRepository, SealedRepository, SettingRepository, StoreResult,
        UnitOfWork, UpkeepRepository, UserRepository, WebhookRepository,
    },
    store::{shelf::Taken, writes::Counted},
};

/// Nobody has made a project or an operator: everything else belongs to one of them, or to the
/// process that looked first.
pub(super) async fn is_empty(conn: &mut Conn) -> StoreResult<bool> {
    let rows: i64 = sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM projects) + (SELECT COUNT(*) FROM operators)",
    )
    .fetch_one(conn)
    .await?;
    Ok(rows == 0)
}

pub(super) struct Reader(pub(super) Taken<Db>);

/// Rolled back when it is dropped.
pub(super) struct Writer(pub(super) Transaction<'static, Db>, pub(super) Counted);

/// The connection itself carries every repository.
macro_rules! repositories {
    ($unit:ty) => {
        impl Repositories for $unit {
            fn projects(&mut self) -> &mut dyn ProjectRepository {
                &mut *self.0
            }
            fn keys(&mut self) -> &mut dyn KeyRepository {
                &mut *self.0
            }
            fn api_keys(&mut self) -> &mut dyn ApiKeyRepository {
                &mut *self.0
            }
            fn issuers(&mut self) -> &mut dyn IssuerRepository {
                &mut *self.0
            }
            fn origins(&mut self) -> &mut dyn OriginRepository {
                &mut *self.0
            }
            fn appearances(&mut self) -> &mut dyn AppearanceRepository {
                &mut *self.0
            }
            fn integrations(&mut self) -> &mut dyn IntegrationRepository {
                &mut *self.0
            }
            fn connections(&mut self) -> &mut dyn ConnectionRepository {
                &mut *self.0
            }
            fn upkeep(&mut self) -> &mut dyn UpkeepRepository {
                &mut *self.0
            }
            fn revocations(&mut self) -> &mut dyn RevocationRepository {
                &mut *self.0
            }
            fn events(&mut self) -> &mut dyn EventRepository {
                &mut *self.0
            }
            fn webhooks(&mut self) -> &mut dyn WebhookRepository {
                &mut *self.0
            }
            fn users(&mut self) -> &mut dyn UserRepository {
                &mut *self.0
            }
            fn flows(&mut self) -> &mut dyn FlowRepository {
                &mut *self.0
            }
            fn links(&mut self) -> &mut dyn LinkRepository {
                &mut *self.0
            }
            fn operators(&mut self) -> &mut dyn OperatorRepository {
                &mut *self.0
            }
            fn settings(&mut self) -> &mut dyn SettingRepository {
                &mut *self.0
            }
            fn keyring(&mut self) -> &mut dyn KeyringRepository {
                &mut *self.0
            }
            fn sealed(&mut self) -> &mut dyn SealedRepository {
                &mut *self.0
            }
            fn audit(&mut self) -> &mut dyn AuditRepository {
                &mut *self.0
            }
        }
    };
}

repositories!(Reader);
repositories!(Writer);

#[async_trait]
impl UnitOfWork for Writer {
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        let Self(unit, counted) = *self;
        let result = unit.commit().await;
        // Whether or not it succeeded: a commit whose answer is lost may have been made.
        drop(counted);
        Ok(result?)
    }
}
