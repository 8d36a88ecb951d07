//! A sentence of the portal's with names in it that it did not choose.

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The portal's own words, in the language of the page.
    Own(&'static str),
    /// A name, a host or a provider's words, in whatever language and direction they are.
    Given(String),
}

/// A sentence. Drawn, each [`Part::Given`] is isolated (`bdi`), so that a Latin name in an Arabic
/// sentence, or the other way round, does not tear its neighbours apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase(pub Vec<Part>);

impl Phrase {
    pub fn given(text: impl Into<String>) -> Self {
        Self(vec![Part::Given(text.into())])
    }

    /// The sentence without its seams, for where markup cannot stand.
    pub fn plain(&self) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Own(text) => text,
            Part::Given(text) => text.as_str(),
        });
        parts.collect()
    }
}

impl From<&'static str> for Phrase {
    fn from(text: &'static str) -> Self {
        Self(vec![Part::Own(text)])
    }
}

/// Puts the values into the template's placeholders, as in `Connect {provider}`. A placeholder
/// without a value stays as it is; a test holds every language against that.
pub fn fill(template: &'static str, values: &[(&str, &str)]) -> Phrase {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((own, after)) = rest.split_once('{') {
        let Some((name, next)) = after.split_once('}') else {
            break;
        };
        let Some((_, value)) = values.iter().find(|(known, _)| *known == name) else {
            break;
        };
        if !own.is_empty() {
            parts.push(Part::Own(own));
        }
        parts.push(Part::Given((*value).to_owned()));
        rest = next;
    }
    if !rest.is_empty() {
        parts.push(Part::Own(rest));
    }
    Phrase(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_apart_from_words() {
        let phrase = fill(
            "{app} uses {provider}.",
            &[("provider", "Slack"), ("app", "Acme")],
        );
        assert_eq!(
            phrase.0,
            [
                Part::Given("Acme".to_owned()),
                Part::Own(" uses "),
                Part::Given("Slack".to_owned()),
                Part::Own("."),
            ]
        );
        assert_eq!(phrase.plain(), "Acme uses Slack.");
    }

    #[test]
    fn a_name_is_never_read_as_a_template() {
        let phrase = fill("Hello {app}.", &[("app", "{provider}"), ("provider", "x")]);
        assert_eq!(phrase.plain(), "Hello {provider}.");
    }

    #[test]
    fn an_unknown_placeholder_stays() {
        assert_eq!(fill("a {b} c", &[]).plain(), "a {b} c");
        assert_eq!(fill("a {b", &[("b", "x")]).plain(), "a {b");
    }
}
