//! Pure checks that the form runs at blur and the server runs again.

mod identity_provider;
mod redirect_url;

pub use identity_provider::identity_provider;
pub use redirect_url::redirect_url;

use crate::contract::ApiError;

/// An origin as browsers send it: `https://app.example.com`, no path, no trailing slash.
/// Plain http is taken for loopback hosts only.
pub fn origin(input: &str) -> Result<String, ApiError> {
    let wrong = || {
        ApiError::field(
            "origin",
            "Enter an origin such as https://app.example.com, without a path.",
        )
    };
    let trimmed = input.trim().trim_end_matches('/').to_ascii_lowercase();
    let (scheme, rest) = trimmed.split_once("://").ok_or_else(wrong)?;
    if rest.is_empty() || rest.contains(['/', '?', '#', '@', '*', ' ', '"', '\'', ';', ',']) {
        return Err(wrong());
    }
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    if host.is_empty() || port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err(wrong());
    }
    match scheme {
        "https" => {}
        "http" if is_loopback_host(host) => {}
        "http" => {
            return Err(ApiError::field(
                "origin",
                "Use https: plain http is allowed for localhost only.",
            ));
        }
        _ => return Err(wrong()),
    }
    let default_port = if scheme == "https" { "443" } else { "80" };
    Ok(match port {
        Some(port) if port != default_port => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    })
}

/// Whether an origin is a page on the developer's own machine.
pub fn is_loopback_origin(origin: &str) -> bool {
    let Some((_, rest)) = origin.split_once("://") else {
        return false;
    };
    let host = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => rest,
    };
    is_loopback_host(host)
}

fn is_loopback_host(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|ip| ip.is_loopback())
}

pub fn email(input: &str) -> Result<String, ApiError> {
    let trimmed = input.trim();
    let fits = trimmed.len() <= 254
        && trimmed.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !trimmed.contains(char::is_whitespace)
        });
    if fits {
        Ok(trimmed.to_lowercase())
    } else {
        Err(ApiError::field(
            "email",
            "Enter an e-mail address such as ada@example.com.",
        ))
    }
}

/// Twelve characters at least (NIST SP 800-63B asks for length, not for character classes).
pub fn password(input: &str) -> Result<(), ApiError> {
    match input.chars().count() {
        0..12 => Err(ApiError::field("password", "Use at least 12 characters.")),
        12..=256 => Ok(()),
        _ => Err(ApiError::field("password", "Use at most 256 characters.")),
    }
}

pub fn project_name(input: &str) -> Result<String, ApiError> {
    let trimmed = input.trim();
    if trimmed.is_empty() {
        Err(ApiError::field(
            "name",
            "Enter the name that your users know your product by.",
        ))
    } else if trimmed.chars().count() > 80 || trimmed.chars().any(char::is_control) {
        Err(ApiError::field(
            "name",
            "Use at most 80 characters, on one line.",
        ))
    } else {
        Ok(trimmed.to_owned())
    }
}

/// Scopes as typed: separated by spaces, commas or line breaks.
pub fn scopes(input: &str) -> Vec<String> {
    let mut seen = Vec::<String>::new();
    for scope in input
        .split([' ', ',', '\n', '\t', '\r'])
        .filter(|scope| !scope.is_empty())
    {
        if !seen.iter().any(|known| known == scope) {
            seen.push(scope.to_owned());
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_made_canonical() {
        assert_eq!(
            origin(" https://App.Example.com/ ").unwrap(),
            "https://app.example.com"
        );
        assert_eq!(
            origin("https://app.example.com:443").unwrap(),
            "https://app.example.com"
        );
        assert_eq!(
            origin("http://localhost:5173").unwrap(),
            "http://localhost:5173"
        );
        assert_eq!(origin("http://[::1]:5173").unwrap(), "http://[::1]:5173");
    }

    #[test]
    fn origins_that_are_none_are_refused() {
        for input in [
            "",
            "app.example.com",
            "http://app.example.com",
            "https://a/b",
            "https://*",
            "ftp://a",
            "https://a:x",
            "https://a; b",
        ] {
            assert!(origin(input).is_err(), "{input}");
        }
    }

    #[test]
    fn scopes_are_split_and_deduplicated() {
        assert_eq!(scopes("a b, c\nb"), ["a", "b", "c"]);
    }
}
