//! Reads what the server sends from JavaScript values: the shapes of `crate::contract`, by the
//! names they have on the wire.

use js_sys::{Array, JSON, Object, Reflect};
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
        portal::{ConnectMethod, Field, FieldOption, Hosted, PortalPage, Scope},
        setting::{SettingField, SettingList},
    },
    pages::portal::{
        account::{Account, Day},
        boot::PortalBoot,
        state::{Connection, Progress},
        strings::Strings,
        view::settings::lists::{HostList, Page},
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

/// The accounts of that integration in a `UserState` that are meant. A name that none of them has
/// means one more, and so none of them.
pub fn accounts(user: &JsValue, integration_type: &str, choice: &AccountChoice) -> Vec<Account> {
    let integration = get(&get(user, "integrations"), integration_type);
    let credentials = get(&integration, "allCredentials");
    let Some(selected) = &choice.selected_credential_id else {
        let called = |credential: &JsValue| text(credential, "externalId") == choice.external_id;
        let adds = choice.allow_multiple_credentials && choice.external_id.is_some();
        let known = |credential: &JsValue| called(credential).then_some(());
        if adds && list(&credentials, known).is_empty() {
            return Vec::new();
        }
        return list(&credentials, one_account);
    };
    let external_id = selected.strip_prefix("ext:").unwrap_or(selected);
    let meant = |credential: &JsValue| {
        text(credential, "id").as_ref() == Some(selected)
            || text(credential, "externalId").as_deref() == Some(external_id)
    };
    let one = |credential: &JsValue| meant(credential).then(|| one_account(credential)).flatten();
    list(&credentials, one)
}

fn one_account(credential: &JsValue) -> Option<Account> {
    let status = text(credential, "status")?;
    let scopes = get(credential, "scopes");
    Some(Account {
        id: text(credential, "id")?,
        method: text(credential, "accountType").unwrap_or_default(),
        name: text(&get(credential, "providerData"), "accountName"),
        external_id: text(credential, "externalId"),
        since: text(credential, "dateCreated")
            .as_deref()
            .and_then(Day::read),
        valid: status == "VALID",
        pending: status == "PENDING",
        scopes: Array::is_array(&scopes).then(|| list(&scopes, JsValue::as_string)),
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
    let accounts = get(&get(&known, "hosted"), "accounts");
    Some(PortalBoot {
        page: if known.is_undefined() {
            Err(error(&get(&page, "Err"))?)
        } else {
            Ok(portal_page(&known)?)
        },
        strings: strings(&Array::from(&facts.get(1))),
        accounts: list(&accounts, one_account),
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
        methods: list(&get(page, "methods"), method),
        parent_origin: text(page, "parentOrigin"),
        hosted: hosted(&get(page, "hosted")),
        package_url: text(page, "packageUrl"),
        settings: get(page, "settings").is_truthy(),
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
        // The machine has them from the facts.
        accounts: Vec::new(),
    })
}

fn method(value: &JsValue) -> Option<ConnectMethod> {
    Some(ConnectMethod {
        id: text(value, "id")?,
        label: text(value, "label")?,
        help: text(value, "help"),
        window: get(value, "window").is_truthy(),
        fields: list(&get(value, "fields"), field),
        scopes: list(&get(value, "scopes"), scope),
        continues_on: text(value, "continuesOn"),
        help_url: text(value, "helpUrl"),
        redirect_uri: text(value, "redirectUri"),
    })
}

fn scope(value: &JsValue) -> Option<Scope> {
    Some(Scope {
        name: text(value, "name")?,
        label: text(value, "label")?,
    })
}

/// What the owner of an account is asked.
pub fn questions(value: &JsValue) -> Vec<Field> {
    list(value, field)
}

fn option(value: &JsValue) -> Option<FieldOption> {
    Some(FieldOption {
        value: text(value, "value")?,
        label: text(value, "label")?,
    })
}

fn field(value: &JsValue) -> Option<Field> {
    Some(Field {
        name: text(value, "name")?,
        label: text(value, "label")?,
        secret: get(value, "secret").is_truthy(),
        multiline: get(value, "multiline").is_truthy(),
        optional: get(value, "optional").is_truthy(),
        help: text(value, "help"),
        placeholder: text(value, "placeholder"),
        pattern: text(value, "pattern"),
        options: list(&get(value, "options"), option),
    })
}

/// What an account is set to.
pub fn settings(value: &JsValue) -> Vec<SettingField> {
    list(value, setting)
}

fn setting(value: &JsValue) -> Option<SettingField> {
    let values = Object::from(get(value, "values"));
    let values = Object::entries(&values).into_iter().filter_map(|entry| {
        let entry = Array::from(&entry);
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    });
    let provided = |value: &JsValue| {
        Some(SettingList {
            searches: get(value, "searches").is_truthy(),
        })
    };
    Some(SettingField {
        id: text(value, "id")?,
        kind: word(value, "type")?,
        title: text(value, "title")?,
        help: text(value, "help"),
        placeholder: text(value, "placeholder"),
        required: get(value, "required").is_truthy(),
        options: list(&get(value, "options"), option),
        fields: list(&get(value, "fields"), JsValue::as_string),
        key: text(value, "key"),
        lists: list(&get(value, "lists"), provided),
        copy: text(value, "copy"),
        values: values.collect(),
        stored: get(value, "stored").is_truthy(),
    })
}

/// A page of a list, the server's or the host page's; none where there is no list.
pub fn page(value: &JsValue) -> Option<Page> {
    let options = get(value, "options");
    Array::is_array(&options).then(|| Page {
        options: list(&options, option),
        next: text(value, "next"),
        refreshes: get(value, "refreshes").is_truthy(),
    })
}

/// The application's fields; none where it has none.
pub fn host_list(value: &JsValue) -> Option<HostList> {
    let flag = |key| get(value, key).is_truthy();
    let first = get(value, "defaults");
    Some(HostList {
        fields: page(value)?.options,
        defaults: Array::is_array(&first).then(|| list(&first, JsValue::as_string)),
        removes: flag("removes"),
        creates: flag("creates"),
        loads: flag("loads"),
    })
}
