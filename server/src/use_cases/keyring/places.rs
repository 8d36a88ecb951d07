//! Where sealed values are, and how each is bound to its place.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use uuid::Uuid;

use crate::{
    domain::{configuration::Configuration, id::ProjectId, secret::Sealed},
    ports::{
        store::{Repositories, SealedColumn, SealedContent, StoreResult},
        vault::{SealedField, VaultError},
    },
    use_cases::{Result, Services, connect, credential, demo, settings, webhooks},
};

/// Rows that are read, and written, at once.
const PAGE: u32 = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Column(SealedColumn),
    /// The demo's signing key, among the settings of the installation.
    Demo,
}

/// A sealed value with what it is bound to.
pub struct Part {
    pub at: SealedField,
    pub sealed: Sealed,
}

/// A value that cannot be opened, by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub table: &'static str,
    pub row: String,
    pub field: &'static str,
    pub reason: VaultError,
}

impl Kind {
    /// In reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Column(SealedColumn::Credential) => "credentials",
            Self::Column(SealedColumn::RevokedCredential) => "revokedCredentials",
            Self::Column(SealedColumn::Configurations) => "userSecrets",
            Self::Column(SealedColumn::ClientSecret) => "clientSecrets",
            Self::Column(SealedColumn::FlowSecrets) => "flows",
            Self::Column(SealedColumn::WebhookSecret) => "webhookSecrets",
            Self::Column(SealedColumn::FormerWebhookSecret) => "formerWebhookSecrets",
            Self::Demo => "demo",
        }
    }

    fn table_and_column(self) -> (&'static str, &'static str) {
        match self {
            Self::Column(column) => column.place(),
            Self::Demo => ("settings", "value"),
        }
    }

    pub fn unreadable(self, content: &SealedContent, reason: VaultError) -> Unreadable {
        let (table, field) = self.table_and_column();
        let row = match self {
            Self::Column(_) => content.row.to_string(),
            Self::Demo => demo::SETTING.to_owned(),
        };
        Unreadable {
            table,
            row,
            field,
            reason,
        }
    }

    /// The values in a row's content, in an order that [`Kind::with_parts`] knows.
    pub fn parts(self, content: &SealedContent) -> std::result::Result<Vec<Part>, Unreadable> {
        let malformed = || self.unreadable(content, VaultError::Malformed);
        let at = |owner, field| SealedField {
            project: content.project.0,
            owner,
            field,
        };
        let (owner, field) = match self {
            Self::Column(SealedColumn::Configurations) => {
                let mut parts = Vec::new();
                for known in configurations(content).ok_or_else(malformed)? {
                    for sealed in known.secrets.values() {
                        let sealed = BASE64.decode(sealed).map_err(|_| malformed())?;
                        parts.push(Part {
                            at: at(known.id, settings::FIELD),
                            sealed: Sealed(sealed),
                        });
                    }
                }
                return Ok(parts);
            }
            Self::Demo => {
                let (_, sealed) = demo::split(&content.content).ok_or_else(malformed)?;
                return Ok(vec![Part {
                    at: at(content.project.0, demo::FIELD),
                    sealed: Sealed(sealed.to_vec()),
                }]);
            }
            Self::Column(SealedColumn::Credential | SealedColumn::RevokedCredential) => {
                (content.row, credential::FIELD)
            }
            Self::Column(SealedColumn::ClientSecret) => (content.row, connect::CLIENT_SECRET),
            Self::Column(SealedColumn::FlowSecrets) => (content.row, connect::open::FLOW),
            Self::Column(SealedColumn::WebhookSecret) => (content.row, webhooks::SECRET),
            Self::Column(SealedColumn::FormerWebhookSecret) => {
                (content.row, webhooks::FORMER_SECRET)
            }
        };
        Ok(vec![Part {
            at: at(owner, field),
            sealed: Sealed(content.content.clone()),
        }])
    }

    /// The content with other values in place of its own. None: it is not what it was for `parts`.
    pub fn with_parts(self, content: &SealedContent, parts: Vec<Sealed>) -> Option<Vec<u8>> {
        let mut parts = parts.into_iter();
        match self {
            Self::Column(SealedColumn::Configurations) => {
                let mut all = configurations(content)?;
                for sealed in all.iter_mut().flat_map(|known| known.secrets.values_mut()) {
                    *sealed = BASE64.encode(parts.next()?.0);
                }
                serde_json::to_vec(&all).ok()
            }
            Self::Demo => {
                let (ids, _) = demo::split(&content.content)?;
                Some([ids, &parts.next()?.0].concat())
            }
            Self::Column(_) => parts.next().map(|sealed| sealed.0),
        }
    }

    async fn list(
        self,
        reader: &mut dyn Repositories,
        after: Uuid,
    ) -> StoreResult<Vec<SealedContent>> {
        match self {
            Self::Column(column) => reader.sealed().list(column, after, PAGE).await,
            Self::Demo if after.is_nil() => {
                let value = reader.settings().lookup(demo::SETTING).await?;
                Ok(value.into_iter().map(of_demo).collect())
            }
            Self::Demo => Ok(Vec::new()),
        }
    }

    /// Writes new content in place of the old. Stale: it is something else by now.
    pub async fn replace(
        self,
        work: &mut dyn Repositories,
        old: &SealedContent,
        new: &[u8],
    ) -> StoreResult<()> {
        match self {
            Self::Column(column) => work.sealed().replace(column, old, new).await,
            Self::Demo => {
                let settings = work.settings();
                settings.replace(demo::SETTING, &old.content, new).await
            }
        }
    }
}

fn configurations(content: &SealedContent) -> Option<Vec<Configuration>> {
    serde_json::from_slice(&content.content).ok()
}

/// A setting has no id. Any but nil says that there is no more after it.
fn of_demo(content: Vec<u8>) -> SealedContent {
    let project = content.get(..16).and_then(|id| Uuid::from_slice(id).ok());
    SealedContent {
        row: Uuid::max(),
        project: ProjectId(project.unwrap_or_default()),
        content,
    }
}

/// Goes through every sealed value, a page at a time. Rows that come meanwhile may be missed.
#[derive(Default)]
pub struct Scan {
    kind: usize,
    after: Uuid,
}

impl Scan {
    /// The next page, never empty. None: that was all.
    pub async fn next(
        &mut self,
        services: &Services,
    ) -> Result<Option<(Kind, Vec<SealedContent>)>> {
        let columns = SealedColumn::ALL.map(Kind::Column);
        let kinds = columns.iter().chain([&Kind::Demo]);
        for kind in kinds.skip(self.kind) {
            let mut reader = services.store.read().await?;
            let page = kind.list(&mut *reader, self.after).await?;
            drop(reader);
            if let Some(last) = page.last() {
                self.after = last.row;
                return Ok(Some((*kind, page)));
            }
            self.kind += 1;
            self.after = Uuid::nil();
        }
        Ok(None)
    }
}
