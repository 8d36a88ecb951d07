//! An integration as the embed protocol tells it.

use serde::Serialize;
use serde_json::{Map, Value};

use super::settings;
use crate::{
    domain::definition::{AuthMethod, Choice, Choices, FieldSpec},
    http::AppState,
    use_cases::snapshot::SetUp,
};

type Empty = [(); 0];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    id: String,
    project_id: String,
    #[serde(rename = "type")]
    integration_type: String,
    name: String,
    brand_color: String,
    /// Active, and with everything it needs.
    is_active: bool,
    /// `oauth`, or `basic` for a form.
    authentication_type: &'static str,
    /// Whether something is asked before a window may open; a form is.
    need_pre_oauth_inputs: bool,
    /// Whether it has the company's own registration at the provider.
    has_credential: bool,
    connected_user_limit_on_dev_cred: u32,
    connected_user_limit_reached: bool,
    date_created: String,
    date_updated: String,
    configs: [Config; 1],
    workflows: Empty,
    no_permission_workflows: Empty,
    sdk_integration_config: SdkConfig,
    logo: Option<String>,
    /// Why it cannot be connected now; what the SDK's warning says.
    #[serde(skip_serializing_if = "Option::is_none")]
    inactive_reason: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    id: String,
    integration_id: String,
    values: Values,
}

/// What a portal shows of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Values {
    accent_color: String,
    paragon_link: bool,
    description: String,
    overview: &'static str,
    workflow_meta: Map<String, Value>,
    shared_meta: SharedMeta,
}

#[derive(Serialize)]
struct SharedMeta {
    /// Settings that users make.
    inputs: Vec<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SdkConfig {
    /// Empty where there is one way to connect.
    account_types: Vec<AccountType>,
    oauth_inputs: Vec<Input>,
    /// Asked before.
    auth_config_inputs: Vec<Input>,
    /// Asked after.
    post_oauth_inputs: Vec<Input>,
    data_sources: Map<String, Value>,
    auth_scheme_options: SchemeOptions,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SchemeOptions {
    /// Of Salesforce, SDKs show it as a stage of its own, once a way to connect is chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    package_install_url: Option<String>,
}

/// A way to connect, of several.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountType {
    id: String,
    /// `oauth`, or `basic` for a form.
    scheme: &'static str,
    account_description: String,
    oauth_parameters: Empty,
    end_user_supplied_values: Vec<Input>,
    #[serde(rename = "skipPostOAuthInputs")]
    skips_post_oauth_inputs: bool,
}

/// One input of a form.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    id: String,
    title: String,
    #[serde(rename = "type")]
    kind: &'static str,
    /// Of a list that is the same for everybody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<Listed>,
    /// Of a list that the provider has for each account.
    #[serde(skip_serializing_if = "Option::is_none")]
    source_type: Option<String>,
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<String>,
    /// What older portals show beside the title, and newer ones below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    tooltip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtitle: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    documentation_link: Option<String>,
}

#[derive(Clone, Serialize)]
struct Listed {
    value: String,
    label: String,
}

fn listed(choice: &Choice) -> Listed {
    Listed {
        value: choice.value.clone(),
        label: choice.label.clone(),
    }
}

pub fn row(state: &AppState, set_up: &SetUp) -> Row {
    let (integration, definition) = (&set_up.integration, &set_up.definition);
    let usable = set_up.usable();
    let first = set_up
        .method(None)
        .unwrap_or_else(|_| definition.default_auth());
    Row {
        id: integration.id.to_string(),
        project_id: integration.project.to_string(),
        integration_type: integration.integration_type.clone(),
        name: definition.name.clone(),
        brand_color: definition.shown_color().to_owned(),
        is_active: usable.is_ok(),
        authentication_type: scheme(first),
        need_pre_oauth_inputs: set_up
            .methods()
            .any(|method| !method.kind.opens_window() || !set_up.questions(method).is_empty()),
        has_credential: integration.client_id.is_some(),
        connected_user_limit_on_dev_cred: 0,
        connected_user_limit_reached: false,
        date_created: integration.created_at.to_string(),
        date_updated: integration.updated_at.to_string(),
        configs: [config(set_up)],
        workflows: [],
        no_permission_workflows: [],
        sdk_integration_config: sdk_config(set_up),
        logo: state.services.definitions.logo_path(&definition.slug),
        inactive_reason: usable.err(),
    }
}

fn config(set_up: &SetUp) -> Config {
    let id = set_up.integration.id.to_string();
    Config {
        id: id.clone(),
        integration_id: id,
        values: Values {
            accent_color: set_up.definition.shown_color().to_owned(),
            paragon_link: false,
            description: format!("Connect your {} account.", set_up.definition.name),
            overview: "",
            workflow_meta: Map::new(),
            shared_meta: SharedMeta {
                inputs: settings::inputs(set_up),
            },
        },
    }
}

fn sdk_config(set_up: &SetUp) -> SdkConfig {
    let definition = &set_up.definition;
    let help = definition.docs_url.as_deref();
    let inputs_of = |method: &AuthMethod| -> Vec<Input> {
        let questions = set_up.questions(method);
        questions.iter().map(|spec| input(spec, help)).collect()
    };
    let mut account_types: Vec<AccountType> = set_up
        .methods()
        .map(|method| AccountType {
            id: method.id.clone(),
            scheme: scheme(method),
            account_description: method.label.clone().unwrap_or_default(),
            oauth_parameters: [],
            end_user_supplied_values: inputs_of(method),
            skips_post_oauth_inputs: false,
        })
        .collect();
    // SDKs ask for the type wherever there is one to name. The inputs then are the type's.
    let (inputs, is_oauth) = match account_types.as_slice() {
        [one] => (one.end_user_supplied_values.clone(), one.scheme == OAUTH),
        _ => (Vec::new(), false),
    };
    if account_types.len() == 1 {
        account_types.clear();
    }
    SdkConfig {
        account_types,
        oauth_inputs: if is_oauth { inputs.clone() } else { Vec::new() },
        auth_config_inputs: inputs,
        post_oauth_inputs: definition
            .after
            .iter()
            .map(|spec| input(spec, help))
            .collect(),
        data_sources: definition
            .sources
            .iter()
            .map(|source| (source.id.clone(), settings::dynamic(source)))
            .chain(settings::data_sources(set_up))
            .collect(),
        auth_scheme_options: SchemeOptions {
            package_install_url: definition.package_url.clone(),
        },
    }
}

const OAUTH: &str = "oauth";

fn scheme(method: &AuthMethod) -> &'static str {
    if method.kind.opens_window() {
        OAUTH
    } else {
        "basic"
    }
}

fn input(spec: &FieldSpec, documentation: Option<&str>) -> Input {
    Input {
        id: spec.name.clone(),
        title: spec.label.clone(),
        kind: match &spec.choices {
            Choices::Listed(_) => "ENUM",
            Choices::Source(_) => "DYNAMIC_ENUM",
            Choices::Free if spec.secret => "PASSWORD",
            Choices::Free => "TEXT_NO_VARS",
        },
        values: match &spec.choices {
            Choices::Listed(choices) => choices.iter().map(listed).collect(),
            _ => Vec::new(),
        },
        source_type: match &spec.choices {
            Choices::Source(id) => Some(id.clone()),
            _ => None,
        },
        required: !spec.optional,
        placeholder: spec.placeholder.clone(),
        tooltip: spec.help.clone(),
        subtitle: spec.help.clone(),
        documentation_link: documentation.map(str::to_owned),
    }
}
