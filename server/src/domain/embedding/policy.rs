//! A Content-Security-Policy, read as browsers read it (W3C CSP Level 3, sections 2.2 and 6.7).

use url::Url;

/// One policy: its directives in their order. Of two with a name the first counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    directives: Vec<(String, Vec<String>)>,
}

/// The directive that decides about something, and what it allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Governing<'a> {
    pub name: &'a str,
    pub sources: &'a [String],
}

impl Policy {
    /// Every policy of a header: several stand with commas between them.
    pub fn read_all(header: &str) -> Vec<Self> {
        header
            .split(',')
            .map(Self::read)
            .filter(|policy| !policy.directives.is_empty())
            .collect()
    }

    fn read(text: &str) -> Self {
        let mut directives: Vec<(String, Vec<String>)> = Vec::new();
        for directive in text.split(';') {
            let mut words = directive.split_ascii_whitespace();
            let Some(name) = words.next().map(str::to_ascii_lowercase) else {
                continue;
            };
            if !directives.iter().any(|(known, _)| *known == name) {
                directives.push((name, words.map(str::to_owned).collect()));
            }
        }
        Self { directives }
    }

    /// Without what browsers ignore in a `meta` element.
    #[must_use]
    pub fn of_meta(mut self) -> Self {
        let ignored = ["frame-ancestors", "sandbox", "report-uri", "report-to"];
        self.directives
            .retain(|(name, _)| !ignored.contains(&name.as_str()));
        self
    }

    pub fn find(&self, name: &str) -> Option<&[String]> {
        let found = self.directives.iter().find(|(known, _)| known == name);
        found.map(|(_, values)| values.as_slice())
    }

    /// The first of these directives that there is.
    pub fn governing(&self, names: &[&'static str]) -> Option<Governing<'_>> {
        names.iter().find_map(|name| {
            let sources = self.find(name)?;
            Some(Governing { name, sources })
        })
    }
}

impl Governing<'_> {
    /// Whether a page at `page` may load `url`.
    pub fn allows(&self, url: &Url, page: &Url) -> bool {
        self.sources.iter().any(|source| matches(source, url, page))
    }

    pub fn has(&self, keyword: &str) -> bool {
        self.sources
            .iter()
            .any(|source| source.eq_ignore_ascii_case(keyword))
    }

    /// Scripts run that carry what the page says, whatever address they have.
    pub fn trusts_by_mark(&self) -> bool {
        let marks = ["'nonce-", "'sha256-", "'sha384-", "'sha512-"];
        self.sources.iter().any(|source| {
            let source = source.to_ascii_lowercase();
            marks.iter().any(|mark| source.starts_with(mark))
        })
    }
}

/// Section 6.7.2.8.
fn matches(source: &str, url: &Url, page: &Url) -> bool {
    let lower = source.to_ascii_lowercase();
    if lower == "*" {
        return matches!(url.scheme(), "http" | "https" | "ws" | "wss")
            || url.scheme() == page.scheme();
    }
    if lower == "'self'" {
        return url.origin() == page.origin()
            || url.host() == page.host()
                && is_scheme(page.scheme(), url.scheme())
                && url.port().is_none()
                && page.port().is_none();
    }
    if lower.starts_with('\'') {
        return false;
    }
    if let Some(scheme) = lower.strip_suffix(':') {
        return is_scheme(scheme, url.scheme());
    }
    let (scheme, rest) = match lower.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, lower.as_str()),
    };
    let path_at = rest.find('/').unwrap_or(rest.len());
    let (authority, _) = rest.split_at(path_at);
    // Paths are matched as they are written.
    let path = &source[source.len() - (rest.len() - path_at)..];
    let (host, port) = split_port(authority);
    is_scheme(scheme.unwrap_or(page.scheme()), url.scheme())
        && is_host(host, url.host_str().unwrap_or_default())
        && is_port(port, url)
        && is_path(path, url.path())
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if port == "*" || port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (host, Some(port))
        }
        _ => (authority, None),
    }
}

