-- Up Migration

-- By when somebody who is asked said that they would answer. Until the day is over no reminder about the step goes out.
CREATE TABLE promises (
  reference     text NOT NULL REFERENCES deployments (reference),
  change        integer NOT NULL,           -- the number of the change in its deployment
  step          text NOT NULL,
  round         integer NOT NULL,
  person        text NOT NULL,              -- who promised: a contact id
  by_person     text NOT NULL,              -- who recorded it: the same, or whoever was telephoned
  via           text NOT NULL,
  promised_on   date NOT NULL,
  words         text NOT NULL,              -- what they said besides; may be empty
  made_at       timestamptz NOT NULL,       -- by the clock of the deployment
  PRIMARY KEY (reference, change)
);
CREATE INDEX promises_by_step ON promises (reference, step, round, change);

-- More time that somebody who is asked has asked for, and what was decided. A request whose step has closed needs no decision.
CREATE TABLE time_requests (
  reference     text NOT NULL REFERENCES deployments (reference),
  change        integer NOT NULL,
  step          text NOT NULL,
  round         integer NOT NULL,
  person        text NOT NULL,
  due_on        date NOT NULL,              -- asked for
  due_before    date NOT NULL,              -- the due date as it stood
  because       text NOT NULL,
  asked_at      timestamptz NOT NULL,
  decided_at    timestamptz,
  decided_by    text,
  outcome       text CHECK (outcome IN ('given', 'refused', 'passed-on')),
  PRIMARY KEY (reference, change)
);
CREATE INDEX time_requests_open ON time_requests (reference, step, round) WHERE decided_at IS NULL;

-- Somebody who is asked names another to be asked in their place. The name and the address stand here and nowhere else until the
-- request is approved.
CREATE TABLE pass_ons (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  reference     text NOT NULL REFERENCES deployments (reference),
  step          text NOT NULL,              -- the step from whose page it was asked
  round         integer NOT NULL,
  role          text NOT NULL,              -- the role that passes to the other
  person        text NOT NULL,              -- who asks: a contact id
  name          text NOT NULL,              -- of the other
  email         text NOT NULL,
  job           text NOT NULL,              -- what the other is at the school; may be empty
  asked_at      timestamptz NOT NULL,       -- by the clock of the deployment
  decided_at    timestamptz,
  decided_by    text,                       -- null while undecided, and where the programme lets it be at once
  outcome       text CHECK (outcome IN ('passed-on', 'refused')),
  words         text                        -- why it was refused
);
CREATE UNIQUE INDEX pass_ons_open ON pass_ons (reference, role, person) WHERE decided_at IS NULL;

-- What is told of a request to pass on.
ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen', 'profile', 'closed-days',
                  'problem-copy', 'pass-on'));

-- Down Migration

DELETE FROM notes WHERE kind = 'pass-on';
ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen', 'profile', 'closed-days',
                  'problem-copy'));
DROP TABLE pass_ons, time_requests, promises;
