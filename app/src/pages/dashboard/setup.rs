//! The first operator, by a link that works once.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;

use super::{frame::Wordmark, place::use_param};
use crate::{
    components::{
        Button, ButtonKind, Form, FormValues, LinkButton, Load, PasswordInput, Problem, TextInput,
        browser::go, field_error, on_result,
    },
    contract::ApiError,
    server_fns::session::{set_up, setup_open},
    validate,
};

const FIELDS: &[&str] = &["email", "password", "name"];

#[component]
pub fn SetupPage() -> impl IntoView {
    let link = use_param("link");
    let open = Resource::new(move || link.get(), setup_open);
    view! {
        <Title text="Set up" />
        <main class="gate">
            <div class="gate-panel">
                <Wordmark />
                <Load resource=open let:open>
                    {if open {
                        Either::Left(view! { <SetupForm link=link.get_untracked() /> })
                    } else {
                        Either::Right(view! { <UsedLink /> })
                    }}
                </Load>
            </div>
        </main>
    }
    .into_any()
}

#[component]
fn UsedLink() -> impl IntoView {
    view! {
        <h1>"This link has been used"</h1>
        <p>"The first operator exists, or a newer link has taken this one's place. Sign in, or start Patchbay again for a fresh link."</p>
        <LinkButton href="/sign-in" kind=ButtonKind::Primary>
            "Sign in"
        </LinkButton>
    }
    .into_any()
}

struct Checked {
    email: String,
    password: String,
    name: String,
}

fn checked(values: &FormValues) -> Result<Checked, ApiError> {
    let email = validate::email(&values.get("email"))?;
    let password = values.get("password");
    validate::password(&password)?;
    let name = validate::project_name(&values.get("name"))?;
    Ok(Checked {
        email,
        password,
        name,
    })
}

#[component]
fn SetupForm(link: String) -> impl IntoView {
    let problem = Problem::new(None);
    let send = Action::new(move |(email, password, name): &(String, String, String)| {
        set_up(link.clone(), email.clone(), password.clone(), name.clone())
    });
    on_result(send, problem, |_| go("/"));
    let submit = move |values: FormValues| match checked(&values) {
        Ok(Checked {
            email,
            password,
            name,
        }) => {
            problem.set(None);
            send.dispatch((email, password, name));
        }
        Err(error) => problem.set(Some(error)),
    };
    let busy =
        Signal::derive(move || send.pending().get() || matches!(send.value().get(), Some(Ok(_))));
    // A field is judged when it is left with something in it, not while it is still empty.
    let judge = move |check: fn(&str) -> Option<ApiError>| {
        Callback::new(move |value: String| {
            if !value.is_empty() {
                problem.set(check(&value));
            }
        })
    };
    view! {
        <h1>"Create the first operator"</h1>
        <p>"The operator runs this Patchbay: adds integrations, creates signing keys and looks after connected users."</p>
        <Form fields=FIELDS problem busy on_submit=submit>
            <TextInput
                name="email"
                label="E-mail"
                kind="email"
                autocomplete="username"
                required=true
                error=field_error(problem, "email")
                on_blur=judge(|value| validate::email(value).err())
            />
            <PasswordInput
                name="password"
                label="Password"
                help="At least 12 characters. A sentence is easier to keep than a puzzle."
                autocomplete="new-password"
                required=true
                error=field_error(problem, "password")
                on_blur=judge(|value| validate::password(value).err())
            />
            <TextInput
                name="name"
                label="Project name"
                help="Your users see it in the portal."
                autocomplete="organization"
                required=true
                error=field_error(problem, "name")
                on_blur=judge(|value| validate::project_name(value).err())
            />
            <Button submit=true kind=ButtonKind::Primary wide=true busy>
                "Create operator"
            </Button>
        </Form>
    }
    .into_any()
}
