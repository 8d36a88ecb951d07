//! A form: its values when it is sent, its errors beside the fields they belong to.

use leptos::{ev, html, prelude::*, web_sys};

use super::{alert::Alert, browser::focus_field};
use crate::contract::ApiError;

/// Why a form was not taken.
pub type Problem = RwSignal<Option<ApiError>>;

/// The message for one field, where it is the one at fault.
pub fn field_error(problem: Problem, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        let problem = problem.read();
        let problem = problem.as_ref()?;
        (problem.field.as_deref() == Some(field)).then(|| problem.message.clone())
    })
}

/// Hands each result of `action` on: a failure to `problem`, a success to `done`.
pub fn on_result<I, O>(
    action: Action<I, Result<O, ApiError>>,
    problem: Problem,
    done: impl Fn(O) + 'static,
) where
    I: Send + Sync + 'static,
    O: Clone + Send + Sync + 'static,
{
    Effect::new(move |_| match action.value().get() {
        None => {}
        Some(Ok(value)) => {
            problem.set(None);
            untrack(|| done(value));
        }
        Some(Err(error)) => problem.set(Some(error)),
    });
}

/// What stands in a form when it is sent.
pub struct FormValues(web_sys::FormData);

impl FormValues {
    /// The value of the field of that name; empty where there is none.
    pub fn get(&self, name: &str) -> String {
        self.0.get(name).as_string().unwrap_or_default()
    }
}

/// A form that is sent by script. A problem with one of `fields` moves the focus there; any other
/// is shown above the form. While `busy`, it is not sent again.
#[component]
pub fn Form(
    fields: &'static [&'static str],
    problem: Problem,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] on_submit: Callback<FormValues>,
    children: Children,
) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        let field = problem
            .read()
            .as_ref()
            .and_then(|problem| problem.field.clone());
        if let (Some(field), Some(form)) = (field, form.get_untracked()) {
            focus_field(&form, &field);
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let values = form
            .get_untracked()
            .and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        if let (Some(values), false) = (values, busy.get_untracked()) {
            on_submit.run(FormValues(values));
        }
    };
    let elsewhere = move || {
        let problem = problem.get()?;
        let at_field = problem
            .field
            .as_deref()
            .is_some_and(|field| fields.contains(&field));
        (!at_field).then(|| view! { <Alert>{problem.message}</Alert> })
    };
    // The method matters only if the form were sent before the page is alive: values must not
    // end up in the address.
    view! {
        <form class="form" method="post" novalidate node_ref=form on:submit=submit>
            {elsewhere}
            {children()}
        </form>
    }
    .into_any()
}
