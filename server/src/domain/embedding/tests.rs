//! Pages as frameworks and hosts send them.

use super::*;

const OURS: &str = "https://connect.example.com";

fn at(url: &str, headers: &[(&str, &str)], body: &str) -> HostPage {
    HostPage {
        url: Url::parse(url).unwrap(),
        status: 200,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.to_owned(),
    }
}

fn against(patchbay: &str) -> Embedding {
    Embedding {
        patchbay: Url::parse(patchbay).unwrap(),
        origin_allowed: true,
    }
}

fn of(headers: &[(&str, &str)]) -> Vec<Finding> {
    judge(&at("https://app.example.com/", headers, ""), &against(OURS))
}

fn policy(text: &str) -> Vec<Finding> {
    of(&[("content-security-policy", text)])
}

type Told = (Subject, Weight);

fn told(findings: &[Finding]) -> Vec<Told> {
    findings
        .iter()
        .map(|finding| (finding.subject, finding.weight))
        .collect()
}

const FRAME: Told = (Subject::Frame, Weight::Breaks);
const SCRIPT: Told = (Subject::Script, Weight::Breaks);
const CONNECT: Told = (Subject::Connect, Weight::Breaks);
const NONCE: Told = (Subject::Script, Weight::Note);

#[test]
fn policies_of_real_pages() {
    let table: &[(&str, &str, &[Told])] = &[
        ("none at all", "", &[]),
        (
            "who may embed the page itself",
            "frame-ancestors 'self'; object-src 'none'",
            &[],
        ),
        ("one that only upgrades", "upgrade-insecure-requests", &[]),
        (
            "a middleware's defaults",
            "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';\
             frame-ancestors 'self';img-src 'self' data:;object-src 'none';script-src 'self';\
             script-src-attr 'none';style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests",
            &[FRAME, SCRIPT, CONNECT],
        ),
        (
            "a framework's guide to nonces",
            "default-src 'self'; script-src 'self' 'nonce-abc' 'strict-dynamic'; style-src 'self' 'nonce-abc'; \
             img-src 'self' blob: data:; frame-ancestors 'none'; upgrade-insecure-requests;",
            &[FRAME, CONNECT, NONCE],
        ),
        (
            "a strict one, which names scripts only",
            "object-src 'none'; script-src 'nonce-abc' 'unsafe-inline' 'strict-dynamic' https: http:; base-uri 'none'",
            &[NONCE],
        ),
        (
            "a framework's commented template",
            "default-src 'self' https:; font-src 'self' https: data:; img-src 'self' https: data:; \
             object-src 'none'; script-src 'self' https:; style-src 'self' https:",
            &[],
        ),
        (
            "one that allows nothing and then a list",
            "default-src 'none'; script-src assets.example.net; connect-src 'self' api.example.com; \
             frame-src viewer.example.com; child-src *",
            &[FRAME, SCRIPT, CONNECT],
        ),
        (
            "all that is needed",
            "default-src 'self'; script-src 'self' https://connect.example.com; \
             connect-src 'self' https://connect.example.com; frame-src https://connect.example.com",
            &[],
        ),
        ("every subdomain", "default-src 'self' *.example.com", &[]),
        ("workers only, by the old name", "child-src blob:", &[FRAME]),
        (
            "elements apart from the rest",
            "script-src *; script-src-elem 'self'",
            &[SCRIPT],
        ),
        (
            "two policies, each of which must allow it",
            "frame-src *, frame-src 'self'",
            &[FRAME],
        ),
    ];
    for (name, text, expected) in table {
        assert_eq!(told(&policy(text)), *expected, "{name}");
    }
}

#[test]
fn each_line_mends_what_it_is_given_for() {
    let before = "default-src 'none'; script-src 'self'; sandbox allow-scripts";
    let mut mended = String::new();
    for finding in policy(before) {
        mended += &finding.fix.unwrap();
    }
    // The first of a name counts, so the new lines go before.
    assert_eq!(policy(&format!("{mended}{before}")), []);
    assert!(
        mended.contains("script-src 'self' https://connect.example.com;"),
        "{mended}"
    );
    assert!(
        mended.contains("frame-src https://connect.example.com;"),
        "{mended}"
    );
}

