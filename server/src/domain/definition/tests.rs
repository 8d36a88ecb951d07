use std::path::Path;

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
[auth.token_response]
metadata = { instance_url = "instance_url" }
[auth.callback_metadata]
realm_id = "realmId"
[auth.lookup]
url = "${instance_url}/sites"
metadata = { cloud_id = "0.id" }

[[auth]]
type = "basic"
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
    let oauth2 = acme.default_auth().kind.oauth2().unwrap();
    assert_eq!(oauth2.client_auth, ClientAuth::Basic);
    assert_eq!(oauth2.token_body, TokenBody::Form);
    assert!(oauth2.pkce);
    assert_eq!(oauth2.scope_separator, " ");
    assert_eq!(oauth2.refresh_margin, Duration::from_secs(60));
    assert_eq!(oauth2.token_response.access_token, "access_token");
    let header = InjectPlace::Header("authorization".to_owned());
    assert_eq!(acme.default_auth().inject.place, header);
    let AuthKind::Basic {
        username,
        password,
        fields,
    } = &acme.auth[1].kind
    else {
        panic!("the second method is Basic");
    };
    assert_eq!(
        (username.0.as_str(), password.0.as_str()),
        ("${account}/token", "${password}")
    );
    assert!(fields[1].secret && !fields[1].host_label);
    assert_eq!(acme.auth[1].inject.place, InjectPlace::BasicAuthorization);
    assert_eq!(acme.verification.unwrap().method, "GET");
}

