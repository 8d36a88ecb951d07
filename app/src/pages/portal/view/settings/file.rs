//! A file, read here and sent as text.

use leptos::{ev, prelude::*};

use super::Faults;
use crate::{
    components::browser::read_file, contract::setting::SettingField,
    pages::portal::strings::Strings,
};

/// The largest file, in bytes; the server has the same.
const MAX_FILE: usize = 128 * 1024;

#[component]
pub fn FileInput(
    setting: SettingField,
    faults: Faults,
    strings: &'static Strings,
) -> impl IntoView {
    let chosen = RwSignal::new((String::new(), String::new()));
    let id = setting.id.clone();
    let input = format!("setting-{id}");
    let required = (setting.required && !setting.stored).then_some(strings.required);
    let (key, title) = (id.clone(), setting.title.clone());
    let choose = move |event: ev::Event| {
        let name = file_name(&event);
        let (key, title) = (key.clone(), title.clone());
        read_file(&event, move |file| {
            let file = file.filter(|file| file.size <= MAX_FILE);
            faults.update(|faults| match &file {
                Some(_) => _ = faults.remove(&key),
                None => _ = faults.insert(key.clone(), strings.unlike(&title)),
            });
            let address = file.map(|file| named(&file.address, &name));
            let address = address.unwrap_or_default();
            chosen.set(match address.is_empty() {
                true => Default::default(),
                false => (name.clone(), address),
            });
        });
    };
    view! {
        <label for=input.clone()>
            <bdi>{setting.title.clone()}</bdi>
            {required.map(|word| view! { <small>{word}</small> })}
        </label>
        <input class="input" id=input type="file" on:change=choose />
        // What is sent. It can be asked whether it is filled in, unlike a hidden one.
        <input
            class="visually-hidden"
            name=id
            type="text"
            tabindex="-1"
            aria-hidden="true"
            required=required.is_some()
            data-label=setting.title
            prop:value=move || chosen.get().1
        />
        <p class="field-help" role="status">
            {move || match chosen.get().0 {
                name if name.is_empty() => strings.file_limit.to_owned(),
                name => name,
            }}
        </p>
    }
}

fn file_name(event: &ev::Event) -> String {
    let input: leptos::web_sys::HtmlInputElement = event_target(event);
    let file = input.files().and_then(|files| files.get(0));
    file.map_or_else(String::new, |file| file.name())
}

/// The address with the file's name in it.
fn named(address: &str, name: &str) -> String {
    let name = String::from(js_sys::encode_uri_component(name));
    address.replacen(";base64,", &format!(";name={name};base64,"), 1)
}
