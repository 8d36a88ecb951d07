//! One integration of an environment: its Overview.

use leptos::prelude::*;
use leptos_meta::Title;

use super::place::{Section, use_param, use_project_id};
use crate::{
    components::{Card, CopyValue, Glyph, Icon, Load, LogoSize, ProviderLogo, Snippet},
    contract::{dashboard::IntegrationDetail, portal::Field},
    server_fns::integrations::integration,
};

mod activation;
mod asked;
mod browser;
mod oauth_form;

#[component]
pub fn IntegrationPage() -> impl IntoView {
    let project_id = use_project_id();
    let integration_type = use_param("integration_type");
    let detail = Resource::new(
        move || (project_id.get(), integration_type.get()),
        |(project_id, integration_type)| integration(project_id, integration_type),
    );
    view! {
        <a class="back" href=move || Section::Integrations.path(&project_id.read())>
            <Icon glyph=Glyph::ArrowLeft />
            "Integrations"
        </a>
        <Load resource=detail let:detail>
            <Overview detail project_id=project_id.get_untracked() />
        </Load>
    }
    .into_any()
}

/// The parts share one detail, so that what one of them saves shows in the others.
#[component]
fn Overview(detail: IntegrationDetail, project_id: String) -> impl IntoView {
    let detail = RwSignal::new(detail);
    let IntegrationDetail {
        row,
        redirect_uri,
        docs_url,
        auth,
        oauth,
        fields,
        ..
    } = detail.get_untracked();
    let name = row.name.clone();
    let is_oauth = oauth.is_some();
    let snippet = connect_snippet(&row.integration_type);
    let browser = oauth.as_ref().map(|settings| {
        let (settings, project_id) = (settings.browser.clone(), project_id.clone());
        view! { <browser::BrowserCard detail settings project_id /> }
    });
    let asked = {
        let project_id = project_id.clone();
        view! { <asked::AskedCard detail project_id /> }
    };
    let registration = oauth.map(|settings| {
        let (name, project_id) = (name.clone(), project_id.clone());
        view! { <oauth_form::OAuthCard detail settings project_id name docs_url /> }
    });
    let redirect = is_oauth.then(|| {
        let help = format!("Enter it at {name} where you register your app.");
        view! { <CopyValue label="Redirect URI" value=redirect_uri help /> }
    });
    view! {
        <Title text=name.clone() />
        <div class="page-head">
            <div class="named">
                <ProviderLogo name=name.clone() logo=row.logo color=row.color size=LogoSize::Large />
                <div>
                    <h1>{name}</h1>
                    <p class="muted">{row.category} " · " {auth}</p>
                </div>
            </div>
            <activation::Activation detail project_id />
        </div>
        <activation::Blocked detail />
        <Card title="Identity">
            <CopyValue
                label="integrationType"
                value=row.integration_type
                help="What your code calls this integration."
            />
            {redirect}
        </Card>
        {registration}
        {(!fields.is_empty()).then(|| view! { <FieldsCard fields /> })}
        {asked}
        {browser}
        <Card title="Open the portal" text="From your app, once the user is authenticated.">
            <Snippet title="JavaScript" code=snippet />
        </Card>
    }
    .into_any()
}

/// What users will be asked for.
#[component]
fn FieldsCard(fields: Vec<Field>) -> impl IntoView {
    view! {
        <Card
            title="What users enter"
            text="The portal asks for these, checks them with the provider, and stores them encrypted."
        >
            <ul class="lines">
                {fields.into_iter().map(|field| view! {
                    <li>
                        <div>
                            <p class="field-name">{field.label}</p>
                            {field.help.map(|help| view! { <p class="muted">{help}</p> })}
                        </div>
                        <code>{field.name}</code>
                        {field.secret.then(|| view! { <span class="tag">"Secret"</span> })}
                    </li>
                }).collect_view()}
            </ul>
        </Card>
    }
    .into_any()
}

fn connect_snippet(integration_type: &str) -> String {
    format!(
        "await patchbay.connect(\"{integration_type}\", {{\n  onInstall: (event) => console.log(\"Connected\", event),\n  onError: (error) => console.error(error.message),\n}});"
    )
}
