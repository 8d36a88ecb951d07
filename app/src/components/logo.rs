//! A provider's logo on a neutral tile, or its initial on its colour.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogoSize {
    Small,
    #[default]
    Medium,
    Large,
}

impl LogoSize {
    fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Small => Some("small"),
            Self::Medium => None,
            Self::Large => Some("large"),
        }
    }
}

/// Stands beside the provider's name, so assistive technology skips it.
#[component]
pub fn ProviderLogo(
    #[prop(into)] name: String,
    /// Address of the picture.
    logo: Option<String>,
    /// The brand's colour, `#rrggbb`.
    color: Option<String>,
    #[prop(optional)] size: LogoSize,
) -> impl IntoView {
    let picture = match logo {
        Some(src) => {
            view! { <img src=src alt="" width="24" height="24" decoding="async" /> }.into_any()
        }
        None => monogram(&name, color.as_deref()).into_any(),
    };
    view! {
        <span class="logo" data-size=size.as_str() aria-hidden="true">
            {picture}
        </span>
    }
    .into_any()
}

fn monogram(name: &str, color: Option<&str>) -> impl IntoView + use<> {
    let (fill, ink) = colors(color);
    let initial = name
        .chars()
        .find(|letter| letter.is_alphanumeric())
        .map(|letter| letter.to_uppercase().to_string())
        .unwrap_or_default();
    // Presentation attributes, because the content security policy refuses inline styles.
    view! {
        <svg viewBox="0 0 40 40">
            <rect width="40" height="40" fill=fill />
            <text x="20" y="26" text-anchor="middle" fill=ink>
                {initial}
            </text>
        </svg>
    }
    .into_any()
}

/// The tile's colour, and what stands on it: white wherever it contrasts three to one, as a graphic
/// has to (WCAG 2.2, 1.4.11), which is up to a relative luminance of 0.3; black beyond.
fn colors(color: Option<&str>) -> (String, &'static str) {
    let parsed = color.and_then(|color| {
        let hex = color.strip_prefix('#').filter(|hex| hex.len() == 6)?;
        u32::from_str_radix(hex, 16).ok()
    });
    let rgb = parsed.unwrap_or(0x4b_55_63);
    let channel = |shift: u32| {
        let value = f64::from((rgb >> shift) & 0xff) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    let luminance = 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0);
    let ink = if luminance > 0.3 {
        "#000000"
    } else {
        "#ffffff"
    };
    (format!("#{rgb:06x}"), ink)
}

#[cfg(test)]
mod tests {
    use super::colors;

    #[test]
    fn ink_contrasts_with_the_brand() {
        assert_eq!(colors(Some("#ffe01b")), ("#ffe01b".to_owned(), "#000000"));
        assert_eq!(colors(Some("#4a154b")), ("#4a154b".to_owned(), "#ffffff"));
    }

    #[test]
    fn a_colour_that_is_none_becomes_the_neutral_one() {
        let neutral = colors(None);
        for wrong in ["red", "#fff", "#12345g", "#1234567", ""] {
            assert_eq!(colors(Some(wrong)), neutral, "{wrong}");
        }
    }
}
