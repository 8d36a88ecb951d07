//! Home of an environment: the way to the first connection, and figures.

use leptos::prelude::*;
use leptos_meta::Title;

use super::place::{Section, use_project_id};
use crate::{
    components::{ButtonKind, Glyph, Icon, LinkButton, Load},
    contract::dashboard::Overview,
    server_fns::integrations::overview,
};

#[component]
pub fn HomePage() -> impl IntoView {
    let project_id = use_project_id();
    let overview = Resource::new(move || project_id.get(), overview);
    view! {
        <Title text="Home" />
        <div class="page-head">
            <h1>"Home"</h1>
        </div>
        <Load resource=overview let:overview>
            {content(overview, &project_id.get_untracked())}
        </Load>
    }
    .into_any()
}

/// The checklist comes first until it is done.
fn content(overview: Overview, project_id: &str) -> impl IntoView + use<> {
    let steps = steps(&overview, project_id);
    let left = steps.iter().filter(|step| !step.done).count();
    let demo = overview.demo_url.clone();
    let first_run = left > 0;
    let checklist = view! { <Checklist steps left demo /> };
    let figures = view! { <Figures overview /> };
    if first_run {
        (checklist.into_any(), figures.into_any())
    } else {
        (figures.into_any(), checklist.into_any())
    }
}

struct Step {
    done: bool,
    title: &'static str,
    text: &'static str,
    action: &'static str,
    href: String,
}

fn steps(overview: &Overview, project_id: &str) -> Vec<Step> {
    vec![
        Step {
            done: overview.has_active_integration,
            title: "Add an integration",
            text: "Choose a provider, enter its client ID and secret, and activate it.",
            action: "Open the catalog",
            href: format!("/dashboard/{project_id}/catalog"),
        },
        Step {
            done: overview.has_signing_key,
            title: "Create a signing key",
            text: "Your server signs a short token with it that says who the user is.",
            action: "Create a key",
            href: Section::Sdk.path(project_id),
        },
        Step {
            done: overview.has_embedded,
            title: "Embed the portal",
            text: "Allow your app's origin, then load the SDK there.",
            action: "Allow an origin",
            href: Section::Settings.path(project_id),
        },
        Step {
            done: overview.has_connection,
            title: "Connect a first account",
            text: "Open the portal as a user would, and connect.",
            action: "See users",
            href: Section::Users.path(project_id),
        },
    ]
}

#[component]
fn Checklist(steps: Vec<Step>, left: usize, demo: Option<String>) -> impl IntoView {
    let summary = match left {
        0 => "All four steps are done.".to_owned(),
        1 => "One step is left.".to_owned(),
        left => format!("{left} of 4 steps are left."),
    };
    let next = steps.iter().position(|step| !step.done);
    view! {
        <section class="card">
            <div class="card-head">
                <h2>"Set up"</h2>
                <p>{summary}</p>
            </div>
            <ol class="steps">
                {steps.into_iter().enumerate().map(|(index, step)| {
                    view! { <StepRow step is_next=next == Some(index) /> }
                }).collect_view()}
            </ol>
            {demo.map(|href| view! {
                <div class="card-foot">
                    <p>"See the whole path first, in a small app that connects a sandbox account."</p>
                    <LinkButton href small=true icon=Glyph::Play>"Open the demo"</LinkButton>
                </div>
            })}
        </section>
    }
    .into_any()
}

#[component]
fn StepRow(step: Step, is_next: bool) -> impl IntoView {
    let Step {
        done,
        title,
        text,
        action,
        href,
    } = step;
    let kind = if is_next {
        ButtonKind::Primary
    } else {
        ButtonKind::Secondary
    };
    view! {
        <li class="step" data-done=done.then_some("")>
            <Icon glyph=if done { Glyph::Done } else { Glyph::Open } />
            <div>
                <h3>
                    <span class="visually-hidden">{if done { "Done: " } else { "To do: " }}</span>
                    {title}
                </h3>
                {(!done).then(|| view! { <p>{text}</p> })}
            </div>
            {(!done).then(|| view! { <LinkButton href kind small=true>{action}</LinkButton> })}
        </li>
    }
    .into_any()
}

#[component]
fn Figures(overview: Overview) -> impl IntoView {
    let figures = [
        ("Active integrations", overview.active_integrations),
        ("Connected users", overview.connected_users),
        ("Connections", overview.connections),
        ("Need attention", overview.needs_attention),
    ];
    view! {
        <dl class="figures">
            {figures.map(|(name, value)| {
                let alarming = name == "Need attention" && value > 0;
                view! {
                    <div class="card" data-tone=alarming.then_some("warn")>
                        <dt>{name}</dt>
                        <dd>{grouped(value)}</dd>
                    </div>
                }
            }).into_iter().collect_view()}
        </dl>
    }
    .into_any()
}

/// A number with its thousands apart: `12,840`.
fn grouped(value: u32) -> String {
    let digits = value.to_string();
    let lead = digits.len() % 3;
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 3 == lead {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (12_840, "12,840"),
            (1_234_567, "1,234,567"),
        ];
        for (value, text) in cases {
            assert_eq!(grouped(value), text);
        }
    }
}
