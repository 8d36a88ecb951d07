//! Where nothing goes on by itself: what happened, and the way on.

use leptos::prelude::*;

use super::{Press, Title};
use crate::{
    components::{Alert, ButtonKind},
    pages::portal::{
        driver::Driver,
        state::Event,
        trouble::{Trouble, TroubleKind},
    },
};

#[component]
pub fn TroubleScreen(
    driver: Driver,
    trouble: Trouble,
    app: Option<String>,
    name: String,
) -> impl IntoView {
    let heading = trouble.heading(&name);
    let text = trouble.text(app.as_deref(), &name);
    let back = match app {
        Some(app) => format!("Back to {app}"),
        None => "Go back".to_owned(),
    };
    let ways = match trouble.retry() {
        Some(retry) => view! {
            <Press driver event=Event::RetryPressed kind=ButtonKind::Primary>
                {retry}
            </Press>
            <Press driver event=Event::CancelPressed kind=ButtonKind::Quiet>
                "Cancel"
            </Press>
        }
        .into_any(),
        // There is no page to go back to.
        None if trouble.kind == TroubleKind::Alone => ().into_any(),
        None => view! {
            <Press driver event=Event::ClosePressed>
                {back}
            </Press>
        }
        .into_any(),
    };
    view! {
        <div class="portal-screen" data-enter="">
            <Title text=heading />
            <Alert>{text}</Alert>
            <div class="portal-actions">{ways}</div>
        </div>
    }
}
