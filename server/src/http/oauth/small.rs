//! What the pages around a flow say, in the language of the person.

use app::pages::portal::{language::Language, phrase::Phrase};
use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

use crate::{
    http::{
        cookies,
        error::{answer, public},
        html::{Page, escape, words},
        ui,
    },
    use_cases::{Error, connect::why::Why},
};

/// The language of the callback: the one that the window of the flow had, else the browser's.
pub fn language_after(headers: &HeaderMap) -> Language {
    let asked = cookies::find(headers, cookies::LANGUAGE);
    ui::language(asked.as_ref().map(|tag| tag.expose()), headers)
}

/// One sentence that tells a person what happened and what to do.
pub fn sentence(why: &Why, provider: Option<&str>, language: Language) -> Phrase {
    let say = language.small();
    // Where the name is not known the sentence that needs none is true as well.
    let of_provider = |sentence: &dyn Fn(&str) -> Phrase| match provider {
        Some(name) => sentence(name),
        None => say.fault.into(),
    };
    match why {
        Why::NotOurs => say.not_ours.into(),
        Why::Used => say.used.into(),
        Why::Over => say.over.into(),
        Why::TooLate => say.too_late.into(),
        Why::OtherBrowser => say.other_browser.into(),
        Why::WrongIssuer => of_provider(&|name| say.wrong_issuer(name)),
        Why::Denied => of_provider(&|name| say.denied(name)),
        Why::Refused(reason) => {
            of_provider(&|name| say.refused(name, reason.trim_end_matches(['.', ' '])))
        }
        Why::NoAnswer => of_provider(&|name| say.no_answer(name)),
        Why::NotReady => match provider {
            Some(name) => say.not_ready(name),
            None => say.unknown.into(),
        },
        Why::ProviderDown => of_provider(&|name| say.provider_down(name)),
        Why::Egress => of_provider(&|name| say.egress(name)),
        Why::Unknown => say.unknown.into(),
        Why::NotPermitted => say.not_permitted.into(),
        Why::SignedOut => say.signed_out.into(),
        Why::OpenerRefused => say.opener_refused.into(),
        Why::AppAtFault(reason) => say.app_at_fault(reason),
        Why::TooMany => say.too_many.into(),
        Why::Away => say.away.into(),
        Why::Fault => say.fault.into(),
    }
}

/// The answer to a page's script: as to any caller, with a sentence in the page's language.
pub fn refuse(error: &Error, provider: Option<&str>, language: Language) -> Response {
    let said = sentence(&Why::of(error), provider, language);
    let mut told = public(error);
    told.message = said.plain();
    answer(&told)
}

/// A page that says why nothing was connected. `more` is HTML and stands below.
pub fn not_connected(
    status: u16,
    said: &Phrase,
    more: &str,
    script: Option<&'static str>,
    language: Language,
) -> Response {
    let title = language.small().not_connected;
    let body = format!(
        "<h1>{}</h1><p role=\"alert\">{}</p>{more}",
        escape(title),
        words(said)
    );
    Page {
        status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        language,
        title,
        body: &body,
        script,
    }
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_told_with_and_without_a_name() {
        let all = [
            Why::NotOurs,
            Why::Used,
            Why::Over,
            Why::TooLate,
            Why::OtherBrowser,
            Why::WrongIssuer,
            Why::Denied,
            Why::Refused("scope_missing.".to_owned()),
            Why::NoAnswer,
            Why::NotReady,
            Why::ProviderDown,
            Why::Egress,
            Why::Unknown,
            Why::NotPermitted,
            Why::SignedOut,
            Why::OpenerRefused,
            Why::AppAtFault("The id is missing.".to_owned()),
            Why::TooMany,
            Why::Away,
            Why::Fault,
        ];
        for language in Language::ALL {
            let mut told: Vec<_> = all
                .iter()
                .map(|why| sentence(why, Some("Slack"), language).plain())
                .collect();
            assert!(told.iter().all(|text| !text.contains(['{', '}'])));
            told.sort_unstable();
            told.dedup();
            assert_eq!(
                told.len(),
                all.len(),
                "{language:?}: two reasons say the same"
            );
            for why in &all {
                let text = sentence(why, None, language).plain();
                assert!(!text.contains(['{', '}']), "{text}");
            }
        }
    }

    #[test]
    fn the_window_s_language_goes_before_the_browser_s() {
        let mut headers = HeaderMap::new();
        headers.insert("accept-language", "fr".parse().unwrap());
        assert_eq!(language_after(&headers), Language::French);
        headers.insert("cookie", "patchbay_language=ar".parse().unwrap());
        assert_eq!(language_after(&headers), Language::Arabic);
        headers.insert("cookie", "patchbay_language=<x>".parse().unwrap());
        assert_eq!(language_after(&headers), Language::French);
    }
}
