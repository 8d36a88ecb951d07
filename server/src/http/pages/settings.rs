//! The settings of an account, for the portal.

use std::{sync::Arc, time::Duration};

use app::contract::{
    connect::{ConnectOutcome, FieldValues, PortalSession},
    portal::FieldOption,
    setting::{ListPart, SettingChoices, SettingField},
};

use futures::{StreamExt, stream};

use super::{RequestApi, rows};
use crate::{
    access::EndUser,
    ports::provider::Page,
    use_cases::{Result, get_user, settings, snapshot::Snapshot},
};

/// The longest that somebody types to find a choice.
const MAX_SEARCH: usize = 200;
/// How long a page waits for all the lists in it.
const LISTS_WITHIN: Duration = Duration::from_secs(8);
/// How many of them a page asks for at once.
const LISTS_AT_ONCE: usize = 4;
/// A list in a page ends with the first answer that makes it as long as this.
const LIST_LENGTH: usize = 200;

/// Whose account it is, and the project as it is now.
type Owner = (Arc<EndUser>, Arc<Snapshot>);

impl RequestApi {
    pub(super) async fn settings_form(
        &self,
        session: PortalSession,
        account: String,
    ) -> Result<Vec<SettingField>> {
        let (user, snapshot) = self.owner(session, &account).await?;
        settings::form(&self.state.services, &snapshot, &user, &account).await
    }

    pub(super) async fn choices_of(
        &self,
        session: PortalSession,
        account: String,
        part: ListPart,
    ) -> Result<SettingChoices> {
        let owner = self.owner(session, &account).await?;
        self.choices_for(&owner, &account, part).await
    }

    /// Several at once and all of them within one time, so that a provider that is slow, or has
    /// long lists, holds up a page for so long and no longer.
    pub(super) async fn lists_of(
        &self,
        session: PortalSession,
        account: String,
        parts: Vec<ListPart>,
    ) -> Result<Vec<Option<SettingChoices>>> {
        let owner = self.owner(session, &account).await?;
        let ends = tokio::time::Instant::now() + LISTS_WITHIN;
        let (owner, account) = (&owner, account.as_str());
        let lists = stream::iter(parts).map(|part| self.list_until(ends, owner, account, part));
        Ok(lists.buffered(LISTS_AT_ONCE).collect().await)
    }

    /// The beginning of a list; none where not even its first page came.
    async fn list_until(
        &self,
        ends: tokio::time::Instant,
        owner: &Owner,
        account: &str,
        mut part: ListPart,
    ) -> Option<SettingChoices> {
        let mut list: Option<SettingChoices> = None;
        loop {
            let page = self.choices_for(owner, account, part.clone());
            let Ok(Ok(page)) = tokio::time::timeout_at(ends, page).await else {
                return list;
            };
            let known = list.get_or_insert_default();
            known.options.extend(page.options);
            known.next = page.next;
            if known.next.is_none() || known.options.len() >= LIST_LENGTH {
                return list;
            }
            part.cursor.clone_from(&known.next);
        }
    }

    async fn choices_for(
        &self,
        (user, snapshot): &Owner,
        account: &str,
        part: ListPart,
    ) -> Result<SettingChoices> {
        let short = |search: &String| !search.is_empty() && search.len() <= MAX_SEARCH;
        let wanted = settings::Wanted {
            setting: &part.setting,
            second: part.second,
            chosen: part.chosen,
            then: part.then,
            page: Page {
                search: part.search.filter(short),
                cursor: part.cursor.filter(|cursor| !cursor.is_empty()),
            },
        };
        let services = &self.state.services;
        let page = settings::choices(services, snapshot, user, account, wanted).await?;
        let options: Vec<FieldOption> = page.choices.iter().map(rows::option).collect();
        Ok(SettingChoices {
            options,
            next: page.next,
        })
    }

    pub(super) async fn take_settings(
        &self,
        session: PortalSession,
        account: String,
        values: FieldValues,
    ) -> Result<ConnectOutcome> {
        let (user, snapshot) = self.owner(session, &account).await?;
        let services = &self.state.services;
        let saved = settings::save(services, &snapshot, &user, &account, &values.0).await?;
        Ok(ConnectOutcome::Connected {
            credential: Box::new(get_user::credential(&saved)),
        })
    }
}
