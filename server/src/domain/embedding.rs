//! What in the answer of a host page keeps the portal out of it, or takes something from it.

mod meta;
pub mod policy;
#[cfg(test)]
mod tests;

use policy::{Governing, Policy};
use url::Url;

/// The host page as a server gave it.
#[derive(Clone, Debug)]
pub struct HostPage {
    /// Where it was found in the end.
    pub url: Url,
    pub status: u16,
    /// Names in lower case; one that came twice stands twice.
    pub headers: Vec<(String, String)>,
    /// The beginning of its text.
    pub body: String,
}

/// What the page is measured against.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// The origin of Patchbay, as an address.
    pub patchbay: Url,
    /// The page's origin is one that the project allows.
    pub origin_allowed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The portal does not come up, or cannot connect.
    Breaks,
    /// Something is lost, and there is another way.
    Degrades,
    /// To know.
    Note,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Status,
    Origin,
    MixedContent,
    Frame,
    Script,
    Connect,
    Sandbox,
    Opener,
    Clipboard,
    ReportOnly,
}

/// One thing to know, with the line that mends it where a line does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub subject: Subject,
    pub weight: Weight,
    pub title: String,
    pub why: String,
    pub fix: Option<String>,
}

/// Everything there is to say, the worst first. Nothing: the page can embed the portal.
pub fn judge(page: &HostPage, embedding: &Embedding) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut policies: Vec<Policy> = page
        .all("content-security-policy")
        .flat_map(Policy::read_all)
        .collect();
    let in_page = meta::policies(&page.body);
    policies.extend(
        in_page
            .iter()
            .flat_map(|text| Policy::read_all(text))
            .map(Policy::of_meta),
    );
    findings.extend(status(page));
    findings.extend(origin(page, embedding));
    findings.extend(mixed_content(page, embedding, &policies));
    for check in [frame, script, connect, sandbox] {
        findings.extend(
            policies
                .iter()
                .find_map(|policy| check(policy, page, embedding)),
        );
    }
    findings.extend(opener(page, embedding));
    findings.extend(clipboard(page, embedding));
    findings.extend(report_only(page, embedding));
    findings.sort_by_key(|finding| finding.weight);
    findings
}

impl HostPage {
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// A header of one value (RFC 8941, section 3.3): without its parameters.
    fn word(&self, name: &str) -> Option<String> {
        let value = self.all(name).last()?;
        let word = value.split(';').next().unwrap_or_default();
        Some(word.trim().to_ascii_lowercase())
    }

    fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

impl Embedding {
    fn origin(&self) -> String {
        self.patchbay.origin().ascii_serialization()
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.patchbay.clone();
        url.set_path(path);
        url
    }
}

fn finding(
    (subject, weight): (Subject, Weight),
    title: impl Into<String>,
    why: impl Into<String>,
    fix: impl Into<Option<String>>,
) -> Finding {
    Finding {
        subject,
        weight,
        title: title.into(),
        why: why.into(),
        fix: fix.into(),
    }
}

fn status(page: &HostPage) -> Option<Finding> {
    let status = page.status;
    (!(200..300).contains(&status)).then(|| {
        finding(
            (Subject::Status, Weight::Note),
            format!("The page answered with status {status}"),
            "Patchbay asks without a session of yours. A page behind a sign-in may send other headers to \
             those who are signed in: check an address that is open, or run the check in the page.",
            None,
        )
    })
}

fn origin(page: &HostPage, embedding: &Embedding) -> Option<Finding> {
    (!embedding.origin_allowed).then(|| {
        let origin = page.origin();
        finding(
            (Subject::Origin, Weight::Breaks),
            format!("{origin} is not an allowed origin of this project"),
            "The portal's answer names in frame-ancestors who may embed it, and browsers obey.",
            origin,
        )
    })
}

fn mixed_content(page: &HostPage, embedding: &Embedding, policies: &[Policy]) -> Option<Finding> {
    if embedding.patchbay.scheme() != "http" {
        return None;
    }
    let ours = embedding.origin();
    let upgrades = policies
        .iter()
        .any(|policy| policy.find("upgrade-insecure-requests").is_some());
    let what = (Subject::MixedContent, Weight::Breaks);
    if upgrades {
        return Some(finding(
            what,
            "upgrade-insecure-requests turns Patchbay's address into https",
            format!("Patchbay is at {ours}, where nothing answers over https."),
            "Serve Patchbay over https, and say so with --public-url.".to_owned(),
        ));
    }
    (page.url.scheme() == "https" && !is_loopback(&embedding.patchbay)).then(|| {
        finding(
            what,
            "The page is https and Patchbay is not",
            format!(
                "Browsers load no script, frame or call from {ours} in a page that came over https."
            ),
            "Serve Patchbay over https, and say so with --public-url.".to_owned(),
        )
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The directive with one source more. `'none'` stands alone, so it goes.
fn with(governing: Governing<'_>, name: &str, source: &str) -> String {
    let kept = governing
        .sources
        .iter()
        .filter(|known| !known.eq_ignore_ascii_case("'none'"));
    let mut line = name.to_owned();
    for known in kept {
        line.push(' ');
        line.push_str(known);
    }
    format!("{line} {source};")
}

fn frame(policy: &Policy, page: &HostPage, embedding: &Embedding) -> Option<Finding> {
    let governing = policy.governing(&["frame-src", "child-src", "default-src"])?;
    let ours = embedding.origin();
    (!governing.allows(&embedding.at("/ui"), &page.url)).then(|| {
        finding(
            (Subject::Frame, Weight::Breaks),
            format!("{} keeps the portal out", governing.name),
            format!("The portal is a frame from {ours}, and the page's Content-Security-Policy does not name it."),
            with(governing, "frame-src", &ours),
        )
    })
}

fn script(policy: &Policy, page: &HostPage, embedding: &Embedding) -> Option<Finding> {
    let governing = policy.governing(&["script-src-elem", "script-src", "default-src"])?;
    let name = match governing.name {
        "default-src" => "script-src",
        name => name,
    };
    let ours = embedding.origin();
    let marked = governing.trusts_by_mark();
    let by_address = !governing.has("'strict-dynamic'");
    if by_address && governing.allows(&embedding.at("/sdk/patchbay.js"), &page.url) {
        return None;
    }
    if marked {
        return Some(finding(
            (Subject::Script, Weight::Note),
            format!("{name} trusts scripts by a nonce or a hash"),
            "The script that imports the SDK needs the page's nonce; what it imports then loads as well.",
            format!(
                "<script type=\"module\" nonce=\"…\"> import {{ patchbay }} from \"{ours}/sdk/patchbay.js\";"
            ),
        ));
    }
    Some(finding(
        (Subject::Script, Weight::Breaks),
        format!("{} keeps the SDK out", governing.name),
        format!(
            "The SDK is loaded from {ours}, and the page's Content-Security-Policy does not name it."
        ),
        with(governing, name, &ours),
    ))
}

fn connect(policy: &Policy, page: &HostPage, embedding: &Embedding) -> Option<Finding> {
    let governing = policy.governing(&["connect-src", "default-src"])?;
    let ours = embedding.origin();
    (!governing.allows(&embedding.at("/projects/"), &page.url)).then(|| {
        finding(
            (Subject::Connect, Weight::Breaks),
            format!("{} keeps the SDK from calling Patchbay", governing.name),
            format!("authenticate, getUser and request fetch from {ours}."),
            with(governing, "connect-src", &ours),
        )
    })
}

fn sandbox(policy: &Policy, _: &HostPage, _: &Embedding) -> Option<Finding> {
    let allowed = policy.find("sandbox")?;
    let has = |flag: &str| allowed.iter().any(|known| known.eq_ignore_ascii_case(flag));
    let needed = [
        "allow-scripts",
        "allow-same-origin",
        "allow-forms",
        "allow-popups",
        "allow-popups-to-escape-sandbox",
    ];
    let missing: Vec<_> = needed.into_iter().filter(|flag| !has(flag)).collect();
    if missing.is_empty() {
        return None;
    }
    let essential = ["allow-scripts", "allow-same-origin", "allow-forms"];
    let breaks = missing.iter().any(|flag| essential.contains(flag));
    let mut line = "sandbox".to_owned();
    for flag in allowed
        .iter()
        .map(String::as_str)
        .chain(missing.iter().copied())
    {
        line.push(' ');
        line.push_str(flag);
    }
    Some(finding(
        (
            Subject::Sandbox,
            if breaks {
                Weight::Breaks
            } else {
                Weight::Degrades
            },
        ),
        format!("The sandbox of the page lacks {}", missing.join(", ")),
        "It holds for the portal's frame as well: without scripts, an origin and forms nothing works, and \
         without popups that escape it the provider's page does not.",
        format!("{line};"),
    ))
}

fn opener(page: &HostPage, embedding: &Embedding) -> Option<Finding> {
    let policy = page.word("cross-origin-opener-policy")?;
    let cuts = matches!(policy.as_str(), "same-origin" | "same-origin-plus-coep");
    (cuts && page.url.origin() != embedding.patchbay.origin()).then(|| {
        finding(
            (Subject::Opener, Weight::Degrades),
            "Cross-Origin-Opener-Policy: same-origin cuts the portal off from its window",
            "A frame of another origin in such a page cannot speak with a window that it opens, so the portal \
             takes it for blocked. “Continue in this window” still works: the page goes to the provider and \
             comes back. Forms with keys need no window.",
            "Cross-Origin-Opener-Policy: same-origin-allow-popups".to_owned(),
        )
    })
}

/// Permissions Policy, section 5.2: a list in brackets, `*`, or one of them.
fn clipboard(page: &HostPage, embedding: &Embedding) -> Option<Finding> {
    let ours = embedding.origin();
    let lists = page
        .all("permissions-policy")
        .flat_map(|value| value.split(','));
    let list = lists
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim() == "clipboard-write")
        .map(|(_, list)| list.trim())?;
    let inside = list.trim_matches(['(', ')']);
    let allowed = inside.split_ascii_whitespace().any(|item| {
        let item = item.trim_matches('"');
        item == "*"
            || item == ours
            || item == "self" && page.url.origin() == embedding.patchbay.origin()
    });
    (!allowed).then(|| {
        finding(
            (Subject::Clipboard, Weight::Degrades),
            "Permissions-Policy takes the clipboard from the portal",
            "Its button that copies the redirect address, for people with an app of their own, does nothing. \
             The address can still be selected.",
            format!("clipboard-write=(self \"{ours}\")"),
        )
    })
}

/// What is only reported today may be enforced tomorrow.
fn report_only(page: &HostPage, embedding: &Embedding) -> Option<Finding> {
    let policies = page
        .all("content-security-policy-report-only")
        .flat_map(Policy::read_all);
    let findings: Vec<Finding> = policies
        .flat_map(|policy| {
            [frame, script, connect, sandbox].map(|check| check(&policy, page, embedding))
        })
        .flatten()
        .filter(|finding| finding.weight != Weight::Note)
        .collect();
    let first = findings.first()?;
    Some(finding(
        (Subject::ReportOnly, Weight::Note),
        "Content-Security-Policy-Report-Only would break it once it is enforced",
        format!("{}.", first.title),
        first.fix.clone(),
    ))
}
