//! Keys and certificates as people paste them.

use crate::domain::secret::Secret;

const LINE: usize = 64;

/// The blocks of RFC 7468 in `text`, their lines as they should be: an input of one line joins them,
/// and a JSON text that was copied by hand writes `\n` for each. Nothing else is kept.
pub fn tidy(text: &Secret) -> Secret {
    let text = Secret::new(text.expose().replace("\\n", "\n"));
    let mut rest = text.expose();
    let mut out = String::new();
    while let Some((label, body, after)) = block(rest) {
        let base64: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        out.push_str(&format!("-----BEGIN {label}-----\n"));
        for line in base64.as_bytes().chunks(LINE) {
            out.push_str(&String::from_utf8_lossy(line));
            out.push('\n');
        }
        out.push_str(&format!("-----END {label}-----\n"));
        rest = after;
    }
    Secret::new(out)
}

/// Label, what is between the lines, and what follows.
fn block(text: &str) -> Option<(&str, &str, &str)> {
    let (_, text) = text.split_once("-----BEGIN ")?;
    let (label, text) = text.split_once("-----")?;
    let (body, text) = text.split_once("-----END ")?;
    let (_, text) = text.split_once("-----")?;
    Some((label, body, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----\n";

    #[test]
    fn lines_are_put_back() {
        for pasted in [
            KEY,
            "-----BEGIN PRIVATE KEY-----QUJD-----END PRIVATE KEY-----",
            "  -----BEGIN PRIVATE KEY----- QUJD -----END PRIVATE KEY-----  ",
            "-----BEGIN PRIVATE KEY-----\\nQUJD\\n-----END PRIVATE KEY-----\\n",
            "Key:\r\n-----BEGIN PRIVATE KEY-----\r\nQU\r\nJD\r\n-----END PRIVATE KEY-----",
        ] {
            assert_eq!(tidy(&Secret::new(pasted)).expose(), KEY, "{pasted}");
        }
        assert!(tidy(&Secret::new("no key")).is_empty());
    }

    #[test]
    fn several_blocks_stay_in_order() {
        let two = format!("{KEY}{}", KEY.replace("PRIVATE KEY", "CERTIFICATE"));
        assert_eq!(tidy(&Secret::new(two.replace('\n', " "))).expose(), two);
    }
}
