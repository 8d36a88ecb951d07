use super::{ACME, parse};

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
        (
            "category = \"CRM\"",
            "category = \"CRM\"\npackage_url = \"http://acme.com/package\"",
            "catalog/acme.toml:5: package_url: is not an absolute https URL",
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
            "catalog/acme.toml:41: auth[1].fields[1].name: `account` is declared twice",
        ),
        (
            "name = \"password\"",
            "name = \"secretword\"",
            "catalog/acme.toml:32: auth[1].password: is missing",
        ),
        (
            "type = \"basic\"",
            "type = \"api_key\"",
            "catalog/acme.toml:32: auth[1].username: belongs to basic",
        ),
        (
            "type = \"basic\"",
            "type = \"saml\"",
            "catalog/acme.toml:33: auth[1].type: ",
        ),
        (
            "path = \"/me/${realm_id}\"",
            "path = \"me\"",
            "catalog/acme.toml:46: verification.path: ",
        ),
        (
            "path = \"/me/${realm_id}\"",
            "method = \"GET\"",
            "catalog/acme.toml:45: verification: needs",
        ),
        (
            "account_name = \"user.email\"",
            "account_name = \"user..email\"",
            "catalog/acme.toml:47: verification.account_name: ",
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
            wrong.push(format!(
                "{bad}\n  gave     {message}\n  expected {expected}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
