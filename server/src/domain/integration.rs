//! A provider as one project uses it.

use super::{
    Timestamp,
    id::{IntegrationId, ProjectId},
    secret::Sealed,
    setting::Setting,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    pub id: IntegrationId,
    pub project: ProjectId,
    /// The slug of the provider's definition: `integrationType` on the wire.
    pub integration_type: String,
    pub client_id: Option<String>,
    /// Sealed under the field `client_secret`.
    pub client_secret: Option<Sealed>,
    /// None: the definition's default scopes.
    pub scopes: Option<Vec<String>>,
    pub active: bool,
    /// Whether the user's own browser may have the access token, for a provider's file picker.
    pub browser_token: bool,
    /// Pages of the app that may stand in for the callback, to the letter.
    pub redirect_urls: Vec<String>,
    /// What users are asked for, in this order.
    pub settings: Vec<Setting>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
