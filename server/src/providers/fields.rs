//! What a person typed, checked against the form.

use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::domain::{
    definition::{Choices, FieldSpec, is_host_label},
    secret::Secret,
};

/// Longest value of a field, in bytes: of one line, and of several.
const MAX_VALUE: usize = 4096;
const MAX_LINES: usize = 16 * 1024;

/// Ok, or the field's name and one sentence that says what fits.
pub fn check(
    specs: &[FieldSpec],
    values: &BTreeMap<String, Secret>,
) -> Result<(), (String, String)> {
    for spec in specs {
        let value = values.get(&spec.name).map_or("", Secret::expose);
        if let Err(sentence) = check_one(spec, value) {
            return Err((spec.name.clone(), sentence));
        }
    }
    match values
        .keys()
        .find(|name| !specs.iter().any(|spec| &spec.name == *name))
    {
        Some(name) => Err((name.clone(), "This form has no such field.".to_owned())),
        None => Ok(()),
    }
}

fn check_one(spec: &FieldSpec, value: &str) -> Result<(), String> {
    let label = &spec.label;
    if value.trim().is_empty() && spec.optional {
        return Ok(());
    }
    if value.trim().is_empty() {
        return Err(format!("Fill in {label}."));
    }
    let longest = if spec.multiline { MAX_LINES } else { MAX_VALUE };
    if value.len() > longest {
        return Err(format!("{label} is too long."));
    }
    let breaks = |c: char| spec.multiline && matches!(c, '\r' | '\n' | '\t');
    if value.contains(|c: char| c.is_control() && !breaks(c)) {
        return Err(format!("{label} holds a line break. Paste it without."));
    }
    if value.trim() != value && !spec.multiline {
        return Err(format!("{label} begins or ends with a space. Take it out."));
    }
    if let Choices::Listed(choices) = &spec.choices
        && !choices.iter().any(|choice| choice.value == value)
    {
        return Err(format!("{label} is not one of the choices."));
    }
    if spec.host_label && !is_host_label(value) {
        return Err(format!(
            "{label} may hold letters, digits and hyphens only."
        ));
    }
    let matches = spec.pattern.as_ref().is_none_or(|pattern| {
        Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(value))
    });
    if !matches {
        let example = spec
            .placeholder
            .as_ref()
            .map_or(String::new(), |text| format!(" It looks like {text}."));
        return Err(format!("{label} does not have the right form.{example}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(pattern: Option<&str>, host_label: bool) -> FieldSpec {
        FieldSpec {
            name: "subdomain".to_owned(),
            label: "Subdomain".to_owned(),
            secret: false,
            multiline: false,
            optional: false,
            help: None,
            placeholder: Some("acme".to_owned()),
            pattern: pattern.map(str::to_owned),
            host_label,
            choices: Choices::Free,
        }
    }

    fn typed(name: &str, value: &str) -> BTreeMap<String, Secret> {
        BTreeMap::from([(name.to_owned(), Secret::new(value))])
    }

    #[test]
    fn values_must_fit_the_form() {
        let plain = [spec(Some("[a-z]+"), false)];
        assert_eq!(check(&plain, &typed("subdomain", "acme")), Ok(()));
        for value in [
            "",
            "  ",
            "ACME",
            "acme1",
            " acme",
            "ac\nme",
            &"a".repeat(5000),
        ] {
            let (field, sentence) = check(&plain, &typed("subdomain", value)).unwrap_err();
            assert_eq!(field, "subdomain");
            assert!(sentence.ends_with('.'), "{sentence}");
        }
        assert_eq!(
            check(&plain, &typed("other", "acme")).unwrap_err().0,
            "subdomain"
        );
        let mut two = typed("subdomain", "acme");
        two.insert("other".to_owned(), Secret::new("x"));
        assert_eq!(check(&plain, &two).unwrap_err().0, "other");
    }

    #[test]
    fn a_key_has_lines_and_an_optional_field_may_be_empty() {
        let key = [FieldSpec {
            multiline: true,
            ..spec(None, false)
        }];
        let lines = "-----BEGIN KEY-----\r\nabc\n-----END KEY-----\n";
        assert_eq!(check(&key, &typed("subdomain", lines)), Ok(()));
        for value in ["", "a\u{0}b", &"a".repeat(20_000)] {
            assert!(check(&key, &typed("subdomain", value)).is_err());
        }
        let optional = [FieldSpec {
            optional: true,
            ..spec(Some("[a-z]+"), false)
        }];
        assert_eq!(check(&optional, &BTreeMap::new()), Ok(()));
        assert_eq!(check(&optional, &typed("subdomain", "")), Ok(()));
        assert!(check(&optional, &typed("subdomain", "A1")).is_err());
    }

    #[test]
    fn a_host_takes_a_label_whatever_the_pattern_says() {
        let host = [spec(Some(".*"), true)];
        assert_eq!(check(&host, &typed("subdomain", "acme-1")), Ok(()));
        for value in ["acme.evil", "acme/", "a@b", "-a"] {
            assert!(check(&host, &typed("subdomain", value)).is_err(), "{value}");
        }
    }

    #[test]
    fn the_pattern_is_for_the_whole_value() {
        let either = [spec(Some("a|b"), false)];
        assert!(check(&either, &typed("subdomain", "ax")).is_err());
        assert_eq!(check(&either, &typed("subdomain", "b")), Ok(()));
    }
}
