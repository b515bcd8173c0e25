-- The tokens of programs: what the journal says of each is in its entry.

CREATE TABLE tokens (
    id       BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 8),
    sequence INTEGER NOT NULL REFERENCES journal (sequence),
    -- When it was revoked; NULL while it is good.
    revoked  INTEGER
) STRICT, WITHOUT ROWID;
