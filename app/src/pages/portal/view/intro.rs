//! The first thing people see: what the app will be able to do, and the button.

use leptos::prelude::*;

use super::{Title, fields::FieldsForm};
use crate::{
    components::{Alert, Glyph, Icon, Notice, Tone},
    contract::{
        connect::FieldValues,
        portal::{ConnectMethod, PortalPage},
    },
    pages::portal::{driver::Driver, state::Event},
};

#[component]
pub fn Intro(driver: Driver, page: PortalPage) -> impl IntoView {
    let mends = Memo::new(move |_| driver.portal.read().mends());
    let verb = move || if mends.get() { "Reconnect" } else { "Connect" };
    let name = page.name.clone();
    let title = Signal::derive(move || format!("{} {name}", verb()));
    let label = Signal::derive(move || verb().to_owned());
    let problem = Memo::new(move |_| {
        let portal = driver.portal.read();
        let problem = portal.problem.as_ref().filter(|problem| problem.field.is_none());
        problem.map(|problem| problem.message.clone())
    });
    let hint = page.continues_on.clone();
    view! {
        <div class="portal-screen">
            <Title text=title />
            <Purpose mends page=page.clone() />
            {move || problem.get().map(|problem| view! { <Alert>{problem}</Alert> })}
            <Way driver page label />
            {hint.map(|host| view! {
                <p class="portal-hint">"Continues in a new window on " <b>{host}</b></p>
            })}
        </div>
    }
}

/// What connecting is for, or why it is needed again.
#[component]
fn Purpose(mends: Memo<bool>, page: PortalPage) -> impl IntoView {
    let PortalPage { app_name, name, abilities, .. } = page;
    let lead = if abilities.is_empty() {
        format!("{app_name} will be able to use your {name} account.")
    } else {
        format!("{app_name} will be able to")
    };
    let why = format!("{name} no longer accepts the access that {app_name} has. Connect again to go on.");
    view! {
        {move || {
            let why = why.clone();
            mends.get().then(|| view! { <Notice tone=Tone::Warn live=true>{why}</Notice> })
        }}
        <div class="portal-purpose">
            <p class="portal-lead">{lead}</p>
            <ul class="portal-abilities">
                {abilities
                    .into_iter()
                    .map(|ability| view! {
                        <li>
                            <Icon glyph=Glyph::Check />
                            <span>{ability}</span>
                        </li>
                    })
                    .collect_view()}
                <li class="portal-note">
                    <Icon glyph=Glyph::Info />
                    <span>"You can disconnect at any time."</span>
                </li>
            </ul>
        </div>
    }
}

/// The form where there is something to fill in, and the button.
#[component]
fn Way(driver: Driver, page: PortalPage, label: Signal<String>) -> impl IntoView {
    let (ConnectMethod::OAuth { inputs: fields } | ConnectMethod::Fields { fields }) = page.method;
    if fields.is_empty() {
        view! { <OpenButton driver label /> }.into_any()
    } else {
        view! { <FieldsForm driver fields label help_url=page.help_url name=page.name /> }
            .into_any()
    }
}

/// Works before the page is hydrated too: the window opens in the press, the rest follows.
#[component]
fn OpenButton(driver: Driver, label: Signal<String>) -> impl IntoView {
    let press = move |_| driver.send(Event::ConnectPressed(FieldValues::default()));
    view! {
        <div class="portal-actions">
            <button
                class="button"
                type="button"
                data-kind="primary"
                data-wide=""
                data-early="open"
                on:click=press
            >
                {move || label.get()}
            </button>
        </div>
    }
}
