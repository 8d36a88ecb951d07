//! Where in the dashboard the viewer is.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};

/// The parts of the dashboard that the sidebar leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Home,
    Integrations,
    Users,
    Sdk,
    Webhooks,
    Appearance,
    Settings,
}

impl Section {
    pub const ALL: [Self; 7] = [
        Self::Home,
        Self::Integrations,
        Self::Users,
        Self::Sdk,
        Self::Webhooks,
        Self::Appearance,
        Self::Settings,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::Integrations => "Integrations",
            Self::Users => "Users",
            Self::Sdk => "SDK",
            Self::Webhooks => "Webhooks",
            Self::Appearance => "Appearance",
            Self::Settings => "Settings",
        }
    }

    /// The section's address in an environment.
    pub fn path(self, project_id: &str) -> String {
        let end = match self {
            Self::Home => "",
            Self::Integrations => "/integrations",
            Self::Users => "/users",
            Self::Sdk => "/sdk",
            Self::Webhooks => "/webhooks",
            Self::Appearance => "/appearance",
            Self::Settings => "/settings",
        };
        format!("/dashboard/{project_id}{end}")
    }

    /// The section that an address lies in; `/dashboard/{id}/…`.
    fn of(pathname: &str) -> Self {
        match pathname.split('/').nth(3) {
            Some("integrations" | "catalog") => Self::Integrations,
            Some("users") => Self::Users,
            Some("sdk") => Self::Sdk,
            Some("webhooks") => Self::Webhooks,
            Some("appearance") => Self::Appearance,
            Some("settings") => Self::Settings,
            _ => Self::Home,
        }
    }
}

/// The environment's project id, from the address.
pub fn use_project_id() -> Memo<String> {
    use_param("project_id")
}

/// A part of the address by its name in the route; empty when it is not there.
pub fn use_param(name: &'static str) -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get(name).unwrap_or_default())
}

pub fn use_section() -> Memo<Section> {
    let pathname = use_location().pathname;
    Memo::new(move |_| Section::of(&pathname.read()))
}

#[cfg(test)]
mod tests {
    use super::Section;

    #[test]
    fn every_section_is_found_by_its_address() {
        for section in Section::ALL {
            assert_eq!(Section::of(&section.path("p1")), section);
        }
        assert_eq!(
            Section::of("/dashboard/p1/integrations/slack"),
            Section::Integrations
        );
        assert_eq!(Section::of("/dashboard/p1/catalog"), Section::Integrations);
    }
}
