//! The integrations of an environment.

use leptos::prelude::*;
use leptos_meta::Title;

use super::place::use_project_id;
use crate::{
    components::{
        ButtonKind, EmptyState, Glyph, Icon, LinkButton, Load, LogoSize, ProviderLogo, SearchInput,
        Status, Tone,
    },
    contract::dashboard::IntegrationRow,
    server_fns::integrations::integrations,
};

#[component]
pub fn IntegrationsPage() -> impl IntoView {
    let project_id = use_project_id();
    let rows = Resource::new(move || project_id.get(), integrations);
    let catalog = move || format!("/dashboard/{}/catalog", project_id.read());
    view! {
        <Title text="Integrations" />
        <div class="page-head">
            <h1>"Integrations"</h1>
            <a class="button" data-kind="primary" href=catalog>
                <Icon glyph=Glyph::Plus />
                "Add integration"
            </a>
        </div>
        <Load resource=rows let:rows>
            {if rows.is_empty() {
                view! {
                    <EmptyState
                        glyph=Glyph::Blocks
                        title="No integrations yet"
                        text="An integration is a provider that your users can connect, such as Slack or Salesforce. This environment has none."
                    >
                        <LinkButton href=catalog() kind=ButtonKind::Primary>"Open the catalog"</LinkButton>
                    </EmptyState>
                }.into_any()
            } else {
                view! { <List rows project_id=project_id.get_untracked() /> }.into_any()
            }}
        </Load>
    }
    .into_any()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    All,
    Active,
    NeedsAttention,
}

impl Filter {
    const ALL: [Self; 3] = [Self::All, Self::Active, Self::NeedsAttention];

    fn title(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Active => "Active",
            Self::NeedsAttention => "Needs attention",
        }
    }

    fn takes(self, row: &IntegrationRow) -> bool {
        match self {
            Self::All => true,
            Self::Active => row.active,
            Self::NeedsAttention => row.to_mend > 0,
        }
    }
}

#[component]
fn List(rows: Vec<IntegrationRow>, project_id: String) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let filter = RwSignal::new(Filter::All);
    let counts = Filter::ALL.map(|filter| rows.iter().filter(|row| filter.takes(row)).count());
    let shown = Memo::new(move |_| {
        let wanted = search.read().trim().to_lowercase();
        let fits = |row: &&IntegrationRow| {
            filter.get().takes(row)
                && (row.name.to_lowercase().contains(&wanted)
                    || row.integration_type.contains(&wanted))
        };
        rows.iter().filter(fits).cloned().collect::<Vec<_>>()
    });
    let chip = move |(index, item): (usize, Filter)| {
        view! {
            <button
                type="button"
                aria-pressed=move || if filter.get() == item { "true" } else { "false" }
                on:click=move |_| filter.set(item)
            >
                {item.title()}
                <span class="chip-count">{counts[index].to_string()}</span>
            </button>
        }
    };
    view! {
        <div class="toolbar">
            <SearchInput label="Search integrations" value=search />
            <div class="chips" role="group" aria-label="Show">
                {Filter::ALL.into_iter().enumerate().map(chip).collect_view()}
            </div>
        </div>
        {move || {
            let rows = shown.get();
            if rows.is_empty() {
                view! { <p class="nothing" role="status">"No integration fits. Change the search or the filter."</p> }.into_any()
            } else {
                view! { <Table rows project_id=project_id.clone() /> }.into_any()
            }
        }}
    }
    .into_any()
}

#[component]
fn Table(rows: Vec<IntegrationRow>, project_id: String) -> impl IntoView {
    let active = rows.iter().filter(|row| row.active).count();
    let users: u32 = rows.iter().map(|row| row.users).sum();
    let to_mend: u32 = rows.iter().map(|row| row.to_mend).sum();
    let count = match rows.len() {
        1 => "1 integration".to_owned(),
        count => format!("{count} integrations"),
    };
    view! {
        <div class="table-frame">
            <table class="table rows-lead">
                <caption class="visually-hidden">"Integrations of this environment"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col" class="number">"Users"</th>
                        <th scope="col" class="number">"To mend"</th>
                        <td class="chevron"></td>
                    </tr>
                </thead>
                <tbody>
                    {rows.into_iter().map(|row| row_view(row, &project_id)).collect_view()}
                </tbody>
                <tfoot>
                    <tr>
                        <td>{count}</td>
                        <td>{format!("{active} active")}</td>
                        <td class="number">{users.to_string()}</td>
                        <td class="number">{to_mend.to_string()}</td>
                        <td class="chevron"></td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
    .into_any()
}

fn row_view(row: IntegrationRow, project_id: &str) -> impl IntoView + use<> {
    let href = format!(
        "/dashboard/{project_id}/integrations/{}",
        row.integration_type
    );
    let figure = |value: u32| {
        if value == 0 {
            "–".to_owned()
        } else {
            value.to_string()
        }
    };
    view! {
        <tr>
            <th scope="row">
                <span class="named">
                    <ProviderLogo name=row.name.clone() logo=row.logo color=row.color size=LogoSize::Small />
                    <a href=href>{row.name}</a>
                </span>
            </th>
            <td>
                <Status tone=if row.active { Tone::Ok } else { Tone::Idle }>
                    {if row.active { "Active" } else { "Inactive" }}
                </Status>
            </td>
            <td class="number">{figure(row.users)}</td>
            <td class="number" data-tone=(row.to_mend > 0).then_some("warn")>{figure(row.to_mend)}</td>
            <td class="chevron"><Icon glyph=Glyph::ChevronRight /></td>
        </tr>
    }
    .into_any()
}