/// A source that names the insecure scheme means the secure one as well.
fn is_scheme(named: &str, scheme: &str) -> bool {
    named == scheme
        || matches!(
            (named, scheme),
            ("http" | "wss", "https") | ("ws", "wss" | "http" | "https")
        )
}

fn is_host(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(parent) => host
            .strip_suffix(parent)
            .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        None => pattern == "*" || pattern == host,
    }
}

fn is_port(pattern: Option<&str>, url: &Url) -> bool {
    let port = url.port_or_known_default();
    match pattern {
        Some("*") => true,
        // Port 80 that has become 443 along with the scheme is meant, too.
        Some(named) => {
            let named = named.parse::<u16>().ok();
            named == port || named == Some(80) && port == Some(443)
        }
        None => url.port().is_none(),
    }
}

fn is_path(pattern: &str, path: &str) -> bool {
    match pattern {
        "" | "/" => true,
        folder if folder.ends_with('/') => path.starts_with(folder),
        whole => path == whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(source: &str, url: &str) -> bool {
        let page = Url::parse("https://app.example.com/").unwrap();
        matches(source, &Url::parse(url).unwrap(), &page)
    }

    #[test]
    fn sources_match_as_in_browsers() {
        let portal = "https://connect.example.com/ui?a=1";
        for source in [
            "*",
            "https:",
            "http:",
            "wss:",
            "https://connect.example.com",
            "HTTPS://Connect.Example.com",
            "http://connect.example.com",
            "connect.example.com",
            "connect.example.com:443",
            "connect.example.com:80",
            "connect.example.com:*",
            "*.example.com",
            "https://*.example.com",
            "https://connect.example.com/",
            "https://connect.example.com/ui",
        ] {
            assert!(allows(source, portal), "{source}");
        }
        for source in [
            "'none'",
            "'self'",
            "'unsafe-inline'",
            "data:",
            "blob:",
            "example.com",
            "https://example.com",
            "*.connect.example.com",
            "https://connect.example.com:3000",
            "https://connect.example.com/sdk/",
            "https://connect.example.com.evil.example",
            "*.xample.com",
        ] {
            assert!(!allows(source, portal), "{source}");
        }
    }

    #[test]
    fn a_port_counts() {
        let portal = "http://127.0.0.1:3000/ui";
        let page = Url::parse("http://localhost:5173/").unwrap();
        let allows = |source: &str| matches(source, &Url::parse(portal).unwrap(), &page);
        assert!(allows("http://127.0.0.1:3000"));
        assert!(allows("127.0.0.1:*"));
        assert!(!allows("http://127.0.0.1"));
        assert!(!allows("'self'"));
        assert!(!allows("https://127.0.0.1:3000"));
    }

    #[test]
    fn of_two_directives_the_first_counts() {
        let read =
            Policy::read_all("Default-Src 'self' ; frame-src a.example; FRAME-SRC *;, img-src *");
        assert_eq!(read.len(), 2);
        assert_eq!(
            read[0].find("frame-src"),
            Some(&["a.example".to_owned()][..])
        );
        let frame = read[0].governing(&["frame-src", "child-src", "default-src"]);
        assert_eq!(frame.map(|frame| frame.name), Some("frame-src"));
        let child = read[0].governing(&["child-src", "default-src"]);
        assert_eq!(child.map(|child| child.name), Some("default-src"));
        assert_eq!(read[1].governing(&["frame-src", "default-src"]), None);
        assert_eq!(Policy::read_all(" ; "), []);
    }

    #[test]
    fn a_meta_element_says_less() {
        let policy = Policy::read("sandbox; frame-src a.example").of_meta();
        assert_eq!(policy.find("sandbox"), None);
        assert!(policy.find("frame-src").is_some());
    }
}
