//! Values for examples. None of them is or was a secret.

use serde_json::{Value, json};

pub const PROJECT: &str = "0190a5c2-7c11-7e52-9d1f-3c5a7b2e4f60";
pub const INTEGRATION: &str = "0190a5c2-8f3a-7b04-8c2d-5e6f7a8b9c0d";
pub const CREDENTIAL: &str = "7d9f3a52-6f0c-4a3e-9b1d-2c6f5a8e7b10";
pub const FLOW: &str = "0190a5c3-1b2c-7d3e-8f40-516273849506";
const DATE: &str = "2026-11-22T09:30:00Z";

pub fn credential() -> Value {
    json!({
        "id": CREDENTIAL,
        "projectId": PROJECT,
        "integrationId": INTEGRATION,
        "personaId": "user-1",
        "status": "VALID",
        "providerId": "T024BE7LD",
        "providerData": { "accountName": "Acme" },
        "dateCreated": DATE,
        "dateUpdated": DATE,
        "dateRefreshed": null,
        "dateValidUntil": "2026-11-22T10:30:00Z",
        "refreshFailureCount": 0,
        "externalId": "payroll",
        "accountType": "default",
        "scopes": ["channels:read"],
        "configurations": [{
            "id": "2b1e4c7a-90d5-4f38-a6c1-7e8d9f0a1b2c",
            "connectCredentialId": CREDENTIAL,
            "isDefault": true,
            "dateCreated": DATE,
            "sharedSettings": { "channel": "general" },
            "workflowSettings": {},
            "configMeta": {},
        }],
    })
}

pub fn link() -> Value {
    json!({
        "id": "6f0d2c1b-3a54-4e8f-9b77-d1c2e3f4a5b6",
        "integration": "slack",
        "recipient": "Dana",
        "status": "created",
        "dateCreated": DATE,
        "dateExpires": "2026-11-22T10:30:00Z",
    })
}

pub fn user() -> Value {
    json!({
        "authenticated": true,
        "userId": "user-1",
        "meta": { "Name": "Ada" },
        "integrations": {
            "slack": {
                "enabled": true,
                "credentialId": CREDENTIAL,
                "credentialStatus": "VALID",
                "providerId": "T024BE7LD",
                "providerData": { "accountName": "Acme" },
                "sharedSettings": { "channel": "general" },
                "workflowSettings": {},
                "allCredentials": [credential()],
            },
            "hubspot": { "enabled": false, "allCredentials": [] },
        },
        "resources": [],
        "project": {
            "id": PROJECT,
            "billingPlan": "self-hosted",
            "accessibleFeatures": ["headless-cp"],
        },
    })
}

pub fn integration() -> Value {
    json!({
        "id": INTEGRATION,
        "projectId": PROJECT,
        "type": "slack",
        "name": "Slack",
        "brandColor": "#4A154B",
        "isActive": true,
        "authenticationType": "oauth",
        "needPreOauthInputs": false,
        "hasCredential": true,
        "dateCreated": DATE,
        "dateUpdated": DATE,
        "configs": [{ "id": INTEGRATION, "integrationId": INTEGRATION, "values": {} }],
        "workflows": [],
        "sdkIntegrationConfig": {},
        "logo": "/logos/slack.svg",
    })
}

pub fn event() -> Value {
    json!({
        "id": "0190a5c4-2d3e-7f40-8152-637485960718",
        "cursor": "1042",
        "type": "connection.needs_reauth",
        "timestamp": DATE,
        "projectId": PROJECT,
        "data": {
            "connectionId": CREDENTIAL,
            "integration": "slack",
            "userId": "user-1",
            "reason": "consent_revoked",
            "message": "Somebody took this access back at the provider. Reconnect the account.",
        },
    })
}
