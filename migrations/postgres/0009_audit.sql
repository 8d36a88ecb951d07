-- Who of the people who run Patchbay did what. Rows are added, and never changed or removed.
CREATE TABLE audit_entries (
    -- Counts from 1, without a gap.
    number BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    -- NULL: the command line. No references: an entry outlives what it tells of.
    operator_id UUID,
    actor TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    project_id UUID,
    subject TEXT COLLATE "C" NOT NULL,
    -- JSON.
    detail TEXT NOT NULL,
    -- SHA-256 of the link before and of this entry.
    link BYTEA NOT NULL
);
CREATE INDEX audit_entries_by_project ON audit_entries (project_id, number) WHERE project_id IS NOT NULL;

-- The last entry's number and link, in one row: whoever adds an entry holds it.
CREATE TABLE audit_end (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    number BIGINT NOT NULL,
    link BYTEA NOT NULL
);
INSERT INTO audit_end (id, number, link) VALUES (1, 0, decode(repeat('00', 32), 'hex'));
