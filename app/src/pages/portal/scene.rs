//! What each state says and offers, as data: one template draws them all.

#[cfg(all(test, feature = "ssr"))]
mod tests;

use super::{
    account::Account,
    phrase::{Part, Phrase},
    state::{Event, Portal, Screen},
    strings::Strings,
    trouble::{Names, Trouble, TroubleKind},
};
use crate::{
    components::{ButtonKind, Tone},
    contract::{
        connect::{FieldValues, Revocation},
        portal::{ConnectMethod, Field, Hosted, PortalPage, Scope},
        setting::SettingField,
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
    /// Of which the person presses one.
    pub choices: Vec<Choice>,
    /// The provider's page that is to be visited first.
    pub package_url: Option<String>,
    /// What the person enters at the provider.
    pub copy: Option<String>,
    /// Something goes on that the page waits for.
    pub progress: bool,
    /// Inputs; the first of `ways` then sends them.
    pub fields: Vec<Field>,
    /// The same for what an account is set to.
    pub settings: Vec<SettingField>,
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
    /// What the text speaks of.
    pub list: Vec<String>,
}

/// One of several things of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub label: Phrase,
    pub help: Option<Phrase>,
    /// Something is to be done about it.
    pub warns: bool,
    pub event: Event,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub label: Phrase,
    pub event: Event,
    pub kind: ButtonKind,
    pub link: Option<Link>,
}

/// Where a button is a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Opens the page of a flow's window in a tab.
    Tab,
    /// Out of the portal, to this address.
    Out(String),
}

