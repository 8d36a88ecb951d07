//! What components ask of the browser. On the server each of these does nothing.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};

/// False in the server's render and while the page wakes, true from then on.
pub fn use_hydrated() -> ReadSignal<bool> {
    let (hydrated, set_hydrated) = signal(false);
    Effect::new(move |_| set_hydrated.set(true));
    hydrated
}

/// Puts text on the clipboard; false when the browser refuses.
#[cfg(feature = "hydrate")]
pub async fn copy_text(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    // Browsers leave the clipboard out of pages that were not loaded over https or loopback.
    if clipboard.is_undefined() {
        return false;
    }
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text))
        .await
        .is_ok()
}

#[cfg(not(feature = "hydrate"))]
pub async fn copy_text(_text: &str) -> bool {
    false
}

/// A file that somebody chose.
pub struct ChosenFile {
    /// In bytes.
    pub size: usize,
    /// The whole file as a `data:` address in Base64.
    pub address: String,
}

/// Reads the first file of the input that the event is of; none where it is taken back.
#[cfg(feature = "hydrate")]
pub fn read_file(event: &leptos::ev::Event, done: impl Fn(Option<ChosenFile>) + 'static) {
    use leptos::wasm_bindgen::closure::Closure;

    let input: web_sys::HtmlInputElement = event_target(event);
    let file = input.files().and_then(|files| files.get(0));
    // Choosing the same file once more is a choice, too.
    input.set_value("");
    let (Some(file), Ok(reader)) = (file, web_sys::FileReader::new()) else {
        return done(None);
    };
    // Sizes of files are whole numbers.
    let size = file.size() as usize;
    let read = reader.clone();
    let loaded = Closure::once_into_js(move || {
        let address = read.result().ok().and_then(|result| result.as_string());
        done(address.map(|address| ChosenFile { size, address }));
    });
    reader.set_onloadend(Some(loaded.unchecked_ref()));
    // A file that cannot be read ends as well, without a result.
    let _ = reader.read_as_data_url(&file);
}

#[cfg(not(feature = "hydrate"))]
pub fn read_file(_event: &leptos::ev::Event, _done: impl Fn(Option<ChosenFile>) + 'static) {}

/// Loads a page anew, so that nothing of the old one stays in memory.
pub fn go(path: &str) {
    // A browser that refuses to leave the page stays where it is.
    let _ = window().location().set_href(path);
}

/// Moves the focus to the form's input of that name; false when there is none.
pub fn focus_field(form: &web_sys::HtmlFormElement, name: &str) -> bool {
    form.elements()
        .named_item(name)
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}
