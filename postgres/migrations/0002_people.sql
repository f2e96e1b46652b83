-- Up Migration

-- Answering without an account: one link a recipient, step and round. Only the token's hash is kept.
CREATE TABLE answer_links (
  hash          bytea PRIMARY KEY,
  reference     text NOT NULL REFERENCES deployments (reference),
  step          text NOT NULL,
  round         integer NOT NULL,
  role          text NOT NULL,
  person        text NOT NULL,
  generation    integer NOT NULL DEFAULT 1,
  made_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_at    timestamptz,
  UNIQUE (reference, step, round, person, generation)
);

CREATE TABLE answer_drafts (
  reference     text NOT NULL,
  step          text NOT NULL,
  round         integer NOT NULL,
  person        text NOT NULL,
  answer        text,
  fields        jsonb NOT NULL,
  saved_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (reference, step, round, person)
);

-- Answers that were given, whatever is up or down: kept first, delivered to the engine, and told of how it went.
CREATE TABLE kept_answers (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference     text NOT NULL,
  step          text NOT NULL,
  round         integer NOT NULL,
  answer        text NOT NULL,
  fields        jsonb NOT NULL,
  person        text NOT NULL,              -- who gave it
  on_behalf_of  text,                       -- for whom, when a coordinator records it
  via           text NOT NULL,
  given_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled_at    timestamptz,
  counted       boolean,                    -- null until it is settled
  outcome       text                        -- why it did not count
);
CREATE INDEX kept_answers_waiting ON kept_answers (given_at) WHERE settled_at IS NULL;
CREATE UNIQUE INDEX kept_answers_once ON kept_answers (reference, step, round, person, answer) WHERE settled_at IS NULL;

-- E-mails that belong to no step: sign-in links, copies of answers. Sent by the web service; the text goes when it is sent.
CREATE TABLE notes (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind          text NOT NULL CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome')),
  person        text NOT NULL,
  subject       text NOT NULL,
  body_text     text,
  body_html     text,
  queued_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  send_after    timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempts      integer NOT NULL DEFAULT 0,
  sent_at       timestamptz,
  failed_at     timestamptz,
  reason        text
);
CREATE INDEX notes_waiting ON notes (send_after) WHERE sent_at IS NULL AND failed_at IS NULL;

-- Staff: who may sign in is in person_roles. A link signs in once, within its time, in the browser that asked for it.
CREATE TABLE sign_in_links (
  hash          bytea PRIMARY KEY,
  person        text NOT NULL REFERENCES people (id),
  browser_hash  bytea NOT NULL,
  made_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at    timestamptz NOT NULL,
  used_at       timestamptz
);

CREATE TABLE sessions (
  hash          bytea PRIMARY KEY,
  person        text NOT NULL REFERENCES people (id),
  csrf          text NOT NULL,
  made_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at    timestamptz NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person);

-- What came of a call: several a task, the last one says when to call again.
CREATE TABLE call_notes (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference     text NOT NULL,
  step          text NOT NULL,
  round         integer NOT NULL,
  rung          text NOT NULL,
  by_person     text NOT NULL,
  outcome       text NOT NULL CHECK (outcome IN ('left-message', 'call-again', 'wrong-person', 'no-answer')),
  call_again_on date,
  note          text,
  at            timestamptz NOT NULL DEFAULT clock_timestamp(),
  FOREIGN KEY (reference, step, round, rung) REFERENCES call_tasks (reference, step, round, rung)
);
CREATE INDEX call_notes_by_task ON call_notes (reference, step, round, rung, at);

-- What was answered lately, for the worklist.
CREATE INDEX steps_answered ON steps (closed_at) WHERE state = 'answered';

ALTER TABLE contact_tasks DROP CONSTRAINT contact_tasks_problem_check;
ALTER TABLE contact_tasks ADD CONSTRAINT contact_tasks_problem_check CHECK (problem IN
  ('address-refused', 'letter-refused', 'unknown-contact', 'nobody-holds-the-role', 'not-the-right-person'));

-- Down Migration

ALTER TABLE contact_tasks DROP CONSTRAINT contact_tasks_problem_check;
ALTER TABLE contact_tasks ADD CONSTRAINT contact_tasks_problem_check CHECK (problem IN
  ('address-refused', 'letter-refused', 'unknown-contact', 'nobody-holds-the-role'));
DROP INDEX steps_answered;
DROP TABLE call_notes, sessions, sign_in_links, notes, kept_answers, answer_drafts, answer_links;