impl Way {
    fn new(label: impl Into<Phrase>, event: Event, kind: ButtonKind) -> Self {
        Self {
            label: label.into(),
            event,
            kind,
            link: None,
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
        Screen::Intro | Screen::Choice | Screen::Instruction if scene.message.is_none() => {
            scene.message = Some(Message {
                tone: Tone::Idle,
                role: "note",
                text: say.link_for(app, &hosted.recipient),
                list: Vec::new(),
            });
        }
        Screen::Connected => {
            scene.text = Some(say.connected_for(app, provider, &hosted.recipient));
            if let Some(address) = &hosted.return_url {
                scene.ways.push(Way {
                    link: Some(Link::Out(address.clone())),
                    ..Way::new(say.back_to(app), Event::ClosePressed, ButtonKind::Primary)
                });
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
    let names = Names::from(page);
    match &portal.screen {
        Screen::Choice => choice(portal, page, say),
        Screen::Accounts => accounts(portal, page, say),
        Screen::Instruction => instruction(portal, page, say),
        Screen::Intro => intro(portal, page, say),
        Screen::Waiting => waiting(portal, page, say),
        Screen::Checking => Scene {
            title: say.checking_title(names.provider),
            text: Some(say.checking_text(names.provider)),
            progress: true,
            ..Scene::default()
        },
        Screen::Setup => Scene {
            title: say.setup_title(names.provider),
            text: Some(say.setup_text(names.app)),
            fields: portal.questions.clone(),
            ways: vec![
                Way::new(
                    say.finish,
                    Event::ConnectPressed(FieldValues::default()),
                    ButtonKind::Primary,
                ),
                Way::new(say.disconnect, Event::DisconnectPressed, ButtonKind::Quiet),
            ],
            ..Scene::default()
        },
        Screen::Connected => connected(portal, page, say),
        Screen::Settings => settings(portal, names, say),
        Screen::Disconnected(revocation) => disconnected(*revocation, names, say),
        Screen::Trouble(trouble) if trouble.kind == TroubleKind::Blocked => Scene {
            ways: unblocked(portal.can_leave, say),
            ..troubled(trouble, Some(names), say)
        },
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
    let name = account.name.as_ref().or(account.external_id.as_ref());
    let name = name.map_or_else(|| say.account(provider), Phrase::given);
    let since = account.since.map(|day| say.since(&day.in_words(say)));
    (name, since)
}

fn connected(portal: &Portal, page: &PortalPage, say: &Strings) -> Scene {
    let Names { app, provider } = Names::from(page);
    let account = portal.account.as_ref();
    let missing = account.map_or_else(Vec::new, |account| account.missing(page));
    let mut ways = vec![
        Way::new(say.done, Event::ClosePressed, ButtonKind::Primary),
        Way::new(say.disconnect, Event::DisconnectPressed, ButtonKind::Quiet),
    ];
    let message = (!missing.is_empty()).then(|| {
        ways[0].kind = ButtonKind::Secondary;
        let allow = Way::new(say.allow_rest, Event::ReconnectPressed, ButtonKind::Primary);
        ways.insert(0, allow);
        Message {
            tone: Tone::Warn,
            role: "status",
            text: say.not_granted(app, provider),
            list: missing,
        }
    });
    let message = message.or_else(|| {
        portal.saved.then(|| Message {
            tone: Tone::Ok,
            role: "status",
            text: say.saved.into(),
            list: Vec::new(),
        })
    });
    if portal.configures {
        let settings = Way::new(say.settings, Event::SettingsPressed, ButtonKind::Secondary);
        ways.insert(ways.len() - 1, settings);
    }
    if portal.lists() {
        ways.push(Way::new(
            say.all_accounts,
            Event::AccountsPressed,
            ButtonKind::Quiet,
        ));
    }
    Scene {
        title: say.connected.into(),
        text: Some(say.connected_text(app, provider)),
        account: account.map(|account| account_lines(account, provider, say)),
        message,
        ways,
        ..Scene::default()
    }
}

/// What the account is set to; progress while that is not known.
fn settings(portal: &Portal, names: Names<'_>, say: &Strings) -> Scene {
    let save = Way::new(
        say.save,
        Event::SavePressed(FieldValues::default()),
        ButtonKind::Primary,
    );
    let back = Way::new(say.not_now, Event::SettingsLeft, ButtonKind::Quiet);
    let here = !portal.settings.is_empty();
    Scene {
        title: say.settings_title(names.provider),
        text: Some(say.settings_text(names.app)),
        progress: !here,
        settings: portal.settings.clone(),
        ways: here.then_some(save).into_iter().chain([back]).collect(),
        ..Scene::default()
    }
}

/// The heading and what stands below it while nothing is connected, or has to be mended.
fn opening(portal: &Portal, page: &PortalPage, say: &Strings) -> Scene {
    let Names { app, provider } = Names::from(page);
    let mends = portal.mends();
    Scene {
        title: if mends {
            say.reconnect_title(provider)
        } else {
            say.connect_title(provider)
        },
        message: mends.then(|| Message {
            tone: Tone::Warn,
            role: "status",
            text: say.mend(app, provider),
            list: Vec::new(),
        }),
        ways: portal
            .lists()
            .then(|| Way::new(say.all_accounts, Event::AccountsPressed, ButtonKind::Quiet))
            .into_iter()
            .collect(),
        first: true,
        ..Scene::default()
    }
}

fn choice(portal: &Portal, page: &PortalPage, say: &Strings) -> Scene {
    let choices = page
        .methods
        .iter()
        .enumerate()
        .map(|(place, method)| Choice {
            label: Phrase::given(&method.label),
            help: method.help.as_ref().map(Phrase::given),
            warns: false,
            event: Event::MethodPressed(place),
        });
    Scene {
        text: Some(say.choose_way(&page.name)),
        choices: choices.collect(),
        ..opening(portal, page, say)
    }
}

/// What has to be at the provider before anybody connects.
fn instruction(portal: &Portal, page: &PortalPage, say: &Strings) -> Scene {
    let Names { app, provider } = Names::from(page);
    let opening = opening(portal, page, say);
    let mut ways = vec![Way::new(
        say.link_continue,
        Event::InstructionRead,
        ButtonKind::Primary,
    )];
    if portal.chooses() {
        let other = Way::new(say.other_way, Event::OtherWayPressed, ButtonKind::Quiet);
        ways.push(other);
    }
    ways.extend(opening.ways);
    Scene {
        title: say.package_title(provider),
        text: Some(say.package_text(app, provider)),
        package_url: page.package_url.clone(),
        ways,
        ..opening
    }
}

fn accounts(portal: &Portal, page: &PortalPage, say: &Strings) -> Scene {
    let Names { app, provider } = Names::from(page);
    let lines = |account: &Account| account_lines(account, provider, say);
    let choices = portal.accounts.iter().enumerate().map(|(place, account)| {
        let (mut label, since) = lines(account);
        // Of two that read the same the older goes first, and the other is its second.
        let alike = |other: &&Account| lines(other) == (label.clone(), since.clone());
        let before = portal.accounts[..place].iter().filter(alike).count();
        if before > 0 {
            label.0.push(Part::Given(format!(" ({})", before + 1)));
        }
        Choice {
            label,
            help: match (account.valid, account.pending) {
                (true, _) => since,
                (false, true) => Some(say.needs_finishing.into()),
                (false, false) => Some(say.needs_mending.into()),
            },
            warns: !account.valid,
            event: Event::AccountPressed(place),
        }
    });
    let another = Way::new(say.another, Event::AnotherPressed, ButtonKind::Primary);
    let done = Way::new(say.done, Event::ClosePressed, ButtonKind::Secondary);
    Scene {
        title: say.accounts_title(provider),
        text: Some(say.accounts_text(app)),
        choices: choices.collect(),
        ways: portal
            .more
            .then_some(another)
            .into_iter()
            .chain([done])
            .collect(),
        ..Scene::default()
    }
}

fn method_of<'a>(portal: &Portal, page: &'a PortalPage) -> Option<&'a ConnectMethod> {
    page.methods.get(portal.method.unwrap_or(0))
}

/// What scopes let the app do, each sentence once, in their order.
fn abilities(scopes: &[Scope]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for scope in scopes {
        if !lines.contains(&scope.label) {
            lines.push(scope.label.clone());
        }
    }
    lines
}

fn intro(portal: &Portal, page: &PortalPage, say: &Strings) -> Scene {
    let Names { app, provider } = Names::from(page);
    let method = method_of(portal, page).cloned().unwrap_or_default();
    let abilities = abilities(&method.scopes);
    let opening = opening(portal, page, say);
    let label = if portal.mends() {
        say.reconnect
    } else {
        say.connect
    };
    let press = Event::ConnectPressed(FieldValues::default());
    let mut ways = vec![Way::new(label, press, ButtonKind::Primary)];
    if portal.chooses() {
        ways.push(Way::new(
            say.other_way,
            Event::OtherWayPressed,
            ButtonKind::Quiet,
        ));
    }
    ways.extend(opening.ways);
    Scene {
        text: Some(if abilities.is_empty() {
            say.access(app, provider)
        } else {
            say.abilities(app)
        }),
        abilities,
        note: Some(say.at_any_time),
        fields: method.fields,
        copy: method.redirect_uri,
        help_url: method.help_url,
        ways,
        hint: method.continues_on.as_ref().map(|host| say.continues(host)),
        ..opening
    }
}

fn waiting(portal: &Portal, page: &PortalPage, say: &Strings) -> Scene {
    let host = method_of(portal, page).and_then(|method| method.continues_on.as_ref());
    let host = host.unwrap_or(&page.name);
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
            list: Vec::new(),
        }),
        ways: vec![
            Way::new(say.done, Event::ClosePressed, ButtonKind::Primary),
            Way::new(say.connect_again, Event::CancelPressed, ButtonKind::Quiet),
        ],
        ..Scene::default()
    }
}

/// The ways that no browser blocks.
fn unblocked(can_leave: bool, say: &Strings) -> Vec<Way> {
    let tab = Way {
        link: Some(Link::Tab),
        ..Way::new(say.open_tab, Event::TabPressed, ButtonKind::Primary)
    };
    let here = Way::new(say.continue_here, Event::HerePressed, ButtonKind::Secondary);
    let cancel = Way::new(say.cancel, Event::CancelPressed, ButtonKind::Quiet);
    [Some(tab), can_leave.then_some(here), Some(cancel)]
        .into_iter()
        .flatten()
        .collect()
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
            vec![Way::new(label, Event::ClosePressed, ButtonKind::Secondary)]
        }
    };
    let names = names.unwrap_or_default();
    Scene {
        title: trouble.heading(say, names),
        message: Some(Message {
            tone: trouble.tone(),
            role: "alert",
            text: trouble.text(say, names),
            list: Vec::new(),
        }),
        ways,
        ..Scene::default()
    }
}
