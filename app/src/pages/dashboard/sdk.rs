//! Setting the SDK up: signing keys, and code to paste.

use leptos::prelude::*;
use leptos_meta::Title;

use super::place::use_project_id;
use crate::{
    components::{Card, Load, Snippet},
    contract::dashboard::{NewKey, SdkSetup},
    server_fns::settings::sdk_setup,
};

mod issuers;
mod keys;
mod snippets;

#[component]
pub fn SdkPage() -> impl IntoView {
    let project_id = use_project_id();
    let setup = Resource::new(move || project_id.get(), sdk_setup);
    let refetch = Callback::new(move |()| setup.refetch());
    // Outside of what is fetched: a new key stays in sight while the list renews itself.
    let new_key = RwSignal::new(None::<NewKey>);
    view! {
        <Title text="SDK" />
        <div class="page-head">
            <h1>"SDK"</h1>
        </div>
        <keys::Fresh new_key />
        <Load resource=setup let:setup>
            <keys::KeysCard keys=setup.keys.clone() project_id=project_id.get_untracked() new_key refetch />
            <issuers::IssuersCard issuers=setup.issuers.clone() project_id=project_id.get_untracked() />
            <Snippets setup project_id=project_id.get_untracked() />
        </Load>
    }
    .into_any()
}

#[component]
fn Snippets(setup: SdkSetup, project_id: String) -> impl IntoView {
    let key_id = setup.keys.first().map(|key| key.key_id.clone());
    let key_id = key_id.unwrap_or_else(|| "YOUR_KEY_ID".to_owned());
    let integration = setup.sample_type.unwrap_or_else(|| "sandbox".to_owned());
    let browser = snippets::browser(&setup.public_url, &project_id, &integration);
    view! {
        <Card
            title="On your server"
            text="Sign a token for the user who is signed in to your app. It lasts an hour; the SDK never sees the key."
        >
            <Snippet title="Node" code=snippets::node(&key_id) />
            <Snippet title="Python" code=snippets::python(&key_id) />
        </Card>
        <Card
            title="In the browser"
            text="Load the SDK from this Patchbay, hand it the token, and open the portal from a click."
        >
            <Snippet title="JavaScript" code=browser />
            <p>
                "If the portal does not come up, "
                <a href=format!("/embed-check/{project_id}") rel="external">"check your page"</a>
                ": its headers may keep it out."
            </p>
        </Card>
    }
    .into_any()
}