#[test]
fn a_policy_in_the_page_counts() {
    let body =
        "<head><meta http-equiv=\"Content-Security-Policy\" content=\"frame-src 'self'\"></head>";
    let page = at("https://app.example.com/", &[], body);
    assert_eq!(told(&judge(&page, &against(OURS))), [FRAME]);
}

#[test]
fn one_that_only_reports_breaks_nothing_yet() {
    let name = "content-security-policy-report-only";
    let found = of(&[(name, "frame-src 'self'")]);
    assert_eq!(told(&found), [(Subject::ReportOnly, Weight::Note)]);
    assert_eq!(of(&[(name, "script-src 'nonce-a' 'strict-dynamic'")]), []);
}

#[test]
fn an_opener_that_is_cut_off_is_told() {
    let opener = |value| of(&[("cross-origin-opener-policy", value)]);
    let degrades = [(Subject::Opener, Weight::Degrades)];
    assert_eq!(told(&opener("same-origin")), degrades);
    assert_eq!(told(&opener("Same-Origin; report-to=\"coop\"")), degrades);
    for harmless in [
        "same-origin-allow-popups",
        "unsafe-none",
        "noopener-allow-popups",
    ] {
        assert_eq!(opener(harmless), [], "{harmless}");
    }
    // In a page of Patchbay's own origin the frame is no stranger.
    let page = at(
        "https://connect.example.com/app",
        &[("cross-origin-opener-policy", "same-origin")],
        "",
    );
    assert_eq!(judge(&page, &against(OURS)), []);
}

#[test]
fn what_does_not_concern_the_portal_is_not_told() {
    let headers = [
        ("x-frame-options", "DENY"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("strict-transport-security", "max-age=63072000"),
        ("permissions-policy", "camera=(), geolocation=(self)"),
    ];
    assert_eq!(of(&headers), []);
}

#[test]
fn the_clipboard_is_named_where_it_is_taken() {
    let found = |value| told(&of(&[("permissions-policy", value)]));
    let degrades = [(Subject::Clipboard, Weight::Degrades)];
    assert_eq!(found("camera=(), clipboard-write=()"), degrades);
    assert_eq!(found("clipboard-write=self"), degrades);
    assert_eq!(found("clipboard-write=*"), []);
    assert_eq!(
        found("clipboard-write=(self \"https://connect.example.com\")"),
        []
    );
}

#[test]
fn a_sandbox_has_to_leave_what_the_portal_needs() {
    let all = "sandbox allow-scripts allow-same-origin allow-forms";
    assert_eq!(told(&policy(all)), [(Subject::Sandbox, Weight::Degrades)]);
    assert_eq!(
        told(&policy("sandbox")),
        [(Subject::Sandbox, Weight::Breaks)]
    );
    let popups = format!("{all} allow-popups allow-popups-to-escape-sandbox");
    assert_eq!(policy(&popups), []);
}

#[test]
fn an_insecure_patchbay_is_no_part_of_a_secure_page() {
    let mixed = [(Subject::MixedContent, Weight::Breaks)];
    let page = at("https://app.example.com/", &[], "");
    assert_eq!(told(&judge(&page, &against("http://10.0.0.7:3000"))), mixed);
    // Browsers trust their own machine.
    assert_eq!(judge(&page, &against("http://127.0.0.1:3000")), []);
    let plain = at("http://intranet.example/", &[], "");
    assert_eq!(judge(&plain, &against("http://10.0.0.7:3000")), []);
    let upgrades = at(
        "http://intranet.example/",
        &[("content-security-policy", "upgrade-insecure-requests")],
        "",
    );
    assert_eq!(
        told(&judge(&upgrades, &against("http://10.0.0.7:3000"))),
        mixed
    );
}

#[test]
fn the_origin_that_is_missing_is_the_fix() {
    let page = HostPage {
        status: 403,
        ..at("https://app.example.com:8443/settings?x=1", &[], "")
    };
    let embedding = Embedding {
        origin_allowed: false,
        ..against(OURS)
    };
    let found = judge(&page, &embedding);
    assert_eq!(
        told(&found),
        [
            (Subject::Origin, Weight::Breaks),
            (Subject::Status, Weight::Note)
        ]
    );
    assert_eq!(
        found[0].fix.as_deref(),
        Some("https://app.example.com:8443")
    );
}
