-- Issuers that were certified several times: whether a certificate stands beside the others of its key.

ALTER TABLE issuers ADD COLUMN beside INTEGER NOT NULL DEFAULT 0;

-- Whether its key was taken away: nothing is signed with it until it is brought back. On every row of its key.

ALTER TABLE issuers ADD COLUMN away INTEGER NOT NULL DEFAULT 0;

-- From when on a CRL is published that was made ahead of its time; NULL of all others.

ALTER TABLE crls ADD COLUMN presigned INTEGER;
