//! One operation of the document, put together word by word.

use std::collections::BTreeMap;

use app::contract::ErrorCode;
use serde_json::{Map, Value, json};

use crate::http::error::NOT_PERMITTED;

pub struct Operation {
    pub method: &'static str,
    /// As OpenAPI writes it: `{path}` where axum has `{*path}`.
    pub path: &'static str,
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
    description: &'static str,
    /// The security scheme that is asked for.
    caller: Option<&'static str>,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: BTreeMap<u16, Value>,
    errors: BTreeMap<u16, Vec<ErrorCode>>,
}

/// An operation that asks for a user token, below a project.
pub fn of_user(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    let open = of_anybody(method, path, id, summary);
    let open = Operation {
        caller: Some("userToken"),
        ..open
    };
    open.fails(&[
        ErrorCode::TokenInvalid,
        ErrorCode::NotFound,
        ErrorCode::TooManyRequests,
    ])
}

/// An operation that asks for an API key, below a project.
pub fn of_backend(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    let open = of_anybody(method, path, id, summary);
    let open = Operation {
        caller: Some("apiKey"),
        ..open
    };
    let codes = [
        ErrorCode::TokenInvalid,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
    ];
    open.fails(&codes)
}

pub fn of_anybody(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation {
        method,
        path,
        id,
        tag: "",
        summary,
        description: "",
        caller: None,
        parameters: Vec::new(),
        body: None,
        answers: BTreeMap::new(),
        errors: BTreeMap::new(),
    }
}

/// What the parts of a path are.
fn path_parameter(name: &str) -> Value {
    let text = match name {
        "project_id" => "The project id: one environment of a project.",
        "integration_id" => "The integration's id.",
        "integration_type" => "The integration's type, such as `slack`.",
        "credential_id" => "The account: its id, its external id, or `ext:` and that.",
        "link_id" => "The link's id.",
        "path" => "Below the provider's address, with its query.",
        "session_id" => "The id under which the SDK began the flow.",
        "workflow_id" => "A workflow's id.",
        "resource_id" => "A resource's id.",
        _ => "",
    };
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": text,
        "schema": { "type": "string" },
    })
}

pub fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn content(schema: &Value, example: &Value) -> Value {
    let mut media = json!({ "schema": schema });
    if !example.is_null() {
        media["example"] = example.clone();
    }
    json!({ "application/json": media })
}

impl Operation {
    pub fn tagged(mut self, tag: &'static str) -> Self {
        self.tag = tag;
        self
    }

