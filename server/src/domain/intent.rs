//! What a connect is meant to lead to where a user may have several accounts.

use serde::{Deserialize, Serialize};

use super::{
    connection::Connection,
    id::{ConnectionId, LinkId},
    selector::Selector,
    token_set::Account,
};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Intent {
    /// Connect this account anew, in any form that [`Selector`] reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected: Option<String>,
    /// The app's own name for the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Beside the accounts there are, not in place of the one there is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub multiple: bool,
    /// The way to connect, as the definition calls it; none: the first that can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The link whose page it is for: connected is what completes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkId>,
}

impl Intent {
    /// The account that the new grant replaces; none: it is one more. `existing`: oldest first.
    pub fn target(&self, existing: &[Connection], account: &Account) -> Option<ConnectionId> {
        let find = |wanted: &dyn Fn(&Connection) -> bool| {
            existing
                .iter()
                .find(|known| wanted(known))
                .map(|known| known.id)
        };
        if let Some(selected) = &self.selected {
            let selector = Selector::parse(selected);
            return find(&|known| selector.matches(known));
        }
        if !self.multiple {
            return existing.first().map(|first| first.id);
        }
        if let Some(external_id) = &self.external_id {
            return find(&|known| known.external_id.as_ref() == Some(external_id));
        }
        // The same account once more is a reconnect, unless the app has named the other one.
        let id = account.id.as_ref()?;
        find(&|known| known.account.id.as_ref() == Some(id) && known.external_id.is_none())
    }
}
