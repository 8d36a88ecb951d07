//! English.

use super::Small;

pub const SMALL: Small = Small {
    connecting: "Connecting",
    connecting_to: "Connecting {provider}",
    going: "Taking you to the provider.",
    going_or_close: "Taking you to the provider. If nothing happens, close this window and try again from the app.",
    no_opener: "This window was not opened by the app. Close it and start again from the app.",
    no_script: "This window needs JavaScript to go on. Allow it in your browser, then start again from the app.",
    opener_refused: "The page that opened this window is not among the project's allowed origins. Close it and ask the people who run the app.",

    confirm_title: "Connect your {provider} account?",
    confirm_text: "{app} will be able to use it for {user}.",
    confirm_own: "Go on only if that is you, and you began this in {app} yourself. If somebody sent you here, close this window.",
    cancel: "Cancel",
    go_on: "Continue",
    left: "Nothing was connected. You can close this window.",

    paste_title: "Open your link",
    paste_text: "Your browser runs no JavaScript here, so it cannot read the end of the link by itself. Paste the whole link once more, as you got it.",
    paste_label: "Link",
    paste_wrong: "This is not the link that belongs to this page. Paste all of it, with the part after #.",

    show_choices: "Show the choices",
    choices_wait: "What there is to choose from depends on the choice before it. Make that one first.",
    choices_cut: "The list goes on; this is its beginning.",
    choices_away: "{provider} could not be asked what there is to choose from. Try again in a moment.",
    choices_of_app: "{app} has this list. Open the settings in {app} to choose from it.",

    connected_title: "{provider} is connected",
    connected_text: "You can close this window and go back to the app.",
    not_connected: "Not connected",
    close_window: "You can close this window.",
    close_and_start: "Close this window and start again from the app.",
    back_to_app: "Back to the app",

    not_ours: "This link is not one of ours, or it was changed on its way. Start again from the app.",
    used: "This link has been used. Start again from the app.",
    over: "This attempt is over or was opened already. Start again from the app.",
    too_late: "More than ten minutes went by. Start again from the app.",
    other_browser: "This sign-in was begun in another browser. Start again from the app in this browser.",
    wrong_issuer: "The answer did not come from {provider}. Start again from the app.",
    denied: "Access was not granted on {provider}'s page. Start again from the app and allow access there.",
    refused: "{provider} answered: {reason}. Start again from the app; if that does not help, ask the people who run it.",
    no_answer: "{provider} sent you back without an answer. Start again from the app.",
    not_ready: "{provider} cannot be connected at the moment. Ask the people who run the app.",
    provider_down: "{provider} did not answer. Start again from the app in a moment.",
    egress: "The address of {provider} is not one that this server may call. Ask the people who run the app.",
    unknown: "There is nothing to connect here. Ask the people who run the app.",
    not_permitted: "You are not allowed to connect this. Ask the people who run the app.",
    signed_out: "You are no longer signed in to the app. Close this window, reload the app and start again.",
    app_at_fault: "The app opened this window in a way that does not work. Tell the people who run it: {reason}",
    too_many: "That was too often. Wait a minute, then start again from the app.",
    away: "Nothing was stored, because the database does not answer. Start again from the app in a moment.",
    unreachable: "There was no connection. Check your network, close this window and start again from the app.",
    fault: "Something went wrong on our side. Start again from the app in a moment.",
};
