-- Up Migration

-- The id under which GOV.UK Notify tells what became of what it took. Empty where a mail server took it.
ALTER TABLE messages ADD COLUMN notification uuid;
CREATE INDEX messages_by_notification ON messages (notification) WHERE notification IS NOT NULL;
ALTER TABLE notes ADD COLUMN notification uuid;
CREATE INDEX notes_by_notification ON notes (notification) WHERE notification IS NOT NULL;

-- A letter that is a text message or a letter to print besides, because its rung says so. Each once.
CREATE TABLE voices (
  letter        text NOT NULL REFERENCES messages (key),
  voice         text NOT NULL CHECK (voice IN ('text', 'print')),
  state         text NOT NULL DEFAULT 'queued' CHECK (state IN
                  ('queued', 'claimed', 'accepted', 'delivered', 'failed', 'suppressed', 'perhaps-sent', 'posted')),
  queued_at     timestamptz NOT NULL DEFAULT clock_timestamp(),  -- by the clock on the wall
  send_after    timestamptz,
  attempts      integer NOT NULL DEFAULT 0,
  claim         uuid,                       -- fencing token of the attempt that holds the row
  claimed_until timestamptz,
  perhaps_sent_at timestamptz,              -- handed over, and the answer is not known
  telephone     text,                       -- where a text message was sent
  words         text,                       -- what it said
  notification  uuid,                       -- its id at GOV.UK Notify
  closed_at     timestamptz,
  closed_by     text,                       -- who posted the letter: a contact id
  reason        text,
  id            uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),  -- in the address of a letter to print
  PRIMARY KEY (letter, voice)
);
CREATE INDEX voices_open ON voices (voice, queued_at) WHERE state IN ('queued', 'claimed');
CREATE INDEX voices_by_notification ON voices (notification) WHERE notification IS NOT NULL;

ALTER TABLE contact_tasks DROP CONSTRAINT contact_tasks_problem_check;
ALTER TABLE contact_tasks ADD CONSTRAINT contact_tasks_problem_check CHECK (problem IN
  ('address-refused', 'letter-refused', 'unknown-contact', 'nobody-holds-the-role', 'not-the-right-person', 'no-text-number'));

-- Down Migration

DELETE FROM contact_tasks WHERE problem = 'no-text-number';
ALTER TABLE contact_tasks DROP CONSTRAINT contact_tasks_problem_check;
ALTER TABLE contact_tasks ADD CONSTRAINT contact_tasks_problem_check CHECK (problem IN
  ('address-refused', 'letter-refused', 'unknown-contact', 'nobody-holds-the-role', 'not-the-right-person'));
DROP TABLE voices;
ALTER TABLE notes DROP COLUMN notification;
ALTER TABLE messages DROP COLUMN notification;
