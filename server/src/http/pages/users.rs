//! [`app::api::UsersApi`] for one request.

use app::{
    api::UsersApi,
    contract::{
        connect::Disconnected,
        dashboard::{LinksPage, NewLink, UsersPage, WantedLink},
    },
};
use async_trait::async_trait;

use super::{Answer, RequestApi, Told, rows};
use crate::{
    http::sdk::caller,
    use_cases::{Error, disconnect, links, snapshot, users},
};

#[async_trait]
impl UsersApi for RequestApi {
    async fn users(&self, project_id: String, search: String, page: u32) -> Answer<UsersPage> {
        let right = self.staff().await?.reader();
        let project = caller::project(&project_id).told()?;
        let (snapshot, found) = users::list(&self.state.services, right, project, &search, page)
            .await
            .told()?;
        Ok(rows::users_page(
            &self.state.services,
            &snapshot,
            found,
            page,
        ))
    }

    async fn links(&self, project_id: String) -> Answer<LinksPage> {
        let right = self.staff().await?.reader();
        let services = &self.state.services;
        let project = caller::project(&project_id).told()?;
        let found = links::list(services, right, project).await.told()?;
        let snapshot = snapshot::fresh(services, project).await.told()?;
        Ok(rows::links_page(&snapshot, &found, services.now()))
    }

    async fn create_link(&self, project_id: String, wanted: WantedLink) -> Answer<NewLink> {
        let right = self.staff().await?.supporter();
        let project = caller::project(&project_id).told()?;
        let more = links::Wanted {
            name: wanted.name,
            lifetime: Some(std::time::Duration::from_secs(wanted.lifetime.into())),
            return_url: None,
        };
        let (user, integration) = (&wanted.user_id, &wanted.integration_type);
        let services = &self.state.services;
        let made = links::create_for(services, right, project, user, integration, more)
            .await
            .told()?;
        Ok(NewLink {
            recipient: made.link.recipient(),
            url: made.url.expose().to_owned(),
        })
    }

    async fn disconnect_user(
        &self,
        project_id: String,
        connection_id: String,
    ) -> Answer<Disconnected> {
        let right = self.staff().await?.supporter();
        let project = caller::project(&project_id).told()?;
        let connection = connection_id
            .parse()
            .map_err(|_| Error::NotFound("connection"))
            .told()?;
        disconnect::by_staff(&self.state.services, right, project, connection)
            .await
            .told()
    }
}
