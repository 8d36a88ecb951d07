//! Lists of choices that somebody else has: the provider, or the host page.

use leptos::prelude::*;

use crate::{
    components::{Glyph, Icon},
    contract::{portal::FieldOption, setting::SettingField},
    pages::portal::{driver::Driver, strings::Strings},
};

/// Which page of which list.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub setting: String,
    /// The list that depends on a choice in the first.
    pub second: bool,
    pub chosen: String,
    /// What was chosen in the second, for the list that depends on one of both.
    pub then: String,
    pub search: String,
    pub cursor: Option<String>,
    /// What the host page knows it by, where it has it.
    pub host: Option<(&'static str, String)>,
}

#[derive(Clone, Debug, Default)]
pub struct Page {
    pub options: Vec<FieldOption>,
    pub next: Option<String>,
    /// It is asked for anew whenever somebody opens the list.
    pub refreshes: bool,
}

/// The application's fields, of a mapping.
#[derive(Clone, Debug, Default)]
pub struct HostList {
    pub fields: Vec<FieldOption>,
    /// Those that are mapped at first; none means all.
    pub defaults: Option<Vec<String>>,
    pub removes: bool,
    pub creates: bool,
    /// The provider's lists are the host page's, too.
    pub loads: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Loading,
    Here,
    Failed,
}

/// A list as far as it is here. A copy is a handle to the same one.
#[derive(Clone, Copy)]
pub struct Offer {
    pub options: RwSignal<Vec<FieldOption>>,
    wanted: RwSignal<Wanted>,
    status: RwSignal<Status>,
    turn: RwSignal<u32>,
    refreshes: RwSignal<bool>,
    searches: bool,
}

impl Offer {
    /// What stands in the page is here from the start.
    pub fn listed(options: Vec<FieldOption>) -> Self {
        Self {
            options: RwSignal::new(options),
            wanted: RwSignal::new(Wanted::default()),
            status: RwSignal::new(Status::Here),
            turn: RwSignal::new(0),
            refreshes: RwSignal::new(false),
            searches: false,
        }
    }

    /// Loads at once, unless it waits for a choice.
    pub fn new(driver: Driver, wanted: Wanted, searches: bool, waits: bool) -> Self {
        let offer = Self {
            wanted: RwSignal::new(wanted),
            searches,
            ..Self::listed(Vec::new())
        };
        if !waits {
            offer.load(driver);
        }
        offer
    }

    /// Begins anew for what was chosen in the first list.
    pub fn follow(self, driver: Driver, chosen: String) {
        self.wanted.update(|wanted| {
            wanted.chosen = chosen;
            wanted.search.clear();
            wanted.cursor = None;
        });
        self.load(driver);
    }

    /// Somebody opens the list.
    pub fn open(self, driver: Driver) {
        if self.refreshes.get_untracked() {
            self.wanted.update(|wanted| wanted.cursor = None);
            self.load(driver);
        }
    }

    fn search(self, driver: Driver, text: String) {
        self.wanted.update(|wanted| {
            wanted.search = text;
            wanted.cursor = None;
        });
        self.load(driver);
    }

    fn load(self, driver: Driver) {
        self.turn.update(|turn| *turn += 1);
        self.status.set(Status::Loading);
        let turn = self.turn.get_untracked();
        leptos::task::spawn_local(async move {
            let wanted = self.wanted.get_untracked();
            let adds = wanted.cursor.is_some();
            let page = driver.list(wanted).await;
            // Somebody may have typed on, or left.
            if self.turn.try_get_untracked() != Some(turn) {
                return;
            }
            let Some(page) = page else {
                // What the operator wrote down stands in for a list that the host page lacks.
                let stands_in = !adds && !self.options.read_untracked().is_empty();
                self.status.set(if stands_in {
                    Status::Here
                } else {
                    Status::Failed
                });
                return;
            };
            self.wanted.update(|wanted| wanted.cursor = page.next);
            self.refreshes.set(page.refreshes);
            self.options.update(|options| {
                if !adds {
                    options.clear();
                }
                options.extend(page.options);
            });
            self.status.set(Status::Here);
        });
    }
}

/// A list of the provider's.
pub fn provided(driver: Driver, setting: &SettingField, place: usize, waits: bool) -> Offer {
    let wanted = Wanted {
        setting: setting.id.clone(),
        second: place == 1,
        ..Wanted::default()
    };
    let list = setting.lists.get(place).or(setting.lists.last());
    let searches = list.is_some_and(|list| list.searches);
    Offer::new(driver, wanted, searches, waits)
}

/// The provider's fields, beside two choices.
pub fn fields_of(driver: Driver, setting: &SettingField, chosen: String, then: String) -> Offer {
    let wanted = Wanted {
        setting: setting.id.clone(),
        chosen,
        then,
        ..Wanted::default()
    };
    let searches = setting.lists.get(2).is_some_and(|list| list.searches);
    Offer::new(driver, wanted, searches, false)
}

/// A list of the host page's.
pub fn hosted(driver: Driver, setting: &SettingField, kind: &'static str, waits: bool) -> Offer {
    let key = setting.key.clone().unwrap_or_default();
    let wanted = Wanted {
        host: Some((kind, key)),
        ..Wanted::default()
    };
    let offer = Offer::new(driver, wanted, false, waits);
    // The operator's own choices stand in while the host page has none.
    offer.options.set(setting.options.clone());
    offer
}

/// Searches the list, and loads more of it.
#[component]
pub fn OfferTools(
    driver: Driver,
    offer: Offer,
    label: String,
    strings: &'static Strings,
) -> impl IntoView {
    let failed = move || offer.status.get() == Status::Failed;
    let more = move || offer.status.get() == Status::Here && offer.wanted.read().cursor.is_some();
    let search = move |event| offer.search(driver, event_target_value(&event));
    view! {
        {offer.searches.then(|| view! {
            <input
                class="input"
                type="search"
                autocomplete="off"
                placeholder=strings.search
                aria-label=format!("{}: {label}", strings.search)
                on:change=search
            />
        })}
        <p class="field-help" role="status" hidden=move || offer.status.get() != Status::Loading>
            {strings.loading}
        </p>
        <p class="field-error" role="alert" hidden=move || !failed()>
            <Icon glyph=Glyph::Problem />
            <span>{strings.list_failed}</span>
        </p>
        <button
            class="button"
            type="button"
            data-kind="quiet"
            data-size="small"
            hidden=move || !failed() && !more()
            on:click=move |_| offer.load(driver)
        >
            {move || if failed() { strings.try_again } else { strings.more_choices }}
        </button>
    }
}
