//! The catalog: what is embedded, and what a folder adds.

use std::fs;

use server::{
    domain::definition::{Address, OwnAddresses, Rules, Template},
    ports::provider::Definitions,
    providers::catalog::Catalog,
};

fn own() -> OwnAddresses {
    OwnAddresses {
        public_url: "https://connect.example.com".to_owned(),
        internal_url: "http://127.0.0.1:4390".to_owned(),
    }
}

fn file(slug: &str, name: &str) -> String {
    format!(
        "slug = \"{slug}\"\nname = \"{name}\"\ncategory = \"CRM\"\napi_base_url = \"https://acme.com\"\n[[auth]]\n\
         type = \"oauth2_authorization_code\"\nauthorization_url = \"https://acme.com/a\"\ntoken_url = \"https://acme.com/t\"\n"
    )
}

fn load(files: &[(&str, String)]) -> Result<Catalog, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("logos")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    Catalog::load(&Rules::default(), Some(folder.path()), &own())
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

#[test]
fn the_embedded_catalog_is_whole() {
    let catalog = Catalog::load(&Rules::default(), None, &own())
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    let real = [
        "salesforce",
        "hubspot",
        "slack",
        "googledrive",
        "gmail",
        "googlecalendar",
        "notion",
        "github",
        "jira",
        "asana",
        "zendesk",
        "quickbooks",
        "stripe",
        "sendgrid",
        "twilio",
    ];
    for slug in real {
        assert!(!catalog.get(slug).unwrap().built_in, "{slug}");
    }
    for slug in ["sandbox", "sandboxkey"] {
        assert!(catalog.get(slug).unwrap().built_in, "{slug}");
    }
    let sandbox = catalog.get("sandbox").unwrap();
    assert_eq!(sandbox.api_base_url.0, "http://127.0.0.1:4390/sandbox/api");
    let authorization = sandbox.default_auth().kind.authorization().unwrap();
    let address = Template("https://connect.example.com/sandbox/authorize".to_owned());
    assert_eq!(authorization.at, Address::Url(address));
    let names: Vec<String> = catalog
        .iter()
        .map(|definition| definition.name.to_lowercase())
        .collect();
    assert!(names.is_sorted());
    assert!(
        Definitions::logo(&catalog, "github")
            .unwrap()
            .starts_with(b"<svg")
    );
    assert!(Definitions::logo(&catalog, "../github").is_none());
    assert!(Definitions::logo(&catalog, "nobody").is_none());
}

#[test]
fn a_folder_adds_and_replaces() {
    let files = [
        ("acme.toml", file("acme", "Acme")),
        ("github.toml", file("github", "Our GitHub")),
        ("logos/acme.svg", "<svg/>".to_owned()),
        ("notes.txt", "not a definition".to_owned()),
    ];
    let catalog = load(&files).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!(catalog.get("acme").unwrap().name, "Acme");
    assert_eq!(catalog.get("github").unwrap().name, "Our GitHub");
    assert_eq!(
        Definitions::logo(&catalog, "acme").unwrap().as_ref(),
        b"<svg/>"
    );
}

#[test]
fn every_mistake_is_told_at_once() {
    let files = [
        (
            "acme.toml",
            file("acme", "Acme").replace("CRM\"", "CRM\"\ncolour = \"red\""),
        ),
        (
            "beta.toml",
            file("beta", "Beta").replace("https://acme.com/t", "http://acme.com/t"),
        ),
        ("sandbox.toml", file("sandbox", "Mine")),
        ("slack.toml", "slug =".to_owned()),
    ];
    let errors = load(&files).err().unwrap();
    assert_eq!(errors.len(), 4, "{errors:?}");
    assert!(
        errors[0].contains("acme.toml:4: colour: unknown field"),
        "{}",
        errors[0]
    );
    assert!(
        errors[1].contains("beta.toml:8: auth[0].token_url: plain http is refused"),
        "{}",
        errors[1]
    );
    assert!(
        errors[2].contains("sandbox.toml: slug: is built into Patchbay"),
        "{}",
        errors[2]
    );
    assert!(errors[3].contains("slack.toml:1: slug"), "{}", errors[3]);
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let missing = std::path::Path::new("/nonexistent/catalog");
    let errors = Catalog::load(&Rules::default(), Some(missing), &own())
        .err()
        .unwrap();
    assert!(
        errors[0]
            .to_string()
            .starts_with("/nonexistent/catalog: cannot be read"),
        "{}",
        errors[0]
    );
}
