//! The sidebar: where one is, and where one can go.

use leptos::prelude::*;

use super::switcher::{EnvironmentSwitcher, ProjectSwitcher};
use crate::{
    components::{Button, ButtonKind, CopyButton, Glyph, Icon, browser::go},
    contract::dashboard::Viewer,
    pages::dashboard::place::Section,
    server_fns::session::sign_out,
};

#[component]
pub fn Sidebar(viewer: Viewer, project_id: Memo<String>, section: Memo<Section>) -> impl IntoView {
    let Viewer {
        email, projects, ..
    } = viewer;
    view! {
        <div class="switchers">
            <ProjectSwitcher projects=projects.clone() project_id />
            <EnvironmentSwitcher projects project_id section />
        </div>
        <nav class="sections" aria-label="Sections">
            <ul>
                {Section::ALL.map(|item| view! { <Item item section project_id /> }).into_iter().collect_view()}
            </ul>
        </nav>
        <div class="sidebar-foot">
            <CopyButton text=project_id label="Copy project ID" />
            <SignOut email />
        </div>
    }
    .into_any()
}

#[component]
fn Item(item: Section, section: Memo<Section>, project_id: Memo<String>) -> impl IntoView {
    let glyph = match item {
        Section::Home => Glyph::Home,
        Section::Integrations => Glyph::Blocks,
        Section::Users => Glyph::Users,
        Section::Sdk => Glyph::Code,
        Section::Webhooks => Glyph::Send,
        Section::Appearance => Glyph::Palette,
        Section::Settings => Glyph::Settings,
    };
    view! {
        <li>
            <a
                href=move || item.path(&project_id.read())
                aria-current=move || (section.get() == item).then_some("page")
            >
                <Icon glyph />
                {item.title()}
            </a>
        </li>
    }
    .into_any()
}

#[component]
fn SignOut(email: String) -> impl IntoView {
    let leave = Action::new(|(): &()| sign_out());
    // A session that is gone already is as good as signed out.
    Effect::new(move |_| {
        if leave.value().read().is_some() {
            go("/sign-in");
        }
    });
    view! {
        <div class="account">
            <span class="account-email" title=email.clone()>{email.clone()}</span>
            <Button
                kind=ButtonKind::Quiet
                small=true
                icon=Glyph::SignOut
                busy=leave.pending()
                on:click=move |_| { leave.dispatch(()); }
            >
                "Sign out"
            </Button>
        </div>
    }
    .into_any()
}
