//! The way out of a connection.

use super::{Effect, Portal, Screen};
use crate::contract::{ApiError, ErrorCode, connect::Revocation};

impl Portal {
    pub(super) fn disconnect(&mut self) -> Vec<Effect> {
        let shown = matches!(self.screen, Screen::Connected | Screen::Setup);
        let Some(account) = self.account.as_ref().filter(|_| shown && !self.busy) else {
            return vec![];
        };
        let disconnect = Effect::Disconnect(account.id.clone());
        self.busy = true;
        self.problem = None;
        vec![disconnect]
    }

    pub(super) fn disconnected(&mut self, result: Result<Revocation, ApiError>) -> Vec<Effect> {
        match result {
            Ok(revocation) => {
                self.forget_account();
                self.show(Screen::Disconnected(revocation));
                vec![Effect::TellDisconnected]
            }
            // Somebody was faster: it is as the person wants it, and not known what was revoked.
            Err(error) if error.code == ErrorCode::NotConnected => {
                self.forget_account();
                let rest = self.rest();
                self.show(rest);
                vec![Effect::TellDisconnected]
            }
            Err(error) => {
                let tell = Effect::TellError(error.code, error.message.clone());
                if error.code == ErrorCode::TokenInvalid {
                    self.fail(&error);
                } else {
                    self.busy = false;
                    self.problem = Some(error);
                }
                vec![tell]
            }
        }
    }

    fn forget_account(&mut self) {
        if let Some(gone) = self.account.take() {
            self.accounts.retain(|account| account.id != gone.id);
        }
        self.leave_account();
        let left = std::mem::take(&mut self.accounts);
        self.know(left, self.more);
    }
}
