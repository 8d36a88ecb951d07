//! The user of the token, and what they can connect.

use app::contract::ErrorCode;
use serde_json::json;

use super::{
    super::{examples, operation::of_user},
    Part,
};

pub fn part() -> Part {
    Part {
        name: "Users and integrations",
        about: "The user of the token, and what they can connect.",
        operations: vec![
            of_user(
                "get",
                "/projects/{project_id}/sdk/me",
                "getUser",
                "Get the user",
            )
            .says("A state of at most 50 ms ago. `Cache-Control: no-cache` always asks the database.")
            .header("Cache-Control", "`no-cache`: make the answer anew.")
            .header(
                "X-Paragon-User-Metadata",
                "A JSON object that is laid over the app's notes. Older SDKs send it.",
            )
            .gives(200, "User", "The user and their accounts.", examples::user())
            .fails(&[ErrorCode::InvalidInput, ErrorCode::ProviderUnavailable]),
            of_user(
                "patch",
                "/projects/{project_id}/sdk/me",
                "noteUser",
                "Note something of the user",
            )
            .says("Laid over the notes that are there. Null takes a name away.")
            .takes("Meta", json!({ "meta": { "Name": "Ada", "plan": null } }))
            .gives(200, "User", "The user as they are now.", examples::user()),
            of_user(
                "get",
                "/projects/{project_id}/sdk/integrations",
                "listIntegrations",
                "List integrations",
            )
            .gives_list(
                "Integration",
                "The project's integrations, active or not.",
                json!([examples::integration()]),
            ),
            of_user(
                "get",
                "/projects/{project_id}/sdk/metadata",
                "listIntegrationMetadata",
                "List what can be connected now",
            )
            .gives_list(
                "IntegrationMetadata",
                "Name, colour and icon of each.",
                json!([{
                    "type": "slack",
                    "name": "Slack",
                    "brandColor": "#4A154B",
                    "icon": "https://connect.example.com/integrations/slack.svg",
                }]),
            ),
            of_user(
                "delete",
                "/projects/{project_id}/sdk/integrations/{integration_id}",
                "disconnectIntegration",
                "Disconnect an integration",
            )
            .says("Revokes the grant at the provider where it can be revoked, and forgets the account. Without the header every account of the integration goes.")
            .header(
                "X-Paragon-Credential",
                "One account: its id, its external id, or `ext:` and that.",
            )
            .gives(
                200,
                "Disconnected",
                "The accounts are gone.",
                json!({
                    "revocation": "revoked",
                    "tokens": [
                        { "token": "refresh_token", "revocation": "revoked" },
                        { "token": "access_token", "revocation": "revoked" },
                    ],
                    "retrying": false,
                }),
            )
            .fails(&[ErrorCode::Forbidden, ErrorCode::NotConnected]),
        ],
    }
}
