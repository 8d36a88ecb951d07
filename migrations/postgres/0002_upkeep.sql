-- When a connection is next renewed without anybody asking. NULL: never.
ALTER TABLE connections ADD COLUMN refresh_due_at BIGINT;
-- The last refresh whose outcome nobody learned, since the last that went well.
ALTER TABLE connections ADD COLUMN interrupted_at BIGINT;
ALTER TABLE connections ADD COLUMN status_since BIGINT NOT NULL DEFAULT 0;
-- Why the last refresh failed, and what the provider said, with secrets taken out.
ALTER TABLE connections ADD COLUMN trouble TEXT;
ALTER TABLE connections ADD COLUMN trouble_said TEXT;
ALTER TABLE connections ADD COLUMN trouble_at BIGINT;

UPDATE connections SET status_since = updated_at;
-- Ten minutes early; the worker computes the next time itself.
UPDATE connections SET refresh_due_at = expires_at - 600000000 WHERE status = 'valid';

CREATE INDEX connections_by_refresh ON connections (refresh_due_at, integration_id, id)
    WHERE refresh_due_at IS NOT NULL;

-- Providers that asked for rest: one row an integration and host, while it lasts.
CREATE TABLE provider_pauses (
    integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    host TEXT COLLATE "C" NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (integration_id, host)
);
CREATE INDEX provider_pauses_by_end ON provider_pauses (ends_at);
