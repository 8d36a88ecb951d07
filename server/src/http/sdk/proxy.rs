//! `ANY /projects/{id}/sdk/proxy/{type}/{path}`: a call to a connected account.

mod body;
mod wrap;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    ports::provider::Outgoing,
    use_cases::{
        Error, Result,
        proxy::{self, Addressee},
    },
};

const SANDBOXED: HeaderValue =
    HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");
/// Stands in for the path: a path, or a whole URL below the provider's address.
const URL: HeaderName = HeaderName::from_static("x-paragon-proxy-url");

/// As logs and the API's document name it.
pub const ROUTE: &str = "/projects/{project_id}/sdk/proxy/{integration_type}/{*path}";

/// Whether a path is one of the proxy's.
pub fn is_meant(path: &str) -> bool {
    split(path).is_some()
}

pub async fn handler(
    State(state): State<AppState>,
    request: Request,
) -> std::result::Result<Response, RestError> {
    let path = request.uri().path();
    let (project_id, integration_type, rest) = split(path).ok_or(Error::NotFound("page"))?;
    let project = caller::project(project_id)?;
    let integration_type = integration_type.to_owned();
    let path_and_query = match request.uri().query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    };
    let token = caller::token(request.headers())?;
    let (user, snapshot) = caller::recent(&state, project, &token).await?;
    let selector = caller::selector(request.headers());
    let url = url(request.headers())?;
    let (mut parts, body) = request.into_parts();
    let wraps = wrap::is_wanted(&parts.headers);
    if wraps {
        wrap::ask_plain(&mut parts.headers);
    }
    let body = body::take(&mut parts, body).await?;
    let method = parts.method.clone();
    let outgoing = Outgoing {
        method: parts.method,
        path_and_query,
        headers: parts.headers,
        body,
    };
    let to = Addressee {
        integration_type: &integration_type,
        selector: &selector,
        url: url.as_deref(),
    };
    let incoming = proxy::run(&state.services, &snapshot, &user, to, outgoing).await?;
    let status = incoming.status;
    let (headers, body) = if wraps {
        wrap::wrap(&method, incoming)
    } else {
        (incoming.headers, Body::new(incoming.body))
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    // What a provider answers is never a page of this origin.
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, SANDBOXED);
    Ok(response)
}

/// Project, integration type, and what follows, as it was written.
fn split(path: &str) -> Option<(&str, &str, &str)> {
    let rest = path.strip_prefix("/projects/")?;
    let (project, rest) = rest.split_at(rest.find('/')?);
    let rest = rest.strip_prefix("/sdk/proxy/")?;
    let (integration_type, rest) = rest.split_once('/').unwrap_or((rest, ""));
    (!project.is_empty() && !integration_type.is_empty()).then_some((
        project,
        integration_type,
        rest,
    ))
}

fn url(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = headers.get(&URL) else {
        return Ok(None);
    };
    match value.to_str() {
        Ok(text) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
        _ => Err(Error::invalid(
            "X-Paragon-Proxy-Url",
            "Give a path or a URL in ASCII.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_path_of_the_proxy_is_told_from_others() {
        let whole = split("/projects/p/sdk/proxy/slack/api/a%2Fb//c/");
        assert_eq!(whole, Some(("p", "slack", "api/a%2Fb//c/")));
        assert_eq!(
            split("/projects/p/sdk/proxy/slack"),
            Some(("p", "slack", ""))
        );
        for path in [
            "/projects/p/sdk/proxy/",
            "/projects/p/sdk/proxy",
            "/projects//sdk/proxy/slack",
            "/projects/p/q/sdk/proxy/slack",
            "/projects/p/sdk/me/sdk/proxy/slack",
            "/v2/projects/p/sdk/proxy/slack",
        ] {
            assert_eq!(split(path), None, "{path}");
        }
    }
}
