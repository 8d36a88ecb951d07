//! Where the portal stands in the host page.

/// The attribute of the root element that says so, to the styles and to the browser.
#[cfg(feature = "hydrate")]
const ATTRIBUTE: &str = "data-layout";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// A card over the dimmed page, which waits.
    #[default]
    Overlay,
    /// A part of the page: no scrim, no cross, and the focus comes and goes as it likes.
    Inline,
}

impl Layout {
    /// As the address asks for it.
    #[cfg(feature = "ssr")]
    pub fn asked(word: Option<&str>) -> Self {
        match word {
            Some("inline") => Self::Inline,
            _ => Self::Overlay,
        }
    }

    /// The attribute's value.
    #[cfg(feature = "ssr")]
    pub fn name(self) -> &'static str {
        match self {
            Self::Overlay => "overlay",
            Self::Inline => "inline",
        }
    }

    /// Of the page at hand.
    #[cfg(feature = "hydrate")]
    pub fn current() -> Self {
        let root = leptos::prelude::document().document_element();
        match root.and_then(|root| root.get_attribute(ATTRIBUTE)) {
            Some(name) if name == "inline" => Self::Inline,
            _ => Self::Overlay,
        }
    }
}
