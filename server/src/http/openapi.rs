//! The API's document (OpenAPI 3.1): what every route takes and answers. It is put together here, and
//! a test holds it against the routes and against real answers.

mod examples;
mod operation;
mod operations;
pub mod page;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::AppState;

const SCHEMAS: &str = include_str!("openapi/schemas.json");

const ABOUT: &str = "Every call that is made for a user carries a user token: a JWT that your server signs, \
or the token of an identity provider that the project trusts. Your back end calls with an API key. Answers are JSON. An error has a code of a closed \
list and one sentence that says what to do. Any page may call: no cookie is looked at.";

const TOKEN: &str = "A JWT, RS256, with `sub`, `iat` and `exp`, signed with a key of the project; or a token \
of an identity provider that was added to it, with the audience that was named there.";

const KEY: &str = "A key of the project, for your back end only: `patchbay api-key create`, or the dashboard. \
Each has scopes.";

/// `GET /openapi.json`
pub async fn handler(State(state): State<AppState>) -> Response {
    let any = HeaderValue::from_static("*");
    let headers = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, any)];
    (headers, Json(document(&state.services.url("")))).into_response()
}

/// The document of the server at `url`.
pub fn document(url: &str) -> Value {
    let parts = operations::parts();
    let tags: Vec<Value> = parts
        .iter()
        .map(|part| json!({ "name": part.name, "description": part.about }))
        .collect();
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Patchbay",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": url }],
        "tags": tags,
        "paths": paths(parts),
        "components": {
            "securitySchemes": {
                "userToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": TOKEN,
                },
                "apiKey": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "pb_{id}_{secret}",
                    "description": KEY,
                },
            },
            "responses": {
                "Failure": {
                    "description": "`internal` (500) and `unavailable` (503) can come of any call. Nothing was changed.",
                    "content": {
                        "application/json": { "schema": operation::reference("Error") },
                    },
                },
            },
            "schemas": serde_json::from_str::<Value>(SCHEMAS).expect("the schemas are JSON"),
        },
    })
}

fn paths(parts: Vec<operations::Part>) -> Map<String, Value> {
    let mut paths = Map::new();
    for part in parts {
        for operation in part.operations {
            let (path, method) = (operation.path.to_owned(), operation.method);
            let item = paths.entry(path).or_insert_with(|| json!({}));
            item[method] = operation.tagged(part.name).document();
        }
    }
    paths
}
