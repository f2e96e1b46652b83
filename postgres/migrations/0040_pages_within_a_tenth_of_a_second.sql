-- Up Migration

-- What was asked and what became of it: timeliness and forecasts read every request of up to two years, from this index alone. It takes the place of
-- a narrower one.
DROP INDEX steps_by_step;
CREATE INDEX steps_by_step ON steps (step, reference, round)
  INCLUDE (stage, optional, opened_on, due_on, closed_at, original_due_on, extended_to, owner, state, answered_by, calendar_version);

-- Letters that asked and have left: what answers followed, without reading the words of every letter.
CREATE INDEX messages_that_asked ON messages (reference, step, round) INCLUDE (kind, written_at)
  WHERE kind IN ('request', 'reminder', 'overdue') AND state IN ('accepted', 'delivered', 'bounced');

-- More time that was agreed: few events of many.
CREATE INDEX events_of_extensions ON events (reference) WHERE type = 'extension-agreed';

-- Reminders that have left, by when: how many e-mails somebody has had of the last days.
CREATE INDEX messages_that_reminded ON messages (written_at) INCLUDE (person, envelope)
  WHERE kind IN ('reminder', 'overdue') AND state IN ('accepted', 'delivered', 'perhaps-sent');

-- Letters that could not be delivered, the newest first.
CREATE INDEX messages_that_failed ON messages (closed_at DESC NULLS LAST, key) WHERE state IN ('failed', 'bounced');

-- When a deployment wakes next, so that what goes out until tomorrow is played for those alone that wake by then.
ALTER TABLE deployments ADD COLUMN wakes_at timestamptz,  -- null: only an answer wakes it
                        ADD COLUMN wakes_after integer;   -- the sequence at which that was worked out; it is not known where this is another or null

-- Down Migration

ALTER TABLE deployments DROP COLUMN wakes_after, DROP COLUMN wakes_at;
DROP INDEX messages_that_failed, messages_that_reminded;
DROP INDEX events_of_extensions, messages_that_asked, steps_by_step;
CREATE INDEX steps_by_step ON steps (step, reference, round) INCLUDE (stage, optional, opened_on, due_on, closed_at);
