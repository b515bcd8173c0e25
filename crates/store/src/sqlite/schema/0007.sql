-- The same statuses in the order of the changes, each with the end of its certificate: a CRL is read from front to back.

CREATE TABLE changes (
    sequence     INTEGER PRIMARY KEY REFERENCES journal (sequence),
    issuer       BLOB    NOT NULL CHECK (length(issuer) = 32),
    serial       BLOB    NOT NULL,
    not_after    INTEGER NOT NULL,
    -- The number of the reason (RFC 5280, 5.3.1); NULL once a hold was released, and then so is the rest.
    reason       INTEGER,
    since        INTEGER,
    invalid_from INTEGER,
    UNIQUE (issuer, serial),
    FOREIGN KEY (issuer, serial) REFERENCES certificates (issuer, serial)
) STRICT;

INSERT INTO changes (sequence, issuer, serial, not_after, reason, since, invalid_from)
SELECT s.sequence, s.issuer, s.serial, c.not_after, s.reason, s.since, s.invalid_from
FROM statuses s JOIN certificates c USING (issuer, serial) ORDER BY s.sequence;

DROP TABLE statuses;
ALTER TABLE changes RENAME TO statuses;

CREATE INDEX statuses_by_change ON statuses (issuer, sequence);
