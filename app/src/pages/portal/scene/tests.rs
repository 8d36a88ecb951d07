use super::*;
use crate::{
    contract::{ApiError, ErrorCode},
    pages::portal::{account::Day, language::Language},
};

const NAMES: Names<'static> = Names {
    app: "Northwind",
    provider: "Slack",
};

fn of(error: &ApiError, language: Language) -> Scene {
    troubled(&error.into(), Some(NAMES), language.strings())
}

#[test]
fn trouble_that_trying_again_cannot_mend_offers_the_way_back_only() {
    let error = ApiError::new(ErrorCode::IntegrationInactive, "Slack is not active.");
    let scene = of(&error, Language::English);
    let labels: Vec<_> = scene.ways.iter().map(|way| way.label.plain()).collect();
    assert_eq!(labels, ["Back to Northwind"]);
}

#[test]
fn a_blocked_window_offers_a_link_and_the_page_itself_where_it_can_be_left() {
    let ways = |can_leave| {
        let ways = unblocked(can_leave, Language::English.strings());
        ways.iter()
            .map(|way| (way.label.plain(), way.link.is_some()))
            .collect::<Vec<_>>()
    };
    let tab = ("Open in a new tab".to_owned(), true);
    let here = ("Continue in this window".to_owned(), false);
    let cancel = ("Cancel".to_owned(), false);
    assert_eq!(ways(true), [tab.clone(), here, cancel.clone()]);
    assert_eq!(ways(false), [tab, cancel]);
}

#[test]
fn what_a_token_lacks_is_not_shown_to_people() {
    let error = ApiError::new(ErrorCode::TokenInvalid, "Signature does not match.");
    let text = of(&error, Language::English).message.unwrap().text.plain();
    assert!(text.contains("reload Northwind"), "{text}");
    assert!(!text.contains("Signature"), "{text}");
}

#[test]
fn a_right_that_is_missing_is_no_fault_of_ours() {
    let error = ApiError::new(ErrorCode::Forbidden, "The user token lacks \"connect\".");
    let scene = of(&error, Language::English);
    assert_eq!(scene.title.plain(), "Not allowed");
    assert!(scene.message.unwrap().text.plain().contains("Northwind"));
    let labels: Vec<_> = scene.ways.iter().map(|way| way.label.plain()).collect();
    assert_eq!(labels, ["Back to Northwind"]);
}

#[test]
fn the_server_s_sentence_is_not_mixed_into_another_language() {
    let error = ApiError::new(ErrorCode::Unavailable, "The database is not available.");
    let scene = of(&error, Language::German);
    assert_eq!(scene.title.plain(), "Zurzeit nicht erreichbar");
    let text = scene.message.unwrap().text.plain();
    assert!(!text.contains("database"), "{text}");
}

#[test]
fn the_provider_s_words_stay_as_they_are() {
    let error = ApiError::new(
        ErrorCode::ProviderRefused,
        "Slack answered: app_not_approved",
    );
    let text = of(&error, Language::German).message.unwrap().text;
    assert_eq!(text.plain(), "Antwort von Slack: app_not_approved");
}

/// A page that could not be found knows no names, so no sentence on it may need one.
#[test]
fn a_page_without_names_leaves_no_gap() {
    let codes = [
        ErrorCode::NotFound,
        ErrorCode::IntegrationInactive,
        ErrorCode::OriginNotAllowed,
        ErrorCode::Unavailable,
        ErrorCode::ProviderRefused,
        ErrorCode::ProviderUnavailable,
        ErrorCode::TokenInvalid,
        ErrorCode::FlowEnded,
        ErrorCode::TooManyRequests,
        ErrorCode::Internal,
    ];
    for code in codes {
        let trouble = Trouble::nameless(&ApiError::new(code, "a: b"));
        let scene = broken(&trouble, Language::English.strings());
        let gap = Phrase::given("");
        for phrase in [scene.title, scene.message.unwrap().text] {
            assert!(!phrase.0.contains(&gap.0[0]), "{code:?}: {phrase:?}");
        }
    }
}

#[test]
fn accounts_without_a_name_can_be_told_apart() {
    let account = |external_id: Option<&str>, day| Account {
        external_id: external_id.map(str::to_owned),
        since: Day::read(day),
        valid: true,
        ..Account::default()
    };
    let mut portal = Portal::new(Vec::new());
    portal.accounts = vec![
        account(Some("north"), "2026-11-02"),
        account(None, "2026-11-02"),
        account(None, "2026-11-03"),
        account(None, "2026-11-03"),
    ];
    let page = PortalPage {
        name: "Slack".to_owned(),
        ..PortalPage::default()
    };
    let choices = accounts(&portal, &page, Language::English.strings()).choices;
    let read: Vec<_> = choices
        .iter()
        .map(|choice| {
            let help = choice.help.as_ref().map(Phrase::plain);
            format!("{}, {}", choice.label.plain(), help.unwrap_or_default())
        })
        .collect();
    assert_eq!(
        read,
        [
            "north, Connected since 2 November 2026",
            "Slack account, Connected since 2 November 2026",
            "Slack account, Connected since 3 November 2026",
            "Slack account (2), Connected since 3 November 2026",
        ]
    );
}
