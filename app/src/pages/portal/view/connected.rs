//! The account that is connected, and what became of it when it was disconnected.

use leptos::prelude::*;

use super::{Press, Title};
use crate::{
    components::{Alert, ButtonKind, Notice, Tone},
    contract::{connect::Revocation, portal::PortalPage},
    pages::portal::{account::Account, driver::Driver, state::Event},
};

#[component]
pub fn Connected(driver: Driver, page: PortalPage) -> impl IntoView {
    let account = driver.portal.with_untracked(|portal| portal.account.clone());
    let busy = Memo::new(move |_| driver.portal.read().busy);
    let problem = Memo::new(move |_| {
        let portal = driver.portal.read();
        portal.problem.as_ref().map(|problem| problem.message.clone())
    });
    view! {
        <div class="portal-screen" data-enter="">
            <Title text="Connected" />
            <p class="portal-text">
                {format!("{} can use your {} account.", page.app_name, page.name)}
            </p>
            {account.map(|account| view! { <AccountCard account name=page.name.clone() /> })}
            {move || problem.get().map(|problem| view! { <Alert>{problem}</Alert> })}
            <div class="portal-actions">
                <Press driver event=Event::ClosePressed kind=ButtonKind::Primary>
                    "Done"
                </Press>
                <Press driver event=Event::DisconnectPressed kind=ButtonKind::Quiet busy>
                    "Disconnect"
                </Press>
            </div>
        </div>
    }
}

#[component]
fn AccountCard(account: Account, name: String) -> impl IntoView {
    let title = account.name.unwrap_or_else(|| format!("{name} account"));
    view! {
        <div class="portal-account">
            <b>{title}</b>
            {account.since.map(|since| view! { <span>{format!("Connected since {since}")}</span> })}
        </div>
    }
}

#[component]
pub fn Disconnected(driver: Driver, page: PortalPage, revocation: Revocation) -> impl IntoView {
    let (app, name) = (&page.app_name, &page.name);
    let (tone, text) = match revocation {
        Revocation::Revoked => (
            Tone::Ok,
            format!("{name} has confirmed that {app} no longer has access."),
        ),
        Revocation::NotSupported => (
            Tone::Idle,
            format!(
                "{app} has deleted its access. {name} cannot be told from here: \
                 to end it there too, remove {app} in your {name} settings."
            ),
        ),
        Revocation::Failed => (
            Tone::Warn,
            format!(
                "{app} has deleted its access. {name} did not confirm the end of it: \
                 remove {app} in your {name} settings."
            ),
        ),
    };
    view! {
        <div class="portal-screen" data-enter="">
            <Title text="Disconnected" />
            <Notice tone live=true>{text}</Notice>
            <div class="portal-actions">
                <Press driver event=Event::ClosePressed kind=ButtonKind::Primary>
                    "Done"
                </Press>
                <Press driver event=Event::CancelPressed kind=ButtonKind::Quiet>
                    "Connect again"
                </Press>
            </div>
        </div>
    }
}
