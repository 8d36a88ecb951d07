-- Who of the people who run Patchbay did what. Rows are added, and never changed or removed.
CREATE TABLE audit_entries (
    -- Counts from 1, without a gap.
    number INTEGER PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    -- NULL: the command line. No references: an entry outlives what it tells of.
    operator_id BLOB,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    project_id BLOB,
    subject TEXT NOT NULL,
    -- JSON.
    detail TEXT NOT NULL,
    -- SHA-256 of the link before and of this entry.
    link BLOB NOT NULL
) STRICT;
CREATE INDEX audit_entries_by_project ON audit_entries (project_id, number) WHERE project_id IS NOT NULL;

-- The last entry's number and link, in one row: whoever adds an entry holds it.
CREATE TABLE audit_end (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    number INTEGER NOT NULL,
    link BLOB NOT NULL
) STRICT;
INSERT INTO audit_end (id, number, link) VALUES (1, 0, zeroblob(32));
