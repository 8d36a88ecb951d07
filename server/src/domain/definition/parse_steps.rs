//! Requests for tokens: those that a definition writes down, and the standard ones.

use std::collections::BTreeMap;

use toml::Spanned;

use super::{
    Address, Param, Step, StepAuth, StepBody, Template,
    check::Checked,
    names::Kind,
    parse_auth::{Form, is_member},
    raw::{Map, Text},
    raw_auth::{RawClientAuth, RawStep, RawTokenBody},
};

/// Requests that one token may take.
const MAX_STEPS: usize = 8;

/// What Patchbay knows in a request for a token, besides what the definition declares.
const KNOWN: [&str; 8] = [
    "client_id",
    "client_secret",
    "code",
    "code_verifier",
    "redirect_uri",
    "scope",
    "access_token",
    "refresh_token",
];

/// Of these, what is not always there: no PKCE, no scopes, a public client.
const NOT_ALWAYS: [&str; 3] = ["client_secret", "code_verifier", "scope"];

/// RFC 7523 §2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl Form<'_> {
    /// `[[auth.request]]` or `[[auth.renew]]`.
    pub fn steps(&self, raw: Option<&[Spanned<RawStep>]>, list: &str) -> Checked<Vec<Step>> {
        let raw = raw.unwrap_or_default();
        if raw.len() > MAX_STEPS {
            return self.fail(list, &format!("holds more than {MAX_STEPS} requests"));
        }
        let mut steps = Vec::with_capacity(raw.len());
        for (index, step) in raw.iter().enumerate() {
            let at = self.field(&format!("{list}[{index}]"));
            let offset = step.span().start;
            steps.push(self.step(step.get_ref(), offset, &at)?);
            let mut taken = self.checker.taken.borrow_mut();
            taken.extend(step.get_ref().take.keys().cloned());
        }
        self.checker.taken.borrow_mut().clear();
        Ok(steps)
    }

    fn step(&self, raw: &RawStep, offset: usize, at: &str) -> Checked<Step> {
        let method = self.step_method(raw.method.as_ref(), &format!("{at}.method"))?;
        let body = match raw.body {
            Some(body) => StepBody::from(body),
            None if method == "GET" => StepBody::Query,
            None => StepBody::Form,
        };
        if method == "GET" && body != StepBody::Query {
            let message = "is for a request with a body; a GET has none";
            let at = format!("{at}.body");
            return Err(self.checker.source.error(offset, at, message));
        }
        let mut params = self.templates(&raw.params, &format!("{at}.params"))?;
        let auth = match (&raw.basic, raw.client_auth) {
            (Some(basic), None) => {
                let field = |name: &str| format!("{at}.basic.{name}");
                StepAuth::Basic {
                    username: self.step_value(&basic.username, &field("username"))?,
                    password: self.step_value(&basic.password, &field("password"))?,
                }
            }
            (None, auth) => self.client_auth(auth.unwrap_or(RawClientAuth::None), &mut params),
            (Some(_), Some(_)) => {
                let message = "stands beside client_auth; leave one of them out";
                let at = format!("{at}.basic");
                return Err(self.checker.source.error(offset, at, message));
            }
        };
        Ok(Step {
            at: Address::Url(self.checker.url(&raw.url, &format!("{at}.url"))?),
            method,
            headers: self.step_headers(&raw.headers, &format!("{at}.headers"))?,
            params,
            body,
            auth,
            take: self.places(&raw.take, &format!("{at}.take"))?,
        })
    }

    fn step_method(&self, raw: Option<&Text>, at: &str) -> Checked<String> {
        match raw {
            None => Ok("POST".to_owned()),
            Some(value) if ["GET", "POST", "PUT"].contains(&value.get_ref().as_str()) => {
                Ok(value.get_ref().clone())
            }
            Some(value) => self.checker.fail(value, at, "is not GET, POST or PUT"),
        }
    }

    fn step_headers(&self, raw: &Map, at: &str) -> Checked<BTreeMap<String, Template>> {
        raw.iter()
            .map(|(name, value)| {
                let at = format!("{at}.{name}");
                // A session travels in a cookie, and this request is Patchbay's own.
                let name = match name.to_ascii_lowercase().as_str() {
                    "cookie" => "cookie".to_owned(),
                    _ => self.checker.header_name(name, value, &at)?,
                };
                Ok((name, self.step_value(value, &at)?))
            })
            .collect()
    }

    /// Names with their values. What rests on a value that may be missing is left out without it.
    pub fn templates(&self, raw: &Map, at: &str) -> Checked<Vec<Param>> {
        raw.iter()
            .map(|(name, value)| {
                let template = self.step_value(value, &format!("{at}.{name}"))?;
                Ok(self.param(name, template))
            })
            .collect()
    }

    pub fn param(&self, name: &str, value: Template) -> Param {
        let optional = value
            .names()
            .any(|name| NOT_ALWAYS.contains(&name) || self.checker.names.is_optional(name));
        Param {
            name: name.to_owned(),
            value,
            optional,
        }
    }

    pub fn step_value(&self, value: &Text, at: &str) -> Checked<Template> {
        // Optional ones may be named here: what holds them is left out.
        self.checker
            .template(value, at, |name| self.is_known_in_step(name))
    }

    fn is_known_in_step(&self, name: &str) -> bool {
        if KNOWN.contains(&name) || (name == "assertion" && self.raw.assertion.is_some()) {
            return true;
        }
        let (base, member) = name.split_once('.').unwrap_or((name, ""));
        if !member.is_empty() {
            let secret = base == "client_secret" || self.names_field(base);
            return secret && is_member(member);
        }
        match self.checker.names.kind(name) {
            Some(Kind::Field { .. }) => self.names_field(name),
            Some(Kind::Taken) => self.checker.taken.borrow().contains(name),
            Some(Kind::Choice) | None => false,
            Some(Kind::Input | Kind::Metadata | Kind::Callback | Kind::Secret) => true,
        }
    }

    fn names_field(&self, name: &str) -> bool {
        let mut fields = self.raw.fields.iter().flatten();
        fields.any(|field| field.name.get_ref() == name)
    }

    /// A place in an answer.
    pub fn place(&self, value: &Text, at: &str) -> Checked<String> {
        let place = self.checker.line(value, at, 200)?;
        let named = ["header:", "cookie:"]
            .iter()
            .find_map(|prefix| place.strip_prefix(prefix));
        match named {
            Some(name) if http::HeaderName::try_from(name).is_ok() => Ok(place),
            Some(_) => self
                .checker
                .fail(value, at, "names no header and no cookie"),
            None if place == "body:" => Ok(place),
            None => self.checker.json_path(value, at),
        }
    }

    pub fn places(&self, raw: &Map, at: &str) -> Checked<BTreeMap<String, String>> {
        raw.iter()
            .map(|(name, value)| Ok((name.clone(), self.place(value, &format!("{at}.{name}"))?)))
            .collect()
    }

    /// A request as RFC 6749 has it, with what the definition says of all of them.
    pub fn standard(&self, at: Address, params: &[(&str, &str)]) -> Checked<Step> {
        let mut all: Vec<Param> = params
            .iter()
            .filter_map(|(name, value)| {
                let name = self.called(name)?;
                Some(self.param(&name, Template((*value).to_owned())))
            })
            .collect();
        let auth = self.raw.client_auth.unwrap_or(match self.client() {
            super::ClientOwner::Nobody => RawClientAuth::None,
            _ => RawClientAuth::Body,
        });
        let auth = self.client_auth(auth, &mut all);
        let body = self.raw.token_body.map_or(StepBody::Form, StepBody::from);
        Ok(Step {
            method: match body {
                StepBody::Query => "GET".to_owned(),
                _ => "POST".to_owned(),
            },
            at,
            headers: BTreeMap::new(),
            params: all,
            body,
            auth,
            take: BTreeMap::new(),
        })
    }

    /// How the client proves itself; what stands in the body is added to `params`.
    fn client_auth(&self, auth: RawClientAuth, params: &mut Vec<Param>) -> StepAuth {
        let id_name = self.called("client_id");
        let mut add = |name: Option<String>, value: &str| {
            if let Some(name) = name {
                params.push(self.param(&name, Template(value.to_owned())));
            }
        };
        match auth {
            RawClientAuth::None => StepAuth::None,
            RawClientAuth::Basic => StepAuth::Client { id_name },
            RawClientAuth::Body => {
                add(id_name, "${client_id}");
                add(self.called("client_secret"), "${client_secret}");
                StepAuth::None
            }
            RawClientAuth::PrivateKeyJwt => {
                add(id_name, "${client_id}");
                add(Some("client_assertion_type".to_owned()), ASSERTION_TYPE);
                add(Some("client_assertion".to_owned()), "${assertion}");
                StepAuth::None
            }
        }
    }

    /// What the provider calls a standard parameter. None: it does not take it.
    fn called(&self, standard: &str) -> Option<String> {
        let names = self.raw.parameters.as_ref();
        match names.and_then(|names| names.get(standard)) {
            Some(name) if name.get_ref().is_empty() => None,
            Some(name) => Some(name.get_ref().clone()),
            None => Some(standard.to_owned()),
        }
    }
}

impl From<RawTokenBody> for StepBody {
    fn from(raw: RawTokenBody) -> Self {
        match raw {
            RawTokenBody::Form => Self::Form,
            RawTokenBody::Json => Self::Json,
            RawTokenBody::Query => Self::Query,
        }
    }
}
