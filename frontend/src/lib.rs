//! The browser's entry points: each page's document calls the one it was rendered for.

use wasm_bindgen::prelude::wasm_bindgen;

/// Wakes the portal.
#[cfg(feature = "portal")]
#[wasm_bindgen]
pub fn hydrate_portal() {
    hydrate(app::pages::portal::PortalApp);
}

/// Wakes the dashboard.
#[cfg(feature = "dashboard")]
#[wasm_bindgen]
pub fn hydrate_dashboard() {
    hydrate(app::pages::dashboard::DashboardApp);
}

#[cfg(any(feature = "portal", feature = "dashboard"))]
fn hydrate<V: leptos::IntoView + 'static>(page: fn() -> V) {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(page);
}
