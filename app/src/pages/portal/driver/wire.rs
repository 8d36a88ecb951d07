//! Reads what the server sends from JavaScript values: the shapes of `crate::contract`, by the
//! names they have on the wire.

use js_sys::{Array, JSON, Reflect};
use serde::{
    Deserialize,
    de::value::{Error, StrDeserializer},
};
use wasm_bindgen::JsValue;

use super::call::object;
use crate::{
    contract::{
        ApiError, ErrorCode,
        connect::{AccountChoice, Revocation, Ticket},
        portal::{ConnectMethod, Field, Hosted, PortalPage},
    },
    pages::portal::{
        account::{self, Account, Day},
        boot::PortalBoot,
        state::{Connection, Progress},
        strings::Strings,
    },
};

/// What `connect` led to.
pub enum Outcome {
    Window { flow_id: String, ticket: Ticket },
    Connected(Connection),
}

/// The member, or `undefined`.
pub fn get(value: &JsValue, key: &str) -> JsValue {
    Reflect::get(value, &key.into()).unwrap_or_default()
}

pub fn text(value: &JsValue, key: &str) -> Option<String> {
    get(value, key).as_string()
}

fn list<T>(value: &JsValue, read: impl Fn(&JsValue) -> Option<T>) -> Vec<T> {
    if !Array::is_array(value) {
        return Vec::new();
    }
    Array::from(value)
        .iter()
        .filter_map(|item| read(&item))
        .collect()
}

/// A word of a closed list.
fn word<T: for<'de> Deserialize<'de>>(value: &JsValue, key: &str) -> Option<T> {
    let word = text(value, key)?;
    T::deserialize(StrDeserializer::<Error>::new(&word)).ok()
}

pub fn error(value: &JsValue) -> Option<ApiError> {
    Some(ApiError {
        code: word(value, "code").unwrap_or(ErrorCode::Internal),
        message: text(value, "message")?,
        field: text(value, "field"),
    })
}

/// Which account the host page means.
pub fn choice(value: &JsValue) -> AccountChoice {
    AccountChoice {
        selected_credential_id: text(value, "selectedCredentialId"),
        external_id: text(value, "externalId"),
        allow_multiple_credentials: get(value, "allowMultipleCredentials").is_truthy(),
    }
}

/// As the server reads it.
pub fn choice_value(choice: AccountChoice) -> JsValue {
    object(&[
        ("selectedCredentialId", choice.selected_credential_id.into()),
        ("externalId", choice.external_id.into()),
        (
            "allowMultipleCredentials",
            choice.allow_multiple_credentials.into(),
        ),
    ])
}

/// The account of that integration in a `UserState` that is meant; none where one more is.
pub fn account(user: &JsValue, integration_type: &str, choice: &AccountChoice) -> Option<Account> {
    let integration = get(&get(user, "integrations"), integration_type);
    let credentials = get(&integration, "allCredentials");
    let Some(selected) = &choice.selected_credential_id else {
        let more = choice.allow_multiple_credentials;
        return account::choose(list(&credentials, one_account)).filter(|_| !more);
    };
    let external_id = selected.strip_prefix("ext:").unwrap_or(selected);
    let meant = |credential: &JsValue| {
        text(credential, "id").as_ref() == Some(selected)
            || text(credential, "externalId").as_deref() == Some(external_id)
    };
    let one = |credential: &JsValue| meant(credential).then(|| one_account(credential)).flatten();
    account::choose(list(&credentials, one))
}

/// Pending ones are none yet.
fn one_account(credential: &JsValue) -> Option<Account> {
    let valid = match text(credential, "status")?.as_str() {
        "VALID" => true,
        "INVALID" => false,
        _ => return None,
    };
    Some(Account {
        name: text(&get(credential, "providerData"), "accountName"),
        since: text(credential, "dateCreated")
            .as_deref()
            .and_then(Day::read),
        valid,
    })
}

fn connection(value: &JsValue) -> Option<Connection> {
    let credential = get(value, "credential");
    Some(Connection {
        account: one_account(&credential)?,
        credential: JSON::stringify(&credential).ok()?.into(),
    })
}

pub fn outcome(value: &JsValue) -> Option<Outcome> {
    Some(match text(value, "kind")?.as_str() {
        "window" => Outcome::Window {
            flow_id: text(value, "flow_id")?,
            ticket: Ticket(text(value, "ticket")?),
        },
        _ => Outcome::Connected(connection(value)?),
    })
}

pub fn progress(value: &JsValue) -> Option<Progress> {
    Some(match text(value, "state")?.as_str() {
        "pending" => Progress::Pending,
        "checking" => Progress::Checking,
        "connected" => Progress::Connected(connection(value)?),
        "failed" => Progress::Failed(error(value)?),
        "expired" => Progress::Expired,
        _ => Progress::Cancelled,
    })
}

pub fn revocation(value: &JsValue) -> Option<Revocation> {
    word(value, "revocation")
}

/// The facts in the document: `[Result<PortalPage, ApiError>, [String, …]]`.
pub fn boot(json: &str) -> Option<PortalBoot> {
    let facts = Array::from(&JSON::parse(json).ok()?);
    let page = facts.get(0);
    let known = get(&page, "Ok");
    Some(PortalBoot {
        page: if known.is_undefined() {
            Err(error(&get(&page, "Err"))?)
        } else {
            Ok(portal_page(&known)?)
        },
        strings: strings(&Array::from(&facts.get(1))),
    })
}

/// They live as long as the page.
fn strings(list: &Array) -> &'static Strings {
    let mut list = list.iter();
    let next = || {
        let text = list.next().and_then(|text| text.as_string());
        &*text.unwrap_or_default().leak()
    };
    Box::leak(Box::new(Strings::read(next)))
}

fn portal_page(page: &JsValue) -> Option<PortalPage> {
    Some(PortalPage {
        project_id: text(page, "projectId")?,
        app_name: text(page, "appName")?,
        app_logo: text(page, "appLogo"),
        integration_type: text(page, "integrationType")?,
        integration_id: text(page, "integrationId")?,
        name: text(page, "name")?,
        logo: text(page, "logo"),
        color: text(page, "color"),
        abilities: list(&get(page, "abilities"), JsValue::as_string),
        method: method(&get(page, "method"))?,
        continues_on: text(page, "continuesOn"),
        help_url: text(page, "helpUrl"),
        parent_origin: text(page, "parentOrigin"),
        hosted: hosted(&get(page, "hosted")),
    })
}

/// `null` has no members to ask for.
fn hosted(value: &JsValue) -> Option<Hosted> {
    if !value.is_object() {
        return None;
    }
    Some(Hosted {
        user_token: text(value, "userToken")?,
        recipient: text(value, "recipient")?,
        return_url: text(value, "returnUrl"),
    })
}

fn method(value: &JsValue) -> Option<ConnectMethod> {
    Some(match text(value, "kind")?.as_str() {
        "fields" => ConnectMethod::Fields {
            fields: list(&get(value, "fields"), field),
        },
        _ => ConnectMethod::OAuth {
            inputs: list(&get(value, "inputs"), field),
        },
    })
}

fn field(value: &JsValue) -> Option<Field> {
    Some(Field {
        name: text(value, "name")?,
        label: text(value, "label")?,
        secret: get(value, "secret").is_truthy(),
        help: text(value, "help"),
        placeholder: text(value, "placeholder"),
        pattern: text(value, "pattern"),
    })
}
