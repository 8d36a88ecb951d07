//! What an SDK sends of a form, with what else it puts beside the fields.

use std::collections::BTreeMap;

use serde::{Deserialize, de::IgnoredAny};

use crate::{
    domain::secret::Secret,
    use_cases::{Error, Result},
};

/// Says whether the person is to be asked more afterwards. The definition says that.
const SKIP: &str = "skipPostOAuthInputs";
/// Names an account that a window has connected already.
const CREDENTIAL: &str = "credentialId";

/// Name to value, as it came.
#[derive(Default, Deserialize)]
pub struct Payload(BTreeMap<String, Value>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Text(Secret),
    Number(serde_json::Number),
    Other(IgnoredAny),
}

impl Payload {
    /// The account that it names, where it does.
    pub fn credential_id(&self) -> Option<&str> {
        match self.0.get(CREDENTIAL) {
            Some(Value::Text(id)) => Some(id.expose()),
            _ => None,
        }
    }

    /// The values of the form.
    pub fn fields(self) -> Result<BTreeMap<String, Secret>> {
        let fields = self.0.into_iter();
        fields
            .filter(|(name, _)| name != SKIP && name != CREDENTIAL)
            .map(|(name, value)| match value {
                Value::Text(text) => Ok((name, text)),
                Value::Number(number) => Ok((name, Secret::new(number.to_string()))),
                Value::Other(_) => Err(Error::invalid(name, "The value of a field is text.")),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(json: &str) -> Payload {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn only_fields_are_fields() {
        let fields = payload(r#"{"key":"k","port":443,"skipPostOAuthInputs":true}"#).fields();
        let fields = fields.unwrap();
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["key", "port"]);
        assert_eq!(fields["port"].expose(), "443");
        assert!(payload(r#"{"key":["k"]}"#).fields().is_err());
        assert!(payload(r#"{"key":null}"#).fields().is_err());
        assert_eq!(
            payload(r#"{"credentialId":"c"}"#).credential_id(),
            Some("c")
        );
        assert_eq!(payload(r#"{"credentialId":1}"#).credential_id(), None);
    }
}
