//! The portal's ways, told as people go them.

use super::*;

fn connection() -> Connection {
    Connection {
        account: Account {
            name: Some("ada@example.com".to_owned()),
            valid: true,
            ..account_of("c1")
        },
        credential: r#"{"id":"c1"}"#.to_owned(),
    }
}

fn account_of(id: &str) -> Account {
    Account {
        id: id.to_owned(),
        method: "default".to_owned(),
        ..Account::default()
    }
}

/// The server knows one account, or none.
fn known_as(valid: Option<bool>) -> Event {
    let account = |valid| Account {
        valid,
        ..account_of("c0")
    };
    Event::UserKnown {
        accounts: valid.map(account).into_iter().collect(),
        more: false,
    }
}

/// One way to connect.
fn portal(window: bool) -> Portal {
    Portal::new(vec![Method {
        id: "default".to_owned(),
        window,
        asks: !window,
    }])
}

fn ticket() -> Ticket {
    Ticket("t".to_owned())
}

fn begun(portal: &mut Portal, attempt: u32, flow_id: &str) -> Vec<Effect> {
    portal.step(Event::FlowBegun {
        attempt,
        flow_id: flow_id.to_owned(),
        ticket: ticket(),
    })
}

fn flow(portal: &mut Portal, flow_id: &str, progress: Progress) -> Vec<Effect> {
    portal.step(Event::Flow {
        flow_id: flow_id.to_owned(),
        progress,
    })
}

/// Signed in, no account.
fn known(window: bool) -> Portal {
    let mut portal = portal(window);
    assert_eq!(portal.step(Event::SessionArrived), [Effect::Authenticate]);
    assert_eq!(portal.step(known_as(None)), []);
    portal
}

/// The window is open and its flow `f1` has begun.
fn waiting() -> Portal {
    let mut portal = known(true);
    press(&mut portal);
    begun(&mut portal, 1, "f1");
    portal
}

fn press(portal: &mut Portal) -> Vec<Effect> {
    portal.step(Event::ConnectPressed(FieldValues::default()));
    portal.step(Event::WindowOpened)
}

fn trouble(portal: &Portal) -> TroubleKind {
    match &portal.screen {
        Screen::Trouble(trouble) => trouble.kind,
        screen => panic!("no trouble: {screen:?}"),
    }
}

fn connect(attempt: u32) -> Effect {
    Effect::Connect {
        attempt,
        method: "default".to_owned(),
        target: Target::Meant,
        values: FieldValues::default(),
    }
}

#[test]
fn a_window_leads_to_a_connection() {
    let mut portal = known(true);
    let opened = portal.step(Event::ConnectPressed(FieldValues::default()));
    assert_eq!(opened, [Effect::OpenWindow]);
    assert_eq!(portal.step(Event::WindowOpened), [connect(1)]);
    let begin = Effect::Begin {
        flow_id: "f1".to_owned(),
        ticket: ticket(),
    };
    assert_eq!(begun(&mut portal, 1, "f1"), [begin]);
    flow(&mut portal, "f1", Progress::Checking);
    assert_eq!(portal.screen, Screen::Checking);
    let done = flow(&mut portal, "f1", Progress::Connected(connection()));
    assert_eq!(
        done,
        [
            Effect::CloseWindow,
            Effect::TellConnected(connection().credential)
        ]
    );
    assert_eq!(portal.screen, Screen::Connected);
    assert_eq!(
        portal.account.unwrap().name.as_deref(),
        Some("ada@example.com")
    );
}

#[test]
fn a_press_before_the_session_waits_for_it() {
    let mut portal = portal(true);
    assert_eq!(press(&mut portal), []);
    portal.step(Event::SessionArrived);
    assert_eq!(portal.step(known_as(None)), [connect(1)]);
}

#[test]
fn somebody_connected_already_sees_it_and_the_early_window_goes() {
    let mut portal = portal(true);
    press(&mut portal);
    portal.step(Event::SessionArrived);
    assert_eq!(portal.step(known_as(Some(true))), [Effect::CloseWindow]);
    assert_eq!(portal.screen, Screen::Connected);
}

#[test]
fn an_invalid_account_asks_to_be_mended() {
    let mut portal = portal(true);
    portal.step(Event::SessionArrived);
    portal.step(known_as(Some(false)));
    assert!(portal.mends());
    assert_eq!(portal.screen, Screen::Intro);
}

