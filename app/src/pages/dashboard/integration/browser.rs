//! What browsers may have: the access token, and pages of the app that take codes.

use leptos::prelude::*;

use crate::{
    components::{
        Button, Card, Form, FormValues, Glyph, Icon, Problem, TextArea, field_error, on_result,
    },
    contract::dashboard::{BrowserSettings, IntegrationDetail},
    server_fns::integrations::save_browser,
    validate,
};

#[component]
pub fn BrowserCard(
    detail: RwSignal<IntegrationDetail>,
    settings: BrowserSettings,
    project_id: String,
) -> impl IntoView {
    let problem = Problem::new(None);
    let send = Action::new(move |settings: &BrowserSettings| {
        let integration_type = detail.read_untracked().row.integration_type.clone();
        save_browser(project_id.clone(), integration_type, settings.clone())
    });
    on_result(send, problem, move |fresh| detail.set(fresh));
    let submit = move |values: FormValues| {
        let typed = values.get("redirect_urls");
        let urls = typed.lines().filter(|line| !line.trim().is_empty());
        match urls.map(validate::redirect_url).collect() {
            Ok(redirect_urls) => {
                problem.set(None);
                send.dispatch(BrowserSettings {
                    access_token: !values.get("access_token").is_empty(),
                    redirect_urls,
                });
            }
            Err(error) => problem.set(Some(error)),
        }
    };
    let saved = move || {
        !send.pending().get()
            && problem.read().is_none()
            && matches!(send.value().get(), Some(Ok(_)))
    };
    view! {
        <Card
            title="In the browser"
            text="Both are off unless you need them: the portal and the proxy keep tokens and codes on this server."
        >
            <Form fields=&["redirect_urls"] problem busy=send.pending() on_submit=submit>
                <label class="choice">
                    <input type="checkbox" name="access_token" value="yes" checked=settings.access_token />
                    <span>
                        "Give the access token to the user's own browser"
                        <span>
                            "For file pickers of the provider, which want it there. Scripts of your page can read it."
                        </span>
                    </span>
                </label>
                <TextArea
                    name="redirect_urls"
                    label="Redirect pages of your app"
                    value=settings.redirect_urls.join("\n")
                    rows=3
                    help="One address a line, to the letter. Authorization codes are sent there in place of the redirect URI above; register each at the provider."
                    error=field_error(problem, "redirect_urls")
                />
                <div class="form-foot">
                    <Button submit=true busy=send.pending()>"Save browser settings"</Button>
                    <span class="saved" role="status">
                        {move || saved().then(|| view! { <Icon glyph=Glyph::Check />"Saved" })}
                    </span>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}