/// Each line: text in the good definition, its replacement, what the message must be or begin with.
#[test]
fn a_mistake_is_told_with_file_line_and_field() {
    let cases = [
        (
            "category = \"CRM\"",
            "categori = \"CRM\"",
            "catalog/acme.toml:4: categori: unknown field",
        ),
        (
            "category = \"CRM\"",
            "",
            "catalog/acme.toml:1: category: missing field",
        ),
        (
            "slug = \"acme\"",
            "slug = \"Acme\"",
            "catalog/acme.toml:2: slug: may hold",
        ),
        (
            "slug = \"acme\"",
            "slug = \"acme2\"",
            "catalog/acme.toml:2: slug: does not match the file's name; call the file acme2.toml",
        ),
        ("#1F6FEB", "red", "catalog/acme.toml:5: color: "),
        (
            "https://acme.com/token",
            "http://127.0.0.1:9400/token",
            "catalog/acme.toml:19: auth[0].token_url: plain http is refused; use https, or start with --egress-allow 127.0.0.0/8",
        ),
        (
            "https://acme.com/token",
            "https://localhost/token",
            "catalog/acme.toml:19: auth[0].token_url: the address is not public",
        ),
        (
            "https://acme.com/token",
            "https://169.254.169.254/token",
            "catalog/acme.toml:19: auth[0].token_url: the address is not public; use another, or start with --egress-allow 169.254.169.254/32",
        ),
        (
            "https://acme.com/token",
            "http://acme.com/token",
            "catalog/acme.toml:19: auth[0].token_url: plain http is refused; use https",
        ),
        (
            "https://acme.com/token",
            "ftp://acme.com/token",
            "catalog/acme.toml:19: auth[0].token_url: is not an https URL",
        ),
        (
            "https://acme.com/token",
            "acme.com/token",
            "catalog/acme.toml:19: auth[0].token_url: is not an absolute URL",
        ),
        (
            "https://acme.com/token",
            "https://u:p@acme.com/token",
            "catalog/acme.toml:19: auth[0].token_url: holds a user",
        ),
        (
            "https://acme.com/token",
            "https://acme.com/${nobody}",
            "catalog/acme.toml:19: auth[0].token_url: `${nobody}`",
        ),
        (
            "https://acme.com/token",
            "https://acme.com/${password}",
            "catalog/acme.toml:19: auth[0].token_url: `${password}`",
        ),
        (
            "https://acme.com/token",
            "https://acme.com/${subdomain",
            "catalog/acme.toml:19: auth[0].token_url: has a ${",
        ),
        (
            "https://acme.com/token",
            "${subdomain}/token",
            "catalog/acme.toml:19: auth[0].token_url: `${subdomain}` cannot decide the scheme",
        ),
        (
            "https://acme.com/token",
            "${realm_id}/token",
            "catalog/acme.toml:19: auth[0].token_url: `${realm_id}` cannot decide the scheme",
        ),
        (
            "https://acme.com/token",
            "${instance_url}x/token",
            "catalog/acme.toml:19: auth[0].token_url: `${instance_url}` cannot",
        ),
        (
            "https://acme.com/token",
            "https://${subdomain}/token",
            "catalog/acme.toml:19: auth[0].token_url: a placeholder in the host",
        ),
        (
            "https://acme.com/token",
            "https://${subdomain}.com/token",
            "catalog/acme.toml:19: auth[0].token_url: a placeholder in the host",
        ),
        (
            "https://acme.com/token",
            "https://acme.${subdomain}/token",
            "catalog/acme.toml:19: auth[0].token_url: a placeholder in the host",
        ),
        (
            "https://acme.com/token",
            "${patchbay_internal}/token",
            "catalog/acme.toml:19: auth[0].token_url: names an address of Patchbay's own",
        ),
        (
            "client_auth = \"basic\"",
            "client_auth = \"magic\"",
            "catalog/acme.toml:21: auth[0].client_auth: unknown variant",
        ),
        (
            "client_auth = \"basic\"",
            "token_params = { state = \"1\" }",
            "catalog/acme.toml:21: auth[0].token_params.state: ",
        ),
        (
            "expires_in_default = 3600",
            "expires_in_default = 0",
            "catalog/acme.toml:22: auth[0].expires_in_default: ",
        ),
        (
            "token_url = \"https://acme.com/token\"",
            "",
            "catalog/acme.toml:16: auth[0].token_url: is missing",
        ),
        (
            "\"Acme-Version\"",
            "\"Acme Version\"",
            "catalog/acme.toml:9: headers.Acme Version: ",
        ),
        (
            "\"Acme-Version\"",
            "\"Host\"",
            "catalog/acme.toml:9: headers.Host: ",
        ),
        (
            "name = \"subdomain\"",
            "name = \"Sub\"",
            "catalog/acme.toml:12: inputs[0].name: ",
        ),
        (
            "name = \"subdomain\"",
            "name = \"access_token\"",
            "catalog/acme.toml:12: inputs[0].name: ",
        ),
        (
            "\"^[a-z0-9-]+$\"",
            "\"[a-\"",
            "catalog/acme.toml:14: inputs[0].pattern: ",
        ),
        (
            "name = \"password\"",
            "name = \"account\"",
            "catalog/acme.toml:38: auth[1].fields[1].name: `account` is declared twice",
        ),
        (
            "name = \"password\"",
            "name = \"secretword\"",
            "catalog/acme.toml:31: auth[1].password: is missing",
        ),
        (
            "type = \"basic\"",
            "type = \"api_key\"",
            "catalog/acme.toml:31: auth[1].username: belongs to basic",
        ),
        (
            "type = \"basic\"",
            "type = \"saml\"",
            "catalog/acme.toml:32: auth[1].type: ",
        ),
        (
            "path = \"/me/${realm_id}\"",
            "path = \"me\"",
            "catalog/acme.toml:43: verification.path: ",
        ),
        (
            "path = \"/me/${realm_id}\"",
            "method = \"GET\"",
            "catalog/acme.toml:42: verification: needs",
        ),
        (
            "account_name = \"user.email\"",
            "account_name = \"user..email\"",
            "catalog/acme.toml:44: verification.account_name: ",
        ),
        (
            "slug = \"acme\"",
            "schema = 2\nslug = \"acme\"",
            "catalog/acme.toml:2: schema: ",
        ),
        ("name = \"Acme\"", "name = \"Acme", "catalog/acme.toml:3: "),
    ];
    let mut wrong = Vec::new();
    for (good, bad, expected) in cases {
        let message = parse(&ACME.replacen(good, bad, 1)).expect_err(bad);
        if !message.starts_with(expected) {
            wrong.push(format!("{bad}\n  gave     {message}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
    assert_eq!(inject.place, InjectPlace::Header("x-key".to_owned()));
    assert_eq!(inject.value.0, "${api_key}");
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
    let oauth2 = definition.default_auth().kind.oauth2().unwrap();
    assert_eq!(oauth2.token_url.0, "http://127.0.0.1:3000/sandbox/token");
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
