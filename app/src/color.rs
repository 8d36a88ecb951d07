//! Colours: sRGB, OKLCH (Björn Ottosson, 2020) and contrast (WCAG 2.2). Pure arithmetic.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A colour of sRGB, `#rrggbb` on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rgb(pub [u8; 3]);

impl Rgb {
    pub const BLACK: Self = Self([0; 3]);
    pub const WHITE: Self = Self([255; 3]);
}

/// The text is not `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Enter a colour such as #2563eb.")]
pub struct NoColor;

impl FromStr for Rgb {
    type Err = NoColor;

    /// `#rrggbb`, with or without the sign, in either case.
    fn from_str(text: &str) -> Result<Self, NoColor> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NoColor);
        }
        let value = u32::from_str_radix(digits, 16).map_err(|_| NoColor)?;
        let [_, red, green, blue] = value.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl TryFrom<String> for Rgb {
    type Error = NoColor;

    fn try_from(text: String) -> Result<Self, NoColor> {
        text.parse()
    }
}

impl From<Rgb> for String {
    fn from(color: Rgb) -> Self {
        color.to_string()
    }
}

/// A colour by lightness (0 to 1) and the two axes of its hue, of which the distance is the chroma.
#[derive(Clone, Copy, Debug)]
pub struct Oklab {
    pub lightness: f64,
    pub a: f64,
    pub b: f64,
}

impl Oklab {
    /// From what `oklch()` takes in CSS: lightness from 0 to 1, chroma, and the hue in degrees.
    #[cfg(test)]
    pub fn of_lch(lightness: f64, chroma: f64, hue: f64) -> Self {
        let (sine, cosine) = hue.to_radians().sin_cos();
        Self {
            lightness,
            a: chroma * cosine,
            b: chroma * sine,
        }
    }

    /// The nearest colour of sRGB that has this lightness and hue: chroma gives way.
    pub fn to_rgb(self) -> Rgb {
        let whole = self.linear();
        let linear = if inside(whole) {
            whole
        } else {
            let (mut least, mut most) = (0.0, 1.0);
            for _ in 0..24 {
                let middle = f64::midpoint(least, most);
                if inside(self.paler(middle).linear()) {
                    least = middle;
                } else {
                    most = middle;
                }
            }
            self.paler(least).linear()
        };
        Rgb(linear.map(encode))
    }

    fn paler(self, share: f64) -> Self {
        Self {
            a: self.a * share,
            b: self.b * share,
            ..self
        }
    }

    fn linear(self) -> [f64; 3] {
        let Self { lightness, a, b } = self;
        let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let medium = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        [
            4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
            -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
            -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
        ]
    }
}

impl From<Rgb> for Oklab {
    fn from(color: Rgb) -> Self {
        let [red, green, blue] = color.0.map(decode);
        let long = 0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue;
        let medium = 0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue;
        let short = 0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue;
        let [long, medium, short] = [long, medium, short].map(f64::cbrt);
        Self {
            lightness: 0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short,
            a: 1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short,
            b: 0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short,
        }
    }
}

/// Whether the screen can show it, but for what rounding hides.
fn inside(linear: [f64; 3]) -> bool {
    linear
        .iter()
        .all(|channel| (-0.000_1..=1.000_1).contains(channel))
}

fn decode(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

fn encode(linear: f64) -> u8 {
    let value = if linear <= 0.003_130_8 {
        linear * 12.92
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    };
    // Clamped before it is cut to a byte.
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn luminance(color: Rgb) -> f64 {
    let [red, green, blue] = color.0.map(decode);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_written() {
        assert_eq!("#FFdd00".parse(), Ok(Rgb([255, 221, 0])));
        assert_eq!("2563eb".parse(), Ok(Rgb([37, 99, 235])));
        assert_eq!(Rgb([37, 99, 235]).to_string(), "#2563eb");
        for wrong in [
            "", "#fff", "#12345g", "#1234567", "red", "##12345", "#+12345",
        ] {
            assert_eq!(wrong.parse::<Rgb>(), Err(NoColor), "{wrong}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((contrast(Rgb::BLACK, Rgb::WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(Rgb::WHITE, Rgb([0x76; 3])) - 4.542).abs() < 1e-3);
    }

    #[test]
    fn a_known_colour_has_its_known_place() {
        // `oklch(62.8% 0.2577 29.23)` is red.
        let red = Oklab::from(Rgb([255, 0, 0]));
        assert!((red.lightness - 0.628).abs() < 1e-3, "{red:?}");
        assert!((red.a.hypot(red.b) - 0.2577).abs() < 1e-3, "{red:?}");
        assert_eq!(
            Oklab::of_lch(0.628, 0.2577, 29.23).to_rgb(),
            Rgb([255, 0, 0])
        );
    }

    #[test]
    fn every_colour_comes_back() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let color = Rgb([red, green, blue]);
                    assert_eq!(Oklab::from(color).to_rgb(), color);
                }
            }
        }
    }

    #[test]
    fn what_no_screen_shows_keeps_its_lightness() {
        for hue in (0..360).step_by(7) {
            for lightness in [0.1, 0.4, 0.7, 0.95] {
                let shown = Oklab::of_lch(lightness, 0.4, f64::from(hue)).to_rgb();
                let apart = (Oklab::from(shown).lightness - lightness).abs();
                assert!(apart < 0.01, "{hue} {lightness}: {shown} is {apart} off");
            }
        }
    }
}
