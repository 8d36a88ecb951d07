//! Calls to providers, and what belongs to workflows.

use app::contract::ErrorCode;
use serde_json::json;

use super::{
    super::operation::{Operation, of_user},
    Part,
};

const SHORT: &str = "/projects/{project_id}/sdk/proxy/{integration_type}";
const LONG: &str = "/projects/{project_id}/sdk/proxy/{integration_type}/{path}";

/// Method, then the name of the operation with and without a path.
const METHODS: [(&str, &str, &str); 5] = [
    ("get", "proxyGet", "proxyGetByHeader"),
    ("post", "proxyPost", "proxyPostByHeader"),
    ("put", "proxyPut", "proxyPutByHeader"),
    ("patch", "proxyPatch", "proxyPatchByHeader"),
    ("delete", "proxyDelete", "proxyDeleteByHeader"),
];

pub fn proxy() -> Part {
    let long = METHODS.map(|(method, id, _)| forward(of_user(method, LONG, id, summary(method))));
    let short = METHODS.map(|(method, _, id)| {
        forward(of_user(method, SHORT, id, "Call with the path in a header"))
    });
    Part {
        name: "Proxy",
        about: "Calls to the provider with the user's account. The credential is added here and never seen by the caller; an access token that has ended is renewed first.",
        operations: long.into_iter().chain(short).collect(),
    }
}

fn summary(method: &str) -> &'static str {
    match method {
        "get" => "Read from the provider",
        "post" => "Post to the provider",
        "put" => "Put to the provider",
        "patch" => "Patch at the provider",
        _ => "Delete at the provider",
    }
}

fn forward(operation: Operation) -> Operation {
    let operation = match operation.method {
        "get" | "delete" => operation,
        _ => operation.takes_anything(),
    };
    operation
        .names_account()
        .header(
            "X-Paragon-Proxy-Url",
            "In place of the path: a path, or a whole URL below the provider's address.",
        )
        .header(
            "X-Paragon-Use-Raw-Response",
            "`1`: the answer byte by byte. `0`: wrapped in `{\"output\": …}`. Left out: wrapped for SDKs before 2.3 alone.",
        )
        .gives_text(200, "*/*", "The provider's answer, whatever its status.")
        .fails(&[
            ErrorCode::Forbidden,
            ErrorCode::IntegrationInactive,
            ErrorCode::NotConnected,
            ErrorCode::ReconnectRequired,
            ErrorCode::TooLarge,
            ErrorCode::ProviderUnavailable,
            ErrorCode::EgressRefused,
        ])
}

pub fn workflows() -> Part {
    let event = |path, id| {
        of_user("post", path, id, "Tell of an event")
            .says("It is taken; no workflow listens.")
            .takes(
                "Event",
                json!({ "name": "Order placed", "payload": { "id": 7 } }),
            )
            .gives(201, "Empty", "The event was taken.", json!({}))
    };
    let workflow = "/projects/{project_id}/sdk/workflows/{workflow_id}";
    Part {
        name: "Workflows",
        about: "What SDKs of the embed protocol ask of workflows. A project has none, and each answer says so.",
        operations: vec![
            of_user("post", workflow, "enableWorkflow", "Switch a workflow on")
                .says("Always `not_found`."),
            of_user(
                "delete",
                workflow,
                "disableWorkflow",
                "Switch a workflow off",
            )
            .says("Always `not_found`."),
            of_user(
                "post",
                "/projects/{project_id}/sdk/triggers/{workflow_id}",
                "runWorkflow",
                "Run a workflow",
            )
            .says("Always `not_found`."),
            event("/projects/{project_id}/sdk/events/trigger", "sendEvent"),
            event(
                "/v2/projects/{project_id}/sdk/events/trigger",
                "sendEventV2",
            ),
            of_user(
                "post",
                "/projects/{project_id}/sdk/actions",
                "loadSource",
                "Load the choices of a field",
            )
            .says("`sourceKey` is one of the integration's `dataSources`. The account is asked at the provider, a page at a time.")
            .names_account()
            .takes(
                "Load",
                json!({ "action": "slack", "sourceKey": "channels" }),
            )
            .gives(
                200,
                "Choices",
                "One page of choices.",
                json!({ "output": { "records": [{ "value": "s-1", "label": "North" }], "nextPageCursor": null } }),
            )
            .fails(&[
                ErrorCode::IntegrationInactive,
                ErrorCode::NotConnected,
                ErrorCode::ProviderRefused,
                ErrorCode::ProviderUnavailable,
            ]),
            of_user(
                "post",
                "/projects/{project_id}/sdk/resources/{resource_id}/connect",
                "connectResource",
                "Connect a resource",
            )
            .says("Always `not_found`."),
            of_user(
                "get",
                "/projects/{project_id}/triggers",
                "listTriggers",
                "List triggers",
            )
            .query("integrations", false, "Types, separated by commas.")
            .gives(200, "Triggers", "None.", json!({ "triggers": {} })),
        ],
    }
}
