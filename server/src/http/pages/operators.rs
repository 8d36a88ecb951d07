//! [`app::api::OperatorsApi`] for one request.

use app::{
    api::OperatorsApi,
    contract::dashboard::{Overview, ProjectRow, Viewer},
};
use async_trait::async_trait;

use super::{Answer, RequestApi, Told};
use crate::{
    domain::secret::Secret,
    http::{cookies, sdk::caller},
    use_cases::{operators, overview, projects},
};

#[async_trait]
impl OperatorsApi for RequestApi {
    async fn viewer(&self) -> Answer<Viewer> {
        let staff = self.staff().await?;
        let projects = projects::list(&self.state.services, staff.reader())
            .await
            .told()?;
        Ok(Viewer {
            email: staff.email,
            role: staff.role,
            projects,
        })
    }

    async fn sign_in(&self, email: String, password: String) -> Answer<()> {
        let password = Secret::new(password);
        let session = operators::sign_in(&self.state.services, &self.peer, &email, password)
            .await
            .told()?;
        self.begin_session(&session);
        Ok(())
    }

    async fn sign_out(&self) -> Answer<()> {
        if let Some(token) = cookies::find(&self.headers, cookies::SESSION) {
            operators::sign_out(&self.state.services, &token)
                .await
                .told()?;
        }
        self.set_cookie(cookies::clear_session(self.state.secure()));
        Ok(())
    }

    async fn setup_open(&self, link: String) -> Answer<bool> {
        operators::setup_open(&self.state.services, &Secret::new(link))
            .await
            .told()
    }

    async fn set_up(
        &self,
        link: String,
        email: String,
        password: String,
        project_name: String,
    ) -> Answer<ProjectRow> {
        let (link, password) = (Secret::new(link), Secret::new(password));
        let (row, session) =
            operators::set_up(&self.state.services, &link, &email, password, &project_name)
                .await
                .told()?;
        self.begin_session(&session);
        Ok(row)
    }

    async fn create_project(&self, name: String) -> Answer<ProjectRow> {
        let right = self.staff().await?.editor().told()?;
        projects::create(&self.state.services, right, &name)
            .await
            .told()
    }

    async fn overview(&self, project_id: String) -> Answer<Overview> {
        let right = self.staff().await?.reader();
        let demo = self.state.demo.then(|| "/demo".to_owned());
        overview::run(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
            demo,
        )
        .await
        .told()
    }
}