#[test]
fn no_session_is_said_and_a_late_one_still_counts() {
    let mut portal = portal(true);
    press(&mut portal);
    assert_eq!(portal.step(Event::SessionLate), [Effect::CloseWindow]);
    assert_eq!(trouble(&portal), TroubleKind::SessionMissing);
    portal.step(Event::SessionArrived);
    assert_eq!(portal.step(known_as(None)), []);
    assert_eq!(portal.screen, Screen::Intro);
}

#[test]
fn a_blocked_window_asks_the_server_for_nothing() {
    let mut portal = known(true);
    portal.step(Event::ConnectPressed(FieldValues::default()));
    assert_eq!(portal.step(Event::WindowBlocked), []);
    assert_eq!(trouble(&portal), TroubleKind::Blocked);
    assert_eq!(portal.step(Event::RetryPressed), [Effect::OpenWindow]);
    assert_eq!(portal.step(Event::WindowOpened), [connect(2)]);
}

#[test]
fn a_blocked_window_can_be_a_tab() {
    let mut portal = blocked();
    assert_eq!(
        portal.step(Event::TabPressed),
        [Effect::AwaitTab, connect(2)]
    );
    assert_eq!(portal.screen, Screen::Waiting);
    let begin = Effect::Begin {
        flow_id: "f1".to_owned(),
        ticket: ticket(),
    };
    assert_eq!(begun(&mut portal, 2, "f1"), [begin]);
    assert!(portal.watches("f1"));
}

#[test]
fn a_blocked_window_can_be_the_page_itself() {
    let mut portal = blocked();
    assert_eq!(portal.step(Event::HerePressed), [connect(2)]);
    assert!(portal.leaves());
    assert_eq!(trouble(&portal), TroubleKind::Blocked);
    let leave = Effect::LeaveFor {
        flow_id: "f1".to_owned(),
        ticket: ticket(),
    };
    assert_eq!(begun(&mut portal, 2, "f1"), [leave]);
    assert!(!portal.watches("f1"), "nobody is left to watch");
    // Who stays after all goes on as ever.
    assert_eq!(portal.step(Event::RetryPressed), [Effect::OpenWindow]);
    assert!(!portal.leaves());
}

#[test]
fn a_page_that_is_left_for_nothing_is_not_left() {
    let mut portal = blocked();
    portal.step(Event::HerePressed);
    portal.step(Event::CancelPressed);
    let cancel = Effect::CancelFlow("f1".to_owned());
    assert_eq!(begun(&mut portal, 2, "f1"), [cancel]);
}

fn blocked() -> Portal {
    let mut portal = known(true);
    portal.step(Event::ConnectPressed(FieldValues::default()));
    portal.step(Event::WindowBlocked);
    portal
}

#[test]
fn a_closed_window_may_still_succeed_after_another_try() {
    let mut portal = waiting();
    portal.step(Event::WindowClosed);
    assert_eq!(trouble(&portal), TroubleKind::Closed);
    portal.step(Event::RetryPressed);
    portal.step(Event::WindowOpened);
    begun(&mut portal, 2, "f2");
    let done = flow(&mut portal, "f1", Progress::Connected(connection()));
    assert!(
        done.contains(&Effect::CancelFlow("f2".to_owned())),
        "{done:?}"
    );
    assert!(
        !done.contains(&Effect::CancelFlow("f1".to_owned())),
        "{done:?}"
    );
    assert_eq!(portal.screen, Screen::Connected);
}

#[test]
fn the_failure_of_an_earlier_flow_does_not_disturb_the_current_one() {
    let mut portal = waiting();
    portal.step(Event::WindowClosed);
    portal.step(Event::RetryPressed);
    portal.step(Event::WindowOpened);
    begun(&mut portal, 2, "f2");
    assert_eq!(flow(&mut portal, "f1", Progress::Expired), []);
    assert_eq!(portal.screen, Screen::Waiting);
    assert!(!portal.watches("f1") && portal.watches("f2"));
}

#[test]
fn cancel_ends_every_flow_and_a_late_answer_begins_none() {
    let mut portal = waiting();
    let cancelled = portal.step(Event::CancelPressed);
    assert_eq!(
        cancelled,
        [Effect::CloseWindow, Effect::CancelFlow("f1".to_owned())]
    );
    assert_eq!(portal.screen, Screen::Intro);
    press(&mut portal);
    portal.step(Event::CancelPressed);
    assert_eq!(
        begun(&mut portal, 3, "f3"),
        [Effect::CancelFlow("f3".to_owned())]
    );
    let late = flow(&mut portal, "f1", Progress::Connected(connection()));
    assert_eq!(late, []);
    assert_eq!(portal.screen, Screen::Intro);
}

