//! How a portal looks: what a project may choose.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::color::Rgb;

/// The most that corners can be rounded, in pixels.
pub const MAX_RADIUS: u8 = 20;
/// What they are where nobody says, in pixels.
pub const RADIUS: u8 = 14;
/// The largest logo, in bytes.
pub const MAX_LOGO: usize = 64 * 1024;

/// The look of a project's portal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Appearance {
    /// Of buttons and links. None: Patchbay's blue.
    pub accent: Option<Rgb>,
    /// Of the card's corners, in pixels; those of its controls follow. None: [`RADIUS`].
    pub radius: Option<u8>,
    pub font: Font,
    pub theme: Theme,
    /// The address of the app's logo, `/brand/{hash}.{kind}`. None: its initial.
    pub logo: Option<String>,
}

impl Appearance {
    /// Sets one property from text. False, and unchanged, where the text does not fit.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        match name {
            "accent" => put(&mut self.accent, value.parse().ok().map(Some)),
            "radius" => put(&mut self.radius, radius(value).map(Some)),
            "font" => put(&mut self.font, value.parse().ok()),
            "theme" => put(&mut self.theme, value.parse().ok()),
            "logo" if value == "none" => put(&mut self.logo, Some(None)),
            "logo" => put(&mut self.logo, logo(value).map(Some)),
            _ => false,
        }
    }

    /// The same without what is too large: the client can send anything.
    pub fn checked(self) -> Self {
        Self {
            radius: self.radius.map(|radius| radius.min(MAX_RADIUS)),
            ..self
        }
    }
}

fn put<T>(place: &mut T, value: Option<T>) -> bool {
    let fits = value.is_some();
    if let Some(value) = value {
        *place = value;
    }
    fits
}

fn radius(text: &str) -> Option<u8> {
    text.parse().ok().filter(|radius| *radius <= MAX_RADIUS)
}

/// An address of a logo of ours.
fn logo(path: &str) -> Option<String> {
    let (hash, kind) = path.strip_prefix("/brand/")?.split_once('.')?;
    let hex = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    let fits = hash.len() == 64 && hash.bytes().all(hex) && matches!(kind, "svg" | "png" | "webp");
    fits.then(|| path.to_owned())
}

/// A name that is not in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown;

/// A closed list, with the name of each on the wire and its title for people.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $(#[$first:meta])* $($variant:ident $wire:literal $title:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $(#[$first])*
            $(#[serde(rename = $wire)] $variant,)+
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)+ }
            }

            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }

        impl FromStr for $name {
            type Err = Unknown;

            fn from_str(name: &str) -> Result<Self, Unknown> {
                match name { $($wire => Ok(Self::$variant),)+ _ => Err(Unknown) }
            }
        }
    };
}

choices! {
    /// Families that are there already: nothing is fetched.
    Font {
        #[default]
        Inter "inter" "Inter, or the system's",
        System "system" "The system's own",
        Arial "arial" "Arial",
        Verdana "verdana" "Verdana",
        Trebuchet "trebuchet" "Trebuchet",
        Georgia "georgia" "Georgia",
        Times "times" "Times",
    }
}

impl Font {
    /// The value of `font-family`; none where the sheet's own stands.
    pub fn family(self) -> Option<&'static str> {
        Some(match self {
            Self::Inter => return None,
            Self::System => "ui-sans-serif,system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif",
            Self::Arial => "Arial,\"Liberation Sans\",sans-serif",
            Self::Verdana => "Verdana,\"DejaVu Sans\",sans-serif",
            Self::Trebuchet => "\"Trebuchet MS\",\"DejaVu Sans\",sans-serif",
            Self::Georgia => "Georgia,\"DejaVu Serif\",serif",
            Self::Times => "\"Times New Roman\",\"Liberation Serif\",serif",
        })
    }
}

choices! {
    /// Light, dark, or as the person's system is.
    Theme {
        #[default]
        System "system" "As the system",
        Light "light" "Light",
        Dark "dark" "Dark",
    }
}

impl Theme {
    /// For the document's `data-theme`; none where the system decides.
    pub fn forced(self) -> Option<&'static str> {
        (self != Self::System).then(|| self.as_str())
    }
}

/// What the dashboard's page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppearancePage {
    /// The project's name: its initial stands in for a logo.
    pub app_name: String,
    pub appearance: Appearance,
}

/// What is to become of the logo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LogoChange {
    Keep,
    Remove,
    /// The file in Base64.
    Replace {
        data: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_set_and_the_rest_is_not() {
        let mut look = Appearance::default();
        let logo = format!("/brand/{}.svg", "a0".repeat(32));
        for (name, value) in [
            ("accent", "#2563EB"),
            ("radius", "20"),
            ("font", "georgia"),
            ("theme", "dark"),
            ("logo", &logo),
        ] {
            assert!(look.set(name, value), "{name}={value}");
        }
        let set = look.clone();
        assert_eq!(set.accent, Some(Rgb([0x25, 0x63, 0xeb])));
        assert_eq!(
            (set.radius, set.font, set.theme),
            (Some(20), Font::Georgia, Theme::Dark)
        );
        assert_eq!(set.logo, Some(logo));
        for (name, value) in [
            ("accent", "blue"),
            ("accent", "#123456;}"),
            ("radius", "21"),
            ("radius", "-1"),
            ("radius", "1.5"),
            ("font", "Comic Sans"),
            ("theme", "Light"),
            ("logo", "https://elsewhere.example/logo.svg"),
            ("logo", "/brand/../static/embed.js"),
            ("shadow", "1"),
        ] {
            assert!(!look.set(name, value), "{name}={value}");
            assert_eq!(look, set);
        }
        assert!(look.set("logo", "none"));
        assert_eq!(look.logo, None);
    }

    #[test]
    fn names_on_the_wire_are_those_of_the_address() {
        for font in Font::ALL {
            assert_eq!(serde_json::to_value(font).unwrap(), font.as_str());
            assert_eq!(font.as_str().parse(), Ok(*font));
        }
        for theme in Theme::ALL {
            assert_eq!(serde_json::to_value(theme).unwrap(), theme.as_str());
            assert_eq!(theme.as_str().parse(), Ok(*theme));
        }
    }
}
