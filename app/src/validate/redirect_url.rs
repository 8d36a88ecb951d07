//! A page of the app's own that a provider may send people to.

use super::origin;
use crate::contract::ApiError;

const MAX: usize = 1024;

/// The address as it is, without spaces around it: it is compared to the letter. https, or http on the
/// developer's own machine.
pub fn redirect_url(input: &str) -> Result<String, ApiError> {
    let text = input.trim();
    let authority = text.split_once("://").map(|(scheme, rest)| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        format!("{scheme}://{host}")
    });
    let fits = text.len() <= MAX
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '#')
        && authority.is_some_and(|authority| origin(&authority).is_ok());
    if fits {
        Ok(text.to_owned())
    } else {
        Err(ApiError::field(
            "redirect_urls",
            "Enter whole addresses such as https://app.example.com/connected, one a line.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::redirect_url;

    #[test]
    fn an_address_is_kept_to_the_letter() {
        for address in [
            "https://app.example.com/Back?a=b",
            "https://app.example.com",
            "http://localhost:5173/back",
        ] {
            assert_eq!(redirect_url(&format!(" {address} ")).unwrap(), address);
        }
    }

    #[test]
    fn what_a_code_must_not_be_sent_to_is_refused() {
        for address in [
            "",
            "app.example.com/back",
            "http://app.example.com/back",
            "javascript://app.example.com/%0aalert(1)",
            "https://app.example.com/#back",
            "https://me@app.example.com/",
            "https://app.example.com/a b",
        ] {
            assert!(redirect_url(address).is_err(), "{address}");
        }
    }
}
