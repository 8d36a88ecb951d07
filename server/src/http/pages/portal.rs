//! [`app::api::PortalApi`] for one request.

use app::{
    api::PortalApi,
    contract::{
        connect::{ConnectOutcome, Disconnected, FieldValues, FlowStatus, PortalSession},
        portal::{Field, PortalPage},
        setting::{ListPart, SettingChoices, SettingField},
        user::UserState,
    },
};
use async_trait::async_trait;

use super::{Answer, RequestApi, Told, flow_id, rows, secret_values};
use crate::{
    domain::{secret::Secret, selector::Selector},
    http::sdk::caller,
    use_cases::{Error, connect, disconnect, get_user, links},
};

#[async_trait]
impl PortalApi for RequestApi {
    async fn authenticate(&self, session: PortalSession) -> Answer<UserState> {
        let (user, snapshot, link) = self.user(session).await.told()?;
        let state = get_user::of_user(&self.state.services, &snapshot, &user)
            .await
            .told()?;
        Ok(match link {
            Some(link) => links::seen(&link, state),
            None => state,
        })
    }

    async fn get_user(&self, session: PortalSession) -> Answer<UserState> {
        let project = caller::project(&session.project_id).told()?;
        let token = Secret::new(session.user_token);
        get_user::run(&self.state.services, project, &token)
            .await
            .told()
            .map(|known| known.state)
    }

    async fn connect(
        &self,
        session: PortalSession,
        integration_type: String,
        method: String,
        values: FieldValues,
        return_url: Option<String>,
    ) -> Answer<ConnectOutcome> {
        self.connect_user(session, integration_type, method, values, return_url)
            .await
            .told()
    }

    async fn setup_questions(&self, session: PortalSession, account: String) -> Answer<Vec<Field>> {
        let (user, snapshot) = self.owner(session, &account).await.told()?;
        let services = &self.state.services;
        let questions = connect::setup::questions(services, &snapshot, &user, &account).await;
        Ok(questions.told()?.iter().map(rows::question).collect())
    }

    async fn complete_setup(
        &self,
        session: PortalSession,
        account: String,
        values: FieldValues,
    ) -> Answer<ConnectOutcome> {
        let (user, snapshot) = self.owner(session, &account).await.told()?;
        let services = &self.state.services;
        let answers = secret_values(values);
        let completed =
            connect::setup::complete(services, &snapshot, &user, &account, answers).await;
        Ok(ConnectOutcome::Connected {
            credential: Box::new(get_user::credential(&completed.told()?)),
        })
    }

    async fn account_settings(
        &self,
        session: PortalSession,
        account: String,
    ) -> Answer<Vec<SettingField>> {
        self.settings_form(session, account).await.told()
    }

    async fn setting_choices(
        &self,
        session: PortalSession,
        account: String,
        part: ListPart,
    ) -> Answer<SettingChoices> {
        self.choices_of(session, account, part).await.told()
    }

    async fn setting_lists(
        &self,
        session: PortalSession,
        account: String,
        parts: Vec<ListPart>,
    ) -> Answer<Vec<Option<SettingChoices>>> {
        self.lists_of(session, account, parts).await.told()
    }

    async fn save_settings(
        &self,
        session: PortalSession,
        account: String,
        values: FieldValues,
    ) -> Answer<ConnectOutcome> {
        self.take_settings(session, account, values).await.told()
    }

    async fn flow_status(&self, session: PortalSession, id: String) -> Answer<FlowStatus> {
        let (user, ..) = self.user(session).await.told()?;
        connect::flow::status(&self.state.services, &user, flow_id(&id).told()?)
            .await
            .told()
    }

    async fn cancel_flow(&self, session: PortalSession, id: String) -> Answer<()> {
        let (user, ..) = self.user(session).await.told()?;
        connect::flow::cancel(&self.state.services, &user, flow_id(&id).told()?)
            .await
            .told()
    }

    async fn disconnect(
        &self,
        session: PortalSession,
        integration_type: String,
    ) -> Answer<Disconnected> {
        let selected = session.account.selected_credential_id.clone();
        let which = Selector::parse(selected.as_deref().unwrap_or_default());
        let (user, snapshot, _) = self.user(session).await.told()?;
        let set_up = snapshot
            .find(&integration_type)
            .ok_or(Error::NotFound("integration"))
            .told()?;
        disconnect::by_user(&self.state.services, &user, set_up, Some(&which))
            .await
            .told()
    }

    async fn portal_page(
        &self,
        project_id: String,
        integration_type: String,
        account_types: Vec<String>,
        parent_origin: Option<String>,
    ) -> Answer<PortalPage> {
        self.find_portal_page(project_id, integration_type, &account_types, parent_origin)
            .await
            .told()
    }
}
