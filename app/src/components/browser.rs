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
