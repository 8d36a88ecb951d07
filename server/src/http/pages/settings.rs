//! The settings of an account, for the portal.

use app::contract::{
    connect::{ConnectOutcome, FieldValues, PortalSession},
    portal::FieldOption,
    setting::{ListPart, SettingChoices, SettingField},
};

use super::{RequestApi, rows};
use crate::{
    ports::provider::Page,
    use_cases::{Result, get_user, settings},
};

/// The longest that somebody types to find a choice.
const MAX_SEARCH: usize = 200;

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
        let (user, snapshot) = self.owner(session, &account).await?;
        let short = |search: &String| !search.is_empty() && search.len() <= MAX_SEARCH;
        let wanted = settings::Wanted {
            setting: &part.setting,
            second: part.second,
            chosen: part.chosen,
            page: Page {
                search: part.search.filter(short),
                cursor: part.cursor.filter(|cursor| !cursor.is_empty()),
            },
        };
        let services = &self.state.services;
        let page = settings::choices(services, &snapshot, &user, &account, wanted).await?;
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
