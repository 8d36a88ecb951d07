//! `driver::wire` reads the contract by name. A name that changes here has to change there.

use serde_json::json;

use crate::contract::{
    ApiError, ErrorCode,
    connect::{
        AccountChoice, ConnectOutcome, Disconnected, FieldValues, FlowStatus, PortalSession,
        Revocation, Ticket,
    },
    portal::{ConnectMethod, Field, FieldOption, Hosted, PortalPage, Scope},
    user::{Credential, CredentialStatus, IntegrationState, UserState},
};

fn value(thing: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(thing).unwrap()
}

#[test]
fn the_facts_of_the_page() {
    let field = Field {
        name: "key".to_owned(),
        label: "Key".to_owned(),
        secret: true,
        multiline: true,
        optional: true,
        help: None,
        placeholder: None,
        pattern: None,
        options: vec![FieldOption {
            value: "eu".to_owned(),
            label: "Europe".to_owned(),
        }],
    };
    let page = PortalPage {
        project_id: "p".to_owned(),
        app_name: "a".to_owned(),
        app_logo: None,
        integration_type: "t".to_owned(),
        integration_id: "i".to_owned(),
        name: "n".to_owned(),
        logo: None,
        color: None,
        methods: vec![ConnectMethod {
            id: "default".to_owned(),
            window: true,
            fields: vec![field],
            scopes: vec![Scope {
                name: "read".to_owned(),
                label: "Read".to_owned(),
            }],
            ..ConnectMethod::default()
        }],
        parent_origin: None,
        hosted: Some(Hosted {
            user_token: "u".to_owned(),
            recipient: "r".to_owned(),
            return_url: None,
            accounts: vec![],
        }),
        settings: true,
        package_url: None,
    };
    let expected = json!({ "Ok": {
        "projectId": "p", "appName": "a", "appLogo": null, "integrationType": "t",
        "integrationId": "i", "name": "n", "logo": null, "color": null, "parentOrigin": null,
        "hosted": { "userToken": "u", "recipient": "r", "returnUrl": null, "accounts": [] },
        "settings": true, "packageUrl": null,
        "methods": [{
            "id": "default", "label": "", "help": null, "window": true,
            "continuesOn": null, "helpUrl": null, "redirectUri": null,
            "scopes": [{ "name": "read", "label": "Read" }],
            "fields": [{
                "name": "key", "label": "Key", "secret": true,
                "multiline": true, "optional": true,
                "help": null, "placeholder": null, "pattern": null,
                "options": [{ "value": "eu", "label": "Europe" }],
            }],
        }],
    } });
    assert_eq!(value(&Ok::<_, ApiError>(page)), expected);
}

fn credential() -> Credential {
    Credential {
        id: "c".to_owned(),
        project_id: "p".to_owned(),
        integration_id: "i".to_owned(),
        persona_id: "u".to_owned(),
        status: CredentialStatus::Valid,
        provider_id: None,
        provider_data: json!({ "accountName": "Ada" }),
        date_created: "2026-11-22T10:00:00Z".to_owned(),
        date_updated: "2026-11-22T10:00:00Z".to_owned(),
        date_refreshed: None,
        date_valid_until: None,
        refresh_failure_count: 0,
        external_id: None,
        account_type: "default".to_owned(),
        scopes: Some(vec!["read".to_owned()]),
        configurations: vec![],
    }
}

#[test]
fn the_user_and_the_account() {
    let state = IntegrationState {
        all_credentials: vec![credential()],
        ..IntegrationState::default()
    };
    let user = UserState {
        authenticated: true,
        user_id: "u".to_owned(),
        meta: serde_json::Map::new(),
        integrations: [("slack".to_owned(), state)].into(),
    };
    let user = value(&user);
    let account = &user["integrations"]["slack"]["allCredentials"][0];
    assert_eq!(account["status"], "VALID");
    assert_eq!(value(&CredentialStatus::Invalid), "INVALID");
    assert_eq!(account["providerData"]["accountName"], "Ada");
    assert_eq!(account["id"], "c");
    assert_eq!(account["accountType"], "default");
    assert_eq!(account["scopes"], json!(["read"]));
    assert_eq!(account["dateCreated"], "2026-11-22T10:00:00Z");
}

#[test]
fn what_a_press_leads_to() {
    let window = ConnectOutcome::Window {
        flow_id: "f".to_owned(),
        ticket: Ticket("t".to_owned()),
    };
    assert_eq!(
        value(&window),
        json!({ "kind": "window", "flow_id": "f", "ticket": "t" })
    );
    let connected = ConnectOutcome::Connected {
        credential: Box::new(credential()),
    };
    assert_eq!(value(&connected)["credential"]["id"], "c");
    let status = FlowStatus::Connected {
        credential: Box::new(credential()),
    };
    assert_eq!(value(&status)["state"], "connected");
    assert_eq!(value(&status)["credential"]["id"], "c");
    let failed = FlowStatus::Failed {
        code: ErrorCode::ProviderRefused,
        message: "No.".to_owned(),
    };
    let expected = json!({ "state": "failed", "code": "provider_refused", "message": "No." });
    assert_eq!(value(&failed), expected);
    for (status, word) in [
        (FlowStatus::Pending, "pending"),
        (FlowStatus::Checking, "checking"),
        (FlowStatus::Expired, "expired"),
        (FlowStatus::Cancelled, "cancelled"),
    ] {
        assert_eq!(value(&status)["state"], word);
    }
    let gone = Disconnected {
        revocation: Revocation::NotSupported,
        tokens: Vec::new(),
        retrying: false,
    };
    assert_eq!(value(&gone)["revocation"], "not_supported");
    let error = ApiError::field("key", "Wrong.");
    let expected = json!({ "code": "invalid_input", "message": "Wrong.", "field": "key" });
    assert_eq!(value(&error), expected);
}

#[test]
fn what_the_page_sends() {
    let session = PortalSession {
        project_id: "p".to_owned(),
        user_token: "t".to_owned(),
        account: AccountChoice::default(),
    };
    let account = json!({
        "selectedCredentialId": null, "externalId": null, "allowMultipleCredentials": false,
    });
    assert_eq!(
        value(&session),
        json!({ "projectId": "p", "userToken": "t", "account": account })
    );
    let values = FieldValues([("key".to_owned(), "k".to_owned())].into());
    assert_eq!(value(&values), json!({ "key": "k" }));
}
