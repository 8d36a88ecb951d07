//! The way out of a connection.

use super::{Effect, Portal, Screen};
use crate::contract::{ApiError, ErrorCode, connect::Revocation};

impl Portal {
    pub(super) fn disconnect(&mut self) -> Vec<Effect> {
        if self.screen != Screen::Connected || self.busy {
            return vec![];
        }
        self.busy = true;
        self.problem = None;
        vec![Effect::Disconnect]
    }

    pub(super) fn disconnected(&mut self, result: Result<Revocation, ApiError>) -> Vec<Effect> {
        match result {
            Ok(revocation) => {
                self.account = None;
                self.show(Screen::Disconnected(revocation));
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
}
