//! API keys: create, see once, revoke.

use leptos::prelude::*;

use super::fresh::Shown;
use crate::{
    components::{
        Button, Card, ConfirmDialog, CopyValue, Form, FormValues, Glyph, Problem, TextInput,
        field_error, on_result,
    },
    contract::{ApiError, event::ApiScope, webhook::ApiKeyRow},
    server_fns::webhooks::{create_api_key, revoke_api_key},
};

#[component]
pub fn ApiKeysCard(
    keys: Vec<ApiKeyRow>,
    feed_url: String,
    project_id: String,
    shown: RwSignal<Option<Shown>>,
    refetch: Callback<()>,
) -> impl IntoView {
    let id = project_id.clone();
    view! {
        <Card
            title="API keys"
            text="Your back end calls Patchbay with a key. It can read the same events in its own time, or what it has missed."
        >
            <CopyValue label="Events" value=feed_url help="GET, with the key as bearer token." />
            {(!keys.is_empty()).then(|| view! { <KeyTable keys project_id=id refetch /> })}
            <NewKey project_id shown refetch />
        </Card>
    }
    .into_any()
}

type New = (String, Vec<ApiScope>);

fn wanted(values: &FormValues) -> Result<New, ApiError> {
    let name = values.get("name").trim().to_owned();
    if name.is_empty() {
        let message = "Name it after what uses it.";
        return Err(ApiError::field("name", message));
    }
    let is_chosen = |known: &ApiScope| !values.get(known.as_str()).is_empty();
    let scopes = ApiScope::ALL.into_iter().filter(is_chosen).collect();
    Ok((name, scopes))
}

#[component]
fn NewKey(
    project_id: String,
    shown: RwSignal<Option<Shown>>,
    refetch: Callback<()>,
) -> impl IntoView {
    let problem = Problem::new(None);
    let create = Action::new(move |(name, scopes): &New| {
        create_api_key(project_id.clone(), name.clone(), scopes.clone())
    });
    on_result(create, problem, move |fresh| {
        shown.set(Some(Shown::of_key(fresh.secret)));
        refetch.run(());
    });
    let submit = move |values: FormValues| match wanted(&values) {
        Ok(new) => {
            problem.set(None);
            create.dispatch(new);
        }
        Err(error) => problem.set(Some(error)),
    };
    let scope = |known: ApiScope| {
        view! {
            <label class="choice">
                <input type="checkbox" name=known.as_str() value="yes" checked=true />
                <span>
                    <code>{known.as_str()}</code>
                    <span>{known.about()}</span>
                </span>
            </label>
        }
    };
    view! {
        <Form fields=&["name"] problem busy=create.pending() on_submit=submit>
            <TextInput
                name="name"
                label="Name of a new key"
                placeholder="Billing service"
                required=true
                error=field_error(problem, "name")
            />
            <fieldset class="checks">
                <legend>"It allows"</legend>
                {ApiScope::ALL.map(scope).into_iter().collect_view()}
            </fieldset>
            <div class="form-foot">
                <Button submit=true icon=Glyph::Key busy=create.pending()>"Create API key"</Button>
            </div>
        </Form>
    }
    .into_any()
}

#[component]
fn KeyTable(keys: Vec<ApiKeyRow>, project_id: String, refetch: Callback<()>) -> impl IntoView {
    let target = RwSignal::new(None::<ApiKeyRow>);
    let open = RwSignal::new(false);
    let problem = Problem::new(None);
    let revoke =
        Action::new(move |key_id: &String| revoke_api_key(project_id.clone(), key_id.clone()));
    on_result(revoke, problem, move |()| {
        open.set(false);
        refetch.run(());
    });
    let error = Signal::derive(move || problem.get().map(|problem| problem.message));
    let ask = Callback::new(move |row: ApiKeyRow| {
        problem.set(None);
        target.set(Some(row));
        open.set(true);
    });
    let confirm = move |()| {
        if let Some(row) = target.get_untracked() {
            revoke.dispatch(row.key_id);
        }
    };
    view! {
        <div class="table-frame">
            <table class="table table-tight">
                <caption class="visually-hidden">"Active API keys"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name and scopes"</th>
                        <th scope="col" class="since">"Created"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {keys.into_iter().map(|row| view! { <KeyLine row ask /> }).collect_view()}
                </tbody>
            </table>
        </div>
        <ConfirmDialog
            open
            title="Revoke this API key?"
            confirm="Revoke key"
            busy=revoke.pending()
            error
            on_confirm=confirm
        >
            <p>"Calls with it are refused at once. Put another key to use first."</p>
            <p>{move || target.get().map(|row| row.name)}</p>
        </ConfirmDialog>
    }
    .into_any()
}

#[component]
fn KeyLine(row: ApiKeyRow, ask: Callback<ApiKeyRow>) -> impl IntoView {
    let scopes: Vec<&str> = row.scopes.iter().map(|scope| scope.as_str()).collect();
    let unseen = format!(" {}", row.name);
    let (name, created) = (row.name.clone(), row.created.clone());
    view! {
        <tr>
            <th scope="row" class="recipient">
                {name}
                <span class="account-name">{scopes.join(", ")}</span>
            </th>
            <td class="since">{created}</td>
            <td class="actions">
                <Button small=true on:click=move |_| ask.run(row.clone())>
                    "Revoke"<span class="visually-hidden">{unseen}</span>
                </Button>
            </td>
        </tr>
    }
    .into_any()
}
