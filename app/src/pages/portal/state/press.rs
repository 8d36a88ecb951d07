//! A press as a form sends it. A page without the machine keeps no state: what it stands for goes
//! along with every press, and the server's machine takes its place from there.

use super::{Event, Method, Portal, Screen, Target};
use crate::contract::connect::FieldValues;

/// What was pressed, or what a page saw for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Nothing: how things stand is all that is asked for.
    Look,
    Method,
    OtherWay,
    /// What has to be at the provider first is there.
    Instructed,
    Account,
    Accounts,
    Another,
    Connect,
    Reconnect,
    Retry,
    Tab,
    Here,
    Cancel,
    Disconnect,
    /// What the account is set to.
    Settings,
    Save,
    /// What was typed into the form of settings, to be shown with the lists that follow from it.
    Choices,
    /// Back from the settings to the account.
    Leave,
    /// The browser did not open the window.
    Blocked,
    /// The window is gone, and nothing came of it yet.
    Closed,
    /// Where the flow stands.
    Watch,
}

impl Word {
    const ALL: [(Self, &'static str); 21] = [
        (Self::Look, "look"),
        (Self::Method, "method"),
        (Self::OtherWay, "other-way"),
        (Self::Instructed, "instructed"),
        (Self::Account, "account"),
        (Self::Accounts, "accounts"),
        (Self::Another, "another"),
        (Self::Connect, "connect"),
        (Self::Reconnect, "reconnect"),
        (Self::Retry, "retry"),
        (Self::Tab, "tab"),
        (Self::Here, "here"),
        (Self::Cancel, "cancel"),
        (Self::Disconnect, "disconnect"),
        (Self::Settings, "settings"),
        (Self::Save, "save"),
        (Self::Choices, "choices"),
        (Self::Leave, "leave"),
        (Self::Blocked, "blocked"),
        (Self::Closed, "closed"),
        (Self::Watch, "watch"),
    ];

    /// Whether it is pressed before anything of a way to connect is shown.
    pub fn is_before(self) -> bool {
        matches!(
            self,
            Self::Look
                | Self::Method
                | Self::OtherWay
                | Self::Instructed
                | Self::Account
                | Self::Accounts
                | Self::Another
        )
    }

    fn of(event: &Event) -> Option<Self> {
        Some(match event {
            Event::MethodPressed(_) => Self::Method,
            Event::OtherWayPressed => Self::OtherWay,
            Event::InstructionRead => Self::Instructed,
            Event::AccountPressed(_) => Self::Account,
            Event::AccountsPressed => Self::Accounts,
            Event::AnotherPressed => Self::Another,
            Event::ConnectPressed(_) => Self::Connect,
            Event::ReconnectPressed => Self::Reconnect,
            Event::RetryPressed => Self::Retry,
            Event::TabPressed => Self::Tab,
            Event::HerePressed => Self::Here,
            Event::CancelPressed => Self::Cancel,
            Event::DisconnectPressed => Self::Disconnect,
            Event::SettingsPressed => Self::Settings,
            Event::SavePressed(_) => Self::Save,
            Event::SettingsLeft => Self::Leave,
            _ => return None,
        })
    }
}

/// `word/method/account`, the last two empty where they are left open; `+` is one more account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    pub word: Word,
    /// The id of the way to connect.
    pub method: Option<String>,
    pub target: Target,
}

impl Press {
    /// None: no page of ours sends it.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let word = parts.next()?;
        let (word, _) = Word::ALL.into_iter().find(|(_, name)| *name == word)?;
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let method = part().map(str::to_owned);
        let target = match part() {
            None => Target::Meant,
            Some("+") => Target::Another,
            Some(id) => Target::One(id.to_owned()),
        };
        Some(Self {
            word,
            method,
            target,
        })
    }

    pub fn text(&self) -> String {
        let name = Word::ALL.into_iter().find(|(word, _)| *word == self.word);
        let target = match &self.target {
            Target::Meant => "",
            Target::Another => "+",
            Target::One(id) => id,
        };
        let method = self.method.as_deref().unwrap_or_default();
        format!("{}/{method}/{target}", name.map_or("", |(_, name)| name))
    }
}

impl Portal {
    /// What a button that means this event sends. None: it concerns the host page alone.
    pub fn press(&self, event: &Event) -> Option<Press> {
        let mut press = Press {
            word: Word::of(event)?,
            method: self.chosen().map(|method| method.id.clone()),
            target: self.target.clone(),
        };
        let account = self.account.as_ref();
        match event {
            Event::MethodPressed(place) => {
                press.method = self.methods.get(*place).map(|method| method.id.clone());
            }
            Event::AccountPressed(place) => {
                let account = self.accounts.get(*place)?;
                press.target = Target::One(account.id.clone());
            }
            // It is about the very account that the person sees.
            Event::ConnectPressed(_) if self.screen == Screen::Setup => {
                press.target = Target::One(account?.id.clone());
            }
            Event::DisconnectPressed
            | Event::ReconnectPressed
            | Event::SettingsPressed
            | Event::SavePressed(_)
            | Event::SettingsLeft => {
                press.target = Target::One(account?.id.clone());
            }
            _ => {}
        }
        Some(press)
    }

    /// What the button that shows more choices in the form of settings sends.
    pub fn choices_press(&self) -> Option<Press> {
        let save = self.press(&Event::SavePressed(FieldValues::default()))?;
        let word = Word::Choices;
        Some(Press { word, ..save })
    }

