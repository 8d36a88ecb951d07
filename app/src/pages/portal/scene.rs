//! What each state says and offers, as data: one template draws them all.

use super::{
    account::Account,
    state::{Event, Portal, Screen},
    trouble::{Trouble, TroubleKind},
};
use crate::{
    components::{ButtonKind, Tone},
    contract::{
        connect::{FieldValues, Revocation},
        portal::{ConnectMethod, Field, PortalPage},
    },
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    pub title: String,
    pub text: Option<String>,
    /// What the app will be able to do, a sentence a line.
    pub abilities: Vec<String>,
    pub note: Option<&'static str>,
    pub message: Option<Message>,
    pub account: Option<Account>,
    /// Something goes on that the page waits for.
    pub progress: bool,
    /// Inputs; the first of `ways` then sends them.
    pub fields: Vec<Field>,
    /// The provider's page that explains the fields.
    pub help_url: Option<String>,
    pub ways: Vec<Way>,
    /// Where the first way leads.
    pub hint: Option<String>,
    /// The first thing that the page shows does not move.
    pub first: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub tone: Tone,
    pub role: &'static str,
    pub text: String,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub label: String,
    pub event: Event,
    pub kind: ButtonKind,
    /// What the page can do for it before it is hydrated.
    pub early: Option<&'static str>,
}

impl Way {
    fn new(label: impl Into<String>, event: Event, kind: ButtonKind) -> Self {
        Self {
            label: label.into(),
            event,
            kind,
            early: None,
        }
    }
}

/// The scene of the portal's state.
pub fn scene(portal: &Portal, page: &PortalPage) -> Scene {
    let (app, name) = (&page.app_name, &page.name);
    match &portal.screen {
        Screen::Intro => intro(portal.mends(), page),
        Screen::Waiting => waiting(page),
        Screen::Checking => Scene {
            title: format!("Checking with {name}"),
            text: Some(format!(
                "{name} sent you back. Its answer is being checked."
            )),
            progress: true,
            ..Scene::default()
        },
        Screen::Connected => Scene {
            title: "Connected".to_owned(),
            text: Some(format!("{app} can use your {name} account.")),
            account: portal.account.clone().map(|account| Account {
                name: account.name.or_else(|| Some(format!("{name} account"))),
                ..account
            }),
            ways: vec![
                Way::new("Done", Event::ClosePressed, ButtonKind::Primary),
                Way::new("Disconnect", Event::DisconnectPressed, ButtonKind::Quiet),
            ],
            ..Scene::default()
        },
        Screen::Disconnected(revocation) => disconnected(*revocation, app, name),
        Screen::Trouble(trouble) => troubled(trouble, Some(app), name),
    }
}

/// A page without an integration: it says why.
pub fn broken(trouble: &Trouble) -> Scene {
    Scene {
        first: true,
        ..troubled(trouble, None, "The provider")
    }
}

fn intro(mends: bool, page: &PortalPage) -> Scene {
    let PortalPage {
        app_name,
        name,
        abilities,
        ..
    } = page;
    let (ConnectMethod::OAuth { inputs: fields } | ConnectMethod::Fields { fields }) = &page.method;
    let label = if mends { "Reconnect" } else { "Connect" };
    let press = Event::ConnectPressed(FieldValues::default());
    Scene {
        title: format!("{label} {name}"),
        text: Some(if abilities.is_empty() {
            format!("{app_name} will be able to use your {name} account.")
        } else {
            format!("{app_name} will be able to")
        }),
        abilities: abilities.clone(),
        note: Some("You can disconnect at any time."),
        message: mends.then(|| Message {
            tone: Tone::Warn,
            role: "status",
            text: format!(
                "{name} no longer accepts the access that {app_name} has. Connect again to go on."
            ),
        }),
        fields: fields.clone(),
        help_url: page.help_url.clone(),
        ways: vec![Way {
            early: fields.is_empty().then_some("open"),
            ..Way::new(label, press, ButtonKind::Primary)
        }],
        hint: page.continues_on.clone(),
        first: true,
        ..Scene::default()
    }
}

fn waiting(page: &PortalPage) -> Scene {
    let host = page.continues_on.as_ref().unwrap_or(&page.name);
    Scene {
        title: format!("Continue with {}", page.name),
        text: Some(format!(
            "Sign in and allow access in the window that opened on {host}. \
             This page goes on by itself."
        )),
        progress: true,
        ways: vec![
            Way::new("Open it again", Event::RetryPressed, ButtonKind::Secondary),
            Way::new("Cancel", Event::CancelPressed, ButtonKind::Quiet),
        ],
        ..Scene::default()
    }
}

fn disconnected(revocation: Revocation, app: &str, name: &str) -> Scene {
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
    Scene {
        title: "Disconnected".to_owned(),
        message: Some(Message {
            tone,
            role: "status",
            text,
        }),
        ways: vec![
            Way::new("Done", Event::ClosePressed, ButtonKind::Primary),
            Way::new("Connect again", Event::CancelPressed, ButtonKind::Quiet),
        ],
        ..Scene::default()
    }
}

fn troubled(trouble: &Trouble, app: Option<&str>, name: &str) -> Scene {
    let ways = match trouble.retry() {
        Some(retry) => vec![
            Way::new(retry, Event::RetryPressed, ButtonKind::Primary),
            Way::new("Cancel", Event::CancelPressed, ButtonKind::Quiet),
        ],
        // There is no page to go back to.
        None if trouble.kind == TroubleKind::Alone => vec![],
        None => {
            let label = app.map_or_else(|| "Go back".to_owned(), |app| format!("Back to {app}"));
            vec![Way {
                early: Some("close"),
                ..Way::new(label, Event::ClosePressed, ButtonKind::Secondary)
            }]
        }
    };
    Scene {
        title: trouble.heading(name),
        message: Some(Message {
            tone: trouble.tone(),
            role: "alert",
            text: trouble.text(app, name),
        }),
        ways,
        ..Scene::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{ApiError, ErrorCode};

    #[test]
    fn trouble_that_trying_again_cannot_mend_offers_the_way_back_only() {
        let error = ApiError::new(ErrorCode::IntegrationInactive, "Slack is not active.");
        let scene = troubled(&error.into(), Some("Northwind"), "Slack");
        let labels: Vec<_> = scene.ways.iter().map(|way| way.label.as_str()).collect();
        assert_eq!(labels, ["Back to Northwind"]);
        assert_eq!(scene.message.unwrap().text, "Slack is not active.");
    }

    #[test]
    fn what_a_token_lacks_is_not_shown_to_people() {
        let error = ApiError::new(ErrorCode::TokenInvalid, "Signature does not match.");
        let scene = troubled(&error.into(), Some("Northwind"), "Slack");
        assert!(scene.message.unwrap().text.contains("reload Northwind"));
    }
}
