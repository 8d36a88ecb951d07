//! Whether a page can embed the portal of a project, and what keeps it from that.

use url::Url;

use super::{Error, Result, Services, snapshot};
use crate::{
    access::MayRead,
    domain::{
        embedding::{Embedding, Finding, HostPage, judge},
        id::ProjectId,
    },
    ports::provider::ProviderError,
};

/// The longest address, and the most of pasted headers, in bytes.
const MAX_ADDRESS: usize = 2048;
const MAX_HEADERS: usize = 64 * 1024;

/// What was looked at, and what was found.
#[derive(Debug)]
pub struct Report {
    /// Where the page was found in the end, without its query.
    pub address: String,
    pub findings: Vec<Finding>,
}

/// `headers`: those of the page, a line each, for one that this server cannot see. None: it looks.
pub async fn run(
    services: &Services,
    _right: MayRead,
    project: ProjectId,
    address: &str,
    headers: Option<&str>,
) -> Result<Report> {
    let url = read_address(address)?;
    let snapshot = snapshot::fresh(services, project).await?;
    let page = match headers {
        Some(text) => pasted(url, text)?,
        None => services.host_pages.fetch(&url).await.map_err(told)?,
    };
    let embedding = Embedding {
        patchbay: services.public_url.clone(),
        origin_allowed: snapshot.allows_origin(&page.url.origin().ascii_serialization()),
    };
    let findings = judge(&page, &embedding);
    let mut url = page.url;
    url.set_query(None);
    url.set_fragment(None);
    Ok(Report {
        address: url.into(),
        findings,
    })
}

fn read_address(text: &str) -> Result<Url> {
    let text = text.trim();
    let wrong = || {
        Error::invalid(
            "address",
            "Enter the whole address of the page, such as https://app.example.com/settings.",
        )
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let plain = url.username().is_empty() && url.password().is_none();
    let fits = text.len() <= MAX_ADDRESS && matches!(url.scheme(), "http" | "https") && plain;
    if fits { Ok(url) } else { Err(wrong()) }
}

/// As a browser's tools or `curl -I` print them: the line of the status may stand before.
fn pasted(url: Url, text: &str) -> Result<HostPage> {
    let wrong = || {
        Error::invalid(
            "headers",
            "Paste the response headers, one a line, as in content-security-policy: default-src 'self'.",
        )
    };
    if text.len() > MAX_HEADERS {
        return Err(wrong());
    }
    let mut headers = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with("HTTP/") {
            continue;
        }
        let (name, value) = line.split_once(':').ok_or_else(wrong)?;
        headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    if headers.is_empty() {
        return Err(wrong());
    }
    Ok(HostPage {
        url,
        status: 200,
        headers,
        body: String::new(),
    })
}

/// It is the page that did not answer, not a provider.
fn told(error: ProviderError) -> Error {
    let message = match error {
        ProviderError::Egress(host) => {
            format!("This server may not call {host}. Paste the page's response headers instead.")
        }
        other => format!(
            "The page could not be read: {}. Or paste its response headers.",
            other.said()
        ),
    };
    Error::invalid("address", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_as_tools_print_them() {
        let url = Url::parse("https://app.example.com/").unwrap();
        let text = "HTTP/2 200\r\nContent-Type: text/html\r\n\r\nContent-Security-Policy: frame-src https://a.example\n";
        let page = pasted(url.clone(), text).unwrap();
        let policy = ("content-security-policy", "frame-src https://a.example");
        assert_eq!(page.headers.len(), 2);
        assert_eq!(page.headers[1], (policy.0.to_owned(), policy.1.to_owned()));
        for wrong in ["", "\n", "HTTP/1.1 200 OK", "no header"] {
            assert!(pasted(url.clone(), wrong).is_err(), "{wrong}");
        }
        assert!(pasted(url, &"a: b\n".repeat(20_000)).is_err());
    }

    #[test]
    fn an_address_is_one_of_a_page() {
        assert!(read_address(" https://app.example.com/a?b#c ").is_ok());
        for wrong in [
            "",
            "app.example.com",
            "file:///etc/passwd",
            "https://u:p@app.example.com/",
        ] {
            assert!(read_address(wrong).is_err(), "{wrong}");
        }
    }
}
