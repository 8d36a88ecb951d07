//! What the portal page shows before anybody is known: facts of the integration, no secret.

use serde::{Deserialize, Serialize};

use super::user::Credential;

/// The portal for one integration of one project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PortalPage {
    pub project_id: String,
    /// The company that embeds the portal, as its users know it.
    pub app_name: String,
    /// The company's own logo, or none: then its initial stands in.
    pub app_logo: Option<String>,
    pub integration_type: String,
    pub integration_id: String,
    pub name: String,
    /// `/logos/{slug}.svg`, or none: then a monogram stands in.
    pub logo: Option<String>,
    /// The brand's colour, `#rrggbb`.
    pub color: Option<String>,
    /// The ways to connect. Never empty; of several, the person chooses one.
    pub methods: Vec<ConnectMethod>,
    /// The origin of the page that embeds the portal, checked against the project's list.
    pub parent_origin: Option<String>,
    /// Where the page stands by itself, for whom a link was made.
    pub hosted: Option<Hosted>,
    /// Whether an account has settings.
    pub settings: bool,
    /// Where an admin installs the app's package at the provider before anybody connects.
    pub package_url: Option<String>,
}

/// What a page by itself has in place of a host page around it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hosted {
    /// Stands for a user token, of use for this link alone.
    pub user_token: String,
    /// Whom the link is for.
    pub recipient: String,
    /// Where the page leads at its end.
    pub return_url: Option<String>,
    /// What was connected by the link.
    pub accounts: Vec<Credential>,
}

impl std::fmt::Debug for Hosted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hosted")
            .field("recipient", &self.recipient)
            .finish_non_exhaustive()
    }
}

/// A way to connect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectMethod {
    pub id: String,
    /// What people choose it by; empty where there is no choice.
    pub label: String,
    /// A sentence that helps to choose.
    pub help: Option<String>,
    /// A window at the provider opens, once the fields are filled in; otherwise the form is all.
    pub window: bool,
    pub fields: Vec<Field>,
    /// What is asked for that people know by a name.
    pub scopes: Vec<Scope>,
    /// Where the window leads, e.g. `accounts.example.com`.
    pub continues_on: Option<String>,
    /// The provider's page that explains where a key is found.
    pub help_url: Option<String>,
    /// What a person with an app of their own enters at the provider.
    pub redirect_uri: Option<String>,
}

/// A scope and what it lets the app do, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    pub name: String,
    pub label: String,
}

/// One input of a provider's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    pub name: String,
    pub label: String,
    /// Shown as dots, never sent back.
    pub secret: bool,
    /// A key or certificate of several lines.
    pub multiline: bool,
    /// May be left empty.
    pub optional: bool,
    pub help: Option<String>,
    pub placeholder: Option<String>,
    /// A regular expression that the whole value fits; the HTML `pattern`.
    pub pattern: Option<String>,
    /// What there is to choose from; empty where people type.
    pub options: Vec<FieldOption>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldOption {
    pub value: String,
    pub label: String,
}
