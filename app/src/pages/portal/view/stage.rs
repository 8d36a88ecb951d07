//! The template that draws a scene.

use leptos::{
    either::{Either, EitherOf3},
    ev, html,
    prelude::*,
};

#[cfg(feature = "hydrate")]
use super::DrawSettings;
use super::{
    copy::CopyAddress,
    fields::{FieldsForm, HelpLink},
    words::Words,
};
#[cfg(feature = "ssr")]
use crate::pages::portal::plain::SettingsForm;
use crate::{
    components::{Glyph, Icon, Tone},
    pages::portal::{
        driver::Driver,
        phrase::Phrase,
        scene::{Choice, Link, Message, Scene, Way},
        state::Event,
        strings::Strings,
        trouble::{Names, Trouble},
    },
};
#[cfg(feature = "hydrate")]
use crate::{contract::setting::SettingField, pages::portal::layout::Layout};

#[component]
pub fn Stage(
    driver: Driver,
    scene: Scene,
    app: String,
    provider: String,
    strings: &'static Strings,
) -> impl IntoView {
    let Scene {
        title,
        text,
        message,
        account,
        fields,
        settings,
        ways,
        hint,
        choices,
        copy,
        package_url,
        ..
    } = scene;
    #[cfg(feature = "ssr")]
    let names = (app.clone(), provider.clone());
    let copy =
        copy.map(|address| view! { <CopyAddress address provider=provider.clone() strings /> });
    let problem = Memo::new(move |_| {
        let portal = driver.portal.read();
        let problem = portal
            .problem
            .as_ref()
            .filter(|problem| problem.field.is_none())?;
        let names = Names {
            app: &app,
            provider: &provider,
        };
        Some(Message {
            tone: Tone::Danger,
            role: "alert",
            text: Trouble::from(problem).text(strings, names),
            list: Vec::new(),
        })
    });
    let draw = driver.draws_settings().filter(|_| !settings.is_empty());
    let way = if fields.is_empty() && draw.is_none() {
        EitherOf3::A(view! { <Ways driver ways /> })
    } else {
        let mut ways = ways.into_iter();
        let label = ways.next().map(|way| way.label).unwrap_or_default();
        let more = ways.collect();
        if let Some(draw) = draw {
            #[cfg(feature = "hydrate")]
            let form = view! { <Settings draw driver settings label more strings /> };
            #[cfg(feature = "ssr")]
            let form =
                view! { <SettingsForm _drawn=draw driver settings label more names strings /> };
            #[cfg(not(any(feature = "hydrate", feature = "ssr")))]
            let form = draw;
            EitherOf3::B(form)
        } else {
            let help_url = scene.help_url;
            EitherOf3::C(view! { <FieldsForm driver fields label more help_url strings /> })
        }
    };
    view! {
        <div class="portal-screen" data-enter=(!scene.first).then_some("")>
            <Title text=title first=scene.first />
            {message.map(|message| view! { <Say message /> })}
            {text.map(|text| view! { <p class="portal-text"><Words phrase=text /></p> })}
            {scene.note.map(|note| view! { <Abilities abilities=scene.abilities note /> })}
            {account.map(|account| view! { <AccountCard account /> })}
            {(!choices.is_empty()).then(|| view! { <Choices driver choices /> })}
            {copy}
            {package_url.map(|url| view! { <HelpLink url text=strings.open_package strings /> })}
            {scene.progress.then(|| view! {
                <span class="portal-progress" aria-hidden="true"></span>
            })}
            {move || problem.get().map(|message| view! { <Say message /> })}
            {way}
            {hint.map(|hint| view! { <p class="portal-hint"><Words phrase=hint /></p> })}
        </div>
    }
}

/// Where the form of settings stands, whose code is not here.
#[cfg(feature = "hydrate")]
#[component]
fn Settings(
    draw: DrawSettings,
    driver: Driver,
    settings: Vec<SettingField>,
    label: Phrase,
    more: Vec<Way>,
    strings: &'static Strings,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let mut parts = Some((settings, label, more));
    Effect::new(move |_| {
        if let Some(place) = place.get()
            && let Some((settings, label, more)) = parts.take()
        {
            draw(place.into(), driver, settings, label, more, strings);
        }
    });
    view! { <div class="portal-place" node_ref=place></div> }
}

/// The heading of a state. A state that replaces another gets the focus, and so is read out; a
/// portal that is a part of the page takes no focus that is elsewhere.
#[component]
fn Title(text: Phrase, first: bool) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        // Before the page is alive somebody may have begun with it.
        let begun = document()
            .active_element()
            .is_some_and(|active| begun_with(&active.tag_name(), first));
        if let (Some(heading), false) = (heading.get(), begun || focus_is_elsewhere()) {
            // An element that cannot take the focus leaves it where it was.
            let _ = heading.focus();
        }
    });
    view! {
        <h1 id="portal-title" tabindex="-1" node_ref=heading>
            <Words phrase=text />
        </h1>
    }
}

/// Whether the focus is where a person has put it.
fn begun_with(tag: &str, first: bool) -> bool {
    matches!(tag, "INPUT" | "SELECT") || first && matches!(tag, "BUTTON" | "A")
}

