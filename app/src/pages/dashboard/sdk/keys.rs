//! Signing keys: create, see once, revoke.

use leptos::{html, prelude::*};

use crate::{
    components::{
        Alert, Button, ButtonKind, Card, ConfirmDialog, Glyph, Icon, Notice, Problem, Snippet,
        Tone, on_result,
    },
    contract::dashboard::{KeyRow, NewKey},
    server_fns::settings::{create_key, revoke_key},
};

/// Two, so that a key can be replaced without locking anybody out.
const MOST_KEYS: usize = 2;

/// A new key, for as long as the page is open.
#[component]
pub fn Fresh(new_key: RwSignal<Option<NewKey>>) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            // It fails only for an element that is not in the page.
            let _ = heading.focus();
        }
    });
    move || {
        new_key.get().map(|key| {
            let file = format!("patchbay-{}.pem", key.key_id);
            let href = pem_link(&key.private_key_pem);
            view! {
                <section class="card fresh-key">
                    <div class="card-head">
                        <h2 tabindex="-1" node_ref=heading>"Your new signing key"</h2>
                    </div>
                    <div class="card-body">
                        <Notice tone=Tone::Warn>
                            "This is the only time the private key is shown: Patchbay keeps the public half alone. Store it where your server keeps its secrets."
                        </Notice>
                        <Snippet title="Private key" code=key.private_key_pem.clone() />
                        <div class="form-foot">
                            <a class="button" href=href download=file>
                                <Icon glyph=Glyph::Download />
                                "Download"
                            </a>
                            <Button kind=ButtonKind::Quiet on:click=move |_| new_key.set(None)>
                                "I have stored it"
                            </Button>
                        </div>
                    </div>
                </section>
            }
        })
    }
}

/// The key as an address that the browser saves to a file: it goes nowhere.
fn pem_link(pem: &str) -> String {
    let text = pem
        .replace('%', "%25")
        .replace('+', "%2B")
        .replace('\n', "%0A")
        .replace(' ', "%20");
    format!("data:application/x-pem-file,{text}")
}

#[component]
pub fn KeysCard(
    keys: Vec<KeyRow>,
    project_id: String,
    new_key: RwSignal<Option<NewKey>>,
    refetch: Callback<()>,
) -> impl IntoView {
    let problem = Problem::new(None);
    let id = project_id.clone();
    let create = Action::new(move |(): &()| create_key(id.clone()));
    on_result(create, problem, move |key| {
        new_key.set(Some(key));
        refetch.run(());
    });
    let press = move |_| {
        if !create.pending().get_untracked() {
            create.dispatch(());
        }
    };
    let full = keys.len() >= MOST_KEYS;
    let kind = if keys.is_empty() {
        ButtonKind::Primary
    } else {
        ButtonKind::Secondary
    };
    let note = if full {
        "Two keys are active, which is the most. Revoke the old one before you create another."
    } else if keys.is_empty() {
        "No key yet: user tokens cannot be checked without one."
    } else {
        "To replace it: create a second key, put it to use, then revoke this one."
    };
    view! {
        <Card
            title="Signing keys"
            text="Your server signs user tokens with the private key. Patchbay checks them with the public one."
        >
            {move || problem.get().map(|problem| view! { <Alert>{problem.message}</Alert> })}
            {(!keys.is_empty()).then(|| view! { <KeyTable keys project_id refetch /> })}
            <div class="form-foot">
                <Button kind icon=Glyph::Key busy=create.pending() disabled=full on:click=press>
                    "Create signing key"
                </Button>
                <p class="muted">{note}</p>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn KeyTable(keys: Vec<KeyRow>, project_id: String, refetch: Callback<()>) -> impl IntoView {
    let target = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let problem = Problem::new(None);
    let revoke = Action::new(move |key_id: &String| revoke_key(project_id.clone(), key_id.clone()));
    on_result(revoke, problem, move |()| {
        open.set(false);
        refetch.run(());
    });
    let error = Signal::derive(move || problem.get().map(|problem| problem.message));
    let ask = move |key_id: String| {
        problem.set(None);
        target.set(key_id);
        open.set(true);
    };
    let row = move |KeyRow { key_id, created }: KeyRow| {
        let unseen = format!(" key {key_id}");
        let id = key_id.clone();
        view! {
            <tr>
                <th scope="row"><code>{key_id}</code></th>
                <td>{created}</td>
                <td class="actions">
                    <Button small=true on:click=move |_| ask(id.clone())>
                        "Revoke"<span class="visually-hidden">{unseen}</span>
                    </Button>
                </td>
            </tr>
        }
    };
    view! {
        <div class="table-frame">
            <table class="table">
                <caption class="visually-hidden">"Active signing keys"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Key ID"</th>
                        <th scope="col">"Created"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{keys.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <ConfirmDialog
            open
            title="Revoke this key?"
            confirm="Revoke key"
            busy=revoke.pending()
            error
            on_confirm=move |()| { revoke.dispatch(target.get_untracked()); }
        >
            <p>"Every user token signed with it stops working at once. Put another key to use first."</p>
            <p><code>{move || target.get()}</code></p>
        </ConfirmDialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::pem_link;

    #[test]
    fn a_key_survives_the_link() {
        let link = pem_link("-----BEGIN PRIVATE KEY-----\nab+/c=\n");
        assert_eq!(
            link,
            "data:application/x-pem-file,-----BEGIN%20PRIVATE%20KEY-----%0Aab%2B/c=%0A"
        );
    }
}
