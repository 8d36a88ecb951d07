//! Flows in a window of the browser.

use app::contract::ErrorCode;
use serde_json::json;

use super::{
    super::{
        examples,
        operation::{Operation, of_anybody, of_user},
    },
    Part,
};

const SESSION: &str = "/projects/{project_id}/sdk/actions/session-id/{session_id}";

pub fn part() -> Part {
    Part {
        name: "Windows",
        about: "How SDKs have a person authorise in a window. Only the browser that began a flow can finish it: its cookie is checked before the code is sent anywhere.",
        operations: vec![
            begun(of_anybody(
                "get",
                "/v2/projects/{project_id}/sdk/actions/build-oauth",
                "beginFlow",
                "Begin a flow",
            ))
            .gives(
                200,
                "Address",
                "Where the window goes.",
                json!({ "redirectUrl": "https://connect.example.com/connect/handoff#FLOW.TICKET" }),
            )
            .fails(&[
                ErrorCode::TokenInvalid,
                ErrorCode::NotFound,
                ErrorCode::Forbidden,
                ErrorCode::OriginNotAllowed,
                ErrorCode::InvalidInput,
                ErrorCode::IntegrationInactive,
            ]),
            begun(of_anybody(
                "get",
                "/projects/{project_id}/sdk/actions/build-oauth",
                "beginFlowInWindow",
                "Begin a flow, as the window's own page",
            ))
            .gives_nothing(303, "To the page that goes on to the provider.")
            .gives_text(422, "text/html", "A page that says why not. Its status goes with the reason."),
            of_anybody(
                "get",
                "/projects/{project_id}/sdk/actions/oauth-nonce",
                "waitInWindow",
                "The window's first page",
            )
            .says("Tells its opener that it is there. The token in its address is not looked at.")
            .query("integrationId", false, "The integration that is named to the person.")
            .query("originForPostMessage", true, "The opener: one of the allowed origins.")
            .gives_text(200, "text/html", "A page that waits to be sent on.")
            .gives_text(403, "text/html", "The opener is not allowed."),
            of_user("get", SESSION, "getFlowOutcome", "Ask how a flow ended").gives(
                200,
                "SessionOutcome",
                "The outcome, or nothing yet.",
                json!({ "connectCredentialId": examples::CREDENTIAL }),
            ),
            of_user("delete", SESSION, "forgetFlow", "Ask no more")
                .gives_nothing(204, "The flow ends by itself."),
            of_anybody(
                "get",
                "/oauth/callback/{integration_id}",
                "finishFlow",
                "The redirect URI of an integration",
            )
            .says("The provider sends the person here. The answer is a page that says what happened and closes itself.")
            .query("state", true, "Of the flow; used once.")
            .query("code", false, "The authorization code.")
            .query("iss", false, "Who answers (RFC 9207).")
            .query("error", false, "Why there is no code.")
            .gives_text(200, "text/html", "Connected.")
            .gives_text(410, "text/html", "Not connected: the flow is over, or another browser began it."),
            of_anybody("get", "/connect/window", "openWindow", "The portal's window")
                .says("Takes its ticket from its opener, a page of this origin, and from nobody else.")
                .gives_text(200, "text/html", "A page that goes on to the provider."),
            ticket("/connect/window/begin", "takeTicket", "Use a ticket up")
                .says("For this origin's own pages. The flow is this browser's from here on.")
                .gives(
                    200,
                    "Address",
                    "Where the person authorises. Sets the flow's cookie.",
                    json!({ "redirectUrl": "https://provider.example/authorize?client_id=acme" }),
                ),
            of_anybody("get", "/connect/handoff", "handOff", "The page between an SDK's window and the provider")
                .says("Goes on when the page behind the window has the same user signed in, or when the person confirms.")
                .gives_text(200, "text/html", "A page that asks."),
            ticket("/connect/handoff/describe", "describeTicket", "Who is about to connect what")
                .says("For this origin's own pages.")
                .gives(
                    200,
                    "Handoff",
                    "What the person is asked about.",
                    json!({
                        "provider": "Slack",
                        "app": "Acme",
                        "userId": "user-1",
                        "userName": "Ada",
                        "origin": "https://app.example.com",
                    }),
                ),
        ],
    }
}

fn begun(operation: Operation) -> Operation {
    operation
        .says("The user token comes in the header or, since a window sends none, in the query. It proves nothing of who is in front of the browser.")
        .query("userToken", false, "The user token, where there is no header.")
        .query("integrationId", true, "The integration's id.")
        .query("originForPostMessage", true, "The page that is told the outcome: one of the allowed origins.")
        .query("oauthMetaKeyId", false, "An id of the SDK's own, under which it asks for the outcome.")
        .query("sessionId", false, "What older SDKs call it.")
        .query("installOptions", false, "JSON; see InstallOptions.")
        .query("endUserSuppliedValues", false, "JSON: name to value of what is asked before.")
        .query("redirectUrl", false, "A page of the app's own that takes the code: one of the integration's list.")
}

fn ticket(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    of_anybody("post", path, id, summary)
        .takes(
            "Ticket",
            json!({ "flowId": examples::FLOW, "ticket": "TICKET" }),
        )
        .fails(&[
            ErrorCode::CrossSite,
            ErrorCode::NotFound,
            ErrorCode::FlowEnded,
        ])
}
