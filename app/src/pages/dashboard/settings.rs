//! Settings of an environment: the pages that may embed the portal.

use leptos::prelude::*;
use leptos_meta::Title;

use super::place::use_project_id;
use crate::{
    components::{
        Button, ButtonKind, Card, ConfirmDialog, Form, FormValues, Glyph, Load, Notice, Problem,
        TextInput, Tone, field_error, on_result,
    },
    contract::dashboard::Origins,
    server_fns::settings::{add_origin, origins, remove_origin},
    validate,
};

#[component]
pub fn SettingsPage() -> impl IntoView {
    let project_id = use_project_id();
    let origins = Resource::new(move || project_id.get(), origins);
    view! {
        <Title text="Settings" />
        <div class="page-head">
            <h1>"Settings"</h1>
        </div>
        <Load resource=origins let:origins>
            <OriginsCard origins project_id=project_id.get_untracked() />
        </Load>
    }
    .into_any()
}

#[component]
fn OriginsCard(origins: Origins, project_id: String) -> impl IntoView {
    let loopback_allowed = origins.loopback_allowed;
    let list = RwSignal::new(origins.origins);
    view! {
        <Card
            title="Allowed origins"
            text="Only pages of these origins may show the portal and talk to it. Browsers enforce it."
        >
            <AddOrigin list project_id=project_id.clone() />
            <OriginList list project_id />
            {loopback_allowed.then(|| view! {
                <Notice tone=Tone::Idle>
                    "This is a development environment: pages on your own machine, such as http://localhost:5173, are always allowed."
                </Notice>
            })}
        </Card>
    }
    .into_any()
}

#[component]
fn AddOrigin(list: RwSignal<Vec<String>>, project_id: String) -> impl IntoView {
    let problem = Problem::new(None);
    let input = NodeRef::<leptos::html::Input>::new();
    let send = Action::new(move |origin: &String| add_origin(project_id.clone(), origin.clone()));
    on_result(send, problem, move |fresh: Origins| {
        if let Some(input) = input.get() {
            input.set_value("");
        }
        list.set(fresh.origins);
    });
    let judge = Callback::new(move |value: String| {
        let empty = value.trim().is_empty();
        problem.set(if empty {
            None
        } else {
            validate::origin(&value).err()
        });
    });
    let submit = move |values: FormValues| match validate::origin(&values.get("origin")) {
        Ok(origin) => {
            problem.set(None);
            send.dispatch(origin);
        }
        Err(error) => problem.set(Some(error)),
    };
    view! {
        <Form fields=&["origin"] problem busy=send.pending() on_submit=submit>
            <div class="in-line">
                <TextInput
                    name="origin"
                    label="Origin"
                    kind="url"
                    placeholder="https://app.example.com"
                    required=true
                    error=field_error(problem, "origin")
                    on_blur=judge
                    node_ref=input
                />
                <Button submit=true kind=ButtonKind::Primary busy=send.pending()>"Add origin"</Button>
            </div>
        </Form>
    }
    .into_any()
}

#[component]
fn OriginList(list: RwSignal<Vec<String>>, project_id: String) -> impl IntoView {
    let target = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let problem = Problem::new(None);
    let remove =
        Action::new(move |origin: &String| remove_origin(project_id.clone(), origin.clone()));
    on_result(remove, problem, move |fresh: Origins| {
        open.set(false);
        list.set(fresh.origins);
    });
    let error = Signal::derive(move || problem.get().map(|problem| problem.message));
    let row = move |origin: String| {
        let unseen = format!(" {origin} from the list");
        let this = origin.clone();
        let ask = move |_| {
            problem.set(None);
            target.set(this.clone());
            open.set(true);
        };
        view! {
            <li>
                <code>{origin}</code>
                <Button small=true icon=Glyph::Trash kind=ButtonKind::Quiet on:click=ask>
                    "Remove"<span class="visually-hidden">{unseen}</span>
                </Button>
            </li>
        }
    };
    view! {
        <Show
            when=move || !list.read().is_empty()
            fallback=|| view! { <p class="nothing">"No origin is listed yet."</p> }
        >
            <ul class="lines">
                <For each=move || list.get() key=String::clone children=row />
            </ul>
        </Show>
        <ConfirmDialog
            open
            title="Remove this origin?"
            confirm="Remove"
            busy=remove.pending()
            error
            on_confirm=move |()| { remove.dispatch(target.get_untracked()); }
        >
            <p>"Pages there can no longer show the portal. Connections that exist keep working."</p>
            <p><code>{move || target.get()}</code></p>
        </ConfirmDialog>
    }
    .into_any()
}
