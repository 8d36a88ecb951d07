-- Times are microseconds since 1970 (UTC). Lists and maps are JSON text.

CREATE TABLE projects (
    id BLOB PRIMARY KEY NOT NULL,
    family BLOB NOT NULL,
    name TEXT NOT NULL,
    environment TEXT NOT NULL CHECK (environment IN ('development', 'staging', 'production')),
    generation INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    UNIQUE (family, environment)
) STRICT;

CREATE TABLE signing_keys (
    id BLOB PRIMARY KEY NOT NULL,
    project_id BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    public_key_pem TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX signing_keys_by_project ON signing_keys (project_id);

-- Identity providers whose tokens the project takes.
CREATE TABLE issuers (
    id BLOB PRIMARY KEY NOT NULL,
    project_id BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    jwks_url TEXT,
    audience TEXT NOT NULL,
    user_claim TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (project_id, issuer)
) STRICT;

CREATE TABLE origins (
    project_id BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    origin TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, origin)
) STRICT;

-- How the portal of a project looks. No row: as Patchbay does.
CREATE TABLE appearances (
    project_id BLOB PRIMARY KEY NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    choices TEXT NOT NULL,
    logo BLOB,
    logo_kind TEXT CHECK (logo_kind IN ('svg', 'png', 'webp')),
    -- SHA-256 of the file: its address.
    logo_hash BLOB,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX appearances_by_logo ON appearances (logo_hash) WHERE logo_hash IS NOT NULL;

CREATE TABLE integrations (
    id BLOB PRIMARY KEY NOT NULL,
    project_id BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    integration_type TEXT NOT NULL,
    client_id TEXT,
    client_secret BLOB,
    scopes TEXT,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    -- What operators allow browsers: access tokens, and pages of the app that take codes.
    browser_token INTEGER NOT NULL CHECK (browser_token IN (0, 1)),
    redirect_urls TEXT NOT NULL,
    -- What users are asked for.
    settings TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (project_id, integration_type)
) STRICT;

CREATE TABLE users (
    project_id BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    meta TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, user_id)
) STRICT;

CREATE TABLE connections (
    id BLOB PRIMARY KEY NOT NULL,
    project_id BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    integration_id BLOB NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'valid', 'needs_reauth')),
    invalid_reason TEXT,
    -- The app's own name for the account. Several accounts without one may stand side by side.
    external_id TEXT,
    account_id TEXT,
    account_name TEXT,
    -- The definition's way to connect by which it was made.
    method TEXT NOT NULL,
    metadata TEXT NOT NULL,
    configurations TEXT NOT NULL,
    scopes TEXT,
    credential BLOB NOT NULL,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    lease_owner BLOB,
    lease_fence INTEGER NOT NULL DEFAULT 0,
    lease_expires_at INTEGER,
    refresh_failures INTEGER NOT NULL DEFAULT 0,
    retry_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    refreshed_at INTEGER,
    UNIQUE (project_id, user_id, integration_id, external_id)
) STRICT;
CREATE INDEX connections_by_integration ON connections (integration_id, status);

CREATE TABLE flows (
    id BLOB PRIMARY KEY NOT NULL,
    project_id BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    integration_id BLOB NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    inputs TEXT NOT NULL,
    intent TEXT NOT NULL,
    -- Of an SDK that began it: the id by which it asks for the outcome, and how it is told.
    session_id TEXT,
    reply TEXT,
    -- Of a page that the person has left for the provider: where to send them back to.
    return_url TEXT,
    ticket_hash BLOB NOT NULL,
    state_hash BLOB NOT NULL UNIQUE,
    secrets BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('created', 'opened', 'exchanging', 'completed', 'failed', 'cancelled')),
    browser_hash BLOB,
    connection_id BLOB,
    error_code TEXT,
    error_message TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX flows_by_session ON flows (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX flows_by_end ON flows (expires_at);

-- Links to hosted pages.
CREATE TABLE links (
    id BLOB PRIMARY KEY NOT NULL,
    project_id BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    integration_id BLOB NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    name TEXT,
    return_url TEXT,
    token_hash BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('created', 'opened', 'completed')),
    -- Of the browser that took it.
    session_hash BLOB,
    opened_at INTEGER,
    connection_id BLOB,
    completed_at INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX links_by_project ON links (project_id, created_at);
CREATE INDEX links_by_end ON links (expires_at);

CREATE TABLE operators (
    id BLOB PRIMARY KEY NOT NULL,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'member', 'support')),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE operator_sessions (
    token_hash BLOB PRIMARY KEY NOT NULL,
    operator_id BLOB NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX operator_sessions_by_end ON operator_sessions (expires_at);

CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value BLOB NOT NULL
) STRICT;
