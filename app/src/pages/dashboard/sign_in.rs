//! Signing in.

use leptos::prelude::*;
use leptos_meta::Title;

use super::frame::Wordmark;
use crate::{
    components::{
        Button, ButtonKind, Form, FormValues, PasswordInput, Problem, TextInput, browser::go,
        field_error, on_result,
    },
    contract::ApiError,
    server_fns::session::sign_in,
    validate,
};

#[component]
pub fn SignInPage() -> impl IntoView {
    let problem = Problem::new(None);
    let send = Action::new(|(email, password): &(String, String)| {
        sign_in(email.clone(), password.clone())
    });
    on_result(send, problem, |()| go("/"));
    let submit = move |values: FormValues| match checked(&values) {
        Ok(values) => {
            problem.set(None);
            send.dispatch(values);
        }
        Err(error) => problem.set(Some(error)),
    };
    // The page that follows takes a moment: the button stays busy until it is there.
    let busy =
        Signal::derive(move || send.pending().get() || matches!(send.value().get(), Some(Ok(()))));
    view! {
        <Title text="Sign in" />
        <main class="gate">
            <div class="gate-panel">
                <Wordmark />
                <h1>"Sign in"</h1>
                <Form fields=&["email", "password"] problem busy on_submit=submit>
                    <TextInput
                        name="email"
                        label="E-mail"
                        kind="email"
                        autocomplete="username"
                        required=true
                        error=field_error(problem, "email")
                    />
                    <PasswordInput
                        name="password"
                        label="Password"
                        autocomplete="current-password"
                        required=true
                        error=field_error(problem, "password")
                    />
                    <Button submit=true kind=ButtonKind::Primary wide=true busy>
                        "Sign in"
                    </Button>
                </Form>
            </div>
        </main>
    }
    .into_any()
}

/// Length rules are for new passwords: an old one only has to be there.
fn checked(values: &FormValues) -> Result<(String, String), ApiError> {
    let email = validate::email(&values.get("email"))?;
    let password = values.get("password");
    if password.is_empty() {
        return Err(ApiError::field("password", "Enter your password."));
    }
    Ok((email, password))
}
