//! Services that know one provider, Acme, which is a server of the test.

use std::sync::Arc;

use server::{
    domain::{integration::Integration, project::Project},
    use_cases::Services,
};
use tempfile::TempDir;
use wiremock::MockServer;

use super::{
    rows,
    service::{HandClock, services},
};

/// A project with the integration, whose provider answers nothing yet.
pub struct Acme {
    pub server: MockServer,
    pub folder: TempDir,
    pub clock: Arc<HandClock>,
    pub services: Arc<Services>,
    pub project: Project,
    pub integration: Integration,
}

impl Acme {
    /// `more`: lines of the definition's `[[auth]]`, in which `BASE` is the provider's address.
    pub async fn new(more: &str) -> Self {
        Self::of(&format!(
            "type = \"oauth2_authorization_code\"\nid = \"default\"\n\
             authorization_url = \"BASE/authorize\"\ntoken_url = \"BASE/token\"\n{more}"
        ))
        .await
    }

    /// `auth`: the whole `[[auth]]`.
    pub async fn of(auth: &str) -> Self {
        let server = MockServer::start().await;
        let folder = TempDir::new().unwrap();
        let text = format!(
            "slug = \"acme\"\nname = \"Acme\"\ncategory = \"CRM\"\napi_base_url = \"BASE/api\"\n\
             [[auth]]\n{auth}\n"
        );
        let catalog = folder.path().join("catalog");
        std::fs::create_dir(&catalog).unwrap();
        let text = text.replace("BASE", &server.uri());
        std::fs::write(catalog.join("acme.toml"), text).unwrap();
        let clock = Arc::new(HandClock::new());
        let services = services(&folder, clock.clone()).await;
        let project = rows::project();
        let integration = Integration {
            client_secret: None,
            ..rows::integration(&project, "acme")
        };
        let mut unit = services.store.begin().await.unwrap();
        unit.projects().add(&project).await.unwrap();
        unit.integrations().add(&integration).await.unwrap();
        unit.commit().await.unwrap();
        Self {
            server,
            folder,
            clock,
            services,
            project,
            integration,
        }
    }
}
