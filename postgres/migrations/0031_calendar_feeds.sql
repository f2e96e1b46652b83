-- Up Migration

-- The addresses from which calendars read somebody's due dates. Only a hash is stored, so that nobody who reads the database can open one.
CREATE TABLE calendar_feeds (
  hash          bytea PRIMARY KEY,          -- of the secret in the address
  person        text NOT NULL,              -- whose dates: a contact id
  made_at       timestamptz NOT NULL,
  made_from     text NOT NULL CHECK (made_from IN ('letter', 'session')),
  ended_at      timestamptz,                -- null: it answers
  ended_by      text,                       -- a contact id; null where a change of the person's access ended it
  ended_because text,
  CHECK ((ended_at IS NULL) = (ended_because IS NULL))
);
CREATE UNIQUE INDEX calendar_feeds_standing ON calendar_feeds (person) WHERE ended_at IS NULL;

-- Whoever took part and no longer does: their entries are taken away.
CREATE INDEX parties_by_person_ever ON deployment_parties (person);
CREATE INDEX deputies_by_deputy_ever ON deputies (deputy);

-- Down Migration

DROP INDEX deputies_by_deputy_ever, parties_by_person_ever;
DROP TABLE calendar_feeds;
