-- Up Migration

CREATE INDEX kept_answers_counted ON kept_answers (reference) WHERE counted;

-- Replies to the copy of an answer go to the coordinator.
ALTER TABLE notes ADD COLUMN reply_to text; -- a contact id; null when replies go to the sender

-- Starts that were begun and are not in the record yet: one a school or trust and programme, under one reference.
CREATE TABLE starting (
  kind          text NOT NULL CHECK (kind IN ('school', 'trust')),
  subject       text NOT NULL,
  programme     text NOT NULL,
  reference     text NOT NULL UNIQUE,
  began_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (kind, subject, programme)
);

-- Down Migration

DROP TABLE starting;
ALTER TABLE notes DROP COLUMN reply_to;
DROP INDEX kept_answers_counted;
