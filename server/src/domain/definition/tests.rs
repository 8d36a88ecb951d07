mod kinds;
mod mistakes;

use std::{path::Path, time::Duration};

use proptest::prelude::*;

use super::*;

const ACME: &str = r##"
slug = "acme"
name = "Acme"
category = "CRM"
color = "#1F6FEB"
api_base_url = "https://${subdomain}.acme.com/api/"

[headers]
"Acme-Version" = "2024-01-01"

[[inputs]]
name = "subdomain"
label = "Subdomain"
pattern = "^[a-z0-9-]+$"

[[auth]]
type = "oauth2_authorization_code"
authorization_url = "https://${subdomain}.acme.com/authorize"
token_url = "https://acme.com/token"
default_scopes = ["contacts.read"]
client_auth = "basic"
expires_in_default = 3600
label = "Acme account"
[auth.token_response]
metadata = { instance_url = "instance_url" }
[auth.callback_metadata]
realm_id = "realmId"
[auth.lookup]
url = "${instance_url}/sites"
metadata = { cloud_id = "0.id" }

[[auth]]
type = "basic"
id = "password"
label = "Password"
username = "${account}/token"
[[auth.fields]]
name = "account"
label = "Account"
[[auth.fields]]
name = "password"
label = "Password"
secret = true

[verification]
path = "/me/${realm_id}"
account_name = "user.email"
"##;

fn parse(text: &str) -> Result<Definition, String> {
    parse_with(text, &Rules::default())
}

fn parse_with(text: &str, rules: &Rules) -> Result<Definition, String> {
    Definition::parse("catalog/acme.toml", text, rules).map_err(|error| error.to_string())
}

fn loopback() -> Rules {
    Rules {
        egress_allow: vec!["127.0.0.0/8".parse().unwrap()],
        own: None,
    }
}

#[test]
fn a_whole_definition_is_read() {
    let acme = parse(ACME).unwrap();
    assert_eq!(acme.color.as_deref(), Some("#1f6feb"));
    assert_eq!(acme.api_base_url.0, "https://${subdomain}.acme.com/api");
    assert_eq!(acme.headers["acme-version"].0, "2024-01-01");
    assert!(acme.inputs[0].host_label, "the subdomain lands in a host");
    assert!(!acme.built_in);
    let tokens = acme.default_auth().kind.tokens().unwrap();
    let [exchange] = tokens.request.as_slice() else {
        panic!("one request leads to a token");
    };
    assert!(matches!(exchange.auth, StepAuth::Client { .. }));
    assert_eq!(
        (exchange.method.as_str(), exchange.body),
        ("POST", StepBody::Form)
    );
    assert!(tokens.authorization.as_ref().unwrap().pkce);
    assert_eq!(tokens.scope_separator, " ");
    assert_eq!(tokens.refresh_margin, Duration::from_secs(60));
    assert_eq!(tokens.response.access_token, "access_token");
    let bearer = Inject::header("authorization", "Bearer ${access_token}");
    assert_eq!(acme.default_auth().inject, bearer);
    let (username, password) = acme.auth[1].inject.basic.as_ref().unwrap();
    assert_eq!(
        (username.0.as_str(), password.0.as_str()),
        ("${account}/token", "${password}")
    );
    let fields = acme.auth[1].kind.fields();
    assert!(fields[1].secret && !fields[1].host_label);
    assert_eq!(acme.verification.unwrap().method, "GET");
}

#[test]
fn several_ways_are_told_apart() {
    let acme = parse(ACME).unwrap();
    let ids: Vec<&str> = acme.auth.iter().map(|method| method.id.as_str()).collect();
    assert_eq!(ids, ["default", "password"]);
    assert_eq!(
        acme.auth("password").unwrap().label.as_deref(),
        Some("Password")
    );
    let without = |line: &str| parse(&ACME.replacen(line, "", 1)).unwrap_err();
    assert!(without("id = \"password\"\n").contains("auth[1].id: `default` stands above already"));
    assert!(without("label = \"Password\"\n").contains("auth[1].label: is missing"));
    let odd = ACME.replacen("id = \"password\"", "id = \"Pass word\"", 1);
    assert!(
        parse(&odd)
            .unwrap_err()
            .contains("auth[1].id: is not 1 to 40")
    );
}

#[test]
fn a_person_may_bring_an_app_of_their_own() {
    let text = ACME.replacen("client_auth", "client = \"user\"\nclient_auth", 1);
    let acme = parse(&text).unwrap();
    let fields = acme.default_auth().kind.fields();
    let asked: Vec<_> = fields
        .iter()
        .map(|field| (field.name.as_str(), field.secret))
        .collect();
    assert_eq!(asked, [("client_id", false), ("client_secret", true)]);
    assert!(acme.default_auth().kind.tokens().unwrap().brings_client());
    assert!(
        !parse(ACME)
            .unwrap()
            .default_auth()
            .kind
            .tokens()
            .unwrap()
            .brings_client()
    );
    let twice = text.replace("subdomain", "client_id");
    assert!(
        parse(&twice).is_err(),
        "an input has the name of the client's id"
    );
}

const SITES: &str = r##"
slug = "acme"
name = "Acme"
category = "CRM"
api_base_url = "https://acme.com/${site}"

[[inputs]]
name = "region"
label = "Region"
options = [{ value = "eu", label = "Europe" }]

[[inputs]]
name = "site"
label = "Site"
ask = "after"
source = "sites"

[[sources]]
id = "sites"
title = "Sites"
path = "/sites"
value = "id"
label = "name"

[[auth]]
type = "oauth2_authorization_code"
authorization_url = "https://acme.com/authorize"
token_url = "https://acme.com/token"
"##;