    /// Whether that press needs a window, which only the press itself may open.
    pub fn opens(&self, event: &Event) -> bool {
        let of_account = || {
            let account = self.account.as_ref()?;
            self.methods
                .iter()
                .find(|method| method.id == account.method)
        };
        let method = match event {
            Event::ReconnectPressed => of_account().or(self.chosen()),
            Event::AnotherPressed if self.chooses() => None,
            _ => self.chosen(),
        };
        let window = method.is_some_and(|method| method.window);
        match event {
            Event::ConnectPressed(_) => window && self.screen != Screen::Setup,
            Event::AnotherPressed | Event::ReconnectPressed | Event::RetryPressed => {
                let reads = self.instructs && *event == Event::AnotherPressed;
                window && !reads && method.is_some_and(|method| !method.asks)
            }
            _ => false,
        }
    }

    /// Takes the place of a press. Whose portal this is must be known. Gives what happened on the
    /// way, for [`Portal::step`].
    pub fn stand(&mut self, press: &Press) -> Option<Event> {
        let mut event = None;
        match &press.target {
            Target::Meant => {}
            Target::Another => {
                self.leave_account();
                self.target = Target::Another;
            }
            Target::One(id) => {
                let is_it = self
                    .account
                    .as_ref()
                    .is_some_and(|account| account.id == *id);
                event = (!is_it).then(|| Event::AccountMeant(id.clone()));
                self.target = Target::One(id.clone());
            }
        }
        self.choose(press);
        event
    }

    /// The way to connect of the press.
    pub fn choose(&mut self, press: &Press) {
        let named = |method: &Method| Some(&method.id) == press.method.as_ref();
        self.method = self.methods.iter().position(named).or(self.method);
    }

    /// Of the chosen way.
    pub fn chosen_place(&self) -> Option<usize> {
        self.method
    }

    /// Whether trying again needs nothing of the person that is not there.
    pub fn can_retry(&self) -> bool {
        let ready = |method: &Method| method.window && (!method.asks || !self.values.0.is_empty());
        self.chosen().is_some_and(ready)
    }

    /// The flow that the person is at.
    pub fn current_flow(&self) -> Option<&str> {
        self.current.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::portal::account::Account;

    fn portal() -> Portal {
        let method = |id: &str, window, asks| Method {
            id: id.to_owned(),
            window,
            asks,
        };
        let mut portal = Portal::new(vec![
            method("oauth", true, false),
            method("own", true, true),
            method("key", false, true),
        ]);
        let account = |id: &str, method: &str| Account {
            id: id.to_owned(),
            method: method.to_owned(),
            valid: true,
            ..Account::default()
        };
        portal.step(Event::UserKnown {
            accounts: vec![account("c1", "oauth"), account("c2", "key")],
            more: true,
        });
        portal
    }

    #[test]
    fn a_press_is_read_as_it_was_written() {
        for (word, name) in Word::ALL {
            for (text, target) in [
                ("", Target::Meant),
                ("+", Target::Another),
                ("c1", Target::One("c1".to_owned())),
            ] {
                for method in [None, Some("key".to_owned())] {
                    let press = Press {
                        word,
                        method: method.clone(),
                        target: target.clone(),
                    };
                    let method = method.unwrap_or_default();
                    assert_eq!(press.text(), format!("{name}/{method}/{text}"));
                    assert_eq!(Press::read(&press.text()), Some(press));
                }
            }
        }
        for wrong in ["", "nothing", "Look", "connectx/key"] {
            assert_eq!(Press::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_press_carries_what_its_page_stands_for() {
        let mut portal = portal();
        let text = |portal: &Portal, event| portal.press(&event).unwrap().text();
        assert_eq!(portal.screen, Screen::Accounts);
        assert_eq!(text(&portal, Event::AccountPressed(1)), "account//c2");
        portal.step(Event::AnotherPressed);
        assert_eq!(text(&portal, Event::MethodPressed(2)), "method/key/+");
        portal.step(Event::MethodPressed(2));
        let connect = Event::ConnectPressed(FieldValues::default());
        assert_eq!(text(&portal, connect), "connect/key/+");
        assert_eq!(portal.press(&Event::ClosePressed), None);

        let mut portal = self::portal();
        portal.step(Event::AccountPressed(1));
        assert_eq!(text(&portal, Event::SettingsPressed), "settings/key/c2");
        portal.step(Event::SettingsPressed);
        let save = Event::SavePressed(FieldValues::default());
        assert_eq!(text(&portal, save), "save/key/c2");
        assert_eq!(text(&portal, Event::SettingsLeft), "leave/key/c2");
        let choices = portal.choices_press().unwrap();
        assert_eq!(choices.text(), "choices/key/c2");
    }

    #[test]
    fn the_place_of_a_press_is_taken_again() {
        let connect = Event::ConnectPressed(FieldValues::default());
        let mut there = portal();
        there.step(Event::AnotherPressed);
        there.step(Event::MethodPressed(2));
        let mut here = portal();
        assert_eq!(here.stand(&there.press(&connect).unwrap()), None);
        here.step(connect.clone());
        there.step(connect);
        assert_eq!(here, there);

        let mut there = portal();
        there.step(Event::AccountPressed(1));
        let press = there.press(&Event::DisconnectPressed).unwrap();
        let mut here = portal();
        let event = here.stand(&press).unwrap();
        here.step(event);
        assert_eq!(here, there);
    }

    #[test]
    fn a_window_is_opened_only_by_a_press_that_leads_there() {
        let mut portal = portal();
        let connect = Event::ConnectPressed(FieldValues::default());
        // Which way it will be is not known yet.
        assert!(!portal.opens(&Event::AnotherPressed));
        for (place, opens, retries) in [(0, true, true), (1, true, false), (2, false, false)] {
            portal.step(Event::MethodPressed(place));
            assert_eq!(portal.opens(&connect), opens);
            assert_eq!(portal.opens(&Event::RetryPressed), retries);
        }
        portal.step(Event::AccountPressed(0));
        assert!(portal.opens(&Event::ReconnectPressed));
    }
}
