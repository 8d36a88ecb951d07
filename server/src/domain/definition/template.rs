//! Text with `${name}` in it.

use std::{borrow::Cow, fmt};

/// Text with `${name}` in it, filled from inputs, metadata and credential fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(pub String);

/// A template that cannot be filled. No value is named, since one may be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderError {
    pub name: String,
    pub reason: &'static str,
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.name, self.reason)
    }
}

impl std::error::Error for RenderError {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
    /// `${` without an end.
    Broken,
}

/// Where in a URL a piece stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The URL begins with it.
    Start,
    Host,
    Path,
}

impl Place {
    /// The place after `text`.
    pub fn after(self, text: &str) -> Self {
        let host = match self {
            Self::Path => return Self::Path,
            Self::Host => text,
            Self::Start => match text.split_once("://") {
                Some((_, rest)) => rest,
                None => return Self::Start,
            },
        };
        if host.contains(['/', '?', '#', '\\']) {
            Self::Path
        } else {
            Self::Host
        }
    }
}

impl Template {
    pub fn is_plain(&self) -> bool {
        !self.0.contains("${")
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces().filter_map(|piece| match piece {
            Piece::Name(name) => Some(name),
            _ => None,
        })
    }

    pub(super) fn pieces(&self) -> Pieces<'_> {
        Pieces(&self.0)
    }

    /// Filled as it is: for headers and credentials.
    pub fn render<'v>(
        &self,
        value: impl Fn(&str) -> Option<&'v str>,
    ) -> Result<Cow<'_, str>, RenderError> {
        self.fill(value, |_, _, value, out| {
            out.push_str(value);
            Ok(())
        })
    }

    /// Filled as an absolute URL. A value in the host is one label of it; a value in the path or query
    /// is percent-encoded; a value that begins the URL is itself an absolute URL.
    pub fn render_url<'v>(
        &self,
        value: impl Fn(&str) -> Option<&'v str>,
    ) -> Result<Cow<'_, str>, RenderError> {
        self.fill(value, |place, name, value, out| {
            put_into_url(place, name, value, out)
        })
    }

    /// Filled as the path and query below an address: every value is percent-encoded.
    pub fn render_path<'v>(
        &self,
        value: impl Fn(&str) -> Option<&'v str>,
    ) -> Result<Cow<'_, str>, RenderError> {
        self.fill(value, |_, name, value, out| {
            put_into_url(Place::Path, name, value, out)
        })
    }

    fn fill<'v>(
        &self,
        value: impl Fn(&str) -> Option<&'v str>,
        mut put: impl FnMut(Place, &str, &str, &mut String) -> Result<(), RenderError>,
    ) -> Result<Cow<'_, str>, RenderError> {
        if self.is_plain() {
            return Ok(Cow::Borrowed(&self.0));
        }
        let mut out = String::with_capacity(self.0.len() + 64);
        let mut place = Place::Start;
        for piece in self.pieces() {
            match piece {
                Piece::Text(text) => {
                    out.push_str(text);
                    place = place.after(text);
                }
                Piece::Name(name) => {
                    let value = value(name)
                        .ok_or_else(|| refuse(name, "is not known for this connection"))?;
                    put(place, name, value, &mut out)?;
                    // A URL that a value began ends before the template's next piece.
                    if place == Place::Start {
                        place = Place::Path;
                    }
                }
                Piece::Broken => return Err(refuse("${", "has no end")),
            }
        }
        Ok(Cow::Owned(out))
    }
}

fn put_into_url(
    place: Place,
    name: &str,
    value: &str,
    out: &mut String,
) -> Result<(), RenderError> {
    match place {
        Place::Start if out.is_empty() => out.push_str(whole_url(name, value)?),
        Place::Start => return Err(refuse(name, "cannot be part of a scheme")),
        Place::Host if is_host_label(value) => out.push_str(value),
        Place::Host => return Err(refuse(name, "does not fit into a host name")),
        Place::Path if matches!(value, "." | ".." | "") => {
            return Err(refuse(name, "does not fit into a path"));
        }
        Place::Path => percent_encode(value, out),
    }
    Ok(())
}

/// An absolute URL without user, query or fragment, as a value of the provider's own.
fn whole_url<'v>(name: &str, value: &'v str) -> Result<&'v str, RenderError> {
    let absolute = value.starts_with("https://") || value.starts_with("http://");
    let odd = |c: char| c.is_control() || c.is_whitespace() || "?#@\\".contains(c);
    if !absolute || value.contains(odd) || url::Url::parse(value).is_err() {
        return Err(refuse(name, "is not an absolute URL"));
    }
    Ok(value.trim_end_matches('/'))
}

/// One label of a host name (RFC 1123 §2.1).
pub fn is_host_label(value: &str) -> bool {
    (1..=63).contains(&value.len())
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !value.starts_with('-')
        && !value.ends_with('-')
}

/// All but the unreserved characters of RFC 3986 §2.3.
fn percent_encode(value: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

fn refuse(name: &str, reason: &'static str) -> RenderError {
    RenderError {
        name: name.to_owned(),
        reason,
    }
}

pub(super) struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.0.is_empty() {
            return None;
        }
        let Some(start) = self.0.find("${") else {
            return Some(Piece::Text(std::mem::take(&mut self.0)));
        };
        if start > 0 {
            let (text, rest) = self.0.split_at(start);
            self.0 = rest;
            return Some(Piece::Text(text));
        }
        match self.0[2..].split_once('}') {
            Some((name, rest)) => {
                self.0 = rest;
                Some(Piece::Name(name))
            }
            None => {
                self.0 = "";
                Some(Piece::Broken)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(template: &str, value: &str) -> Result<String, RenderError> {
        let template = Template(template.to_owned());
        template
            .render_url(|name| (name == "x").then_some(value))
            .map(Cow::into_owned)
    }

    #[test]
    fn a_host_takes_one_label_only() {
        assert_eq!(
            url("https://${x}.acme.com/a", "eu-1").unwrap(),
            "https://eu-1.acme.com/a"
        );
        for value in [
            "evil.com/",
            "a.b",
            "",
            "-a",
            "a@b",
            "a:1",
            "a/b",
            "a\n",
            "ä",
            "a%2e",
        ] {
            assert!(url("https://${x}.acme.com/a", value).is_err(), "{value:?}");
        }
    }

    #[test]
    fn a_path_is_encoded_and_cannot_climb() {
        assert_eq!(
            url("https://acme.com/${x}/b", "a/b?c#d e").unwrap(),
            "https://acme.com/a%2Fb%3Fc%23d%20e/b"
        );
        assert!(url("https://acme.com/${x}", "..").is_err());
        assert!(url("https://acme.com/${x}", "").is_err());
    }

    #[test]
    fn a_whole_url_is_taken_at_the_start_only() {
        assert_eq!(
            url("${x}/api", "https://eu.acme.com/").unwrap(),
            "https://eu.acme.com/api"
        );
        for value in [
            "acme.com",
            "javascript:1",
            "https://u@acme.com",
            "https://a.com?b",
            "https://a.com#b",
            "https://",
        ] {
            assert!(url("${x}/api", value).is_err(), "{value:?}");
        }
        assert!(url("ht${x}://acme.com", "tps").is_err());
    }

    #[test]
    fn an_unknown_name_and_a_broken_template_are_errors() {
        assert_eq!(url("https://${y}.acme.com", "a").unwrap_err().name, "y");
        assert!(url("https://acme.com/${x", "a").is_err());
    }
}
