-- Requests that wait for somebody's approval, and those that did.

CREATE TABLE requests (
    id        BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    -- The entry by which it came, and the one that says what waits now.
    first     INTEGER NOT NULL REFERENCES journal (sequence),
    sequence  INTEGER NOT NULL REFERENCES journal (sequence),
    at        INTEGER NOT NULL,
    until     INTEGER NOT NULL,
    requester TEXT    NOT NULL,
    -- The digest of what would be issued.
    plan      BLOB    NOT NULL,
    -- The entry by which it was approved or denied.
    decided   INTEGER REFERENCES journal (sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX requests_in_order ON requests (first);
CREATE INDEX requests_waiting ON requests (requester, until) WHERE decided IS NULL;
CREATE INDEX requests_by_plan ON requests (plan) WHERE decided IS NULL;
