//! How a proxied call carries the credential.

use super::{SignatureMethod, Template};

/// Everything that is put into a call. Empty: the call goes as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inject {
    /// Name in lower case, and value.
    pub headers: Vec<(String, Template)>,
    pub query: Option<(String, Template)>,
    /// Of the body: of a JSON object, or of a form.
    pub member: Option<(String, Template)>,
    /// `Authorization: Basic`, of username and password (RFC 7617).
    pub basic: Option<(Template, Template)>,
    pub signing: Option<Signing>,
}

impl Inject {
    pub fn header(name: &str, value: &str) -> Self {
        Self {
            headers: vec![(name.to_owned(), Template(value.to_owned()))],
            ..Self::default()
        }
    }
}

/// A signature over the call itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signing {
    /// RFC 5849, by the client and the token.
    OAuth1(SignatureMethod),
    SigV4(Box<SigV4>),
}

/// AWS Signature Version 4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigV4 {
    pub service: Template,
    pub region: Template,
    pub access_key_id: Template,
    pub secret_access_key: Template,
    /// Of temporary credentials; left out where the person typed none.
    pub session_token: Option<Template>,
}

/// What Patchbay shows of itself in TLS (RFC 8446 §4.4.2), as PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The certificate, followed by those that vouch for it.
    pub certificate: Template,
    pub key: Template,
}
