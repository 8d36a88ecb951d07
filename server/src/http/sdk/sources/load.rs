//! `POST /projects/{id}/sdk/actions`: the choices of one source of a definition, a page at a time.

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::HeaderMap,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    ports::provider::Page,
    use_cases::{Error, credential, settings},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Load {
    /// An integration's type.
    action: String,
    #[serde(default)]
    source_key: String,
    #[serde(default)]
    parameters: Vec<Parameter>,
    #[serde(default)]
    pagination_parameters: Pagination,
}

/// `KeyedSource`: what was chosen in another list. Only values are taken.
#[derive(Deserialize)]
struct Parameter {
    #[serde(default)]
    key: String,
    #[serde(default)]
    source: Value,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Pagination {
    /// `0`, `false` or nothing for the first page.
    page_cursor: Value,
    search: Option<String>,
}

#[derive(Serialize)]
pub struct Loaded {
    output: Output,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Output {
    records: Vec<Record>,
    next_page_cursor: Option<String>,
}

#[derive(Serialize)]
struct Record {
    value: String,
    label: String,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<Load>, JsonRejection>,
) -> Result<Json<Loaded>, RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let Json(load) = body.map_err(RestError::of_rejection)?;
    let services = &state.services;
    let set_up = snapshot.usable(&load.action)?;
    let source = set_up
        .definition
        .source(&load.source_key)
        .ok_or(Error::NotFound("data source"))?;
    let selector = caller::selector(&headers);
    let live = credential::usable(services, &snapshot, set_up, &user, &selector).await?;
    let chosen = chosen(&load.parameters, source.parameter.as_deref());
    let page = settings::load(
        services,
        set_up,
        &live,
        source,
        chosen,
        &load.pagination_parameters.page(),
    )
    .await?;
    let record = |choice: crate::domain::definition::Choice| Record {
        value: choice.value,
        label: choice.label,
    };
    Ok(Json(Loaded {
        output: Output {
            records: page.choices.into_iter().map(record).collect(),
            next_page_cursor: page.next,
        },
    }))
}

/// By its name, or the only one there is.
fn chosen<'a>(parameters: &'a [Parameter], name: Option<&str>) -> Option<&'a str> {
    let named = parameters.iter().find(|one| Some(one.key.as_str()) == name);
    named.or(parameters.first())?.source["value"].as_str()
}

impl Pagination {
    fn page(self) -> Page {
        Page {
            search: self.search.filter(|search| !search.is_empty()),
            cursor: match self.page_cursor {
                Value::String(cursor) if !cursor.is_empty() => Some(cursor),
                _ => None,
            },
        }
    }
}
