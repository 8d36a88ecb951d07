//! What an account is set to.

use super::{Account, Connection, Effect, Portal, Screen};
use crate::contract::{ApiError, ErrorCode, connect::FieldValues, setting::SettingField};

impl Portal {
    pub(super) fn ask_settings(&mut self) -> Vec<Effect> {
        let shown = self.screen == Screen::Connected && !self.busy;
        let Some(account) = self.account.as_ref().filter(|_| shown) else {
            return vec![];
        };
        let ask = Effect::AskSettings(account.id.clone());
        self.settings.clear();
        self.show(Screen::Settings);
        vec![ask]
    }

    pub(super) fn settings_known(
        &mut self,
        result: Result<Vec<SettingField>, ApiError>,
    ) -> Vec<Effect> {
        if self.screen != Screen::Settings {
            return vec![];
        }
        match result {
            Ok(settings) => {
                // Taken away meanwhile: there is nothing to set.
                if settings.is_empty() {
                    self.configures = false;
                    self.show(Screen::Connected);
                }
                self.settings = settings;
                vec![]
            }
            Err(error) => {
                self.show(Screen::Connected);
                self.settings_failed(error)
            }
        }
    }

    pub(super) fn save_settings(&mut self, values: FieldValues) -> Vec<Effect> {
        let shown = self.screen == Screen::Settings && !self.busy;
        let Some(account) = self.account.as_ref().filter(|_| shown) else {
            return vec![];
        };
        let account = account.id.clone();
        self.busy = true;
        self.problem = None;
        vec![Effect::SaveSettings { account, values }]
    }

    pub(super) fn settings_saved(&mut self, result: Result<Connection, ApiError>) -> Vec<Effect> {
        if self.screen != Screen::Settings {
            return vec![];
        }
        match result {
            Ok(Connection {
                account,
                credential,
            }) => {
                self.replace(&account);
                self.account = Some(account);
                self.show(Screen::Connected);
                self.saved = true;
                vec![Effect::TellConfigured(credential)]
            }
            Err(error) => self.settings_failed(error),
        }
    }

    fn settings_failed(&mut self, error: ApiError) -> Vec<Effect> {
        let tell = Effect::TellError(error.code, error.message.clone());
        if error.code == ErrorCode::TokenInvalid {
            self.fail(&error);
        } else {
            self.busy = false;
            self.problem = Some(error);
        }
        vec![tell]
    }

    /// Puts what is known of an account now in the place of what was. False where it is a new one,
    /// or is finished only now.
    pub(super) fn replace(&mut self, account: &Account) -> bool {
        let mut accounts = self.accounts.iter_mut();
        match accounts.find(|known| known.id == account.id) {
            Some(known) => !std::mem::replace(known, account.clone()).pending,
            None => {
                self.accounts.push(account.clone());
                false
            }
        }
    }
}
