-- When an issuer was retired; NULL while it issues. On every row of its key.

ALTER TABLE issuers ADD COLUMN retired INTEGER;
