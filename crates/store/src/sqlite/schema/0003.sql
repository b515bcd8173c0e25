-- The CRLs that were made: their numbers only grow.

CREATE TABLE crls (
    issuer   BLOB    NOT NULL CHECK (length(issuer) = 32),
    number   INTEGER NOT NULL,
    sequence INTEGER NOT NULL REFERENCES journal (sequence),
    PRIMARY KEY (issuer, number)
) STRICT, WITHOUT ROWID;
