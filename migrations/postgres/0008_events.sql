-- Keys with which a project's back end calls. A revoked one stays as a row and is never listed.
CREATE TABLE api_keys (
    id UUID PRIMARY KEY NOT NULL,
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- SHA-256 of the secret part.
    secret_hash BYTEA NOT NULL,
    -- A JSON list.
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX api_keys_by_project ON api_keys (project_id);

-- The last position of a project's events. Whoever adds one holds this row until the commit: so no event
-- becomes visible after another of a higher position.
CREATE TABLE event_positions (
    project_id UUID PRIMARY KEY NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    last BIGINT NOT NULL
);

-- What became of connections. No reference to them: the events of one outlive it.
CREATE TABLE events (
    id UUID PRIMARY KEY NOT NULL,
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    type TEXT NOT NULL,
    connection_id UUID NOT NULL,
    integration_type TEXT NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    -- JSON, without secrets.
    details TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    UNIQUE (project_id, position)
);
CREATE INDEX events_by_time ON events (happened_at);

-- Where events are sent.
CREATE TABLE webhook_endpoints (
    id UUID PRIMARY KEY NOT NULL,
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    -- A JSON list. NULL: every type.
    types TEXT,
    secret BYTEA NOT NULL,
    -- The one before, which signs as well until then.
    former_secret BYTEA,
    former_until BIGINT,
    disabled_at BIGINT,
    disabled_by TEXT CHECK (disabled_by IN ('operator', 'gone', 'failing')),
    -- When the first of the failures was that no success has followed.
    failing_since BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX webhook_endpoints_by_project ON webhook_endpoints (project_id);

-- One event on its way to one endpoint.
CREATE TABLE webhook_deliveries (
    endpoint_id UUID NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    event_id UUID NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    -- Attempts that were begun: whoever ends one names its number.
    attempts BIGINT NOT NULL DEFAULT 0,
    -- While an attempt is under way, when it counts as lost.
    due_at BIGINT,
    lease_ends_at BIGINT,
    -- What came of the last attempt: the status, or why there was none, and the beginning of the answer.
    status BIGINT,
    trouble TEXT,
    answer TEXT,
    attempted_at BIGINT,
    PRIMARY KEY (endpoint_id, event_id)
);
CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (endpoint_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_lease ON webhook_deliveries (endpoint_id) WHERE lease_ends_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (event_id);
