//! Checks of single values.

use std::{cell::RefCell, collections::BTreeSet, net::IpAddr};

use super::{
    DefinitionError, Rules, Template,
    error::Source,
    names::{Kind, Names},
    raw::Text,
    template::{Piece, Place},
};
use crate::domain::address::is_public;

pub type Checked<T> = Result<T, DefinitionError>;

/// Checks values of one file.
pub struct Checker<'a> {
    pub source: Source<'a>,
    pub rules: &'a Rules,
    pub names: Names,
    /// Names seen inside a host name so far.
    pub in_hosts: RefCell<BTreeSet<String>>,
    /// The choice that the address at hand takes.
    pub choice: RefCell<Option<String>>,
    /// What the requests before the one at hand took from their answers.
    pub taken: RefCell<BTreeSet<String>>,
}

impl Checker<'_> {
    pub fn fail<T>(&self, value: &Text, field: &str, message: impl Into<String>) -> Checked<T> {
        Err(self.source.error(value.span().start, field, message))
    }

    /// One line of text, not blank, at most `max` bytes.
    pub fn line(&self, value: &Text, field: &str, max: usize) -> Checked<String> {
        let text = value.get_ref();
        if text.trim().is_empty() {
            return self.fail(value, field, "is empty; fill it in or leave the field out");
        }
        if text.len() > max {
            return self.fail(
                value,
                field,
                format!("is longer than {max} bytes; shorten it"),
            );
        }
        if text.contains(char::is_control) {
            return self.fail(
                value,
                field,
                "holds a line break or control character; take it out",
            );
        }
        Ok(text.clone())
    }

    pub fn optional_line(
        &self,
        value: Option<&Text>,
        field: &str,
        max: usize,
    ) -> Checked<Option<String>> {
        value.map(|value| self.line(value, field, max)).transpose()
    }

    /// A page for people: https and no placeholder.
    pub fn page(&self, value: Option<&Text>, field: &str) -> Checked<Option<String>> {
        let Some(value) = value else { return Ok(None) };
        let text = self.line(value, field, 500)?;
        match url::Url::parse(&text) {
            Ok(url) if url.scheme() == "https" && !text.contains("${") => Ok(Some(text)),
            _ => self.fail(value, field, "is not an absolute https URL"),
        }
    }

    /// A header name, in lower case.
    pub fn header_name(&self, name: &str, value: &Text, field: &str) -> Checked<String> {
        let forbidden = [
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "cookie",
            "te",
            "upgrade",
        ];
        match http::HeaderName::try_from(name) {
            Ok(name) if !forbidden.contains(&name.as_str()) => Ok(name.as_str().to_owned()),
            Ok(_) => self.fail(
                value,
                field,
                format!("the header {name:?} is Patchbay's own to set; take it out"),
            ),
            Err(_) => self.fail(
                value,
                field,
                format!("{name:?} is not the name of a header"),
            ),
        }
    }

    /// Dot-separated names and indexes into a JSON answer.
    pub fn json_path(&self, value: &Text, field: &str) -> Checked<String> {
        let path = self.line(value, field, 200)?;
        if path.split('.').any(str::is_empty) {
            return self.fail(
                value,
                field,
                "is not a path; write names with dots between, as in user.email",
            );
        }
        Ok(path)
    }

    /// Text with placeholders, each of which `known` takes.
    pub fn template(
        &self,
        value: &Text,
        field: &str,
        known: impl Fn(&str) -> bool,
    ) -> Checked<Template> {
        let text = self.line(value, field, 2000)?;
        let template = Template(self.own_addresses(value, field, text)?);
        for piece in template.pieces() {
            match piece {
                Piece::Text(_) => {}
                Piece::Broken => return self.fail(value, field, "has a ${ without its }"),
                Piece::Name(name) if known(name) => {}
                Piece::Name(name) if self.names.is_optional(name) => {
                    let message =
                        format!("`${{{name}}}` may be left empty, so nothing here can rest on it");
                    return self.fail(value, field, message);
                }
                Piece::Name(name) => {
                    let message = format!(
                        "`${{{name}}}` is no input, no metadata and no plain field of this definition; declare it"
                    );
                    return self.fail(value, field, message);
                }
            }
        }
        Ok(template)
    }

    /// What may be seen in addresses and logs: everything declared but secret fields.
    pub fn is_plain_name(&self, name: &str) -> bool {
        match self.names.kind(name) {
            None | Some(Kind::Field { secret: true } | Kind::Secret) => false,
            Some(_) if self.names.is_optional(name) => false,
            Some(Kind::Taken) => self.taken.borrow().contains(name),
            Some(Kind::Choice) => self.choice.borrow().as_deref() == Some(name),
            Some(_) => true,
        }
    }

    /// An absolute URL with placeholders.
    pub fn url(&self, value: &Text, field: &str) -> Checked<Template> {
        let template = self.template(value, field, |name| self.is_plain_name(name))?;
        let sample = self
            .sample(&template)
            .or_else(|message| self.fail(value, field, message))?;
        let url = match url::Url::parse(&sample) {
            Ok(url) if url.has_host() => url,
            _ => return self.fail(value, field, "is not an absolute URL"),
        };
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return self.fail(
                value,
                field,
                "holds a user, password or fragment; take it out",
            );
        }
        if !self.is_own(&template)
            && let Err(message) = self.reachable(&url)
        {
            return self.fail(value, field, message);
        }
        Ok(template)
    }

    pub fn optional_url(&self, value: Option<&Text>, field: &str) -> Checked<Option<Template>> {
        value.map(|value| self.url(value, field)).transpose()
    }

    fn own_addresses(&self, value: &Text, field: &str, text: String) -> Checked<String> {
        match &self.rules.own {
            Some(own) => Ok(text
                .replace("${patchbay_public}", &own.public_url)
                .replace("${patchbay_internal}", &own.internal_url)),
            None if text.contains("${patchbay_") => self.fail(
                value,
                field,
                "names an address of Patchbay's own, which only built-in definitions may",
            ),
            None => Ok(text),
        }
    }

    fn is_own(&self, template: &Template) -> bool {
        self.rules.own.as_ref().is_some_and(|own| {
            [&own.public_url, &own.internal_url]
                .iter()
                .any(|address| template.0.starts_with(&format!("{address}/")))
        })
    }

    /// The URL with stand-ins for its placeholders, if each stands where it may.
    fn sample(&self, template: &Template) -> Result<String, String> {
        let mut out = String::new();
        let mut place = Place::Start;
        let mut pieces = template.pieces().peekable();
        let mut host_tail = None;
        while let Some(piece) = pieces.next() {
            match (piece, place) {
                (Piece::Text(text), _) => {
                    if let (Some(tail), Place::Host) = (&mut host_tail, place) {
                        *tail = text.split(['/', '?', '#']).next().unwrap_or_default();
                    }
                    out.push_str(text);
                    place = place.after(text);
                }
                (Piece::Name(name), Place::Start) => {
                    let slash = pieces.peek().is_none_or(
                        |next| matches!(next, Piece::Text(text) if text.starts_with('/')),
                    );
                    let told = matches!(self.names.kind(name), Some(Kind::Metadata | Kind::Taken));
                    if !out.is_empty() || !slash || !told {
                        return Err(format!(
                            "`${{{name}}}` cannot decide the scheme; only metadata that the provider tells may begin a URL, followed by /"
                        ));
                    }
                    out.push_str("https://placeholder.example.com");
                    place = Place::Path;
                }
                (Piece::Name(name), Place::Host) if self.names.kind(name) == Some(Kind::Choice) => {
                    return Err(format!(
                        "`${{{name}}}` is chosen from a list and cannot decide the host"
                    ));
                }
                (Piece::Name(name), Place::Host) => {
                    self.in_hosts.borrow_mut().insert(name.to_owned());
                    host_tail = Some("");
                    out.push('x');
                }
                (Piece::Name(_), Place::Path) => out.push('x'),
                (Piece::Broken, _) => return Err("has a ${ without its }".to_owned()),
            }
        }
        match host_tail {
            Some(tail) if !is_fixed_suffix(tail) => {
                Err("a placeholder in the host must be followed by the provider's own domain, as in ${subdomain}.acme.com".to_owned())
            }
            _ => Ok(out),
        }
    }

    /// Whether Patchbay would call `url`, as far as can be told without a name server.
    fn reachable(&self, url: &url::Url) -> Result<(), String> {
        let plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err("is not an https URL".to_owned()),
        };
        let (allowed, public, hint) = match url.host() {
            Some(url::Host::Ipv4(ip)) => self.judge(IpAddr::V4(ip)),
            Some(url::Host::Ipv6(ip)) => self.judge(IpAddr::V6(ip)),
            Some(url::Host::Domain(name)) if is_loopback_name(name) => {
                let loopback = [
                    IpAddr::from([127, 0, 0, 1]),
                    IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
                ];
                (
                    loopback.iter().any(|ip| self.is_allowed(*ip)),
                    false,
                    LOOPBACK_HINT.to_owned(),
                )
            }
            _ => (false, true, String::new()),
        };
        match (plain, allowed, public) {
            (_, true, _) | (false, _, true) => Ok(()),
            (true, ..) => Err(format!("plain http is refused; use https{hint}")),
            (false, ..) => Err(format!("the address is not public; use another{hint}")),
        }
    }

    fn judge(&self, ip: IpAddr) -> (bool, bool, String) {
        let hint = match ip.to_canonical() {
            ip if ip.is_loopback() && ip.is_ipv4() => LOOPBACK_HINT.to_owned(),
            ip => format!(", or start with --egress-allow {}", ipnet::IpNet::from(ip)),
        };
        (self.is_allowed(ip), is_public(ip), hint)
    }

    fn is_allowed(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.rules.egress_allow.iter().any(|net| net.contains(&ip))
    }
}

const LOOPBACK_HINT: &str = ", or start with --egress-allow 127.0.0.0/8";

/// `.acme.com`, or a loopback name with its port: something that a value before it cannot change.
fn is_fixed_suffix(tail: &str) -> bool {
    let host = tail.split(':').next().unwrap_or_default();
    host.strip_prefix('.').is_some_and(|domain| {
        domain == "localhost" || (domain.contains('.') && !domain.split('.').any(str::is_empty))
    })
}

/// RFC 6761 §6.3.
fn is_loopback_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}
