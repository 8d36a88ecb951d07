//! Everything that the portal says in words of its own. One `const` a language, on the server; a
//! language that lacks a string does not compile. The page brings the strings of its language along.

use super::phrase::{Phrase, fill};
#[cfg(any(feature = "hydrate", feature = "ssr"))]
use crate::contract::setting::SettingType;

/// A struct of strings. One with placeholders, `name(app, provider)`, also has a method of that name
/// that fills them in.
macro_rules! strings {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $field:ident $(($($hole:ident),+))?;)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$doc])* pub $field: &'static str,)+
        }

        impl $name {
            $($(
                pub fn $field(&self, $($hole: &str),+) -> Phrase {
                    fill(self.$field, &[$((stringify!($hole), $hole)),+])
                }
            )?)+

            /// The strings in the order of their names here: how they travel to the browser.
            #[cfg(feature = "ssr")]
            pub fn list(&self) -> Vec<&'static str> {
                vec![$(self.$field),+]
            }

            /// Says nothing.
            #[cfg(not(feature = "ssr"))]
            pub const EMPTY: Self = Self { $($field: ""),+ };

            /// From the list, one after the other.
            #[cfg(any(feature = "hydrate", test))]
            pub fn read(mut next: impl FnMut() -> &'static str) -> Self {
                Self { $($field: next()),+ }
            }

            /// The name of each string, with its placeholders.
            #[cfg(test)]
            pub const NAMES: &[(&str, &[&str])] = &[
                $((stringify!($field), &[$($(stringify!($hole)),+)?])),+
            ];
        }
    };
}

#[cfg(feature = "ssr")]
pub(crate) use strings;

strings! {
    /// What the portal says. `app` is the company that embeds it, `provider` the integration's name.
    Strings {
        /// The first heading; also the name of the page and of the frame around it.
        connect_title(provider);
        reconnect_title(provider);
        /// On the button, and the name of a page without an integration.
        connect;
        reconnect;
        /// Of the cross.
        close;
        access(app, provider);
        /// A list of what the app may do follows.
        abilities(app);
        at_any_time;
        mend(app, provider);
        continues(host);
        /// Leads to the provider's page about keys.
        find_key;
        /// Unseen, after [`Strings::find_key`].
        new_tab;
        /// A secret input; its label follows unseen.
        show;
        hide;
        enter(field);
        /// The same where there is something to choose from.
        choose(field);
        unlike(field);

        choose_way(provider);
        /// Back to the ways to connect.
        other_way;
        /// Of a package that has to be at the provider first; then a link to it.
        package_title(provider);
        package_text(app, provider);
        open_package;
        /// An address that people enter into their own app at the provider.
        redirect_url;
        redirect_help(provider);
        copy;
        copied;

        /// Of what is asked once the person has authorised.
        setup_title(provider);
        setup_text(app);
        /// Stands in a list while nothing is chosen.
        choose_one;
        finish;
        needs_finishing;

        accounts_title(provider);
        accounts_text(app);
        needs_mending;
        another;
        all_accounts;
        /// A list follows.
        not_granted(app, provider);
        allow_rest;

        waiting_title(provider);
        waiting_text(host);
        open_again;
        cancel;
        checking_title(provider);
        checking_text(provider);

        connected;
        connected_text(app, provider);
        /// Stands in for the account's name.
        account(provider);
        since(date);
        date(day, month, year);
        /// Twelve, separated by blanks, as [`Strings::date`] needs them.
        months;
        done;
        disconnect;

        /// Of an account: a button, then a heading.
        settings;
        settings_title(provider);
        settings_text(app);
        save;
        saved;
        /// Leaves the settings as they are.
        not_now;
        /// After the name of an input.
        required;
        search;
        loading;
        list_failed;
        more_choices;
        /// Of the second of two lists.
        then_choose;
        /// Of a secret or a file that is not shown.
        stored;
        remove_stored;
        file_limit;
        /// At the provider: what the application's fields are mapped to.
        object;
        add_field;
        new_field;
        add;
        remove_field(field);

        disconnected;
        revoked(app, provider);
        not_supported(app, provider);
        not_confirmed(app, provider);
        connect_again;

        try_again;
        /// A link, after a window that was blocked.
        open_tab;
        /// The whole page goes to the provider and comes back.
        continue_here;
        back_to(app);
        back;

        blocked;
        blocked_text;
        closed;
        closed_text(provider);
        denied(provider);
        denied_text(provider);
        /// The reason is the provider's, in its language.
        provider_says(provider, reason);
        expired;
        expired_text;
        provider_down(provider);
        provider_down_text(provider);
        unreachable;
        unreachable_text;
        too_many;
        too_many_text;
        /// The app does not let its user do this.
        forbidden;
        forbidden_text(app);
        session_missing;
        session_missing_text(app);
        session_over;
        session_over_text(app);
        inactive;
        ask_app;
        origin_refused;
        origin_refused_text;
        unknown;
        alone;
        alone_text(app, provider);
        fault;
        fault_text;

        /// Of a page by itself, for whom a link was made: the question, then the page.
        link_for(app, recipient);
        link_own;
        link_continue;
        link_opening;
        link_over;
        link_over_text(app);
        connected_for(app, provider, recipient);
        close_page;
    }
}

impl Strings {
    /// What is wrong with a setting. `empty`: it is only missing.
    #[cfg(any(feature = "hydrate", feature = "ssr"))]
    pub fn fault(&self, kind: SettingType, title: &str, empty: bool) -> Phrase {
        match kind {
            kind if kind.is_chosen() || empty && kind == SettingType::File => self.choose(title),
            _ if empty => self.enter(title),
            _ => self.unlike(title),
        }
    }
}
