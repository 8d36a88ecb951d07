//! Adding a webhook: an address, and what is sent there.

use leptos::prelude::*;

use super::fresh::Shown;
use crate::{
    components::{
        Button, ButtonKind, Card, Form, FormValues, Problem, TextInput, field_error, on_result,
    },
    contract::{ApiError, event::EventType},
    server_fns::webhooks::add_webhook,
};

type New = (String, Option<Vec<EventType>>);

/// Whoever chooses every type gets those of later releases, too.
fn wanted(values: &FormValues) -> Result<New, ApiError> {
    let url = values.get("url").trim().to_owned();
    if url.is_empty() {
        let message = "Enter an address like https://app.example.com/webhooks.";
        return Err(ApiError::field("url", message));
    }
    let is_chosen = |known: &EventType| !values.get(known.as_str()).is_empty();
    let types: Vec<EventType> = EventType::ALL.into_iter().filter(is_chosen).collect();
    if types.is_empty() {
        let message = "Choose at least one type of event.";
        return Err(ApiError::field("types", message));
    }
    let some = types.len() < EventType::ALL.len();
    Ok((url, some.then_some(types)))
}

#[component]
pub fn AddCard(
    project_id: String,
    shown: RwSignal<Option<Shown>>,
    refetch: Callback<()>,
    /// There is none yet: this is what the page is for.
    first: bool,
) -> impl IntoView {
    let problem = Problem::new(None);
    let send = Action::new(move |(url, types): &New| {
        add_webhook(project_id.clone(), url.clone(), types.clone())
    });
    on_result(send, problem, move |fresh| {
        shown.set(Some(Shown::of_webhook(fresh.secret)));
        refetch.run(());
    });
    let submit = move |values: FormValues| match wanted(&values) {
        Ok(new) => {
            problem.set(None);
            send.dispatch(new);
        }
        Err(error) => problem.set(Some(error)),
    };
    let kind = if first {
        ButtonKind::Primary
    } else {
        ButtonKind::Secondary
    };
    view! {
        <Card
            title="Add a webhook"
            text="Answer with a status of the 200s within 15 seconds, and do the work afterwards. Anything else is tried again for three days."
        >
            <Form fields=&["url"] problem busy=send.pending() on_submit=submit>
                <TextInput
                    name="url"
                    label="Address"
                    kind="url"
                    placeholder="https://app.example.com/webhooks"
                    required=true
                    error=field_error(problem, "url")
                />
                <fieldset class="checks">
                    <legend>"Events"</legend>
                    {EventType::ALL.map(|known| view! { <TypeChoice known /> }).into_iter().collect_view()}
                </fieldset>
                <div class="form-foot">
                    <Button submit=true kind busy=send.pending()>"Add webhook"</Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn TypeChoice(known: EventType) -> impl IntoView {
    // Few want to hear of it, and it is most of what there is to hear.
    let checked = known != EventType::Refreshed;
    view! {
        <label class="choice">
            <input type="checkbox" name=known.as_str() value="yes" checked=checked />
            <span>
                <code>{known.as_str()}</code>
                <span>{known.about()}</span>
            </span>
        </label>
    }
    .into_any()
}
