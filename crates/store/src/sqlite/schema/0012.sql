-- In how many parts CRLs come: settled seldom, asked for by every verb that issues.

CREATE INDEX journal_of_crl_shards ON journal (sequence) WHERE kind = 'crl-shards-settled';