#[cfg(feature = "hydrate")]
fn focus_is_elsewhere() -> bool {
    Layout::current() == Layout::Inline && !document().has_focus().unwrap_or(false)
}

#[cfg(not(feature = "hydrate"))]
fn focus_is_elsewhere() -> bool {
    false
}

#[component]
pub fn Say(message: Message) -> impl IntoView {
    let glyph = match message.tone {
        Tone::Ok => Glyph::Done,
        Tone::Warn => Glyph::Warning,
        Tone::Danger => Glyph::Problem,
        Tone::Idle => Glyph::Info,
    };
    view! {
        <div class="alert" role=message.role data-tone=message.tone.as_str()>
            <Icon glyph />
            <div>
                <p><Words phrase=message.text /></p>
                {(!message.list.is_empty()).then(|| view! { <Lines lines=message.list /> })}
            </div>
        </div>
    }
}

#[component]
fn Lines(lines: Vec<String>) -> impl IntoView {
    let draw = |line| view! { <li><bdi>{line}</bdi></li> };
    view! { <ul>{lines.into_iter().map(draw).collect_view()}</ul> }
}

#[component]
fn Choices(driver: Driver, choices: Vec<Choice>) -> impl IntoView {
    let draw = |choice: Choice| {
        let event = choice.event;
        view! {
            <li>
                <button
                    class="portal-choice"
                    name="portal-press"
                    value=driver.press(&event)
                    data-warns=choice.warns.then_some("")
                    on:click=move |click| send(driver, &event, &click)
                >
                    <span>
                        <b><Words phrase=choice.label /></b>
                        {choice.help.map(|help| view! { <span><Words phrase=help /></span> })}
                    </span>
                    <Icon glyph=Glyph::ChevronRight />
                </button>
            </li>
        }
    };
    view! {
        <form method=driver.method()>
            <ul class="portal-choices">{choices.into_iter().map(draw).collect_view()}</ul>
        </form>
    }
}

/// The machine takes the press; the form around the button is for a page without one.
fn send(driver: Driver, event: &Event, click: &ev::MouseEvent) {
    click.prevent_default();
    driver.send(event.clone());
}

#[component]
fn Abilities(abilities: Vec<String>, note: &'static str) -> impl IntoView {
    let lines = abilities
        .into_iter()
        .map(|ability| ("", Glyph::Check, Phrase::given(ability)));
    let lines = lines.chain([("portal-note", Glyph::Info, note.into())]);
    let draw = |(class, glyph, phrase)| {
        view! {
            <li class=class>
                <Icon glyph />
                <span><Words phrase /></span>
            </li>
        }
    };
    view! { <ul class="portal-abilities">{lines.map(draw).collect_view()}</ul> }
}

#[component]
fn AccountCard(account: (Phrase, Option<Phrase>)) -> impl IntoView {
    let (name, since) = account;
    view! {
        <div class="portal-account">
            <b><Words phrase=name /></b>
            {since.map(|since| view! { <span><Words phrase=since /></span> })}
        </div>
    }
}

#[component]
fn Ways(driver: Driver, ways: Vec<Way>) -> impl IntoView {
    view! {
        <form class="portal-actions" method=driver.method()>
            <WayButtons driver ways />
        </form>
    }
}

#[component]
pub fn WayButtons(driver: Driver, ways: Vec<Way>) -> impl IntoView {
    let draw = |way: Way| match way.link.clone() {
        Some(link) => Either::Left(view! { <WayLink driver way link /> }),
        None => Either::Right(view! { <WayButton driver way /> }),
    };
    ways.into_iter().map(draw).collect_view()
}

#[component]
fn WayButton(driver: Driver, way: Way) -> impl IntoView {
    let Way {
        label, event, kind, ..
    } = way;
    let waits = event == Event::DisconnectPressed;
    let busy = Memo::new(move |_| waits && driver.portal.read().busy);
    view! {
        <button
            class="button"
            name="portal-press"
            value=driver.press(&event)
            formnovalidate=true
            data-kind=kind.as_str()
            data-wide=""
            data-early=driver.early(&event)
            aria-busy=move || busy.get().then_some("true")
            on:click=move |click| send(driver, &event, &click)
        >
            <span class="button-label"><span><Words phrase=label /></span></span>
            {move || busy.get().then(|| view! { <span class="button-busy" aria-hidden="true"></span> })}
        </button>
    }
}

/// A link to the page of the window, which says to this one that it is there; or out of the portal.
#[component]
fn WayLink(driver: Driver, way: Way, link: Link) -> impl IntoView {
    let Way {
        label, event, kind, ..
    } = way;
    let (href, target) = match link {
        Link::Tab => (driver.window_page(), Some("_blank")),
        Link::Out(address) => (address, None),
    };
    view! {
        <a
            class="button"
            href=href
            target=target
            rel=target.map(|_| "opener")
            data-kind=kind.as_str()
            data-wide=""
            data-press=driver.press(&event)
            data-early=driver.early(&event)
            on:click=move |_| driver.send(event.clone())
        >
            <span class="button-label"><span><Words phrase=label /></span></span>
        </a>
    }
}
