//! The document for people.

use std::collections::BTreeSet;

use server::http::openapi::page;

use super::{document, operations};

/// What stands between quotes after each `name=`.
fn attributes<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    page.split(&start)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

#[test]
fn everything_of_the_document_is_on_the_page() {
    let document = document();
    let page = page::page(&document);
    let anchors = attributes(&page, "id");
    for (_, _, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(anchors.contains(&id), "{id}");
    }
    for name in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(
            anchors.contains(&format!("schema-{name}").as_str()),
            "{name}"
        );
    }
    let commands = page.matches("<span>curl</span>").count();
    assert_eq!(commands, operations(&document).len());
}

#[test]
fn every_link_leads_somewhere_and_nothing_is_fetched_from_elsewhere() {
    let page = page::page(&document());
    let all = attributes(&page, "id");
    let anchors: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(anchors.len(), all.len(), "an anchor stands twice");
    let links = attributes(&page, "href");
    for target in links.iter().filter_map(|link| link.strip_prefix('#')) {
        assert!(anchors.contains(target), "{target}");
    }
    for address in links.iter().copied().chain(attributes(&page, "src")) {
        assert!(address.starts_with(['/', '#']), "{address}");
    }
}
