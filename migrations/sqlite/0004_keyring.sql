-- The encryption keys that values are sealed with, by id. The keys themselves are never here.
CREATE TABLE encryption_keys (
    -- Hexadecimal.
    id TEXT PRIMARY KEY NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('added', 'primary', 'former', 'retired')),
    added_at INTEGER NOT NULL,
    since INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX encryption_keys_one_primary ON encryption_keys (state) WHERE state = 'primary';

-- Servers that run, and the keys that each holds.
CREATE TABLE key_holders (
    process BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    keys TEXT NOT NULL,
    primary_key TEXT NOT NULL,
    -- By the database's clock.
    told_at INTEGER NOT NULL
) STRICT;
