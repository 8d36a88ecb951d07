//! Takes what Patchbay sent out of what a provider says, before anybody sees it.

use base64::{Engine, prelude::BASE64_STANDARD};
use url::form_urlencoded::byte_serialize;

use crate::domain::secret::Secret;

/// The longest message that is passed on, in characters.
const MAX_MESSAGE: usize = 300;

/// A value shorter than this is likely to stand in a message by chance.
const TELLING: usize = 4;

const REDACTED: &str = "[redacted]";

/// The secrets of one call.
#[derive(Default)]
pub struct Redactor {
    values: Vec<Secret>,
}

impl Redactor {
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut redactor = Self::default();
        for secret in secrets {
            redactor.add(secret.expose());
        }
        // The longest first: a value may lie inside another.
        redactor
            .values
            .sort_by_key(|value| std::cmp::Reverse(value.expose().len()));
        redactor
    }

    /// One line of at most 300 characters. None where nothing can be shown.
    pub fn clean(&self, text: &str) -> Option<String> {
        let mut text = text.to_owned();
        for value in &self.values {
            let value = value.expose();
            if value.len() < TELLING {
                if text.contains(value) {
                    return None;
                }
            } else {
                text = text.replace(value, REDACTED);
            }
        }
        let words: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let mut line = String::new();
        for word in words.split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        if let Some((end, _)) = line.char_indices().nth(MAX_MESSAGE) {
            line.truncate(end);
        }
        (!line.is_empty()).then_some(line)
    }

    /// The value as it is, and as it travels in forms, URLs and Basic authentication.
    fn add(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        let form: String = byte_serialize(value.as_bytes()).collect();
        let encoded = [
            form.replace('+', "%20"),
            form,
            BASE64_STANDARD.encode(value),
        ];
        self.values.push(Secret::new(value));
        for other in encoded {
            if other != value {
                self.values.push(Secret::new(other));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_out_in_every_form() {
        let redactor = Redactor::new(&[Secret::new("s3cr et/+"), Secret::new("s3cr et/+longer")]);
        let message =
            "bad s3cr et/+longer, s3cr et/+, s3cr+et%2F%2B, s3cr%20et%2F%2B or czNjciBldC8r";
        let clean = redactor.clean(message).unwrap();
        assert_eq!(
            clean,
            "bad [redacted], [redacted], [redacted], [redacted] or [redacted]"
        );
    }

    #[test]
    fn a_message_with_a_very_short_secret_is_dropped() {
        let redactor = Redactor::new(&[Secret::new("abc")]);
        assert_eq!(redactor.clean("the key abc is wrong"), None);
        assert_eq!(redactor.clean("wrong key").as_deref(), Some("wrong key"));
    }

    #[test]
    fn a_message_is_one_short_line() {
        let clean = Redactor::default()
            .clean(&format!("a\r\nb\u{1b}[31m {}", "ä".repeat(500)))
            .unwrap();
        assert_eq!(clean.chars().count(), 300);
        assert!(clean.starts_with("a b [31m ä"));
        assert_eq!(Redactor::default().clean(" \n "), None);
    }
}
