//! What holds for any file that is given as a definition.

use super::{Definition, Rules};

/// A mistake is told with its place, and what is taken can be used.
pub fn definition(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let slug = text.lines().find_map(|line| line.strip_prefix("slug = \""));
    let slug = slug.and_then(|rest| rest.split('"').next());
    let file = format!("{}.toml", slug.unwrap_or("any"));
    match Definition::parse(&file, text, &Rules::default()) {
        Ok(definition) => {
            let first = definition.default_auth();
            assert_eq!(definition.auth(&first.id), Some(first));
            assert!(!definition.slug.is_empty() && !definition.name.is_empty());
        }
        Err(error) => {
            assert_eq!(error.file, file);
            assert!(error.line <= text.lines().count() + 1, "{error}");
            assert!(!error.message.is_empty() && !error.message.contains('\n'));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes(data: Vec<u8>) {
            super::definition(&data);
        }

        #[test]
        fn any_text(text in "(\\[\\[?[a-z._]{1,12}\\]?\\]\n|[a-z_]{1,12} = [\"\\[{0-9a-z$}\\], ]{1,20}\n){0,12}") {
            super::definition(text.as_bytes());
        }
    }
}
