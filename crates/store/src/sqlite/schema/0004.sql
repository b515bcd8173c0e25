-- Where what the authority publishes is found: settled seldom, asked for by every verb that issues.

CREATE INDEX journal_of_base_urls ON journal (sequence) WHERE kind = 'base-url-settled';
