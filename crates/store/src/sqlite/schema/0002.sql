-- How certificates stand that were ever revoked: the last change of each.

CREATE TABLE statuses (
    issuer       BLOB    NOT NULL CHECK (length(issuer) = 32),
    serial       BLOB    NOT NULL,
    sequence     INTEGER NOT NULL REFERENCES journal (sequence),
    -- The number of the reason (RFC 5280, 5.3.1); NULL once a hold was released, and then so is the rest.
    reason       INTEGER,
    since        INTEGER,
    invalid_from INTEGER,
    PRIMARY KEY (issuer, serial),
    FOREIGN KEY (issuer, serial) REFERENCES certificates (issuer, serial)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX statuses_by_change ON statuses (issuer, sequence);
