//! The table of users: a body a user, a row a connection.

use leptos::prelude::*;

use super::disconnect::{Disconnect, Target};
use crate::{
    components::{Button, LogoSize, ProviderLogo, Status, Tone},
    contract::dashboard::{ConnectionRow, ConnectionState, UserRow},
};

#[component]
pub fn UserTable(users: Vec<UserRow>, disconnect: Disconnect) -> impl IntoView {
    view! {
        <div class="table-frame">
            <table class="table table-tight table-stacks">
                <caption class="visually-hidden">"Users and their connections"</caption>
                <thead>
                    <tr>
                        <th scope="col">"User and account"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="since">"Since"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                {users.into_iter().map(|user| view! { <UserBody user disconnect /> }).collect_view()}
            </table>
        </div>
    }
    .into_any()
}

/// The user's row heads the rows of their connections.
#[component]
fn UserBody(user: UserRow, disconnect: Disconnect) -> impl IntoView {
    let UserRow {
        user_id,
        connections,
    } = user;
    let is_bare = connections.is_empty();
    let name = user_id.clone();
    let rows = connections.into_iter().map(|connection| {
        let user_id = user_id.clone();
        view! { <tr><Connection connection user_id disconnect /></tr> }
    });
    view! {
        <tbody>
            <tr>
                <th scope="rowgroup" colspan="4" class="user">{name}</th>
            </tr>
            {rows.collect_view()}
            {is_bare.then(|| view! { <tr><td colspan="4" class="muted">"Nothing connected"</td></tr> })}
        </tbody>
    }
    .into_any()
}

/// The cells of one connection.
#[component]
fn Connection(connection: ConnectionRow, user_id: String, disconnect: Disconnect) -> impl IntoView {
    let ConnectionRow {
        connection_id,
        integration_name,
        logo,
        color,
        account,
        state,
        reason,
        said,
        since,
        ..
    } = connection;
    let (tone, word) = match state {
        ConnectionState::Pending => (Tone::Idle, "Not finished"),
        ConnectionState::Valid if reason.is_some() => (Tone::Warn, "Connected, not renewed"),
        ConnectionState::Valid => (Tone::Ok, "Connected"),
        ConnectionState::Refreshing => (Tone::Idle, "Refreshing"),
        ConnectionState::NeedsReauth => (Tone::Warn, "Needs reconnecting"),
    };
    let unseen = format!(" {integration_name} of {user_id}");
    let target = Target {
        connection_id,
        integration: integration_name.clone(),
        user_id,
    };
    view! {
        <td>
            <span class="named">
                <ProviderLogo name=integration_name.clone() logo color size=LogoSize::Small />
                <span>
                    {integration_name}
                    {account.map(|account| view! { <span class="account-name">{account}</span> })}
                </span>
            </span>
        </td>
        <td class="state">
            <Status tone>{word}</Status>
            {reason.map(|reason| view! { <p class="reason">{reason}</p> })}
            {said.map(|said| view! { <p class="reason said">"The provider said: "<q>{said}</q></p> })}
        </td>
        <td class="since">{since}</td>
        <td class="actions">
            <Button small=true on:click=move |_| disconnect.ask(target.clone())>
                "Disconnect"<span class="visually-hidden">{unseen}</span>
            </Button>
        </td>
    }
    .into_any()
}
