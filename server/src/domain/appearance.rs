//! How a project's portal looks, and the app's logo.

pub use app::contract::appearance::{Appearance, MAX_LOGO};
use serde::{Deserialize, Serialize};

/// What a logo may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogoKind {
    Svg,
    Png,
    Webp,
}

impl LogoKind {
    /// The end of the file's name, and the name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// A picture, of the kind that its bytes show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    pub kind: LogoKind,
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub hash: Vec<u8>,
}

/// Where a logo is served.
pub fn address(hash: &[u8], kind: LogoKind) -> String {
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("/brand/{hex}.{}", kind.as_str())
}

/// The kind by the first bytes, whatever the file was called. None: not a picture of these kinds.
pub fn kind_of(bytes: &[u8]) -> Option<LogoKind> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(LogoKind::Png),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some(LogoKind::Webp),
        _ => is_svg(bytes).then_some(LogoKind::Svg),
    }
}

/// Whether the root of the document is `svg`. What scripts it may hold never run: it is shown by `img`.
fn is_svg(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    // The declaration, comments, and a document type without a subset of its own.
    while let Some((start, end)) = [("<?", "?>"), ("<!--", "-->"), ("<!DOCTYPE", ">")]
        .into_iter()
        .find(|(start, _)| rest.starts_with(start))
    {
        match rest[start.len()..].split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            None => return false,
        }
    }
    rest.strip_prefix("<svg")
        .is_some_and(|after| after.starts_with([' ', '\n', '\r', '\t', '>', '/']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_their_bytes() {
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\n...."), Some(LogoKind::Png));
        assert_eq!(kind_of(b"RIFF\x10\0\0\0WEBPVP8 "), Some(LogoKind::Webp));
        for svg in [
            "<svg/>",
            "<svg xmlns='http://www.w3.org/2000/svg'></svg>",
            "\u{feff}<?xml version=\"1.0\"?>\n<!-- a > b -->\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x\">\n<svg\n/>",
        ] {
            assert_eq!(kind_of(svg.as_bytes()), Some(LogoKind::Svg), "{svg}");
        }
    }

    #[test]
    fn anything_else_is_none() {
        for other in [
            &b""[..],
            b"GIF89a",
            b"\xff\xd8\xff\xe0",
            b"<html><svg/></html>",
            b"<svgx/>",
            b"<?xml",
            b"<!-- <svg/>",
            b"RIFF\x10\0\0\0WAVE",
            b"\xff\xfe<\0s\0v\0g\0",
        ] {
            assert_eq!(kind_of(other), None, "{other:?}");
        }
    }

    #[test]
    fn the_address_is_one_that_the_portal_takes() {
        let mut look = Appearance::default();
        assert!(look.set("logo", &address(&[0xab; 32], LogoKind::Webp)));
    }
}
