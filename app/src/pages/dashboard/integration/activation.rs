//! Whether users can connect it.

use leptos::prelude::*;

use crate::{
    components::{Alert, Button, ButtonKind, Notice, Problem, Status, Tone, on_result},
    contract::dashboard::IntegrationDetail,
    server_fns::integrations::set_active,
};

/// The state, and the button that changes it.
#[component]
pub fn Activation(detail: RwSignal<IntegrationDetail>, project_id: String) -> impl IntoView {
    let problem = Problem::new(None);
    let send = Action::new(move |active: &bool| {
        let integration_type = detail.read_untracked().row.integration_type.clone();
        set_active(project_id.clone(), integration_type, *active)
    });
    on_result(send, problem, move |fresh| detail.set(fresh));
    let active = Memo::new(move |_| detail.read().row.active);
    // What is active can always be switched off.
    let disabled = Signal::derive(move || !active.get() && detail.read().blocked_by.is_some());
    let press = move |_| {
        if !send.pending().get_untracked() {
            send.dispatch(!active.get_untracked());
        }
    };
    let kind = if active.get_untracked() {
        ButtonKind::Secondary
    } else {
        ButtonKind::Primary
    };
    view! {
        <div class="activation">
            {move || if active.get() {
                view! { <Status tone=Tone::Ok>"Active"</Status> }
            } else {
                view! { <Status tone=Tone::Idle>"Inactive"</Status> }
            }}
            <Button kind busy=send.pending() disabled on:click=press>
                {move || if active.get() { "Deactivate" } else { "Activate" }}
            </Button>
        </div>
        {move || problem.get().map(|problem| view! { <Alert>{problem.message}</Alert> })}
    }
    .into_any()
}

/// Why it cannot be activated yet.
#[component]
pub fn Blocked(detail: RwSignal<IntegrationDetail>) -> impl IntoView {
    move || {
        let detail = detail.read();
        let reason = detail.blocked_by.clone().filter(|_| !detail.row.active);
        reason.map(|reason| view! { <Notice tone=Tone::Warn>{reason}</Notice> })
    }
}
