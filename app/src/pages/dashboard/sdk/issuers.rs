//! Identity providers whose tokens are taken: add, list, remove.

use leptos::prelude::*;

use crate::{
    components::{
        Button, ButtonKind, Card, ConfirmDialog, Form, FormValues, Glyph, Problem, TextInput,
        field_error, on_result,
    },
    contract::dashboard::IdentityProvider,
    server_fns::settings::{add_issuer, remove_issuer},
    validate,
};

#[component]
pub fn IssuersCard(issuers: Vec<IdentityProvider>, project_id: String) -> impl IntoView {
    let list = RwSignal::new(issuers);
    let adding = RwSignal::new(false);
    let id = project_id.clone();
    view! {
        <Card
            title="Identity providers"
            text="Users who sign in through Firebase, Auth0 or another OpenID Connect provider already have a token. Patchbay takes it in place of one that your server signs."
        >
            <IssuerList list project_id />
            <Show
                when=move || adding.get()
                fallback=move || view! {
                    <div class="form-foot">
                        <Button icon=Glyph::Plus on:click=move |_| adding.set(true)>
                            "Add identity provider"
                        </Button>
                    </div>
                }
            >
                <AddIssuer list adding project_id=id.clone() />
            </Show>
        </Card>
    }
    .into_any()
}

#[component]
fn AddIssuer(
    list: RwSignal<Vec<IdentityProvider>>,
    adding: RwSignal<bool>,
    project_id: String,
) -> impl IntoView {
    let problem = Problem::new(None);
    let first = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(first) = first.get() {
            // It fails only for an element that is not in the page.
            let _ = first.focus();
        }
    });
    let send =
        Action::new(move |new: &IdentityProvider| add_issuer(project_id.clone(), new.clone()));
    on_result(send, problem, move |fresh| {
        list.set(fresh);
        adding.set(false);
    });
    let submit = move |values: FormValues| {
        let typed = IdentityProvider {
            issuer: values.get("issuer"),
            jwks_url: Some(values.get("jwks_url")),
            audience: values.get("audience"),
            user_claim: values.get("user_claim"),
        };
        match validate::identity_provider(typed) {
            Ok(new) => {
                problem.set(None);
                send.dispatch(new);
            }
            Err(error) => problem.set(Some(error)),
        }
    };
    view! {
        <Form
            fields=&["issuer", "audience", "jwks_url", "user_claim"]
            problem
            busy=send.pending()
            on_submit=submit
        >
            <TextInput
                name="issuer"
                label="Issuer"
                placeholder="https://securetoken.google.com/my-app"
                help="What its tokens say in \"iss\", to the letter."
                required=true
                error=field_error(problem, "issuer")
                node_ref=first
            />
            <TextInput
                name="audience"
                label="Audience"
                placeholder="my-app"
                help="What its tokens say in \"aud\": the client ID at Auth0, the project ID at Firebase. Tokens for anybody else are refused."
                required=true
                error=field_error(problem, "audience")
            />
            <TextInput
                name="jwks_url"
                label="Address of its keys (optional)"
                kind="url"
                help="Left empty, the provider's discovery document tells."
                error=field_error(problem, "jwks_url")
            />
            <TextInput
                name="user_claim"
                label="User ID claim"
                value="sub"
                help="Two providers must not give the same ID to different people."
                error=field_error(problem, "user_claim")
            />
            <div class="form-foot">
                <Button submit=true kind=ButtonKind::Primary busy=send.pending()>
                    "Add identity provider"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| adding.set(false)>"Cancel"</Button>
            </div>
        </Form>
    }
    .into_any()
}

#[component]
fn IssuerList(list: RwSignal<Vec<IdentityProvider>>, project_id: String) -> impl IntoView {
    let target = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let problem = Problem::new(None);
    let remove =
        Action::new(move |issuer: &String| remove_issuer(project_id.clone(), issuer.clone()));
    on_result(remove, problem, move |fresh| {
        open.set(false);
        list.set(fresh);
    });
    let error = Signal::derive(move || problem.get().map(|problem| problem.message));
    let ask = Callback::new(move |issuer: String| {
        problem.set(None);
        target.set(issuer);
        open.set(true);
    });
    view! {
        <Show
            when=move || !list.read().is_empty()
            fallback=|| view! {
                <p class="nothing">"None yet: only tokens signed with a key above are taken."</p>
            }
        >
            <ul class="lines">
                <For
                    each=move || list.get()
                    key=|row| row.issuer.clone()
                    children=move |row| view! { <Line row ask /> }
                />
            </ul>
        </Show>
        <ConfirmDialog
            open
            title="Remove this identity provider?"
            confirm="Remove"
            busy=remove.pending()
            error
            on_confirm=move |()| { remove.dispatch(target.get_untracked()); }
        >
            <p>"Its tokens stop working at once. Connections that exist are kept."</p>
            <p><code>{move || target.get()}</code></p>
        </ConfirmDialog>
    }
    .into_any()
}

#[component]
fn Line(row: IdentityProvider, ask: Callback<String>) -> impl IntoView {
    let unseen = format!(" {}", row.issuer);
    let issuer = row.issuer.clone();
    view! {
        <li>
            <div>
                <code>{row.issuer}</code>
                <p class="muted">
                    "Audience " <code>{row.audience}</code> ", user ID " <code>{row.user_claim}</code>
                </p>
            </div>
            <Button
                small=true
                icon=Glyph::Trash
                kind=ButtonKind::Quiet
                on:click=move |_| ask.run(issuer.clone())
            >
                "Remove"<span class="visually-hidden">{unseen}</span>
            </Button>
        </li>
    }
    .into_any()
}
