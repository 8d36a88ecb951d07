//! From what a project chose to what the page shows: colours that can be read, and the sheet's values.

use std::fmt::Write;

use crate::{
    color::{Oklab, Rgb, contrast},
    contract::appearance::{Appearance, RADIUS},
};

/// What text needs against its ground (WCAG 2.2, 1.4.3).
pub const TEXT: f64 = 4.5;
/// What a control needs against what is around it (WCAG 2.2, 1.4.11).
pub const CONTROL: f64 = 3.0;
/// How far the lightness moves at a time.
const STEP: f64 = 0.005;
/// How far a button moves under the pointer.
const HOVER: f64 = 0.05;

/// One of the two themes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    Light,
    Dark,
}

impl Ground {
    pub const BOTH: [Self; 2] = [Self::Light, Self::Dark];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Of the surfaces of `style/tokens.css` the one on which it is hardest: `--surface-hover`.
    pub fn surface(self) -> Rgb {
        match self {
            Self::Light => Rgb([238, 240, 243]),
            Self::Dark => Rgb([30, 33, 38]),
        }
    }

    /// Away from the surface.
    fn direction(self) -> f64 {
        match self {
            Self::Light => -1.0,
            Self::Dark => 1.0,
        }
    }
}

/// The accent in one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shades {
    pub accent: Rgb,
    pub hover: Rgb,
    /// Of words on the two.
    pub text: Rgb,
    /// Of words in the accent's colour on the surface.
    pub link: Rgb,
}

impl Shades {
    /// The colour asked for where it can be read, else the nearest lightness of it that can.
    pub fn of(wanted: Rgb, ground: Ground) -> Self {
        let surface = ground.surface();
        let accent = moved(wanted, ground, |color| contrast(color, surface) >= CONTROL);
        let text = ink(accent);
        let fits =
            |color: &Rgb| contrast(*color, surface) >= CONTROL && contrast(*color, text) >= TEXT;
        // Away from the words first.
        let away = if text == Rgb::WHITE { -HOVER } else { HOVER };
        let hover = [away, -away].map(|by| lighter(accent, by));
        Self {
            accent,
            hover: hover.into_iter().find(fits).unwrap_or(accent),
            text,
            link: moved(wanted, ground, |color| contrast(color, surface) >= TEXT),
        }
    }
}

/// White wherever it can be read, else black, which then can.
fn ink(ground: Rgb) -> Rgb {
    if contrast(Rgb::WHITE, ground) >= TEXT {
        Rgb::WHITE
    } else {
        Rgb::BLACK
    }
}

fn lighter(color: Rgb, by: f64) -> Rgb {
    let place = Oklab::from(color);
    let lightness = (place.lightness + by).clamp(0.0, 1.0);
    Oklab { lightness, ..place }.to_rgb()
}

/// The first that fits on the way from the colour to black or white, which do.
fn moved(color: Rgb, ground: Ground, fits: impl Fn(Rgb) -> bool) -> Rgb {
    let steps = (1.0 / STEP) as u32;
    let way = (1..=steps).map(|step| lighter(color, ground.direction() * STEP * f64::from(step)));
    std::iter::once(color)
        .chain(way)
        .find(|color| fits(*color))
        .unwrap_or(match ground {
            Ground::Light => Rgb::BLACK,
            Ground::Dark => Rgb::WHITE,
        })
}

/// The rule that gives the portal its look. Every value in it is of a closed form, so that nothing
/// in it can end the rule or the element around it.
pub fn style(look: &Appearance) -> String {
    let mut rule = String::from(":root{");
    if let Some(accent) = look.accent {
        let [light, dark] = Ground::BOTH.map(|ground| Shades::of(accent, ground));
        for (name, light, dark) in [
            ("accent", light.accent, dark.accent),
            ("accent-hover", light.hover, dark.hover),
            ("accent-text", light.text, dark.text),
            ("link", light.link, dark.link),
            ("focus", light.accent, dark.accent),
        ] {
            // Writing to a string cannot fail.
            let _ = write!(rule, "--{name}:light-dark({light},{dark});");
        }
    }
    if let Some(radius) = look.radius {
        for (name, of_card) in [("portal", 14), ("card", 10), ("control", 6)] {
            // Rounded to the nearest.
            let radius = (u16::from(radius) * of_card + u16::from(RADIUS) / 2) / u16::from(RADIUS);
            let _ = write!(rule, "--radius-{name}:{radius}px;");
        }
    }
    if let Some(family) = look.font.family() {
        let _ = write!(rule, "--font:{family};");
    }
    rule.push('}');
    rule
}

