//! Every provider that can be added.

use std::collections::BTreeSet;

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;

use super::place::{Section, use_project_id};
use crate::{
    components::{
        Alert, Button, Glyph, Icon, LinkButton, Load, Problem, ProviderLogo, SearchInput, on_result,
    },
    contract::dashboard::CatalogRow,
    server_fns::integrations::{add_integration, catalog},
};

#[component]
pub fn CatalogPage() -> impl IntoView {
    let project_id = use_project_id();
    let rows = Resource::new(move || project_id.get(), catalog);
    view! {
        <Title text="Catalog" />
        <div class="page-head">
            <div>
                <a class="back" href=move || Section::Integrations.path(&project_id.read())>
                    <Icon glyph=Glyph::ArrowLeft />
                    "Integrations"
                </a>
                <h1>"Catalog"</h1>
            </div>
        </div>
        <Load resource=rows let:rows>
            <Providers rows project_id=project_id.get_untracked() />
        </Load>
    }
    .into_any()
}

#[component]
fn Providers(rows: Vec<CatalogRow>, project_id: String) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let category = RwSignal::new(None::<String>);
    let categories: BTreeSet<String> = rows.iter().map(|row| row.category.clone()).collect();
    let problem = Problem::new(None);
    let (add, adding) = use_add(project_id.clone(), problem);
    let shown = Memo::new(move |_| {
        let wanted = search.read().trim().to_lowercase();
        let category = category.read();
        let fits = |row: &&CatalogRow| {
            category
                .as_ref()
                .is_none_or(|category| *category == row.category)
                && (row.name.to_lowercase().contains(&wanted) || row.slug.contains(&wanted))
        };
        rows.iter().filter(fits).cloned().collect::<Vec<_>>()
    });
    let chip = move |name: Option<String>| {
        let title = name.clone().unwrap_or_else(|| "All".to_owned());
        let this = name.clone();
        view! {
            <button
                type="button"
                aria-pressed=move || if *category.read() == this { "true" } else { "false" }
                on:click=move |_| category.set(name.clone())
            >
                {title}
            </button>
        }
    };
    view! {
        <div class="toolbar">
            <SearchInput label="Search the catalog" value=search />
            <div class="chips" role="group" aria-label="Category">
                {std::iter::once(None).chain(categories.into_iter().map(Some)).map(chip).collect_view()}
            </div>
        </div>
        {move || problem.get().map(|problem| view! { <Alert>{problem.message}</Alert> })}
        {move || {
            let rows = shown.get();
            if rows.is_empty() {
                Either::Left(view! {
                    <p class="nothing" role="status">"No provider fits. Change the search or the category."</p>
                })
            } else {
                let cards = rows.into_iter().map(|row| {
                    view! { <ProviderCard row project_id=project_id.clone() add adding /> }
                });
                Either::Right(view! { <ul class="providers">{cards.collect_view()}</ul> })
            }
        }}
    }
    .into_any()
}

/// Adds a provider, then goes to its page. Gives the call and the slug that is being added.
fn use_add(project_id: String, problem: Problem) -> (Callback<String>, Signal<Option<String>>) {
    let navigate = use_navigate();
    let id = project_id.clone();
    let send = Action::new(move |slug: &String| {
        let (project_id, slug) = (project_id.clone(), slug.clone());
        async move {
            add_integration(project_id, slug.clone())
                .await
                .map(|()| slug)
        }
    });
    on_result(send, problem, move |slug| {
        navigate(
            &format!("/dashboard/{id}/integrations/{slug}"),
            Default::default(),
        );
    });
    let add = Callback::new(move |slug: String| {
        if !send.pending().get_untracked() {
            send.dispatch(slug);
        }
    });
    (add, Signal::derive(move || send.input().get()))
}

#[component]
fn ProviderCard(
    row: CatalogRow,
    project_id: String,
    add: Callback<String>,
    adding: Signal<Option<String>>,
) -> impl IntoView {
    let CatalogRow {
        slug,
        name,
        category,
        logo,
        color,
        auth,
        added,
    } = row;
    let action = if added {
        let href = format!("/dashboard/{project_id}/integrations/{slug}");
        let unseen = format!(" {name}");
        Either::Left(view! {
            <span class="provider-added">
                <Icon glyph=Glyph::Check />
                <span class="visually-hidden">"Added"</span>
            </span>
            <LinkButton href small=true>"Open"<span class="visually-hidden">{unseen}</span></LinkButton>
        })
    } else {
        let unseen = format!(" {name}");
        let this = slug.clone();
        let busy = Signal::derive(move || adding.read().as_ref() == Some(&this));
        Either::Right(view! {
            <Button small=true icon=Glyph::Plus busy on:click=move |_| add.run(slug.clone())>
                "Add"<span class="visually-hidden">{unseen}</span>
            </Button>
        })
    };
    view! {
        <li class="card provider">
            <ProviderLogo name=name.clone() logo color />
            <div class="provider-name">
                <h2>{name}</h2>
                <p>{category} " · " {auth}</p>
            </div>
            <div class="provider-action">{action}</div>
        </li>
    }
    .into_any()
}
