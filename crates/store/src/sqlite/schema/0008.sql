-- Keys that somebody else may have: those of certificates that were revoked because of it.

CREATE TABLE compromised_keys (
    -- SHA-256 of the SubjectPublicKeyInfo.
    key   BLOB    NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