#[test]
fn a_refusal_is_shown_and_told() {
    let mut portal = waiting();
    let error = ApiError::new(ErrorCode::ProviderRefused, "You said no.");
    let effects = flow(&mut portal, "f1", Progress::Failed(error));
    let told = Effect::TellError(ErrorCode::ProviderRefused, "You said no.".to_owned());
    assert_eq!(effects, [Effect::CloseWindow, told]);
    assert_eq!(trouble(&portal), TroubleKind::Denied);
    assert!(!portal.watches("f1"));
}

#[test]
fn an_outage_passes_and_waiting_goes_on() {
    let mut portal = waiting();
    let error = ApiError::new(ErrorCode::Unavailable, "Away.");
    portal.step(Event::FlowUnreachable {
        flow_id: "f1".to_owned(),
        error,
    });
    assert_eq!(trouble(&portal), TroubleKind::Unreachable);
    flow(&mut portal, "f1", Progress::Pending);
    assert_eq!(portal.screen, Screen::Waiting);
}

#[test]
fn a_flow_that_the_server_forgot_has_expired() {
    let mut portal = waiting();
    let error = ApiError::new(ErrorCode::NotFound, "No such flow.");
    portal.step(Event::FlowUnreachable {
        flow_id: "f1".to_owned(),
        error,
    });
    assert_eq!(trouble(&portal), TroubleKind::Expired);
}

#[test]
fn a_wrong_key_keeps_the_form_and_is_checked_once_at_a_time() {
    let mut portal = known(false);
    let values = FieldValues([("api_key".to_owned(), "k".to_owned())].into());
    let first = portal.step(Event::ConnectPressed(values.clone()));
    assert_eq!(
        first,
        [Effect::Connect {
            attempt: 1,
            method: "default".to_owned(),
            target: Target::Meant,
            values: values.clone()
        }]
    );
    assert!(portal.busy);
    assert_eq!(portal.step(Event::ConnectPressed(values)), []);
    let error = ApiError::new(ErrorCode::ProviderRefused, "Acme: no such key.");
    portal.step(Event::ConnectRefused {
        attempt: 1,
        error: error.clone(),
    });
    assert_eq!(portal.screen, Screen::Intro);
    assert_eq!(portal.problem, Some(error));
    assert!(!portal.busy);
}

#[test]
fn an_accepted_key_is_forgotten_by_the_page() {
    let mut portal = known(false);
    let values = FieldValues([("api_key".to_owned(), "k".to_owned())].into());
    portal.step(Event::ConnectPressed(values));
    portal.step(Event::KeyAccepted(connection()));
    assert_eq!(portal.screen, Screen::Connected);
    assert_eq!(portal.values, FieldValues::default());
}

#[test]
fn a_token_that_ran_out_ends_the_session() {
    let mut portal = known(false);
    portal.step(Event::ConnectPressed(FieldValues::default()));
    let error = ApiError::new(ErrorCode::TokenInvalid, "Expired.");
    portal.step(Event::ConnectRefused { attempt: 1, error });
    assert_eq!(trouble(&portal), TroubleKind::SessionOver);
}

#[test]
fn disconnecting_says_what_was_revoked_and_leads_back() {
    let mut portal = portal(true);
    portal.step(Event::SessionArrived);
    portal.step(known_as(Some(true)));
    let disconnect = Effect::Disconnect("c0".to_owned());
    assert_eq!(portal.step(Event::DisconnectPressed), [disconnect]);
    assert_eq!(portal.step(Event::DisconnectPressed), []);
    let done = portal.step(Event::DisconnectDone(Ok(Revocation::NotSupported)));
    assert_eq!(done, [Effect::TellDisconnected]);
    assert_eq!(
        portal.screen,
        Screen::Disconnected(Revocation::NotSupported)
    );
    portal.step(Event::CancelPressed);
    assert_eq!(portal.screen, Screen::Intro);
    assert_eq!(portal.account, None);
}

#[test]
fn an_account_that_is_gone_already_leads_to_the_way_to_connect() {
    let mut portal = portal(true);
    portal.step(Event::SessionArrived);
    portal.step(known_as(Some(true)));
    portal.step(Event::DisconnectPressed);
    let error = ApiError::new(ErrorCode::NotConnected, "Acme is not connected.");
    let told = portal.step(Event::DisconnectDone(Err(error)));
    assert_eq!(told, [Effect::TellDisconnected]);
    assert_eq!(portal.screen, Screen::Intro);
    assert_eq!((portal.account, portal.problem), (None, None));
}

