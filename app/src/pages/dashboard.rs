//! The dashboard: where a company sets its integrations up.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Redirect, Route, Router, Routes},
    path,
};

use crate::{
    components::Load,
    contract::dashboard::{ProjectRow, Viewer},
    server_fns::session::viewer,
};

mod appearance;
mod catalog;
mod frame;
mod home;
mod integration;
mod integrations;
mod new_project;
mod not_found;
mod place;
mod sdk;
mod settings;
mod setup;
mod sign_in;
mod users;
mod webhook;
mod webhooks;

/// Every page of the dashboard: the whole body of its document.
#[component]
pub fn DashboardApp() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|page| format!("{page} · Patchbay") />
        <Router>
            <Routes fallback=not_found::NotFoundPage>
                <Route path=path!("/") view=Start ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=sign_in::SignInPage ssr=SsrMode::Async />
                <Route path=path!("/setup/:link") view=setup::SetupPage ssr=SsrMode::Async />
                <ParentRoute
                    path=path!("/dashboard/:project_id")
                    view=frame::Frame
                    ssr=SsrMode::Async
                >
                    <Route path=path!("") view=home::HomePage ssr=SsrMode::Async />
                    <Route
                        path=path!("integrations")
                        view=integrations::IntegrationsPage
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("integrations/:integration_type")
                        view=integration::IntegrationPage
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("catalog")
                        view=catalog::CatalogPage
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("users") view=users::UsersPage ssr=SsrMode::Async />
                    <Route
                        path=path!("webhooks")
                        view=webhooks::WebhooksPage
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("webhooks/:endpoint_id")
                        view=webhook::WebhookPage
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("sdk") view=sdk::SdkPage ssr=SsrMode::Async />
                    <Route
                        path=path!("appearance")
                        view=appearance::AppearancePage
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("settings")
                        view=settings::SettingsPage
                        ssr=SsrMode::Async
                    />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// The bare address: leads to the first environment, or to sign-in.
#[component]
fn Start() -> impl IntoView {
    let viewer = Resource::new(|| (), |()| viewer());
    view! {
        <Title text="Patchbay" />
        <main class="gate">
            <Load resource=viewer let:viewer>
                {match first_project_id(&viewer) {
                    Some(id) => view! { <Redirect path=format!("/dashboard/{id}") /> }.into_any(),
                    None => view! { <new_project::FirstProject /> }.into_any(),
                }}
            </Load>
        </main>
    }
}

fn first_project_id(viewer: &Viewer) -> Option<String> {
    let first = |project: &ProjectRow| {
        project
            .environments
            .iter()
            .min_by_key(|row| row.environment)
            .map(|row| row.project_id.clone())
    };
    viewer.projects.iter().find_map(first)
}
