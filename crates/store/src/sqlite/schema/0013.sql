-- A server of an earlier version may still be running, and writes as it did: what it leaves out of a revocation is
-- filled in, and a certificate that could not be found afterwards is not filed.

CREATE TRIGGER statuses_are_filed_whole AFTER INSERT ON statuses WHEN NEW.certificate IS NULL
BEGIN
    UPDATE statuses SET certificate = (
        SELECT c.sequence FROM certificates c WHERE c.issuer = NEW.issuer AND c.serial = NEW.serial
    ) WHERE sequence = NEW.sequence;
END;

CREATE TRIGGER certificates_are_filed_whole BEFORE INSERT ON certificates
WHEN NEW.origin IS NULL OR NEW.issued IS NULL OR NEW.key IS NULL
BEGIN
    SELECT RAISE(ABORT, 'the record was brought up to date by a newer version: start this one again');
END;

-- Those that were left half filed before.
UPDATE statuses SET certificate = (
    SELECT c.sequence FROM certificates c WHERE c.issuer = statuses.issuer AND c.serial = statuses.serial
) WHERE certificate IS NULL;
