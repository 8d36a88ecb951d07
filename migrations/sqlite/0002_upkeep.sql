-- When a connection is next renewed without anybody asking. NULL: never.
ALTER TABLE connections ADD COLUMN refresh_due_at INTEGER;
-- The last refresh whose outcome nobody learned, since the last that went well.
ALTER TABLE connections ADD COLUMN interrupted_at INTEGER;
ALTER TABLE connections ADD COLUMN status_since INTEGER NOT NULL DEFAULT 0;
-- Why the last refresh failed, and what the provider said, with secrets taken out.
ALTER TABLE connections ADD COLUMN trouble TEXT;
ALTER TABLE connections ADD COLUMN trouble_said TEXT;
ALTER TABLE connections ADD COLUMN trouble_at INTEGER;

UPDATE connections SET status_since = updated_at;
-- Ten minutes early; the worker computes the next time itself.
UPDATE connections SET refresh_due_at = expires_at - 600000000 WHERE status = 'valid';

CREATE INDEX connections_by_refresh ON connections (refresh_due_at, integration_id, id)
    WHERE refresh_due_at IS NOT NULL;

-- Providers that asked for rest: one row an integration and host, while it lasts.
CREATE TABLE provider_pauses (
    integration_id BLOB NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    host TEXT NOT NULL,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (integration_id, host)
) STRICT;
CREATE INDEX provider_pauses_by_end ON provider_pauses (ends_at);
