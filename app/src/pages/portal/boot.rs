//! The page's facts, carried from the server's render to the browser in the document itself.

use super::strings::Strings;
use crate::contract::{ApiError, portal::PortalPage};

/// What the server knows of the page asked for; it provides this by context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalBoot {
    pub page: Result<PortalPage, ApiError>,
    /// Of the language in which the page speaks: the browser gets no other.
    pub strings: &'static Strings,
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
        let boot = PortalBoot {
            page: Err(error.clone()),
            strings: Language::German.strings(),
        };
        let json = encode(&boot);
        assert!(!json.contains('<'), "{json}");
        let (page, strings): (Result<PortalPage, ApiError>, Vec<String>) =
            serde_json::from_str(&json).unwrap();
        assert_eq!(page, Err(error));
        assert_eq!(strings, Language::German.strings().list());
    }
}
