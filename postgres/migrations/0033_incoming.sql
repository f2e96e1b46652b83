-- Up Migration

-- What came in by e-mail: what came back, what a program answered and what people wrote. It answers no step and changes no date. The e-mail itself
-- and its attachments are not kept.
CREATE TABLE incoming (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  once_as       bytea NOT NULL UNIQUE,      -- the same e-mail that comes twice is one row
  via           text NOT NULL CHECK (via IN ('mailbox', 'pipe')),
  kind          text NOT NULL CHECK (kind IN ('bounce', 'delayed', 'automatic', 'person')),
  taken_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  at            timestamptz NOT NULL,       -- by the clock of the deployment that it belongs to, or of the service
  written_at    timestamptz,                -- as it says itself
  from_name     text NOT NULL,
  from_address  text NOT NULL,              -- as its header says; empty when it names none. Nothing proves it
  person        text,                       -- who has this address: a contact id
  subject       text NOT NULL,
  words         text NOT NULL,
  quoted        text NOT NULL,
  attachments   jsonb NOT NULL,             -- their names, kinds and sizes
  cut           boolean NOT NULL,
  facts         jsonb NOT NULL,             -- of a bounce what the server said, of an automatic reply when they are back
  done_at       timestamptz,
  done_by       text,                       -- a contact id
  forgotten_at  timestamptz                 -- since when nothing but its name is kept, so that it is known when it comes again
);
CREATE INDEX incoming_to_read ON incoming (id) WHERE kind = 'person' AND done_at IS NULL;
CREATE INDEX incoming_by_person ON incoming (person, at) WHERE person IS NOT NULL;

-- The letters that it belongs to: several where one e-mail held several. None: it fits no letter.
CREATE TABLE incoming_letters (
  incoming      bigint NOT NULL REFERENCES incoming (id),
  letter        text NOT NULL REFERENCES messages (key),
  PRIMARY KEY (incoming, letter)
);
CREATE INDEX incoming_letters_by_letter ON incoming_letters (letter);

-- A letter is found by what stands before the @ of its Message-ID: replies and reports name it.
CREATE INDEX messages_by_message_id ON messages (split_part(message_id, '@', 1)) WHERE message_id IS NOT NULL;

-- Which mailbox is read, and how far. No row: none is.
CREATE TABLE mailbox_reading (
  only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  mailbox       text NOT NULL,              -- without the password
  uid_validity  text,                       -- the number that the server gave the folder
  last_uid      bigint,                     -- the last e-mail of it that was taken
  read_at       timestamptz,                -- when it was last read to its end
  trouble       text,
  trouble_since timestamptz
);

-- Down Migration

DROP TABLE mailbox_reading, incoming_letters, incoming;
DROP INDEX messages_by_message_id;
