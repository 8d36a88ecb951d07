//! What users are asked for once they are connected: a list that the operator edits.

use leptos::prelude::*;

use crate::{
    components::{
        Button, ButtonKind, Card, Form, FormValues, Problem, TextArea, TextInput, on_result,
    },
    contract::{
        dashboard::IntegrationDetail,
        portal::FieldOption,
        setting::{Setting, SettingScope, SettingType},
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

#[component]
fn SettingForm(
    detail: RwSignal<IntegrationDetail>,
    place: usize,
    setting: Setting,
    problem: Problem,
    #[prop(into)] busy: Signal<bool>,
    in_hand: InHand,
    change: Callback<Edit>,
) -> impl IntoView {
    let kind = setting.kind;
    let lists = detail.read_untracked().lists.clone();
    let submit =
        move |values: FormValues| change.run(Edit::Put(place, Box::new(read(kind, &values))));
    let source = |part: &'static str, label: &'static str, chosen: Option<String>| {
        let options = lists.iter().map(|list| {
            let selected = chosen.as_ref() == Some(&list.value);
            view! { <option value=list.value.clone() selected=selected>{list.label.clone()}</option> }
        });
        view! {
            <div class="field">
                <label for=format!("field-{part}")>{label}</label>
                <select class="input" id=format!("field-{part}") name=part>
                    <option value="">"None"</option>
                    {options.collect_view()}
                </select>
            </div>
        }
        .into_any()
    };
    let area = |part: &'static str, label: &'static str, help: &'static str, value: String| {
        view! { <TextArea name=part label=label help=help value=value rows=4 /> }.into_any()
    };
    let fields = |help: &'static str, fields: &[String]| {
        area("fields", "Your app's fields", help, fields.join("\n"))
    };
    let key = |help: &'static str, value: Option<String>| {
        view! { <TextInput name="key" label="Key" help=help value=value.unwrap_or_default() /> }
            .into_any()
    };
    let Setting {
        id,
        title,
        tooltip,
        required,
        ..
    } = setting.clone();
    let pairs = |options: &[FieldOption]| {
        let lines = options
            .iter()
            .map(|option| format!("{}: {}", option.value, option.label));
        lines.collect::<Vec<_>>().join("\n")
    };
    let parts = match kind {
        SettingType::Enum => vec![area(
            "values",
            "Choices",
            "One a line: value: Label",
            pairs(&setting.values),
        )],
        SettingType::DynamicEnum => vec![source("source", "List", setting.source)],
        SettingType::CustomDropdown => vec![
            key("Your app gives the choices under this key.", setting.key),
            area(
                "values",
                "Choices without your app",
                "One a line: value: Label",
                pairs(&setting.values),
            ),
        ],
        SettingType::ComboInput | SettingType::DynamicComboInput => {
            let mut parts = vec![
                source("source", "First list", setting.source),
                source("dependentSource", "Second list", setting.dependent_source),
            ];
            if kind == SettingType::ComboInput {
                parts.push(source("fieldSource", "Fields", setting.field_source));
                parts.push(fields(
                    "One a line, with a list of fields.",
                    &setting.fields,
                ));
            }
            parts
        }
        SettingType::FieldMapper => vec![
            fields(
                "One a line. Leave it empty where your app gives them.",
                &setting.fields,
            ),
            key("Your app gives the fields under this key.", setting.key),
            source("source", "Objects", setting.source),
            source("dependentSource", "Fields", setting.dependent_source),
        ],
        SettingType::CopyableButtonInput => vec![
            view! {
                <TextInput name="copyText" label="Text" value=setting.copy_text.unwrap_or_default()
                    help="{credentialId} and {userId} are filled in." />
            }
            .into_any(),
        ],
        SettingType::Permission => {
            let lines = setting.scopes.iter().map(|scope| {
                let mark = if scope.required { "!" } else { "" };
                format!("{mark}{}: {}", scope.name, scope.description)
            });
            let lines: Vec<String> = lines.collect();
            vec![area(
                "scopes",
                "Scopes",
                "One a line: scope: What it allows. With ! in front it cannot be taken away.",
                lines.join("\n"),
            )]
        }
        _ => vec![],
    };
    view! {
        <Form fields=&[] problem busy on_submit=submit>
            <p class="field-name">{name(kind)}</p>
            <TextInput name="title" label="Title" value=title required=true />
            <TextInput name="id" label="ID" value=id required=true help="The name of the value in your code." />
            <TextInput name="tooltip" label="Help" value=tooltip.unwrap_or_default() />
            {parts}
            <label class="choice">
                <input type="checkbox" name="required" value="yes" checked=required />
                <span>"Required"</span>
            </label>
            <div class="form-foot">
                <Button submit=true busy=busy>"Save setting"</Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| in_hand.set(None)>"Cancel"</Button>
            </div>
        </Form>
    }
    .into_any()
}

fn read(kind: SettingType, values: &FormValues) -> Setting {
    let text = |name: &str| values.get(name).trim().to_owned();
    let some = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
    let lines = |name: &str| -> Vec<String> {
        let text = values.get(name);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    };
    // What has no label is called as it is.
    let pair = |line: &str| {
        let (value, label) = line.split_once(':').unwrap_or((line, line));
        (value.trim().to_owned(), label.trim().to_owned())
    };
    let option = |line: &String| {
        let (value, label) = pair(line);
        FieldOption { value, label }
    };
    let scope = |line: &String| {
        let (name, description) = pair(line.trim_start_matches('!'));
        SettingScope {
            name,
            description,
            label: None,
            required: line.starts_with('!'),
        }
    };
    Setting {
        id: text("id"),
        kind,
        title: text("title"),
        tooltip: some("tooltip"),
        placeholder: None,
        required: !values.get("required").is_empty(),
        values: lines("values").iter().map(option).collect(),
        key: some("key"),
        source: some("source"),
        dependent_source: some("dependentSource"),
        field_source: some("fieldSource"),
        fields: lines("fields"),
        copy_text: some("copyText"),
        scopes: lines("scopes").iter().map(scope).collect(),
    }
}