    pub fn says(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    pub fn query(self, name: &'static str, required: bool, text: &'static str) -> Self {
        self.parameter("query", name, required, text)
    }

    pub fn header(self, name: &'static str, text: &'static str) -> Self {
        self.parameter("header", name, false, text)
    }

    /// Which of several accounts is meant.
    pub fn names_account(self) -> Self {
        self.header(
            "X-Paragon-Credential",
            "The account: its id, its external id, or `ext:` and that. Left out: the oldest one.",
        )
    }

    /// Which of an account's sets of settings is meant.
    pub fn names_configuration(self) -> Self {
        self.header(
            "X-Paragon-Configuration-Id",
            "The configuration: its id, its external id, or `ext:` and that. Left out: the default one.",
        )
    }

    fn parameter(
        mut self,
        place: &'static str,
        name: &'static str,
        required: bool,
        text: &'static str,
    ) -> Self {
        self.parameters.push(json!({
            "name": name,
            "in": place,
            "required": required,
            "description": text,
            "schema": { "type": "string" },
        }));
        self
    }

    pub fn takes(mut self, schema: &str, example: Value) -> Self {
        self.body = Some(json!({
            "required": true,
            "content": content(&reference(schema), &example),
        }));
        self.fails(&[ErrorCode::InvalidInput, ErrorCode::TooLarge])
    }

    /// Any body, which is passed on.
    pub fn takes_anything(mut self) -> Self {
        self.body = Some(json!({ "content": { "*/*": { "schema": {} } } }));
        self
    }

    pub fn gives(self, status: u16, schema: &str, text: &'static str, example: Value) -> Self {
        let content = content(&reference(schema), &example);
        self.answers(status, json!({ "description": text, "content": content }))
    }

    pub fn gives_list(self, schema: &str, text: &'static str, example: Value) -> Self {
        let list = json!({ "type": "array", "items": reference(schema) });
        let content = content(&list, &example);
        self.answers(200, json!({ "description": text, "content": content }))
    }

    /// One of several shapes.
    pub fn gives_one_of(self, shapes: Value, text: &'static str, example: Value) -> Self {
        let content = content(&json!({ "oneOf": shapes }), &example);
        self.answers(200, json!({ "description": text, "content": content }))
    }

    /// An answer that is no JSON.
    pub fn gives_text(self, status: u16, kind: &'static str, text: &'static str) -> Self {
        let content = json!({ kind: { "schema": { "type": "string" } } });
        self.answers(status, json!({ "description": text, "content": content }))
    }

    pub fn gives_nothing(self, status: u16, text: &'static str) -> Self {
        self.answers(status, json!({ "description": text }))
    }

    fn answers(mut self, status: u16, answer: Value) -> Self {
        self.answers.insert(status, answer);
        self
    }

    pub fn fails(mut self, codes: &[ErrorCode]) -> Self {
        for code in codes {
            let codes = self.errors.entry(code.status()).or_default();
            if !codes.contains(code) {
                codes.push(*code);
            }
        }
        self
    }

    pub fn document(self) -> Value {
        let mut parameters: Vec<Value> = names_in(self.path).map(path_parameter).collect();
        parameters.extend(self.parameters);
        let mut responses: Map<String, Value> = self
            .answers
            .into_iter()
            .map(|(status, answer)| (status.to_string(), answer))
            .collect();
        for (status, codes) in self.errors {
            responses.insert(status.to_string(), refusal(status, &codes));
        }
        let failure = json!({ "$ref": "#/components/responses/Failure" });
        responses.insert("default".to_owned(), failure);
        let mut operation = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "responses": responses,
        });
        let mut add = |name: &str, value: Value| operation[name] = value;
        if !self.description.is_empty() {
            add("description", self.description.into());
        }
        if !parameters.is_empty() {
            add("parameters", parameters.into());
        }
        if let Some(body) = self.body {
            add("requestBody", body);
        }
        if let Some(caller) = self.caller {
            add("security", json!([{ caller: [] }]));
        }
        operation
    }
}

fn names_in(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
}

fn refusal(status: u16, codes: &[ErrorCode]) -> Value {
    let names: Vec<String> = codes
        .iter()
        .map(|code| format!("`{}`", code.as_str()))
        .collect();
    let own = codes[0].as_str();
    let (code, meta) = match status {
        403 => (NOT_PERMITTED, json!({ "code": own })),
        _ => (own, json!({})),
    };
    let example = json!({
        "code": code,
        "message": sentence(codes[0]),
        "status": status,
        "meta": meta,
    });
    json!({
        "description": names.join(", "),
        "content": content(&reference("Error"), &example),
    })
}

/// What a caller reads, for an example.
fn sentence(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::TokenInvalid => "The user token is not valid for this project.",
        ErrorCode::Forbidden => {
            "The user token lacks the permission \"proxy\" here. Ask the people who run the app."
        }
        ErrorCode::NotFound => "There is no such integration.",
        ErrorCode::IntegrationInactive => "Slack is not active in this project.",
        ErrorCode::NotConnected => "This user has not connected Slack. Call connect first.",
        ErrorCode::InvalidInput => "The body is not the JSON that this call takes.",
        ErrorCode::TooLarge => "The body is larger than this call takes. Send less.",
        ErrorCode::TooManyRequests => "Too many requests. Wait 2 seconds, then go on more slowly.",
        ErrorCode::FlowEnded => "The sign-in took too long. Start again from the app.",
        ErrorCode::ProviderRefused => "The provider refused: invalid_api_key",
        _ => "Something went wrong. Try again in a moment.",
    }
}