#[test]
fn a_failed_disconnect_keeps_the_account() {
    let mut portal = portal(true);
    portal.step(Event::SessionArrived);
    portal.step(known_as(Some(true)));
    portal.step(Event::DisconnectPressed);
    let error = ApiError::new(ErrorCode::Unavailable, "Away.");
    portal.step(Event::DisconnectDone(Err(error.clone())));
    assert_eq!(portal.screen, Screen::Connected);
    assert_eq!(portal.problem, Some(error));
}

#[test]
fn leaving_cancels_what_is_open() {
    let mut portal = waiting();
    let effects = portal.step(Event::ClosePressed);
    assert_eq!(
        effects,
        [Effect::CloseWindow, Effect::Leave(vec!["f1".to_owned()])]
    );
}

/// By a window, or by a form.
fn two_ways() -> Portal {
    let method = |id: &str, window| Method {
        id: id.to_owned(),
        window,
        asks: !window,
    };
    let mut portal = Portal::new(vec![method("oauth", true), method("key", false)]);
    assert_eq!(portal.screen, Screen::Choice);
    portal.step(Event::SessionArrived);
    portal
}

#[test]
fn of_several_ways_the_person_chooses_one_and_may_choose_again() {
    let mut portal = two_ways();
    portal.step(known_as(None));
    assert_eq!(portal.screen, Screen::Choice);
    portal.step(Event::MethodPressed(1));
    assert_eq!(portal.screen, Screen::Intro);
    portal.step(Event::OtherWayPressed);
    assert_eq!(portal.screen, Screen::Choice);
    portal.step(Event::MethodPressed(0));
    let opened = portal.step(Event::ConnectPressed(FieldValues::default()));
    assert_eq!(opened, [Effect::OpenWindow]);
    let effects = portal.step(Event::WindowOpened);
    let Some(Effect::Connect { method, .. }) = effects.first() else {
        panic!("{effects:?}");
    };
    assert_eq!(method, "oauth");
}

#[test]
fn an_account_is_mended_in_the_way_it_was_connected() {
    let mut portal = two_ways();
    let account = Account {
        method: "key".to_owned(),
        ..account_of("c0")
    };
    portal.step(Event::UserKnown {
        accounts: vec![account],
        more: false,
    });
    assert_eq!((&portal.screen, portal.method), (&Screen::Intro, Some(1)));
    assert!(portal.mends());
}

/// Two accounts, the second of which has to be mended.
fn listed(more: bool) -> Portal {
    let mut portal = portal(true);
    portal.step(Event::SessionArrived);
    let valid = Account {
        valid: true,
        ..account_of("c1")
    };
    let accounts = vec![valid, account_of("c2")];
    portal.step(Event::UserKnown { accounts, more });
    assert_eq!(portal.screen, Screen::Accounts);
    portal
}

#[test]
fn of_several_accounts_each_can_be_seen_mended_and_ended() {
    let mut portal = listed(false);
    portal.step(Event::AccountPressed(1));
    assert!(portal.mends());
    portal.step(Event::ConnectPressed(FieldValues::default()));
    let effects = portal.step(Event::WindowOpened);
    let Some(Effect::Connect { target, .. }) = effects.first() else {
        panic!("{effects:?}");
    };
    assert_eq!(*target, Target::One("c2".to_owned()));
    portal.step(Event::CancelPressed);
    portal.step(Event::AccountsPressed);
    portal.step(Event::AccountPressed(0));
    assert_eq!(portal.screen, Screen::Connected);
    let disconnect = Effect::Disconnect("c1".to_owned());
    assert_eq!(portal.step(Event::DisconnectPressed), [disconnect]);
    portal.step(Event::DisconnectDone(Ok(Revocation::Revoked)));
    // What is left is one account, and it has to be mended.
    assert!(!portal.lists() && portal.mends());
}

#[test]
fn one_more_account_is_a_press_away_where_the_host_allows_it() {
    let mut portal = listed(true);
    assert_eq!(portal.step(Event::AnotherPressed), [Effect::OpenWindow]);
    let effects = portal.step(Event::WindowOpened);
    let Some(Effect::Connect { target, .. }) = effects.first() else {
        panic!("{effects:?}");
    };
    assert_eq!(*target, Target::Another);
    portal.step(Event::CancelPressed);
    assert_eq!(portal.screen, Screen::Accounts);
    assert_eq!(portal.accounts.len(), 2);
}

