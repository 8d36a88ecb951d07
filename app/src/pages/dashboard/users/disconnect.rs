//! Disconnecting: the question, the call, and what became of the grant.

use leptos::{html, prelude::*};

use crate::{
    components::{ConfirmDialog, Notice, Tone},
    contract::{
        ApiError,
        connect::{Disconnected, Revocation},
    },
    server_fns::users::disconnect_user,
};

/// The connection that is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub connection_id: String,
    pub integration: String,
    pub user_id: String,
}

type Done = (Target, Disconnected);

/// The state that the table, the dialog and the outcome share.
#[derive(Clone, Copy)]
pub struct Disconnect {
    open: RwSignal<bool>,
    target: RwSignal<Option<Target>>,
    error: RwSignal<Option<String>>,
    done: RwSignal<Option<Done>>,
    send: Action<Target, Result<Done, ApiError>>,
}

impl Disconnect {
    /// `after` runs once a connection is gone.
    pub fn new(project_id: Memo<String>, after: Callback<()>) -> Self {
        let send = Action::new(move |target: &Target| {
            let target = target.clone();
            let project_id = project_id.get_untracked();
            async move {
                let done = disconnect_user(project_id, target.connection_id.clone()).await?;
                Ok((target, done))
            }
        });
        let this = Self {
            open: RwSignal::new(false),
            target: RwSignal::new(None),
            error: RwSignal::new(None),
            done: RwSignal::new(None),
            send,
        };
        Effect::new(move |_| match send.value().get() {
            None => {}
            Some(Ok(done)) => {
                this.open.set(false);
                this.done.set(Some(done));
                after.run(());
            }
            Some(Err(error)) => this.error.set(Some(error.message)),
        });
        this
    }

    /// Opens the dialog for one connection.
    pub fn ask(self, target: Target) {
        self.error.set(None);
        self.done.set(None);
        self.target.set(Some(target));
        self.open.set(true);
    }
}

#[component]
pub fn Dialog(disconnect: Disconnect) -> impl IntoView {
    let Disconnect {
        open,
        target,
        error,
        send,
        ..
    } = disconnect;
    let title = Signal::derive(move || {
        target.get().map_or_else(String::new, |target| {
            format!("Disconnect {}?", target.integration)
        })
    });
    let text = move || {
        target.get().map(|Target { integration, user_id, .. }| {
            format!(
                "{user_id} loses the connection at once, and calls for them fail until they connect again. \
                 Patchbay asks {integration} to revoke the access, and deletes the stored credential."
            )
        })
    };
    let confirm = move |()| {
        if let Some(target) = target.get_untracked() {
            error.set(None);
            send.dispatch(target);
        }
    };
    view! {
        <ConfirmDialog open title confirm="Disconnect" busy=send.pending() error on_confirm=confirm>
            <p>{text}</p>
        </ConfirmDialog>
    }
    .into_any()
}

/// Says what happened at the provider. It takes the focus, because the row that had it is gone.
#[component]
pub fn Outcome(disconnect: Disconnect) -> impl IntoView {
    let region = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if disconnect.done.read().is_some()
            && let Some(region) = region.get()
        {
            // It fails only for an element that is not in the page.
            let _ = region.focus();
        }
    });
    view! {
        <div class="live" role="status" tabindex="-1" node_ref=region>
            {move || disconnect.done.get().map(|(target, done)| {
                let (tone, text) = outcome(&target, &done);
                view! { <Notice tone>{text}</Notice> }
            })}
        </div>
    }
    .into_any()
}

fn outcome(target: &Target, done: &Disconnected) -> (Tone, String) {
    let Target {
        integration,
        user_id,
        ..
    } = target;
    match done.revocation {
        Revocation::Failed if done.retrying => (
            Tone::Warn,
            format!(
                "{user_id} is disconnected here. {integration} did not answer when asked to revoke the access; Patchbay asks again for a day."
            ),
        ),
        Revocation::Revoked => (
            Tone::Ok,
            format!(
                "{user_id} is disconnected. {integration} confirmed that the access is revoked."
            ),
        ),
        Revocation::NotSupported => (
            Tone::Warn,
            format!(
                "{user_id} is disconnected. {integration} cannot be asked to revoke access: the user can remove it in their settings there."
            ),
        ),
        Revocation::Failed => (
            Tone::Warn,
            format!(
                "{user_id} is disconnected here, and {integration} did not confirm that the access is revoked. The user can remove it in their settings there."
            ),
        ),
    }
}
