-- Up Migration

-- Life changes a running deployment: clocks that stand still, extensions, deputies, escalations that are owned.

CREATE TABLE clock_stops (
  reference     text NOT NULL REFERENCES deployments (reference),
  stop          integer NOT NULL,           -- the number of the change that stopped it
  step          text,                       -- null: the whole deployment
  round         integer,
  category      text NOT NULL CHECK (category IN
                  ('illness', 'inspection', 'leadership-change', 'safeguarding', 'school-closed', 'waiting-for-department', 'other')),
  because       text NOT NULL,
  by_person     text NOT NULL,
  stopped_at    timestamptz NOT NULL,
  from_on       date NOT NULL,              -- the first day that is not counted
  expected_end  date NOT NULL,
  queried_times integer NOT NULL DEFAULT 0, -- how often the coordinator was asked whether it still holds
  queried_at    timestamptz,
  resumed_on    date,                       -- the first day that is counted again; null while the clock stands
  resumed_at    timestamptz,
  PRIMARY KEY (reference, stop)
);
CREATE INDEX clock_stops_running ON clock_stops (reference) WHERE resumed_on IS NULL;

CREATE TABLE deputies (
  reference     text NOT NULL REFERENCES deployments (reference),
  change        integer NOT NULL,
  person        text NOT NULL,
  deputy        text NOT NULL,
  from_on       date NOT NULL,
  to_on         date NOT NULL,              -- both inclusive
  ended_at      timestamptz,
  PRIMARY KEY (reference, change)
);
CREATE INDEX deputies_by_deputy ON deputies (deputy) WHERE ended_at IS NULL;

ALTER TABLE deployments
  ADD COLUMN pace text NOT NULL DEFAULT 'usual' CHECK (pace IN ('less', 'usual', 'more')),
  ADD COLUMN withdrawn_by text CHECK (withdrawn_by IN ('school', 'system-leader', 'trust-change', 'department'));

ALTER TABLE steps
  ADD COLUMN extended_to date,              -- the date that was agreed with the Department
  ADD COLUMN decides jsonb;                 -- the extension that this step is to decide on

ALTER TABLE escalations
  ADD COLUMN turn integer NOT NULL DEFAULT 1,  -- how many letters asked somebody to take it
  ADD COLUMN since timestamptz,             -- when whoever has it now was asked; null: when it opened
  ADD COLUMN acknowledged_by text,
  ADD COLUMN words text,                    -- what will be done
  ADD COLUMN promised_on date;

-- Letters that tell of a change, and letters held while the clock stands.
ALTER TABLE messages
  ADD COLUMN about jsonb,                   -- the event that a letter of kind "news" tells of, or that passed an escalation on
  ADD COLUMN held_by_stop integer;          -- queued when the clock was stopped: goes when that stop is over
ALTER TABLE messages DROP CONSTRAINT messages_kind_check;
ALTER TABLE messages ADD CONSTRAINT messages_kind_check CHECK (kind IN
  ('request', 'notice', 'reminder', 'overdue', 'call', 'escalation', 'escalation-notice', 'news'));

-- Down Migration

DELETE FROM messages WHERE kind = 'news';
ALTER TABLE messages DROP CONSTRAINT messages_kind_check;
ALTER TABLE messages ADD CONSTRAINT messages_kind_check CHECK (kind IN
  ('request', 'notice', 'reminder', 'overdue', 'call', 'escalation', 'escalation-notice'));
ALTER TABLE messages DROP COLUMN about, DROP COLUMN held_by_stop;
ALTER TABLE escalations DROP COLUMN turn, DROP COLUMN since, DROP COLUMN acknowledged_by, DROP COLUMN words, DROP COLUMN promised_on;
ALTER TABLE steps DROP COLUMN extended_to, DROP COLUMN decides;
ALTER TABLE deployments DROP COLUMN pace, DROP COLUMN withdrawn_by;
DROP TABLE deputies, clock_stops;
