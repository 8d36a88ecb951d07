//! What each state looks like.

mod connected;
mod fields;
mod frame;
mod intro;
mod trouble;
mod waiting;

use leptos::{html, prelude::*};

pub use frame::Frame;

use super::{
    driver::Driver,
    state::{Event, Screen},
    trouble::Trouble,
};
use crate::{
    components::{Button, ButtonKind},
    contract::portal::PortalPage,
};
use connected::{Connected, Disconnected};
use intro::Intro;
use trouble::TroubleScreen;
use waiting::{Checking, Waiting};

/// The screen of the portal's state.
#[component]
pub fn Connect(driver: Driver, page: PortalPage) -> impl IntoView {
    let screen = Memo::new(move |_| driver.portal.read().screen.clone());
    move || {
        let page = page.clone();
        match screen.get() {
            Screen::Intro => view! { <Intro driver page /> }.into_any(),
            Screen::Waiting => view! { <Waiting driver page /> }.into_any(),
            Screen::Checking => view! { <Checking page /> }.into_any(),
            Screen::Connected => view! { <Connected driver page /> }.into_any(),
            Screen::Disconnected(revocation) => {
                view! { <Disconnected driver page revocation /> }.into_any()
            }
            Screen::Trouble(trouble) => {
                view! { <TroubleScreen driver trouble app=Some(page.app_name) name=page.name /> }
                    .into_any()
            }
        }
    }
}

/// A page without an integration: it says why.
#[component]
pub fn Broken(driver: Driver, trouble: Trouble) -> impl IntoView {
    view! { <TroubleScreen driver trouble app=None name="The provider".to_owned() /> }
}

/// The heading of a state. A state that replaces another gets the focus, and so is read out.
#[component]
fn Title(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            // An element that cannot take the focus leaves it where it was.
            let _ = heading.focus();
        }
    });
    view! {
        <h1 id="portal-title" tabindex="-1" node_ref=heading>
            {move || text.get()}
        </h1>
    }
}

/// The button that sends one event.
#[component]
fn Press(
    driver: Driver,
    event: Event,
    children: Children,
    #[prop(optional)] kind: ButtonKind,
    #[prop(into, optional)] busy: Signal<bool>,
) -> impl IntoView {
    view! {
        <Button kind wide=true busy on:click=move |_| driver.send(event.clone())>
            {children()}
        </Button>
    }
}
