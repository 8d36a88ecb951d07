//! Connected accounts and their settings.

use app::contract::ErrorCode;
use serde_json::json;

use super::{
    super::{
        examples,
        operation::{of_user, reference},
    },
    Part,
};

const CREDENTIALS: &str = "/projects/{project_id}/sdk/credentials";
const CREDENTIAL: &str = "/projects/{project_id}/sdk/credentials/{credential_id}";
const SET_UP: &str = "/projects/{project_id}/sdk/credentials/{credential_id}/complete-setup";
const CONFIGURATIONS: &str =
    "/projects/{project_id}/sdk/credentials/{credential_id}/configurations";

pub fn part() -> Part {
    Part {
        name: "Accounts",
        about: "What the user has connected. An account is called a credential here; its secrets never leave the server.",
        operations: vec![
            of_user("get", CREDENTIALS, "listAccounts", "List accounts, or find one")
                .says("With `integration`, that integration and the account that is meant.")
                .query("integration", false, "An integration's type.")
                .query(
                    "includeAccountAuth",
                    false,
                    "`true` asks for the access token, which an operator has to allow for the integration.",
                )
                .names_account()
                .gives_one_of(
                    json!([
                        { "type": "array", "items": reference("Credential") },
                        reference("Account"),
                    ]),
                    "Every account, oldest first; or the one that was asked for.",
                    json!([examples::credential()]),
                )
                .fails(&[
                    ErrorCode::NotConnected,
                    ErrorCode::InvalidInput,
                    ErrorCode::Forbidden,
                    ErrorCode::IntegrationInactive,
                    ErrorCode::ReconnectRequired,
                    ErrorCode::ProviderUnavailable,
                ]),
            of_user("post", CREDENTIALS, "connectAccount", "Connect an account")
                .says("By the values of a form, or by an authorization code. The values are tried at the provider before they are stored.")
                .takes(
                    "Install",
                    json!({
                        "integrationId": examples::INTEGRATION,
                        "payload": { "api_key": "YOUR_API_KEY" },
                        "installOptions": { "externalId": "payroll" },
                    }),
                )
                .gives(200, "Credential", "The account.", examples::credential())
                .fails(&[
                    ErrorCode::Forbidden,
                    ErrorCode::IntegrationInactive,
                    ErrorCode::Conflict,
                    ErrorCode::ProviderRefused,
                    ErrorCode::ProviderUnavailable,
                ]),
            of_user("get", CREDENTIAL, "getAccount", "Get an account")
                .gives(200, "Credential", "The account.", examples::credential())
                .fails(&[ErrorCode::FlowEnded]),
            of_user("patch", CREDENTIAL, "setSettings", "Set a configuration's settings")
                .names_configuration()
                .takes(
                    "SettingsChange",
                    json!({ "config": { "sharedSettings": { "channel": "general" } } }),
                )
                .gives(200, "Credential", "The account as it is now.", examples::credential())
                .fails(&[ErrorCode::Forbidden]),
            of_user("post", SET_UP, "completeSetup", "Answer what is asked after connecting")
                .says("Nothing is asked, so every field is refused.")
                .takes("SetUp", json!({ "payload": {} }))
                .gives(200, "Credential", "The account.", examples::credential()),
        ],
    }
}

pub fn configurations() -> Part {
    Part {
        name: "Configurations",
        about: "Sets of settings of one account, beside its default one.",
        operations: vec![
            of_user(
                "post",
                CONFIGURATIONS,
                "addConfiguration",
                "Add a configuration",
            )
            .takes("NewConfiguration", json!({ "externalId": "europe" }))
            .gives(
                200,
                "Credential",
                "The account. The new configuration has the latest date.",
                examples::credential(),
            )
            .fails(&[ErrorCode::Forbidden, ErrorCode::Conflict]),
            of_user(
                "patch",
                CONFIGURATIONS,
                "noteConfiguration",
                "Note something of a configuration",
            )
            .says("Replaces the notes that are there.")
            .names_configuration()
            .takes("Meta", json!({ "meta": { "owner": "finance" } }))
            .gives(
                200,
                "Credential",
                "The account as it is now.",
                examples::credential(),
            )
            .fails(&[ErrorCode::Forbidden]),
            of_user(
                "delete",
                CONFIGURATIONS,
                "removeConfiguration",
                "Remove a configuration",
            )
            .says("The header names it. The default one stays.")
            .names_configuration()
            .gives(
                200,
                "Credential",
                "The account as it is now.",
                examples::credential(),
            )
            .fails(&[ErrorCode::Forbidden, ErrorCode::InvalidInput]),
        ],
    }
}
