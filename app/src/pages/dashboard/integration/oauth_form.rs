//! Client ID, client secret and scopes.

use leptos::{html, prelude::*};

use crate::{
    components::{
        Button, ButtonKind, Card, Form, FormValues, Glyph, Icon, Notice, PasswordInput, Problem,
        TextArea, TextInput, Tone, field_error, on_result,
    },
    contract::{
        ApiError,
        dashboard::{IntegrationDetail, OAuthSettings},
    },
    server_fns::integrations::save_oauth,
    validate,
};

const FIELDS: &[&str] = &["client_id", "client_secret", "scopes"];

/// The provider's registration; nothing to fill in where the provider is built in.
#[component]
pub fn OAuthCard(
    detail: RwSignal<IntegrationDetail>,
    settings: OAuthSettings,
    project_id: String,
    name: String,
    docs_url: Option<String>,
) -> impl IntoView {
    if settings.built_in {
        return view! {
            <Card title="Registration">
                <Notice tone=Tone::Ok>
                    {format!("{name} is part of Patchbay. There is nothing to register: activate it and connect.")}
                </Notice>
            </Card>
        }
        .into_any();
    }
    let text = format!(
        "Register an app at {name} with the redirect URI above, then enter what {name} gave you."
    );
    view! {
        <Card title="Registration" text>
            <OAuthForm detail settings project_id />
            {docs_url.map(|href| view! {
                <p class="muted">
                    <a class="out" href=href target="_blank" rel="noreferrer">
                        {format!("How to register an app at {name}")}
                        <Icon glyph=Glyph::ExternalLink />
                    </a>
                </p>
            })}
        </Card>
    }
    .into_any()
}

#[derive(Clone)]
struct Values {
    client_id: String,
    /// None keeps what is stored.
    client_secret: Option<String>,
    scopes: Vec<String>,
}

fn checked(values: &FormValues) -> Result<Values, ApiError> {
    let client_id = values.get("client_id").trim().to_owned();
    if client_id.is_empty() {
        return Err(ApiError::field(
            "client_id",
            "Enter the client ID that the provider gave you.",
        ));
    }
    let secret = values.get("client_secret").trim().to_owned();
    Ok(Values {
        client_id,
        client_secret: (!secret.is_empty()).then_some(secret),
        scopes: validate::scopes(&values.get("scopes")),
    })
}

#[component]
fn OAuthForm(
    detail: RwSignal<IntegrationDetail>,
    settings: OAuthSettings,
    project_id: String,
) -> impl IntoView {
    let OAuthSettings {
        client_id,
        scopes,
        default_scopes,
        ..
    } = settings;
    let problem = Problem::new(None);
    let secret_input = NodeRef::<html::Input>::new();
    let scopes_input = NodeRef::<html::Textarea>::new();
    let send = Action::new(move |values: &Values| {
        let integration_type = detail.read_untracked().row.integration_type.clone();
        let Values {
            client_id,
            client_secret,
            scopes,
        } = values.clone();
        save_oauth(
            project_id.clone(),
            integration_type,
            client_id,
            client_secret,
            scopes,
        )
    });
    on_result(send, problem, move |fresh| {
        if let Some(input) = secret_input.get() {
            input.set_value("");
        }
        detail.set(fresh);
    });
    let submit = move |values: FormValues| match checked(&values) {
        Ok(values) => {
            problem.set(None);
            send.dispatch(values);
        }
        Err(error) => problem.set(Some(error)),
    };
    let has_secret = Memo::new(move |_| {
        detail
            .read()
            .oauth
            .as_ref()
            .is_some_and(|settings| settings.has_client_secret)
    });
    let saved = move || {
        !send.pending().get()
            && problem.read().is_none()
            && matches!(send.value().get(), Some(Ok(_)))
    };
    let first_scopes = if scopes.is_empty() {
        default_scopes.clone()
    } else {
        scopes
    };
    let defaults = default_scopes.join("\n");
    let use_defaults = move |_| {
        if let Some(input) = scopes_input.get() {
            input.set_value(&defaults);
        }
    };
    view! {
        <Form fields=FIELDS problem busy=send.pending() on_submit=submit>
            <TextInput
                name="client_id"
                label="Client ID"
                value=client_id.unwrap_or_default()
                required=true
                error=field_error(problem, "client_id")
            />
            <PasswordInput
                name="client_secret"
                label="Client secret"
                autocomplete="new-password"
                placeholder=Signal::derive(move || {
                    if has_secret.get() { "Stored. Leave blank to keep it" } else { "None stored" }.to_owned()
                })
                help="Encrypted as soon as it arrives. It is never shown again."
                error=field_error(problem, "client_secret")
                node_ref=secret_input
            />
            <div class="with-action">
                <TextArea
                    name="scopes"
                    label="Scopes"
                    value=first_scopes.join("\n")
                    help=defaults_help(&default_scopes)
                    error=field_error(problem, "scopes")
                    node_ref=scopes_input
                />
                <Button kind=ButtonKind::Quiet small=true on:click=use_defaults>"Use defaults"</Button>
            </div>
            <div class="form-foot">
                <Button submit=true kind=ButtonKind::Primary busy=send.pending()>"Save"</Button>
                <span class="saved" role="status">
                    {move || saved().then(|| view! { <Icon glyph=Glyph::Check />"Saved" })}
                </span>
            </div>
        </Form>
    }
    .into_any()
}

fn defaults_help(defaults: &[String]) -> String {
    if defaults.is_empty() {
        "One a line. This provider needs none.".to_owned()
    } else {
        format!("One a line. Defaults: {}", defaults.join(" "))
    }
}
