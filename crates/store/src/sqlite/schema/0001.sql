-- The journal is the truth; everything else is an index over it.

CREATE TABLE batches (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;

CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY,
    batch    INTEGER NOT NULL REFERENCES batches (number) DEFERRABLE INITIALLY DEFERRED,
    kind     TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    entry    BLOB    NOT NULL
) STRICT;

CREATE INDEX journal_by_batch ON journal (batch);

CREATE TRIGGER journal_is_never_altered BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_never_shortened BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER batches_are_never_altered BEFORE UPDATE ON batches
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER batches_are_never_removed BEFORE DELETE ON batches
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE certificates (
    sequence    INTEGER PRIMARY KEY REFERENCES journal (sequence),
    issuer      BLOB    NOT NULL CHECK (length(issuer) = 32),
    serial      BLOB    NOT NULL,
    profile     TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    not_before  INTEGER NOT NULL,
    not_after   INTEGER NOT NULL,
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    UNIQUE (issuer, serial)
) STRICT;

CREATE INDEX certificates_by_serial      ON certificates (serial);
CREATE INDEX certificates_by_fingerprint ON certificates (fingerprint);
CREATE INDEX certificates_by_end         ON certificates (not_after);

CREATE TABLE names (
    name        TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    certificate INTEGER NOT NULL REFERENCES certificates (sequence),
    PRIMARY KEY (name, kind, certificate)
) STRICT, WITHOUT ROWID;

CREATE TABLE issuers (
    sequence    INTEGER PRIMARY KEY REFERENCES journal (sequence),
    id          BLOB    NOT NULL CHECK (length(id) = 32),
    key         TEXT    NOT NULL,
    certificate INTEGER REFERENCES certificates (sequence)
) STRICT;

CREATE INDEX issuers_by_id          ON issuers (id);
CREATE INDEX issuers_by_certificate ON issuers (certificate);
