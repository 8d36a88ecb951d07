//! Webhooks of an environment, and the API keys with which its back end reads events.

use leptos::prelude::*;
use leptos_meta::Title;

use super::place::use_project_id;
use crate::{
    components::{EmptyState, Glyph, Icon, Load, Status, Tone},
    contract::webhook::{EndpointRow, EndpointState},
    server_fns::webhooks::webhooks,
};

mod add;
mod api_keys;
pub mod fresh;

use fresh::{Fresh, Shown};

#[component]
pub fn WebhooksPage() -> impl IntoView {
    let project_id = use_project_id();
    let page = Resource::new(move || project_id.get(), webhooks);
    let refetch = Callback::new(move |()| page.refetch());
    // Outside of what is fetched: a new secret stays in sight while the lists renew themselves.
    let shown = RwSignal::new(None::<Shown>);
    view! {
        <Title text="Webhooks" />
        <div class="page-head">
            <h1>"Webhooks"</h1>
        </div>
        <Fresh shown />
        <Load resource=page let:page>
            {if page.endpoints.is_empty() {
                view! {
                    <EmptyState
                        glyph=Glyph::Send
                        title="No webhooks yet"
                        text="A webhook is an address of your back end. Patchbay tells it what becomes of connections: that one needs its user again, for example. Each message is signed, and sent again until it arrives."
                    />
                }.into_any()
            } else {
                view! { <List rows=page.endpoints.clone() project_id=project_id.get_untracked() /> }.into_any()
            }}
            <add::AddCard project_id=project_id.get_untracked() shown refetch first=page.endpoints.is_empty() />
            <api_keys::ApiKeysCard
                keys=page.api_keys.clone()
                feed_url=page.feed_url.clone()
                project_id=project_id.get_untracked()
                shown
                refetch
            />
        </Load>
    }
    .into_any()
}

/// How a state looks, and what it is called.
pub fn state_of(row: &EndpointRow) -> (Tone, &'static str) {
    match row.state {
        EndpointState::Enabled => (Tone::Ok, "Enabled"),
        EndpointState::Failing => (Tone::Warn, "Failing"),
        EndpointState::Disabled => (Tone::Idle, "Disabled"),
        EndpointState::Gone => (Tone::Danger, "Disabled: it answered 410"),
        EndpointState::GivenUp => (Tone::Danger, "Disabled: failed for 5 days"),
    }
}

/// What is sent there, in a few words.
pub fn types_of(row: &EndpointRow) -> String {
    match &row.types {
        None => "All events".to_owned(),
        Some(types) => {
            let names: Vec<&str> = types.iter().map(|known| known.as_str()).collect();
            names.join(", ")
        }
    }
}

#[component]
fn List(rows: Vec<EndpointRow>, project_id: String) -> impl IntoView {
    let row = move |row: EndpointRow| {
        let href = format!("/dashboard/{project_id}/webhooks/{}", row.endpoint_id);
        let (tone, word) = state_of(&row);
        let types = types_of(&row);
        view! {
            <tr>
                <th scope="row" class="recipient">
                    <a href=href>{row.url}</a>
                    <span class="account-name">{types}</span>
                </th>
                <td>
                    <Status tone>{word}</Status>
                    {row.since.map(|since| view! { <p class="reason">"Since " {since}</p> })}
                </td>
                <td class="chevron"><Icon glyph=Glyph::ChevronRight /></td>
            </tr>
        }
    };
    view! {
        <div class="table-frame">
            <table class="table table-tight rows-lead">
                <caption class="visually-hidden">"Webhooks of this environment"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Address and events"</th>
                        <th scope="col">"State"</th>
                        <td class="chevron"></td>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
