//! An integration as the embed protocol tells it.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{domain::definition::FieldSpec, http::AppState, use_cases::snapshot::SetUp};

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
    inputs: Empty,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SdkConfig {
    /// Empty: there is one way to connect.
    account_types: Empty,
    oauth_inputs: Vec<Input>,
    /// Asked before.
    auth_config_inputs: Vec<Input>,
    /// Asked after.
    post_oauth_inputs: Empty,
    data_sources: Map<String, Value>,
    auth_scheme_options: Map<String, Value>,
}

/// One input of a form.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    id: String,
    title: String,
    #[serde(rename = "type")]
    kind: &'static str,
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

pub fn row(state: &AppState, set_up: &SetUp) -> Row {
    let (integration, definition) = (&set_up.integration, &set_up.definition);
    let usable = set_up.usable();
    let is_oauth = definition.default_auth().kind.oauth2().is_some();
    Row {
        id: integration.id.to_string(),
        project_id: integration.project.to_string(),
        integration_type: integration.integration_type.clone(),
        name: definition.name.clone(),
        brand_color: definition.shown_color().to_owned(),
        is_active: usable.is_ok(),
        authentication_type: if is_oauth { "oauth" } else { "basic" },
        need_pre_oauth_inputs: !is_oauth || !definition.inputs.is_empty(),
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
            shared_meta: SharedMeta { inputs: [] },
        },
    }
}

fn sdk_config(set_up: &SetUp) -> SdkConfig {
    let definition = &set_up.definition;
    let help = definition.docs_url.as_deref();
    let inputs: Vec<Input> = definition
        .inputs
        .iter()
        .chain(definition.default_auth().kind.fields())
        .map(|spec| input(spec, help))
        .collect();
    let is_oauth = definition.default_auth().kind.oauth2().is_some();
    SdkConfig {
        account_types: [],
        oauth_inputs: if is_oauth { inputs.clone() } else { Vec::new() },
        auth_config_inputs: inputs,
        post_oauth_inputs: [],
        data_sources: Map::new(),
        auth_scheme_options: Map::new(),
    }
}

fn input(spec: &FieldSpec, documentation: Option<&str>) -> Input {
    Input {
        id: spec.name.clone(),
        title: spec.label.clone(),
        kind: if spec.secret {
            "PASSWORD"
        } else {
            "TEXT_NO_VARS"
        },
        required: true,
        placeholder: spec.placeholder.clone(),
        tooltip: spec.help.clone(),
        subtitle: spec.help.clone(),
        documentation_link: documentation.map(str::to_owned),
    }
}
