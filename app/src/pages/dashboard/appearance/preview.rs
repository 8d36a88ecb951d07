//! The portal itself beside the form, in frames: what is chosen is put into their documents at once.

use leptos::{html, prelude::*, web_sys};

use super::draft::Draft;
use crate::{
    appearance::{Ground, style},
    contract::appearance::Theme,
    pages::portal::LOOK_ID,
};

#[component]
pub fn Preview(draft: Draft, project_id: String, app_name: String) -> impl IntoView {
    let frames = Ground::BOTH.map(|ground| {
        view! { <PreviewFrame draft ground project_id=project_id.clone() app_name=app_name.clone() /> }
    });
    view! {
        <section class="previews" aria-label="Preview">{frames.into_iter().collect_view()}</section>
    }
    .into_any()
}

#[component]
fn PreviewFrame(
    draft: Draft,
    ground: Ground,
    project_id: String,
    app_name: String,
) -> impl IntoView {
    let frame = NodeRef::<html::Iframe>::new();
    let initial: String = app_name
        .chars()
        .find(|letter| letter.is_alphanumeric())
        .into_iter()
        .collect();
    let initial = initial.to_uppercase();
    let draw = move || {
        let (rule, picture) = (style(&draft.look()), draft.picture());
        let document = frame.get().and_then(|frame| frame.content_document());
        if let Some(document) = document {
            show(&document, &rule, picture.as_deref(), &initial);
        }
    };
    Effect::new(draw.clone());
    let dark = ground == Ground::Dark;
    let unused = move || match draft.theme.get() {
        Theme::System => false,
        Theme::Light => dark,
        Theme::Dark => !dark,
    };
    let (title, caption) = match ground {
        Ground::Light => ("The portal in the light theme", "Light"),
        Ground::Dark => ("The portal in the dark theme", "Dark"),
    };
    view! {
        <figure hidden=unused>
            <div class="preview-frame">
                <iframe
                    node_ref=frame
                    title=title
                    src=format!("/ui/preview?projectId={project_id}&dark={dark}")
                    tabindex="-1"
                    // A document that comes later than this page has what is stored.
                    on:load=move |_| untrack(&draw)
                ></iframe>
            </div>
            <figcaption class="muted">{caption}</figcaption>
        </figure>
    }
    .into_any()
}

/// Puts the choices into the document of a preview, which has no script of its own.
fn show(document: &web_sys::Document, rule: &str, picture: Option<&str>, initial: &str) {
    if let Some(sheet) = document.get_element_by_id(LOOK_ID) {
        sheet.set_text_content(Some(rule));
    }
    let tile = document.query_selector(".portal-pair .logo").ok().flatten();
    let Some(tile) = tile else { return };
    let drawn = if picture.is_some() { "img" } else { "b" };
    let Ok(element) = document.create_element(drawn) else {
        return;
    };
    if let Some(src) = picture {
        for (name, value) in [("src", src), ("alt", ""), ("width", "24"), ("height", "24")] {
            // These names are ones that elements take.
            let _ = element.set_attribute(name, value);
        }
    } else {
        element.set_class_name("portal-initial");
        element.set_text_content(Some(initial));
    }
    tile.set_text_content(None);
    // A fresh element can stand anywhere.
    let _ = tile.append_child(&element);
}