#[test]
fn an_early_press_adds_an_account_where_the_host_wants_one_more() {
    let mut portal = portal(true);
    press(&mut portal);
    portal.step(Event::SessionArrived);
    let valid = Account {
        valid: true,
        ..account_of("c1")
    };
    let effects = portal.step(Event::UserKnown {
        accounts: vec![valid],
        more: true,
    });
    assert!(matches!(
        effects.as_slice(),
        [Effect::Connect {
            target: Target::Another,
            ..
        }]
    ));
}

#[test]
fn the_rest_of_what_was_asked_is_asked_for_again() {
    let mut portal = portal(true);
    portal.step(Event::SessionArrived);
    portal.step(known_as(Some(true)));
    assert_eq!(portal.step(Event::ReconnectPressed), [Effect::OpenWindow]);
    let effects = portal.step(Event::WindowOpened);
    let Some(Effect::Connect { target, .. }) = effects.first() else {
        panic!("{effects:?}");
    };
    assert_eq!(*target, Target::One("c0".to_owned()));
    portal.step(Event::CancelPressed);
    assert_eq!(portal.screen, Screen::Connected);
}

#[test]
fn what_the_server_is_told_of_the_account() {
    let chosen = AccountChoice {
        external_id: Some("north".to_owned()),
        allow_multiple_credentials: true,
        selected_credential_id: None,
    };
    assert_eq!(Target::Meant.choice(chosen.clone()), chosen);
    assert_eq!(Target::Another.choice(chosen.clone()), chosen);
    let one = Target::One("c1".to_owned()).choice(chosen);
    assert_eq!(one.selected_credential_id.as_deref(), Some("c1"));
    assert_eq!(
        (one.external_id, one.allow_multiple_credentials),
        (None, false)
    );
}

fn setting() -> SettingField {
    SettingField {
        id: "label".to_owned(),
        ..SettingField::default()
    }
}

/// A new account of an integration with settings, whose settings are known.
fn configuring() -> Portal {
    let mut portal = known(false);
    portal.configures = true;
    portal.step(Event::ConnectPressed(FieldValues::default()));
    let effects = portal.step(Event::KeyAccepted(connection()));
    assert_eq!(effects.last(), Some(&Effect::AskSettings("c1".to_owned())));
    assert!(effects.contains(&Effect::TellConnected(connection().credential)));
    assert_eq!(portal.screen, Screen::Settings);
    assert_eq!(portal.step(Event::SettingsKnown(Ok(vec![setting()]))), []);
    portal
}

#[test]
fn a_new_account_is_set_up_and_told() {
    let mut portal = configuring();
    let values = FieldValues([("label".to_owned(), "a".to_owned())].into());
    let save = Effect::SaveSettings {
        account: "c1".to_owned(),
        values: values.clone(),
    };
    assert_eq!(portal.step(Event::SavePressed(values.clone())), [save]);
    // A second press while the first is under way.
    assert_eq!(portal.step(Event::SavePressed(values)), []);
    let told = portal.step(Event::SettingsSaved(Ok(connection())));
    assert_eq!(told, [Effect::TellConfigured(connection().credential)]);
    assert_eq!(portal.screen, Screen::Connected);
    assert!(portal.saved);
    portal.step(Event::SettingsPressed);
    assert!(!portal.saved);
}

#[test]
fn settings_that_are_refused_leave_the_form_as_it_is() {
    let mut portal = configuring();
    portal.step(Event::SavePressed(FieldValues::default()));
    let wrong = ApiError::field("label", "Label is needed. Fill it in.");
    portal.step(Event::SettingsSaved(Err(wrong.clone())));
    assert_eq!((&portal.screen, portal.busy), (&Screen::Settings, false));
    assert_eq!(portal.problem, Some(wrong));
    portal.step(Event::SettingsLeft);
    assert_eq!(portal.screen, Screen::Connected);
}

#[test]
fn settings_that_cannot_be_asked_for_leave_the_account() {
    let mut portal = known(false);
    portal.configures = true;
    portal.step(Event::KeyAccepted(connection()));
    let down = ApiError::new(ErrorCode::Unavailable, "Try again.");
    portal.step(Event::SettingsKnown(Err(down.clone())));
    assert_eq!(portal.screen, Screen::Connected);
    assert_eq!(portal.problem, Some(down));
}

#[test]
fn a_mended_account_keeps_its_settings() {
    let mut portal = known(false);
    portal.configures = true;
    portal.accounts = vec![account_of("c1")];
    let effects = portal.step(Event::KeyAccepted(connection()));
    assert_eq!(portal.screen, Screen::Connected);
    assert!(!effects.contains(&Effect::AskSettings("c1".to_owned())));
}
