//! What each state says and offers, as data: one template draws them all.

#[cfg(all(test, feature = "ssr"))]
mod tests;

use super::{
    account::Account,
    phrase::Phrase,
    state::{Event, Portal, Screen},
    strings::Strings,
    trouble::{Names, Trouble, TroubleKind},
};
use crate::{
    components::{ButtonKind, Tone},
    contract::{
        connect::{FieldValues, Revocation},
        portal::{ConnectMethod, Field, Hosted, PortalPage},
    },
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    pub title: Phrase,
    pub text: Option<Phrase>,
    /// What the app will be able to do, a sentence a line, as the integration's definition has it.
    pub abilities: Vec<String>,
    pub note: Option<&'static str>,
    pub message: Option<Message>,
    /// Whose account it is, and since when.
    pub account: Option<(Phrase, Option<Phrase>)>,
    /// Something goes on that the page waits for.
    pub progress: bool,
    /// Inputs; the first of `ways` then sends them.
    pub fields: Vec<Field>,
    /// The provider's page that explains the fields.
    pub help_url: Option<String>,
    pub ways: Vec<Way>,
    /// Where the first way leads.
    pub hint: Option<Phrase>,
    /// The first thing that the page shows does not move.
    pub first: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub tone: Tone,
    pub role: &'static str,
    pub text: Phrase,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub label: Phrase,
    pub event: Event,
    pub kind: ButtonKind,
    /// What the page can do for it before it is hydrated.
    pub early: Option<&'static str>,
}

impl Way {
    fn new(label: impl Into<Phrase>, event: Event, kind: ButtonKind) -> Self {
        Self {
            label: label.into(),
            event,
            kind,
            early: None,
        }
    }
}

/// The scene of the portal's state.
pub fn scene(portal: &Portal, page: &PortalPage, say: &Strings) -> Scene {
    let scene = of_screen(portal, page, say);
    match &page.hosted {
        Some(hosted) => by_itself(scene, portal, page, hosted, say),
        None => scene,
    }
}

/// On a page by itself: whom it is for, and an end in place of a way back.
fn by_itself(
    scene: Scene,
    portal: &Portal,
    page: &PortalPage,
    hosted: &Hosted,
    say: &Strings,
) -> Scene {
    let Names { app, provider } = Names::from(page);
    let mut scene = scene;
    scene
        .ways
        .retain(|way| !matches!(way.event, Event::ClosePressed | Event::DisconnectPressed));
    match &portal.screen {
        Screen::Intro if scene.message.is_none() => {
            scene.message = Some(Message {
                tone: Tone::Idle,
                role: "note",
                text: say.link_for(app, &hosted.recipient),
            });
        }
        Screen::Connected => {
            scene.text = Some(say.connected_for(app, provider, &hosted.recipient));
            if hosted.return_url.is_some() {
                let back = say.back_to(app);
                scene
                    .ways
                    .push(Way::new(back, Event::ReturnPressed, ButtonKind::Primary));
            } else {
                scene.hint = Some(say.close_page.into());
            }
        }
        Screen::Trouble(trouble) if trouble.kind == TroubleKind::SessionOver => {
            if let Some(message) = &mut scene.message {
                message.text = say.link_over_text(app);
            }
        }
        _ => {}
    }
    scene
}

fn of_screen(portal: &Portal, page: &PortalPage, say: &Strings) -> Scene {
    let names @ Names { app, provider } = Names::from(page);
    match &portal.screen {
        Screen::Intro => intro(portal.mends(), page, say),
        Screen::Waiting => waiting(page, say),
        Screen::Checking => Scene {
            title: say.checking_title(provider),
            text: Some(say.checking_text(provider)),
            progress: true,
            ..Scene::default()
        },
        Screen::Connected => Scene {
            title: say.connected.into(),
            text: Some(say.connected_text(app, provider)),
            account: portal
                .account
                .as_ref()
                .map(|account| account_lines(account, provider, say)),
            ways: vec![
                Way::new(say.done, Event::ClosePressed, ButtonKind::Primary),
                Way::new(say.disconnect, Event::DisconnectPressed, ButtonKind::Quiet),
            ],
            ..Scene::default()
        },
        Screen::Disconnected(revocation) => disconnected(*revocation, names, say),
        Screen::Trouble(trouble) => troubled(trouble, Some(names), say),
    }
}

