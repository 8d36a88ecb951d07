//! One webhook: whether it works, its secret, and what became of each event.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    place::{Section, use_param, use_project_id},
    webhooks::{
        fresh::{Fresh, Shown},
        state_of, types_of,
    },
};
use crate::{
    components::{
        Alert, Button, ButtonKind, Card, ConfirmDialog, Glyph, Icon, Load, Notice, Problem, Status,
        Tone, browser::go, on_result,
    },
    contract::webhook::{EndpointDetail, EndpointState},
    server_fns::webhooks::{enable_webhook, remove_webhook, rotate_webhook, webhook},
};

mod deliveries;

#[component]
pub fn WebhookPage() -> impl IntoView {
    let project_id = use_project_id();
    let endpoint_id = use_param("endpoint_id");
    let detail = Resource::new(
        move || (project_id.get(), endpoint_id.get()),
        |(project_id, endpoint_id)| webhook(project_id, endpoint_id),
    );
    let refetch = Callback::new(move |()| detail.refetch());
    let shown = RwSignal::new(None::<Shown>);
    // Here, where it outlives the table: that is made anew by the very replay that it tells of.
    let sent = RwSignal::new(None::<u32>);
    view! {
        <a class="back" href=move || Section::Webhooks.path(&project_id.read())>
            <Icon glyph=Glyph::ArrowLeft />
            "Webhooks"
        </a>
        <Fresh shown />
        <Load resource=detail let:detail>
            <Detail detail project_id=project_id.get_untracked() shown sent refetch />
        </Load>
    }
    .into_any()
}

#[component]
fn Detail(
    detail: EndpointDetail,
    project_id: String,
    shown: RwSignal<Option<Shown>>,
    sent: RwSignal<Option<u32>>,
    refetch: Callback<()>,
) -> impl IntoView {
    let EndpointDetail {
        row,
        former_until,
        deliveries,
    } = detail;
    let enabled = matches!(row.state, EndpointState::Enabled | EndpointState::Failing);
    let (tone, word) = state_of(&row);
    let (id, types) = (row.endpoint_id.clone(), types_of(&row));
    let since = row.since.clone();
    view! {
        <Title text="Webhook" />
        <div class="page-head">
            <div class="endpoint">
                <h1>{row.url}</h1>
                <p class="muted">{types}</p>
            </div>
            <div class="activation">
                <Status tone>{word}</Status>
                <Switch project_id=project_id.clone() id=id.clone() enabled refetch />
            </div>
        </div>
        {since.filter(|_| row.state != EndpointState::Disabled).map(|since| view! { <Trouble enabled since /> })}
        <deliveries::DeliveriesCard deliveries enabled project_id=project_id.clone() id=id.clone() sent refetch />
        <SecretCard project_id=project_id.clone() id=id.clone() former_until shown refetch />
        <RemoveCard project_id id />
    }
    .into_any()
}

#[component]
fn Trouble(enabled: bool, since: String) -> impl IntoView {
    let text = if enabled {
        format!(
            "Nothing has arrived since {since}. After five days of failures the webhook is disabled."
        )
    } else {
        format!(
            "Disabled {since}. Once its address takes events again, enable it and replay what was missed."
        )
    };
    view! { <Notice tone=Tone::Warn>{text}</Notice> }.into_any()
}

/// Enable and disable.
#[component]
fn Switch(project_id: String, id: String, enabled: bool, refetch: Callback<()>) -> impl IntoView {
    let problem = Problem::new(None);
    let send = Action::new(move |(): &()| enable_webhook(project_id.clone(), id.clone(), !enabled));
    on_result(send, problem, move |_| refetch.run(()));
    let press = move |_| {
        if !send.pending().get_untracked() {
            send.dispatch(());
        }
    };
    let kind = if enabled {
        ButtonKind::Secondary
    } else {
        ButtonKind::Primary
    };
    view! {
        <Button kind busy=send.pending() on:click=press>
            {if enabled { "Disable" } else { "Enable" }}
        </Button>
        {move || problem.get().map(|problem| view! { <Alert>{problem.message}</Alert> })}
    }
    .into_any()
}

#[component]
fn SecretCard(
    project_id: String,
    id: String,
    former_until: Option<String>,
    shown: RwSignal<Option<Shown>>,
    refetch: Callback<()>,
) -> impl IntoView {
    let problem = Problem::new(None);
    let rotate = Action::new(move |(): &()| rotate_webhook(project_id.clone(), id.clone()));
    on_result(rotate, problem, move |fresh| {
        shown.set(Some(Shown::of_webhook(fresh.secret)));
        refetch.run(());
    });
    let press = move |_| {
        if !rotate.pending().get_untracked() {
            rotate.dispatch(());
        }
    };
    let note = match former_until {
        Some(until) => format!("The secret before it signs as well until {until}."),
        None => "For a day the old one signs as well, so nothing is refused meanwhile.".to_owned(),
    };
    view! {
        <Card
            title="Signing secret"
            text="Each message carries webhook-id, webhook-timestamp and webhook-signature, as Standard Webhooks describes them."
        >
            {move || problem.get().map(|problem| view! { <Alert>{problem.message}</Alert> })}
            <div class="form-foot">
                <Button icon=Glyph::Refresh busy=rotate.pending() on:click=press>
                    "Replace the secret"
                </Button>
                <p class="muted">{note}</p>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn RemoveCard(project_id: String, id: String) -> impl IntoView {
    let open = RwSignal::new(false);
    let problem = Problem::new(None);
    let back = Section::Webhooks.path(&project_id);
    let remove = Action::new(move |(): &()| remove_webhook(project_id.clone(), id.clone()));
    on_result(remove, problem, move |()| go(&back));
    let error = Signal::derive(move || problem.get().map(|problem| problem.message));
    let ask = move |_| {
        problem.set(None);
        open.set(true);
    };
    view! {
        <Card title="Remove" text="Nothing more is sent there, and what became of earlier events is forgotten.">
            <div class="form-foot">
                <Button icon=Glyph::Trash on:click=ask>"Remove webhook"</Button>
            </div>
        </Card>
        <ConfirmDialog
            open
            title="Remove this webhook?"
            confirm="Remove"
            busy=remove.pending()
            error
            on_confirm=move |()| { remove.dispatch(()); }
        >
            <p>"Events that are on their way there are not delivered. Your back end can still read them with an API key."</p>
        </ConfirmDialog>
    }
    .into_any()
}
