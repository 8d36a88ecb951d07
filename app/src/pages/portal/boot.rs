//! The page's facts, carried from the server's render to the browser in the document itself.

use super::{account::Account, strings::Strings};
use crate::contract::{ApiError, portal::PortalPage};

/// What the server knows of the page asked for; it provides this by context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalBoot {
    pub page: Result<PortalPage, ApiError>,
    /// Of the language in which the page speaks: the browser gets no other.
    pub strings: &'static Strings,
    /// What a page by itself shows from the first.
    pub accounts: Vec<Account>,
}

#[cfg(feature = "ssr")]
impl PortalBoot {
    pub fn new(page: Result<PortalPage, ApiError>, strings: &'static Strings) -> Self {
        let hosted = page.as_ref().ok().and_then(|page| page.hosted.as_ref());
        let accounts = hosted.map_or(&[][..], |hosted| &hosted.accounts);
        Self {
            accounts: accounts.iter().map(Account::from).collect(),
            page,
            strings,
        }
    }
}

/// The id of the element that holds the facts as JSON.
pub const BOOT_ID: &str = "portal-boot";

/// JSON that cannot end the script element around it.
#[cfg(feature = "ssr")]
pub fn encode(boot: &PortalBoot) -> String {
    serde_json::to_string(&(&boot.page, boot.strings.list()))
        .unwrap_or_default()
        .replace('<', "\\u003c")
}

/// The facts on either side: the same, so that the page hydrates as it was rendered.
#[cfg(not(feature = "hydrate"))]
pub fn boot() -> PortalBoot {
    leptos::prelude::use_context::<PortalBoot>().unwrap_or_else(missing)
}

#[cfg(feature = "hydrate")]
pub fn boot() -> PortalBoot {
    leptos::prelude::document()
        .get_element_by_id(BOOT_ID)
        .and_then(|element| element.text_content())
        .and_then(|json| super::driver::wire::boot(&json))
        .unwrap_or_else(missing)
}

fn missing() -> PortalBoot {
    PortalBoot {
        page: Err(ApiError::new(
            crate::contract::ErrorCode::Internal,
            "Something went wrong on our side. Close this window and open it again.",
        )),
        strings: fallback(),
        accounts: Vec::new(),
    }
}

#[cfg(feature = "ssr")]
fn fallback() -> &'static Strings {
    super::language::Language::default().strings()
}

/// A page whose facts cannot be read lacks its words, too.
#[cfg(not(feature = "ssr"))]
fn fallback() -> &'static Strings {
    &Strings::EMPTY
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::{contract::ErrorCode, pages::portal::language::Language};

    #[test]
    fn facts_arrive_whole_and_stay_inside_their_element() {
        let error = ApiError::new(ErrorCode::NotFound, "</script><script>alert(1)</script>");
        let boot = PortalBoot::new(Err(error.clone()), Language::German.strings());
        let json = encode(&boot);
        assert!(!json.contains('<'), "{json}");
        let (page, strings): (Result<PortalPage, ApiError>, Vec<String>) =
            serde_json::from_str(&json).unwrap();
        assert_eq!(page, Err(error));
        assert_eq!(strings, Language::German.strings().list());
    }
}
