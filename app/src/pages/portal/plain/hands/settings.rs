//! The form of settings.

use super::Hands;
use crate::{
    contract::{
        ApiError, ErrorCode,
        connect::{ConnectOutcome, FieldValues},
    },
    pages::portal::{
        plain::settings::Filled,
        state::{Event, Screen, Word},
    },
};

impl Hands<'_> {
    /// What was typed is shown anew, and stored where it was to be and can be.
    pub(super) async fn fill_in(&mut self, word: Word, values: FieldValues) {
        self.run(Event::SettingsPressed).await;
        if self.led.portal.screen != Screen::Settings {
            return;
        }
        let settings = &self.led.portal.settings;
        let filled = Filled::typed(settings, values, word == Word::Save);
        let complete = filled.complete(settings);
        self.led.filled = filled;
        if let (Word::Save, Some(values)) = (word, complete) {
            self.run(Event::SavePressed(values)).await;
        }
    }

    /// Asks for the lists that the form shows.
    pub async fn ask_lists(&mut self) {
        let portal = &self.led.portal;
        let Some(account) = portal.account.as_ref() else {
            return;
        };
        let parts = self.led.filled.wanted(&portal.settings);
        if portal.screen != Screen::Settings || parts.is_empty() {
            return;
        }
        let asked = (self.session.clone(), account.id.clone(), parts.clone());
        let lists = self.api.setting_lists(asked.0, asked.1, asked.2).await;
        // Where nobody answers each list says so.
        self.led.filled.take(parts, lists.unwrap_or_default());
    }

    pub(super) async fn ask_settings(&self, account: String) -> Event {
        let settings = self.api.account_settings(self.session.clone(), account);
        Event::SettingsKnown(settings.await)
    }

    pub(super) async fn save_settings(&self, account: String, values: FieldValues) -> Event {
        let saved = self
            .api
            .save_settings(self.session.clone(), account, values);
        Event::SettingsSaved(match saved.await {
            Ok(ConnectOutcome::Connected { credential }) => Ok(super::connection(&credential)),
            // Settings open no window.
            Ok(ConnectOutcome::Window { .. }) => Err(ApiError::new(
                ErrorCode::Internal,
                "Something went wrong on our side. Try again in a moment.",
            )),
            Err(error) => Err(error),
        })
    }

    /// Whoever has just connected an account is asked for its settings, but not twice.
    pub(super) async fn ask_once(&mut self) {
        if !self.led.portal.configures {
            return;
        }
        self.run(Event::SettingsPressed).await;
        let settings = &self.led.portal.settings;
        let answered = settings
            .iter()
            .any(|setting| setting.stored || !setting.values.is_empty());
        if self.led.portal.screen == Screen::Settings && answered {
            self.run(Event::SettingsLeft).await;
        }
    }
}
