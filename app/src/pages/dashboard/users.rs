//! Connected users: each connection's state, and disconnecting it.

use std::time::Duration;

use leptos::prelude::*;
use leptos_meta::Title;

use super::place::use_project_id;
use crate::{
    components::{Button, EmptyState, Glyph, Load, SearchInput},
    contract::dashboard::UsersPage as Found,
    server_fns::users::users,
};

mod disconnect;
mod links;
mod table;

/// How long typing must rest before the server is asked.
const REST: Duration = Duration::from_millis(250);

#[component]
pub fn UsersPage() -> impl IntoView {
    let project_id = use_project_id();
    let typed = RwSignal::new(String::new());
    let search = RwSignal::new(String::new());
    let page = RwSignal::new(1_u32);
    let mut settle = debounce(REST, move |text: String| {
        if *search.read_untracked() != text {
            page.set(1);
            search.set(text);
        }
    });
    Effect::new(move |_| settle(typed.get().trim().to_owned()));
    let found = Resource::new(
        move || (project_id.get(), search.get(), page.get()),
        |(project_id, search, page)| users(project_id, search, page),
    );
    let refetch = Callback::new(move |()| found.refetch());
    let disconnect = disconnect::Disconnect::new(project_id, refetch);
    view! {
        <Title text="Users" />
        <div class="page-head">
            <h1>"Users"</h1>
        </div>
        <div class="toolbar">
            <SearchInput label="Search by user ID" value=typed />
        </div>
        <disconnect::Outcome disconnect />
        <Load resource=found let:found>
            {if found.users.is_empty() {
                view! { <NoUsers searched=!search.get_untracked().is_empty() /> }.into_any()
            } else {
                view! {
                    <table::UserTable users=found.users.clone() disconnect />
                    <Pager found page />
                }.into_any()
            }}
        </Load>
        <disconnect::Dialog disconnect />
        <links::LinksCard project_id />
    }
    .into_any()
}

#[component]
fn NoUsers(searched: bool) -> impl IntoView {
    if searched {
        view! { <p class="nothing" role="status">"No user fits. Search for another part of the ID."</p> }.into_any()
    } else {
        view! {
            <EmptyState
                glyph=Glyph::Users
                title="No connected users yet"
                text="A user appears here once they connect an account in the portal. Their ID is the one that your server signs into the user token."
            />
        }
        .into_any()
    }
}

/// Which part of the list is shown, and the way to the others.
#[component]
fn Pager(found: Found, page: RwSignal<u32>) -> impl IntoView {
    let Found {
        users,
        total,
        page: current,
        page_size,
    } = found;
    let shown = u32::try_from(users.len()).unwrap_or(u32::MAX);
    let first = (current.max(1) - 1) * page_size + 1;
    let last = first + shown - 1;
    let is_last = last >= total;
    view! {
        <div class="pager">
            <p class="muted">{format!("{first}–{last} of {total} users")}</p>
            {(current > 1 || !is_last).then(|| view! {
                <Button small=true disabled=current <= 1 on:click=move |_| page.set(current - 1)>
                    "Previous"
                </Button>
                <Button small=true disabled=is_last on:click=move |_| page.set(current + 1)>
                    "Next"
                </Button>
            })}
        </div>
    }
    .into_any()
}
