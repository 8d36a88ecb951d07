//! The API's document against the routes, against itself and against real answers.

mod answers;
mod page;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use server::http::{api, openapi};

const SERVER: &str = "https://connect.example.com";

fn document() -> Value {
    openapi::document(SERVER)
}

/// The schema at a place of the document, with everything that it refers to. What it says of formats
/// holds too.
fn validator(document: &Value, schema: &Value) -> jsonschema::Validator {
    let mut whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": { "schemas": document["components"]["schemas"] },
    });
    let object = whole.as_object_mut().unwrap();
    object.extend(schema.as_object().unwrap().clone());
    jsonschema::options()
        .should_validate_formats(true)
        .build(&whole)
        .unwrap()
}

#[track_caller]
fn assert_fits(document: &Value, schema: &Value, value: &Value, what: &str) {
    let validator = validator(document, schema);
    let faults: Vec<String> = validator
        .iter_errors(value)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{what}: {faults:?}\n{value:#}");
}

/// Every operation: path, method, and what the document says of it.
fn operations(document: &Value) -> Vec<(&String, &String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap();
        methods
            .iter()
            .map(move |(method, operation)| (path, method, operation))
    });
    operations.collect()
}

#[test]
fn the_document_and_the_routes_are_the_same() {
    let document = document();
    let described: BTreeSet<(String, String)> = operations(&document)
        .into_iter()
        .map(|(path, method, _)| (path.clone(), method.clone()))
        .collect();
    let served: BTreeSet<(String, String)> = api()
        .routes()
        .iter()
        .map(|route| (route.path.replace("{*", "{"), route.method.to_owned()))
        .collect();
    let missing: Vec<_> = served.difference(&described).collect();
    assert!(missing.is_empty(), "served and not described: {missing:?}");
    let dead: Vec<_> = described.difference(&served).collect();
    assert!(dead.is_empty(), "described and not served: {dead:?}");
}

#[test]
fn every_operation_has_a_name_of_its_own_and_a_part() {
    let document = document();
    let tags: BTreeSet<&str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(names.insert(id), "{id} twice");
        let tag = operation["tags"][0].as_str().unwrap();
        assert!(tags.contains(tag), "{method} {path}: {tag}");
        assert!(!operation["summary"].as_str().unwrap().is_empty());
    }
}

#[test]
fn every_part_of_a_path_is_a_parameter() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let named: BTreeSet<&str> = path
            .split('{')
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap())
            .collect();
        let rows = operation["parameters"].as_array();
        let described: BTreeSet<&str> = rows
            .into_iter()
            .flatten()
            .filter(|row| row["in"] == "path")
            .map(|row| {
                assert!(!row["description"].as_str().unwrap().is_empty(), "{path}");
                row["name"].as_str().unwrap()
            })
            .collect();
        assert_eq!(named, described, "{method} {path}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_referred_to() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in &found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for name in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        let reference = format!("#/components/schemas/{name}");
        assert!(found.contains(&reference), "{name} is not used");
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                found.insert(reference.to_owned());
            }
            for inside in object.values() {
                references(inside, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|inside| references(inside, found)),
        _ => {}
    }
}

#[test]
fn every_example_fits_its_schema() {
    let document = document();
    let mut seen = 0;
    for (path, method, operation) in operations(&document) {
        let answers = operation["responses"].as_object().unwrap();
        let places = answers.values().chain([&operation["requestBody"]]);
        for media in places.filter_map(|place| place["content"].as_object()) {
            for media in media.values() {
                if let Some(example) = media.get("example") {
                    assert_fits(
                        &document,
                        &media["schema"],
                        example,
                        &format!("{method} {path}"),
                    );
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 100, "{seen} examples");
}

#[test]
fn schemas_refuse_what_they_should() {
    let document = document();
    let user = &document["paths"]["/projects/{project_id}/sdk/me"]["get"]["responses"]["200"];
    let media = &user["content"]["application/json"];
    let mut broken = media["example"].clone();
    broken["integrations"]["slack"]["allCredentials"][0]["status"] = "GOOD".into();
    assert!(!validator(&document, &media["schema"]).is_valid(&broken));
    let mut broken = media["example"].clone();
    broken["project"]["id"] = "no uuid".into();
    assert!(!validator(&document, &media["schema"]).is_valid(&broken));
}