/// What became of the accent where it could not stay, a sentence a theme.
pub fn corrections(accent: Rgb) -> Vec<String> {
    let sentence = |ground: Ground| {
        let shown = Shades::of(accent, ground).accent;
        let theme = ground.as_str();
        (shown != accent).then(|| {
            format!("{accent} is shown as {shown} in the {theme} theme, so that it stands out from the card.")
        })
    };
    Ground::BOTH.into_iter().filter_map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contract::appearance::{Font, Theme};

    fn holds(wanted: Rgb, ground: Ground) -> Result<(), String> {
        let surface = ground.surface();
        let Shades {
            accent,
            hover,
            text,
            link,
        } = Shades::of(wanted, ground);
        for (what, one, other, least) in [
            ("accent", accent, surface, CONTROL),
            ("hover", hover, surface, CONTROL),
            ("text", text, accent, TEXT),
            ("text under the pointer", text, hover, TEXT),
            ("link", link, surface, TEXT),
        ] {
            let ratio = contrast(one, other);
            if ratio < least {
                return Err(format!(
                    "{wanted} {ground:?}: {what} {one} on {other}: {ratio}"
                ));
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn every_colour_can_be_read(wanted: [u8; 3]) {
            for ground in Ground::BOTH {
                prop_assert_eq!(holds(Rgb(wanted), ground), Ok(()));
            }
        }

        #[test]
        fn a_colour_that_can_be_read_stays(wanted: [u8; 3]) {
            let wanted = Rgb(wanted);
            for ground in Ground::BOTH {
                if contrast(wanted, ground.surface()) >= CONTROL {
                    prop_assert_eq!(Shades::of(wanted, ground).accent, wanted);
                }
            }
        }

        #[test]
        fn a_colour_that_moves_keeps_its_hue(wanted: [u8; 3]) {
            let before = Oklab::from(Rgb(wanted));
            for ground in Ground::BOTH {
                let after = Oklab::from(Shades::of(Rgb(wanted), ground).accent);
                let (strong, shown) = (before.a.hypot(before.b), after.a.hypot(after.b));
                // Greys have no hue, and next to black a byte is a long way.
                if strong > 0.05 && shown > 0.05 {
                    let apart = (before.a * after.b - before.b * after.a).abs() / (strong * shown);
                    prop_assert!(apart < 0.12, "{before:?} {after:?}");
                }
            }
        }
    }

    #[test]
    fn the_surfaces_are_those_of_the_sheet() {
        let sheet = include_str!("../../style/tokens.css");
        assert!(sheet.contains(
            "--surface-hover: light-dark(oklch(95.4% 0.005 255), oklch(24.5% 0.011 262));"
        ));
        let [light, dark] = [
            Oklab::of_lch(0.954, 0.005, 255.0),
            Oklab::of_lch(0.245, 0.011, 262.0),
        ];
        assert_eq!(Ground::Light.surface(), light.to_rgb());
        assert_eq!(Ground::Dark.surface(), dark.to_rgb());
    }

    #[test]
    fn the_hardest_colours_hold() {
        for hostile in [
            [255, 221, 0],
            [255; 3],
            [0; 3],
            [128; 3],
            [0, 255, 0],
            [0, 0, 255],
        ] {
            for ground in Ground::BOTH {
                assert_eq!(holds(Rgb(hostile), ground), Ok(()));
            }
        }
    }

    #[test]
    fn the_rule_says_what_was_chosen_and_no_more() {
        assert_eq!(style(&Appearance::default()), ":root{}");
        let look = Appearance {
            accent: Some(Rgb([0x25, 0x63, 0xeb])),
            radius: Some(7),
            font: Font::Georgia,
            theme: Theme::Dark,
            logo: None,
        };
        let rule = style(&look);
        assert!(
            rule.starts_with(":root{--accent:light-dark(#2563eb,#"),
            "{rule}"
        );
        assert!(
            rule.contains("--radius-portal:7px;--radius-card:5px;--radius-control:3px;"),
            "{rule}"
        );
        assert!(rule.contains("--font:Georgia,"), "{rule}");
        for font in Font::ALL {
            let rule = style(&Appearance {
                font: *font,
                ..Appearance::default()
            });
            assert!(
                !rule.contains(['<', '\\']) && rule.matches('}').count() == 1,
                "{rule}"
            );
        }
    }

    #[test]
    fn a_correction_is_told() {
        assert!(corrections(Rgb([0x6b, 0x72, 0x80])).is_empty());
        let told = corrections(Rgb([0xff, 0xdd, 0]));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("#ffdd00 is shown as #"), "{told:?}");
        assert!(told[0].contains("in the light theme"), "{told:?}");
        assert_eq!(corrections(Rgb::BLACK).len(), 1);
    }
}
