//! The portal without its machine in the browser: the server's does one press at a time.
//!
//! A form posts what was pressed, the machine is put where the press says that the page stands, does
//! what follows, and what it then shows is sent back. The same machine, scenes and template as in the
//! browser; only the hands are others.

mod hands;
mod settings;

use leptos::prelude::*;

use super::{
    driver::{Driver, Standing},
    language::Language,
    scene::scene,
    state::{Event, Portal, Press, Screen, Target, Word},
    strings::Strings,
    trouble::Names,
    view::Stage,
};
use crate::{
    api::SharedApi,
    contract::{
        ApiError, ErrorCode,
        connect::{PortalSession, Ticket},
        plain::{PlainAnswer, PlainPage, PlainPress, PlainWord},
        portal::PortalPage,
        user::{Credential, UserState},
    },
};
use hands::Hands;
pub use settings::{Filled, SettingsForm};

/// Where a press led.
pub struct Led {
    pub portal: Portal,
    /// What the form of settings shows beside them.
    pub filled: Filled,
    /// For the host page.
    pub told: Vec<PlainWord>,
    /// A flow that is to be begun.
    pub begin: Option<(String, Ticket)>,
    /// The host page is to be left for that flow.
    pub leaves: bool,
    /// The user, once the server has said who it is.
    pub user: Option<UserState>,
    /// The user token is over; a new one may help.
    pub over: bool,
    /// Nothing has changed.
    pub still: bool,
}

/// The answer to the early script.
pub async fn answer(
    api: &SharedApi,
    session: PortalSession,
    asked: PlainPage,
    pressed: PlainPress,
) -> Result<PlainAnswer, ApiError> {
    let PlainPage {
        integration_type,
        account_types,
        language,
    } = asked;
    let project = session.project_id.clone();
    let page = api
        .portal_page(project, integration_type, account_types, None)
        .await?;
    let followed = pressed.flow_id.clone();
    let closed = Press::read(&pressed.press).is_some_and(|press| press.word == Word::Closed);
    let mut led = press(api, session.clone(), &page, pressed, false).await?;
    if !led.told.is_empty() && led.rests() {
        // With what has just changed.
        led.user = api.authenticate(session).await.ok();
    }
    let language = Language::choose(Some(&language), None);
    provide_context(language);
    let place = led.portal.press(&Event::RetryPressed);
    Ok(PlainAnswer {
        html: (!led.still).then(|| led.html(&page, language.strings())),
        flow: if closed {
            followed
        } else {
            led.portal.current_flow().map(str::to_owned)
        },
        at: place
            .as_ref()
            .and_then(|press| Some(press.text().split_once('/')?.1.to_owned()))
            .unwrap_or_default(),
        method: place.and_then(|press| press.method),
        account: led
            .portal
            .account
            .as_ref()
            .map(|account| account.id.clone()),
        rests: led.rests(),
        saved: led.portal.saved,
        still: led.still,
        told: led.told,
        begin: led.begin,
        leaves: led.leaves,
        user: led.user,
        over: led.over,
    })
}

/// Does what was pressed. `same_tab`: the provider's page takes the place of this one.
pub async fn press(
    api: &SharedApi,
    session: PortalSession,
    page: &PortalPage,
    pressed: PlainPress,
    same_tab: bool,
) -> Result<Led, ApiError> {
    let press = Press::read(&pressed.press).ok_or_else(unknown)?;
    let mut hands = Hands::new(api, session, page, &pressed, same_tab);
    if press.word == Word::Watch {
        hands.watch(&press).await;
    } else if is_optimistic(&press) {
        hands.led.portal.choose(&press);
        hands.press(&press, pressed.values).await;
        hands.run(Event::SessionArrived).await;
    } else {
        hands.run(Event::SessionArrived).await;
        if hands.led.user.is_some() {
            hands.stand(&press).await;
            hands.press(&press, pressed.values).await;
        }
        let portal = &hands.led.portal;
        hands.led.still = press.word == Word::Look && portal.begins() && portal.account.is_none();
    }
    hands.ask_lists().await;
    Ok(hands.led)
}

/// Whether it is a press as on the first screen, where nobody knows yet whose portal it is: somebody
/// connected already then sees that.
fn is_optimistic(press: &Press) -> bool {
    let connects = matches!(
        press.word,
        Word::Connect | Word::Retry | Word::Tab | Word::Here
    );
    connects && press.target == Target::Meant
}

fn unknown() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidInput,
        "This page is of another version. Load it again.",
    )
}

impl Led {
    fn new(portal: Portal) -> Self {
        Self {
            portal,
            filled: Filled::default(),
            told: Vec::new(),
            begin: None,
            leaves: false,
            user: None,
            over: false,
            still: false,
        }
    }

    /// What is shown has its place in the browser's machine, which can take over here.
    pub fn rests(&self) -> bool {
        matches!(
            self.portal.screen,
            Screen::Connected | Screen::Accounts | Screen::Waiting
        )
    }

    pub fn is_connected(&self) -> bool {
        self.portal.screen == Screen::Connected
    }

    /// The browser's machine, with the accounts, begins as this stands.
    pub fn is_a_beginning(&self) -> bool {
        // The browser's does not know of what was stored just now.
        self.is_connected() && !self.portal.saved || self.still && self.portal.begins()
    }

    pub fn credentials(&self, integration_type: &str) -> Vec<Credential> {
        let user = self.user.as_ref();
        let known = user.and_then(|user| user.integrations.get(integration_type));
        known.map_or_else(Vec::new, |known| known.all_credentials.clone())
    }

    /// For the document.
    pub fn standing(&self) -> Standing {
        Standing {
            portal: self.portal.clone(),
            filled: self.filled.clone(),
        }
    }

    /// The screen as the document has it.
    pub fn html(&self, page: &PortalPage, say: &'static Strings) -> String {
        let scene = scene(&self.portal, page, say);
        let Names { app, provider } = Names::from(page);
        let (app, provider) = (app.to_owned(), provider.to_owned());
        provide_context(self.standing());
        let driver = Driver::new(&Ok(page.clone()), Vec::new());
        view! { <Stage driver scene app provider strings=say /> }.to_html()
    }
}
