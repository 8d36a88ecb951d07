//! An identity provider as an operator describes it.

use super::origin;
use crate::contract::{ApiError, dashboard::IdentityProvider};

const MAX: usize = 512;
/// Claims that say nothing of who somebody is.
const NO_USER: [&str; 7] = ["iss", "aud", "azp", "exp", "iat", "nbf", "jti"];

/// The same without spaces around, and with `sub` where no claim is named. Errors name the field.
pub fn identity_provider(input: IdentityProvider) -> Result<IdentityProvider, ApiError> {
    let jwks_url = input.jwks_url.as_deref().map(str::trim);
    let jwks_url = jwks_url.filter(|url| !url.is_empty());
    let issuer = line(&input.issuer).ok_or_else(|| {
        ApiError::field(
            "issuer",
            "Enter the issuer as it stands in the tokens, such as https://acme.eu.auth0.com/.",
        )
    })?;
    if jwks_url.is_none() && (!is_address(issuer) || issuer.contains('?')) {
        return Err(ApiError::field(
            "issuer",
            "Enter an https address, or say where the keys are.",
        ));
    }
    if let Some(url) = jwks_url
        && !is_address(url)
    {
        return Err(ApiError::field(
            "jwks_url",
            "Enter an https address, or leave it empty.",
        ));
    }
    let audience = line(&input.audience).ok_or_else(|| {
        ApiError::field(
            "audience",
            "Enter what the tokens say in \"aud\": without it, tokens for other apps would be taken.",
        )
    })?;
    Ok(IdentityProvider {
        issuer: issuer.to_owned(),
        jwks_url: jwks_url.map(str::to_owned),
        audience: audience.to_owned(),
        user_claim: user_claim(&input.user_claim)?,
    })
}

fn user_claim(input: &str) -> Result<String, ApiError> {
    let claim = match input.trim() {
        "" => "sub",
        claim => claim,
    };
    if line(claim).is_none() || NO_USER.contains(&claim) {
        return Err(ApiError::field(
            "user_claim",
            "Enter a claim that tells users apart, such as sub.",
        ));
    }
    Ok(claim.to_owned())
}

/// Text without white space inside.
fn line(input: &str) -> Option<&str> {
    let text = input.trim();
    let fits = !text.is_empty()
        && text.len() <= MAX
        && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    fits.then_some(text)
}

/// An https URL without a fragment; plain http for loopback hosts only.
fn is_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    line(text).is_some()
        && !text.contains('#')
        && origin(&format!("{scheme}://{authority}")).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(issuer: &str, jwks_url: Option<&str>) -> IdentityProvider {
        IdentityProvider {
            issuer: issuer.to_owned(),
            jwks_url: jwks_url.map(str::to_owned),
            audience: " acme ".to_owned(),
            user_claim: String::new(),
        }
    }

    fn field_of(input: IdentityProvider) -> Option<String> {
        identity_provider(input).err().and_then(|error| error.field)
    }

    #[test]
    fn what_is_left_out_is_filled_in_and_the_issuer_is_kept_to_the_letter() {
        let taken = identity_provider(provider("https://Acme.auth0.com/ ", Some(" "))).unwrap();
        assert_eq!(taken.issuer, "https://Acme.auth0.com/");
        assert_eq!(taken.jwks_url, None);
        assert_eq!(taken.audience, "acme");
        assert_eq!(taken.user_claim, "sub");
    }

    #[test]
    fn an_issuer_without_an_address_needs_one_for_its_keys() {
        let keys = Some("https://www.example.com/keys?v=3");
        assert!(identity_provider(provider("accounts.example.com", keys)).is_ok());
        assert_eq!(
            field_of(provider("accounts.example.com", None)).as_deref(),
            Some("issuer")
        );
    }

    #[test]
    fn addresses_that_are_not_safe_are_refused() {
        for address in [
            "http://login.example.com/keys",
            "ftp://login.example.com",
            "https://",
            "https://me@login.example.com/",
            "https://login.example.com/#keys",
            "login.example.com",
        ] {
            let input = provider("https://login.example.com", Some(address));
            assert_eq!(field_of(input).as_deref(), Some("jwks_url"), "{address}");
        }
    }

    #[test]
    fn a_claim_that_everybody_shares_is_no_user_id() {
        for claim in ["aud", "iss", "a b"] {
            let input = IdentityProvider {
                user_claim: claim.to_owned(),
                ..provider("https://login.example.com", None)
            };
            assert_eq!(field_of(input).as_deref(), Some("user_claim"), "{claim}");
        }
    }

    #[test]
    fn an_audience_is_always_asked_for() {
        let input = IdentityProvider {
            audience: " ".to_owned(),
            ..provider("https://login.example.com", None)
        };
        assert_eq!(field_of(input).as_deref(), Some("audience"));
    }
}
