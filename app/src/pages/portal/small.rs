//! What the pages around a flow say: the window on its way to the provider, the question whether it
//! is really you, and the page that the provider leads back to; and what only the server's own form of
//! settings says. The server renders them by itself.

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

use super::{
    language::Language,
    phrase::{Phrase, fill},
    strings::strings,
};

strings! {
    /// What those pages say, each in one sentence or two. `app` is the company that embeds the
    /// portal, `provider` the integration's name, `user` the person for whom it is connected.
    Small {
        connecting;
        connecting_to(provider);
        going;
        /// Where going on is up to the page that opened the window.
        going_or_close;
        no_opener;
        no_script;
        opener_refused;

        confirm_title(provider);
        confirm_text(app, user);
        confirm_own(app);
        cancel;
        go_on;
        /// The person did not go on.
        left;

        /// Of a link's page without scripts: the link is asked for.
        paste_title;
        paste_text;
        paste_label;
        paste_wrong;

        /// Of a form of settings without scripts: a button, then what stands below a list.
        show_choices;
        choices_wait;
        choices_cut;
        choices_away(provider);
        /// There is no page of the app's here.
        choices_of_app(app);

        connected_title(provider);
        connected_text;
        not_connected;
        close_window;
        close_and_start;
        back_to_app;

        /// Why nothing was connected, and what to do.
        not_ours;
        used;
        over;
        too_late;
        other_browser;
        wrong_issuer(provider);
        denied(provider);
        /// The reason is the provider's, in its language.
        refused(provider, reason);
        no_answer(provider);
        not_ready(provider);
        provider_down(provider);
        egress(provider);
        unknown;
        not_permitted;
        signed_out;
        /// The reason is for the people who build the app, in English.
        app_at_fault(reason);
        too_many;
        away;
        unreachable;
        fault;
    }
}

impl Language {
    pub fn small(self) -> &'static Small {
        match self {
            Self::Arabic => &ar::SMALL,
            Self::German => &de::SMALL,
            Self::English => &en::SMALL,
            Self::Spanish => &es::SMALL,
            Self::French => &fr::SMALL,
            Self::Japanese => &ja::SMALL,
            Self::Portuguese => &pt::SMALL,
            Self::Chinese => &zh::SMALL,
        }
    }
}
