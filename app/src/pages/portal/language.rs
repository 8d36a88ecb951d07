//! The languages of the portal, and which one a person gets.

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod ja;
mod pt;
#[cfg(test)]
mod tests;
mod zh;

use super::strings::Strings;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    Arabic,
    German,
    #[default]
    English,
    Spanish,
    French,
    Japanese,
    /// As in Brazil.
    Portuguese,
    /// Simplified.
    Chinese,
}

impl Language {
    pub const ALL: [Self; 8] = [
        Self::Arabic,
        Self::German,
        Self::English,
        Self::Spanish,
        Self::French,
        Self::Japanese,
        Self::Portuguese,
        Self::Chinese,
    ];

    /// The language that was asked for, else the first of the browser's that there is, else English.
    /// `asked` is a BCP 47 tag, of which the language subtag counts; `accepted` is the header
    /// `Accept-Language` (RFC 9110, section 12.5.4).
    pub fn choose(asked: Option<&str>, accepted: Option<&str>) -> Self {
        asked
            .and_then(Self::of_tag)
            .or_else(|| accepted.and_then(Self::of_header))
            .unwrap_or_default()
    }

    fn of_tag(tag: &str) -> Option<Self> {
        let subtag = tag.trim().split(['-', '_']).next()?;
        let known = |language: &Self| language.subtag().eq_ignore_ascii_case(subtag);
        Self::ALL.into_iter().find(known)
    }

    fn of_header(header: &str) -> Option<Self> {
        let mut ranges: Vec<(f32, Self)> = header.split(',').filter_map(range).collect();
        // Stable: of two that weigh the same, the first stays first.
        ranges.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        ranges.first().map(|(_, language)| *language)
    }

    fn subtag(self) -> &'static str {
        self.tag().split('-').next().unwrap_or_default()
    }

    /// For the `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Arabic => "ar",
            Self::German => "de",
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::Japanese => "ja",
            Self::Portuguese => "pt-BR",
            Self::Chinese => "zh-Hans",
        }
    }

    /// For the `dir` attribute.
    pub fn direction(self) -> &'static str {
        match self {
            Self::Arabic => "rtl",
            _ => "ltr",
        }
    }

    pub fn strings(self) -> &'static Strings {
        match self {
            Self::Arabic => &ar::STRINGS,
            Self::German => &de::STRINGS,
            Self::English => &en::STRINGS,
            Self::Spanish => &es::STRINGS,
            Self::French => &fr::STRINGS,
            Self::Japanese => &ja::STRINGS,
            Self::Portuguese => &pt::STRINGS,
            Self::Chinese => &zh::STRINGS,
        }
    }
}

/// A range of the header with its weight; none where it is not a language of ours, or refused.
fn range(text: &str) -> Option<(f32, Language)> {
    let mut parts = text.split(';');
    let language = Language::of_tag(parts.next()?)?;
    let weight = parts.find_map(|part| part.trim().strip_prefix("q="));
    let weight = weight.map_or(Some(1.0), |weight| weight.trim().parse().ok())?;
    (weight > 0.0).then_some((weight, language))
}
