-- Times are microseconds since 1970 (UTC). Lists and maps are JSON text. What is sorted or searched is
-- compared byte by byte, as SQLite does.

CREATE TABLE projects (
    id UUID PRIMARY KEY NOT NULL,
    family UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    environment TEXT NOT NULL CHECK (environment IN ('development', 'staging', 'production')),
    generation BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    UNIQUE (family, environment)
);

CREATE TABLE signing_keys (
    id UUID PRIMARY KEY NOT NULL,
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    public_key_pem TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX signing_keys_by_project ON signing_keys (project_id);

-- Identity providers whose tokens the project takes.
CREATE TABLE issuers (
    id UUID PRIMARY KEY NOT NULL,
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    issuer TEXT COLLATE "C" NOT NULL,
    jwks_url TEXT,
    audience TEXT NOT NULL,
    user_claim TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (project_id, issuer)
);

CREATE TABLE origins (
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    origin TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, origin)
);

-- How the portal of a project looks. No row: as Patchbay does.
CREATE TABLE appearances (
    project_id UUID PRIMARY KEY NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    choices TEXT NOT NULL,
    logo BYTEA,
    logo_kind TEXT CHECK (logo_kind IN ('svg', 'png', 'webp')),
    -- SHA-256 of the file: its address.
    logo_hash BYTEA,
    updated_at BIGINT NOT NULL
);
CREATE INDEX appearances_by_logo ON appearances (logo_hash) WHERE logo_hash IS NOT NULL;

CREATE TABLE integrations (
    id UUID PRIMARY KEY NOT NULL,
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    integration_type TEXT COLLATE "C" NOT NULL,
    client_id TEXT,
    client_secret BYTEA,
    scopes TEXT,
    active BOOLEAN NOT NULL,
    -- What operators allow browsers: access tokens, and pages of the app that take codes.
    browser_token BOOLEAN NOT NULL,
    redirect_urls TEXT NOT NULL,
    -- What users are asked for.
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (project_id, integration_type)
);

CREATE TABLE users (
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL,
    meta TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, user_id)
);

CREATE TABLE connections (
    id UUID PRIMARY KEY NOT NULL,
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL,
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
    credential BYTEA NOT NULL,
    version BIGINT NOT NULL,
    expires_at BIGINT,
    lease_owner UUID,
    lease_fence BIGINT NOT NULL DEFAULT 0,
    lease_expires_at BIGINT,
    refresh_failures BIGINT NOT NULL DEFAULT 0,
    retry_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    refreshed_at BIGINT,
    UNIQUE (project_id, user_id, integration_id, external_id)
);
CREATE INDEX connections_by_integration ON connections (integration_id, status);

CREATE TABLE flows (
    id UUID PRIMARY KEY NOT NULL,
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    inputs TEXT NOT NULL,
    intent TEXT NOT NULL,
    -- Of an SDK that began it: the id by which it asks for the outcome, and how it is told.
    session_id TEXT COLLATE "C",
    reply TEXT,
    -- Of a page that the person has left for the provider: where to send them back to.
    return_url TEXT,
    ticket_hash BYTEA NOT NULL,
    state_hash BYTEA NOT NULL UNIQUE,
    secrets BYTEA NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('created', 'opened', 'exchanging', 'completed', 'failed', 'cancelled')),
    browser_hash BYTEA,
    connection_id UUID,
    error_code TEXT,
    error_message TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX flows_by_session ON flows (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX flows_by_end ON flows (expires_at);

-- Links to hosted pages.
CREATE TABLE links (
    id UUID PRIMARY KEY NOT NULL,
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL,
    name TEXT,
    return_url TEXT,
    token_hash BYTEA NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('created', 'opened', 'completed')),
    -- Of the browser that took it.
    session_hash BYTEA,
    opened_at BIGINT,
    connection_id UUID,
    completed_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX links_by_project ON links (project_id, created_at);
CREATE INDEX links_by_end ON links (expires_at);

CREATE TABLE operators (
    id UUID PRIMARY KEY NOT NULL,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'member', 'support')),
    created_at BIGINT NOT NULL
);

CREATE TABLE operator_sessions (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    operator_id UUID NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX operator_sessions_by_end ON operator_sessions (expires_at);

CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value BYTEA NOT NULL
);
