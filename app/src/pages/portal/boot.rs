//! The page's facts, carried from the server's render to the browser in the document itself.

use crate::contract::{ApiError, portal::PortalPage};

/// What the server knows of the page asked for; it provides this by context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalBoot(pub Result<PortalPage, ApiError>);

/// The id of the element that holds the facts as JSON.
pub const BOOT_ID: &str = "portal-boot";

/// JSON that cannot end the script element around it.
#[cfg(feature = "ssr")]
pub fn encode(boot: &PortalBoot) -> String {
    serde_json::to_string(&boot.0)
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
        .map_or_else(missing, PortalBoot)
}

fn missing() -> PortalBoot {
    PortalBoot(Err(ApiError::new(
        crate::contract::ErrorCode::Internal,
        "Something went wrong on our side. Close this window and open it again.",
    )))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::contract::ErrorCode;

    #[test]
    fn facts_arrive_whole_and_stay_inside_their_element() {
        let boot = PortalBoot(Err(ApiError::new(
            ErrorCode::NotFound,
            "</script><script>alert(1)</script>",
        )));
        let json = encode(&boot);
        assert!(!json.contains('<'), "{json}");
        assert_eq!(serde_json::from_str(&json).ok().map(PortalBoot), Some(boot));
    }
}
