-- Up Migration

-- Schools that are not open: Today asks which of them have deployments under way, and few of 25,000 are.
CREATE INDEX schools_not_open ON schools (urn) WHERE NOT lower(status) = 'open';

-- E-mails that have left, by when: how many somebody has had on a day of the last week.
CREATE INDEX messages_by_day ON messages (accepted_at) INCLUDE (person, envelope) WHERE state IN ('accepted', 'delivered');

-- Down Migration

DROP INDEX messages_by_day, schools_not_open;
