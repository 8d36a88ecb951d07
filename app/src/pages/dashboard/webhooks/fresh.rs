//! A secret that was just made, for as long as the page is open.

use leptos::{html, prelude::*};

use crate::components::{Button, Notice, Snippet, Tone};

/// What is shown of it.
#[derive(Clone)]
pub struct Shown {
    pub title: &'static str,
    pub text: &'static str,
    /// What the value is called.
    pub label: &'static str,
    pub secret: String,
}

impl Shown {
    pub fn of_webhook(secret: String) -> Self {
        Self {
            title: "The signing secret of your webhook",
            text: "This is the only time it is shown. Your back end needs it to check that a message is from here: any library for Standard Webhooks takes it as it is.",
            label: "Signing secret",
            secret,
        }
    }

    pub fn of_key(secret: String) -> Self {
        Self {
            title: "Your new API key",
            text: "This is the only time it is shown: Patchbay keeps a hash alone. Store it where your back end keeps its secrets, and never in a browser.",
            label: "API key",
            secret,
        }
    }
}

/// It takes the focus, so that nobody misses it.
#[component]
pub fn Fresh(shown: RwSignal<Option<Shown>>) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if shown.read().is_some()
            && let Some(heading) = heading.get()
        {
            // It fails only for an element that is not in the page.
            let _ = heading.focus();
        }
    });
    move || {
        shown.get().map(|value| {
            view! {
                <section class="card fresh-key">
                    <div class="card-head">
                        <h2 tabindex="-1" node_ref=heading>{value.title}</h2>
                    </div>
                    <div class="card-body">
                        <Notice tone=Tone::Warn>{value.text}</Notice>
                        <Snippet title=value.label code=value.secret />
                        <div class="form-foot">
                            <Button on:click=move |_| shown.set(None)>"I have stored it"</Button>
                        </div>
                    </div>
                </section>
            }
        })
    }
}