#[test]
fn questions_are_asked_before_or_after() {
    let acme = parse(SITES).unwrap();
    let names = |fields: &[FieldSpec]| -> Vec<String> {
        fields.iter().map(|field| field.name.clone()).collect()
    };
    assert_eq!(
        (names(&acme.inputs), names(&acme.after)),
        (vec!["region".to_owned()], vec!["site".to_owned()])
    );
    assert!(matches!(&acme.inputs[0].choices, Choices::Listed(listed) if listed[0].value == "eu"));
    assert_eq!(acme.after[0].choices, Choices::Source("sites".to_owned()));
    let source = acme.source("sites").unwrap();
    assert_eq!((source.items.as_str(), source.value.as_str()), ("", "id"));
    for (was, is, told) in [
        (
            "ask = \"after\"\n",
            "",
            "inputs[1].source: can be asked for choices after",
        ),
        (
            "id = \"sites\"",
            "id = \"places\"",
            "inputs[1].source: is no [[sources]]",
        ),
        (
            "source = \"sites\"\n",
            "source = \"sites\"\nsecret = true\n",
            "inputs[1].ask: is for OAuth",
        ),
        (
            "path = \"/sites\"\n",
            "",
            "sources[0]: needs either a path or a url",
        ),
        (
            "path = \"/sites\"\n",
            "path = \"/sites\"\ncursor = \"page\"\n",
            "sources[0]: needs cursor and next",
        ),
        (
            "options = [{ value = \"eu\", label = \"Europe\" }]",
            "options = []",
            "inputs[0].options: holds none",
        ),
    ] {
        let error = parse(&SITES.replacen(was, is, 1)).unwrap_err();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn allowed_networks_may_be_named() {
    for address in [
        "http://127.0.0.1:9400/token",
        "http://localhost:9400/token",
        "https://127.0.0.1/token",
        "http://${subdomain}.localhost:1/token",
    ] {
        let text = ACME.replacen("https://acme.com/token", address, 1);
        assert!(parse(&text).is_err(), "{address}");
        assert!(parse_with(&text, &loopback()).is_ok(), "{address}");
    }
    let other = ACME.replacen("https://acme.com/token", "http://10.0.0.1/token", 1);
    assert!(parse_with(&other, &loopback()).is_err());
}

#[test]
fn an_api_key_says_how_it_is_sent() {
    let text = "slug = \"acme\"\nname = \"A\"\ncategory = \"B\"\napi_base_url = \"https://acme.com\"\n[[auth]]\ntype = \"api_key\"\n[[auth.fields]]\nname = \"api_key\"\nlabel = \"API key\"\nsecret = true\n";
    assert_eq!(
        parse(text).unwrap_err(),
        "catalog/acme.toml:5: auth[0].inject: is missing; say which header or query parameter carries the key"
    );
    let header = format!("{text}[auth.inject]\nheader = \"X-Key\"\nvalue = \"${{api_key}}\"\n");
    let inject = &parse(&header).unwrap().auth[0].inject;
    assert_eq!(*inject, Inject::header("x-key", "${api_key}"));
    let query = format!("{text}[auth.inject]\nquery = \"key\"\nvalue = \"${{other}}\"\n");
    assert!(
        parse(&query)
            .unwrap_err()
            .starts_with("catalog/acme.toml:13: auth[0].inject.value: ")
    );
    let bare = text.split("[[auth]]").next().unwrap();
    assert!(
        parse(bare)
            .unwrap_err()
            .contains("auth: says no way to connect")
    );
}

#[test]
fn a_built_in_definition_names_patchbay() {
    let rules = Rules {
        egress_allow: Vec::new(),
        own: Some(OwnAddresses {
            public_url: "https://connect.example.com".to_owned(),
            internal_url: "http://127.0.0.1:3000".to_owned(),
        }),
    };
    let text = ACME.replacen(
        "https://acme.com/token",
        "${patchbay_internal}/sandbox/token",
        1,
    );
    let definition = parse_with(&text, &rules).unwrap();
    assert!(definition.built_in);
    let tokens = definition.default_auth().kind.tokens().unwrap();
    let token_url = Template("http://127.0.0.1:3000/sandbox/token".to_owned());
    assert_eq!(tokens.request[0].at, Address::Url(token_url));
    let foreign = ACME.replacen("https://acme.com/token", "http://127.0.0.1:30001/token", 1);
    assert!(
        parse_with(&foreign, &rules).is_err(),
        "another port is not Patchbay"
    );
}

#[test]
fn every_definition_of_the_catalog_is_good() {
    let rules = Rules::default();
    let built_in = Rules {
        egress_allow: Vec::new(),
        own: Some(OwnAddresses {
            public_url: "http://127.0.0.1:3000".to_owned(),
            internal_url: "http://127.0.0.1:3000".to_owned(),
        }),
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let rules = if text.contains("${patchbay_internal}") {
            &built_in
        } else {
            &rules
        };
        if let Err(error) = Definition::parse(&path.display().to_string(), &text, rules) {
            panic!("{error}");
        }
        seen += 1;
    }
    assert!(seen > 0, "the catalog is there");
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC*") {
        let _ = parse(&text);
    }

    /// The good definition with a piece cut out and another put in.
    #[test]
    fn no_damage_makes_the_reader_panic(start in 0usize..1200, length in 0usize..80, patch in "[ -~\n\u{e9}\u{2028}]{0,12}") {
        let start = start.min(ACME.len());
        let end = (start + length).min(ACME.len());
        if let Err(message) = parse(&format!("{}{patch}{}", &ACME[..start], &ACME[end..])) {
            prop_assert!(message.starts_with("catalog/acme.toml"));
        }
    }
}
