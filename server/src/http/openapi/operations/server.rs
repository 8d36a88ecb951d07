//! The portal's page, the document itself, and health.

use super::{super::operation::of_anybody, Part};
use serde_json::json;

pub fn portal() -> Part {
    Part {
        name: "Portal",
        about: "What the SDK shows in a frame.",
        operations: vec![
            of_anybody("get", "/ui", "showPortal", "The portal")
                .says("`frame-ancestors` holds the project's allowed origins. Without `integration` it is the frame of the embed protocol's SDK.")
                .query("projectId", false, "The project id.")
                .query("integration", false, "The integration's type.")
                .query("origin", false, "The page around it: one of the allowed origins.")
                .query("lang", false, "A language tag. Left out: what the browser accepts.")
                .gives_text(200, "text/html", "The portal, or why it is not shown."),
            of_anybody("get", "/ui/allows", "mayEmbed", "Whether a page may embed the portal")
                .query("projectId", true, "The project id.")
                .query("origin", true, "The page's origin.")
                .gives_nothing(204, "It may.")
                .gives_nothing(403, "It may not."),
        ],
    }
}

pub fn part() -> Part {
    let ready = "The process answers and so does its database.";
    Part {
        name: "Server",
        about: "Health, and this document.",
        operations: vec![
            of_anybody(
                "get",
                "/health/live",
                "isLive",
                "Whether the process answers",
            )
            .gives_text(200, "text/plain", "It does."),
            of_anybody("get", "/health/ready", "isReady", "Whether it can serve")
                .gives_text(200, "text/plain", ready)
                .gives_text(503, "text/plain", "The database does not answer."),
            of_anybody("get", "/openapi.json", "getDocument", "This document").gives(
                200,
                "Empty",
                "OpenAPI 3.1.",
                json!({ "openapi": "3.1.1" }),
            ),
            of_anybody(
                "get",
                "/docs/api",
                "readDocument",
                "This document, for people",
            )
            .gives_text(200, "text/html", "A page."),
        ],
    }
}
