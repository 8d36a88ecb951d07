//! The form of one setting.

use leptos::prelude::*;

use super::{Edit, InHand, name};
use crate::{
    components::{Button, ButtonKind, Form, FormValues, Problem, TextArea, TextInput},
    contract::{
        dashboard::IntegrationDetail,
        portal::FieldOption,
        setting::{Setting, SettingScope, SettingType},
    },
};

#[component]
pub(super) fn SettingForm(
    detail: RwSignal<IntegrationDetail>,
    place: usize,
    setting: Setting,
    problem: Problem,
    #[prop(into)] busy: Signal<bool>,
    in_hand: InHand,
    change: Callback<Edit>,
) -> impl IntoView {
    let kind = setting.kind;
    let submit =
        move |values: FormValues| change.run(Edit::Put(place, Box::new(read(kind, &values))));
    let parts = parts(&setting, &detail.read_untracked().lists);
    let Setting {
        id,
        title,
        tooltip,
        required,
        ..
    } = setting;
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

/// What only settings of its kind have.
fn parts(setting: &Setting, lists: &[FieldOption]) -> Vec<AnyView> {
    let source = |part, label, chosen| source(lists, part, label, chosen);
    match setting.kind {
        SettingType::Enum => vec![choices("Choices", &setting.values)],
        SettingType::DynamicEnum => vec![source("source", "List", &setting.source)],
        SettingType::CustomDropdown => vec![
            key("Your app gives the choices under this key.", &setting.key),
            choices("Choices without your app", &setting.values),
        ],
        SettingType::DynamicComboInput => vec![
            source("source", "First list", &setting.source),
            source("dependentSource", "Second list", &setting.dependent_source),
        ],
        SettingType::ComboInput => vec![
            source("source", "First list", &setting.source),
            source("dependentSource", "Second list", &setting.dependent_source),
            source("fieldSource", "Fields", &setting.field_source),
            fields("One a line, with a list of fields.", &setting.fields),
        ],
        SettingType::FieldMapper => vec![
            fields(
                "One a line. Leave it empty where your app gives them.",
                &setting.fields,
            ),
            key("Your app gives the fields under this key.", &setting.key),
            source("source", "Objects", &setting.source),
            source("dependentSource", "Fields", &setting.dependent_source),
        ],
        SettingType::CopyableButtonInput => vec![copied(setting.copy_text.clone())],
        SettingType::Permission => vec![scopes(&setting.scopes)],
        _ => vec![],
    }
}

fn source(
    lists: &[FieldOption],
    part: &'static str,
    label: &'static str,
    chosen: &Option<String>,
) -> AnyView {
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
}

fn area(part: &'static str, label: &'static str, help: &'static str, lines: &[String]) -> AnyView {
    view! { <TextArea name=part label=label help=help value=lines.join("\n") rows=4 /> }.into_any()
}

fn choices(label: &'static str, options: &[FieldOption]) -> AnyView {
    let line = |option: &FieldOption| format!("{}: {}", option.value, option.label);
    let lines: Vec<String> = options.iter().map(line).collect();
    area("values", label, "One a line: value: Label", &lines)
}

fn fields(help: &'static str, fields: &[String]) -> AnyView {
    area("fields", "Your app's fields", help, fields)
}

fn scopes(scopes: &[SettingScope]) -> AnyView {
    let line = |scope: &SettingScope| {
        let mark = if scope.required { "!" } else { "" };
        format!("{mark}{}: {}", scope.name, scope.description)
    };
    let lines: Vec<String> = scopes.iter().map(line).collect();
    let help = "One a line: scope: What it allows. With ! in front it cannot be taken away.";
    area("scopes", "Scopes", help, &lines)
}

fn key(help: &'static str, value: &Option<String>) -> AnyView {
    let value = value.clone().unwrap_or_default();
    view! { <TextInput name="key" label="Key" help=help value=value /> }.into_any()
}

fn copied(text: Option<String>) -> AnyView {
    view! {
        <TextInput name="copyText" label="Text" value=text.unwrap_or_default()
            help="{credentialId} and {userId} are filled in." />
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
