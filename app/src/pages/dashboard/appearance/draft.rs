//! What is chosen on the page and not saved yet.

use leptos::prelude::*;

use crate::{
    color::{NoColor, Rgb},
    contract::appearance::{Appearance, Font, LogoChange, RADIUS, Theme},
};

/// The logo on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftLogo {
    /// As it is stored, if one is.
    Stored,
    None,
    /// The file as a `data:` address.
    New(String),
}

/// A copy is a handle to the same one.
#[derive(Clone, Copy)]
pub struct Draft {
    pub saved: RwSignal<Appearance>,
    /// As typed; empty for Patchbay's own.
    pub accent: RwSignal<String>,
    pub radius: RwSignal<u8>,
    pub font: RwSignal<Font>,
    pub theme: RwSignal<Theme>,
    pub logo: RwSignal<DraftLogo>,
}

impl Draft {
    pub fn new(saved: Appearance) -> Self {
        let draft = Self {
            saved: RwSignal::new(saved.clone()),
            accent: RwSignal::default(),
            radius: RwSignal::default(),
            font: RwSignal::default(),
            theme: RwSignal::default(),
            logo: RwSignal::new(DraftLogo::Stored),
        };
        draft.show(&saved);
        draft
    }

    /// Puts everything on the page as it stands there.
    fn show(self, look: &Appearance) {
        let accent = look.accent.map(|accent| accent.to_string());
        self.accent.set(accent.unwrap_or_default());
        self.radius.set(look.radius.unwrap_or(RADIUS));
        self.font.set(look.font);
        self.theme.set(look.theme);
    }

    /// Back to what is stored.
    pub fn discard(self) {
        self.show(&self.saved.get_untracked());
        self.logo.set(DraftLogo::Stored);
    }

    /// To what Patchbay looks like by itself.
    pub fn reset(self) {
        self.show(&Appearance::default());
        self.logo.set(DraftLogo::None);
    }

    /// It is stored.
    pub fn keep(self, stored: Appearance) {
        self.saved.set(stored);
        self.discard();
    }

    /// None: Patchbay's own.
    pub fn wanted_accent(self) -> Result<Option<Rgb>, NoColor> {
        let typed = self.accent.read();
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        typed.parse().map(Some)
    }

    /// As it would be saved; a colour that is none counts as Patchbay's own.
    pub fn look(self) -> Appearance {
        let radius = self.radius.get();
        Appearance {
            accent: self.wanted_accent().ok().flatten(),
            radius: (radius != RADIUS).then_some(radius),
            font: self.font.get(),
            theme: self.theme.get(),
            logo: None,
        }
    }

    pub fn logo_change(self) -> LogoChange {
        match self.logo.get() {
            DraftLogo::Stored => LogoChange::Keep,
            DraftLogo::None if self.saved.read().logo.is_none() => LogoChange::Keep,
            DraftLogo::None => LogoChange::Remove,
            DraftLogo::New(address) => LogoChange::Replace {
                data: address
                    .split_once(',')
                    .map_or_else(String::new, |(_, data)| data.to_owned()),
            },
        }
    }

    /// The picture on the page; none: the app's initial.
    pub fn picture(self) -> Option<String> {
        match self.logo.get() {
            DraftLogo::Stored => self.saved.read().logo.clone(),
            DraftLogo::None => None,
            DraftLogo::New(address) => Some(address),
        }
    }

    /// What differs from what is stored, in words.
    pub fn changes(self) -> Vec<&'static str> {
        let (now, saved) = (self.look(), self.saved.get());
        let accent = now.accent != saved.accent || self.wanted_accent().is_err();
        let logo = self.logo_change() != LogoChange::Keep;
        let radius = now.radius.unwrap_or(RADIUS) != saved.radius.unwrap_or(RADIUS);
        [
            (accent, "accent colour"),
            (logo, "logo"),
            (radius, "corners"),
            (now.font != saved.font, "font"),
            (now.theme != saved.theme, "theme"),
        ]
        .into_iter()
        .filter_map(|(changed, name)| changed.then_some(name))
        .collect()
    }
}
