//! The authorization request, and whose answer its callback is.

use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use url::Url;

use super::inject::Values;
use crate::{
    domain::definition::OAuth2,
    ports::provider::{AuthorizationRequest, ProviderError, Target},
};

/// RFC 6749 §4.1.1 with RFC 7636 §4.3.
pub fn url(target: Target<'_>, request: &AuthorizationRequest<'_>) -> Result<Url, ProviderError> {
    let oauth2 = oauth2(target)?;
    let mut url = values(target).url(&oauth2.authorization_url)?;
    let mut query = url.query_pairs_mut();
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", request.client_id)
        .append_pair("redirect_uri", request.redirect_uri)
        .append_pair("state", request.state.expose());
    if !request.scopes.is_empty() {
        query.append_pair("scope", &request.scopes.join(&oauth2.scope_separator));
    }
    if let Some(verifier) = request.verifier {
        let verifier = PkceCodeVerifier::new(verifier.expose().to_owned());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        query
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", challenge.method().as_str());
    }
    query.extend_pairs(&oauth2.authorization_params);
    drop(query);
    // Not every provider reads + as a space.
    let spaced = url.query().map(|query| query.replace('+', "%20"));
    url.set_query(spaced.as_deref());
    Ok(url)
}

/// RFC 9207 §2.4: the declared issuer, compared as text; else an origin that the definition names.
pub fn issuer_matches(target: Target<'_>, iss: &str) -> bool {
    let Ok(oauth2) = oauth2(target) else {
        return false;
    };
    let values = values(target);
    if let Some(issuer) = &oauth2.issuer {
        return values.url_text(issuer).is_ok_and(|issuer| issuer == iss);
    }
    let Ok(iss) = Url::parse(iss) else {
        return false;
    };
    [&oauth2.authorization_url, &oauth2.token_url]
        .into_iter()
        .filter_map(|template| values.url(template).ok())
        .any(|url| url.origin() == iss.origin() && iss.origin().is_tuple())
}

pub fn oauth2(target: Target<'_>) -> Result<&OAuth2, ProviderError> {
    target.auth.kind.oauth2().ok_or_else(|| {
        ProviderError::Refused("this integration is not connected with OAuth".to_owned())
    })
}

fn values(target: Target<'_>) -> Values<'_> {
    Values {
        target,
        credential: None,
    }
}
