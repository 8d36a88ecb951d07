//! What users are asked for once they are connected: a list that the operator edits.

mod form;

use leptos::prelude::*;

use self::form::SettingForm;
use crate::{
    components::{Card, Problem, on_result},
    contract::{
        dashboard::IntegrationDetail,
        setting::{Setting, SettingType},
    },
    server_fns::integrations::save_asked,
};

/// The place of the setting in hand, new ones behind the last, and what it was.
type InHand = RwSignal<Option<(usize, Setting)>>;

#[component]
pub fn AskedCard(detail: RwSignal<IntegrationDetail>, project_id: String) -> impl IntoView {
    let problem = Problem::new(None);
    let in_hand = InHand::new(None);
    let send = Action::new(move |settings: &Vec<Setting>| {
        let integration_type = detail.read_untracked().row.integration_type.clone();
        save_asked(project_id.clone(), integration_type, settings.clone())
    });
    on_result(send, problem, move |fresh| {
        in_hand.set(None);
        detail.set(fresh);
    });
    let change = Callback::new(move |edit: Edit| {
        problem.set(None);
        let mut settings = detail.read_untracked().settings.clone();
        match edit {
            Edit::Put(place, setting) if place < settings.len() => settings[place] = *setting,
            Edit::Put(_, setting) => settings.push(*setting),
            Edit::Up(place) => settings.swap(place - 1, place),
            Edit::Remove(place) => _ = settings.remove(place),
        }
        send.dispatch(settings);
    });
    let begin = move |event| {
        let kind = event_target_value(&event);
        let kind = SettingType::ALL
            .into_iter()
            .find(|known| known.as_str() == kind);
        if let Some(kind) = kind {
            let place = detail.read_untracked().settings.len();
            let setting = Setting {
                kind,
                required: true,
                ..Setting::default()
            };
            problem.set(None);
            in_hand.set(Some((place, setting)));
        }
    };
    view! {
        <Card
            title="User settings"
            text="What each user can set. Your app writes them through the SDK, and reads them as sharedSettings."
        >
            <ul class="lines">
                {move || detail
                    .read()
                    .settings
                    .iter()
                    .cloned()
                    .enumerate()
                    .map(|(place, setting)| view! { <Line place setting in_hand change /> })
                    .collect_view()}
            </ul>
            {move || match in_hand.get() {
                Some((place, setting)) => view! {
                    <SettingForm detail place setting problem busy=send.pending() in_hand change />
                }
                .into_any(),
                None => view! {
                    <div class="field">
                        <label for="field-add-setting">"Add a setting"</label>
                        <select class="input" id="field-add-setting" on:change=begin>
                            <option value="">"Choose a type"</option>
                            {SettingType::ALL
                                .map(|kind| view! { <option value=kind.as_str()>{name(kind)}</option> })
                                .collect_view()}
                        </select>
                    </div>
                }
                .into_any(),
            }}
            <p class="field-error" role="alert" hidden=move || problem.read().is_none() || in_hand.read().is_some()>
                {move || problem.get().map(|problem| problem.message)}
            </p>
        </Card>
    }
    .into_any()
}

enum Edit {
    Put(usize, Box<Setting>),
    Up(usize),
    Remove(usize),
}

fn name(kind: SettingType) -> &'static str {
    match kind {
        SettingType::TextNoVars => "Text",
        SettingType::TextareaNoVars => "Long text",
        SettingType::Number => "Number",
        SettingType::Email => "E-mail address",
        SettingType::Url => "Web address",
        SettingType::Password => "Password",
        SettingType::BooleanInput => "Checkbox",
        SettingType::Switch => "Switch",
        SettingType::Enum => "Choice",
        SettingType::DynamicEnum => "Choice of the provider's",
        SettingType::CustomDropdown => "Choice of your app's",
        SettingType::ComboInput => "Two choices of the provider's",
        SettingType::DynamicComboInput => "Two choices of the provider's, dynamic",
        SettingType::FieldMapper => "Field mapping",
        SettingType::CopyableButtonInput => "Text to copy",
        SettingType::Permission => "Permissions",
        SettingType::File => "File",
    }
}

#[component]
fn Line(place: usize, setting: Setting, in_hand: InHand, change: Callback<Edit>) -> impl IntoView {
    let called = setting.title.clone();
    let edited = setting.clone();
    let button = |label: &'static str, press: Box<dyn Fn() + Send + Sync>| {
        view! {
            <button class="button" type="button" data-kind="quiet" data-size="small" on:click=move |_| press()>
                {label}
                <span class="visually-hidden">" " {called.clone()}</span>
            </button>
        }
    };
    let up = (place > 0).then(|| button("Up", Box::new(move || change.run(Edit::Up(place)))));
    let edit = button(
        "Edit",
        Box::new(move || in_hand.set(Some((place, edited.clone())))),
    );
    let remove = button("Remove", Box::new(move || change.run(Edit::Remove(place))));
    view! {
        <li>
            <div>
                <p class="field-name">{setting.title}</p>
                <p class="muted">{name(setting.kind)} {setting.required.then_some(", required")}</p>
            </div>
            <code>{setting.id}</code>
            {up}
            {edit}
            {remove}
        </li>
    }
    .into_any()
}
