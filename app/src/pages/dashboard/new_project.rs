//! A project with its three environments.

use leptos::prelude::*;

use crate::{
    components::{
        Button, ButtonKind, Form, FormValues, Problem, TextInput, browser::go, field_error,
        on_result,
    },
    contract::dashboard::ProjectRow,
    server_fns::session::create_project,
    validate,
};

/// What an operator sees who has no project.
#[component]
pub fn FirstProject() -> impl IntoView {
    view! {
        <div class="gate-panel">
            <h1>"Create a project"</h1>
            <p>"A project is one product that embeds the portal. It comes with three environments."</p>
            <ProjectForm />
        </div>
    }
    .into_any()
}

/// Creates a project and goes to its first environment.
#[component]
pub fn ProjectForm() -> impl IntoView {
    let problem = Problem::new(None);
    let send = Action::new(|name: &String| create_project(name.clone()));
    on_result(send, problem, |project| go(&first_page(&project)));
    let submit = move |values: FormValues| match validate::project_name(&values.get("name")) {
        Ok(name) => {
            problem.set(None);
            send.dispatch(name);
        }
        Err(error) => problem.set(Some(error)),
    };
    view! {
        <Form fields=&["name"] problem busy=send.pending() on_submit=submit>
            <TextInput
                name="name"
                label="Project name"
                help="Your users see it in the portal."
                required=true
                error=field_error(problem, "name")
            />
            <Button submit=true kind=ButtonKind::Primary wide=true busy=send.pending()>
                "Create project"
            </Button>
        </Form>
    }
    .into_any()
}

fn first_page(project: &ProjectRow) -> String {
    let first = project
        .environments
        .iter()
        .min_by_key(|row| row.environment);
    first.map_or_else(
        || "/".to_owned(),
        |row| format!("/dashboard/{}", row.project_id),
    )
}
