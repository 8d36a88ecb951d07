//! A user token that is over: the host page is asked for a new one, once for all who wait.

use std::time::Duration;

use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::{Driver, host::Word};

/// The SDK gives its host page twenty seconds, and then says that there is no token.
const WITHIN: Duration = Duration::from_secs(22);

/// A question under way.
pub struct Renewal {
    answered: Promise,
    answer: Option<Function>,
    late: Option<TimeoutHandle>,
}

impl Driver {
    /// Whether there is another token than the one that was refused.
    pub async fn renewed(self, refused: &str) -> bool {
        if self.session().user_token == refused
            && let Some(answered) = self.ask_for_token()
        {
            // It is never rejected; the token tells what came of it.
            let _ = JsFuture::from(answered).await;
        }
        self.session().user_token != refused
    }

    /// The answer to wait for; none where nobody can be asked.
    fn ask_for_token(self) -> Option<Promise> {
        let (running, may) = self.hands.with_value(|hands| {
            let running = hands.renewal.as_ref();
            let running = running.map(|renewal| renewal.answered.clone());
            (running, hands.renews && !hands.unproven)
        });
        if running.is_some() || !may {
            return running;
        }
        let mut answer = None;
        let answered = Promise::new(&mut |resolve, _reject| answer = Some(resolve));
        let late = set_timeout_with_handle(move || self.end_renewal(), WITHIN).ok();
        let renewal = Renewal {
            answered: answered.clone(),
            answer,
            late,
        };
        self.hands
            .update_value(|hands| hands.renewal = Some(renewal));
        self.say(&Word::Token);
        Some(answered)
    }

    /// The host page has answered, or has not in time.
    pub fn end_renewal(self) {
        let renewal = self
            .hands
            .try_update_value(|hands| hands.renewal.take())
            .flatten();
        let Some(renewal) = renewal else { return };
        if let Some(late) = renewal.late {
            late.clear();
        }
        if let Some(answer) = renewal.answer {
            // A promise's resolver does not throw.
            let _ = answer.call0(&JsValue::UNDEFINED);
        }
    }
}
