//! Which encryption keys there are, and which servers hold them.

use std::time::Duration;

use async_trait::async_trait;

use super::{
    engine::{Conn, Row, lock_keyring, now_micros},
    record::Record,
};
use crate::{
    domain::{
        Timestamp,
        encryption_key::{EncryptionKeyId, HOLDER_LIFE, Holder, KeyState, Keyring, KnownKey},
        id::ProcessId,
    },
    ports::store::{KeyringRepository, StoreResult},
    store::values::{list_to_json, micros},
};

/// How long a server that ended without a word is kept.
const REMAINS: Duration = Duration::from_secs(3600);

fn decode_id(record: &Record<'_>, column: &str) -> StoreResult<EncryptionKeyId> {
    let id = record.get::<&str>(column)?.parse();
    id.map_err(|_| record.corrupt(column, "it is not the id of a key"))
}

fn decode_key(row: &Row) -> StoreResult<KnownKey> {
    let record = Record::new(row, "encryption_keys");
    let state = KeyState::parse(record.get("state")?);
    Ok(KnownKey {
        id: decode_id(&record, "id")?,
        state: state.ok_or_else(|| record.corrupt("state", "the state is unknown"))?,
        since: record.time("since")?,
    })
}

fn decode_holder(row: &Row) -> StoreResult<Holder> {
    let record = Record::new(row, "key_holders");
    let keys: Vec<String> = record.json("keys")?;
    let keys: Result<_, _> = keys.iter().map(|id| id.parse()).collect();
    // A clock that was put back makes no age of less than nothing.
    let age: i64 = record.get("age")?;
    Ok(Holder {
        process: ProcessId(record.get("process")?),
        name: record.get("name")?,
        keys: keys.map_err(|_| record.corrupt("keys", "not every one is the id of a key"))?,
        primary: decode_id(&record, "primary_key")?,
        age: Duration::from_micros(u64::try_from(age).unwrap_or_default()),
    })
}

fn whole_micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[async_trait]
impl KeyringRepository for Conn {
    async fn lock(&mut self) -> StoreResult<()> {
        sqlx::query(lock_keyring!()).execute(self).await?;
        Ok(())
    }

    async fn list(&mut self) -> StoreResult<Keyring> {
        let rows =
            sqlx::query("SELECT id, state, since FROM encryption_keys ORDER BY added_at, id")
                .fetch_all(self)
                .await?;
        let keys: StoreResult<_> = rows.iter().map(decode_key).collect();
        Ok(Keyring(keys?))
    }

    async fn put(
        &mut self,
        id: EncryptionKeyId,
        state: KeyState,
        now: Timestamp,
    ) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO encryption_keys (id, state, added_at, since) VALUES ($1, $2, $3, $3) \
             ON CONFLICT (id) DO UPDATE SET state = excluded.state, since = excluded.since",
        )
        .bind(id.to_string())
        .bind(state.as_str())
        .bind(micros(now))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn holders(&mut self) -> StoreResult<Vec<Holder>> {
        let rows = sqlx::query(concat!(
            "SELECT process, name, keys, primary_key, age FROM \
             (SELECT process, name, keys, primary_key, ",
            now_micros!(),
            " - told_at AS age FROM key_holders) holders WHERE age < $1 ORDER BY name, process"
        ))
        .bind(whole_micros(HOLDER_LIFE))
        .fetch_all(self)
        .await?;
        rows.iter().map(decode_holder).collect()
    }

    async fn tell(&mut self, holder: &Holder) -> StoreResult<()> {
        let keys: Vec<String> = holder.keys.iter().map(ToString::to_string).collect();
        sqlx::query(concat!(
            "INSERT INTO key_holders (process, name, keys, primary_key, told_at) \
             VALUES ($1, $2, $3, $4, ",
            now_micros!(),
            ") ON CONFLICT (process) DO UPDATE SET keys = excluded.keys, \
             primary_key = excluded.primary_key, told_at = excluded.told_at"
        ))
        .bind(holder.process.0)
        .bind(&holder.name)
        .bind(list_to_json(Some(&keys)))
        .bind(holder.primary.to_string())
        .execute(&mut *self)
        .await?;
        sqlx::query(concat!(
            "DELETE FROM key_holders WHERE told_at < ",
            now_micros!(),
            " - $1"
        ))
        .bind(whole_micros(REMAINS))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn forget(&mut self, process: ProcessId) -> StoreResult<()> {
        sqlx::query("DELETE FROM key_holders WHERE process = $1")
            .bind(process.0)
            .execute(self)
            .await?;
        Ok(())
    }
}
