//! What a page shows of something that the server has: the thing, or why it is not there.

use std::pin::Pin;

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    alert::Alert,
    button::{Button, LinkButton},
    icon::Glyph,
};
use crate::contract::{ApiError, ErrorCode};

/// A resource that may fail.
pub type Fetched<T> = Resource<Result<T, ApiError>>;

/// Shows `resource` by `children`; a failure with its reason and a way on.
#[component]
pub fn Load<T, V>(
    resource: Fetched<T>,
    children: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let content = waiting(move || {
        let children = children.clone();
        async move {
            match resource.await {
                Ok(value) => children(value).into_any(),
                Err(error) => {
                    let retry = Callback::new(move |()| resource.refetch());
                    view! { <Failure error retry /> }.into_any()
                }
            }
        }
    });
    view! { <Await content /> }
}

/// A view that is waited for.
pub type Waiting = Box<dyn Fn() -> Pin<Box<dyn Future<Output = AnyView> + Send>> + Send + Sync>;

pub fn waiting<F>(view: impl Fn() -> F + Send + Sync + 'static) -> Waiting
where
    F: Future<Output = AnyView> + Send + 'static,
{
    Box::new(move || Box::pin(view()))
}

/// Shows `content` once it is there; the last one stays while a newer one is under way. Nothing here
/// depends on what is waited for, so that the browser's bundle holds it once. `quiet` shows nothing
/// meanwhile.
#[component]
pub fn Await(content: Waiting, #[prop(optional)] quiet: bool) -> impl IntoView {
    let fallback = move || (!quiet).then(|| view! { <Skeleton /> });
    view! { <Transition fallback>{move || Suspend::new(content())}</Transition> }.into_any()
}

/// Why something is not shown.
#[component]
pub fn Failure(error: ApiError, retry: Callback<()>) -> impl IntoView {
    let way_on = match error.code {
        ErrorCode::SignInRequired => {
            view! { <LinkButton href="/sign-in">"Sign in"</LinkButton> }.into_any()
        }
        ErrorCode::NotFound | ErrorCode::Forbidden => {
            view! { <LinkButton href="/">"Back to the start"</LinkButton> }.into_any()
        }
        _ => view! {
            <Button icon=Glyph::Refresh on:click=move |_| retry.run(())>
                "Try again"
            </Button>
        }
        .into_any(),
    };
    view! {
        <div class="failure">
            <Alert>
                <p>{error.message}</p>
                <p class="failure-code">"Reference: " <code>{error.code.as_str()}</code></p>
            </Alert>
            {way_on}
        </div>
    }
    .into_any()
}

/// Stands in for content that is late.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" aria-busy="true">
            <span class="visually-hidden">"Loading"</span>
            <i></i>
            <i></i>
            <i></i>
        </div>
    }
    .into_any()
}
