//! An address that people enter into their own app at the provider.

use leptos::{prelude::*, task::spawn_local};

use super::words::Words;
use crate::{components::browser::copy_text, pages::portal::strings::Strings};

#[component]
pub fn CopyAddress(address: String, provider: String, strings: &'static Strings) -> impl IntoView {
    let copied = RwSignal::new(false);
    let text = address.clone();
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            copied.try_set(copy_text(&text).await);
        });
    };
    view! {
        <div class="field">
            <label for="portal-address">{strings.redirect_url}</label>
            <div class="field-control">
                <input
                    class="input"
                    id="portal-address"
                    type="text"
                    readonly=true
                    value=address
                    aria-describedby="portal-address-help"
                />
                <button
                    class="button field-reveal"
                    type="button"
                    data-kind="quiet"
                    data-size="small"
                    on:click=copy
                >
                    <span aria-live="polite">
                        {move || if copied.get() { strings.copied } else { strings.copy }}
                    </span>
                </button>
            </div>
            <p class="field-help" id="portal-address-help">
                <Words phrase=strings.redirect_help(&provider) />
            </p>
        </div>
    }
}
