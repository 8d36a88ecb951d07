//! A question before something is taken away.

use leptos::{html, prelude::*};

use super::{
    alert::Alert,
    button::{Button, ButtonKind},
};

/// A native modal dialog: the browser keeps the focus inside and gives it back. `children` say what
/// will happen. It closes itself on Cancel and Escape; the caller closes it when it is done.
#[component]
pub fn ConfirmDialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// The verb on the button.
    confirm: &'static str,
    #[prop(into, optional)] busy: Signal<bool>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into)] on_confirm: Callback<()>,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // It fails only for a dialog that is not in the page.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let children = StoredValue::new(children);
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            aria-labelledby="confirm-title"
            on:close=move |_| open.set(false)
        >
            <Show when=move || open.get()>
                <div class="dialog-body">
                    <h2 id="confirm-title">{move || title.get()}</h2>
                    {children.with_value(|children| children())}
                    {move || error.get().map(|error| view! { <Alert>{error}</Alert> })}
                </div>
                <div class="dialog-foot">
                    <Button on:click=move |_| open.set(false)>"Cancel"</Button>
                    <Button
                        kind=ButtonKind::Danger
                        busy
                        on:click=move |_| {
                            if !busy.get_untracked() {
                                on_confirm.run(());
                            }
                        }
                    >
                        {confirm}
                    </Button>
                </div>
            </Show>
        </dialog>
    }
    .into_any()
}
