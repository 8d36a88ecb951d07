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
                .says("Replaces them. Where the integration declares settings, an unknown id or a value that does not fit is refused by name, and nothing is changed. A secret is told as a mask, which leaves it as it is when sent back.")
                .names_configuration()
                .takes(
                    "SettingsChange",
                    json!({ "config": { "sharedSettings": { "channel": "general" } } }),
                )
                .gives(200, "Credential", "The account as it is now.", examples::credential())
                .fails(&[ErrorCode::InvalidInput, ErrorCode::Forbidden]),
            of_user("post", SET_UP, "completeSetup", "Answer what is asked after connecting")
                .says("The integration's `postOauthInputs` are the questions. Until they are answered the account is `PENDING`.")
                .takes("SetUp", json!({ "payload": { "site": "north" } }))
                .gives(200, "Credential", "The account.", examples::credential())
                .fails(&[ErrorCode::InvalidInput, ErrorCode::Forbidden]),
        ],
    }
}

const LINKS: &str = "/projects/{project_id}/sdk/links";
const LINK: &str = "/projects/{project_id}/sdk/links/{link_id}";

pub fn links() -> Part {
    Part {
        name: "Links",
        about: "A link to a page of Patchbay's own, on which this user connects one integration. It is taken once, by the first browser that says so.",
        operations: vec![
            of_user("post", LINKS, "createLink", "Make a link")
                .says("The answer alone holds the link's secret part. `ttl` is in seconds: an hour unless said, seven days at most.")
                .takes(
                    "WantedLink",
                    json!({ "integration": "slack", "name": "Dana", "ttl": 3600 }),
                )
                .gives(201, "Link", "The link.", examples::link())
                .fails(&[ErrorCode::Forbidden, ErrorCode::InvalidInput, ErrorCode::IntegrationInactive]),
            of_user("get", LINK, "getLink", "See what became of a link")
                .gives(200, "Link", "The link, without its secret part.", examples::link()),
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
