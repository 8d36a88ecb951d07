//! `/embed-check/{projectId}`: what in a page would keep the portal out of it. For operators; rendered
//! here alone, so that nobody downloads it.

use std::fmt::Write;

use app::pages::portal::language::Language;
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    AppState, dashboard,
    error::{RestError, public},
    html::{Page, escape},
    same_origin,
    sdk::caller,
};
use crate::{
    access::Staff,
    domain::embedding::{Finding, Subject, Weight},
    use_cases::{
        embed_check::{self, Report},
        projects,
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    address: String,
    /// Of the page's answer, a line each, in place of a look.
    headers: String,
}

/// `GET`: the question.
pub async fn page(
    State(state): State<AppState>,
    Path(project): Path<String>,
    headers: HeaderMap,
) -> Response {
    match staff(&state, &project, &headers).await {
        Ok(_) => draw(&project, &Asked::default(), StatusCode::OK, ""),
        Err(elsewhere) => elsewhere,
    }
}

/// `POST`: the question with its answer.
pub async fn check(
    State(state): State<AppState>,
    Path(project): Path<String>,
    headers: HeaderMap,
    Form(asked): Form<Asked>,
) -> Response {
    if let Err(refusal) = same_origin::check(&headers, &state.services.public_url) {
        return (StatusCode::FORBIDDEN, axum::Json(refusal)).into_response();
    }
    let staff = match staff(&state, &project, &headers).await {
        Ok(staff) => staff,
        Err(elsewhere) => return elsewhere,
    };
    let id = match caller::project(&project) {
        Ok(id) => id,
        Err(error) => return RestError(error).into_response(),
    };
    let pasted = Some(asked.headers.as_str()).filter(|text| !text.trim().is_empty());
    let report = embed_check::run(&state.services, staff.reader(), id, &asked.address, pasted);
    match report.await {
        Ok(report) => draw(&project, &asked, StatusCode::OK, &found(&report)),
        Err(error) => {
            let error = public(&error);
            let status = StatusCode::from_u16(error.code.status());
            let told = format!("<p role=\"alert\">{}</p>", escape(&error.message));
            draw(&project, &asked, status.unwrap_or_default(), &told)
        }
    }
}

/// The operator, of a project that there is.
async fn staff(state: &AppState, project: &str, headers: &HeaderMap) -> Result<Staff, Response> {
    let Some(staff) = dashboard::staff(state, headers).await else {
        let path = format!("/sign-in?next=/embed-check/{}", escape(project));
        return Err(Redirect::to(&path).into_response());
    };
    let rows = projects::list(&state.services, staff.reader()).await;
    let rows = rows.map_err(|error| RestError(error).into_response())?;
    let known = |row: &app::contract::dashboard::EnvironmentRow| row.project_id == project;
    if rows.iter().any(|row| row.environments.iter().any(known)) {
        Ok(staff)
    } else {
        Err(RestError(crate::use_cases::Error::NotFound("project")).into_response())
    }
}

fn draw(project: &str, asked: &Asked, status: StatusCode, answer: &str) -> Response {
    let project = escape(project);
    let body = format!(
        "<div class=\"wide\"><h1>Embed check</h1>\
         <p>A page's headers decide whether the portal comes up in it: the content security policy, the \
         opener policy, permissions. This server looks at them and says what to change.</p>\
         <form method=\"post\" action=\"/embed-check/{project}\">\
         <label for=\"address\">Address of the page</label>\
         <input id=\"address\" name=\"address\" type=\"url\" required value=\"{}\" \
         placeholder=\"https://app.example.com/settings\" autocomplete=\"off\" spellcheck=\"false\">\
         <label for=\"headers\">Its response headers (optional)</label>\
         <textarea id=\"headers\" name=\"headers\" rows=\"3\" spellcheck=\"false\" \
         aria-describedby=\"headers-help\">{}</textarea>\
         <p id=\"headers-help\">For a page on your own machine or behind a sign-in, which this server cannot \
         see: copy them from the network tab of your browser, or from curl -I.</p>\
         <p class=\"actions\"><button value=\"allow\">Check</button></p></form>{answer}\
         <p><a href=\"/dashboard/{project}/sdk\">Back to the dashboard</a></p></div>",
        escape(&asked.address),
        escape(&asked.headers),
    );
    Page {
        status,
        language: Language::English,
        title: "Embed check",
        body: &body,
        script: None,
    }
    .into_response()
}

fn found(report: &Report) -> String {
    let mut html = format!(
        "<h2>What was found</h2><p><code>{}</code></p>",
        escape(&report.address)
    );
    if report.findings.iter().all(|one| one.weight == Weight::Note) {
        html += "<p role=\"status\">This page can embed the portal.</p>";
    }
    for finding in &report.findings {
        html += &one(finding);
    }
    html
}

fn one(finding: &Finding) -> String {
    let (weight, word) = match finding.weight {
        Weight::Breaks => ("breaks", "Breaks"),
        Weight::Degrades => ("degrades", "Costs something"),
        Weight::Note => ("note", "To know"),
    };
    let mut html = format!(
        "<section class=\"finding\" data-weight=\"{weight}\"><p class=\"weight\">{word}</p><h3>{}</h3><p>{}</p>",
        escape(&finding.title),
        escape(&finding.why),
    );
    if let Some(line) = &finding.fix {
        // A string takes every write.
        let _ = write!(
            html,
            "<p>{}:</p><pre tabindex=\"0\"><code>{}</code></pre>",
            escape(place(finding.subject)),
            escape(line),
        );
    }
    html + "</section>"
}

/// Where the line goes.
fn place(subject: Subject) -> &'static str {
    match subject {
        Subject::Origin => "Add this under Settings, Allowed origins",
        Subject::Frame | Subject::Connect | Subject::Sandbox => {
            "In the page's Content-Security-Policy, in place of the directive of that name"
        }
        Subject::Script => "In the page, or in its Content-Security-Policy",
        Subject::ReportOnly => "In the policy that is only reported",
        Subject::Opener => "In place of the page's header",
        Subject::Clipboard => "In the page's Permissions-Policy",
        Subject::MixedContent | Subject::Status => "At this Patchbay",
    }
}
