-- Connections that ended here, until their provider has been told. The credential goes when it has.
CREATE TABLE revocations (
    -- The connection's own: its credential is sealed under it.
    id BLOB PRIMARY KEY NOT NULL,
    project_id BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    integration_id BLOB NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    -- Of the break-glass order that asked for it.
    order_id BLOB,
    method TEXT NOT NULL,
    metadata TEXT NOT NULL,
    credential BLOB,
    -- What came of each token, JSON.
    outcome TEXT,
    -- The worst of it.
    result TEXT CHECK (result IN ('revoked', 'not_supported', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER,
    created_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX revocations_by_due ON revocations (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX revocations_by_order ON revocations (order_id, result) WHERE order_id IS NOT NULL;
CREATE INDEX revocations_by_end ON revocations (ended_at) WHERE ended_at IS NOT NULL;

-- Break glass: every connection of a project, or of one integration or user of it.
CREATE TABLE revocation_orders (
    id BLOB PRIMARY KEY NOT NULL,
    project_id BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    integration_id BLOB REFERENCES integrations (id) ON DELETE CASCADE,
    user_id TEXT,
    created_at INTEGER NOT NULL,
    -- NULL: every connection that it means has been moved.
    due_at INTEGER
) STRICT;
CREATE INDEX revocation_orders_by_due ON revocation_orders (due_at) WHERE due_at IS NOT NULL;