/// A page without an integration: it says why.
pub fn broken(trouble: &Trouble, say: &Strings) -> Scene {
    Scene {
        first: true,
        ..troubled(trouble, None, say)
    }
}

fn account_lines(account: &Account, provider: &str, say: &Strings) -> (Phrase, Option<Phrase>) {
    let name = match &account.name {
        Some(name) => Phrase::given(name),
        None => say.account(provider),
    };
    let since = account.since.map(|day| say.since(&day.in_words(say)));
    (name, since)
}

fn intro(mends: bool, page: &PortalPage, say: &Strings) -> Scene {
    let Names { app, provider } = Names::from(page);
    let (ConnectMethod::OAuth { inputs: fields } | ConnectMethod::Fields { fields }) = &page.method;
    let (title, label) = if mends {
        (say.reconnect_title(provider), say.reconnect)
    } else {
        (say.connect_title(provider), say.connect)
    };
    let press = Event::ConnectPressed(FieldValues::default());
    Scene {
        title,
        text: Some(if page.abilities.is_empty() {
            say.access(app, provider)
        } else {
            say.abilities(app)
        }),
        abilities: page.abilities.clone(),
        note: Some(say.at_any_time),
        message: mends.then(|| Message {
            tone: Tone::Warn,
            role: "status",
            text: say.mend(app, provider),
        }),
        fields: fields.clone(),
        help_url: page.help_url.clone(),
        ways: vec![Way {
            early: fields.is_empty().then_some("open"),
            ..Way::new(label, press, ButtonKind::Primary)
        }],
        hint: page.continues_on.as_ref().map(|host| say.continues(host)),
        first: true,
        ..Scene::default()
    }
}

fn waiting(page: &PortalPage, say: &Strings) -> Scene {
    let host = page.continues_on.as_ref().unwrap_or(&page.name);
    Scene {
        title: say.waiting_title(&page.name),
        text: Some(say.waiting_text(host)),
        progress: true,
        ways: vec![
            Way::new(say.open_again, Event::RetryPressed, ButtonKind::Secondary),
            Way::new(say.cancel, Event::CancelPressed, ButtonKind::Quiet),
        ],
        ..Scene::default()
    }
}

fn disconnected(revocation: Revocation, names: Names<'_>, say: &Strings) -> Scene {
    let Names { app, provider } = names;
    let (tone, text) = match revocation {
        Revocation::Revoked => (Tone::Ok, say.revoked(app, provider)),
        Revocation::NotSupported => (Tone::Idle, say.not_supported(app, provider)),
        Revocation::Failed => (Tone::Warn, say.not_confirmed(app, provider)),
    };
    Scene {
        title: say.disconnected.into(),
        message: Some(Message {
            tone,
            role: "status",
            text,
        }),
        ways: vec![
            Way::new(say.done, Event::ClosePressed, ButtonKind::Primary),
            Way::new(say.connect_again, Event::CancelPressed, ButtonKind::Quiet),
        ],
        ..Scene::default()
    }
}

fn troubled(trouble: &Trouble, names: Option<Names<'_>>, say: &Strings) -> Scene {
    let ways = match trouble.retry(say) {
        Some(retry) => vec![
            Way::new(retry, Event::RetryPressed, ButtonKind::Primary),
            Way::new(say.cancel, Event::CancelPressed, ButtonKind::Quiet),
        ],
        // There is no page to go back to.
        None if trouble.kind == TroubleKind::Alone => vec![],
        None => {
            let label = names.map_or_else(|| say.back.into(), |names| say.back_to(names.app));
            vec![Way {
                early: Some("close"),
                ..Way::new(label, Event::ClosePressed, ButtonKind::Secondary)
            }]
        }
    };
    let names = names.unwrap_or_default();
    Scene {
        title: trouble.heading(say, names),
        message: Some(Message {
            tone: trouble.tone(),
            role: "alert",
            text: trouble.text(say, names),
        }),
        ways,
        ..Scene::default()
    }
}
