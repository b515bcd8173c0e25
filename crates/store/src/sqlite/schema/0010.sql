-- What searches are answered from. The rows of before are filled in by the migration, from the journal.

-- Who issued, by what, on whose word: few combinations for many certificates, so that one index serves each of the
-- three and all of them together.
CREATE TABLE origins (
    id        INTEGER PRIMARY KEY,
    issuer    BLOB    NOT NULL CHECK (length(issuer) = 32),
    profile   TEXT    NOT NULL,
    -- Empty where nobody drew a plan.
    requester TEXT    NOT NULL,
    UNIQUE (issuer, profile, requester)
) STRICT;

ALTER TABLE certificates ADD COLUMN origin INTEGER REFERENCES origins (id);
ALTER TABLE certificates ADD COLUMN issued INTEGER;
-- SHA-256 of the SubjectPublicKeyInfo.
ALTER TABLE certificates ADD COLUMN key BLOB;

CREATE INDEX certificates_by_origin ON certificates (origin);
CREATE INDEX certificates_by_issued ON certificates (issued);
CREATE INDEX certificates_by_key    ON certificates (key);

-- Names in lower case, and the same written backwards: their beginnings and ends are found alike.
DROP TABLE names;

CREATE TABLE names (
    name        TEXT    NOT NULL,
    certificate INTEGER NOT NULL REFERENCES certificates (sequence),
    PRIMARY KEY (name, certificate)
) STRICT, WITHOUT ROWID;

CREATE TABLE name_ends (
    reversed    TEXT    NOT NULL,
    certificate INTEGER NOT NULL REFERENCES certificates (sequence),
    PRIMARY KEY (reversed, certificate)
) STRICT, WITHOUT ROWID;

-- Every three letters in a row of the names of a certificate, a line each; its row is the certificate's. Neither the
-- text is kept, nor where in it the letters stand: what is found is compared with the certificate itself.
CREATE VIRTUAL TABLE name_parts USING fts5 (
    names, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
);
-- The same, to be read from front to back by the audit.
CREATE VIRTUAL TABLE name_parts_filed USING fts5vocab (name_parts, instance);

-- The certificates that are revoked, and those that are on hold (RFC 5280, 5.3.1: 6), in the order of their issuance.
ALTER TABLE statuses ADD COLUMN certificate INTEGER REFERENCES certificates (sequence);

UPDATE statuses SET certificate = (
    SELECT c.sequence FROM certificates c WHERE c.issuer = statuses.issuer AND c.serial = statuses.serial
);

CREATE INDEX statuses_of_revoked ON statuses (certificate) WHERE reason <> 6;
CREATE INDEX statuses_of_held    ON statuses (certificate) WHERE reason = 6;
