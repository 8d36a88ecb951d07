//! Links that an operator sends to a user, and what became of them.

use leptos::prelude::*;

use crate::{
    components::{
        Button, ButtonKind, Card, CopyValue, Form, FormValues, Load, Notice, Problem, Status,
        TextInput, Tone, field_error, on_result,
    },
    contract::{
        ApiError,
        dashboard::{LinkProgress, LinkRow, LinksPage, NewLink, WantedLink},
    },
    server_fns::links::{create_link, links},
};

const FIELDS: &[&str] = &["user_id", "name"];
/// How long a link can last: seconds and words.
const LIFETIMES: [(u32, &str); 3] = [(3600, "1 hour"), (86_400, "1 day"), (604_800, "7 days")];

#[component]
pub fn LinksCard(project_id: Memo<String>) -> impl IntoView {
    let page = Resource::new(move || project_id.get(), links);
    let made = RwSignal::new(None::<NewLink>);
    let refetch = Callback::new(move |()| page.refetch());
    view! {
        <Card
            title="Links"
            text="A user connects an account by a link, without your app around it. It works once, in the browser that opens it first."
        >
            {move || made.get().map(|link| view! { <Made link /> })}
            <Load resource=page let:page>
                <Content page project_id=project_id.get_untracked() made refetch />
            </Load>
        </Card>
    }
    .into_any()
}

#[component]
fn Content(
    page: LinksPage,
    project_id: String,
    made: RwSignal<Option<NewLink>>,
    refetch: Callback<()>,
) -> impl IntoView {
    let LinksPage {
        integrations,
        links,
    } = page;
    if integrations.is_empty() {
        return view! {
            <p class="nothing">"No integration is active yet, so there is nothing to connect by a link."</p>
        }
        .into_any();
    }
    view! {
        <NewLinkForm integrations project_id made refetch />
        {(!links.is_empty()).then(|| view! { <LinkTable links /> })}
    }
    .into_any()
}

#[component]
fn Made(link: NewLink) -> impl IntoView {
    view! {
        <div class="live" role="status">
            <Notice tone=Tone::Ok>
                {format!("The link for {} is ready. It is shown this once.", link.recipient)}
            </Notice>
        </div>
        <CopyValue label="Link" value=link.url />
    }
    .into_any()
}

fn wanted(values: &FormValues) -> Result<WantedLink, ApiError> {
    let user_id = values.get("user_id").trim().to_owned();
    if user_id.is_empty() {
        let message = "Enter the id that your server signs into the user's token.";
        return Err(ApiError::field("user_id", message));
    }
    let name = values.get("name").trim().to_owned();
    Ok(WantedLink {
        user_id,
        integration_type: values.get("integration"),
        name: (!name.is_empty()).then_some(name),
        lifetime: values.get("lifetime").parse().unwrap_or(LIFETIMES[0].0),
    })
}

#[component]
fn NewLinkForm(
    integrations: Vec<(String, String)>,
    project_id: String,
    made: RwSignal<Option<NewLink>>,
    refetch: Callback<()>,
) -> impl IntoView {
    let problem = Problem::new(None);
    let send =
        Action::new(move |wanted: &WantedLink| create_link(project_id.clone(), wanted.clone()));
    on_result(send, problem, move |link| {
        made.set(Some(link));
        refetch.run(());
    });
    let submit = move |values: FormValues| match wanted(&values) {
        Ok(wanted) => {
            problem.set(None);
            send.dispatch(wanted);
        }
        Err(error) => problem.set(Some(error)),
    };
    let integration = |(name, title)| view! { <option value=name>{title}</option> };
    let lifetime = |(seconds, title): (u32, &'static str)| {
        view! { <option value=seconds.to_string()>{title}</option> }
    };
    view! {
        <Form fields=FIELDS problem busy=send.pending() on_submit=submit>
            <div class="fields">
                <TextInput name="user_id" label="User ID" required=true error=field_error(problem, "user_id") />
                <TextInput
                    name="name"
                    label="Name or e-mail (optional)"
                    error=field_error(problem, "name")
                />
                <div class="field">
                    <label for="field-integration">"Integration"</label>
                    <select class="input" id="field-integration" name="integration">
                        {integrations.into_iter().map(integration).collect_view()}
                    </select>
                </div>
                <div class="field">
                    <label for="field-lifetime">"Works for"</label>
                    <select class="input" id="field-lifetime" name="lifetime">
                        {LIFETIMES.map(lifetime).into_iter().collect_view()}
                    </select>
                </div>
            </div>
            <div class="form-foot">
                <Button submit=true kind=ButtonKind::Primary busy=send.pending()>"Create link"</Button>
            </div>
        </Form>
    }
    .into_any()
}

#[component]
fn LinkTable(links: Vec<LinkRow>) -> impl IntoView {
    let row = |link: LinkRow| {
        let (tone, word, since) = match link.state {
            LinkProgress::Created => (Tone::Idle, "Not opened", "Works until "),
            LinkProgress::Expired => (Tone::Idle, "Expired", ""),
            LinkProgress::Opened => (Tone::Warn, "Opened", ""),
            LinkProgress::Completed => (Tone::Ok, "Connected", ""),
        };
        view! {
            <tr>
                <th scope="row" class="recipient">
                    {link.recipient}
                    <span class="account-name">{link.integration_name}</span>
                </th>
                <td class="state">
                    <Status tone>{word}</Status>
                    <p class="reason">{since}{link.at}</p>
                </td>
            </tr>
        }
    };
    view! {
        <div class="table-frame">
            <table class="table table-tight table-stacks">
                <caption class="visually-hidden">"Links and what became of them"</caption>
                <thead>
                    <tr>
                        <th scope="col">"For"</th>
                        <th scope="col">"State"</th>
                    </tr>
                </thead>
                <tbody>{links.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
